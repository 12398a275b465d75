"""Numbers of the operating sheets: percentages and changes, and what typed text means."""

from collections.abc import Sequence
from decimal import Decimal

from dyad_desktop.domain.bounds import check_growth
from dyad_desktop.domain.entry import parse_percent
from dyad_desktop.domain.statement import percent_of
from dyad_desktop.errors import BadInputError

MINUS = "\N{MINUS SIGN}"


def percent_text(value: Decimal | None, *, places: int = 1, signed: bool = False) -> str:
    """Return a percentage without its sign of percent, which the heading carries."""
    if value is None:
        return ""
    text = f"{value:+,.{places}f}" if signed else f"{value:,.{places}f}"
    return text.replace("-", MINUS)


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
