"""A whole sheet: frozen first column, totals that never scroll away, find, and the line of figures."""

from bisect import bisect_left, bisect_right
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.money import rounded
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import SheetModel
from dyad_desktop.ui.models.unit import ROUNDED
from dyad_desktop.ui.tokens import CELL, GRID, ROW, SEMIBOLD, SMALL, font, theme
from dyad_desktop.ui.widgets.basics import ElidedLabel, button, label, row
from dyad_desktop.ui.widgets.sheet.staying import Staying
from dyad_desktop.ui.widgets.sheet.view import SheetView
from dyad_desktop.ui.widgets.sheet.widths import Widths

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
MANY = 200_000
_END = 13
"""Height of the line of one end of a total that is open."""


class FrozenColumn(SheetView):
    """The first column over the left edge of the sheet: it shares model and selection and never takes focus."""

    def __init__(self, main: SheetView) -> None:
        super().__init__(main.sheet)
        self._main = main
        self.setParent(main)
        self.setSelectionModel(main.selectionModel())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(main.verticalScrollMode())
        for column in range(1, len(main.sheet.columns)):
            self.setColumnHidden(column, True)  # noqa: FBT003 - Qt names no argument
        main.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        main.horizontalHeader().sectionResized.connect(self._on_resized)
        main.sheet.modelReset.connect(self._keep_step)
        # Where the sheet went while this column could not: its own length is known only once it is laid out.
        self.verticalScrollBar().rangeChanged.connect(self._keep_step)
        # Nor may it go anywhere by itself: names beside other rows' figures would be read as theirs.
        self.verticalScrollBar().valueChanged.connect(self._keep_step)
        self.cells.taken.disconnect(self.move_on)
        self.cells.taken.connect(main.move_on)
        self.cells.closeEditor.connect(self._on_closed)
        self.said.connect(main.said)
        main.frozen = self
        self.setAccessibleName("Names of the rows")

    @Slot()
    def _keep_step(self) -> None:
        self.verticalScrollBar().setValue(self._main.verticalScrollBar().value())

    @Slot()
    def _on_closed(self) -> None:
        """Hand the keys to the sheet: without a focus of its own this column drops those of its editor."""
        if QApplication.focusWidget() is None and self._main.isVisible():
            self._main.setFocus()

    @Slot(int, int, int)
    def _on_resized(self, column: int, _old: int, width: int) -> None:
        if column == 0:
            self.setColumnWidth(0, width)
            self.place()

    def place(self) -> None:
        """Lie over the first column of the sheet."""
        frame = self._main.frameWidth()
        height = self._main.viewport().height() + self._main.horizontalHeader().height()
        self.setGeometry(frame, frame, self._main.columnWidth(0), height)

    @property
    def editing(self) -> bool:
        """Return whether a cell of the sheet is being edited, in whichever view."""
        return self._main.editing

    def rest(self) -> bool:
        """Hand in what is being typed in either view; false when it is refused."""
        return self._main.rest()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the sheet."""
        self._main.wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select in the sheet, which has the focus."""
        if not self.rest():
            return
        super().mousePressEvent(event)
        self._main.setFocus()

    def go_to(self, row: int, column: int, *, extend: bool = False) -> None:
        """Go there in the sheet, where all columns show."""
        self._main.go_to(row, column, extend=extend)

    def cell_under(self, at: QPoint) -> tuple[int, int]:
        """Return the cell of the whole sheet beneath a point of the screen: a drag goes on beyond this column."""
        row, column = self._main.cell_under(at)
        return row, column if self.mapFromGlobal(at).x() >= self.width() else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the sheet."""
        self._main.keyPressEvent(event)


class Totals(QWidget):
    """The rows of totals beneath a sheet, in step with its columns."""

    def __init__(self, view: SheetView, parent: QWidget) -> None:
        super().__init__(
            parent
        )  # it shows itself: without a parent it would be a window of its own
        self._view = view
        view.horizontalScrollBar().valueChanged.connect(self.update)
        view.horizontalHeader().sectionResized.connect(self.update)
        view.sheet.dataChanged.connect(self.update)
        view.sheet.modelReset.connect(self.refit)
        self.setAccessibleName("Totals")
        self.refit()

    @Slot()
    def refit(self) -> None:
        """Take up the number of totals and the zoom."""
        count = len(self._view.sheet.totals)
        self.setVisible(count > 0)
        self.setFixedHeight(sum(self._height(n) for n in range(count)) + 2)
        self.update()

    def _height(self, n: int) -> int:
        """Return the height of a total: one whose figure is open has its ends beneath."""
        model = self._view.sheet
        open_ = any(model.total_range(n, column)[0] for column in range(1, len(model.columns)))
        return theme.px(ROW + (2 * _END + 2 if open_ else 0))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the totals, the first column on top as in the sheet."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        painter.fillRect(0, 0, self.width(), 2, theme.colour("ink"))
        painter.setFont(font(CELL, SEMIBOLD))
        model, view = self._view.sheet, self._view
        columns = [c for c in range(1, len(model.columns)) if not view.isColumnHidden(c)]
        top = 2
        for n in range(len(model.totals)):
            height = self._height(n)
            painter.setClipRect(
                0, top, view.viewport().geometry().right() + 1, height
            )  # as the sheet is cut
            for column in columns:
                x, width = view.columnViewportPosition(column), view.columnWidth(column)
                if x + width > 0 and x < self.width():
                    self._paint_total(painter, n, column, QRect(x + 6, top, width - 10, height))
            painter.setClipping(False)
            painter.setPen(theme.colour("ink"))
            painter.fillRect(0, top, view.columnWidth(0), height, theme.colour("surface"))
            box = QRect(7, top, view.columnWidth(0) - 9, theme.px(ROW))
            painter.drawText(box, _LEFT, model.total_text(n, 0))
            if height > theme.px(ROW):
                painter.setPen(theme.colour("muted"))
                painter.setFont(font(SMALL))
                self._paint_ends(painter, box, _LEFT, ("as you settle it, at least", "at most"))
                painter.setFont(font(CELL, SEMIBOLD))
            if n:
                painter.setPen(theme.colour("line"))
                painter.drawLine(0, top, self.width(), top)
            top += height
        self.setAccessibleDescription(self._spoken(columns))

    def _paint_total(self, painter: QPainter, n: int, column: int, box: QRect) -> None:
        """Paint a total; while it is open, the ends between which it comes out, small beneath."""
        model = self._view.sheet
        tone = model.total_tone(n, column) if model.columns[column].look == "tone" else ""
        side = _RIGHT if model.columns[column].numeric else _LEFT
        painter.setPen(theme.status(tone) if tone else theme.colour("ink"))
        line = QRect(box.left(), box.top(), box.width(), theme.px(ROW))
        painter.drawText(line, side, model.total_text(n, column))
        low, high = model.total_range(n, column)
        if not low:
            return
        painter.save()
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        self._paint_ends(painter, box, side, (low, high))
        painter.restore()

    @staticmethod
    def _paint_ends(painter: QPainter, box: QRect, side: int, texts: tuple[str, str]) -> None:
        for part, text in enumerate(texts):
            top = box.top() + theme.px(ROW - 3 + part * _END)
            painter.drawText(QRect(box.left(), top, box.width(), theme.px(_END)), side, text)

    def _spoken(self, columns: list[int]) -> str:
        model = self._view.sheet
        rows = (
            ", ".join(f"{model.columns[c].title} {self._said(n, c)}" for c in columns)
            for n in range(len(model.totals))
        )
        return "; ".join(f"{model.total_text(n, 0)}: {text}" for n, text in enumerate(rows))

    def _said(self, n: int, column: int) -> str:
        model = self._view.sheet
        low, high = model.total_range(n, column)
        text = model.total_text(n, column)
        return f"{text} ({low} to {high} as you settle it)" if low else text


class FindBar(QFrame):
    """Finds text in the sheet: next, previous, how many."""

    def __init__(self, view: SheetView) -> None:
        super().__init__()
        self._view = view
        self._hits: list[tuple[int, int]] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, 4, GRID, 4)
        self.query = QLineEdit()
        self.query.setAccessibleName("Find in this table")
        self.query.setPlaceholderText("Find in this table")
        self.query.textChanged.connect(self._search)
        self.query.returnPressed.connect(self.next)
        self.query.installEventFilter(self)
        self._count = label("", "small")
        back, forward, close = (
            button("Previous", "quiet"),
            button("Next", "quiet"),
            button("Close", "quiet"),
        )
        back.clicked.connect(self.previous)
        forward.clicked.connect(self.next)
        close.clicked.connect(self.close_bar)
        layout.addLayout(row(self.query, self._count, back, forward, close))
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        view.sheet.dataChanged.connect(self._look_soon)
        view.sheet.modelReset.connect(self._look_soon)
        self.hide()

    @property
    def found(self) -> str:
        """Return how many cells are said to hold the text."""
        return self._count.text()

    @Slot()
    def open_bar(self) -> None:
        """Show the bar and begin to type."""
        self.show()
        self._look()
        self.query.setFocus()
        self.query.selectAll()

    @Slot()
    def close_bar(self) -> None:
        """Hide the bar and go back to the sheet."""
        self.hide()
        self._view.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close on Escape."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == int(Qt.Key.Key_Escape)
        ):
            self.close_bar()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _search(self) -> None:
        """Go to the first cell that holds what is typed."""
        self._look()
        if self._hits:
            self._view.go_to(*self._hits[0])

    @Slot()
    def _look_soon(self) -> None:
        """Count again once all rows are there; the cells that were found may be other ones by now."""
        if self.isVisible():
            self._soon.start()

    @Slot()
    def _look(self) -> None:
        wanted = self.query.text().casefold()
        model = self._view.sheet
        self._hits = [
            (r, c)
            for r in range(len(model.rows))
            for c in range(len(model.columns))
            if wanted and not self._view.isColumnHidden(c) and wanted in model.text(r, c).casefold()
        ]
        self._count.setText(f"{len(self._hits)} found" if wanted else "")

    @Slot()
    def next(self) -> None:
        """Go to the next hit."""
        self._turn(1)

    @Slot()
    def previous(self) -> None:
        """Go to the hit before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        """Go to the hit next to the current cell, and from the last one to the first."""
        self._look()
        if not self._hits:
            return
        current = self._view.currentIndex()
        at = (current.row(), current.column())
        place = bisect_right(self._hits, at) if by > 0 else bisect_left(self._hits, at) - 1
        self._view.go_to(*self._hits[place % len(self._hits)])


