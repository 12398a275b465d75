"""New limits in words: what they would be, how near two of them are, and what is asked of both partners."""

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.measure_words import limit_text
from dyad_desktop.domain.measuring import MeasureChart, chart_of
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.proposed import changes, drawn_limits, if_agreed
from dyad_desktop.domain.rebases import APART, agrees, is_crossed, points_between
from dyad_desktop.domain.standing import FULL, PAIRS, TRIAL


def apart_words(book: Book, measure: Measure, one: Rebase, other: Rebase) -> str:
    """Return how near two rebases are, and why that is too near: ``1 value lies between, and limits take 6``."""
    first, then = sorted((one.period, other.period))
    count = points_between(book, measure, first, then)
    verb = "value lies" if count == 1 else "values lie"
    return f"{count or 'no'} {verb} between, and limits take {APART}"


def clash_words(book: Book, measure: Measure, pair: tuple[Rebase, Rebase]) -> str:
    """Return the question that two rebases in force pose which are too near to each other."""
    first, then = (month_year_label(one.period) for one in pair)
    return (
        f"New limits from {first} and from {then} are both in force, though {apart_words(book, measure, *pair)}."
        " Which are to stay?"
    )


def split_words(book: Book, measure: Measure, pair: tuple[Rebase, Rebase]) -> str:
    """Return the question that two rebases pose which wait, too near to each other, each agreed to by others."""
    (one, first), (other, then) = (
        (" and ".join(_agreeing(book, each)), month_year_label(each.period)) for each in pair
    )
    near = apart_words(book, measure, *pair)
    if is_crossed(pair):
        return (
            f"Each took the other's new limits at the same time, {one} those from {first} and {other} those from"
            f" {then}: neither is in force. Only one can hold, for {near}. Which?"
        )
    return f"{one} for new limits from {first}, {other} for those from {then}: only one can hold, for {near}. Which?"


def _agreeing(book: Book, rebase: Rebase) -> list[str]:
    return [one.first_name for one in book.all(Partner) if agrees(rebase, one.id)]


def outcome_words(book: Book, measure: Measure, rebase: Rebase) -> str:
    """Return what a proposal would do to mean and limits: what they are now, and what they would be."""
    now, then = chart_of(book, measure), chart_of(if_agreed(book, measure, rebase), measure)
    places = then.series.places
    place = next((n for n, one in enumerate(places) if one[:7] >= rebase.period), None)
    if place is None or then.control is None:
        return f"Nothing is recorded from then on, so no limit moves yet; new ones take {TRIAL} values."
    if not changes(now, then):
        when = month_year_label(rebase.period)
        first = "the first value is no earlier" if place == 0 else "limits begin anew there already"
        return f"Nothing changes with {when}: {first}."
    last = then.control.segment_at(place).last
    if not then.limits_at(last):
        count = sum(one is not None for one in then.series.values[place : last + 1])
        values = "value" if count == 1 else "values"
        if count >= TRIAL:
            return (
                f"Now {_level(now, last)}. From then on only a median, {_level(then, last)}, until there are"
                f" {PAIRS} pairs of values in a row: gaps leave fewer so far."
            )
        return (
            f"Now {_level(now, last)}. From then on only a median, {_level(then, last)}, until there are"
            f" {TRIAL} values: {count} {values} so far."
        )
    trial = f", on trial until there are {FULL}" if then.trial_at(last) else ""
    return f"Now {_level(now, last)}. From then on {_level(then, last)}{trial}."


def _level(chart: MeasureChart, place: int) -> str:
    """Return mean and limits of a place: ``mean 52.4, limits 40.0 to 64.8``."""
    control = chart.control
    centre = control.centres[place] if control else None
    if centre is None:
        return "no limits"
    limits = drawn_limits(chart, place)
    if not limits:
        return limit_text(chart, centre)
    return f"mean {limit_text(chart, centre)}, limits {limits}"
