"""The ranked list of capital requests as a sheet, with the cut line between two of its rows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.contested import ASKED, SUM, Span
from dyad_desktop.domain.fiscal import fiscal_year_label
from dyad_desktop.domain.npv_spans import NPV
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.ranking import RankedRequest, envelopes
from dyad_desktop.domain.scoring import is_done
from dyad_desktop.domain.uncounted import cost_beside_lines, uncounted_envelopes
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.capital import CapitalPlan
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.fields import FieldColumn, FieldsModel
from dyad_desktop.ui.models.sheet import Column, Row
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.capital.warnings import BEFORE, MARK, unfunded_words, warnings_of

CUT = ("rule", "cut")
FIRST_VIEW = "status"
"""The last column that is seen before one scrolls to the inputs."""
_MILLION = 1_000_000
_SHORT = 6
_LONG = 60
"""A title of more characters is cut in a sentence; its tooltip says it whole."""


def columns_of(book: Book) -> list[Column]:
    """Return the columns: request, rank's reasons, money, scores, returns, and the inputs behind them.

    Up to ``FIRST_VIEW`` they fit a window of 1440 pixels.
    """
    partners = sorted(book.all(Partner), key=lambda partner: partner.id)
    more = any(one.contingency_pct for one in book.all(CapitalRequest)) or book.all(CostLine)
    tip = "Cost or its lines, and contingency"
    cost = FieldColumn("cost", "Cost", 50, field="cost")
    # What is asked for stands where it is compared; the cost that it is made of goes to the other inputs.
    asking, behind = ([Column("asked", "Asked", 50, tip=tip)], [cost]) if more else ([cost], [])
    return [
        FieldColumn("title", f"Request, {show.currency_sign(book)} thousands", 230, numeric=False, field="title"),
        Column("id", "Id", 36, numeric=False, look="muted"),
        FieldColumn("mandatory", "Mandatory", 72, numeric=False, field="mandatory", tip="Yes or nothing"),
        *asking,
        Column("cumulative", "Sum", 52, tip="Cumulative cost of this and all above"),
        FieldColumn("priority", "Priority", 52, field="priority", tip="1 first to 5"),
        Column("score", "Score", 44, look="total", tip="Agreed marks, else the mean of both, weighted, 1 to 5"),
        *(
            Column(f"by/{partner.id}", partner.initials, 36, look="tone", tip=f"{partner.name}'s weighted score")
            for partner in partners
        ),
        Column("apart", "Apart", 50, numeric=False, look="tone", tip="Criteria on which you are 2 or more apart"),
        Column("npv", "NPV", 52, tip="Net present value at the partnership's discount rate"),
        Column("payback", "Payback, years", 98, look="muted", tip="Cost over yearly net benefit", places=2),
        Column("irr", "IRR %", 44, look="muted", tip="Internal rate of return, percent a year", places=2),
        FieldColumn("in_service", "In service", 68, numeric=False, field="in_service"),
        FieldColumn("status", "Status", 66, numeric=False, field="status"),
        *behind,
        FieldColumn("annual_benefit", "Benefit a year", 90, field="annual_benefit"),
        FieldColumn("annual_operating_cost", "Cost a year", 78, field="annual_operating_cost"),
        FieldColumn("useful_life_years", "Life", 40, field="useful_life_years", tip="Useful life in years"),
        FieldColumn("category", "Category", 150, numeric=False, look="muted", field="category"),
    ]  # fmt: skip


def short_id(row: RankedRequest) -> str:
    """Return what a request is called where there is little room: its id, or its place."""
    found = row.request.id
    return found if len(found) <= _SHORT else f"no. {row.rank}"


def called(book: Book, row: RankedRequest) -> str:
    """Return what a sentence calls a request: its title in quotation marks, its end left out where it is long."""
    title = book.label("capital_request", row.request.id)
    if len(title) > _LONG:
        title = f"{title[:_LONG].rsplit(' ', 1)[0].rstrip(' ,;:')}…"
    return f"“{title}”"


def millions(book: Book, minor: int) -> str:
    """Return an amount in millions with one place, or in thousands when it is small; negatives in parentheses."""
    sign = show.currency_sign(book)
    whole = abs(minor) // 10 ** show.exponent(book)
    if whole and whole < _MILLION:
        text = f"{sign} {show.money(book, abs(minor), unit=1000)} k"
    else:
        places = 2 if whole % (_MILLION // 10) else 1
        text = f"{sign} {show.money(book, abs(minor), unit=_MILLION, places=places)} m"
    return f"({text})" if minor < 0 else text


def settling(book: Book, found: Mapping[str, Span]) -> str:
    """Return between what it comes out how many fit and what is left, while values are contested; else nothing."""
    fitting, left = found.get("fitting"), found.get("left")
    parts = []
    if fitting is not None:
        parts.append(f"{about(fitting)}{fitting.low} to {fitting.high} fit")
    if left is not None:
        low, high = millions(book, left.low), millions(book, left.high)
        parts.append(f"{about(left)}{low} to {high} is left")
    return f"As you settle what is apart, {' and '.join(parts)}." if parts else ""


def cut_sentence(book: Book, plan: CapitalPlan) -> str:
    """Return what stands on the cut line: what the requests above it leave of the envelope."""
    if plan.envelope is None or plan.left is None:
        return "Cut line" if plan.cut is not None else ""
    envelope, left = (
        millions(book, amount).removeprefix(f"{show.currency_sign(book)} ")
        for amount in (plan.envelope, plan.left)
    )
    what = "Cut line" if plan.cut is not None else "All fit"
    return f"{what}: {left} of {envelope} unused"


def sentence(book: Book, plan: CapitalPlan, still: Mapping[str, Span]) -> str:
    """Return what the list says, in a few sentences: also what is open of it, and which envelopes don't count."""
    if not plan.rows:
        return ""
    uncounted = [f"{BEFORE}{one}" for one in uncounted_envelopes(book)]
    return " ".join(filter(None, [_sentence(book, plan), settling(book, still), *uncounted]))


