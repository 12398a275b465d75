"""What is looked at of observations that were typed or pasted, as carefully as of those that a file brings."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.entry import PLACES
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import_checks import is_young
from dyad_desktop.domain.observation_import_plausible import impossible, impossible_share, is_slip
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.goals import (
    DENOMINATOR,
    MARK,
    NUMERATOR,
    VALUE,
    Entry,
    computed,
    observation_edits,
)
from dyad_desktop.services.importing import PROVISIONAL
from dyad_desktop.services.importing_checks import noticed

PERHAPS = "perhaps a fraction where a percentage is meant"


def taken(book: Book, measure: Measure, entries: Sequence[Entry]) -> list[Entry]:
    """Return entries as they may be kept, with the marks of periods that can't be complete yet.

    Raises:
        BadInputError: what the figures of a period give together can't be, such as 90 of 80.
    """
    for period in dict.fromkeys(one.period for one in entries if isinstance(one.value, Decimal)):
        reason = _impossible(measure, period, [one for one in entries if one.period == period])
        if reason:
            raise BadInputError(reason, month_year_label(period))
    return [*entries, *_marks(measure, entries, book.only(Partnership).as_of or "")]


def _impossible(measure: Measure, period: str, entries: Sequence[Entry]) -> str:
    """Return why what is entered for a period can't be together with what stands there."""
    said = {one.field: one.value for one in entries}
    parts = [
        said.get(name, getattr(measure, name).get(period)) for name in (NUMERATOR, DENOMINATOR)
    ]
    numerator, denominator = (one if isinstance(one, Decimal) else None for one in parts)
    if not {NUMERATOR, DENOMINATOR}.isdisjoint(said):
        reason = impossible_share(measure, numerator, denominator)
        if reason:
            return reason
    for edit in observation_edits(measure, entries):
        if edit.field == VALUE and VALUE not in said and isinstance(edit.value, Decimal):
            reason = impossible(measure, VALUE, edit.value)
            if reason:
                return f"{numerator:,f} of {denominator:,f} give {edit.value:,f}: {reason}"
    return ""


def _marks(measure: Measure, entries: Sequence[Entry], as_of: str) -> Iterator[Entry]:
    """Give the marks that follow from the age of periods for which a figure is entered."""
    marked = {one.period for one in entries if one.field == MARK}
    figures = dict.fromkeys(one.period for one in entries if isinstance(one.value, Decimal))
    for period in figures:
        stands, young = measure.marks.get(period), is_young(measure, period, as_of)
        if not measure.lag_days or not as_of or period in marked:
            continue
        if young and stands is None:
            yield Entry(period, MARK, PROVISIONAL)
        elif not young and stands == PROVISIONAL:
            yield Entry(period, MARK, None)


def followed_words(after: Measure, entries: Sequence[Entry]) -> str:
    """Return which entered values are what their parts give, rounded otherwise, so that those stay; nothing without."""
    found = [
        (one.period, one.value, kept)
        for one in entries
        if one.field == VALUE and isinstance(one.value, Decimal)
        if (kept := after.values.get(one.period)) is not None and kept != one.value
        if computed(after, one.period) == kept
    ]
    if not found:
        return ""
    period, said, kept = found[0]
    words = f"{month_year_label(period)}: {said:f} is what its parts give, rounded; {kept:f} stays"
    more = f", and so do {len(found) - 1:,} more" if len(found) > 1 else ""
    return f"{words}{more}."


def rounded_words(count: int) -> str:
    """Return that so many figures came with more decimals than are kept, as a sentence."""
    what = "figure is" if count == 1 else "figures are"
    return f"{count:,} {what} kept with {PLACES} decimals."


def noticed_of(
    book: Book, before: Measure, after: Measure, entries: Sequence[Entry]
) -> tuple[str, ...]:
    """Return what should be looked at of what was entered, as sentences; it is written already."""
    found = noticed(book, before, after, entries)
    small = list[str]()
    for one in entries:
        when = month_year_label(one.period)
        told = any(line.startswith(f"{when}: ") for line in found)
        if not told and one.field == VALUE and isinstance(one.value, Decimal):
            small += [f"{when}: {one.value:,f} is {PERHAPS}"] if _is_small(before, one) else []
    return (*small, *found)


def _is_small(measure: Measure, entry: Entry) -> bool:
    """Return whether a percentage is a hundred times too small beside what is known of its measure."""
    value = entry.value
    if measure.unit != "%" or not isinstance(value, Decimal):
        return False
    meant = (measure.target, measure.baseline_value, measure.benchmark, measure.target_low)
    stands = [one for at, one in measure.values.items() if one is not None and at != entry.period]
    known = stands or [one for one in meant if one is not None]
    return bool(known) and is_slip(value, Decimal(median(known)))
