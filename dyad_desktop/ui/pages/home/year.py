"""The year so far: three bars, actual solid against the budget's outline, and a sentence that says it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dyad_desktop.domain.fiscal import month_label, month_year_label
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import BODY, SEMIBOLD, SMALL, font, theme

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.services.home import Bar, HomeView

MILLION, THOUSAND = 1_000_000, 1_000
_ROW, _BAR = 46, 16


def unit_of(book: "Book", bars: "tuple[Bar, ...]") -> tuple[int, int, str]:
    """Return the unit that amounts are shown in, its decimal places, and what it is called."""
    largest = max((max(abs(bar.actual), abs(bar.budget)) for bar in bars), default=0)
    whole = largest / 10 ** show.exponent(book)
    sign = show.currency_sign(book)
    if whole >= MILLION:
        return MILLION, 1, f"{sign} millions"
    if whole >= THOUSAND:
        return THOUSAND, 0, f"{sign} thousands"
    return 1, 0, sign


def span_words(periods: tuple[str, ...]) -> str:
    """Return ``Jul to Oct 2026`` of periods in order."""
    if not periods:
        return ""
    last = month_year_label(periods[-1])
    return last if len(periods) == 1 else f"{month_label(periods[0])} to {last}"


def caption(book: "Book", view: "HomeView") -> str:
    """Return what the bars say in one or two sentences."""
    unit, places, name = unit_of(book, view.bars)
    size = name.split(" ")[-1].removesuffix("s") if " " in name else ""

    def amount(minor: int, of: str = "") -> str:
        """Return an amount in the unit of the bars, or in a smaller one, named, where it would round to nothing."""
        text = show.money(book, abs(minor), unit=unit, places=places)
        if text.strip("0.") or not minor:
            return f"{text} {of}".strip()
        thousands = show.money(book, abs(minor), unit=THOUSAND)
        return f"{thousands} thousand" if thousands != "0" else show.money(book, abs(minor))

    revenue, expense, contribution = view.bars
    words = f"{show.currency_sign(book)} {amount(contribution.effect, size)}"
    side = "above" if contribution.effect >= 0 else "below"
    parts = [
        f"revenue is {amount(revenue.effect)} {'above' if revenue.effect >= 0 else 'short'}",
        f"expense {amount(expense.effect)} {'lower' if expense.effect >= 0 else 'higher'}",
    ]
    stands = f"{words} {side} budget" if contribution.effect else "on budget"
    text = f"Contribution is {stands}: {', '.join(parts)}."
    worst = min(
        (c for c in view.categories if c.kind == "expense"), key=lambda c: c.effect, default=None
    )
    if worst is not None and worst.effect < 0:
        text += f" {show.words(worst.id).capitalize()} is {amount(worst.effect)} over."
    return text


class YearBars(QWidget):
    """Three rows: name, actual of budget, the difference in words; under it the bar."""

    def __init__(self, book: "Book", view: "HomeView") -> None:
        super().__init__()
        self._book, self._bars = book, view.bars
        self._unit, self._places, unit = unit_of(book, view.bars)
        year = book.only(Partnership).budget_year
        self.setAccessibleName(f"{year} {span_words(view.periods)}, actual against budget, {unit}")
        self.setAccessibleDescription("; ".join(self._spoken(bar) for bar in self._bars))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(_ROW) * len(self._bars))

    def sizeHint(self) -> QSize:
        """Return the room that the rows take."""
        return QSize(theme.px(260), theme.px(_ROW) * len(self._bars))

    def _amount(self, minor: int) -> str:
        return show.money(self._book, minor, unit=self._unit, places=self._places)

    def _difference(self, bar: "Bar") -> tuple[str, str]:
        """Return the difference as words, and the status whose colour it takes."""
        gap = bar.actual - bar.budget
        if self._amount(abs(gap)).strip("0.,") == "":
            return "as budgeted", "no_data"
        arrow = "▲" if gap > 0 else "▼"
        word, status = (
            ("favourable", "on_track") if bar.effect >= 0 else ("unfavourable", "off_track")
        )
        return f"{arrow} {self._amount(abs(gap))} {word}", status

    def _spoken(self, bar: "Bar") -> str:
        said = self._difference(bar)[0].replace("▲", "up").replace("▼", "down")
        return (
            f"{bar.name} {self._amount(bar.actual)} of {self._amount(bar.budget)} budgeted, {said}"
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = [value for bar in self._bars for value in (bar.actual, bar.budget)]
        low, high = min(0, *values), max(0, *values)
        span = (high - low) or 1
        for n, bar in enumerate(self._bars):
            top = n * theme.px(_ROW)
            self._paint_words(painter, bar, top)
            self._paint_bar(painter, bar, top + theme.px(22), low, span)

    def _paint_words(self, painter: QPainter, bar: "Bar", top: int) -> None:
        strong, plain = font(BODY, SEMIBOLD), font(SMALL)
        base = top + theme.px(16)
        painter.setFont(strong)
        painter.setPen(theme.colour("ink"))
        painter.drawText(QPointF(0, base), bar.name)
        words, status = self._difference(bar)
        right = self.width() - QFontMetrics(plain).horizontalAdvance(words)
        painter.setFont(plain)
        painter.setPen(theme.status(status))
        painter.drawText(QPointF(right, base), words)
        figures = self._amount(bar.actual)
        name = QFontMetrics(strong).horizontalAdvance(bar.name) + theme.px(12)
        painter.setFont(strong)
        painter.setPen(theme.colour("ink"))
        painter.drawText(QPointF(name, base), figures)
        of = f"of {self._amount(bar.budget)}"
        at = name + QFontMetrics(strong).horizontalAdvance(figures) + theme.px(5)
        if at + QFontMetrics(plain).horizontalAdvance(of) < right:
            painter.setFont(plain)
            painter.setPen(theme.colour("muted"))
            painter.drawText(QPointF(at, base), of)

    def _paint_bar(self, painter: QPainter, bar: "Bar", top: int, low: int, span: int) -> None:
        wide, tall = self.width() - 2, theme.px(_BAR)

        def box(value: int, inset: int) -> QRectF:
            left, right = sorted((0 - low, value - low))
            at = 1 + wide * left / span
            return QRectF(at, top + inset, max(1.0, wide * (right - left) / span), tall - 2 * inset)

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("muted"))
        painter.drawRect(box(bar.actual, theme.px(4)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("ink"), 1))
        painter.drawRect(box(bar.budget, 0))
