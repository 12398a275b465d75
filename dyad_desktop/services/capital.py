"""The capital plan as people read it, and the commands that change it."""

import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import count

from dyad_desktop.domain.asked import asked, lines_of
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, CostLine, Criterion
from dyad_desktop.domain.cash import cash_flow
from dyad_desktop.domain.cash import flows as flows_of
from dyad_desktop.domain.fiscal import fiscal_year_start
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.postings import depreciation_by_month
from dyad_desktop.domain.ranking import RankedRequest, cut_line, rank_requests
from dyad_desktop.domain.records import record_of
from dyad_desktop.domain.returns import (
    behind_again,
    discounted_payback_years,
    fraction,
    irr,
    mirr,
    payback_years,
    profitability_index,
    request_npv,
)
from dyad_desktop.domain.schema import DELETED, ORDER, check_id
from dyad_desktop.domain.scoring import weights_problem
from dyad_desktop.domain.sensitivity import Sensitivity, sensitivity
from dyad_desktop.domain.uncounted import plain_cost
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.replication.order import key_between
from dyad_desktop.services import sealing
from dyad_desktop.services.editing import (
    FieldEdit,
    Seen,
    check_edits,
    create,
    delete,
    fresh,
    move,
    order_after,
    set_fields,
)
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.values import exponent_of

POLICY = ("capital_policy", "capital_policy")
KIND = "capital_request"
BY_HAND = "by_hand"
ADD, FILL, CLEAR = "add", "fill", "clear"
FIRST, BESIDE = "first", "beside"
_SHARED = uuid.UUID("b8c1f0de-5a0c-5a3e-8a57-2f1d8c0f6a41")
HUNDRED = 100
_BY = {"score": "by score", "npv": "by net present value", BY_HAND: "by hand"}


@dataclass(frozen=True, slots=True)
class Returns:
    """What a request gives back: minor units, years, and percent a year.

    ``behind`` is the year in which it falls behind again after its payback, so that this isn't for good.
    """

    npv: int
    payback: Decimal | None
    rates_pct: tuple[Decimal, ...]
    behind: int | None = None


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
    rank_by: str = "score"

    @property
    def asking(self) -> tuple[RankedRequest, ...]:
        """Return the requests that ask for money, in order."""
        return tuple(row for row in self.rows if row.asks)

    @property
    def fitting(self) -> int:
        """Return how many requests the envelope reaches."""
        return sum(row.funded for row in self.rows)


def capital_plan(book: Book) -> CapitalPlan:
    """Return the ranked requests, what they give back, and where the envelope ends."""
    rows = rank_requests(book)
    policy = book.only(CapitalPolicy)
    asking = [row for row in rows if row.asks]
    funded = sum(row.asked for row in asking if row.funded)
    return CapitalPlan(
        rows=rows,
        returns={row.request.id: returns_of(book, row.request) for row in rows},
        envelope=policy.envelope,
        requested=sum(row.asked for row in asking),
        mandatory=sum(row.asked for row in asking if row.request.mandatory),
        funded=funded,
        left=None if policy.envelope is None else policy.envelope - funded,
        cut=cut_line(rows),
        rank_by=policy.rank_by or "score",
    )


def returns_of(book: Book, request: CapitalRequest) -> Returns:
    """Return net present value at the partnership's rate, payback, and every rate of return."""
    rate, lines = book.only(CapitalPolicy).discount_rate_pct, lines_of(book, request)
    flows = cash_flow(request, lines)
    return Returns(
        npv=request_npv(request, rate, exponent_of(book), lines),
        payback=payback_years(request, lines),
        rates_pct=rates(flows),
        behind=behind_again(Decimal(0), flows),
    )


