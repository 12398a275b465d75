"""New limits of a measure's chart: whose agreement they take, which hold, and which stand in each other's way."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import add_months, months_between
from dyad_desktop.domain.goals import Goal, Measure, Occurrence, Rebase
from dyad_desktop.domain.off_grid import on_grid
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.standing import TRIAL

APART = TRIAL
"""Points that lie at least between the starts of two limits: fewer bear none."""


def deciders(book: Book, measure: Measure) -> tuple[str, ...]:
    """Return the partners who agree to a rebase: those accountable for the goal where they are several, else all."""
    goal = book.get(Goal, measure.goal)
    everybody = tuple(sorted(one.id for one in book.all(Partner)))
    named = tuple(one for one in (goal.accountable if goal else ()) if one in everybody)
    return named if len(named) > 1 else everybody


def agrees(rebase: Rebase, partner: str) -> bool:
    """Return whether a partner agreed to a rebase as it stands: to its period, and to the reason that was given."""
    reason = rebase.agreed_reason.get(partner)
    return rebase.agreed.get(partner) == rebase.period and reason in (None, rebase.reason)


def agreed_before(rebase: Rebase, partner: str) -> bool:
    """Return whether a partner agreed to a rebase that was changed since then."""
    return rebase.agreed.get(partner) is not None and not agrees(rebase, partner)


def in_force(book: Book, measure: Measure, rebase: Rebase) -> bool:
    """Return whether every partner who decides has agreed to a rebase as it stands."""
    return all(agrees(rebase, partner) for partner in deciders(book, measure))


def parted(book: Book, measure: Measure) -> tuple[Sequence[Rebase], Sequence[Rebase]]:
    """Return a measure's rebases in force, one for each period, and the proposals that wait, in order of time.

    Of proposals made apart for a period that has new limits by now, or for one too near to it, nothing is left to
    decide.
    """
    rebases = sorted(book.children(Rebase, measure.id), key=lambda one: (one.period, one.id))
    force: dict[str, Rebase] = {}
    for one in rebases:
        if in_force(book, measure, one):
            force.setdefault(one.period, one)
    held = tuple(force.values())
    waiting = [one for one in rebases if one not in held and not in_force(book, measure, one)]
    return held, tuple(one for one in waiting if not _near(book, measure, one, held))


# -- too near to each other ------------------------------------------------------------------------


def points_between(book: Book, measure: Measure, first: str, then: str) -> int:
    """Return how many points lie from one period to before another: recorded ones, and those to come until then."""
    if measure.chart in ("g", "t"):
        events = sorted(one.date for one in book.children(Occurrence, measure.id))
        if events:
            return _count(events[1:], first, then)
    known = list(on_grid(measure))
    found = _count(known, first, then)
    if not known:
        return found
    step = measure.step
    ahead = max(add_months(known[-1], step), first)
    return found + max(0, -(-months_between(ahead, then) // step))


def _count(places: Sequence[str], first: str, then: str) -> int:
    return bisect_left(places, then) - bisect_left(places, first)


def _near(book: Book, measure: Measure, one: Rebase, others: Sequence[Rebase]) -> list[Rebase]:
    return [
        other
        for other in others
        if other.id != one.id
        and points_between(book, measure, *sorted((one.period, other.period))) < APART
    ]


def rivals(book: Book, measure: Measure, rebase: Rebase) -> list[Rebase]:
    """Return what is in force or waits too near to a rebase for both to hold, in order of time."""
    held, waiting = parted(book, measure)
    return sorted(_near(book, measure, rebase, [*held, *waiting]), key=lambda one: one.period)


def clashes(book: Book, measure: Measure) -> tuple[tuple[Rebase, Rebase], ...]:
    """Return the neighbours in force between which there are too few points for limits, as agreements apart make them.

    They are held up until one of the two is taken back.
    """
    held = parted(book, measure)[0]
    return tuple((one, then) for one, then in pairwise(held) if _near(book, measure, one, [then]))


def splits(book: Book, measure: Measure) -> tuple[tuple[Rebase, Rebase], ...]:
    """Return the neighbours that wait, too near to each other, of which each is agreed to by others.

    Who each takes the other's, apart and at the same time, leaves both in force on their own copy and neither on any
    once they meet: who agrees to one took back what they had agreed to.
    """
    waiting, partners = parted(book, measure)[1], deciders(book, measure)
    return tuple(
        (one, then)
        for one, then in pairwise(waiting)
        if _near(book, measure, one, [then]) and _apart(one, then, partners)
    )


def _apart(one: Rebase, other: Rebase, partners: Sequence[str]) -> bool:
    first, then = ({who for who in partners if agrees(each, who)} for each in (one, other))
    return bool(first and then) and first.isdisjoint(then)


def is_crossed(pair: tuple[Rebase, Rebase]) -> bool:
    """Return whether those who agree to one of a split took their agreement to the other back, both ways."""
    return all(
        any(agrees(one, who) and other.agreed.get(who, "") is None for who in one.agreed)
        for one, other in (pair, pair[::-1])
    )
