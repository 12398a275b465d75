"""Commands on how a draft plans its lines: the method, its parts, formulas, locked months."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.drivers import CircleError
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.formula import read_formula
from dyad_desktop.domain.meant import (
    FIELDS,
    GROWTH,
    MEANINGS,
    method_key,
    other_meaning,
    place_of,
    said_as,
)
from dyad_desktop.domain.methods import FTE, GROUP, PRIOR_YEAR, VOLUME, method_of
from dyad_desktop.domain.money import round_quotient
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.plan_words import METHOD_WORDS
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.operating import before
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.wording import field_title

VOLUME_RATE = "volume_rate"
_FAR_BACK = 500
"""So many writes of a line's plan are looked through for the growth that it had."""
_SHARED = frozenset({"driver", "rate", "amount", "step_size", "percent"})


def choose_method(
    session: Session, draft: str, line: str, method: str, initiator: object = None
) -> ChangeSet:
    """Plan a line by another method, as one commit that begins where the line stands now.

    What methods share (driver, rate, amount, size of a step, growth of a rate) begins anew, since another method meant
    something else by it; a formula, weights and steps of a contract are found again. Months that stood by hand as the
    plan itself go back to the new one. Undo brings back all of it. While the plan hangs together in a circle, as a
    merge can leave it, nothing is known of where the line stands, and an amount begins with the prior year.
    """
    book = session.book
    said = book.get(DraftLine, draft_line_id(draft, line)) or DraftLine(
        id="", draft=draft, line=line
    )
    budget = _budget_of(session, draft)
    begins = _beginning(book, budget, line, method) if budget else _prior(book, line, method)
    missing = {
        field: value
        for field, value in begins.items()
        if field in _SHARED or getattr(said, field) is None
    }
    wanted = {"method": None if method == PRIOR_YEAR else method, **missing}
    key = ("draft_line", draft_line_id(draft, line))
    edits = [FieldEdit(*key, field, value) for field, value in wanted.items()]
    edits += _growth_let_go(session, said, line, method, key)
    edits += _said_before(said, key)
    if method == "manual" and budget is not None:
        edits += _as_they_stand(budget, line, key)
    elif method_of(said) == "manual":
        edits += [
            FieldEdit(*key, field, None, at)
            for field in ("months", "locked", "locked_at")
            for at, set_ in getattr(said, field).items()
            if set_ is not None
        ]
    label = f"{book.label('operating_line', line)}, {METHOD_WORDS[method].lower()}"
    return set_fields(session, edits, label, initiator)


def _growth_let_go(
    session: Session, said: DraftLine, line: str, method: str, key: tuple[str, str]
) -> list[FieldEdit]:
    """Return the write by which growth stays with the method that it was said for: of a prior year, or of a price.

    On the way back to the prior year its growth is found again. Without one the working draft plans with the line's
    own; every other draft says it, as its copy did, so that it doesn't follow the working draft.
    """
    now = said.rate_growth_pct
    meant = said_as(said, GROWTH, now) or method_of(said)
    if method == PRIOR_YEAR and (now is None or meant == VOLUME_RATE):
        again = None if method_of(said) == PRIOR_YEAR else _growth_before(session, key)
        if again is None and said.draft != WORKING_DRAFT:
            again = session.book.need(OperatingLine, line).rate_growth_pct
        return [] if again == now else [FieldEdit(*key, GROWTH, again)]
    goes = now is not None and VOLUME_RATE in (method, meant)
    return [FieldEdit(*key, GROWTH, None)] if goes else []


def _growth_before(session: Session, key: tuple[str, str]) -> Decimal | None:
    """Return the growth of the prior year that a plan let go of when a unit's price came in its place."""
    lines = session.history(key, _FAR_BACK)
    for one in (line for line in lines if line.at.field == "method"):
        if one.after is None:
            break  # it was planned by the prior year since
        if one.after == VOLUME_RATE != one.before:
            beside = (other for other in lines if other.id == one.id and other.at.field == GROWTH)
            let_go = next((other.before for other in beside if other.before is not None), None)
            if let_go is not None:
                return Decimal(str(let_go))
    return None


