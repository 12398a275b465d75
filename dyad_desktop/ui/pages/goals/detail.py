"""One goal open: its fields, its measures, what the pair said, and what moves it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.driver_tree import ROLL_UP
from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.smart import smart_hints
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.goals.checkins import CheckIns
from dyad_desktop.ui.pages.goals.measures import Measures
from dyad_desktop.ui.pages.goals.model import goal_view
from dyad_desktop.ui.pages.goals.parts import pair_row, state_lines
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, StatusMark, button, clear, label, row
from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

WIDE = 840
FIRST = ("title", "why", "supports")
"""Fields that have the whole width, since what stands in them is long."""
SECOND = ("lead", "support", "start", "due", "domain")
TITLES = {
    "supports": "Objective",
    "lead": "Leads",
    "support": "Supports",
    "why": "Why",
    "domain": "Pillar",
}


class Detail(Column):
    """The goal that is open."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.column.setContentsMargins(0, 0, GRID, GRID)
        self._desk = desk
        self.goal_id = ""
        self.forms: tuple[Form, ...] = ()
        self._wide: bool | None = None
        self.state = Card()
        self._state_line = QVBoxLayout()
        self.state.column.addLayout(self._state_line)
        self.about = Card("The goal")
        self.measures = Measures(desk)
        self.check_ins = CheckIns(desk)
        self.check_ins.begun.connect(self._on_check_in)
        self.smart = Card("Is it SMART?")
        self._hints = QVBoxLayout()
        self._hints.setSpacing(GRID - 4)
        self.smart.column.addLayout(self._hints)
        self.moves = Card("Initiatives that should move it")
        self._moves = QVBoxLayout()
        self._moves.setSpacing(GRID - 4)
        self.moves.column.addLayout(self._moves)
        for part in (self.state, self.about, self.measures, self.check_ins, self.smart, self.moves):
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        inner = QWidget()
        inner.setProperty("look", "page")
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID + 4)
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        for side in (self._left, self._right):
            side.setSpacing(GRID + 4)
        for part in (self.state, self.measures):
            self._left.addWidget(part)
        for part in (self.check_ins, self.smart, self.moves):
            self._right.addWidget(part)
        self._left.addStretch(1)
        self._right.addStretch(1)
        self.column.addWidget(inner)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.viewport().width() >= theme.px(WIDE)
        if wide == self._wide:
            return
        self._wide = wide
        self._grid.removeItem(self._left)
        self._grid.removeItem(self._right)
        self._grid.addLayout(self._left, 0, 0)
        self._grid.addLayout(self._right, 0 if wide else 1, 1 if wide else 0)
        # In one column the long form stands behind what is said and read more often.
        self._right.removeWidget(self.about)
        self._left.removeWidget(self.about)
        side, place = (self._left, 2) if wide else (self._right, 1)
        side.insertWidget(place, self.about)
        self._grid.setColumnStretch(0, 6)
        self._grid.setColumnStretch(1, 5 if wide else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand in one column where there is no room for two."""
        super().resizeEvent(event)
        self._arrange()

    # -- showing -------------------------------------------------------------------------------

    def show_goal(self, goal: Goal) -> None:
        """Show a goal; forms of the same goal stay as they are and are only refreshed."""
        book = self._desk.book
        if goal.id != self.goal_id or not self.forms:
            self.goal_id = goal.id
            self._make_forms(goal)
            self.verticalScrollBar().setValue(0)
        for form in self.forms:
            form.refresh()
        self._show_state(goal)
        self.measures.show_goal(book, goal)
        self.check_ins.show_goal(book, goal)
        self._show_hints(goal)
        self._show_moves(goal_view(book, goal).initiatives)

    def _make_forms(self, goal: Goal) -> None:
        for form in self.forms:
            form.hide()
            form.deleteLater()
        key = ("goal", goal.id)
        self.forms = (
            Form(self._desk, key, FIRST, TITLES),
            Form(self._desk, key, SECOND, TITLES, columns=2),
        )
        for form in self.forms:
            self.about.column.addWidget(form)

    def _show_state(self, goal: Goal) -> None:
        clear(self._state_line)
        view = goal_view(self._desk.book, goal)
        lines = state_lines(view)
        lines[0].addLayout(pair_row(view))
        for line in lines:
            self._state_line.addLayout(line)
        self._state_line.addWidget(label(ROLL_UP, "small"))

    def _show_hints(self, goal: Goal) -> None:
        """Say of each letter what is missing; hints warn, and nothing waits for them."""
        clear(self._hints)
        for hint in smart_hints(self._desk.book, goal):
            sign = StatusMark("at_risk" if hint.text else "on_track", word=hint.word)
            sign.setMinimumWidth(theme.px(112))
            text = label(hint.text or "nothing to add", "" if hint.text else "muted", wrap=True)
            line = row(sign, text)
            line.setStretch(1, 1)
            self._hints.addLayout(line)

    def _show_moves(self, initiatives: tuple[Initiative, ...]) -> None:
        clear(self._moves)
        for one in initiatives:
            going = button("Open", "link", name=f"Go to initiative {one.title}")
            going.setProperty("initiative", one.id)
            going.clicked.connect(self._on_initiative)
            mark = StatusMark(one.status)
            line = row(
                label(one.title, wrap=True), label(show.words(one.phase), "small"), mark, going
            )
            line.setStretch(0, 1)
            self._moves.addLayout(line)
        if not initiatives:
            text = "None yet. An initiative names the goals that it should move."
            self._moves.addWidget(label(text, "muted", wrap=True))

    @property
    def editing(self) -> bool:
        """Return whether someone is writing in a form."""
        return any(form.editing for form in self.forms) or self.measures.editing

    def focus_title(self) -> None:
        """Make the title ready to be written over."""
        editor = self.forms[0].fields["title"].editor
        editor.setFocus()
        if isinstance(editor, QLineEdit):
            editor.selectAll()
        self.ensureWidgetVisible(editor)

    @Slot()
    def _on_check_in(self) -> None:
        """Bring the form into sight once it has its place."""
        QTimer.singleShot(0, self, self._show_form)

    @Slot()
    def _show_form(self) -> None:
        form = self.check_ins.form
        self.ensureWidgetVisible(form, 0, theme.px(GRID))

    @Slot()
    def _on_initiative(self) -> None:
        key = ("initiative", str(self.sender().property("initiative")))
        self._desk.go("initiatives", key)
