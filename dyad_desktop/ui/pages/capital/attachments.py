"""The files that belong to a request: added, saved elsewhere, taken away."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from dyad_desktop.domain.capital import Attachment
from dyad_desktop.services.attachments import EACH, MEGABYTE, TOGETHER, attach, held, save
from dyad_desktop.services.editing import delete
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label, row

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.errors import DyadError
    from dyad_desktop.ui.desk import Desk

_ROLE = int(Qt.ItemDataRole.UserRole)
_ROWS = 4


class Attachments(QWidget):
    """A request's files with their sizes."""

    def __init__(self, desk: "Desk", key: "Key") -> None:
        super().__init__()
        self._desk, self._key = desk, key
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID - 2)
        self.list = QListWidget()
        self.list.setAccessibleName("Attachments")
        self.list.itemSelectionChanged.connect(self._offer)
        self.list.itemActivated.connect(self._on_save)
        column.addWidget(self.list)
        self._says = label("", "small", wrap=True)
        column.addWidget(self._says)
        self.add = button("Add file …")
        self.keep = button("Save as …")
        self.gone = button("Take away")
        for made, slot in (
            (self.add, self._on_add), (self.keep, self._on_save), (self.gone, self._on_delete),
        ):  # fmt: skip
            made.clicked.connect(slot)
        column.addLayout(row(self.add, self.keep, self.gone, 1))
        self.refresh()

    def refresh(self) -> None:
        """Show the book's attachments of the request."""
        chosen = self._chosen()
        self.list.clear()
        for one in self._desk.book.children(Attachment, self._key[1]):
            item = QListWidgetItem(f"{one.name}   {_size(one.size)}")
            item.setData(_ROLE, one.id)
            item.setToolTip(f"SHA-256 {one.sha256}")
            self.list.addItem(item)
            if one.id == chosen:
                self.list.setCurrentItem(item)
        count = self.list.count()
        self.list.setVisible(bool(count))
        self.list.setFixedHeight(min(_ROWS, max(1, count)) * theme.px(24) + 6)
        together = held(self._desk.book)
        self._tell(
            f"Kept in this partnership’s file, and sent to your partner: {_size(together)} of"
            f" {TOGETHER // MEGABYTE} MB; at most {EACH // MEGABYTE} MB each."
        )
        self._offer()

    def _tell(self, sentence: str) -> None:
        self._says.setText(sentence)

    def _chosen(self) -> str | None:
        if self.list.currentRow() < 0:
            return None
        return str(self.list.currentItem().data(_ROLE))

    @Slot()
    def _offer(self) -> None:
        for made in (self.keep, self.gone):
            made.setEnabled(self._chosen() is not None)

    # -- commands ------------------------------------------------------------------------------

    @Slot()
    def _on_add(self) -> None:
        dialog = QFileDialog(self, "Attach a file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take)
        dialog.open()

    @Slot(str)
    def take(self, path: str) -> None:
        """Attach a file."""
        self._tell(f"Attaching {Path(path).name} …")
        self._desk.do(attach, self._key[1], Path(path), failed=self._on_failed)

    @Slot()
    def _on_save(self) -> None:
        found = self._desk.book.get(Attachment, self._chosen())
        if found is None:
            return
        dialog = QFileDialog(self, "Save the attachment", found.name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Write the chosen attachment to a file."""
        chosen, session = self._chosen(), self._desk.session
        if chosen is None:
            return
        done = f"Saved {Path(path).name}."
        self._desk.runner.database(
            lambda: save(session, chosen, Path(path)), lambda _: self._tell(done), self._on_failed
        )

    @Slot()
    def _on_delete(self) -> None:
        if (chosen := self._chosen()) is not None:
            self._desk.do(delete, [("attachment", chosen)], failed=self._on_failed)

    def _on_failed(self, error: "DyadError") -> None:
        self._tell(show.sentence(error))


def _size(size: int) -> str:
    """Return a size in words: bytes, KB or MB."""
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 1024:,.0f} KB" if size < MEGABYTE else f"{size / MEGABYTE:,.1f} MB"
