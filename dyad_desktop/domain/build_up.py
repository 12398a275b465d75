"""Whether values build up over a year: year-to-date figures, which no one said are such."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from dyad_desktop.domain.fiscal import year_first

RISES = 6
"""Steps upwards within years, and none downwards, that are taken for a build-up where each year begins anew."""
ONE_YEAR = 9
"""Values of a single year that are taken for one, where there is no beginning of another to see."""
JANUARY = 1

Known = Sequence[tuple[str, Decimal]]


def taken_for_year_to_date(
    span: str | None, values: Mapping[str, Decimal | None], start_month: int, step: int = 1
) -> bool:
    """Return whether a measure's values are taken for year-to-date figures: they look it, and nobody said otherwise.

    The one rule of the chart and of what is brought in. ``span`` is what is said that a value covers.
    """
    return span is None and builds_up(values, start_month, step)


def builds_up(values: Mapping[str, Decimal | None], start_month: int, step: int = 1) -> bool:
    """Return whether values only rise within each year and begin anew with the next, fiscal or calendar.

    A process that rises isn't meant: it doesn't fall back to less than half at each year's start, nor does it begin
    near nothing in a year's first month. Months in which nothing was added are equal to the one before. Chance does
    that to a series without trend less than once in a thousand.

    Args:
        values: by period, ``YYYY-MM``; gaps are ``None``.
        start_month: of the fiscal year, 1 to 12.
        step: months between two values; a quarter in two years counts in that of its middle month.
    """
    known = sorted((period, value) for period, value in values.items() if value is not None)
    if len(known) <= RISES or any(value < 0 for _period, value in known):
        return False
    return any(_builds_up(known, start, step) for start in {start_month, JANUARY})


def _builds_up(known: Known, start_month: int, step: int) -> bool:
    years: list[list[Decimal]] = []
    firsts: list[str] = []
    for first, part in groupby(known, key=lambda one: year_first(one[0], step, start_month)):
        year = [value for _period, value in part]
        if any(after < before for before, after in pairwise(year)):
            return False
        years.append(year)
        firsts.append(first)
    if len(years) == 1:
        return known[0][0] == firsts[0] and _begins_at_nothing(years[0])
    rises = sum(after > before for year in years for before, after in pairwise(year))
    anew = all(2 * after[0] < before[-1] for before, after in pairwise(years))
    return anew and rises >= RISES


def _begins_at_nothing(year: Sequence[Decimal]) -> bool:
    """Return whether a year's first value is about as large as what each month adds, and something is always added."""
    steps = [after - before for before, after in pairwise(year)]
    if len(year) < ONE_YEAR or min(steps) <= 0:
        return False
    return 0 < year[0] <= 2 * sum(steps) / len(steps)
