"""Commands on how a draft plans its lines: the method, its parts, formulas, locked months."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.budget_line import BudgetLine
from dyad_desktop.domain.drivers import CircleError
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.formula import read_formula
from dyad_desktop.domain.meant import (
    FIELDS,
    GROWING,
    GROWTH,
    MEANINGS,
    method_key,
    other_meaning,
    place_of,
    said_as,
)
from dyad_desktop.domain.methods import DRIVEN_BY, PRIOR_YEAR, has_weights, method_of
from dyad_desktop.domain.money import round_quotient
from dyad_desktop.domain.operating import WORKING_DRAFT, DraftLine, OperatingLine, draft_line_id
from dyad_desktop.domain.plan_words import METHOD_WORDS
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.former import BY_HAND, TAKES, Former, as_left
from dyad_desktop.services.method_fit import Stand, driver_of, fitted
from dyad_desktop.services.own_weights import begun_weights
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.wording import field_title

VOLUME_RATE = "volume_rate"
_FAR_BACK = 500
"""So many writes of a line's plan are looked through for the growth that it had."""
_SHARED = frozenset({"driver", "rate", "amount", "step_size", "percent"})
_FIGURES: Mapping[str, tuple[str, ...]] = {
    "volume_rate": ("rate",), "step": ("step_size", "rate"), "percent": ("percent",), "staffing": (),
}  # fmt: skip
"""What is fitted once it is known what drives a line."""


def choose_method(
    session: Session, draft: str, line: str, method: str, initiator: object = None,
    former: Former | None = None,
) -> ChangeSet:  # fmt: skip
    """Plan a line by another method, as one commit that begins where the line stands now.

    What methods share (driver, rate, amount, size of a step, growth of a rate) begins anew, since another method meant
    something else by it, and so does a contract; a formula, a spread and its weights are found again. Where ``former``
    remembers the method, all of it comes back as it was left. Months that stood by hand as the plan itself go back to
    the new one. Undo brings back all of it. While the plan hangs together in a circle, as a merge can leave it, nothing
    is known of where the line stands, and an amount begins with the prior year.
    """
    book, key = session.book, ("draft_line", draft_line_id(draft, line))
    said = book.get(DraftLine, key[1]) or DraftLine(id=key[1], draft=draft, line=line)
    budget = _budget_of(session, draft)
    if former is not None:
        former.leave(said)
    left = former.again(method, said, book) if former is not None else None
    edits = [FieldEdit(*key, "method", None if method == PRIOR_YEAR else method)]
    if left is not None:
        edits += as_left(left, said, key, tuple(dict.fromkeys((*TAKES[method], *BY_HAND))))
    elif budget is None:
        kept = {"spread": said.spread} if method == "fixed" and said.spread else {}
        edits += _anew(said, key, _prior(book, line, method) | kept)
    else:
        edits += _begun(session, budget, said, method, former)
    if left is None or method not in GROWING:
        edits += _growth_let_go(session, said, line, method, key)
    if left is None and method == "contract":
        edits += as_left(DraftLine(id=key[1]), said, key, ("start", "steps"))
    edits += _said_before(said, key)
    if left is None and method_of(said) == "manual" != method:
        edits += as_left(DraftLine(id=key[1]), said, key, BY_HAND)
    label = f"{book.label('operating_line', line)}, {METHOD_WORDS[method].lower()}"
    changes = set_fields(session, edits, label, initiator)
    if former is not None:
        former.begin(session.book.need(DraftLine, key[1]), _budget_of(session, draft))
    return changes


def _begun(
    session: Session, budget: Budget, said: DraftLine, method: str, former: Former | None
) -> Iterator[FieldEdit]:
    """Yield the writes by which a method begins where the line stands, with what it finds again."""
    book, key = session.book, ("draft_line", said.id)
    line, now = book.need(OperatingLine, said.line), budget.lines[said.line]
    if former is not None:
        former.see(now)
    stood = now
    if now.problem:
        known = former.stood if former is not None else None
        stood = known or _by_prior_year(session, budget, said) or now
    origin = former.origin(said, now, stood) if former is not None else stood
    if method == "manual":
        yield from _as_they_stand(budget, now, stood, key)
        return
    hand = now if method_of(said) != "manual" else replace(now, overridden=frozenset())
    stand = Stand.of(budget, line, hand, origin)
    driver = driver_of(book, line, said, method)
    begins = fitted(stand, method, driver)
    if method in DRIVEN_BY:
        begins = {**dict.fromkeys(_FIGURES[method]), **begins, "driver": driver}
    if method == "fixed":
        locks = list(_locks(budget, hand, said, key))
        yield from locks
        held = replace(
            said, locked={**said.locked, **dict.fromkeys((one.slot for one in locks), True)}
        )
        begins["spread"] = "even" if _lacks_spread(session, budget, held) else said.spread
    if method == "staffing":
        begins["part"] = "salaries"
    yield from _anew(said, key, begins)


