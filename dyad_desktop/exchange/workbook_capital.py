"""The sheet of capital requests: ranked, added up, and cut where the envelope is reached."""

from decimal import Decimal

from xlsxwriter.utility import xl_col_to_name

from dyad_desktop.domain.asked import NOT_ASKING, lines_of
from dyad_desktop.domain.capital import CapitalPolicy, Criterion
from dyad_desktop.domain.cash import cash_flow
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.money import currency_exponent, rounded
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.ranking import RankedRequest, cut_line, rank_requests
from dyad_desktop.domain.returns import (
    PAYBACK_PLACES,
    behind_again,
    payback_years,
    request_npv,
)
from dyad_desktop.exchange.workbook_capital_more import COST, More
from dyad_desktop.exchange.workbook_page import (
    BETWEEN,
    CAPITAL,
    Column,
    Page,
    Watch,
    fitting,
    footer_text,
)
from dyad_desktop.exchange.workbook_source import Source, fraction, words

RANK, ID, TITLE, CATEGORY, MANDATORY, PRIORITY, STATUS, SERVICE = range(8)
CUMULATIVE, PLACE, BENEFIT, OPERATING, LIFE, NPV, PAYBACK, SCORES = range(COST + 1, COST + 9)
RATE_CELL, ENVELOPE_CELL = "$I$6", "$I$5"
ENVELOPE_ROW, HEAD_ROW = 4, 7
WIDEST_TITLE, WIDEST_CATEGORY = 52, 24
WITHIN, BELOW, NOT_ASKED = "Within the envelope", "Below the line", "Takes no money"
"""Where a request stands by rank and envelope; only finance's decision, in its status, funds it."""
REACHED = "Envelope reached: requests below this line don't fit in what is left"
NO_PAYBACK, NOT_FOR_GOOD = "none", "not for good"
ORDERS = {
    None: "mean score, then priority",
    "score": "score, then priority",
    "npv": "net present value, then priority",
    "by_hand": "the order that the partners put them in",
}