def _sentence(book: Book, plan: CapitalPlan) -> str:
    asking = len(plan.asking)
    below = ""
    if plan.cut is not None:
        why = _by_year(book, plan, plan.cut)
        below = f" {called(book, plan.cut)} is the first below the line{why}.{unfunded_words(plan)}"
    if plan.envelope is None or plan.left is None:
        ask = f"{asking} requests ask for {millions(book, plan.requested)}"
        if not envelopes(book):
            return f"{ask}. No envelope is set yet."
        years = below or " All fit those of the years."
        return f"{ask}; no envelope of the whole plan is set.{years}"
    envelope, left = millions(book, plan.envelope), millions(book, plan.left)
    if plan.cut is None:
        return f"All {asking} requests fit the envelope of {envelope}; {left} is left."
    fit = f"The first {plan.fitting} of {asking} requests fit the envelope of {envelope}"
    return f"{fit}; {left} is left.{below}"


def _by_year(book: Book, plan: CapitalPlan, cut: RankedRequest) -> str:
    """Return which fiscal years' envelopes draw the line where the whole one would reach further; else nothing."""
    if plan.envelope is None or cut.cumulative <= plan.envelope:  # else the whole one draws it
        reached = [row for row in plan.asking if row.rank <= cut.rank]
        start_month = book.only(Partnership).start_month
        over = [
            f"the {fiscal_year_label(year, start_month)} envelope of {millions(book, most)}"
            for year, most in envelopes(book).items()
            if sum(row.by_year.get(year, 0) for row in reached) > most
        ]
        if over:
            return f": {' and '.join(over)} {'doesn’t' if len(over) == 1 else 'don’t'} reach it"
    return ""


