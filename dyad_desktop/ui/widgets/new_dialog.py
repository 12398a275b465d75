"""The frame of a dialog that creates one thing: what it asks, why that can't be taken, Create and Cancel."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

WIDE = 420


class NewDialog(QDialog):
    """A subclass fills ``column`` and says in ``hand_in`` what to ``ask``; ``made`` hears what was created."""

    def __init__(self, desk: "Desk", title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle(title)
        outer = QVBoxLayout(self)
        outer.setSpacing(GRID)
        self.column = QVBoxLayout()
        self.column.setSpacing(GRID)
        outer.addLayout(self.column)
        self.reason = label("", "error", wrap=True)
        outer.addWidget(self.reason)
        create, cancel = button("Create", "primary"), button("Cancel")
        create.setDefault(True)
        create.clicked.connect(self._on_create)
        cancel.clicked.connect(self.reject)
        outer.addLayout(row(1, cancel, create))

    def fit(self) -> None:
        """Take the size that what is asked needs."""
        self.resize(theme.px(WIDE), self.sizeHint().height())

    def add_fields(self, *fields: tuple[str, QWidget]) -> QFormLayout:
        """Ask for fields, each under its name."""
        form = QFormLayout()
        for text, editor in fields:
            editor.setAccessibleName(text)
            form.addRow(text, editor)
            self.follow(editor)
        self.column.addLayout(form)
        return form

    def follow(self, editor: QWidget) -> None:
        """Take back what was said of a text once it is typed anew."""
        if isinstance(editor, QLineEdit):
            editor.textEdited.connect(self.reason.clear)

    def hand_in(self) -> None:
        """Have it created, or say in ``reason`` what is still needed."""
        raise NotImplementedError

    def made(self, changes: "ChangeSet") -> None:
        """Hear what was created."""

    def ask(self, command: "Callable[..., ChangeSet]", *arguments: Any) -> None:  # noqa: ANN401 - a command's
        """Run the command that creates it."""
        self.desk.do(command, *arguments, done=self._on_done, failed=self._on_failed)

    @Slot()
    def _on_create(self) -> None:
        self.hand_in()

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        self.accept()
        self.made(changes)

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self.reason.setText(show.sentence(error, "Nothing was created."))
