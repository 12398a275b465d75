"""What capital requests put into an operating draft by themselves: depreciation, benefit and operating cost.

Lines are computed, never stored: they change when the request does, and say which request they come from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from dyad_desktop.domain.asked import asks, total_asked
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, CostLine
from dyad_desktop.domain.depreciation import MONTHS, by_year
from dyad_desktop.domain.fiscal import add_months, fiscal_month, fiscal_year_start, months
from dyad_desktop.domain.money import allocate, round_quotient
from dyad_desktop.domain.yearly import benefits, operating_costs

SHORT = 8
"""So long an id can be read; a longer one was made by the computer."""
MAX_RECOVERY = 20
"""Years of the longest recovery period."""
WHAT = ("depreciation", "benefit", "operating_cost")
"""What a request posts, each with a line of its own: ``R7:depreciation``."""
_NAMES = {
    "depreciation": "Depreciation of {}",
    "benefit": "Benefit of {}",
    "operating_cost": "Operating cost of {}",
}


@dataclass(frozen=True, slots=True)
class Posting:
    """One linked line of a draft's year. Twelve amounts in minor units, natural-positive, in whole units.

    ``id`` is ``<request>:<what>``; ``what`` is ``depreciation``, ``benefit`` or ``operating_cost``; ``kind`` is the
    kind of an operating line: ``expense`` or ``other_revenue``.
    """

    id: str
    request: str
    what: str
    kind: str
    name: str
    months: tuple[int, ...]
    cost_centre: str | None = None

    @property
    def total(self) -> int:
        """Return the year's amount."""
        return sum(self.months)


def postings(
    requests: Mapping[str, CapitalRequest],
    cost_lines: Mapping[str, CostLine],
    policy: CapitalPolicy,
    draft_id: str,
    periods: Sequence[str],
    unit: int = 100,
) -> tuple[Posting, ...]:
    """Return the linked lines of a draft, by request and then depreciation, benefit, operating cost.

    Args:
        requests: all capital requests by id; those count that post to the draft, have an in-service month, and are
            neither deferred nor declined.
        cost_lines: all cost lines by id.
        policy: says whether depreciation begins in the in-service month or the month after.
        draft_id: the draft.
        periods: the twelve periods of its year, the first of which begins the fiscal year.
        unit: minor units in one whole unit of the currency.

    A line whose year is all zero is left out. Pure: equal input gives equal output.
    """
    chosen = [one for one in requests.values() if _posts(one, draft_id)]
    if not chosen:
        return ()
    costs: defaultdict[str, list[CostLine]] = defaultdict(list)
    for line in cost_lines.values():
        costs[line.request].append(line)
    found: list[Posting] = []
    for request in sorted(chosen, key=lambda one: (one.order, one.id)):
        found += _of_request(request, costs[request.id], policy, periods, unit)
    return tuple(found)


def _posts(request: CapitalRequest, draft_id: str) -> bool:
    return draft_id in request.posts_to and _in_calendar(request) and asks(request)


def _in_calendar(request: CapitalRequest) -> bool:
    """Return whether its whole life lies in years of four digits, as periods are written."""
    longest = max(request.useful_life_years, MAX_RECOVERY) + 2
    return request.in_service is not None and int(request.in_service[:4]) + longest < 10_000


def _of_request(
    request: CapitalRequest,
    lines: Iterable[CostLine],
    policy: CapitalPolicy,
    periods: Sequence[str],
    unit: int,
) -> Iterable[Posting]:
    amounts = {
        "depreciation": depreciation_by_month(request, lines, policy, periods[0], unit),
        "benefit": effect_by_month(benefits(request), request, unit),
        "operating_cost": effect_by_month(operating_costs(request), request, unit),
    }
    short = f" ({request.id})" if len(request.id) <= SHORT else ""
    for what, by_period in amounts.items():
        year = tuple(by_period.get(period, 0) for period in periods)
        if any(year):
            yield Posting(
                id=f"{request.id}:{what}",
                request=request.id,
                what=what,
                kind="other_revenue" if what == "benefit" else "expense",
                name=_NAMES[what].format(request.title) + short,
                months=year,
                cost_centre=request.cost_centre,
            )


