"""Commands on the operating budget: months by hand, growth, lines, volumes, positions."""

import dataclasses
from collections.abc import Sequence
from decimal import Decimal

from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.money import allocate
from dyad_desktop.domain.operating import (
    CostCentre,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.schema import check_id
from dyad_desktop.errors import BadInputError
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


@dataclasses.dataclass(frozen=True, slots=True)
class GrowthEdit:
    """A line's own growth in percent, on top of its driver. ``seen``: see ``FieldEdit``."""

    line: str
    percent: Decimal
    seen: Seen = None


def edit_lines(
    session: Session,
    draft: str,
    edits: Sequence[MonthEdit | GrowthEdit],
    initiator: object = None,
) -> ChangeSet:
    """Write months and growth rates of a draft's lines as one commit."""
    edits = [edit for edit in edits if _does_something(session, draft, edit)]
    fields = [_field(draft, edit) for edit in edits]
    return set_fields(session, fields, _label(session, edits), initiator)


def _does_something(session: Session, draft: str, edit: MonthEdit | GrowthEdit) -> bool:
    """Return whether an edit changes anything: giving back a month that nobody set doesn't."""
    if isinstance(edit, GrowthEdit) or edit.amount is not None:
        return True
    said = session.book.get(DraftLine, draft_line_id(draft, edit.line))
    return said is not None and said.months.get(edit.period) is not None


def _field(draft: str, edit: MonthEdit | GrowthEdit) -> FieldEdit:
    if isinstance(edit, GrowthEdit):
        return FieldEdit(
            "operating_line", edit.line, "rate_growth_pct", edit.percent, seen=edit.seen
        )
    at = ("draft_line", draft_line_id(draft, edit.line))
    return FieldEdit(*at, "months", edit.amount, edit.period, edit.seen)


def _label(session: Session, edits: Sequence[MonthEdit | GrowthEdit]) -> str:
    name = session.book.label("operating_line", edits[0].line) if edits else ""
    if len(edits) == 1:
        one = edits[0]
        what = "growth" if isinstance(one, GrowthEdit) else month_label(one.period)
        return f"{name}, {what}"
    lines = {edit.line for edit in edits}
    return f"{name}, {len(edits)} months" if len(lines) == 1 else f"{len(edits)} budget cells"


def spread(budget: Budget, line: str, total: int) -> list[MonthEdit]:
    """Return the months that make a line's year come to ``total`` (minor units), in its present shape.

    A line without a shape is spread evenly. The parts sum to the total exactly.
    """
    months = budget.lines[line].months
    unit = budget.year.unit
    weights = [abs(amount) for amount in months] if any(months) else [1] * len(months)
    if total % unit == 0:
        parts = [part * unit for part in allocate(total // unit, weights)]
    else:
        parts = allocate(total, weights)
    return [
        MonthEdit(line, period, part) for period, part in zip(budget.periods, parts, strict=True)
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
