"""A closed month without an actual is no nought: it counts on neither side, and is forecast."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.explaining import to_date
from dyad_desktop.domain.missing import missing
from dyad_desktop.domain.operating import WORKING_DRAFT, OperatingLine
from dyad_desktop.domain.outlook import OWN, REMAINING_BUDGET, RUN_RATE, Outlook
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ratios import ACTUAL, BUDGET, RatioRow
from dyad_desktop.domain.scenario import actual_version, differences, draft_version
from dyad_desktop.domain.totals import against_actual
from dyad_desktop.domain.year_so_far import TO_ACTUAL, YearSoFar
from tests.domain.example import example_book
from tests.domain.small_year import YEAR, line, volume, year

SCANNER = CapitalRequest(
    id="CR01", title="CT scanner", cost=1_200_000_00, useful_life_years=10, annual_benefit=240_000_00,
    annual_operating_cost=12_000_00, in_service="2026-07", posts_to=("working",),
)  # fmt: skip
RENT = ("rent", [100_00] * 12)
FEES = ("fees", [500_00] * 12)


def closed(book: Book, count: int) -> YearSoFar:
    """Return the example, its budget year closed through a month."""
    meta = replace(book.only(Partnership), ytd_months=count)
    book = book.with_entities([(("partnership", "partnership"), meta)])
    return YearSoFar(book, compute_budget(book, WORKING_DRAFT))


def without(book: Book, name: str, period: str) -> Book:
    """Return a book that lacks an actual."""
    found = book.need(OperatingLine, name)
    rest = {key: value for key, value in found.ytd_actuals.items() if key != period}
    return book.with_entities([(("operating_line", name), replace(found, ytd_actuals=rest))])


def test_nothing_is_missing_of_the_example() -> None:
    found = closed(example_book(), 4).missing
    assert (found.words(range(4)), found.short(range(4)), found.lines) == ("", "", {})


@pytest.mark.parametrize("places", [range(5), range(4, 5)])
def test_a_closed_month_without_actuals_moves_nothing(places: range) -> None:
    before, after = closed(example_book(), 4), closed(example_book(), 5)
    whole = after.row("contribution", places)
    assert whole.variance == before.row("contribution", [one for one in places if one < 4]).variance
    assert whole.parts.total == whole.variance
    count = after.missing.counts[4]
    assert after.missing.words(places) == (
        f"Nov 2026 has no actuals yet: {count} lines and volumes missing."
    )
    assert after.missing.short(places) == "incomplete: Nov 2026 missing"


def test_home_and_the_bridge_tell_the_same() -> None:
    before, after = closed(example_book(), 4), closed(example_book(), 5)
    known, then = (against_actual(one.book, one.budget) for one in (after, before))
    gap = known.actual.contribution - known.budget.contribution
    assert gap == then.actual.contribution - then.budget.contribution
    assert (
        sum(row.effect for row in known.lines) == sum(row.effect for row in known.categories) == gap
    )
    bridge = after.bridge(TO_ACTUAL, by_cause_of=True, places=range(5))
    assert bridge.change == gap


def test_a_closed_month_without_actuals_is_forecast() -> None:
    before, after = (closed(example_book(), count).forecast for count in (4, 5))
    # What a line brings doesn't hang on when the month is called closed.
    assert after.totals.contribution == before.totals.contribution
    assert after.lines["L21"].months == before.lines["L21"].months
    assert after.lines["L21"].missing == {4}


def test_a_line_s_missing_month_counts_on_neither_side() -> None:
    whole, lacking = closed(example_book(), 4), closed(without(example_book(), "L21", "2026-10"), 4)
    split = next(one for one in whole.splits if one.id == "L21").months[3]
    assert lacking.row("contribution", range(4)).variance == (
        whole.row("contribution", range(4)).variance + split.variance  # an expense
    )
    assert (
        lacking.missing.short(range(4)) == f"incomplete: 1 of {whole.missing.expected[3]} missing"
    )
    assert lacking.missing.words(range(4)).endswith("missing in Oct 2026.")
    line_, now = lacking.book.need(OperatingLine, "L21"), lacking.budget.lines["L21"]
    assert to_date(line_, now, YEAR[:4]) == to_date(line_, now, YEAR[:3])
    assert (
        abs(lacking.forecast.totals.contribution - whole.forecast.totals.contribution) < 50_000_00
    )


@pytest.mark.parametrize(
    ("rule", "months"),
    [
        (RUN_RATE, (90_00, 100_00, 110_00)),
        (REMAINING_BUDGET, (90_00, 100_00, 110_00)),
        (OWN, (90_00, 77_00, 110_00)),
        ("", (90_00, 100_00, 110_00)),
    ],
)
def test_a_missing_month_is_forecast_by_the_line_s_rule(rule: str, months: tuple[int, ...]) -> None:
    said = Outlook(id="rent", line="rent", rule=rule or None, months={YEAR[1]: 77_00})
    book, budget = year(3, line(*RENT, [90_00, None, 110_00]), said)
    found = YearSoFar(book, budget).forecast.lines["rent"]
    assert (found.months[:3], found.actual, set(found.missing)) == (months, 200_00, {1})
    assert found.total == sum(months) + 9 * 100_00
    assert found.own == ({1} if rule == OWN else set())


def test_where_nothing_was_and_nothing_is_planned_nothing_is_missing() -> None:
    idle, late = line("idle", [0] * 12, []), line("late", [None, 5], [])
    book, budget = year(2, idle, late, line(*RENT, [100_00, 100_00]))
    found = missing(book, budget)
    assert found.lines == {"late": frozenset({1})}
    assert (found.counts, found.expected) == ((0, 1), (1, 2))


def test_volumes_are_missing_by_the_same_rule() -> None:
    things = (volume("a", [10, 10], [10]), volume("b", [0, 0], []), volume("c", [], [Decimal(3)]))  # type: ignore[list-item]
    found = missing(*year(2, line(*RENT, [1, 1]), *things))
    assert (found.counts, found.expected) == ((0, 1), (3, 2))


def of_scanner(count: int) -> tuple[Book, Budget]:
    return year(count, line(*RENT, [100_00, None, None]), SCANNER)


def test_what_capital_requests_post_waits_for_a_month_that_any_line_has() -> None:
    found, later = YearSoFar(*of_scanner(1)), YearSoFar(*of_scanner(2))
    assert found.row("contribution", [0]).variance
    assert later.row("contribution", range(2)).variance == found.row("contribution", [0]).variance
    assert later.missing.blank == {1}
    assert later.missing.counts == (0, 1)
    assert later.missing.words(range(2)) == "Aug 2026 has no actuals yet: 1 line or volume missing."
    assert later.forecast.totals.contribution == found.forecast.totals.contribution


def test_some_months_are_named_and_many_counted() -> None:
    found = missing(*year(3, line(*RENT, [1]), line(*FEES, [1, 1])))
    assert (
        found.words(range(3))
        == "Incomplete: 1 of 2 missing in Aug 2026, 2 of 2 missing in Sep 2026."
    )
    assert found.short(range(3)) == "incomplete: 3 of 6 missing"
    assert found.known(range(3)) == [0, 1]
    assert [found.note(ids, range(1, 3)) for ids in (["rent"], ["fees"], ["rent", "fees"])] == [
        "no actual yet", "incomplete", "incomplete",
    ]  # fmt: skip
    assert found.months("rent", range(3)) == "Aug 2026 and Sep 2026"
    assert found.note(["fees"], range(2)) == found.months("fees", range(2)) == ""
    many = missing(*year(4, line(*RENT, [1])))
    assert many.words(range(4)) == "Incomplete: 3 actuals of 3 closed months are missing."


def ratio(found: YearSoFar, key: str) -> RatioRow:
    rows = found.ratios(None, range(found.count))
    return next(row for row in rows if row.measured.key == key)


def test_ratios_are_of_what_is_known_on_both_sides() -> None:
    fees = line(*FEES, [500_00, 500_00], kind="revenue")
    whole = YearSoFar(*year(2, fees, line(*RENT, [100_00, None])))
    row = ratio(whole, "operating_margin")
    assert row.sides[ACTUAL].value == row.sides[BUDGET].value == Decimal("90.00")
    blank = YearSoFar(*year(3, fees, line(*RENT, [100_00, 100_00])))
    row = ratio(blank, "operating_margin")
    assert row.sides[ACTUAL].value == row.sides[BUDGET].value == Decimal("80.00")


def test_versions_are_compared_without_what_one_of_them_lacks() -> None:
    book, budget = year(3, line(*RENT, [90_00, None]), line(*FEES, [500_00, 500_00]))
    actual = actual_version(book, YEAR[:3], "Actual", missing(book, budget))
    draft = draft_version(book, budget, ("draft", "working"), "Working draft")
    for sides in ((actual, draft), (draft, actual)):
        lines = {one.subject.id: (one.left, one.right) for one in differences(*sides).lines}
        assert lines["fees"] == ((500_00, 500_00, 0),) * 2
        assert set(lines["rent"]) == {(90_00, 0, 0), (100_00, 0, 0)}
