"""The sheet of the operating budget: lines by kind and category, every total a live formula."""

from collections.abc import Callable, Mapping, Sequence

from dyad_desktop.domain.budget import BudgetLine
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.statement import percent_of, row_by_month
from dyad_desktop.exchange.workbook_page import (
    BETWEEN,
    BUDGET,
    NOT_AVAILABLE,
    Column,
    Number,
    Page,
    Watch,
    fitting,
    footer_text,
    height_needed,
)
from dyad_desktop.exchange.workbook_source import Source, fraction, words
from dyad_desktop.exchange.workbook_statement import (
    ACCOUNT,
    CENTRE,
    CHANGE,
    CHANGE_PCT,
    DIFFERENCES,
    DRIVER,
    FIRST,
    HEAD_ROW,
    ID,
    KINDS,
    LETTERS,
    NAME,
    NOTE,
    PRIOR,
    ROW_OF_KIND,
    SUMMED,
    TOTAL,
    Amounts,
    BudgetRows,
    adder,
    amounts_of,
)

WIDEST: Mapping[int, int] = {NAME: 50, CENTRE: 38, DRIVER: 48, NOTE: 52}
"""Most characters of a column; a longer text is wrapped."""


class BudgetSheet:
    """Writes the sheet from top to bottom."""

    def __init__(self, page: Page, source: Source, watch: Watch) -> None:
        """Take an empty sheet."""
        self.page, self.source, self.watch = page, source, watch
        self.row = HEAD_ROW + 1
        self.done = 0
        self.statement: dict[str, int] = {}
        self.lines: dict[str, int] = {}
        self.drivers = {line.id: source.driver(line) for line in source.lines}
        self.notes = {line.id: note for line in source.lines if (note := source.notes(line))}
        self.last = NOTE if self.notes else CHANGE_PCT

    def write(self) -> BudgetRows:
        """Write the whole sheet and say where things are."""
        self._head()
        by_kind: dict[str, list[OperatingLine]] = {kind: [] for kind in ROW_OF_KIND}
        for line in self.source.lines:
            by_kind[line.kind].append(line)
        for kind, title, total in KINDS:
            self._kind(kind, title, total, by_kind[kind])
            if kind in DIFFERENCES:
                self._difference(*DIFFERENCES[kind])
        self._margin()
        self._finish()
        return BudgetRows(self.statement, self.lines)

    def _head(self) -> None:
        page, source = self.page, self.source
        signs = "Deductions and expense are positive and subtracted."
        page.text(0, 0, f"Operating budget {source.budget_year}", "title")
        page.text(1, 0, source.subtitle, "subtitle")
        page.text(2, 0, f"{source.unit_words}. {signs}", "quiet")
        if any(line.overridden for line in source.budget.lines.values()):
            page.fill(3, FIRST, FIRST + 1, "hand_legend")
            page.text(3, FIRST, "Changed by hand", "hand_legend")
        columns = self._columns()
        page.widths(columns)
        page.heads(HEAD_ROW, columns)
        page.sheet.freeze_panes(HEAD_ROW + 1, NAME + 1)

    def _columns(self) -> list[Column]:
        source, lines = self.source, self.source.lines
        wide, centres = self._amount_width(), list(source.centres.values())
        return [
            Column("Line", fitting([line.id for line in lines], 7, 16)),
            Column("Account", fitting([line.account for line in lines], 9, 16)),
            Column("Name", fitting([line.name for line in lines], 28, WIDEST[NAME])),
            Column("Cost centre", fitting(centres, 14, WIDEST[CENTRE])),
            Column("Driver", fitting(list(self.drivers.values()), 14, WIDEST[DRIVER])),
            Column(f"{source.prior_year} actual", max(12, wide), "head_right"),
            *(
                Column(month_year_label(period), max(10, wide - 1), "head_right")
                for period in source.budget.periods
            ),
            Column(f"{source.budget_year} budget", max(12, wide), "head_right"),
            Column("Change", max(11, wide), "head_right"),
            Column("Change %", 10, "head_right"),
            *([Column("Notes and explanations", WIDEST[NOTE], "head_after")] if self.notes else []),
        ]

    def _amount_width(self) -> int:
        """Return the characters that the largest amount takes, with room for parentheses."""
        source = self.source
        sums = [sum(map(abs, row)) for row in source.budget.sums.values()]
        largest = max([*sums, *map(abs, source.prior_of_kind.values())])
        return len(f"{largest // source.unit:,}") + 2 + (source.places and source.places + 1)

    # -- sections ------------------------------------------------------------------------------

    def _kind(self, kind: str, title: str, total: str, lines: Sequence[OperatingLine]) -> None:
        """Write the lines of one kind by category, and their total."""
        self.page.fill(self.row, 0, self.last, "kind")
        self.page.text(self.row, 0, title, "kind")
        self.row += 1
        first = self.row + 1
        parts: dict[str, list[OperatingLine]] = {}
        for line in lines:
            parts.setdefault(line.category or "", []).append(line)
        if len(parts) > 1:
            sums = [self._category(words(name), part) for name, part in parts.items()]
        else:
            sums = [self._plain(lines)]
        self._total(total, adder(sums, first, self.row), self._kind_amounts(kind), "total")
        self.statement[ROW_OF_KIND[kind]] = self.row
        self.row += kind == "revenue"

    def _plain(self, lines: Sequence[OperatingLine]) -> str:
        """Write lines without categories; return what the total adds."""
        first = self.row + 1
        for line in lines:
            self._line(line, 1)
        if not lines:
            self.page.text(self.row, NAME, "No lines", "quiet")
            self.row += 1
        return f"{{0}}{first}:{{0}}{self.row}"

    def _category(self, name: str, lines: Sequence[OperatingLine]) -> str:
        """Write one category with its subtotal; return what the total adds."""
        title = name or "Without category"
        self._level(1)
        self.page.text(self.row, NAME, title, "category")
        self.row += 1
        first = self.row + 1
        for line in lines:
            self._line(line, 2)
        amounts = amounts_of(self.source.budget.lines[line.id] for line in lines)
        span = f"=SUM({{0}}{first}:{{0}}{self.row})"
        self._level(1)
        self._total(f"{title}, subtotal", span.format, amounts, "sub")
        return f"{{0}}{self.row}"

    def _kind_amounts(self, kind: str) -> Amounts:
        return Amounts(self.source.prior_of_kind[kind], self.source.budget.sums[kind])

    def _statement_amounts(self, name: str) -> Amounts:
        return Amounts(self.source.prior_of(name), row_by_month(self.source.budget.sums, name))

    def _difference(self, name: str, title: str, formula: str) -> None:
        """Write a row of the statement that is made of totals above it, and leave one empty."""
        rows, style = dict(self.statement), "grand" if name == "contribution" else "total"
        amounts = self._statement_amounts(name)
        self._total(title, lambda letter: formula.format(letter, **rows), amounts, style)
        self.statement[name] = self.row
        self.row += name != "contribution"

    def _margin(self) -> None:
        """Write contribution in percent of total revenue; the cell's format rounds it, once."""
        row, page = self.row, self.page
        above, revenue = self.statement["contribution"], self.statement["total_revenue"]
        page.fill(row, 0, self.last, "total")
        page.text(row, NAME, "Operating margin (of total revenue)", "total")
        parts = self._statement_amounts("contribution").all
        wholes = self._statement_amounts("total_revenue").all
        for column, part, whole in zip(SUMMED, parts, wholes, strict=True):
            x, found = LETTERS[column], percent_of(part, whole)
            value = NOT_AVAILABLE if found is None else fraction(found)
            formula = f'=IF({x}{revenue}=0,"{NOT_AVAILABLE}",{x}{above}/{x}{revenue})'
            page.formula(row, column, formula, value, "total_percent")
        self.row += 1
        self.statement["operating_margin"] = self.row

    def _level(self, level: int, height: float | None = None) -> None:
        self.page.sheet.set_row(self.row, height, None, {"level": level})

    # -- rows ----------------------------------------------------------------------------------

    def _total(
        self, title: str, formula: Callable[[str], str], amounts: Amounts, style: str
    ) -> None:
        """Write a row of formulas: ``formula`` makes that of a column from its letter."""
        row, page, amount = self.row, self.page, self.source.amount
        page.fill(row, 0, self.last, style)
        page.text(row, NAME, title, style)
        values = amounts.all
        for column, value in zip(SUMMED, values, strict=True):
            page.formula(row, column, formula(LETTERS[column]), amount(value), f"{style}_money")
        self._changes(row, values[0], values[-1], f"{style}_")
        self.row += 1

    def _changes(self, row: int, prior: int, total: int, style: str = "") -> None:
        page, n = self.page, row + 1
        change = self.source.amount(total - prior)
        page.formula(row, CHANGE, f"=S{n}-F{n}", change, f"{style}money")
        share: Number | str = (total - prior) / abs(prior) if prior else NOT_AVAILABLE
        formula = f'=IF(F{n}=0,"{NOT_AVAILABLE}",T{n}/ABS(F{n}))'
        page.formula(row, CHANGE_PCT, formula, share, f"{style}percent")

    def _line(self, line: OperatingLine, level: int) -> None:
        """Write one line: its words, twelve months, and the formulas of the row."""
        row, page, found = self.row, self.page, self.source.budget.lines[line.id]
        texts = {
            NAME: line.name,
            CENTRE: self.source.centre(line.cost_centre),
            DRIVER: self.drivers[line.id],
        }
        if line.id in self.notes:
            texts[NOTE] = self.notes[line.id]
        self._level(level, height_needed((text, WIDEST[at]) for at, text in texts.items()))
        page.text(row, ID, line.id)
        page.text(row, ACCOUNT, line.account)
        for column, text in texts.items():
            page.text(row, column, text, "after" if column in (NAME, NOTE) else "wrap")
        self._months(row, found)
        total = self.source.amount(found.total)
        page.formula(row, TOTAL, f"=SUM(G{row + 1}:R{row + 1})", total, "year_money")
        self._changes(row, found.prior_total, found.total)
        self.row += 1
        self.lines[line.id] = self.row
        self.done += 1
        if self.done % BETWEEN == 0:
            self.watch.look(BUDGET, self.done, len(self.source.lines))

    def _months(self, row: int, line: BudgetLine) -> None:
        amount, write, styles = self.source.amount, self.page.sheet.write_number, self.page.styles
        plain, by_hand = styles["money"], styles["hand_money"]
        write(row, PRIOR, amount(line.prior_total), plain)
        for place, minor in enumerate(line.months):
            style = by_hand if place in line.overridden else plain
            write(row, FIRST + place, amount(minor), style)

    def _finish(self) -> None:
        source = self.source
        self.page.sheet.outline_settings(symbols_below=True)
        self.page.finish(f"{LETTERS[self.last]}{self.row}")
        footer = footer_text(f"{source.budget_year} operating budget, {source.draft_name}")
        self.page.print_setup(footer, paper=source.wide_paper, repeat=HEAD_ROW)