def _said_before(said: DraftLine, key: tuple[str, str]) -> Iterator[FieldEdit]:
    """Yield what amount and rate mean until now, so that it is known should a partner's stand after a merge."""
    for field in FIELDS:
        value = getattr(said, field)
        if (
            value is not None
            and (field, method_key(said)) in MEANINGS
            and not said_as(said, field, value)
        ):
            yield FieldEdit(*key, "said_as", method_key(said), place_of(field, value))


def mean(
    session: Session, draft: str, line: str, field: str, *, as_said: bool, initiator: object = None
) -> ChangeSet:
    """Settle what an amount or a rate means that was said under another method than stands now.

    ``as_said`` plans the line by the method under which it was said; else the value is meant as it counts now.

    Raises:
        BadInputError: it means nothing else, or the partners differ on the method or the value.
    """
    said = session.book.get(DraftLine, draft_line_id(draft, line))
    then = other_meaning(said, field) if said is not None else ""
    if said is None or not then:
        raise BadInputError(f"the {field} of this line means what it counts as")
    differing = differing_on(session.disagreements(), said.id, field)
    if differing:
        raise BadInputError(f"you differ on the {differing} of this line; settle that first")
    key = ("draft_line", said.id)
    name = session.book.label("operating_line", line)
    if as_said:
        edits = [FieldEdit(*key, "method", then)]
        return set_fields(session, edits, f"{name}, {METHOD_WORDS[then].lower()}", initiator)
    now = method_key(said)
    edits = [FieldEdit(*key, "said_as", now, place_of(field, getattr(said, field)))]
    words = MEANINGS[field, now]
    return set_fields(session, edits, f"{name}, {field} is {words}", initiator)


def differing_on(apart: Collection[Address], said: str, field: str) -> str:
    """Return which of method and figure of a line's plan the partners hold apart, in words; empty when none is."""
    places = (Address("draft_line", said, name) for name in ("method", field))
    return next((field_title(at.field) for at in places if at in apart), "")


def _budget_of(session: Session, draft: str) -> Budget | None:
    """Return a draft's budget; ``None`` while its lines depend on each other in a circle."""
    try:
        return session.budget(draft)
    except CircleError:
        return None


def _prior(book: Book, line_id: str, method: str) -> dict[str, Any]:
    """Return what a method begins with by the prior year alone."""
    year = book.need(OperatingLine, line_id).prior_actuals.values()
    whole = sum(amount or 0 for amount in year)
    begins: dict[str, dict[str, Any]] = {
        "fixed": {"amount": whole, "spread": "even"},
        "contract": {"amount": round_quotient(whole, MONTHS)},
    }
    return begins.get(method, {})


def _as_they_stand(budget: Budget, line: str, key: tuple[str, str]) -> list[FieldEdit]:
    """Return the months that nobody set by hand yet, set as they stand."""
    now = budget.lines[line]
    return [
        FieldEdit(*key, "months", amount, period)
        for place, (period, amount) in enumerate(zip(budget.periods, now.months, strict=True))
        if place not in now.overridden
    ]


def write_plan(
    session: Session, edits: Sequence[FieldEdit], note: str = "", initiator: object = None
) -> ChangeSet:
    """Write fields of plans as one commit; formulas as people type them.

    Raises:
        BadInputError: as ``set_fields``, or a formula that can't be read.
    """
    return set_fields(session, [_understood(session.book, edit) for edit in edits], note, initiator)


def _understood(book: Book, edit: FieldEdit) -> FieldEdit:
    if edit.field != "formula" or not edit.value:
        return edit
    return dataclasses.replace(edit, value=read_formula(book, edit.value))


