"""The Gantt with its sentence, scale and legend, and the same as a table (key T)."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from dyad_desktop.domain.fiscal import workday_index
from dyad_desktop.domain.initiatives import Milestone
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.services.initiatives import today_of
from dyad_desktop.ui.pages.initiatives.gantt import Gantt
from dyad_desktop.ui.pages.initiatives.model import MilestonesModel
from dyad_desktop.ui.pages.initiatives.rows import bars_of, home_of, links_of, sentence
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import Card, Segments, label, row
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyad_desktop.domain.book import Key
    from dyad_desktop.domain.schedule import Plan
    from dyad_desktop.ui.desk import Desk

_LEGEND = (
    "filled: done     thick outline: critical path     thin bar beneath: baseline     ◇ point in time"
    "     dashed arrow: another initiative     ‹ › further left or right"
)


class GanttView(Card):
    """The Gantt, or its table.

    Signals:
        opened: the key of a row that should open in full.
        moved: (milestone id, workdays) to move by.
        wanted: edits of milestones from the table.
    """

    opened = Signal(object)
    moved = Signal(str, int)
    wanted = Signal(object)

    def __init__(self, desk: "Desk", plans: "Mapping[str, Plan]") -> None:
        super().__init__()
        self._desk = desk
        self._plans, self._problems = plans, dict[str, str]()
        self._folded: set[str] = set()
        self.table = False
        self.quiet = False
        self.column.setContentsMargins(1, GRID + 4, 1, 1)
        self.caption = label("", "strong", wrap=True)
        self.zoom = Segments((("months", "Months"), ("quarters", "Quarters")), "Scale")
        head = row(self.caption, self.zoom)
        head.setStretch(0, 1)
        head.setContentsMargins(GRID * 2, 0, GRID, 0)
        self.column.addLayout(head)
        self.gantt = Gantt()
        self.model = MilestonesModel(desk.book, plans)
        self.sheet = Sheet(self.model, "Milestones")
        self.sheet.follow(desk)
        self._stack = QStackedWidget()
        for widget in (self.gantt, self.sheet):
            self._stack.addWidget(widget)
        self.column.addWidget(self._stack, 1)
        self._legend = label(_LEGEND, "small")
        self._legend.setContentsMargins(GRID * 2, 0, GRID, GRID - 2)
        self.column.addWidget(self._legend)
        self._connect()

    def _connect(self) -> None:
        self.zoom.chosen.connect(self._on_zoom)
        self.gantt.chosen.connect(self._on_chosen)
        self.gantt.opened.connect(self.opened)
        self.gantt.folded.connect(self.fold)
        self.gantt.moved.connect(self.moved)
        self.model.wanted.connect(self.wanted)
        self.sheet.said.connect(self._desk.say)
        self.sheet.moved.connect(self._on_cell)
        self.sheet.view.doubleClicked.connect(self._on_double_click)

    # -- showing -------------------------------------------------------------------------------

    def show_plans(self, plans: "Mapping[str, Plan]", problems: "Mapping[str, str]") -> None:
        """Show the newest book with the plans made of it."""
        self._plans, self._problems = plans, dict(problems)
        self._show_bars()
        self.model.show(self._desk.book, plans)

    def _show_bars(self) -> None:
        book, desk = self._desk.book, self._desk
        bars = bars_of(book, self._plans, self._problems, self._folded)
        initials = {one.id: (one.initials, desk.place(one.id)) for one in book.all(Partner)}
        today = workday_index(today_of(book))
        self.gantt.show_plan(bars, links_of(book, self._plans), today, initials)
        self.say()

    def say(self) -> None:
        """Say what the Gantt says of the selected initiative, or of all."""
        chosen = home_of(self._desk.book, self._desk.selection)
        self.caption.setText(sentence(self._desk.book, self._plans, self._problems, chosen))

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.gantt.restyle()
        self.sheet.fit()

    def go_to(self, key: "Key") -> None:
        """Bring a row into view, its initiative unfolded."""
        milestone = self._desk.book.get(Milestone, key[1]) if key[0] == "milestone" else None
        if milestone is not None and milestone.initiative in self._folded:
            self.fold(milestone.initiative)
        at = next((n for n, bar in enumerate(self.gantt.bars) if bar.key == key), 0)
        self.gantt.go_to(at, days=True)
        if self.table:
            self.sheet.view.go_to(self.model.row_of(key[1]), 0)
        (self.sheet if self.table else self.gantt).setFocus()

    def toggle_table(self) -> None:
        """Switch between the Gantt and its table; the selected row stays selected."""
        self.table = not self.table
        key = self._desk.selection
        self._stack.setCurrentWidget(self.sheet if self.table else self.gantt)
        self.zoom.setVisible(not self.table)
        self._legend.setVisible(not self.table)
        if key is not None and (self.model.row_of(key[1]) >= 0 or not self.table):
            self.go_to(key)
        (self.sheet if self.table else self.gantt).setFocus()

    # -- slots ---------------------------------------------------------------------------------

    @Slot(str)
    def fold(self, initiative: str) -> None:
        """Fold or unfold an initiative."""
        self._folded ^= {initiative}
        self._show_bars()

    @Slot(str)
    def _on_zoom(self, name: str) -> None:
        self.gantt.zoom_to(name)

    @Slot(object)
    def _on_chosen(self, key: "Key") -> None:
        self._desk.select(key)
        self.say()

    def take_up(self) -> None:
        """Select what is current in the grid."""
        self._on_cell()

    @Slot()
    def _on_cell(self) -> None:
        current = self.sheet.view.currentIndex()
        if self.quiet or not current.isValid() or current.row() >= len(self.model.rows):
            return
        key = self.model.rows[current.row()].key
        self._desk.select(key, *self.model.field_of(current.column()))
        self.say()

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        found = self.model.rows[index.row()]
        if found.look == "line" and not self.model.editable(index.row(), index.column()):
            self.opened.emit(found.key)
