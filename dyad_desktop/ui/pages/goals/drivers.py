"""The driver diagram on the screen: read, walked by arrow keys, edited by mouse and keyboard, kept as a picture."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from dyad_desktop.domain.driver_tree import COLUMNS, TITLES, DriverTree, Node
from dyad_desktop.ui.tokens import SEMIBOLD, SMALL, STATUS_WORDS, font, theme

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key

ROW, TALL, HEAD, GAP = 46, 38, 34, 44
"""Height of a row, of a node in it, of the headings, and the width between two columns."""
LEAST = 150
PAD = 8
DOTS = (2, 3)
"""Drawn and left out, in widths of the line."""
KEYS = {
    int(Qt.Key.Key_Up): (0, -1),
    int(Qt.Key.Key_Down): (0, 1),
    int(Qt.Key.Key_Left): (-1, 0),
    int(Qt.Key.Key_Right): (1, 0),
}
WRAP = int(Qt.TextFlag.TextWordWrap)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class TitleEditor(QLineEdit):
    """Writes over a title. Its Enter and Escape are its own: the diagram beneath would open what they end."""

    given_up = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Title")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand in on Enter, give up on Escape, and let neither pass on."""
        if event.key() == int(Qt.Key.Key_Escape):
            self.given_up.emit()
        else:
            super().keyPressEvent(event)
        if event.key() in (int(Qt.Key.Key_Escape), int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            event.accept()


class Diagram(QWidget):
    """Paints a driver tree. Signals carry what is asked for; the owner runs the commands."""

    chosen = Signal(object)
    opened = Signal(object)
    renaming = Signal(object)
    """Carries the key of a title that someone begins to write over."""
    renamed = Signal(object, str)
    left = Signal()
    """Tells that no title is being written any more."""
    link_asked = Signal(object, object)
    added = Signal(object)
    """Carries the key under which something new is to be made."""
    deleted = Signal(object)
    linked_from = Signal(object)
    """Carries the key of what is being linked; ``None`` once it no longer is."""
    placed = Signal(object)
    """Carries places that are to be seen, as rectangles, the one that matters most first."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = DriverTree((), ())
        self.current: Key | None = None
        self.linking: Key | None = None
        """Whatever is being linked with the next thing that is chosen."""
        self._picked = False
        """Whether someone chose what is current: before that it only has the arrow keys."""
        self._pressed: Key | None = None
        """What a link is being drawn from with the mouse."""
        self._down: Key | None = None
        """What the mouse went down on."""
        self._written: Key | None = None
        """Whose title is being written."""
        self._at = QPointF()
        self._editor = TitleEditor(self)
        self._editor.editingFinished.connect(self._on_renamed)
        self._editor.given_up.connect(self._on_given_up)
        self._editor.hide()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Driver diagram")

    def show_tree(self, tree: DriverTree) -> None:
        """Show a tree; what was current, or is being linked, stays so while it is there."""
        self.tree = tree
        self.current, self.linking, self._pressed = (
            key if key is not None and tree.node(key) is not None else None
            for key in (self.current, self.linking, self._pressed)
        )
        if self.current is None and tree.nodes:
            self.current, self._picked = tree.nodes[0].key, False
            if self.hasFocus():
                self.choose(self.current)
        self.linked_from.emit(self.linking)
        self.setMinimumSize(self.sizeHint())
        self._describe()
        self.update()

    @property
    def editing(self) -> bool:
        """Return whether a title is being written, also on a page that was just left."""
        return not self._editor.isHidden()

    def sizeHint(self) -> QSize:
        """Return the size in which everything can be read."""
        wide = len(COLUMNS) * theme.px(LEAST) + (len(COLUMNS) - 1) * theme.px(GAP)
        return QSize(wide, theme.px(HEAD + ROW * max(1, self.tree.rows) + PAD))

    # -- places --------------------------------------------------------------------------------

    def box(self, node: Node) -> QRectF:
        """Return where a node stands."""
        gaps = (len(COLUMNS) - 1) * theme.px(GAP)
        wide = max(theme.px(LEAST), (self.width() - gaps - 2) / len(COLUMNS))
        left = 1 + node.column * (wide + theme.px(GAP))
        return QRectF(left, theme.px(HEAD) + node.row * theme.px(ROW), wide, theme.px(TALL))

    def node_at(self, at: QPointF) -> Node | None:
        """Return the node at a place."""
        return next((node for node in self.tree.nodes if self.box(node).contains(at)), None)

    def _ask_for_sight(self) -> None:
        """Ask that what is current be seen, and what is being linked with it where both fit."""
        keys = (self.current, self.linking)
        nodes = [node for key in keys if key is not None and (node := self.tree.node(key))]
        if nodes and nodes[0].key == self.current:
            self.placed.emit([self._with_margin(node) for node in nodes])

    def _with_margin(self, node: Node) -> QRectF:
        """Return where a node stands with a little around it; of the first row with the headings."""
        space = theme.px(PAD)
        box = self.box(node).adjusted(-space, -space, space, space)
        if node.row == 0:
            box.setTop(0)
        return box

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is current in sight while someone works here, and the editor over its title."""
        super().resizeEvent(event)
        node = self.tree.node(self._written) if self._written and self.editing else None
        if node is not None:
            self._editor.setGeometry(self.box(node).toRect())
        if self.hasFocus() or self.editing:
            self._ask_for_sight()

    # -- painting ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the diagram, and the link that is being drawn."""
        painter = QPainter(self)
        self.draw(painter)
        drawn = QPen(theme.colour("on_track"), 2, Qt.PenStyle.DashLine)
        if self._pressed is not None and (node := self.tree.node(self._pressed)) is not None:
            painter.setPen(drawn)
            painter.drawLine(self.box(node).center(), self._at)
        begun, here = (self.tree.node(key) if key else None for key in (self.linking, self.current))
        if begun is not None and here is not None and begun is not here:
            painter.setPen(drawn)
            painter.drawLine(self._edge(begun, here), self._edge(here, begun))

    def _edge(self, node: Node, other: Node) -> QPointF:
        """Return where a line from a node to another leaves it."""
        box, towards = self.box(node), other.column - node.column
        if towards == 0:
            below = other.row > node.row
            return QPointF(box.center().x(), box.bottom() if below else box.top())
        return QPointF(box.right() if towards > 0 else box.left(), box.center().y())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose what is current: a frame that the arrows move is what the inspector tells of."""
        super().focusInEvent(event)
        if self.current is not None and not self._picked:
            self.choose(self.current)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._ask_for_sight()

    def draw(self, painter: QPainter, *, chosen: bool = True) -> None:
        """Draw headings, links and nodes; what is ``chosen`` stands out."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL, SEMIBOLD))
        painter.setPen(theme.colour("muted"))
        for column, title in enumerate(TITLES):
            box = self.box(Node((COLUMNS[column], ""), "", "", 0))
            painter.drawText(
                QRectF(box.left(), 0, box.width(), theme.px(HEAD)), LEFT, title.upper()
            )
        lit = {self.current} if chosen and self._picked else set()
        for served, serving in self.tree.links:
            self._link(painter, served, serving, strong=bool(lit & {served, serving}))
        for node in self.tree.nodes:
            here = chosen and self._picked and node.key == self.current
            self._node(painter, node, chosen=here, begun=chosen and node.key == self.linking)

    def _link(self, painter: QPainter, served: "Key", serving: "Key", *, strong: bool) -> None:
        one, other = self.tree.node(served), self.tree.node(serving)
        if one is None or other is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(theme.colour("muted" if strong else "line_strong"), 2 if strong else 1)
        # A link that passes a column would look like one of the things in it, were it drawn alike.
        passing = abs(one.column - other.column) > 1
        if passing:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # other ends grow into one line in a PDF
            pen.setDashPattern(DOTS)
        painter.setPen(pen)
        painter.drawPath(self._way(one, other, passing=passing))

    def _way(self, one: Node, other: Node, *, passing: bool) -> QPainterPath:
        """Return the way of a link; one that passes a column goes between the things in it, not behind them."""
        start = QPointF(self.box(one).right(), self.box(one).center().y())
        end = QPointF(self.box(other).left(), self.box(other).center().y())
        path = QPainterPath(start)
        if passing:
            lane = self._lane((start.y() + end.y()) / 2)
            left = self.box(Node((COLUMNS[one.column + 1], ""), "", "", 0)).left()
            right = self.box(Node((COLUMNS[other.column - 1], ""), "", "", 0)).right()
            _bend(path, start, QPointF(left, lane))
            path.lineTo(QPointF(right, lane))
            start = QPointF(right, lane)
        _bend(path, start, end)
        return path

    def _lane(self, y: float) -> float:
        """Return the middle of the gap between two rows that is nearest to a height."""
        row = theme.px(ROW)
        first = theme.px(HEAD) - (row - theme.px(TALL)) / 2
        return first + round((y - first) / row) * row

    def _node(self, painter: QPainter, node: Node, *, chosen: bool, begun: bool) -> None:
        box = self.box(node)
        edge = "on_track" if chosen and self.hasFocus() else "ink" if chosen else "line_strong"
        painter.setPen(QPen(theme.colour(edge), 2 if chosen else 1))
        painter.setBrush(theme.colour("selected" if begun else "surface"))
        painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        sign = STATUS_WORDS.get(node.status, STATUS_WORDS["no_data"])[0]
        inner = box.adjusted(theme.px(PAD), 0, -theme.px(PAD), 0)
        painter.setFont(font(SMALL, SEMIBOLD))
        painter.setPen(theme.status(node.status))
        painter.drawText(inner, LEFT, sign)
        shown = font(SMALL)
        painter.setFont(shown)
        painter.setPen(theme.colour("ink"))
        text = inner.adjusted(theme.px(16), theme.px(2), 0, -theme.px(2))
        painter.drawText(text, LEFT | WRAP, two_lines(node.title, shown, text.width()))

    # -- walking -------------------------------------------------------------------------------

    def choose(self, key: "Key") -> None:
        """Make a node current."""
        self.current, self._picked = key, True
        self._describe()
        self.update()
        self.chosen.emit(key)

    def _describe(self) -> None:
        node = self.tree.node(self.current) if self.current else None
        if node is None:
            self.setAccessibleDescription("Nothing is here yet.")
            return
        around = [
            self.tree.node(other)
            for pair in self.tree.links if node.key in pair
            for other in pair if other != node.key
        ]  # fmt: skip
        names = "; ".join(f"{TITLES[one.column]} {one.title}" for one in around if one) or "nothing"
        state = STATUS_WORDS.get(node.status, STATUS_WORDS["no_data"])[1]
        self.setAccessibleDescription(
            f"{TITLES[node.column]} {node.title}, {state}, linked with {names}"
        )

    def walk(self, columns: int, rows: int) -> None:
        """Go to the next node of the column, or the nearest of another, linked ones first."""
        here = self.tree.node(self.current) if self.current else None
        if here is None:
            return
        if rows:
            column = [node for node in self.tree.nodes if node.column == here.column]
            at = min(max(column.index(here) + rows, 0), len(column) - 1)
            self._go_to(column[at].key)
            return
        others = [
            node for node in self.tree.nodes
            if (node.column - here.column) * columns > 0
        ]  # fmt: skip
        if others:
            self._go_to(min(others, key=lambda node: self._distance(here, node)).key)

    def _go_to(self, key: "Key") -> None:
        """Make a node current by the keyboard, which takes the sight along; a click has it where it is."""
        self.choose(key)
        self._ask_for_sight()

    def _distance(self, here: Node, node: Node) -> tuple[bool, int, float]:
        pairs = {(here.key, node.key), (node.key, here.key)}
        unlinked = not pairs & set(self.tree.links)
        return unlinked, abs(node.column - here.column), abs(node.row - here.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk by arrows; Enter opens or links, L begins a link, F2 renames, Insert adds, Delete deletes."""
        key = event.key()
        if key in KEYS and not event.modifiers():
            self.walk(*KEYS[key])
        elif self.current is not None and key in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            self._enter(self.current)
        elif key == int(Qt.Key.Key_L) and self.current is not None:
            self.begin_link(self.current)
        elif key == int(Qt.Key.Key_F2) and self.current is not None:
            self.rename(self.current)
        elif key == int(Qt.Key.Key_Insert) and self.current is not None:
            self.added.emit(self.current)
        elif key == int(Qt.Key.Key_Delete) and self.current is not None:
            self.deleted.emit(self.current)
        elif key == int(Qt.Key.Key_Escape) and self.linking is not None:
            self.begin_link(None)
        else:
            super().keyPressEvent(event)

    def begin_link(self, key: "Key | None") -> None:
        """Begin to link something with whatever is chosen next, or with ``None`` leave that."""
        self.linking = key
        self.linked_from.emit(key)
        if key is not None:
            self._ask_for_sight()
        self.update()

    def _enter(self, key: "Key") -> None:
        begun = self.linking
        self.begin_link(None)
        if begun is None:
            self.opened.emit(key)
        elif begun != key:
            self.link_asked.emit(begun, key)

    # -- the mouse -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a node, and begin to draw a link from it."""
        node = self.node_at(event.position())
        self._down = node.key if node is not None else None
        if node is not None and event.button() == Qt.MouseButton.LeftButton:
            self.setFocus()
            self.choose(node.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw a link from the node that was pressed."""
        if event.buttons() & Qt.MouseButton.LeftButton and self.current is not None:
            here = self.node_at(event.position())
            if self._pressed is not None or here is None or here.key != self.current:
                self._pressed, self._at = self.current, event.position()
                self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Link with the node where the mouse is let go, or what was begun to be linked with the one clicked."""
        begun, self._pressed, down, self._down = self._pressed, None, self._down, None
        node = self.node_at(event.position())
        clicked = begun is None and event.button() == Qt.MouseButton.LeftButton
        if begun is not None and node is not None and node.key != begun:
            self.link_asked.emit(begun, node.key)
        elif clicked and node is not None and node.key == down and self.linking not in (None, down):
            self._enter(node.key)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what is under the mouse."""
        node = self.node_at(event.position())
        if node is not None:
            self.opened.emit(node.key)

    # -- renaming ------------------------------------------------------------------------------

    def rename(self, key: "Key") -> None:
        """Let a title be written over where it stands."""
        node = self.tree.node(key)
        if node is None:
            return
        self.choose(key)
        self._written = key
        self.renaming.emit(key)
        self._editor.setText(node.title)
        self._editor.setGeometry(self.box(node).toRect())
        self._editor.show()
        self._editor.setFocus()
        self._editor.selectAll()
        self._ask_for_sight()

    @Slot()
    def _on_given_up(self) -> None:
        self._editor.hide()
        self.setFocus()
        self.left.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep a title that is being written when its page goes, as a click elsewhere does."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._on_renamed()

    @Slot()
    def _on_renamed(self) -> None:
        if self._editor.isHidden():
            return
        self._editor.hide()
        if self.isVisible():
            self.setFocus()
        node = self.tree.node(self._written) if self._written else None
        text = self._editor.text().strip()
        if node is not None and text and text != node.title:
            self.renamed.emit(node.key, text)
        self.left.emit()


def _bend(path: QPainterPath, start: QPointF, end: QPointF) -> None:
    bend = theme.px(GAP) / 2
    path.cubicTo(QPointF(start.x() + bend, start.y()), QPointF(end.x() - bend, end.y()), end)


def two_lines(text: str, shown: QFont, width: float) -> str:
    """Return a title cut so that it fits in two lines."""
    metrics, cut = QFontMetrics(shown), text
    room = QRect(0, 0, int(width), 10_000)
    while metrics.boundingRect(room, LEFT | WRAP, cut).height() > 2 * metrics.lineSpacing() + 1:
        cut = f"{cut[:-2].rstrip()}…"
    return cut
