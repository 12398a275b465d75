"""What was agreed stays to the cent, whatever becomes of the things that all drafts share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.agreed import (
    AgreedBases,
    AgreedLine,
    AgreedPart,
    AgreedPlan,
    agreed_bases,
    agreed_lines,
    base_rows,
    line_rows,
    parts_of,
)
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.levers import tornado
from dyad_desktop.domain.operating import LINE_KINDS, WORKING_DRAFT, Draft, OperatingLine
from dyad_desktop.domain.scenario import moved_on, moved_on_words, reason
from dyad_desktop.domain.schema import MAX_TEXT
from dyad_desktop.domain.sides import bases_of, planned_for
from dyad_desktop.exchange.workbook_source import Source
from dyad_desktop.exchange.workspace_file import parse
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services import files
from dyad_desktop.services.disagreements import disagreements
from dyad_desktop.services.editing import FieldEdit, create, delete, set_field, set_fields
from dyad_desktop.services.home import recent_changes
from dyad_desktop.services.operating import MonthEdit, edit_lines
from dyad_desktop.services.planning import set_plan
from dyad_desktop.services.scenarios import (
    choices,
    compare,
    copy_draft,
    delete_draft,
    new_draft,
    take_lines,
)
from dyad_desktop.services.session import Session
from tests.services import test_travel
from tests.services.homes import Home, deliver, pair

priya, marcus = test_travel.priya, test_travel.marcus

STATE = ("draft", WORKING_DRAFT, "state")
FIGURES = Address("draft", WORKING_DRAFT, "agreed_figures")


def agree(session: Session, draft: str = WORKING_DRAFT, state: str = "agreed") -> Budget:
    """Agree to a draft; returns its figures."""
    before = session.budget(draft)
    set_fields(session, [FieldEdit("draft", draft, "state", state)])
    return before


def figures(budget: Budget) -> dict[str, tuple[int, ...]]:
    """Return every line that is something, by month."""
    return {name: line.months for name, line in budget.lines.items() if any(line.months)}


def post(session: Session, **fields: object) -> None:
    request = session.book.all(CapitalRequest)[0].id
    edits = [FieldEdit("capital_request", request, *one) for one in fields.items()]
    set_fields(session, edits)


MOVES: dict[str, Callable[[Session], object]] = {
    "growth of a line": lambda s: set_field(s, ("operating_line", "L20"), "rate_growth_pct", 40),
    "a volume": lambda s: set_field(s, ("volume", "V03"), "planned_growth_pct", 40),
    "a position": lambda s: set_field(s, ("position", "P01"), "fte_budget", 99),
    "an hour's year": lambda s: set_field(s, ("planning", "planning"), "hours_per_fte", 1000),
    "a posting": lambda s: post(s, annual_operating_cost=9_999_00_00),
    "no posting": lambda s: post(s, posts_to=[]),
    "another kind": lambda s: set_field(s, ("operating_line", "L20"), "kind", "other_revenue"),
    "a line less": lambda s: delete(s, [("operating_line", "L20")]),
    "a line more": lambda s: create(
        s,
        OperatingLine(
            id="NEW",
            account="1",
            name="New",
            prior_actuals=dict.fromkeys(s.budget().year.prior, 500_00),
        ),
    ),
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("state", ["agreed", "submitted"])
def test_an_agreed_draft_stays_to_the_cent(session: Session, move: str, state: str) -> None:
    set_plan(session, WORKING_DRAFT, "L21", {"method": "staffing", "driver": "P01"})
    post(session, posts_to=[WORKING_DRAFT], in_service="2026-09", annual_operating_cost=1_200_00_00)
    then = agree(session, state=state)
    bases = planned_for(session.book, then)
    assert then.posted
    assert session.budget().planned is not None
    assert moved_on_words(session.book, session.budget()) == ""
    MOVES[move](session)
    now = session.budget()
    assert (now.totals, figures(now)) == (then.totals, figures(then))
    assert now.sums == then.sums
    assert now.planned is not None
    assert now.planned.totals != then.totals
    assert moved_on(now)
    assert f"Working draft is {state} and stays as it was then" in moved_on_words(session.book, now)
    anew = compute_budget(session.book, WORKING_DRAFT)  # without what was computed before
    assert (anew.lines, anew.sums, anew.posted) == (now.lines, now.sums, now.posted)
    again = parse(files.dump(session))
    assert any(kind == "agreed_part" for kind, _ in again.records)
    # It is flexed and divided by the volumes, hours and staff that it was agreed for.
    assert bases_of(session.book, now) == bases
    assert any(bases.hours.values())


def test_going_back_to_planning_plans_anew_and_undo_brings_the_figures_back(
    session: Session,
) -> None:
    then = agree(session)
    set_field(session, ("volume", "V03"), "planned_growth_pct", 40)
    set_fields(session, [FieldEdit(*STATE, "working")])
    assert session.budget().planned is None
    assert session.budget().totals != then.totals
    session.undo()
    assert session.budget().totals == then.totals
    session.undo()  # the volume
    session.undo()  # the agreement
    assert session.book.all(AgreedPlan) == ()
    assert session.book.need(Draft, WORKING_DRAFT).agreed_figures is None
    session.redo()
    session.redo()
    assert session.budget().totals == then.totals


def test_what_was_undone_can_be_agreed_again(session: Session) -> None:
    then = agree(session)
    session.undo()
    agree(session)
    set_field(session, ("volume", "V03"), "planned_growth_pct", 40)
    assert session.budget().totals == then.totals
    kept = agreed_lines(session.book, WORKING_DRAFT, then.periods)
    assert kept is not None
    assert kept.keys() == then.lines.keys()


def test_what_was_agreed_before_figures_were_kept_is_kept_before_it_moves(session: Session) -> None:
    session.commit([Edit(Address(*STATE), "agreed")], "As an older version agrees")
    then = session.budget()
    assert then.planned is None
    set_field(session, ("volume", "V03"), "planned_growth_pct", 40)
    assert session.budget().totals == then.totals
    assert len(session.book.all(AgreedPlan)) == 1
    session.undo()
    assert session.budget().totals == then.totals


def test_submitting_what_was_agreed_keeps_what_was_agreed(session: Session) -> None:
    then = agree(session)
    set_field(session, ("volume", "V03"), "planned_growth_pct", 40)
    for state in ("submitted", "decided"):
        agree(session, state=state)
        assert session.budget().totals == then.totals
    assert len(session.book.all(AgreedPlan)) == 1


def test_a_copy_plans_and_lines_are_taken_as_they_were_agreed(session: Session) -> None:
    then = agree(session)
    set_field(session, ("volume", "V03"), "planned_growth_pct", 40)
    copy = new_draft(copy_draft(session, WORKING_DRAFT, "Plan B"))
    planned = session.budget().planned
    assert planned is not None
    assert session.budget(copy).totals == planned.totals
    lines = [line for line in moved_on(session.budget()) if line in planned.rules.lines]
    take_lines(session, WORKING_DRAFT, copy, lines)
    assert session.budget(copy).totals == then.totals


def test_what_is_agreed_is_compared_with_what_it_would_be(session: Session) -> None:
    then = agree(session)
    set_field(session, ("volume", "V03"), "planned_growth_pct", 40)
    anew = ("planned", WORKING_DRAFT)
    assert (anew, "Working draft, planned anew") in choices(session.book)
    found = compare(session, ("draft", WORKING_DRAFT), anew, WORKING_DRAFT)
    left, right = found.statement("contribution")
    assert sum(left) == then.totals.contribution
    assert session.budget().planned is not None
    assert sum(right) == session.budget().planned.totals.contribution  # type: ignore[union-attr]
    assert {one.subject.id for one in found.lines if one.differs} == set(moved_on(session.budget()))


def test_a_what_if_of_what_was_agreed_moves_what_a_copy_would(session: Session) -> None:
    agree(session)
    planned = session.budget().planned
    assert planned is not None
    assert tornado(session.book, planned)


def test_a_deleted_line_stands_in_what_was_agreed(session: Session) -> None:
    then = agree(session)
    name = session.book.need(OperatingLine, "L20").name
    delete(session, [("operating_line", "L20")])
    now = session.budget()
    assert now.posted["L20"].name == name
    assert now.lines["L20"].months == then.lines["L20"].months
    found = compare(session, ("draft", WORKING_DRAFT), ("prior", ""), WORKING_DRAFT)
    gone = next(one for one in found.lines if one.subject.id == "L20")
    assert not gone.takes
    assert reason(found.left, found.right, "L20") == "The line was deleted since it was agreed"


def test_a_deleted_draft_takes_its_figures_along(session: Session) -> None:
    copy = new_draft(copy_draft(session, WORKING_DRAFT, "Plan B"))
    agree(session)
    delete_draft(session, WORKING_DRAFT, knowingly=True)
    assert session.book.all(AgreedPart) == ()
    assert session.book.get(Draft, copy) is not None


class TestTwoCopies:
    def test_what_one_moves_while_the_other_agrees_moves_nothing(
        self, priya: Home, marcus: Home, tmp_path: Path
    ) -> None:
        pair(priya, marcus, tmp_path)
        with priya.session() as mine:
            then = agree(mine)
        with marcus.session() as theirs:
            set_field(theirs, ("volume", "V03"), "planned_growth_pct", 40)
            edit_lines(theirs, WORKING_DRAFT, [MonthEdit("L01", "2026-08", 1_00)])
            delete(theirs, [("operating_line", "L20")])
        deliver(marcus, priya, tmp_path)
        deliver(priya, marcus, tmp_path)
        for home in (priya, marcus):
            with home.session() as session:
                now = session.budget()
                assert (now.totals, figures(now)) == (then.totals, figures(then))
                assert moved_on(now)
                assert session.file.check() == []

    def test_the_same_figures_agreed_apart_are_one_agreement(
        self, priya: Home, marcus: Home, tmp_path: Path
    ) -> None:
        pair(priya, marcus, tmp_path)
        for home in (priya, marcus):
            with home.session() as session:
                then = agree(session)
        deliver(marcus, priya, tmp_path)
        with priya.session() as session:
            assert session.disagreements() == []
            assert len(session.book.all(AgreedPlan)) == 1
            assert session.budget().totals == then.totals

    def test_different_figures_agreed_apart_stand_side_by_side_until_they_are_settled(
        self, priya: Home, marcus: Home, tmp_path: Path
    ) -> None:
        pair(priya, marcus, tmp_path)
        with priya.session() as mine:
            first = agree(mine)
        with marcus.session() as theirs:
            set_field(theirs, ("volume", "V03"), "planned_growth_pct", 40)
            second = agree(theirs)
        assert first.totals != second.totals
        deliver(marcus, priya, tmp_path)
        deliver(priya, marcus, tmp_path)
        with priya.session() as mine:
            assert mine.disagreements() == [FIGURES]
            (found,) = disagreements(mine)
            assert all(side.text.startswith("Contribution USD") for side in found.choices)
            set_field(
                mine, ("volume", "V04"), "planned_growth_pct", 40
            )  # settles nothing by itself
            assert mine.disagreements() == [FIGURES]
            chosen = mine.sides(FIGURES)[1].value
            set_fields(mine, [FieldEdit(*FIGURES[:3], chosen, seen=mine.seen(FIGURES))])
        deliver(priya, marcus, tmp_path)
        for home in (priya, marcus):
            with home.session() as session:
                assert session.disagreements() == []
                assert session.budget().totals in (first.totals, second.totals)
                assert session.book.need(Draft, WORKING_DRAFT).agreed_figures == chosen


def test_home_tells_that_a_draft_was_agreed(session: Session) -> None:
    agree(session)
    set_field(session, ("position", "P01"), "fte_budget", 50)
    agree(session, state="submitted")
    told = [(one.what, one.label) for one in recent_changes(session)[:3]]
    assert told[0] == ("submitted", "Working draft")
    assert told[1][0] == "changed"
    assert told[2] == ("agreed to", "Working draft")


LINES = st.lists(
    st.builds(
        AgreedLine,
        line=st.from_regex(r"[A-Za-z0-9_.:+-]{1,96}", fullmatch=True),
        kind=st.sampled_from(LINE_KINDS),
        name=st.text("Ab é:-", min_size=1).filter(lambda text: text == " ".join(text.split())),
        months=st.tuples(*[st.integers(-(10**15), 10**15)] * 12),
        request=st.sampled_from(["", "CR1"]),
    ),
    unique_by=lambda one: one.line,
    max_size=400,
)  # fmt: skip


TWELVE = st.tuples(*[st.none() | st.fractions(0, 10**9, max_denominator=10**6)] * 12)
NAMED = st.dictionaries(
    st.from_regex(r"[A-Za-z0-9_.:+-]{1,96}", fullmatch=True), TWELVE, max_size=9
)


@given(LINES, st.builds(AgreedBases, NAMED, NAMED, NAMED))
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_figures_are_read_as_they_were_written(lines: list[AgreedLine], bases: AgreedBases) -> None:
    texts = list(parts_of([*line_rows(lines), *base_rows(bases)]))
    assert all(len(text) <= MAX_TEXT for text in texts)
    start = "2026-07"
    book = Book.of(
        [
            Draft(id="d", name="D", state="agreed", agreed_figures="p"),
            AgreedPlan(id="p", draft="d", title="t", start=start),
            *(AgreedPart(f"p.{n}", f"{n:04}", "p", text) for n, text in enumerate(texts)),
            AgreedPart("p.x", "9999", "p", "what an\tunknown version\twrote\t1 2 x\tthere"),
        ]
    )
    assert agreed_lines(book, "d", (start,)) == {one.line: one for one in lines}
    assert agreed_lines(book, "d", ("2027-07",)) is None  # it was agreed for another year
    known = any((bases.volumes, bases.hours, bases.staff))
    assert agreed_bases(book, "d", (start,)) == (bases if known else None)


def test_what_was_agreed_before_its_bases_were_kept_goes_by_those_of_now(session: Session) -> None:
    agree(session)
    parts = [(("agreed_part", one.id), one.figures) for one in session.book.all(AgreedPart)]
    for key, text in parts:
        rows = [row for row in text.split("\n") if row.split("\t")[2] in LINE_KINDS]
        set_field(session, key, "figures", "\n".join(rows))
    budget = session.budget()
    assert agreed_bases(session.book, WORKING_DRAFT, budget.periods) is None
    assert bases_of(session.book, budget) == planned_for(session.book, budget)


def test_the_workbook_sums_each_line_among_the_kind_that_was_agreed(session: Session) -> None:
    then = agree(session)
    set_field(session, ("operating_line", "L20"), "kind", "other_revenue")
    delete(session, [("operating_line", "L21")])
    source = Source(session.book, session.budget(), "Marcus", "2026-10-31")
    sums = {kind: [0] * 12 for kind in LINE_KINDS}
    for line in source.lines:
        months = source.budget.lines[line.id].months
        sums[line.kind] = [a + b for a, b in zip(sums[line.kind], months, strict=True)]
    assert {kind: tuple(months) for kind, months in sums.items()} == then.sums
