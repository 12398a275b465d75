"""What was said of a line under each method while its dialog is open, so that going back finds it as it was left."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.budget_line import BudgetLine
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.meant import FIELDS, other_meaning
from dyad_desktop.domain.methods import DRIVEN_BY, has_weights, method_of
from dyad_desktop.domain.operating import DraftLine, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.method_fit import is_there

T = TypeVar("T")
MANUAL = "manual"
BY_HAND = ("months", "locked", "locked_at")
TAKES: Mapping[str, tuple[str, ...]] = {
    "prior_year": ("rate_growth_pct",),
    "volume_rate": ("driver", "rate", "rate_growth_pct"),
    "staffing": ("driver", "part"),
    "step": ("driver", "step_size", "rate"),
    "fixed": ("amount", "spread", "spread_volume", "weights"),
    "percent": ("driver", "percent"),
    "contract": ("amount", "start", "steps"),
    MANUAL: BY_HAND,
    "formula": ("formula",),
}
"""The fields that each method takes."""


class Former:
    """Remembers how a line's plan was left, by method, and where the line stood when its plan was last whole."""

    def __init__(self) -> None:
        self.stood: BudgetLine | None = None
        self._left: dict[str, DraftLine] = {}
        self._began: dict[str, Mapping[str, object]] = {}
        self._manual_since: set[str] = set()
        """Methods that were left before the months stood by hand as the plan itself: those by hand until then went."""

        self._origin: BudgetLine | None = None
        self._looked: tuple[DraftLine, int, BudgetLine] | None = None
        """A plan in which nothing was said yet, its year, and where the line stood before."""

    def see(self, line: BudgetLine) -> None:
        """Remember where a line stands, unless its plan lacks something."""
        if not line.problem:
            self.stood = line

    def leave(self, said: DraftLine) -> None:
        """Remember a plan whose method is left; one in which nothing was said since it began is no memory."""
        method = method_of(said)
        self._origin = None
        self._manual_since.discard(method)
        if method == MANUAL:
            self._manual_since.update(self._left)
        if self._began.get(method) == _taken(said, method):
            self._left.pop(method, None)
        elif not any(other_meaning(said, field) for field in FIELDS):
            self._left[method] = said

    def origin(self, said: DraftLine, now: BudgetLine, stood: BudgetLine) -> BudgetLine:
        """Return where a line stood before the methods that were only looked at: each may round the year."""
        self._origin = stood
        if self._looked is not None and self._looked[:2] == (said, now.total):
            self._origin = self._looked[2]
        return self._origin

    def begin(self, said: DraftLine, budget: Budget | None) -> None:
        """Remember what a method began with."""
        method = method_of(said)
        if method not in self._left:
            self._began[method] = _taken(said, method)
        self._looked = None
        if budget is not None and self._origin is not None:
            self._looked = said, budget.lines[said.line].total, self._origin

    def again(self, method: str, said: DraftLine, book: Book) -> DraftLine | None:
        """Return the plan as it was left when this method was, if it was, with the months by hand that it is to have.

        Those that stand now stay, whatever the method; those that went by way of Manual come back beside them. A plan
        that can't be had any more is forgotten; a volume to follow that is gone is to be chosen anew.
        """
        left = self._with_hand(method, said)
        if left is not None and not _can_be_had(left, book):
            del self._left[method]
            return None
        if left is not None and book.get(Volume, left.spread_volume) is None:
            return replace(left, spread_volume=None)
        return left

    def _with_hand(self, method: str, said: DraftLine) -> DraftLine | None:
        left = self._left.get(method)
        if left is None or MANUAL in (method, method_of(said)):
            return left
        gone: set[str] = set()
        if method in self._manual_since:
            gone = {period for period in left.months if said.months.get(period) is None}
        return replace(
            left,
            months=_with(said.months, left.months, gone),
            locked=_with(said.locked, left.locked, gone),
            locked_at=_with(said.locked_at, left.locked_at, gone),
        )


def as_left(
    left: DraftLine, now: DraftLine, key: Key, fields: tuple[str, ...]
) -> Iterator[FieldEdit]:
    """Yield the writes that make fields what they were when a plan was left.

    Figures that methods share are written even where they are the same: they mean what they meant then.
    """
    for field in fields:
        then, standing = getattr(left, field), getattr(now, field)
        if isinstance(then, Mapping):
            for slot in sorted({*then, *standing}):
                if then.get(slot) != standing.get(slot):
                    yield FieldEdit(*key, field, then.get(slot), slot)
        elif then != standing or (field in FIELDS and then is not None):
            yield FieldEdit(*key, field, then)


def _can_be_had(left: DraftLine, book: Book) -> bool:
    """Return whether what drives a plan is still there, and an amount has a month that isn't locked to fall into."""
    kind = DRIVEN_BY.get(method_of(left))
    if kind is not None and left.driver and not is_there(book, kind, left.driver):
        return False
    by_weights = method_of(left) == "fixed" and left.spread == "weights"
    return not by_weights or has_weights(left, months(book.only(Partnership).budget_start or ""))


def _with(now: Mapping[str, T], then: Mapping[str, T], periods: set[str]) -> dict[str, T]:
    """Return what stands now, with what stood then in some periods."""
    return {**now, **{period: value for period, value in then.items() if period in periods}}


def _taken(said: DraftLine, method: str) -> dict[str, object]:
    """Return what a plan says of what a method takes and of months by hand; what was emptied was never said."""
    found: dict[str, object] = {}
    for field in {*TAKES[method], *BY_HAND}:
        value = getattr(said, field)
        if isinstance(value, Mapping):
            value = {slot: one for slot, one in value.items() if one is not None}
        found[field] = value
    return found
