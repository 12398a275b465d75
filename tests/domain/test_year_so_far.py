from dataclasses import replace

import pytest

from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.operating import WORKING_DRAFT
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.sides import POSTED, subjects
from dyad_desktop.domain.totals import against_actual, prior_year_totals
from dyad_desktop.domain.year_so_far import (
    REST,
    TO_ACTUAL,
    TO_BUDGET,
    TO_YEAR_END,
    YearSoFar,
    signed,
)
from tests.domain.example import example_book
from tests.domain.small_year import line, year

SCANNER = CapitalRequest(
    id="CR01", title="CT scanner", cost=1_200_000_00, useful_life_years=10, annual_benefit=240_000_00,
    annual_operating_cost=12_000_00, in_service="2026-08", posts_to=("working",),
)  # fmt: skip


def example(count: int | None = None) -> YearSoFar:
    book = example_book()
    if count is not None:
        meta = replace(book.only(Partnership), ytd_months=count)
        book = book.with_entities([(("partnership", "partnership"), meta)])
    return YearSoFar(book, compute_budget(book, WORKING_DRAFT))


@pytest.mark.parametrize("row", ["net_revenue", "other_revenue", "total_expense", "contribution"])
def test_rows_tie_to_the_statement(row: str) -> None:
    found = example()
    known = against_actual(found.book, found.budget)
    span = found.row(row, range(found.count))
    assert (span.plan, span.actual) == (getattr(known.budget, row), getattr(known.actual, row))
    assert span.parts.total == span.variance
    months = [found.row(row, [place]) for place in range(found.count)]
    assert sum(month.flexed for month in months) == span.flexed


@pytest.mark.parametrize("cause", [True, False])
@pytest.mark.parametrize("way", [TO_ACTUAL, TO_YEAR_END, TO_BUDGET])
@pytest.mark.parametrize("count", [0, 1, 4, 12])
def test_every_bridge_stands_on_the_totals(way: str, count: int, cause: bool) -> None:  # noqa: FBT001
    found = example(min(count, 4)) if count < 12 else example(12)
    bridge = found.bridge(way, by_cause_of=cause, places=range(found.count))
    ends = {
        TO_ACTUAL: (
            found.row("contribution", range(found.count)).plan,
            found.row("contribution", range(found.count)).actual,
        ),
        TO_YEAR_END: (
            found.budget.totals.contribution,
            found.forecast.totals.contribution,
        ),
        TO_BUDGET: (
            prior_year_totals(found.book).contribution,
            found.budget.totals.contribution,
        ),
    }
    assert (bridge.start, bridge.end) == ends[way]
    assert bridge.start + sum(step.effect for step in bridge.steps) == bridge.end
    assert (way == TO_YEAR_END) == (bridge.steps[-1].key == REST if bridge.steps else False)


def test_what_capital_requests_post_counts_on_the_budget_s_side() -> None:
    rent = line("rent", [100_00] * 12, [100_00, 90_00])
    book, budget = year(2, rent, SCANNER)
    found = YearSoFar(book, budget)
    posted = [one for one in subjects(book, budget) if one.category == POSTED]
    assert [one.name for one in posted] == [
        "Depreciation of CT scanner (CR01)", "Benefit of CT scanner (CR01)",
        "Operating cost of CT scanner (CR01)",
    ]  # fmt: skip
    # August has 10,000 of depreciation, 20,000 of benefit and 1,000 of cost planned, and none came.
    whole = found.row("contribution", range(2))
    assert whole.plan == -200_00 + 20_000_00 - 10_000_00 - 1_000_00
    assert whole.actual == -190_00
    assert whole.parts.other == whole.variance
    known = against_actual(book, budget)
    assert sum(row.effect for row in known.lines) == whole.variance
    assert known.budget.contribution == whole.plan
    forecast = found.forecast.lines["CR01:depreciation"]
    assert (forecast.rule, forecast.total) == ("remaining_budget", 100_000_00)
    assert forecast.why == "By the remaining budget, since no month has an actual yet."


def test_a_year_without_actuals_says_nothing() -> None:
    book, budget = year(0, line("rent", [100_00] * 12, []))
    found = YearSoFar(book, budget)
    assert not found.says_something
    assert found.periods == ()
    assert found.row("contribution", range(0)).plan == 0
    assert YearSoFar(*year(1, line("rent", [], []))).says_something is False
    assert YearSoFar(*year(1, line("rent", [1], []))).says_something is False
    assert YearSoFar(*year(1, line("rent", [100_00], []))).says_something


def test_a_span_is_turned() -> None:
    span = example().row("total_expense", range(4))
    turned = signed(span, -1)
    assert (turned.plan, turned.parts.total) == (-span.plan, -span.parts.total)
