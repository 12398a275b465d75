"""A line's master data: what it is called, what kind it is, and what drives it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.operating import LINE_KINDS, CostCentre
from dyad_desktop.services.operating import new_line
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.operating.line_form import LineForm
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.basics import Column, button, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.form_dialog import FormDialog
from dyad_desktop.ui.widgets.new_dialog import NewDialog

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

FIELDS = (
    "name", "account", "cost_centre", "kind", "category", "behaviour", "driver_kind", "driver_ref",
    "rate_growth_pct", "groups", "note",
)  # fmt: skip
_NEW = object()
_TITLES = {
    "driver_kind": "Driven by",
    "driver_ref": "Which one: a volume's or position's id, or a group of lines",
    "rate_growth_pct": "Growth beyond the driver, %",
    "groups": "Groups it counts in, with commas between",
    "note": "Note",
}


class LineDialog(FormDialog):
    """Edits a line in place: every field is kept when it is left."""

    def __init__(self, desk: "Desk", key: "Key", parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.setWindowTitle("Operating line")
        outer = QVBoxLayout(self)
        outer.addWidget(label(desk.book.label(*key), "lead", wrap=True))
        scroll = Column()
        self.form = LineForm(desk, key, FIELDS, _TITLES)
        desk.changed.connect(self.form.refresh)
        self.finished.connect(self.form.tell_half)
        scroll.column.addWidget(self.form)
        outer.addWidget(scroll)
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        outer.addLayout(row(1, close))
        self.resize(theme.px(460), theme.px(640))


class NewLine(NewDialog):
    """Asks for what a new line must have; ``created`` gives its key."""

    created = Signal(object)

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(desk, "New operating line", parent)
        self.name, self.account, self.category = QLineEdit(), QLineEdit(), QLineEdit()
        self.category.setPlaceholderText("labour, supplies, …")
        self.kind = ChoiceBox()
        for kind in LINE_KINDS:
            self.kind.addItem(show.words(kind), kind)
        self.kind.setCurrentIndex(LINE_KINDS.index("expense"))
        self.centre = ChoiceBox()
        self.centre.addItem(show.NOTHING, None)
        for centre in desk.book.all(CostCentre):
            self.centre.addItem(f"{centre.id} {centre.name}", centre.id)
        self.centre.addItem("New cost centre …", _NEW)
        self.centre.setCurrentIndex(1)
        self.centre.currentIndexChanged.connect(self._on_centre)
        self.code, self.centre_name = QLineEdit(), QLineEdit()
        self.code.setPlaceholderText("finance’s number, such as 4110")
        self._form = self.add_fields(
            ("Name", self.name), ("Account", self.account), ("Cost centre", self.centre),
            ("Its number", self.code), ("Its name", self.centre_name), ("Kind", self.kind),
            ("Category", self.category),
        )  # fmt: skip
        self._on_centre()
        self.fit()

    @Slot()
    def _on_centre(self) -> None:
        """Ask for number and name of a cost centre that isn't there yet."""
        new = self.centre.currentData() is _NEW
        for editor in (self.code, self.centre_name):
            self._form.setRowVisible(editor, new)
        if new and self.isVisible():
            self.code.setFocus()

    def hand_in(self) -> None:
        """Have the line created, with its cost centre where that is new."""
        name, account = self.name.text().strip(), self.account.text().strip()
        if not name or not account:
            self.reason.setText("A name and an account number are needed.")
            return
        centre, centre_name = self.centre.currentData(), ""
        if centre is _NEW:
            centre, centre_name = self.code.text().strip(), self.centre_name.text().strip()
            if not centre or not centre_name:
                self.reason.setText("The new cost centre needs a number and a name.")
                return
        category = self.category.text().strip()
        self.ask(new_line, account, centre, name, self.kind.currentData(), category, centre_name)

    def made(self, changes: "ChangeSet") -> None:
        """Tell the line's key."""
        self.created.emit(next(key for key in changes.keys if key[0] == "operating_line"))
