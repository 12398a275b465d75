"""Between what the net present values of capital requests come out while values are contested."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from dyad_desktop.domain.asked import lines_of
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, CostLine
from dyad_desktop.domain.contested import Outcome, Place, Span, Value, spans_apart
from dyad_desktop.domain.money import currency_exponent
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.returns import request_npv

NPV = "npv/"
"""With the id of a request: its net present value, in minor units."""
_MOST = 64
"""So many combinations are tried of one request."""
_REQUEST, _LINE, _POLICY = "capital_request", "cost_line", "capital_policy"
_RATE = "discount_rate_pct"
_Choice: TypeAlias = tuple[Place, Sequence[Value]]


def npv_spans(book: Book, choices: Iterable[_Choice]) -> dict[str, Span]:
    """Return the spans of the net present values that are open, by ``NPV`` and the request's id.

    A request's figures are its own: they depend on it, on its cost lines, and on the partnership's discount rate.
    """
    of_request: dict[str, list[_Choice]] = {}
    rate: list[_Choice] = []
    for at, values in choices:
        for request in _requests(book, at, values):
            of_request.setdefault(request, []).append((at, values))
        if (at[0], at[2]) == (_POLICY, _RATE):
            rate.append((at, values))
    names = book.rows(CapitalRequest) if rate else of_request
    found: dict[str, Span] = {}
    for name in names:
        own = [*of_request.get(name, ()), *rate]
        found |= spans_apart(book, own, lambda one, name=name: _figures(one, name), _MOST)  # type: ignore[misc]
    return found


def _figures(book: Book, name: str) -> Mapping[str, int]:
    request = book.get(CapitalRequest, name)
    if request is None:
        return {}
    rate = book.only(CapitalPolicy).discount_rate_pct
    exponent = currency_exponent(book.only(Partnership).currency)
    return {f"{NPV}{name}": request_npv(request, rate, exponent, lines_of(book, request))}


def _requests(book: Book, at: Place, values: Iterable[Value]) -> set[str]:
    """Return the requests whose figures a register may change, also by what comes back with one of its values."""
    outcomes = [one for one in values if isinstance(one, Outcome)]
    places = [at[:2], *(place[:2] for one in outcomes for place, _ in one.writes)]
    back = dict(pair for one in outcomes for pair in one.back)
    found: set[str] = set()
    for kind, name in (*places, *back):
        if kind == _REQUEST:
            found.add(name)
        line = book.entity(kind, name) or back.get((kind, name)) if kind == _LINE else None
        if isinstance(line, CostLine):
            found.add(line.request)
    return found