@lru_cache(maxsize=256)  # finding every root takes a while; a plan asks again at every reload
def rates(flows: tuple[int, ...]) -> tuple[Decimal, ...]:
    """Return every rate of return of yearly flows, in percent a year."""
    return tuple(rate * HUNDRED for rate in irr(flows))


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that a request gives back. Minor units, years, percent a year.

    ``depreciation`` is what each fiscal year takes, by its first period; empty without an in-service month.
    """

    asked: int
    returns: Returns
    flows: tuple[int, ...]
    mirr_pct: Decimal | None
    discounted_payback: Decimal | None
    discounted_behind: int | None
    index: Decimal | None
    sensitivity: Sensitivity
    depreciation: Mapping[str, int]


def details_of(book: Book, request: CapitalRequest) -> Details:
    """Return everything that a request gives back, at the partnership's discount rate."""
    policy, lines = book.only(CapitalPolicy), lines_of(book, request)
    rate, flows = fraction(policy.discount_rate_pct), cash_flow(request, lines)
    earned = rate if policy.reinvest_rate_pct is None else fraction(policy.reinvest_rate_pct)
    modified = mirr(flows, rate, earned)
    return Details(
        asked=asked(book, request),
        returns=returns_of(book, request),
        flows=flows,
        mirr_pct=None if modified is None else modified * HUNDRED,
        discounted_payback=discounted_payback_years(request, rate, lines),
        discounted_behind=behind_again(rate, flows),
        index=profitability_index(rate, flows, flows_of(request, lines).paid),
        sensitivity=sensitivity(request, policy.discount_rate_pct, exponent_of(book), lines),
        depreciation=depreciation_by_year(book, request),
    )


def depreciation_by_year(book: Book, request: CapitalRequest) -> Mapping[str, int]:
    """Return what each fiscal year takes of a request, in minor units, by the year's first period."""
    meta, policy = book.only(Partnership), book.only(CapitalPolicy)
    unit: int = 10 ** exponent_of(book)
    found: dict[str, int] = {}
    start = f"2000-{meta.start_month:02}"
    months = depreciation_by_month(request, lines_of(book, request), policy, start, unit)
    for period, amount in months.items():
        year = fiscal_year_start(period, meta.start_month)
        found[year] = found.get(year, 0) + amount
    return found


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


def set_year_envelope(
    session: Session, year: str, envelope: int | None, initiator: object = None
) -> ChangeSet:
    """Set the money of one fiscal year by its first period, in minor units; ``None`` means that none is set.

    Raises:
        BadInputError: a negative amount, no period, or a larger amount than is kept.
    """
    edit = FieldEdit(*POLICY, "envelopes", envelope, year)
    return set_fields(session, [edit], "Capital envelope of a year", initiator)


def set_rank_by(session: Session, mode: str, initiator: object = None) -> ChangeSet:
    """Rank by ``score``, ``npv`` or ``by_hand``; by hand begins with the order that was there.

    Raises:
        BadInputError: it is none of these.
    """
    book = session.book
    edits = check_edits(book, [FieldEdit(*POLICY, "rank_by", mode)])
    if mode == BY_HAND != book.only(CapitalPolicy).rank_by:
        last = ""
        for row in rank_requests(book):
            last = key_between(last, "", secrets.token_hex(2))
            edits.append(Edit(Address(KIND, row.request.id, ORDER), last))
    return session.commit(edits, f"Requests ranked {_BY[mode]}", initiator)


def move_request(session: Session, request: str, step: int, initiator: object = None) -> ChangeSet:
    """Move a request so many places up (negative) or down among those it may change places with, in the order by hand.

    Raises:
        BadInputError: no such request, the list isn't ranked by hand, or there is nothing to change places with.
    """
    if session.book.only(CapitalPolicy).rank_by != BY_HAND:
        raise BadInputError("requests are moved while they are ranked by hand")
    rows = rank_requests(session.book)
    place = next((n for n, row in enumerate(rows) if row.request.id == request), None)
    if place is None:
        raise BadInputError(f"there is no capital request {request!r}")
    other = place + step
    if not 0 <= other < len(rows) or (
        rows[other].request.mandatory != rows[place].request.mandatory
    ):
        edge = "first" if step < 0 else "last"
        raise BadInputError(f"it is the {edge} of those it can change places with")
    return _swap(session, rows[place].request, rows[other].request, initiator)


