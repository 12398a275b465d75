"""The ways out of a reference to something that is gone, each with what it moves."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QVBoxLayout, QWidget

from dyad_desktop.services.orphans import BRING_BACK, DELETE_TOO, LET_GO
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, clear, label, row

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from dyad_desktop.domain.book import Book
    from dyad_desktop.services.disagreements import Disagreement
    from dyad_desktop.services.effects import Effect
    from dyad_desktop.ui.desk import Desk

_NAME = 40
_CARD = 200


def signed(book: "Book", minor: int) -> str:
    """Return a change of money with its sign in front: ``+1,200``, ``−36,000``, ``±0``."""
    text = show.money(book, abs(minor))
    if text == "0":
        return "±0"
    return f"+{text}" if minor > 0 else f"{show.MINUS}{text}"


def effect_row(book: "Book", effect: "Effect") -> QVBoxLayout:
    """Return what a choice moves of one total: by how much, and beneath to what."""
    moved = label(signed(book, effect.change), "strong")
    to = label(f"to {show.money(book, effect.chosen)}", "small")
    moved.setAccessibleName(f"{effect.name} {moved.text()} {to.text()}")
    made = QVBoxLayout()
    made.setSpacing(0)
    made.addLayout(row(label(effect.name, "muted"), 1, moved))
    made.addLayout(row(1, to))
    return made


class WaysOut(QWidget):
    """A card for each way, beside each other where there is room. ``chosen`` tells which was taken."""

    chosen = Signal(str)

    def __init__(self, desk: "Desk", view: "Disagreement") -> None:
        super().__init__()
        self._book = desk.book
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(GRID + 4)
        self._effects: dict[str, QVBoxLayout] = {}
        self._told: dict[str, QLabel] = {}
        for way in view.ways:
            self._cards.addWidget(self._card(way, _called(view)[way]), 1)
        self.weigh(view)

    def _card(self, way: str, text: str) -> QFrame:
        card = QFrame()
        card.setProperty("look", "well")
        column = QVBoxLayout(card)
        column.setContentsMargins(GRID * 2, GRID + 4, GRID * 2, GRID + 4)
        column.setSpacing(GRID - 2)
        told = self._told[way] = label("", "muted", wrap=True)
        column.addWidget(told)
        effects = self._effects[way] = QVBoxLayout()
        effects.setSpacing(GRID - 2)
        take = button(text)
        take.setProperty("way", way)
        take.clicked.connect(self._on_taken)
        column.addLayout(effects)
        column.addStretch(1)
        column.addWidget(take)
        return card

    def weigh(self, view: "Disagreement") -> None:
        """Show what each way does, and what it moves."""
        for way, words in _told(view).items():
            if way in self._told:
                self._told[way].setText(words)
        for way, found in view.ways.items():
            clear(self._effects[way])
            for effect in found:
                self._effects[way].addLayout(effect_row(self._book, effect))

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Stand the cards under each other where they would be too narrow."""
        super().resizeEvent(event)
        cards = self.findChildren(QFrame, options=Qt.FindChildOption.FindDirectChildrenOnly)
        each = max(card.minimumSizeHint().width() for card in cards) + self._cards.spacing()
        wide = self.width() >= max(theme.px(_CARD), each) * len(cards)
        self._cards.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )

    @Slot()
    def _on_taken(self) -> None:
        self.chosen.emit(str(self.sender().property("way")))


def _called(view: "Disagreement") -> dict[str, str]:
    """Return what the ways are called."""
    target = target_name(view)
    back = f"Bring back {_cut(target)}" if target else "Bring back what it refers to"
    return {BRING_BACK: back, LET_GO: "Let go of it", DELETE_TOO: "Delete this too"}


def _told(view: "Disagreement") -> dict[str, str]:
    """Return what the ways do, in a sentence each."""
    target, thing = _cut(target_name(view)) or "What it refers to", _cut(view.thing)
    if thing == target:  # a plan is called as its line
        thing = "what refers to it"
    along = f", with {view.along}" if view.along else ""
    return {
        BRING_BACK: f"{target} is there again{along}, and {thing} stays as it is.",
        LET_GO: show.sentence(
            f"{thing} stays, without {_cut(target_name(view)) or 'what it refers to'}"
        ),
        DELETE_TOO: show.sentence(f"{thing} goes, too"),
    }


def target_name(view: "Disagreement") -> str:
    """Return what the thing is called that is gone; empty where nothing tells."""
    if view.target is None:
        return ""
    told = (one.text.removeprefix("deleted ").partition(";")[0]
            for one in view.choices if one.text.startswith("deleted "))  # fmt: skip
    return next(told, view.target[1])


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
