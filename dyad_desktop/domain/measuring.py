"""What a measure's chart shows: one reading of its series, for the chart, the table, the scorecard and exports."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dyad_desktop.domain import spc
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.build_up import taken_for_year_to_date
from dyad_desktop.domain.chart_settings import (
    CONSTANT,
    RUN_SHIFT,
    RUN_TREND,
    SHIFT,
    TREND,
    ChartSettings,
)
from dyad_desktop.domain.fiscal import (
    days_between,
    month_year_label,
    months,
    months_between,
)
from dyad_desktop.domain.goals import Measure, Occurrence, Rebase
from dyad_desktop.domain.levels import stretches_at, target_at, targets_at
from dyad_desktop.domain.measure_settings import sound
from dyad_desktop.domain.off_grid import on_grid
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ratio import PROPORTIONS, RATES, followed, follows, times_of
from dyad_desktop.domain.rebases import parted
from dyad_desktop.domain.spc.rules import grain_of
from dyad_desktop.domain.standing import FULL, RANGED, TRIAL, earned, pairs_of, standing_of
from dyad_desktop.domain.to_date import to_date, year_of

WAITS = ("g", "t")
BUILD_UP = (
    "the values only rise within each year, as year-to-date figures do, so they have no limits;"
    " if each is of its own period, say so at “A value covers”"
)


@dataclass(frozen=True, slots=True)
class Series:
    """What was recorded, one entry a place; ``places`` are periods, or the days of rare events."""

    places: tuple[str, ...]
    values: tuple[Decimal | None, ...]
    parts: tuple[Decimal | None, ...] = ()
    wholes: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureChart:
    """A measure's series with everything that is drawn of it or said about it.

    ``settings`` made all of it. ``control`` has the limits, in the unit of the values; it is ``None`` for run charts
    and where there are fewer than ``TRIAL`` points. Each of its segments has what its own points bear: see
    ``standing.earned``. ``variation`` and ``assurance`` are ``None`` unless the last one bears them.
    """

    measure: Measure
    series: Series
    settings: ChartSettings
    control: spc.ControlChart | None
    rebases: tuple[Rebase, ...]
    proposed: tuple[Rebase, ...]
    targets: tuple[Decimal | None, ...]
    stretches: tuple[Decimal | None, ...]

    @property
    def method(self) -> str:
        """How it was computed: ``i``, ``p`` …, ``run``."""
        return self.settings.method

    @property
    def note(self) -> str:
        """Why that isn't what the measure asks for; empty where it is."""
        return self.settings.note

    @property
    def recorded(self) -> int:
        """How many values there are."""
        return sum(value is not None for value in self.series.values)

    @property
    def builds_up(self) -> bool:
        """Whether the values are year-to-date figures, said or taken for such: they rise whatever happens."""
        return self.measure.span == "year_to_date" or self.note == BUILD_UP

    @property
    def overlaps(self) -> bool:
        """Whether each value holds most of the one before: a rolling average stays on a side whatever happens."""
        return self.measure.span == "rolling"

    @property
    def segments(self) -> tuple[spc.RunSignals, ...]:
        """What each segment says as a run chart; new limits start a segment, with its own median.

        Of year-to-date figures nothing: a median of theirs means nothing, and each year is a trend. Nor of rolling
        ones, which fail the rules of runs as they fail limits.
        """
        made = self.settings
        return spc.run_segments(
            [None] * len(self.series.values)
            if self.builds_up or self.overlaps
            else self.series.values,
            rebase=made.starts,
            baseline=made.baseline,
            shift=made.shift,
            trend=made.trend,
        )

    @property
    def runs(self) -> spc.RunSignals:
        """What the last segment says as a run chart."""
        found = self.segments
        return found[-1] if found else spc.run_chart(())

    @property
    def standing(self) -> int:
        """On how many points the limits of now rest, or would: those since the last rebase, or of the baseline."""
        if self.control is None or not self.control.segments:
            return self.recorded
        return standing_of(self.control, self.control.segments[-1], self.settings.baseline)

    @property
    def pairs(self) -> int:
        """On how many pairs of neighbours limits by moving ranges rest now, or would."""
        if self.control is None or not self.control.segments:
            return 0
        return pairs_of(self.control, self.control.segments[-1], self.settings.baseline)

    @property
    def limited(self) -> bool:
        """Whether there are limits now."""
        control = self.control
        return (
            control is not None
            and bool(control.segments)
            and self.limits_at(len(control.values) - 1)
        )

    @property
    def trial(self) -> bool:
        """Whether the limits of now are drawn as a trial, and say nothing yet."""
        return self.limited and self.standing < FULL

    @property
    def judged(self) -> bool:
        """Whether the limits of now bear a verdict."""
        return self.limited and self.standing >= FULL

    def trial_at(self, place: int) -> bool:
        """Return whether the limits of a place are a trial."""
        control = self.control
        if control is None or not self.limits_at(place):
            return False
        return standing_of(control, control.segment_at(place), self.settings.baseline) < FULL

    def limits_at(self, place: int) -> bool:
        """Return whether the segment of a place has limits."""
        return self.control is not None and self.control.segment_at(place).upper is not None

    @property
    def variation(self) -> str | None:
        """The icon of the last point; see ``spc.ControlChart``."""
        return self.control.variation if self.control is not None and self.judged else None

    @property
    def assurance(self) -> str | None:
        """Whether the target is met always, never or by chance; ``None`` where that can't be said."""
        if self.control is None or not self.judged:
            return None
        if self.settings.direction == "within":
            return _kept(self.settings, self.control)
        return self.control.assurance

    @property
    def last(self) -> int | None:
        """The place of the last value."""
        there = [n for n, value in enumerate(self.series.values) if value is not None]
        return there[-1] if there else None


