"""Numbers of the operating sheets: percentages and changes, and what typed text means."""

from collections.abc import Sequence
from decimal import Decimal

from dyad_desktop.domain.bounds import check_growth
from dyad_desktop.domain.entry import parse_percent
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.statement import percent_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.ui import format as show


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
