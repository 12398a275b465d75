"""A definition that changed after the first value asks for new limits, by whatever way it was changed."""

from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.services.editing import FieldEdit, create, fresh, set_field, set_fields
from dyad_desktop.services.goals import Entry, record_observations
from dyad_desktop.services.rebasing import drop_rebase, keep_limits, propose_rebase
from dyad_desktop.services.redefining import redefined
from dyad_desktop.services.session import Session
from tests.services.homes import deliver, pair, two_homes

KEY = ("measure", "M1.1")


def asked(session: Session) -> dict[str, tuple[str, ...]]:
    return {name: found.fields for name, found in redefined(session).items()}


def test_what_was_only_loaded_asks_nothing(session: Session) -> None:
    assert asked(session) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [("definition", "Other"), ("source", "Other"), ("unit", "h"),
     ("span", "rolling"), ("aggregation", "mean"), ("multiplier", 100)],
)  # fmt: skip
def test_each_defining_field_asks(session: Session, field: str, value: object) -> None:
    set_field(session, KEY, field, value)
    assert asked(session) == {"M1.1": (field,)}
    assert asked(session) == {"M1.1": (field,)}  # also when it is known
    found = redefined(session, ["M1.1"])["M1.1"]
    assert found.partners == ("A",)
    assert redefined(session, ["M2.1"]) == {}
    session.undo()
    assert asked(session) == {}


def test_another_frequency_asks(session: Session) -> None:
    set_field(session, ("measure", "M6.3"), "frequency", "monthly")
    assert asked(session) == {"M6.3": ("frequency",)}


def test_what_defines_nothing_does_not_ask(session: Session) -> None:
    set_field(session, KEY, "title", "Other")
    set_field(session, KEY, "target", 50)
    set_field(session, KEY, "exclusions", "Transfers in")  # words where there were none
    assert asked(session) == {}


def test_a_definition_before_the_first_value_does_not_ask(session: Session) -> None:
    made = fresh(Measure, goal="G1", title="New", unit="%", definition="First")
    create(session, made)
    set_field(session, ("measure", made.id), "definition", "Second")
    set_field(session, ("measure", made.id), "unit", "min")
    assert asked(session) == {}
    record_observations(session, made.id, [Entry("2026-01", "values", Decimal(5))])
    assert asked(session) == {}
    set_field(session, ("measure", made.id), "definition", "Third")
    assert asked(session) == {made.id: ("definition",)}


def test_a_proposal_answers_and_its_end_asks_again(session: Session) -> None:
    set_field(session, KEY, "unit", "h")
    propose_rebase(session, "M1.1", "2025-02", "Hours now")
    assert asked(session) == {}
    drop_rebase(session, session.book.all(Rebase)[0].id)
    assert asked(session) == {"M1.1": ("unit",)}
    session.undo()
    set_field(session, KEY, "source", "Other")
    assert asked(session) == {"M1.1": ("source",)}


def test_limits_that_stay_are_kept_until_the_definition_changes_again(session: Session) -> None:
    set_field(session, KEY, "unit", "h")
    keep_limits(session, "M1.1")
    assert asked(session) == {}
    session.undo()
    assert asked(session) == {"M1.1": ("unit",)}
    session.redo()
    set_fields(session, [FieldEdit(*KEY, "source", "Other")])
    assert asked(session)["M1.1"] == ("source", "unit")


def test_a_partner_sees_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    deliver(marcus, priya, tmp_path)
    with priya.session() as session:
        propose_rebase(session, "M1.1", "2025-02", "Unrelated, and before")
        set_field(session, KEY, "unit", "h")
    deliver(priya, marcus, tmp_path)
    with marcus.session() as session:
        assert asked(session) == {"M1.1": ("unit",)}
        assert redefined(session)["M1.1"].partners == ("A",)
        keep_limits(session, "M1.1")
    deliver(marcus, priya, tmp_path)
    with priya.session() as session:
        assert asked(session) == {}


def test_many_measures_are_asked_about_in_one_query(session: Session) -> None:
    made = [
        fresh(Measure, goal="G1", title=f"{n}", values={"2026-01": Decimal(n)}) for n in range(200)
    ]
    create(session, made[0], also=made[1:])
    set_field(session, ("measure", made[7].id), "unit", "min")
    session.checkpoint()  # the history of so much follows at rest
    asked_sql: list[str] = []
    connection = session.file.past._raw
    connection.set_trace_callback(asked_sql.append)
    assert list(asked(session)) == [made[7].id]
    assert len(asked_sql) < 60
    asked_sql.clear()
    assert list(asked(session)) == [made[7].id]
    assert asked_sql == []
