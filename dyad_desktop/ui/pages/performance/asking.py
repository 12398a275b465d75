"""Questions above a chart: were its limits proposed anew, should they be, and which of two are to hold?"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.rebase_words import clash_words, outcome_words, split_words
from dyad_desktop.domain.rebases import agrees, clashes, deciders, rivals, splits
from dyad_desktop.domain.redefining import question
from dyad_desktop.services.rebasing import answer_rebase, keep_limits, keep_rebase
from dyad_desktop.services.redefining import redefined
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import StatusMark, button, label

if TYPE_CHECKING:
    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.domain.redefining import Redefined
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk


class Question(QFrame):
    """A line with its mark and its words; buttons stand behind them. Hidden while nothing is asked.

    ``turned`` tells that it is asked, or no more.
    """

    turned = Signal()

    def __init__(self, desk: "Desk", mark: str) -> None:
        super().__init__()
        self._desk = desk
        self.asked = self._quiet = False
        self.setProperty("look", "card")
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        self.line.setSpacing(GRID)
        self.words = label("", wrap=True)
        self.line.addWidget(StatusMark("at_risk", word=mark))
        self.line.addWidget(self.words, 1)
        self.hide()

    def ask(self, *, asked: bool) -> None:
        """Say whether there is something to ask."""
        if asked != self.asked:
            self.asked = asked
            self.turned.emit()
        self.setVisible(asked and not self._quiet)

    def be_quiet(self, *, quiet: bool) -> None:
        """Leave the room to something else: the question waits."""
        self._quiet = quiet
        self.setVisible(self.asked and not quiet)


class LimitsQuestion(Question):
    """Shows while a measure waits for an answer, to whoever writes.

    ``proposing`` asks for the panel of new limits, and carries the month in which the definition was changed last.
    """

    proposing = Signal(str)

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk, "defined anew")
        self._measure = self._month = ""
        self.propose = button("Propose new limits")
        self.stay = button("Not needed", "quiet", name="New limits are not needed")
        self.propose.clicked.connect(self._on_propose)
        self.stay.clicked.connect(self._on_stay)
        self.line.addWidget(self.propose)
        self.line.addWidget(self.stay)

    def show_measure(self, measure_id: str) -> None:
        """Look whether a measure waits for an answer."""
        if measure_id != self._measure:
            self._measure = measure_id
            self.ask(asked=False)
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
            self._month = show.month_of(found.wall_ms)
        self.ask(asked=found is not None)

    @Slot()
    def _on_propose(self) -> None:
        self.proposing.emit(self._month)

    @Slot()
    def _on_stay(self) -> None:
        self._desk.do(
            keep_limits, self._measure, self, done=self._on_stayed, failed=self._desk.say_error
        )

    @Slot(object)
    def _on_stayed(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)


class ChoiceQuestion(Question):
    """Shows while one of two new limits is to be chosen: both are in force, or each has another's agreement."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk, "one of two")
        self.keep = (button("Keep"), button("Keep"))
        for one in self.keep:
            one.clicked.connect(self._on_keep)
            self.line.addWidget(one)

    def show_measure(self, measure_id: str) -> None:
        """Ask of a measure, if there is something to ask."""
        book, partner = self._desk.book, self._desk.partner
        measure = book.get(Measure, measure_id)
        held = clashes(book, measure) if measure else ()
        found = held or (splits(book, measure) if measure else ())
        self.ask(asked=bool(found))
        if measure is None or not found:
            return
        words = clash_words if held else split_words
        self.words.setText(words(book, measure, found[0]))
        for made, one in zip(self.keep, found[0], strict=True):
            made.setText(f"Keep {month_year_label(one.period)}")
            made.setToolTip(one.reason)
            made.setProperty("rebase", one.id)
            # What one agrees to already is for the partner to take.
            made.setEnabled(bool(held) or not agrees(one, partner))
            made.setVisible(partner in deciders(book, measure))

    @Slot()
    def _on_keep(self) -> None:
        rebase = str(self.sender().property("rebase"))
        self._desk.do(keep_rebase, rebase, self, done=self._on_kept, failed=self._desk.say_error)

    @Slot(object)
    def _on_kept(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)


class ProposalQuestion(Question):
    """Shows while the partner proposes new limits that wait for who writes; ``looking`` asks for their panel."""

    looking = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk, "proposed")
        self._rebase = ""
        self.look, self.agree = button("See all"), button("Agree", name="Agree to the new limits")
        self.look.clicked.connect(self.looking)
        self.agree.clicked.connect(self._on_agree)
        self.line.addWidget(self.look)
        self.line.addWidget(self.agree)

    def show_chart(self, chart: "MeasureChart") -> None:
        """Ask of a measure's proposals, if one waits for who writes now."""
        book, partner = self._desk.book, self._desk.partner
        measure = book.get(Measure, chart.measure.id)
        waiting = [one for one in chart.proposed if not agrees(one, partner)]
        asked = measure is not None and bool(waiting) and partner in deciders(book, measure)
        self.ask(asked=asked)
        if measure is None or not asked:
            return
        first = waiting[0]
        self._rebase = first.id
        who = " and ".join(
            show.partner_name(book, one) for one in first.agreed if agrees(first, one)
        )
        when, why = month_year_label(first.period), first.reason.rstrip(".")
        told = f"{who or 'Somebody'} proposes new limits from {when}: {why}."
        if first.agreed.get(partner, "") is None:
            told = (
                f"{who or 'Nobody'} agrees to new limits from {when}: {why}. You took yours back."
            )
        self.words.setText(told)
        self.words.setToolTip(outcome_words(book, measure, first))  # it is drawn, too
        # Where there is a choice it is made where all of them stand.
        self.agree.setVisible(len(chart.proposed) == 1 and not rivals(book, measure, first))

    @Slot()
    def _on_agree(self) -> None:
        self._desk.do(
            answer_rebase, self._rebase, agreed=True, initiator=self,
            done=self._on_agreed, failed=self._desk.say_error,
        )  # fmt: skip

    @Slot(object)
    def _on_agreed(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)
