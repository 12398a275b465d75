"""Ratios of the year: margins, cost, revenue and staff for each unit of service, and what supplies take.

Formulas: operating margin = operating income ÷ operating revenue, income being the statement's contribution (all
expense of the workspace, allocated support too) and revenue net and other revenue together; contribution margin =
(that revenue − variable cost) ÷ that revenue, as operating-room finance has it (payment − variable cost); cost
and net revenue ÷ units; full-time equivalents (paid hours ÷ those of one for the months) ÷ thousands of units that a
year of these months would have; supplies ÷ net revenue. Amounts are minor units until they are divided. No ratio,
and no gap between two, is rounded here: whoever shows one rounds it once, half away (``money.rounded``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.flex import Rule
from dyad_desktop.domain.methods import FTE, VOLUME
from dyad_desktop.domain.missing import Missing
from dyad_desktop.domain.money import exact, quotient
from dyad_desktop.domain.operating import OperatingLine, Position, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.sides import Side, Subject, bases_of, driver_of, hours_per_fte
from dyad_desktop.domain.statement import SIGNS

if TYPE_CHECKING:
    from dyad_desktop.domain.year_so_far import YearSoFar

PRIOR_YEAR, BUDGET_YEAR, PRIOR, BUDGET, ACTUAL = (
    "prior_year", "budget_year", "prior", "budget", "actual",
)  # fmt: skip
"""Sides of a ratio: two whole years, then some months a year before, as budgeted, and as they came."""
PERCENT, MONTHS, THOUSAND = 100, 12, 1000
SUPPLIES = "suppl"
"""Begins the word by which a category or group says that its lines are supplies."""
NO_VOLUME = "this volume has no figure for all of these months"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of some months, not rounded, or ``None`` with the reason, which ends the sentence “No ratio, since …”."""

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
        self._summed: dict[tuple[int, str], tuple[Side, list[Fraction | int]]] = {}

    def read(self, key: str, window: Window) -> Ratio:
        """Return a ratio by its key; amounts a unit in minor units, percentages and FTE in their own."""
        return self._ways[key](window)

    def _months(self, side: Side, what: str) -> "list[Fraction | int]":
        """Return a side by month: one kind of line, ``variable`` cost, or ``supplies``; summed once."""
        key = (id(side), what)  # the side is kept beside its sums, so that the name stays its own
        if key not in self._summed:
            self._summed[key] = side, self._summed_up(side, what)
        return self._summed[key][1]

    def _summed_up(self, side: Side, what: str) -> "list[Fraction | int]":
        parts: dict[str, Fraction | int]
        if what == "variable":
            spent = [one.id for one in self._subjects if one.kind == "expense"]
            parts = {key: share for key in spent if (share := self._shares.get(key))}
        elif what == "supplies":
            parts = dict.fromkeys(self._supplies, 1)
        else:
            parts = {one.id: 1 for one in self._subjects if one.kind == what}
        rows = [(part, side.amounts[key]) for key, part in parts.items() if key in side.amounts]
        count = max((len(months) for _, months in rows), default=0)
        return [sum(part * months[place] for part, months in rows) for place in range(count)]

    def _over(self, window: Window, what: str) -> "Fraction | int":
        months = self._months(window.side, what)
        return sum(months[place] for place in window.places) if months else 0

    def _sum(self, window: Window, kinds: Mapping[str, int]) -> int:
        return int(sum(sign * self._over(window, kind) for kind, sign in kinds.items()))

    def _revenue_sum(self, window: Window) -> int:
        return self._sum(window, {"revenue": 1, "deduction": -1, "other_revenue": 1})

    def _contribution_margin(self, window: Window) -> Ratio:
        revenue = self._revenue_sum(window)
        variable = Fraction(self._over(window, "variable"))
        return _percent(revenue - variable, revenue, "there is no revenue")

    def _operating_margin(self, window: Window) -> Ratio:
        return _percent(
            Fraction(self._sum(window, SIGNS)), self._revenue_sum(window), "there is no revenue"
        )

    def _supply(self, window: Window) -> Ratio:
        net = self._sum(window, {"revenue": 1, "deduction": -1})
        if not self._supplies:
            return Ratio(None, "no line is in a category or group of supplies")
        spent = self._over(window, "supplies")
        return _percent(Fraction(spent), net, "there is no net revenue")

    def _units(self, window: Window) -> Fraction | None:
        months = () if self._volume is None else window.side.volumes.get(self._volume.id, ())
        found = [months[place] if place < len(months) else None for place in window.places]
        known = [units for units in found if units is not None]
        return sum(known, Fraction(0)) if len(known) == len(found) and any(known) else None

    def _per_unit(self, window: Window, amount: int) -> Ratio:
        units = self._units(window)
        return Ratio(None, NO_VOLUME) if units is None else Ratio(quotient(amount, units))

    def _cost(self, window: Window) -> Ratio:
        return self._per_unit(window, self._sum(window, {"expense": 1}))

    def _revenue(self, window: Window) -> Ratio:
        return self._per_unit(window, self._sum(window, {"revenue": 1, "deduction": -1}))

    def _fte(self, window: Window) -> Ratio:
        units = self._units(window)
        if units is None:
            return Ratio(None, NO_VOLUME)
        if window.fte is None:
            return Ratio(None, "the paid hours of every position aren’t known")
        a_year = units * MONTHS / len(window.places) / THOUSAND
        return Ratio(quotient(window.fte, a_year))


def is_supply(line: OperatingLine) -> bool:
    """Return whether a line counts as supplies: an expense whose category or a group of it says so."""
    words = (line.category or "", *line.groups)
    return line.kind == "expense" and any(word.lower().startswith(SUPPLIES) for word in words)


