"""The third step of bringing values in: what changes, old and new, and what can't be taken and why."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import (
    DENOMINATOR,
    MARK,
    NUMERATOR,
    VALUE,
    BadRow,
    PassedRow,
)
from dyad_desktop.domain.scorecard import show_level
from dyad_desktop.services.importing import ADDED, CHANGED, EQUAL, LEFT, Move, Preview, Wish
from dyad_desktop.services.importing_parts import Doubt
from dyad_desktop.services.typed import rounded_words
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.pages.performance.import_to_date import OWN, TO_DATE, ToDateQuestion
from dyad_desktop.ui.pages.performance.part import fill_column
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import Segments, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.replication.change import Address

BAD, WRITTEN, LOOK, PASSED = "bad", "written", "look", "passed"
FIELD_WORDS = {VALUE: "value", NUMERATOR: "numerator", DENOMINATOR: "denominator", MARK: "mark"}
HOW_WORDS = {ADDED: "added", CHANGED: "replaced", EQUAL: "equal", LEFT: "left as it stands"}
ASKS = "Are these figures of the year to date? They look like it, so nothing is brought in until it is said."
SAYS = "The source says that these figures are of the year to date. Change that where it is wrong."
SAID = "What these figures are, as it was said."
MODES = (("replace", "Add and replace"), ("add", "Only add"))
NAME, WHEN, WHICH, OLD, NEW, WHAT, ROW = range(7)
ROWS = frozenset({BAD, PASSED})
"""What is told of rows as they stand in the source."""
UNUSED = {**{one: {WHEN, WHICH, OLD, NEW} for one in ROWS}, LOOK: {WHICH, OLD, NEW}}
"""Columns that say nothing of some rows: the reason takes their place."""


class MovesModel(SheetModel):
    """What a source says, cell by cell."""

    def __init__(self) -> None:
        super().__init__(
            [
                Column("measure", "Measure", 250, numeric=False),
                Column("period", "Period", 84, numeric=False),
                Column("field", "What", 92, numeric=False, look="muted"),
                Column("old", "Stands", 92, look="muted"),
                Column("new", "New", 92, look="total"),
                Column("what", "What happens", 240, numeric=False, look="tone"),
                Column("row", "Row", 64, look="muted", tip="Row of the source"),
            ]
        )
        self._preview: Preview | None = None
        self._shown: Sequence[Move | BadRow | PassedRow | Doubt] = ()
        self._doubtful: dict[tuple[str, str], str] = {}

    def take(self, preview: Preview, what: str) -> None:
        """Show some of a preview."""
        self.beginResetModel()
        self._preview = preview
        self._doubtful = {}
        for doubt in preview.doubts:
            before = self._doubtful.get((doubt.measure, doubt.period))
            told = f"{before}; {doubt.reason}" if before else doubt.reason
            self._doubtful[doubt.measure, doubt.period] = told
        first = replace(self.columns[NAME], title="In the source" if what in ROWS else "Measure")
        self.columns = (first, *self.columns[1:])
        rows: dict[str, Sequence[BadRow | PassedRow | Doubt]] = {
            BAD: preview.bad,
            LOOK: preview.doubts,
            PASSED: preview.passed,
        }
        if what in rows:
            self._shown = rows[what]
        else:
            self._shown = preview.written if what == WRITTEN else preview.of(what)
        self.rows = [Row(("move", str(n))) for n in range(len(self._shown))]
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        one = self._shown[row]
        if column == ROW:
            return f"{one.row:,}" if one.row else ""
        if isinstance(one, Move):
            return self._of_move(one, column)
        if isinstance(one, BadRow):
            return {NAME: one.text, WHAT: f"■ {one.reason}"}.get(column, "")
        if isinstance(one, PassedRow):
            return {NAME: one.text, WHAT: one.reason}.get(column, "")
        when = month_year_label(one.period) if one.period else ""
        whose = self._title(one.measure) or "All measures"
        return {NAME: whose, WHEN: when, WHAT: f"▲ {one.reason}"}.get(column, "")

    def _of_move(self, one: Move, column: int) -> str:
        if column == NAME:
            return self._title(one.measure)
        if column == WHAT:
            told = HOW_WORDS[one.how] + ("" if one.row else ", follows")
            doubt = self._doubted(one)
            return f"{told} ▲ {doubt}" if doubt else told
        return {
            WHEN: month_year_label(one.period),
            WHICH: FIELD_WORDS[one.field],
            OLD: self._figure(one, one.old),
            NEW: self._figure(one, one.new) or ("none" if one.how == CHANGED else ""),
        }.get(column, "")

    def _figure(self, one: Move, figure: Decimal | str | None) -> str:
        """Return a figure as it would be written: a value with its measure's decimals, and all that it has."""
        if not isinstance(figure, Decimal):
            return figure or ""
        measure = self._preview.book.get(Measure, one.measure) if self._preview else None
        if measure is None or one.field != VALUE:
            return show.number(figure)
        return show_level(measure, figure, unit=False)

    def _title(self, measure: str) -> str:
        return self._preview.book.label("measure", measure) if self._preview and measure else ""

    def _doubted(self, one: Move) -> str:
        return self._doubtful.get((one.measure, one.period), "") if one.field != MARK else ""

    def reason(self, row: int) -> str:
        """Return why a row can't be taken or should be looked at, in full; empty where there is nothing to say."""
        if not 0 <= row < len(self._shown):
            return ""
        one = self._shown[row]
        found = self._doubted(one) if isinstance(one, Move) else one.reason
        if not found or (isinstance(one, Doubt) and not one.measure):
            return ""
        whose = one.text if isinstance(one, BadRow) else f"{self.text(row, NAME)}, {self.text(row, WHEN)}"  # fmt: skip
        where = f"Row {one.row:,}, {whose}" if one.row else whose
        end = "" if found.endswith("?") else "."
        return f"{where.rstrip(', ')}: {found}{end}"

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure."""
        one = self._shown[row]
        found = {OLD: one.old, NEW: one.new}.get(column) if isinstance(one, Move) else None
        return found if isinstance(found, Decimal) else None

    def tone(self, row: int, column: int) -> str:
        """Return how much a row needs a look: most when it can't be taken."""
        del column
        one = self._shown[row]
        if isinstance(one, BadRow):
            return "off_track"
        if isinstance(one, PassedRow):
            return ""
        return "at_risk" if not isinstance(one, Move) or self._doubted(one) else ""

    def register(self, row: int, column: int) -> "Address | None":
        """Return nothing: this is not written yet."""
        del row, column
        return None

    def locked(self, row: int, column: int) -> str:
        """Return why a cell takes no input."""
        del row, column
        return "This is a preview; nothing is changed yet."


