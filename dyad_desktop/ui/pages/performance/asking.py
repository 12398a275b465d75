"""The question above a chart whose measure was defined anew: should its limits start anew?"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.rebase_words import clash_words
from dyad_desktop.domain.rebases import clashes
from dyad_desktop.domain.redefining import question
from dyad_desktop.services.rebasing import keep_limits, keep_rebase
from dyad_desktop.services.redefining import redefined
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import StatusMark, button, label

if TYPE_CHECKING:
    from dyad_desktop.domain.redefining import Redefined
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk


class LimitsQuestion(QFrame):
    """Shows while a measure waits for an answer, to whoever writes; ``proposing`` asks for the panel of new limits."""

    proposing = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._measure = ""
        self.setProperty("look", "card")
        line = QHBoxLayout(self)
        line.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        line.setSpacing(GRID)
        self.words = label("", wrap=True)
        self.propose = button("Propose new limits")
        self.stay = button("Not needed", "quiet", name="New limits are not needed")
        self.propose.clicked.connect(self.proposing)
        self.stay.clicked.connect(self._on_stay)
        line.addWidget(StatusMark("at_risk", word="defined anew"))
        line.addWidget(self.words, 1)
        line.addWidget(self.propose)
        line.addWidget(self.stay)
        self.hide()

    def show_measure(self, measure_id: str) -> None:
        """Look whether a measure waits for an answer."""
        if measure_id != self._measure:
            self._measure = measure_id
            self.hide()
        session = self._desk.session

        def query() -> "tuple[str, Redefined | None]":
            return measure_id, redefined(session, [measure_id]).get(measure_id)

        self._desk.ask(query, self._on_found)

    @Slot(object)
    def _on_found(self, answer: "tuple[str, Redefined | None]") -> None:
        measure_id, found = answer
        if measure_id != self._measure:
            return
        if found is not None:
            self.words.setText(question(self._desk.book, found))
        self.setVisible(found is not None)

    @Slot()
    def _on_stay(self) -> None:
        self._desk.do(
            keep_limits, self._measure, self, done=self._on_stayed, failed=self._desk.say_error
        )

    @Slot(object)
    def _on_stayed(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)


class ClashQuestion(QFrame):
    """Shows while two new limits hold that both agreed to apart, too near to each other for both."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self.setProperty("look", "card")
        line = QHBoxLayout(self)
        line.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        line.setSpacing(GRID)
        self.words = label("", wrap=True)
        self.keep = (button("Keep"), button("Keep"))
        line.addWidget(StatusMark("at_risk", word="both agreed"))
        line.addWidget(self.words, 1)
        for one in self.keep:
            one.clicked.connect(self._on_keep)
            line.addWidget(one)
        self.hide()

    def show_measure(self, measure_id: str) -> None:
        """Ask of a measure, if there is something to ask."""
        book = self._desk.book
        measure = book.get(Measure, measure_id)
        found = clashes(book, measure) if measure else ()
        self.setVisible(bool(found))
        if measure is None or not found:
            return
        self.words.setText(clash_words(book, measure, found[0]))
        for made, one in zip(self.keep, found[0], strict=True):
            made.setText(f"Keep {month_year_label(one.period)}")
            made.setToolTip(one.reason)
            made.setProperty("rebase", one.id)

    @Slot()
    def _on_keep(self) -> None:
        rebase = str(self.sender().property("rebase"))
        self._desk.do(keep_rebase, rebase, self, done=self._on_kept, failed=self._desk.say_error)

    @Slot(object)
    def _on_kept(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)
