"""Rules keep an edit from making a fault, not from working beside one that a merge left."""

import pytest

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.session import Session

Said = tuple[str, str, str, str, Canonical]
"""Kind, id, field, slot, value."""


def follows(line: str, group: str) -> list[FieldEdit]:
    """Return the edits by which a line of a group of its own follows another's."""
    return [
        FieldEdit("operating_line", line, "groups", [f"g{line}"]),
        FieldEdit("operating_line", line, "driver_kind", "line_group"),
        FieldEdit("operating_line", line, "driver_ref", f"g{group}"),
    ]


def by_formula(line: str, formula: str) -> list[FieldEdit]:
    plan = ("draft_line", f"working.{line}")
    return [FieldEdit(*plan, "method", "formula"), FieldEdit(*plan, "formula", formula)]


def merged(session: Session, edits: list[FieldEdit]) -> None:
    """Write what no edit could: as two laptops' edits meet."""
    plans = {edit.id for edit in edits if edit.kind == "draft_line"}
    if plans:
        set_fields(session, [FieldEdit("draft_line", one, "explanation", "k") for one in plans])
    session.commit([Edit(Address(e.kind, e.id, e.field, e.slot), e.value) for e in edits], "met")


@pytest.mark.parametrize(
    ("left", "first", "second"),
    [
        (
            [*follows("L27", "L29"), *follows("L29", "L27")],
            follows("L40", "L41")[:1] + follows("L41", "L40")[:1] + follows("L40", "L41")[1:],
            follows("L41", "L40")[1:],
        ),
        (
            [*by_formula("L30", "=L31*2"), *by_formula("L31", "=L30*2")],
            by_formula("L40", "=L41*2"),
            by_formula("L41", "=L40*2"),
        ),
    ],
)
def test_a_circle_elsewhere_lets_no_other_one_in(
    session: Session, left: list[FieldEdit], first: list[FieldEdit], second: list[FieldEdit]
) -> None:
    merged(session, left)
    with pytest.raises(BadInputError, match="circle"):
        session.budget()
    set_fields(session, first)
    with pytest.raises(BadInputError, match="circle"):
        set_fields(session, second)


@pytest.mark.parametrize(
    ("left", "edit"),
    [
        (
            ("operating_line", "L04", "driver_ref", "", "gone"),
            FieldEdit("operating_line", "L40", "groups", ["mine"]),
        ),
        (
            ("operating_line", "L28", "ytd_actuals", "2031-02", 500),
            FieldEdit("operating_line", "L30", "ytd_actuals", 500, "2026-07"),
        ),
        (
            ("volume", "V01", "prior_actuals", "2020-02", "7"),
            FieldEdit("volume", "V02", "prior_actuals", "9", "2025-07"),
        ),
        (
            ("dependency", "I2.4.dependency-1", "milestone", "", "I2.1"),
            FieldEdit("dependency", "I4.2.dependency-1", "type", "SS"),
        ),
    ],
)
def test_a_fault_elsewhere_keeps_nobody_from_an_edit(
    session: Session, left: Said, edit: FieldEdit
) -> None:
    kind, name, field, slot, value = left
    session.commit([Edit(Address(kind, name, field, slot), value)], "met")
    set_fields(session, [edit])


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (FieldEdit("operating_line", "L28", "ytd_actuals", 500, "2031-02"), "outside the months"),
        (FieldEdit("dependency", "I2.4.dependency-1", "milestone", "I2.1"), "circle"),
    ],
)
def test_the_same_is_refused_of_who_makes_it(session: Session, edit: FieldEdit, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        set_fields(session, [edit])
