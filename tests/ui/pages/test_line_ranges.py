"""Ranges of groups, lines and the statement in the sheet of lines: against trying every combination."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.contested import Place
from dyad_desktop.domain.moving import Moving
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.ui.pages.operating.line_columns import FIRST, FOOTER, TOTAL
from dyad_desktop.ui.pages.operating.line_groups import Group, groups_of
from dyad_desktop.ui.pages.operating.line_ranges import LineRanges
from tests.domain.test_account_spans import CHARTED, CHOICES
from tests.domain.trying import every_book

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
    return found | {(key, TOTAL): sum(some) for key, some in months.items()}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*CHOICES]), min_size=1, max_size=4, unique=True))
def test_every_figure_comes_out_between_the_ends_however_it_is_settled(places: list[Place]) -> None:
    choices = {place: CHOICES[place] for place in places if place[0] != "account"}
    budget = compute_budget(CHARTED, "working")
    groups: list[Group] = groups_of(CHARTED.all(OperatingLine), budget)
    ranges = LineRanges()
    ranges.forget(Moving().open(CHARTED, budget, choices))
    tried = [figures(one) for one in every_book(CHARTED, choices)]
    for (key, column), working in figures(CHARTED).items():
        amounts = [one.get((key, column), 0) for one in tried]  # a group that is empty isn't there
        found = ranges.span(key, column, budget, groups)
        low, high = (working, working) if found is None else (found.low, found.high)
        assert (low, high) == (min(amounts), max(amounts)), (key, column)
