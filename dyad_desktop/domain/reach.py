"""Is the target within reach this year: what the months left would have to average, and where the year ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum, sqrt

from dyad_desktop.domain.fiscal import add_months, month_year_label, year_periods
from dyad_desktop.domain.levels import ToDate
from dyad_desktop.domain.measure_words import (
    RULE_WORDS,
    age_words,
    counted_from,
    expects_never,
    limit_text,
    limits_text,
    place_label,
    units_of,
    verdict_takes,
)
from dyad_desktop.domain.measuring import WAITS, MeasureChart
from dyad_desktop.domain.possible import clipped, possible_of
from dyad_desktop.domain.ratio import PROPORTIONS
from dyad_desktop.domain.scorecard import show_value
from dyad_desktop.domain.spc import Segment
from dyad_desktop.domain.spc.attributes import D2
from dyad_desktop.domain.spc.rules import SHIFT
from dyad_desktop.domain.standing import FULL
from dyad_desktop.domain.unsettled import (
    STABLE,
    Unsettled,
    is_stable,
    recent_cause,
    shift_start,
    unsettled_of,
)
from dyad_desktop.domain.year_target import Aim, aim_of, has_parts, lacks_target, weights_of
from dyad_desktop.domain.year_total import Ending, Total, ending_of, total_of

NORMAL_95 = 1.96
REACHED, WITHIN, UNLIKELY, OUT = "reached", "within", "unlikely", "out"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a fiscal year still takes, all in the measure's unit, as an average of the year's periods.

    ``required`` is the average that the ``left`` periods need for the year to meet the target. ``verdict`` is
    ``reached`` where anything will do that the process gives within its limits, ``out`` where it lies beyond them,
    ``unlikely`` where it lies within but the year ends short of the target even at the better end of its outlook
    (limits are of single periods, and an average of several scatters less), else ``within``. ``aim`` is that target.
    ``outlook`` is the year if the process stays as it is, ``low`` to ``high`` with 95 %, within what the unit can be.
    ``total`` and ``ending`` are the same of the year's sum, for measures that add up over the year.
    """

    year: str
    done: int
    left: int
    required: float
    verdict: str
    outlook: float
    low: float
    high: float
    aim: Aim
    total: Total | None = None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What a fiscal year still takes, whatever the process does: ``required`` on average of the ``left`` periods.

    ``aim`` is the year's target on average, ``total`` is of measures that add up over the year.
    """

    year: str
    done: int
    left: int
    required: float
    aim: Aim
    total: Total | None = None


def need_of(chart: MeasureChart, start_month: int) -> Need | None:
    """Return what the periods left of a fiscal year have to average for the year to meet a measure's target.

    (T·N − Σy) / h; where there are denominators, the same of their sums. T is the year's own target, the mean of those
    of its periods, and T·N their sum (see ``year_target``), whatever is in force at the last value. ``None`` where that
    can't be said: no target in a period of the year, no one good direction, values that overlap, days between events,
    or no value.

    Args:
        chart: of any measure.
        start_month: of the fiscal year, 1 to 12.
    """
    if not chart.recorded or _has_no_average(chart):
        return None
    places, year = year_of_next(chart, start_month)
    aim = aim_of(chart, places)
    if aim is None:
        return None
    inside = _recorded_in(chart, places)
    left = sum(place > chart.series.places[-1] for place in places)
    total = None if has_parts(chart) else total_of(chart, places)
    if total is not None:
        return Need(year, len(inside), left, total.rest / left, aim, total)
    if isinstance(chart.measure, ToDate):
        return None
    required = _sums(chart, places).required(aim.average)
    return Need(year, len(inside), left, required, aim)


def _recorded_in(chart: MeasureChart, periods: Sequence[str]) -> list[int]:
    series = zip(chart.series.places, chart.series.values, strict=True)
    return [n for n, (place, value) in enumerate(series) if place in periods and value is not None]


def _has_no_average(chart: MeasureChart) -> bool:
    """Return whether a measure's values make no year's average that could reach a target."""
    events = chart.method in WAITS or units_of(chart) == "events"
    overlaps = _overlaps(chart) and not isinstance(chart.measure, ToDate)
    return events or chart.settings.direction == "within" or overlaps or _counts_last(chart)


def _counts_last(chart: MeasureChart) -> bool:
    """Return whether a year is told by its last value, such as a turnover of twelve months or a yearly survey."""
    return chart.measure.aggregation == "last"


def _overlaps(chart: MeasureChart) -> bool:
    return chart.method == "run" and bool(chart.note)


def reach_of(chart: MeasureChart, start_month: int) -> Reach | None:
    """Return whether a measure's target is within reach, or ``None`` where that can't be said: see ``untold_words``.

    It takes a target, a good direction, limits and twelve stable points. Required average as ``need_of``; outlook
    (Σy + h·x̄) / N ± 1.96 · (m̄ / 1.128) · √h / N; where there are denominators, the same of their sums; where values
    add up over the year, their total as well.

    Args:
        chart: of a measure with one value a period.
        start_month: of the fiscal year, 1 to 12.
    """
    need = need_of(chart, start_month)
    if need is None or not is_stable(chart):
        return None
    assert chart.control is not None  # noqa: S101 - a stable chart has limits
    segment = chart.control.segments[-1]
    places, year = year_of_next(chart, start_month)
    sums = _sums(chart, places)
    outlook, reach = (_by_parts if has_parts(chart) else _by_values)(chart, segment, sums)
    low, high = clipped(chart.measure, (outlook - reach, outlook + reach))
    assert low is not None and high is not None  # noqa: S101, PT018 - numbers stay numbers
    ending, total = None, need.total
    if total is not None:
        together = reach * len(places)
        ending = ending_of(chart, total, need.left, segment.centre or 0.0, together)
    verdict = _verdict(chart, segment, need)
    if verdict == WITHIN and _ends_short(chart, (low, high), need, ending):
        verdict = UNLIKELY
    told = (need.done, need.left, need.required, verdict)
    return Reach(year, *told, outlook, low, high, need.aim, total, ending)


def year_of_next(chart: MeasureChart, start_month: int) -> tuple[tuple[str, ...], str]:
    """Return the periods of the fiscal year in which the next value falls, and its name.

    Where a measure has a year of its own, it is that one, named by its months.
    """
    measure, step = chart.measure, chart.measure.step
    own = measure.year_start if isinstance(measure, ToDate) else None
    following = add_months(chart.series.places[-1], step)
    places, name = year_periods(following, step, own or start_month)
    if own in (None, start_month):
        return places, name
    first, last = (month_year_label(one) for one in (places[0], add_months(places[-1], step - 1)))
    return places, f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a year counts so far, the size that it has so far, and the size to come; one a period for plain values."""

    counted: float
    size: float
    rest: float
    times: float = 1

    def required(self, target: float) -> float:
        """Return the average to come with which the year meets a target."""
        whole = target / self.times * (self.size + self.rest)
        return self.times * (whole - self.counted) / self.rest

    def outlook(self, rate: float) -> float:
        """Return the year's average if the rest comes at a rate."""
        return self.times * (self.counted + rate * self.rest) / (self.size + self.rest)


