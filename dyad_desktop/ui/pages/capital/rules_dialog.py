"""The rules that all requests share: discount and reinvestment rate, threshold, when depreciation begins."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.services.capital import POLICY
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label, row
from dyad_desktop.ui.widgets.form import Form
from dyad_desktop.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

_TITLES = {
    "discount_rate_pct": "Discount rate, percent a year",
    "reinvest_rate_pct": "What comes back earns, percent a year",
    "capitalisation_threshold": "Capitalised from",
    "depreciation_from": "Depreciation begins",
    "depreciation": "Finance’s rule, in words",
}
_HINTS = {"discount_rate_pct": "none", "reinvest_rate_pct": "as the discount rate"}
_STARTS = [("in_service", "in the in-service month"), ("month_after", "in the month after")]


class RulesDialog(FormDialog):
    """Edits the rules in place: every field is kept when it is left."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.setWindowTitle("Rules of the capital plan")
        outer = QVBoxLayout(self)
        outer.setSpacing(GRID * 2)
        outer.addWidget(
            label(
                "Present values are discounted at this rate; the modified rate lets what comes back earn the other.",
                "small",
                wrap=True,
            )
        )
        options = {"depreciation_from": _STARTS}
        self.form = Form(desk, POLICY, tuple(_TITLES), _TITLES, columns=2, options=options)
        for name, hint in _HINTS.items():
            editor = self.form.fields[name].editor
            if isinstance(editor, QLineEdit):
                editor.setPlaceholderText(hint)
        starts = self.form.fields["depreciation_from"].editor
        if isinstance(starts, QComboBox):
            starts.setItemText(0, "as finance’s rule says")
        outer.addWidget(self.form)
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        outer.addLayout(row(label("Every change is kept as you make it.", "small"), 1, close))
        desk.changed.connect(self._on_changed)
        self.resize(theme.px(540), self.sizeHint().height())

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if "capital_policy" in changes.kinds:
            self.form.refresh()
