"""New limits that wait for agreement, as they would be: a preview for the chart, which changes nothing that is said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.measure_words import limit_text, limits_text
from dyad_desktop.domain.measuring import MeasureChart, chart_of
from dyad_desktop.domain.possible import clipped
from dyad_desktop.domain.rebases import deciders

Line = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The segment that a proposal would begin: from place ``first`` on, an entry of each line for each place.

    Limits are ``None`` where there would be none yet; lines lie within what the measure's values can be. ``trial`` says
    that limits would be on trial. ``mean`` and ``limits`` are those of the last place that has some, as text; limits
    may be empty.
    """

    period: str
    first: int
    centre: Line
    lower: Line
    upper: Line
    mean: str
    limits: str
    trial: bool
    waits: bool = True
    """Whether it was proposed; else it is what one thinks of proposing."""

    @property
    def level(self) -> float:
        """Where the centre ends."""
        return self.centre[-1] or 0.0

    @property
    def name(self) -> str:
        """What the centre would be called."""
        return "mean" if self.limits else "median"


def if_agreed(book: Book, measure: Measure, rebase: Rebase) -> Book:
    """Return the book as it would be if everybody who decides agreed to a proposal."""
    partners = deciders(book, measure)
    made = replace(
        rebase,
        agreed=dict.fromkeys(partners, rebase.period),
        agreed_reason=dict.fromkeys(partners, rebase.reason),
    )
    return book.with_entities([(("rebase", rebase.id), made)])


def previews_of(book: Book, chart: MeasureChart) -> tuple[Preview, ...]:
    """Return what each waiting proposal of a chart would draw, in order of time; nothing where it draws nothing yet."""
    measure = book.get(Measure, chart.measure.id)
    if measure is None or chart.control is None:
        return ()
    thens = ((chart_of(if_agreed(book, measure, one), measure), one) for one in chart.proposed)
    found = (_preview(then, one) for then, one in thens if changes(chart, then))
    return tuple(one for one in found if one is not None)


def preview_from(book: Book, chart: MeasureChart, period: str) -> Preview | None:
    """Return what limits that start anew in a period would draw, before anybody proposes them; ``None`` if nothing."""
    measure = book.get(Measure, chart.measure.id)
    if measure is None or chart.control is None:
        return None
    thought = Rebase(id="thought", measure=measure.id, period=period)
    then = chart_of(if_agreed(book, measure, thought), measure)
    found = _preview(then, thought) if changes(chart, then) else None
    return None if found is None else replace(found, waits=False)


def changes(now: MeasureChart, then: MeasureChart) -> bool:
    """Return whether limits would begin anew where they don't now: not before the first value, or where they do."""
    return then.settings.starts != now.settings.starts


def drawn_limits(chart: MeasureChart, place: int) -> str:
    """Return the limits of a place as text, or of the last one before it in its segment that has some.

    Those of proportions and rates go by each period's size, so a period that is missing has none.
    """
    if chart.control is None:
        return ""
    first = chart.control.segment_at(place).first
    texts = (limits_text(chart, one) for one in range(place, first - 1, -1))
    return next((text for text in texts if text), "")


def _preview(then: MeasureChart, rebase: Rebase) -> Preview | None:
    first = next((n for n, one in enumerate(then.series.places) if one[:7] >= rebase.period), None)
    if first is None or then.control is None:
        return None
    control, last = then.control, then.control.segment_at(first).last
    here = slice(first, last + 1)
    centre = tuple(clipped(then.measure, control.centres[here]))
    if centre[-1] is None:
        return None
    return Preview(
        rebase.period, first, centre,
        tuple(clipped(then.measure, control.lower[here])),
        tuple(clipped(then.measure, control.upper[here])),
        limit_text(then, centre[-1]), drawn_limits(then, last), then.trial_at(last),
    )  # fmt: skip


def preview_words(previews: Sequence[Preview]) -> str:
    """Return what is drawn of proposals, in sentences; nothing without any."""
    return " ".join(
        f"{'Proposed from' if one.waits else 'From'} {month_year_label(one.period)}"
        f"{'' if one.waits else ' they would be'}, in light dashes: {one.name} {one.mean}{_limits(one)}."
        for one in previews
    )


def _limits(one: Preview) -> str:
    trial = ", on trial" if one.trial else ""
    return f", limits {one.limits}{trial}" if one.limits else ", no limits yet"
