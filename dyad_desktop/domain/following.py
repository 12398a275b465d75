"""What-ifs on prices where lines follow others: each counts once, however a line comes to it.

A line that follows a group takes up the prices of the group's lines. If it has the same what-if itself, the group is
reckoned as it was before that what-if, and the line's own price comes on top: wages 3 % up raise what follows wages
by 3 %, not by 6.09 %. A more particular what-if counts in place of a general one, also in what is followed. What-ifs
of which neither holds the other, such as those on revenue and on deductions, both count.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.money import exact
from dyad_desktop.domain.operating import OperatingLine

PERCENT = 100
ALL_PRICES = "rate"
PriceKey = tuple[str, tuple[str, ...]]
"""A what-if on prices, and it with the more general ones of a line, the most particular first."""


def price_chain(line: OperatingLine) -> tuple[str, ...]:
    """Return the what-ifs on prices that may count for a line, the most particular first."""
    kind = f"{ALL_PRICES}:{line.kind}"
    category = f"{ALL_PRICES}:{line.category}" if line.category else kind
    return tuple(dict.fromkeys((category, kind, ALL_PRICES)))


def price_name(line: OperatingLine, prices: Mapping[str, Fraction]) -> str:
    """Return the what-if on prices that counts for a line; empty without one."""
    return next((name for name in price_chain(line) if name in prices), "")


def prices_of(inputs: Mapping[str, Decimal | None]) -> Mapping[str, Fraction]:
    """Return the factors of a draft's what-ifs on prices."""
    return {
        name: 1 + exact(percent) / PERCENT
        for name, percent in inputs.items()
        if percent is not None and name.partition(":")[0] == ALL_PRICES
    }


def prices_before(
    lines: Iterable[OperatingLine], prices: Mapping[str, Fraction], key: PriceKey
) -> Mapping[str, Fraction]:
    """Return prices so that each, times the one of ``key``, is what it was, and that one counts nowhere yet.

    What it stands in place of is gone. More particular ones are seen from it: at 8.15 % beside a general 5 %, what
    is left is 1.0815 / 1.05, which the line's own price brings to 1.0815 again.
    """
    name, gone = key
    price = prices[name]
    below = {one for line in lines for one in _more_particular(line, name)}
    found = {one: factor for one, factor in prices.items() if one not in gone}
    if price:
        found |= {one: factor / price for one, factor in found.items() if one in below}
    return found


def _more_particular(line: OperatingLine, name: str) -> tuple[str, ...]:
    chain = price_chain(line)
    return chain[: chain.index(name)] if name in chain else ()
