"""Side by side: what the two of you hold apart, what changed since you met, or since any moment."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QListView,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
)

from dyad_desktop.services.comparison import Row, subjects
from dyad_desktop.services.history import Cut, Unwinding, as_of, moment_of
from dyad_desktop.services.meeting_point import Meeting, last_met
from dyad_desktop.services.pictures import Choices, Picture, choices, own_pictures, then_and_now
from dyad_desktop.services.settling import take
from dyad_desktop.ui import format as show
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.side.beside import Beside
from dyad_desktop.ui.pages.side.model import SideModel
from dyad_desktop.ui.pages.side.nothing import MET, MINE, THEN, left_apart, nothing
from dyad_desktop.ui.pages.side.rows import Column, Foot, Head, SideRows
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.walk import Walk, WalkBar
from dyad_desktop.ui.widgets.basics import Pill, Segments, button, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.key_list import KeyList

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet, Session

_VIEWS = ((MINE, "Ours apart"), (MET, "Since we met"), (THEN, "Then and now"))
_PICK, _LABEL, _WHOLE, _LONG = 300, 60, 84, 24


def _wrote(session: "Session") -> frozenset[str]:
    """Return the partners of whom something is here."""
    return frozenset(partner for partner, *_ in session.devices)


class Page(BasePage):
    """One subject in two columns."""

    title = "Side by side"
    view_names = (MINE, MET, THEN)
    wants_inspector = False
    """Both columns need the room, and say who wrote what."""
    keys = (
        ("N, F7", "next difference"),
        ("P, Shift+F7", "previous difference"),
        ("1, 2 or Alt+Left, Alt+Right", "take the left, the right, where you differ"),
        ("Enter", "open both sides, or go to the thing"),
        ("H", "its history"),
        ("D", "differences only, or everything"),
    )
    filled = Signal()

    def build(self) -> None:
        """Make the header, the choices and the list."""
        self.picture: Picture | None = None
        self._way: Unwinding | None = None
        self._way_for: object = None
        self._wanted: Key | None = None
        self._line: int | None = None
        self._asked = 0
        self._meeting: Meeting | None = None
        self._wrote: frozenset[str] = frozenset()
        self.count = Pill("")
        self.count.hide()
        self.add_to_header(self.count, beside_title=True)
        self.views = Segments(_VIEWS, "What stands side by side")
        self.views.chosen.connect(self.show_view)
        self.add_to_header(self.views)
        self._walk = Walk(self.desk, self)
        self._walk.arrived.connect(self._on_arrived)
        self._bar = WalkBar(self._walk)
        self._make_choices()
        self.desk.around.connect(self._on_around)
        self.desk.drafted.connect(self._on_other_draft)
        self.body.addWidget(self._bar)
        self._stack = QStackedWidget()
        self.body.addWidget(self._stack, 1)
        self._stack.addWidget(self._make_list())

    def _make_choices(self) -> None:
        self.subject, self.moment = ChoiceBox(), ChoiceBox()
        for box, name in ((self.subject, "What to compare"), (self.moment, "Compare with")):
            box.setAccessibleName(name)
            box.setMinimumContentsLength(28)
            box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            box.setMaximumWidth(theme.px(_PICK))
        self.subject.activated.connect(self._on_choice)
        self.moment.activated.connect(self._on_choice)
        self.moment.hide()
        self.beside = Beside()
        self.beside.activated.connect(self._on_choice)
        self.only = QCheckBox("Differences only")
        self.only.setChecked(True)
        self.only.toggled.connect(self._fill)
        self._previous = button("Previous", name="Previous difference (Shift+F7)")
        self._next = button("Next", name="Next difference (F7)")
        self._previous.clicked.connect(self.go_back)
        self._next.clicked.connect(self.go_on)
        self.body.addLayout(
            row(self.subject, self.moment, self.beside, self.only, 1, self._previous, self._next)
        )

    def _make_list(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("look", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        self.head, self.foot = Head(self.desk), Foot(self.desk)
        self.model, self.list = SideModel(), KeyList()
        self.rows = SideRows(self.desk, self.list)
        self.list.setAccessibleName("Side by side")
        self.list.setModel(self.model)
        self.list.setItemDelegate(self.rows)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.doubleClicked.connect(self.open_row)
        self.list.pressed_key.connect(self._on_key)
        self._inner = QStackedWidget()
        self._inner.addWidget(self.list)
        self._nothing = nothing(self.desk, MINE, None, self._on_laptops)
        self._inner.addWidget(self._nothing)
        column.addWidget(self.head)
        column.addWidget(self._inner, 1)
        column.addWidget(self._make_whole())
        column.addWidget(self.foot)
        return frame

    def _make_whole(self) -> QFrame:
        """Make the place where long texts of the chosen row are read in full."""
        self._whole = QFrame()
        self._texts = (QPlainTextEdit(), QPlainTextEdit())
        for box, side in zip(self._texts, ("Left", "Right"), strict=True):
            box.setReadOnly(True)
            box.setTabChangesFocus(True)
            box.setAccessibleName(f"{side}, in full")
            box.setFixedHeight(theme.px(_WHOLE))
        line = row(*self._texts)
        line.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        self._whole.setLayout(line)
        self._whole.hide()
        return self._whole

    def _show_whole(self, one: Row | None) -> None:
        texts = (one.left, one.right) if one is not None and one.differs else ("", "")
        self._whole.setVisible(max(map(len, texts)) > _LONG)
        for box, words in zip(self._texts, texts, strict=True):
            box.setPlainText(words)

    # -- choosing ------------------------------------------------------------------------------

    @property
    def chosen(self) -> "Key":
        """Return what is compared."""
        kind, name = self.subject.currentData()
        return kind, name

    def show_thing(self, key: "Key") -> None:
        """Compare a draft, goal, initiative, the charter or the capital list; ``("then", n)`` chooses the moment."""
        if key[0] == THEN:
            self._line = int(key[1])
            self.show_view(THEN)
        else:
            self._wanted = key
            self.reload()

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show what is apart (``mine``), what changed since we ``met``, or since ``then``."""
        if name not in self.view_names:
            return
        self.views.choose(name)
        self.moment.setVisible(name == THEN)
        self.reload()

    @Slot()
    def _on_choice(self) -> None:
        self.reload()

    @Slot()
    def _on_other_draft(self) -> None:
        """Follow the draft at hand where a draft stands side by side."""
        chosen = self.subject.currentData()
        if chosen is not None and chosen[0] == "draft":
            self._wanted = ("draft", self.desk.draft)

    def _fill_subjects(self) -> None:
        before = self.subject.currentData()
        self.subject.clear()
        for key, name in subjects(self.desk.book):
            self.subject.addItem(name, key)
        wanted, self._wanted = self._wanted or before or ("draft", self.desk.draft), None
        found = [
            n for n in range(self.subject.count()) if self.subject.itemData(n) == tuple(wanted)
        ]
        self.subject.setCurrentIndex(found[0] if found else 0)

    # -- asking --------------------------------------------------------------------------------

    def reload(self) -> None:
        """Find the moment that counts, go back there, and compare."""
        self._fill_subjects()
        mine = self.views.choice == MINE
        self.beside.offer(self.desk.book, self.desk.partner, wanted=mine)
        self._asked += 1
        number, session, subject, view = (
            self._asked, self.desk.session, self.chosen, self.views.choice,
        )  # fmt: skip
        if view == THEN:
            self.desk.ask(lambda: (number, choices(session, subject)), self._on_choices)
        else:
            self.desk.ask(lambda: (number, last_met(session), _wrote(session)), self._on_meeting)

    @Slot(object)
    def _on_meeting(self, answer: tuple[int, Meeting, frozenset[str]]) -> None:
        number, self._meeting, self._wrote = answer
        if number == self._asked:
            self._go((self._meeting.wall_ms, tuple(self._meeting.cut.items())), self._meeting.cut)

    @Slot(object)
    def _on_choices(self, answer: tuple[int, Choices]) -> None:
        number, found = answer
        if number != self._asked:
            return
        before, self._line = self._line or self.moment.currentData(), None
        self.moment.clear()
        if found.agreed is not None:
            self.moment.addItem(f"Last agreed, {show.moment(found.agreed.wall_ms)}", found.agreed.n)
        for line in found.lines:
            who = show.partner_name(self.desk.book, line.partner)
            text = f"{show.moment(line.wall_ms)}, {who}: {line.note or 'no label'}"
            self.moment.addItem(text if len(text) <= _LABEL else f"{text[: _LABEL - 1]}…", line.n)
        if before is not None and self.moment.findData(before) < 0:
            self.moment.addItem(f"Commit {before}", before)
        at = self.moment.findData(before)
        self.moment.setCurrentIndex(at if at >= 0 else self._default(found))
        n = self.moment.currentData()
        if n is not None:
            self._go(n, n)

    @staticmethod
    def _default(found: Choices) -> int:
        """Return the place of the moment to begin with: the agreed one, else the one before the newest."""
        return 0 if found.agreed is not None or len(found.lines) < 2 else 1

    def _go(self, place: object, cut: int | Cut) -> None:
        """Go back to a journal line or a cut, unless the last way leads there from the same book."""
        session, book = self.desk.session, self.desk.book
        if self._way is not None and self._way_for == (place, id(book)):
            self._compare(self._way)
            return
        self._way_for = (place, id(book))
        self._kept = book  # as long as it is kept no other has its id
        if isinstance(cut, int):
            n = cut
            self._walk.start(lambda: as_of(session, moment_of(session, n).cut))
        else:
            self._walk.start(lambda: as_of(session, cut))

    @Slot(object)
    def _on_arrived(self, way: Unwinding) -> None:
        self._way = way
        self._compare(way)

    def _compare(self, way: Unwinding) -> None:
        number, session, subject = self._asked, self.desk.session, self.chosen
        left, right = self.beside.pair(self.desk.partner)
        if self.views.choice == MINE:
            self.desk.ask(
                lambda: (number, own_pictures(session, way, subject, left, right)), self._on_picture
            )
        else:
            self.desk.ask(lambda: (number, then_and_now(session, way, subject)), self._on_picture)

    @Slot(object)
    def _on_picture(self, answer: tuple[int, Picture]) -> None:
        number, picture = answer
        if number == self._asked:
            self.picture = picture
            self._fill()
            self.filled.emit()

    # -- showing -------------------------------------------------------------------------------

    @Slot()
    def _fill(self) -> None:
        """Show the rows that are wanted; the chosen one stays, or the one that took its place follows."""
        picture = self.picture
        if picture is None:
            return
        sides = self._columns()
        at = self.chosen_row.at if self.chosen_row else None
        before = max(0, self.list.currentIndex().row())
        found = picture.found
        shown = [one for one in found.rows if one.differs or not self.only.isChecked()]
        alone = self._is_alone
        self.rows.sides = sides
        self.head.show_sides(sides)
        self.head.setVisible(not alone)
        self.foot.show_totals(() if alone else found.totals)
        shown = [] if alone else shown
        self.model.replace(shown, (sides[0].title, sides[1].title))
        same = len(found.rows) - found.differ
        differ = "1 differs" if found.differ == 1 else f"{found.differ:,} differ"
        left = f" · {left_apart(picture.left_apart)}" if picture.left_apart else ""
        self.count.text.setText(f"{differ} · {same:,} the same{left}")
        self.count.setVisible(not alone)
        for made in (self._previous, self._next):
            made.setEnabled(found.differ > 0 and not alone)
        self.only.setVisible(not alone)
        self._say_nothing(is_empty=not shown)
        place = self.model.row_of(at)
        if shown:
            place = place if place >= 0 else min(before, len(shown) - 1)
            self.list.setCurrentIndex(self.model.index(place, 0))
            if self.isVisible() and not self.subject.hasFocus() and not self.moment.hasFocus():
                self.list.setFocus()
        self._show_whole(self.chosen_row)  # also when no row is left to be chosen

    def _say_nothing(self, *, is_empty: bool) -> None:
        if is_empty:
            self._inner.removeWidget(self._nothing)
            self._nothing.deleteLater()
            self._nothing = nothing(
                self.desk, self.views.choice, self._meeting, self._on_laptops,
                unheard=self.beside.other if self._is_alone else None,
                left=self.picture.left_apart if self.picture is not None else 0,
            )  # fmt: skip
            self._inner.addWidget(self._nothing)
        self._inner.setCurrentIndex(1 if is_empty else 0)

    @property
    def _is_alone(self) -> bool:
        """Return whether the other has never written here, so that there is nothing of theirs to show."""
        unheard = bool(self._wrote) and self.beside.other not in self._wrote
        return self.views.choice == MINE and unheard

    @Slot()
    def _on_laptops(self) -> None:
        self.desk.go("partnership", ("laptops", ""))

    @Slot()
    def _on_around(self) -> None:
        if self._is_alone:
            self._fill()

    def _columns(self) -> tuple[Column, Column]:
        if self.views.choice == MINE:
            left, right = map(self._own, self.beside.pair(self.desk.partner))
            return left, right
        if self.views.choice == MET and self._meeting is not None:
            when = show.moment(self._meeting.wall_ms) if self._meeting.wall_ms else ""
            paused = "Not met yet" if self._meeting.alone else "Last pause"
            met = f"{'When you met' if self._meeting.met else paused}, {when}"
            said = met if when else "At the beginning"
        else:
            said = self.moment.currentText() or "Then"
        return Column(said), Column("Now")

    def _own(self, partner: str) -> Column:
        name = show.partner_name(self.desk.book, partner)
        you = " (you)" if partner == self.desk.partner else ""
        return Column(f"{name}’s{you}", partner)

    @property
    def chosen_row(self) -> Row | None:
        """Return the row that is chosen."""
        at = self.list.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        one = self.model.rows[current.row()] if current.isValid() else None
        self._show_whole(one)
        if one is not None:
            self.desk.select(one.key, one.at.field, one.at.slot)

    # -- commands ------------------------------------------------------------------------------

    @Slot()
    def go_on(self) -> None:
        """Go to the next difference."""
        self._step(1)

    @Slot()
    def go_back(self) -> None:
        """Go to the previous difference."""
        self._step(-1)

    def _step(self, step: int) -> None:
        place = self.model.differing(self.list.currentIndex().row() + step, step)
        if place >= 0:
            self.list.setCurrentIndex(self.model.index(place, 0))
            self.list.setFocus()

    @Slot()
    def open_row(self) -> None:
        """Open both sides of what is contested; go to the thing otherwise."""
        one = self.chosen_row
        if one is not None and one.contested:
            self.desk.settling.emit(one.at)
        elif one is not None:
            from dyad_desktop.ui.shell.inspector import page_of  # noqa: PLC0415 - after the first paint

            self.desk.go(page_of(one.key[0]) or "home", one.key)

    def take_side(self, n: int) -> None:
        """Settle the chosen row by the left (0) or the right (1)."""
        one, picture = self.chosen_row, self.picture
        if one is None or picture is None or not one.differs:
            return
        if not one.contested:
            self.desk.say("You don’t differ here: only one of you changed it. H shows its history.")
            return
        partner = self.beside.pair(self.desk.partner)[n]
        if self.views.choice != MINE:
            self.desk.say("Which value is whose shows under “Ours apart”; Enter opens both.")
            return
        seen = {one.at: picture.seen[one.at]}
        self.desk.do(
            take,
            [one.at],
            partner,
            self,
            seen=seen,
            done=self._on_taken,
            failed=self.desk.say_error,
        )

    @Slot(object)
    def _on_taken(self, changes: "ChangeSet") -> None:
        self.desk.say(f"{changes.note}.", undo=True)

    @Slot(object)
    def _on_key(self, event: QKeyEvent) -> None:
        if self._press(event):
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go, take and open by keys."""
        if not self._press(event):
            super().keyPressEvent(event)

    def _press(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        modifier = Qt.KeyboardModifier(event.modifiers()) & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifier == Qt.KeyboardModifier.NoModifier
        if modifier == Qt.KeyboardModifier.AltModifier:
            side = {Qt.Key.Key_Left: 0, Qt.Key.Key_Right: 1}.get(key)
        else:
            side = {Qt.Key.Key_1: 0, Qt.Key.Key_2: 1}.get(key) if plain else None
        if side is not None:
            self.take_side(side)
            return True
        if key == Qt.Key.Key_F7 and modifier in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        ):
            self._step(1 if plain else -1)
            return True
        run = {
            Qt.Key.Key_N: self.go_on,
            Qt.Key.Key_P: self.go_back,
            Qt.Key.Key_Return: self.open_row,
            Qt.Key.Key_Enter: self.open_row,
            Qt.Key.Key_H: self.show_history,
            Qt.Key.Key_D: self.only.toggle,
        }.get(key)
        if run is None or not plain:
            return False
        run()
        return True

    @Slot()
    def show_history(self) -> None:
        """Show every write of the chosen row's thing."""
        one = self.chosen_row
        if one is not None:
            self.desk.go("history", one.key)

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.head.restyle()
        self.foot.restyle()
        self.list.doItemsLayout()
