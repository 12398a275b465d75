"""A capital request in full: its fields, what it gives back, and both partners' scores."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.cash import cumulative_cash_flow
from dyad_desktop.services.capital import new_request, returns_of
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.capital.scores import ScoreGrid
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, button, label, row
from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.domain.book import Key
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

FIELDS = (
    "category", "priority", "cost", "useful_life_years", "annual_benefit", "annual_operating_cost",
    "in_service", "status", "mandatory",
)  # fmt: skip
_TITLES = {
    "title": "What it is",
    "cost": "Cost",
    "useful_life_years": "Useful life, years",
    "annual_benefit": "Benefit a year",
    "annual_operating_cost": "Operating cost a year",
    "in_service": "In service from",
    "priority": "Priority, 1 first to 5",
    "if_not_funded": "If it is not funded",
    "links": "Goals and initiatives it serves, by id with commas between",
}
_MORE = ("if_not_funded", "links")
_FACTS = (
    ("npv", "Net present value"),
    ("payback", "Payback"),
    ("irr", "Rate of return"),
    ("even", "Paid back by"),
)


class ReturnsCard(Card):
    """What a request gives back, computed from its fields as they are kept."""

    def __init__(self, desk: "Desk", key: "Key") -> None:
        super().__init__("What it gives back")
        self._desk, self._key = desk, key
        self._values: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 3)
        for n, (name, title) in enumerate(_FACTS):
            self._values[name] = label("", "lead")
            grid.addWidget(label(title, "small"), 2 * (n // 2), n % 2)
            grid.addWidget(self._values[name], 2 * (n // 2) + 1, n % 2)
        self.column.addLayout(grid)
        self._note = label("", "small", wrap=True)
        self.column.addWidget(self._note)
        self.refresh()

    def refresh(self) -> None:
        """Compute anew."""
        book = self._desk.book
        request = book.get(CapitalRequest, self._key[1])
        if request is None:
            return
        found = returns_of(book, request)
        flow = cumulative_cash_flow(request)
        even = next((year for year, sum_ in enumerate(flow) if sum_ >= 0), None)
        self._values["npv"].setText(show.money(book, found.npv, sign=True))
        payback = "never" if found.payback is None else f"{show.number(found.payback, 1)} years"
        self._values["payback"].setText(payback)
        rates = " and ".join(f"{show.number(rate, 1)} %" for rate in found.rates_pct)
        self._values["irr"].setText(f"{rates} a year" if rates else "none")
        self._values["even"].setText("not in its life" if even is None else f"year {even}")
        rate = book.only(CapitalPolicy).discount_rate_pct
        at = "without discount" if rate is None else f"discounted at {show.number(rate)} % a year"
        self._note.setText(
            f"Over {request.useful_life_years} years, {at}; benefit less operating cost."
        )


class RequestDialog(QDialog):
    """Edits a request in place: every field is kept when it is left."""

    def __init__(self, desk: "Desk", key: "Key", parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._key = desk, key
        self.setWindowTitle("Capital request")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        self._title = label(desk.book.label(*key), "title", wrap=True)
        outer.addWidget(self._title)
        self.title = Form(desk, key, ("title",), _TITLES)
        self.form = Form(desk, key, FIELDS, _TITLES, columns=2)
        self.more = Form(desk, key, _MORE, _TITLES)
        self.scores, self.returns = ScoreGrid(desk, key), ReturnsCard(desk, key)
        self._names = label("", "small", wrap=True)
        left, right = Column(), Column()
        fields = Card()
        fields.column.addWidget(self.title)
        fields.column.addWidget(self.form)
        fields.column.addWidget(self.more)
        fields.column.addWidget(self._names)
        left.column.addWidget(fields)
        right.column.addWidget(self.returns)
        scores = Card("Scores, 1 to 5, each partner alone")
        scores.column.addWidget(self.scores)
        right.column.addWidget(scores)
        both = QHBoxLayout()
        both.setSpacing(GRID + 4)
        both.addWidget(left, 6)
        both.addWidget(right, 5)
        outer.addLayout(both, 1)
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        outer.addLayout(row(label("Every change is kept as you make it.", "small"), 1, close))
        desk.changed.connect(self._on_changed)
        self._show_names()
        available = parent.window().size()
        self.resize(
            min(theme.px(900), available.width() - 40), min(theme.px(640), available.height() - 40)
        )

    def _show_names(self) -> None:
        book = self._desk.book
        request = book.get(CapitalRequest, self._key[1])
        keys = [book.find(one) for one in request.links] if request else []
        self._names.setText("; ".join(book.label(*key) for key in keys if key))

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if not changes.kinds & {"capital_request", "capital_policy", "criterion"}:
            return
        if self._desk.book.entity(*self._key) is None:
            self.reject()
            return
        self._title.setText(self._desk.book.label(*self._key))
        self.title.refresh()
        self.form.refresh()
        self.more.refresh()
        self.scores.refresh()
        self.returns.refresh()
        self._show_names()


class NewRequest(QDialog):
    """Asks for the title of a new request; ``made`` hears its key."""

    def __init__(self, desk: "Desk", made: "Callable[[Key], None]", parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._made = desk, made
        self.setWindowTitle("New capital request")
        outer = QVBoxLayout(self)
        outer.setSpacing(GRID)
        caption = label("What should be bought or built?", "small")
        outer.addWidget(caption)
        self.name = QLineEdit()
        self.name.setAccessibleName("What should be bought or built?")
        self.name.setPlaceholderText("Second EP laboratory")
        caption.setBuddy(self.name)
        self.name.textEdited.connect(self._on_typed)
        outer.addWidget(self.name)
        self.reason = label("", "error", wrap=True)
        outer.addWidget(self.reason)
        create, cancel = button("Create", "primary"), button("Cancel")
        create.setDefault(True)
        create.clicked.connect(self._on_create)
        cancel.clicked.connect(self.reject)
        outer.addLayout(row(1, cancel, create))
        self.resize(theme.px(420), self.sizeHint().height())

    @Slot()
    def _on_typed(self) -> None:
        """Take back what was said of the text that stood there."""
        self.reason.clear()

    @Slot()
    def _on_create(self) -> None:
        self._desk.do(new_request, self.name.text(), done=self._on_done, failed=self._on_failed)

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        self.accept()
        self._made(next(iter(changes.keys)))

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self.reason.setText(show.sentence(error, "Nothing was created."))
