"""The fields that say what a bulk change does, and to which lines."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from dyad_desktop.domain.bulk import (
    EVEN,
    SHAPE,
    ByAmount,
    ByPercent,
    GiveBack,
    ReplaceDriver,
    SetGrowth,
    SetRate,
    Shift,
    Wish,
)
from dyad_desktop.domain.bulk_scope import Filter
from dyad_desktop.domain.entry import check_no_percentage, parse_number, parse_percent
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.methods import FTE, GROUP, VOLUME
from dyad_desktop.domain.operating import (
    LINE_KINDS,
    CostCentre,
    OperatingLine,
    Position,
    Volume,
)
from dyad_desktop.errors import BadInputError
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import label
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.ui.models.unit import Unit

WAYS = (
    ("percent", "Change by percent"),
    ("amount", "Change by an amount"),
    ("shift", "Shift by months"),
    ("growth", "Set growth"),
    ("rate", "Set the rate"),
    ("driver", "Replace a driver"),
    ("back", "Give back to the rule"),
)
_PARTS = {
    "percent": ("number", "first", "last"),
    "amount": ("number", "first", "last", "spread"),
    "shift": ("by",),
    "growth": ("number",),
    "rate": ("number",),
    "driver": ("old", "new"),
    "back": ("first", "last"),
}
_NUMBERS = {
    "percent": "%", "amount": "{} on each line", "growth": "% beyond the driver", "rate": "{} each",
}  # fmt: skip
_MOST = 11


def drivers_in(book: "Book") -> list[tuple[tuple[str, str], str]]:
    """Return ((kind, id or name), text) of everything that can drive a line."""
    groups = dict.fromkeys(group for line in book.all(OperatingLine) for group in line.groups)
    return [
        *(((VOLUME, one.id), f"{one.name} ({one.id})") for one in book.all(Volume)),
        *(((FTE, one.id), f"{one.title} ({one.id})") for one in book.all(Position)),
        *(((GROUP, name), f"Lines: {show.words(name)}") for name in groups),
    ]


def _combo(name: str, options: Sequence[tuple[object, str]], width: int) -> QComboBox:
    made = ChoiceBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(width)
    for value, text in options:
        made.addItem(text, value)
    return made


def _line(name: str, hint: str, width: int) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    made.setFixedWidth(theme.px(width))
    return made


class WishFields(QWidget):
    """What to do: its kind, then what that kind takes. ``edited`` tells that it is another wish."""

    edited = Signal()

    def __init__(self, book: "Book", periods: Sequence[str], unit: "Unit") -> None:
        super().__init__()
        self._unit, self._sign = unit, show.currency_sign(book)
        months = [(period, month_year_label(period)) for period in periods]
        self.way = _combo("What to do", WAYS, 18)
        self.number = _line("By how much", "3", 90)
        self.unit_word = label("", "muted")
        self.first, self.last = _combo("From month", months, 8), _combo("To month", months, 8)
        self.last.setCurrentIndex(len(months) - 1)
        self.spread = _combo(
            "How it is spread", ((EVEN, "evenly"), (SHAPE, "in the months’ shape")), 14
        )
        steps = [*range(1, _MOST + 1), *range(-1, -_MOST - 1, -1)]
        self.by = _combo("By how many months", [(by, _later(by)) for by in steps], 14)
        drivers = drivers_in(book)
        self.old, self.new = _combo("Driver now", drivers, 22), _combo("Driver then", drivers, 22)
        self.new.setCurrentIndex(min(1, len(drivers) - 1))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        self._labels: dict[str, QLabel] = {}
        for name, text in (("way", ""), ("number", ""), ("first", "from"), ("last", "to"),
                           ("spread", ""), ("by", ""), ("old", ""), ("new", "by")):  # fmt: skip
            if text:
                self._labels[name] = label(text, "muted")
                line.addWidget(self._labels[name])
            line.addWidget(getattr(self, name))
            if name == "number":
                line.addWidget(self.unit_word)
        line.addStretch(1)
        self.way.currentIndexChanged.connect(self._on_way)
        self.number.textChanged.connect(self.edited)
        for combo in (self.first, self.last, self.spread, self.by, self.old, self.new):
            combo.currentIndexChanged.connect(self.edited)
        self._on_way()

    @Slot()
    def _on_way(self) -> None:
        way = self.way.currentData()
        for name in ("number", "first", "last", "spread", "by", "old", "new"):
            shown = name in _PARTS[way]
            getattr(self, name).setVisible(shown)
            if name in self._labels:
                self._labels[name].setVisible(shown)
        self.unit_word.setVisible("number" in _PARTS[way])
        sign = self._money_words() if way == "amount" else self._sign
        self.unit_word.setText(_NUMBERS.get(way, "").format(sign))
        self.edited.emit()

    def _money_words(self) -> str:
        return f"{self._sign} thousands" if self._unit.size > 1 else self._sign

    @property
    def ready(self) -> bool:
        """Return whether everything is said that the kind takes."""
        return "number" not in _PARTS[self.way.currentData()] or bool(self.number.text().strip())

    def wish(self) -> Wish:
        """Return what is asked for.

        Raises:
            BadInputError: a number that can't be read, or no driver to choose.
        """
        made: dict[str, Callable[[], Wish]] = {
            "percent": lambda: ByPercent(parse_percent(self.number.text()), *self._months()),
            "amount": self._by_amount,
            "shift": lambda: Shift(self.by.currentData()),
            "growth": lambda: SetGrowth(parse_percent(self.number.text())),
            "rate": lambda: SetRate(_rate(self.number.text())),
            "driver": self._replace_driver,
            "back": lambda: GiveBack(*self._months()),
        }
        return made[self.way.currentData()]()

    def _months(self) -> tuple[str, str]:
        return self.first.currentData() or "", self.last.currentData() or ""

    def _by_amount(self) -> ByAmount:
        amount = self._unit.parse(self.number.text()) or 0
        return ByAmount(amount, *self._months(), self.spread.currentData())

    def _replace_driver(self) -> ReplaceDriver:
        if self.old.currentData() is None:
            raise BadInputError("there is no volume, position or group that could drive a line")
        return ReplaceDriver(tuple(self.old.currentData()), tuple(self.new.currentData()))


def _later(by: int) -> str:
    months = "month" if abs(by) == 1 else "months"
    return f"{abs(by)} {months} {'later' if by > 0 else 'earlier'}"


class FilterFields(QWidget):
    """Which lines: each field narrows them. ``edited`` tells that they are others."""

    edited = Signal()

    def __init__(self, book: "Book") -> None:
        super().__init__()
        categories = dict.fromkeys(line.category or "" for line in book.all(OperatingLine))
        centres = [(one.id, f"{one.id} {one.name}") for one in book.all(CostCentre)]
        self.kind = _combo(
            "Kind", [("", "Every kind"), *((kind, show.words(kind)) for kind in LINE_KINDS)], 10
        )
        self.category = _combo(
            "Category",
            [(None, "Every category"), *((c, show.words(c) or "No category") for c in categories)],
            12,
        )
        self.centre = _combo("Cost centre", [("", "Every cost centre"), *centres], 14)
        self.driver = _combo("Driver", [(None, "Every driver"), *drivers_in(book)], 12)
        self.low, self.high = (
            _line("Account from", "account from", 96),
            _line("Account to", "to", 70),
        )
        self.text = _line("Text in name or account", "text in name", 120)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID - 2)
        for combo in (self.kind, self.category, self.centre, self.driver):
            combo.currentIndexChanged.connect(self.edited)
            line.addWidget(combo, 1)
        for editor in (self.low, self.high, self.text):
            editor.textChanged.connect(self.edited)
            line.addWidget(editor)

    def wanted(self) -> Filter:
        """Return the filter."""
        driver = self.driver.currentData()
        return Filter(
            kind=self.kind.currentData(),
            category=self.category.currentData(),
            cost_centre=self.centre.currentData(),
            account_from=self.low.text(),
            account_to=self.high.text(),
            driver=None if driver is None else tuple(driver),
            text=self.text.text(),
        )


def _rate(text: str) -> Decimal:
    """Return the rate that a text means.

    Raises:
        BadInputError: it can't be read, or is a percentage.
    """
    check_no_percentage(text, "rate: “Set growth” takes percentages")
    return parse_number(text)
