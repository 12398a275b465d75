"""The sheet of the operating budget: lines by kind and category, every total a live formula."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.budget import BudgetLine
from dyad_desktop.domain.fiscal import MONTHS, month_year_label
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.statement import STATEMENT_ROWS, percent_of, row_by_month
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
)
from dyad_desktop.exchange.workbook_source import Source, fraction, words

ID, ACCOUNT, NAME, CENTRE, DRIVER, PRIOR, FIRST = range(7)
TOTAL = FIRST + MONTHS
CHANGE, CHANGE_PCT, NOTE = TOTAL + 1, TOTAL + 2, TOTAL + 3
LETTERS = "ABCDEFGHIJKLMNOPQRSTUV"
SUMMED = range(PRIOR, TOTAL + 1)
HEAD_ROW = 4
MOST_PARTS = 250
"""Arguments that SUM takes, with some to spare."""
NO_LINES = "No lines"

KINDS = (
    ("revenue", "Revenue", "Gross revenue"),
    ("deduction", "Deductions from revenue (subtracted)", "Total deductions"),
    ("other_revenue", "Other revenue", "Total other revenue"),
    ("expense", "Expense (subtracted)", "Total expense"),
)
DIFFERENCES = {
    "deduction": ("net_revenue", "Net revenue", "{0}{gross_revenue}-{0}{deductions}", "total"),
    "other_revenue": (
        "total_revenue",
        "Total revenue",
        "{0}{net_revenue}+{0}{other_revenue}",
        "total",
    ),
    "expense": ("contribution", "Contribution", "{0}{total_revenue}-{0}{total_expense}", "grand"),
}
"""After which kind of line a row of the statement follows, and its formula: column, then rows."""
ROW_OF_KIND = {
    "revenue": "gross_revenue", "deduction": "deductions", "other_revenue": "other_revenue",
    "expense": "total_expense",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a row adds up to, in minor units."""

    prior: int
    months: Sequence[int]

    @property
    def all(self) -> tuple[int, ...]:
        """Prior year, twelve months, the year: the columns that are summed."""
        return self.prior, *self.months, sum(self.months)


def amounts_of(lines: Iterable[BudgetLine]) -> Amounts:
    """Return the sum of lines of one kind."""
    found = tuple(lines)
    months = [sum(column) for column in zip(*(line.months for line in found), strict=True)]
    return Amounts(sum(line.prior_total for line in found), months or [0] * MONTHS)


@dataclass(frozen=True, slots=True)
class BudgetRows:
    """Where the sheet shows what, for formulas of other sheets: row numbers as a formula says them."""

    statement: Mapping[str, int]
    lines: Mapping[str, int]

    def cell(self, row: str, column: int) -> str:
        """Return a cell of the statement for a formula on another sheet."""
        return f"'{BUDGET}'!{LETTERS[column]}{self.statement[row]}"


