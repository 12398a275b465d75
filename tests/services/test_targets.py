"""Targets that hold from a month on: added, ended, removed, undone."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import target_at
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.session import Session
from dyad_desktop.services.targets import add_step, remove_step, steps_of, write_steps


def measure(session: Session) -> Measure:
    return session.book.need(Measure, "M1.1")


def write(session: Session, field: str, value: object) -> None:
    write_steps(session, [FieldEdit("measure", "M1.1", field, value, "2027-01")])


def test_a_step_begins_with_what_held_and_is_removed_again(session: Session) -> None:
    add_step(session, "M1.1", "2027-01")
    assert measure(session).targets["2027-01"] == 60
    write(session, "targets", Decimal(55))
    write(session, "stretches", Decimal(50))
    assert target_at(measure(session), "2027-02") == 55
    remove_step(session, "M1.1", "2027-01")
    assert steps_of(measure(session)) == ()
    assert target_at(measure(session), "2027-02") == 60


def test_no_target_from_then_is_another_thing_than_no_step(session: Session) -> None:
    add_step(session, "M1.1", "2027-01")
    write(session, "no_target", value=True)
    assert target_at(measure(session), "2026-12") == 60
    assert target_at(measure(session), "2027-02") is None
    assert steps_of(measure(session)) == ("2027-01",)
    write(session, "targets", Decimal(55))
    assert target_at(measure(session), "2027-02") == 55
    assert not measure(session).no_target.get("2027-01")
    write(session, "no_target", value=True)
    write(session, "targets", Decimal(0))
    assert target_at(measure(session), "2027-02") == 0
    write(session, "no_target", value=True)
    write(session, "no_target", value=False)
    assert steps_of(measure(session)) == ()


def test_undo_of_a_step_brings_back_what_held(session: Session) -> None:
    add_step(session, "M1.1", "2027-01")
    session.undo()
    assert target_at(measure(session), "2027-02") == 60
    assert steps_of(measure(session)) == ()


def test_where_there_is_no_target_yet_a_step_says_so(session: Session) -> None:
    write_steps(session, [FieldEdit("measure", "M1.1", "target", None)])
    add_step(session, "M1.1", "2027-01")
    assert steps_of(measure(session)) == ("2027-01",)


def test_there_is_no_step_of_nothing(session: Session) -> None:
    for command in (add_step, remove_step):
        with pytest.raises(BadInputError, match="no measure"):
            command(session, "M9.9", "2027-01")