def _kept(settings: ChartSettings, control: spc.ControlChart) -> str | None:
    """Return whether a process stays between two targets."""
    segment, edges = control.segments[-1], (settings.target_low, settings.target)
    low, high = (None if one is None else float(one) for one in edges)
    grain = grain_of(control.values)
    return spc.assure_within(
        segment.lower, segment.upper, low, high, centre=segment.centre, grain=grain
    )


def series_of(book: Book, measure: Measure) -> Series:
    """Return the series of a measure from its first to its last value; what is between days where events are kept."""
    days = sorted(one.date for one in book.children(Occurrence, measure.id))
    if measure.chart in WAITS and days:
        return _waits(days)
    measure = followed(measure)
    known = list(on_grid(measure))
    if not known:
        return Series((), ())
    step = measure.step
    count = months_between(known[0], known[-1]) // step + 1
    periods = months(known[0], step * (count - 1) + 1)[::step]
    values, parts, wholes = (
        tuple(part.get(period) for period in periods)
        for part in (measure.values, measure.numerator, measure.denominator)
    )
    return Series(periods, values, parts, wholes)


def _waits(days: Sequence[str]) -> Series:
    """Return the days from each event to the next, each at the later one; between two of one day there are none."""
    between = tuple(Decimal(days_between(*pair)) for pair in pairwise(days))
    return Series(tuple(days[1:]), between)


# -- rebases -----------------------------------------------------------------------------------


def _starts(series: Series, rebases: Sequence[Rebase]) -> dict[int, str]:
    """Return the places where new limits begin and their periods: after the first value, not after the last."""
    found: dict[int, str] = {}
    for one in rebases:
        place = next((n for n, place in enumerate(series.places) if place[:7] >= one.period), 0)
        if place:
            found.setdefault(place, one.period)
    return dict(sorted(found.items()))


# -- the chart ---------------------------------------------------------------------------------


def chart_of(book: Book, measure: Measure) -> MeasureChart:
    """Return what a measure's chart shows, by the measure's own settings."""
    series = series_of(book, measure)
    start_month = book.only(Partnership).start_month
    measure, amended = sound(to_date(measure, start_month), series.values)
    agreed, proposed = parted(book, measure)
    settings = settings_of(measure, series, agreed, start_month)
    settings = replace(settings, amended=amended) if amended else settings
    recorded = sum(value is not None for value in series.values)
    drawn = None
    if settings.method != "run" and recorded >= TRIAL:
        ranged = settings.method in RANGED
        drawn = earned(_computed(series, settings), settings.baseline, ranged=ranged)
    return MeasureChart(
        measure=measure,
        series=series,
        settings=settings,
        control=drawn,
        rebases=tuple(agreed),
        proposed=tuple(proposed),
        targets=targets_at(measure, series.places),
        stretches=stretches_at(measure, series.places),
    )


