"""Where a panel opens above a chart: as high as it needs to be, scrolling where it can't, or in the chart's place."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.basics import Column

LEAST_PANEL = 260
"""Height from which a panel that needs more can be worked with beside the chart, scrolling."""
UNBOUND = 16_777_215


class PanelArea(Column):
    """Holds a panel. ``reshaped`` says that the panel has come to need another height."""

    reshaped = Signal()
    panel: QWidget | None = None
    """None while the area itself is made, which filters events already."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.panel = panel
        # As high as it needs to be, also where it has the place of the chart.
        panel.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.column.addWidget(panel)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._on_settled)
        panel.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the panel is laid out anew, such as after a line was added to it."""
        if watched is self.panel and event.type() == QEvent.Type.LayoutRequest:
            self._soon.start()
        return super().eventFilter(watched, event)

    @Slot()
    def _on_settled(self) -> None:
        if self.isVisible():
            self.reshaped.emit()

    def needed(self, width: int) -> int:
        """Return the height that the panel needs at a width."""
        layout = self.panel.layout() if self.panel else None
        assert layout is not None  # noqa: S101 - a panel has one
        layout.activate()
        if layout.hasHeightForWidth():
            return layout.totalHeightForWidth(width) + 2
        return layout.totalSizeHint().height() + 2

    def fit(self, width: int, room: int) -> bool:
        """Take as much of ``room`` as is needed; returns whether the chart stays, or all of it is taken."""
        needed = self.needed(width)
        stays = needed <= room or room >= theme.px(LEAST_PANEL)
        self.setMinimumHeight(min(needed, room) if stays else 0)
        self.setMaximumHeight(min(needed, room) if stays else UNBOUND)
        return stays


def height_at(widget: QWidget, width: int) -> int:
    """Return the height that a widget has at a width."""
    own = widget.heightForWidth(width) if widget.hasHeightForWidth() else -1
    return own if own > 0 else widget.sizeHint().height()
