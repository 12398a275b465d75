"""The figures that the pair agreed to: kept apart from the plan, which moves on with volumes, positions and requests.

They are written once, when a draft leaves the state in which it is planned on, and never changed. Their id is made
from what they say, so that two partners who agree to the same figures apart make one thing, and different figures
stand beside each other in the draft's ``agreed_figures`` until the pair settles which were meant.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dyad_desktop.domain.operating import LINE_KINDS, Draft
from dyad_desktop.domain.schema import Entity, Slot, ValueType, declare, kind

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book

V = ValueType
WORKING = "working"
"""The state in which a draft is planned on."""
_DIGITS = 24


@kind("agreed_plan", "agreed", "Agreed figures", parent="draft", parent_field="draft")
@dataclass(frozen=True, slots=True)
class AgreedPlan(Entity):
    """What a draft came to when it was agreed."""

    draft: str = declare(V.REF, target="draft", required=True, hidden=True)
    title: str = declare(V.TEXT, required=True)


@kind(
    "agreed_line", "lines", "Agreed line", parent="agreed_plan", parent_field="plan",
    label_field="name",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class AgreedLine(Entity):
    """One line of it, with all that its totals need: it stands also when the line itself is gone."""

    plan: str = declare(V.REF, target="agreed_plan", required=True, hidden=True)
    line: str = declare(V.TEXT, required=True)
    """Id of the operating line, or of what a capital request posted."""
    request: str | None = declare(V.TEXT, optional=True)
    """The capital request that posted it."""
    name: str = declare(V.TEXT, required=True)
    kind: str = declare(V.CHOICE, "expense", choices=LINE_KINDS, required=True)
    months: Mapping[str, int] = declare(V.MONEY, slot=Slot.PERIOD)


def agreed_lines(
    book: "Book", draft_id: str, periods: Sequence[str]
) -> Mapping[str, AgreedLine] | None:
    """Return what was agreed of a draft by line; ``None`` while it is planned on, or none of it is of ``periods``."""
    draft = book.get(Draft, draft_id)
    if draft is None or draft.state == WORKING or draft.agreed_figures is None:
        return None
    lines = book.children(AgreedLine, draft.agreed_figures)
    if not any(period in line.months for line in lines for period in periods):
        return None
    return {line.line: line for line in lines}


def agreed_id(draft: str, title: str, lines: Iterable[AgreedLine]) -> str:
    """Return the id of figures: a digest of everything that they say."""
    digest = hashlib.sha256(f"{draft}\n{title}\n".encode())
    for one in lines:
        months = " ".join(f"{period}={amount}" for period, amount in sorted(one.months.items()))
        parts = (one.line, one.request or "", one.kind, one.name, months)
        digest.update(("\t".join(parts) + "\n").encode())
    return digest.hexdigest()[:_DIGITS]
