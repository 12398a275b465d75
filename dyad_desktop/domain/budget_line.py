"""One line of a budget: what its method gives, then the months that the draft sets by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm

from dyad_desktop.domain.agreed import AgreedLine
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, CostLine
from dyad_desktop.domain.drivers import position_ratio, volume_ratio
from dyad_desktop.domain.fiscal import MONTHS, months, same_months
from dyad_desktop.domain.following import (
    PriceKey,
    price_chain,
    price_name,
    prices_before,
    prices_of,
)
from dyad_desktop.domain.meant import own_growth
from dyad_desktop.domain.methods import (
    FTE,
    GROUP,
    LINE,
    PRIOR_YEAR,
    VOLUME,
    Driver,
    Figures,
    drivers_of,
    method_of,
    planned,
)
from dyad_desktop.domain.money import (
    NO_RATIO,
    currency_exponent,
    exact,
    growth_ratio,
    round_quotient,
    scaled,
)
from dyad_desktop.domain.operating import (
    Draft,
    DraftLine,
    OperatingLine,
    Planning,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.postings import Posting, postings
from dyad_desktop.domain.schema import MAX_MINOR
from dyad_desktop.domain.staffing import HOURS_PER_FTE, monthly_cost, monthly_fte
from dyad_desktop.errors import BadInputError

ByMonth = Sequence[int]
"""Twelve amounts in minor units."""
GroupRatio = tuple[int, int, int]
"""Place of a month, and budget over prior year of a group: the divisor rounds to whole units."""
PERCENT = 100
_ONE = Fraction(1)
_TOO_LARGE = "it comes to more than the largest amount that is kept"
POSTED = "posted"
"""Method of a line that a capital request posts."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line of the budget year. Amounts are minor units, natural-positive, by month.

    ``computed`` is what the method gives, ``months`` what stands after overrides; ``overridden``
    holds the places of overridden months, 0 to 11. Without a basis the driver ratio counted as 1.
    """

    line_id: str
    kind: str
    prior: tuple[int, ...]
    computed: tuple[int, ...]
    months: tuple[int, ...]
    overridden: frozenset[int]
    prior_total: int
    total: int
    growth: tuple[int, int] = NO_RATIO
    """1 + the rate growth of the line, as numerator and denominator."""
    has_basis: bool = True
    method: str = PRIOR_YEAR
    problem: str = ""
    """What the method lacks, as the end of a sentence about the line; its months are then nothing."""


def posted_line(posting: Posting) -> BudgetLine:
    """Return what a capital request posts as a line of the budget, which had no prior year."""
    months = posting.months
    return BudgetLine(
        posting.id, posting.kind, (0,) * MONTHS, months, months, frozenset(), 0, sum(months),
        method=POSTED,
    )  # fmt: skip


def agreed_line(line: BudgetLine, agreed: AgreedLine | None) -> BudgetLine:
    """Return a line as it was agreed; nothing of one that came later. The prior year is actual, and stays."""
    months = (0,) * MONTHS if agreed is None else agreed.months
    kind = line.kind if agreed is None else agreed.kind
    if (months, kind) == (line.months, line.kind):
        return line
    by_hand = frozenset(place for place in line.overridden if line.months[place] == months[place])
    computed = tuple(
        line.computed[place] if place in by_hand else amount for place, amount in enumerate(months)
    )
    return replace(
        line, kind=kind, months=months, total=sum(months), computed=computed, overridden=by_hand,
        problem="",
    )  # fmt: skip


def agreed_posting(agreed: AgreedLine) -> Posting:
    """Return a line that was agreed and isn't there any more, as what capital requests post stands there."""
    what = agreed.line.rpartition(":")[2] if agreed.request else ""
    return Posting(agreed.line, agreed.request, what, agreed.kind, agreed.name, agreed.months)


@dataclass(frozen=True, slots=True)
class Year:
    """The months that a budget compares, and how many minor units are one whole unit.

    ``prior`` holds for each month of the budget year the same calendar month of the prior year: January beside
    January, also where the budget year starts in another month.
    """

    prior: tuple[str, ...]
    budget: tuple[str, ...]
    unit: int