def set_plan(
    session: Session, draft: str, line: str, fields: Mapping[str, Any], label: str = "",
    initiator: object = None,
) -> ChangeSet:  # fmt: skip
    """Write fields of a line's plan as one commit."""
    key = ("draft_line", draft_line_id(draft, line))
    edits = [FieldEdit(*key, field, value) for field, value in fields.items()]
    return set_fields(session, edits, label, initiator)


def _beginning(book: Book, budget: Budget, line_id: str, method: str) -> dict[str, Any]:
    """Return what a method begins with, so that the year stays about where it is.

    Rates and amounts are said before the draft's what-if on prices, which comes on top of them.
    """
    line, now = book.need(OperatingLine, line_id), budget.lines[line_id]
    volume = line.driver_ref if line.driver_kind == VOLUME else _first(book.all(Volume))
    job = line.driver_ref if line.driver_kind == FTE else _first(book.all(Position))
    group = line.driver_ref if line.driver_kind == GROUP else None
    price = budget.rules.price(line)
    whole = before(now.total, price)
    begins: dict[str, dict[str, Any]] = {
        "fixed": {"amount": whole, "spread": "even"},
        "contract": {"amount": before(now.months[0], price)},
        "volume_rate": {
            "driver": volume,
            "rate": _rate_per_unit(budget, volume, whole),
        },
        "staffing": {"driver": job, "part": "salaries"},
        "step": {"driver": volume, **_one_step(budget, volume, whole)},
        "formula": {"formula": f"={round_quotient(now.total, budget.year.unit * MONTHS)}"},
        "percent": {"driver": group, "percent": _share(budget, group, now.total)},
    }
    return begins.get(method, {})


def _first(things: Sequence[Volume | Position]) -> str | None:
    return things[0].id if things else None


def _rate_per_unit(budget: Budget, volume: str | None, total: int) -> Decimal | None:
    """Return what a unit of a volume costs now, in units of the currency to the hundredth."""
    if volume is None or volume not in budget.rules.volumes:
        return None
    units = sum(budget.rules.volume(volume))
    if not units:
        return None
    return round(Decimal(total) / budget.year.unit * units.denominator / units.numerator, 2)


def _one_step(budget: Budget, volume: str | None, total: int) -> dict[str, Decimal]:
    """Return steps of the largest month's volume, so that each month takes one, at what a month costs now."""
    if volume is None or volume not in budget.rules.volumes:
        return {}
    most = max(budget.rules.volume(volume))
    size = Decimal(-(-most.numerator // most.denominator)) if most > 0 else Decimal(1)
    return {"step_size": size, "rate": round(Decimal(total) / budget.year.unit / MONTHS, 2)}


def _share(budget: Budget, group: str | None, total: int) -> Decimal | None:
    months = budget.groups.get(group or "", ())
    whole = abs(sum(months))
    return round(Decimal(100 * total) / whole, 2) if whole else None


def lock_months(
    session: Session, draft: str, line: str, periods: Iterable[str], *, locked: bool,
    initiator: object = None,
) -> ChangeSet:  # fmt: skip
    """Lock months at what they hold now, so that a spread goes around them; or let them go again.

    A month that was set by hand, before it was locked or since, keeps its figure; the others go back to the plan.
    """
    budget, key = session.budget(draft), ("draft_line", draft_line_id(draft, line))
    now, said = budget.lines[line], session.book.get(DraftLine, key[1])
    edits: list[FieldEdit] = []
    for period in periods:
        place = budget.rules.places[period]
        edits.append(FieldEdit(*key, "locked", True if locked else None, period))
        if locked and place not in now.overridden:
            edits.append(FieldEdit(*key, "months", now.months[place], period))
            edits.append(FieldEdit(*key, "locked_at", now.months[place], period))
        given = None if said is None else said.locked_at.get(period)
        if not locked and said is not None and given is not None:
            edits.append(FieldEdit(*key, "locked_at", None, period))
            if said.months.get(period) == given:
                edits.append(FieldEdit(*key, "months", None, period))
    name = session.book.label("operating_line", line)
    return set_fields(session, edits, f"{name}, {'lock' if locked else 'unlock'}", initiator)
