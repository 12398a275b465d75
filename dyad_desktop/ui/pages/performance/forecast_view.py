"""The year-end forecast line by line: its rule, typed in the cell, and own months."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMenu

from dyad_desktop.domain.fiscal import month_label, month_year_label
from dyad_desktop.domain.outlook import OWN, REMAINING_BUDGET, RULES, RUN_RATE, SEASONALITY
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import SIGNS, STATEMENT_ROWS, percent_of
from dyad_desktop.services.outlook import edit_outlooks
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Row
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.against import (
    STATEMENT,
    category_title,
    judged,
    percent_text,
    short_names,
    spoken_amount,
    tone_of,
    unit_words,
    verdict,
)
from dyad_desktop.ui.pages.performance.part import LEAST_PICTURE, Detail, Part, fit_height
from dyad_desktop.ui.pages.performance.said import SaidColumn, SaidModel
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.forecast import LineForecast
    from dyad_desktop.domain.sides import Subject
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.replication.change import Address
    from dyad_desktop.ui.charts.months import Months
    from dyad_desktop.ui.desk import Desk

NAME, RULE, SO_FAR, REST, TOTAL, BUDGET, VARIANCE, PERCENT, VERDICT, FIRST = range(10)
AMOUNTS = range(SO_FAR, PERCENT)
RULE_WORDS = {
    RUN_RATE: "the average actual month goes on",
    SEASONALITY: "the months to come follow the prior year’s, by how this year’s months stand to those of then",
    REMAINING_BUDGET: "the budget of the months to come is added to what came",
    OWN: "months that you typed, the others by the remaining budget",
}
KEY = "outline: budget · solid: actual · hatched: forecast"
HOW = "Type a rule in its cell (run, seas, rem, own; Alt+Down offers them), or a month; Delete gives it back."


class ForecastModel(SaidModel):
    """Categories that unfold to lines. ``wanted`` carries what is to be written."""

    kind = "outlook"

    def __init__(self, year: "YearSoFar", unit: Unit) -> None:
        super().__init__(year.book, _columns(year, unit), unit)
        self._year = year
        self._groups: dict[str, list[Subject]] = {}
        self._names: dict[str, str] = {}
        self._sums: list[tuple[str, list[int], int]] = []
        self.folded = {f"{one.kind} {one.category}" for one in year.subjects}
        self.show(year, unit)

    def show(self, year: "YearSoFar", unit: Unit) -> None:
        """Show a newer year."""
        self.book, self.unit, self._year = year.book, unit, year
        columns = tuple(_columns(year, unit))
        if columns != self.columns:
            self.beginResetModel()
            self.columns = columns
            self.endResetModel()
        self._groups, self._names = {}, short_names(year.subjects)
        for one in year.subjects:
            self._groups.setdefault(f"{one.kind} {one.category}", []).append(one)
        self._sums = [self._statement(title, name, sign) for title, name, sign in STATEMENT]
        self.totals = [Row(("statement", title), look="total") for title, _, _ in self._sums]
        self.forget_parts()
        self.refold()

    def refold(self) -> None:
        """Make the rows of the groups that are open."""
        rows: list[Row] = []
        for key, lines in self._groups.items():
            rows.append(Row(("category", key), look="group", depth=1, group=key))
            if key not in self.folded:
                posted = self._year.budget.posted
                rows += [
                    Row((self.kind, one.id), "linked" if one.id in posted else "line", 2)
                    for one in lines
                ]
        self.replace_rows(rows)

    @property
    def count(self) -> int:
        """Return how many months are actual."""
        return self._year.count

    # -- amounts -------------------------------------------------------------------------------

    def reveal(self, line: str) -> int:
        """Return where a line stands, its category unfolded; -1 when it isn't there."""
        group = next(
            (key for key, ones in self._groups.items() if any(one.id == line for one in ones)), None
        )
        if group in self.folded:
            self.folded.discard(group)
            self.refold()
        return self.row_of(line)

    def line(self, row: int) -> "LineForecast | None":
        """Return the forecast of a row's line; ``None`` of a group."""
        return self._year.forecast.lines.get(self.rows[row].key[1])

    def _amounts(self, found: "LineForecast") -> list[int]:
        """Return the amounts of the columns from the year so far on, months at the end."""
        rest = list(found.months[self._year.count :])
        return [found.actual, sum(rest), found.total, found.budget, found.variance, *rest]

    def _row_amounts(self, row: int) -> list[int]:
        found = self.line(row)
        if found is not None:
            return self._amounts(found)
        lines = self._groups[self.rows[row].group]
        parts = [self._amounts(self._year.forecast.lines[one.id]) for one in lines]
        return [sum(column) for column in zip(*parts, strict=True)]

    def _statement(self, title: str, name: str, sign: int) -> tuple[str, list[int], int]:
        signs = STATEMENT_ROWS[name]
        parts = [
            [signs[one.kind] * amount for amount in self._amounts(one)]
            for one in self._year.forecast.lines.values()
            if one.kind in signs
        ]
        width = FIRST - 2 - 2 + len(self._year.budget.year.budget[self._year.count :])
        return title, [sum(column) for column in zip(*parts, strict=True)] or [0] * width, sign

    def _sign(self, row: int) -> int:
        found = self.line(row)
        return SIGNS[found.kind if found is not None else self.rows[row].group.partition(" ")[0]]

    def _judged(self, effect: int) -> int:
        return judged(effect, self.unit.size, self.unit.exponent)

    # -- cells ---------------------------------------------------------------------------------

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        if column == NAME:
            return self._name(row)
        found = self.line(row)
        if column == RULE:
            return show.words(found.rule) if found is not None else self._rules(row)
        return self._cell(self._row_amounts(row), column, self._sign(row))

    def _rules(self, row: int) -> str:
        """Return the rule that all lines of a group share, or that they differ."""
        used = {
            self._year.forecast.lines[one.id].rule for one in self._groups[self.rows[row].group]
        }
        return show.words(used.pop()) if len(used) == 1 else "several"

    def months(self, row: int) -> tuple[str, list[int], list[int]]:
        """Return a row's name, its budget and its year by month; contribution's for no row."""
        lines, budget = self._year.forecast.lines, self._year.budget
        if not 0 <= row < len(self.rows):
            totals = self._year.forecast.totals
            return (
                "Contribution",
                list(budget.by_month("contribution")),
                list(totals.contribution_by_month),
            )
        found = self.line(row)
        ids = (
            [one.id for one in self._groups[self.rows[row].group]] if found is None else [found.id]
        )
        plans = [budget.lines[line].months for line in ids]
        years = [lines[line].months for line in ids]
        plan, year = ([sum(month) for month in zip(*part, strict=True)] for part in (plans, years))
        return self._name(row), plan, year

    def _name(self, row: int) -> str:
        key = self.rows[row].key[1]
        if self.line(row) is None:
            return category_title(key.partition(" ")[2])
        return self._names[key]

    def _cell(self, amounts: "Sequence[int]", column: int, sign: int) -> str:
        variance = amounts[VARIANCE - SO_FAR]
        if column == PERCENT:
            return percent_text(percent_of(variance, abs(amounts[BUDGET - SO_FAR])))
        if column == VERDICT:
            return verdict(self._judged(sign * variance))
        return self.unit.text(_amount(amounts, column))

    def total_text(self, row: int, column: int) -> str:
        """Return what a cell of the statement shows."""
        title, amounts, sign = self._sums[row]
        if column in (NAME, RULE):
            return title if column == NAME else ""
        return self._cell(amounts, column, sign)

    def tone(self, row: int, column: int) -> str:
        """Return the colour of a verdict; a month that is no own one is quiet."""
        effect = self._sign(row) * self._row_amounts(row)[VARIANCE - SO_FAR]
        return tone_of(self._judged(effect)) if column == VERDICT else ""

    def total_tone(self, row: int, column: int) -> str:
        """Return the colour of a verdict on the statement."""
        del column
        _title, amounts, sign = self._sums[row]
        return tone_of(self._judged(sign * amounts[VARIANCE - SO_FAR]))

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the unit shown."""
        if column in (NAME, RULE, VERDICT):
            return None
        amounts = self._row_amounts(row)
        if column == PERCENT:
            return percent_of(amounts[VARIANCE - SO_FAR], abs(amounts[BUDGET - SO_FAR]))
        return self.unit.number(_amount(amounts, column))

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with: the rule that is followed, the month as it is forecast."""
        if column == RULE:
            return self.text(row, column)
        return self.unit.edit_text(_amount(self._row_amounts(row), column))

    def mark(self, row: int, column: int) -> int:
        """Return who chose a rule or typed a month that counts."""
        found = self.line(row)
        if found is not None and column >= FIRST and self._place(column) not in found.own:
            return -1
        return super().mark(row, column)

    def _place(self, column: int) -> int:
        return self._year.count + column - FIRST

    def editable(self, row: int, column: int) -> bool:
        """Return whether a cell is a rule or a month to come of one of the pair's lines."""
        return self.rows[row].look == "line" and (column == RULE or column >= FIRST)

    def locked(self, row: int, column: int) -> str:
        """Return why a cell takes no input."""
        if self.rows[row].look == "group":
            return "A category is the sum of its lines. Space unfolds it."
        if self.rows[row].look == "linked":
            return "A capital request posts this line; it is forecast as budgeted."
        return super().locked(row, column)

    def parse(self, row: int, column: int, text: str) -> Any:  # noqa: ANN401
        """Return what typed text means."""
        return super().parse(row, column, _rule_typed(text) if column == RULE else text)

    def side_text(self, row: int, column: int, value: Any) -> str:  # noqa: ANN401 - any field's value
        """Return one partner's value of a contested cell."""
        return (
            "by default"
            if value is None and column == RULE
            else super().side_text(row, column, value)
        )

    def tip(self, row: int, column: int) -> str:
        """Return what the pointer is told: how a line is forecast."""
        found = self.line(row)
        return super().tip(row, column) if found is None or column != RULE else rule_sentence(found)


