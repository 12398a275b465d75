"""The second step of bringing values in: what each column is, and which measure each name means."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from dyad_desktop.domain.observation_import import (
    DENOMINATOR,
    LEFT_OUT,
    LONG,
    MARK,
    MEASURE,
    NOT_USED,
    NUMERATOR,
    PART,
    PERIOD,
    ROLES,
    TURNED,
    VALUE,
    WIDE,
    YEAR,
    Known,
    Reading,
    lacking_in,
)
from dyad_desktop.domain.observation_import_dates import Question, question_in, settled
from dyad_desktop.domain.observation_import_guess import LOOKED_AT, guess, marked, with_names
from dyad_desktop.domain.observation_import_marks import SAID
from dyad_desktop.domain.observation_import_memory import Recalled
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.pages.performance.import_dates import OPEN, DatesQuestion
from dyad_desktop.ui.pages.performance.import_names import NamesModel, as_last_time, chosen
from dyad_desktop.ui.pages.performance.part import fill_column
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Segments, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.exchange.observations import Source
    from dyad_desktop.replication.change import Address

SHAPE_WORDS = (
    (LONG, "A row for each value"), (WIDE, "A row for each measure"), (TURNED, "A column for each measure"),
)  # fmt: skip
ROLE_WORDS = {
    NOT_USED: "not used", MEASURE: "measure", PERIOD: "period", YEAR: "year", PART: "which part", VALUE: "value",
    NUMERATOR: "numerator", DENOMINATOR: "denominator", MARK: "mark",
}  # fmt: skip
WIDE_WORDS = {**ROLE_WORDS, PERIOD: "values of that period"}
TURNED_WORDS = {**ROLE_WORDS, MEASURE: "values of that measure"}
_SHOWN = 3
_LONGEST = 24


class ColumnsModel(SheetModel):
    """The columns of a source, a row for each: its heading, what stands in it, what it is taken for."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__(
            [
                Column("heading", "Column of the source", 170, numeric=False),
                Column("first", "Begins with", 140, numeric=False, look="muted"),
                Column("role", "Is", 150, numeric=False),
            ]
        )
        self._reading: Reading | None = None
        self._texts: list[tuple[str, str]] = []

    def take(self, source: "Source", reading: Reading) -> None:
        """Show a source as it is read."""
        rows, head = source.rows, reading.header
        self.beginResetModel()
        self._reading = reading
        self._texts = []
        for n in range(len(reading.roles)):
            title = rows[head][n].strip() if 0 <= head < len(rows) and n < len(rows[head]) else ""
            cells = (one[n].strip() for one in rows[head + 1 : head + 200] if n < len(one))
            some = list(dict.fromkeys(cell[:_LONGEST] for cell in cells if cell))[:_SHOWN]
            self._texts.append((title or f"Column {n + 1}", " · ".join(some)))
        self.rows = [Row(("column", str(n))) for n in range(len(reading.roles))]
        self.endResetModel()

    @property
    def words(self) -> dict[str, str]:
        """Return what the roles of this shape are called."""
        shape = self._reading.shape if self._reading else LONG
        return {WIDE: WIDE_WORDS, TURNED: TURNED_WORDS}.get(shape, ROLE_WORDS)

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        if column < 2:
            return self._texts[row][column]
        return self.words[self._reading.roles[row]] if self._reading else ""

    def quiet(self, row: int) -> bool:
        """Return whether a column isn't used."""
        return self._reading is not None and not self._reading.roles[row]

    def editable(self, row: int, column: int) -> bool:
        """Return whether a cell takes a choice."""
        del row
        return column == 2

    def clearable(self, row: int, column: int) -> bool:
        """Return whether a column can be left unused."""
        return column == 2 and not self.quiet(row)

    def choices(self, row: int, column: int) -> Sequence[tuple[str, str]]:
        """Return what a column can be."""
        del row
        if column != 2 or self._reading is None:
            return ()
        return [(role, self.words[role]) for role in ROLES[self._reading.shape]]

    def parse(self, row: int, column: int, text: str) -> str:
        """Return the role that a text means.

        Raises:
            BadInputError: it means none.
        """
        return chosen(self.choices(row, column), text)

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        """Take roles; where only one column can have one, the last that takes it keeps it."""
        if self._reading is None:
            return
        roles = list(self._reading.roles)
        many = {WIDE: PERIOD, TURNED: MEASURE}.get(self._reading.shape, "")
        for at, _column, role in cells:
            if role and role != many:
                roles = [NOT_USED if one == role else one for one in roles]
            roles[at] = role or NOT_USED
        self.edited.emit(tuple(roles))

    def register(self, row: int, column: int) -> "Address | None":
        """Return nothing: a column of a file is no field."""
        del row, column
        return None

    def locked(self, row: int, column: int) -> str:
        """Return why a cell takes no input."""
        del row, column
        return "This is what the source holds."