class BudgetSheet:
    """Writes the sheet from top to bottom."""

    def __init__(self, page: Page, source: Source, watch: Watch) -> None:
        """Take an empty sheet."""
        self.page, self.source, self.watch = page, source, watch
        self.row = HEAD_ROW + 1
        self.done = 0
        self.statement: dict[str, int] = {}
        self.lines: dict[str, int] = {}
        self.with_notes = any(source.notes(line) for line in source.lines)
        self.last = NOTE if self.with_notes else CHANGE_PCT
        prior: dict[str, int] = dict.fromkeys(ROW_OF_KIND, 0)
        for line in source.budget.lines.values():
            prior[line.kind] += line.prior_total
        self.prior_of_kind = prior

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

    def _columns(self) -> list[Column]:
        source = self.source
        budget = source.budget
        largest = max(self.prior_of_kind.values(), default=0)
        largest = max([largest, *(sum(map(abs, row)) for row in budget.sums.values())])
        wide = len(f"{largest // source.unit:,}") + 2 + (source.places and source.places + 1)
        month = max(10, wide - 1)
        return [
            Column("Line", fitting([line.id for line in source.lines], 7, 16)),
            Column("Account", fitting([line.account for line in source.lines], 9, 16)),
            Column("Name", fitting([line.name for line in source.lines], 28, 46)),
            Column("Cost centre", fitting(list(source.centres.values()), 14, 36)),
            Column("Driver", fitting([source.driver(line) for line in source.lines], 14, 36)),
            Column(f"{source.prior_year} actual", max(12, wide), "head_right"),
            *(Column(month_year_label(period), month, "head_right") for period in budget.periods),
            Column(f"{source.budget_year} budget", max(12, wide), "head_right"),
            Column("Change", max(11, wide), "head_right"),
            Column("Change %", 10, "head_right"),
            *([Column("Notes and explanations", 48)] if self.with_notes else []),
        ]

    def _head(self) -> None:
        page, source = self.page, self.source
        page.text(0, 0, f"Operating budget {source.budget_year}", "title")
        page.text(
            1,
            0,
            f"{source.partnership.title} · {source.draft_name} ({source.draft_state})",
            "subtitle",
        )
        page.text(
            2,
            0,
            f"{source.unit_words}. Deductions and expense are positive and subtracted.",
            "quiet",
        )
        if any(line.overridden for line in source.budget.lines.values()):
            page.text(3, FIRST, "Changed by hand", "hand_legend")
            page.fill(3, FIRST + 1, FIRST + 1, "hand_legend")
        columns = self._columns()
        page.widths(columns)
        page.heads(HEAD_ROW, columns)
        page.sheet.freeze_panes(HEAD_ROW + 1, NAME + 1)

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
            sums = [
                self._category(words(name) or "Without category", part)
                for name, part in parts.items()
            ]
        else:
            sums = self._plain(lines)
        self._total(total, _adder(sums, first, self.row), self._kind_amounts(kind), "total")
        self._note_row(ROW_OF_KIND[kind])

    def _plain(self, lines: Sequence[OperatingLine]) -> list[str]:
        """Write lines without categories; return what the total adds."""
        first = self.row + 1
        for line in lines:
            self._line(line, 1)
        if not lines:
            self.page.text(self.row, NAME, NO_LINES, "quiet")
            self.row += 1
        return [f"{{0}}{first}:{{0}}{self.row}"]

    def _category(self, title: str, lines: Sequence[OperatingLine]) -> str:
        """Write one category with its subtotal; return what the total adds."""
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
        return Amounts(self.prior_of_kind[kind], self.source.budget.sums[kind])

    def _difference(self, name: str, title: str, formula: str, style: str) -> None:
        """Write a row of the statement that is made of totals above it."""
        parts = STATEMENT_ROWS[name].items()
        prior = sum(sign * self.prior_of_kind[kind] for kind, sign in parts)
        amounts = Amounts(prior, row_by_month(self.source.budget.sums, name))
        rows = dict(self.statement)
        self._total(title, lambda letter: "=" + formula.format(letter, **rows), amounts, style)
        self._note_row(name)
        self.row += 1

    def _margin(self) -> None:
        """Write contribution in percent of total revenue; ROUND makes it the margin shown elsewhere."""
        self.row -= 1
        row, page, sums = self.row, self.page, self.source.budget.sums
        above, revenue = self.statement["contribution"], self.statement["total_revenue"]
        page.fill(row, 0, self.last, "total")
        page.text(row, NAME, "Contribution margin (of total revenue)", "total")
        prior = [
            sum(sign * self.prior_of_kind[kind] for kind, sign in STATEMENT_ROWS[name].items())
            for name in ("contribution", "total_revenue")
        ]
        pairs = [
            tuple(prior),
            *zip(
                row_by_month(sums, "contribution"), row_by_month(sums, "total_revenue"), strict=True
            ),
        ]
        pairs.append((sum(part for part, _ in pairs[1:]), sum(whole for _, whole in pairs[1:])))
        for column, (part, whole) in zip(SUMMED, pairs, strict=True):
            x = LETTERS[column]
            found = percent_of(part, whole)
            value = NOT_AVAILABLE if found is None else fraction(found)
            formula = f'=IF({x}{revenue}=0,"{NOT_AVAILABLE}",ROUND({x}{above}/{x}{revenue},4))'
            page.formula(row, column, formula, value, "total_percent")
        self.row += 1
        self._note_row("contribution_margin")

    def _note_row(self, name: str) -> None:
        """Keep the number, as formulas say it, of the row just written."""
        self.statement[name] = self.row

    def _level(self, level: int) -> None:
        self.page.sheet.set_row(self.row, None, None, {"level": level})

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
        self._changes(row, values[0], values[-1], style)
        self.row += 1

    def _changes(self, row: int, prior: int, total: int, style: str = "") -> None:
        page, n = self.page, row + 1
        kind = f"{style}_" if style else ""
        page.formula(row, CHANGE, f"=S{n}-F{n}", self.source.amount(total - prior), f"{kind}money")
        share: Number | str = (total - prior) / abs(prior) if prior else NOT_AVAILABLE
        page.formula(
            row,
            CHANGE_PCT,
            f'=IF(F{n}=0,"{NOT_AVAILABLE}",T{n}/ABS(F{n}))',
            share,
            f"{kind}percent",
        )

    def _line(self, line: OperatingLine, level: int) -> None:
        """Write one line: its words, twelve months, and the formulas of the row."""
        row, page, source = self.row, self.page, self.source
        self._level(level)
        page.text(row, ID, line.id)
        page.text(row, ACCOUNT, line.account)
        page.text(row, NAME, line.name, "indented")
        page.text(row, CENTRE, source.centre(line.cost_centre), "wrap")
        page.text(row, DRIVER, source.driver(line), "wrap")
        found = source.budget.lines[line.id]
        self._months(row, found)
        page.formula(
            row, TOTAL, f"=SUM(G{row + 1}:R{row + 1})", source.amount(found.total), "year_money"
        )
        self._changes(row, found.prior_total, found.total)
        if self.with_notes and (notes := source.notes(line)):
            page.text(row, NOTE, notes, "wrap")
        self.lines[line.id] = row + 1
        self.row += 1
        self.done += 1
        if self.done % BETWEEN == 0:
            self.watch.look(BUDGET, self.done, len(source.lines))

    def _months(self, row: int, line: BudgetLine) -> None:
        amount, write = self.source.amount, self.page.sheet.write_number
        plain = self.page.styles["money"]
        write(row, PRIOR, amount(line.prior_total), plain)
        for place, minor in enumerate(line.months):
            own = self.page.styles["hand_money"] if place in line.overridden else plain
            write(row, FIRST + place, amount(minor), own)

    def _finish(self) -> None:
        sheet, source = self.page.sheet, self.source
        sheet.hide_gridlines(2)
        sheet.outline_settings(symbols_below=True)
        everything = f"A1:{LETTERS[self.last]}{self.row}"
        sheet.ignore_errors({
            "number_stored_as_text": everything, "formula_range": everything, "formula_differs": everything,
        })  # fmt: skip
        footer = footer_text(f"{source.budget_year} operating budget, {source.draft_name}")
        self.page.print_setup(footer, paper=source.wide_paper, repeat=HEAD_ROW)


def _adder(sums: Sequence[str], first: int, last: int) -> Callable[[str], str]:
    """Return what makes the formula of a total; beyond what SUM takes, rows with a line id are added."""
    if len(sums) <= MOST_PARTS:
        return f"=SUM({','.join(sums)})".format
    return f'=SUMIF($A${first}:$A${last},"<>",{{0}}{first}:{{0}}{last})'.format
