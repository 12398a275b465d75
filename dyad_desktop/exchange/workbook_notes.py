"""The sheet of assumptions: the rule in words, growth by line, changes by hand, explanations."""

from collections.abc import Sequence

from dyad_desktop.domain.asked import asks
from dyad_desktop.domain.budget import unplanned
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, Criterion
from dyad_desktop.domain.explaining import (
    Moved,
    notes_by_cell,
    unexplained,
    value_now,
    waits_words,
)
from dyad_desktop.domain.fiscal import day_label, month_year_label
from dyad_desktop.domain.money import format_amount, rounded
from dyad_desktop.domain.operating import PRIOR, OperatingLine
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.scenario import moved_on_words
from dyad_desktop.domain.uncounted import uncounted, uncounted_envelopes, uncounted_growth
from dyad_desktop.exchange.workbook_page import (
    BETWEEN,
    NOTES,
    Column,
    Page,
    Watch,
    fitting,
    footer_text,
)
from dyad_desktop.exchange.workbook_source import Source, fraction, words

LAST = 7
WIDEST = 48
"""Most characters of the column of names."""
WIDE = 190
"""Characters on one line of a text that runs over all columns."""

RULE = """\
Each month of a line is the same month of the prior year × driver ratio × (1 + rate growth), \
rounded half away from zero to whole units of the currency.
Driver ratio of a volume: 1 + its planned growth. Of a position: budget FTE over prior FTE. Of a \
group of lines: that month's budget of the group over its prior year, revenue added, deductions \
and expense subtracted; groups are computed before the lines they drive. Of a fixed line: 1.
A month changed by hand replaces the computed one and counts in totals and groups. Every total \
in this workbook is a formula over the cells it names.
Contribution is gross revenue − deductions + other revenue − expense. Operating margin is what \
it is of net revenue and other revenue together.
Capital requests stand in the pair's order. The line is drawn at the first request that doesn't \
fit in what is left; later ones stay below it even if they would fit. Deferred and declined \
requests take no money. Net present value is −cost + yearly (benefit − operating cost), \
discounted from the end of the first year of use."""


