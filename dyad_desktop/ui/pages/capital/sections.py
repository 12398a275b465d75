"""The parts of a request's form that are more than single fields: cost lines, phasing, and years of their own."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.asked import asked, base_cost, contingency, lines_of
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.cash import payments, payments_by_fiscal_year
from dyad_desktop.domain.fiscal import (
    add_months,
    fiscal_year_label,
    fiscal_year_start,
    months_between,
    quarter_label,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.uncounted import plain_cost
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.capital import (
    ADD,
    CLEAR,
    FILL,
    KIND,
    add_cost_line,
    delete_cost_lines,
    settle_plain_cost,
)
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, clear, icon, label, row
from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.domain.book import Key
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

_YEARS = 3
"""Fiscal years that phasing shows at least."""
_MOST_YEARS = 12
_LONGEST_LIFE = 40
"""Years of use that can be given one by one here; a script can give more."""


def request_of(desk: "Desk", key: "Key") -> CapitalRequest | None:
    """Return a request as it is now."""
    return desk.book.get(CapitalRequest, key[1])


class CostLines(QWidget):
    """What the cost is made of. Each line is a form of its own, so that two partners merge per line."""

    def __init__(self, desk: "Desk", key: "Key") -> None:
        super().__init__()
        self._desk, self._key = desk, key
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID - 2)
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(GRID)
        self._lines.setVerticalSpacing(4)
        column.addLayout(self._lines)
        self.name = QLineEdit()
        self.name.setPlaceholderText("Equipment, installation, training …")
        self.name.setAccessibleName("Name of a new cost line")
        self.name.returnPressed.connect(self._on_add)
        self.add = button("Add cost line")
        self.add.clicked.connect(self._on_add)
        column.addLayout(row(self.name, self.add))
        self._reason = label("", "error", wrap=True)
        self._reason.hide()
        column.addWidget(self._reason)
        self.beside = BesideLines(desk, key, self._on_refused)
        column.addWidget(self.beside)
        self.sum = label("", "strong", wrap=True)
        column.addWidget(self.sum)
        self.forms: dict[str, Form] = {}
        self.refresh()

    @property
    def editing(self) -> bool:
        """Return whether someone is writing in a line."""
        return any(form.editing for form in self.forms.values())

    def refresh(self) -> None:
        """Show the book's lines and what they add to."""
        request = request_of(self._desk, self._key)
        if request is None:
            return
        lines = lines_of(self._desk.book, request)
        if [one.id for one in lines] == list(self.forms):
            for form in self.forms.values():
                form.refresh()
        else:
            self._rebuild([one.id for one in lines])
        self.beside.refresh()
        self.sum.setText(asked_sentence(self._desk.book, request))

    def _rebuild(self, ids: list[str]) -> None:
        clear(self._lines)
        self.forms.clear()
        for n, one in enumerate(ids):
            titles = {"name": "Cost line", "amount": "Amount"}
            form = Form(self._desk, ("cost_line", one), ("name", "amount"), titles, columns=2)
            gone = button("", "quiet", icon_name="trash", name="Delete this cost line")
            gone.setProperty("line", one)
            gone.clicked.connect(self._on_delete)
            self._lines.addWidget(form, n, 0)
            self._lines.addWidget(gone, n, 1)
            self.forms[one] = form
        self._lines.setColumnStretch(0, 1)

    @Slot()
    def _on_add(self) -> None:
        self._desk.do(
            add_cost_line, self._key[1], self.name.text(),
            done=self._on_added, failed=self._on_refused,
        )  # fmt: skip

    def _on_added(self, changes: "ChangeSet") -> None:
        self._reason.hide()
        self.name.clear()
        made = next(iter(changes.keys))[1]
        if made in self.forms:
            self.forms[made].fields["amount"].editor.setFocus()

    def _on_refused(self, error: "DyadError") -> None:
        reason = error.reason if isinstance(error, BadInputError) else str(error)
        self._reason.setText(show.sentence(reason))
        self._reason.show()

    @Slot()
    def _on_delete(self) -> None:
        line = str(self.sender().property("line"))
        self._desk.do(delete_cost_lines, [line], failed=self._desk.say_error)


