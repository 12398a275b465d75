import calendar
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.spread import calendar_days, even, seasonality, spread, working_days
from dyad_desktop.errors import BadInputError

FY27 = months("2026-07")
amounts = st.integers(-(10**12), 10**12)


def test_days_are_those_of_the_calendar() -> None:
    assert calendar_days(FY27) == (31, 31, 30, 31, 30, 31, 31, 28, 31, 30, 31, 30)
    assert calendar_days(("2028-02",)) == (29,)
    assert even(FY27) == (1,) * 12


@given(st.integers(1900, 2200), st.integers(1, 12))
def test_working_days_are_counted_as_the_calendar_shows_them(year: int, month: int) -> None:
    weeks = calendar.Calendar().monthdayscalendar(year, month)
    expected = sum(1 for week in weeks for day in week[:5] if day)
    assert working_days((f"{year}-{month:02}",)) == (expected,)


def test_a_holiday_takes_a_working_day_and_a_free_one_none() -> None:
    assert working_days(("2026-07",)) == (23,)
    assert working_days(("2026-07",), {"2026-07-03"}) == (22,)
    assert datetime.date(2026, 7, 4).weekday() == 5
    assert working_days(("2026-07",), ["2026-07-04", "2025-07-03"]) == (23,)


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=24), st.data())
def test_the_parts_sum_to_the_total_and_locked_months_stay(
    total: int, weights: list[int], data: st.DataObject
) -> None:
    places = data.draw(st.sets(st.integers(0, len(weights) - 1)))
    locked = {place: data.draw(amounts) for place in places}
    opened = [weight for place, weight in enumerate(weights) if place not in locked]
    if not any(opened):
        return
    found = spread(total, weights, locked)
    assert sum(found) == total
    assert {place: found[place] for place in locked} == locked
    rest = total - sum(locked.values())
    for place, part in enumerate(found):
        if place not in locked:
            assert abs(part - rest * weights[place] / sum(opened)) <= 1 + abs(rest) * 1e-12


@given(amounts, st.lists(st.integers(1, 100), min_size=12, max_size=12))
def test_the_same_weights_give_the_same_spread_again(total: int, weights: list[int]) -> None:
    once = spread(total, weights)
    if any(once):
        assert spread(total, weights) == once
        assert spread(-total, weights) == tuple(-part for part in once)


def test_a_season_is_followed_whatever_its_sign() -> None:
    assert seasonality([1, 2, 3]) == seasonality([-1, -2, -3]) == (1, 2, 3)
    assert spread(600, seasonality([10, 20, 30])) == (100, 200, 300)


@pytest.mark.parametrize("shapeless", [[0, 0], [1, -1], [5, -1], [-5, 1]])
def test_what_has_no_shape_is_refused(shapeless: list[int]) -> None:
    with pytest.raises(BadInputError, match="no shape"):
        seasonality(shapeless)


def test_months_that_weigh_nothing_are_refused_not_spread_evenly() -> None:
    with pytest.raises(BadInputError, match="all zero"):
        spread(100, [0, 0, 0])
    with pytest.raises(BadInputError, match="all zero"):
        spread(100, [0, 0, 7], {2: 30})
    with pytest.raises(BadInputError, match="negative"):
        spread(100, [1, -1])


def test_a_year_whose_months_are_all_locked_is_what_they_sum_to() -> None:
    assert spread(30, [0, 0], {0: 10, 1: 20}) == (10, 20)
    with pytest.raises(BadInputError, match="Unlock one"):
        spread(31, [1, 1], {0: 10, 1: 20})
