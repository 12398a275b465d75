"""Figures of the year to date in a source: what says or suggests them, and each month's own value out of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import median
from types import MappingProxyType

from dyad_desktop.domain.build_up import JANUARY
from dyad_desktop.domain.fiscal import MONTHS, QUARTER, add_months, month_year_label, year_first
from dyad_desktop.domain.observation_import import (
    FIGURES,
    MEASURE,
    PERIOD,
    TURNED,
    WIDE,
    Reading,
    Rows,
)
from dyad_desktop.domain.observation_import_words import to_date_in

FEWEST = 4
"""Values from a year's first month on that can look like a build-up; fewer rise by chance too often."""
FEWEST_STEPS = 2
TOO_MUCH = 3
"""So many times what a period adds as a rule, and twice the most that one does, is more than one period's."""
Known = Mapping[str, Decimal | None]


def said_to_date(rows: Rows, reading: Reading, sheet: str) -> frozenset[str]:
    """Return the measures whose name in a source, or the heading or sheet above their figures, says so."""
    heads = rows[reading.header] if 0 <= reading.header < len(rows) else ()
    measures = {*reading.names.values()} if MEASURE in reading.roles else {reading.measure}
    headed = {PERIOD} if reading.shape == WIDE else FIGURES
    above = [heads[n] for n, role in enumerate(reading.roles) if role in headed and n < len(heads)]
    if reading.shape != TURNED and any(map(to_date_in, above)):
        return frozenset(measures)
    if to_date_in(sheet):
        return frozenset(measures)
    return frozenset(measure for name, measure in reading.names.items() if to_date_in(name))


def may_build_up(values: Known, start_month: int, step: int = 1) -> bool:
    """Return whether values may be of the year to date: they only rise from a year's first month, from near nothing.

    Fewer than ``builds_up`` asks for, so a person is asked. A process that rises doesn't begin at what a month adds.

    Args:
        values: by period, ``YYYY-MM``; gaps are ``None``.
        start_month: of the fiscal year, 1 to 12.
        step: months between two values; a quarter in two years counts in that of its middle month.
    """
    return any(_rises(values, start, step) for start in {start_month, JANUARY})


def _rises(values: Known, start_month: int, step: int) -> bool:
    known = sorted((period, value) for period, value in values.items() if value is not None)
    years: dict[str, list[tuple[str, Decimal]]] = {}
    for period, value in known:
        years.setdefault(year_first(period, step, start_month), []).append((period, value))
    for first, year in years.items():
        steps = [after - before for (_, before), (_, after) in pairwise(year)]
        begun = len(year) >= FEWEST and year[0][0] == first and min(steps) > 0
        if begun and 0 < year[0][1] <= 2 * sum(steps) / len(steps):
            return True
    return False


def year_begins(
    values: Known, start_month: int, step: int = 1, stands: Known = MappingProxyType({})
) -> int | None:
    """Return the month in which figures begin anew: of the fiscal year, unless they speak for the calendar's alone.

    Against a year speak figures that fall within it, and such as hold more than what its periods add: they go on where
    it begins, or are many times what is usual. ``None`` where they hold more than both years have, and begin elsewhere:
    that must be said.

    Args:
        values: by period, ``YYYY-MM``; gaps are ``None``.
        start_month: of the fiscal year, 1 to 12.
        step: months between two values; a quarter in two years counts in that of its middle month.
        stands: each period's own value, as it is kept.
    """
    found = {period: value for period, value in sorted(values.items()) if value is not None}

    def fits(start: int) -> bool:
        return not _holds_more(found, stands, start, step) and not falls_in(found, start, step)

    if fits(start_month):
        return start_month
    if fits(JANUARY):
        return JANUARY
    begins_elsewhere = _goes_on(found, start_month, step) or (
        _holds_more(found, stands, start_month, step) and any(map(fits, range(1, MONTHS + 1)))
    )
    return None if begins_elsewhere else start_month


def _goes_on(found: Mapping[str, Decimal], start_month: int, step: int) -> bool:
    """Return whether figures grow where a year begins."""
    return any(
        less < more
        and year_first(after, step, start_month) == after
        and before >= add_months(after, -QUARTER)
        for (before, less), (after, more) in pairwise(found.items())
    )


def _holds_more(found: Mapping[str, Decimal], stands: Known, start_month: int, step: int) -> bool:
    """Return whether figures hold more than what a year's periods add, by all that is known of those."""
    if _goes_on(found, start_month, step):
        return True
    usual = [one for one in stands.values() if one is not None]
    if len(usual) < FEWEST:
        usual = [
            more - less
            for (before, less), (after, more) in pairwise(found.items())
            if after == add_months(before, step) and more > less
        ]
    if len(usual) < FEWEST_STEPS:
        return False
    most = max(TOO_MUCH * Decimal(median(usual)), 2 * max(usual))
    own = own_values(found, stands, start_month, step).values()
    return any(isinstance(one, Decimal) and one > most for one in own)


@dataclass(frozen=True, slots=True)
class Fall:
    """A figure of the year to date below the one before it in its year."""

    period: str
    value: Decimal
    before: str
    """Period of the one before it."""
    larger: Decimal

    @property
    def sentence(self) -> str:
        """Return what is wrong with it."""
        when = month_year_label(self.before)
        return f"{self.value:,f} is below the {self.larger:,f} of {when}, though figures of the year to date only grow"


def falls_in(values: Known, start_month: int, step: int = 1) -> Sequence[Fall]:
    """Return where figures of the year to date fall within a year.

    Args:
        values: by period, ``YYYY-MM``; gaps are ``None``.
        start_month: in which the year begins, 1 to 12.
        step: months between two values; a quarter in two years counts in that of its middle month.
    """
    known = sorted((period, value) for period, value in values.items() if value is not None)
    return [
        Fall(after, less, before, more)
        for (before, more), (after, less) in pairwise(known)
        if less < more
        and year_first(before, step, start_month) == year_first(after, step, start_month)
    ]


def own_values(
    to_date: Mapping[str, Decimal], stands: Known, start_month: int, step: int
) -> dict[str, Decimal | str]:
    """Return what each period adds to the year so far; a sentence where that can't be told.

    What the year has come to before a period is what the source says of it, else the sum of what stands.

    Args:
        to_date: figures of the year to date, by period.
        stands: each period's own value, as it is kept.
        start_month: in which the year begins, 1 to 12.
        step: months between two periods.
    """
    made: dict[str, Decimal | str] = {}
    for period, total in sorted(to_date.items()):
        before = _before(period, to_date, stands, start_month, step)
        if isinstance(before, str):
            made[period] = (
                f"what {month_year_label(period)} adds can’t be told: nothing is known of {month_year_label(before)}"
            )
        elif total < before:
            made[period] = (
                f"{total:,f} for the year to date is below the {before:,f} that it had come to before, from"
                f" {month_year_label(year_first(period, step, start_month))} on"
            )
        else:
            made[period] = total - before
    return made


def _before(
    period: str, to_date: Mapping[str, Decimal], stands: Known, start_month: int, step: int
) -> Decimal | str:
    """Return what a year had come to before a period; the period that lacks where nothing tells."""
    first, total = year_first(period, step, start_month), Decimal(0)
    at = add_months(period, -step)
    while at >= first:
        if at in to_date:
            return total + to_date[at]
        own = stands.get(at)
        if own is None:
            return at
        total += own
        at = add_months(at, -step)
    return total
