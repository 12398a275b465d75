"""Between what the figures of the sheet of operating lines come out while values are contested."""

from collections.abc import Iterable, Sequence

from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.contested import Open, Span, line_named, statement_span
from dyad_desktop.ui.pages.operating.line_columns import FIRST, FOOTER, MONTHS, TOTAL
from dyad_desktop.ui.pages.operating.line_groups import Group, group_of_coming


class LineRanges:
    """Spans by row and column, remembered until the book or what is open changes."""

    def __init__(self) -> None:
        self.still = Open()
        self._known: dict[tuple[str, int], Span | None] = {}

    def forget(self, still: Open | None = None) -> None:
        """Forget what was found of an older book, or of what was open before ``still``."""
        self.still = still or self.still
        self._known.clear()

    def span(self, key: str, column: int, budget: Budget, groups: Iterable[Group]) -> Span | None:
        """Return the span of a line's, a group's or the statement's figure; ``None`` of a sure one."""
        if not self.still.lines or not FIRST <= column <= TOTAL:
            return None
        if key in budget.lines and key not in self.still.lines:
            return None
        if (key, column) not in self._known:
            found = self._compute(key, column, budget, groups)
            self._known[key, column] = found if found.wide else None
        return self._known[key, column]

    def _compute(self, key: str, column: int, budget: Budget, groups: Iterable[Group]) -> Span:
        places = range(MONTHS) if column == TOTAL else (column - FIRST,)
        if key in FOOTER:
            return statement_span(budget, self.still, key, places)
        if key in budget.lines:
            lines = [key, *(one for one in self.still.coming if line_named(one) == key)]
            months: Sequence[int] = budget.lines[key].months
        else:
            group = next(one for one in groups if one.key == key)
            back = (one for one, line in self.still.coming.items() if group_of_coming(line) == key)
            lines, months = [*group.lines, *back], group.months
        working = sum(months[place] for place in places)
        return self.still.span(working, dict.fromkeys(lines, 1), places)
