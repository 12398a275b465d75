"""What the parts of the budget view have in common: the year they show, their sheet, and the words beneath it."""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.ui.tokens import GRID, ROW, theme
from dyad_desktop.ui.widgets.basics import Card, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyad_desktop.domain.contested import Span
    from dyad_desktop.domain.open_year import Telling, Whole
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.performance.scope import Scope
    from dyad_desktop.ui.widgets.sheet.panel import Sheet

SPARE = 44
"""Height of what stands around the rows of a sheet: frame, foot, the rule above the totals."""
LEAST_ROWS = 2
LEAST_DETAIL, LEAST_PART = 76, 320
"""Heights of a detail, and of a part that has room for one."""
MOST_DETAIL = 260
LEAST_TREND = 84
"""Height of a detail with a short line."""
LEAST_PICTURE, LEAST_SHEET = 190, 400
"""Heights of a detail in which a chart can be read, and of a sheet that gives up rows for it."""
SHARES = (2, 3)
"""How wide the words of a detail are, and its picture."""
_BETWEEN = 3
_UNBOUND = 16_777_215
Reckoning = tuple[Hashable, Callable[[], object]]
"""What is to be reckoned, by a name, and how: work that only reads, for a worker. The year keeps what it gives."""


class Part(QWidget):
    """One part. A subclass fills ``column``, and shows ``year``, ``scope`` and ``unit`` in ``refresh``."""

    asked = Signal()
    """Asks to be shown anew, since what it shows takes other months into account."""
    scoped = False
    """Whether the months that are chosen matter."""
    counted = True
    """Whether it shows amounts, in thousands or whole."""
    roomy = (700, 540)
    """From this width and height of the view on the answers above it say more beneath."""
    reckoned = True
    """Whether it shows what ``reckon`` gives; else it can show a year at once."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk
        self.year: YearSoFar | None = None
        self.scope: Scope | None = None
        self.unit = 1
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GRID + 4)

    def show_year(self, year: "YearSoFar", scope: "Scope", unit: int) -> None:
        """Show some months of a year."""
        self.year, self.scope, self.unit = year, scope, unit
        self.refresh()

    def refresh(self) -> None:
        """Show what is to be shown."""

    def reckon(self, year: "YearSoFar", scope: "Scope") -> Reckoning:
        """Return what must be reckoned before these months can be shown at once; nothing here."""
        del year, scope
        return (), int

    def telling(self) -> "Telling":
        """Return how to tell the sums that show a range while values are contested, for a worker; none here."""
        return lambda _year, _lines: {}

    def whole(self) -> "Whole | None":
        """Return the same of figures that are no sums over lines; nothing where there are none."""
        return None

    def show_open(self, spans: "Mapping[str, Span]") -> None:
        """Show between what these figures come out; nothing here."""

    def toggle(self) -> None:
        """Switch between chart and table, where there are both."""

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""

    @property
    def editing(self) -> bool:
        """Return whether someone is typing."""
        return False

    def take_focus(self) -> None:
        """Put the focus where reading begins."""

    def show_line(self, line: str) -> None:
        """Go to a line, where the part has lines."""

    def watch(self, sheet: "Sheet") -> None:
        """Let T in a sheet lead to its chart: no figure or rule begins with it."""
        sheet.view.installEventFilter(self)
        sheet.view.viewport().installEventFilter(self)

    def spread(self) -> None:
        """Take up a new width of the sheet."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Switch chart and table on T, and follow the sheet's width."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == int(Qt.Key.Key_T)
            and not event.modifiers()
        ):
            self.toggle()
            return True
        if event.type() == QEvent.Type.Resize:
            self.spread()
        return super().eventFilter(watched, event)

    def grant(self, detail: "Detail", room: int, least: int = 0) -> None:
        """Give a detail so many pixels; without its picture it takes what its words need."""
        self.column.setStretch(self.column.indexOf(detail), int(detail.grant(room, least)))
        detail.setVisible(
            self.height() >= theme.px(LEAST_PART)
        )  # else the tips of the names say it

    def room_beneath(self, sheet: "Sheet") -> int:
        """Return the height for a detail with a picture: what the rows leave, or some of theirs."""
        enough = self.height() - theme.px(LEAST_PICTURE) >= theme.px(LEAST_SHEET)
        return max(self.left_by(sheet), theme.px(LEAST_PICTURE) if enough else 0)

    def left_by(self, sheet: "Sheet") -> int:
        """Return the height that a sheet with all its rows leaves for what stands beneath it."""
        return min(
            theme.px(MOST_DETAIL), self.height() - sheet.maximumHeight() - self.column.spacing()
        )


