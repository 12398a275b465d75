"""Commands on lines that stand in a menu: change many, note, rules; in the header, on the sheet and in the palette."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dyad_desktop.services.scenarios import fixed_words
from dyad_desktop.ui.pages.operating.bulk import BulkDialog
from dyad_desktop.ui.pages.operating.notes import NotedLines, write_note
from dyad_desktop.ui.pages.operating.notes_rules import RulesDialog
from dyad_desktop.ui.widgets.basics import button

if TYPE_CHECKING:
    from dyad_desktop.ui.models.unit import Unit
    from dyad_desktop.ui.page import BasePage
    from dyad_desktop.ui.widgets.sheet.panel import Sheet

KEYS = (
    ("Ctrl+B", "change many lines at once, with a preview"),
    ("Shift+F2", "a note of your own on the cell"),
)


class LineTools(QObject):
    """The menu "More" of a page with a sheet of lines, and the dialogs that it opens."""

    def __init__(self, page: "BasePage", unit: "Callable[[], Unit]") -> None:
        super().__init__(page)
        self._page, self._unit = page, unit
        self._sheet: Sheet | None = None
        self._model: NotedLines | None = None
        self.bulk: BulkDialog | None = None
        self.many = self._action("Change many lines …", self.change_many, "Ctrl+B")
        self.note = self._action("Note …", self.write_note, "Shift+F2")
        self.rules = self._action("Rules of planning …", self.open_rules, "")
        self._menu = QMenu(page)
        self._menu.addActions([self.many, self.note])
        self._menu.addSeparator()
        self._menu.addAction(self.rules)
        more = button("More", name="More commands: change many lines, note, rules")
        more.setMenu(self._menu)
        page.add_to_header(more)

    def add(self, text: str, run: Callable[[], None], shortcut: str) -> None:
        """Put a command of the page itself at the menu's end."""
        self._menu.addSeparator()
        self._menu.addAction(self._action(text, run, shortcut))

    def _action(self, text: str, run: Callable[[], None], shortcut: str) -> QAction:
        action = QAction(text, self._page)
        action.triggered.connect(run)
        if shortcut:
            action.setShortcut(shortcut)
        self._page.addAction(action)
        return action

    def follow(self, sheet: "Sheet", model: NotedLines) -> None:
        """Serve a sheet of lines, also by its context menu."""
        self._sheet, self._model = sheet, model
        for view in (sheet.view, sheet.frozen):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(self._on_menu)

    def enable(self, *, lines: bool) -> None:
        """Let commands on lines be run only where lines are shown."""
        self.many.setEnabled(lines)
        self.note.setEnabled(lines)

    @Slot(QPoint)
    def _on_menu(self, at: QPoint) -> None:
        view = self.sender()
        if self._sheet is not None and view in (self._sheet.view, self._sheet.frozen):
            self._menu.popup(self._sheet.view.viewport().mapToGlobal(at))

    def chosen(self) -> list[str]:
        """Return the selected lines; those of a group that is selected, all of them."""
        if self._sheet is None or self._model is None:
            return []
        rows, _ = self._sheet.view.rectangle()
        found: dict[str, None] = {}
        for place in rows:
            at = self._model.rows[place] if place < len(self._model.rows) else None
            if at is not None and at.look == "group":
                found |= dict.fromkeys(self._model.lines_of(at.group))
            elif at is not None and at.look == "line":
                found[at.key[1]] = None
        return list(found)

    @Slot()
    def change_many(self) -> None:
        """Open the dialog that changes many lines."""
        if self._sheet is None or self._sheet.editing:
            return
        if said := fixed_words(self._page.desk.book, self._page.desk.draft):
            self._page.desk.say(said)
            return
        self.bulk = BulkDialog(self._page.desk, self.chosen(), self._unit(), self._page)
        self.bulk.open()

    @Slot()
    def write_note(self) -> None:
        """Open the dialog for a note on the current cell."""
        desk = self._page.desk
        if self._sheet is None or self._model is None or self._sheet.editing:
            return
        at = self._sheet.view.currentIndex()
        there = 0 <= at.row() < len(self._model.rows)
        if not there or self._model.rows[at.row()].look != "line":
            desk.say("Select a line or one of its months first.")
            return
        line = self._model.rows[at.row()].key[1]
        self.writing = write_note(desk, line, self._model.period_of(at.column()), self._page)

    @Slot()
    def open_rules(self) -> None:
        """Open the rules of planning."""
        self.ruling = RulesDialog(self._page.desk, self._page)
        self.ruling.open()