class NotesSheet:
    """Writes the sheet from top to bottom."""

    def __init__(self, page: Page, source: Source, watch: Watch) -> None:
        """Take an empty sheet."""
        self.page, self.source, self.watch = page, source, watch
        self.row = 3

    def write(self) -> None:
        """Write the whole sheet."""
        page, source = self.page, self.source
        page.text(0, 0, f"Assumptions and notes {source.budget_year}", "title")
        page.text(1, 0, source.subtitle, "subtitle")
        page.text(2, 0, source.unit_words, "quiet")
        page.widths(self._growth_columns())
        self._rule()
        self._facts()
        self._uncounted()
        self._waiting()
        self._notes()
        self._own_notes()
        self._by_hand()
        self._without_basis()
        self._growth()
        page.sheet.freeze_panes(3, 0)
        page.finish(f"H{self.row + 1}")
        footer = footer_text(f"{source.budget_year} assumptions and notes, {source.draft_name}")
        page.print_setup(footer, paper=source.paper)

    def _section(self, title: str) -> None:
        self.row += 1
        self.page.fill(self.row, 0, LAST, "section")
        self.page.text(self.row, 0, title, "section")
        self.row += 1

    def _table(self, title: str, columns: Sequence[Column]) -> None:
        self._section(title)
        self.page.heads(self.row, columns)
        self.page.fill(self.row, len(columns), LAST, "head")
        self.row += 1

    def _rule(self) -> None:
        self._section("How the budget is computed")
        more = [f"This draft counts what-ifs on top of that: {self.source.what_ifs}."]
        for text in (*RULE.splitlines(), *(more if self.source.what_ifs else ())):
            self.page.block(self.row, (0, LAST), text, "wrap", WIDE)
            self.row += 1

    # -- fiscal year, policy, conventions -------------------------------------------------------

    def _facts(self) -> None:
        source, year = self.source, self.source.budget.year
        self._section("Fiscal year, capital policy and conventions")
        self._fact("Prior year", f"{source.prior_year}: {source.span(year.prior)}, actual")
        self._fact("Budget year", f"{source.budget_year}: {source.span(year.budget)}")
        if source.partnership.ytd_months:
            months = year.budget[: source.partnership.ytd_months]
            self._fact(
                "Months with actuals",
                f"{len(months)}: {source.span(months)}; this workbook is the plan",
            )
        self._fact("Currency", source.unit_words)
        self._policy()
        if source.still_open:
            self._fact("Still open", source.still_open)
        if moved := moved_on_words(source.book, source.budget):
            self._fact("Since it was agreed", moved)
        for name, text in source.partnership.conventions.items():
            self._fact(words(name), text)

    def _policy(self) -> None:
        policy = self.source.book.only(CapitalPolicy)
        if policy.envelope is not None:
            self._fact("Capital envelope", self._money(policy.envelope))
        rate = policy.discount_rate_pct
        self._fact(
            "Discount rate", "not set: nothing is discounted" if rate is None else f"{rate} %"
        )
        if policy.capitalisation_threshold is not None:
            self._fact("Capitalisation threshold", self._money(policy.capitalisation_threshold))
        if policy.depreciation:
            self._fact("Depreciation", words(policy.depreciation))
        criteria = self.source.book.all(Criterion)
        if criteria:
            weights = ", ".join(f"{words(one.id)} {one.weight.normalize():f}" for one in criteria)
            self._fact(
                "Scoring weights", f"{weights}. Each partner scores 1 to 5 apart; the mean ranks."
            )

    def _money(self, minor: int) -> str:
        unit, places = self.source.unit, self.source.places
        exponent = len(str(unit)) - 1
        return f"{self.source.partnership.currency} {format_amount(minor, exponent, places=places)}"

    def _fact(self, name: str, text: str) -> None:
        page = self.page
        page.sheet.merge_range(self.row, 0, self.row, 1, "", page.styles["label"])
        page.text(self.row, 0, name, "label")
        page.block(self.row, (2, LAST), text, "wrap", WIDE - 25)
        self.row += 1

    # -- notes, changes by hand, warnings ------------------------------------------------------

    def _notes(self) -> None:
        found = [(line, text) for line in self.source.lines if (text := self.source.notes(line))]
        if not found:
            return
        heads = [
            Column("Line", 0),
            Column("Account", 0),
            Column("Name", 0),
            Column("Note or explanation", 0),
        ]
        self._table("Notes and explanations of lines", heads)
        for line, text in found:
            self._names(line)
            self.page.block(self.row, (3, LAST), text, "wrap", WIDE - 85)
            self.row += 1

    def _uncounted(self) -> None:
        """Tell what doesn't count as it is said: lines without a whole plan, and parts of the capital plan."""
        book = self.source.book
        told = [
            f"{line.line_id} {book.label('operating_line', line.line_id)} counts as nothing: {line.problem}."
            for line in unplanned(self.source.budget)
        ]
        told += [
            f"{line} {book.label('operating_line', line)}: {said}."
            for line, said in uncounted_growth(self.source.budget).items()
        ]
        told += [
            f"{one.id} {one.title}: {said}."
            for one in book.all(CapitalRequest)
            if asks(one)
            for said in uncounted(book, one)
        ]
        told += uncounted_envelopes(book)
        if told:
            self._section("What does not count as it is said")
        for text in told:
            self.page.block(self.row, (0, LAST), text, "wrap", WIDE)
            self.row += 1

    def _waiting(self) -> None:
        """List the lines that moved beyond the pair's threshold and are not explained for it."""
        source, amount = self.source, self.source.amount
        waiting = unexplained(source.book, source.budget)
        if not waiting:
            return
        heads = [
            Column("Line", 0), Column("Account", 0), Column("Name", 0), Column("What moved", 0),
            Column("From", 0, "head_right"), Column("To", 0, "head_right"),
            Column("Change", 0, "head_right"), Column("Percent, and what it waits for", 0, "head_after"),
        ]  # fmt: skip
        self._table(f"Lines waiting for an explanation: {len(waiting):,}", heads)
        for moved in waiting:
            page, n = self.page, self.row + 1
            self._names(source.book.need(OperatingLine, moved.line))
            page.text(self.row, 3, self._what_moved(moved), "wrap")
            page.number(self.row, 4, amount(moved.before), "money")
            page.number(self.row, 5, amount(moved.now), "money")
            page.formula(self.row, 6, f"=F{n}-E{n}", amount(moved.move), "money")
            total = source.budget.lines[moved.line].total
            share = "new" if moved.percent is None else f"{rounded(moved.percent, 1):+.1f} %"
            text = f"{share}: {waits_words(source.book, moved, total)}"
            page.text(self.row, 7, text, "after")
            page.fit(self.row, (text, 30))
            self.row += 1

    def _what_moved(self, moved: Moved) -> str:
        source = self.source
        if moved.against == PRIOR:
            return f"{source.prior_year} to {source.budget_year}"
        months = source.budget.periods[: source.partnership.ytd_months]
        return f"Budget to actual, {source.span(months)}"

    def _own_notes(self) -> None:
        """List what each partner wrote of lines and months, with the amount that it was written of."""
        source, amount = self.source, self.source.amount
        cells = notes_by_cell(source.book, source.budget.draft_id)
        found = [
            (line, note)
            for line in source.lines
            for period in ("", *source.budget.periods)
            for note in cells.get((line.id, period), ())
        ]
        if not found:
            return
        heads = [
            Column("Line", 0), Column("Account", 0), Column("Name", 0), Column("Month", 0),
            Column("Written for", 0, "head_right"), Column("Now", 0, "head_right"),
            Column("Partner", 0, "head_after"), Column("Note", 0),
        ]  # fmt: skip
        self._table("What the partners noted", heads)
        for line, note in found:
            page, now = self.page, value_now(source.budget, line.id, note.period)
            self._names(line)
            page.text(self.row, 3, month_year_label(note.period) if note.period else "Year")
            if note.value is not None:
                page.number(self.row, 4, amount(note.value), "money")
            if now is not None:
                page.number(self.row, 5, amount(now), "money")
            author = source.book.get(Partner, note.author)
            who = author.name if author is not None else note.author or ""
            day = f", {day_label(note.written)}" if note.written else ""
            page.text(self.row, 6, who + day, "after")
            page.text(self.row, 7, note.text, "wrap")
            page.fit(self.row, (note.text, 30), (line.name, WIDEST))
            self.row += 1

    def _names(self, line: OperatingLine) -> None:
        self.page.text(self.row, 0, line.id)
        self.page.text(self.row, 1, line.account)
        self.page.text(self.row, 2, line.name, "wrap")
        self.page.fit(self.row, (line.name, WIDEST))

    def _by_hand(self) -> None:
        budget, amount = self.source.budget, self.source.amount
        changed = [line for line in self.source.lines if budget.lines[line.id].overridden]
        if not changed:
            return
        heads = [
            Column("Line", 0), Column("Account", 0), Column("Name", 0), Column("Month", 0),
            Column("By the rule", 0, "head_right"), Column("By hand", 0, "head_right"),
            Column("Difference", 0, "head_right"),
        ]  # fmt: skip
        self._table("Months changed by hand", heads)
        for line in changed:
            found = budget.lines[line.id]
            for place in sorted(found.overridden):
                computed, own, n = found.computed[place], found.months[place], self.row + 1
                self._names(line)
                self.page.text(self.row, 3, month_year_label(budget.periods[place]))
                self.page.number(self.row, 4, amount(computed), "money")
                self.page.number(self.row, 5, amount(own), "hand_money")
                self.page.formula(self.row, 6, f"=F{n}-E{n}", amount(own - computed), "money")
                self.row += 1

    def _without_basis(self) -> None:
        without = self.source.budget.without_basis
        if without:
            self._section("Lines whose driver has nothing to grow from")
            text = f"Their driver ratio counts as 1: {', '.join(without)}."
            self.page.block(self.row, (0, LAST), text, "wrap", WIDE)
            self.row += 1

    # -- growth by line ------------------------------------------------------------------------

    def _growth_columns(self) -> list[Column]:
        lines, source = self.source.lines, self.source
        return [
            Column("Line", fitting([line.id for line in lines], 8, 16)),
            Column("Account", fitting([line.account for line in lines], 14, 18)),
            Column("Name", fitting([line.name for line in lines], 30, WIDEST)),
            Column("Driver", fitting([source.driver(line) for line in lines], 16, 44)),
            Column("Rate growth", 13, "head_right"),
            Column("Behaviour", 17, "head_after"),
            Column("Category", 20),
            Column("Groups", 30),
        ]

    def _growth(self) -> None:
        lines = self.source.lines
        self._table("Driver and rate growth of each line", self._growth_columns())
        for place, line in enumerate(lines):
            page, row = self.page, self.row
            self._names(line)
            page.text(row, 3, self.source.driver(line), "wrap")
            growth = self.source.growth(line)
            if growth is not None:
                page.number(row, 4, fraction(growth), "rate")
            page.text(row, 5, words(line.behaviour), "after")
            page.text(row, 6, words(line.category), "wrap")
            page.text(row, 7, ", ".join(words(name) for name in line.groups), "wrap")
            self.row += 1
            if place % BETWEEN == 0:
                self.watch.look(NOTES, place, len(lines))
        if not lines:
            page = self.page
            page.text(self.row, 2, "No lines", "quiet")