def _swap(
    session: Session, moved: CapitalRequest, other: CapitalRequest, initiator: object
) -> ChangeSet:
    """Put a request on the other side of another in the pair's order."""
    ids = [one.id for one in session.book.all(CapitalRequest)]
    place = ids.index(other.id)
    if ids.index(moved.id) < place:
        return move(session, (KIND, moved.id), other.id, initiator)
    before = [one for one in ids[:place] if one != moved.id]
    if before:
        return move(session, (KIND, moved.id), before[-1], initiator)
    order = key_between("", other.order, secrets.token_hex(2))
    edits = [Edit(Address(KIND, moved.id, ORDER), order)]
    return session.commit(edits, f"Moved {session.book.label(KIND, moved.id)}", initiator)


def score(
    session: Session, request: str, criterion: str, mark: int | None, initiator: object = None
) -> ChangeSet:
    """Score a request on a criterion, 1 to 5, as the partner who writes; ``None`` takes it back.

    The mark stays on this computer until both are done; see ``sealing``.

    Raises:
        BadInputError: a mark that is none, the marks are sealed, or there is no such request or criterion.
    """
    return sealing.mark(session, request, criterion, mark, initiator)


def set_weights(
    session: Session, weights: Mapping[str, Decimal], initiator: object = None
) -> ChangeSet:
    """Weigh the criteria, which are then these: new ones are made, those left out deleted.

    Args:
        session: the open workspace.
        weights: percent by the criterion's name; together 100.
        initiator: whoever asked.

    Raises:
        BadInputError: they don't sum to 100, or a name that can't be one.
    """
    wanted = [Criterion(id=name, weight=weight) for name, weight in weights.items()]
    problem = weights_problem(wanted)
    if problem:
        raise BadInputError(problem)
    book = session.book
    there = {one.id: one for one in book.all(Criterion)}
    edits = check_edits(
        book,
        [
            FieldEdit("criterion", one.id, "weight", one.weight)
            for one in wanted
            if one.id in there and there[one.id].weight != one.weight
        ],
    )
    edits += _new_criteria(there.values(), [one for one in wanted if one.id not in there])
    edits += [
        Edit(Address("criterion", name, DELETED), value=True)
        for name in there
        if name not in weights
    ]
    # One commit: weights of which only some were changed don't sum to 100.
    return session.commit(edits, "Weights of the criteria", initiator)


def _new_criteria(there: Iterable[Criterion], new: Iterable[Criterion]) -> Iterator[Edit]:
    """Yield the writes by which criteria come into being, behind those that are there."""
    last = max((one.order for one in there), default="")
    for one in new:
        last = key_between(last, "", secrets.token_hex(2))
        made = record_of("criterion", replace(one, id=check_id(one.id), order=last))
        for name, value in made.items():
            if not isinstance(value, dict):
                yield Edit(Address("criterion", one.id, name), value)


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
    return delete(session, [(KIND, request)], initiator=initiator)


def add_cost_line(
    session: Session, request: str, name: str, amount: int = 0, initiator: object = None
) -> ChangeSet:
    """Add a part to what a request costs, in minor units.

    The first one takes over the cost that stood there, so that nothing asked for is lost by it, and what stood is
    nought from then on: a partner's new cost, written apart, stands beside that instead of being overruled unseen.
    First lines of two partners are one line, whose name they settle, so that the cost isn't taken over twice.

    Raises:
        BadInputError: no such request, an empty name, or an amount that can't be.
    """
    found = session.book.get(CapitalRequest, request)
    if found is None:
        raise BadInputError(f"there is no capital request {request!r}")
    if not name.strip():
        raise BadInputError("a cost line needs a name")
    if lines_of(session.book, found):
        made = fresh(CostLine, request=request, name=name.strip(), amount=amount)
        return create(session, made, initiator=initiator)
    cleared = [FieldEdit(KIND, request, "cost", 0)] if found.cost else []
    first = CostLine("", request=request, name=name.strip(), amount=amount or found.cost)
    return _create_shared(session, FIRST, first, cleared, initiator)


