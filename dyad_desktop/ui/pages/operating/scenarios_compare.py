"""Two versions of the year side by side: choose them, filter the differences, take lines from one into the other."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.budget_line import year_of
from dyad_desktop.domain.fiscal import MONTHS, month_label
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.scenarios import choices, compare, last_note
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.operating.scenarios_model import (
    MONTHLY,
    REASON,
    WHOLE,
    CompareModel,
    Wanted,
    verdict,
)
from dyad_desktop.ui.pages.operating.scenarios_ranges import SideRanges, side_ranges
from dyad_desktop.ui.pages.operating.scenarios_take import TakeDialog
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Empty, button, elided, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.domain.scenario import Difference, LineDifference
    from dyad_desktop.ui.desk import Desk

_PICK, _TAKE, _AMOUNT = 168, 176, 76


class CompareView(QWidget):
    """The part."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._unit = Unit(1000, show.exponent(desk.book))
        self._asked = 0
        self.found: Difference | None = None
        self._ranges = SideRanges()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self.bar = self._make_bar()
        column.addLayout(self.bar)
        column.addLayout(self._make_filter())
        self.model = CompareModel()
        self.sheet = Sheet(self.model, "Comparison")
        self.sheet.said.connect(desk.say)
        self.sheet.moved.connect(self._on_moved)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.sheet)
        self._nothing = Empty("")
        self._stack.addWidget(self._nothing)
        column.addWidget(self._stack, 1)
        self.detail = Card()
        self._title, self._words = label("", "strong", wrap=True), label("", "muted", wrap=True)
        self.detail.column.addWidget(self._title)
        self.detail.column.addWidget(self._words)
        column.addWidget(self.detail)
        self._draft = ""

    def _make_bar(self) -> QHBoxLayout:
        self.left, self.right, self.scope = ChoiceBox(), ChoiceBox(), ChoiceBox()
        for box, name in (
            (self.left, "Left side"), (self.right, "Right side"), (self.scope, "Months"),
        ):  # fmt: skip
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(12)
            box.setMaximumWidth(theme.px(_PICK))
        self.left.activated.connect(self._on_sides)
        self.right.activated.connect(self._on_sides)
        self.scope.activated.connect(self._on_filter)
        self.swap = button("⇄", "quiet", name="Swap the sides")
        self.swap.clicked.connect(self.swap_sides)
        return row(self.left, self.swap, self.right, self.scope, 1)

    def _make_filter(self) -> QHBoxLayout:
        self.only = QCheckBox("Differences only")
        self.only.setChecked(True)
        self.only.toggled.connect(self._on_filter)
        self.least = QLineEdit()
        self.least.setAccessibleName("At least this amount")
        self.least.setPlaceholderText("any")
        self.least.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.least.setFixedWidth(theme.px(_AMOUNT))
        self.least.editingFinished.connect(self._on_filter)
        self._at_least = label("of at least", "muted")
        self._at_least.setBuddy(self.least)
        self._count = label("", "small")
        self.to_left, self.to_right = button(""), button("")
        self.to_left.clicked.connect(self.take_left)
        self.to_right.clicked.connect(self.take_right)
        return row(
            self.only, self._at_least, self.least, self._count, 1, self.to_left, self.to_right
        )

    # -- choosing ------------------------------------------------------------------------------

    def _fill_choices(self) -> None:
        chosen = [(box, box.currentData()) for box in (self.left, self.right)]
        names = choices(self._desk.book)
        for box, before in chosen:
            box.clear()
            for key, name in names:
                box.addItem(name, key)
            _choose(box, before or ("draft", self._desk.draft))
        meta = self._desk.book.only(Partnership)
        self._periods = year_of(self._desk.book).budget
        before = self.scope.currentData()
        self.scope.clear()
        self.scope.addItem(f"{meta.budget_year or 'The year'}", WHOLE)
        self.scope.addItem("Month by month", MONTHLY)
        for place, period in enumerate(self._periods):
            self.scope.addItem(month_label(period), place)
        self.scope.setCurrentIndex(max(0, self.scope.findData(before)))

    def _begin(self) -> None:
        """Begin with what one would ask first: the draft at hand beside what it was copied from."""
        book, draft = self._desk.book, self._desk.draft
        found = book.get(Draft, draft)
        origin = None if found is None else found.copied_from
        others = [one.id for one in book.all(Draft) if one.id != draft]
        if origin in others:
            sides: tuple[Key, Key] = (("draft", str(origin)), ("draft", draft))
        elif others and draft == WORKING_DRAFT:
            sides = (("draft", draft), ("draft", others[-1]))
        else:
            sides = (("prior", ""), ("draft", draft))
        for box, key in zip((self.left, self.right), sides, strict=True):
            _choose(box, key)

    @Slot()
    def swap_sides(self) -> None:
        """Put the left side right and the right one left."""
        left, right = self.left.currentIndex(), self.right.currentIndex()
        self.left.setCurrentIndex(right)
        self.right.setCurrentIndex(left)
        self.reload()

    @Slot()
    def _on_sides(self) -> None:
        self.reload()

    @property
    def sides(self) -> "tuple[Key, Key]":
        """Return what is chosen left and right."""
        left, right = (tuple(box.currentData()) for box in (self.left, self.right))
        return left, right

    # -- showing -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Compare what is chosen."""
        self._fill_choices()
        if self._draft != self._desk.draft:
            self._draft = self._desk.draft
            self._begin()
        left, right = self.sides
        self._asked += 1
        if left == right:
            name = self.left.currentText()
            self._say(f"Both sides are {name}: compared with itself it has no differences.")
            return
        number, session, draft = self._asked, self._desk.session, self._desk.draft

        def query() -> "tuple[int, Difference | str, SideRanges]":
            try:
                found = compare(session, left, right, draft)
            except BadInputError as error:
                return number, show.sentence(error), SideRanges()
            return number, found, side_ranges(session, (left, right))

        self._desk.ask(query, self._on_found)

    @Slot(object)
    def _on_found(self, answer: "tuple[int, Difference | str, SideRanges]") -> None:
        number, found, self._ranges = answer
        if number != self._asked:
            return
        if isinstance(found, str):
            self._say(found)
            return
        self.found = found
        self._show()

    def _say(self, sentence: str) -> None:
        """Say why there is nothing to compare."""
        self.found = None
        self._stack.removeWidget(self._nothing)
        self._nothing.deleteLater()
        self._nothing = Empty(sentence)
        self._stack.addWidget(self._nothing)
        self._stack.setCurrentWidget(self._nothing)
        self.detail.hide()
        for part in (self.to_left, self.to_right):
            part.setEnabled(False)
        self._count.setText("")

    def _show(self) -> None:
        found = self.found
        if found is None:
            return
        wanted = self._wanted(found)
        if wanted is None:
            return
        self._offer_taking(found)
        self.model.show(found, wanted, self._unit, self._ranges)
        differ = sum(one.differs for one in found.lines)
        same = (
            ""
            if found.count == MONTHS
            else f" in {self._months_words(found.count)}, all that have actuals"
        )
        if not differ and self.only.isChecked():
            self._say(f"{found.left.title} and {found.right.title} have the same amounts{same}.")
            self.found = found  # to show every line once that is asked for
            return
        shown = f"{self.model.shown:,} shown · " if self.model.shown != differ else ""
        partly = f" · {self._months_words(found.count)} only: those with actuals" if same else ""
        self._count.setText(f"{shown}{differ:,} of {len(found.lines):,} lines differ{partly}")
        self.sheet.legend.setText(f"Difference: {found.right.title} less {found.left.title}")
        self._stack.setCurrentWidget(self.sheet)
        self.detail.show()
        self._fit()
        self._tell()

    def _months_words(self, count: int) -> str:
        first = month_label(self._periods[0])
        return first if count == 1 else f"{first} to {month_label(self._periods[count - 1])}"

    def _wanted(self, found: "Difference") -> Wanted | None:
        """Return what is to be shown; ``None`` while the amount can't be read, which its field says."""
        try:
            least = self._unit.parse(self.least.text().strip()) or 0
        except BadInputError as error:
            self.least.setProperty("invalid", True)  # noqa: FBT003 - Qt names no argument
            self._desk.say(show.sentence(error))
            least = -1
        if least >= 0:
            self.least.setProperty("invalid", False)  # noqa: FBT003 - as above
        self.least.style().polish(self.least)
        scope = self.scope.currentData()
        if isinstance(scope, int) and scope >= found.count:
            self.scope.setCurrentIndex(0)
            self._desk.say(f"{month_label(self._periods[scope])} has no actuals yet.")
            scope = WHOLE
        return None if least < 0 else Wanted(scope, self.only.isChecked(), least)

    def _offer_taking(self, found: "Difference") -> None:
        for made, source, target in (
            (self.to_left, found.right, found.left), (self.to_right, found.left, found.right),
        ):  # fmt: skip
            possible = source.key[0] == target.key[0] == "draft"
            made.setVisible(possible)
            made.setEnabled(possible)
            made.setText(elided(f"Take into {target.title} …", theme.px(_TAKE)))
            made.setAccessibleName(f"Take the selected lines into {target.title}")
            made.setToolTip(f"Plan the selected lines of {target.title} as {source.title} does")

    def _fit(self) -> None:
        self.sheet.fit()
        view, columns = self.sheet.view, self.model.columns
        if not self.model.monthly:
            others = sum(view.columnWidth(n) for n in range(len(columns)) if n != REASON)
            least = theme.px(columns[REASON].width)
            view.setColumnWidth(REASON, max(least, view.viewport().width() - others))

    @Slot()
    def _on_filter(self) -> None:
        self._show()

    def set_unit(self, unit: Unit) -> None:
        """Show amounts in another unit."""
        self._unit = unit
        self._show()

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self._show()

    # -- the current line ----------------------------------------------------------------------

    @property
    def selected(self) -> "list[LineDifference]":
        """Return the lines of the selection; a group stands for those that it shows."""
        rows, _ = self.sheet.view.blocks.selected()
        found = [line for n in rows if n < len(self.model.rows) for line in self.model.lines_at(n)]
        return list({line.subject.id: line for line in found}.values())

    @Slot()
    def _on_moved(self) -> None:
        self._tell()
        line = self._current()
        if line is not None and self.sheet.view.hasFocus():
            self._desk.select(("operating_line", line.subject.id) if line.takes else None)

    def _current(self) -> "LineDifference | None":
        at = self.sheet.view.currentIndex().row()
        return self.model.line_at(at) if 0 <= at < len(self.model.rows) else None

    def _tell(self) -> None:
        """Say of the current line what differs and why, in full."""
        line = self._current()
        found = self.found
        if found is None:
            return
        if line is None:
            left, right = found.statement("contribution")
            self._title.setText(self._difference_words("Contribution", sum(left), sum(right), 1))
            self._words.setText("Choose a line to read why it differs.")
            return
        at = self.sheet.view.currentIndex().row()
        sign = 1 if line.subject.kind in ("revenue", "other_revenue") else -1
        self._title.setText(self._difference_words(line.subject.name, *self.model.pair(at), sign))
        why = self.model.reason(at)
        self._words.setText(why or "Its plan is the same on both sides.")
        draft = found.right.draft or found.left.draft
        if not why and line.differs and draft:
            session, name, number = self._desk.session, line.subject.id, self._asked
            self._desk.ask(lambda: (number, name, last_note(session, draft, name)), self._on_note)

    @Slot(object)
    def _on_note(self, answer: tuple[int, str, str]) -> None:
        number, name, note = answer
        line = self._current()
        if note and number == self._asked and line is not None and line.subject.id == name:
            self._words.setText(f"Last change: {note}")

    def _difference_words(self, name: str, left: int, right: int, sign: int) -> str:
        book, unit = self._desk.book, self._unit
        heading = (
            f"{show.currency_sign(book)} thousands" if unit.size > 1 else show.currency_sign(book)
        )
        word = verdict(sign * (right - left))
        on = "" if name == "Contribution" else " for contribution"
        effect = f", {word}{on}" if word else ""
        return f"{name}: {unit.text(left)} → {unit.text(right)}, {unit.text(right - left)} {heading}{effect}"

    # -- taking --------------------------------------------------------------------------------

    @Slot()
    def take_left(self) -> None:
        """Plan the selected lines of the left draft as the right one does."""
        self._take(into_left=True)

    @Slot()
    def take_right(self) -> None:
        """Plan the selected lines of the right draft as the left one does."""
        self._take(into_left=False)

    def _take(self, *, into_left: bool) -> None:
        lines = [one for one in self.selected if one.takes]
        if self.found is None or not lines:
            self._desk.say(
                "Select one or more lines first; what capital requests post isn’t taken."
            )
            return
        self._dialog = TakeDialog(
            self._desk, self.found, lines, self._unit, self, into_left=into_left
        )
        self._dialog.open()


def _choose(box: QComboBox, key: "Key") -> None:
    """Choose an entry by its key: Qt hands keys back as other sequences, so it is looked for here."""
    for n in range(box.count()):
        if tuple(box.itemData(n)) == tuple(key):
            box.setCurrentIndex(n)
            return
    box.setCurrentIndex(0)
