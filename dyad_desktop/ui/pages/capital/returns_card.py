"""What a request gives back, computed from its fields as they are kept: figures, sensitivity, depreciation."""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from dyad_desktop.domain.asked import asked, asks
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.depreciation import recovery_period
from dyad_desktop.domain.fiscal import fiscal_year_label, month_year_label
from dyad_desktop.domain.npv_spans import NPV
from dyad_desktop.domain.operating import Draft
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.postings import first_month
from dyad_desktop.services.capital import Details, details_of
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.capital.table import PlainTable, TableRow, amounts
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, label

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.ui.desk import Desk

_FACTS = (
    ("npv", "Net present value"),
    ("index", "Profitability index"),
    ("irr", "Rate of return"),
    ("mirr", "Modified rate"),
    ("payback", "Payback"),
    ("discounted", "Discounted payback"),
)
INDEX_TIP = (
    "What it brings over what is paid for it, both as present values: 1 + net present value ÷ present value of all"
    " payments, also of those that come later. Above 1 it brings more than it takes."
)
METHOD_WORDS = {
    "straight_line": "straight line by month",
    "sum_of_years": "sum of years",
    "double_declining": "double declining, then straight line",
    "macrs": "US tax table (MACRS), half-year",
}


def years_text(years: Decimal | None, behind: int | None = None) -> str:
    """Return a payback as people say it; ``behind`` is the year in which it is undone."""
    if years is None:
        return "never"
    said = f"{show.number(years, 1)} years"
    return (
        said if behind is None else f"{said}, but not for good: falls behind again in year {behind}"
    )


def payback_texts(found: Details) -> tuple[str, str]:
    """Return the payback and the discounted one as people say them; of a request without figures there is neither."""
    if not any(found.flows):
        return show.NOTHING, show.NOTHING
    return (
        years_text(found.returns.payback, found.returns.behind),
        years_text(found.discounted_payback, found.discounted_behind),
    )


def rates_text(found: Details) -> str:
    """Return every rate of return in words: several or none are said so."""
    rates = [f"{show.number(rate, 1)} %" for rate in found.returns.rates_pct]
    if not rates:
        return "none"
    if len(rates) == 1:
        return f"{rates[0]} a year"
    return f"{len(rates)} rates: {', '.join(rates[:-1])} and {rates[-1]}"


def rates_note(found: Details) -> str:
    """Return why there is no rate of return, or what several mean."""
    count = len(found.returns.rates_pct)
    if count > 1:
        return (
            "The flows change sign more than once, so several rates discount them to nothing; the modified rate"
            " is a single one."
        )
    if count == 1 or not any(found.flows):
        return ""
    if all(flow <= 0 for flow in found.flows):
        return "No rate of return: nothing ever comes back."
    if all(flow >= 0 for flow in found.flows):
        return "No rate of return: nothing is paid."
    return "No rate of return: no rate above −100 % discounts these flows to nothing."


