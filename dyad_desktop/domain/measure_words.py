"""What a measure's chart says, in words: one sentence, the signal of now, the settings under the chart."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from dyad_desktop.domain import spc
from dyad_desktop.domain.fiscal import day_label, month_year_label, months_between
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import ToDate, target_at, target_begins
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.possible import clipped, cut_words
from dyad_desktop.domain.ratio import exact
from dyad_desktop.domain.scorecard import (
    is_provisional,
    reaches,
    show_level,
    show_value,
    status_of,
    told_value,
)
from dyad_desktop.domain.spc.rules import SHIFT, grain_of
from dyad_desktop.domain.standing import BASELINE, FULL, PAIRS, TRIAL, is_short
from dyad_desktop.domain.to_date import YEAR_TO_DATE, none_words
from dyad_desktop.domain.unsettled import OLD, STABLE, Unsettled, recent_cause, unsettled_of

LAST = 6
"""How many of the latest values a caption counts."""
THOUSANDS = 1000
"""From where a limit of whole numbers is told in whole numbers."""
METHODS = {
    "i": "XmR chart",
    "p": "p chart",
    "p_prime": "p′ chart (Laney)",
    "u": "u chart",
    "u_prime": "u′ chart (Laney)",
    "c": "c chart",
    "g": "g chart of cases between events",
    "t": "t chart of days between events",
    "run": "run chart",
}
VARIATION_WORDS = {
    "common_cause": "common cause",
    "improvement_high": "improving, high",
    "improvement_low": "improving, low",
    "concern_high": "concern, high",
    "concern_low": "concern, low",
    "neutral_high": "special cause, high",
    "neutral_low": "special cause, low",
}
ASSURANCE_WORDS = {
    spc.PASS: "always meets target",
    spc.FAIL: "never meets target",
    spc.INCONSISTENT: "meets target by chance",
}
ASSURANCE_SENTENCES = {
    spc.PASS: "; as it runs now, it will go on meeting the target",
    spc.FAIL: "; as it runs now, it can't be expected to meet the target",
    spc.INCONSISTENT: "; as it runs now, chance decides whether it meets the target",
}
_RULED_OUT = {spc.FAIL: ("beyond", "met"), spc.PASS: ("within", "missed")}
YOUNG = " (p)"
"""Follows a value that may still change."""
YOUNG_LEGEND = f"{YOUNG.strip()} provisional: may still change"
BY_OLD = ", by old limits"
"""Follows a verdict in words by limits that the level has moved under."""
OLD_LEGEND = f"{OLD} by old limits: the level has moved since, new limits tell it anew"
RULE_WORDS = {
    "astronomical": "beyond a limit",
    "trend": "trend",
    "two_of_three": "2 of 3 near a limit",
    "shift": "shift",
}


def place_label(place: str) -> str:
    """Return a period or a day as it is read."""
    return month_year_label(place) if len(place) == len("2026-10") else day_label(place)


def units_of(chart: MeasureChart) -> str:
    """Return what the points of a chart are: months, quarters or events."""
    if chart.series.places and len(chart.series.places[0]) > len("2026-10"):
        return "events"
    return f"{chart.measure.period_word}s"


# -- the signal of now -------------------------------------------------------------------------


def signal_words(chart: MeasureChart) -> str:
    """Return what goes on now, such as ``a shift of 9 months below the mean: improving``."""
    if not chart.recorded:
        return "no value yet"
    if chart.builds_up:
        return "no signal is read of year-to-date figures, which rise by themselves"
    if chart.overlaps:
        return "no signal is read of rolling values, which overlap"
    if chart.method == "run":
        return _run_words(chart)
    return _limits_words(chart)


def _limits_words(chart: MeasureChart) -> str:
    if chart.control is None or chart.standing < TRIAL:
        return f"{chart.standing} of the {TRIAL} values that limits take{counted_from(chart)}"
    if not chart.limited:
        return _pairs_words(chart)
    if chart.trial:
        words = f"{chart.standing} of the {verdict_takes(chart)} values that a verdict takes"
        return f"trial limits: {words}{counted_from(chart)}"
    return _control_words(chart, chart.control)


def _pairs_words(chart: MeasureChart) -> str:
    """Return that gaps leave too few values next to each other for limits by moving ranges."""
    if not chart.pairs:
        return "no two values in a row, which limits take"
    return f"{chart.pairs} of the {PAIRS} pairs of values in a row that limits take{counted_from(chart)}"


def counted_from(chart: MeasureChart) -> str:
    """Return which values are counted for the limits of now, where it isn't all that there are."""
    if _rests_on_short_baseline(chart):
        return " in the baseline"
    several = chart.control is not None and len(chart.control.segments) > 1
    return " since the rebase" if several else ""