class PreviewStep(QWidget):
    """Shows a preview. ``wished`` carries another wish."""

    wished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.fit)
        self.preview: Preview | None = None
        self.counts = label("", "lead", wrap=True)
        self.mode = Segments(MODES, "What happens to values that stand already")
        self.mode.chosen.connect(self._on_wish)
        self.what = ChoiceBox()
        self.what.setAccessibleName("Which rows are shown")
        self.what.activated.connect(self._on_what)
        self.marking = QCheckBox("")
        self.marking.toggled.connect(self._on_wish)
        self.to_date = ToDateQuestion()
        self.to_date.answered.connect(self._on_wish)
        self.warnings = label("", "muted", wrap=True)
        self.detail = label("", "small", wrap=True)
        self.model = MovesModel()
        self.sheet = Sheet(self.model, "What would change")
        self.sheet.view.selectionModel().currentChanged.connect(self._on_current)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.counts)
        layout.addWidget(self.to_date)
        layout.addLayout(row(self.mode, self.what, 1))
        layout.addWidget(self.sheet, 1)
        layout.addWidget(self.detail)
        layout.addWidget(self.marking)
        layout.addWidget(self.warnings)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the columns end where the table does."""
        super().resizeEvent(event)
        self._soon.start()

    @Slot()
    def fit(self) -> None:
        """Take up the width that the tables have by now."""
        if self.what.currentData() in ROWS:  # its text is a row of the source, and as long
            width = self.sheet.view.viewport().width()
            self.sheet.view.setColumnWidth(NAME, width * 2 // 5)
        fill_column(self.sheet, WHAT)

    def take(self, preview: Preview) -> None:
        """Show a preview."""
        before = self.what.currentData()
        self.preview = preview
        self.counts.setText(_counts(preview))
        self._fill(preview, before)
        self.mode.choose("replace" if preview.wish.replacing else "add")
        self.marking.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.marking.setChecked(preview.wish.marking)
        self.marking.blockSignals(False)  # noqa: FBT003 - Qt's own
        self.marking.setVisible(bool(preview.young))
        many = f"the {preview.young:,} periods" if preview.young != 1 else "the one period"
        self.marking.setText(f"Mark {many} that can't be complete yet as provisional")
        self._ask_to_date(preview)
        self._on_what()

    def _fill(self, preview: Preview, before: object) -> None:
        self.what.clear()
        choices = [
            (WRITTEN, "What would be written", len(preview.written)),
            (LOOK, "What deserves a look", len(preview.doubts)),
            (BAD, "What can't be taken", len(preview.bad)),
            (PASSED, "What says nothing to write", len(preview.passed)),
            (EQUAL, "What is equal", len(preview.of(EQUAL))),
            (LEFT, "What is left as it stands", len(preview.of(LEFT))),
        ]
        for key, text, count in choices:
            if count or key == WRITTEN:
                self.what.addItem(f"{text} ({count:,})", key)
        first = BAD if preview.bad and not preview.written else WRITTEN
        at = self.what.findData(before)
        self.what.setCurrentIndex(at if at >= 0 and before != WRITTEN else self.what.findData(first))  # fmt: skip

    def _ask_to_date(self, preview: Preview) -> None:
        answers = {
            **dict.fromkeys(preview.wish.year_to_date, TO_DATE),
            **dict.fromkeys(preview.wish.own_period, OWN),
        }
        believed = preview.said and not preview.wish.own_period
        words = ASKS if preview.open else SAYS if believed else SAID
        self.to_date.ask(preview.book, preview.questions, answers, words)

    def focus(self) -> None:
        """Take the keys to what must be said first, else to what would change."""
        if self.preview is not None and self.preview.open:
            self.to_date.focus()
        else:
            self.sheet.view.setFocus()

    @property
    def wish(self) -> Wish:
        """Return what is wished for."""
        answers = self.to_date.answers
        return Wish(
            replacing=self.mode.choice == "replace",
            marking=self.marking.isChecked(),
            year_to_date=frozenset(m for m, one in answers.items() if one == TO_DATE),
            own_period=frozenset(m for m, one in answers.items() if one == OWN),
            asked_anew=self.preview.wish.asked_anew if self.preview else frozenset(),
        )

    @Slot()
    def _on_wish(self) -> None:
        self.wished.emit(self.wish)

    @Slot()
    def _on_what(self) -> None:
        if self.preview is not None:
            what = str(self.what.currentData())
            self.model.take(self.preview, what)
            for column in range(len(self.model.columns)):
                self.sheet.view.setColumnHidden(column, column in UNUSED.get(what, ()))
            self.warnings.setText(" ".join(_warnings(self.preview, ahead=what != LOOK)))
            self.warnings.setVisible(bool(self.warnings.text()))
            self._soon.start()
            if self.model.rows:
                self.sheet.view.go_to(0, 0)
            self._tell(0)

    @Slot(QModelIndex)
    def _on_current(self, current: QModelIndex) -> None:
        self._tell(current.row())

    def _tell(self, row: int) -> None:
        """Say the reason of a row in full: its cell may be too short for it."""
        self.detail.setText(self.model.reason(row))
        self.detail.setVisible(bool(self.detail.text()))


def _counts(preview: Preview) -> str:
    added, changed = len(preview.of(ADDED)), len(preview.of(CHANGED))
    parts = [f"{added:,} added", f"{changed:,} replaced"]
    equal, left = len(preview.of(EQUAL)), len(preview.of(LEFT))
    bad = len({one.row for one in preview.bad})
    parts += [f"{equal:,} equal"] if equal else []
    parts += [f"{left:,} left as they stand"] if left else []
    parts += [f"{bad:,} {'row' if bad == 1 else 'rows'} can’t be taken"] if bad else []
    passed = len(preview.passed)
    parts += [f"{passed:,} {'says' if passed == 1 else 'say'} nothing to write"] if passed else []
    doubts = len(preview.doubts)
    parts += [f"{doubts:,} {'deserves' if doubts == 1 else 'deserve'} a look"] if doubts else []
    return f"{preview.source}: {', '.join(parts)}"


def _warnings(preview: Preview, *, ahead: bool) -> list[str]:
    """Return what no row shows; ``ahead`` with the periods that lie after the date, unless they are listed."""
    doubts = [one for one in preview.doubts if not one.measure] if ahead else []
    found = [show.sentence(one.reason) for one in doubts]
    if preview.rounded:
        found.append(rounded_words(preview.rounded))
    if preview.partless:
        names = ", ".join(preview.book.label("measure", one) for one in preview.partless[:3])
        found.append(
            f"{names}: numerator and denominator without a value. Set its aggregation to ratio to have it computed."
        )
    return found