def _amount(amounts: "Sequence[int]", column: int) -> int:
    """Return the amount of a column: the percentage and the verdict between them are none."""
    return amounts[column - SO_FAR] if column < PERCENT else amounts[column - SO_FAR - 2]


def _rule_typed(text: str) -> str:
    """Return a rule for what people call it: ``budget`` is the remaining budget, ``season`` seasonality."""
    word = text.strip().lower()
    return REMAINING_BUDGET if word and "budget".startswith(word) else text


def rule_sentence(found: "LineForecast") -> str:
    """Return how a line is forecast, and why so."""
    if found.why:
        return found.why
    chosen = "" if found.asked else " (by default, since the prior year has a shape to follow)"
    rule = show.words(found.rule)
    return f"{rule[:1].upper()}{rule[1:]}{chosen}: {RULE_WORDS[found.rule]}."


def _columns(year: "YearSoFar", unit: Unit) -> list[SaidColumn]:
    meta = year.book.only(Partnership)
    rest = year.budget.year.budget[year.count :]
    name = meta.budget_year or "Year"
    return [
        SaidColumn("name", f"{name}, {unit_words(year.book, unit.size)}", 200, numeric=False),
        SaidColumn("rule", "Rule", 116, numeric=False, look="plain", field="rule",
                   tip="How the rest of the year is forecast"),
        SaidColumn("so_far", "To date", 68, look="muted", tip="Actual so far"),
        SaidColumn("rest", "To come", 68, look="muted", tip="Forecast of the months to come"),
        SaidColumn("total", "Forecast", 72, look="total"),
        SaidColumn("budget", "Budget", 68, look="muted"),
        SaidColumn("variance", "Variance", 68, tip="Forecast − budget"),
        SaidColumn("percent", "%", 46),
        SaidColumn("verdict", "For contribution", 106, numeric=False, look="tone"),
        *(
            SaidColumn(period, month_label(period), 58, field="months", slot=period,
                       tip=f"{month_year_label(period)}, forecast")
            for period in rest
        ),
    ]  # fmt: skip