class Detail(Card):
    """What is current, in words: figures, the reason beneath, and a picture at the right where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.title = label("", "strong", wrap=True)
        self.words = label("", "muted", wrap=True)
        texts = QVBoxLayout()
        texts.setSpacing(_BETWEEN)
        texts.addWidget(self.title)
        texts.addWidget(self.words)
        texts.addStretch(1)
        self._line = QHBoxLayout()
        self._line.setSpacing(GRID * 3)
        self._line.addLayout(texts, SHARES[0])
        self.column.addLayout(self._line)
        self.picture: QWidget | None = None
        self.offered = True
        """Whether the picture has something to show."""
        self._room = 0
        """The height that words and picture have together; nothing while there is no picture."""
        self.setMinimumHeight(theme.px(LEAST_DETAIL))
        self.grant(0)

    def set_picture(self, picture: QWidget) -> None:
        """Take a picture for the right side; it shows once there is room."""
        self.picture = picture
        picture.hide()
        self._line.addWidget(picture, SHARES[1])

    def grant(self, room: int, least: int = 0) -> bool:
        """Take up so many pixels; the picture shows where there are ``least`` for it: returns whether."""
        shown = self.picture is not None and room >= least
        if self.picture is not None:
            self.picture.setVisible(shown)
        self._room = max(theme.px(LEAST_DETAIL), room) if shown else 0
        self.setMaximumHeight(self._room or _UNBOUND)
        tall = QSizePolicy.Policy.Expanding if shown else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, tall)
        self._give_way()
        return shown

    def _give_way(self) -> None:
        """Leave the picture out while the words beside it would need more height than there is."""
        if self.picture is None or not self._room:
            return
        margins = self.column.contentsMargins()
        wide = self.width() - margins.left() - margins.right() - self._line.spacing()
        beside = wide * SHARES[0] // sum(SHARES)
        high = sum(part.heightForWidth(beside) for part in (self.title, self.words))
        room = self._room - margins.top() - margins.bottom()
        self.picture.setVisible(self.offered and high + _BETWEEN <= room)

    def say(self, title: str, words: str) -> None:
        """Say what is current."""
        self.title.setText(title)
        self.words.setText(words)
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        self._give_way()


def fill_column(sheet: "Sheet", column: int) -> None:
    """Let the rows end where the header ends: a column of words takes what the others leave."""
    view, columns = sheet.view, sheet.model.columns
    others = sum(view.columnWidth(n) for n in range(len(columns)) if n != column)
    least = theme.px(columns[column].width)
    view.setColumnWidth(column, max(least, view.viewport().width() - others))


def fit_height(sheet: "Sheet", least_rows: int = LEAST_ROWS) -> None:
    """Give a sheet the height of its rows, and no more; it may shrink to so many rows and the totals."""
    rows, totals = len(sheet.model.rows) + 1, len(sheet.model.totals) * theme.px(ROW)
    beneath = max(totals, sheet.totals.minimumHeight()) + theme.px(SPARE)  # open totals are higher
    sheet.setMaximumHeight(rows * theme.px(ROW) + beneath)
    sheet.setMinimumHeight(min(rows, least_rows) * theme.px(ROW) + beneath)