def _create_shared(
    session: Session, role: str, line: CostLine, fields: Sequence[FieldEdit], initiator: object
) -> ChangeSet:
    """Create a line that is one, however often and by whichever partner it is made anew."""
    made = replace(line, id=_shared_line(session, line.request, role))
    at = Address("cost_line", made.id, DELETED)
    again = [FieldEdit(*at[:3], value=False)] if session.seen(at) else []
    return create(session, made, fields=[*again, *fields], initiator=initiator)


def _shared_line(session: Session, request: str, role: str) -> str:
    """Return the id of a line that takes over a cost: the same on every laptop until there is such a line."""
    names = (str(uuid.uuid5(_SHARED, f"{request}\0{role}\0{n}")) for n in count(1))
    return next(name for name in names if session.book.get(CostLine, name) is None)


def settle_plain_cost(
    session: Session, request: str, way: str, initiator: object = None
) -> ChangeSet:
    """Settle a cost that stands beside cost lines and doesn't count, see ``uncounted.plain_cost``.

    ``add`` makes it a line of its own, ``fill`` a line of what the others lack to it, and ``clear`` gives it up.
    Partners who add it apart make one line, so that it isn't counted twice; who gives it up deletes that line though
    it isn't there, so that a partner who makes it apart isn't overruled unseen.

    Raises:
        BadInputError: no such request or way, no such cost, or the partners hold it apart.
    """
    book = session.book
    found = book.get(CapitalRequest, request)
    if found is None or not plain_cost(book, found):
        raise BadInputError("no cost stands beside the cost lines of this request")
    at = Address(KIND, request, "cost")
    if at in session.disagreements():
        raise BadInputError("you differ on the cost beside its lines; settle that first")
    cleared = FieldEdit(*at[:3], 0)
    if way == CLEAR:
        edits = [*check_edits(book, [cleared]), *_no_line(session, request)]
        return session.commit(edits, f"{found.title}: its cost lines count", initiator)
    amounts = {ADD: found.cost, FILL: found.cost - sum(one.amount for one in lines_of(book, found))}
    if amounts.get(way, 0) <= 0:
        raise BadInputError(f"the cost can’t be settled by {way!r}: the lines come to more")
    name = "Cost beside the lines" if way == ADD else "Rest of the cost"
    line = CostLine("", request=request, name=name, amount=amounts[way])
    return _create_shared(session, BESIDE, line, [cleared], initiator)


def _no_line(session: Session, request: str) -> Iterator[Edit]:
    """Yield the writes that delete the line of a cost beside the others before there is one.

    They make it too, so that undo, which deletes what a commit made, leaves nothing.
    """
    at = Address("cost_line", _shared_line(session, request, BESIDE), "request")
    yield Edit(at, request)
    yield Edit(at._replace(field=ORDER), order_after(session.book, CostLine))
    yield Edit(at._replace(field=DELETED), value=True)


def delete_cost_lines(
    session: Session, lines: Sequence[str], initiator: object = None
) -> ChangeSet:
    """Delete parts of a cost; when none is left, what they summed to is the cost again.

    A cost that stands beside the lines, or is contested, stays as it is: it counts again by itself.
    """
    first = session.book.need(CostLine, lines[0])
    request = session.book.need(CapitalRequest, first.request)
    own = lines_of(session.book, request)
    edits = []
    if {one.id for one in own} <= set(lines) and not request.cost:
        total = sum(one.amount for one in own)
        edits = [FieldEdit(KIND, request.id, "cost", total)]
    return delete(session, [("cost_line", one) for one in lines], "", initiator, edits)