def _sums(chart: MeasureChart, places: Sequence[str]) -> _Sums:
    """Return the sums of a year's values, or of its numerators and denominators where there are some."""
    weights, last = weights_of(chart, places), chart.series.places[-1]
    parts = has_parts(chart)
    values = chart.series.parts if parts else chart.series.values
    counted = fsum(float(values[n] or 0) for n in _recorded_in(chart, places))
    size = fsum(weight for place, weight in weights.items() if place <= last)
    rest = fsum(weight for place, weight in weights.items() if place > last)
    return _Sums(counted, size, rest, float(chart.settings.multiplier) if parts else 1)


def _by_values(chart: MeasureChart, segment: Segment, sums: _Sums) -> tuple[float, float]:
    """Return the outlook and half of its interval. Sigma is the chart's: of moving ranges, or the root of counts."""
    centre = segment.centre or 0.0
    sigma = sqrt(centre) if chart.method == "c" else (segment.mean_moving_range or 0.0) / D2
    reach = NORMAL_95 * sigma * sqrt(sums.rest) / (sums.size + sums.rest)
    return sums.outlook(centre), reach


def _by_parts(chart: MeasureChart, segment: Segment, sums: _Sums) -> tuple[float, float]:
    """Return the same of sums. Sigma is the chart's: binomial or Poisson, and Laney's times what he widens it by."""
    rate = (segment.centre or 0.0) / sums.times
    variance = rate * (1 - rate) if chart.method in PROPORTIONS else rate
    sigma = segment.widening * sqrt(max(variance, 0.0) * sums.rest) / (sums.size + sums.rest)
    return sums.outlook(rate), sums.times * NORMAL_95 * sigma


