"""The forecast of the year as rows: categories that unfold to lines, each with its rule and the months to come."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dyad_desktop.domain.fiscal import month_label, month_year_label
from dyad_desktop.domain.missing import INCOMPLETE
from dyad_desktop.domain.outlook import OWN, REMAINING_BUDGET, RUN_RATE, SEASONALITY
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import SIGNS, STATEMENT_ROWS, percent_of
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import NOBODY, Row
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.against import (
    STATEMENT,
    added,
    amounts_of,
    category_title,
    judged,
    noted,
    percent_text,
    short_names,
    tone_of,
    unit_words,
    verdict,
)
from dyad_desktop.ui.pages.performance.open_sheet import name_of
from dyad_desktop.ui.pages.performance.said import SaidColumn, SaidModel

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dyad_desktop.domain.forecast import LineForecast
    from dyad_desktop.domain.open_year import Told
    from dyad_desktop.domain.sides import Subject
    from dyad_desktop.domain.year_so_far import YearSoFar

NAME, RULE, SO_FAR, REST, TOTAL, BUDGET, VARIANCE, PERCENT, VERDICT, FIRST = range(10)
RULE_WORDS = {
    RUN_RATE: "the average actual month goes on",
    SEASONALITY: "the months to come follow the prior year’s, by how this year’s months stand to those of then",
    REMAINING_BUDGET: "the budget of the months to come is added to what came",
    OWN: "months that you typed, the others by the remaining budget",
}


class ForecastModel(SaidModel):
    """Categories that unfold to lines. ``wanted`` carries what is to be written."""

    kind = "outlook"

    def __init__(self, year: "YearSoFar", unit: Unit) -> None:
        super().__init__(year.book, _columns(year, unit), unit)
        self._year = year
        self._groups: dict[str, list[Subject]] = {}
        self._names: dict[str, str] = {}
        self._sums: list[tuple[str, list[int], int]] = []
        self._known: dict[str, list[int]] = {}
        self._notes: list[str] = []
        """Of each row of the statement whether it lacks actuals."""
        self.folded = {f"{one.kind} {one.category}" for one in year.subjects}
        self.show(year, unit)

    def show(self, year: "YearSoFar", unit: Unit) -> None:
        """Show a newer year."""
        self.book, self.unit, self._year = year.book, unit, year
        self.take_columns(_columns(year, unit))
        self._known.clear()
        self._groups, self._names = {}, short_names(year.subjects)
        for one in year.subjects:
            self._groups.setdefault(f"{one.kind} {one.category}", []).append(one)
        self._sums = [self._statement(title, name, sign) for title, name, sign in STATEMENT]
        kinds = [STATEMENT_ROWS[name] for _, name, _ in STATEMENT]
        self._notes = [
            self._lacks([one.id for one in year.subjects if one.kind in row]) for row in kinds
        ]
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

    def fits(self, year: "YearSoFar") -> bool:
        """Return whether as many months are actual."""
        return self._year.count == year.count

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

    def _row_amounts(self, row: int) -> list[int]:
        """Return a row's amounts, summed once for a group: painting asks for each cell."""
        key = self.rows[row].key[1]
        known = self._known.get(key)
        if known is None:
            lines = self._year.forecast.lines
            ids = [key] if key in lines else [one.id for one in self._groups[key]]
            parts = [amounts_of(lines[line], self._year.count) for line in ids]
            known = self._known[key] = [sum(column) for column in zip(*parts, strict=True)]
        return known

    def ends(self, row: int) -> tuple[str, int, int]:
        """Return a row's name, how far its year ends from the budget, and what that does; contribution's for none."""
        if not 0 <= row < len(self.rows):
            title, amounts, sign = self._sums[-1]
            return title, amounts[VARIANCE - SO_FAR], sign * amounts[VARIANCE - SO_FAR]
        variance = self._row_amounts(row)[VARIANCE - SO_FAR]
        return self._name(row), variance, self._sign(row) * variance

    def _statement(self, title: str, name: str, sign: int) -> tuple[str, list[int], int]:
        signs = STATEMENT_ROWS[name]
        parts = [
            [signs[one.kind] * amount for amount in amounts_of(one, self._year.count)]
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
        words = self._cell(self._row_amounts(row), column, self._sign(row))
        return noted(words, self._lacks(self._ids(row))) if column == VERDICT else words

    def _ids(self, row: int) -> list[str]:
        """Return the line of a row, or those of its group."""
        found = self.line(row)
        return (
            [one.id for one in self._groups[self.rows[row].group]] if found is None else [found.id]
        )

    def _lacks(self, lines: "Sequence[str]") -> str:
        """Return ``incomplete`` where a closed month of some lines is forecast, since it has no actual."""
        found = self._year.missing
        return INCOMPLETE if found.note(lines, range(self._year.count)) else ""

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
        ids = self._ids(row)
        plans = [budget.lines[line].months for line in ids]
        years = [lines[line].months for line in ids]
        plan, year = ([sum(month) for month in zip(*part, strict=True)] for part in (plans, years))
        return self._name(row), plan, year

    def came(self, row: int) -> tuple[frozenset[int], frozenset[int]]:
        """Return the places of a row's months that are actual, and of those of which only some lines are.

        A closed month without an actual is forecast. What capital requests post has no actuals of its own.
        """
        lines, posted = self._year.forecast.lines, self._year.budget.posted
        ids = self._ids(row) if 0 <= row < len(self.rows) else tuple(lines)
        own = [line for line in ids if line not in posted] or list(ids)
        lacks = [
            sum(place in lines[line].missing for line in own) for place in range(self._year.count)
        ]
        whole = frozenset(place for place, count in enumerate(lacks) if not count)
        some = frozenset(place for place, count in enumerate(lacks) if 0 < count < len(own))
        return whole, some

    def _name(self, row: int) -> str:
        key = self.rows[row].key[1]
        if self.line(row) is None:
            kind, _, category = key.partition(" ")
            return category_title(category, kind)
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
        words = self._cell(amounts, column, sign)
        return noted(words, self._notes[row]) if column == VERDICT else words

    # -- ranges --------------------------------------------------------------------------------

    def figure_name(self, row: int, column: int) -> str:
        """Return the name of a group's, or a line's figure."""
        return _figure_name(self.rows[row].key[1], column)

    def total_name(self, row: int, column: int) -> str:
        """Return the name of a figure of the statement."""
        return _figure_name(self._sums[row][0], column)

    def end_text(self, row: int, amount: int) -> str:
        """Return an end of a figure."""
        del row
        return self.unit.text(amount)

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
            return NOBODY
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
    return amounts[_place(column)]


def _place(column: int) -> int:
    return column - SO_FAR if column < PERCENT else column - SO_FAR - 2


def _figure_name(row: str, column: int) -> str:
    return "" if column in (NAME, RULE, PERCENT, VERDICT) else name_of(row, _place(column))


def forecast_told(year: "YearSoFar", lines: "Collection[str]") -> "Told":
    """Return what lines add to the amounts of the forecast."""
    found = year.forecast.lines
    return {
        one.id: added(one, enumerate(amounts_of(found[one.id], year.count)))
        for one in year.subjects
        if one.id in lines
    }


def _rule_typed(text: str) -> str:
    """Return a rule for what people call it: ``budget`` is the remaining budget, ``season`` seasonality."""
    word = text.strip().lower()
    return REMAINING_BUDGET if word and "budget".startswith(word) else text


def rule_sentence(found: "LineForecast") -> str:
    """Return how a line is forecast, and why so."""
    lacks = f" {_filled(found)}" if found.missing else ""
    if found.why:
        return f"{found.why}{lacks}"
    chosen = "" if found.asked else " (by default, since the prior year has a shape to follow)"
    rule = show.words(found.rule)
    return f"{rule[:1].upper()}{rule[1:]}{chosen}: {RULE_WORDS[found.rule]}.{lacks}"


def _filled(found: "LineForecast") -> str:
    """Return which closed months are forecast, for want of actuals."""
    count = len(found.missing)
    many = "1 closed month has" if count == 1 else f"{count} closed months have"
    return f"{many} no actual yet and {'is' if count == 1 else 'are'} forecast too."


def _columns(year: "YearSoFar", unit: Unit) -> list[SaidColumn]:
    meta = year.book.only(Partnership)
    rest = year.budget.year.budget[year.count :]
    name = meta.budget_year or "Year"
    return [
        SaidColumn("name", f"{name}, {unit_words(year.book, unit.size)}", 200, numeric=False),
        SaidColumn("rule", "Rule", 116, numeric=False, look="plain", field="rule",
                   tip="How the rest of the year is forecast"),
        SaidColumn("so_far", "To date", 68, look="muted", tip="Actual so far"),
        SaidColumn("rest", "To come", 68, look="muted",
                   tip="Forecast of the months to come, and of closed ones without an actual"),
        SaidColumn("total", "Forecast", 72, look="total"),
        SaidColumn("budget", "Budget", 68, look="muted"),
        SaidColumn("variance", "Variance", 68, tip="Forecast − budget"),
        SaidColumn("percent", "%", 46, places=2),
        SaidColumn("verdict", "For contribution", 156 if year.missing.lines else 106, numeric=False, look="tone"),
        *(
            SaidColumn(period, month_label(period), 58, field="months", slot=period,
                       tip=f"{month_year_label(period)}, forecast")
            for period in rest
        ),
    ]  # fmt: skip
