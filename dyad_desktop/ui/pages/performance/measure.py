"""One measure large: what its chart says, the chart or the grid of its values, and the facts beneath."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.goals import Annotation, Goal, Measure
from dyad_desktop.domain.measure_ahead import NOTHING_AHEAD, Ahead, ahead_of, ahead_words
from dyad_desktop.domain.measure_story import bands_of, flags_of
from dyad_desktop.domain.measure_words import caption
from dyad_desktop.domain.measuring import MeasureChart, chart_of
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.proposed import Preview, preview_from, preview_words, previews_of
from dyad_desktop.ui.charts.loading import MEASURE
from dyad_desktop.ui.pages.performance.annotations import AnnotationPanel
from dyad_desktop.ui.pages.performance.asking import (
    ChoiceQuestion,
    LimitsQuestion,
    ProposalQuestion,
)
from dyad_desktop.ui.pages.performance.differing import DifferingLine
from dyad_desktop.ui.pages.performance.export import heading_of, picture_of
from dyad_desktop.ui.pages.performance.facts import FactsRow, settings_line
from dyad_desktop.ui.pages.performance.panel_area import UNBOUND, PanelArea, height_at
from dyad_desktop.ui.pages.performance.peers_view import PeersView
from dyad_desktop.ui.pages.performance.settings import REBASES, SettingsPanel
from dyad_desktop.ui.pages.performance.table_part import TablePart
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Segments, button, label, rule
from dyad_desktop.ui.widgets.chart_place import ChartPlace
from dyad_desktop.ui.widgets.eliding_box import ElidingBox
from dyad_desktop.ui.widgets.fitting_bar import FittingBar
from dyad_desktop.ui.widgets.picture_menu import Picture, PictureMenu
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.ui.charts.measure_plot import MeasurePlot
    from dyad_desktop.ui.desk import Desk

CHART, TABLE, PEERS = "chart", "table", "peers"
LOOKS = ((CHART, "Chart"), (TABLE, "Table"), (PEERS, "Peers"))
CHART_LEAST = 330
"""Width that a chart needs beside the grid."""
LEAST_CARD = 290
"""Height that the chart with its sentences keeps while a panel is open."""
TIGHT_CARD = 240
"""The same without the sentence on how it was made, where otherwise the panel would take the chart's place."""
BARE_CARD = 190
"""The same without any sentence: the chart alone, which shows what is set."""
LEAST_STACK = 140
LOW = 620
"""Height of the page under which a question above the chart takes the room of the facts' quiet lines."""
SEEN = frozenset({"target", "chart"})
"""The parts of the settings that change what the chart shows."""
NOTHING_YET = (
    "No value is recorded yet. Type or paste the first ones in the table (key T), or take them from a file with"
    " Bring in."
)


