"""The operating budget page: three sheets, one unit, and commands for lines."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget

from dyad_desktop.domain.drivers import CircleError
from dyad_desktop.domain.formula import called
from dyad_desktop.domain.operating import (
    Note,
    Volume,
)
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.scenario import moved_on_words
from dyad_desktop.domain.staffing_spans import staffing_spans
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import delete, set_fields
from dyad_desktop.services.operating import edit_lines, new_position, new_volume
from dyad_desktop.services.scenarios import fixed_words
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.operating.bulk_tools import KEYS as TOOL_KEYS
from dyad_desktop.ui.pages.operating.bulk_tools import LineTools
from dyad_desktop.ui.pages.operating.line_dialog import LineDialog, NewLine
from dyad_desktop.ui.pages.operating.mending import Mending
from dyad_desktop.ui.pages.operating.notes import NotedLines
from dyad_desktop.ui.pages.operating.plan_dialog import PlanDialog
from dyad_desktop.ui.pages.operating.positions import SHOWN_WITH_POSITIONS, PositionsModel
from dyad_desktop.ui.pages.operating.removing import NOTHING, OUTSIDE, chosen_rows, told
from dyad_desktop.ui.pages.operating.scenarios_drafts import DraftPicker
from dyad_desktop.ui.pages.operating.statistics import EntityModel, VolumesModel
from dyad_desktop.ui.pages.operating.ways_out import WaysOut
from dyad_desktop.ui.widgets.basics import Empty, Segments, label, row
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.book import Book, Key
    from dyad_desktop.domain.contested import Span
    from dyad_desktop.domain.schema import Entity
    from dyad_desktop.replication.change import Address
    from dyad_desktop.services.editing import FieldEdit
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.pages.operating.accounts import Accounts
    from dyad_desktop.ui.pages.operating.scenarios import Scenarios

VIEWS = (
    ("lines", "Lines"),
    ("volumes", "Volumes"),
    ("positions", "Positions"),
    ("accounts", "Accounts"),
    ("scenarios", "Scenarios"),
)
_NO_FIGURES = "There are no figures until one of them is planned in another way."
_KEYS = (
    ("F2, or just type", "edit the cell"),
    ("Ctrl+L", "how the line is planned"),
    *TOOL_KEYS,
    ("Ctrl+Delete", "delete the selected rows"),
    ("= in the column Plan", "a formula of other lines"),
    ("Enter, Tab", "take it and go down, right"),
    ("Enter on a split cell", "open both sides"),
    ("Delete", "give the cell back to its rule"),
    ("Ctrl+C, Ctrl+V", "copy and paste rectangles, also from Excel"),
    ("Ctrl+D, Ctrl+R", "fill down, fill right"),
    ("Left, Right on a group", "fold, unfold"),
    ("Ctrl+arrows, Home, End", "go to the edge of the data"),
    ("Ctrl+F", "find in this table"),
)


class Page(BasePage):
    """Lines, volumes and positions of the draft at hand."""

    title = "Operating budget"
    view_names = tuple(name for name, _ in VIEWS)
    kinds = frozenset(
        {
            "operating_line",
            "draft_line",
            "draft",
            "volume",
            "position",
            "cost_centre",
            "account",
            "partnership",
            "planning",
            "note",
            "capital_request",
            "capital_policy",
            "cost_line",
        }
    )
    keys = _KEYS

    def build(self) -> None:
        """Make the header; the sheets come with the first book."""
        self.drafts = DraftPicker(self.desk)
        self.drafts.what_if.connect(self._on_what_if)
        self.add_to_header(self.drafts, beside_title=True)
        self.views = Segments(VIEWS, "View")
        self.views.chosen.connect(self.show_view)
        self.units = Segments((("1000", "Thousands"), ("1", "Units")), "Unit")
        self.units.chosen.connect(self._on_unit)
        self.body.addLayout(row(self.views, 1, self.units))
        self.offer_side_by_side()
        self._plan = self.add_action("Plan …", self.plan_line, shortcut="Ctrl+L")
        self._edit = self.add_action("Line …", self.edit_line)
        self.tools = LineTools(self, lambda: self.unit)
        self.tools.add("Delete", self.delete_thing, "Ctrl+Delete")
        self.add_action("New", self.add_thing, primary=True)
        self._stack = QStackedWidget()
        self.body.addWidget(self._stack, 1)
        self._problem = label("", "error", wrap=True)
        self.body.insertWidget(0, self._problem)
        self._problem.hide()
        self.moved = label("", "muted", wrap=True)
        self.body.insertWidget(1, self.moved)
        self.moved.hide()
        self.ways_out = WaysOut(self.desk)
        self.body.insertWidget(1, self.ways_out)
        self.sheets: dict[str, Sheet] = {}
        self._accounts: Accounts | None = None
        self._scenarios: Scenarios | None = None
        self._mending = Mending()
        self._computed = True
        """Whether the budget could be computed; it can't while lines depend on each other in a circle."""

    @property
    def busy_editing(self) -> bool:
        """Return whether a cell is being edited."""
        accounts = self._accounts is not None and self._accounts.editing
        return accounts or any(sheet.editing for sheet in self.sheets.values())

    @property
    def unit(self) -> Unit:
        """Return the unit that amounts are shown in."""
        return Unit(int(self.units.choice), show.exponent(self.desk.book))

    # -- showing -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Show the newest book in the sheets."""
        book = self.desk.book
        meta = book.only(Partnership)
        self.heading.setText(f"Operating budget {meta.budget_year}")
        self.heading.short = f"Budget {meta.budget_year}"
        self.drafts.reload()
        try:
            self.desk.budget  # noqa: B018 - computed here, so that a circle is told before anything moves
        except BadInputError as error:
            before = "The figures below are those from before." if self.sheets else _NO_FIGURES
            if isinstance(error, CircleError):
                error = error.named(partial(called, book))
                self.ways_out.offer(error.lines)
            self._problem.setText(show.sentence(error, before))
            self._problem.show()
            self._computed = False
            return
        self._computed = True
        self.ways_out.offer(())
        self._problem.hide()
        moved = moved_on_words(book, self.desk.budget)
        self.moved.setText(moved)
        self.moved.setVisible(bool(moved))
        if not self.sheets:
            self._make_sheets()
            return
        self._lines.show(book, self.desk.budget)
        self._tell_what_to_mend(book)
        self.show_view(self.views.choice)

    def _bring_up(self, view: str) -> None:
        """Show the newest book in a view that comes to be seen: an edit of a line pays for the lines alone."""
        book = self.desk.book
        models: dict[str, tuple[EntityModel, tuple[type[Entity], ...]]] = {
            "volumes": (self._volumes, (Volume,)),
            "positions": (self._positions, SHOWN_WITH_POSITIONS),
        }
        if view in models:
            model, kinds = models[view]
            if any(book.rows(kind) is not model.book.rows(kind) for kind in kinds):
                model.show(book)
        elif view == "accounts" and self._accounts is not None:
            self._accounts.show_book(book, self.desk.budget)

    def _tell_what_to_mend(self, book: "Book") -> None:
        words = self._mending.words(book, self.desk.budget)
        self._problem.setText(words)
        self._problem.setVisible(bool(words))

    def _make_sheets(self) -> None:
        book = self.desk.book
        self._lines = NotedLines(book, self.desk.budget, self.unit)
        self._volumes, self._positions = VolumesModel(book), PositionsModel(book)
        self._lines.wanted.connect(self._on_lines)
        for name, model, text in (
            ("lines", self._lines, "Operating lines"),
            ("volumes", self._volumes, "Volumes"),
            ("positions", self._positions, "Positions"),
        ):
            sheet = Sheet(model, text)
            sheet.said.connect(self.desk.say)
            sheet.moved.connect(self._on_moved)
            sheet.follow(self.desk)
            if isinstance(model, EntityModel):
                model.wanted.connect(self._on_fields)
            self.sheets[name] = sheet
            self._stack.addWidget(sheet)
        self._empty = Empty(
            "No operating lines yet. A line is an account in a cost centre with twelve months; its volume,"
            " position or group can drive it.", "New line", self.add_thing,
        )  # fmt: skip
        self._stack.addWidget(self._empty)
        self.tools.follow(self.sheets["lines"], self._lines)
        self._legend()
        self._ask_authors(None)
        self._tell_what_to_mend(book)
        self.desk.differing.connect(self._on_differing)
        self._on_differing()
        self.show_view(self.views.choice)

    @Slot()
    def _on_differing(self) -> None:
        if self.desk.standing is not None:
            self._lines.set_open(self.desk.standing.budget, self.desk.standing.prior)
            self._ask_staffing()
            if self._accounts is not None:
                self._accounts.set_open(self.desk.standing)
            self.sheets["lines"].totals.refit()

    def _ask_staffing(self) -> None:
        """Ask between what the costs of positions come out."""
        standing, book = self.desk.standing, self.desk.book
        if standing is not None:
            self.desk.reckon(
                lambda: staffing_spans(book, standing.choices.items()), self._on_staffing
            )

    @Slot(object)
    def _on_staffing(self, spans: "dict[str, Span]") -> None:
        self._positions.set_open(spans)
        self.sheets["positions"].totals.refit()

    def _legend(self) -> None:
        names = [self.desk.book.need(Partner, one).first_name for one in self.desk.partner_ids]
        # The first at the left; all others at the right, each in their colour.
        sides = (("◤", names[:1]), ("◥", names[1:]))
        parts = [f"{corner} {' or '.join(some)} set by hand" for corner, some in sides if some]
        self.sheets["lines"].legend.setText("     ".join((*parts, "◣ note")))

    def _ask_authors(self, ids: list[str] | None) -> None:
        session = self.desk.session
        self.desk.ask(lambda: session.authors("draft_line", ids), self._on_authors)

    @Slot(object)
    def _on_authors(self, authors: "dict[Address, str]") -> None:
        places = {partner: n for n, partner in enumerate(self.desk.partner_ids)}
        self._lines.set_authors(authors, places)

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        super()._on_changed(changes)
        said = [entity for kind, entity in changes.keys if kind == "draft_line"]
        if said and self.sheets:
            self._ask_authors(said)

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show lines, volumes or positions."""
        if not self.sheets or name not in self.view_names:
            return
        if not self._computed and name in ("accounts", "scenarios"):
            name = "lines"  # these reckon with a budget; the sentence above says why there is none
        self.views.choose(name)
        self._bring_up(name)
        if name == "accounts":
            self._stack.setCurrentWidget(self._accounts_view())
        elif name == "scenarios":
            scenarios = self._scenarios_view()
            self._stack.setCurrentWidget(scenarios)
            scenarios.reload()
        else:
            empty = name == "lines" and not self._lines.rows
            self._stack.setCurrentWidget(self._empty if empty else self.sheets[name])
            if self.isVisible():
                self.take_up()
        self.units.setVisible(name in ("lines", "scenarios"))
        self._edit.setEnabled(name == "lines")
        self._plan.setEnabled(name == "lines")
        self.tools.enable(lines=name == "lines")

    def _accounts_view(self) -> "Accounts":
        """Return the chart of accounts, made when it is first looked at."""
        from dyad_desktop.ui.pages.operating.accounts import Accounts  # noqa: PLC0415 - only the lines are due at once

        if self._accounts is None:
            self._accounts = Accounts(self.desk, self.unit)
            self._accounts.wanted.connect(self._on_fields)
            self._stack.addWidget(self._accounts)
            self._on_differing()
        return self._accounts

    def _scenarios_view(self) -> "Scenarios":
        """Return the scenarios, made when they are first looked at."""
        from dyad_desktop.ui.pages.operating.scenarios import Scenarios  # noqa: PLC0415 - as above

        if self._scenarios is None:
            self._scenarios = Scenarios(self.desk)
            self._scenarios.set_unit(self.unit)
            self._stack.addWidget(self._scenarios)
        return self._scenarios

    @Slot()
    def _on_what_if(self) -> None:
        self.show_view("scenarios")
        if self._scenarios is not None:
            self._scenarios.show_part("what_if")

    def toggle_table(self) -> None:
        """Switch the chart of what moves most and its table."""
        if self._scenarios is not None and self.views.choice == "scenarios":
            self._scenarios.toggle()

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        if self._scenarios is not None:
            self._scenarios.restyle()
        if self._accounts is not None:
            self._accounts.fit()
        for sheet in self.sheets.values():
            sheet.fit()

    def show_thing(self, key: "Key") -> None:
        """Go to a line, volume or position; for a note to the cell that it is about."""
        key, column = self._place_of(key)
        views = {"operating_line": "lines", "volume": "volumes", "position": "positions"}
        view = views.get(key[0])
        if view is None or not self.sheets:
            return
        self.show_view(view)
        models: dict[str, NotedLines | EntityModel] = {
            "lines": self._lines,
            "volumes": self._volumes,
            "positions": self._positions,
        }
        at = models[view].row_of(key[1])
        if at >= 0:
            self.sheets[view].view.go_to(at, column)
            self.sheets[view].view.setFocus()

    def _place_of(self, key: "Key") -> "tuple[Key, int]":
        """Return the thing that has a row, and the column that is meant."""
        note = self.desk.book.get(Note, key[1]) if key[0] == "note" else None
        if note is None or not self.sheets:
            return key, 0
        return ("operating_line", note.line), self._lines.column_of(note.period or "")

    def take_up(self) -> None:
        """Select what is current in the grid that is up."""
        self._on_moved()

    @Slot()
    def _on_moved(self) -> None:
        sheet = self.sheets.get(self.views.choice)
        if sheet is None:
            return
        current = sheet.view.currentIndex()
        if not current.isValid() or current.row() >= len(sheet.model.rows):
            return
        key = sheet.model.rows[current.row()].key
        if key[0] == "group":
            self.desk.select(None)
        elif key[0] == "posting":
            request = self.desk.budget.posted[key[1]].request
            self.desk.select(("capital_request", request) if request else None)
        else:
            self.desk.select(key, *sheet.model.field_of(current.column()))

    @Slot(str)
    def _on_unit(self, _size: str) -> None:
        if self.sheets:
            self._lines.set_unit(self.unit)
            self.sheets["lines"].fit()
        if self._scenarios is not None:
            self._scenarios.set_unit(self.unit)

    # -- commands ------------------------------------------------------------------------------

    @Slot(object)
    def _on_lines(self, edits: object) -> None:
        if said := fixed_words(self.desk.book, self.desk.draft):
            self.desk.say(said)
            return
        self.desk.do(edit_lines, self.desk.draft, edits, self, failed=self.desk.say_error)

    @Slot(object)
    def _on_fields(self, edits: "Sequence[FieldEdit]") -> None:
        past = any(edit.field == "prior_actuals" for edit in edits)
        self.desk.do(
            set_fields, edits, "", self,
            done=self._on_past if past else None, failed=self.desk.say_error,
        )  # fmt: skip

    @Slot(object)
    def _on_past(self, _changes: "ChangeSet") -> None:
        year = self.desk.book.only(Partnership).prior_year
        self.desk.say(
            f"That is an actual of {year}: what is planned in step with it has moved.", undo=True
        )

    @Slot()
    def add_thing(self) -> None:
        """Create what the view shows: a line, a volume or a position."""
        view = self.views.choice
        if view == "lines":
            self._dialog = NewLine(self.desk, self)
            self._dialog.created.connect(self.show_thing)
            self._dialog.open()
        elif view == "scenarios":
            self.drafts.copy()
        elif view == "accounts":
            from dyad_desktop.ui.pages.operating.accounts import NewCode  # noqa: PLC0415 - as above

            self._new_code = NewCode(self.desk, self)
            self._new_code.open()
        elif view == "volumes":
            self.desk.do(new_volume, "New volume", done=self._on_new)
        else:
            self.desk.do(new_position, "New position", done=self._on_new)

    @Slot(object)
    def _on_new(self, changes: "ChangeSet") -> None:
        key = next(iter(changes.keys))
        self.show_thing(key)
        self.sheets[self.views.choice].view.begin_edit(None)

    def _chosen_line(self) -> "Key | None":
        key = self.desk.selection
        if key is None or key[0] != "operating_line" or self.desk.book.entity(*key) is None:
            self.desk.say("Select a line first.")
            return None
        return key

    @Slot()
    def edit_line(self) -> None:
        """Open the current line's master data."""
        if (key := self._chosen_line()) is not None:
            self._line = LineDialog(self.desk, key, self)
            self._line.open()

    @Slot()
    def plan_line(self) -> None:
        """Open how the current line is planned."""
        if said := fixed_words(self.desk.book, self.desk.draft):
            self.desk.say(said)
        elif (key := self._chosen_line()) is not None:
            self._planning = PlanDialog(self.desk, key, self.unit, self)
            self._planning.open()

    @Slot()
    def delete_thing(self) -> None:
        """Delete the rows that are selected, as one change; it can be undone."""
        if self.busy_editing:
            return
        accounts = self._accounts if self.views.choice == "accounts" else None
        sheet = accounts.current if accounts else self.sheets.get(self.views.choice)
        found = chosen_rows(sheet) if sheet is not None else []
        keys = [key for key in found if self.desk.book.entity(*key) is not None]
        if not keys:
            self.desk.say(OUTSIDE if found else NOTHING)
            return
        fixed = fixed_words(self.desk.book, self.desk.draft)
        if fixed and any(key[0] == "operating_line" for key in keys):
            self.desk.say(
                fixed
            )  # else the line would be gone from the drafts that are planned on, not from this one
            return
        self._gone = keys
        self.desk.do(delete, keys, "", self, done=self._on_deleted, failed=self.desk.say_error)

    @Slot(object)
    def _on_deleted(self, changes: "ChangeSet") -> None:
        self.desk.say(told(self.desk.book, changes.note, self._gone), undo=True)
