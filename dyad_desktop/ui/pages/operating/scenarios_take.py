"""Asks before lines of one draft are planned as another one does: what is replaced, and why."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.services.scenarios import take_lines
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, elided, label, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.scenario import Difference, LineDifference
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.scenarios import Taken
    from dyad_desktop.services.session import ChangeSet, Session
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.models.unit import Unit

_LISTED = 6
_NAME = 250


class TakeDialog(QDialog):
    """Takes chosen lines from one side of a comparison into the other."""

    def __init__(
        self, desk: "Desk", found: "Difference", lines: "Sequence[LineDifference]", unit: "Unit",
        parent: QWidget, *, into_left: bool,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._desk, self._lines, self._unit = desk, [one.subject.id for one in lines], unit
        sides = (found.right, found.left) if into_left else (found.left, found.right)
        self._source, self._target = sides
        count = "1 line" if len(lines) == 1 else f"{len(lines):,} lines"
        self.setWindowTitle("Take lines")
        outer = QVBoxLayout(self)
        outer.setSpacing(GRID)
        said = f"Take {count} from {self._source.title} into {self._target.title}"
        outer.addWidget(label(said, "lead", wrap=True))
        outer.addLayout(self._replaced(lines, into_left=into_left))
        if len(lines) > _LISTED:
            outer.addWidget(label(f"and {len(lines) - _LISTED:,} more", "small"))
        outer.addSpacing(GRID)
        outer.addWidget(label("Why; it stands in the history of each line", "small"))
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Why")
        self.reason.returnPressed.connect(self.go)
        outer.addWidget(self.reason)
        self.figures = QCheckBox("Keep the amounts")
        self.figures.setChecked(True)
        outer.addWidget(self.figures)
        words = (
            f"Months that the what-ifs of {self._source.title}, or lines you don’t take, would move are set by hand."
            " Without this only the way the line is planned comes over."
        )
        outer.addWidget(label(words, "muted", wrap=True))
        outer.addStretch(1)
        cancel, self._go = button("Cancel"), button(f"Take {count}", "primary")
        cancel.clicked.connect(self.reject)
        self._go.clicked.connect(self.go)
        outer.addLayout(row(1, cancel, self._go))
        self.resize(theme.px(520), theme.px(320))
        self.reason.setFocus()

    def _replaced(self, lines: "Sequence[LineDifference]", *, into_left: bool) -> QGridLayout:
        """Return what stands in the target now beside what will."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        sign = show.currency_sign(self._desk.book)
        heading = f"{sign} thousands a year" if self._unit.size > 1 else f"{sign} a year"
        for column, text in enumerate((heading, "now", "then")):
            grid.addWidget(label(text, "small"), 0, column, _side(column))
        for n, line in enumerate(lines[:_LISTED], 1):
            now, then = (line.left, line.right) if into_left else (line.right, line.left)
            name = label(elided(line.subject.name, theme.px(_NAME)))
            name.setToolTip(line.subject.name)
            grid.addWidget(name, n, 0)
            for column, months in ((1, now), (2, then)):
                grid.addWidget(label(self._unit.text(sum(months))), n, column, _side(column))
        return grid

    @Slot()
    def go(self) -> None:
        """Take the lines."""
        self._go.setEnabled(False)
        source, target, lines = self._source.draft, self._target.draft, self._lines
        reason, figures = self.reason.text(), self.figures.isChecked()
        self._taken: Taken | None = None

        def command(session: "Session") -> "ChangeSet":
            self._taken = take_lines(session, source, target, lines, reason, figures=figures)
            return self._taken.changes

        self._desk.do(command, done=self._on_done, failed=self._on_failed)

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        taken = self._taken
        if taken is not None:
            self._desk.say(self._words(taken), undo=bool(changes.keys))
        self.accept()

    def _words(self, taken: "Taken") -> str:
        if not taken.changes.keys:
            return f"Nothing changed: {self._target.title} plans them so already."
        count = "1 line" if taken.lines == 1 else f"{taken.lines:,} lines"
        hand = f", {taken.by_hand:,} of them with months by hand" if taken.by_hand else ""
        before, after = (self._unit.text(one) for one in (taken.before, taken.after))
        moved = (
            f" Its contribution was {before} and is {after}." if taken.before != taken.after else ""
        )
        return f"{count} replaced in {self._target.title}{hand}.{moved}"

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self._desk.say_error(error)
        self.reject()


def _side(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
