"""What the sheet of capital requests says beyond one cost and one yearly benefit, where some request does.

These columns stand right of the others: cost and contingency that add to what is asked for, what is paid in each
fiscal year, and the flows of each year from which the net present value is computed. A plan in which no request
says any of it has none of them.
"""

from collections.abc import Sequence

from xlsxwriter.utility import xl_col_to_name

from dyad_desktop.domain.asked import base_cost, lines_of
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.cash import cash_flow, flows
from dyad_desktop.domain.fiscal import fiscal_year_label
from dyad_desktop.domain.money import currency_exponent
from dyad_desktop.domain.ranking import RankedRequest, envelopes
from dyad_desktop.exchange.workbook_page import Column, Page
from dyad_desktop.exchange.workbook_source import Source, fraction

COST = 8
"""The column of what is asked for."""


class More:
    """Columns from ``first`` on. ``paid`` are fiscal years by their first period, ``longest`` the years of flows."""

    def __init__(
        self, page: Page, source: Source, ranked: Sequence[RankedRequest], first: int
    ) -> None:
        """Find which columns the plan needs."""
        self.page, self.source, self.first = page, source, first
        self.exponent = currency_exponent(source.partnership.currency)
        book = source.book
        requests = [row.request for row in ranked]
        self.parts = any(one.contingency_pct or lines_of(book, one) for one in requests)
        self.limits = envelopes(book)
        phased = bool(self.limits) or any(one.phasing for one in requests)
        paid = {year for row in ranked for year in row.by_year} | self.limits.keys()
        self.paid = sorted(paid) if phased else []
        uneven = [one for one in requests if not self.plain(one)]
        self.longest = max((len(cash_flow(one, lines_of(book, one))) for one in uneven), default=0)
        self.years_at = first + 2 * self.parts
        self.flows_at = self.years_at + len(self.paid)

    def plain(self, request: CapitalRequest) -> bool:
        """Return whether a request is paid at once and brings its benefit less its operating cost every year."""
        found = flows(request, lines_of(self.source.book, request))
        net = request.annual_benefit - request.annual_operating_cost
        return len(found.paid) == 1 and found.start == 1 and set(found.brought) == {net}

    @property
    def last(self) -> int:
        """Return the last column that is printed; the flows behind it are for reading on a screen."""
        return self.flows_at - 1

    def columns(self) -> list[Column]:
        """Return the columns that are needed."""
        start_month = self.source.partnership.start_month
        found = [
            Column("Cost before contingency", 13, "head_right"),
            Column("Contingency", 11, "head_right"),
        ]
        return [
            *(found if self.parts else []),
            *(
                Column(f"Paid {fiscal_year_label(year, start_month)}", 13, "head_right")
                for year in self.paid
            ),
            *(Column(f"Flow of year {year}", 13, "head_right") for year in range(self.longest)),
        ]

    def asked(self, row: int, column: int, ranked: RankedRequest) -> None:
        """Write what is asked for, as a formula over its parts where there are any."""
        request, amount = ranked.request, self.source.amount
        base = base_cost(request, lines_of(self.source.book, request))
        if not self.parts:
            self.page.number(row, column, amount(ranked.asked), "money")
            return
        cost, rate = (f"{xl_col_to_name(self.first + n)}{row + 1}" for n in (0, 1))
        self.page.number(row, self.first, amount(base), "money")
        formula = f"={cost}+ROUND({cost}*{rate},{self.exponent})"
        if request.contingency_pct:
            rate_value = fraction(request.contingency_pct)
            self.page.number(row, self.first + 1, rate_value, "rate")
        self.page.formula(row, column, formula, amount(ranked.asked), "money")

    def write(self, row: int, ranked: RankedRequest) -> None:
        """Write what a request pays by fiscal year, and its flows where they differ from year to year."""
        for place, year in enumerate(self.paid):
            paid, column = ranked.by_year.get(year, 0), self.years_at + place
            if paid and not ranked.request.phasing:
                asked = f"={xl_col_to_name(COST)}{row + 1}"
                self.page.formula(row, column, asked, self.source.amount(paid), "money")
            elif paid:
                self.page.number(row, column, self.source.amount(paid), "money")
        if not self.plain(ranked.request):
            lines = lines_of(self.source.book, ranked.request)
            for place, flow in enumerate(cash_flow(ranked.request, lines)):
                self.page.number(row, self.flows_at + place, self.source.amount(flow), "money")

    def head(self, row: int) -> None:
        """Write the envelopes of single years over what is paid in them, into the row of the whole envelope."""
        for year, most in self.limits.items():
            column = self.years_at + self.paid.index(year)
            self.page.number(row, column, self.source.amount(most), "year_money")

    def within(self, row: int, first: int, limit_row: int, statuses: Sequence[str]) -> list[str]:
        """Return conditions under which a request fits in the envelopes of single years, all counted from 1.

        That is with every one from row ``first`` on that takes money, in whose column G is none of ``statuses``.
        """
        taking = "".join(f',G${first}:G{row},"<>{status}"' for status in statuses)
        found = []
        for year in self.limits:
            name = xl_col_to_name(self.years_at + self.paid.index(year))
            spent = f"SUMIFS({name}${first}:{name}{row}{taking})"
            found.append(f"ROUND({spent}-{name}${limit_row},{self.exponent})<=0")
        return found

    def npv_formula(self, row: int, request: CapitalRequest, rate: str) -> str:
        """Return the net present value of the flows in a row, year 0 undiscounted."""
        count = len(cash_flow(request, lines_of(self.source.book, request)))
        names = [xl_col_to_name(self.flows_at + year) + str(row + 1) for year in (0, 1, count - 1)]
        return f"=ROUND(NPV({rate},{names[1]}:{names[2]})+{names[0]},0)"
