"""The page of disagreements: the list at the left, both sides of the chosen one at the right."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.services.disagreements import (
    ORPHAN,
    PAGES,
    Disagreement,
    disagreement,
    disagreements,
)
from dyad_desktop.services.settling import park, take
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.disagreements.model import DifferModel, entries_of, narrowed
from dyad_desktop.ui.pages.disagreements.rows import DifferRows
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, Empty, Pill, button, clear, label
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.key_list import KeyList
from dyad_desktop.ui.widgets.sides import KEYS, SidesPanel

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.replication.change import Address
    from dyad_desktop.services.session import ChangeSet

_LIST = 320
_EMPTY = (
    "Nothing is apart.\n\nWhen the two of you change the same thing on different laptops to different values,"
    " both stand here side by side until you settle them; nobody’s work is overruled."
)
_NONE = "Nothing here holds these words. Clear the filter to see everything that is apart."


class Page(BasePage):
    """Everything that waits to be settled. ``shown`` are the disagreements that the filter lets through."""

    title = "Disagreements"
    keys = (("Up, Down", "from one to the next"), *KEYS, ("Ctrl+F", "filter"))
    wants_inspector = False
    """Both sides tell whose, when and why; the room is theirs."""
    filled = Signal()

    def build(self) -> None:
        """Make list and detail; they are filled when the views have come."""
        self.found: tuple[Disagreement, ...] = ()
        self.shown: tuple[Disagreement, ...] = ()
        self._asked = 0
        self._wanted: Key | None = None
        self.count = Pill("")
        self.add_to_header(self.count, beside_title=True)
        self.park_button = button("Park all", name="Park all that is shown for the meeting")
        self.park_button.clicked.connect(self.park_all)
        self.add_to_header(self.park_button)
        self._stack = QStackedWidget()
        self.body.addWidget(self._stack, 1)
        self.empty = Empty(_EMPTY)
        self._both = QWidget()
        both = QHBoxLayout(self._both)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(GRID + 4)
        both.addWidget(self._make_list())
        both.addWidget(self._make_detail(), 1)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._both)
        self.desk.differing.connect(self._on_differing)

    def _make_list(self) -> QWidget:
        frame = self._frame = QFrame()
        frame.setProperty("look", "card")
        frame.setFixedWidth(theme.px(_LIST))
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, GRID, 1, GRID)
        self.words, self.pages = QLineEdit(), ChoiceBox()
        self.words.setPlaceholderText("Filter")
        self.words.setAccessibleName("Filter by words")
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self._narrow)
        self.pages.setAccessibleName("Only of one page")
        self.pages.activated.connect(self._narrow)
        head = QHBoxLayout()
        head.setContentsMargins(GRID, 0, GRID, 0)
        head.addWidget(self.words, 1)
        head.addWidget(self.pages)
        column.addLayout(head)
        self.model = DifferModel()
        self.list = KeyList()
        self.list.setAccessibleName("What is apart")
        self.list.setModel(self.model)
        self.list.setItemDelegate(DifferRows(self.desk, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.pressed_key.connect(self._on_key)
        column.addWidget(self.list, 1)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(GRID, 0, GRID, 0)
        self.foot.setSpacing(4)
        column.addLayout(self.foot)
        return frame

    def _make_detail(self) -> QWidget:
        scroll = Column()
        self.panel = SidesPanel(self.desk)
        self.panel.settled.connect(self.freshen)
        self.card = Card()
        self.card.column.addWidget(self.panel)
        self.nothing = Empty(_NONE)
        self.together = Card("All of it together")
        self._span = label("", "lead", wrap=True)
        self._span_note = label("", "muted", wrap=True)
        for part in (self._span, self._span_note):
            self.together.column.addWidget(part)
        for widget in (self.card, self.nothing, self.together):
            scroll.column.addWidget(widget)
        scroll.column.addStretch(1)
        return scroll

    # -- asking --------------------------------------------------------------------------------

    @property
    def busy_editing(self) -> bool:
        """Return whether another value is being entered."""
        return self.panel.field is not None

    def reload(self) -> None:
        """Ask for what is apart now."""
        self._asked += 1
        number, session = self._asked, self.desk.session
        self.desk.ask(lambda: (number, disagreements(session)), self._on_found)

    @Slot()
    def _on_differing(self) -> None:
        if self.isVisible():
            self._show_span()

    @Slot(object)
    def _on_found(self, answer: tuple[int, tuple[Disagreement, ...]]) -> None:
        number, found = answer
        if number != self._asked:
            return
        self.found = found
        self._stack.setCurrentWidget(self._both if found else self.empty)
        self.count.setVisible(bool(found))
        parked = sum(one.parked for one in found)
        self.count.text.setText(
            f"{len(found):,} open" + (f" · {parked:,} parked" if parked else "")
        )
        self.park_button.setVisible(bool(found))
        self._fill_pages()
        self._narrow()
        self._show_span()
        self.filled.emit()

    def _fill_pages(self) -> None:
        chosen = str(self.pages.currentData() or "")
        self.pages.clear()
        self.pages.addItem("All pages", "")
        for page, title in PAGES.items():
            if any(one.page == page for one in self.found):
                self.pages.addItem(title, page)
        self.pages.setCurrentIndex(max(0, self.pages.findData(chosen)))

    # -- list ----------------------------------------------------------------------------------

    @Slot()
    def _narrow(self) -> None:
        """Show what the filter lets through; the chosen one stays, or the one that took its place follows."""
        before = self.list.currentIndex().row()
        page = str(self.pages.currentData() or "")
        self.shown = narrowed(self.found, page, self.words.text())
        self.model.replace(list(entries_of(self.shown)))
        row = self.model.row_of(self._place_of(self._wanted))
        self._wanted = None
        row = row if row >= 0 else self.model.near(max(0, before))
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row, 0))
            if not self.words.hasFocus() and self.isVisible() and not self.busy_editing:
                self.list.setFocus()
        else:
            self._show(None)
        self._fill_foot()

    def _fill_foot(self) -> None:
        """Offer to take all of one partner's in what is shown."""
        clear(self.foot)
        many = [one for one in self.shown if one.kind != ORPHAN]
        for partner in sorted(self.desk.book.all(Partner), key=lambda one: one.id):
            count = sum(one.of(partner.id) is not None for one in many)
            if count > 1:
                made = button(f"Take all {count:,} of {partner.first_name}’s here")
                made.setProperty("partner", partner.id)
                made.clicked.connect(self._on_take_all)
                self.foot.addWidget(made)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        entry = self.model.entries[current.row()] if current.isValid() else None
        self._show(entry if isinstance(entry, Disagreement) else None)

    def _show(self, view: Disagreement | None) -> None:
        self.card.setVisible(view is not None)
        self.nothing.setVisible(view is None and bool(self.found))
        self.panel.show_view(view)
        if view is not None:
            session, at, draft = self.desk.session, view.at, self.desk.draft
            self.desk.ask(lambda: disagreement(session, at, draft), self._on_weighed)
        self.desk.select(
            view.key if view else None, view.at.field if view else "", view.at.slot if view else ""
        )

    @Slot(object)
    def _on_weighed(self, weighed: Disagreement | None) -> None:
        if weighed is not None:
            self.panel.weigh(weighed)

    def _show_span(self) -> None:
        standing = self.desk.standing
        spans = {
            "Contribution": standing.contribution if standing is not None else None,
            "Within the envelope": standing.capital.get("funded") if standing is not None else None,
        }
        told = {name: one for name, one in spans.items() if one is not None}
        self.together.setVisible(bool(told and self.found))
        book, sign = self.desk.book, show.currency_sign(self.desk.book)
        lines, now = [], []
        for name, found in told.items():
            ends = f"{show.money(book, found.low)} to {show.money(book, found.high)} {sign}"
            lines.append(f"{name} {about(found)}{ends}")
            now.append(show.money(book, found.working))
        self._span.setText("\n".join(lines))
        more = (
            "; so much hangs together that not every combination was tried"
            if any(one.rough for one in told.values())
            else ""
        )
        self._span_note.setText(
            f"as everything is settled one way or the other; {' and '.join(now)} with what stood before{more}"
        )

    def show_thing(self, key: "Key") -> None:
        """Go to a thing's first disagreement; a key without a kind names the register itself."""
        self._wanted = key
        self.words.clear()
        self.pages.setCurrentIndex(0)
        if self.found:
            self._narrow()
        self.list.setFocus()

    def _place_of(self, key: "Key | None") -> "Address | None":
        if key is None:
            return self.panel.view.at if self.panel.view else None
        return next(
            (one.at for one in self.shown if key in (("", str(one.at)), one.key, one.at[:2])), None
        )

    # -- commands ------------------------------------------------------------------------------

    @Slot(object)
    def _on_key(self, event: QKeyEvent) -> None:
        if self.panel.press(event):
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Settle by keys wherever the focus is, but in an editor."""
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if control and event.key() == int(Qt.Key.Key_F):
            self.words.setFocus()
        elif event.key() == int(Qt.Key.Key_Escape):
            self.panel.close_editor() if self.panel.field else self.words.clear()
            self.list.setFocus()
        elif not self.panel.press(event):
            super().keyPressEvent(event)

    @Slot()
    def _on_take_all(self) -> None:
        partner = str(self.sender().property("partner"))
        chosen = [one for one in self.shown if one.kind != ORPHAN and one.of(partner) is not None]
        self.desk.do(
            take, [one.at for one in chosen], partner, self,
            seen={one.at: one.heads for one in chosen},
            done=self._on_taken, failed=self.desk.say_error,
        )  # fmt: skip

    @Slot()
    def park_all(self) -> None:
        """Keep everything that is shown for the meeting."""
        places = [one.at for one in self.shown if not one.parked]
        if places:
            self.desk.do(
                park, places, initiator=self, done=self._on_done, failed=self.desk.say_error
            )

    @Slot(object)
    def _on_taken(self, changes: "ChangeSet") -> None:
        still = f" Still apart: {changes.left_words}." if changes.left_alone else ""
        self.desk.say(f"Taken: {changes.note}.{still}", undo=True)

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        self.desk.say(f"{changes.note}.", undo=True)

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self._frame.setFixedWidth(theme.px(_LIST))