class Sheet(QFrame):
    """What pages put on the screen. ``moved`` tells that another cell is current; ``said`` a sentence."""

    moved = Signal()
    said = Signal(str)

    def __init__(self, model: SheetModel, name: str) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.model = model
        self.view = SheetView(model)
        self.view.setAccessibleName(name)
        self.frozen = FrozenColumn(self.view)
        self.totals = Totals(self.view, self)
        self.finder = FindBar(self.view)
        self._lay_out()
        self.note.setVisible(model.rounded)  # not before it has a parent, as above
        self.widths = Widths(self.view)
        self.staying = Staying(self.view)
        self._recount = QTimer(self)
        self._recount.setSingleShot(True)
        self._recount.timeout.connect(self._count)
        model.dataChanged.connect(self._recount.start)
        model.modelReset.connect(self._recount.start)
        self.view.moved.connect(self._on_moved)
        self.view.said.connect(self.said)
        self.view.viewport().installEventFilter(self)
        self.view.horizontalHeader().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.horizontalHeader().customContextMenuRequested.connect(self._on_header_menu)
        opening = QAction("Find in this table", self)
        opening.setShortcut(QKeySequence.StandardKey.Find)
        opening.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        opening.triggered.connect(self.finder.open_bar)
        self.addAction(opening)
        theme.changed.connect(self.fit)
        self.setFocusProxy(self.view)

    def _lay_out(self) -> None:
        """Put the rows above the totals, the bar that finds, and the line at the foot."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.totals)
        layout.addWidget(self.finder)
        self._foot, self.legend, self.note = ElidedLabel(), ElidedLabel(), ElidedLabel()
        for part in (self._foot, self.legend, self.note):
            part.setProperty("type", "small")
        self.note.setText(ROUNDED)
        foot = row(self._foot, 1, self.legend, self.note, spacing=GRID * 2)
        foot.setContentsMargins(GRID, 5, GRID, 5)
        layout.addLayout(foot)

    def follow(self, desk: "Desk") -> None:
        """Mark contested cells, open their sides, and let editors remember what they saw."""
        self._desk = desk
        self.model.follow(desk.glance)
        for view in (self.view, self.frozen):
            view.settling.connect(desk.settling)
            # Later: an editor may close while rows are being replaced, or a key that closes it still moves on.
            view.cells.closed.connect(desk.rested, Qt.ConnectionType.QueuedConnection)
        desk.differing.connect(self._on_differing)
        desk.around.connect(self._on_around)
        self._on_differing()
        self._on_around()

    @Slot()
    def _on_around(self) -> None:
        """Outline the cells that a partner is editing right now."""
        marks = {at: (one.place, one.name) for at, one in self._desk.elsewhere.items()}
        self.model.set_elsewhere(marks)
        for view in (self.view, self.frozen):
            view.viewport().update()

    @Slot()
    def _on_differing(self) -> None:
        places = {partner: n for n, partner in enumerate(self._desk.partner_ids)}
        self.model.set_disputed(self._desk.contested, places)

    @property
    def editing(self) -> bool:
        """Return whether a cell is being edited."""
        return self.view.editing

    @Slot()
    def fit(self) -> None:
        """Take up the theme and zoom."""
        self.view.fit()
        self.frozen.fit()
        self.widths.grow()
        self.frozen.place()
        self.totals.refit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the frozen column over the sheet."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.frozen.place()
        return super().eventFilter(watched, event)

    @Slot()
    def _on_moved(self) -> None:
        self._count()
        self.moved.emit()

    @Slot()
    def _count(self) -> None:
        """Say what the selected cells come to, and that totals are rounded on their own where they are."""
        self.note.setVisible(self.model.rounded)
        self._foot.setText(self._figures())

    def _figures(self) -> str:
        rows, columns = self.view.blocks.selected()
        count = len(rows) * len(columns)
        if count == 0 or count > MANY:
            return ""
        found = self.view.figures()
        cells = f"{count:,} cell{'s' if count != 1 else ''}"
        if not found:
            return cells
        total = sum(found, Decimal(0))
        if len(found) == 1:
            return f"{cells}    Sum {figure(total)}"
        mean = total / len(found)
        return f"{cells}    Sum {figure(total)}    Mean {figure(mean)}    Count {len(found):,}"

    @Slot(QPoint)
    def _on_header_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        for n, column in enumerate(self.model.columns):
            if n == 0:
                continue
            action = QAction(column.title or column.key, menu)
            action.setCheckable(True)
            action.setChecked(not self.view.isColumnHidden(n))
            action.setData(n)
            menu.addAction(action)
        menu.triggered.connect(self._on_column)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.view.horizontalHeader().mapToGlobal(at))

    @Slot(QAction)
    def _on_column(self, action: QAction) -> None:
        self.view.setColumnHidden(int(action.data()), not action.isChecked())
        current = self.view.currentIndex()
        if current.isValid() and self.view.isColumnHidden(current.column()):
            self.view.go_to(current.row(), current.column())
        self.totals.update()


def figure(value: Decimal) -> str:
    """Return a sum or mean with at most two places."""
    return show.number(rounded(value, 2))
