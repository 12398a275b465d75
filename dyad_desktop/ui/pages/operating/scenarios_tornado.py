"""What moves the contribution most: the beams of the chart, its table, and what both say in words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from dyad_desktop.domain.levers import Swing
from dyad_desktop.domain.statement import percent_of
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.pages.operating.figures import percent_text
from dyad_desktop.ui.pages.operating.line_columns import unit_heading

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.budget import Budget
    from dyad_desktop.domain.statement import Totals
    from dyad_desktop.ui.charts.tornado import Beam
    from dyad_desktop.ui.models.unit import Unit

NAME, DOWN, UP, LOW_MARGIN, HIGH_MARGIN, LOWER, HIGHER = range(7)


class TornadoModel(SheetModel):
    """The same drivers as rows."""

    def __init__(self) -> None:
        super().__init__(_columns("", "5"))
        self._swings: tuple[Swing, ...] = ()
        self._base = 0
        self._unit: Unit | None = None

    def show(
        self, book: "Book", swings: Sequence[Swing], base: "Totals", percent: Decimal, unit: "Unit"
    ) -> None:
        """Show drivers; ``base`` is the year as it stands."""
        self._swings, self._base, self._unit = tuple(swings), base.contribution, unit
        self.beginResetModel()
        self.columns = tuple(_columns(unit_heading(book, unit), step_text(percent)))
        self.rows = [Row(("lever", one.lever.name)) for one in swings]
        self.endResetModel()

    def _amount(self, row: int, column: int) -> int | None:
        one = self._swings[row]
        lower, higher = one.lower.contribution, one.higher.contribution
        known = {
            LOWER: lower, HIGHER: higher, DOWN: lower - self._base, UP: higher - self._base,
        }  # fmt: skip
        return known.get(column)

    def _margin(self, row: int, column: int) -> Decimal | None:
        one = self._swings[row]
        ends = {LOW_MARGIN: one.lower, HIGH_MARGIN: one.higher}
        return ends[column].operating_margin_pct if column in ends else None

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        if column == NAME:
            return self._swings[row].lever.title
        amount = self._amount(row, column)
        if amount is not None and self._unit is not None:
            return self._unit.text(amount)
        return percent_text(self._margin(row, column))

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the unit shown."""
        amount = self._amount(row, column)
        if amount is not None and self._unit is not None:
            return self._unit.number(amount)
        return None if column == NAME else self._margin(row, column)

    def field_of(self, column: int) -> tuple[str, str]:
        """Return nothing: these figures are reckoned."""
        del column
        return "", ""


def _columns(unit: str, step: str) -> list[Column]:
    less, more = f"{show.MINUS}{step} %", f"+{step} %"
    return [
        Column("name", unit, 210, numeric=False),
        Column("down", f"Change {less}", 92, tip=f"Change of contribution at {less}"),
        Column("up", f"Change {more}", 92, tip=f"Change of contribution at {more}"),
        Column(
            "low_margin",
            f"Margin {less}",
            92,
            look="muted",
            tip="Operating margin in percent",
            places=2,
        ),
        Column(
            "high_margin",
            f"Margin {more}",
            92,
            look="muted",
            tip="Operating margin in percent",
            places=2,
        ),
        Column("lower", f"Sum {less}", 84, look="muted", tip=f"Contribution at {less}"),
        Column("higher", f"Sum {more}", 84, look="muted", tip=f"Contribution at {more}"),
    ]


def step_text(percent: Decimal) -> str:
    """Return a step without its sign of percent."""
    return f"{percent.normalize():f}"


def beams_of(
    book: "Book", swings: Sequence[Swing], base: "Totals", percent: Decimal, unit: "Unit"
) -> "list[Beam]":
    """Return the beams of the chart in the unit shown."""
    from dyad_desktop.ui.charts.tornado import Beam  # noqa: PLC0415 - matplotlib is heavy

    step = step_text(percent)
    found = []
    for one in swings:
        down, up = (end.contribution - base.contribution for end in (one.lower, one.higher))
        found.append(
            Beam(
                one.lever.title,
                float(unit.number(down)),
                float(unit.number(up)),
                f"{show.MINUS}{step} %: {_signed(down, unit)}",
                f"+{step} %: {_signed(up, unit)}",
                f"{one.lever.title}: {step} % less {_does(book, down, unit)}, operating margin"
                f" {percent_text(one.lower.operating_margin_pct)} %; {step} % more {_does(book, up, unit)}, operating"
                f" margin {percent_text(one.higher.operating_margin_pct)} %.",
            )
        )
    return found


def _signed(amount: int, unit: "Unit") -> str:
    return f"+{unit.text(amount)}" if amount > 0 else unit.text(amount)


def _does(book: "Book", amount: int, unit: "Unit") -> str:
    if not amount:
        return "changes nothing"
    return f"{'adds' if amount > 0 else 'takes'} {_money(book, abs(amount), unit)}"


def _money(book: "Book", amount: int, unit: "Unit") -> str:
    words = " thousand" if unit.size > 1 else ""
    return f"{show.currency_sign(book)} {unit.text(amount)}{words}"


def tornado_words(
    book: "Book", swings: Sequence[Swing], base: "Totals", percent: Decimal, unit: "Unit"
) -> str:
    """Return what the chart says in one or two sentences."""
    if not swings:
        return "No driver moves this year’s contribution: every line is fixed or set by hand."
    first, step = swings[0], step_text(percent)
    worse = min((first.lower, first.higher), key=lambda end: end.contribution)
    way = "less" if worse is first.lower else "more"
    drop = worse.contribution - base.contribution
    said = (
        f"{first.lever.title} moves the contribution most: {step} % {way} {_does(book, drop, unit)}"
        f" (operating margin {percent_text(base.operating_margin_pct)} →"
        f" {percent_text(worse.operating_margin_pct)} %)."
    )
    after = [one.lever.title for one in swings[1:3]]
    if not after:
        return said
    return f"{said} Next: {', '.join(_lower(one) for one in after)}."


def unpriced_words(budget: "Budget") -> str:
    """Return how many lines no price moves: a formula and months by hand say their amounts themselves."""
    count = sum(line.method in _UNPRICED and line.total != 0 for line in budget.lines.values())
    if not count:
        return ""
    lines, verb = ("line", "says") if count == 1 else ("lines", "say")
    return f"{count:,} {lines} by formula or by hand {verb} their own amounts: no price moves them."


_UNPRICED = ("formula", "manual")


def _lower(title: str) -> str:
    """Return a title within a sentence; names with capitals of their own, such as EP, keep them."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def effect_words(book: "Book", plain: "Totals", now: "Totals", unit: "Unit") -> tuple[str, str]:
    """Return what the what-ifs of a draft do to contribution, and to its margin."""
    before, after = plain.contribution, now.contribution
    margins = [percent_text(one.operating_margin_pct) or "—" for one in (plain, now)]
    sign = unit_heading(book, unit)
    if plain == now:
        return (
            f"Contribution {unit.text(after)} {sign}",
            f"Operating margin {margins[1]} %, no what-if counts",
        )
    change = percent_text(percent_of(after - before, abs(before)), signed=True)
    share = f", {change} %" if change else ""
    return (
        f"Contribution {unit.text(before)} → {unit.text(after)}",
        f"{_signed(after - before, unit)} {sign}{share}\nOperating margin {margins[0]} → {margins[1]} %",
    )