def _percent(part: Fraction, whole: int, lacks: str) -> Ratio:
    return Ratio(None, lacks) if whole <= 0 else Ratio(quotient(part * PERCENT, whole))


# -- full-time equivalents -----------------------------------------------------------------------


def prior_fte(book: Book) -> Fraction | None:
    """Return the prior year's full-time equivalents; ``None`` without positions."""
    positions = book.all(Position)
    return sum((exact(one.fte_prior) for one in positions), Fraction(0)) if positions else None


def budget_fte(book: Book, budget: Budget, places: Sequence[int]) -> Fraction | None:
    """Return the average full-time equivalents that are planned for some months; ``None`` without positions."""
    staff = bases_of(book, budget).staff.values()
    if not staff or not places:
        return None
    known = (months[place] or Fraction(0) for months in staff for place in places)
    return sum(known, Fraction(0)) / len(places)


def actual_fte(book: Book, budget: Budget, side: Side, places: Sequence[int]) -> Fraction | None:
    """Return paid hours ÷ those of one full-time equivalent; ``None`` unless every position has its hours.

    One that is planned for these months, and in no line, has none: beside what is planned with it, those of the others
    would look like fewer people.
    Several lines of a position (salaries, benefits) are paid for the same hours, which count once; where the lines say
    different ones, the most of them. A year has as many hours as the position says, else as all have.
    """
    staffed: dict[str, list[str]] = {}
    for line in book.all(OperatingLine):
        kind, ref = driver_of(book, budget.draft_id, line)
        if kind == FTE:
            staffed.setdefault(ref or "", []).append(line.id)
    planned = bases_of(book, budget).staff
    if any(
        ref not in staffed and any(months[n] for n in places) for ref, months in planned.items()
    ):
        return None
    found = Fraction(0)
    for ref, lines in staffed.items():
        position = book.get(Position, ref)
        own = None if position is None else position.hours_per_year
        a_month = exact(own or hours_per_fte(book)) / MONTHS
        for place in places:
            known = [hours for line in lines if (hours := _at(side, line, place)) is not None]
            if not known:
                return None
            found += max(known) / a_month
    return found / len(places) if staffed and places else None


def _at(side: Side, line: str, place: int) -> Fraction | None:
    return side.hours[line][place] if line in side.hours else None


# -- the rows ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RatioRow:
    """One ratio on every side, and month by month from the prior year's first on; ``planned`` of the budget year."""

    measured: Measured
    sides: Mapping[str, Ratio]
    months: Sequence[Decimal | None]
    planned: Sequence[Decimal | None]

    def gap(self, side: str) -> Decimal | None:
        """Return how far the actual ratio is from another; ``None`` where either is missing."""
        actual, other = self.sides[ACTUAL].value, self.sides[side].value
        return None if actual is None or other is None else actual - other


def ratio_rows(
    year: "YearSoFar", volume: Volume | None, places: Sequence[int]
) -> tuple[RatioRow, ...]:
    """Return every ratio for some months of a year, and of each month from the prior year's first on.

    What the months lack counts on no side: a month without any actual is none of them, and a line's missing one is
    left out of prior year and budget too.
    """
    book, budget = year.book, year.budget
    places = year.missing.known(places)
    prior, planned = (_known_of(side, year.missing) for side in (year.prior, year.planned))
    reader = Reader(book, year.subjects, year.rules, volume)
    whole, before = range(MONTHS), prior_fte(book)
    windows = {
        PRIOR_YEAR: Window(year.prior, whole, before),
        BUDGET_YEAR: Window(year.planned, whole, budget_fte(book, budget, whole)),
        PRIOR: Window(prior, places, before),
        BUDGET: Window(planned, places, budget_fte(book, budget, places)),
        ACTUAL: Window(year.actual, places, actual_fte(book, budget, year.actual, places)),
    }
    months = [Window(year.prior, [n], before) for n in whole]
    months += [
        Window(year.actual, year.missing.known([n]), actual_fte(book, budget, year.actual, [n]))
        for n in range(year.count)
    ]
    budgeted = [Window(year.planned, [n], budget_fte(book, budget, [n])) for n in whole]
    return tuple(
        RatioRow(
            one,
            {side: reader.read(one.key, window) for side, window in windows.items()},
            [reader.read(one.key, window).value for window in months],
            [reader.read(one.key, window).value for window in budgeted],
        )
        for one in RATIOS
    )


def _known_of(side: Side, lacks: Missing) -> Side:
    """Return a side without the amounts of the months that are missing."""
    if not lacks.lines:
        return side
    amounts = {
        line: tuple(0 if n in lacks.of(line) else amount for n, amount in enumerate(months))
        for line, months in side.amounts.items()
    }
    return replace(side, amounts=amounts)


def first_volume(book: Book, budget: Budget) -> Volume | None:
    """Return the volume that counts as unit by default: the one whose lines are budgeted for the most money.

    Where no line follows a volume, it is the first with actuals of this year, else the first; ``None`` without any.
    """
    volumes, months = book.all(Volume), book.only(Partnership).ytd_months
    moved = dict.fromkeys((one.id for one in volumes), 0)
    for line in book.all(OperatingLine):
        kind, ref = driver_of(book, budget.draft_id, line)
        if kind == VOLUME and ref in moved:
            moved[ref] += abs(budget.lines[line.id].total)
    return max(
        volumes,
        key=lambda one: (moved[one.id], bool(months and any(one.ytd_actuals.values()))),
        default=None,
    )
