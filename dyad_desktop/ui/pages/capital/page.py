"""The capital page: the envelope, the ranked list with its cut line, and the cumulative chart."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from dyad_desktop.domain.capital import CostLine
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.records import spec_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.capital import (
    BY_HAND,
    POLICY,
    capital_plan,
    delete_request,
    move_request,
    set_envelope,
    set_rank_by,
)
from dyad_desktop.services.cut_line import Moved, moved_since_agreed, moved_since_met
from dyad_desktop.services.editing import set_fields
from dyad_desktop.services.frozen import FrozenSession
from dyad_desktop.services.sealing import due, open_due
from dyad_desktop.services.values import exponent_of, parse_value
from dyad_desktop.ui.charts.cumulative import Cumulative
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.capital.chart_words import chart_of
from dyad_desktop.ui.pages.capital.drag import RowDrag
from dyad_desktop.ui.pages.capital.facts import NO_REQUESTS, Facts, Order
from dyad_desktop.ui.pages.capital.form import NewRequest, RequestDialog
from dyad_desktop.ui.pages.capital.model import (
    CUT,
    CapitalModel,
    columns_of,
    sentence,
)
from dyad_desktop.ui.pages.capital.portfolio_view import PortfolioView
from dyad_desktop.ui.pages.capital.rules_dialog import RulesDialog
from dyad_desktop.ui.pages.capital.scores_view import ScoresView
from dyad_desktop.ui.pages.capital.titles import Spread
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.basics import Card, Empty, Segments, label
from dyad_desktop.ui.widgets.dispute import Disputes
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.domain.book import Book, Key
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.seeing import Glance

VIEWS = (
    ("list", "Ranked list"), ("scores", "Scores"), ("portfolio", "Portfolio"), ("chart", "Chart"),
)  # fmt: skip
_ENVELOPE = Address(*POLICY, "envelope")
_BOTH = 560
"""Height of the page from which list and chart stand above each other."""
_KEYS = (
    ("F2, or just type", "edit the cell"),
    ("Ctrl+Enter", "open the request"),
    ("Enter on a split cell", "open both sides"),
    ("Delete", "empty the cell"),
    ("Ctrl+Delete", "delete the request"),
    ("Alt+Up, Alt+Down, or drag its title", "move the request, ranked by hand"),
    ("T on a chart, Ctrl+T", "chart or table"),
    ("Left, Right on the chart", "go along the requests"),
)


class Page(BasePage):
    """Requests in order against the envelope."""

    title = "Capital"
    view_names = tuple(name for name, _ in VIEWS)
    kinds = frozenset(
        {"capital_request", "capital_policy", "criterion", "cost_line"} | {"partner", "partnership"}
    )
    keys = _KEYS

    def build(self) -> None:
        """Make the header, the figures, the chart; the sheet comes with the first book."""
        self.views = Segments(VIEWS, "View")
        self.views.chosen.connect(self.show_view)
        self.add_to_header(self.views)
        self.offer_side_by_side()
        self._of_chosen = (
            self.add_action("Open", self.open_request, shortcut="Ctrl+Return"),
            self.add_action("Delete", self.delete_thing, shortcut="Ctrl+Delete"),
        )
        self.desk.selected.connect(self._on_selected)
        self.add_action("New request", self.add_thing, primary=True)
        self._moves = (
            self._add_key("Move request up", self.move_up, "Alt+Up"),
            self._add_key("Move request down", self.move_down, "Alt+Down"),
        )
        self.facts = Facts()
        self.facts.envelope.handed_in.connect(self._on_envelope)
        self.facts.envelope.begun.connect(self._on_envelope_begun)
        self.facts.rules.clicked.connect(self.open_rules)
        self._glance: Glance | None = None
        self._moved: Moved | None = None
        self._moved_agreed: Moved | None = None
        self.body.addWidget(self.facts)
        self.body.addWidget(Disputes(self.desk, (POLICY,)))
        self.order = Order()
        self.order.chosen.connect(self._on_rank_by)
        self.body.addWidget(self.order)
        self._stack = QStackedWidget()
        self.body.addWidget(self._stack, 1)
        self._make_chart()
        self._empty = Empty(NO_REQUESTS, "New request", self.add_thing)
        for widget in (self._split, self._full, self._empty):
            self._stack.addWidget(widget)
        self.sheet: Sheet | None = None
        self._model: CapitalModel
        self.scores: ScoresView | None = None
        self.portfolio: PortfolioView | None = None
        self.desk.differing.connect(self._show_ranges)

    def _add_key(self, text: str, run: "Callable[[], None]", shortcut: str) -> QAction:
        """Put a command into the palette and on a key, without a button."""
        action = QAction(text, self)
        action.triggered.connect(run)
        action.setShortcut(shortcut)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(action)
        return action

    def _make_chart(self) -> None:
        """Make the chart, which stands beneath the list or fills the page."""
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(12)
        self.card = Card()
        self.caption = label("", "strong", wrap=True)
        self.card.column.addWidget(self.caption)
        self.chart = Cumulative("Cumulative cost of the requests against the envelope")
        self.chart.chosen.connect(self._on_chosen)
        self.card.column.addWidget(self.chart, 1)
        self._full = QWidget()
        self._full_column = QVBoxLayout(self._full)
        self._full_column.setContentsMargins(0, 0, 0, 0)

    @property
    def busy_editing(self) -> bool:
        """Return whether a cell or a year's envelope is being edited."""
        return (self.sheet is not None and self.sheet.editing) or (
            self.portfolio is not None and self.portfolio.editing
        )

    # -- showing -------------------------------------------------------------------------------

    @property
    def side_subject(self) -> "Key":
        """Return the capital list."""
        return "capital_policy", "capital_policy"

    def reload(self) -> None:
        """Show the newest book."""
        book = self._book = self.desk.book
        self.heading.setText(f"Capital {book.only(Partnership).budget_year}".strip())
        self.plan = capital_plan(book)
        self.facts.show_plan(book, self.plan)
        cut = self.plan.cut
        self.caption.setToolTip(
            "" if cut is None else book.label("capital_request", cut.request.id)
        )
        self._show_sheet(book)
        self._show_ranges()
        self.order.show_mode(self.plan.rank_by)
        for action in self._moves:
            action.setEnabled(self.plan.rank_by == BY_HAND)
        self.show_view(self.views.choice)
        session = self.desk.session
        if not session.read_only and due(session):
            self.desk.do(open_due, failed=self.desk.say_error)
        if not isinstance(session, FrozenSession):
            draft = self.desk.draft
            self.desk.ask(
                lambda: (moved_since_met(session), moved_since_agreed(session, draft)),
                self._on_moved_line,
            )

    def _on_moved_line(self, answer: "tuple[Moved, Moved | None]") -> None:
        self._moved, self._moved_agreed = answer
        self.order.show_moved(answer[0].sentences)
        self._show_moved()

    def _show_moved(self) -> None:
        self.order.setVisible(self.views.choice == "list" and bool(self.plan.rows))
        if self.portfolio is not None and self._moved is not None:
            self.portfolio.show_moved(self._moved, self._moved_agreed)

    @Slot()
    def _show_ranges(self) -> None:
        """Say what contested values leave open."""
        if self.sheet is None:
            return
        book, standing = self.desk.book, self.desk.standing
        still = {} if standing is None else standing.capital
        self.facts.show_ranges(book, still)
        self.caption.setText(sentence(book, self.plan, still))
        self._model.set_open(still)
        if self.portfolio is not None:
            self.portfolio.show_ranges()
        self._show_chart(book)

    def _show_sheet(self, book: "Book") -> None:
        keys = [one.key for one in columns_of(book)]
        if self.sheet is not None and keys != [one.key for one in self._model.columns]:
            self.sheet.hide()
            self.sheet.deleteLater()
            self.sheet = None
        if self.sheet is None:
            self._model = CapitalModel(book, self.plan)
            self._model.wanted.connect(self._on_wanted)
            self.sheet = Sheet(self._model, "Capital requests in order")
            RowDrag(self.desk, self.sheet, self._model)
            self._spread = Spread(self.sheet)
            self.sheet.said.connect(self.desk.say)
            self.sheet.moved.connect(self._on_moved)
            self.sheet.follow(self.desk)
            self.sheet.view.doubleClicked.connect(self._on_double_click)
            self.sheet.frozen.doubleClicked.connect(self._on_double_click)
            self.sheet.legend.setText(
                "Below the rule: not reached by the envelope     ▲ you score 2 or more apart; at a title: point at it"
            )
            self._split.insertWidget(0, self.sheet)
            return
        self._model.show(book, self.plan)

    def _show_chart(self, book: "Book") -> None:
        found = chart_of(book, self.plan)
        self.chart.show_steps(
            found.steps, found.line, found.line_label, found.unit, self.caption.text()
        )

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show the ranked list, the scores, the portfolio, or the chart alone."""
        if name not in dict(VIEWS) or self.sheet is None:
            return
        self.views.choose(name)
        if not self.plan.rows:
            self._stack.setCurrentWidget(self._empty)
        elif name == "chart":
            self._full_column.addWidget(self.card)
            self.card.show()
            self._stack.setCurrentWidget(self._full)
        elif name == "scores":
            self._show_scores()
        elif name == "portfolio":
            self._show_portfolio()
        else:
            self._split.addWidget(self.card)
            self._stack.setCurrentWidget(self._split)
            self._fit()
        self._show_moved()
        self._on_selected()

    def _show_scores(self) -> None:
        if self.scores is None:
            self.scores = ScoresView(self.desk)
            self.scores.picked.connect(self._on_picked)
            self.scores.opened.connect(self._on_opened)
            self._stack.addWidget(self.scores)
        self.scores.show_plan(self.plan)
        self._stack.setCurrentWidget(self.scores)

    def _show_portfolio(self) -> None:
        if self.portfolio is None:
            self.portfolio = PortfolioView(self.desk)
            self.portfolio.picked.connect(self._on_picked)
            self.portfolio.opened.connect(self._on_opened)
            self._stack.addWidget(self.portfolio)
        self.portfolio.reload()
        self._stack.setCurrentWidget(self.portfolio)

    @Slot(str)
    def _on_picked(self, request: str) -> None:
        if self.desk.book.entity("capital_request", request) is not None:
            self.desk.select(("capital_request", request))

    @Slot(str)
    def _on_opened(self, request: str) -> None:
        self._on_picked(request)
        self.open_request()

    @Slot()
    def _on_selected(self) -> None:
        """Offer what can be done with a request only while one is chosen."""
        key = self.desk.selection
        chosen = key is not None and key[0] == "capital_request" and self.desk.book.entity(*key)
        for action in self._of_chosen:
            action.setEnabled(bool(chosen))

    def _fit(self) -> None:
        """Show the chart beneath the list only where both have room."""
        if self.sheet is None or self.card.parent() is not self._split:
            return
        room = self.height() - theme.px(130 + 40)
        self.card.setVisible(room >= theme.px(_BOTH))
        wanted = theme.px(24) * len(self._model.rows) + theme.px(28 + 12 + 52)
        list_height = min(wanted, room - theme.px(216))
        self._split.setSizes([list_height, room - list_height])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take up the new height."""
        super().resizeEvent(event)
        self._fit()

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        if self.sheet is not None:
            self.sheet.fit()
            self._spread.fit()
            self._fit()

    def toggle_table(self) -> None:
        """Switch between the chart and the list, or a view's own chart and its table: the same figures."""
        if self.views.choice == "portfolio" and self.portfolio is not None:
            self.portfolio.toggle_table()
            return
        self.show_view("list" if self.views.choice == "chart" else "chart")
        target = self.chart if self.views.choice == "chart" else self.sheet
        if target is not None:
            target.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch chart and table by T."""
        if event.key() == int(Qt.Key.Key_T) and not event.modifiers():
            self.toggle_table()
        else:
            super().keyPressEvent(event)

    # -- selection -----------------------------------------------------------------------------

    def show_thing(self, key: "Key") -> None:
        """Go to a request, to the one that a cost line belongs to, or to the envelopes of years."""
        if key[0] == "capital_policy":
            self.show_view("portfolio")
            return
        if key[0] == "cost_line" and (line := self.desk.book.get(CostLine, key[1])) is not None:
            key = ("capital_request", line.request)
        if key[0] != "capital_request" or self.sheet is None:
            return
        if not self.plan.rows:
            return
        if self.views.choice == "scores" and self.scores is not None:
            self.scores.choose(key[1])
            return
        at = self._model.row_of(key[1])
        if at >= 0:
            self.sheet.view.go_to(at, 0)
            self.sheet.view.setFocus()

    def take_up(self) -> None:
        """Select the request that is current in the view that is up."""
        tables = {"scores": self.scores, "portfolio": self.portfolio}
        up = tables.get(self.views.choice)
        if up is None:
            self._on_moved()
        elif self.desk.book.entity("capital_request", up.table.current_key()) is not None:
            self._on_picked(up.table.current_key())

    @Slot()
    def _on_moved(self) -> None:
        if self.sheet is None:
            return
        current = self.sheet.view.currentIndex()
        if not current.isValid() or current.row() >= len(self._model.rows):
            return
        key = self._model.rows[current.row()].key
        if key == CUT:
            self.desk.select(None)
            self.chart.select("")
            return
        self.desk.select(key, *self._model.field_of(current.column()))
        self.chart.select(key[1])

    @Slot(str)
    def _on_chosen(self, request: str) -> None:
        at = self._model.row_of(request)
        if self.sheet is not None and at >= 0:
            self.sheet.view.go_to(at, max(0, self.sheet.view.currentIndex().column()))

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        if not self._model.editable(index.row(), index.column()):
            self.open_request()

    # -- commands ------------------------------------------------------------------------------

    @Slot(object)
    def _on_wanted(self, edits: object) -> None:
        self.desk.do(set_fields, edits, "", self, failed=self.desk.say_error)

    @Slot(str)
    def _on_envelope(self, text: str) -> None:
        try:
            spec = spec_of("capital_policy", "envelope")
            value = parse_value(spec, text, exponent_of(self.desk.book))
        except BadInputError as error:
            self.facts.envelope.say(error.reason)
            return
        seen = self._glance.of(_ENVELOPE) if self._glance is not None else None
        self.desk.do(set_envelope, value, self, seen, done=self._on_kept, failed=self._on_refused)

    @Slot()
    def _on_envelope_begun(self) -> None:
        self._glance = self.desk.glance([_ENVELOPE], self._book)

    @Slot(object)
    def _on_kept(self, _changes: object) -> None:
        self.facts.envelope.finish()

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        self.facts.envelope.say(error.reason if isinstance(error, BadInputError) else str(error))

    @Slot(str)
    def _on_rank_by(self, mode: str) -> None:
        self.desk.do(set_rank_by, mode, self, failed=self.desk.say_error)

    @Slot()
    def move_up(self) -> None:
        """Move the selected request up in the order by hand."""
        self._move(-1)

    @Slot()
    def move_down(self) -> None:
        """Move the selected request down in the order by hand."""
        self._move(1)

    def _move(self, step: int) -> None:
        key = self._chosen()
        if key is not None:
            self.desk.do(move_request, key[1], step, self, failed=self.desk.say_error)

    def _chosen(self) -> "Key | None":
        key = self.desk.selection
        if key is None or key[0] != "capital_request" or self.desk.book.entity(*key) is None:
            self.desk.say("Select a request first.")
            return None
        return key

    @Slot()
    def open_request(self) -> None:
        """Open the selected request in full."""
        key = self._chosen()
        if key is not None:
            self.dialog = RequestDialog(self.desk, key, self)
            self.dialog.open()

    @Slot()
    def open_rules(self) -> None:
        """Open what all requests share: rates, threshold, when depreciation begins."""
        self.rules_dialog = RulesDialog(self.desk, self)
        self.rules_dialog.open()

    @Slot()
    def add_thing(self) -> None:
        """Ask for a new request's title, then open it."""
        self.new_dialog = NewRequest(self.desk, self._on_new, self)
        self.new_dialog.open()

    def _on_new(self, key: "Key") -> None:
        self.show_thing(key)
        self.desk.select(key)
        self.open_request()

    @Slot()
    def delete_thing(self) -> None:
        """Delete the selected request; it can be undone."""
        key = self._chosen()
        if key is not None:
            name = self.desk.book.label(*key)
            self.desk.do(delete_request, key[1], failed=self.desk.say_error)
            self.desk.say(f"Deleted {name}.", undo=True)
