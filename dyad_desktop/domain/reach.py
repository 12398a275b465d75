"""Is the target within reach this year: what the months left would have to average, and where the year ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from dyad_desktop.domain.fiscal import add_months, fiscal_year_label, fiscal_year_start
from dyad_desktop.domain.measure_words import limit_text, limits_text
from dyad_desktop.domain.measuring import PROPORTIONS, RATES, WAITS, MeasureChart, clipped, step_of
from dyad_desktop.domain.spc import Segment

STABLE = 12
"""Recorded points without special cause, the latest ones of a segment, from which a year end is foretold."""
NORMAL_95 = 1.96
D2 = 1.128
REACHED, WITHIN, OUT = "reached", "within", "out"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a fiscal year still takes, all in the measure's unit, as an average of the year's periods.

    ``required`` is the average that the ``left`` periods need for the year to meet the target. ``verdict`` is
    ``reached`` where anything will do that the process gives within its limits, ``out`` where it lies beyond them,
    else ``within``. ``outlook`` is the year if the process stays as it is, ``low`` to ``high`` with 95 %, within what
    the unit can be.
    """

    year: str
    done: int
    left: int
    required: float
    verdict: str
    outlook: float
    low: float
    high: float


def reach_of(chart: MeasureChart, start_month: int) -> Reach | None:
    """Return whether a measure's target is within reach, or ``None`` where that can't be said.

    It takes a target, a good direction, limits and twelve stable points. Required average (T·N − Σy) / h; outlook
    (Σy + h·x̄) / N ± 1.96 · (m̄ / 1.128) · √h / N; where there are denominators, the same of their sums.

    Args:
        chart: of a measure with one value a period.
        start_month: of the fiscal year, 1 to 12.
    """
    target = chart.targets[-1] if chart.targets else None
    if target is None or chart.measure.direction == "within" or not is_stable(chart):
        return None
    if chart.method in WAITS or len(chart.series.places[-1]) > len("2026-10"):
        return None
    places, year = year_of_next(chart, start_month)
    inside = [n for n, place in enumerate(chart.series.places) if place in places]
    left = sum(place > chart.series.places[-1] for place in places)
    if not left:
        return None
    assert chart.control is not None  # noqa: S101 - a stable chart has limits
    segment = chart.control.segments[-1]
    if chart.method in PROPORTIONS or chart.method in RATES:
        parts = _by_parts(chart, segment, inside, left, float(target))
    else:
        parts = _by_values(chart, segment, inside, left, float(target))
    required, outlook, reach = parts
    low, high = clipped(chart.measure, (outlook - reach, outlook + reach))
    assert low is not None and high is not None  # noqa: S101, PT018 - numbers stay numbers
    verdict = _verdict(chart, segment, required)
    return Reach(year, len(inside), left, required, verdict, outlook, low, high)


def is_stable(chart: MeasureChart) -> bool:
    """Return whether the last twelve recorded points lie in one segment and none is special."""
    control = chart.control
    if control is None or not chart.judged:
        return False
    first = control.segments[-1].first
    there = [n for n, value in enumerate(control.values) if value is not None and n >= first][
        -STABLE:
    ]
    return len(there) == STABLE and not any(control.rules[n] for n in there)


def year_of_next(chart: MeasureChart, start_month: int) -> tuple[tuple[str, ...], str]:
    """Return the periods of the fiscal year in which the next value falls, and its name."""
    step = step_of(chart.measure)
    following = add_months(chart.series.places[-1], step)
    first = fiscal_year_start(following, start_month)
    return tuple(add_months(first, n) for n in range(0, 12, step)), fiscal_year_label(
        following, start_month
    )


Parts = tuple[float, float, float]
"""Required average, outlook, and half of its interval."""


def _by_values(
    chart: MeasureChart, segment: Segment, inside: Sequence[int], left: int, target: float
) -> Parts:
    values = [float(value) for n in inside if (value := chart.series.values[n]) is not None]
    centre, spread = segment.centre or 0.0, (segment.mean_moving_range or 0.0) / D2
    whole = len(values) + left
    required = (target * whole - fsum(values)) / left
    outlook = (fsum(values) + left * centre) / whole
    return required, outlook, NORMAL_95 * spread * sqrt(left) / whole


def _by_parts(
    chart: MeasureChart, segment: Segment, inside: Sequence[int], left: int, target: float
) -> Parts:
    """The same of sums; the denominators to come are as large as those of the segment were on average.

    Sigma is that of the chart: binomial or Poisson, and Laney's times what he widens it by.
    """
    times = float(chart.measure.multiplier or 1)
    counted = [
        (float(chart.series.parts[n] or 0), float(chart.series.wholes[n] or 0)) for n in inside
    ]
    sizes = [float(size) for size in chart.series.wholes[segment.first :] if size]
    rest = left * fsum(sizes) / len(sizes)
    cases, size = fsum(part for part, _ in counted), fsum(whole for _, whole in counted)
    rate = (segment.centre or 0.0) / times
    variance = rate * (1 - rate) if chart.method in PROPORTIONS else rate
    required = (target / times * (size + rest) - cases) / rest
    outlook = (cases + rate * rest) / (size + rest)
    reach = NORMAL_95 * segment.widening * sqrt(max(variance, 0.0) * rest) / (size + rest)
    return times * required, times * outlook, times * reach


def _verdict(chart: MeasureChart, segment: Segment, required: float) -> str:
    rising = chart.measure.direction == "up"
    lower, upper = segment.lower or 0.0, segment.upper or 0.0
    if (required > upper) if rising else (required < lower):
        return OUT
    return REACHED if ((required < lower) if rising else (required > upper)) else WITHIN


VERDICTS = {
    REACHED: "as good as reached",
    WITHIN: "within reach",
    OUT: "out of reach unless the process changes",
}


def reach_words(chart: MeasureChart, reach: Reach) -> str:
    """Return what the year takes, in words: required average, limits, and where it ends."""
    unit = "quarter" if chart.measure.frequency == "quarterly" else "month"
    required, outlook, low, high = (
        limit_text(chart, one) for one in (reach.required, reach.outlook, reach.low, reach.high)
    )
    limits = limits_text(chart, len(chart.series.places) - 1)
    needs = f"{reach.left} {unit}s left need {required} on average"
    if reach.left == 1:
        needs = f"1 {unit} left needs {required}"
    return f"{needs}, limits {limits}; {reach.year} outlook {outlook} ({low} to {high})"