class CapitalModel(FieldsModel):
    """Requests in their order; a rule stands before the first that the envelope doesn't reach."""

    kind = "capital_request"

    def __init__(self, book: Book, plan: CapitalPlan) -> None:
        super().__init__(book, columns_of(book), Unit(1000, show.exponent(book)))
        self._open: Mapping[str, Span] = {}
        self.show(book, plan)

    def set_open(self, found: Mapping[str, Span]) -> None:
        """Take between what figures come out while values are contested."""
        if found != self._open:
            self._open = found
            self.replace_rows(self.rows)

    def range_text(self, row: int, column: int) -> str:
        """Return between what comes out what a request asks for, also with all before it, and what it gives back."""
        key = self.columns[column].key
        request = self.rows[row].key[1]
        if self.rows[row].key == CUT:
            return settling(self.book, self._open) if key == "title" else ""
        name = {"cumulative": SUM, "asked": ASKED, "npv": NPV}.get(key)
        found = self._open.get(f"{name}{request}") if name else None
        if found is None:
            return ""
        low, high = self.unit.text(found.low), self.unit.text(found.high)
        return f"{about(found)}{low} to {high} as you settle what is apart"

    def show(self, book: Book, plan: CapitalPlan) -> None:
        """Show a newer book."""
        self.book, self.plan = book, plan
        self._ranked = {row.request.id: row for row in plan.rows}
        self._places = {one: n for n, one in enumerate(sorted(p.id for p in book.all(Partner)))}
        rows: list[Row] = []
        for row in plan.rows:
            if row is plan.cut:
                rows.append(Row(CUT, "rule"))
            rows.append(Row((self.kind, row.request.id)))
        if plan.envelope is not None and plan.cut is None and rows:
            rows.append(Row(CUT, "rule"))
        self.replace_rows(rows)

    def ranked(self, row: int) -> RankedRequest | None:
        """Return the request of a row, ``None`` for the cut line."""
        return self._ranked.get(self.rows[row].key[1])

    def quiet(self, row: int) -> bool:
        """Return whether the envelope doesn't reach a row."""
        found = self.ranked(row)
        return found is not None and not found.funded

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows; the first begins with the rank."""
        found = self.ranked(row)
        if column == 0 and found is not None:
            mark = f"{MARK} " if warnings_of(self.book, found) else ""
            return f"{found.rank:>2}  {mark}{found.request.title}".replace(
                " ", "\u2007", 1 if found.rank < 10 else 0
            )
        text = super().text(row, column)
        return show.words(text) if self.columns[column].key == "category" else text

    def tip(self, row: int, column: int) -> str:
        """Return what the pointer is told: on a title also what speaks against the request."""
        return "; ".join([super().tip(row, column), *self._warnings(row, column)])

    def speech(self, row: int, column: int) -> str:
        """Return a cell as a sentence: a title also with what speaks against the request."""
        return "; ".join([super().speech(row, column), *self._warnings(row, column)])

    def _warnings(self, row: int, column: int) -> list[str]:
        found = self.ranked(row) if column == 0 else None
        return warnings_of(self.book, found) if found is not None else []

    def parse(self, row: int, column: int, text: str) -> Any:  # noqa: ANN401 - any field's value
        """Return what typed text means; a cost that wouldn't count beside cost lines is refused."""
        found, value = self.entity(row), super().parse(row, column, text)
        spec = self.spec(column)
        beside = (
            spec is not None and spec.name == "cost" and cost_beside_lines(self.book, found, value)
        )
        if beside and value:
            raise BadInputError("its cost lines count instead; open the request to change those")
        return value

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with: a title without its rank."""
        found = self.ranked(row)
        return found.request.title if column == 0 and found else super().edit_text(row, column)

    def place(self, row: int, column: int) -> str:
        """Return how a person calls a cell."""
        found = self.ranked(row)
        return f"{found.request.title}, {self.columns[column].title}" if found else "Cut line"

    def computed_text(self, row: int, key: str) -> str:
        """Return what a column without a field shows."""
        found = self.ranked(row)
        if found is None:
            return cut_sentence(self.book, self.plan) if key == "title" else ""
        if key in ("id", "apart") or (key.startswith("by/") and not found.opened):
            return self._words(found, key)
        value = self.computed_number(row, key)
        if value is None:
            return "never" if key == "payback" and self._pays(found) else ""
        if key == "payback" and self.plan.returns[found.request.id].behind is not None:
            return "not for good"
        if key in ("asked", "cumulative", "npv"):
            return self.unit.text(int(value * self.unit.minor))
        return show.number(value, 1 if key in ("payback", "irr") else 2)

    def _pays(self, found: RankedRequest) -> bool:
        """Return whether anything is paid for a request, so that it could pay back."""
        return bool(found.asked or self.plan.returns[found.request.id].npv)

    def _words(self, found: RankedRequest, key: str) -> str:
        """Return what a column of words shows; of sealed marks only whether they are done."""
        if key == "id":
            return short_id(found) if len(found.request.id) <= _SHORT else ""
        if key == "apart":
            return f"▲ {', '.join(found.divergent)}" if found.divergent else ""
        return "done" if is_done(self.book, found.request, key.removeprefix("by/")) else ""

    def computed_number(self, row: int, key: str) -> Decimal | None:
        """Return the figure of a computed column."""
        found = self.ranked(row)
        if found is None:
            return None
        if key.startswith("by/"):
            return found.scores.get(key.removeprefix("by/"))
        returns = self.plan.returns[found.request.id]
        return {
            "score": found.score,
            "asked": self.unit.number(found.asked),
            "cumulative": self.unit.number(found.cumulative),
            "npv": self.unit.number(returns.npv),
            "payback": returns.payback,
            "irr": returns.rates_pct[0] if len(returns.rates_pct) == 1 else None,
        }.get(key)

    def tone(self, row: int, column: int) -> str:
        """Return whose colour a score has, and that scores apart are a thing to talk about."""
        key = self.columns[column].key
        if key.startswith("by/"):
            return f"partner{self._places.get(key.removeprefix('by/'), 0)}"
        return "at_risk" if key == "apart" and self.ranked(row) else ""