class CapitalSheet:
    """Writes the sheet from top to bottom."""

    def __init__(self, page: Page, source: Source, watch: Watch) -> None:
        """Take an empty sheet."""
        self.page, self.source, self.watch = page, source, watch
        self.row = HEAD_ROW + 1
        self.policy = source.book.only(CapitalPolicy)
        self.partners = source.book.all(Partner)
        self.ranked = rank_requests(source.book)
        self.exponent = currency_exponent(source.partnership.currency)
        self.mean = SCORES + len(self.partners)
        self.differ = any(row.divergent for row in self.ranked)
        self.last = self.mean + self.differ
        self.more = More(page, source, self.ranked, self.last + 1)

    def write(self) -> None:
        """Write the whole sheet."""
        self._head()
        first, cut, before = self.row + 1, cut_line(self.ranked), 0
        for row in self.ranked:
            if cut is not None and row.request.id == cut.request.id:
                self._cut()
            self._request(row, before)
            before = self.row
            if row.rank % BETWEEN == 0:
                self.watch.look(CAPITAL, row.rank, len(self.ranked))
        if not self.ranked:
            self.page.text(self.row, TITLE, "No capital requests", "quiet")
            self.row += 1
        self._totals(first)
        self._finish()

    def _columns(self) -> list[Column]:
        requests = [row.request for row in self.ranked]
        return [
            Column("Rank", 6, "head_right"),
            Column("Id", fitting([one.id for one in requests], 7, 16), "head_after"),
            Column("Request", fitting([one.title for one in requests], 34, WIDEST_TITLE)),
            Column(
                "Category", fitting([words(one.category) for one in requests], 12, WIDEST_CATEGORY)
            ),
            Column("Mandatory", 10, "head_centre"),
            Column("Priority (1 high)", 8.5, "head_right"),
            Column("Status", 12, "head_after"),
            Column("In service", 10),
            Column("Asked for" if self.more.parts else "Cost", 13, "head_right"),
            Column("Cumulative", 13, "head_right"),
            Column("Standing", 17, "head_after"),
            Column("Benefit a year", 12, "head_right"),
            Column("Operating cost a year", 12, "head_right"),
            Column("Life, years", 7, "head_right"),
            Column("Net present value", 13, "head_right"),
            Column("Payback, years", 9, "head_right"),
            *(Column(f"Score {one.initials or one.id}", 8, "head_right") for one in self.partners),
            Column("Agreed or mean score" if self._agreed() else "Mean score", 8, "head_right"),
            *([Column("Partners differ on", 30, "head_after")] if self.differ else []),
            *self.more.columns(),
        ]

    def _agreed(self) -> bool:
        """Return whether the partners agreed on a mark anywhere."""
        return any(mark for row in self.ranked for mark in row.request.agreed_scores.values())

    def _head(self) -> None:
        page, source, policy = self.page, self.source, self.policy
        page.text(0, 0, f"Capital requests {source.budget_year}", "title")
        page.text(1, 0, source.subtitle, "subtitle")
        page.text(
            2,
            0,
            f"{source.unit_words}. Order: mandatory first, then {ORDERS[policy.rank_by]}.",
            "quiet",
        )
        page.text(ENVELOPE_ROW, TITLE, "Envelope", "bold")
        page.text(5, TITLE, "Discount rate", "bold")
        if policy.envelope is None:
            page.text(ENVELOPE_ROW, COST, "not set", "right")
        else:
            page.number(ENVELOPE_ROW, COST, source.amount(policy.envelope), "year_money")
        self.more.head(ENVELOPE_ROW)
        if policy.discount_rate_pct is None:
            page.text(5, COST, "not set", "right")
        else:
            page.number(5, COST, fraction(policy.discount_rate_pct), "year_rate")
        columns = self._columns()
        page.widths(columns)
        page.heads(HEAD_ROW, columns)
        page.sheet.freeze_panes(HEAD_ROW + 1, TITLE + 1)

    def _cut(self) -> None:
        """Draw the line across the sheet, with the words on it."""
        self.page.fill(self.row, 0, self.last, "cut")
        self.page.text(self.row, TITLE, REACHED, "cut")
        self.page.sheet.set_row(self.row, 18)
        self.row += 1

    def _request(self, ranked: RankedRequest, before: int) -> None:
        page, row, request = self.page, self.row, ranked.request
        page.number(row, RANK, ranked.rank, "count")
        page.text(row, ID, request.id, "after")
        page.text(row, TITLE, request.title, "wrap")
        page.fit(row, (request.title, WIDEST_TITLE), (words(request.category), WIDEST_CATEGORY))
        page.text(row, CATEGORY, words(request.category), "wrap")
        page.text(row, MANDATORY, "Yes" if request.mandatory else "No", "centre")
        if request.priority is not None:
            page.number(row, PRIORITY, request.priority, "count")
        page.text(row, STATUS, words(request.status), "after")
        page.text(row, SERVICE, month_year_label(request.in_service) if request.in_service else "")
        self._money(ranked, before)
        self._returns(ranked)
        self._scores(ranked)
        self.more.write(row, ranked)
        self.row += 1

    def _money(self, ranked: RankedRequest, before: int) -> None:
        """Write cost, cumulative cost and standing; ``before`` is the row above, 0 if none."""
        page, row, n, amount = self.page, self.row, self.row + 1, self.source.amount
        silent = "OR(" + ",".join(f'G{n}="{words(status)}"' for status in NOT_ASKING) + ")"
        self.more.asked(row, COST, ranked)
        start = f"J{before}+" if before else ""
        page.formula(
            row, CUMULATIVE, f"={start}IF({silent},0,I{n})", amount(ranked.cumulative), "money"
        )
        inside = self._inside(n)
        formula = f'=IF({silent},"{NOT_ASKED}",IF({inside},"{WITHIN}","{BELOW}"))'
        place = (WITHIN if ranked.funded else BELOW) if ranked.asks else NOT_ASKED
        page.formula(row, PLACE, formula, place, "after")

    def _inside(self, n: int) -> str:
        """Return the condition under which the request in row ``n`` (from 1) is above the line.

        What is spent of the whole envelope only grows, so that nothing fits behind the line; of single years it may
        not, so that it is asked for.
        """
        first = HEAD_ROW + 2
        found = self.more.within(n, first, ENVELOPE_ROW + 1, [words(one) for one in NOT_ASKING])
        if found and n > first:
            found.append(f'COUNTIF(K${first}:K{n - 1},"{BELOW}")=0')
        if self.policy.envelope is not None:
            found.insert(0, f"ROUND(J{n}-{ENVELOPE_CELL},{self.exponent})<=0")
        return f"AND({','.join(found)})" if len(found) > 1 else "".join(found) or "TRUE"

    def _returns(self, ranked: RankedRequest) -> None:
        page, row, n = self.page, self.row, self.row + 1
        request, amount = ranked.request, self.source.amount
        lines = lines_of(self.source.book, request)
        page.number(row, BENEFIT, amount(request.annual_benefit), "money")
        page.number(row, OPERATING, amount(request.annual_operating_cost), "money")
        page.number(row, LIFE, request.useful_life_years, "count")
        rate = "0" if self.policy.discount_rate_pct is None else RATE_CELL
        value = request_npv(request, self.policy.discount_rate_pct, self.exponent, lines)
        years = payback_years(request, lines)
        two = None if years is None else float(rounded(years, PAYBACK_PLACES))
        shown = NO_PAYBACK if two is None else two
        if self.more.plain(request):
            formula = f"=ROUND(PV({rate},N{n},M{n}-L{n})-I{n},0)"
            page.formula(row, NPV, formula, amount(value), "money")
            formula = f'=IF(L{n}>M{n},ROUND(I{n}/(L{n}-M{n}),2),"{NO_PAYBACK}")'
            page.formula(row, PAYBACK, formula, shown, "two")
            return
        formula = self.more.npv_formula(row, request, rate)
        page.formula(row, NPV, formula, amount(value), "money")
        behind = behind_again(Decimal(0), cash_flow(request, lines))
        if two is None or behind is not None:
            page.text(row, PAYBACK, NO_PAYBACK if behind is None else NOT_FOR_GOOD, "right")
        else:
            page.number(row, PAYBACK, two, "two")

    def _scores(self, ranked: RankedRequest) -> None:
        """Write each partner's weighted score; they come rounded, so their mean isn't a formula."""
        page, row = self.page, self.row
        for place, partner in enumerate(self.partners):
            score = ranked.scores[partner.id]
            if score is not None:
                page.number(row, SCORES + place, float(score), "two")
        if ranked.score is not None:
            page.number(row, self.mean, float(ranked.score), "year_two")
        names = {one.id: words(one.id) for one in self.source.book.all(Criterion)}
        if ranked.divergent:
            page.text(row, self.last, ", ".join(names[one] for one in ranked.divergent), "after")

    # -- totals --------------------------------------------------------------------------------

    def _totals(self, first: int) -> None:
        """Write what is asked for, what must be, what is within the envelope, and what is left."""
        last, rows = self.row, self.ranked
        self.row += 1
        costs = f"I{first}:I{last}"
        funded = sum(row.asked for row in rows if row.funded)
        self._sum("Requested, all", f"=SUM({costs})", sum(row.asked for row in rows))
        mandatory = sum(row.asked for row in rows if row.request.mandatory)
        self._sum("Of that mandatory", f'=SUMIF(E{first}:E{last},"Yes",{costs})', mandatory)
        self._sum(
            "Within the envelope, above the line", self._by_place(WITHIN, first, last), funded
        )
        below = sum(row.asked for row in rows if row.asks and not row.funded)
        self._sum("Below the line", self._by_place(BELOW, first, last), below)
        if self.policy.envelope is not None:
            left = self.policy.envelope - funded
            self._sum("Left of the envelope", f"={ENVELOPE_CELL}-I{self.row - 1}", left)

    def _by_place(self, place: str, first: int, last: int) -> str:
        return f'=SUMIF(K{first}:K{last},"{place}",I{first}:I{last})'

    def _sum(self, title: str, formula: str, minor: int) -> None:
        self.page.fill(self.row, TITLE, COST, "total")
        self.page.text(self.row, TITLE, title, "total")
        self.page.formula(self.row, COST, formula, self.source.amount(minor), "total_money")
        self.row += 1

    def _finish(self) -> None:
        source = self.source
        end = xl_col_to_name(max(25, self.more.flows_at + self.more.longest))
        self.page.finish(f"{end}{self.row}")
        if self.more.longest:
            self.page.sheet.print_area(0, 0, self.row, self.more.last)
        footer = footer_text(f"{source.budget_year} capital requests, {source.draft_name}")
        self.page.print_setup(footer, paper=source.wide_paper, repeat=HEAD_ROW)
