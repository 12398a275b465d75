"""Between what the sums of a comparison come out while values are contested, on each side and of the difference."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from dyad_desktop.domain.budget_line import year_of
from dyad_desktop.domain.contested import Open, Span
from dyad_desktop.domain.open_actuals import PRIOR, TO_DATE, open_actuals
from dyad_desktop.domain.statement import STATEMENT_ROWS
from dyad_desktop.domain.totals import ytd_periods
from dyad_desktop.services.effects import open_budget
from dyad_desktop.services.still_open import everything_open
from dyad_desktop.ui.pages.operating.line_groups import group_of_coming

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.domain.scenario import Difference, Version
    from dyad_desktop.services.session import Session


_OPEN = frozenset({"draft", "prior", "actual"})
"""Kinds of sides of which something may be open."""


@dataclass(frozen=True, slots=True)
class SideRanges:
    """What each side leaves open; of what was then, nothing."""

    left: Open = field(default_factory=Open)
    right: Open = field(default_factory=Open)

    @property
    def wide(self) -> bool:
        """Return whether anything is open."""
        return bool(self.left.lines or self.right.lines)

    def statement(
        self, found: "Difference", row: str, working: tuple[int, int], months: Iterable[int]
    ) -> tuple[Span, Span, Span]:
        """Return the spans of a row of the statement: left, right, difference; ``working`` is what both sides are."""
        kinds, places = STATEMENT_ROWS[row], tuple(months)

        def signs(still: Open, side: "Version") -> dict[str, int]:
            told = ((one, side.subjects.get(one) or still.coming.get(one)) for one in still.lines)
            return {one: kinds.get(line.kind, 0) for one, line in told if line is not None}

        return _spans(
            self.left.span(working[0], signs(self.left, found.left), places),
            self.right.span(working[1], signs(self.right, found.right), places),
        )

    def group(
        self, key: str, lines: Iterable[str], working: tuple[int, int], months: Iterable[int]
    ) -> tuple[Span, Span, Span]:
        """Return the same of a group's lines."""
        places, names = tuple(months), tuple(lines)

        def signs(still: Open) -> Mapping[str, int]:
            coming = (one for one, line in still.coming.items() if group_of_coming(line) == key)
            return dict.fromkeys((*names, *coming), 1)

        return _spans(
            self.left.span(working[0], signs(self.left), places),
            self.right.span(working[1], signs(self.right), places),
        )


def _spans(left: Span, right: Span) -> tuple[Span, Span, Span]:
    """Return both sides' spans and the difference's: where both are open, they may hang together, so it is rough."""
    ends = (right.low - left.high, right.working - left.working, right.high - left.low)
    found = Span(*ends, rough=left.rough or right.rough)
    return left, right, replace(found, rough=True) if left.wide and right.wide else found


def side_ranges(session: "Session", sides: "Sequence[Key]") -> SideRanges:
    """Return what both sides of a comparison leave open."""
    if not any(kind in _OPEN for kind, _ in sides):
        return SideRanges()
    choices = everything_open(session)
    if not choices:
        return SideRanges()
    book = session.book
    ways: dict[str, Callable[[str], Open]] = {
        "draft": partial(open_budget, session, choices),
        "prior": lambda _: open_actuals(book, choices.items(), PRIOR, year_of(book).prior),
        "actual": lambda _: open_actuals(book, choices.items(), TO_DATE, ytd_periods(book)),
    }
    left, right = (ways[kind](name) if kind in _OPEN else Open() for kind, name in sides)
    return SideRanges(left, right)
