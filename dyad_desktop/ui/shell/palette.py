"""Ctrl+K: everything by name — pages, commands, things, and what people changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from dyad_desktop.services.home import changes_made
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages import PAGES
from dyad_desktop.ui.shell.inspector import page_of
from dyad_desktop.ui.tokens import BODY, GRID, RADIUS, SMALL, font, theme

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.home import Recent
    from dyad_desktop.ui.desk import Desk

SHOWN = 60
_SORT = int(Qt.ItemDataRole.UserRole)
_ROW = 30


@dataclass(frozen=True, slots=True)
class Found:
    """An entry: what it is called, what sort of thing it is, and what choosing it does."""

    text: str
    sort: str
    run: Callable[[], object]


def rank(entries: Iterable[Found], query: str) -> list[Found]:
    """Return the entries that hold every word of the query, those that begin with it first."""
    words = query.casefold().split()
    hits: list[tuple[int, int, Found]] = []
    for n, entry in enumerate(entries):
        text = f"{entry.text} {entry.sort}".casefold()
        if all(word in text for word in words):
            start = (
                0
                if words and text.startswith(words[0])
                else 1
                if f" {query.casefold()}" in text
                else 2
            )
            hits.append((start, n, entry))
    hits.sort(key=lambda hit: hit[:2])
    return [entry for _, _, entry in hits[:SHOWN]]


class _Rows(QStyledItemDelegate):
    """Draws what a thing is called at the left, and what it is, muted, at the right."""

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a row."""
        return QSize(option.rect.width(), theme.px(_ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a row."""
        painter.save()
        box = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        box = box.adjusted(theme.px(GRID), 0, -theme.px(GRID), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        sort = str(index.data(_SORT) or "")
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | middle), sort)
        taken = QFontMetrics(font(SMALL)).horizontalAdvance(sort) + theme.px(GRID * 2)
        painter.setFont(font(BODY))
        painter.setPen(theme.colour("ink"))
        room = box.width() - taken
        text = str(index.data() or "")
        shown = QFontMetrics(font(BODY)).elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | middle), shown)
        painter.restore()


class Palette(QDialog):
    """A list that narrows as you type."""

    def __init__(self, entries: list[Found], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Search everything")
        self._entries = entries
        self._hits: list[Found] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        card = QFrame()
        card.setProperty("look", "card")
        outer.addWidget(card)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        self.query = QLineEdit()
        self.query.setProperty("look", "bare")
        self.query.setPlaceholderText("Go to, run, find …")
        self.query.setAccessibleName("Search")
        self.query.textChanged.connect(self._narrow)
        self.query.installEventFilter(self)
        layout.addWidget(self.query)
        self.list = QListWidget()
        self.list.setAccessibleName("Found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._take)
        layout.addWidget(self.list)
        self.resize(theme.px(560), theme.px(420))
        self._narrow("")
        self.query.setFocus()

    def add(self, entries: list[Found]) -> None:
        """Take more entries, such as those that had to be read from the file; what is chosen stays."""
        at = self.list.currentRow()
        self._entries = [*self._entries, *entries]
        self._narrow(self.query.text())
        if 0 <= at < self.list.count():
            self.list.setCurrentRow(at)

    @Slot(str)
    def _narrow(self, query: str) -> None:
        self._hits = rank(self._entries, query)
        self.list.clear()
        for entry in self._hits:
            item = QListWidgetItem(entry.text)
            item.setData(_SORT, entry.sort)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.text}, {entry.sort}")
            self.list.addItem(item)
        if self._hits:
            self.list.setCurrentRow(0)
        else:
            self.list.addItem("Nothing of that name. Try fewer letters, or a page's name.")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move in the list while typing goes on."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_PageDown): 10,
                    int(Qt.Key.Key_PageUp): -10}.get(event.key())  # fmt: skip
            if step is not None and self._hits:
                at = min(len(self._hits) - 1, max(0, self.list.currentRow() + step))
                self.list.setCurrentRow(at)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def _take(self) -> None:
        at = self.list.currentRow()
        if 0 <= at < len(self._hits):
            run = self._hits[at].run
            self.close()
            run()


def entries_of(
    desk: "Desk", actions: Iterable[QAction], page_of: Callable[[str], str]
) -> list[Found]:
    """Return everything that can be found: pages, commands, things with a page, and changes."""
    found = [Found(entry.title, "page", _Go(desk, entry.name)) for entry in PAGES]
    for action in actions:
        if action.isEnabled() and action.text():
            shortcut = action.shortcut().toString()
            sort = f"command  {shortcut}" if shortcut else "command"
            found.append(Found(action.text().replace("&", ""), sort, action.trigger))
    return found + _things(desk, page_of)


def changes_of(
    desk: "Desk", made: "Iterable[Recent]", page_of: Callable[[str], str]
) -> list[Found]:
    """Return what people changed, each leading to the thing it was done to."""
    found: list[Found] = []
    for one in made:
        page = page_of(one.key[0]) if one.key else ""
        if page:
            who = show.partner_name(desk.book, one.partner)
            text = f"{who} {one.what} {one.label}"
            found.append(
                Found(text, f"change  {show.moment(one.wall_ms)}", _Go(desk, page, one.key))
            )
    return found


def _things(desk: "Desk", page_of: Callable[[str], str]) -> list[Found]:
    from dyad_desktop.domain.registry import KINDS  # noqa: PLC0415 - after the first paint

    book = desk.book
    found: list[Found] = []
    for kind, spec in KINDS.items():
        page = page_of(kind)
        if not page or spec.singleton:
            continue
        for entity in book.all(spec.cls):
            sort = (
                f"{spec.title.lower()} {entity.id}" if len(entity.id) < 12 else spec.title.lower()
            )
            found.append(
                Found(book.label(kind, entity.id), sort, _Go(desk, page, (kind, entity.id)))
            )
    return found


@dataclass(frozen=True, slots=True)
class _Go:
    """Going somewhere, as a value that can be called."""

    desk: "Desk"
    page: str
    key: "Key | None" = None

    def __call__(self) -> None:
        self.desk.go(self.page, self.key)


class Search(QObject):
    """Opens the palette over a window, and lets it find people's changes once they have been read."""

    def __init__(self, desk: "Desk", window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window

    def open(self, actions: Iterable[QAction]) -> "Palette":
        """Show the palette with everything that can be found at once."""
        self._palette = palette = Palette(entries_of(self._desk, actions, page_of), self._window)
        corner = self._window.mapToGlobal(self._window.rect().topLeft())
        left = (self._window.width() - palette.width()) // 2
        palette.move(corner.x() + left, corner.y() + theme.px(90))
        palette.open()
        session = self._desk.session
        self._desk.ask(lambda: changes_made(session), self._on_changes)
        return palette

    @Slot(object)
    def _on_changes(self, made: "tuple[Recent, ...]") -> None:
        if isValid(self._palette):  # it deletes itself when it closes
            self._palette.add(changes_of(self._desk, made, page_of))
