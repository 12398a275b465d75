"""Amounts in the unit that a sheet shows: text, figures, and what typed text means."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dyad_desktop.domain.entry import parse_number
from dyad_desktop.domain.money import format_amount
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.values import money_from

DASHES = ("-", "–", "—")
"""How accounting formats write 0."""
_ABSOLUTE = re.compile(r"[kKmM$€£¥]")

ROUNDED = "Figures are rounded; totals may not add."
"""What stands beneath a table of thousands: each figure and each total is rounded on its own."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit that a sheet shows: ``size`` whole units of a currency with so many decimal places."""

    size: int
    exponent: int

    @property
    def minor(self) -> int:
        """Return how many minor units one shown unit is."""
        return int(self.size * 10**self.exponent)

    def text(self, amount: int) -> str:
        """Return an amount as the sheet shows it."""
        return format_amount(amount, self.exponent, unit=self.size)

    def number(self, amount: int) -> Decimal:
        """Return an amount in the shown unit, exactly."""
        return Decimal(amount) / self.minor

    def edit_text(self, amount: int) -> str:
        """Return what an editor of the amount begins with: exact, in the shown unit."""
        return format(self.number(amount).normalize(), "f")

    def parse(self, text: str) -> int | None:
        """Return minor units of typed text; empty text means nothing.

        A plain figure counts in the shown unit; one with k, m or a currency sign says its own.

        Raises:
            BadInputError: the text is no amount.
        """
        if not text:
            return None
        if text.strip() in DASHES:
            return 0
        if "%" in text:
            raise BadInputError("a percentage is no amount; the growth column takes percentages")
        size = 1 if _ABSOLUTE.search(text) else self.size
        amount = money_from(_cut(parse_number(text) * size, self.exponent), self.exponent)
        if abs(amount) > 10**15:
            raise BadInputError("the amount is larger than 10,000,000,000,000")
        return amount


def _cut(value: Decimal, exponent: int) -> Decimal:
    """Round a typed amount to minor units: a formula such as =100/3 has no end."""
    return value.quantize(Decimal(1).scaleb(-exponent), rounding=ROUND_HALF_UP)
