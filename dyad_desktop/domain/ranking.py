"""The capital plan: requests in order, what the envelope reaches, and where the partners differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.asked import asked, asks, lines_of
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.cash import payments_by_fiscal_year
from dyad_desktop.domain.fiscal import fiscal_year_start
from dyad_desktop.domain.money import currency_exponent, round_ratio
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.returns import request_npv
from dyad_desktop.domain.scoring import (
    DIVERGENT,
    divergent_criteria,
    is_open,
    joint_score,
    partner_scores,
)

__all__ = [
    "DIVERGENT",
    "RankedRequest",
    "cut_line",
    "divergent_criteria",
    "envelopes",
    "rank_requests",
    "spending",
]

SCORE_PLACES = 2
LAST_PRIORITY = 99
_ANY_YEAR = "2000-01"
"""Stands for the budget year while a partnership has none."""


@dataclass(frozen=True, slots=True)
class RankedRequest:
    """A request in its place. Scores 1 to 5 with 2 places; money in minor units."""

    request: CapitalRequest
    rank: int
    scores: Mapping[str, Decimal | None]
    """Weighted score by partner; ``None`` until that partner scored every criterion and the marks are open."""
    score: Decimal | None
    """The agreed marks, else the mean of the partners who scored."""
    cumulative: int
    """What this and all requests before it ask for."""
    funded: bool
    """Above the cut line."""
    divergent: tuple[str, ...]
    """Criteria on which the partners are 2 or more apart."""
    asked: int = 0
    """Cost and contingency."""
    opened: bool = True
    """Whether the marks may be seen."""
    by_year: Mapping[str, int] = field(default_factory=dict)
    """What is paid in each fiscal year, by its first period."""

    @property
    def asks(self) -> bool:
        """Return whether the request takes money."""
        return asks(self.request)


def rank_requests(book: Book) -> tuple[RankedRequest, ...]:
    """Return all requests in order, those above the cut line marked as funded.

    Order: mandatory first, then as the policy's ``rank_by`` says: by score (none last), by net present value, or by
    hand, in the order that the partners put them; then by priority, then by id. The cut line is the first request
    that doesn't fit in what is left of the envelope, or of a fiscal year's envelope; every later one is below the
    line too, even a smaller one that would fit, since the pair's order counts more than filling the envelope.
    Deferred and declined requests keep their place, take no money and draw no line. Without an envelope nothing is
    cut.
    """
    given = {one.id: partner_scores(book, one) for one in book.all(CapitalRequest)}
    scores = {one.id: joint_score(book, one, given[one.id]) for one in book.all(CapitalRequest)}
    policy, spent, cut = book.only(CapitalPolicy), 0, False
    years: dict[str, int] = {}
    limits = envelopes(book)
    rows: list[RankedRequest] = []
    for rank, request in enumerate(_in_order(book, policy, scores), start=1):
        asking = asks(request)
        amount, by_year = asked(book, request), spending(book, request)
        if asking:
            spent += amount
            years |= {year: years.get(year, 0) + part for year, part in by_year.items()}
        cut = cut or (asking and not _fits(policy.envelope, limits, spent, years))
        rows.append(
            RankedRequest(
                request=request,
                rank=rank,
                scores={who: _shown(score) for who, score in given[request.id].items()},
                score=_shown(scores[request.id]),
                cumulative=spent,
                funded=asking and not cut,
                divergent=divergent_criteria(book, request),
                asked=amount,
                opened=is_open(book, request),
                by_year=by_year,
            )
        )
    return tuple(rows)


def spending(book: Book, request: CapitalRequest) -> Mapping[str, int]:
    """Return what a request takes in each fiscal year, by its first period: the budget year's without phasing."""
    if not request.phasing:  # quick, since most have none and ranges try many books
        return {book.only(Partnership).budget_start or _ANY_YEAR: asked(book, request)}
    meta = book.only(Partnership)
    start = meta.budget_start or _ANY_YEAR
    return payments_by_fiscal_year(request, meta.start_month, start, lines_of(book, request))


def envelopes(book: Book) -> Mapping[str, int]:
    """Return the envelopes of single fiscal years by their first period, in order."""
    start_month = book.only(Partnership).start_month
    found: dict[str, int] = {}
    for period, amount in sorted(book.only(CapitalPolicy).envelopes.items()):
        if amount is not None:
            found[fiscal_year_start(period, start_month)] = amount
    return found


def _fits(
    envelope: int | None, limits: Mapping[str, int], spent: int, years: Mapping[str, int]
) -> bool:
    if envelope is not None and spent > envelope:
        return False
    return all(years.get(year, 0) <= most for year, most in limits.items())


def _in_order(
    book: Book, policy: CapitalPolicy, scores: Mapping[str, Fraction | None]
) -> list[CapitalRequest]:
    requests = book.all(CapitalRequest)
    if policy.rank_by == "by_hand":
        return sorted(requests, key=lambda one: not one.mandatory)
    worth: Mapping[str, Fraction | int | None] = scores
    if policy.rank_by == "npv":
        exponent = currency_exponent(book.only(Partnership).currency)
        rate = policy.discount_rate_pct
        worth = {one.id: request_npv(one, rate, exponent, lines_of(book, one)) for one in requests}
    return sorted(requests, key=lambda one: _place(one, worth[one.id]))


def cut_line(rows: Sequence[RankedRequest]) -> RankedRequest | None:
    """Return the first request that doesn't fit; ``None`` when all do."""
    return next((row for row in rows if row.asks and not row.funded), None)


def _shown(score: Fraction | None) -> Decimal | None:
    if score is None:
        return None
    return round_ratio(score.numerator, score.denominator, SCORE_PLACES)


def _place(
    request: CapitalRequest, worth: Fraction | int | None
) -> tuple[bool, bool, Fraction | int, int, str]:
    priority = LAST_PRIORITY if request.priority is None else request.priority
    return not request.mandatory, worth is None, -(worth or 0), priority, request.id