def year_of(book: Book) -> Year:
    """Return the months and the currency unit of the budget.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    meta = book.only(Partnership)
    if not meta.prior_start or not meta.budget_start:
        raise BadInputError("the partnership has no prior and budget year yet")
    unit: int = 10 ** currency_exponent(meta.currency)
    budget = months(meta.budget_start)
    return Year(same_months(months(meta.prior_start), budget), budget, unit)


def lineage_of(book: Book, draft_id: str) -> tuple[str, ...]:
    """Return a draft and those that it was copied from, the nearest first.

    A copy follows what its origin is posted to, instead of being named by each request: two partners who copy apart
    would otherwise write one list apart.
    """
    found = [draft_id]
    while (draft := book.get(Draft, found[-1])) and draft.copied_from not in (None, *found):
        found.append(str(draft.copied_from))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class LineRules:
    """What one draft is computed from: the book's own mappings, so that ``is`` compares."""

    draft_id: str
    year: Year
    lines: Mapping[str, OperatingLine]
    drafts: Mapping[str, DraftLine]
    volumes: Mapping[str, Volume]
    positions: Mapping[str, Position]
    places: Mapping[str, int]
    """Place of each month of the budget year, 0 to 11."""
    inputs: Mapping[str, Decimal | None]
    """The draft's what-ifs in percent."""
    prices: Mapping[str, Fraction]
    """The factor of each of its what-ifs on prices."""
    planning: Planning
    lineage: tuple[str, ...]
    """The draft and those that it was copied from: what posts to one of them posts to it."""
    requests: Mapping[str, CapitalRequest]
    cost_lines: Mapping[str, CostLine]
    policy: CapitalPolicy
    _volume_months: dict[str, tuple[tuple[int, ...], int]] = field(
        default_factory=dict, compare=False
    )

    @classmethod
    def of(cls, book: Book, draft_id: str) -> "LineRules":
        """Return the rules of a draft.

        Raises:
            BadInputError: when the partnership has no fiscal years yet.
        """
        year = year_of(book)
        draft = book.get(Draft, draft_id)
        inputs = {} if draft is None else draft.inputs
        return cls(
            draft_id,
            year,
            book.rows(OperatingLine),
            book.rows(DraftLine),
            book.rows(Volume),
            book.rows(Position),
            {period: place for place, period in enumerate(year.budget)},
            inputs,
            prices_of(inputs),
            book.only(Planning),
            lineage_of(book, draft_id),
            book.rows(CapitalRequest),
            book.rows(CostLine),
            book.only(CapitalPolicy),
        )

    # -- what a line hangs on --------------------------------------------------------------------

    def said(self, line_id: str) -> DraftLine | None:
        """Return what the draft says of a line."""
        return self.drafts.get(draft_line_id(self.draft_id, line_id))

    def drivers(self, line: OperatingLine) -> tuple[Driver, ...]:
        """Return what moves a line."""
        return drivers_of(line, self.said(line.id), self.kind_of)

    def kind_of(self, name: str) -> str:
        """Return what a formula's name is: a line, else a volume, a position, a group."""
        if name in self.lines:
            return LINE
        if name in self.volumes:
            return VOLUME
        return FTE if name in self.positions else GROUP

    def shape(self, line_id: str) -> tuple[object, ...] | None:
        """Return what of a line decides the structure; ``None`` when it isn't there."""
        line = self.lines.get(line_id)
        return None if line is None else (line.kind, line.groups, self.drivers(line))

    def posts_as(self, old: "LineRules") -> bool:
        """Return whether capital requests surely post what they posted before."""
        return (
            self.requests is old.requests
            and self.cost_lines is old.cost_lines
            and self.policy == old.policy
            and self.lineage == old.lineage
        )

    def posted(self) -> Mapping[str, Posting]:
        """Return what capital requests post to the draft, by id."""
        return {
            one.id: one
            for draft in self.lineage
            for one in postings(
                self.requests, self.cost_lines, self.policy, draft, self.periods, self.unit
            )
        }

    # -- figures of the year ---------------------------------------------------------------------

    @property
    def unit(self) -> int:
        """Return the minor units in one unit of the currency."""
        return self.year.unit

    @property
    def periods(self) -> tuple[str, ...]:
        """Return the months of the budget year."""
        return self.year.budget

    @property
    def holidays(self) -> frozenset[str]:
        """Return the days off (ISO dates)."""
        return frozenset(day for day, name in self.planning.holidays.items() if name)

    @property
    def hours_per_fte(self) -> Fraction:
        """Return the paid hours a year of one full-time equivalent."""
        return exact(self.planning.hours_per_fte or HOURS_PER_FTE)

    def what_if(self, *names: str) -> Fraction:
        """Return the factor of the first what-if that the draft has among ``names``."""
        for name in names:
            percent = self.inputs.get(name)
            if percent is not None:
                return 1 + exact(percent) / PERCENT
        return Fraction(1)

    def price(self, line: OperatingLine) -> Fraction:
        """Return the factor of the what-ifs on a line's price: its category's, its kind's, or all lines'."""
        if not self.prices:
            return _ONE
        return self.prices.get(price_name(line, self.prices), _ONE)

    def price_key(self, line: OperatingLine) -> PriceKey | None:
        """Return which what-if prices a line, and which more general ones it stands in place of."""
        name = price_name(line, self.prices) if self.prices else ""
        chain = price_chain(line)
        return (name, chain[chain.index(name) :]) if name else None

    def before_price(self, key: PriceKey) -> "LineRules":
        """Return the rules without a what-if on prices; see ``following.prices_before``."""
        return replace(self, prices=prices_before(self.lines.values(), self.prices, key))

    def volume(self, ref: str) -> tuple[Fraction, ...]:
        """Return a volume of the budget year by month: prior year × its growth × the what-if.

        Raises:
            BadInputError: there is no such volume.
        """
        numbers, below = self.volume_over(ref)
        return tuple(Fraction(number, below) for number in numbers)

    def volume_over(self, ref: str) -> tuple[tuple[int, ...], int]:
        """Return the same as whole numbers over one denominator above zero.

        Raises:
            BadInputError: there is no such volume.
        """
        known = self._volume_months.get(ref)
        if known is not None:
            return known
        volume = self.volumes.get(ref)
        if volume is None:
            raise BadInputError(f"the volume {ref} isn’t there")
        growth = 1 + exact(volume.planned_growth_pct) / PERCENT
        factor = growth * self.what_if(f"volume:{ref}", "volume")
        found = [
            exact(volume.prior_actuals.get(period) or 0) * factor for period in self.year.prior
        ]
        below = lcm(*(one.denominator for one in found))
        over = tuple(one.numerator * (below // one.denominator) for one in found), below
        self._volume_months[ref] = over
        return over

    def pay(self, ref: str, part: str) -> tuple[Fraction, ...]:
        """Return part of a position's cost by month, in units of the currency, unrounded.

        Raises:
            BadInputError: there is no such position.
        """
        fte = self.what_if(f"fte:{ref}", "fte")
        return monthly_cost(
            self._position(ref), self.periods, self.hours_per_fte, self.unit, part=part, fte=fte
        )

    def fte(self, ref: str) -> tuple[Fraction, ...]:
        """Return a position's full-time equivalents by month.

        Raises:
            BadInputError: there is no such position.
        """
        return monthly_fte(self._position(ref), self.periods, self.what_if(f"fte:{ref}", "fte"))

    def _position(self, ref: str) -> Position:
        found = self.positions.get(ref)
        if found is None:
            raise BadInputError(f"the position {ref} isn’t there")
        return found

    # -- lines -----------------------------------------------------------------------------------

    def own_line(self, line_id: str, old: BudgetLine | None) -> BudgetLine:
        """Compute a line of the reference method that no group drives; ``old`` when it comes out equal."""
        line, said = self.lines[line_id], self.said(line_id)
        ratio = self._ratio(line)
        numerator, denominator = ratio or NO_RATIO
        growth = self._growth(line, said)
        prior = self._prior(line)
        computed = scaled(prior, numerator * growth[0], denominator * growth[1], self.year.unit)
        return self._with_overrides(
            line, said, (prior, computed, growth), old, has_basis=ratio is not None
        )

    def planned_line(self, line_id: str, figures: Figures, old: BudgetLine | None) -> BudgetLine:
        """Compute a line by the draft's own method; what it lacks becomes its problem."""
        line, said, problem = self.lines[line_id], self.said(line_id), ""
        computed = (0,) * MONTHS
        try:
            if said is not None:
                computed = planned(line, said, figures)
        except BadInputError as error:
            problem = error.reason
        return self._with_overrides(
            line, said, (self._prior(line), computed, NO_RATIO), old, problem=problem
        )

    def _ratio(self, line: OperatingLine) -> tuple[int, int] | None:
        ref = line.driver_ref or ""
        if line.driver_kind == VOLUME:
            found = volume_ratio(self.volumes.get(ref))
            return self._times(found, f"volume:{ref}", "volume")
        if line.driver_kind == FTE:
            found = position_ratio(self.positions.get(ref))
            return self._times(found, f"fte:{ref}", "fte")
        return None if line.driver_kind == GROUP else NO_RATIO

    def _times(self, ratio: tuple[int, int] | None, *names: str) -> tuple[int, int] | None:
        if ratio is None or not self.inputs:
            return ratio
        numerator, denominator = self.what_if(*names).as_integer_ratio()
        return ratio[0] * numerator, ratio[1] * denominator

    def _growth(self, line: OperatingLine, said: DraftLine | None) -> tuple[int, int]:
        """Return 1 + the growth of the draft or the line, and the what-if on its price."""
        own = own_growth(said)
        growth, parts = growth_ratio(line.rate_growth_pct if own is None else own)
        if not self.inputs:
            return growth, parts
        numerator, denominator = self.price(line).as_integer_ratio()
        return growth * numerator, parts * denominator

    def group_line(
        self, line_id: str, budget: ByMonth, base: ByMonth, old: BudgetLine | None
    ) -> BudgetLine:
        """Compute a line driven by a group of which ``budget`` and prior ``base`` are known."""
        line, said = self.lines[line_id], self.said(line_id)
        prior = self._prior(line)
        growth = self._growth(line, said)
        unit = self.year.unit
        computed = tuple([
            round_quotient(prior[place] * numerator * growth[0], denominator * growth[1]) * unit
            for place, numerator, denominator in self.group_ratios(budget, base, range(MONTHS))
        ])  # fmt: skip
        return self._with_overrides(
            line, said, (prior, computed, growth), old, has_basis=0 not in base
        )

    def group_ratios(
        self, budget: ByMonth, base: ByMonth, places: Sequence[int]
    ) -> list[GroupRatio]:
        """Return budget over prior year of a group at some months; 1 where it had nothing."""
        found = []
        for place in places:
            numerator, denominator = (budget[place], base[place]) if base[place] else NO_RATIO
            if denominator < 0:
                numerator, denominator = -numerator, -denominator
            found.append((place, numerator, denominator * self.year.unit))
        return found

    def group_months(
        self, old: BudgetLine, ratios: Sequence[GroupRatio], *, has_basis: bool
    ) -> BudgetLine | None:
        """Compute only the months in which the group moved; ``old`` when nothing came of it.

        ``None`` where the line must be computed whole: its amounts were or would be too large.
        """
        growth, parts = old.growth
        computed, shown, unit = list(old.computed), list(old.months), self.year.unit
        for place, numerator, denominator in ratios:
            product = old.prior[place] * numerator * growth
            computed[place] = round_quotient(product, denominator * parts) * unit
            if place not in old.overridden:
                shown[place] = computed[place]
        by_rule = tuple(computed)
        if old.problem or max(by_rule) > MAX_MINOR or min(by_rule) < -MAX_MINOR:
            return None
        if by_rule == old.computed and has_basis == old.has_basis:
            return old
        return BudgetLine(
            old.line_id, old.kind, old.prior, by_rule, tuple(shown), old.overridden,
            old.prior_total, sum(shown), old.growth, has_basis,
        )  # fmt: skip

    def _prior(self, line: OperatingLine) -> tuple[int, ...]:
        actuals = line.prior_actuals
        return tuple([actuals.get(period) or 0 for period in self.year.prior])

    def _with_overrides(
        self,
        line: OperatingLine,
        said: DraftLine | None,
        figures: tuple[tuple[int, ...], tuple[int, ...], tuple[int, int]],
        old: BudgetLine | None,
        *,
        has_basis: bool = True,
        problem: str = "",
    ) -> BudgetLine:
        """Return the line of its prior year, its computed months and its growth; ``old`` when it is equal."""
        prior, computed, growth = figures
        if max(computed) > MAX_MINOR or min(computed) < -MAX_MINOR:
            computed, problem = (0,) * MONTHS, _TOO_LARGE
        own = {} if said is None else self._overrides(said)
        shown = computed
        if own:
            shown = tuple([own.get(place, computed[place]) for place in range(MONTHS)])
        new = BudgetLine(
            line.id, line.kind, prior, computed, shown, frozenset(own),
            sum(prior), sum(shown), growth, has_basis, method_of(said), problem,
        )  # fmt: skip
        return old if old is not None and old == new else new

    def _overrides(self, said: DraftLine) -> dict[int, int]:
        """Return the months that the draft sets by hand, by place."""
        return {
            self.places[period]: amount
            for period, amount in said.months.items()
            if amount is not None and period in self.places
        }
