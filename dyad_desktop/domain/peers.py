"""Ours among peers: which funnel a measure has, what each unit counted, and what that says."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain import spc
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Measure, Peer
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.ratio import PROPORTIONS, RATES

PROPORTION, RATE, RATIO = "proportion", "rate", "ratio"
OVERDISPERSED_FROM = 10
"""Peers from which it can be said whether they differ more than chance."""
FEW = (
    "A funnel takes two units or more: type or paste their names, what each counted, and out of how many "
    "(or against what was expected). Mark which one is yours."
)
REFUSAL = (
    "{title} has no funnel. A funnel places shares of cases (%), rates (per 1,000 …) and observed against expected; "
    "of a mean or an amount it isn't known how far chance alone scatters it."
)
PERCENT = re.compile(r"%|per ?cent\b", re.IGNORECASE)
PER = re.compile(r"(?:\bper|/)\s*(\d[\d,. ]*)(.*)", re.IGNORECASE)
EXPECTED = re.compile(r"\b(?:ratio|sir|smr|o\s?[/:]\s?e|obs\w*\s?[/:]\s?exp\w*)\b", re.IGNORECASE)
PLAIN = ("", "rate", "count")
"""Units that don't say what is counted: then the title may."""


@dataclass(frozen=True, slots=True)
class Placing:
    """How the units of a measure are placed: ``proportion`` of cases, ``rate`` or ``ratio`` to what was expected.

    Ratios are shown ``times`` a number, with ``unit``; ``size`` is what the size of a unit is called. Where the
    measure has no funnel, ``refusal`` says why, and ``kind`` is empty.
    """

    kind: str
    times: float = 1
    unit: str = ""
    size: str = ""
    refusal: str = ""


def placing_of(measure: Measure) -> Placing:
    """Return how a measure's units are placed, by its unit, else by its chart or its title."""
    unit = (measure.unit or "").strip()
    spoken = f"{unit} {measure.title}" if unit.casefold() in PLAIN else unit
    of = measure.denominator_text
    if PERCENT.match(unit):
        return Placing(PROPORTION, 100, "%", of or "cases")
    times = float(measure.multiplier or 0)
    if (found := PER.search(spoken)) is not None:
        per = float(re.sub(r"\D", "", found[1]))
        return Placing(
            RATE, times or per or 1, unit or found[0].strip(), of or found[2].strip() or "size"
        )
    if measure.chart in RATES:
        return Placing(RATE, times or 1, unit, of or "size")
    if EXPECTED.search(spoken):
        return Placing(RATIO, 1, "", of or "expected")
    if measure.chart in PROPORTIONS:
        return Placing(PROPORTION, times or 1, unit, of or "cases")
    return Placing("", refusal=REFUSAL.format(title=measure.title or "This measure"))


def peers_of(book: Book, measure: Measure) -> tuple[Peer, ...]:
    """Return the units of a measure that can be placed: a count, and a size above 0."""
    placing = placing_of(measure)
    if not placing.kind:
        return ()
    units = book.children(Peer, measure.id)
    return tuple(one for one in units if not _why_not(one, placing))


def names_of(units: Sequence[Peer]) -> tuple[str, ...]:
    """Return what units are called in a funnel: by their names, numbered where several have one."""
    seen = Counter[str]()
    found = []
    for one in units:
        seen[one.name] += 1
        found.append(one.name if seen[one.name] == 1 else f"{one.name} ({seen[one.name]})")
    return tuple(found)


def impossible_unit(measure: Measure, counted: Decimal | None, size: Decimal | None) -> str:
    """Return why a unit's counts can't be together; empty where they can, or one is missing."""
    share = placing_of(measure).kind == PROPORTION
    if not share or counted is None or size is None or counted <= size:
        return ""
    return f"{counted:,f} of {size:,f}: more can’t be counted than there are"


