"""Rules keep an edit from making a fault, not from working beside one that a merge left."""

import pytest

from dyad_desktop.domain.initiatives import Dependency
from dyad_desktop.domain.operating import WORKING_DRAFT
from dyad_desktop.domain.schedule import plan_all
from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.editing import FieldEdit, create, delete, set_field, set_fields
from dyad_desktop.services.history import moment_of
from dyad_desktop.services.restoring import restore_item
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


def waits(link: str, ref: str, milestone: str = "") -> list[FieldEdit]:
    """Return the edits by which a link of the example waits for another milestone, and is another's."""
    name = f"{link}.dependency-1"
    moved = [FieldEdit("dependency", name, "milestone", milestone)] if milestone else []
    return [FieldEdit("dependency", name, "ref", ref), *moved]


TWO = [*waits("I4.2", "I4.3"), *waits("I4.7", "I4.8")]
"""I4.2 and I4.3 wait for each other, and so do I4.7 and I4.8."""
KNOT = [*waits("I4.2", "I4.4"), *waits("I4.6", "I4.3", "I4.2")]
"""I4.2 waits for I4.3, which waits for it, and for I4.4, which waits for I4.3."""


@pytest.mark.parametrize("left", [TWO, KNOT])
@pytest.mark.parametrize("link", ["I4.2", "I4.3", "I4.4", "I4.6", "I4.7", "I4.8"])
@pytest.mark.parametrize("start", ["2026-03-02", None])
def test_of_circles_of_milestones_any_link_can_be_taken_away(
    session: Session, left: list[FieldEdit], link: str, start: str | None
) -> None:
    merged(session, [*left, FieldEdit("initiative", "I4", "start", start)])
    assert "circle" in plan_all(session.book)[1]["I4"]
    delete(session, [("dependency", f"{link}.dependency-1")])


@pytest.mark.parametrize(
    "edits",
    [
        waits("I4.2", "I4.1"),
        waits("I4.7", "I4.4"),
        waits("I4.9", "I4.7"),
        waits("I4.6", "I4.1", "I4.7"),
        [FieldEdit("dependency", "I4.2.dependency-1", "type", "SS")],
        [FieldEdit("milestone", "I4.8", DELETED, value=True)],
    ],
)
@pytest.mark.parametrize("start", ["2026-03-02", None])
def test_circles_of_milestones_that_a_merge_left_keep_nobody_from_an_edit(
    session: Session, edits: list[FieldEdit], start: str | None
) -> None:
    merged(session, [*TWO, FieldEdit("initiative", "I4", "start", start)])
    set_fields(session, edits)


@pytest.mark.parametrize(
    ("edits", "circle"),
    [
        (waits("I4.9", "I4.9"), "I4.9 → I4.9"),
        (waits("I4.5", "I4.7"), "I4.5 → I4.7 → I4.5"),
        (waits("I4.6", "I4.3", "I4.2"), "I4.2 → I4.3 → I4.2"),
        ([FieldEdit("milestone", "I6.4", "initiative", "I4")], "I6.4 → I4.6 → I6.4"),
    ],
)
def test_a_circle_of_milestones_lets_no_other_one_in(
    session: Session, edits: list[FieldEdit], circle: str
) -> None:
    merged(session, [*TWO, *waits("I6.4", "I4.6")])
    before = session.book
    with pytest.raises(BadInputError, match=f"circle: {circle}$"):
        set_fields(session, edits)
    assert session.book is before


def test_a_new_link_closes_no_circle_behind_one_that_stands(session: Session) -> None:
    merged(session, waits("I4.6", "I4.2", "I4.1"))
    with pytest.raises(BadInputError, match=r"circle: I4\.3 → I4\.4 → I4\.3"):
        create(session, Dependency(id="new", milestone="I4.3", ref="I4.4", type="FS"))
    create(session, Dependency(id="new", milestone="I4.1", ref="I4.6", type="FS"))


def test_a_deleted_link_that_would_close_a_circle_is_not_brought_back(session: Session) -> None:
    key = ("dependency", "I4.3.dependency-1")
    cut = moment_of(session, session.journal(1)[0].n).cut
    delete(session, [key])
    merged(session, waits("I4.7", "I4.8"))
    set_fields(session, waits("I4.2", "I4.3"))
    with pytest.raises(BadInputError, match=r"circle: I4\.3 → I4\.2 → I4\.3"):
        restore_item(session, key, cut, WORKING_DRAFT)


def test_a_fault_of_a_plan_behind_another_is_refused(session: Session) -> None:
    """Behind a missing start hides no plan that runs past the calendar."""
    merged(session, [FieldEdit("initiative", "I4", "start", None)])
    with pytest.raises(BadInputError, match="calendar"):
        set_fields(
            session,
            [
                FieldEdit("initiative", "I4", "start", "9999-12-01"),
                FieldEdit("dependency", "I4.2.dependency-1", "type", "SS"),
            ],
        )


@pytest.mark.parametrize(
    ("kind", "name", "value"), [("operating_line", "L17", 999_999), ("volume", "V01", "7")]
)
def test_a_figure_outside_its_years_that_a_merge_left_goes_but_is_not_typed_anew(
    session: Session, kind: str, name: str, value: Canonical
) -> None:
    merged(session, [FieldEdit(kind, name, "prior_actuals", value, "2001-01")])
    with pytest.raises(BadInputError, match="2001-01, outside the months"):
        set_field(session, (kind, name), "prior_actuals", value, slot="2001-01")
    set_field(session, (kind, name), "prior_actuals", value, slot="2025-07")
    set_field(session, (kind, name), "prior_actuals", None, slot="2001-01")
