"""What stands in the plans and doesn't count as it is said, as partners who write apart can leave it."""

from collections.abc import Iterator, Mapping

from dyad_desktop.domain.asked import asked, base_cost, lines_of
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, unplanned
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.depreciation import MACRS_PERIODS, recovery_period
from dyad_desktop.domain.fiscal import (
    MONTHS,
    fiscal_year_label,
    fiscal_year_start,
    month_year_label,
)
from dyad_desktop.domain.methods import FTE, PRIOR_YEAR, VOLUME
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.plan_words import (
    NOTHING_BEFORE,
    has_basis,
    lost_growth_words,
    money_words,
)


def uncounted(book: Book, request: CapitalRequest) -> tuple[str, ...]:
    """Return what of a request doesn't count as it is said, each as a sentence without its capital and full stop."""
    return (
        *_plain_cost(book, request),
        *_phasing(book, request),
        *_years(request, "benefit", request.benefit_by_year),
        *_years(request, "operating cost", request.cost_by_year),
        *_recovery(request),
    )


# -- a cost beside cost lines ------------------------------------------------------------------


def plain_cost(book: Book, request: CapitalRequest) -> int:
    """Return the cost that stands beside cost lines and isn't their sum, in minor units; 0 where none does.

    Partners leave one where one of them writes the cost while the other parts it into lines, or deletes the last line
    while the other adds one.
    """
    lines = lines_of(book, request)
    return request.cost if lines and request.cost != base_cost(request, lines) else 0


def _plain_cost(book: Book, request: CapitalRequest) -> Iterator[str]:
    stands = plain_cost(book, request)
    if stands:
        counts = base_cost(request, lines_of(book, request))
        yield (
            f"a cost of {money_words(book, stands)} stands beside the cost lines and doesn’t count: they come to"
            f" {money_words(book, counts)}"
        )


def cost_beside_lines(book: Book, request: CapitalRequest, cost: int) -> str:
    """Return what a cost would mean beside a request's cost lines; empty where it has none, or it is their sum."""
    lines = lines_of(book, request)
    if not lines or cost == base_cost(request, lines):
        return ""
    said, counts = (
        money_words(book, one).partition(" ")[2] for one in (cost, base_cost(request, lines))
    )
    return f"{said}, but its cost lines count: {counts}" if cost else f"as its cost lines: {counts}"


# -- years, payments, recovery -----------------------------------------------------------------


def _phasing(book: Book, request: CapitalRequest) -> Iterator[str]:
    given = sum(amount for amount in request.phasing.values() if amount)
    whole = asked(book, request)
    if given > whole:
        yield (
            f"its payments add to {money_words(book, given)}, more than the {money_words(book, whole)} that it asks"
            " for, which is parted in their proportion"
        )


def _years(request: CapitalRequest, what: str, own: Mapping[str, int | None]) -> Iterator[str]:
    life = request.useful_life_years
    counted = {str(year) for year in range(1, life + 1)}
    for year, amount in sorted(own.items()):
        if amount is None or year in counted:
            continue
        late = year.isascii() and year.isdigit() and year == str(int(year)) and int(year) > life
        why = (
            f"its useful life ends with year {life}"
            if late
            else "years of use are counted 1, 2, 3 …"
        )
        yield f"its {what} of year {year} doesn’t count: {why}"


def _recovery(request: CapitalRequest) -> Iterator[str]:
    years = request.recovery_years
    if request.depreciation_method == "macrs" and years and years not in MACRS_PERIODS:
        yield (
            f"the tax table has no recovery period of {years} years: it is taken as a class life, which is depreciated"
            f" over {recovery_period(years)}"
        )


# -- envelopes of years ------------------------------------------------------------------------


def envelope_entries(book: Book) -> Mapping[str, tuple[str, ...]]:
    """Return the periods of each fiscal year that an envelope is said of, in order; the last of them counts."""
    start_month = book.only(Partnership).start_month
    found: dict[str, tuple[str, ...]] = {}
    for period, amount in sorted(book.only(CapitalPolicy).envelopes.items()):
        if amount is not None:
            year = fiscal_year_start(period, start_month)
            found[year] = (*found.get(year, ()), period)
    return found


def uncounted_envelopes(book: Book) -> tuple[str, ...]:
    """Return which fiscal years have more than one envelope and which of them counts, a sentence each."""
    start_month, said = book.only(Partnership).start_month, book.only(CapitalPolicy).envelopes
    return tuple(
        f"{fiscal_year_label(year, start_month)} has {len(periods)} envelopes ("
        + ", ".join(f"{month_year_label(one)}: {money_words(book, said[one])}" for one in periods)
        + f"); that of {month_year_label(periods[-1])} counts."
        for year, periods in envelope_entries(book).items()
        if len(periods) > 1
    )


def uncounted_growth(budget: Budget) -> dict[str, str]:
    """Return the lines whose growth was said for another method than they are planned by, by id, each in words.

    Those that count as nothing are told as that (``unplanned``); an agreed draft, and a line of which every month is
    set by hand, hang on no growth.
    """
    found = {}
    for said in budget.rules.drafts.values() if budget.planned is None else ():
        if said.draft != budget.draft_id or said.rate_growth_pct is None or not said.said_as:
            continue
        line = budget.lines.get(said.line)
        if line is None or line.problem or len(line.overridden) == MONTHS:
            continue
        if words := lost_growth_words(said):
            found[said.line] = words
    return dict(sorted(found.items()))


def without_basis(budget: Budget) -> dict[str, str]:
    """Return the lines in step with something that had nothing in the prior year, by id, each in words.

    Their driver counts for nothing. Those without a prior year have nothing to be lost, and neither has an agreed
    draft or a line of which every month is set by hand.
    """
    rules, found = budget.rules, {}
    idle = [
        *((VOLUME, one.id, one.name) for one in rules.volumes.values() if not has_basis(one)),
        *((FTE, one.id, one.title) for one in rules.positions.values() if not has_basis(one)),
    ]
    for kind, ref, name in idle if budget.planned is None else ():
        for line_id in budget.structure.by_driver.get((kind, ref), ()):
            line = budget.lines[line_id]
            counts = line.method == PRIOR_YEAR and line.prior_total
            if counts and len(line.overridden) < MONTHS:
                found[line_id] = f"{name} had {NOTHING_BEFORE}"
    return dict(sorted(found.items()))


def unplanned_count(budget: Budget) -> str:
    """Return how many lines count as nothing since their plan lacks something: ``1 line not planned``."""
    found = len(unplanned(budget))
    return f"{found:,} {'line' if found == 1 else 'lines'} not planned" if found else ""


def unplanned_words(book: Book, budget: Budget) -> str:
    """Return in a sentence which lines count as nothing in the budget; empty where none does."""
    found = unplanned(budget)
    if not found:
        return ""
    if len(found) > 1:
        return f"{len(found):,} lines count as nothing in the budget: their plans lack something."
    name = book.label("operating_line", found[0].line_id)
    return f"{name} counts as nothing in the budget: {found[0].problem}."
