"""Seasons are read by calendar month: January beside January, wherever a fiscal year begins."""

from decimal import Decimal
from fractions import Fraction

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.fiscal import months, same_months
from dyad_desktop.domain.forecast import forecast
from dyad_desktop.domain.operating import WORKING_DRAFT, DraftLine, OperatingLine, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.rolling import rolling_twelve

STARTS = [
    ("2025-01", "2026-01"),  # calendar years
    ("2025-07", "2026-07"),  # July to June
    ("2025-01", "2026-07"),  # the year moves to July, with half a year between
    ("2024-10", "2026-01"),
]
SEASON = {month: 1000 + 100 * month for month in range(1, 13)}
"""What a calendar month holds, in whole units."""


def books(start: str, then: str, currency: str, count: int) -> tuple[Book, int]:
    """Return a book whose prior year has a season, and whose actuals are twice its months so far."""
    unit = {"USD": 100, "JPY": 1}[currency]
    prior = {period: SEASON[int(period[5:])] * unit for period in months(start)}
    actual = {period: 2 * SEASON[int(period[5:])] * unit for period in months(then)[:count]}
    volume = {period: Decimal(SEASON[int(period[5:])]) for period in months(start)}
    meta = Partnership(
        id="partnership", currency=currency, prior_start=start, budget_start=then,
        start_month=int(then[5:]), ytd_months=count,
    )  # fmt: skip
    rate = DraftLine(
        id="working.rate", draft=WORKING_DRAFT, line="rate", method="volume_rate", driver="V",
        rate=Decimal(3),
    )  # fmt: skip
    spread = DraftLine(
        id="working.spread", draft=WORKING_DRAFT, line="spread", method="fixed",
        amount=sum(SEASON.values()) * unit, spread="volume", spread_volume="V",
    )  # fmt: skip
    lines = [
        OperatingLine(id=name, name=name, account=name, prior_actuals=prior, ytd_actuals=actual)
        for name in ("prior", "rate", "spread")
    ]
    return Book.of(
        [meta, Volume(id="V", name="V", prior_actuals=volume), rate, spread, *lines]
    ), unit


@pytest.mark.parametrize("currency", ["USD", "JPY"])
@pytest.mark.parametrize(("start", "then"), STARTS)
def test_every_month_is_planned_and_forecast_from_its_own_calendar_month(
    start: str, then: str, currency: str
) -> None:
    book, unit = books(start, then, currency, 4)
    budget = compute_budget(book, WORKING_DRAFT)
    season = [SEASON[int(period[5:])] for period in budget.periods]
    assert budget.rules.volume("V") == tuple(map(Fraction, season))
    assert budget.lines["prior"].months == tuple(amount * unit for amount in season)
    assert budget.lines["rate"].months == tuple(3 * amount * unit for amount in season)
    assert budget.lines["spread"].months == tuple(amount * unit for amount in season)
    found = forecast(book, budget).lines["prior"]
    assert found.rule == "seasonality"
    assert found.months == tuple(2 * amount * unit for amount in season)


def test_the_months_of_a_year_are_put_beside_those_of_another() -> None:
    assert same_months(months("2025-01"), months("2026-07")) == (
        *months("2025-07", 6), *months("2025-01", 6),
    )  # fmt: skip


def test_years_with_months_between_have_no_rolling_twelve() -> None:
    book, _ = books("2025-01", "2026-07", "USD", 4)
    found = rolling_twelve(book, compute_budget(book, WORKING_DRAFT))
    assert found.rows == ()
    assert "The prior year ends in Dec 2025" in found.problem
