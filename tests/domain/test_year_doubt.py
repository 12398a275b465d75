"""What speaks against the year that figures are counted in, and what is a value mistyped."""

from decimal import Decimal
from random import Random

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_words import caption
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.reach import need_of, untold_words
from dyad_desktop.domain.scorecard import read_of
from dyad_desktop.domain.to_date import target_words
from dyad_desktop.domain.year_doubt import doubt_of
from tests.domain.test_measuring import GOAL, A, B, a_measure, charted


def grown(first: str, count: int, start: int, added: int = 10) -> dict[str, Decimal]:
    """Return figures that begin anew in a month of each year."""
    return {one: Decimal(added * ((int(one[5:]) - start) % 12 + 1)) for one in months(first, count)}


def of_year(values: dict[str, Decimal], start: int = 7) -> tuple[MeasureChart, str]:
    measure = cases(values)
    chart = charted(measure, Partnership(id="partnership", start_month=start))
    return chart, target_words(measure, chart.series.places[-1], start)


def cases(values: dict[str, Decimal]) -> Measure:
    return a_measure(
        values=values, span="year_to_date", aggregation="sum", direction="up", unit="cases",
        target=Decimal(10),
    )  # fmt: skip


# -- a gap -----------------------------------------------------------------------------------------


def test_what_is_recorded_again_within_the_next_year_does_not_go_on() -> None:
    values = grown("2025-07", 5, 7) | {"2026-12": Decimal(60)}
    chart, said = of_year(values)
    assert "together: 60 in Dec 2026" in said
    assert chart.targets[-1] == 60


def test_what_goes_on_in_the_first_month_of_the_year_is_asked_about() -> None:
    chart, said = of_year(grown("2025-03", 5, 1))
    assert "go on in Jul 2025, when the fiscal year begins." in said
    assert set(chart.targets) == {None}


# -- one value mistyped ----------------------------------------------------------------------------


@pytest.mark.parametrize("years", [1, 2, 3])
def test_prior_years_prove_the_start_and_only_a_fallen_value_is_asked_about(years: int) -> None:
    values = grown("2023-07", 12 * years + 6, 7)
    last = max(values)
    chart, said = of_year(values | {last: Decimal(6)})
    assert chart.targets[-1] is None
    assert None not in chart.targets[:-1]
    when = f"Dec {last[:4]}"
    assert said == (
        f"6 in {when} is below the 50 of Nov {last[:4]}, and the fiscal year begins in Jul. Is it right?"
        " Correct it, or say at “Year begins in month”, under “Chart”, when the year of the values begins;"
        f" until then what is recorded from {when} on is held against no target."
    )
    assert caption(chart).startswith(
        "At 6 cases, no target until it is corrected, or said when the year begins;"
    )
    assert need_of(chart, 7) is None
    assert untold_words(chart, 7) == said
    whole = Partnership(id="partnership", start_month=7)
    measure = cases(values | {last: Decimal(6)})
    assert read_of(Book.of([A, B, GOAL, whole, measure]), measure).shown == "no_target"
    corrected, said = of_year(values)
    assert None not in corrected.targets
    assert "together: 60" in said


def test_a_value_that_the_next_one_undoes_is_in_no_question() -> None:
    values = grown("2023-07", 43, 7) | {"2026-12": Decimal(6)}
    chart, said = of_year(values)
    assert None not in chart.targets
    assert "together: 70" in said


def test_a_value_mistyped_in_the_last_month_of_a_year_is_no_beginning() -> None:
    values = grown("2023-07", 38, 7) | {"2026-06": Decimal(12)}
    chart, _said = of_year(values)
    assert None not in chart.targets


def test_values_that_begin_anew_after_years_that_did_not_are_asked_about_from_then_on() -> None:
    values = grown("2023-07", 30, 7) | grown("2026-01", 4, 1)
    chart, said = of_year(values)
    assert "what is recorded from Jan 2026 on is held against no target" in said
    assert chart.targets[-5:] == (Decimal(60), None, None, None, None)


# -- few values before a beginning -----------------------------------------------------------------


@pytest.mark.parametrize("before", [1, 2, 3])
@pytest.mark.parametrize("begins", [10, 1])
def test_a_beginning_after_few_values_is_seen_by_those_after_it(before: int, begins: int) -> None:
    first = f"2026-{begins - before:02d}" if begins > before else f"2025-{12 + begins - before:02d}"
    values = grown(first, before + 4, begins)
    chart, said = of_year(values, 7 if begins == 10 else 8)
    assert f"fall back in {'Oct' if begins == 10 else 'Jan'} 2026" in said
    assert set(chart.targets) == {None}


@pytest.mark.parametrize("after", [1, 2])
def test_a_fall_after_few_values_is_asked_about_at_once(after: int) -> None:
    chart, said = of_year(grown("2026-07", 3 + after, 10))
    assert "10 in Oct 2026 is below the 120 of Sep 2026" in said
    assert chart.targets == (*map(Decimal, (10, 20, 30)), *(None,) * after)


def test_a_first_value_mistyped_is_no_beginning() -> None:
    values = grown("2025-07", 10, 7) | {"2025-07": Decimal(400)}
    chart, said = of_year(values)
    assert None not in chart.targets
    assert "together" in said


# -- all years, all starts -------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1, 3])
def test_the_right_year_is_in_no_doubt_and_another_is_seen_within_thirteen_months(
    step: int,
) -> None:
    random = Random(4)  # noqa: S311 - series to try, no secrets
    for _ in range(400):
        own, fiscal = random.randint(1, 12), random.randint(1, 12)
        begun = (own - 1 + step * random.randint(0, 11)) % 12 + 1
        total, values = 0, {}
        for n, period in enumerate(months(f"2024-{begun:02d}", 36)[::step]):
            place = (int(period[5:]) - own) % 12 // step
            total = sum(random.randint(8, 12) for _ in range(place + 1 if not n else 1)) + (
                total if place else 0
            )
            values[period] = Decimal(total)
            if own == fiscal:
                assert doubt_of(values, step, fiscal) is None
        if own != fiscal and step == 1:
            assert doubt_of(dict(list(values.items())[:15]), step, fiscal) is not None
