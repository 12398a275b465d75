"""Both sides of a contested cell or field, opened where it stands."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from dyad_desktop.services.disagreements import Disagreement, disagreement
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Column, button, label, row
from dyad_desktop.ui.widgets.sides import SidesPanel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from dyad_desktop.replication.change import Address
    from dyad_desktop.ui.desk import Desk


class SettleDialog(QDialog):
    """One disagreement with its choices; closes when it is settled, on Esc, or when it is gone."""

    def __init__(self, desk: "Desk", at: "Address", parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self.at = desk, at
        self.setWindowTitle("You differ")
        self.setAccessibleName("Both sides")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        self.panel = SidesPanel(desk)
        self.panel.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.panel.settled.connect(self._on_settled)
        scroll = Column()
        scroll.column.addWidget(self.panel)
        outer.addWidget(scroll, 1)
        every = button("All disagreements", "link")
        every.clicked.connect(self._on_all)
        close = button("Close")
        close.clicked.connect(self.reject)
        self._hint = label("", "small")
        outer.addLayout(row(every, 1, self._hint, close, spacing=GRID * 2))
        self.resize(theme.px(660), theme.px(560))
        session, draft = desk.session, desk.draft
        desk.ask(lambda: disagreement(session, at, draft), self._on_view)

    @Slot(object)
    def _on_view(self, view: Disagreement | None) -> None:
        if view is None:
            self.reject()
            return
        keys = ", ".join(str(n) for n in range(1, len(view.choices) + 1))
        self._hint.setText(f"{keys} take · E another · P park")
        self.panel.show_view(view)
        self.panel.setFocus()

    def keyPressEvent(self, event: "QKeyEvent") -> None:
        """Settle by the keys of the panel."""
        if not self.panel.press(event):
            super().keyPressEvent(event)

    @Slot(str)
    def _on_settled(self, _note: str) -> None:
        self.accept()

    @Slot()
    def _on_all(self) -> None:
        self.reject()
        self._desk.go("disagreements", ("", str(self.at)))