class ForecastView(Part):
    """The part."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.model: ForecastModel | None = None
        self.sheet: Sheet | None = None
        self.menu: QMenu | None = None
        self.alone = False
        """Whether the months stand without the table."""
        self.chart: Months | None = None
        self.detail = Detail()
        self.column.addWidget(self.detail)
        self.column.addStretch(0)
        rules = QAction("Choose the rule of a forecast", self)
        rules.setShortcut(QKeySequence("Alt+Down"))
        rules.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        rules.triggered.connect(self.open_rules)
        self.addAction(rules)

    def refresh(self) -> None:
        """Show the forecast."""
        if self.year is None:
            return
        unit = Unit(self.unit, show.exponent(self.year.book))
        if self.model is None:
            self._make(self.year, unit)
        elif self.model.count != self.year.count:
            self._unmake()
            self._make(self.year, unit)
        elif self.model.book is not self.year.book or self.model.unit != unit:
            self.model.show(self.year, unit)
        if self.sheet is not None:
            fit_height(self.sheet)
        self._explain()
        self._arrange()
        session = self.desk.session
        self.desk.ask(lambda: session.authors("outlook"), self._on_hands)

    def _make(self, year: "YearSoFar", unit: Unit) -> None:
        self.model = ForecastModel(year, unit)
        self.model.wanted.connect(self._on_wanted)
        self.sheet = Sheet(self.model, "Forecast of the year by line")
        self.sheet.said.connect(self.desk.say)
        self.sheet.moved.connect(self._on_cell)
        self.watch(self.sheet)
        self.sheet.follow(self.desk)
        self.model.modelReset.connect(self._fit)
        self.column.insertWidget(0, self.sheet, 1)

    def _unmake(self) -> None:
        """Let a sheet of other months go."""
        if self.sheet is not None:
            self.column.removeWidget(self.sheet)
            self.sheet.deleteLater()

    @Slot()
    def _fit(self) -> None:
        if self.sheet is not None:
            self.sheet.fit()
            fit_height(self.sheet)
            self._arrange()

    def _arrange(self) -> None:
        """Show the months beside the words where the rows leave room, or in place of the table."""
        if self.sheet is None:
            return
        room = self.height() if self.alone else self.room_beneath(self.sheet)
        self.sheet.setVisible(not self.alone)
        if room >= theme.px(LEAST_PICTURE) and self.chart is None:
            from dyad_desktop.ui.charts.months import Months  # noqa: PLC0415 - matplotlib is heavy

            self.chart = Months()
            self.detail.set_picture(self.chart)
        self.grant(self.detail, room, theme.px(LEAST_PICTURE))
        self._draw()

    def _draw(self) -> None:
        if self.model is None or self.year is None or self.sheet is None or self.chart is None:
            return
        name, plan, year = self.model.months(self.sheet.view.currentIndex().row())
        scale = float(self.unit * 10 ** show.exponent(self.year.book))
        labels = [month_label(period) for period in self.year.budget.year.budget]
        self.chart.show_year(
            [amount / scale for amount in plan], [amount / scale for amount in year], labels, self.year.count,
            f"{name}, {unit_words(self.year.book, self.unit)} · {KEY}",
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the months where there is room now."""
        super().resizeEvent(event)
        self._arrange()

    def toggle(self) -> None:
        """Show the months alone, or the table again."""
        self.alone = not self.alone
        self._arrange()
        self.take_focus()

    def restyle(self) -> None:
        """Take up a changed theme."""
        if self.chart is not None:
            self.chart.refresh()

    @Slot(object)
    def _on_hands(self, hands: "dict[Address, str]") -> None:
        if self.model is not None:
            places = {partner: n for n, partner in enumerate(self.desk.partner_ids)}
            self.model.set_hands(hands, places)

    @Slot()
    def open_rules(self) -> None:
        """Offer the rules at the current line's cell."""
        model, sheet = self.model, self.sheet
        at = -1 if sheet is None else sheet.view.currentIndex().row()
        if model is None or sheet is None or not 0 <= at < len(model.rows):
            return
        if not model.editable(at, RULE):
            self.desk.say(model.locked(at, RULE))
            return
        sheet.view.go_to(at, RULE)
        self.menu = QMenu(self)
        self.menu.setAccessibleName(f"Rule of {model.text(at, NAME)}")
        found = model.line(at)
        for rule in (*RULES, None):
            text = "by default" if rule is None else f"{show.words(rule)}: {RULE_WORDS[rule]}"
            action = self.menu.addAction(text[:1].upper() + text[1:])
            action.setData(rule)
            action.setCheckable(True)
            action.setChecked(found is not None and (found.asked or None) == rule)
        self.menu.triggered.connect(self._on_rule)
        self.menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = sheet.view.visualRect(sheet.view.currentIndex()).bottomLeft()
        self.menu.popup(sheet.view.viewport().mapToGlobal(place))

    @Slot(QAction)
    def _on_rule(self, action: QAction) -> None:
        if self.model is not None and self.sheet is not None:
            at = self.sheet.view.currentIndex().row()
            self.model.write([(at, RULE, action.data())])

    @Slot(object)
    def _on_wanted(self, edits: object) -> None:
        self.desk.do(edit_outlooks, edits, self, failed=self.desk.say_error)

    @property
    def editing(self) -> bool:
        """Return whether a cell is being edited."""
        return self.sheet is not None and self.sheet.editing

    def show_line(self, line: str) -> None:
        """Go to a line's rule, unfolding its category."""
        at = -1 if self.model is None else self.model.reveal(line)
        if at >= 0 and self.sheet is not None:
            self.sheet.view.setFocus()
            self.sheet.view.go_to(at, RULE)

    def take_focus(self) -> None:
        """Begin in the table, or at the months while they stand alone."""
        if self.sheet is not None:
            (self.chart if self.alone and self.chart is not None else self.sheet.view).setFocus()

    @Slot()
    def _on_cell(self) -> None:
        self._explain()
        self._draw()
        if self.sheet is None or self.model is None or not self.sheet.view.hasFocus():
            return
        current = self.sheet.view.currentIndex()
        if 0 <= current.row() < len(self.model.rows):
            key = self.model.key_of(current.row())
            self.desk.select(key)

    def _explain(self) -> None:
        """Say how the current line is forecast."""
        model, sheet = self.model, self.sheet
        at = -1 if sheet is None else sheet.view.currentIndex().row()
        found = model.line(at) if model is not None and 0 <= at < len(model.rows) else None
        if found is None or model is None:
            self.detail.say("Each line has its rule; choose one to read how it is forecast.", HOW)
            return
        self.detail.say(
            f"{model.text(at, NAME)}: {_lands(self.desk.book, found)}",
            f"{rule_sentence(found)} {HOW}",
        )


def _lands(book: "Book", found: "LineForecast") -> str:
    if found.variance == 0:
        return "ends as budgeted"
    side = "above" if found.variance > 0 else "below"
    return f"ends {spoken_amount(book, found.variance)} {side} budget, {verdict(found.effect)}"


assert set(RULE_WORDS) == set(RULES)  # noqa: S101 - every rule has its words
