"""Commands on the operating budget: months by hand, growth, lines, volumes, positions."""

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.methods import PRIOR_YEAR, locked_months, method_of
from dyad_desktop.domain.money import round_half_away
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    CostCentre,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.schema import check_id
from dyad_desktop.domain.spread import spread as spread_around
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, Seen, create, fresh, set_fields
from dyad_desktop.services.local import new_id
from dyad_desktop.services.session import ChangeSet, Session


@dataclasses.dataclass(frozen=True, slots=True)
class MonthEdit:
    """A month of a line set by hand (minor units), or given back to its rule (``None``).

    ``seen``: see ``FieldEdit``.
    """

    line: str
    period: str
    amount: int | None
    seen: Seen = None

    def at(self, draft: str) -> Address:
        """Return the register that it writes."""
        return Address("draft_line", draft_line_id(draft, self.line), "months", self.period)


@dataclasses.dataclass(frozen=True, slots=True)
class GrowthEdit:
    """A line's own growth in percent, on top of its driver. ``seen``: see ``FieldEdit``."""

    line: str
    percent: Decimal
    seen: Seen = None


@dataclasses.dataclass(frozen=True, slots=True)
class FormulaEdit:
    """A line planned by a formula, as it is kept; ``None`` goes back to the prior year. ``seen``: see ``FieldEdit``."""

    line: str
    formula: str | None
    seen: Seen = None


@dataclasses.dataclass(frozen=True, slots=True)
class AmountEdit:
    """The year's amount of a line that is planned by one (minor units); its spread stays.

    ``seen``: see ``FieldEdit``.
    """

    line: str
    amount: int
    seen: Seen = None

    def at(self, draft: str) -> Address:
        """Return the register that it writes."""
        return Address("draft_line", draft_line_id(draft, self.line), "amount")


LineEdit = MonthEdit | GrowthEdit | FormulaEdit | AmountEdit


def edit_lines(
    session: Session, draft: str, edits: Sequence[LineEdit], initiator: object = None
) -> ChangeSet:
    """Write months, growth rates and formulas of a draft's lines as one commit."""
    edits = [edit for edit in edits if _does_something(session, draft, edit)]
    fields = [field for edit in edits for field in _fields(session, draft, edit)]
    return set_fields(session, fields, _label(session, edits), initiator)


def _does_something(session: Session, draft: str, edit: LineEdit) -> bool:
    """Return whether an edit changes anything: giving back a month that nobody set doesn't."""
    if not isinstance(edit, MonthEdit) or edit.amount is not None:
        return True
    said = session.book.get(DraftLine, draft_line_id(draft, edit.line))
    return said is not None and said.months.get(edit.period) is not None


def _fields(session: Session, draft: str, edit: LineEdit) -> list[FieldEdit]:
    at = ("draft_line", draft_line_id(draft, edit.line))
    if isinstance(edit, MonthEdit):
        return [FieldEdit(*at, "months", edit.amount, edit.period, edit.seen)]
    if isinstance(edit, GrowthEdit):
        place = growth_place(session.book, draft, edit.line)
        return [FieldEdit(*place, "rate_growth_pct", edit.percent, seen=edit.seen)]
    if isinstance(edit, AmountEdit):
        return [FieldEdit(*at, "amount", edit.amount, seen=edit.seen)]
    if edit.formula is None:
        return [FieldEdit(*at, "method", None, seen=edit.seen)]
    return [
        FieldEdit(*at, "method", "formula", seen=edit.seen),
        FieldEdit(*at, "formula", edit.formula),
    ]


def growth_place(book: Book, draft: str, line: str) -> tuple[str, str]:
    """Return the thing whose growth counts for a line in a draft: the draft's own, or the line's.

    The working draft plans with the line's own growth while it has said no other; every other draft says its own.
    """
    said = book.get(DraftLine, draft_line_id(draft, line))
    own = said is not None and (said.rate_growth_pct is not None or method_of(said) != PRIOR_YEAR)
    if own or draft != WORKING_DRAFT:
        return "draft_line", draft_line_id(draft, line)
    return "operating_line", line


