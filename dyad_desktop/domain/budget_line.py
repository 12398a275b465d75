"""One line of a budget: prior year × driver × growth, then what the draft overrides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.drivers import (
    GROUP,
    NO_RATIO,
    growth_ratio,
    position_ratio,
    scaled,
    volume_ratio,
)
from dyad_desktop.domain.fiscal import MONTHS, months
from dyad_desktop.domain.money import currency_exponent, round_quotient
from dyad_desktop.domain.operating import (
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError

ByMonth = Sequence[int]
"""Twelve amounts in minor units."""
GroupRatio = tuple[int, int, int]
"""Place of a month, and budget over prior year of a group: the divisor rounds to whole units."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line of the budget year. Amounts are minor units, natural-positive, by month.

    ``computed`` is what the rule gives, ``months`` what stands after overrides; ``overridden``
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


@dataclass(frozen=True, slots=True)
class Year:
    """The months that a budget compares, and how many minor units are one whole unit."""

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
    return Year(months(meta.prior_start), months(meta.budget_start), unit)


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

    @classmethod
    def of(cls, book: Book, draft_id: str) -> "LineRules":
        """Return the rules of a draft.

        Raises:
            BadInputError: when the partnership has no fiscal years yet.
        """
        year = year_of(book)
        return cls(
            draft_id,
            year,
            book.rows(OperatingLine),
            book.rows(DraftLine),
            book.rows(Volume),
            book.rows(Position),
            {period: place for place, period in enumerate(year.budget)},
        )

    def own_line(self, line_id: str, old: BudgetLine | None) -> BudgetLine:
        """Compute a line that no group drives; ``old`` itself when it comes out equal."""
        line = self.lines[line_id]
        ratio = self._ratio(line)
        numerator, denominator = ratio or NO_RATIO
        growth, parts = growth_ratio(line.rate_growth_pct)
        prior = self._prior(line)
        computed = scaled(prior, numerator * growth, denominator * parts, self.year.unit)
        return self._with_overrides(line, prior, computed, old, has_basis=ratio is not None)

    def _ratio(self, line: OperatingLine) -> tuple[int, int] | None:
        ref = line.driver_ref or ""
        if line.driver_kind == "volume":
            return volume_ratio(self.volumes.get(ref))
        if line.driver_kind == "fte":
            return position_ratio(self.positions.get(ref))
        return None if line.driver_kind == GROUP else NO_RATIO

    def group_line(
        self, line_id: str, budget: ByMonth, base: ByMonth, old: BudgetLine | None
    ) -> BudgetLine:
        """Compute a line driven by a group of which ``budget`` and prior ``base`` are known."""
        line = self.lines[line_id]
        prior = self._prior(line)
        growth, parts = growth_ratio(line.rate_growth_pct)
        unit = self.year.unit
        computed = tuple([
            round_quotient(prior[place] * numerator * growth, denominator * parts) * unit
            for place, numerator, denominator in self.group_ratios(budget, base, range(MONTHS))
        ])  # fmt: skip
        return self._with_overrides(line, prior, computed, old, has_basis=0 not in base)

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
    ) -> BudgetLine:
        """Compute only the months in which the group moved; ``old`` when nothing came of it."""
        growth, parts = old.growth
        computed, shown, unit = list(old.computed), list(old.months), self.year.unit
        for place, numerator, denominator in ratios:
            product = old.prior[place] * numerator * growth
            computed[place] = round_quotient(product, denominator * parts) * unit
            if place not in old.overridden:
                shown[place] = computed[place]
        by_rule = tuple(computed)
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
        prior: tuple[int, ...],
        computed: tuple[int, ...],
        old: BudgetLine | None,
        *,
        has_basis: bool,
    ) -> BudgetLine:
        own = self._overrides(line.id)
        shown = computed
        if own:
            shown = tuple([own.get(place, computed[place]) for place in range(MONTHS)])
        growth = growth_ratio(line.rate_growth_pct)
        new = BudgetLine(
            line.id, line.kind, prior, computed, shown, frozenset(own),
            sum(prior), sum(shown), growth, has_basis,
        )  # fmt: skip
        return old if old is not None and old == new else new

    def _overrides(self, line_id: str) -> dict[int, int]:
        """Return what the draft says of a line's months, by place."""
        said = self.drafts.get(draft_line_id(self.draft_id, line_id))
        if said is None:
            return {}
        return {
            self.places[period]: amount
            for period, amount in said.months.items()
            if amount is not None and period in self.places
        }
