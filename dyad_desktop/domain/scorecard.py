"""A measure's state in words: latest value, colour by the rule, and what its chart says."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dyad_desktop.domain.fiscal import QUARTER, months_between
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.run_chart import Observation, Run, RunChart, recorded, run_chart

ON_TRACK, AT_RISK, OFF_TRACK, NO_DATA = "on_track", "at_risk", "off_track", "no_data"
SEVERITY = (NO_DATA, ON_TRACK, AT_RISK, OFF_TRACK)
"""The states from least to most pressing."""
LAST = 6
"""How many of the latest values a caption counts."""
UNSPOKEN = ("count", "score")
"""Units that say nothing after a number."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a measure's row of the scorecard shows."""

    measure: Measure
    latest: Observation | None
    previous: Observation | None
    status: str

    @property
    def better(self) -> bool | None:
        """The latest value is better than the one before; ``None`` when equal or not known."""
        if self.latest is None or self.previous is None or self.latest.value == self.previous.value:
            return None
        return (self.latest.value > self.previous.value) == (self.measure.direction == "up")


def read_measure(measure: Measure) -> Reading:
    """Return the latest and previous observations and the status by the rule."""
    points = recorded(measure.values)
    latest = points[-1] if points else None
    previous = points[-2] if len(points) > 1 else None
    return Reading(measure, latest, previous, status_of(measure, latest.value if latest else None))


def status_of(measure: Measure, value: Decimal | None) -> str:
    """Return the state of a value: ``on_track``, ``at_risk``, ``off_track`` or ``no_data``.

    Green when the target is met, amber from there to ``amber_at`` inclusive, red when worse
    (``meta.conventions.status_rule``). Without ``amber_at`` nothing is amber; without a target or a
    value there is no state.
    """
    if value is None or measure.target is None:
        return NO_DATA
    if _reaches(measure, value, measure.target):
        return ON_TRACK
    amber = measure.amber_at is not None and _reaches(measure, value, measure.amber_at)
    return AT_RISK if amber else OFF_TRACK


def _reaches(measure: Measure, value: Decimal, bound: Decimal) -> bool:
    return value >= bound if measure.direction == "up" else value <= bound


def worst(states: Sequence[str]) -> str:
    """Return the most pressing of some states; ``no_data`` of none."""
    return max(states, key=SEVERITY.index, default=NO_DATA)


def show_value(measure: Measure, value: Decimal, *, unit: bool = True) -> str:
    """Return a value with the measure's decimals, halves away from zero, and its unit."""
    places = Decimal(1).scaleb(-(measure.decimals or 0))
    text = f"{value.quantize(places, rounding=ROUND_HALF_UP):,f}"
    spoken = unit and measure.unit and measure.unit not in UNSPOKEN
    return f"{text} {measure.unit}" if spoken else text


def caption(measure: Measure) -> str:
    """Return one true sentence of what the run chart says, also for those who can't see it."""
    chart = run_chart(measure.values)
    if not chart.points:
        return "No value is recorded yet."
    latest = show_value(measure, chart.points[-1].value)
    return f"At {latest}, {_against_target(measure, chart.points)}; {signal_words(measure, chart)}."


def _against_target(measure: Measure, points: Sequence[Observation]) -> str:
    if measure.target is None:
        return "no target is set"
    target = show_value(measure, measure.target, unit=False)
    side = "at or above" if measure.direction == "up" else "at or below"
    last = points[-LAST:]
    met = sum(_reaches(measure, point.value, measure.target) for point in last)
    if len(last) == 1:
        return f"{side if met else 'not ' + side} target {target}"
    count = {0: "none", len(last): "all"}.get(met, str(met))
    return f"{count} of the last {len(last)} {_period_words(measure, last)} {side} target {target}"


def _period_words(measure: Measure, points: Sequence[Observation]) -> str:
    word = "quarters" if measure.frequency == "quarterly" else "months"
    step = QUARTER if measure.frequency == "quarterly" else 1
    spread = months_between(points[0].period, points[-1].period)
    return word if spread == step * (len(points) - 1) else f"recorded {word}"


def signal_words(measure: Measure, chart: RunChart) -> str:
    """Return what goes on now: a shift, else a trend, else a change over time, else nothing yet."""
    word = "quarters" if measure.frequency == "quarterly" else "months"
    if (shift := chart.current_shift) is not None:
        verdict = _verdict(measure, shift)
        return f"a shift of {shift.length} {word} {shift.side} the median: {verdict}"
    if (trend := chart.current_trend) is not None:
        return f"a trend of {trend.length} {word} {trend.side}: {_verdict(measure, trend)}"
    if chart.signal:
        return f"more change over {len(chart.points)} {word} than chance explains"
    return "no shift or trend now"


def _verdict(measure: Measure, run: Run) -> str:
    rising = run.side in ("above", "up")
    return "improving" if rising == (measure.direction == "up") else "worsening"
