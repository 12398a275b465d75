"""When the pair meets next, from the rhythm it agreed on, and what a thing's day is called."""

import datetime
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import QUARTER, add_months, fiscal_month, period_of
from dyad_desktop.domain.meetings import AgendaItem, Meeting, Rhythm
from dyad_desktop.domain.partnership import Partnership

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = {"month": 1, "quarter": QUARTER, "year": 12}


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """A recurring meeting's next day (ISO date), and how much its agenda holds."""

    id: str
    title: str
    day: str
    minutes: int | None
    agenda_items: int
    agenda_minutes: int


def data_day(book: Book, real_day: str) -> str:
    """Return the day that lateness is judged by (ISO date).

    It is the partnership's data date, ``as_of``: what is late is late against the figures on the screen, and an
    example looks the same in any year. A partnership that has no actuals yet has only the day of its creation
    there; it follows the calendar instead.
    """
    meta = book.only(Partnership)
    if meta.ytd_months:
        return meta.as_of or real_day
    return max(meta.as_of or real_day, real_day)


def today() -> str:
    """Return the day of this computer's calendar (ISO date)."""
    return datetime.datetime.now().astimezone().date().isoformat()


def next_meetings(book: Book, day: str) -> tuple[NextMeeting, ...]:
    """Return every recurring meeting's next day on or after ``day``, the earliest first.

    A weekly meeting is on each such weekday; a monthly, quarterly or yearly one on the first such weekday of the
    month, of the fiscal quarter, of the fiscal year. What was held on that very day is over.
    """
    found: list[NextMeeting] = []
    for rhythm in book.all(Rhythm):
        when = next_day(book, rhythm, day)
        if when is None:
            continue
        items = book.children(AgendaItem, rhythm.template or "")
        found.append(
            NextMeeting(
                rhythm.id,
                rhythm.title,
                when,
                rhythm.minutes,
                len(items),
                sum(i.minutes or 0 for i in items),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.day, one.id)))


def next_day(book: Book, rhythm: Rhythm, day: str) -> str | None:
    """Return a recurring meeting's next day; ``None`` when its weekday or interval says nothing."""
    name = (rhythm.weekday or "")[:3].lower()
    every = (rhythm.every or "").lower()
    if name not in WEEKDAYS or every not in ("week", *_MONTHS):
        return None
    weekday = WEEKDAYS.index(name)
    held = {one.date for one in book.all(Meeting) if one.template == rhythm.template}
    start = datetime.date.fromisoformat(day)
    if day in held:
        start += datetime.timedelta(days=1)
    if every == "week":
        return _weekday_from(start, weekday).isoformat()
    return _first_of_span(start, weekday, _MONTHS[every], book.only(Partnership).start_month)


def _weekday_from(start: datetime.date, weekday: int) -> datetime.date:
    return start + datetime.timedelta(days=(weekday - start.weekday()) % 7)


def _first_of_span(start: datetime.date, weekday: int, months: int, start_month: int) -> str:
    """Return the first such weekday of the present span of months, or of the next one when it is past."""
    period = period_of(start.isoformat())
    period = add_months(period, -(fiscal_month(period, start_month) % months))
    for first in (period, add_months(period, months)):
        day = _weekday_from(datetime.date.fromisoformat(f"{first}-01"), weekday)
        if day >= start:
            return day.isoformat()
    raise AssertionError("the next span begins after the present one")  # pragma: no cover
