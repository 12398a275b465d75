"""The initiatives page: list, Gantt (or its table), and risks."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from dyad_desktop.domain.fiscal import date_of, workday_index
from dyad_desktop.domain.initiatives import Initiative, Milestone, Risk
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.schedule import plan_all
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.initiative_summary import summarise
from dyad_desktop.services.initiatives import edit_plan, remove, set_baseline, today_of
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.initiatives.cards import InitiativeCard
from dyad_desktop.ui.pages.initiatives.form import NewThing, ThingDialog
from dyad_desktop.ui.pages.initiatives.gantt import Gantt
from dyad_desktop.ui.pages.initiatives.model import MilestonesModel, RisksModel
from dyad_desktop.ui.pages.initiatives.risk_map import RiskMap
from dyad_desktop.ui.pages.initiatives.rows import bars_of, links_of, sentence
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, Empty, Segments, clear, label, row
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet

VIEWS = (("list", "List"), ("gantt", "Gantt"), ("risks", "Risks"))
_OPENED = ("initiative", "milestone", "risk")
_MAP = 420
"""Height of the risks view from which the map stands beneath the table."""
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
    kinds = frozenset(
        {"initiative", "milestone", "dependency", "risk", "benefit", "goal", "partner", "partnership"}
    )
    keys = _KEYS

    def build(self) -> None:
        """Make the header and the views; sheets come with the first book."""
        self.views = Segments(VIEWS, "View")
        self.views.chosen.connect(self.show_view)
        self.add_to_header(self.views)
        self._open = self.add_action("Open", self.open_thing, shortcut="Ctrl+Return")
        self.add_action("Delete", self.delete_thing, shortcut="Ctrl+Delete")
        self.add_action("Set baseline", self.keep_baseline)
        self.add_action("New milestone", self.add_milestone)
        self._new = self.add_action("New initiative", self.add_thing, primary=True)
        self._stack = QStackedWidget()
        self.body.addWidget(self._stack, 1)
        self._folded: set[str] = set()
        self._table = False
        self.sheets: dict[str, Sheet] = {}
        self.cards: dict[str, InitiativeCard] = {}
        self._list = Column(spacing=GRID)
        self._stack.addWidget(self._list)
        self._stack.addWidget(self._make_gantt())
        self._risks = QWidget()
        self._risk_column = QVBoxLayout(self._risks)
        self._risk_column.setContentsMargins(0, 0, 0, 0)
        self._risk_column.setSpacing(GRID + 4)
        self._stack.addWidget(self._risks)
        self._empty = Empty(
            "No initiatives yet. An initiative is a piece of change that should move a goal: milestones with"
            " what they wait for, risks, and what it yields.", "New initiative", self.add_thing,
        )  # fmt: skip
        self._stack.addWidget(self._empty)

    def _make_gantt(self) -> QFrame:
        self._gantt_card = Card()
        column = self._gantt_card.column
        column.setContentsMargins(1, GRID + 4, 1, 1)
        self.caption = label("", "strong", wrap=True)
        self.zoom = Segments((("months", "Months"), ("quarters", "Quarters")), "Scale")
        self.zoom.chosen.connect(self._on_zoom)
        head = row(self.caption, self.zoom)
        head.setStretch(0, 1)
        head.setContentsMargins(GRID * 2, 0, GRID, 0)
        column.addLayout(head)
        self.gantt = Gantt()
        self.gantt.chosen.connect(self._on_chosen)
        self.gantt.opened.connect(self._on_opened)
        self.gantt.folded.connect(self._on_folded)
        self.gantt.moved.connect(self._on_moved_day)
        self._plan_stack = QStackedWidget()
        self._plan_stack.addWidget(self.gantt)
        column.addWidget(self._plan_stack, 1)
        self._legend = label(
            "filled: done     thick outline: critical path     thin bar beneath: baseline     ◇ point in time"
            "     dashed arrow: another initiative", "small",
        )  # fmt: skip
        self._legend.setContentsMargins(GRID * 2, 0, GRID, GRID - 2)
        column.addWidget(self._legend)
        return self._gantt_card

    @property
    def busy_editing(self) -> bool:
        """Return whether a cell is being edited."""
        return any(sheet.editing for sheet in self.sheets.values())

    # -- showing -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Show the newest book."""
        book = self.desk.book
        self.plans, self.problems = plan_all(book)
        if not self.sheets:
            self._make_sheets()
        self._show_list()
        self._show_gantt()
        self._keep_row("milestones")
        self._keep_row("risks")
        self.map.show_risks(book.all(Risk))
        self.show_view(self.views.choice)

    def _make_sheets(self) -> None:
        book = self.desk.book
        self._milestones, self._risk_model = MilestonesModel(book, self.plans), RisksModel(book)
        self._milestones.wanted.connect(self._on_plan_edits)
        self._risk_model.wanted.connect(self._on_risk_edits)
        for name, model, text in (
            ("milestones", self._milestones, "Milestones"),
            ("risks", self._risk_model, "Risks, issues and assumptions"),
        ):
            sheet = Sheet(model, text)
            sheet.said.connect(self.desk.say)
            sheet.moved.connect(self._on_moved)
            sheet.view.doubleClicked.connect(self._on_double_click)
            self.sheets[name] = sheet
        self._plan_stack.addWidget(self.sheets["milestones"])
        self.map = RiskMap()
        self._map_card = Card("Open risks by probability and impact:  ■ high from 12   ▲ medium from 6   ● low")
        self._map_card.column.addWidget(self.map, 1)
        self._no_risks = Empty(
            "No risks yet. Write down what may happen, how likely it is, and what you do about it.",
            "New risk", self.add_thing,
        )  # fmt: skip
        self._risk_column.addWidget(self._no_risks)
        self._risk_column.addWidget(self.sheets["risks"], 4)
        self._risk_column.addWidget(self._map_card, 3)

    def _keep_row(self, name: str) -> None:
        """Show the newest rows of a sheet and keep the current one by its key."""
        model = self._milestones if name == "milestones" else self._risk_model
        view = self.sheets[name].view
        current = view.currentIndex()
        before = model.rows[current.row()].key if current.isValid() and model.rows else None
        if isinstance(model, MilestonesModel):
            model.show(self.desk.book, self.plans)
        else:
            model.show(self.desk.book)
        at = model.row_of(before[1]) if before else -1
        if at >= 0 and view.currentIndex().row() != at:
            view.go_to(at, max(0, current.column()))

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

    def _show_gantt(self) -> None:
        book, desk = self.desk.book, self.desk
        bars = bars_of(book, self.plans, self.problems, self._folded)
        initials = {one.id: (one.initials, desk.place(one.id)) for one in book.all(Partner)}
        self.gantt.show_plan(bars, links_of(book, self.plans), workday_index(today_of(book)), initials)
        self._say()

    def _say(self) -> None:
        key = self.desk.selection
        entity = self.desk.book.entity(*key) if key else None
        chosen = entity.id if isinstance(entity, Initiative) else getattr(entity, "initiative", "")
        self.caption.setText(sentence(self.desk.book, self.plans, self.problems, chosen))

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show the list, the Gantt or the risks."""
        if name not in dict(VIEWS) or not self.sheets:
            return
        self.views.choose(name)
        shown = {"list": self._list, "gantt": self._gantt_card, "risks": self._risks}[name]
        self._stack.setCurrentWidget(shown if self.cards else self._empty)
        risks = name == "risks" and bool(self.cards)
        self._new.setText("New risk" if risks else "New initiative")
        self._rename(self._new.text())
        has_risks = bool(self._risk_model.rows)
        self.sheets["risks"].setVisible(has_risks)
        self._no_risks.setVisible(not has_risks)
        self._fit()

    def _rename(self, text: str) -> None:
        item = self._header.itemAt(self._header.count() - 1)
        made = item.widget() if item is not None else None
        if made is not None:
            made.setText(text)  # type: ignore[attr-defined]

    def _fit(self) -> None:
        if self.sheets:
            room = self.height() - theme.px(80)
            rows = theme.px(24) * len(self._risk_model.rows) + theme.px(62)
            wide_enough = room - min(rows, room // 2) >= theme.px(200) and room >= theme.px(_MAP)
            self.sheets["risks"].setMaximumHeight(max(theme.px(160), rows + theme.px(8)))
            self._map_card.setVisible(wide_enough and bool(self._risk_model.rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take up the new height."""
        super().resizeEvent(event)
        self._fit()

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.gantt.restyle()
        for sheet in self.sheets.values():
            sheet.fit()

    def toggle_table(self) -> None:
        """Switch between the Gantt and its table."""
        if self.views.choice != "gantt" or not self.sheets:
            return
        self._table = not self._table
        self._plan_stack.setCurrentWidget(self.sheets["milestones"] if self._table else self.gantt)
        self.zoom.setVisible(not self._table)
        self._legend.setVisible(not self._table)
        key = self.desk.selection
        at = self._milestones.row_of(key[1]) if key else -1
        if self._table and at >= 0:
            self.sheets["milestones"].view.go_to(at, 0)
        elif key and not self._table:
            places = [bar.key for bar in self.gantt.bars]
            self.gantt.go_to(places.index(key) if key in places else 0)
        (self.sheets["milestones"] if self._table else self.gantt).setFocus()

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
        if key[0] == "risk":
            self.show_view("risks")
            self.sheets["risks"].view.go_to(self._risk_model.row_of(key[1]), 0)
            self.sheets["risks"].view.setFocus()
            return
        if key[0] == "initiative" and self.views.choice != "gantt":
            self.show_view("list")
            self._on_picked(key[1])
            self._list.ensureWidgetVisible(self.cards[key[1]])
            return
        self.show_view("gantt")
        self._unfold(key)
        row_at = next((n for n, bar in enumerate(self.gantt.bars) if bar.key == key), 0)
        self.gantt.go_to(row_at, days=True)
        self.gantt.setFocus()

    def _unfold(self, key: "Key") -> None:
        milestone = self.desk.book.get(Milestone, key[1]) if key[0] == "milestone" else None
        if milestone is not None and milestone.initiative in self._folded:
            self._on_folded(milestone.initiative)

    @Slot(str)
    def _on_picked(self, initiative: str) -> None:
        self.desk.select(("initiative", initiative))
        self._mark_card()

    def _mark_card(self) -> None:
        for key, card in self.cards.items():
            card.mark(selected=self.desk.selection == ("initiative", key))

    @Slot(object)
    def _on_chosen(self, key: object) -> None:
        self.desk.select(key)  # type: ignore[arg-type]
        self._say()

    @Slot()
    def _on_moved(self) -> None:
        sheet = self.sheets["risks" if self.views.choice == "risks" else "milestones"]
        current = sheet.view.currentIndex()
        if not current.isValid() or current.row() >= len(sheet.model.rows):
            return
        key = sheet.model.rows[current.row()].key
        self.desk.select(key, *sheet.model.field_of(current.column()))
        self.map.select(key[1] if key[0] == "risk" else "")

    @Slot(str)
    def _on_folded(self, initiative: str) -> None:
        self._folded ^= {initiative}
        self._show_gantt()

    @Slot(str)
    def _on_zoom(self, name: str) -> None:
        self.gantt.zoom_to(name)

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
        edit = FieldEdit("milestone", milestone, "not_before", start)
        self.desk.do(edit_plan, [edit], "", self, failed=self.desk.say_error)

    @Slot(object)
    def _on_opened(self, key: object) -> None:
        self.desk.select(key)  # type: ignore[arg-type]
        self.open_thing()

    @Slot(str)
    def _on_card(self, initiative: str) -> None:
        self._on_opened(("initiative", initiative))

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        sheet = self.sheets["risks" if self.views.choice == "risks" else "milestones"]
        if not sheet.model.editable(index.row(), index.column()) and sheet.model.rows[index.row()].look == "line":
            self.open_thing()

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
        entity = self.desk.book.entity(*key) if key else None
        initiative = entity.id if isinstance(entity, Initiative) else getattr(entity, "initiative", "")
        if initiative:
            self.desk.do(set_baseline, initiative, done=self._on_baseline, failed=self.desk.say_error)

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
