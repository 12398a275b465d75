"""Ours among peers: the list of units, and the funnel that tells which differ by more than chance."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.goals import Peer
from dyad_desktop.domain.peers import (
    OVERDISPERSED_FROM,
    absent_words,
    funnel_of,
    funnel_words,
    ours_of,
    peers_of,
    placing_of,
)
from dyad_desktop.ui.charts.loading import FUNNEL
from dyad_desktop.ui.pages.performance.filling import Filling
from dyad_desktop.ui.pages.performance.ledger import Ledger
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import label
from dyad_desktop.ui.widgets.chart_place import ChartPlace
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.domain.goals import Measure
    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.ui.charts.funnel_plot import FunnelPlot
    from dyad_desktop.ui.desk import Desk

NO_TABLE = "Units differ in size, so small ones scatter more: this is no league table."
SHARES = (4, 6)


class PeersView(QWidget):
    """The list at the left, the funnel at the right."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._measure: Measure | None = None
        self._said = True
        self._drawn = False
        self.sheet = Sheet(Ledger(desk, "peer"), "Peers")
        self.sheet.setProperty("look", "")
        # As the chart: without a height of their own to like, which a panel above would be covered for.
        self.sheet.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.sheet.said.connect(desk.say)
        self.sheet.follow(desk)
        self.filling = Filling(self.sheet, 0)
        self.says = label("", "strong", wrap=True)
        self.widen = QCheckBox("Widen the limits where units differ by more than chance")
        self.widen.toggled.connect(self._on_widen)
        self.stack = QStackedWidget()
        self.few = label("", "muted", wrap=True)
        self.few.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.drawing: ChartPlace[FunnelPlot] = ChartPlace(desk, FUNNEL)
        self.stack.addWidget(self.few)
        self.stack.addWidget(self.drawing)
        right = QVBoxLayout()
        right.setSpacing(GRID)
        right.addWidget(self.says)
        right.addWidget(self.stack, 1)
        right.addWidget(self.widen)
        self.caution = label(NO_TABLE, "small", wrap=True)
        right.addWidget(self.caution)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID * 2)
        line.addWidget(self.sheet, SHARES[0])
        line.addLayout(right, SHARES[1])
        self.sheet.setMinimumWidth(theme.px(356))
        self.setFocusProxy(self.sheet.view)

    @property
    def editing(self) -> bool:
        """Return whether someone is typing."""
        return self.sheet.editing

    def show_chart(self, chart: "MeasureChart") -> None:
        """Show the peers of a measure."""
        self._measure = measure = chart.measure
        model = self.sheet.model
        assert isinstance(model, Ledger)  # noqa: S101 - for the type checker
        model.show_chart(chart)
        there = self._desk.book.children(Peer, measure.id)
        wanted = not placing_of(measure).refusal or bool(there)
        self.sheet.setVisible(wanted)  # nothing is typed where no funnel can come of it
        self.filling.fill()
        self.sheet.view.setAccessibleName(f"Peers of {measure.title}")
        self._show_funnel()

    def _show_funnel(self) -> None:
        book, measure = self._desk.book, self._measure
        funnel = (
            None
            if measure is None
            else funnel_of(book, measure, overdispersed=self.widen.isChecked())
        )
        self._drawn = funnel is not None
        self._show_words()
        if funnel is None or measure is None:
            self.few.setText("" if measure is None else absent_words(book, measure))
            self.stack.setCurrentWidget(self.few)
            return
        said = funnel_words(book, measure, funnel)
        self.says.setText(said)
        few = len(funnel.points) < OVERDISPERSED_FROM
        self.widen.setEnabled(not few)
        self.widen.setToolTip(f"Takes {OVERDISPERSED_FROM} units or more" if few else "")

        def draw(plot: "FunnelPlot") -> None:
            better = {"up": "high", "down": "low"}.get(measure.direction, "")
            plot.show_funnel(funnel, ours_of(book, measure), said, placing_of(measure), better)
            plot.setAccessibleName(
                f"Funnel of {measure.title}, {len(peers_of(book, measure))} units"
            )

        self.stack.setCurrentWidget(self.drawing)
        self.drawing.draw(draw)

    def tell(self, *, said: bool, caution: bool) -> None:
        """Say about the funnel what there is room for: a panel above may take it."""
        self._said = said
        self.caution.setVisible(caution)
        self._show_words()

    def _show_words(self) -> None:
        for part in (self.says, self.widen):
            part.setVisible(self._drawn and self._said)

    @property
    def plot(self) -> "FunnelPlot | None":
        """The funnel, once it is there."""
        return self.drawing.chart

    @Slot(bool)
    def _on_widen(self, _on: bool) -> None:  # noqa: FBT001 - Qt's own signature
        self._show_funnel()

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.drawing.refresh()
