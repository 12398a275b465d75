"""The totals of an operating statement, from the sums of its four kinds of line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.money import quotient

SIGNS: Mapping[str, int] = {"revenue": 1, "deduction": -1, "other_revenue": 1, "expense": -1}
"""Effect of one unit of each kind of line on contribution."""

STATEMENT_ROWS: Mapping[str, Mapping[str, int]] = {
    "gross_revenue": {"revenue": 1},
    "deductions": {"deduction": 1},
    "net_revenue": {"revenue": 1, "deduction": -1},
    "other_revenue": {"other_revenue": 1},
    "total_revenue": {"revenue": 1, "deduction": -1, "other_revenue": 1},
    "total_expense": {"expense": 1},
    "contribution": SIGNS,
}
"""The rows of the statement in order: what each sums, and with which sign."""

PERCENT = 100
MARGIN_PLACES = 2
"""Places of a margin in a file; ``money.rounded`` gives them, as it gives the one place that a sheet shows."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Amounts in minor units; the margin is contribution in percent of total revenue, ``None`` without revenue.

    It isn't rounded: whoever shows or writes it does that once.
    """

    gross_revenue: int
    deductions: int
    net_revenue: int
    other_revenue: int
    total_revenue: int
    total_expense: int
    contribution: int
    operating_margin_pct: Decimal | None
    contribution_by_month: tuple[int, ...]


Sums = Mapping[str, Sequence[int]]
"""Amounts by month (minor units, natural-positive) of each kind of line."""


def row_by_month(sums: Sums, row: str) -> tuple[int, ...]:
    """Return one row of the statement by month, in minor units.

    Raises:
        KeyError: when ``row`` is none of ``STATEMENT_ROWS``.
    """
    parts = [(sign, sums[kind]) for kind, sign in STATEMENT_ROWS[row].items()]
    return tuple(
        sum(sign * amounts[month] for sign, amounts in parts) for month in range(len(parts[0][1]))
    )


def percent_of(part: int, whole: int) -> Decimal | None:
    """Return ``part`` in percent of ``whole``, not rounded to any place that is shown; ``None`` of nothing."""
    return quotient(PERCENT * part, whole) if whole else None


def totals_of(sums: Sums) -> Totals:
    """Return the totals of a statement.

    Contribution is gross revenue − deductions + other revenue − expenses. The operating margin is what it is of net
    and other revenue together; the workspace format calls that ``contribution_margin`` (``meta.conventions``), while
    finance means by contribution margin what is left after variable cost alone: see ``ratios``.
    """
    revenue, deductions, other, expense = (sum(sums[kind]) for kind in SIGNS)
    total_revenue = revenue - deductions + other
    return Totals(
        gross_revenue=revenue,
        deductions=deductions,
        net_revenue=revenue - deductions,
        other_revenue=other,
        total_revenue=total_revenue,
        total_expense=expense,
        contribution=total_revenue - expense,
        operating_margin_pct=percent_of(total_revenue - expense, total_revenue),
        contribution_by_month=row_by_month(sums, "contribution"),
    )
