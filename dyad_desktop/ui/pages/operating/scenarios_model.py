"""The sheet of a comparison: lines in groups, the year or one month, or all months one under the other."""

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.scenario import reason
from dyad_desktop.domain.sides import POSTED
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.pages.operating.figures import (
    change_pct,
    percent_text,
    range_ends,
    range_words,
)
from dyad_desktop.ui.pages.operating.line_columns import FOOTER, FOOTER_TITLES, unit_heading
from dyad_desktop.ui.pages.operating.lines import SHARED
from dyad_desktop.ui.pages.operating.scenarios_ranges import SideRanges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.contested import Span
    from dyad_desktop.domain.scenario import Difference, LineDifference
    from dyad_desktop.ui.models.unit import Unit

NAME, LEFT, RIGHT, DIFF, PERCENT, VERDICT, REASON = range(7)
WHOLE, MONTHLY = "whole", "monthly"
LEFT_SIDE, RIGHT_SIDE, CHANGE = "left", "right", "change"
_SIDES = {LEFT_SIDE: 0, RIGHT_SIDE: 1}
_SPANS = {LEFT: 0, RIGHT: 1, DIFF: 2}
"""The columns of sums, by their place among the spans of both sides and of the difference."""
_GOOD = {"total_revenue": 1, "total_expense": -1, "contribution": 1}


