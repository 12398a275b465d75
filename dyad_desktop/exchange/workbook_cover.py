"""The cover of the finance workbook: whose it is, five figures, and what it contains."""

from dyad_desktop.domain.fiscal import day_label
from dyad_desktop.domain.partnership import Charter, Partner
from dyad_desktop.domain.statement import percent_of
from dyad_desktop.exchange.workbook_page import (
    BUDGET,
    CAPITAL,
    DRIVERS,
    NOT_AVAILABLE,
    NOTES,
    Column,
    Number,
    Page,
    footer_text,
)
from dyad_desktop.exchange.workbook_source import Source, fraction
from dyad_desktop.exchange.workbook_statement import PRIOR, TOTAL, BudgetRows

FIRST, LAST = 1, 5
WIDTHS = (2, 32, 20, 20, 18, 12)
WIDE = 100

FIGURES = (
    ("net_revenue", "Net revenue", ""),
    ("total_revenue", "Total revenue", ""),
    ("total_expense", "Total expense", ""),
    ("contribution", "Contribution", "total_"),
)
CONTENTS = (
    (BUDGET, "Lines by account and cost centre, twelve months, prior year and change"),
    (DRIVERS, "Volumes, positions and groups of lines that the budget grows with"),
    (CAPITAL, "Ranked requests against the envelope, with returns and scores"),
    (NOTES, "The rule in words, growth by line, changes by hand, explanations"),
)


class CoverSheet:
    """Writes the sheet from top to bottom."""

    def __init__(self, page: Page, source: Source, rows: BudgetRows) -> None:
        """Take an empty sheet and know where the budget's totals are."""
        self.page, self.source, self.rows = page, source, rows
        self.row = 1

    def write(self) -> None:
        """Write the whole sheet."""
        page, source = self.page, self.source
        for place, width in enumerate(WIDTHS):
            page.sheet.set_column(place, place, width)
        page.sheet.hide_gridlines(2)
        self._title()
        self._figures()
        self._facts()
        self._partners()
        self._contents()
        footer = footer_text(f"{source.budget_year} finance workbook, {source.draft_name}")
        page.print_setup(footer, paper=source.paper)
        page.sheet.set_portrait()
        page.sheet.activate()

    def _block(self, text: str, style: str, width: int, line: float = 13.5) -> None:
        self.page.block(self.row, (FIRST, LAST), text, style, width, line)
        self.row += 1

    def _title(self) -> None:
        source, charter = self.source, self.source.book.only(Charter)
        self._block(source.partnership.title, "cover_title", 46, 30)
        self._block(
            f"Finance workbook {source.budget_year} · {source.draft_title}",
            "subtitle",
            100,
        )
        self.row += 1
        if charter.purpose:
            self._block(charter.purpose, "purpose", 76, 17.5)
        if charter.mission_statement:
            self._block(charter.mission_statement, "quiet_wrap", WIDE)

    def _section(self, title: str) -> None:
        self.row += 1
        self.page.fill(self.row, FIRST, LAST, "section")
        self.page.text(self.row, FIRST, title, "section")
        self.row += 1

    # -- key figures ---------------------------------------------------------------------------

    def _figures(self) -> None:
        source = self.source
        self._section("Key figures")
        if source.still_open:
            self._block(source.still_open, "wrap", WIDE)
        heads = [
            Column(source.unit_words.partition(";")[0], 0),
            Column(f"{source.prior_year} actual", 0, "head_right"),
            Column(f"{source.budget_year} budget", 0, "head_right"),
            Column("Change", 0, "head_right"),
            Column("Change %", 0, "head_right"),
        ]
        for place, column in enumerate(heads):
            self.page.text(self.row, FIRST + place, column.head, column.style)
        self.row += 1
        for name, title, style in FIGURES:
            self._figure(name, title, style)
        self._margin()

    def _figure(self, name: str, title: str, style: str) -> None:
        page, row, n, amount = self.page, self.row, self.row + 1, self.source.amount
        prior, budget = self.source.prior_of(name), getattr(self.source.budget.totals, name)
        page.text(row, FIRST, title, style.rstrip("_") or "text")
        page.formula(row, 2, f"={self.rows.cell(name, PRIOR)}", amount(prior), f"{style}money")
        page.formula(row, 3, f"={self.rows.cell(name, TOTAL)}", amount(budget), f"{style}money")
        page.formula(row, 4, f"=D{n}-C{n}", amount(budget - prior), f"{style}money")
        share: Number | str = (budget - prior) / abs(prior) if prior else NOT_AVAILABLE
        page.formula(
            row, 5, f'=IF(C{n}=0,"{NOT_AVAILABLE}",E{n}/ABS(C{n}))', share, f"{style}percent"
        )
        self.row += 1

    def _margin(self) -> None:
        page, row, source = self.page, self.row, self.source
        page.fill(row, FIRST, LAST, "text")
        page.text(row, FIRST, "Operating margin")
        prior = percent_of(source.prior_of("contribution"), source.prior_of("total_revenue"))
        for column, from_column, found in (
            (2, PRIOR, prior), (3, TOTAL, source.budget.totals.operating_margin_pct),
        ):  # fmt: skip
            value: Number | str = NOT_AVAILABLE if found is None else fraction(found)
            cell = self.rows.cell("operating_margin", from_column)
            page.formula(row, column, f"={cell}", value, "percent")
        self.row += 1

    # -- facts ---------------------------------------------------------------------------------

    def _facts(self) -> None:
        source, year = self.source, self.source.budget.year
        self._section("The partnership")
        if source.partnership.organisations:
            self._fact("Organisations", ", ".join(source.partnership.organisations))
        self._fact("Budget year", f"{source.budget_year}, {source.span(year.budget)}")
        self._fact("Prior year", f"{source.prior_year}, {source.span(year.prior)}")
        self._fact("Draft", f"{source.draft_title}")
        self._fact("Currency and unit", source.unit_words)
        self._fact("Prepared by", source.prepared_by)
        self._fact("Prepared on", day_label(source.prepared_on))

    def _fact(self, name: str, text: str) -> None:
        self.page.block(self.row, (FIRST + 1, LAST), text, "wrap", 80)
        self.page.text(self.row, FIRST, name, "label")
        self.row += 1

    def _partners(self) -> None:
        partners = self.source.book.all(Partner)
        if not partners:
            return
        self._section("The partners, equally accountable")
        for partner in partners:
            parts = (partner.role, partner.function, partner.organisation)
            text = " · ".join(part for part in parts if part)
            self.page.block(self.row, (FIRST + 1, LAST), text, "wrap", 80)
            self.page.text(self.row, FIRST, partner.name, "wrap")
            self.page.fit(self.row, (partner.name, WIDTHS[FIRST]), (text, 70))
            self.row += 1

    def _contents(self) -> None:
        self._section("What this workbook contains")
        link = self.page.styles["link"]
        for name, text in CONTENTS:
            self.page.sheet.write_url(self.row, FIRST, f"internal:'{name}'!A1", link, name)
            self.page.text(self.row, FIRST + 1, text)
            self.row += 1
