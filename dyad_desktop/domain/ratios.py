"""Ratios of the year: margins, cost, revenue and staff for each unit of service, and what supplies take.

Formulas: operating margin = operating income ÷ operating revenue, income being the statement's contribution (all
expense of the workspace, allocated support too) and revenue net and other revenue together; contribution margin =
(that revenue − variable cost) ÷ that revenue, as operating-room finance has it (payment − variable cost); cost
and net revenue ÷ units; full-time equivalents (paid hours ÷ those of one for the months) ÷ thousands of units that a
year of these months would have; supplies ÷ net revenue. Amounts are minor units until they are divided; each
ratio is rounded once, half away.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.flex import Rule
from dyad_desktop.domain.money import exact, round_ratio
from dyad_desktop.domain.operating import OperatingLine, Planning, Position, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.sides import Side, Subject, driver_of
from dyad_desktop.domain.staffing import HOURS_PER_FTE, monthly_fte
from dyad_desktop.domain.statement import SIGNS

PERCENT, MONTHS, THOUSAND = 100, 12, 1000
SUPPLIES = "suppl"
"""Begins the word by which a category or group says that its lines are supplies."""
NO_VOLUME = "this volume has no figure for all of these months"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of some months, or ``None`` with the reason, which ends the sentence “No ratio, since …”."""

    value: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Some months of one side: what the ratios are of. ``fte`` is ``None`` where it isn't known."""

    side: Side
    places: Sequence[int]
    fte: Fraction | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One ratio's name, unit (``%``, ``money`` or ``fte``), whether more is better, and its formula in words."""

    key: str
    title: str
    unit: str
    better: int
    formula: str


RATIOS = (
    Measured("contribution_margin", "Contribution margin", "%", 1,
             "net and other revenue less variable cost, in percent of net and other revenue"),
    Measured("operating_margin", "Operating margin", "%", 1,
             "the statement’s contribution, after all expense, in percent of net and other revenue"),
    Measured("cost_per_unit", "Cost per {unit}", "money", -1, "all expense ÷ units"),
    Measured("revenue_per_unit", "Net revenue per {unit}", "money", 1, "net revenue ÷ units"),
    Measured("fte_per_thousand", "FTE per 1,000 {unit}s a year", "fte", -1,
             "full-time equivalents ÷ thousands of units that a year of these months would have"),
    Measured("supplies", "Supplies of net revenue", "%", -1,
             "lines whose category or group is supplies, in percent of net revenue"),
)  # fmt: skip
"""The ratios in order. ``better`` is 1 where more is better, −1 where less is."""


