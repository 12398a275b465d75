"""New limits of a measure's chart: whose agreement they take, and which are in force."""

from collections.abc import Sequence

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Goal, Measure, Rebase
from dyad_desktop.domain.partnership import Partner


def deciders(book: Book, measure: Measure) -> tuple[str, ...]:
    """Return the partners who agree to a rebase: those accountable for the goal where they are several, else all."""
    goal = book.get(Goal, measure.goal)
    everybody = tuple(sorted(one.id for one in book.all(Partner)))
    named = tuple(one for one in (goal.accountable if goal else ()) if one in everybody)
    return named if len(named) > 1 else everybody


def agrees(rebase: Rebase, partner: str) -> bool:
    """Return whether a partner agreed to a rebase as it stands: an agreement names the period that it is to."""
    return rebase.agreed.get(partner) == rebase.period


def in_force(book: Book, measure: Measure, rebase: Rebase) -> bool:
    """Return whether every partner who decides has agreed to a rebase as it stands."""
    return all(agrees(rebase, partner) for partner in deciders(book, measure))


def parted(book: Book, measure: Measure) -> tuple[Sequence[Rebase], Sequence[Rebase]]:
    """Return a measure's rebases in force, one for each period, and the proposals that wait, in order of time.

    Of proposals made apart for a period that has new limits by now, nothing is left to decide.
    """
    rebases = sorted(book.children(Rebase, measure.id), key=lambda one: (one.period, one.id))
    force: dict[str, Rebase] = {}
    for one in rebases:
        if in_force(book, measure, one):
            force.setdefault(one.period, one)
    return tuple(force.values()), tuple(one for one in rebases if one.period not in force)
