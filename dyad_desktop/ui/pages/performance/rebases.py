"""New limits for a measure: proposals with their reason, who agreed, and a line to propose others."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.measure_words import place_label
from dyad_desktop.domain.rebases import agrees, deciders, in_force
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.rebasing import answer_rebase, drop_rebase, propose_rebase
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import button, clear, label, row

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


class RebasePart(QWidget):
    """Lists a measure's proposals and takes another."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._measure = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(label(WHEN, "muted", wrap=True))
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        column.addLayout(self._list)
        self.period = QComboBox()
        self.period.setAccessibleName("First month of the new limits")
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Why the limits start anew")
        self.reason.setPlaceholderText("What changed, and why it will last")
        self.reason.returnPressed.connect(self._on_propose)
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
        chosen = self.period.currentData()
        self._measure = chart.measure.id
        if another:
            self.reason.clear()
            self.refusal.hide()
        self.period.clear()
        for place in reversed(chart.series.places[1:]):
            self.period.addItem(place_label(place), place[:7])
        self.period.setCurrentIndex(max(0, self.period.findData(chosen)))
        self.propose.setEnabled(self.period.count() > 0)
        clear(self._list)
        for rebase in (*chart.rebases, *chart.proposed):
            self._list.addLayout(self._line(chart, rebase))

    def _line(self, chart: "MeasureChart", rebase: "Rebase") -> "QLayout":
        book = self._desk.book
        force = in_force(book, chart.measure, rebase)
        who = [one for one in deciders(book, chart.measure) if agrees(rebase, one)]
        names = " and ".join(show.partner_name(book, one) for one in who) or "nobody"
        state = "in force" if force else "waits"
        words = f"{place_label(rebase.period)}: {rebase.reason} — {state}, {names} agreed"
        mine = agrees(rebase, self._desk.partner)
        answer = button("Take back" if mine else "Agree", "quiet" if mine else "primary")
        answer.setAccessibleName(f"{answer.text()}: {rebase.reason}")
        answer.setProperty("rebase", rebase.id)
        answer.setProperty("agree", not mine)
        answer.clicked.connect(self._on_answer)
        answer.setEnabled(self._desk.partner in deciders(book, chart.measure))
        gone = button("Delete", "quiet", name=f"Delete proposal {rebase.reason}")
        gone.setProperty("rebase", rebase.id)
        gone.clicked.connect(self._on_delete)
        others = [one for one in rebase.agreed if one != self._desk.partner]
        gone.setEnabled(not any(agrees(rebase, one) for one in others))
        if not gone.isEnabled():
            gone.setToolTip("Your partner agrees to it: only they take that back")
        text = label(words, wrap=True)
        line = row(text, answer, gone)
        line.setStretchFactor(text, 1)
        return line

    def suggest(self, reason: str) -> None:
        """Begin a proposal with a reason."""
        if not self.reason.text():
            self.reason.setText(reason)
        self.reason.setFocus()

    @property
    def editing(self) -> bool:
        """Return whether a proposal is being written."""
        return self.reason.hasFocus() and bool(self.reason.text())

    @Slot()
    def _on_propose(self) -> None:
        self.refusal.hide()
        self._desk.do(
            propose_rebase, self._measure, str(self.period.currentData() or ""), self.reason.text(), self,
            done=self._on_proposed, failed=self._on_refused,
        )  # fmt: skip

    @Slot(object)
    def _on_proposed(self, _changes: "ChangeSet") -> None:
        self.reason.clear()
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
    def _on_delete(self) -> None:
        rebase = str(self.sender().property("rebase"))
        self._desk.do(drop_rebase, rebase, self, done=self._on_deleted, failed=self._on_refused)

    @Slot(object)
    def _on_deleted(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)