@dataclass(slots=True)
class _Group:
    key: str
    title: str
    kind: str
    lines: "list[LineDifference]" = field(default_factory=list)
    """Those that are shown."""
    whole: "list[LineDifference]" = field(default_factory=list)
    """All of them: what the group's row sums."""

    @property
    def words(self) -> str:
        """Return how many lines are shown, where that is not all."""
        if len(self.lines) == len(self.whole):
            return ""
        return f"{len(self.lines):,} of {len(self.whole):,} lines shown"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a comparison is shown: ``scope`` is ``whole``, ``monthly`` or the place of a month.

    Lines that differ by at least ``least`` minor units, or all of them where ``only`` is false.
    """

    scope: str | int = WHOLE
    only: bool = True
    least: int = 0

    def takes(self, line: "LineDifference") -> bool:
        """Return whether a line is shown."""
        if not self.only:
            return True
        if isinstance(self.scope, int):
            off = abs(line.right[self.scope] - line.left[self.scope])
            return off >= max(self.least, 1)
        if not line.differs:
            return False
        months = [abs(b - a) for a, b in zip(line.left, line.right, strict=True)]
        whole = abs(sum(line.right) - sum(line.left))
        most = max(whole, *months) if self.scope == MONTHLY else whole
        return most >= self.least


class CompareModel(SheetModel):
    """Rows of a comparison. In the monthly scope a line has three rows: the difference, then both sides."""

    def __init__(self) -> None:
        super().__init__(_columns("", "Left", "Right"))
        self.found: Difference | None = None
        self.wanted = Wanted()
        self.unit: Unit | None = None
        self.shown = 0
        """So many lines are shown."""
        self._groups: list[_Group] = []
        self._lines: dict[tuple[str, str], LineDifference] = {}
        """By group and id: a line whose kind differs by side stands in two groups."""
        self._beginnings: Counter[tuple[str, str]] = Counter()
        self._reasons: dict[str, str] = {}
        self._ranges = SideRanges()
        self._sums: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def show(self, found: "Difference", wanted: Wanted, unit: "Unit", ranges: SideRanges) -> None:
        """Show a comparison, and what its sides leave open."""
        self._ranges = ranges
        if found is not self.found:
            self._reasons.clear()
        self.found, self.wanted, self.unit = found, wanted, unit
        self._lines = {(_group_key(one), one.subject.id): one for one in found.lines}
        self._sums.clear()
        groups: dict[str, _Group] = {}
        for line in found.lines:
            key = _group_key(line)
            group = groups.setdefault(key, _Group(key, _title(line), line.subject.kind))
            group.whole.append(line)
            if wanted.takes(line):
                group.lines.append(line)
        any_amount = replace(wanted, least=0)
        self._groups = [
            group for group in groups.values() if any(map(any_amount.takes, group.whole))
        ]
        self.shown = sum(len(group.lines) for group in self._groups)
        self._beginnings = Counter(
            (group.key, line.subject.name.partition(": ")[0])
            for group in self._groups
            for line in group.lines
        )
        heading = unit_heading(found.right.book, unit)
        self.beginResetModel()
        self.columns = tuple(self._columns(heading))
        self.totals = [Row(("total", name), "total") for name in self._total_names()]
        self.rows = self._rows()
        self.endResetModel()

    @property
    def monthly(self) -> bool:
        """Return whether all months stand there."""
        return self.wanted.scope == MONTHLY

    def _columns(self, heading: str) -> "list[Column]":
        assert self.found is not None  # noqa: S101 - shown before it is asked for
        if not self.monthly:
            return _columns(heading, self.found.left.title, self.found.right.title)
        budget = self.found.right.budget or self.found.left.budget
        periods = budget.periods if budget is not None else ()
        labels = [month_label(one) for one in periods[: self.found.count]]
        labels += ["" for _ in range(self.found.count - len(labels))]
        wide = 80 if self.unit is not None and self.unit.size == 1 else 52
        return [
            Column("name", f"Difference, {heading}", 200, numeric=False),
            *(Column(f"m{n}", text, wide) for n, text in enumerate(labels)),
            Column("total", "Sum", 96 if wide == 80 else 66, look="total"),
        ]

    def _total_names(self) -> "tuple[str, ...]":
        return (LEFT_SIDE, RIGHT_SIDE, CHANGE) if self.monthly else FOOTER

    def refold(self) -> None:
        """Make the rows of the groups that are open."""
        self.replace_rows(self._rows())

    def _rows(self) -> list[Row]:
        rows: list[Row] = []
        for group in self._groups:
            rows.append(Row(("group", group.key), "group", 1, group.key))
            if group.key in self.folded:
                continue
            for line in group.lines:
                kind = "operating_line" if line.takes else "posting"
                rows.append(Row((kind, line.subject.id), "line", 1, group.key))
                if self.monthly:
                    rows += [Row((side, line.subject.id), "line", 2, group.key) for side in _SIDES]
        return rows

    # -- cells ---------------------------------------------------------------------------------

    def line_at(self, row: int) -> "LineDifference | None":
        """Return the line of a row; ``None`` of a group."""
        at = self.rows[row]
        return self._lines.get((at.group, at.key[1])) if at.look != "group" else None

    def lines_at(self, row: int) -> "list[LineDifference]":
        """Return the line of a row, or all that a group shows."""
        line = self.line_at(row)
        if line is not None:
            return [line]
        return self._group(row).lines

    def _group(self, row: int) -> _Group:
        return next(group for group in self._groups if group.key == self.rows[row].group)

    def _sides(self, row: int) -> "tuple[Sequence[int], Sequence[int]]":
        line = self.line_at(row)
        if line is not None:
            return line.left, line.right
        key = self.rows[row].group
        if key not in self._sums:
            lines = self._group(row).whole
            left, right = (
                tuple(map(sum, zip(*side, strict=True)))
                for side in ([one.left for one in lines], [one.right for one in lines])
            )
            self._sums[key] = left, right
        return self._sums[key]

    def _scoped(self, months: "Sequence[int]") -> int:
        return months[self.wanted.scope] if isinstance(self.wanted.scope, int) else sum(months)

    def pair(self, row: int) -> tuple[int, int]:
        """Return both sides of a row over the months that are shown, in minor units."""
        left, right = self._sides(row)
        return self._scoped(left), self._scoped(right)

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        if column == NAME:
            return self._name(row)
        if self.monthly:
            amount = self._amount(row, column)
            return "" if amount is None or self.unit is None else self.unit.text(amount)
        if column == REASON:
            return self.reason(row)
        left, right = self.pair(row)
        if column == VERDICT:
            return verdict(SIGNS[self._kind(row)] * (right - left))
        return self._cell(column, left, right)

    def _cell(self, column: int, left: int, right: int) -> str:
        if column == PERCENT:
            return percent_text(change_pct(right, left), signed=True)
        assert self.unit is not None  # noqa: S101 - shown before it is asked for
        return self.unit.text({LEFT: left, RIGHT: right, DIFF: right - left}[column])

    def _kind(self, row: int) -> str:
        return self.rows[row].group.split("/", 1)[0]

    def _name(self, row: int) -> str:
        kind = self.rows[row].key[0]
        if kind in _SIDES and self.found is not None:
            return (self.found.left if kind == LEFT_SIDE else self.found.right).title
        line = self.line_at(row)
        if line is None:
            group = self._group(row)
            return f"{group.title}, {group.words}" if self.monthly and group.words else group.title
        beginning, colon, rest = line.subject.name.partition(": ")
        shared = self._beginnings[self.rows[row].group, beginning]
        return rest[:1].upper() + rest[1:] if colon and shared >= SHARED else line.subject.name

    def _amount(self, row: int, column: int) -> int | None:
        if column == NAME:
            return None
        left, right = self._sides(row)
        side = _SIDES.get(self.rows[row].key[0])
        months = (
            [b - a for a, b in zip(left, right, strict=True)]
            if side is None
            else (left, right)[side]
        )
        return sum(months) if column > len(months) else months[column - 1]

    def reason(self, row: int) -> str:
        """Return why a line differs, as far as the plans say; of a group, how many of its lines are shown."""
        line = self.line_at(row)
        if line is None and self.found is not None:
            return self._group(row).words
        if line is None or self.found is None or not line.differs:
            return ""
        name = line.subject.id
        if name not in self._reasons:
            self._reasons[name] = reason(self.found.left, self.found.right, name)
        return self._reasons[name]

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the unit shown."""
        if self.unit is None or column == NAME:
            return None
        if self.monthly:
            amount = self._amount(row, column)
            return None if amount is None else self.unit.number(amount)
        left, right = self.pair(row)
        if column == PERCENT:
            return change_pct(right, left)
        known = {LEFT: left, RIGHT: right, DIFF: right - left}
        return self.unit.number(known[column]) if column in known else None

    def quiet(self, row: int) -> bool:
        """Return whether a row stands back: the two sides beneath a difference."""
        return self.rows[row].key[0] in _SIDES

    def tone(self, row: int, column: int) -> str:
        """Return the colour of a verdict."""
        del column
        left, right = self.pair(row)
        return tone_of(SIGNS[self._kind(row)] * (right - left))

    def tip(self, row: int, column: int) -> str:
        """Return a line's whole name, or its whole reason."""
        line = self.line_at(row)
        if column == NAME and line is not None:
            return line.subject.name
        between = self.range_text(row, column)
        return f"{self.text(row, column)}, {between}" if between else self.text(row, column)

    def field_of(self, column: int) -> tuple[str, str]:
        """Return nothing: a difference is no field."""
        del column
        return "", ""

    def locked(self, row: int, column: int) -> str:
        """Return why nothing is typed here."""
        del row, column
        return "A comparison is for reading; “Take …” copies chosen lines from one side into the other."

    # -- totals --------------------------------------------------------------------------------

    def _statement(self, name: str) -> tuple[int, int]:
        assert self.found is not None  # noqa: S101 - totals come with a comparison
        left, right = self.found.statement(name)
        return self._scoped(left), self._scoped(right)

    def total_text(self, row: int, column: int) -> str:
        """Return a cell of the statement."""
        if self.found is None or self.unit is None:
            return ""
        name = self.totals[row].key[1]
        if self.monthly:
            return self._monthly_total(name, column)
        if column == NAME:
            return FOOTER_TITLES[row]
        if column == REASON:
            return ""
        left, right = self._statement(name)
        if column == VERDICT:
            return verdict(_GOOD[name] * (right - left))
        return self._cell(column, left, right)

    def _monthly_total(self, name: str, column: int) -> str:
        assert self.found is not None  # noqa: S101 - totals come with a comparison
        assert self.unit is not None  # noqa: S101 - as above
        if column == NAME:
            titles = {
                LEFT_SIDE: self.found.left.title, RIGHT_SIDE: self.found.right.title, CHANGE: "Difference",
            }  # fmt: skip
            return f"Contribution: {titles[name]}"
        left, right = self.found.statement("contribution")
        months = {
            LEFT_SIDE: left,
            RIGHT_SIDE: right,
            CHANGE: tuple(b - a for a, b in zip(left, right, strict=True)),
        }[name]
        return self.unit.text(sum(months) if column > len(months) else months[column - 1])

    # -- ranges --------------------------------------------------------------------------------

    @property
    def _months_shown(self) -> "Sequence[int]":
        """Return the months that are shown as one sum."""
        scope, count = self.wanted.scope, self.found.count if self.found is not None else 0
        return (scope,) if isinstance(scope, int) else range(count)

    def range_text(self, row: int, column: int) -> str:
        """Return between what a sum of a group, or a line's figure, comes out."""
        at = self.rows[row]
        if self.unit is None or self.monthly or column not in _SPANS or not self._ranges.wide:
            return ""
        line = self.line_at(row)
        lines = [one.subject.id for one in ([line] if line else self._group(row).whole)]
        key = "" if line else at.group
        spans = self._ranges.group(key, lines, self.pair(row), self._months_shown)
        return range_words(spans[_SPANS[column]], self.unit)

    def total_range(self, row: int, column: int) -> tuple[str, str]:
        """Return the ends between which a total comes out."""
        if self.found is None or self.unit is None or not self._ranges.wide:
            return "", ""
        name = self.totals[row].key[1]
        if not self.monthly:
            if column not in _SPANS:
                return "", ""
            spans = self._ranges.statement(
                self.found, name, self._statement(name), self._months_shown
            )
            return _ends(spans[_SPANS[column]], self.unit)
        if column == NAME:
            return "", ""
        left, right = self.found.statement("contribution")
        places = range(len(left)) if column > len(left) else (column - 1,)
        working = (sum(left[n] for n in places), sum(right[n] for n in places))
        spans = self._ranges.statement(self.found, "contribution", working, places)
        side = {LEFT_SIDE: 0, RIGHT_SIDE: 1, CHANGE: 2}[name]
        return _ends(spans[side], self.unit)

    def total_tone(self, row: int, column: int) -> str:
        """Return the colour of a verdict on a total."""
        del column
        if self.found is None or self.monthly:
            return ""
        name = self.totals[row].key[1]
        left, right = self._statement(name)
        return tone_of(_GOOD[name] * (right - left))


