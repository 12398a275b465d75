"""Where a chart comes up: it keeps the chart's room and says that it waits while what draws is loaded."""

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget
from shiboken6 import isValid

from dyad_desktop.ui.charts.loading import (
    LEAST,
    USUAL,
    WAITS,
    Which,
    any_loaded,
    load,
    load_rest,
    loaded,
    prepare,
)
from dyad_desktop.ui.tokens import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.errors import DyadError
    from dyad_desktop.ui.charts.canvas import ChartCanvas
    from dyad_desktop.ui.desk import Desk

Chart = TypeVar("Chart", bound="ChartCanvas")
LOOK_MS = 150
"""So long after the first page has come up it is looked at."""
REST_MS = 300
"""So long after the first chart the others are loaded: it has painted by then."""


def prepare_soon(owner: QWidget, desk: "Desk") -> None:
    """Load what charts stand on, once nothing else is under way, while somebody looks at ``owner``.

    Who asks for a chart sooner waits for it as for the rest. It takes 30 MB, matplotlib itself as much again.
    """

    def at_rest() -> None:
        if any_loaded():
            return
        if desk.runner.busy:
            prepare_soon(owner, desk)
        else:
            desk.runner.files(prepare)

    QTimer.singleShot(LOOK_MS, owner, at_rest)


class ChartPlace(QStackedWidget, Generic[Chart]):
    """The place of one chart. ``made`` carries the chart once, before anything is drawn on it.

    Nothing is loaded before the place is seen and something is to be drawn. What is imported from the chart's
    module is imported within what draws, which runs when the chart is there.
    """

    made = Signal(object)

    def __init__(
        self,
        desk: "Desk",
        which: Which,
        make: "Callable[[type[Any]], Chart]" = lambda chart: chart(),
    ) -> None:
        super().__init__()
        self._desk, self._which, self._make = desk, which, make
        self._wanted: Callable[[Chart], object] | None = None
        self._loading = self._failed = False
        self.chart: Chart | None = None
        self.note = _Note()
        self.addWidget(self.note)
        self.setFocusProxy(self.note)

    def draw(self, wanted: "Callable[[Chart], object]") -> None:
        """Have something drawn: at once, or when the chart is there. Only what was asked for last is drawn."""
        self._wanted = wanted
        self._bring_up()

    def refresh(self) -> None:
        """Take up a changed theme or zoom."""
        self.note.updateGeometry()
        if self.chart is not None:
            self.chart.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring up what was asked for while nobody saw it; what could not be loaded is tried again."""
        super().showEvent(event)
        self._failed = False
        self._bring_up()

    def _bring_up(self) -> None:
        if self._wanted is None:
            return
        if self.chart is not None:
            self._draw(self.chart)
        elif self.isVisible() and not self._loading and not self._failed:
            found = loaded(self._which)
            if found is not None:
                self._put(found)
                return
            self._loading = True
            self.note.setText(WAITS)
            QTimer.singleShot(0, self, self._load)  # once the page has painted

    def _draw(self, chart: Chart) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted(chart)

    # -- loading -------------------------------------------------------------------------------

    @Slot()
    def _load(self) -> None:
        self._desk.reckon(partial(load, self._which), self._on_loaded, self._on_failed)

    @Slot(object)
    def _on_loaded(self, found: "type[Chart]") -> None:
        if isValid(self):
            self._loading = False
            self._put(found)
            QTimer.singleShot(REST_MS, self, self._load_rest)

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        if isValid(self):
            self._loading, self._failed = False, True
            self.note.setText(str(error))
            self._desk.say_error(error)

    @Slot()
    def _load_rest(self) -> None:
        self._desk.runner.files(load_rest)

    def _put(self, found: "type[Chart]") -> None:
        """Make the chart in place of the note, draw what is waited for, and hand on the focus that the note has."""
        chart = self._make(found)
        self.chart = chart
        self.addWidget(chart)
        self.made.emit(chart)
        self._draw(chart)
        focused = self.window().focusWidget() is self.note
        self.setFocusProxy(chart)
        self.setCurrentWidget(chart)
        if focused:
            chart.setFocus()


class _Note(QLabel):
    """What stands in a chart's place, as large as the chart, so that nothing moves when it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("type", "muted")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, and the frame of the focus as a chart does."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(theme.colour("on_track"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def hasHeightForWidth(self) -> bool:
        """Return that the height doesn't follow from the width, as a chart's doesn't."""
        return False

    def sizeHint(self) -> QSize:
        """Return the size that a chart likes to have."""
        return QSize(*(theme.px(length) for length in USUAL))

    def minimumSizeHint(self) -> QSize:
        """Return the least size that a chart can be read in."""
        return QSize(*(theme.px(length) for length in LEAST))