class BesideLines(QWidget):
    """A cost that stands beside cost lines and doesn't count, with what can be done; hidden while none does."""

    def __init__(self, desk: "Desk", key: "Key", refused: "Callable[[DyadError], None]") -> None:
        super().__init__()
        self._desk, self._key, self._refused = desk, key, refused
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.said = label("", "error", wrap=True)
        column.addWidget(self.said)
        self.ways = {way: button("") for way in (FILL, ADD, CLEAR)}
        for way, made in self.ways.items():
            made.setProperty("way", way)
            made.clicked.connect(self._on_way)
            column.addLayout(row(made, 1))
        desk.differing.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the cost that stands now; while the partners hold it apart it is settled above."""
        book, request = self._desk.book, request_of(self._desk, self._key)
        cost = plain_cost(book, request) if request is not None else 0
        apart = Address(KIND, self._key[1], "cost") in self._desk.contested
        stands = bool(cost) and not apart
        if (
            self.parentWidget() is not None or not stands
        ):  # alone, showing it would make it a window
            self.setVisible(stands)
        if request is None or not stands:
            return
        lines = base_cost(request, lines_of(book, request))
        whole, rest = (show.money(book, one, sign=True) for one in (cost, cost - lines))
        self.said.setText(
            f"A cost of {whole} stands beside these lines and doesn’t count; one of you wrote it apart from them."
        )
        self.ways[FILL].setText(f"Bring the lines up to it: one more line of {rest}")
        self.ways[FILL].setVisible(cost > lines)
        self.ways[ADD].setText(f"Add it to them: one more line of {whole}")
        self.ways[CLEAR].setText("Let the lines count alone")

    @Slot()
    def _on_way(self) -> None:
        way = str(self.sender().property("way"))
        self._desk.do(settle_plain_cost, self._key[1], way, failed=self._refused)


def asked_sentence(book: Book, request: CapitalRequest) -> str:
    """Return what is asked for and what it is made of."""
    lines = lines_of(book, request)
    extra = contingency(request, lines)
    text = f"Asked for: {show.money(book, asked(book, request), sign=True)}"
    if extra:
        text += (
            f" = {show.money(book, base_cost(request, lines))} and contingency"
            f" {show.money(book, extra)}"
        )
    return text


class Phasing(QWidget):
    """Amounts by quarter over several fiscal years; what is asked for is parted in their proportion."""

    def __init__(self, desk: "Desk", key: "Key") -> None:
        super().__init__()
        self._desk, self._key = desk, key
        self._count = _YEARS
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID - 2)
        self._place = QVBoxLayout()
        column.addLayout(self._place)
        self.more = button("One more year", "link", icon_name="plus")
        self.more.clicked.connect(self._on_more)
        column.addLayout(row(self.more, 1))
        self.said = label("", "small", wrap=True)
        column.addWidget(self.said)
        self.form: Form | None = None
        self.refresh()

    @property
    def editing(self) -> bool:
        """Return whether someone is writing an amount."""
        return self.form is not None and self.form.editing

    def _quarters(self, request: CapitalRequest) -> list[str]:
        """Return the periods that can be filled: the quarters of the years, and what a file says besides."""
        meta = self._desk.book.only(Partnership)
        given = sorted(period for period, amount in request.phasing.items() if amount is not None)
        first = fiscal_year_start(
            min([meta.budget_start, *given]) if meta.budget_start else "2000-01", meta.start_month
        )
        last = max([add_months(first, 12 * self._count - 3), *given])
        count = min(months_between(first, last) // 12 + 1, _MOST_YEARS)
        quarters = [add_months(first, 3 * n) for n in range(4 * count)]
        return sorted({*quarters, *given})

    def refresh(self) -> None:
        """Show the book's amounts."""
        request = request_of(self._desk, self._key)
        if request is None:
            return
        start_month = self._desk.book.only(Partnership).start_month
        names = [f"phasing/{period}" for period in self._quarters(request)]
        if self.form is None or names != list(self.form.fields):
            clear(self._place)
            titles = {
                name: quarter_label(name.removeprefix("phasing/"), start_month) for name in names
            }
            self.form = Form(self._desk, self._key, names, titles, columns=4)
            for made in self.form.fields.values():
                if isinstance(made.editor, QLineEdit):
                    made.editor.setPlaceholderText("")
            self._place.addWidget(self.form)
        else:
            self.form.refresh()
        self.more.setVisible(len(names) < 4 * _MOST_YEARS)
        self.said.setText(self._sentence(request))

    def _sentence(self, request: CapitalRequest) -> str:
        book = self._desk.book
        meta, lines = book.only(Partnership), lines_of(book, request)
        total = asked(book, request)
        if not payments(request, lines):
            year = meta.budget_year or "the budget year"
            return f"Nothing is phased: all {show.money(book, total, sign=True)} count in {year}."
        start = meta.budget_start or "2000-01"
        by_year = payments_by_fiscal_year(request, meta.start_month, start, lines)
        unit: int = 10 ** show.exponent(book)
        # Parts are shown as finely as they are, so that they add to the total that is shown.
        places = show.exponent(book) if any(one % unit for one in by_year.values()) else 0
        parts = ", ".join(
            f"{fiscal_year_label(year, meta.start_month)} {show.money(book, amount, places=places)}"
            for year, amount in sorted(by_year.items())
        )
        given = sum(amount for amount in request.phasing.values() if amount)
        if given == total:
            return f"By fiscal year: {parts}."
        return (
            f"These add to {show.money(book, given)}, and {show.money(book, total)} is asked for, which is parted in"
            f" their proportion: {parts}."
        )

    @Slot()
    def _on_more(self) -> None:
        request = request_of(self._desk, self._key)
        if request is not None:
            shown = len(self._quarters(request)) // 4
            self._count = min(_MOST_YEARS, shown + 1)
            self.refresh()


