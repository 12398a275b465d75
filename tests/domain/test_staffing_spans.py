"""What positions cost while values are contested: against trying every combination."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.contested import Outcome, Place, Span, Value
from dyad_desktop.domain.operating import Position
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.domain.staffing_spans import ALL, staffing_costs, staffing_spans
from tests.domain.example import example_book
from tests.domain.trying import every_book

BOOK = example_book()
P2 = BOOK.need(Position, "P02")
CHOICES: dict[Place, list[Value]] = {
    ("position", "P01", "fte_budget", ""): ["40", "50"],
    ("position", "P01", "avg_hourly_rate", ""): ["41.5", "55"],
    ("position", "P01", "cost_centre", ""): ["71100", "71900"],
    ("position", "P02", DELETED, ""): [True, False],
    ("position", "P03", "fte_months", "2027-02"): ["0", None],
    ("planning", "planning", "hours_per_fte", ""): ["1950", "2080"],
    ("draft_line", "working.L99", "driver", ""): [
        Outcome((), ((("position", "P02"), P2),)),
        Outcome(),
    ],
    ("draft_line", "working.L30", "rate_growth_pct", ""): ["1", "2"],
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(list(CHOICES)), min_size=1, max_size=4, unique=True))
def test_costs_come_out_between_the_ends_however_it_is_settled(places: list[Place]) -> None:
    choices = {place: CHOICES[place] for place in places}
    told, working = staffing_spans(BOOK, choices.items()), staffing_costs(BOOK)
    tried = list(map(staffing_costs, every_book(BOOK, choices)))
    for name, amount in working.items():
        amounts = [one[name] for one in tried if name in one]
        expected = (
            Span(min(amounts), amount, max(amounts)) if amounts else Span(amount, amount, amount)
        )
        assert told.get(name, Span(amount, amount, amount)) == expected, name


def test_of_too_much_the_ends_are_rough_and_wide_enough() -> None:
    choices: dict[Place, list[Value]] = {
        ("position", f"P{n:02}", field, ""): ["10", "20"]
        for n in range(1, 6)
        for field in ("fte_budget", "overtime_pct")
    }
    (all_,) = (one for name, one in staffing_spans(BOOK, choices.items()).items() if name == ALL)
    assert all_.rough
    assert all_.low < all_.high