def verdict_takes(chart: MeasureChart) -> int:
    """Return how many values a verdict takes: of a baseline that is short, or of all since the limits began."""
    return BASELINE if _rests_on_short_baseline(chart) else FULL


def _rests_on_short_baseline(chart: MeasureChart) -> bool:
    baseline = chart.settings.baseline
    return is_short(baseline) and chart.standing == baseline


def _control_words(chart: MeasureChart, control: spc.ControlChart) -> str:
    last = chart.last or 0
    rule, high = control.rules[last], control.sides[last] == "high"
    if rule is None:
        since = recent_cause(chart)
        when = "" if since is None else f" since {place_label(chart.series.places[since])}"
        return f"no special cause{when}"
    unit, side = units_of(chart), "above" if high else "below"
    limit = "upper limit" if high else "lower limit"
    words = {
        "shift": f"a shift of {_stretch(control, last)} {unit} {side} the {_middle_name(control, last)}",
        "trend": f"a trend of {_slope(control, last)} {unit} {'up' if high else 'down'}",
        "two_of_three": f"2 of 3 {unit} near the {limit}",
        "astronomical": f"{place_label(chart.series.places[last])} is {side} the {limit}",
    }[rule]
    return words + _verdict(chart, rising=high)


def _stretch(control: spc.ControlChart, last: int) -> int:
    """Return how many points up to the last lie on its side of what shifts are read against, in its segment."""
    first = control.segments[-1].first
    grain = grain_of(control.values)
    high, count = control.sides[last] == "high", 0
    for place in range(last, first - 1, -1):
        value, middle = control.values[place], control.middles[place]
        if (
            value is None
            or middle is None
            or abs(value - middle) <= grain
            or (value > middle) != high
        ):
            break
        count += 1
    return count


def _middle_name(control: spc.ControlChart, place: int) -> str:
    """Return what shifts are read against: the mean, or the median of counts that wait."""
    return "mean" if control.middles[place] == control.centres[place] else "median"


def _slope(control: spc.ControlChart, last: int) -> int:
    """Return how many points up to the last only rise, or only fall, in its segment."""
    first = control.segments[-1].first
    high, count = control.sides[last] == "high", 1
    for place in range(last, first, -1):
        after, before = control.values[place], control.values[place - 1]
        if after is None or before is None or after == before or (after > before) != high:
            break
        count += 1
    return count


def _verdict(chart: MeasureChart, *, rising: bool) -> str:
    direction = chart.settings.direction
    if direction == "within":
        return ""
    return ": improving" if rising == (direction == "up") else ": worsening"


def _run_words(chart: MeasureChart) -> str:
    """Return what the run chart says now: a shift, else a trend, else a change over time, else nothing yet."""
    found, word = chart.runs, units_of(chart)
    if (shift := found.current_shift) is not None:
        side = "above" if shift.high else "below"
        words = f"a shift of {shift.length} {word} {side} the median"
        return words + _verdict(chart, rising=shift.high)
    if (trend := found.current_trend) is not None:
        words = f"a trend of {trend.length} {word} {'up' if trend.high else 'down'}"
        return words + _verdict(chart, rising=trend.high)
    if found.signal:
        return f"more change over {found.recorded} {word} than chance explains"
    return "no shift or trend now"


