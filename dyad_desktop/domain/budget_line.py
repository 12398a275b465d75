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
from dyad_desktop.domain.money import currency_exponent, round_half_away
from dyad_desktop.domain.operating import (
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError

NOT_OVERRIDDEN: frozenset[int] = frozenset()

ByMonth = Sequence[int]
"""Twelve amounts in minor units."""


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
        growth = growth_ratio(line.rate_growth_pct)
        computed = tuple([
            self._group_month(growth, *amounts) for amounts in zip(prior, budget, base, strict=True)
        ])  # fmt: skip
        return self._with_overrides(line, prior, computed, old, has_basis=0 not in base)

    def group_months(
        self, old: BudgetLine, budget: ByMonth, base: ByMonth, moved: Sequence[int]
    ) -> BudgetLine:
        """Compute only the months in which the group moved; ``old`` when nothing came of it."""
        growth = growth_ratio(self.lines[old.line_id].rate_growth_pct)
        computed = list(old.computed)
        for place in moved:
            computed[place] = self._group_month(
                growth, old.prior[place], budget[place], base[place]
            )
        by_rule, has_basis = tuple(computed), 0 not in base
        if by_rule == old.computed and has_basis == old.has_basis:
            return old
        shown = by_rule
        if old.overridden:
            shown = tuple([
                old.months[place] if place in old.overridden else by_rule[place]
                for place in range(MONTHS)
            ])  # fmt: skip
        return BudgetLine(
            old.line_id, old.kind, old.prior, by_rule, shown, old.overridden,
            old.prior_total, sum(shown), has_basis,
        )  # fmt: skip

    def _group_month(self, growth: tuple[int, int], prior: int, budget: int, base: int) -> int:
        """Return one month of a line that a group drives; ratio 1 when the group had nothing."""
        unit = self.year.unit
        if base == 0:
            budget = base = 1
        product = prior * budget * growth[0]
        return round_half_away(product, base * growth[1] * unit) * unit

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
        shown, overridden = computed, NOT_OVERRIDDEN
        said = self.drafts.get(draft_line_id(self.draft_id, line.id))
        if said is not None and said.months:
            own = {
                self.places[period]: amount
                for period, amount in said.months.items()
                if amount is not None and period in self.places
            }
            overridden = frozenset(own)
            shown = tuple([own.get(place, computed[place]) for place in range(MONTHS)])
        new = BudgetLine(
            line.id,
            line.kind,
            prior,
            computed,
            shown,
            overridden,
            sum(prior),
            sum(shown),
            has_basis,
        )
        return old if old is not None and old == new else new
