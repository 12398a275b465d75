"""Goals: cards by objective, and one goal open with everything that belongs to it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget

from dyad_desktop.domain.goals import CheckIn, Goal, Measure
from dyad_desktop.services.editing import delete
from dyad_desktop.services.goals import new_goal, new_objective
from dyad_desktop.services.local import new_id
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.goals.detail import Detail
from dyad_desktop.ui.pages.goals.drivers_view import DriversView
from dyad_desktop.ui.pages.goals.overview import Overview
from dyad_desktop.ui.pages.goals.parts import Elided
from dyad_desktop.ui.tokens import SEMIBOLD, TITLE
from dyad_desktop.ui.widgets.basics import Segments, button

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet


class Page(BasePage):
    """The page."""

    title = "Goals"
    view_names = ("all", "drivers", "goal")
    kinds = frozenset(
        {
            "goal",
            "objective",
            "measure",
            "check_in",
            "initiative",
            "benefit",
            "partner",
            "partnership",
        }
    )
    keys = (
        ("Enter", "open the goal that has the focus"),
        ("Esc", "back to all goals"),
        ("Tab, Shift+Tab", "next or previous goal"),
        ("Arrows", "walk the driver diagram"),
        ("L, Enter", "link or part two things of the diagram"),
        ("F2, Insert, Delete", "rename, add beneath, delete in the diagram"),
        ("Ctrl+C", "copy the diagram that has the focus as a picture"),
    )

    def build(self) -> None:
        """Make the header and both views."""
        self._open = ""
        self._fresh = ""
        self._fresh_objective = ""
        self.crumb = button("Goals ›", "link", name="Back to all goals")
        self.crumb.clicked.connect(self.show_all)
        self.goal_title = Elided(size=TITLE, weight=SEMIBOLD)
        self.add_to_header(self.goal_title, beside_title=True)
        self.add_to_header(self.crumb, beside_title=True)
        self._header.setStretchFactor(self.goal_title, 100)
        self.looks = Segments(
            (("all", "Cards"), ("drivers", "Drivers")), "Cards, or driver diagram"
        )
        self.looks.chosen.connect(self._on_look)
        self.add_to_header(self.looks)
        self.offer_side_by_side()
        self.new_objective = self._command("New objective", self.make_objective)
        self.new_goal = self._command("New goal", self.make_goal, primary=True)
        self.gone = self._command("Delete goal", self.delete_goal)
        self.back = self._command("Back to all goals", self.show_all)
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        self.overview = Overview(self.desk)
        self.overview.opened.connect(self.open_goal)
        self.overview.begun.connect(self.make_goal)
        self.detail = Detail(self.desk)
        self.drivers = DriversView(self.desk)
        self.drivers.opened.connect(self._on_driver)
        self.drivers.begun.connect(self.make_goal)
        self.stack.addWidget(self.overview)
        self.stack.addWidget(self.drivers)
        self.stack.addWidget(self.detail)
        self._show_header()

    def _command(
        self, text: str, run: "Callable[[], None]", *, primary: bool = False
    ) -> QPushButton:
        action = QAction(text, self)
        action.triggered.connect(run)
        self.addAction(action)
        made = button(text, "primary" if primary else "")
        made.clicked.connect(action.trigger)
        self.add_to_header(made)
        return made

    def _show_header(self) -> None:
        is_open = bool(self._open)
        self.heading.setVisible(not is_open)
        for part in (self.crumb, self.goal_title, self.gone, self.back):
            part.setVisible(is_open)
        self.looks.setVisible(not is_open)
        for part in (self.new_goal, self.new_objective):
            part.setVisible(not is_open)

    # -- showing -------------------------------------------------------------------------------

    @property
    def side_subject(self) -> "Key":
        """Return the goal that is open, or all of them."""
        return "goal", self._open

    def take_up(self) -> None:
        """Select the goal that is open."""
        if self._open:
            self.desk.select(("goal", self._open))

    def reload(self) -> None:
        """Show the newest book, in the view that is up."""
        goal = self.desk.book.get(Goal, self._open)
        if goal is None:
            self._open = ""
            self._show_look()
        else:
            self.goal_title.set_text(goal.title)
            self.detail.show_goal(goal)
            self.stack.setCurrentWidget(self.detail)
        self._show_header()

    def _show_look(self) -> None:
        if self.looks.choice == "drivers":
            self.drivers.reload()
            self.stack.setCurrentWidget(self.drivers)
            return
        self.stack.setCurrentWidget(self.overview)
        self.overview.reload()
        self._begin_objective()

    @Slot(str)
    def _on_look(self, _look: str) -> None:
        self.reload()
        if self.looks.choice == "drivers":
            self.drivers.diagram.setFocus()

    @Slot(object)
    def _on_driver(self, key: "Key") -> None:
        """Open what was chosen in the diagram, where it lives."""
        kind, entity_id = key
        pages = {"measure": "performance", "initiative": "initiatives"}
        if kind == "goal":
            self.open_goal(entity_id)
        elif kind == "objective":
            self.drivers.diagram.rename(key)
        else:
            self.desk.go(pages[kind], key)

    def _begin_objective(self) -> None:
        new, self._fresh_objective = self._fresh_objective, ""
        head = self.overview.heads.get(new)
        if head is not None:
            head.begin()
            self.overview.ensureWidgetVisible(head)

    def show_view(self, name: str) -> None:
        """Show ``all`` goals, the diagram of ``drivers``, or the first goal open (``goal``)."""
        goals = self.desk.book.all(Goal)
        if name == "drivers":
            self.looks.choose(name)
            self.show_all()
            return
        self.looks.choose("all")
        if name == "all" or not goals:
            self.show_all()
        else:
            self.open_goal(goals[0].id)

    @Slot(str)
    def open_goal(self, goal_id: str) -> None:
        """Open a goal and select it."""
        self._open = goal_id
        self.reload()
        self.desk.select(("goal", goal_id))
        if self._fresh == goal_id:
            self._fresh = ""
            self.detail.focus_title()
        else:
            self.crumb.setFocus()

    @Slot()
    def show_all(self) -> None:
        """Go back to the cards, to the goal that was open."""
        was, self._open = self._open, ""
        self.setFocus()
        self.reload()
        card = self.overview.cards.get(was)
        if card is not None:
            card.setFocus()
            self.overview.ensureWidgetVisible(card)

    def show_thing(self, key: "Key") -> None:
        """Open a goal, or the one that a measure or check-in belongs to; go to an objective."""
        kind, entity_id = key
        book = self.desk.book
        if kind == "objective":
            self.looks.choose("all")
            self.show_all()
            head = self.overview.heads.get(entity_id)
            if head is not None:
                self.overview.ensureWidgetVisible(head)
            self.desk.select(key)
            return
        owner = book.get(Measure, entity_id) if kind == "measure" else None
        said = book.get(CheckIn, entity_id) if kind == "check_in" else None
        parent = owner or said
        goal = entity_id if kind == "goal" else parent.goal if parent else ""
        if book.get(Goal, goal) is not None:
            self.open_goal(goal)

    @property
    def busy_editing(self) -> bool:
        """Return whether a reload would disturb an editor."""
        if self._open:
            return self.detail.editing
        return self.overview.editing or self.drivers.editing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back on Esc."""
        if event.key() == int(Qt.Key.Key_Escape) and self._open:
            self.show_all()
        else:
            super().keyPressEvent(event)

    # -- commands ------------------------------------------------------------------------------

    @Slot()
    def make_goal(self) -> None:
        """Begin a goal and write its title straight away."""
        self._fresh = new_id()
        chosen = self.desk.selection
        objective = chosen[1] if chosen and chosen[0] == "objective" else None
        self.desk.do(new_goal, self._fresh, objective, self, done=self._on_goal)

    @Slot(object)
    def _on_goal(self, _changes: "ChangeSet") -> None:
        self.open_goal(self._fresh)

    @Slot()
    def make_objective(self) -> None:
        """Begin an objective and write its title straight away."""
        self._fresh_objective = new_id()
        self.desk.do(new_objective, self._fresh_objective, self)

    @Slot()
    def delete_goal(self) -> None:
        """Delete the open goal with its measures and check-ins; it can be undone."""
        if self._open:
            self.desk.do(delete, [("goal", self._open)], "", self, done=self._on_deleted)

    @Slot(object)
    def _on_deleted(self, changes: "ChangeSet") -> None:
        self.desk.select(None)
        self.desk.say(f"{changes.note} with its measures and check-ins.", undo=True)
