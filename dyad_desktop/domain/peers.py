"""Ours among peers: a measure's funnel, from what each unit counted."""

from dyad_desktop.domain import spc
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Measure, Peer

OVERDISPERSED_FROM = 10
"""Peers from which it can be said whether they differ more than chance."""


def peers_of(book: Book, measure: Measure) -> tuple[Peer, ...]:
    """Return the units of a measure that can be placed: a count, and a size above 0."""
    return tuple(
        one
        for one in book.children(Peer, measure.id)
        if one.counted is not None
        and one.size
        and not (is_proportion(measure) and one.counted > one.size)
    )


def is_proportion(measure: Measure) -> bool:
    """Return whether a measure counts cases out of cases, else it holds what was observed against what was expected."""
    return measure.unit == "%"


def funnel_of(book: Book, measure: Measure, *, overdispersed: bool = False) -> spc.Funnel | None:
    """Return a measure's funnel; ``None`` with fewer than two units.

    Args:
        book: the partnership.
        measure: whose peers.
        overdispersed: widen the limits where ten units or more differ by more than chance.
    """
    found = peers_of(book, measure)
    if len(found) < 2:
        return None
    units = [(one.name, float(one.counted or 0), float(one.size or 0)) for one in found]
    widen = overdispersed and len(units) >= OVERDISPERSED_FROM
    return spc.funnel(units, proportion=is_proportion(measure), overdispersed=widen)


def ours_of(book: Book, measure: Measure) -> frozenset[str]:
    """Return the names of the units that are ours."""
    return frozenset(one.name for one in peers_of(book, measure) if one.ours)


def funnel_words(book: Book, measure: Measure, funnel: spc.Funnel) -> str:
    """Return what a funnel says, in one sentence; never who is first or last."""
    ours = ours_of(book, measure)
    outside = [one for one in funnel.points if one.zone == "action"]
    times = 100 if is_proportion(measure) else 1
    unit = " %" if is_proportion(measure) else ""
    mine = [one for one in funnel.points if one.name in ours]
    said = [f"{one.name} at {times * one.ratio:.2f}{unit} is {_where(one)}" for one in mine]
    others = f"{len(outside)} of {len(funnel.points)} units lie beyond the 99.8 % limits"
    widened = (
        f"; limits widened {funnel.dispersion**0.5:.2f} times" if funnel.dispersion > 1 else ""
    )
    return "; ".join([*said, others]) + widened + "."


def _where(point: spc.FunnelPoint) -> str:
    if point.zone == "within":
        return "within what chance explains"
    side = "above" if point.side == "high" else "below"
    return f"{side} the {'99.8' if point.zone == 'action' else '95'} % limit"
