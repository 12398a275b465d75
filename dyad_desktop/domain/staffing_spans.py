"""Between what the cost of positions comes out while values are contested: each, by cost centre, and all."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.contested import MOST, Outcome, Place, Span, Value, spans_apart
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.money import currency_exponent, exact, round_quotient
from dyad_desktop.domain.operating import Planning, Position
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.staffing import HOURS_PER_FTE, monthly_cost

ALL, CENTRE, POSITION = "all", "centre/", "position/"
"""Names of sums: of all positions, and with a code or an id of a cost centre's and of one position's."""


def staffing_costs(book: Book) -> dict[str, int]:
    """Return what positions cost over the budget year by ``ALL``, ``CENTRE`` and ``POSITION``, in minor units."""
    meta = book.only(Partnership)
    periods = months(meta.budget_start)
    unit = 10 ** currency_exponent(meta.currency)
    hours = exact(book.only(Planning).hours_per_fte or Decimal(HOURS_PER_FTE))
    found = {ALL: 0}
    for job in book.all(Position):
        cost = sum(monthly_cost(job, periods, hours, unit)) * unit
        amount = round_quotient(*cost.as_integer_ratio())
        for name in (ALL, f"{CENTRE}{job.cost_centre or ''}", f"{POSITION}{job.id}"):
            found[name] = found.get(name, 0) + amount
    return found


def staffing_spans(book: Book, choices: Iterable[tuple[Place, Sequence[Value]]]) -> dict[str, Span]:
    """Return the spans of what positions cost, by the names of ``staffing_costs`` that are open."""
    concerned = [
        (at, values)
        for at, values in choices
        if at[0] in ("position", "planning") or any(map(_touches_positions, values))
    ]
    return spans_apart(book, concerned, staffing_costs, MOST) if concerned else {}


def _touches_positions(value: Value) -> bool:
    """Return whether an outcome brings a position back, or writes into one."""
    if not isinstance(value, Outcome):
        return False
    keys = (*(key for key, _ in value.back), *(at[:2] for at, _ in value.writes))
    return any(kind == "position" for kind, _ in keys)