# -- the sentence ------------------------------------------------------------------------------


def caption(chart: MeasureChart) -> str:
    """Return one true sentence of what the chart says, also for those who can't see it."""
    last = chart.last
    if last is None:
        return "No value is recorded yet."
    value, when = chart.series.values[last] or Decimal(0), chart.series.places[last]
    latest = told_value(chart.measure, value, when)
    if is_provisional(chart.measure, when):
        latest += " (provisional)"
    return f"At {latest}, {_against_target(chart)}; {signal_words(chart)}{to_expect(chart)}."


def to_expect(chart: MeasureChart) -> str:
    """Return whether the target will be met, to follow a sentence: not by limits that the level has moved under."""
    found = unsettled_of(chart)
    if not chart.assurance or found is None:
        return _gainsaid(chart) or ASSURANCE_SENTENCES.get(chart.assurance or "", "")
    rests_on = f"; the limits {age_words(found)} {moved_words(chart, found)}, so"
    if found.rule != SHIFT:
        return f"{rests_on} they don't tell whether it will meet the target"
    return f"{rests_on} whether it will meet the target is told once new ones are agreed"


def expects_never(chart: MeasureChart) -> bool:
    """Return whether the limits rule the target out, and neither a moved level nor the latest values gainsay them."""
    return chart.assurance == spc.FAIL and unsettled_of(chart) is None and not _gainsaid(chart)


def _gainsaid(chart: MeasureChart) -> str:
    """Return what the latest values say against never, or always, meeting the target; nothing where they don't.

    What lies beyond limits is seldom, so values that did what the limits rule out weigh more than the icon.
    """
    target = chart.settings.target
    if target is None or chart.assurance not in _RULED_OUT:
        return ""
    measure, series = chart.measure, chart.series
    there = [
        (place, value)
        for place, value in zip(series.places, series.values, strict=True)
        if value is not None
    ][-STABLE:]
    met = sum(reaches(measure, exact(measure, place, value), target) for place, value in there)
    against = met if chart.assurance == spc.FAIL else len(there) - met
    where, did = _RULED_OUT[chart.assurance]
    last = f"{against} of the last {len(there)} {_period_words(chart, there)}"
    return f"; its limits lie {where} the target, though {last} {did} it" if against else ""


def age_words(found: Unsettled) -> str:
    """Return of which time limits are that the level has moved under."""
    return "are of the time before" if found.before else "also hold the time before"


def moved_words(chart: MeasureChart, found: Unsettled) -> str:
    """Return what moved the level: ``the shift since Apr 2026``."""
    word = "shift" if found.rule == SHIFT else "trend"
    return f"the {word} since {place_label(chart.series.places[found.start])}"


def by_limits(chart: MeasureChart, verdict: str) -> str:
    """Return a verdict with what it rests on, where that is old."""
    found = unsettled_of(chart)
    if found is None or not verdict:
        return verdict
    return f"{verdict}{BY_OLD}: they {age_words(found)} {moved_words(chart, found)}"


def _against_target(chart: MeasureChart) -> str:
    """Return how many of the latest values met their target: each is judged by the one that was in force then."""
    measure = chart.measure
    there = [
        (place, value)
        for place, value in zip(chart.series.places, chart.series.values, strict=True)
        if value is not None
    ][-LAST:]
    target = target_at(measure, there[-1][0])
    if target is None:
        begins = target_begins(measure, there[-1][0])
        before = f" before {month_year_label(begins)}" if begins else ""
        return f"no target{none_words(measure, there[-1][0]) or f' is set{before}'}"
    levels = [
        (exact(measure, place, value), level)
        for place, value in there
        if (level := target_at(measure, place)) is not None
    ]
    side = level_words(measure, target)
    met = sum(reaches(measure, value, level) for value, level in levels)
    if len(levels) == 1:
        return side if met else f"not {side}"
    count = {0: "none", len(levels): "all"}.get(met, str(met))
    having = "" if len(levels) == len(there) else " with a target"
    said = f"{count} of the last {len(levels)} {_period_words(chart, there)}{having}"
    if len({level for _value, level in levels}) == 1:
        return f"{said} {side}"
    return f"{said} met the target of their time (now {side.replace('target ', '')})"


