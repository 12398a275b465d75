"""The chart of accounts above the cost centres: what each holds, and how they hang together."""

from collections.abc import Mapping
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.account_spans import account_spans, centre_spans
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.chart_of_accounts import AccountRow, chart_rows, missing_accounts
from dyad_desktop.domain.contested import Place, Span, Value
from dyad_desktop.domain.operating import (
    ACCOUNT_KINDS,
    Account,
    CostCentre,
    OperatingLine,
    account_side,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.services.accounts import new_account, new_cost_centre, take_into_chart
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.fields import FieldColumn, FieldsModel
from dyad_desktop.ui.models.sheet import Column, Row
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.operating.account_circle import AccountCircle
from dyad_desktop.ui.pages.operating.figures import change_pct, percent_text, range_words
from dyad_desktop.ui.pages.operating.line_columns import unit_heading
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import button, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.new_dialog import NewDialog
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.services.standing import Standing
    from dyad_desktop.ui.desk import Desk

_INDENT = "    "


class AccountsModel(FieldsModel):
    """Accounts in their hierarchy; codes that lines have and the chart doesn't stand among them, muted."""

    kind = "account"

    def __init__(self, book: Book, budget: Budget, unit: Unit) -> None:
        meta = book.only(Partnership)
        super().__init__(
            book,
            [
                Column("code", f"Account, {unit_heading(book, unit)}", 164, numeric=False),
                FieldColumn("name", "Name", 240, numeric=False, field="name"),
                FieldColumn("kind", "Kind", 100, numeric=False, field="kind"),
                Column("lines", "Lines", 52, look="muted", tip="Lines and volumes of this account"),
                Column("prior", meta.prior_year, 76, look="muted", tip="Prior year, with what is under it"),
                Column("budget", meta.budget_year, 76, look="total", tip="Budget, with what is under it"),
                Column("change", "Δ %", 54, look="muted", tip="Change from the prior year, in percent"),
                FieldColumn(
                    "side", "Side", 60, numeric=False, look="muted", field="normal_side",
                    tip="Where finance books an increase; empty: as its kind says",
                ),
                FieldColumn("parent", "Under", 70, numeric=False, field="parent", tip="Code of the account above"),
                FieldColumn("groups", "Groups", 84, numeric=False, look="muted", field="groups"),
            ],
            unit,
        )  # fmt: skip
        self._at: list[AccountRow] = []
        self._spans: Mapping[str, Mapping[str, Span]] = {}
        self.show(book, budget)

    def show(self, book: Book, budget: Budget) -> None:
        """Show a newer book."""
        self.book = book
        self._at = list(chart_rows(book, budget))
        self._names = {one.id: one.name for one in missing_accounts(book)}
        looks = {True: "line", False: "linked"}
        self.replace_rows([
            Row(("account", one.code), looks[one.known], one.depth) for one in self._at
        ])  # fmt: skip

    def set_open(self, spans: Mapping[str, Mapping[str, Span]]) -> None:
        """Take between what accounts come out, by column and code."""
        if spans != self._spans:
            self._spans = spans
            self.replace_rows(self.rows)

    def range_text(self, row: int, column: int) -> str:
        """Return between what an account's year comes out, with what is under it."""
        found = self._spans.get(self.columns[column].key, {}).get(self._at[row].code)
        return "" if found is None else range_words(found, self.unit)

    def computed_text(self, row: int, key: str) -> str:
        """Return a figure of an account, or what is said of a code outside the chart."""
        at = self._at[row]
        if key == "code":
            return _INDENT * at.depth + at.code
        if not at.known and key == "name":
            return f"{self._names.get(at.code, '')} (not in the chart)".strip()
        if key == "lines":
            return str(at.lines) if at.lines else ""
        if key == "change":
            return percent_text(change_pct(at.budget, at.prior), signed=True)
        if key in ("prior", "budget") and (at.prior or at.budget):
            return self.unit.text(getattr(at, key))
        return ""

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows; a side that follows from the kind is told too."""
        if self.columns[column].key == "side" and self._at[row].known:
            return account_side(self.book.need(Account, self._at[row].code))
        return super().text(row, column)

    def computed_number(self, row: int, key: str) -> Decimal | None:
        """Return a figure of an account."""
        at = self._at[row]
        return self.unit.number(getattr(at, key)) if key in ("prior", "budget") else None

    def quiet(self, row: int) -> bool:
        """Return whether a code isn't in the chart."""
        return not self._at[row].known


class CentresModel(FieldsModel):
    """Cost centres, with what their lines do to contribution."""

    kind = "cost_centre"

    def __init__(self, book: Book, budget: Budget, unit: Unit) -> None:
        meta = book.only(Partnership)
        super().__init__(
            book,
            [
                Column("code", "Cost centre", 164, numeric=False),
                FieldColumn("name", "Name", 240, numeric=False, field="name"),
                Column("lines", "Lines", 50, look="muted"),
                Column(
                    "budget", meta.budget_year, 76, look="total", tip="Contribution of its lines"
                ),
            ],
            unit,
        )
        self._spans: Mapping[str, Span] = {}
        self.show(book, budget)

    def show(self, book: Book, budget: Budget) -> None:
        """Show a newer book."""
        self.book = book
        self._sums: dict[str, tuple[int, int]] = {}
        for line in book.all(OperatingLine):
            count, total = self._sums.get(line.cost_centre or "", (0, 0))
            effect = SIGNS[line.kind] * budget.lines[line.id].total
            self._sums[line.cost_centre or ""] = (count + 1, total + effect)
        self.replace_rows([Row(("cost_centre", one.id)) for one in book.all(CostCentre)])

    def set_open(self, spans: Mapping[str, Span]) -> None:
        """Take between what cost centres come out, by code."""
        if spans != self._spans:
            self._spans = spans
            self.replace_rows(self.rows)

    def range_text(self, row: int, column: int) -> str:
        """Return between what the contribution of a cost centre's lines comes out."""
        if self.columns[column].key != "budget":
            return ""
        found = self._spans.get(self.rows[row].key[1])
        return "" if found is None else range_words(found, self.unit)

    def computed_text(self, row: int, key: str) -> str:
        """Return the code, and the sums of its lines."""
        code = self.rows[row].key[1]
        count, total = self._sums.get(code, (0, 0))
        return {
            "code": code,
            "lines": str(count) if count else "",
            "budget": self.unit.text(total),
        }[key]

    def computed_number(self, row: int, key: str) -> Decimal | None:
        """Return the sum of its lines."""
        total = self._sums.get(self.rows[row].key[1], (0, 0))[1]
        return self.unit.number(total) if key == "budget" else None


class Accounts(QWidget):
    """Both sheets, and the offer to take into the chart what lines already have."""

    wanted = Signal(object)

    def __init__(self, desk: "Desk", unit: Unit) -> None:
        super().__init__()
        self._desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self.missing = label("", "muted")
        self.take = button("Take them into the chart")
        self.take.clicked.connect(self._on_take)
        self._offer = QWidget()
        self._offer.setLayout(row(self.missing, 1, self.take))
        column.addWidget(self._offer)
        self.circle = AccountCircle(desk)
        column.addWidget(self.circle)
        book, budget = desk.book, desk.budget
        self._budget = budget
        self._standing: Standing | None = None
        self.accounts = AccountsModel(book, budget, unit)
        self.centres = CentresModel(book, budget, unit)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(GRID)
        self.sheets = (Sheet(self.accounts, "Accounts"), Sheet(self.centres, "Cost centres"))
        self.current = self.sheets[0]
        """The sheet in which a row was last chosen."""
        for sheet, model in zip(self.sheets, (self.accounts, self.centres), strict=True):
            sheet.said.connect(desk.say)
            sheet.moved.connect(self._on_moved)
            sheet.follow(desk)
            model.wanted.connect(self.wanted)
            split.addWidget(sheet)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 3)
        column.addWidget(split, 1)
        self._tell()

    @property
    def editing(self) -> bool:
        """Return whether a cell is being edited."""
        return any(sheet.editing for sheet in self.sheets)

    def show_book(self, book: Book, budget: Budget) -> None:
        """Show a newer book."""
        self.accounts.show(book, budget)
        self.centres.show(book, budget)
        self._budget = budget
        self._tell()
        self._show_ranges()

    def set_open(self, standing: "Standing") -> None:
        """Take what contested values leave open, to tell sums as ranges."""
        self._standing = standing
        self._show_ranges()

    def _show_ranges(self) -> None:
        if self._standing is None:
            return
        book, still = self.accounts.book, self._standing.budget
        charts: dict[Place, list[Value]] = {
            at: [side.value for side in sides] for at, sides in self._standing.sides.items()
        }
        self.accounts.set_open(
            {
                "budget": account_spans(book, self._budget, still, charts),
                "prior": account_spans(
                    book, self._budget, self._standing.prior, charts, attrgetter("prior")
                ),
            }
        )
        self.centres.set_open(centre_spans(book, self._budget, still))

    def fit(self) -> None:
        """Take up a changed theme or zoom."""
        for sheet in self.sheets:
            sheet.fit()

    def _tell(self) -> None:
        self.circle.show_chart(self.accounts.book)
        outside = sum(self.accounts.quiet(n) for n in range(len(self.accounts.rows)))
        self._offer.setVisible(bool(outside))
        one = outside == 1
        self.missing.setText(
            f"{outside} {'code' if one else 'codes'} of lines or volumes {'isn’t' if one else 'aren’t'} in the chart."
        )
        self.take.setText(f"Take {'it' if one else 'them'} into the chart")

    @Slot()
    def _on_moved(self) -> None:
        """Tell in the inspector of what is current."""
        sheet = self.sender()
        if not isinstance(sheet, Sheet):
            return
        at = sheet.view.currentIndex()
        if not at.isValid() or at.row() >= len(sheet.model.rows):
            return
        self.current = sheet
        key = sheet.model.rows[at.row()].key
        known = self._desk.book.entity(*key) is not None
        self._desk.select(key if known else None)

    @Slot()
    def _on_take(self) -> None:
        self._desk.do(take_into_chart, failed=self._desk.say_error)


class NewCode(NewDialog):
    """Asks for code and name of an account or a cost centre."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(desk, "New account or cost centre", parent)
        self.what = ChoiceBox()
        for kind in ACCOUNT_KINDS:
            self.what.addItem(f"Account: {show.words(kind)}", kind)
        self.what.addItem("Cost centre", "")
        self.what.setCurrentIndex(ACCOUNT_KINDS.index("expense"))
        self.code, self.name = QLineEdit(), QLineEdit()
        self.code.setPlaceholderText("finance’s number, such as 6110")
        self.add_fields(("What", self.what), ("Its number", self.code), ("Its name", self.name))
        self.fit()

    def hand_in(self) -> None:
        """Have the account or cost centre created."""
        code, name, kind = (
            self.code.text().strip(),
            self.name.text().strip(),
            self.what.currentData(),
        )
        if not code or not name:
            self.reason.setText("A number and a name are needed.")
        elif kind:
            self.ask(new_account, code, name, kind)
        else:
            self.ask(new_cost_centre, code, name)
