"""Rare events as they are entered: whether days or values are charted, and days that stand there twice. In words."""

from collections import Counter

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import day_label
from dyad_desktop.domain.goals import Measure, Occurrence
from dyad_desktop.domain.measuring import WAITS

_BETWEEN = {"g": "cases between two events", "t": "days between two events"}


def has_values(measure: Measure) -> bool:
    """Return whether values by period are kept of a measure."""
    return any(value is not None for value in measure.values.values())


def keeps_both(book: Book, measure: Measure) -> bool:
    """Return whether a measure of waits has days and values by period: its chart takes the days."""
    return (
        measure.chart in WAITS
        and has_values(measure)
        and bool(book.children(Occurrence, measure.id))
    )


def table_words(book: Book, measure: Measure) -> str:
    """Return what is to be known of what a measure of waits has in its table; empty where nothing is."""
    if measure.chart not in WAITS:
        return ""
    count = sum(value is not None for value in measure.values.values())
    values = f"{count} value{'' if count == 1 else 's'} by period"
    said = []
    if keeps_both(book, measure):
        said.append(
            f"The chart takes the days of the events; {values} stand beside them and aren’t charted."
        )
    elif count:
        said.append(
            f"The chart takes {values} as {_BETWEEN[measure.chart]}. Once days of events are written, it counts those."
        )
    twice = twice_words(book, measure)
    return " ".join([*said, twice] if twice else said)


def first_month(book: Book, measure: Measure) -> str:
    """Return the month of a measure's first event; empty without one."""
    return min((one.date for one in book.children(Occurrence, measure.id)), default="")[:7]


def twice_words(book: Book, measure: Measure) -> str:
    """Return which days stand there more than once, as they do when both partners enter the same events."""
    days = Counter(one.date for one in book.children(Occurrence, measure.id))
    twice = sorted(day for day, count in days.items() if count > 1)
    if not twice:
        return ""
    more = f" and {len(twice) - 2} more" if len(twice) > 2 else ""
    named = (
        " and ".join(day_label(day) for day in twice[:2])
        if not more
        else ", ".join(day_label(day) for day in twice[:2])
    )
    verb = "stands" if len(twice) == 1 else "stand"
    return (
        f"{named}{more} {verb} there more than once, with 0 days between. If it is one event that was entered"
        " twice, delete one."
    )
