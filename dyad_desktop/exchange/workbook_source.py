"""What the finance workbook is written from: the book, one budget, and words for what it holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.fiscal import fiscal_year_label, month_year_label
from dyad_desktop.domain.levers import input_words
from dyad_desktop.domain.meant import GROWING, own_growth
from dyad_desktop.domain.methods import GROUP, PRIOR_YEAR, method_of
from dyad_desktop.domain.money import currency_exponent
from dyad_desktop.domain.operating import (
    CostCentre,
    Draft,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.paper import on_letter
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.plan_words import plan_words
from dyad_desktop.domain.postings import Posting
from dyad_desktop.domain.statement import SIGNS, STATEMENT_ROWS
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.workbook_page import Number

LETTER, TABLOID, A3, A4 = 1, 3, 8, 9
PERCENT = 100


def words(name: str | None) -> str:
    """Return a name of the file for people: ``other_expense`` becomes ``Other expense``."""
    text = (name or "").replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def fraction(percent: Decimal) -> Number:
    """Return a percentage as the fraction that a cell of percent holds."""
    return float(percent.scaleb(-2))


@dataclass(frozen=True)
class Source:
    """Everything the sheets are made of."""

    book: Book
    budget: Budget
    prepared_by: str
    prepared_on: str
    still_open: str = ""
    unit: int = field(init=False)

    def __post_init__(self) -> None:
        """Read the currency once: it is asked for at every cell."""
        object.__setattr__(self, "unit", self.budget.year.unit)

    @cached_property
    def partnership(self) -> Partnership:
        """The partnership."""
        return self.book.only(Partnership)

    @cached_property
    def lines(self) -> tuple[OperatingLine, ...]:
        """The lines of the budget in the pair's order, then what capital requests post."""
        found = self.book.all(OperatingLine)
        if any(line.id not in self.budget.lines for line in found):
            raise BadInputError(
                "the budget is older than the lines; compute it again and export then"
            )
        posted = self.budget.posted.values()
        kinds = {line.id: self.budget.lines[line.id].kind for line in found}
        as_planned = (  # of another kind by now than when it was agreed
            line if line.kind == kinds[line.id] else replace(line, kind=kinds[line.id])
            for line in found
        )
        return (*as_planned, *(_posted_line(posting) for posting in posted))

    @cached_property
    def prior_of_kind(self) -> dict[str, int]:
        """The prior year of each kind of line, in minor units."""
        found = dict.fromkeys(SIGNS, 0)
        for line in self.budget.lines.values():
            found[line.kind] += line.prior_total
        return found

    def prior_of(self, row: str) -> int:
        """Return the prior year of a row of the statement, in minor units."""
        parts = STATEMENT_ROWS[row].items()
        return sum(sign * self.prior_of_kind[kind] for kind, sign in parts)

    @cached_property
    def draft_name(self) -> str:
        """What the pair calls the draft."""
        draft = self.book.get(Draft, self.budget.draft_id)
        return draft.name if draft is not None else self.budget.draft_id

    @cached_property
    def draft_title(self) -> str:
        """The draft's name and its state, once where the name says it."""
        draft = self.book.get(Draft, self.budget.draft_id)
        state = draft.state if draft is not None else ""
        if not state or state in self.draft_name.lower():
            return self.draft_name
        return f"{self.draft_name} ({state})"

    @cached_property
    def subtitle(self) -> str:
        """Whose budget, and which draft: the second line of each sheet."""
        return f"{self.partnership.title} · {self.draft_title}"

    @cached_property
    def budget_year(self) -> str:
        """The name of the budget year, ``FY27``."""
        return self.partnership.budget_year or self._year(self.budget.year.budget)

    @cached_property
    def prior_year(self) -> str:
        """The name of the year before."""
        return self.partnership.prior_year or self._year(self.budget.year.prior)

    def _year(self, periods: Sequence[str]) -> str:
        return fiscal_year_label(min(periods), self.partnership.start_month)

    def span(self, periods: Sequence[str]) -> str:
        """Return the first and the last month in words."""
        return f"{month_year_label(min(periods))} to {month_year_label(max(periods))}"

    @cached_property
    def places(self) -> int:
        """Decimal places of amounts: those of the currency where an amount has any, else none."""
        if self.unit == 1:
            return 0
        unit = self.unit
        amounts = (
            month for line in self.budget.lines.values() for month in (*line.months, *line.prior)
        )
        uneven = any(amount % unit for amount in amounts)
        return currency_exponent(self.partnership.currency) if uneven else 0

    @cached_property
    def unit_words(self) -> str:
        """The unit, said once at the head of each sheet."""
        what = f"with {self.places} decimals" if self.places else "whole units"
        return (
            f"All amounts in {self.partnership.currency}, {what}; negative amounts in parentheses"
        )

    def amount(self, minor: int) -> Number:
        """Return minor units as units of the currency: a whole number where it is one."""
        unit = self.unit
        return minor / unit if minor % unit else minor // unit

    @cached_property
    def centres(self) -> dict[str, str]:
        """Code and name of each cost centre by its code."""
        return {one.id: f"{one.id} {one.name}" for one in self.book.all(CostCentre)}

    def centre(self, code: str | None) -> str:
        """Return code and name of a cost centre."""
        return self.centres.get(code, code) if code else ""

    def driver(self, line: OperatingLine) -> str:
        """Return what moves a line, in words."""
        if line.id in self.budget.posted:
            request = self.budget.posted[line.id].request
            return f"Capital request {request}" if request else "Agreed; deleted since"
        said = self.said(line)
        if said is not None and method_of(said) != PRIOR_YEAR:
            return plan_words(self.book, line, said)
        ref = line.driver_ref or ""
        if line.driver_kind == "volume":
            volume = self.book.get(Volume, ref)
            return f"Volume: {ref if volume is None else volume.name}"
        if line.driver_kind == "fte":
            position = self.book.get(Position, ref)
            return f"FTE: {ref if position is None else position.title}"
        return f"Lines: {words(ref).lower()}" if line.driver_kind == GROUP else "Fixed amount"

    def growth(self, line: OperatingLine) -> Decimal | None:
        """Return the growth in percent that counts for a line in this draft; ``None`` where its method takes none."""
        said = self.said(line)
        own, method = own_growth(said), method_of(said)
        if method not in GROWING or line.id in self.budget.posted:
            return None
        return line.rate_growth_pct if own is None and method == PRIOR_YEAR else own

    @cached_property
    def what_ifs(self) -> str:
        """What-ifs that this draft counts, in words; empty without any."""
        draft = self.book.get(Draft, self.budget.draft_id)
        return "" if draft is None else input_words(self.book, draft.inputs)

    def said(self, line: OperatingLine) -> DraftLine | None:
        """Return what the draft says of a line beyond its rule."""
        return self.book.get(DraftLine, draft_line_id(self.budget.draft_id, line.id))

    def notes(self, line: OperatingLine) -> str:
        """Return a line's note and the draft's explanation as one text."""
        said = self.said(line)
        parts = (line.note, said.explanation if said is not None else None)
        return " · ".join(part.strip() for part in parts if part and part.strip())

    @cached_property
    def on_letter(self) -> bool:
        """The partnership's place prints on Letter, not on A4."""
        return on_letter(self.partnership.locale)

    @cached_property
    def paper(self) -> int:
        """Paper of the narrow sheets."""
        return LETTER if self.on_letter else A4

    @cached_property
    def wide_paper(self) -> int:
        """Paper of the sheets with twelve months."""
        return TABLOID if self.on_letter else A3


def _posted_line(posting: Posting) -> OperatingLine:
    """Return what a capital request posts, or was agreed and deleted since, as a line of its own without an account."""
    return OperatingLine(
        id=posting.id, name=posting.name, kind=posting.kind,
        category="capital requests" if posting.request else "deleted lines",
        cost_centre=posting.cost_centre,
    )  # fmt: skip
