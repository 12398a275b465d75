"""Between what the figures of the sheet of operating lines come out while values are contested."""

from collections.abc import Iterable, Mapping, Sequence

from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.contested import Open, Span, line_named, row_signs
from dyad_desktop.domain.statement import STATEMENT_ROWS
from dyad_desktop.ui.pages.operating.line_columns import FIRST, FOOTER, MONTHS, PRIOR, TOTAL
from dyad_desktop.ui.pages.operating.line_groups import Group, group_of_coming


class LineRanges:
    """Spans by row and column, remembered until the book or what is open changes."""

    def __init__(self) -> None:
        self.still, self.prior = Open(), Open()
        """What the draft leaves open, and what the prior year does."""
        self._known: dict[tuple[str, int], Span | None] = {}

    def forget(self, still: Open | None = None, prior: Open | None = None) -> None:
        """Forget what was found of an older book, or of what was open before."""
        self.still, self.prior = still or self.still, prior or self.prior
        self._known.clear()

    def span(self, key: str, column: int, budget: Budget, groups: Sequence[Group]) -> Span | None:
        """Return the span of a line's, a group's or the statement's figure; ``None`` of a sure one."""
        if column != PRIOR and not FIRST <= column <= TOTAL:
            return None
        still = self.prior if column == PRIOR else self.still
        if not still.lines or (key in budget.lines and key not in still.lines):
            return None
        if (key, column) not in self._known:
            places = (column - FIRST,) if FIRST <= column < TOTAL else range(MONTHS)
            if column == PRIOR:
                working = _prior(key, budget, groups)
            else:
                months = _months(key, budget, groups)
                working = sum(months[place] for place in places)
            found = still.span(working, _signs(key, still, budget, groups), places)
            self._known[key, column] = found if found.wide else None
        return self._known[key, column]


def _months(key: str, budget: Budget, groups: Iterable[Group]) -> Sequence[int]:
    """Return the working months of a row."""
    if key in FOOTER:
        return budget.by_month(key)
    return budget.lines[key].months if key in budget.lines else _group(key, groups).months


def _prior(key: str, budget: Budget, groups: Iterable[Group]) -> int:
    """Return the working prior year of a row."""
    if key in FOOTER:
        return prior_of(key, groups)
    return budget.lines[key].prior_total if key in budget.lines else _group(key, groups).prior


def prior_of(row: str, groups: Iterable[Group]) -> int:
    """Return the prior year of a row of the statement, in minor units."""
    signs = STATEMENT_ROWS[row]
    return sum(signs.get(group.key.split("/", 1)[0], 0) * group.prior for group in groups)


def _group(key: str, groups: Iterable[Group]) -> Group:
    return next(one for one in groups if one.key == key)


def _signs(key: str, still: Open, budget: Budget, groups: Iterable[Group]) -> Mapping[str, int]:
    """Return the lines that count in a row, also those that some choice brings there, with their signs."""
    if key in FOOTER:
        return row_signs(budget, still, key)
    if key in budget.lines:
        return dict.fromkeys([key, *(one for one in still.coming if line_named(one) == key)], 1)
    back = (one for one, line in still.coming.items() if group_of_coming(line) == key)
    return dict.fromkeys([*_group(key, groups).lines, *back], 1)
