"""New limits for a measure: proposals with their reason, who agreed, and a line to propose others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_words import place_label
from dyad_desktop.domain.rebase_words import outcome_words
from dyad_desktop.domain.rebases import agreed_before, agrees, deciders, in_force, rivals
from dyad_desktop.domain.spc.rules import SHIFT
from dyad_desktop.domain.unsettled import unsettled_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.rebasing import (
    answer_rebase,
    drop_rebase,
    keep_rebase,
    proposable,
    propose_rebase,
)
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import button, clear, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.entry_line import EntryLine

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

    from dyad_desktop.domain.goals import Rebase
    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

DEFINITION_CHANGED = "The definition changed: "
WHEN = (
    "Limits start anew when the process has changed, the cause is known, and it is to last. One of you proposes, "
    "in force when both agree. Nothing that was recorded changes."
)


def _moved_in(chart: "MeasureChart", months: Sequence[str]) -> str | None:
    """Return the month to begin with: that since which the level is another, else the latest with a value."""
    found = unsettled_of(chart)
    moved = (
        chart.series.places[found.start][:7] if found is not None and found.rule == SHIFT else ""
    )
    return moved if moved in months else months[-1] if months else None


class RebasePart(QWidget):
    """Lists a measure's proposals and takes another. ``considered`` tells that another month is thought of."""

    considered = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._chosen = False
        """Whether a month was chosen for a proposal that isn't made yet."""
        self._measure = ""
        self._asked: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(label(WHEN, "muted", wrap=True))
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        column.addLayout(self._list)
        self.period = ChoiceBox()
        self.period.setAccessibleName("First month of the new limits")
        self.reason = EntryLine()
        self.reason.setAccessibleName("Why the limits start anew")
        self.reason.setPlaceholderText("What changed, and why it will last")
        self.reason.returnPressed.connect(self._on_propose)
        self.reason.textChanged.connect(self.considered)
        self.reason.textEdited.connect(self._on_typed)
        self.reason.editingFinished.connect(desk.rested)
        self.period.activated.connect(self._on_month)
        self.propose = button("Propose new limits", "primary")
        self.propose.clicked.connect(self._on_propose)
        line = row(label("From"), self.period, self.reason, self.propose)
        line.setStretchFactor(self.reason, 1)
        column.addLayout(line)
        self.refusal = label("", "error", wrap=True)
        self.refusal.hide()
        column.addWidget(self.refusal)
        self.setFocusProxy(self.reason)

    def show_chart(self, chart: "MeasureChart") -> None:
        """Show a measure's proposals and offer its months."""
        another = chart.measure.id != self._measure
        asked = (self._desk.partner, chart.rebases, chart.proposed)
        if asked != self._asked:  # what was refused was refused to another, or of other proposals
            self._asked = asked
            self.refusal.hide()
        chosen = self.period.currentData()
        self._measure = chart.measure.id
        if another:
            self.reason.clear()
            self._chosen = False
            self.refusal.hide()
        self.period.clear()
        measure = self._desk.book.need(Measure, self._measure)
        months = proposable(self._desk.book, measure)
        for month in reversed(months):
            self.period.addItem(place_label(month), month)
        known = [month for month in months if month <= chart.series.places[-1][:7]]
        if another or chosen not in months:
            chosen = _moved_in(chart, known)
        self.period.setCurrentIndex(max(0, self.period.findData(chosen)))
        self.propose.setEnabled(self.period.count() > 0)
        clear(self._list)
        for rebase in (*chart.rebases, *chart.proposed):
            self._list.addLayout(self._line(chart, rebase))

    def _line(self, chart: "MeasureChart", rebase: "Rebase") -> "QLayout":
        book, measure = self._desk.book, self._desk.book.need(Measure, chart.measure.id)
        told = [f"{place_label(rebase.period)}: {rebase.reason} — {self._state(measure, rebase)}."]
        if not in_force(book, measure, rebase):
            told.append(outcome_words(book, measure, rebase))
        text = label(" ".join(told), wrap=True)
        answers = [self._answer(measure, rebase)]
        if not self._is_mine_alone(rebase):
            answers.append(self._gone(rebase))
        line = row(text, *answers)
        line.setStretchFactor(text, 1)
        return line

    def _state(self, measure: Measure, rebase: "Rebase") -> str:
        """Return in a clause how far a proposal is: who agreed to it, and to what."""
        book, partners = self._desk.book, deciders(self._desk.book, measure)
        now, before = (
            [show.partner_name(book, one) for one in partners if asks(rebase, one)]
            for asks in (agrees, agreed_before)
        )
        state = "in force" if in_force(book, measure, rebase) else "waits"
        words = f"{state}, {' and '.join(now) or 'nobody'} agreed"
        return f"{words}; changed since {' and '.join(before)} agreed" if before else words

    def _answer(self, measure: Measure, rebase: "Rebase") -> "QWidget":
        book, partner = self._desk.book, self._desk.partner
        mine = agrees(rebase, partner)
        one_of = any(agrees(one, partner) for one in rivals(book, measure, rebase))
        alone = self._is_mine_alone(rebase)
        words = (
            "Keep these" if one_of else "Withdraw" if alone else "Take back" if mine else "Agree"
        )
        answer = button(words, "quiet" if mine and not one_of else "primary")
        answer.setAccessibleName(f"{answer.text()}: {rebase.reason}")
        answer.setProperty("rebase", rebase.id)
        answer.setProperty("agree", one_of or not mine)
        acts = self._on_keep if one_of else self._on_delete if alone else self._on_answer
        answer.clicked.connect(acts)
        answer.setEnabled(alone or partner in deciders(book, measure))
        return answer

    def _is_mine_alone(self, rebase: "Rebase") -> bool:
        """Return whether only who writes now agrees to a proposal: to take that back is to withdraw it."""
        return [one for one in rebase.agreed if agrees(rebase, one)] == [self._desk.partner]

    def _gone(self, rebase: "Rebase") -> "QWidget":
        gone = button("Delete", "quiet", name=f"Delete proposal {rebase.reason}")
        gone.setProperty("rebase", rebase.id)
        gone.clicked.connect(self._on_delete)
        others = [one for one in rebase.agreed if one != self._desk.partner]
        gone.setEnabled(not any(agrees(rebase, one) for one in others))
        if not gone.isEnabled():
            gone.setToolTip("Your partner agrees to it: only they take that back")
        return gone

    def suggest(self, reason: str, month: str) -> None:
        """Begin a proposal with a reason, from the first month on that isn't before ``month``, else from the last."""
        if not self.reason.text():
            self.reason.setText(reason)
            months = sorted(self.period.itemData(n) for n in range(self.period.count()))
            since = next((one for one in months if one >= month), months[-1] if months else "")
            self.period.setCurrentIndex(max(0, self.period.findData(since)))
            self._chosen = True
            self.considered.emit()
        self.reason.setFocus()

    @property
    def editing(self) -> bool:
        """Return whether a proposal is being written."""
        return self.reason.hasFocus() and bool(self.reason.text())

    @property
    def thought_of(self) -> str:
        """The month of a proposal that is being made; empty while none is."""
        made = self._chosen or bool(self.reason.text())
        return str(self.period.currentData() or "") if made and self.isVisible() else ""

    @Slot()
    def _on_month(self) -> None:
        self._chosen = True
        self.considered.emit()

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        if not text:
            self._desk.rested.emit()

    @Slot()
    def _on_propose(self) -> None:
        self.refusal.hide()
        self._desk.do(
            propose_rebase, self._measure, str(self.period.currentData() or ""), self.reason.text(), self,
            done=self._on_proposed, failed=self._on_refused,
        )  # fmt: skip

    @Slot(object)
    def _on_proposed(self, _changes: "ChangeSet") -> None:
        self._chosen = False
        self.reason.empty()
        self._desk.rested.emit()  # what was typed has held back that it is told of
        self._desk.say("Proposed. The limits start anew when your partner agrees.", undo=True)

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        reason = error.reason if isinstance(error, BadInputError) else str(error)
        self.refusal.setText(show.sentence(reason))
        self.refusal.show()

    @Slot()
    def _on_answer(self) -> None:
        asked = self.sender()
        self._desk.do(
            answer_rebase, str(asked.property("rebase")), agreed=bool(asked.property("agree")),
            initiator=self, failed=self._on_refused,
        )  # fmt: skip

    @Slot()
    def _on_keep(self) -> None:
        rebase = str(self.sender().property("rebase"))
        self._desk.do(keep_rebase, rebase, self, done=self._on_done, failed=self._on_refused)

    @Slot()
    def _on_delete(self) -> None:
        rebase = str(self.sender().property("rebase"))
        self._desk.do(drop_rebase, rebase, self, done=self._on_done, failed=self._on_refused)

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)