class Reader:
    """Reads ratios of a budget's lines for one volume."""

    def __init__(
        self,
        book: Book,
        subjects: Sequence[Subject],
        rules: Mapping[str, Rule],
        volume: Volume | None,
    ) -> None:
        """Take the lines, how each varies, and the service that counts as unit."""
        self._subjects, self._volume = subjects, volume
        self._shares = {
            key: rule.share for key, rule in rules.items() if rule.kind and rule.step is None
        }
        lines = book.rows(OperatingLine)
        self._supplies = frozenset(key for key, line in lines.items() if is_supply(line))
        self._ways: Mapping[str, Callable[[Window], Ratio]] = {
            "contribution_margin": self._contribution_margin,
            "operating_margin": self._operating_margin,
            "cost_per_unit": self._cost,
            "revenue_per_unit": self._revenue,
            "fte_per_thousand": self._fte,
            "supplies": self._supply,
        }

    def read(self, key: str, window: Window) -> Ratio:
        """Return a ratio by its key; amounts a unit in minor units, percentages and FTE in their own, 2 places."""
        return self._ways[key](window)

    def _sum(self, window: Window, kinds: Mapping[str, int]) -> int:
        amounts = window.side.amounts
        return sum(
            kinds[one.kind] * amounts[one.id][place]
            for one in self._subjects
            if one.kind in kinds and one.id in amounts
            for place in window.places
        )

    def _revenue_sum(self, window: Window) -> int:
        return self._sum(window, {"revenue": 1, "deduction": -1, "other_revenue": 1})

    def _contribution_margin(self, window: Window) -> Ratio:
        revenue, variable = self._revenue_sum(window), Fraction(0)
        for one in self._subjects:
            share = self._shares.get(one.id)
            if one.kind == "expense" and share:
                variable += share * sum(window.side.amounts[one.id][n] for n in window.places)
        return _percent(revenue - variable, revenue, "there is no revenue")

    def _operating_margin(self, window: Window) -> Ratio:
        return _percent(
            Fraction(self._sum(window, SIGNS)), self._revenue_sum(window), "there is no revenue"
        )

    def _supply(self, window: Window) -> Ratio:
        net = self._sum(window, {"revenue": 1, "deduction": -1})
        if not self._supplies:
            return Ratio(None, "no line is in a category or group of supplies")
        amounts = window.side.amounts
        spent = sum(
            amounts[key][n] for key in self._supplies if key in amounts for n in window.places
        )
        return _percent(Fraction(spent), net, "there is no net revenue")

    def _units(self, window: Window) -> Fraction | None:
        months = () if self._volume is None else window.side.volumes.get(self._volume.id, ())
        found = [months[place] if place < len(months) else None for place in window.places]
        known = [units for units in found if units is not None]
        return sum(known, Fraction(0)) if len(known) == len(found) and any(known) else None

    def _per_unit(self, window: Window, amount: int) -> Ratio:
        units = self._units(window)
        return Ratio(None, NO_VOLUME) if units is None else Ratio(_ratio(Fraction(amount), units))

    def _cost(self, window: Window) -> Ratio:
        return self._per_unit(window, self._sum(window, {"expense": 1}))

    def _revenue(self, window: Window) -> Ratio:
        return self._per_unit(window, self._sum(window, {"revenue": 1, "deduction": -1}))

    def _fte(self, window: Window) -> Ratio:
        units = self._units(window)
        if units is None:
            return Ratio(None, NO_VOLUME)
        if window.fte is None:
            return Ratio(None, "the paid hours of every staffed line aren’t known")
        a_year = units * MONTHS / len(window.places) / THOUSAND
        return Ratio(_ratio(window.fte, a_year))


def is_supply(line: OperatingLine) -> bool:
    """Return whether a line counts as supplies: an expense whose category or a group of it says so."""
    words = (line.category or "", *line.groups)
    return line.kind == "expense" and any(word.lower().startswith(SUPPLIES) for word in words)


def _percent(part: Fraction, whole: int, lacks: str) -> Ratio:
    return Ratio(None, lacks) if whole <= 0 else Ratio(_ratio(part * PERCENT, Fraction(whole)))


def _ratio(part: Fraction, whole: Fraction) -> Decimal:
    return round_ratio(*(part / whole).as_integer_ratio(), 2)


# -- full-time equivalents -----------------------------------------------------------------------


def prior_fte(book: Book) -> Fraction | None:
    """Return the prior year's full-time equivalents; ``None`` without positions."""
    positions = book.all(Position)
    return sum((exact(one.fte_prior) for one in positions), Fraction(0)) if positions else None


def budget_fte(book: Book, budget: Budget, places: Sequence[int]) -> Fraction | None:
    """Return the average full-time equivalents that are planned for some months; ``None`` without positions."""
    positions = book.all(Position)
    if not positions or not places:
        return None
    by_month = [monthly_fte(one, budget.year.budget) for one in positions]
    return sum((months[place] for months in by_month for place in places), Fraction(0)) / len(
        places
    )


def actual_fte(book: Book, budget: Budget, side: Side, places: Sequence[int]) -> Fraction | None:
    """Return paid hours ÷ those of one full-time equivalent; ``None`` unless every staffed line has its hours."""
    lines = [
        line.id
        for line in book.all(OperatingLine)
        if driver_of(book, budget.draft_id, line)[0] == "fte"
    ]
    months = [side.hours.get(line, (None,) * MONTHS)[place] for line in lines for place in places]
    known = [hours for hours in months if hours is not None]
    if not known or len(known) < len(months):
        return None
    hours_per_fte = exact(book.only(Planning).hours_per_fte or HOURS_PER_FTE)
    return sum(known, Fraction(0)) / (hours_per_fte * len(places) / MONTHS)


def first_volume(book: Book) -> Volume | None:
    """Return the volume that counts as unit by default: the first with actuals of this year, else the first."""
    volumes = book.all(Volume)
    months = book.only(Partnership).ytd_months
    with_actuals = (one for one in volumes if months and any(one.ytd_actuals.values()))
    return next(with_actuals, next(iter(volumes), None))
