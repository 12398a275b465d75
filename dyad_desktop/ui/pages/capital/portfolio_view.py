"""The portfolio: the plan as ranked beside the best set, the frontier, the years, and what moved the cut line."""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.fiscal import (
    add_months,
    fiscal_year_label,
    fiscal_year_start,
    month_year_label,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.portfolio import WHOLE
from dyad_desktop.domain.uncounted import envelope_entries
from dyad_desktop.services.capital import POLICY
from dyad_desktop.services.portfolio import RULE, YEARLY, Portfolio, Row, portfolio, total_spans
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.loading import FRONTIER
from dyad_desktop.ui.models.unit import ROUNDED
from dyad_desktop.ui.pages.capital.model import called, millions
from dyad_desktop.ui.pages.capital.table import OPEN_MARK, PlainTable, TableRow, amounts, numbered
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, Segments, label
from dyad_desktop.ui.widgets.chart_place import ChartPlace
from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.contested import Span
    from dyad_desktop.services.cut_line import Moved
    from dyad_desktop.ui.charts.frontier import FrontierChart
    from dyad_desktop.ui.desk import Desk

OBJECTIVES = (("npv", "By value"), ("score", "By score"))
_MARK = "●"
_MILLION = 1_000_000
_YEARS = 4
_NAMED = 3
"""So many requests stand by name in the heading; of more, the last place says how many."""
_OPEN = f"{OPEN_MARK} comes out between two ends, as you settle what you differ on: point at it."
_MOST_STEPS = 120
"""So many steps of the frontier stand in its table; a longer one shows every so many."""


def names(book: "Book", rows: list[Row]) -> str:
    """Return requests by their titles, and how many there are more than a heading has room for."""
    found = [called(book, one.ranked) for one in rows]
    if len(found) > _NAMED:
        found[_NAMED - 1 :] = [f"{len(found) - _NAMED + 1} more"]
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def exchanged(book: "Book", found: Portfolio) -> str:
    """Return what the best set takes and what it leaves, with whole titles, a line each; nothing if it is the plan."""
    lines = [
        ("Takes " if one.in_best else "Leaves out ")
        + book.label("capital_request", one.ranked.request.id)
        for one in sorted(found.differ, key=lambda one: not one.in_best)
    ]
    return "\n".join(lines)


def whole(book: "Book", minor: int) -> str:
    """Return an amount that no line breaks."""
    return millions(book, minor).replace(" ", "\u00a0")


def worth(book: "Book", found: Portfolio, value: int) -> str:
    """Return a total of the objective in words."""
    if found.objective == "score":
        return f"{value / 100:,.2f} points"
    return f"{whole(book, value)} net present value"


def more(book: "Book", found: Portfolio, gap: int) -> str:
    """Return by how much a total of the objective is above another."""
    return f"{gap / 100:,.2f} points" if found.objective == "score" else millions(book, gap)


def sentence(book: "Book", found: Portfolio) -> str:
    """Return how the plan and the best set differ."""
    if not found.rows:
        return "No request asks for money."
    over = found.best.over
    start_month = book.only(Partnership).start_month
    parts = [
        f"Mandatory requests alone ask for {whole(book, amount)} more than the envelope"
        + ("." if limit == WHOLE else f" of {fiscal_year_label(limit, start_month)}.")
        for limit, amount in over.items()
    ]
    if not found.differ:
        parts.append("The plan as ranked is the best set.")
        return " ".join(parts)
    more = [one for one in found.differ if one.in_best]
    fewer = [one for one in found.differ if not one.in_best]
    swap = f"takes {names(book, more)}" if more else f"leaves {names(book, fewer)} out"
    if more and fewer:
        swap += f" instead of {names(book, fewer)}"
    parts.append(
        f"The best set is worth {worth(book, found, found.best.value)} for {whole(book, found.best.cost)}; the"
        f" plan as ranked {worth(book, found, found.plan.value)} for {whole(book, found.plan.cost)}. It {swap}."
    )
    if not found.best.proved:
        parts.append("Among so many amounts alike, a better one could not be ruled out in time.")
    return " ".join(parts)


class PortfolioView(QWidget):
    """The view. ``picked`` carries the id of the request that is current in its table, ``opened`` one to open."""

    picked = Signal(str)
    opened = Signal(str)

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self.found: Portfolio | None = None
        self._spans: Mapping[str, Span] = {}
        self._asked = 0
        self.objective = Segments(OBJECTIVES, "What the best set is best in")
        self.objective.chosen.connect(self._on_objective)
        self.said = label("", "strong", wrap=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GRID + 4)
        head = QHBoxLayout()
        head.setSpacing(GRID * 2)
        head.addWidget(self.said, 1)
        head.addWidget(self.objective, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(head)
        both = QHBoxLayout()
        both.setSpacing(GRID + 4)
        both.addWidget(self._make_sets(), 11)
        both.addWidget(self._make_right(), 10)
        outer.addLayout(both, 1)

    def _make_sets(self) -> Card:
        card = Card("Plan as ranked and best set")
        self.table = PlainTable(
            "Plan as ranked and best set", ("Request", "Asked", "NPV", "Plan", "Best"), grows=False
        )
        self.table.picked.connect(self.picked)
        self.table.opened.connect(self.opened)
        card.column.addWidget(self.table, 1)
        self.rule = label(f"{RULE} {ROUNDED}", "small", wrap=True)
        card.column.addWidget(self.rule)
        self.open = label(_OPEN, "small", wrap=True)
        self.open.hide()
        card.column.addWidget(self.open)
        return card

    def _make_right(self) -> Column:
        right = Column()
        self.chart_card = Card("What each envelope could reach")
        self.caption = label("", wrap=True)
        self.chart_card.column.addWidget(self.caption)
        self.drawing: ChartPlace[FrontierChart] = ChartPlace(self._desk, FRONTIER)
        self.drawing.setMinimumHeight(theme.px(250))
        self.drawing.made.connect(self._on_made)
        self.chart_card.column.addWidget(self.drawing)
        self.steps = PlainTable(
            "What each envelope could reach",
            ("Envelope from", "NPV reached", "Requests"),
            grows=False,
        )
        self.steps.setFixedHeight(theme.px(250))
        self.steps.hide()
        self.chart_card.column.addWidget(self.steps)
        self.moved_card = Card("What moved the cut line since you last met")
        self.moved = label("Nothing crossed the line.", wrap=True)
        self.moved_card.column.addWidget(self.moved)
        self.years_card = Card("Fiscal years")
        self.years = PlainTable(
            "Payments by fiscal year", ("Year", "Asked", "Plan", "Best set", "Envelope")
        )
        self.years_card.column.addWidget(self.years)
        self.years_card.column.addWidget(
            label("Envelopes of single years, if there are any", "small")
        )
        self._form_place = QVBoxLayout()
        self.years_card.column.addLayout(self._form_place)
        self.form: Form | None = None
        for card in (self.chart_card, self.moved_card, self.years_card):
            right.column.addWidget(card)
        return right

    @property
    def editing(self) -> bool:
        """Return whether someone is writing an envelope."""
        return self.form is not None and self.form.editing

    # -- showing -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the best set anew; it takes a moment, so the window doesn't wait for it."""
        book, objective = self._desk.book, self.objective.choice
        self._desk.ask(lambda: portfolio(book, objective), self._on_found)

    def _on_found(self, found: object) -> None:
        assert isinstance(found, Portfolio)  # noqa: S101 - for the type checker
        book = self._desk.book
        self.found = found
        self._spans = {}
        self.show_ranges()
        self.said.setText(sentence(book, found))
        self.said.setToolTip(exchanged(book, found))
        self._show_sets(book, found)
        self._show_frontier(book, found)
        self._show_years(book, found)

    def show_ranges(self) -> None:
        """Ask between what the sums come out while values are contested, and show it."""
        self._asked += 1
        asked, standing, found = self._asked, self._desk.standing, self.found
        if found is None or standing is None or not (standing.capital or self._spans):
            return
        book, choices, objective = self._desk.book, standing.choices, found.objective
        self._desk.reckon(lambda: (asked, total_spans(book, choices, objective)), self._on_spans)

    @Slot(object)
    def _on_spans(self, answer: "tuple[int, Mapping[str, Span]]") -> None:
        asked, spans = answer
        if asked != self._asked or self.found is None:
            return
        self._spans = spans
        self.open.setVisible(bool(spans))
        self._show_sets(self._desk.book, self.found)
        self._show_years(self._desk.book, self.found)

    def _range(self, name: str, *, money: bool = True) -> str:
        """Return between what a sum comes out, in words; nothing of a sure one."""
        span = self._spans.get(name)
        if span is None:
            return ""
        low, high = (
            show.money(self._desk.book, one) if money else f"{one / 100:,.2f}"
            for one in (span.low, span.high)
        )
        return f"{about(span)}{low} to {high} as you settle it"

    def show_moved(self, moved: "Moved", agreed: "Moved | None" = None) -> None:
        """Show what moved the cut line since the partners met, and since the draft was agreed, if it was."""
        since = f"since {show.moment(moved.wall_ms)}" if moved.wall_ms else "since the beginning"
        self.moved_card.set_heading(f"What moved the cut line {since}")
        lines = list(moved.sentences) or ["Nothing crossed the line."]
        if agreed is not None:
            lines += ["", f"Since the draft was agreed ({show.moment(agreed.wall_ms)}):"]
            lines += agreed.sentences or ("Nothing crossed the line.",)
        self.moved.setText("\n".join(lines))

    def _show_sets(self, book: "Book", found: Portfolio) -> None:
        item = self.table.horizontalHeaderItem(2)
        if item is not None:
            item.setText("NPV" if found.objective == "npv" else "Score")
        rows = [self._set_row(book, found, one) for one in found.rows]
        both = (("Plan as ranked", "plan", found.plan), ("Best set", "best", found.best))
        for name, key, chosen in both:
            cells = [
                name, show.money(book, chosen.cost, unit=1000), self._value(book, found, chosen.value),
                f"{len(chosen.chosen)}" if name != "Best set" else "",
                f"{len(chosen.chosen)}" if name == "Best set" else "",
            ]  # fmt: skip
            exact = _exact(book, found, chosen.cost, chosen.value)
            ranges = {
                1: self._range(f"{key}/cost"),
                2: self._range(f"{key}/value", money=found.objective == "npv"),
            }
            rows.append(TableRow(name, cells, strong=True, exact=exact, ranges=ranges))
        self.table.show_rows(rows)

    def _set_row(self, book: "Book", found: Portfolio, one: Row) -> TableRow:
        cells = [
            numbered(one.ranked),
            show.money(book, one.ranked.asked, unit=1000),
            self._value(book, found, one.value),
            _MARK if one.in_plan else "",
            _MARK if one.in_best else "",
        ]
        differs = one.in_plan != one.in_best
        quiet = not one.in_plan and not one.in_best
        exact = _exact(book, found, one.ranked.asked, one.value)
        return TableRow(one.ranked.request.id, cells, strong=differs, quiet=quiet, exact=exact)

    def _value(self, book: "Book", found: Portfolio, value: int) -> str:
        if found.objective == "score":
            return f"{value / 100:,.2f}"
        return show.money(book, value, unit=1000)

    def _show_years(self, book: "Book", found: Portfolio) -> None:
        rows = []
        for year in found.years:
            over = year.envelope is not None and max(year.plan, year.best) > year.envelope
            sums = (year.asked, year.plan, year.best, year.envelope)
            cells = [year.label, *(show.money(book, amount, unit=1000) for amount in sums)]
            tones = ((4, theme.status("off_track")),) if over else ()
            ranges = {
                column: self._range(f"{year.period}/{name}")
                for column, name in enumerate(YEARLY, 1)
            }
            exact = amounts(book, *sums)
            rows.append(TableRow(year.period, cells, tones=tones, exact=exact, ranges=ranges))
        self.years.show_rows(rows)
        meta = book.only(Partnership)
        if not meta.budget_start:
            return
        periods = {year.period for year in found.years}
        periods |= {add_months(meta.budget_start, 12 * n) for n in range(_YEARS)}
        # A year may have several, of partners who wrote apart or from another start of the year.
        periods |= {period for given in envelope_entries(book).values() for period in given}
        fields = [f"envelopes/{period}" for period in sorted(periods)]
        if self.form is None or fields != list(self.form.fields):
            if self.form is not None:
                self.form.hide()
                self.form.deleteLater()
            titles = {
                name: _year_title(name.partition("/")[2], meta.start_month) for name in fields
            }
            self.form = Form(self._desk, POLICY, fields, titles, columns=4)
            for made in self.form.fields.values():
                if isinstance(made.editor, QLineEdit):
                    made.editor.setPlaceholderText("none")
            self._form_place.addWidget(self.form)
        else:
            self.form.refresh()

    # -- the frontier --------------------------------------------------------------------------

    @property
    def chart(self) -> "FrontierChart | None":
        """The frontier's chart, once it is there."""
        return self.drawing.chart

    @Slot(object)
    def _on_made(self, chart: "FrontierChart") -> None:
        chart.chosen.connect(self._on_step)

    def _show_frontier(self, book: "Book", found: Portfolio) -> None:
        said = self._caption(book, found)
        self.caption.setText(said)
        self.drawing.draw(lambda chart: _draw(chart, book, found, said))
        self._show_steps(book, found)

    def _caption(self, book: "Book", found: Portfolio) -> str:
        reached = found.frontier.at(found.plan.cost)
        text = ""
        if reached is not None and found.rows:
            gap = reached.value - found.plan.value
            text = (
                "The plan as ranked lies on the frontier: no other set is worth more for its money."
                if gap == 0
                else f"For what the plan costs, {more(book, found, gap)} more could be reached."
            )
        if any(year.envelope is not None for year in found.years):
            text += " The line asks only for the whole envelope, not in which year it is spent."
        if not found.frontier.exact:
            text += " So many requests have too many sets to follow all; the line may lie a little higher."
        return text.strip()

    def _show_steps(self, book: "Book", found: Portfolio) -> None:
        places = range(len(found.frontier.points))
        every = -(-len(places) // _MOST_STEPS)
        kept = [n for n in places if n % every == 0 or n == len(places) - 1]
        rows = []
        for n in kept:
            point = found.frontier.points[n]
            value = (
                f"{point.value / 100:,.2f}"
                if found.objective == "score"
                else show.money(book, point.value)
            )
            cells = [show.money(book, point.envelope), value, str(point.count)]
            exact = _exact(book, found, point.envelope, point.value, first=0)
            rows.append(TableRow(str(n), cells, exact=exact))
        item = self.steps.horizontalHeaderItem(1)
        if item is not None:
            item.setText("Points reached" if found.objective == "score" else "NPV reached")
        self.steps.show_rows(rows)

    @Slot(int)
    def _on_step(self, place: int) -> None:
        if self.found is None:
            return
        point = self.found.frontier.points[place]
        book = self._desk.book
        reached = (
            more(book, self.found, point.value)
            if self.found.objective == "score"
            else f"{show.money(book, point.value, sign=True)} net present value"
        )
        text = (
            f"From {show.money(book, point.envelope, sign=True)} on: {reached} with {point.count}"
            " requests."
        )
        self.caption.setText(text)
        if self.chart is not None:
            self.chart.setAccessibleDescription(text)

    def toggle_table(self) -> None:
        """Show the frontier's table instead of its chart, or the chart again."""
        table = not self.steps.isVisibleTo(self)
        self.steps.setVisible(table)
        self.drawing.setVisible(not table)
        (self.steps if table else self.drawing).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch chart and table by T."""
        if event.key() == int(Qt.Key.Key_T) and not event.modifiers():
            self.toggle_table()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _on_objective(self, _name: str) -> None:
        self.reload()


def _year_title(period: str, start_month: int) -> str:
    """Return what an envelope is called: its fiscal year, and the month where that isn't the year's first."""
    year = fiscal_year_label(period, start_month)
    first = fiscal_year_start(period, start_month) == period
    return year if first else f"{year}, said of {month_year_label(period)}"


def _draw(chart: "FrontierChart", book: "Book", found: Portfolio, said: str) -> None:
    """Draw what each envelope could reach, with the plan, the best set and the envelope itself."""
    from dyad_desktop.ui.charts.frontier import Spot  # noqa: PLC0415 - matplotlib

    minor = 10 ** show.exponent(book)
    points = found.frontier.points
    big = max((point.envelope for point in points), default=0) >= _MILLION * minor
    size, unit = (_MILLION * minor, "millions") if big else (1000 * minor, "thousands")
    sign = show.currency_sign(book)
    by_score = found.objective == "score"
    each, worth_of = (
        (100, "Score, points") if by_score else (size, f"Net present value, {sign} {unit}")
    )
    spots = [Spot(found.plan.cost / size, found.plan.value / each, "plan as ranked", filled=True)]
    if found.differ:
        spots.append(
            Spot(found.best.cost / size, found.best.value / each, "best set", filled=False)
        )
    chart.setAccessibleName(
        f"{'Score' if by_score else 'Net present value'} that each envelope could reach"
    )
    chart.show_steps(
        [(point.envelope / size, point.value / each) for point in points],
        spots,
        None if found.envelope is None else found.envelope / size,
        (f"Envelope, {sign} {unit}", worth_of),
        said,
    )


def _exact(
    book: "Book", found: Portfolio, cost: int, value: int, first: int = 1
) -> dict[int, Decimal]:
    """Return a cost and what is reached for it, an amount or hundredths of points, as the exact figures of a row."""
    if found.objective == "score":
        return amounts(book, cost, first=first) | {first + 1: Decimal(value) / 100}
    return amounts(book, cost, value, first=first)
