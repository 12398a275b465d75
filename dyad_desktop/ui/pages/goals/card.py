"""A goal as a card: why, who, how it stands by rule and by the pair, its measures."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.goals.model import GoalView
from dyad_desktop.ui.pages.goals.parts import (
    Elided,
    add_measure_line,
    pair_row,
    state_lines,
)
from dyad_desktop.ui.tokens import GRID, RADIUS, SEMIBOLD, SMALL, theme
from dyad_desktop.ui.widgets.basics import button, label, rule


class GoalCard(QFrame):
    """One goal. ``picked`` carries its id when it is chosen, ``opened`` when it should be opened."""

    picked = Signal(str)
    opened = Signal(str)

    def __init__(self, view: GoalView) -> None:
        super().__init__()
        self.view = view
        self.setProperty("look", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Goal: {view.goal.title}")
        self.setAccessibleDescription(f"{view.sentence()}. Enter opens it.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, GRID + 4, GRID * 2, GRID + 2)
        column.setSpacing(GRID - 2)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(Elided(view.goal.title, weight=SEMIBOLD), 1)
        head.addLayout(pair_row(view))
        column.addLayout(head)
        why = view.goal.why or "Why this matters is not written yet."
        column.addWidget(Elided(why, size=SMALL, tone="muted" if view.goal.why else "faint"))
        for line in state_lines(view):
            column.addLayout(line)
        column.addWidget(rule())
        column.addWidget(self._measures(view))
        column.addStretch(1)
        column.addLayout(self._foot(view))

    def _measures(self, view: GoalView) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(2)
        for line, (reading, values) in enumerate(zip(view.readings, view.values, strict=True)):
            add_measure_line(grid, line, reading, values, dense=True)
        if not view.readings:
            grid.addWidget(label("No measure yet: open the goal and add one.", "muted"), 0, 0)
        return made

    def _foot(self, view: GoalView) -> QHBoxLayout:
        foot = QHBoxLayout()
        count = len(view.initiatives)
        words = f"{count} initiative{'s' if count != 1 else ''}" if count else "no initiative yet"
        parts = [words]
        if view.said is not None:
            parts.append(view.last_said)
        if view.goal.due:
            parts.append(f"due {show.day(view.goal.due)}")
        foot.addWidget(label(" · ".join(parts), "small"))
        foot.addStretch(1)
        opening = button("Open", "link", name=f"Open {view.goal.title}")
        opening.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        opening.clicked.connect(self._on_open)
        foot.addWidget(opening)
        return foot

    # -- Qt ------------------------------------------------------------------------------------

    @Slot()
    def _on_open(self) -> None:
        self.opened.emit(self.view.goal.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the goal."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.picked.emit(self.view.goal.id)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the goal."""
        event.accept()
        self._on_open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the goal on Enter."""
        if event.key() in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            self._on_open()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose the goal that the focus comes to."""
        super().focusInEvent(event)
        self.update()
        self.picked.emit(self.view.goal.id)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame the card that has the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("on_track"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