class ReturnsCard(Card):
    """The figures, with what they are computed from in a sentence."""

    def __init__(self, desk: "Desk", key: "Key") -> None:
        super().__init__("What it gives back")
        self._desk, self._key = desk, key
        self._values: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 3)
        grid.setVerticalSpacing(2)
        for n, (name, title) in enumerate(_FACTS):
            self._values[name] = label("", "lead", wrap=True)
            self._values[name].setContentsMargins(0, 0, 0, GRID - 2)
            head = label(title, "small")
            for part in (head, self._values[name]) if name == "index" else ():
                part.setToolTip(INDEX_TIP)
            grid.addWidget(head, 2 * (n // 2), n % 2)
            grid.addWidget(self._values[name], 2 * (n // 2) + 1, n % 2)
        for column in range(2):
            grid.setColumnStretch(column, 1)
        self.column.addLayout(grid)
        self._note = label("", "small", wrap=True)
        self.column.addWidget(self._note)
        self.sensitivity, self.late = DifferTable(), LateTable()
        self.column.addWidget(label("Net present value if these differ, thousands", "strong"))
        self.column.addWidget(self.sensitivity)
        self.column.addWidget(self.late)
        self._zero = label("", "small", wrap=True)
        self.column.addWidget(self._zero)
        desk.differing.connect(self.refresh)
        self.refresh()

    def _open_words(self) -> str:
        """Return between what the net present value comes out while values are contested; else nothing."""
        standing, book = self._desk.standing, self._desk.book
        found = None if standing is None else standing.capital.get(f"{NPV}{self._key[1]}")
        if found is None:
            return ""
        low, high = (show.money(book, one, sign=True) for one in (found.low, found.high))
        return f"The net present value comes out {about(found)}{low} to {high} as you settle what is apart."

    @Slot()
    def refresh(self) -> None:
        """Compute anew."""
        book = self._desk.book
        request = book.get(CapitalRequest, self._key[1])
        if request is None:
            return
        found = details_of(book, request)
        payback, discounted = payback_texts(found)
        mirr = show.NOTHING if found.mirr_pct is None else f"{show.number(found.mirr_pct, 1)} %"
        for name, text in (
            ("npv", show.money(book, found.returns.npv, sign=True)),
            ("index", show.NOTHING if found.index is None else show.number(found.index, 2)),
            ("irr", rates_text(found)),
            ("mirr", f"{mirr} a year" if found.mirr_pct is not None else mirr),
            ("payback", payback),
            ("discounted", discounted),
        ):
            self._values[name].setText(text)
        words = (self._open_words(), basis(book, request), rates_note(found))
        self._note.setText(" ".join(filter(None, words)))
        self.sensitivity.show_found(book, found)
        self.late.show_found(book, found)
        zero = found.sensitivity.benefit_to_zero_pct
        change = "" if zero is None else show.number(abs(zero))
        side = "less" if zero is not None and zero < 0 else "more"
        self._zero.setText(
            ""
            if zero is None
            else f"With {change} % {side} benefit, the net present value is nothing."
        )


def basis(book: Book, request: CapitalRequest) -> str:
    """Return over which years and at which rate the figures are."""
    rate = book.only(CapitalPolicy).discount_rate_pct
    at = "without discount" if rate is None else f"discounted at {show.number(rate)} % a year"
    tax = request.tax_rate_pct
    after = f", after {show.number(tax)} % tax" if tax else ""
    words = f"Over {request.useful_life_years} years, {at}{after}; benefit less operating cost."
    if request.in_service and not any(request.phasing.values()):
        # Without a month of payment there is nothing that the month of use could be late after.
        words += " Reckoned as paid a year before it is used: say when it is paid under Phasing."
    return words


class DifferTable(PlainTable):
    """Net present values in thousands if benefit or cost differ by percent."""

    least = 70
    """Its first column holds short words."""

    def __init__(self) -> None:
        super().__init__(
            "Net present value if benefit or cost differ", ("By", "Benefit", "Cost"), grows=True
        )

    def show_found(self, book: Book, found: Details) -> None:
        """Show the values of a request."""
        made = found.sensitivity
        both = zip(made.benefit, made.cost, strict=True)
        self.show_rows(
            [_differing(book, step_words(pct), npv, cost) for (pct, npv), (_, cost) in both]
        )


class LateTable(PlainTable):
    """Net present values in thousands if all years of use come later."""

    least = 70

    def __init__(self) -> None:
        super().__init__("Net present value if it comes later", ("Late by", "Net present value"))

    def show_found(self, book: Book, found: Details) -> None:
        """Show the values of a request."""
        self.show_rows(
            [_differing(book, late_words(late), npv) for late, npv in found.sensitivity.delay]
        )


def step_words(percent: int) -> str:
    """Return a change in words: nothing changed is as it is."""
    return f"{percent:+d} %".replace("-", show.MINUS) if percent else "as is"


def late_words(months: int) -> str:
    """Return a delay in words."""
    return f"{months} months" if months else "on time"


def _differing(book: Book, name: str, *values: int) -> TableRow:
    tones = tuple(
        (n, theme.status("off_track")) for n, npv in enumerate(values, start=1) if npv < 0
    )
    return TableRow(
        name,
        [name, *(show.money(book, npv, unit=1000) for npv in values)],
        tones=tones,
        exact=amounts(book, *values),
    )


class DepreciationCard(Card):
    """What each fiscal year takes, by which method, and the drafts that it posts to."""

    def __init__(self, desk: "Desk", key: "Key") -> None:
        super().__init__("Depreciation")
        self._desk, self._key = desk, key
        self.said = label("", wrap=True)
        self.column.addWidget(self.said)
        self.table = PlainTable(
            "Depreciation by fiscal year", ("Fiscal year", "Depreciation", "Left in the books")
        )
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.column.addWidget(inner)
        self.refresh()

    def refresh(self) -> None:
        """Compute anew."""
        book = self._desk.book
        request = book.get(CapitalRequest, self._key[1])
        if request is None:
            return
        by_year = details_of(book, request).depreciation
        self.said.setText(depreciation_words(book, request, by_year=bool(by_year)))
        left, rows, start = asked(book, request), [], book.only(Partnership).start_month
        for year, amount in by_year.items():
            left -= amount
            cells = [
                fiscal_year_label(year, start),
                show.money(book, amount),
                show.money(book, left),
            ]
            rows.append(TableRow(year, cells, exact=amounts(book, amount, left)))
        if rows:
            total = sum(by_year.values())
            cells = ["Together", show.money(book, total), ""]
            rows.append(TableRow("", cells, strong=True, exact=amounts(book, total)))
        self.table.show_rows(rows)
        self.table.setVisible(bool(rows))


def depreciation_words(book: Book, request: CapitalRequest, *, by_year: bool) -> str:
    """Return the method, from when on, and where it posts to; or why there is none."""
    start = first_month(request, book.only(CapitalPolicy))
    if start is None:
        return "Say from which month it is in service: depreciation begins there."
    if not by_year:
        return "Nothing to depreciate: the salvage is as much as what is asked for."
    method = request.depreciation_method or "straight_line"
    words = METHOD_WORDS[method]
    if method == "macrs":
        said = request.recovery_years or request.useful_life_years
        period = recovery_period(said)
        words += f", {period} years"
        if period != said:
            words += f" as of a class life of {said}"
    return f"{words[0].upper()}{words[1:]}, from {month_year_label(start)}. {_posts(book, request)}"


def _posts(book: Book, request: CapitalRequest) -> str:
    """Return where a request posts to."""
    if not asks(request):
        return f"It posts nothing while {request.status}."
    drafts = [book.label("draft", one) for one in request.posts_to if book.get(Draft, one)]
    if not drafts:
        return "It posts to no draft; choose one in the form."
    return f"Posts to {' and '.join(drafts)} as linked lines, with its benefit and operating cost."
