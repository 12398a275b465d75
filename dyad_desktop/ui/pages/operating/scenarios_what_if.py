"""What-ifs on a scenario: few inputs at the left, and at the right what moves the contribution most."""

import time
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.entry import parse_percent
from dyad_desktop.domain.levers import (
    USUAL_STEP,
    Lever,
    Swing,
    check_step,
    levers,
    ranked,
    swing,
    wages_of,
    with_inputs,
)
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft
from dyad_desktop.domain.statement import Totals
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.scenarios import WORKING, set_input
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.loading import TORNADO
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.operating.scenarios_inputs import InputPanel
from dyad_desktop.ui.pages.operating.scenarios_tornado import (
    TornadoModel,
    beams_of,
    effect_words,
    step_text,
    tornado_words,
    unpriced_words,
)
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, button, label, row
from dyad_desktop.ui.widgets.chart_place import ChartPlace
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.charts.tornado import Tornado
    from dyad_desktop.ui.desk import Desk

_WIDE = 286
_STEPS, _STEP = (1, 2, 5, 10, 20), 84
_SLICE_S = 0.15
"""So long levers are reckoned at once before others get their turn."""
_ONCE = "A price counts once, also for lines that follow others."
_KEYS = "Arrow keys read the drivers · T shows the table"


class WhatIfView(QWidget):
    """The part."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._unit = Unit(1000, show.exponent(desk.book))
        self._run = 0
        self._for: tuple[Budget, Decimal] | None = None
        self.swings: tuple[Swing, ...] = ()
        self._found: list[Swing] = []
        self._budget: Budget | None = None
        self._pending: dict[str, Decimal | None] = {}
        self._writing = False
        self.table = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self.bar = self._make_bar()
        column.addLayout(self.bar)
        middle = QHBoxLayout()
        middle.setSpacing(GRID + 4)
        middle.addWidget(self._make_inputs())
        middle.addWidget(self._make_card(), 1)
        column.addLayout(middle, 1)

    def _make_bar(self) -> QHBoxLayout:
        self.step = ChoiceBox()
        self.step.setAccessibleName("How far each driver is moved")
        self.step.setToolTip(
            "Each driver is moved so many percent down and up; type another figure"
        )
        self.step.setEditable(True)
        self.step.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.step.addItems([f"{step} %" for step in _STEPS])
        self.step.setCurrentText(f"{USUAL_STEP} %")
        self.step.setFixedWidth(theme.px(_STEP))
        self.step.activated.connect(self._on_step)
        editor = self.step.lineEdit()
        if editor is not None:
            editor.editingFinished.connect(self._on_step)
        self._percent = USUAL_STEP
        self._progress = label("", "small")
        self._stop = button("Cancel", "quiet")
        self._stop.clicked.connect(self.stop)
        self._stop.hide()
        words = label("Drivers moved by ±", "muted")
        words.setBuddy(self.step)
        return row(1, self._progress, self._stop, words, self.step)

    def _make_inputs(self) -> QWidget:
        card = Card()
        card.setFixedWidth(theme.px(_WIDE))
        self.effect = label("", "strong", wrap=True)
        self.margin = label("", "muted", wrap=True)
        self.about = label("", "small", wrap=True)
        for part in (self.effect, self.margin, self.about):
            card.column.addWidget(part)
        scroll = Column()
        self.inputs = InputPanel()
        self.inputs.entered.connect(self._on_entered)
        self.inputs.refused.connect(self._on_refused)
        scroll.column.addWidget(self.inputs)
        inner = scroll.widget()
        if inner is not None:
            inner.setProperty("look", "")  # it stands on a card, not on the page
            inner.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        card.column.addWidget(scroll, 1)
        return card

    def _make_card(self) -> QWidget:
        self.card = Card()
        self.says = label("", "lead", wrap=True)
        self.spoken = label(_KEYS, "small", wrap=True)
        self.card.column.addWidget(self.says)
        self.model = TornadoModel()
        self.sheet = Sheet(self.model, "What moves it most")
        self.sheet.said.connect(self._desk.say)
        self.sheet.view.installEventFilter(self)
        self.sheet.hide()
        self.card.column.addWidget(self.sheet, 1)
        self.drawing: ChartPlace[Tornado] = ChartPlace(self._desk, TORNADO)
        self.drawing.made.connect(self._on_made)
        self.drawing.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.card.column.addWidget(self.drawing, 1)
        self.card.column.addWidget(self.spoken)
        return self.card

    # -- showing -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Show the draft at hand: its inputs, what they do, and what moves it most."""
        book = self._desk.book
        try:
            budget = self._desk.budget.planned or self._desk.budget
        except BadInputError as error:
            self.says.setText(show.sentence(error))
            return
        self._budget = budget
        everything = levers(book, budget)
        inputs = budget.rules.inputs
        usual = {one.name: inputs.get("volume") for one in everything if one.single}
        wages = f"rate:{wages_of(book, budget)}"
        usual[wages] = inputs.get("rate:expense")
        chosen = [one for one in everything if _is_offered(one, wages, inputs)]
        self.inputs.show_levers(chosen, inputs, usual)
        self._desk.ask(lambda: (budget, _plain(book, budget)), self._on_plain)
        self._begin(book, budget, everything)

    @Slot(object)
    def _on_plain(self, answer: tuple[Budget, Totals]) -> None:
        if answer[0] is self._budget:
            self._tell(answer[1], answer[0].totals)

    def _tell(self, plain: Totals, now: Totals) -> None:
        book = self._desk.book
        draft = book.get(Draft, self._desk.draft)
        effect, margin = effect_words(book, plain, now, self._unit)
        self.effect.setText(effect)
        self.margin.setText(margin.replace(" %", "\N{NO-BREAK SPACE}%"))
        if draft is None:
            return
        of_its_own = draft.id != WORKING_DRAFT and draft.state == WORKING
        kept = (
            f"Kept in {draft.name}. What is empty stays as it is planned."
            if of_its_own
            else f"A change here makes a scenario of its own; {draft.name} stays as it is."
        )
        self.about.setText(f"{kept} {_ONCE}")

    # -- inputs --------------------------------------------------------------------------------

    @Slot(str, object)
    def _on_entered(self, lever: str, percent: Decimal | None) -> None:
        self._pending[lever] = percent
        self._send()

    def _send(self) -> None:
        """Write one input after the other: the first may make the scenario that the next belongs to."""
        if self._writing or not self._pending:
            return
        self._writing = True
        lever, percent = next(iter(self._pending.items()))
        del self._pending[lever]
        self._desk.do(
            set_input,
            self._desk.draft,
            lever,
            percent,
            done=self._on_written,
            failed=self._on_failed,
        )

    @Slot(object)
    def _on_written(self, changes: "ChangeSet") -> None:
        self._writing = False
        made = [entity for kind, entity in changes.keys if kind == "draft"]
        if made and made[0] != self._desk.draft:
            name = self._desk.book.label("draft", made[0])
            before = self._desk.book.label("draft", self._desk.draft)
            self._desk.choose_draft(made[0])
            self._desk.say(f"Kept as the scenario {name}; {before} stays as it is.", undo=True)
        self._send()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._writing = False
        self._pending.clear()
        self._on_refused(str(error))
        self.reload()

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        self._desk.say(show.sentence(reason))

    # -- what moves most -----------------------------------------------------------------------

    @Slot()
    def _on_step(self) -> None:
        """Take up another step; what can't be one is said, and the one before stays."""
        try:
            wanted = check_step(parse_percent(self.step.currentText()))
        except BadInputError as error:
            self._on_refused(str(error))
            wanted = self._percent
        self.step.setEditText(f"{step_text(wanted)} %")
        if wanted != self._percent:
            self._percent = wanted
            self.reload()

    def _begin(self, book: Book, budget: Budget, everything: tuple[Lever, ...]) -> None:
        """Reckon every lever's two ends in slices, unless they are known already."""
        if self._for is not None and self._for[0] is budget and self._for[1] == self._percent:
            self._show()
            return
        self._for = (budget, self._percent)
        self._run += 1
        self._found = []
        self._go_on(self._run, book, budget, list(everything), self._percent)

    def _go_on(
        self, run: int, book: Book, budget: Budget, left: list[Lever], percent: Decimal
    ) -> None:
        def work() -> tuple[int, list[Swing], list[Lever]]:
            found: list[Swing] = []
            until = time.monotonic() + _SLICE_S
            while left and (not found or time.monotonic() < until):
                found.append(swing(book, budget, left.pop(0), percent))
            return run, found, left

        def done(answer: tuple[int, list[Swing], list[Lever]]) -> None:
            number, found, rest = answer
            if number != self._run:
                return
            self._found += found
            if rest:
                self._progress.setText(
                    f"{len(self._found)} of {len(self._found) + len(rest)} drivers"
                )
                self._stop.show()
                self._go_on(number, book, budget, rest, percent)
            else:
                self._finish()

        self._desk.ask(work, done)

    def _finish(self) -> None:
        self._progress.setText("")
        self._stop.hide()
        self.swings = ranked(self._found)
        self._show()

    @Slot()
    def stop(self) -> None:
        """Stop reckoning; what is known already shows."""
        self._run += 1
        self._finish()

    def _show(self) -> None:
        if self._budget is None:
            return
        book, totals = self._desk.book, self._budget.totals
        said = tornado_words(book, self.swings, totals, self._percent, self._unit)
        said = " ".join(part for part in (said, unpriced_words(self._budget)) if part)
        self.says.setText(said)
        self.model.show(book, self.swings, totals, self._percent, self._unit)
        self.sheet.fit()
        heading = "thousands" if self._unit.size > 1 else ""
        sign = show.currency_sign(book)
        unit = f"Change of the year’s contribution, {sign} {heading}".strip()
        shown = (self.swings, totals, self._percent, self._unit)
        self.drawing.draw(lambda chart: chart.show_beams(beams_of(book, *shown), unit, said))
        self._arrange()

    @property
    def chart(self) -> "Tornado | None":
        """The chart, once it is there."""
        return self.drawing.chart

    @Slot(object)
    def _on_made(self, chart: "Tornado") -> None:
        chart.picked.connect(self.spoken.setText)

    def _arrange(self) -> None:
        self.sheet.setVisible(self.table)
        self.drawing.setVisible(not self.table)
        self.spoken.setVisible(not self.table)

    def toggle(self) -> None:
        """Switch between chart and table."""
        self.table = not self.table
        self._arrange()
        (self.sheet.view if self.table else self.drawing).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lead from the table back to the chart on T."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == int(Qt.Key.Key_T)
            and not event.modifiers()
        ):
            self.toggle()
            return True
        return super().eventFilter(watched, event)

    def set_unit(self, unit: Unit) -> None:
        """Show amounts in another unit."""
        self._unit = unit
        if self._budget is not None:
            self.reload()

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.drawing.refresh()


def _plain(book: Book, budget: Budget) -> Totals:
    """Return the totals of a draft without its what-ifs."""
    if not any(budget.rules.inputs.values()):
        return budget.totals
    bare = with_inputs(book, budget.draft_id, {})
    return compute_budget(bare, budget.draft_id, budget).totals


def _is_offered(lever: Lever, wages: str, inputs: object) -> bool:
    """Return whether a lever has a field: the few that are asked most, each volume, and what is set already."""
    usual = ("volume", "rate:revenue", "rate:expense", wages, "fte")
    return lever.single or lever.name in usual or lever.name in inputs  # type: ignore[operator]