def level_words(measure: Measure, target: Decimal) -> str:
    """Return where a value has to lie: ``at or below target 60``."""
    text = f"{show_level(measure, target, unit=False)}{when_words(measure)}"
    if measure.direction == "within":
        low = measure.target_low
        return (
            f"within {show_level(measure, low, unit=False) if low is not None else '…'} to {text}"
        )
    return f"at or {'above' if measure.direction == 'up' else 'below'} target {text}"


def when_words(measure: Measure) -> str:
    """Return `` to date`` of a measure whose target is a sum of the year so far; nothing of others."""
    return " to date" if isinstance(measure, ToDate) else ""


def _period_words(chart: MeasureChart, there: Sequence[tuple[str, Decimal]]) -> str:
    word = units_of(chart)
    if word == "events":
        return word
    spread = months_between(there[0][0], there[-1][0])
    whole = spread == chart.measure.step * (len(there) - 1)
    return word if whole else f"recorded {word}"


# -- how the chart was made --------------------------------------------------------------------


def settings_words(chart: MeasureChart) -> str:
    """Return the settings that made the chart, as printed under it."""
    settings = chart.settings
    note = f" ({settings.note})" if settings.note else ""
    parts = [f"{_method_name(chart)}{note}", *_rules(chart), *_good(chart)]
    parts += [f"rebased {month_year_label(one)}" for one in settings.rebased]
    return ", ".join([*parts, *_cut(chart), *settings.amended])


def _cut(chart: MeasureChart) -> list[str]:
    """Return within what the limits are drawn, where it isn't plain to see."""
    if chart.control is None:
        return []
    words = cut_words(chart.measure, (chart.control.lower, chart.control.upper))
    return [words] if words else []


def _method_name(chart: MeasureChart) -> str:
    """Return the name of the chart; of events that are kept by their days, days lie between, whatever the chart."""
    name = METHODS[chart.settings.method]
    return name.replace("of cases", "of days") if units_of(chart) == "events" else name


def _rules(chart: MeasureChart) -> list[str]:
    """Return how points are read: by limits, unless the chart has none yet, or as runs."""
    settings = chart.settings
    shifts = f"shift {settings.shift}, trend {settings.trend}"
    first = f"first {settings.baseline} points" if settings.baseline else "all points"
    each = " of each segment" if settings.rebased else ""
    if chart.builds_up or chart.overlaps:
        return []
    if settings.method == "run":
        of_first = f" of the {first}" if settings.baseline else ""
        return [f"median{of_first}{each}", shifts, "Anhøj's tests"]
    if not any(chart.limits_at(place) for place in (0, *settings.starts)):
        few = chart.standing < TRIAL
        return [
            f"no limits below {f'{TRIAL} values' if few else f'{PAIRS} pairs of values in a row'}"
        ]
    limits = [f"limits {settings.constant.normalize():f} × mean moving range"]
    if settings.method not in {"i", "t"}:
        limits = ["limits 3 sigma"]
    screened = ["screened" if settings.screened else "not screened"]
    return [
        *limits,
        shifts,
        *(screened if settings.method == "i" else ()),
        f"baseline {first}{each}",
    ]


