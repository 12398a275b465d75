"""The sheet of what drives the budget: volumes, positions, and groups that drive other lines."""

from collections.abc import Sequence
from fractions import Fraction

from dyad_desktop.domain.fiscal import MONTHS, month_year_label
from dyad_desktop.domain.methods import GROUP
from dyad_desktop.domain.money import growth_ratio
from dyad_desktop.domain.operating import OperatingLine, Position, Volume
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.exchange.workbook_page import (
    BETWEEN,
    BUDGET,
    DRIVERS,
    NOT_AVAILABLE,
    Column,
    Page,
    Watch,
    fitting,
    footer_text,
)
from dyad_desktop.exchange.workbook_source import Source, fraction, words
from dyad_desktop.exchange.workbook_statement import LETTERS, MOST_PARTS, PRIOR, TOTAL, BudgetRows

STILL = "Changing a driver here doesn't recompute the months of the operating budget."
FIRST = 4
"""Column of the first month of the prior year."""
VOLUME_TOTAL = FIRST + MONTHS
GROWTH, BUDGETED, CHANGE = VOLUME_TOTAL + 1, VOLUME_TOTAL + 2, VOLUME_TOTAL + 3
LAST = CHANGE
WIDEST = 50
"""Most characters of the column of names."""
LONGEST_FORMULA = 8_000
"""Characters of a formula; Excel takes 8,192."""
MOST_NAMES = 12
"""Names of driven lines that are listed."""


