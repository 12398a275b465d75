"""Performance: the scorecard, one measure large, and budget against actual."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QWidget

from dyad_desktop.domain.goals import Goal, Measure, Peer
from dyad_desktop.domain.scorecard import SEVERITY, read_of
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.performance.budget import PARTS, BudgetView
from dyad_desktop.ui.pages.performance.measure import CHART, PEERS, TABLE, MeasureView
from dyad_desktop.ui.pages.performance.scorecard_view import LOOKS, ScorecardView
from dyad_desktop.ui.pages.performance.settings import DEFINITION
from dyad_desktop.ui.widgets.basics import Segments

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book, Key

SCORECARD, MEASURE, BUDGET = "scorecard", "measure", "budget"
_LINE_PARTS = {"operating_line": "lines", "outlook": "forecast", "basis": "hours"}
"""The part of budget and actual where a line, or what is said of it, is shown."""
VIEWS = ((SCORECARD, "Scorecard"), (MEASURE, "Measure"), (BUDGET, "Budget and actual"))


class Page(BasePage):
    """The page."""

    title = "Performance"
    tells_draft = True
    view_names = (
        "scorecard",
        "measure",
        "budget",
        "list",
        "grid",
        "charts",
        "chart",
        "table",
        "peers",
        *(name for name, _ in PARTS),
    )
    kinds = frozenset(
        {"goal", "measure", "annotation", "rebase", "occurrence", "peer", "initiative", "milestone",
         "check_in", "meeting", "objective", "partner", "partnership", "operating_line",
         "draft", "draft_line", "volume", "position", "outlook", "basis", "capital_request", "cost_line",
         "capital_policy", "planning"}
    )  # fmt: skip
    keys = (
        ("Enter", "open the measure of the current row"),
        ("T", "chart or table"),
        ("Arrows", "read the points of a chart; Enter notes what happened there"),
        ("Ctrl+C", "copy the chart that has the focus as a picture"),
        ("Alt+Right, Alt+Left", "next or previous measure, or month of budget and actual"),
        ("Ctrl+PgDown, Ctrl+PgUp", "next or previous part of budget and actual"),
        ("Alt+Down", "choose the rule of a forecast"),
        ("Alt+Up, Alt+Down", "move a measure within its goal"),
        ("Ctrl+B", "bring in values from a file or what was copied"),
        ("Esc", "back to the scorecard"),
    )

    def build(self) -> None:
        """Make the three views."""
        self._wanted = ""
        self.views = Segments(VIEWS, "View")
        self.views.chosen.connect(self.show_view)
        self.add_to_header(self.views)
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        self.scores = ScorecardView(self.desk)
        self.scores.opened.connect(self.open_measure)
        self.scores.bringing.connect(self.bring_in)
        self.scores.beginning.connect(self.begin_measure)
        self.scorecard = self.scores.table
        self.stack.addWidget(self.scores)
        self.measure = MeasureView(self.desk)
        self.measure.turned.connect(self._on_turned)
        self.measure.bringing.connect(self.bring_in)
        self.stack.addWidget(self.measure)
        self.budget = BudgetView(self.desk)
        self.stack.addWidget(self.budget)
        for text, keys, run in (
            ("Bring in values …", "Ctrl+B", self.bring_in),
            ("New measure …", "", self.begin_measure),
            ("Next measure", "Alt+Right", self.turn_on),
            ("Previous measure", "Alt+Left", self.turn_back),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(run)
            self.addAction(action)

    # -- showing -------------------------------------------------------------------------------

    def take_up(self) -> None:
        """Select the measure that is shown large."""
        shown = self.measure.measure if self.views.choice == MEASURE else None
        if shown is not None:
            self.desk.select(("measure", shown.id))

    def reload(self) -> None:
        """Show the newest book in the view that is up."""
        view = self.views.choice
        self.stack.setCurrentIndex([name for name, _title in VIEWS].index(view))
        if view == SCORECARD:
            self.scores.reload()
        elif view == BUDGET:
            self.budget.reload()
        else:
            self._show_measure()

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.measure.restyle()
        self.budget.restyle()
        self.scores.restyle()

    def _show_measure(self) -> None:
        wanted = self._wanted or self._first()
        if not wanted or not self.measure.show_measure(wanted):
            self._wanted = ""
            first = self._first()
            if not first or not self.measure.show_measure(first):
                self.show_view(SCORECARD)
                return
            wanted = first
        self._wanted = wanted

    def _first(self) -> str:
        """Return the id of the measure to begin with: the current one, else the most pressing."""
        current = self.scorecard.current_key()
        if current is not None and current[0] == "measure":
            return current[1]
        book = self.desk.book
        found = [one for goal in book.all(Goal) for one in book.children(Measure, goal.id)]
        worst = max(found, key=partial(_pressing, book), default=None)
        return worst.id if worst is not None else ""

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show a view: ``scorecard``, ``measure`` (``table`` for its grid), ``budget``, or a part of it."""
        if name in (look for look, _ in LOOKS):
            self.scores.looks.choose(name)
            name = SCORECARD
        if name in (CHART, TABLE, PEERS):
            self.measure.looks.choose(name)
            name = MEASURE
        if name in (part for part, _ in PARTS):
            self.budget.views.choose(name)
            name = BUDGET
        if name == BUDGET:
            self.desk.select(None)
        self.views.choose(name)
        self.reload()

    @Slot(str)
    def open_measure(self, measure_id: str) -> None:
        """Show a measure large and select it; one without peers on its chart, whatever was looked at last."""
        self._wanted = measure_id
        if self.measure.looks.choice == PEERS and not self.desk.book.children(Peer, measure_id):
            self.measure.looks.choose(CHART)
        self.scorecard.choose(("measure", measure_id))
        self.show_view(MEASURE)
        self.desk.select(("measure", measure_id))
        self.measure.shown.setFocus()

    @property
    def main(self) -> QWidget:
        """The scorecard, or the chart or grid of a measure; the page itself where a panel has their place."""
        shown = {SCORECARD: self.scorecard, MEASURE: self.measure.shown}.get(self.views.choice)
        return shown if shown is not None and shown.isVisible() else self

    def show_thing(self, key: "Key") -> None:
        """Open a measure, the one that an annotation stands on, or a line where what is meant of it stands."""
        kind, entity_id = key
        if kind in _LINE_PARTS:
            self.show_view(_LINE_PARTS[kind])
            self.budget.show_line(entity_id)
            return
        if kind in ("annotation", "rebase"):
            said = self.desk.book.entity(*key)
            self.open_measure(str(getattr(said, "measure", "")))
            if kind == "rebase":
                self.measure.show_limits()
        elif kind == "measure":
            self.open_measure(entity_id)
        elif kind == "goal":
            self.show_view(SCORECARD)
            self.scorecard.choose(key)

    @property
    def busy_editing(self) -> bool:
        """Return whether a reload would disturb an editor."""
        if self.views.choice == BUDGET:
            return self.budget.editing
        return self.views.choice == MEASURE and self.measure.editing

    @Slot()
    def turn_on(self) -> None:
        """Show the next measure, or the next month of budget and actual."""
        if self.views.choice == BUDGET:
            self.budget.turn_month(1)
        else:
            self.measure.next()

    @Slot()
    def turn_back(self) -> None:
        """Show the previous measure, or the month before."""
        if self.views.choice == BUDGET:
            self.budget.turn_month(-1)
        else:
            self.measure.previous()

    @Slot()
    def bring_in(self) -> None:
        """Bring values in from a file or the clipboard."""
        from dyad_desktop.ui.pages.performance.import_dialog import (  # noqa: PLC0415 - seldom asked for
            ImportDialog,
        )

        shown = self.measure.measure if self.views.choice == MEASURE else None
        dialog = ImportDialog(self.desk, self, shown.id if shown else "")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot()
    def begin_measure(self) -> None:
        """Begin a measure from a ready one, of the goal that stands where the scorecard is read."""
        from dyad_desktop.ui.widgets.template_picker import (  # noqa: PLC0415 - seldom asked for
            TemplatePicker,
        )

        self.picker = TemplatePicker(self.desk, self)
        current = self.scorecard.current_key()
        measure = self.desk.book.get(Measure, current[1]) if current else None
        if measure is not None:
            self.picker.choose_goal(measure.goal)
        self.picker.begun.connect(self._on_begun)
        self.picker.open()

    @Slot(str)
    def _on_begun(self, measure_id: str) -> None:
        self.open_measure(measure_id)
        self.measure.target_button.setChecked(True)
        made = self.desk.book.get(Measure, measure_id)
        if made is not None and made.template is None:  # one that isn't ready begins with its name
            self.measure.targets.show_part(DEFINITION)

    def toggle_table(self) -> None:
        """Switch between chart and table."""
        if self.views.choice == MEASURE:
            self.measure.toggle_look()
        elif self.views.choice == BUDGET:
            self.budget.toggle_chart()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take T for chart or table, and Esc for the way back."""
        if event.key() == int(Qt.Key.Key_T) and not event.modifiers():
            self.toggle_table()
        elif event.key() == int(Qt.Key.Key_Escape) and self.views.choice == MEASURE:
            self.show_view(SCORECARD)
            self.scorecard.setFocus()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _on_turned(self, measure_id: str) -> None:
        self._wanted = measure_id
        self.scorecard.choose(("measure", measure_id))
        self.measure.show_measure(measure_id)
        self.desk.select(("measure", measure_id))


def _pressing(book: "Book", measure: Measure) -> int:
    return SEVERITY.index(read_of(book, measure).status)
