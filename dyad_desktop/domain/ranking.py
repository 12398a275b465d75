"""The capital plan: requests in order, what the envelope reaches, and where the partners differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, Criterion
from dyad_desktop.domain.money import round_ratio
from dyad_desktop.domain.partnership import Partner

SCORE_PLACES = 2
DIVERGENT = 2
"""Scores of one criterion that are this far apart are listed."""
NOT_ASKING = ("deferred", "declined")
LAST_PRIORITY = 99


@dataclass(frozen=True, slots=True)
class RankedRequest:
    """A request in its place. Scores 1 to 5 with 2 places; money in minor units."""

    request: CapitalRequest
    rank: int
    scores: Mapping[str, Decimal | None]
    """Weighted score by partner; ``None`` until that partner scored every criterion."""
    score: Decimal | None
    """Mean of the partners who scored."""
    cumulative: int
    """Cost of this and all requests before it that ask for money."""
    funded: bool
    """Above the cut line."""
    divergent: tuple[str, ...]
    """Criteria on which the partners are 2 or more apart."""


def rank_requests(book: Book) -> tuple[RankedRequest, ...]:
    """Return all requests in order, those above the cut line marked as funded.

    Order: mandatory first, then by score (none last), then by priority, then by id. The cut line
    is the first request that doesn't fit in what is left of the envelope; every later one is below
    the line too, even a smaller one that would fit, since the pair's order counts more than filling
    the envelope. Deferred and declined requests keep their place, take no money and draw no line.
    Without an envelope nothing is cut.
    """
    scored = {request.id: _partner_scores(book, request) for request in book.all(CapitalRequest)}
    means = {request_id: _mean(scores) for request_id, scores in scored.items()}
    order = sorted(book.all(CapitalRequest), key=lambda request: _place(request, means[request.id]))
    envelope, spent, cut = book.only(CapitalPolicy).envelope, 0, False
    rows: list[RankedRequest] = []
    for rank, request in enumerate(order, start=1):
        asks = request.status not in NOT_ASKING
        spent += request.cost if asks else 0
        cut = cut or (asks and envelope is not None and spent > envelope)
        rows.append(
            RankedRequest(
                request=request,
                rank=rank,
                scores={who: _shown(score) for who, score in scored[request.id].items()},
                score=_shown(means[request.id]),
                cumulative=spent,
                funded=asks and not cut,
                divergent=divergent_criteria(book, request),
            )
        )
    return tuple(rows)


def cut_line(rows: Sequence[RankedRequest]) -> RankedRequest | None:
    """Return the first request that doesn't fit; ``None`` when all do."""
    asking = (row for row in rows if row.request.status not in NOT_ASKING)
    return next((row for row in asking if not row.funded), None)


def divergent_criteria(book: Book, request: CapitalRequest) -> tuple[str, ...]:
    """Return the criteria on which any two partners' scores are 2 or more apart."""
    found = []
    for criterion in book.all(Criterion):
        marks = [
            mark
            for partner in book.all(Partner)
            if (mark := _mark(request, partner.id, criterion.id)) is not None
        ]
        if marks and max(marks) - min(marks) >= DIVERGENT:
            found.append(criterion.id)
    return tuple(found)


def _mark(request: CapitalRequest, partner: str, criterion: str) -> int | None:
    return request.scores.get(f"{partner}/{criterion}")


def _partner_scores(book: Book, request: CapitalRequest) -> dict[str, Fraction | None]:
    weights = {criterion.id: Fraction(criterion.weight) for criterion in book.all(Criterion)}
    return {
        partner.id: _weighted({name: _mark(request, partner.id, name) for name in weights}, weights)
        for partner in book.all(Partner)
    }


def _weighted(marks: Mapping[str, int | None], weights: Mapping[str, Fraction]) -> Fraction | None:
    whole = sum(weights.values(), Fraction(0))
    given = {name: mark for name, mark in marks.items() if mark is not None}
    if whole == 0 or any(weight and name not in given for name, weight in weights.items()):
        return None
    return sum((weights[name] * mark for name, mark in given.items()), Fraction(0)) / whole


def _mean(scores: Mapping[str, Fraction | None]) -> Fraction | None:
    given = [score for score in scores.values() if score is not None]
    return sum(given, Fraction(0)) / len(given) if given else None


def _shown(score: Fraction | None) -> Decimal | None:
    if score is None:
        return None
    return round_ratio(score.numerator, score.denominator, SCORE_PLACES)


def _place(
    request: CapitalRequest, score: Fraction | None
) -> tuple[bool, bool, Fraction, int, str]:
    priority = LAST_PRIORITY if request.priority is None else request.priority
    return not request.mandatory, score is None, -(score or Fraction(0)), priority, request.id
