"""The scorecard with what chooses its rows: grouping, a filter, list or grid, and printing."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.fiscal import day_label
from dyad_desktop.domain.paper import on_letter
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.score_lines import (
    GOAL,
    GROUPINGS,
    ScoreLine,
    grouped,
    matching,
    score_lines,
)
from dyad_desktop.domain.scorecard import STATES
from dyad_desktop.errors import DyadError
from dyad_desktop.services.goals import move_measure
from dyad_desktop.ui.pages.performance.differing import fields_apart
from dyad_desktop.ui.pages.performance.score_print import Head, print_scorecard
from dyad_desktop.ui.pages.performance.score_rows import marks_of, rows_of
from dyad_desktop.ui.pages.performance.scorecard import Scorecard
from dyad_desktop.ui.pages.performance.signal_grid import SignalGrid
from dyad_desktop.ui.pages.performance.small_multiples import SmallMultiples
from dyad_desktop.ui.tokens import GRID, STATUS_WORDS, theme
from dyad_desktop.ui.widgets.basics import Card, Empty, Segments, button, label
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.fitting_bar import FittingBar

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

LIST, MATRIX, CHARTS = "list", "grid", "charts"
LOOKS = ((LIST, "List"), (MATRIX, "Grid"), (CHARTS, "Charts"))
GROUP_WORDS = {"goal": "By goal", "pillar": "By pillar", "status": "By status", "lead": "By lead"}
SHOWN = (
    ("", "All"), ("off_track", "Off track"), ("at_risk off_track", "Off track or at risk"),
    ("special", "Special cause"), ("no_target", "No target"), ("no_data", "No data"),
)  # fmt: skip
NO_MEASURES = (
    "Here stand all measures of your goals with their latest value, target and trend. "
    "A measure belongs to a goal: begin there."
)
NONE_MATCH = "No measure matches. Clear the filter to see all."


class ScorecardView(QWidget):
    """Shows the scorecard. ``opened`` carries a measure's id; ``bringing`` and ``beginning`` ask for more."""

    opened = Signal(str)
    bringing = Signal()
    beginning = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._lines: tuple[ScoreLine, ...] = ()
        self._apart: dict[str, set[tuple[str, str]]] = {}
        desk.differing.connect(self._on_differing)
        self._said, self._counts, self._marks = "", "", list[str]()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self.summary = label("", "muted", wrap=True)
        column.addWidget(self.summary)
        self.bar = self._make_bar()
        column.addWidget(self.bar)
        self.table = Scorecard()
        self.table.opened.connect(self.opened)
        self.table.picked.connect(desk.select)
        self.table.grouped.connect(self.group_by)
        self.table.moved.connect(self._on_moved)
        self.table.fitted.connect(self._on_fitted)
        self.grid = SignalGrid()
        self.grid.opened.connect(self.opened)
        card = Card()
        card.column.setContentsMargins(1, 1, 1, 1)
        card.column.addWidget(self.table)
        self.stack = QStackedWidget()
        self.stack.addWidget(card)
        self.stack.addWidget(self.grid)
        self.charts = SmallMultiples()
        self.charts.opened.connect(self.opened)
        self.charts.picked.connect(desk.select)
        self.stack.addWidget(self.charts)
        column.addWidget(self.stack, 1)
        self.nothing = label(NONE_MATCH, "muted")
        column.addWidget(self.nothing)
        self.empty = Empty(NO_MEASURES, "Go to Goals", self._on_goals)
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column.addWidget(self.empty)
        column.addStretch(0)

    def _make_bar(self) -> FittingBar:
        self.order = ChoiceBox()
        self.order.setAccessibleName("Order of the rows")
        for name in GROUPINGS:
            self.order.addItem(GROUP_WORDS[name], name)
        self.order.activated.connect(self._on_choice)
        self.states = ChoiceBox()
        self.states.setAccessibleName("Which measures are shown")
        for states, title in SHOWN:
            self.states.addItem(title, states)
        self.states.activated.connect(self._on_choice)
        self.filter = QLineEdit()
        self.filter.setAccessibleName("Filter by measure, goal or pillar")
        self.filter.setPlaceholderText("Filter")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(theme.px(130))
        self.filter.textChanged.connect(self._on_choice)
        self.looks = Segments(LOOKS, "List, grid of signals, or charts")
        self.looks.chosen.connect(self._on_choice)
        self.save = button("Print …", name="Print the scorecard on one page, as a PDF file")
        self.save.clicked.connect(self._on_save)
        self.bring = button(
            "Bring in …", name="Bring in values from a file or the clipboard (Ctrl+B)"
        )
        self.bring.clicked.connect(self.bringing)
        self.begin = button("New …", name="New measure, ready or empty")
        self.begin.clicked.connect(self.beginning)
        return FittingBar(
            (self.order, self.states, self.filter), (self.looks, self.begin, self.bring, self.save)
        )

    # -- showing -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Show the newest book."""
        self._apart = fields_apart(self._desk.contested)
        self._lines = score_lines(self._desk.book, self._apart)
        self._show()

    @Slot()
    def _on_differing(self) -> None:
        """Mark what the partners hold apart by now."""
        if self._lines and fields_apart(self._desk.contested) != self._apart:
            self.reload()

    def _show(self) -> None:
        some = bool(self._lines)
        states = frozenset(str(self.states.currentData()).split())
        found = list(matching(self._lines, self.filter.text(), states))
        for part in (self.bar, self.summary):
            part.setVisible(some)
        self.empty.setVisible(not some)
        self.stack.setVisible(bool(found))
        self.nothing.setVisible(some and not found)
        self._said = self._counts = summary_of(found, len(self._lines))
        self._marks = [text.removesuffix(".") for text in marks_of(found)]
        self.stack.setCurrentIndex([name for name, _ in LOOKS].index(self.looks.choice))
        groups = grouped(found, str(self.order.currentData() or GOAL), self._lines)
        if self.looks.choice == MATRIX:
            self.grid.show_lines(found)
        if self.looks.choice == CHARTS:
            start = self._desk.book.only(Partnership).start_month
            self.charts.show_lines([line for group in groups for line in group.lines], start)
            self._said = " · ".join(text for text in (self._said, self.charts.span) if text)
        partners = sorted(self._desk.book.all(Partner), key=lambda one: one.id)
        rows = rows_of(groups, partners)
        self.table.show_rows(rows)
        if found and self.table.current_key() is None:
            self.table.choose(next((r.kind, r.id) for r in rows if r.line is not None))

    def show_look(self, look: str) -> None:
        """Show the list or the grid."""
        self.looks.choose(look)
        self._show()

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.table.fit()
        if self.looks.choice != LIST:
            self._show()

    @Slot()
    def _on_fitted(self) -> None:
        """Say beside the counts which columns lie out of sight."""
        right = self.table.further_right if self.looks.choice == LIST else []
        more = f"further right: {', '.join(right)}" if right else ""
        marks = [] if self.looks.choice == MATRIX else self._marks
        self.summary.setText(" · ".join(text for text in (self._said, *marks, more) if text))

    @Slot(str)
    def group_by(self, by: str) -> None:
        """Group the rows; asked for twice, by goal again."""
        wanted = GOAL if by == self.order.currentData() else by
        self.order.setCurrentIndex(self.order.findData(wanted))
        self._show()

    # -- acting --------------------------------------------------------------------------------

    @Slot()
    def _on_choice(self) -> None:
        self._show()

    @Slot(str, int)
    def _on_moved(self, measure: str, by: int) -> None:
        self._desk.do(move_measure, measure, by, self, failed=self._desk.say_error)

    @Slot()
    def _on_goals(self) -> None:
        self._desk.go("goals")

    @Slot()
    def _on_save(self) -> None:
        if not self.table.score.rows:
            self._desk.say(NONE_MATCH)
            return
        dialog = QFileDialog(self, "Scorecard on one page", "scorecard.pdf", "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.print_to)
        dialog.open()

    @property
    def scope(self) -> str:
        """Which measures are shown, in words."""
        words = self.filter.text().strip()
        some = f"only those with “{words}”" if words else ""
        return " · ".join(part for part in (self._counts, some) if part)

    @Slot(str)
    def print_to(self, name: str) -> None:
        """Write the rows that are shown as one page."""
        whole = self._desk.book.only(Partnership)
        when = day_label(whole.as_of) if whole.as_of else ""
        head = Head(f"{whole.title}: scorecard", self.scope, when)
        try:
            plain = print_scorecard(
                Path(name), self.table.score.rows, head, letter=on_letter(whole.locale)
            )
        except DyadError as error:
            self._desk.say(f"{error} Choose another place.")
        else:
            small = (
                "" if plain else " So many on one page are small print: a filter makes it larger."
            )
            self._desk.say(f"The scorecard is in {name}.{small}")


def summary_of(lines: list[ScoreLine], count: int) -> str:
    """Return how many measures are shown, in which state, and how many show more than chance."""
    states = [line.reading.shown for line in lines]
    counts = [(states.count(state), state) for state in STATES]
    parts = [f"{number} {STATUS_WORDS[state][1]}" for number, state in counts if number]
    special = sum(line.special for line in lines)
    parts += [f"{special} with special cause"] if special else []
    of = f" of {count}" if len(lines) != count else ""
    word = "measure" if count == 1 else "measures"
    return f"{len(lines)}{of} {word}: {', '.join(parts)}" if lines else ""