class MappingStep(QWidget):
    """Shows how a source is read, and lets it be corrected.

    ``changed`` tells that it was; ``sheet_asked`` names another sheet of the workbook.
    """

    changed = Signal()
    sheet_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.fit)
        self.source: Source | None = None
        self.known = Known(())
        self._before: Recalled | None = None
        self.reading: Reading | None = None
        self.question: Question | None = None
        """Which dates must be said, or were: this source doesn't tell."""
        self.columns, self.names = ColumnsModel(), NamesModel()
        self.column_sheet = Sheet(self.columns, "What each column is")
        self.name_sheet = Sheet(self.names, "Which measure each name means")
        self._make_choices()
        self.says = label("", "muted", wrap=True)
        self.columns.edited.connect(self._on_roles)
        self.names.edited.connect(self._on_names)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID + 4)
        layout.addLayout(row(self.shape, 1, self.sheet_caption, self.sheet))
        layout.addLayout(self._line())
        layout.addWidget(self.dates)
        both = QHBoxLayout()
        both.setSpacing(GRID + 4)
        both.addWidget(self.column_sheet, 1)
        both.addWidget(self.name_sheet, 1)
        layout.addWidget(self.fractions)
        layout.addLayout(both, 1)
        layout.addWidget(self.says)

    def _make_choices(self) -> None:
        self.shape = Segments(SHAPE_WORDS, "How the source is laid out")
        self.shape.chosen.connect(self._on_shape)
        self.sheet_caption, self.sheet = label("Sheet", "muted"), _box("Sheet of the workbook", ())
        self.sheet.activated.connect(self._on_sheet)
        rows = [("none", -1), *((str(n + 1), n) for n in range(LOOKED_AT))]
        self.header = _box("Row of the headings", rows)
        self.header.activated.connect(self._on_header)
        self.mark = _box("Decimal mark", (("1,234.5", False), ("1.234,5", True)))
        self.dates = DatesQuestion()
        self.dates.chosen.connect(self._on_dates)
        self.whose = _box("Measure that all values belong to", ())
        self.whose_caption = label("All values are of", "muted")
        self.mark.activated.connect(self._on_mark)
        self.whose.activated.connect(self._on_choice)
        self.fractions = QCheckBox(
            "Percentages without a sign stand as fractions (0.264 for 26.4 %)"
        )
        self.fractions.toggled.connect(self._on_choice)

    def _line(self) -> QHBoxLayout:
        return row(
            label("Headings in row", "muted"), self.header, label("Figures like", "muted"), self.mark,
            self.whose_caption, self.whose, 1,
        )  # fmt: skip

    # -- showing -------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the columns end where the tables do."""
        super().resizeEvent(event)
        self._soon.start()

    @Slot()
    def fit(self) -> None:
        """Take up the width that the tables have by now."""
        fill_column(self.column_sheet, 2)
        fill_column(self.name_sheet, 1)

    def take(self, source: "Source", before: Recalled) -> None:
        """Show a source as it was guessed, and as it was read before."""
        self.source, self.known, self._before = source, before.known, before
        self.sheet.clear()
        self.sheet.addItems(list(source.sheets))
        self.sheet.setCurrentText(source.sheet)
        for part in (self.sheet, self.sheet_caption):
            part.setVisible(len(source.sheets) > 1)
        self.whose.clear()
        self.whose.addItem("choose …", "")
        for one in self.known.measures:
            self.whose.addItem(one.title, one.id)
        self._show(before.reading)

    def _show(self, reading: Reading) -> None:
        if self.source is None:
            return
        self.reading = reading
        self.question = question_in(self.source.rows, reading)
        self.dates.ask(self.question, day_first=reading.day_first)
        self.shape.choose(reading.shape)
        quiet = (self.header, self.mark, self.whose, self.fractions)
        for part in quiet:
            part.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.header.setCurrentIndex(self.header.findData(reading.header))
        self.mark.setCurrentIndex(int(reading.comma))
        self.whose.setCurrentIndex(max(0, self.whose.findData(reading.measure)))
        self.fractions.setChecked(reading.fractions)
        for part in quiet:
            part.blockSignals(False)  # noqa: FBT003 - Qt's own
        alone = MEASURE not in reading.roles
        for widget in (self.whose, self.whose_caption):
            widget.setVisible(alone)
        self.name_sheet.setVisible(not alone)
        self.fractions.setVisible(any(one.unit == "%" for one in self.known.measures))
        self.columns.take(self.source, reading)
        self.names.take(reading, self.known)
        self.says.setText(self._words(reading))
        self.changed.emit()

    def _words(self, reading: Reading) -> str:
        count = len(self.source.rows) - reading.header - 1 if self.source else 0
        parts = [f"{count:,} {'row' if count == 1 else 'rows'} beneath the headings"]
        if self.source and self.source.passed:
            one = len(self.source.passed) == 1
            passed = f"{', '.join(self.source.passed)} {'holds' if one else 'hold'} no table"
            parts.insert(0, f"Sheet {self.source.sheet} is read: {passed}")
        open_names = sum(not measure for measure in reading.names.values())
        if open_names:
            what, whose = ("name means", "its") if open_names == 1 else ("names mean", "their")
            parts.append(
                f"{open_names} {what} no measure yet; {whose} rows will be listed and left"
            )
        if self._before is not None and self.source is not None:
            last = as_last_time(self._before, reading, self.source.rows, self.columns.words)
            parts += [last] if last else []
        if reading.day_first is not None and self.question is None:
            first = "day" if reading.day_first else "month"
            parts.append(f"Dates have the {first} first, as their column tells")
        return ". ".join(parts) + "."

    @property
    def lacks(self) -> str:
        """Return what must still be said before values can be weighed, as a sentence; empty for nothing."""
        reading = self.reading
        if reading is None:
            return "Choose a source."
        named, meant = MEASURE in reading.roles, {m for m in reading.names.values() if m}
        wanted = (
            (not lacking_in(reading), lacking_in(reading)),
            (
                named or reading.measure,
                "No column names the measure: choose whose values these are.",
            ),
            (not named or meant - {LEFT_OUT}, "Say which measure at least one of the names means."),
            (self.question is None or reading.day_first is not None, OPEN),
        )
        return next((words for there, words in wanted if not there), "")

    # -- correcting ----------------------------------------------------------------------------

    def _guess(self, shape: str, header: int) -> None:
        if self.source is None or self.reading is None:
            return
        made = guess(self.source.rows, self.known, shape=shape, header=header)
        before = self.reading
        kept = replace(made, comma=before.comma, mark=before.mark, day_first=before.day_first)
        self._show(settled(self.source.rows, kept))

    @Slot(str)
    def _on_shape(self, shape: str) -> None:
        if self.reading is not None:
            self._guess(shape, self.reading.header)

    @Slot()
    def _on_header(self) -> None:
        self._guess("", int(self.header.currentData()))

    @Slot()
    def _on_sheet(self) -> None:
        self.sheet_asked.emit(self.sheet.currentText())

    @Slot()
    def _on_choice(self) -> None:
        if self.reading is None:
            return
        self._show_marked(
            replace(
                self.reading,
                measure=str(self.whose.currentData() or ""),
                fractions=self.fractions.isChecked(),
            )
        )

    def _show_marked(self, reading: Reading) -> None:
        """Show a reading in the decimal mark that fits the measures which it has by now."""
        if self.source is not None:
            self._show(marked(self.source.rows, reading, self.known))

    @Slot()
    def _on_mark(self) -> None:
        """Take the decimal mark, also the one that is shown: then it is said."""
        if self.reading is not None:
            comma = bool(self.mark.currentData())
            self._show(replace(self.reading, comma=comma, mark=SAID))

    @Slot(bool)
    def _on_dates(self, day_first: bool) -> None:  # noqa: FBT001 - a signal's
        if self.reading is not None:
            self._show(replace(self.reading, day_first=day_first))

    @Slot(object)
    def _on_roles(self, roles: tuple[str, ...]) -> None:
        if self.reading is None or self.source is None:
            return
        said = self.reading.names
        laid = settled(self.source.rows, replace(self.reading, roles=roles))
        made = with_names(self.source.rows, laid, self.known)
        self._show(replace(made, names={name: said.get(name) or m for name, m in made.names.items()}))  # fmt: skip

    @Slot(object)
    def _on_names(self, names: dict[str, str]) -> None:
        if self.reading is not None:
            self._show_marked(replace(self.reading, names=names))


def _box(name: str, choices: Sequence[tuple[str, object]]) -> QComboBox:
    made = ChoiceBox()
    made.setAccessibleName(name)
    made.setMaximumWidth(theme.px(220))
    for text, data in choices:
        made.addItem(text, data)
    return made
