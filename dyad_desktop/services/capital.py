"""The capital plan as people read it, and the commands that change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.ranking import NOT_ASKING, RankedRequest, cut_line, rank_requests
from dyad_desktop.domain.returns import cash_flow, irr, payback_years, request_npv
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, Seen, create, delete, fresh, set_fields
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.values import exponent_of

POLICY = ("capital_policy", "capital_policy")
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Returns:
    """What a request gives back: minor units, years, and percent a year."""

    npv: int
    payback: Decimal | None
    rates_pct: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class CapitalPlan:
    """The ranked requests against the envelope. Money in minor units.

    ``requested`` leaves out deferred and declined requests; ``left`` is ``None`` without an envelope.
    """

    rows: tuple[RankedRequest, ...]
    returns: Mapping[str, Returns]
    envelope: int | None
    requested: int
    mandatory: int
    funded: int
    left: int | None
    cut: RankedRequest | None

    @property
    def asking(self) -> tuple[RankedRequest, ...]:
        """Return the requests that ask for money, in order."""
        return tuple(row for row in self.rows if row.request.status not in NOT_ASKING)

    @property
    def fitting(self) -> int:
        """Return how many requests the envelope reaches."""
        return sum(row.funded for row in self.rows)


def capital_plan(book: Book) -> CapitalPlan:
    """Return the ranked requests, what they give back, and where the envelope ends."""
    rows = rank_requests(book)
    policy = book.only(CapitalPolicy)
    asking = [row for row in rows if row.request.status not in NOT_ASKING]
    funded = sum(row.request.cost for row in asking if row.funded)
    return CapitalPlan(
        rows=rows,
        returns={row.request.id: returns_of(book, row.request) for row in rows},
        envelope=policy.envelope,
        requested=sum(row.request.cost for row in asking),
        mandatory=sum(row.request.cost for row in asking if row.request.mandatory),
        funded=funded,
        left=None if policy.envelope is None else policy.envelope - funded,
        cut=cut_line(rows),
    )


def returns_of(book: Book, request: CapitalRequest) -> Returns:
    """Return net present value at the partnership's rate, payback, and every rate of return."""
    return Returns(
        npv=request_npv(request, book.only(CapitalPolicy).discount_rate_pct, exponent_of(book)),
        payback=payback_years(request),
        rates_pct=tuple(rate * HUNDRED for rate in irr(cash_flow(request))),
    )


# -- commands ----------------------------------------------------------------------------------


def set_envelope(
    session: Session, envelope: int | None, initiator: object = None, seen: Seen = None
) -> ChangeSet:
    """Set the money available, in minor units; ``None`` means that none is set. ``seen``: see ``FieldEdit``.

    Raises:
        BadInputError: a negative amount, or a larger one than is kept.
    """
    edit = FieldEdit(*POLICY, "envelope", envelope, seen=seen)
    return set_fields(session, [edit], "Capital envelope", initiator)


def score(
    session: Session, request: str, criterion: str, mark: int | None, initiator: object = None
) -> ChangeSet:
    """Score a request on a criterion, 1 to 5, as the partner who writes; ``None`` takes it back.

    Raises:
        BadInputError: a mark that is none, or there is no such request or criterion.
    """
    slot = f"{session.partner}/{criterion}"
    edit = FieldEdit("capital_request", request, "scores", mark, slot)
    note = f"{session.book.label('capital_request', request)}: {criterion} scored"
    return set_fields(session, [edit], note, initiator)


def new_request(session: Session, title: str, initiator: object = None) -> ChangeSet:
    """Create a capital request without cost or benefit yet.

    Raises:
        BadInputError: the title is empty.
    """
    if not title.strip():
        raise BadInputError("a request needs a title")
    made = fresh(CapitalRequest, title=title.strip(), useful_life_years=7)
    return create(session, made, initiator=initiator)


def delete_request(session: Session, request: str, initiator: object = None) -> ChangeSet:
    """Delete a capital request; it can be undone."""
    return delete(session, [("capital_request", request)], initiator=initiator)