def _good(chart: MeasureChart) -> list[str]:
    """Return what is good: which way, and the target in force."""
    settings, measure = chart.settings, chart.measure
    level = "no target" if settings.target is None else show_level(measure, settings.target)
    if settings.direction == "within":
        low = settings.target_low
        lowest = "" if low is None else f"{show_level(measure, low, unit=False)} to "
        return [level if settings.target is None else f"good is {lowest or 'at most '}{level}"]
    better = "higher" if settings.direction == "up" else "lower"
    return [
        f"{better} is better",
        f"{level}{none_words(measure, chart.series.places[-1]) if chart.series.places else ''}"
        if settings.target is None
        else f"target {level}{_target_words(measure)}",
    ]


def benchmark_words(measure: Measure) -> str:
    """Return what a measure is held against, with its source and day."""
    if measure.benchmark is None:
        return ""
    when = day_label(measure.benchmark_date) if measure.benchmark_date else ""
    where = ", ".join(part for part in (measure.benchmark_source, when) if part)
    return (
        f"{_benchmark(measure)} ({where})" if where else f"{_benchmark(measure)}, source not given"
    )


def _benchmark(measure: Measure) -> str:
    level = measure.benchmark
    return "" if level is None else f"benchmark {show_level(measure, level)}"


def _target_words(measure: Measure) -> str:
    """Return what the target of figures of the year to date is for."""
    if isinstance(measure, ToDate):
        one = measure.period_word
        return f" to date (the {one}s’ targets together)"
    return " for the year to date" if measure.span == YEAR_TO_DATE else ""


def limit_text(chart: MeasureChart, value: float) -> str:
    """Return a limit or mean with the measure's decimals, and one where it has none and doesn't run into thousands."""
    least = 1 if abs(value) < THOUSANDS else 0
    measure = replace(chart.measure, decimals=max(least, chart.measure.decimals or 0))
    return show_value(measure, Decimal(repr(value)), unit=False)


def point_words(chart: MeasureChart, place: int) -> tuple[str, ...]:
    """Return what is read of a point, a line each: value, parts, target, limits, rule, mark."""
    measure, when, value = chart.measure, chart.series.places[place], chart.series.values[place]
    if value is None:
        return (f"{place_label(when)}: nothing recorded",)
    found = [f"{place_label(when)}: {told_value(measure, value, when)}"]
    if chart.series.parts and chart.series.parts[place] is not None:
        whole = chart.series.wholes[place]
        found.append(f"{chart.series.parts[place]:,f} of {'…' if whole is None else f'{whole:,f}'}")
    if (target := chart.targets[place]) is not None:
        state = {"no_data": ""}.get(
            status := status_of(measure, value, when), status.replace("_", " ")
        )
        found.append(f"target {level_words(measure, target).replace('target ', '')}: {state}")
    found += _lines_at(chart, place)
    more = (_benchmark(measure), rule_words(chart, place), measure.marks.get(when) or "")
    return (*found, *(words for words in more if words))


def _lines_at(chart: MeasureChart, place: int) -> list[str]:
    control = chart.control
    if control is None or (centre := control.centres[place]) is None:
        return []
    middle = "mean" if chart.limits_at(place) else "median"
    mean, limits = f"{middle} {limit_text(chart, centre)}", limits_text(chart, place)
    name = "trial limits" if chart.trial_at(place) else "limits"
    return [f"{name} {limits}, {mean}" if limits else mean]


def limits_text(chart: MeasureChart, place: int) -> str:
    """Return the limits of a place, ``57.8 to 71.4``; nothing where there are none."""
    control = chart.control
    if control is None:
        return ""
    found = list(clipped(chart.measure, (control.lower[place], control.upper[place])))
    return " to ".join(limit_text(chart, one) for one in found if one is not None)


def rule_words(chart: MeasureChart, place: int) -> str:
    """Return by which rule a point is special, and what that means: ``shift, improving``; nothing of others."""
    control = chart.control
    if control is None or (rule := control.rules[place]) is None:
        return ""
    high = control.sides[place] == "high"
    return RULE_WORDS[rule] + _verdict(chart, rising=high).replace(":", ",")