class MeasureView(QWidget):
    """Shows and edits one measure. ``turned`` carries the id of another; ``bringing`` asks to bring values in."""

    turned = Signal(str)
    bringing = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self.measure: Measure | None = None
        self.chart: MeasureChart | None = None
        self.ahead = NOTHING_AHEAD
        self.previews: tuple[Preview, ...] = ()
        self._made = ""
        """How the chart was made, in words."""
        self._left = LEAST_CARD
        """What an open panel leaves the chart: less than ``LEAST_CARD`` only without some of its sentences."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID + 4)
        self.bar = self._bar()
        column.addWidget(self.bar)
        self.asking = LimitsQuestion(desk)
        self.asking.proposing.connect(self._on_asked)
        self.choice = ChoiceQuestion(desk)
        self.proposal = ProposalQuestion(desk)
        self.proposal.looking.connect(self.show_limits)
        self.differing = DifferingLine(desk)
        self.questions = (self.choice, self.proposal, self.differing, self.asking)
        for question in self.questions:
            column.addWidget(question)
            question.turned.connect(self._fit_panels)
        self.notes = AnnotationPanel(desk)
        self.targets = SettingsPanel(desk)
        self.notes_area, self.settings_area = PanelArea(self.notes), PanelArea(self.targets)
        self.targets.parts.chosen.connect(self._fit_panels)
        self.targets.grown.connect(self._on_grown)
        self.targets.rebases.considered.connect(self._on_considered)
        self.targets.parts.chosen.connect(self._on_considered)
        for area in (self.notes_area, self.settings_area):
            area.reshaped.connect(self._fit_panels)
            column.addWidget(area, 1)
        self.card = self._card()
        column.addWidget(self.card, 1)

    def _bar(self) -> FittingBar:
        self.chooser = ElidingBox()
        self.chooser.setAccessibleName("Measure to show")
        self.chooser.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.chooser.setMinimumContentsLength(24)
        self.chooser.setMaxVisibleItems(24)
        self.chooser.activated.connect(self._on_chosen)
        self.back = button("‹", name="Previous measure (Alt+Left)")
        self.forward = button("›", name="Next measure (Alt+Right)")
        self._fit_arrows()
        self.back.clicked.connect(self.previous)
        self.forward.clicked.connect(self.next)
        self.looks = Segments(LOOKS, "Chart, table, or ours among peers")
        self.looks.chosen.connect(self._on_look)
        self.note_button = button("Annotate", name="Annotate the chart")
        self.target_button = button("Edit measure")
        self.export_button = button("Export", name="Copy or save the chart")
        self.exporter = PictureMenu(self._desk, self.export_button, "chart", self._picture)
        self.bring_button = button(
            "Bring in …", name="Bring in values from a file or the clipboard (Ctrl+B)"
        )
        self.bring_button.clicked.connect(self.bringing)
        for made in (self.note_button, self.target_button):
            made.setCheckable(True)
        self.note_button.toggled.connect(self._on_notes)
        self.target_button.toggled.connect(self._on_targets)
        return FittingBar(
            (self.back, self.forward, self.chooser),
            (
                self.looks, self.note_button, self.target_button, self.bring_button, self.export_button,
            ),
            growing=self.chooser,
        )  # fmt: skip

    def _card(self) -> Card:
        card = Card()
        self.says = label("", "lead", wrap=True)
        self.settings = label("", "small", wrap=True)
        card.column.addWidget(self.says)
        self.stack = QStackedWidget()
        # Without a height of its own to like: what a chart has beyond the least is what others leave.
        self.stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.stack.setMinimumHeight(theme.px(LEAST_STACK))
        self.empty = label(NOTHING_YET, "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(self.empty)
        self.drawing: ChartPlace[MeasurePlot] = ChartPlace(self._desk, MEASURE)
        self.drawing.made.connect(self._on_made)
        self.stack.addWidget(self.drawing)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(GRID * 2)
        self.table = TablePart(self._desk)
        self.table.left.connect(self.toggle_look)
        self.table.switched.connect(self._place_grid)
        self._middle.addWidget(self.table)
        self._middle.addWidget(self.stack, 1)
        self.peers = PeersView(self._desk)
        self.peers.drawing.made.connect(self.exporter.watch)
        self._middle.addWidget(self.peers, 1)
        card.column.addLayout(self._middle, 1)
        card.column.addWidget(self.settings)
        self.facts = FactsRow()
        self.facts_box = QWidget()
        below = QVBoxLayout(self.facts_box)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(rule())
        below.addWidget(self.facts)
        card.column.addWidget(self.facts_box)
        return card

    # -- showing -------------------------------------------------------------------------------

    def show_measure(self, measure_id: str) -> bool:
        """Show a measure; returns whether there is such a one."""
        book = self._desk.book
        measure = book.get(Measure, measure_id)
        if measure is None:
            self.measure = None
            return False
        self.measure = measure
        self._fill_chooser()
        goal = book.get(Goal, measure.goal)
        lead = book.get(Partner, goal.lead) if goal else None
        self.chart = chart = chart_of(book, measure)
        self.ahead = ahead_of(chart, book.only(Partnership).start_month)
        self.says.setText(caption(chart))
        self.export_button.setEnabled(bool(chart.series.places))
        self._made = settings_line(chart, f"{lead.first_name} leads" if lead else "")
        whole = book.only(Partnership)
        self.facts.show_chart(chart, whole.start_month, whole.as_of or "")
        self.asking.show_measure(measure_id)
        self.choice.show_measure(measure_id)
        self.proposal.show_chart(chart)
        self.differing.show_measure(measure_id)
        self._show_panels()
        self._show_previews()
        self.show_look(self.looks.choice)
        return True

    def _show_previews(self) -> None:
        """Take up what waits for agreement, and what is thought of proposing."""
        if self.chart is None:
            return
        book, month = self._desk.book, self.targets.rebases.thought_of
        thought = preview_from(book, self.chart, month) if month else None
        self.previews = (*previews_of(book, self.chart), *([thought] if thought else []))
        said = (self._made, preview_words(self.previews))
        self.settings.setText(" · ".join(text for text in said if text))

    @Slot()
    def _on_considered(self) -> None:
        """Draw what would be, where that has become another."""
        before = self.previews
        self._show_previews()
        if before != self.previews and self.stack.currentWidget() is self.drawing:
            self.drawing.draw(self._draw)

    def _show_panels(self) -> None:
        """Fill the panels that are open; the others wait, so that a chart comes up without them."""
        if self.measure is None or self.chart is None:
            return
        if self.note_button.isChecked():
            notes = self._desk.book.children(Annotation, self.measure.id)
            self.notes.show_measure(self.measure, notes)
        if self.target_button.isChecked():
            self.targets.show_chart(self.chart)

    def _fill_chooser(self) -> None:
        book = self._desk.book
        wanted = [
            (one.id, one.title)
            for goal in book.all(Goal)
            for one in book.children(Measure, goal.id)
        ]
        box = self.chooser
        known = [(box.itemData(n), box.itemText(n)) for n in range(box.count())]
        if known != wanted:
            box.clear()
            for measure_id, title in wanted:
                box.addItem(title, measure_id)
        if self.measure is not None:
            box.setCurrentIndex(max(0, box.findData(self.measure.id)))
        self.back.setEnabled(box.currentIndex() > 0)
        self.forward.setEnabled(box.currentIndex() < box.count() - 1)

    @property
    def sheet(self) -> Sheet | None:
        """The grid of the table, once it was asked for."""
        return self.table.sheet

    @Slot(str)
    def show_look(self, look: str) -> None:
        """Show the chart, the table, or the peers."""
        self.looks.choose(look)
        if self.measure is None or self.chart is None:
            return
        if look == TABLE:
            self.table.show_chart(self.chart, _sentences(self.chart, self.ahead))
        self.peers.setVisible(look == PEERS)
        self._show_sentences()
        if look == PEERS:
            self.peers.show_chart(self.chart)
        elif not self.chart.series.places:
            self.stack.setCurrentWidget(self.empty)
        else:
            self.stack.setCurrentWidget(self.drawing)
            self.drawing.draw(self._draw)
        self._place_grid()

    def _place_grid(self) -> None:
        """Put the grid beside the chart while the table is asked for, alone where there is no room."""
        table, peers = self.looks.choice == TABLE, self.looks.choice == PEERS
        self.table.setVisible(table)
        wide = self.table.wide
        beside = self.width() - wide - 4 * GRID >= theme.px(CHART_LEAST)
        self.table.setMinimumWidth(wide if beside else 0)
        self.table.setMaximumWidth(wide if beside else UNBOUND)
        self.stack.setVisible(not peers and (not table or beside))

    @property
    def shown(self) -> QWidget:
        """The grid or the chart, whichever was asked for."""
        if self.looks.choice == TABLE and self.sheet is not None:
            return self.sheet.view
        if self.looks.choice == PEERS:
            return self.peers.sheet.view
        return self.stack.currentWidget() or self

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the chart beside the grid where there is room."""
        super().resizeEvent(event)
        self._place_grid()
        self._fit_panels()

    @property
    def plot(self) -> "MeasurePlot | None":
        """The chart's drawing, once it is there."""
        return self.drawing.chart

    @Slot(object)
    def _on_made(self, plot: "MeasurePlot") -> None:
        plot.noting.connect(self._on_noting)
        self.exporter.watch(plot)

    def _draw(self, plot: "MeasurePlot") -> None:
        chart, ahead, book = self.chart, self.ahead, self._desk.book
        if chart is not None and chart.series.places:
            more = len(ahead.places)
            flags, bands = flags_of(book, chart, more), bands_of(book, chart, more)
            said = f"{_sentences(chart, ahead)} {preview_words(self.previews)}".rstrip()
            plot.show_chart(chart, flags, bands, said, ahead, self.previews)

    def _picture(self) -> Picture | None:
        """Return what there is to keep: the funnel where peers are shown, else the measure's chart."""
        chart = self.chart
        if chart is None:
            return None
        title = chart.measure.title
        if self.looks.choice == PEERS:
            funnel = self.peers.plot
            if funnel is None or not funnel.isVisibleTo(self.peers):
                return None
            return picture_of(funnel, (title, self.peers.says.text()), f"{title}, among peers")
        if self.plot is None or self.plot.chart is None:
            return None
        start = self._desk.book.only(Partnership).start_month
        return picture_of(
            self.plot, heading_of(chart, start, self.previews, self.differing.told), title
        )

    @Slot()
    def toggle_look(self) -> None:
        """Switch between chart and table, and give it the focus."""
        self._on_look(TABLE if self.looks.choice == CHART else CHART)
        self.shown.setFocus()

    @Slot(str)
    def _on_look(self, look: str) -> None:
        """Show what was asked for, in the place of a panel that has taken all of it."""
        if self.card.isHidden():
            self.note_button.setChecked(False)
            self.target_button.setChecked(False)
        self.show_look(look)

    def _fit_arrows(self) -> None:
        for arrow in (self.back, self.forward):
            arrow.setFixedWidth(theme.px(38))

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self._fit_arrows()
        self.peers.restyle()
        self.drawing.refresh()

    @property
    def editing(self) -> bool:
        """Return whether someone is typing into the grid or a form."""
        parts = (self.table, self.peers, self.notes, self.targets)
        return any(part.editing for part in parts)

    # -- turning -------------------------------------------------------------------------------

    @Slot(int)
    def _on_chosen(self, at: int) -> None:
        self.turned.emit(str(self.chooser.itemData(at)))

    @Slot()
    def next(self) -> None:
        """Show the measure after this one."""
        self._turn(1)

    @Slot()
    def previous(self) -> None:
        """Show the measure before this one."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        at = self.chooser.currentIndex() + by
        if 0 <= at < self.chooser.count():
            self.turned.emit(str(self.chooser.itemData(at)))

    @Slot(bool)
    def _on_notes(self, on: bool) -> None:  # noqa: FBT001 - Qt's own signature
        self._open(self.notes_area, self.target_button, self.notes.text, on=on)
        if on:
            self._on_noting()

    @Slot()
    def _on_noting(self) -> None:
        """Write about the point that is read."""
        self.note_button.setChecked(True)
        self.notes.begin(self.plot.read_month if self.plot is not None else "")

    @Slot(bool)
    def _on_targets(self, on: bool) -> None:  # noqa: FBT001 - Qt's own signature
        self._open(self.settings_area, self.note_button, self.targets, on=on)

    def _open(self, area: PanelArea, other: QPushButton, first: QWidget, *, on: bool) -> None:
        """Open or close a panel; only one is open at a time."""
        if on:
            other.setChecked(False)
        self._show_panels()
        area.setVisible(on)
        self._fit_panels()
        self._on_considered()
        if on:
            first.setFocus()

    @Slot()
    def show_limits(self) -> None:
        """Open the settings where new limits are proposed and agreed to."""
        if self.looks.choice == PEERS:
            self.show_look(CHART)
        self.target_button.setChecked(True)
        self.targets.parts.chosen.emit(REBASES)

    @Slot(object)
    def _on_grown(self, added: QWidget) -> None:
        """Bring what was added to the settings into view."""
        self._fit_panels()
        self.settings_area.ensureWidgetVisible(added)

    @Slot(str)
    def _on_asked(self, month: str) -> None:
        self.show_limits()
        self.targets.suggest_limits(month)

    @Slot()
    def _fit_panels(self) -> None:
        """Give an open panel what it needs, but leave the chart enough to be read, or nothing; facts wait meanwhile."""
        areas = (self.notes_area, self.settings_area)
        open_area = next((one for one in areas if not one.isHidden()), None)
        self.facts_box.setVisible(open_area is None)
        self._left, stays = LEAST_CARD, True
        self._be_quiet(quiet=False)
        asked = any(one.asked for one in self.questions)
        self.facts.be_brief(brief=asked and self.height() < theme.px(LOW))
        if open_area is not None:
            self._left, stays = self._beside(open_area)
            if (
                self._left < LEAST_CARD or not stays
            ):  # questions wait where there is no room for them too
                self._be_quiet(quiet=True)
                self._left, stays = self._beside(open_area)
        self.card.setVisible(stays)
        self._show_sentences()

    def _be_quiet(self, *, quiet: bool) -> None:
        """Ask one question at a time, the first of those that are open, or none."""
        first = next((one for one in self.questions if one.asked), None)
        for question in self.questions:
            question.be_quiet(quiet=quiet or question is not first)

    def _beside(self, area: PanelArea) -> tuple[int, bool]:
        """Fit an open panel; returns what it leaves the chart, and whether the chart stays."""
        above = [one for one in (self.bar, *self.questions) if not one.isHidden()]
        taken = sum(height_at(one, self.width()) + GRID + 4 for one in above) + GRID + 4
        free, needed = self.height() - taken, area.needed(self.width())
        for least in (LEAST_CARD, TIGHT_CARD, BARE_CARD):
            room = free - theme.px(least)
            if needed <= room:
                return least, area.fit(self.width(), room)
        # What changes the chart scrolls beside a chart that is bare; what doesn't may have its place.
        seen = area is self.settings_area and self.targets.parts.choice in SEEN
        for least in (LEAST_CARD, BARE_CARD) if seen else (LEAST_CARD,):
            if area.fit(self.width(), free - theme.px(least)):
                return least, True
        return LEAST_CARD, False

    def _show_sentences(self) -> None:
        """Leave out what there is no room for."""
        peers = self.looks.choice == PEERS
        self.says.setVisible(not peers and self._left > BARE_CARD)
        self.settings.setVisible(not peers and self._left >= LEAST_CARD)
        self.peers.tell(said=self._left >= LEAST_CARD, caution=not self.facts_box.isHidden())


def _sentences(chart: MeasureChart, ahead: Ahead) -> str:
    """Return what a chart says of its values and of what lies ahead of them."""
    return f"{caption(chart)} {ahead_words(chart, ahead)}".rstrip()