def _label(session: Session, edits: Sequence[LineEdit]) -> str:
    name = session.book.label("operating_line", edits[0].line) if edits else ""
    if len(edits) == 1:
        one = edits[0]
        what = month_label(one.period) if isinstance(one, MonthEdit) else _WHAT[type(one)]
        return f"{name}, {what}"
    lines = {edit.line for edit in edits}
    return f"{name}, {len(edits)} months" if len(lines) == 1 else f"{len(edits)} budget cells"


_WHAT: dict[type, str] = {GrowthEdit: "growth", FormulaEdit: "formula", AmountEdit: "year"}


def year_edits(budget: Budget, line: str, total: int) -> list[MonthEdit | AmountEdit]:
    """Return what makes a line's year come to ``total``: its amount where it is planned by one, else its months.

    The amount is the one before the draft's what-if on prices; where none gives the total to the cent, the months do.

    Raises:
        BadInputError: as ``spread``.
    """
    now, said = budget.lines[line], budget.rules.said(line)
    held = {} if said is None else locked_months(said, budget.periods)
    if now.method == "fixed" and now.overridden <= held.keys():
        price = budget.rules.price(budget.rules.lines[line])
        amount = before(total, price)
        if round_half_away(amount * price) == total:
            return [AmountEdit(line, amount)]
    return list(spread(budget, line, total))


def before(amount: int, factor: Fraction) -> int:
    """Return what becomes ``amount`` (minor units) by a factor, rounded; the amount itself where that makes nothing."""
    return round_half_away(amount / factor) if factor else amount


def spread(budget: Budget, line: str, total: int) -> list[MonthEdit]:
    """Return the months that make a line's year come to ``total`` (minor units), in its present shape.

    A line without a shape is spread evenly; locked months keep what they hold. The parts sum to the total exactly.

    Raises:
        BadInputError: every month is locked, or those that aren't hold nothing to go by.
    """
    months = budget.lines[line].months
    said = budget.rules.said(line)
    held = {} if said is None else locked_months(said, budget.periods)
    unit = budget.year.unit
    weights = [abs(amount) for amount in months]
    if not any(weight for place, weight in enumerate(weights) if place not in held):
        weights = [1] * len(months)
    whole = unit if not total % unit and not any(amount % unit for amount in held.values()) else 1
    kept = {place: amount // whole for place, amount in held.items()}
    parts = spread_around(total // whole, weights, kept)
    return [
        MonthEdit(line, period, part * whole)
        for place, (period, part) in enumerate(zip(budget.periods, parts, strict=True))
        if place not in held
    ]


def new_line(  # noqa: PLR0913, PLR0917 - what a line must have
    session: Session, account: str, cost_centre: str | None, name: str, kind: str, category: str,
    centre_name: str = "",
) -> ChangeSet:  # fmt: skip
    """Create an operating line with a fixed driver and no prior year.

    With ``centre_name`` the cost centre is a new one of that name, created in the same commit.

    Raises:
        BadInputError: an account and cost centre that another line has, or a cost centre that can't be.
    """
    for line in session.book.all(OperatingLine):
        if (line.account, line.cost_centre) == (account, cost_centre):
            raise BadInputError(f"account {account} in that cost centre is {line.name} already")
    line = fresh(
        OperatingLine, account=account, cost_centre=cost_centre, name=name, kind=kind,
        category=category or None, behaviour="fixed",
    )  # fmt: skip
    centre = [CostCentre(id=check_id(cost_centre), name=centre_name)] if centre_name else []
    return create(session, line, also=centre)


def new_volume(session: Session, name: str) -> ChangeSet:
    """Create a volume without a prior year."""
    return create(session, Volume(id=new_id(), name=name))


def new_position(session: Session, title: str) -> ChangeSet:
    """Create a position without staff."""
    return create(session, Position(id=new_id(), title=title))