class DriversSheet:
    """Writes the sheet from top to bottom."""

    def __init__(self, page: Page, source: Source, watch: Watch, rows: BudgetRows) -> None:
        """Take an empty sheet and know where the budget's lines are."""
        self.page, self.source, self.watch, self.rows = page, source, watch, rows
        self.row = 3

    def write(self) -> None:
        """Write the whole sheet."""
        page, source = self.page, self.source
        page.text(0, 0, f"Volumes and drivers {source.budget_year}", "title")
        page.text(1, 0, source.subtitle, "subtitle")
        page.text(2, 0, f"{source.unit_words}. {STILL}", "quiet")
        self.row = 4
        page.widths(self._volume_columns())
        self._volumes()
        self._positions()
        self._groups()
        page.sheet.freeze_panes(3, 2)
        page.finish(f"{LETTERS[LAST]}{self.row + 1}")
        footer = footer_text(f"{source.budget_year} volumes and drivers, {source.draft_name}")
        page.print_setup(footer, paper=source.wide_paper)

    def _section(self, title: str, columns: Sequence[Column]) -> None:
        self.page.fill(self.row, 0, LAST, "section")
        self.page.text(self.row, 0, title, "section")
        self.page.heads(self.row + 1, columns)
        self.row += 2

    def _empty(self, what: str) -> None:
        self.page.text(self.row, 1, what, "quiet")
        self.row += 2

    # -- volumes -------------------------------------------------------------------------------

    def _volume_columns(self) -> list[Column]:
        source = self.source
        volumes, positions = source.book.all(Volume), source.book.all(Position)
        names = [*(one.name for one in volumes), *(one.title for one in positions)]
        return [
            Column("Id", fitting([one.id for one in (*volumes, *positions)], 7, 24)),
            Column("Volume", fitting(names, 28, WIDEST)),
            Column("Unit", fitting([one.unit or "" for one in volumes], 10, 20)),
            Column("Cost centre", fitting(list(source.centres.values()), 16, 40)),
            *(
                Column(month_year_label(month), 9.5, "head_right")
                for month in source.budget.year.prior
            ),
            Column(f"{source.prior_year} actual", 14, "head_right"),
            Column("Planned growth", 10, "head_right"),
            Column(f"{source.budget_year} budget", 14, "head_right"),
            Column("Change", 13, "head_right"),
        ]

    def _volumes(self) -> None:
        self._section("Volumes", self._volume_columns())
        volumes = self.source.book.all(Volume)
        for place, volume in enumerate(volumes):
            self._volume(volume)
            if place % BETWEEN == 0:
                self.watch.look(DRIVERS, place, len(volumes))
        if not volumes:
            self._empty("No volumes")
        self.row += 1

    def _volume(self, volume: Volume) -> None:
        page, row, n = self.page, self.row, self.row + 1
        page.text(row, 0, volume.id)
        page.text(row, 1, volume.name, "wrap")
        page.fit(row, (volume.name, WIDEST))
        page.text(row, 2, volume.unit or "")
        page.text(row, 3, self.source.centre(volume.cost_centre), "wrap")
        for place, period in enumerate(self.source.budget.year.prior):
            amount = volume.prior_actuals.get(period)
            if amount is not None:
                page.number(row, FIRST + place, float(amount), "plain" if amount % 1 else "count")
        actuals = (
            volume.prior_actuals.get(period) or 0 for period in self.source.budget.year.prior
        )
        total = sum(map(Fraction, actuals), Fraction(0))
        numerator, denominator = growth_ratio(volume.planned_growth_pct)
        budget = total * Fraction(numerator, denominator)
        page.formula(row, VOLUME_TOTAL, f"=SUM(E{n}:P{n})", float(total), "count")
        page.number(row, GROWTH, fraction(volume.planned_growth_pct), "rate")
        page.formula(row, BUDGETED, f"=Q{n}*(1+R{n})", float(budget), "year_count")
        page.formula(row, CHANGE, f"=S{n}-Q{n}", float(budget - total), "count")
        self.row += 1

    # -- positions -----------------------------------------------------------------------------

    def _positions(self) -> None:
        source = self.source
        self._section("Positions (full-time equivalents)", self._position_columns())
        positions = source.book.all(Position)
        first = self.row + 1
        for position in positions:
            self._position(position)
        if positions:
            self._position_total(first, positions)
        else:
            self._empty("No positions")
        self.row += 1

    def _position_columns(self) -> list[Column]:
        source = self.source
        return [
            Column("Id", 0),
            Column("Position", 0),
            Column("", 0),
            Column("Cost centre", 0),
            Column(f"{source.prior_year} FTE", 0, "head_right"),
            Column(f"{source.budget_year} FTE", 0, "head_right"),
            Column("Change", 0, "head_right"),
            Column("Change %", 0, "head_right"),
            Column("Average hourly rate", 0, "head_right"),
            *[Column("", 0)] * (LAST - 8),
        ]

    def _position(self, position: Position) -> None:
        page, row = self.page, self.row
        page.text(row, 0, position.id)
        page.text(row, 1, position.title, "wrap")
        page.fit(row, (position.title, WIDEST))
        page.text(row, 3, self.source.centre(position.cost_centre), "wrap")
        page.number(row, 4, float(position.fte_prior), "two")
        page.number(row, 5, float(position.fte_budget), "two")
        self._fte_change(
            position.fte_prior.as_integer_ratio(), position.fte_budget.as_integer_ratio(), ""
        )
        if position.avg_hourly_rate is not None:
            page.number(row, 8, float(position.avg_hourly_rate), "two")
        self.row += 1

    def _fte_change(self, prior: tuple[int, int], budget: tuple[int, int], style: str) -> None:
        page, row, n = self.page, self.row, self.row + 1
        before, after = Fraction(*prior), Fraction(*budget)
        page.formula(row, 6, f"=F{n}-E{n}", float(after - before), f"{style}two")
        share = float(after / before - 1) if before else NOT_AVAILABLE
        formula = f'=IF(E{n}=0,"{NOT_AVAILABLE}",F{n}/E{n}-1)'
        page.formula(row, 7, formula, share, f"{style}percent")

    def _position_total(self, first: int, positions: Sequence[Position]) -> None:
        page, row = self.page, self.row
        page.fill(row, 0, LAST, "total")
        page.text(row, 1, "Total full-time equivalents", "total")
        prior = sum((Fraction(one.fte_prior) for one in positions), Fraction(0))
        budget = sum((Fraction(one.fte_budget) for one in positions), Fraction(0))
        page.formula(row, 4, f"=SUM(E{first}:E{row})", float(prior), "total_two")
        page.formula(row, 5, f"=SUM(F{first}:F{row})", float(budget), "total_two")
        self._fte_change(prior.as_integer_ratio(), budget.as_integer_ratio(), "total_")
        self.row += 1

    # -- groups of lines -----------------------------------------------------------------------

    def _groups(self) -> None:
        source = self.source
        title = (
            "Groups of lines that drive others (revenue added, deductions and expense subtracted)"
        )
        self._section(title, self._group_columns())
        for name in source.budget.structure.groups:
            self._group(name)
        if not source.budget.structure.groups:
            self._empty("No groups")

    def _group_columns(self) -> list[Column]:
        source = self.source
        return [
            Column("", 0),
            Column("Group", 0),
            Column("Lines in it", 0, "head_right"),
            Column("", 0),
            Column("Drives", 0),
            *[Column("", 0)] * (MONTHS - 1),
            Column(f"{source.prior_year} actual", 0, "head_right"),
            Column("Growth", 0, "head_right"),
            Column(f"{source.budget_year} budget", 0, "head_right"),
            Column("Change", 0, "head_right"),
        ]

    def _group(self, name: str) -> None:
        page, source, row, n = self.page, self.source, self.row, self.row + 1
        lines = [line for line in source.lines if name in line.groups]
        page.block(row, (FIRST, VOLUME_TOTAL - 1), self._driven(name), "wrap", 120)
        page.text(row, 1, words(name), "wrap")
        page.number(row, 2, len(lines), "count")
        prior, budget = sum(source.budget.prior_groups[name]), sum(source.budget.groups[name])
        self._group_sum(VOLUME_TOTAL, self._sum_of(lines, LETTERS[PRIOR]), prior, "money")
        self._group_sum(BUDGETED, self._sum_of(lines, LETTERS[TOTAL]), budget, "year_money")
        share = budget / prior - 1 if prior else NOT_AVAILABLE
        page.formula(row, GROWTH, f'=IF(Q{n}=0,"{NOT_AVAILABLE}",S{n}/Q{n}-1)', share, "percent")
        page.formula(row, CHANGE, f"=S{n}-Q{n}", source.amount(budget - prior), "money")
        self.row += 1

    def _driven(self, group: str) -> str:
        """Return the names of the lines that a group drives, the first of them if many."""
        ids = set(self.source.budget.structure.by_driver[GROUP, group])
        names = [f"{line.id} {line.name}" for line in self.source.lines if line.id in ids]
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        return ", ".join(names[:MOST_NAMES]) + more

    def _group_sum(self, column: int, formula: str, minor: int, style: str) -> None:
        value = self.source.amount(minor)
        if formula:
            self.page.formula(self.row, column, formula, value, style)
        else:
            self.page.number(self.row, column, value, style)

    def _sum_of(self, lines: Sequence[OperatingLine], letter: str) -> str:
        """Return the formula that adds lines of the budget by their sign; nothing if too long."""
        parts = []
        for sign, mark in ((1, ""), (-1, "-")):
            rows = sorted(self.rows.lines[line.id] for line in lines if SIGNS[line.kind] == sign)
            spans = [f"'{BUDGET}'!{letter}{first}:{letter}{last}" for first, last in _runs(rows)]
            if len(spans) > MOST_PARTS:
                return ""
            if spans:
                parts.append(f"{mark}SUM({','.join(spans)})")
        formula = "=" + "".join(parts)
        return formula if parts and len(formula) < LONGEST_FORMULA else ""


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of rows that follow one another."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], row
        else:
            runs.append((row, row))
    return runs
