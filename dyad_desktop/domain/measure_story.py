"""What was done while a measure moved: initiatives as bands, their milestones and what was noted as flags."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import days_between, months_between
from dyad_desktop.domain.goals import Annotation
from dyad_desktop.domain.initiatives import Initiative, Milestone
from dyad_desktop.domain.measuring import MeasureChart

NOTE, REBASED, PROPOSED, DUE = "note", "rebased", "proposed", "due"
DONE, PLANNED = "done", "planned"
GAP = 0.5
"""Places that lie at least between two bands of a lane."""
_MONTH_DAYS = 30.44
_PERIOD = len("2026-10")


@dataclass(frozen=True, slots=True)
class Flag:
    """Something at a place of the time axis, which counts points from 0; ``kind`` says what.

    Its line goes down to the level ``foot``, through the whole chart without one.
    """

    at: float
    text: str
    kind: str
    id: str = ""
    foot: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """An initiative from its start to its last milestone, in places of the time axis."""

    first: float
    last: float
    title: str
    id: str
    milestones: tuple[Flag, ...]


def position(chart: MeasureChart, when: str) -> float:
    """Return where a period or day lies on the time axis; a period fills half a step to either side of its point."""
    places = chart.series.places
    if len(places[0]) > _PERIOD:
        return _between_days(places, when)
    step = chart.measure.step
    whole = months_between(places[0], when[:7])
    if len(when) == _PERIOD:
        return whole // step
    return (whole + (int(when[8:10]) - 1) / _MONTH_DAYS) / step - 0.5


def _between_days(places: Sequence[str], when: str) -> float:
    day = when if len(when) > _PERIOD else f"{when}-01"
    after = bisect_left(places, day)
    if after == 0 or after == len(places):
        return after - 0.5
    wide = days_between(places[after - 1], places[after]) or 1
    return after - 1 + days_between(places[after - 1], day) / wide


def flags_of(book: Book, chart: MeasureChart, ahead: int = 0) -> tuple[Flag, ...]:
    """Return notes and rebases within a chart's time and ``ahead`` places more, in order of time."""
    found = [
        *(
            Flag(position(chart, one.period), one.text, NOTE, one.id)
            for one in book.children(Annotation, chart.measure.id)
        ),
        *(_rebase_flags(chart)),
    ]
    count = len(chart.series.places) + ahead
    inside = (flag for flag in found if -0.5 <= flag.at <= count - 0.5)
    return tuple(sorted(inside, key=lambda flag: (flag.at, flag.kind, flag.text)))


def _rebase_flags(chart: MeasureChart) -> Iterator[Flag]:
    for one in chart.rebases:
        yield Flag(position(chart, one.period) - 0.5, f"rebased: {one.reason}", REBASED, one.id)
    for one in chart.proposed:
        yield Flag(position(chart, one.period) - 0.5, f"proposed: {one.reason}", PROPOSED, one.id)


def bands_of(book: Book, chart: MeasureChart, ahead: int = 0) -> tuple[Band, ...]:
    """Return the initiatives that should move a measure's goal, by start.

    They touch the chart's time, which goes on for ``ahead`` places after the last value.
    """
    if not chart.series.places:
        return ()
    count = len(chart.series.places) + ahead
    found = (
        _band(book, chart, one, count - 0.5)
        for one in sorted(book.all(Initiative), key=lambda one: (one.start, one.id))
        if chart.measure.goal in one.goals
    )
    return tuple(
        Band(max(one.first, -0.5), min(one.last, count - 0.5), one.title, one.id, one.milestones)
        for one in found
        if one.first < count - 0.5 and one.last > -0.5
    )


def _band(book: Book, chart: MeasureChart, initiative: Initiative, last: float) -> Band:
    days = {one.id: day_of(one) for one in book.children(Milestone, initiative.id)}
    known = [day for day in days.values() if day]
    flags = tuple(
        Flag(at, one.title, DONE if one.actual_finish else PLANNED, one.id)
        for one in book.children(Milestone, initiative.id)
        if (day := days[one.id]) and -0.5 <= (at := position(chart, day)) <= last
    )
    end = position(chart, max(known)) if known else last
    return Band(position(chart, initiative.start), end, initiative.title, initiative.id, flags)


def lanes_of(bands: Sequence[Band], most: int) -> tuple[tuple[Band, int], ...]:
    """Return the bands that are drawn, each with its lane from 0: as many of the latest as ``most`` lanes take.

    Those that follow each other share a lane.
    """
    shown = list(bands)
    while shown:
        ends: list[float] = []
        lanes: list[int] = []
        for one in shown:
            free = (n for n, end in enumerate(ends) if end + GAP <= one.first)
            lane = next(free, len(ends))
            ends[lane : lane + 1] = [one.last]
            lanes.append(lane)
        if len(ends) <= most:
            return tuple(zip(shown, lanes, strict=True))
        shown = shown[1:]
    return ()


def untold_words(notes: int, initiatives: int) -> str:
    """Return what of a measure's story has no room on its chart, and where it is seen; empty for nothing."""
    said = []
    if notes:
        said.append(f"not written out: {_earlier(notes, 'note')} (see Annotate)")
    if initiatives:
        said.append(f"not drawn: {_earlier(initiatives, 'initiative')} (see Initiatives)")
    words = "; ".join(said)
    return f"{words[:1].upper()}{words[1:]}"


def _earlier(count: int, what: str) -> str:
    return f"{count} earlier {what}" if count == 1 else f"{count} earlier {what}s"


def happenings(flags: Sequence[Flag], bands: Sequence[Band], place: int) -> tuple[str, ...]:
    """Return what was noted and which milestones lie at a place of the time axis, a line each."""
    noted = [
        flag.text
        for flag in flags
        if flag.kind in (NOTE, REBASED, PROPOSED) and _is_at(flag, place)
    ]
    milestones = [
        f"{flag.text}, {'done' if flag.kind == DONE else 'planned'} ({band.title})"
        for band in bands
        for flag in band.milestones
        if _is_at(flag, place)
    ]
    return (*noted, *milestones)


def _is_at(flag: Flag, place: int) -> bool:
    return place - 0.5 <= flag.at < place + 0.5


def day_of(milestone: Milestone) -> str:
    """Return when a milestone was done, else is forecast, else was planned; nothing when no day is known."""
    return milestone.actual_finish or milestone.forecast_finish or milestone.baseline_finish or ""