def _verdict(chart: MeasureChart, segment: Segment, need: Need) -> str:
    rising, required = chart.settings.direction == "up", need.required
    if _is_over(chart, need) and (rising or required < 0):
        return REACHED if rising else OUT
    lower, upper = segment.lower or 0.0, segment.upper or 0.0
    if (required > upper) if rising else (required < lower):
        return OUT
    return REACHED if ((required < lower) if rising else (required > upper)) else WITHIN


def _ends_short(
    chart: MeasureChart, average: tuple[float, float], need: Need, ending: Ending | None
) -> bool:
    """Return whether even the better end of where the year is expected to end misses its target."""
    low, high = average if ending is None else (ending.low, ending.high)
    target = need.aim.average if need.total is None else need.total.target
    return high < target if chart.settings.direction == "up" else low > target


VERDICTS = {
    REACHED: "as good as reached",
    WITHIN: "within reach",
    UNLIKELY: "unlikely as it runs now",
    OUT: "out of reach unless the process changes",
}


def reach_words(chart: MeasureChart, reach: Reach) -> str:
    """Return what the year takes, in words: required average, limits, and where it ends."""
    outlook, low, high = outlook_texts(chart, reach)
    limits = limits_text(chart, len(chart.series.places) - 1)
    return (
        f"{_needs(chart, reach)}, limits {limits}; {reach.year} outlook {outlook} ({low} to {high})"
    )


def outlook_texts(chart: MeasureChart, reach: Reach) -> tuple[str, str, str]:
    """Return where a year is expected to end, and between what: its total, ``612 in all``, or its average."""
    end = reach.ending
    if end is None:
        numbers = (reach.outlook, reach.low, reach.high)
        outlook, low, high = (limit_text(chart, one) for one in numbers)
        return outlook, low, high
    outlook, low, high = (_amount(chart, one) for one in (end.expected, end.low, end.high))
    return f"{outlook} in all", low, high


def _amount(chart: MeasureChart, value: float) -> str:
    """Return an amount of a year, with the decimals that values have."""
    return show_value(chart.measure, Decimal(repr(value)), unit=False)


def need_words(chart: MeasureChart, need: Need) -> str:
    """Return what the year takes, in words, where nothing can be said of whether it gets it."""
    words = f"{need.year}: {_needs(chart, need)}"
    side = 0 if _is_over(chart, need) else _beyond(chart, need)
    if not side:
        return words
    if (side > 0) != (chart.settings.direction == "up"):
        return f"{words}, so the target is met whatever comes"
    return f"{words}, {'more' if side > 0 else 'less'} than it can be"


def _beyond(chart: MeasureChart, need: Need) -> int:
    """Return 1 where the average needed is more than the unit can be, -1 where it is less, else 0."""
    [possible] = clipped(chart.measure, (need.required,))
    if possible is None or possible == need.required:
        return 0
    return 1 if need.required > possible else -1


def is_impossible(chart: MeasureChart, need: Need) -> bool:
    """Return whether no values to come, whatever the process does, let the year meet its target."""
    rising = chart.settings.direction == "up"
    if _is_over(chart, need):
        return not rising and need.required < 0
    return _beyond(chart, need) == (1 if rising else -1)


def meant_words(chart: MeasureChart, need: Need) -> str:
    """Return in a sentence that a target due in one month is held against the year's average; nothing for any other."""
    due = chart.measure.target_date
    if need.total is not None or not due:
        return ""
    return f"Told for the average of {need.year}; the target is due in {month_year_label(due[:7])}."


def _needs(chart: MeasureChart, need: Need | Reach) -> str:
    unit, text = units_of(chart), limit_text(chart, need.required)
    left, one = need.left, unit.removesuffix("s")
    if need.total is not None:
        if _is_over(chart, need):
            rising, whole = chart.settings.direction == "up", _amount(chart, need.total.target)
            return f"the year’s {whole} {'are reached' if rising else 'are used up'} already"
        return _needs_in_all(chart, need.total, left, f"{text} a {one}")
    aim = _aim_words(chart, need)
    if left == 1:
        return f"1 {one} left needs {text}{aim}"
    return f"{left} {unit} left need {text} on average{aim}"


def _aim_words(chart: MeasureChart, need: Need | Reach) -> str:
    """Return for which target of the year, where that isn't the one in force at the last value; else nothing."""
    now, aim = chart.settings.target, need.aim
    if not aim.mixed and now is not None and aim.average == float(now):
        return ""
    mean = "mean " if aim.mixed else ""
    return f" for the year’s {mean}target of {limit_text(chart, aim.average)}"


def _is_over(chart: MeasureChart, need: Need | Reach) -> bool:
    """Return whether a year's target is reached or used up for good: nothing to come can take away from it."""
    low = possible_of(chart.measure).low
    return need.total is not None and need.total.rest <= 0 and low is not None and low >= 0


