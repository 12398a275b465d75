from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.forecast import Known, LineForecast, forecast, rest_of
from dyad_desktop.domain.operating import WORKING_DRAFT, OperatingLine
from dyad_desktop.domain.outlook import (
    OWN,
    REMAINING_BUDGET,
    RULES,
    RUN_RATE,
    SEASONALITY,
    Outlook,
)
from dyad_desktop.domain.totals import year_to_date_totals
from tests.domain.example import example_book
from tests.domain.small_year import YEAR, line, series, year

EVEN, BUDGET = (100,) * 12, tuple(range(1200, 2400, 100))
Months = tuple[int | None, ...]


@pytest.mark.parametrize(
    ("asked", "actuals", "prior", "rule", "rest", "why"),
    [
        # 300 in three months: 100 a month goes on.
        (RUN_RATE, (90, 100, 110), EVEN, RUN_RATE, (100,) * 9, ""),
        # A month without an actual is no month: 200 in two.
        (RUN_RATE, (90, None, 110), EVEN, RUN_RATE, (100,) * 9, ""),
        # 100 in three months: 300 in nine, and what doesn't divide goes to the earlier ones.
        (RUN_RATE, (50, 50, 1), EVEN, RUN_RATE, (34, 34, 34, 34, 34, 34, 33, 33, 33), ""),
        (RUN_RATE, (-30, -30, -30), EVEN, RUN_RATE, (-30,) * 9, ""),
        (RUN_RATE, (None,) * 3, EVEN, REMAINING_BUDGET, BUDGET[3:],
         "By the remaining budget instead of run rate: no month has an actual yet."),
        # 10 % above the prior year so far: 10 % above it in the months to come.
        (SEASONALITY, (110, 110), (100, 100, *(200,) * 10), SEASONALITY, (220,) * 10, ""),
        ("", (110, 110), (100, 100, *(200,) * 10), SEASONALITY, (220,) * 10, ""),
        # Against the same months only: the prior July had 100, August isn't there yet.
        ("", (110, None), (100, 900, *(200,) * 10), SEASONALITY, (220,) * 10, ""),
        # All negative is a shape too.
        ("", (-50, -50), (-100,) * 12, SEASONALITY, (-50,) * 10, ""),
        ("", (50,), (100, *(0,) * 11), SEASONALITY, (0,) * 11, ""),
        ("", (50, 50), (0, 0, *(100,) * 10), REMAINING_BUDGET, BUDGET[2:],
         "By the remaining budget, since the prior year had nothing in these months."),
        (SEASONALITY, (50,), (100, -1, *(100,) * 10), REMAINING_BUDGET, BUDGET[1:],
         "By the remaining budget instead of seasonality: the prior year has months of both signs."),
        ("", (50,), (100, None, *(100,) * 10), REMAINING_BUDGET, BUDGET[1:],
         "By the remaining budget, since the prior year lacks months."),
        ("", (), (None,) * 12, REMAINING_BUDGET, BUDGET,
         "By the remaining budget, since no month has an actual yet."),
        (REMAINING_BUDGET, (1, 2), EVEN, REMAINING_BUDGET, BUDGET[2:], ""),
        (OWN, (1,) * 11, EVEN, OWN, BUDGET[11:], "No month is typed yet: the remaining budget stands in."),
        # Nothing is left to forecast.
        (RUN_RATE, (1,) * 12, EVEN, RUN_RATE, (), ""),
        ("", (1,) * 12, EVEN, REMAINING_BUDGET, (), ""),
    ],
)  # fmt: skip
def test_the_rest_of_a_year_by_hand(
    asked: str, actuals: Months, prior: Months, rule: str, rest: tuple[int, ...], why: str
) -> None:
    assert rest_of(Known(actuals, prior, BUDGET), asked) == (rule, rest, why)