class YearsApart(QWidget):
    """Benefit and operating cost of single years of use, where they differ from the yearly amount."""

    def __init__(self, desk: "Desk", key: "Key") -> None:
        super().__init__()
        self._desk, self._key = desk, key
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID - 2)
        self.toggle = button("Years that differ …", "link", icon_name="chevron-right")
        self.toggle.clicked.connect(self._on_toggled)
        self._column.addLayout(row(self.toggle, 1))
        self.form: Form | None = None
        self._open = False
        self.refresh()

    @property
    def editing(self) -> bool:
        """Return whether someone is writing an amount."""
        return self.form is not None and self.form.editing

    def refresh(self) -> None:
        """Show the book's amounts, when open."""
        request = request_of(self._desk, self._key)
        if request is None:
            return
        self.toggle.setIcon(icon("chevron-down" if self._open else "chevron-right"))
        own = len({*request.benefit_by_year, *request.cost_by_year})
        self.toggle.setText(f"Years that differ ({own}) …" if own else "Years that differ …")
        self.toggle.setAccessibleName(f"{self.toggle.text()} {'shown' if self._open else 'hidden'}")
        years = range(1, min(request.useful_life_years, _LONGEST_LIFE) + 1)
        fields = ("benefit_by_year", "cost_by_year")
        names = [f"{field}/{n}" for n in years for field in fields]
        # What is said of other years doesn't count; it can only be taken out where it is seen.
        said = (
            f"{field}/{n}"
            for field in fields
            for n, amount in sorted(getattr(request, field).items())
            if amount is not None
        )
        names += [one for one in said if one not in names]
        if self.form is not None and (not self._open or names != list(self.form.fields)):
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        if self._open and self.form is None:
            words = {"benefit_by_year": "benefit", "cost_by_year": "operating cost"}
            titles = {
                name: f"Year {name.partition('/')[2]}, {words[name.partition('/')[0]]}"
                for name in names
            }
            self.form = Form(self._desk, self._key, names, titles, columns=2)
            for made in self.form.fields.values():
                if isinstance(made.editor, QLineEdit):
                    made.editor.setPlaceholderText("as the yearly amount")
            self._column.addWidget(self.form)
        elif self.form is not None:
            self.form.refresh()

    @Slot()
    def _on_toggled(self) -> None:
        self._open = not self._open
        self.refresh()
        if self.form is not None:
            next(iter(self.form.fields.values())).editor.setFocus()
        self.toggle.setMinimumWidth(theme.px(120))