def _why_not(peer: Peer, placing: Placing) -> str:
    """Return in a clause why a unit can't be placed; nothing where it can."""
    if peer.counted is None:
        return "nothing counted"
    if peer.size is None:
        return "no size given"
    if not peer.size:
        return "its size is 0"
    over = placing.kind == PROPORTION and peer.counted > peer.size
    return f"{peer.counted:,f} of {peer.size:,f} is no share" if over else ""


def funnel_of(book: Book, measure: Measure, *, overdispersed: bool = False) -> spc.Funnel | None:
    """Return a measure's funnel; ``None`` with fewer than two units, or where it has none: see ``absent_words``.

    Args:
        book: the partnership.
        measure: whose peers.
        overdispersed: widen the limits where ten units or more differ by more than chance.
    """
    found = peers_of(book, measure)
    if len(found) < 2:
        return None
    kind = placing_of(measure).kind
    units = [
        (name, float(one.counted or 0), float(one.size or 0))
        for name, one in zip(names_of(found), found, strict=True)
    ]
    widen = overdispersed and len(units) >= OVERDISPERSED_FROM
    return spc.funnel(
        units, proportion=kind == PROPORTION, pooled=kind == RATE, overdispersed=widen
    )


def ours_of(book: Book, measure: Measure) -> frozenset[str]:
    """Return the names of the units that are ours."""
    found = peers_of(book, measure)
    return frozenset(name for name, one in zip(names_of(found), found, strict=True) if one.ours)


# -- in words ----------------------------------------------------------------------------------


def absent_words(book: Book, measure: Measure) -> str:
    """Return why a measure shows no funnel, and which of its units can't be placed."""
    refusal = placing_of(measure).refusal
    return refusal or " ".join([FEW, *_unplaced(book, measure)])


def funnel_words(book: Book, measure: Measure, funnel: spc.Funnel) -> str:
    """Return what a funnel says; never who is first or last."""
    ours, placing = ours_of(book, measure), placing_of(measure)
    outside = [one for one in funnel.points if one.zone == "action"]
    unit = f" {placing.unit}" if placing.unit else ""
    mine = [one for one in funnel.points if one.name in ours]
    said = [
        f"{one.name} at {rounded(placing.times * one.ratio, 2)}{unit} is {_where(one)}"
        for one in mine
    ]
    verb = "lies" if len(outside) <= 1 else "lie"
    count = len(outside) or "none"
    others = f"{count} of {len(funnel.points)} units {verb} beyond the 99.8 % limits"
    widened = (
        f"; limits widened {rounded(funnel.dispersion**0.5, 2)} times"
        if funnel.dispersion > 1
        else ""
    )
    told = "; ".join([*said, others])
    if not said:
        told = told[:1].upper() + told[1:]  # a unit's own name stays as it is written
    return " ".join([f"{told}{widened}.", *_unplaced(book, measure)])


def unit_words(point: spc.FunnelPoint, placing: Placing) -> tuple[str, ...]:
    """Return what is read of one unit, a line each: its name, its ratio and size, where it lies."""
    unit = f" {placing.unit}" if placing.unit else ""
    at = f"{rounded(placing.times * point.ratio, 2)}{unit}, {placing.size} {point.size:,.10g}"
    return point.name, at, _where(point)


def _unplaced(book: Book, measure: Measure) -> Iterator[str]:
    """Give one sentence of the units that can't be placed, if there are any."""
    placing = placing_of(measure)
    left = [
        f"{one.name} ({'ours; ' if one.ours else ''}{why})"
        for one in book.children(Peer, measure.id)
        if (why := _why_not(one, placing))
    ]
    if left:
        yield f"Not placed: {', '.join(left)}."


def _where(point: spc.FunnelPoint) -> str:
    if point.zone == "within":
        return "within what chance explains"
    side = "above" if point.side == "high" else "below"
    return f"{side} the {'99.8' if point.zone == 'action' else '95'} % limit"
