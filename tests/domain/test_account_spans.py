"""Sums of accounts and cost centres: against trying every combination."""

from dataclasses import replace
from operator import attrgetter

from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.account_spans import account_spans, centre_spans
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.chart_of_accounts import chart_rows, missing_accounts
from dyad_desktop.domain.contested import Open, Place, Span, Value
from dyad_desktop.domain.moving import Moving
from dyad_desktop.domain.open_actuals import PRIOR, open_actuals
from dyad_desktop.domain.operating import Account, CostCentre, OperatingLine
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.domain.statement import SIGNS
from tests.domain.test_moving import BOOK, month
from tests.domain.trying import every_book

CENTRES = ("71200", "71900")
TOPS = {"9100": "expense", "9200": "revenue"}


def charted() -> Book:
    """Return the example with every account in the chart, and two that others may stand under."""
    tops = [Account(id=code, name=code, kind=kind) for code, kind in TOPS.items()]
    made = [(("account", one.id), one) for one in (*missing_accounts(BOOK), *tops)]
    centres = [(("cost_centre", code), CostCentre(code, name=code)) for code in CENTRES]
    wage = BOOK.need(OperatingLine, "L17")
    under = replace(wage, id="L99", name="Under the same account", account="9100")
    return BOOK.with_entities([*made, *centres, (("operating_line", "L99"), under)])


CHARTED = charted()
CODE = CHARTED.need(OperatingLine, "L17").account
CHOICES: dict[Place, list[Value]] = {
    month("L17"): [10_000_00, 90_000_00],
    month("L30"): [10_000_00, None],
    ("operating_line", "L17", "account", ""): ["9100", CODE],
    ("operating_line", "L30", "account", ""): ["9200", CODE],
    ("operating_line", "L17", "cost_centre", ""): list(CENTRES),
    ("operating_line", "L30", "cost_centre", ""): [None, CENTRES[0]],
    ("operating_line", "L17", "kind", ""): ["expense", "revenue"],
    ("operating_line", "L30", "category", ""): ["labour", "supplies"],
    ("operating_line", "L17", "rate_growth_pct", ""): ["1", "40"],
    ("operating_line", "L17", "prior_actuals", "2026-05"): [0, 90_000_00],
    ("operating_line", "L30", "prior_actuals", "2026-06"): [None, 70_000_00],
    ("account", CODE, "parent", ""): ["9100", "9200"],
    ("account", CODE, "kind", ""): ["expense", "revenue"],
    ("account", "9100", "parent", ""): ["9200", None],
    ("account", "9100", DELETED, ""): [True, False],
}


def accounts(book: Book, year: str) -> dict[str, int]:
    rows = chart_rows(book, compute_budget(book, "working"))
    return {one.code: getattr(one, year) for one in rows}


def centres(book: Book) -> dict[str, int]:
    budget, found = compute_budget(book, "working"), dict.fromkeys(CENTRES, 0)
    for line in book.all(OperatingLine):
        if line.cost_centre in found:
            found[line.cost_centre] += SIGNS[line.kind] * budget.lines[line.id].total
    return found


def ends(tried: list[dict[str, int]], code: str, working: int) -> Span:
    amounts = [one[code] for one in tried if code in one] or [working]
    return Span(min(amounts), working, max(amounts))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(list(CHOICES)), min_size=1, max_size=4, unique=True))
def test_sums_come_out_between_the_ends_however_it_is_settled(places: list[Place]) -> None:
    choices = {place: CHOICES[place] for place in places}
    budget = compute_budget(CHARTED, "working")
    money = {place: some for place, some in choices.items() if place[0] != "account"}
    still = Moving().open(CHARTED, budget, money) if money else Open()
    tried = list(every_book(CHARTED, choices))
    prior = open_actuals(CHARTED, money.items(), PRIOR, budget.year.prior)
    for year, open_ in (("budget", still), ("prior", prior)):
        told = account_spans(CHARTED, budget, open_, choices, attrgetter(year))
        working = accounts(CHARTED, year)
        by_account = [accounts(one, year) for one in tried]
        for code, amount in working.items():
            expected = ends(by_account, code, amount)
            assert told.get(code, Span(amount, amount, amount)) == expected, (year, code)
    told, working = centre_spans(CHARTED, budget, still), centres(CHARTED)
    by_centre = list(map(centres, tried))
    for code in CENTRES:
        expected = ends(by_centre, code, working[code])
        assert told.get(code, Span(working[code], working[code], working[code])) == expected, code


def test_where_too_many_charts_are_apart_the_ends_are_rough() -> None:
    choices: dict[Place, list[Value]] = {
        ("account", code, "parent", ""): ["9100", "9200"]
        for code in sorted(accounts(CHARTED, "budget"))[:8]
        if code not in TOPS
    }
    budget = compute_budget(CHARTED, "working")
    found = account_spans(CHARTED, budget, Open(), choices)
    assert found["9100"].rough
    assert not account_spans(CHARTED, budget, Open(), dict(list(choices.items())[:4]))["9100"].rough
