"""A measure's state: its latest value, and the colour that the rule gives it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import ToDate, amber_at, stretch_at, target_at
from dyad_desktop.domain.measuring import MeasureChart, series_of
from dyad_desktop.domain.money import round_ratio
from dyad_desktop.domain.observed import Observation, recorded
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ratio import exact
from dyad_desktop.domain.to_date import to_date

ON_TRACK, AT_RISK, OFF_TRACK, NO_DATA = "on_track", "at_risk", "off_track", "no_data"
SEVERITY = (NO_DATA, ON_TRACK, AT_RISK, OFF_TRACK)
"""The states from least to most pressing."""
NO_TARGET = "no_target"
"""What ``no_data`` is called where there is a value, and no target to judge it by."""
STATES = (*reversed(SEVERITY[1:]), NO_TARGET, NO_DATA)
"""What states are called, the most pressing first."""
UNSPOKEN = ("count", "score")
"""Units that say nothing after a number."""
MOST = 4
"""Decimals that a level is told with at most: what is reckoned of several may have any number."""
FURTHER = 2
"""Decimals that are added at most to tell a value from the target that it misses."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a measure's row of the scorecard shows."""

    measure: Measure
    latest: Observation | None
    previous: Observation | None
    status: str

    @property
    def target(self) -> Decimal | None:
        """The target in force in the latest period; without a value, the one that holds first."""
        return target_at(self.measure, self.latest.period if self.latest else "")

    @property
    def stretch(self) -> Decimal | None:
        """The stretch target in force in the latest period."""
        return stretch_at(self.measure, self.latest.period if self.latest else "")

    @property
    def shown(self) -> str:
        """What the state is called: a value without a target is ``no_target``, which is not ``no_data``."""
        unjudged = self.status == NO_DATA and self.latest is not None and self.target is None
        return NO_TARGET if unjudged else self.status

    @property
    def told(self) -> str:
        """The latest value as it is told; nothing without one."""
        latest = self.latest
        return told_value(self.measure, latest.value, latest.period) if latest else ""

    @property
    def provisional(self) -> bool:
        """Whether the latest value may still change."""
        return self.latest is not None and is_provisional(self.measure, self.latest.period)

    @property
    def better(self) -> bool | None:
        """The latest value is better than the one before; ``None`` when equal, not known, or neither is good.

        Nothing is told of a sum of the year to date either: it rises with each month, and begins anew each year.
        """
        if self.latest is None or self.previous is None or self.latest.value == self.previous.value:
            return None
        if self.measure.direction == "within" or isinstance(self.measure, ToDate):
            return None
        return (self.latest.value > self.previous.value) == (self.measure.direction == "up")


def is_provisional(measure: Measure, period: str) -> bool:
    """Return whether the value of a period may still change: it was marked so."""
    return measure.marks.get(period) == "provisional"


def read_of(book: Book, measure: Measure) -> Reading:
    """Return the latest and previous observations of a measure, and the status by the rule.

    The latest value of rare events is their last wait.
    """
    series = series_of(book, measure)
    judged = to_date(measure, book.only(Partnership).start_month)
    return _reading(judged, recorded(zip(series.places, series.values, strict=True)))


def read_chart(chart: MeasureChart) -> Reading:
    """Return the same of a chart, whose values are waits where a measure keeps the days of its events."""
    values = zip(chart.series.places, chart.series.values, strict=True)
    return _reading(chart.measure, recorded(values))


def _reading(measure: Measure, points: Sequence[Observation]) -> Reading:
    latest = points[-1] if points else None
    previous = points[-2] if len(points) > 1 else None
    status = status_of(measure, latest.value, latest.period) if latest else NO_DATA
    return Reading(measure, latest, previous, status)


def status_of(measure: Measure, value: Decimal | None, period: str) -> str:
    """Return the state of a period's value: ``on_track``, ``at_risk``, ``off_track`` or ``no_data``.

    Green when the target of then is met, amber from there to ``amber_at`` inclusive, red when worse
    (``meta.conventions.status_rule``). Without ``amber_at`` nothing is amber; without a target or a
    value there is no state. What a ratio was rounded to doesn't count: its parts do.
    """
    target = target_at(measure, period)
    if value is None or target is None:
        return NO_DATA
    figure = exact(measure, period, value)
    if reaches(measure, figure, target):
        return ON_TRACK
    amber = amber_at(measure, period)
    if amber is None or measure.direction == "within":
        return OFF_TRACK
    return AT_RISK if reaches(measure, figure, amber) else OFF_TRACK


