"""Numbers of the operating sheets: percentages and changes, and what typed text means."""

from collections.abc import Sequence
from decimal import Decimal

from dyad_desktop.domain.bounds import check_growth
from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.entry import parse_percent
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.statement import percent_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.unit import Unit

_ABOUT = "≈\u2009"
"""Stands before the ends of a total that may come out beyond them."""


def percent_text(value: Decimal | None, *, places: int = 1, signed: bool = False) -> str:
    """Return a percentage, rounded once, without its sign of percent, which the heading carries."""
    if value is None:
        return ""
    text = show.number(value, places)
    return f"+{text}" if signed and rounded(value, places) > 0 else text


def parse_growth(text: str) -> Decimal:
    """Return a typed growth in percent: ``3`` and ``3%`` both mean three.

    Raises:
        BadInputError: empty, no number, or outside −100 to 1,000.
    """
    if not text.strip():
        raise BadInputError("a growth rate is expected; 0 means none")
    found = parse_percent(text)
    check_growth(found)
    return found


def change_pct(now: int, before: int) -> Decimal | None:
    """Return the change in percent of the year before; ``None`` of nothing."""
    return percent_of(now - before, abs(before)) if before else None


def plus(a: Sequence[int], b: Sequence[int]) -> list[int]:
    """Return two rows of amounts added."""
    return [x + y for x, y in zip(a, b, strict=True)]


def range_words(found: Span, unit: Unit) -> str:
    """Return between what a figure comes out while values are contested; empty of a sure one."""
    if not found.wide:
        return ""
    return f"{about(found)}{unit.text(found.low)} to {unit.text(found.high)} as you settle it"


def range_ends(found: Span, unit: Unit) -> tuple[str, str]:
    """Return the ends between which a total comes out, marked where it may come out beyond them."""
    mark = _ABOUT if found.rough else ""
    return f"{mark}{unit.text(found.low)}", f"{mark}{unit.text(found.high)}"
