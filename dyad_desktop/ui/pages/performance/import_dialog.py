"""Brings values in, in three steps: a source, how it is read, what would change; then one change that can be undone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import Known, Reading
from dyad_desktop.domain.observation_import_guess import marked, with_names
from dyad_desktop.domain.observation_import_memory import Layout, Recalled, recalled
from dyad_desktop.domain.to_date import YEAR_TO_DATE
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.services.bringing_in import bring_in, open_words
from dyad_desktop.services.importing import (
    Preview,
    Wish,
    again,
    as_said,
    guessed,
    known_of,
    preview,
)
from dyad_desktop.services.importing_apart import Apart, apart_in
from dyad_desktop.services.importing_past import Past, corrections, measures_of
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.performance.import_mapping import MappingStep
from dyad_desktop.ui.pages.performance.import_memory import (
    Answers,
    answers_before,
    keep,
    layouts_before,
    name_of,
    whole_name_of,
)
from dyad_desktop.ui.pages.performance.import_preview import PreviewStep
from dyad_desktop.ui.pages.performance.import_source import Progress, SourceStep, Watching
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label, row

if TYPE_CHECKING:
    from dyad_desktop.exchange.observations import Source
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

STEPS = ("Source", "Mapping", "Preview")


class ImportDialog(QDialog):
    """The three steps. ``measure`` is the one that is open, to which values without a name belong."""

    def __init__(self, desk: "Desk", parent: QWidget, measure: str = "") -> None:
        super().__init__(parent)
        self._desk, self._measure = desk, measure
        self._generation = 0
        self._before: Recalled | None = None
        self.setWindowTitle("Bring in values")
        self.source, self.mapping, self.preview = SourceStep(desk), MappingStep(), PreviewStep()
        self.stack = QStackedWidget()
        for step in (self.source, self.mapping, self.preview):
            self.stack.addWidget(step)
        self.steps = label("", "small")
        self.problem = label("", "error", wrap=True)
        self.progress = Progress("Comparing")
        self.back, self.forward, cancel = button("Back"), button("", "primary"), button("Cancel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        layout.setSpacing(GRID + 4)
        layout.addWidget(self.steps)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.progress)
        layout.addWidget(self.problem)
        layout.addLayout(row(1, cancel, self.back, self.forward))
        self.source.found.connect(self._on_source)
        self.mapping.changed.connect(self._on_mapped)
        self.mapping.sheet_asked.connect(self._on_sheet)
        self.preview.wished.connect(self._on_wish)
        self.back.clicked.connect(self._on_back)
        self.forward.clicked.connect(self.go_on)
        cancel.clicked.connect(self.reject)
        desk.changed.connect(self._on_changed)
        self.finished.connect(self._on_finished)
        self.show_step(0)
        room = parent.window().size()
        self.resize(min(theme.px(1080), room.width() - 40), min(theme.px(680), room.height() - 40))

    # -- steps ---------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """Return the place of the step that is shown."""
        return self.stack.currentIndex()

    def show_step(self, step: int) -> None:
        """Show a step."""
        self.stack.setCurrentIndex(step)
        marks = (f"{n + 1}  {name}" + ("  ●" if n == step else "") for n, name in enumerate(STEPS))
        self.steps.setText("     ›     ".join(marks))
        self.steps.setAccessibleName(f"Step {step + 1} of {len(STEPS)}: {STEPS[step]}")
        self.back.setVisible(step > 0)
        self.forward.setVisible(step > 0)
        self.forward.setDefault(step > 0)
        self._say("")
        self._enable()
        if step == 2:
            self.preview.focus()
        else:
            (self.source.choose, self.mapping.column_sheet.view)[step].setFocus()

    def _enable(self) -> None:
        if self.step == 1:
            lacks = self.mapping.lacks
            self.forward.setText("Preview")
            self.forward.setEnabled(not lacks and self.progress.watching is None)
            self._say(lacks)
        elif self.step == 2:
            shown = self.preview.preview
            count = len(shown.written) if shown else 0
            what = f"Bring in {count:,} {'value' if count == 1 else 'values'}"
            asks = open_words(shown) if shown else ""
            self.forward.setText(what if count and not asks else "Bring in")
            self.forward.setEnabled(shown is not None and not shown.empty and not asks)
            self._say(show.sentence(asks) if asks else "")

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    @Slot()
    def _on_back(self) -> None:
        self._generation += 1
        self.show_step(self.step - 1)

    @Slot()
    def go_on(self) -> None:
        """Go to the next step, or write what is shown."""
        if self.step == 1:
            self._weigh()
        elif self.step == 2:
            self.write()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop what is under way: nobody waits for it any more."""
        super().hideEvent(event)
        self.progress.stop()
        self.source.progress.stop()

    # -- source --------------------------------------------------------------------------------

    @Slot(object)
    def _on_source(self, source: "Source") -> None:
        """Guess beside the window how a source is meant."""
        self._generation += 1
        generation, measure, name = self._generation, self._measure, name_of(source)
        known = known_of(self._desk.book)
        layouts = layouts_before(self._desk.session.workspace_id, name)

        def work() -> tuple[int, "Source", Recalled]:
            return generation, source, _recalled(source, known, layouts, measure, own=bool(name))

        self._desk.reckon(work, self._on_guessed, self._on_refused)

    @Slot(object)
    def _on_guessed(self, answer: "tuple[int, Source, Recalled]") -> None:
        generation, source, before = answer
        if generation == self._generation and self.isVisible():
            self._before = before
            self.mapping.take(source, before)
            self.show_step(1)

    @Slot(object)
    def _on_refused(self, error: DyadError) -> None:
        self.show_step(0)
        self.source.refuse(error)

    @Slot(str)
    def _on_sheet(self, sheet: str) -> None:
        if self.source.path is not None:
            self.source.take_file(str(self.source.path), sheet)

    @Slot()
    def _on_mapped(self) -> None:
        self._generation += 1
        self._enable()

    # -- what would change ---------------------------------------------------------------------

    def _weigh(self) -> None:
        reading, session = self.mapping.reading, self._desk.session
        if self.mapping.source is None or reading is None or self.mapping.lacks:
            return
        watching, measures = self.progress.begin(), measures_of(reading)
        self._enable()
        self._generation += 1
        generation = self._generation
        self._desk.ask(
            lambda: (generation, watching, corrections(session, measures)), self._on_past
        )

    @Slot(object)
    def _on_past(self, answer: "tuple[int, Watching, Past]") -> None:
        """Weigh the source, now that it is known what was corrected by hand."""
        generation, watching, past = answer
        source, reading, known = self.mapping.source, self.mapping.reading, self.mapping.known
        if generation != self._generation or source is None or reading is None:
            self.progress.end()
            self._enable()
            return
        book, apart, wish = self._desk.book, self._apart(), self._wish_before(reading)
        self._ask(
            lambda: as_said(preview(
                book, source, reading, wish, known=known, apart=apart, past=past,
                progress=watching.tell, cancelled=watching.is_stopped,
            ))
        )  # fmt: skip

    def _wish_before(self, reading: Reading) -> Wish:
        """Return what was said of the figures of such a source before, unless their measure says it by now."""
        before = answers_before(self._before.layout if self._before else None, reading)
        found = (self._desk.book.get(Measure, one) for one in measures_of(reading))
        asked = {one.id for one in found if one is not None and one.span != YEAR_TO_DATE}
        return Wish(
            year_to_date=before.year_to_date & asked, own_period=before.own_period & asked
        )  # fmt: skip

    def _ask(self, work: Callable[[], Preview]) -> None:
        self._generation += 1
        generation = self._generation
        self._desk.reckon(lambda: (generation, work()), self._on_preview, self._on_failed)

    @Slot(object)
    def _on_preview(self, answer: tuple[int, Preview]) -> None:
        generation, found = answer
        self.progress.end()
        if generation != self._generation or not self.isVisible():
            self._enable()
            return
        self.preview.take(found)
        if self.step == 2:
            self._enable()
        else:
            self.show_step(2)

    @Slot(object)
    def _on_wish(self, wish: Wish) -> None:
        before, book, apart = self.preview.preview, self._desk.book, self._apart()
        if before is not None:
            self.forward.setEnabled(False)
            self._ask(lambda: again(book, before, wish, apart))

    def _apart(self) -> Apart:
        """Return what the partners hold apart of the measures, as far as the window knows; writing looks again."""
        standing = self._desk.standing
        return apart_in(standing.sides if standing is not None else ())

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        """Weigh anew when somebody else changed the measures meanwhile."""
        if changes.initiator is self:
            return
        if self.isVisible() and self.step == 2 and changes.kinds & {"measure", "partnership"}:
            self._on_wish(self.preview.wish)

    # -- writing -------------------------------------------------------------------------------

    @Slot()
    def write(self) -> None:
        """Write what is shown, as one change."""
        shown = self.preview.preview
        if shown is None or not self.forward.isEnabled():
            return
        self.forward.setEnabled(False)
        self._desk.do(bring_in, shown, self, done=self._on_done, failed=self._on_failed)

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        reading, shown, source = self.mapping.reading, self.preview.preview, self.mapping.source
        if reading is not None and shown is not None and source is not None and self._before:
            asked = self.mapping.question is not None
            said = Answers(shown.wish.year_to_date, shown.wish.own_period)
            workspace = self._desk.session.workspace_id
            keep(workspace, source, self._before, reading, said, asked=asked)
        left = len({one.row for one in shown.bad}) if shown else 0
        more = f"; {left:,} {'row was' if left == 1 else 'rows were'} left" if left else ""
        self.accept()
        self._desk.say(f"{changes.note}{more}.", undo=True)

    @Slot(object)
    def _on_failed(self, error: DyadError) -> None:
        self.progress.end()
        if not self.isVisible():
            return
        self._enable()
        reason = error.reason if isinstance(error, BadInputError) else str(error)
        self._say(show.sentence(reason, "Nothing was written."))

    @Slot()
    def _on_finished(self) -> None:
        """Stop what is under way: nobody waits for it."""
        self._generation += 1
        self.progress.stop()
        self.source.progress.stop()


def _recalled(
    source: "Source", known: Known, layouts: Sequence[Layout], measure: str, *, own: bool
) -> Recalled:
    """Return how a source is meant, guessed and as before; ``measure`` is the one in front."""
    fresh = guessed(source, known)
    if measure and not fresh.measure:
        fresh = with_names(source.rows, replace(fresh, measure=measure), known)
    before = recalled(layouts, fresh, source.rows, known, own=own, called=whole_name_of(source))
    reading = _in_front(before.reading, measure)
    return replace(
        before,
        reading=marked(source.rows, reading, before.known),
        fresh=marked(source.rows, _in_front(fresh, measure), known),
    )


def _in_front(reading: Reading, measure: str) -> Reading:
    """Return a reading whose one column of figures, if it is called something else, is of the measure in front."""
    if not measure or len(reading.names) != 1:
        return reading
    return replace(reading, names={name: meant or measure for name, meant in reading.names.items()})