def _ends(found: "Span", unit: "Unit") -> tuple[str, str]:
    """Return the ends of an open sum; nothing of a sure one."""
    return range_ends(found, unit) if found.wide else ("", "")


def _columns(heading: str, left: str, right: str) -> list[Column]:
    return [
        Column("name", heading, 210, numeric=False),
        Column("left", _cut(left), 96, look="muted", tip=left),
        Column("right", _cut(right), 96, tip=right),
        Column("difference", "Difference", 84, look="total", tip=f"{right} less {left}"),
        Column("percent", "Δ %", 52, look="muted", tip=f"In percent of {left}", places=2),
        Column("verdict", "For contribution", 106, numeric=False, look="tone"),
        Column("reason", "Reason", 170, numeric=False, look="muted"),
    ]


_HEADING = 14


def _cut(title: str) -> str:
    return title if len(title) <= _HEADING else f"{title[: _HEADING - 1]}…"


def _group_key(line: "LineDifference") -> str:
    return f"{line.subject.kind}/{line.subject.category}"


def _title(line: "LineDifference") -> str:
    title = show.words(line.subject.category or line.subject.kind)
    if line.subject.category == POSTED:
        earns = SIGNS[line.subject.kind] > 0
        title = f"{'Benefit' if earns else 'Cost'} of capital requests"
    return title[:1].upper() + title[1:]


def verdict(effect: int) -> str:
    """Return what a difference does to contribution, in words."""
    return "favourable" if effect > 0 else "unfavourable" if effect < 0 else ""


def tone_of(effect: int) -> str:
    """Return the status whose colour a verdict takes."""
    return "on_track" if effect > 0 else "off_track" if effect < 0 else ""
