"""Figures of the year to date that a source brings: kept as such, or each month's own value worked out of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dyad_desktop.domain.build_up import JANUARY, builds_up, taken_for_year_to_date
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import OWN_PERIOD, Measure
from dyad_desktop.domain.observation_import import (
    DENOMINATOR,
    FIGURES,
    MARK,
    NUMERATOR,
    VALUE,
    BadRow,
    Item,
)
from dyad_desktop.domain.observation_import_to_date import (
    falls_in,
    may_build_up,
    own_values,
    year_begins,
)
from dyad_desktop.domain.observation_import_year_sums import are_months, sums_up
from dyad_desktop.domain.ratio import is_ratio
from dyad_desktop.domain.to_date import SUM, YEAR_TO_DATE, said_year, year_of
from dyad_desktop.services.importing_parts import Doubt

LOOKS = "the values only rise from the year’s first month on: are they of the year to date?"
SUMS = "the values are about what the year comes to up to each month: are they of the year to date?"
AGAINST = (
    "the figures speak against what was said of such ones before: are they of the year to date?"
)
SAYS = "the source says that these values are of the year to date, but they are taken for those of each month"
NO_SUM = "{title} doesn’t add up over the year, so a month’s own value can’t be worked out of the year to date"
ROLLS = "a value of {title} covers a rolling span, which can’t be worked out of the year to date"
NO_YEAR = (
    "it can’t be told in which month the year of these figures begins: say so at “Year begins in month”, under “Chart”"
    " of the measure, then bring them in again"
)
FOLLOWS = (
    "it is of the year to date; each month’s own value follows from the parts that other rows have"
)
ROLLING = "rolling"


@dataclass(frozen=True, slots=True)
class YearQuestion:
    """Of which measure is asked what its figures are, by its latest one: what the source has, and what it adds.

    ``own`` is a sentence where that can't be told. ``kept`` says that figures of the year to date are kept as such.
    """

    measure: str
    period: str
    figure: Decimal | None
    own: Decimal | str
    kept: bool


def question_of(
    measure: Measure, items: Sequence[Item], start_month: int, *, kept: bool
) -> YearQuestion:
    """Return what is asked of a measure's figures, as a source has them."""
    field = VALUE if _series(items, VALUE) else NUMERATOR
    found = _series(items, field)
    period = max(found, default="")
    begins = _year_of_items(measure, items, start_month)
    own = _own_series(measure, field, found, begins).get(period, "")
    return YearQuestion(measure.id, period, found.get(period), own, kept)


def _own_series(
    measure: Measure, field: str, found: Mapping[str, Decimal], begins: int | None
) -> Mapping[str, Decimal | str]:
    """Return what each period adds; a sentence where that can't be told."""
    if not _has_own(measure, field):
        why = ROLLS if measure.span == ROLLING else NO_SUM
        return dict.fromkeys(found, why.format(title=measure.title))
    if begins is None:
        return dict.fromkeys(found, NO_YEAR)
    return own_values(found, getattr(measure, field), begins, measure.step)


def holds_months(measure: Measure, items: Sequence[Item], start_month: int) -> bool:
    """Return whether a measure has values of single months: it says so, or those tell that stand."""
    if measure.span is not None:
        return measure.span != YEAR_TO_DATE
    brought = _series(items, VALUE) or _series(items, NUMERATOR)
    stands = {period: value for period, value in measure.values.items() if value is not None}
    if not stands.keys() - brought.keys():
        begins = _year_of_items(measure, items, start_month)
        return _are_own(stands, brought, begins or start_month, measure.step)
    return not builds_up({**stands, **brought}, year_of(measure, start_month), measure.step)


def _are_own(
    stands: Mapping[str, Decimal], brought: Mapping[str, Decimal], begins: int, step: int
) -> bool:
    """Return whether values that stand are nearer to what each month adds than to the year so far, most of them."""
    near = far = 0
    for period, own in own_values(brought, {}, begins, step).items():
        if period in stands and isinstance(own, Decimal) and own != brought[period]:
            nearer = abs(stands[period] - own) < abs(stands[period] - brought[period])
            near, far = near + nearer, far + (not nearer)
    return near > far


def looks_to_date(measure: Measure, items: Sequence[Item], after: Measure, start_month: int) -> str:
    """Return the question whether values are of the year to date, where they look it; else nothing."""
    if measure.span not in (None, OWN_PERIOD):
        return ""
    begins = year_of(measure, start_month)
    if taken_for_year_to_date(measure.span, after.values, begins, measure.step):
        return LOOKS
    field = _telling(measure)  # of a ratio, no month's denominator begins near nothing
    step = measure.step if field == VALUE else 1
    if field and may_build_up(_series(items, field), begins, step):
        return LOOKS
    return SUMS if denies(measure, items, start_month, to_date=False) else ""


