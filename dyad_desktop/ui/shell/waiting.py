"""What a new copy shows before its first delivery: whom it waits for, the words to compare, the next step."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.travel.words import Words
from dyad_desktop.ui.widgets.basics import button, label, row

if TYPE_CHECKING:
    from dyad_desktop.services.together import Met
    from dyad_desktop.ui.shell.traveller import Traveller


class Waiting(QWidget):
    """The sheet of an empty copy."""

    def __init__(self, traveller: "Traveller") -> None:
        super().__init__()
        self._traveller = traveller
        self.setProperty("look", "page")
        self.setAccessibleName("Waiting for the first delivery")
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        inner = self._inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        column.addWidget(label("Waiting for the first delivery", "hero"))
        self._text = label("", "muted", wrap=True)
        column.addWidget(self._text)
        self.words = Words("Words to compare")
        self.words.hide()
        column.addWidget(self.words)
        self.receive = button("Receive a bundle …", "primary")
        self.folder = button("Shared folder …")
        self.receive.clicked.connect(self._on_receive)
        self.folder.clicked.connect(self._on_folder)
        column.addLayout(row(self.receive, self.folder, 1))
        outer.addLayout(row(1, inner, 1))
        outer.addStretch(2)
        self._fit()
        theme.changed.connect(self._fit)
        self.show_met(None)

    @Slot()
    def _fit(self) -> None:
        self._inner.setFixedWidth(theme.px(620))

    def show_met(self, met: "Met | None") -> None:
        """Say whom it waits for."""
        words = met.words if met is not None else ""
        self.words.setVisible(bool(words))
        if met is not None and words:
            self.words.show_words(words)
            self._text.setText(
                f"This copy is empty until {met.inviter} has admitted your reply and the first bundle is here, or a"
                " folder that you share. Compare these eight words with those there, by telephone if you are apart:"
                " nothing is taken before they are the same."
            )
        elif (folder := self._traveller.shared_folder) is not None:
            self._text.setText(
                f"This copy is empty, and nothing for it is in {folder} yet. It comes by itself once the computer that"
                " let you in exchanges by that folder too."
            )
        else:
            self._text.setText(
                "This copy is empty. Everything comes with the first exchange: keep both computers on one network,"
                " receive a bundle, or share a folder, where the computer that let you in must put it first."
            )

    @Slot()
    def _on_receive(self) -> None:
        if self._traveller.commands is not None:
            self._traveller.commands.receive_bundle()

    @Slot()
    def _on_folder(self) -> None:
        if self._traveller.commands is not None:
            self._traveller.commands.choose_folder()