# -- depreciation ------------------------------------------------------------------------------


def first_month(request: CapitalRequest, policy: CapitalPolicy) -> str | None:
    """Return the period in which depreciation begins; ``None`` without an in-service month.

    The policy's ``depreciation_from`` decides. Where it says nothing, the words of its rule do ("from the month
    after in_service"); else it is the in-service month itself.
    """
    if request.in_service is None or not _in_calendar(request):
        return None
    words = (policy.depreciation or "").lower()
    after = policy.depreciation_from or ("month_after" if "month after" in words else "in_service")
    return add_months(request.in_service, int(after == "month_after"))


def depreciation_by_month(
    request: CapitalRequest,
    lines: Iterable[CostLine],
    policy: CapitalPolicy,
    fiscal_start: str,
    unit: int = 100,
) -> Mapping[str, int]:
    """Return the depreciation of each month of life in minor units, in whole units of the currency.

    What is asked for less the salvage, in whole units, is parted over fiscal years by what the method gives them,
    and each year over its months: months add to years and years to the whole, to the unit. A salvage above what is
    asked leaves nothing to depreciate.

    Args:
        request: the asset; without an in-service month there is no depreciation.
        lines: its cost lines.
        policy: says in which month it begins.
        fiscal_start: the first period of any fiscal year.
        unit: minor units in one whole unit of the currency.
    """
    start = first_month(request, policy)
    if start is None:
        return {}
    cost = total_asked(request, lines)
    salvage = min(request.salvage or 0, cost)
    return _depreciation(
        request.depreciation_method or "straight_line", cost, salvage,
        (request.useful_life_years, request.recovery_years), (start, int(fiscal_start[5:])), unit,
    )  # fmt: skip


@lru_cache(maxsize=512)  # a budget is computed at every keystroke, a request changes seldom
def _depreciation(
    method: str,
    cost: int,
    salvage: int,
    lives: tuple[int, int | None],
    when: tuple[str, int],
    unit: int,
) -> Mapping[str, int]:
    shares = _shares(by_year(method, cost, salvage, *lives), *when, fiscal=method == "macrs")
    base = cost if method == "macrs" else cost - salvage
    units = round_quotient(base, unit)
    if not units:
        return {}
    years = list(shares.values())
    parts = allocate(units, [sum(year.values()) for year in years])
    found: dict[str, int] = {}
    for part, year in zip(parts, years, strict=True):
        if part:
            amounts = allocate(part, list(year.values()))
            found |= {period: amount * unit for period, amount in zip(year, amounts, strict=True)}
    return found


def _shares(
    years: Sequence[Fraction], start: str, start_month: int, *, fiscal: bool
) -> dict[str, dict[str, Fraction]]:
    """Return what each month weighs, by fiscal year.

    ``fiscal`` years are fiscal years themselves, each even over its months in service; others are years of life.
    """
    found: dict[str, dict[str, Fraction]] = {}
    at = start
    for amount in years:
        count = MONTHS - fiscal_month(at, start_month) if fiscal else MONTHS
        for period in months(at, count):
            year = found.setdefault(fiscal_year_start(period, start_month), {})
            year[period] = amount / count
        at = add_months(at, count)
    return found


# -- benefit and operating cost ----------------------------------------------------------------


def effect_by_month(
    years: Sequence[int], request: CapitalRequest, unit: int = 100
) -> Mapping[str, int]:
    """Return amounts of the years of use by month from the in-service month on.

    Each year is parted evenly over its twelve months, in whole units of the currency.
    """
    start = request.in_service
    if start is None or not _in_calendar(request):
        return {}
    found: dict[str, int] = {}
    for place, amount in enumerate(years):
        if amount:
            parts = allocate(round_quotient(amount, unit), [1] * MONTHS)
            periods = months(add_months(start, place * MONTHS))
            found |= {period: part * unit for period, part in zip(periods, parts, strict=True)}
    return found