def _telling(measure: Measure) -> str:
    """Return the field whose figures add up over a year; empty where none does."""
    return DENOMINATOR if is_ratio(measure) else VALUE if _adds_up(measure) else ""


def denies(measure: Measure, items: Sequence[Item], start_month: int, *, to_date: bool) -> bool:
    """Return whether figures speak against what was said of them: of the year to date, or each month's own."""
    field = _telling(measure)
    if not field or not holds_months(measure, items, start_month):
        return False
    found, stands, step = _series(items, field), getattr(measure, field), measure.step
    starts = {year_of(measure, start_month), said_year(measure) or JANUARY}
    if to_date:
        return are_months(found, stands, starts, step)
    return any(sums_up(found, stands, start, step) for start in starts)


def own_of(
    measure: Measure, items: Sequence[Item], start_month: int
) -> tuple[list[Item], list[BadRow]]:
    """Return items of the year to date as each month's own, and the rows of which that can't be worked out.

    A ratio's own value follows from its parts. Of a period of which one figure can't be told none is taken.
    """
    begins = _year_of_items(measure, items, start_month)
    series = {field: _series(items, field) for field in FIGURES}
    both = series[NUMERATOR].keys() & series[DENOMINATOR].keys() if is_ratio(measure) else set()
    series[VALUE] = {at: one for at, one in series[VALUE].items() if at not in both}
    made = {field: _own_series(measure, field, found, begins) for field, found in series.items()}
    kept: list[Item] = []
    against: dict[str, str] = {}
    for item in items:
        own = made.get(item.field, {}).get(item.period)
        if isinstance(own, str):
            against.setdefault(item.period, own)
        elif own is not None:
            kept.append(replace(item, value=own))
        elif item.field == MARK:
            kept.append(item)
    kept = [item for item in kept if item.period not in against]
    taken = {(item.row, item.period) for item in kept}
    left = {(item.row, item.period): item for item in reversed(items)}
    bad = [
        BadRow(one.row, _told(measure, one), against.get(one.period, FOLLOWS))
        for at, one in left.items()
        if at not in taken
    ]
    return kept, bad


def fallen(
    measure: Measure, after: Measure, written: Iterable[tuple[str, int]], start_month: int
) -> Iterator[Doubt]:
    """Give where figures of the year to date fall within a year, of the (period, row) that are written."""
    if not _adds_up(measure):
        return
    rows = dict(written)
    start = _year_in(measure, after.values, {}, start_month) or start_month
    for fall in falls_in(after.values, start, measure.step):
        if fall.period in rows:
            yield Doubt(rows[fall.period], measure.id, fall.period, fall.sentence)


def _year_of_items(measure: Measure, items: Sequence[Item], start_month: int) -> int | None:
    """Return in which month the year of a source's figures begins: one for all of a measure's; ``None`` as below."""
    for field in (DENOMINATOR, VALUE, NUMERATOR):
        found = _series(items, field)
        if found:
            return _year_in(measure, found, getattr(measure, field), start_month)
    return year_of(measure, start_month)


def _year_in(
    measure: Measure,
    values: Mapping[str, Decimal | None],
    stands: Mapping[str, Decimal | None],
    start_month: int,
) -> int | None:
    """Return in which month the year of figures begins: as their measure says, else as they tell.

    ``None`` where it must be said. ``stands`` are each period's own values.
    """
    return said_year(measure) or year_begins(values, start_month, measure.step, stands)


def _adds_up(measure: Measure) -> bool:
    """Return whether a measure's values can add up over a year, as far as is said of it."""
    return (
        measure.aggregation in (None, SUM)
        and measure.unit != "%"
        and measure.chart in (None, "i", "c", "run")
        and not is_ratio(measure)
    )


def _has_own(measure: Measure, field: str) -> bool:
    """Return whether a month's own figure can be worked out: nothing of rolling values, nor of a mean."""
    return measure.span in (None, OWN_PERIOD) and (field != VALUE or _adds_up(measure))


def _series(items: Iterable[Item], field: str) -> dict[str, Decimal]:
    return {
        item.period: item.value
        for item in items
        if item.field == field and isinstance(item.value, Decimal)
    }


def _told(measure: Measure, item: Item) -> str:
    return f"{measure.title}, {month_year_label(item.period)}: {item.value}"
