"""The grid of variation by assurance: which measures need action, which are safe, which are left to chance."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.measure_words import ASSURANCE_WORDS, OLD_LEGEND, by_limits
from dyad_desktop.domain.score_lines import RUN_SIGNALS, ScoreLine
from dyad_desktop.domain.unsettled import OLD
from dyad_desktop.ui.charts.signal_icons import SHORT_WORDS, paint_icon
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, clear, label

ROWS = (
    ("improving", "Improving", ("improvement_high", "improvement_low")),
    ("change", "Special cause: neither better nor worse", ("neutral_high", "neutral_low")),
    ("common", "Common cause: no change", ("common_cause",)),
    ("concern", "Concern: getting worse", ("concern_high", "concern_low")),
)
COLUMNS = (
    ("consistent_pass", "Always meets target"),
    ("inconsistent", "Meets target by chance"),
    ("consistent_fail", "Never meets target"),
    ("", "No target"),
)
FEW = "Too few values, or no limits"
RUNS = "Run charts, which have no limits"
ADVICE = {
    ("improving", "consistent_pass"): "Celebrate, and learn from it",
    ("improving", "inconsistent"): "Keep going",
    ("improving", "consistent_fail"): "Better, and still short: is it enough?",
    ("change", "consistent_pass"): "Still met: find what changed",
    ("change", "inconsistent"): "Find what changed, then steady it",
    ("change", "consistent_fail"): "Find what changed: does it help?",
    ("common", "consistent_pass"): "Safe: look less often",
    ("common", "inconsistent"): "Chance decides: steady the process",
    ("common", "consistent_fail"): "Change the process, or the target",
    ("concern", "consistent_pass"): "Still met: find what slips",
    ("concern", "inconsistent"): "Act before it fails",
    ("concern", "consistent_fail"): "Act now",
}


class Icon(QWidget):
    """One icon as a widget."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size beside a line of text."""
        return QSize(theme.px(18), theme.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon."""
        paint_icon(QPainter(self), QRectF(self.rect()), self._icon)


class MeasureLink(QPushButton):
    """A measure's title that opens it, cut where its cell is narrow."""

    def __init__(self, title: str, mark: str = "") -> None:
        super().__init__()
        self._title, self._mark = title, mark
        self.setProperty("look", "link")
        self.setAccessibleName(f"Open {title}")
        self.setToolTip(title)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the title to the width."""
        super().resizeEvent(event)
        metrics = self.fontMetrics()
        room = self.width() - theme.px(12) - metrics.horizontalAdvance(self._mark)
        cut = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        self.setText(f"{cut}{self._mark}")


class SignalGrid(QScrollArea):
    """Measures by variation (down) and assurance (across). ``opened`` carries a measure's id."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Measures by variation and assurance")
        whole = QWidget()
        self._grid = QGridLayout(whole)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self.setWidget(whole)

    def show_lines(self, lines: Sequence[ScoreLine]) -> None:
        """Place measures into the grid."""
        clear(self._grid)
        bare = any(line.chart.variation and not line.chart.assurance for line in lines)
        columns = [one for one in COLUMNS if one[0] or bare]
        for n, (icon, title) in enumerate(columns, 1):
            self._grid.addWidget(_heading(icon, title), 0, n)
            self._grid.setColumnStretch(n, 1)
        rows = _rows(lines)
        self._grid.setRowStretch(len(ROWS), int(len(rows) == len(ROWS)))
        for n, (row, title, variations) in enumerate(rows, 1):
            self._grid.addWidget(_heading(variations[0], title), n, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.setRowStretch(n, 1)
            for column, (assurance, _title) in enumerate(columns, 1):
                found = [
                    line for line in lines
                    if line.chart.variation in variations and (line.chart.assurance or "") == assurance
                ]  # fmt: skip
                self._grid.addWidget(self._cell(ADVICE.get((row, assurance), ""), found), n, column)
        runs = [line for line in lines if line.signal in RUN_SIGNALS]
        few = [line for line in lines if not line.signal]
        for place, (title, found) in enumerate(((RUNS, runs), (FEW, few)), len(ROWS) + 1):
            if found:
                self._grid.addWidget(label(title, "strong", wrap=True), place, 0)
                self._grid.addWidget(self._cell("", found), place, 1, 1, len(columns))
        if any(line.old for line in lines):
            told = label(f"{OLD_LEGEND}.", "small", wrap=True)
            self._grid.addWidget(told, len(ROWS) + 3, 1, 1, len(columns))

    def _cell(self, advice: str, lines: Sequence[ScoreLine]) -> Card:
        card = Card()
        card.column.setSpacing(2)
        if advice:
            card.column.addWidget(label(advice, "small", wrap=True))
        for line in lines:
            card.column.addWidget(self._measure(line))
        card.column.addStretch(1)
        return card

    def _measure(self, line: ScoreLine) -> "MeasureLink":
        said = f" · {SHORT_WORDS[line.signal]}" if line.signal in RUN_SIGNALS else ""
        made = MeasureLink(f"{line.measure.title}{said}", OLD * line.old)
        if line.old:
            rests_on = by_limits(line.chart, ASSURANCE_WORDS.get(line.chart.assurance or "", ""))
            made.setToolTip(f"{line.measure.title}: {rests_on}" if rests_on else line.measure.title)
        made.setProperty("measure", line.measure.id)
        made.clicked.connect(self._on_open)
        return made

    @Slot()
    def _on_open(self) -> None:
        self.opened.emit(str(self.sender().property("measure")))


def _rows(lines: Sequence[ScoreLine]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the rows: that of changes which are neither better nor worse only where there are some."""
    found = {line.chart.variation for line in lines}
    return [row for row in ROWS if row[0] != "change" or found.intersection(row[2])]


def _heading(icon: str, title: str) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    if icon:
        column.addWidget(Icon(icon))
    text = label(title, "strong", wrap=True)
    text.setMaximumWidth(theme.px(150))
    column.addWidget(text)
    return made