def _needs_in_all(chart: MeasureChart, total: Total, left: int, each: str) -> str:
    """Return what is left of a year's target, in words: for good what has to come, for harm what may."""
    rest, whole = _amount(chart, total.rest), _amount(chart, total.target)
    rising, unit = chart.settings.direction == "up", units_of(chart)
    if left == 1:
        verb = "needs" if rising else "may have"
        return f"1 {unit.removesuffix('s')} left {verb} {rest} for a year of {whole}"
    verb = "need" if rising else "may have"
    return f"{left} {unit} left {verb} {rest} in all, {each}, for a year of {whole}"


# -- why nothing is foretold -------------------------------------------------------------------


def untold_words(chart: MeasureChart, start_month: int) -> str:
    """Return in a sentence why it isn't told whether a target is reachable, and how to get it; nothing where it is.

    Args:
        chart: of any measure.
        start_month: of the fiscal year, 1 to 12.
    """
    events = chart.method in WAITS or units_of(chart) == "events"
    without = _lacking_words(chart, start_month)
    never = (
        (not chart.recorded, "No value is recorded yet."),
        (events, "Days between events make no year's average."),
        (
            chart.settings.direction == "within",
            "Good is a corridor here, which no single average reaches.",
        ),
        (bool(without), without),
        (
            _counts_last(chart),
            "The year is told by its last value, so it needs no average: that one has to meet the target.",
        ),
        (_overlaps(chart), f"{chart.note[:1].upper()}{chart.note[1:]}."),
        (chart.method == "run", "A run chart has no limits to hold the target against."),
        (chart.standing >= FULL and not chart.limited, "Too few values are in a row for limits."),
        (
            not chart.judged,
            f"The outlook takes {verdict_takes(chart)} values; there are {chart.standing}{counted_from(chart)}.",
        ),
    )
    found = next((words for holds, words in never if holds), "")
    if found or is_stable(chart):
        return found
    # What the sentence over the chart says by its limits stands here as well.
    never_met = "As it runs now, it can't be expected to meet the target. "
    return f"{never_met if expects_never(chart) else ''}{_unstable_words(chart)}"


def _lacking_words(chart: MeasureChart, start_month: int) -> str:
    """Return why there is no target to reach, in a sentence; nothing where there is one."""
    if not chart.recorded:
        return ""
    none = "" if chart.settings.target is not None else "Set a target, and it is told."
    if _has_no_average(chart):
        return none
    if isinstance(chart.measure, ToDate) and chart.measure.doubt:
        return chart.measure.doubt
    places, year = year_of_next(chart, start_month)
    if lacks_target(chart, places):
        return f"Not all {units_of(chart)} of {year} have a target, so there is none of the whole year."
    if aim_of(chart, places) is None:
        return none or f"{year} has no target. Set one, and it is told."
    return ""


def _unstable_words(chart: MeasureChart) -> str:
    """Return what special cause is the latest, and what to do about it."""
    assert chart.control is not None  # noqa: S101 - for the type checker
    control, found, last = chart.control, unsettled_of(chart), recent_cause(chart)
    assert last is not None  # noqa: S101 - else it were stable
    if found is not None and found.rule == SHIFT:
        return _shift_words(chart, found)
    rule = RULE_WORDS.get(control.rules[last] or "", "")
    what = f"{place_label(chart.series.places[last])} is special ({rule})"
    if found is not None:
        what = f"A trend since {place_label(chart.series.places[found.start])}"
    elif control.rules[last] == SHIFT and last < len(control.values) - 1:
        ends = (chart.series.places[n] for n in (shift_start(control, last), last))
        what = f"The shift from {' to '.join(map(place_label, ends))} is over"
    return (
        f"{what}; how the year ends is told once {STABLE} values have come without another "
        "special cause."
    )


def _shift_words(chart: MeasureChart, found: Unsettled) -> str:
    start, since = found.start, place_label(chart.series.places[found.start])
    waiting = [one.period for one in chart.proposed if one.period >= chart.series.places[start]]
    if waiting:
        asked = f"New limits from {month_year_label(waiting[0])} are proposed"
        return f"A shift since {since}. {asked}: they wait for agreement."
    count = sum(value is not None for value in chart.series.values[start:])
    later = f", from the {FULL}th value on" if count < FULL else ""
    return (
        f"A shift since {since}: the limits {age_words(found)}. "
        f"Propose new limits from then to get it{later}."
    )
