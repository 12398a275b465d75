"""The initiatives page: list, Gantt (or its table), and risks."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from dyad_desktop.domain.fiscal import date_of, workday_index
from dyad_desktop.domain.initiatives import Initiative, Milestone
from dyad_desktop.domain.schedule import plan_all
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.initiative_summary import summarise
from dyad_desktop.services.initiatives import edit_plan, remove, set_baseline
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.initiatives.cards import InitiativeCard
from dyad_desktop.ui.pages.initiatives.form import NewThing, ThingDialog
from dyad_desktop.ui.pages.initiatives.gantt_view import GanttView
from dyad_desktop.ui.pages.initiatives.risks_view import RisksView
from dyad_desktop.ui.pages.initiatives.rows import home_of
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import Column, Empty, Segments, clear

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet

VIEWS = (("list", "List"), ("gantt", "Gantt"), ("risks", "Risks"))
_OPENED = ("initiative", "milestone", "risk")
_KEYS = (
    ("Enter", "open the initiative or milestone"),
    ("Up, Down", "go along the rows of the Gantt"),
    ("Left, Right on an initiative", "fold, unfold"),
    ("Alt+Left, Alt+Right", "move a milestone's earliest start by a workday"),
    ("+, -, Ctrl+wheel", "zoom the Gantt"),
    ("T, Ctrl+T", "Gantt or its table"),
    ("Ctrl+Enter", "open what is selected"),
    ("Ctrl+Delete", "delete what is selected"),
)


class Page(BasePage):
    """Initiatives in three views."""

    title = "Initiatives"
    view_names = ("list", "gantt", "risks")
    kinds = frozenset(
        {
            "initiative",
            "milestone",
            "dependency",
            "risk",
            "benefit",
            "goal",
            "partner",
            "partnership",
        }
    )
    keys = _KEYS

    def build(self) -> None:
        """Make the header and the views; sheets come with the first book."""
        self.views = Segments(VIEWS, "View")
        self.views.chosen.connect(self.show_view)
        self.add_to_header(self.views)
        self.offer_side_by_side()
        self._of_chosen = (
            self.add_action("Open", self.open_thing, shortcut="Ctrl+Return"),
            self.add_action("Delete", self.delete_thing, shortcut="Ctrl+Delete"),
        )
        self._of_plan = (
            self.add_action("Set baseline", self.keep_baseline),
            self.add_action("New milestone", self.add_milestone),
        )
        self.desk.selected.connect(self._on_selected)
        self._new = self.add_action("New initiative", self.add_thing, primary=True)
        self._stack = QStackedWidget()
        self.body.addWidget(self._stack, 1)
        self.cards: dict[str, InitiativeCard] = {}
        self._list = Column(spacing=GRID)
        self.plan: GanttView | None = None
        self.risks: RisksView | None = None
        self._stack.addWidget(self._list)
        self._empty = Empty(
            "No initiatives yet. An initiative is a piece of change that should move a goal: milestones with"
            " what they wait for, risks, and what it yields.", "New initiative", self.add_thing,
        )  # fmt: skip
        self._stack.addWidget(self._empty)

    @property
    def busy_editing(self) -> bool:
        """Return whether a cell is being edited."""
        if self.plan is None or self.risks is None:
            return False
        return self.plan.sheet.editing or self.risks.sheet.editing

    # -- showing -------------------------------------------------------------------------------

    def take_up(self) -> None:
        """Select what is current in the plan or among the risks."""
        up = {"gantt": self.plan, "risks": self.risks}.get(self.views.choice)
        if up is not None:
            up.take_up()

    @property
    def side_subject(self) -> "Key":
        """Return all initiatives, or the one that is selected."""
        key = self.desk.selection
        return "initiative", key[1] if key is not None and key[0] == "initiative" else ""

    def reload(self) -> None:
        """Show the newest book."""
        self._book = self.desk.book
        self.plans, self.problems = plan_all(self._book)
        if self.plan is None or self.risks is None:
            self.plan, self.risks = self._make_views()
        self._show_list()
        self.plan.show_plans(self.plans, self.problems)
        self.risks.show_risks()
        self.show_view(self.views.choice)

    def _make_views(self) -> tuple[GanttView, RisksView]:
        plan, risks = GanttView(self.desk, self.plans), RisksView(self.desk, self.add_thing)
        plan.opened.connect(self._on_opened)
        plan.moved.connect(self._on_moved_day)
        plan.wanted.connect(self._on_plan_edits)
        risks.opened.connect(self._on_opened)
        risks.wanted.connect(self._on_risk_edits)
        self._stack.addWidget(plan)
        self._stack.addWidget(risks)
        return plan, risks

    def _show_list(self) -> None:
        book = self.desk.book
        focus = next((key for key, card in self.cards.items() if card.link.hasFocus()), "")
        clear(self._list.column)
        self.cards = {}
        for one in book.all(Initiative):
            card = InitiativeCard(self.desk, summarise(book, one, self.plans, self.problems))
            card.picked.connect(self._on_picked)
            card.opened.connect(self._on_card)
            self.cards[one.id] = card
            self._list.column.addWidget(card)
        self._mark_card()
        if focus in self.cards:
            self.cards[focus].link.setFocus()

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show the list, the Gantt or the risks."""
        if name not in dict(VIEWS) or self.plan is None or self.risks is None:
            return
        self.views.choose(name)
        shown = {"list": self._list, "gantt": self.plan, "risks": self.risks}[name]
        # A table that gets the focus makes its first cell current, but nobody chose it.
        self.plan.quiet = self.risks.quiet = True
        self._stack.setCurrentWidget(shown if self.cards else self._empty)
        self.plan.quiet = self.risks.quiet = False
        self._new.setText("New risk" if name == "risks" and self.cards else "New initiative")
        self._on_selected()

    @Slot()
    def _on_selected(self) -> None:
        """Offer what fits the view and what is chosen: a baseline and milestones belong to a plan."""
        key, book = self.desk.selection, self.desk.book
        chosen = key is not None and key[0] in _OPENED and book.entity(*key) is not None
        for action in self._of_chosen:
            action.setEnabled(chosen)
        baseline, milestone = self._of_plan
        in_plan = self.views.choice != "risks"
        baseline.setEnabled(in_plan and chosen)
        milestone.setEnabled(in_plan and bool(self.cards))
        for action in self._of_plan:
            action.setVisible(in_plan)

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        if self.plan is not None and self.risks is not None:
            self.plan.restyle()
            self.risks.restyle()

    def toggle_table(self) -> None:
        """Switch between the Gantt and its table."""
        if self.views.choice == "gantt" and self.plan is not None:
            self.plan.toggle_table()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch the Gantt and its table by T."""
        if event.key() == int(Qt.Key.Key_T) and not event.modifiers():
            self.toggle_table()
        else:
            super().keyPressEvent(event)

    # -- selection -----------------------------------------------------------------------------

    def show_thing(self, key: "Key") -> None:
        """Go to an initiative, milestone or risk."""
        if key[0] not in _OPENED or self.desk.book.entity(*key) is None:
            return
        if self.plan is None or self.risks is None:
            return
        if key[0] == "risk":
            self.show_view("risks")
            self.risks.go_to(key[1])
        elif key[0] == "initiative" and self.views.choice != "gantt":
            self.show_view("list")
            self._on_picked(key[1])
            self._list.ensureWidgetVisible(self.cards[key[1]])
        else:
            self.show_view("gantt")
            self.plan.go_to(key)

    @Slot(str)
    def _on_picked(self, initiative: str) -> None:
        self.desk.select(("initiative", initiative))
        self._mark_card()

    def _mark_card(self) -> None:
        for key, card in self.cards.items():
            card.mark(selected=self.desk.selection == ("initiative", key))

    # -- commands ------------------------------------------------------------------------------

    @Slot(object)
    def _on_plan_edits(self, edits: object) -> None:
        self.desk.do(edit_plan, edits, "", self, failed=self.desk.say_error)

    @Slot(object)
    def _on_risk_edits(self, edits: object) -> None:
        self.desk.do(set_fields, edits, "", self, failed=self.desk.say_error)

    @Slot(str, int)
    def _on_moved_day(self, milestone: str, days: int) -> None:
        plan = self.plans.get(self.desk.book.need(Milestone, milestone).initiative)
        if plan is None:
            return
        start = date_of(workday_index(plan.forecast[milestone].start) + days)
        at = Address("milestone", milestone, "not_before")
        seen = self.desk.glance([at], self._book, opens=False).of(at)
        edit = FieldEdit(at.kind, at.id, at.field, start, seen=seen)
        self.desk.do(edit_plan, [edit], "", self, failed=self.desk.say_error)

    @Slot(object)
    def _on_opened(self, key: object) -> None:
        self.desk.select(key)  # type: ignore[arg-type]
        self.open_thing()

    @Slot(str)
    def _on_card(self, initiative: str) -> None:
        self._on_opened(("initiative", initiative))

    def _chosen(self) -> "Key | None":
        key = self.desk.selection
        if key is None or key[0] not in _OPENED or self.desk.book.entity(*key) is None:
            self.desk.say("Select an initiative, milestone or risk first.")
            return None
        return key

    @Slot()
    def open_thing(self) -> None:
        """Open what is selected in full."""
        key = self._chosen()
        if key is not None:
            self.dialog = ThingDialog(self.desk, key, self)
            self.dialog.open()

    @Slot()
    def add_thing(self) -> None:
        """Ask for a new initiative, or a new risk where risks are shown."""
        self._ask("risk" if self.views.choice == "risks" and self.cards else "initiative")

    @Slot()
    def add_milestone(self) -> None:
        """Ask for a new milestone."""
        if self.cards:
            self._ask("milestone")
        else:
            self.desk.say("A milestone belongs to an initiative: create one first.")

    def _ask(self, kind: str) -> None:
        self.new_dialog = NewThing(self.desk, kind, self._on_new, self)
        self.new_dialog.open()

    def _on_new(self, key: "Key") -> None:
        self.show_thing(key)

    @Slot()
    def keep_baseline(self) -> None:
        """Take the present forecast of the selected initiative as its baseline."""
        key = self._chosen()
        initiative = home_of(self.desk.book, key)
        if initiative:
            self.desk.do(
                set_baseline, initiative, done=self._on_baseline, failed=self.desk.say_error
            )

    @Slot(object)
    def _on_baseline(self, changes: "ChangeSet") -> None:
        self.desk.say(f"{changes.note} is now the present forecast.", undo=True)

    @Slot()
    def delete_thing(self) -> None:
        """Delete what is selected; it can be undone."""
        key = self._chosen()
        if key is not None:
            self.desk.do(remove, key, done=self._on_deleted, failed=self.desk.say_error)

    @Slot(object)
    def _on_deleted(self, changes: "ChangeSet") -> None:
        self.desk.say(f"{changes.note}.", undo=True)
