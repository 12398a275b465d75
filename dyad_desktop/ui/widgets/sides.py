"""Both sides of a disagreement beside each other, and every way to settle it; on its page and over a cell alike."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import ValueType
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.disagreements import (
    GONE,
    ORPHAN,
    PAGES,
    VALUES,
    Choice,
    Disagreement,
)
from dyad_desktop.services.settling import mend, park, settle, unpark
from dyad_desktop.services.values import parse_at
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, RADIUS, theme
from dyad_desktop.ui.widgets.basics import Avatar, button, clear, label, row
from dyad_desktop.ui.widgets.form import Field, edit_text
from dyad_desktop.ui.widgets.ways_out import WaysOut, effect_row, target_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.effects import Effect
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

KEYS = (
    ("1, 2 or Alt+Left, Alt+Right", "take the left, the right"),
    ("E", "enter another value"),
    ("M", "take the merged text, or what both parts give, where that is offered"),
    ("P", "park for the meeting, or take out of it"),
)
"""What ``SidesPanel.press`` understands."""
_BY_TEXT = (
    "Both changes in one text", "Take the merged text",
    "Read it first: the words fit, the sense is yours to judge.",
)  # fmt: skip
_BY_PARTS = (
    "What both parts give", "Take what they give",
    "Numerator and denominator were changed apart; neither value knew of the other’s part.",
)  # fmt: skip
"""Heading, button and reason of what holds both changes."""
_BAR = 4
_SHORT, _MIDDLE = 14, 48
"""So long a value is shown in the largest, the next largest type."""
_CARD = 200
"""So wide each side must be to stand beside the others."""
_NAME = 22


class ChoiceCard(QFrame):
    """One partner's side: who, what, when and why, what it moves, and the button that takes it."""

    def __init__(self, desk: "Desk", view: Disagreement, n: int) -> None:
        super().__init__()
        self._desk, self._view, choice = desk, view, view.choices[n]
        self._place = desk.place(choice.partner)
        name = show.partner_name(desk.book, choice.partner)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(theme.px(_CARD // 2))
        self.setAccessibleName(f"{name}: {choice.text}")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(GRID * 2 + _BAR, GRID + 4, GRID * 2, GRID + 4)
        self._column.setSpacing(GRID - 2)
        self._head(choice, name, n)
        # One size for all sides, that of the longest: neither value speaks louder.
        longest = max(len(one.text) for one in view.choices)
        look = "hero" if longest <= _SHORT else "lead"
        value = label(choice.text, look if longest <= _MIDDLE else "", wrap=True)
        value.setAccessibleName(f"{name}’s value: {choice.text}")
        self._column.addWidget(value)
        for edit in choice.edits:
            self._column.addWidget(label(edit, "", wrap=True))
        self._said(choice)
        self._column.addStretch(1)
        self._effects = QVBoxLayout()
        self._effects.setSpacing(GRID - 2)
        self._column.addLayout(self._effects)
        self.show_effects(choice.effects)
        if view.kind != ORPHAN:
            self.take = button(self._verb(choice, name, n), "primary")
            self._column.addSpacing(GRID - 2)
            self._column.addWidget(self.take)

    def _head(self, choice: Choice, name: str, n: int) -> None:
        partner = self._desk.book.get(Partner, choice.partner)
        disc = Avatar(partner.initials if partner else "?", name, self._place, 24)
        keys = () if self._view.kind == ORPHAN else (label(str(n + 1), "small"),)
        self._column.addLayout(row(disc, label(name, "strong"), 1, *keys))

    def _said(self, choice: Choice) -> None:
        parts = [show.moment(choice.wall_ms)]
        if choice.before not in ("", self._view.base_text):  # what both had stands above
            parts.append(f"from {choice.before}")
        if choice.device:
            parts.append(f"on {choice.device}")
        self._column.addWidget(label(", ".join(parts), "small", wrap=True))
        if choice.note:
            self._column.addWidget(label(f"“{choice.note}”", "muted", wrap=True))

    def _verb(self, choice: Choice, name: str, n: int) -> str:
        if self._view.kind == GONE:
            return "Delete it" if choice.value else "Keep it"
        if [one.partner for one in self._view.choices].count(choice.partner) == 1:
            return f"Take {name}’s"
        return f"Take {choice.text}" if len(choice.text) <= _SHORT else f"Take {name}’s ({n + 1})"

    def show_effects(self, effects: "Sequence[Effect]") -> None:
        """Show what the choice moves."""
        clear(self._effects)
        for effect in effects:
            self._effects.addLayout(effect_row(self._desk.book, effect))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sheet with the partner's bar: the first at the left edge, the second at the right."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour("line_strong"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setClipRect(QRectF(0, 0, theme.px(_BAR), self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.partner(self._place))
        painter.drawRoundedRect(box, RADIUS, RADIUS)


class SidesPanel(QWidget):
    """One disagreement in full. ``settled`` tells that it was settled or parked, and what that is called."""

    settled = Signal(str)

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self.view: Disagreement | None = None
        self.cards: list[ChoiceCard] = []
        self.field: Field | None = None
        self.ways: WaysOut | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID + 4)

    def show_view(self, view: Disagreement | None) -> None:
        """Show another disagreement, or nothing."""
        self.view = view
        self.field = self.ways = None
        self.cards = []
        clear(self._column)
        if view is None:
            return
        self._heading(view)
        sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        sides.setSpacing(GRID + 4)
        for n in range(len(view.choices)):
            card = ChoiceCard(self._desk, view, n)
            self.cards.append(card)
            sides.addWidget(card, 1)
            if view.kind != ORPHAN:
                card.take.setProperty("n", n)
                card.take.clicked.connect(self._on_take)
        self._sides = sides
        self._column.addLayout(sides)
        if view.merged is not None:
            self._offer(view)
        if view.ways:
            self.ways = WaysOut(self._desk, view)
            self.ways.chosen.connect(self._on_way)
            self._column.addWidget(self.ways)
        self._foot, self._editing = QWidget(), QVBoxLayout()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addLayout(self._editing)
        foot.addLayout(self._actions(view))
        self._column.addWidget(self._foot)
        self._turn()

    def weigh(self, weighed: Disagreement) -> None:
        """Show what each choice moves, if that is still what is shown."""
        if self.view is not None and (self.view.at, self.view.heads) == (weighed.at, weighed.heads):
            for card, choice in zip(self.cards, weighed.choices, strict=True):
                card.show_effects(choice.effects)
            if self.ways is not None:
                self.ways.weigh(weighed)

    def _heading(self, view: Disagreement) -> None:
        parked = "parked for the meeting" if view.parked else ""
        money = view.kind == VALUES and spec_of(view.at.kind, view.at.field).type is ValueType.MONEY
        unit = show.currency_sign(self._desk.book) if money else ""
        place = " · ".join(part for part in (PAGES[view.page], unit, parked) if part)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label(place, "caps"))
        column.addWidget(
            label(f"{view.thing}, {view.title}" if view.title else view.thing, "title", wrap=True)
        )
        column.addWidget(label(_sentence(self._desk, view), "muted", wrap=True))
        self._column.addLayout(column)

    def _offer(self, view: Disagreement) -> None:
        heading, way, why = _BY_PARTS if view.at.field == "values" else _BY_TEXT
        card = QFrame()
        card.setProperty("look", "well")
        column = QVBoxLayout(card)
        column.setContentsMargins(GRID * 2, GRID + 4, GRID * 2, GRID + 4)
        column.addWidget(label(heading, "caps"))
        column.addWidget(label(view.merged_text, wrap=True))
        take = button(way)
        take.clicked.connect(self.merge)
        reason = label(why, "small", wrap=True)
        foot = row(reason, take)
        foot.setStretchFactor(reason, 1)
        column.addLayout(foot)
        self._column.addWidget(card)

    def _actions(self, view: Disagreement) -> QHBoxLayout:
        made: list[QWidget] = []
        if view.kind == VALUES:
            made.append(self._action("Enter another …", self.enter_another, "E"))
        word = "Take out of the meeting" if view.parked else "Park for the meeting"
        made.append(self._action(word, self.park, "P"))
        go = button("Go to it", "quiet", name=f"Go to {view.thing}")
        go.clicked.connect(self.go)
        return row(*made, 1, go)

    def _action(self, text: str, run: "Callable[[], None]", key: str) -> QWidget:
        made = button(text)
        made.clicked.connect(run)
        if key:
            made.setToolTip(f"Key {key}")
        return made

    def resizeEvent(self, event: object) -> None:
        """Stand the sides under each other where they would be too narrow, with what else can be done above them."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        if self.view is not None:
            self._turn()

    def _turn(self) -> None:
        wide = self.width() >= theme.px(_CARD) * len(self.cards) or not self.isVisible()
        self._sides.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )
        # Under each other they are higher than a small window: beneath them it would not be seen.
        last = self._column.count() - 1
        at = last if wide else 1
        if self._column.indexOf(self._foot) != at:
            self._column.insertWidget(at, self._foot)

    # -- settling ------------------------------------------------------------------------------

    def press(self, event: QKeyEvent) -> bool:
        """Carry out a key of ``KEYS``; returns whether it was one."""
        view, key, alt = self.view, event.key(), Qt.KeyboardModifier.AltModifier
        if view is None or event.modifiers() not in (Qt.KeyboardModifier.NoModifier, alt,
                                                     Qt.KeyboardModifier.KeypadModifier):  # fmt: skip
            return False
        if event.modifiers() == alt:
            side = {int(Qt.Key.Key_Left): 0, int(Qt.Key.Key_Right): len(view.choices) - 1}.get(key)
        else:
            side = (
                key - int(Qt.Key.Key_1) if int(Qt.Key.Key_1) <= key <= int(Qt.Key.Key_9) else None
            )
        if side is not None:
            self.take(side)
            return True
        run = {
            int(Qt.Key.Key_E): self.enter_another,
            int(Qt.Key.Key_M): self.merge,
            int(Qt.Key.Key_P): self.park,
        }.get(key)
        if run is None or event.modifiers() == alt:
            return False
        run()
        return True

    def take(self, n: int) -> None:
        """Settle by one side."""
        view = self.view
        if view is None or view.kind == ORPHAN or n >= len(view.choices):
            return
        choice = view.choices[n]
        note = ""
        if view.kind == VALUES:
            name = show.partner_name(self._desk.book, choice.partner)
            note = f"{_called(view)} settled: {name}’s {_shortened(choice.text)}"
        self._settle(choice.value, note)

    @Slot()
    def _on_take(self) -> None:
        self.take(int(self.sender().property("n")))

    def _settle(
        self, value: object, note: str = "", failed: "Callable[[DyadError], None] | None" = None
    ) -> None:
        if self.view is not None:
            self._desk.do(
                settle, self.view.at, value, note, seen=self.view.heads,
                beside=self.view.beside, initiator=self, done=self._on_done, failed=failed or self._desk.say_error,
            )  # fmt: skip

    @Slot()
    def merge(self) -> None:
        """Settle by the merged text."""
        if self.view is not None and self.view.merged is not None:
            self._settle(self.view.merged, f"{_called(self.view)} settled: both changes")

    @Slot()
    def enter_another(self) -> None:
        """Open an editor for a value that neither has."""
        view = self.view
        if view is None or view.kind != VALUES:
            return
        if self.field is None:
            self._make_editor(view)
        if self.field is not None:
            self.field.editor.setFocus()
            if isinstance(self.field.editor, QLineEdit):
                self.field.editor.selectAll()

    def _make_editor(self, view: Disagreement) -> None:
        spec = spec_of(view.at.kind, view.at.field)
        field = self.field = Field(self._desk.book, spec, f"Another value for {_called(view)}")
        text = edit_text(self._desk.book, spec, spec.decode(view.base))
        field.set_text(text)
        if isinstance(field.editor, QLineEdit):
            # A turn later: leaving the field, which Enter does as well, takes away what was said of its text.
            field.editor.returnPressed.connect(self._on_another, Qt.ConnectionType.QueuedConnection)
        keep, cancel = button("Settle on this", "primary"), button("Cancel")
        keep.clicked.connect(self._on_another)
        cancel.clicked.connect(self.close_editor)
        line = row(field, keep, cancel)
        line.setStretch(0, 1)
        line.setAlignment(keep, Qt.AlignmentFlag.AlignTop)
        line.setAlignment(cancel, Qt.AlignmentFlag.AlignTop)
        self._editing.addWidget(label("Another value, for both", "caps"))
        self._editing.addLayout(line)
        field.show()

    @Slot()
    def close_editor(self) -> None:
        """Put the editor away."""
        self.field = None
        clear(self._editing)
        self.setFocus()
        self._desk.rested.emit()

    @Slot()
    def _on_another(self) -> None:
        field, view = self.field, self.view
        if field is None or view is None:
            return
        try:
            value = parse_at(self._desk.book, view.at, field.text)
        except BadInputError as error:
            field.say(error.reason)
            return
        text = _shortened(show.value_text(self._desk.book, view.at.kind, view.at.field, value))
        self._settle(value, f"{_called(view)} settled: {text}", self._on_refused)

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        reason = error.reason if isinstance(error, BadInputError) else str(error)
        if self.field is not None:
            self.field.say(reason)

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if self.view is not None:
            self._desk.do(
                mend, self.view.at, way, self,
                done=self._on_done, failed=self._desk.say_error,
            )  # fmt: skip

    @Slot()
    def park(self) -> None:
        """Keep it for the meeting, or take it out again."""
        if self.view is not None:
            self._desk.do(
                unpark if self.view.parked else park, [self.view.at], initiator=self,
                done=self._on_done, failed=self._desk.say_error,
            )  # fmt: skip

    @Slot()
    def go(self) -> None:
        """Show the thing on its own page."""
        if self.view is not None:
            self._desk.go(self.view.page, self.view.key)

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        self.field = None
        self._desk.say(f"{changes.note}.", undo=True)
        self.settled.emit(changes.note)


def _called(view: Disagreement) -> str:
    return f"{view.thing}, {view.title}" if view.title else view.thing


def _shortened(text: str) -> str:
    return text if len(text) <= 32 else f"{text[:31]}…"


def _sentence(desk: "Desk", view: Disagreement) -> str:
    """Return what happened, in a sentence."""
    sides, there = {choice.partner for choice in view.choices}, desk.book.all(Partner)
    if view.kind == GONE:
        other = "the other" if len(there) <= 2 else "another"
        return f"One of you deleted it while {other} worked on it. It stays until you settle it."
    if view.kind == ORPHAN:
        gone = target_name(view) or "something"
        return f"It refers to {gone}, which was deleted meanwhile. Nothing is there in its stead until you settle it."
    you = "You all" if len(sides) > 2 else "You both"
    if desk.partner not in sides and len(there) > 2:
        names = [one.first_name for one in there if one.id in sides]
        you = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "They"
    if view.base is None and view.base_text == show.NOTHING:
        return f"{you} had nothing here before; nothing counts until you settle it."
    if len(view.base_text) > _MIDDLE or view.base_text.endswith((".", "!", "?")):
        return f"{you} last had: “{view.base_text}” It counts until you settle it."
    return f"{you} last had {view.base_text}; that counts until you settle it."