def one(book_year: int, outlook: Outlook | None, *actuals: int | None) -> LineForecast:
    things = [line("a", [100_00] * 12, actuals)]
    book, budget = year(book_year, *things, *([outlook] if outlook is not None else []))
    return forecast(book, budget).lines["a"]


def test_own_months_stand_and_the_others_are_the_budget_s() -> None:
    typed = series(YEAR, [777] * 12)
    own = Outlook(id="a", line="a", rule=OWN, months={**typed, YEAR[5]: None, "2031-01": 5})
    found = one(2, own, 90_00, 95_00)
    assert found.months == (90_00, 95_00, 777, 777, 777, 100_00, *(777,) * 6)
    assert found.own == frozenset({2, 3, 4, 6, 7, 8, 9, 10, 11})
    kept = one(2, Outlook(id="a", line="a", rule=RUN_RATE, months=typed), 90_00, 95_00)
    assert kept.months == (90_00, 95_00, *(92_50,) * 10)
    assert kept.own == frozenset()


def test_a_year_is_held_against_its_budget() -> None:
    found = one(3, Outlook(id="a", line="a", rule=REMAINING_BUDGET), 90_00, None, 130_00)
    # August isn't there yet: it comes as budgeted, like the months to come.
    assert (found.actual, found.total, found.budget) == (220_00, 1220_00, 1200_00)
    assert (found.variance, found.effect) == (20_00, -20_00)
    assert (found.asked, found.rule) == (REMAINING_BUDGET, REMAINING_BUDGET)


def test_the_example_lands_where_its_lines_do() -> None:
    book = example_book()
    found = forecast(book, compute_budget(book, WORKING_DRAFT))
    so_far = year_to_date_totals(book)
    assert found.count == 4
    assert found.totals.contribution_by_month[:4] == so_far.contribution_by_month
    assert found.totals.total_expense == sum(
        one.total for one in found.lines.values() if one.kind == "expense"
    )
    leases = book.need(OperatingLine, "L45")
    ytd, prior = sum(leases.ytd_actuals.values()), leases.prior_actuals
    share = Fraction(sum(list(prior.values())[:4]), sum(prior.values()))
    assert abs(found.lines["L45"].total - ytd / share) <= 1


amounts = st.integers(-(10**10), 10**10)
some = st.none() | amounts


@settings(deadline=None)
@given(
    st.sampled_from([*RULES, ""]),
    st.lists(some, max_size=12),
    st.lists(some, min_size=12, max_size=12),
    st.lists(amounts, min_size=12, max_size=12),
    st.dictionaries(st.integers(0, 11), amounts),
)
def test_any_year_is_forecast_or_says_why_not(
    asked: str,
    actuals: list[int | None],
    prior: list[int | None],
    budget: list[int],
    typed: Mapping[int, int],
) -> None:
    known = Known(tuple(actuals), tuple(prior), budget)
    rule, rest, why = rest_of(known, asked, typed)
    assert len(rest) == 12 - len(actuals)
    ytd = Fraction(sum(value or 0 for value in actuals))
    filled = [place for place, value in enumerate(actuals) if value is not None]
    if not rest:
        return
    if rule == OWN:
        assert all(
            amount == typed.get(12 - len(rest) + n, budget[n - len(rest)])
            for n, amount in enumerate(rest)
        )
    elif rule == REMAINING_BUDGET:
        assert list(rest) == budget[len(actuals) :]
        assert bool(why) == (asked != REMAINING_BUDGET)
    elif rule == RUN_RATE:
        assert abs(sum(rest) - ytd / len(filled) * len(rest)) <= Fraction(1, 2)
        assert max(rest) - min(rest) <= 1
    else:
        weights = [Fraction(value or 0) for value in prior]
        share = sum(weights[place] for place in filled)
        assert abs(sum(rest) - ytd * sum(weights[len(actuals) :]) / share) <= Fraction(1, 2)
        for amount, weight in zip(rest, weights[len(actuals) :], strict=True):
            assert abs(amount - ytd * weight / share) <= Fraction(3, 2)
