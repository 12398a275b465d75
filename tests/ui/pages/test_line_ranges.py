"""Ranges of groups, lines and the statement in the sheet of lines: against trying every combination."""

from contextlib import closing
from itertools import product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.contested import Place
from dyad_desktop.domain.moving import Moving
from dyad_desktop.domain.open_actuals import open_actuals
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.replication.change import Address
from dyad_desktop.services.scenarios import compare, copy_draft, new_draft
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import take
from dyad_desktop.ui.pages.operating.line_columns import FIRST, FOOTER, PRIOR, TOTAL
from dyad_desktop.ui.pages.operating.line_groups import Group, groups_of
from dyad_desktop.ui.pages.operating.line_ranges import LineRanges, prior_of
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.pages.operating.scenarios_model import DIFF, LEFT, RIGHT
from dyad_desktop.ui.pages.operating.scenarios_ranges import side_ranges
from dyad_desktop.ui.shell.window import MainWindow
from tests.domain.test_account_spans import CHARTED, CHOICES
from tests.domain.trying import every_book
from tests.services.apart import apart, month

FEB = FIRST + 7
LINES = ("L17", "L30", "L29")


def figures(book: Book) -> dict[tuple[str, int], int]:
    """Return the figures of groups, some lines and the statement, in February and over the year."""
    budget = compute_budget(book, "working")
    groups = groups_of(book.all(OperatingLine), budget)
    months: dict[str, list[int]] = {one.key: one.months for one in groups}
    months |= {key: list(budget.lines[key].months) for key in LINES}
    months |= {key: list(budget.by_month(key)) for key in FOOTER}
    found = {(key, FEB): some[FEB - FIRST] for key, some in months.items()}
    prior = {one.key: one.prior for one in groups}
    prior |= {key: budget.lines[key].prior_total for key in LINES}
    prior |= {key: prior_of(key, groups) for key in FOOTER}
    found |= {(key, PRIOR): amount for key, amount in prior.items()}
    return found | {(key, TOTAL): sum(some) for key, some in months.items()}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*CHOICES]), min_size=1, max_size=4, unique=True))
def test_every_figure_comes_out_between_the_ends_however_it_is_settled(places: list[Place]) -> None:
    choices = {place: CHOICES[place] for place in places if place[0] != "account"}
    budget = compute_budget(CHARTED, "working")
    groups: list[Group] = groups_of(CHARTED.all(OperatingLine), budget)
    ranges = LineRanges()
    prior = open_actuals(CHARTED, choices.items(), "prior_actuals", budget.year.prior)
    ranges.forget(Moving().open(CHARTED, budget, choices), prior)
    tried = [figures(one) for one in every_book(CHARTED, choices)]
    for (key, column), working in figures(CHARTED).items():
        amounts = [one.get((key, column), 0) for one in tried]  # a group that is empty isn't there
        found = ranges.span(key, column, budget, groups)
        low, high = (working, working) if found is None else (found.low, found.high)
        assert (low, high) == (min(amounts), max(amounts)), (key, column)


def test_both_sides_of_a_comparison_and_its_difference_tell_what_is_open(session: Session) -> None:
    """Of a draft beside the prior year the ends are exact; of two drafts that share what is open, about."""
    other = new_draft(copy_draft(session, "working", "Another"))
    places = [
        apart(session, month("L28"), A=20_000_000, B=60_000_000),
        apart(session, Address("volume", "V01", "planned_growth_pct"), A="-20", B="20"),
        apart(session, Address("operating_line", "L30", "kind"), A="revenue", B="expense"),
        apart(session, Address("operating_line", "L30", "ytd_actuals", "2026-09"), A=900, B=70_000),
        apart(session, Address("operating_line", "L29", "prior_actuals", "2026-05"), A=1, B=50_000),
    ]
    sides: dict[str, tuple[Key, Key]] = {
        "prior": (("prior", ""), ("draft", "working")),
        "actual": (("prior", ""), ("actual", "")),
        "drafts": (("draft", other), ("draft", "working")),
    }
    for left, right in sides.values():
        found, ranges = (
            compare(session, left, right, "working"),
            side_ranges(session, (left, right)),
        )
        working = {row: tuple(map(sum, found.statement(row))) for row in FOOTER}
        out: dict[str, list[tuple[int, ...]]] = {row: [] for row in FOOTER}
        for combination in product("AB", repeat=len(places)):
            for at, who in zip(places, combination, strict=True):
                take(session, [at], who)
            settled = compare(session, left, right, "working")
            for row in FOOTER:
                out[row].append(tuple(map(sum, settled.statement(row))))
            for _ in places:
                session.undo()
        for row in FOOTER:
            months = range(found.count)
            told = ranges.statement(found, row, (working[row][0], working[row][1]), months)
            for n, span in enumerate(told[:2]):
                amounts = [one[n] for one in out[row]]
                assert (span.low, span.high) == (min(amounts), max(amounts))
            gaps = [right - left for left, right in out[row]]
            assert told[2].low <= min(gaps) <= max(gaps) <= told[2].high
            assert told[2].rough == (told[0].wide and told[1].wide)


def test_a_comparison_shows_the_ends_of_its_totals(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        apart(session, month("L28"), A=20_000_000, B=60_000_000)
        apart(session, Address("position", "P01", "fte_budget"), A="40", B="50")
    window.use_session(Session.open(example_file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page("operating")
    page = window.page
    assert isinstance(page, Page)
    page.show_view("scenarios")
    qtbot.waitUntil(
        lambda: page._scenarios is not None and page._scenarios.compare.found is not None
    )
    assert page._scenarios is not None
    model = page._scenarios.compare.model
    assert model.total_range(1, LEFT) == ("", "")
    assert all(model.total_range(1, RIGHT))
    assert all(model.total_range(2, DIFF))
    labour = next(n for n, one in enumerate(model.rows) if one.key == ("group", "expense/labour"))
    assert "as you settle it" in model.range_text(labour, RIGHT)
    page.show_view("positions")
    qtbot.waitUntil(lambda: bool(page._positions._spans))
    cost = next(n for n, one in enumerate(page._positions.columns) if one.key == "cost")
    assert all(page._positions.total_range(0, cost))
    assert page._positions.range_text(page._positions.row_of("P01"), cost)
    assert not page._positions.range_text(page._positions.row_of("P02"), cost)