def method_of(measure: Measure, series: Series, start_month: int) -> tuple[str, str]:
    """Return how a measure is charted, and in a clause why that isn't what it asks for.

    The fiscal year begins in ``start_month``.
    """
    wanted = measure.chart or "i"
    if measure.span == "year_to_date":
        return "run", "year-to-date values build on each other, so they have no limits"
    if measure.span == "rolling":
        return "run", "rolling values overlap, so they have no limits"
    known = dict(zip(series.places, series.values, strict=True))
    begins = year_of(measure, start_month)
    if wanted in {"i", "c"} and taken_for_year_to_date(measure.span, known, begins, measure.step):
        return "run", BUILD_UP
    values = [value for value in series.values if value is not None]
    if wanted in WAITS or wanted == "c":
        negative = any(value < 0 for value in values)
        return ("i", "values below 0 are no counts") if negative else (wanted, "")
    if wanted in PROPORTIONS or wanted in RATES:
        return _method_of_parts(measure, wanted, series)
    return wanted, ""


def _method_of_parts(measure: Measure, wanted: str, series: Series) -> tuple[str, str]:
    pairs = [
        (place, value, part, whole)
        for place, value, part, whole in zip(
            series.places, series.values, series.parts, series.wholes, strict=True
        )
        if value is not None
    ]
    counted = [
        (place, value, part, whole)
        for place, value, part, whole in pairs
        if part is not None and whole
    ]
    if len(counted) < len(pairs):
        return "i", "some months have no numerator and denominator"
    if any(part < 0 or whole < 0 for _place, _value, part, whole in counted):
        return "i", "some counts are below 0"
    if wanted in PROPORTIONS and any(part > whole for _place, _value, part, whole in counted):
        return "i", "some numerators are above their denominators"
    for place, value, part, whole in counted:
        given = part / whole * times_of(measure)
        if not follows(value, Fraction(part) * Fraction(times_of(measure)) / Fraction(whole)):
            words = f"{month_year_label(place)} is {value:f}, but its parts give {_shown(given)}"
            return "i", f"{words}: the values are charted"
    return wanted, ""


def _shown(value: Decimal) -> str:
    """Return a number to four figures, without zeroes at its end."""
    short = Decimal(f"{value:.4g}").normalize()
    return f"{short:f}"


def settings_of(
    measure: Measure, series: Series, agreed: Sequence[Rebase], start_month: int
) -> ChartSettings:
    """Return how a measure's chart is made, with the rebases in force; the fiscal year begins in ``start_month``."""
    method, note = method_of(measure, series, start_month)
    run = method == "run"
    starts = _starts(series, agreed)
    return ChartSettings(
        method=method,
        note=note,
        direction=measure.direction,
        target=target_at(measure, series.places[-1] if series.places else ""),
        target_low=measure.target_low,
        shift=measure.shift or (RUN_SHIFT if run else SHIFT),
        trend=measure.trend or (RUN_TREND if run else TREND),
        baseline=measure.baseline_points,
        constant=measure.chart_constant or CONSTANT,
        screened=bool(measure.screened),
        multiplier=times_of(measure),
        starts=tuple(starts),
        rebased=tuple(starts.values()),
    )


def _computed(series: Series, settings: ChartSettings) -> spc.ControlChart:
    method, reading = settings.method, settings.reading
    if method in PROPORTIONS or method in RATES:
        draw = {
            "p": spc.p_chart,
            "p_prime": spc.p_prime_chart,
            "u": spc.u_chart,
            "u_prime": spc.u_prime_chart,
        }[method]
        # A month whose value was taken out is a gap, whatever its parts still say.
        numerators, denominators = (
            [None if value is None else one for value, one in zip(series.values, line, strict=True)]
            for line in (series.parts, series.wholes)
        )
        return draw(numerators, denominators, multiplier=settings.multiplier, **reading)
    if method in {"c", "g"}:
        return (spc.c_chart if method == "c" else spc.g_chart)(series.values, **reading)
    constant = float(settings.constant)
    if method == "t":
        return spc.t_chart(series.values, constant=constant, **reading)
    return spc.xmr(series.values, constant=constant, screen=settings.screened, **reading)