def _anew(said: DraftLine, key: Key, begins: Mapping[str, Any]) -> Iterator[FieldEdit]:
    """Yield the writes of what a method begins with; what isn't shared is kept where it was said already."""
    for field, value in begins.items():
        if field in _SHARED or getattr(said, field) is None or field == "spread":
            yield FieldEdit(*key, field, value)


def _lacks_spread(session: Session, budget: Budget, said: DraftLine) -> bool:
    """Return whether a plan has no spread yet, or one by which an amount can't be spread."""
    if said.spread is None or (said.spread == "weights" and not has_weights(said, budget.periods)):
        return True
    tried = _tried(session, budget, said, [("method", "fixed"), ("amount", 0)])
    return tried is None or bool(tried.problem)


def _by_prior_year(session: Session, budget: Budget, said: DraftLine) -> BudgetLine | None:
    """Return where a line would stand by its prior year, where its plan lacks something and nothing is remembered."""
    return _tried(session, budget, said, [("method", None), (GROWTH, None)])


def _tried(
    session: Session, budget: Budget, said: DraftLine, fields: Sequence[tuple[str, Any]]
) -> BudgetLine | None:
    """Return a line as it would be planned; ``None`` where it would follow itself in a circle."""
    tried = replace(said, **dict(fields), said_as={})
    book = session.book.with_entities([(("draft_line", said.id), tried)])
    try:
        return compute_budget(book, said.draft, budget).lines[said.line]
    except CircleError:
        return None


def _locks(budget: Budget, now: BudgetLine, said: DraftLine, key: Key) -> Iterator[FieldEdit]:
    """Lock the months that are set by hand, so that the amount is that of the whole year."""
    if len(now.overridden) < MONTHS:
        for place in sorted(now.overridden):
            if not said.locked.get(budget.periods[place]):
                yield FieldEdit(*key, "locked", value=True, slot=budget.periods[place])


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


def _as_they_stand(
    budget: Budget, now: BudgetLine, stood: BudgetLine, key: Key
) -> Iterator[FieldEdit]:
    """Yield the months that nobody set by hand yet, set as they stand."""
    for place, (period, amount) in enumerate(zip(budget.periods, stood.months, strict=True)):
        if place not in now.overridden:
            yield FieldEdit(*key, "months", amount, period)


def write_plan(
    session: Session, edits: Sequence[FieldEdit], note: str = "", initiator: object = None,
    former: Former | None = None,
) -> ChangeSet:  # fmt: skip
    """Write fields of plans as one commit; formulas as people type them.

    What a line is driven by brings the figures that nobody said yet, so that the year stays as ``former`` knows it;
    own weights begin with those of the months as they are.

    Raises:
        BadInputError: as ``set_fields``, or a formula that can't be read.
    """
    understood = [_understood(session.book, edit) for edit in edits]
    if former is not None:
        understood += [one for edit in edits for one in _fitting(session, edit, former)]
    understood += [one for edit in edits for one in _weighed(session, edit)]
    return set_fields(session, understood, note, initiator)


def _weighed(session: Session, edit: FieldEdit) -> Iterator[FieldEdit]:
    """Yield the weights that a spread by own weights begins with, where it has none."""
    said = session.book.get(DraftLine, edit.id)
    if (edit.field, edit.value) == ("spread", "weights") and said is not None:
        budget = _budget_of(session, said.draft)
        if budget is not None:
            yield from begun_weights(budget, said)


def _fitting(session: Session, edit: FieldEdit, former: Former) -> Iterator[FieldEdit]:
    """Yield the figures by which a line stays where it stood, when it is said what drives it."""
    said = session.book.get(DraftLine, edit.id)
    if edit.field != "driver" or not edit.value or said is None or former.stood is None:
        return
    method = method_of(said)
    figures = _FIGURES.get(method, ())
    budget = _budget_of(session, said.draft)
    if budget is None or any(getattr(said, name) is not None for name in figures):
        return
    line = session.book.need(OperatingLine, said.line)
    stand = Stand.of(budget, line, budget.lines[said.line], former.stood)
    for field, value in fitted(stand, method, str(edit.value)).items():
        yield FieldEdit("draft_line", said.id, field, value)


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


def free_months(
    session: Session, draft: str, line: str, periods: Iterable[str], initiator: object = None
) -> ChangeSet:
    """Give months that are set by hand back to the plan, locked ones too."""
    key = ("draft_line", draft_line_id(draft, line))
    said = session.book.need(DraftLine, key[1])
    edits = [
        FieldEdit(*key, field, None, period)
        for period in periods
        for field in BY_HAND
        if getattr(said, field).get(period) is not None
    ]
    name = session.book.label("operating_line", line)
    return set_fields(session, edits, f"{name}, months back to the plan", initiator)