def reaches(measure: Measure, value: Decimal | Fraction, bound: Decimal | None) -> bool:
    """Return whether a value is as good as a bound; where good is ``within``, between ``target_low`` and it.

    The value is as ``ratio.exact`` gives it.
    """
    if bound is None:
        return False
    if measure.direction == "within":
        low = measure.target_low
        return value <= bound and (low is None or value >= low)
    return value >= bound if measure.direction == "up" else value <= bound


def shown_worst(readings: Sequence[Reading]) -> str:
    """Return what the most pressing state of some measures is called."""
    found = worst([one.status for one in readings])
    unjudged = found == NO_DATA and any(one.shown == NO_TARGET for one in readings)
    return NO_TARGET if unjudged else found


def worst(states: Sequence[str]) -> str:
    """Return the most pressing of some states; ``no_data`` of none."""
    return max(states, key=SEVERITY.index, default=NO_DATA)


def show_value(measure: Measure, value: Decimal | Fraction, *, unit: bool = True) -> str:
    """Return a value with the measure's decimals, halves away from zero, and its unit."""
    return _with_unit(measure, _rounded(value, measure.decimals or 0), unit=unit)


def show_level(measure: Measure, level: Decimal, *, unit: bool = True) -> str:
    """Return a level, such as a target, as it was typed: with the measure's decimals, and more where it has them."""
    return _with_unit(measure, _level_text(measure, level), unit=unit)


def _level_text(measure: Measure, level: Decimal) -> str:
    exponent = round(level, MOST).normalize().as_tuple().exponent
    own = -exponent if isinstance(exponent, int) else 0
    return _rounded(level, max(measure.decimals or 0, own))


def told_value(measure: Measure, value: Decimal, period: str, *, unit: bool = True) -> str:
    """Return a period's value as ``show_value`` does, unless it misses a target that it then looks equal to.

    Such a value has one or two decimals more, or is ``just under 95 %``.
    """
    target = target_at(measure, period)
    figure = exact(measure, period, value)
    if target is None or reaches(measure, figure, target):
        return show_value(measure, figure, unit=unit)
    bounds = (target, measure.target_low if measure.direction == "within" else None)
    missed = next((one for one in bounds if one is not None and _looks(measure, figure, one)), None)
    if missed is None:
        return show_value(measure, figure, unit=unit)
    least = measure.decimals or 0
    for places in range(least + 1, least + 1 + FURTHER):
        if (text := _rounded(figure, places)) != _rounded(missed, places):
            return _with_unit(measure, text, unit=unit)
    side = "under" if figure < missed else "over"
    return f"just {side} {show_level(measure, missed, unit=unit)}"


def gap_text(measure: Measure, figure: Fraction, bound: Decimal) -> str:
    """Return how far a figure is from a bound; nothing below two decimals more than the measure has.

    Where both look alike with the measure's decimals, or the gap would be 0, it has a decimal or two more: 59.5 shown
    as 60 isn't 1 below 60.
    """
    least = (measure.decimals or 0) + _looks(measure, figure, bound)
    gap = abs(figure - Fraction(bound))
    texts = (
        _rounded(gap, places) for places in range(least, (measure.decimals or 0) + 1 + FURTHER)
    )
    return next((text for text in texts if text.strip("0.")), "")


def _looks(measure: Measure, figure: Decimal | Fraction, bound: Decimal) -> bool:
    """Return whether a figure looks equal to a bound, with the measure's decimals."""
    places = measure.decimals or 0
    return _rounded(figure, places) == _level_text(measure, bound)


def _rounded(figure: Decimal | Fraction, places: int) -> str:
    """Return a figure with so many decimals, halves away from zero, and a true minus sign."""
    if isinstance(figure, Fraction):
        figure = round_ratio(figure.numerator, figure.denominator, places)
    shown = figure.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{shown:,f}".replace("-", "\N{MINUS SIGN}" if shown else "")


def _with_unit(measure: Measure, text: str, *, unit: bool) -> str:
    spoken = unit and measure.unit and measure.unit not in UNSPOKEN
    return f"{text} {measure.unit}" if spoken else text
