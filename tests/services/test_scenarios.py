"""Drafts beside each other: copied, compared, and lines taken from one into another."""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft, DraftLine, OperatingLine
from dyad_desktop.domain.scenario import Difference, differences, reason
from dyad_desktop.domain.totals import prior_year_totals
from dyad_desktop.errors import BadInputError
from dyad_desktop.services import files
from dyad_desktop.services.disagreements import count_open
from dyad_desktop.services.editing import FieldEdit, set_field, set_fields
from dyad_desktop.services.operating import GrowthEdit, MonthEdit, edit_lines
from dyad_desktop.services.planning import choose_method, set_plan
from dyad_desktop.services.scenarios import (
    choices,
    compare,
    copy_draft,
    delete_draft,
    describe_draft,
    fixed_words,
    last_note,
    new_draft,
    set_input,
    take_lines,
    version,
)
from dyad_desktop.services.session import Session

LINES = ("L01", "L13", "L16", "L20", "L40")
METHODS = ("prior_year", "fixed", "contract", "manual", "formula", "volume_rate")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A session whose tests undo what they did."""
    with closing(files.demo(tmp_path_factory.mktemp("shared") / "example.dyad")) as made:
        yield made


def copied(session: Session, source: str = WORKING_DRAFT, name: str = "Plan B") -> str:
    return new_draft(copy_draft(session, source, name))


def compared(session: Session, left: str, right: str) -> Difference:
    return compare(session, ("draft", left), ("draft", right), WORKING_DRAFT)


def differing(session: Session, left: str, right: str) -> list[str]:
    return [one.subject.id for one in compared(session, left, right).lines if one.differs]


def months(session: Session, draft: str) -> dict[str, tuple[int, ...]]:
    return {name: line.months for name, line in session.budget(draft).lines.items()}


# -- copying -------------------------------------------------------------------------------------


def test_a_copy_plans_the_same_in_one_commit_that_can_be_undone(session: Session) -> None:
    edit_lines(session, WORKING_DRAFT, [MonthEdit("L01", "2026-08", 100_00)])
    before, count = months(session, WORKING_DRAFT), len(session.journal())
    changes = copy_draft(session, WORKING_DRAFT, " Plan B ", "To see")
    made = session.book.need(Draft, new_draft(changes))
    assert (made.name, made.copied_from, made.purpose) == ("Plan B", WORKING_DRAFT, "To see")
    assert changes.note == "Copy of Working draft: Plan B"
    assert len(session.journal()) == count + 1
    assert months(session, made.id) == before
    session.undo()
    assert session.book.get(Draft, made.id) is None
    session.redo()
    assert months(session, made.id) == before


def test_a_later_edit_of_the_working_draft_doesn_t_move_the_copy(session: Session) -> None:
    flat = next(one.id for one in session.book.all(OperatingLine) if not one.rate_growth_pct)
    copy = copied(session)
    before = months(session, copy)
    edit_lines(
        session, WORKING_DRAFT, [GrowthEdit("L01", Decimal(9)), GrowthEdit(flat, Decimal(9))]
    )
    assert months(session, copy) == before
    assert months(session, WORKING_DRAFT) != before


def test_a_capital_request_posts_to_the_copy_too(session: Session) -> None:
    request = session.book.all(CapitalRequest)[0].id
    wanted = {"posts_to": (WORKING_DRAFT,), "in_service": "2026-10", "status": "proposed"}
    set_fields(
        session,
        [FieldEdit("capital_request", request, name, value) for name, value in wanted.items()],
    )
    copy = copied(session)
    assert session.budget(copy).posted.keys() == session.budget(WORKING_DRAFT).posted.keys()
    assert session.book.need(CapitalRequest, request).posts_to == (WORKING_DRAFT,)
    delete_draft(session, copy)
    assert session.book.need(CapitalRequest, request).posts_to == (WORKING_DRAFT,)


@given(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(METHODS)), max_size=4))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_copy_computes_as_its_source_whatever_the_methods(
    shared: Session, plans: list[tuple[str, str]]
) -> None:
    count = len(shared.journal())
    for line, method in plans:
        choose_method(shared, WORKING_DRAFT, line, method)
    copy = copied(shared)
    assert months(shared, copy) == months(shared, WORKING_DRAFT)
    assert not differing(shared, WORKING_DRAFT, copy)
    for _ in range(len(shared.journal()) - count):
        shared.undo()


def test_copies_keep_what_is_posted_to_them_when_their_source_goes(session: Session) -> None:
    request = session.book.all(CapitalRequest)[0].id
    fields = {
        "posts_to": [WORKING_DRAFT],
        "in_service": "2026-09",
        "annual_operating_cost": 1_200_00,
    }
    edits = [FieldEdit("capital_request", request, *one) for one in fields.items()]
    set_fields(session, edits)
    middle = copied(session)
    last, side = copied(session, middle, "Plan C"), copied(session, WORKING_DRAFT, "Plan D")
    before = {one: session.budget(one).posted for one in (middle, last, side)}
    assert all(before.values())
    delete_draft(session, middle)
    delete_draft(session, WORKING_DRAFT)
    assert {one: session.budget(one).posted for one in (last, side)} == {
        one: before[one] for one in (last, side)
    }
    session.undo()
    session.undo()
    assert {one: session.budget(one).posted for one in before} == before


@pytest.mark.parametrize(
    ("name", "why"), [("", "needs a name"), ("  ", "needs a name"), ("working DRAFT", "already")]
)
def test_a_name_that_can_t_be_is_refused(session: Session, name: str, why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        copy_draft(session, WORKING_DRAFT, name)
    with pytest.raises(BadInputError, match=why):
        describe_draft(session, copied(session), name, "")


def test_renaming_deleting_and_the_last_one(session: Session) -> None:
    copy = copied(session)
    describe_draft(session, copy, "Plan C", "Why not")
    assert session.book.need(Draft, copy).purpose == "Why not"
    assert not describe_draft(session, copy, "Plan C", "Why not").keys
    delete_draft(session, copy)
    assert session.book.get(DraftLine, f"{copy}.L01") is None
    with pytest.raises(BadInputError, match="only draft"):
        delete_draft(session, WORKING_DRAFT)
    session.undo()
    assert session.book.need(Draft, copy).name == "Plan C"


def test_an_agreed_draft_is_fixed_and_deleted_only_knowingly(session: Session) -> None:
    copy = copied(session)
    set_fields(session, [FieldEdit("draft", copy, "state", "agreed")])
    assert fixed_words(session.book, copy).startswith("Plan B is agreed")
    assert not fixed_words(session.book, WORKING_DRAFT)
    with pytest.raises(BadInputError, match="agreed"):
        take_lines(session, WORKING_DRAFT, copy, ["L01"])
    with pytest.raises(BadInputError, match="agreed"):
        delete_draft(session, copy)
    delete_draft(session, copy, knowingly=True)
    assert session.book.get(Draft, copy) is None


# -- what-ifs ------------------------------------------------------------------------------------


def test_a_what_if_on_the_working_draft_makes_a_scenario_of_its_own(session: Session) -> None:
    before = months(session, WORKING_DRAFT)
    made = new_draft(set_input(session, WORKING_DRAFT, "volume", Decimal(-5)))
    assert session.book.need(Draft, made).name == "What-if 1"
    assert session.book.need(Draft, made).inputs == {"volume": Decimal(-5)}
    assert months(session, WORKING_DRAFT) == before
    set_input(session, made, "rate:revenue", Decimal(2))
    assert differing(session, WORKING_DRAFT, made)
    for name in ("volume", "rate:revenue"):
        set_input(session, made, name, None)
    assert not differing(session, WORKING_DRAFT, made)
    assert not set_input(session, WORKING_DRAFT, "volume", None).keys
    with pytest.raises(BadInputError):
        set_input(session, made, "volume", Decimal(-101))
    with pytest.raises(BadInputError):
        set_input(session, WORKING_DRAFT, "volume", Decimal(-101))


# -- taking lines --------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(METHODS)), max_size=3),
    st.lists(st.sampled_from(LINES), min_size=1, unique=True),
    st.sampled_from([None, ("volume", -5), ("rate:expense", 2)]),
    st.booleans(),
)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_lines_that_were_taken_don_t_differ(
    shared: Session, plans: list[tuple[str, str]], lines: list[str], what_if: tuple[str, int] | None,
    back: bool,  # noqa: FBT001 - Hypothesis's own
) -> None:  # fmt: skip
    count = len(shared.journal())
    other = copied(shared)
    for line, method in plans:
        choose_method(shared, other, line, method)
        set_plan(
            shared, other, line, {"explanation": "Since it is so", "rate_growth_pct": Decimal(7)}
        )
    if what_if is not None:
        set_input(shared, other, what_if[0], Decimal(what_if[1]))
    source, target = (WORKING_DRAFT, other) if back else (other, WORKING_DRAFT)
    take_lines(shared, source, target, lines)
    assert not set(differing(shared, source, target)) & set(lines)
    for line in lines:
        told = [shared.book.get(DraftLine, f"{draft}.{line}") for draft in (source, target)]
        assert (told[0] and told[0].explanation) == (told[1] and told[1].explanation)
    for _ in range(len(shared.journal()) - count):
        shared.undo()


def test_taking_lines_is_one_commit_with_its_reason(session: Session) -> None:
    copy = copied(session)
    edit_lines(session, copy, [MonthEdit("L01", "2026-08", 100_00), GrowthEdit("L40", Decimal(8))])
    before, count = months(session, WORKING_DRAFT), len(session.journal())
    taken = take_lines(session, copy, WORKING_DRAFT, ["L01", "L40"], "Agreed on Monday")
    assert len(session.journal()) == count + 1
    assert taken.changes.note.endswith("taken from Plan B into Working draft: Agreed on Monday")
    assert (taken.lines, taken.by_hand) == (2, 0)
    assert taken.after == session.budget(WORKING_DRAFT).totals.contribution != taken.before
    session.undo()
    assert months(session, WORKING_DRAFT) == before


def test_only_the_plan_can_be_taken(session: Session) -> None:
    scenario = new_draft(set_input(session, WORKING_DRAFT, "volume", Decimal(-5)))
    taken = take_lines(session, scenario, WORKING_DRAFT, ["L01"], figures=False)
    assert not taken.changes.keys
    taken = take_lines(session, scenario, WORKING_DRAFT, ["L01"])
    assert taken.by_hand == 1


@pytest.mark.parametrize(
    ("source", "lines", "why"),
    [
        (WORKING_DRAFT, ["L01"], "these are the same"),
        ("none", ["L01"], "no draft"),
        ("copy", [], "at least one"),
        ("copy", ["X"], "no operating line"),
    ],
)
def test_taking_what_can_t_be_taken(
    session: Session, source: str, lines: list[str], why: str
) -> None:
    copy = copied(session)
    with pytest.raises(BadInputError, match=why):
        take_lines(session, copy if source == "copy" else source, WORKING_DRAFT, lines)


# -- comparing -----------------------------------------------------------------------------------


def test_what_can_be_compared(session: Session) -> None:
    copied(session)
    assert [name for _, name in choices(session.book)] == [
        "Working draft", "Plan B", "FY26 actual", "FY27 actual to date", "Last agreed version",
        "When you last met",
    ]  # fmt: skip


def test_a_draft_beside_the_prior_year_and_the_months_so_far(session: Session) -> None:
    budget = session.budget()
    plan, prior, actual = (
        version(session, key) for key in (("draft", WORKING_DRAFT), ("prior", ""), ("actual", ""))
    )
    left, right = differences(prior, plan).statement("contribution")
    assert sum(right) == budget.totals.contribution
    assert sum(left) == prior_year_totals(session.book).contribution
    found = differences(plan, actual)
    assert found.count == 4
    assert sum(found.statement("contribution")[0]) == sum(budget.by_month("contribution")[:4])
    assert not found.itself
    assert differences(plan, plan).itself


def test_what_was_agreed_and_what_never_was(session: Session) -> None:
    mine = ("draft", WORKING_DRAFT)
    with pytest.raises(BadInputError, match="never agreed"):
        compare(session, ("agreed", ""), mine, WORKING_DRAFT)
    set_fields(session, [FieldEdit("draft", WORKING_DRAFT, "state", "agreed")])
    set_fields(session, [FieldEdit("draft", WORKING_DRAFT, "state", "working")])
    edit_lines(session, WORKING_DRAFT, [MonthEdit("L01", "2026-08", 100_00)])
    found = compare(session, ("agreed", ""), mine, WORKING_DRAFT)
    assert found.left.title == "Working draft as last agreed"
    assert found.left.key == ("agreed", WORKING_DRAFT)
    assert "L01" in {one.subject.id for one in found.lines if one.differs}
    copy = copied(session)
    with pytest.raises(BadInputError, match="never agreed"):
        compare(session, ("agreed", ""), ("draft", copy), WORKING_DRAFT)
    with pytest.raises(BadInputError, match="not met yet"):
        compare(session, ("met", ""), mine, WORKING_DRAFT)


def test_why_a_line_differs(session: Session) -> None:
    copy = copied(session)
    edit_lines(session, copy, [MonthEdit("L01", "2026-08", 100_00), GrowthEdit("L20", Decimal(8))])
    set_plan(
        session, copy, "L40", {"explanation": "Two more nurses", "rate_growth_pct": Decimal(9)}
    )
    found = compared(session, WORKING_DRAFT, copy)
    why = {one.subject.id: reason(found.left, found.right, one.subject.id) for one in found.lines}
    assert why["L01"] == "Aug set by hand"
    assert "→" in why["L20"]
    assert "8 %" in why["L20"]
    assert why["L40"] == "Two more nurses"
    assert why["L13"] == "Follows the lines of the group gross revenue"
    back = differences(found.right, found.left)
    assert reason(back.left, back.right, "L01") == "Aug no longer set by hand"
    assert last_note(session, copy, "L01").endswith("budget cells")
    assert not last_note(session, copy, "none")


def test_an_agreed_draft_is_not_planned_on_but_may_be_explained(session: Session) -> None:
    copy = copied(session)
    set_fields(session, [FieldEdit("draft", copy, "state", "agreed")])
    for edit in (
        FieldEdit("draft_line", f"{copy}.L01", "months", 100, "2026-08"),
        FieldEdit("draft", copy, "inputs", Decimal(5), "volume"),
    ):
        with pytest.raises(BadInputError, match="is agreed and stays as it is; make a copy"):
            set_fields(session, [edit])
    set_fields(session, [FieldEdit("draft_line", f"{copy}.L01", "explanation", "Agreed so")])
    set_fields(session, [FieldEdit("draft", copy, "state", "working")])
    edit_lines(session, copy, [MonthEdit("L01", "2026-08", 100)])


def test_undo_of_a_copy_takes_what_it_says_of_the_lines_with_it(session: Session) -> None:
    before = session.book.everything()
    draft = new_draft(copy_draft(session, "working", "Plan B"))
    said = {one.id: one for one in session.book.all(DraftLine) if one.draft == draft}
    assert said
    session.undo()
    assert session.book.everything() == before
    assert count_open(session) == 0
    session.redo()
    assert {one.id: one for one in session.book.all(DraftLine) if one.draft == draft} == said
    session.undo()
    assert count_open(session) == 0
    assert session.check() == []


def test_undo_of_a_copy_leaves_what_the_partner_worked_on_since(session: Session) -> None:
    draft = new_draft(copy_draft(session, "working", "Plan B"))
    session.write_as("B")
    set_field(session, ("draft", draft), "name", "Ours")
    session.write_as("A")
    undone = session.undo()
    assert undone.left_alone
    assert session.book.need(Draft, draft).name == "Ours"
    assert any(one.draft == draft for one in session.book.all(DraftLine))
    assert count_open(session) == 0
