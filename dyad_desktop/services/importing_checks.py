"""What of a source can't be and is left out, and what should be looked at before it is written."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import QUARTER, add_months, month_label, month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_words import ASSURANCE_WORDS, METHODS
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.observation_import import (
    DENOMINATOR,
    FIGURES,
    NUMERATOR,
    VALUE,
    BadRow,
    Item,
    PassedRow,
)
from dyad_desktop.domain.observation_import_plausible import (
    ahead,
    impossible,
    impossible_share,
    unusual,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ratio import PROPORTIONS, RATES
from dyad_desktop.domain.records import spec_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.goals import Entry
from dyad_desktop.services.importing_parts import Doubt, parts_after
from dyad_desktop.services.wording import number

WORDS = {VALUE: "value", NUMERATOR: "numerator", DENOMINATOR: "denominator"}
Figures = Sequence[tuple[str, str, Decimal]]
"""(field, period, figure) of what is written to one measure."""


def possible(book: Book, items: Sequence[Item]) -> tuple[list[Item], list[BadRow]]:
    """Return the items that can be, and those that can't with the reason.

    Of a period of which one figure can't be, none is taken: half of a ratio would give a wrong one.
    """
    periods: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        periods.setdefault((item.measure, item.period), []).append(item)
    against: dict[tuple[str, str], list[BadRow]] = {}
    for key, found in periods.items():
        measure = book.get(Measure, key[0])
        bad = list(_impossible(measure, key[1], found)) if measure is not None else []
        if bad:
            against[key] = bad
    kept = [item for item in items if (item.measure, item.period) not in against]
    return kept, [one for bad in against.values() for one in bad]


def unspoilt(
    book: Book, items: Sequence[Item], bad: Sequence[BadRow]
) -> tuple[list[Item], list[BadRow]]:
    """Return the items of periods of which every row can be read, and the rows of the others."""
    first: dict[tuple[str, str], int] = {}
    for one in bad:
        if one.period:
            first.setdefault((one.measure, one.period), one.row)
    torn: dict[tuple[int, str, str], BadRow] = {}
    for item in items:
        at = first.get((item.measure, item.period))
        if at is not None:
            reason = f"row {at} says of the same period what can’t be taken"
            told = BadRow(item.row, _said(book, item), reason, item.measure, item.period)
            torn.setdefault((item.row, item.measure, item.period), told)
    return [one for one in items if (one.measure, one.period) not in first], list(torn.values())


def repeated(
    book: Book, items: Sequence[Item], kept: Sequence[Item], bad: Sequence[BadRow]
) -> list[PassedRow]:
    """Return the rows of which nothing is kept since others say the same, and that aren't told as bad."""
    rows = {(one.row, one.measure, one.period) for one in kept}
    told = {one.row for one in bad}
    heard = [*kept, *(one for one in items if one.row in told)]
    firsts = {(one.measure, one.period): one.row for one in reversed(heard)}
    found: dict[tuple[int, str, str], PassedRow] = {}
    for item in items:
        at = (item.row, item.measure, item.period)
        first = firsts.get(at[1:])
        if at not in rows and first is not None and item.row not in told:
            found.setdefault(
                at, PassedRow(item.row, _said(book, item), f"it says the same as row {first}")
            )
    return list(found.values())


def _said(book: Book, item: Item) -> str:
    title = book.label("measure", item.measure)
    return f"{title}, {month_year_label(item.period)}: {_figure(item)}"


def _impossible(measure: Measure, period: str, items: Sequence[Item]) -> Iterator[BadRow]:
    """Give the rows of one period of which a figure can't be; with them those of its other figures."""
    told = dict[int, str]()
    said = {item.field: item for item in items}
    for item in items:
        reason = _cannot(measure, item)
        if reason:
            told.setdefault(item.row, reason)
    parts = parts_after(measure, period, said)
    share = impossible_share(measure, *parts)
    at = [said[name].row for name in (NUMERATOR, DENOMINATOR) if name in said]
    if share and at and not told:
        told[at[-1]] = share
    if told:
        first = next(iter(told))
        for item in items:
            told.setdefault(item.row, f"row {first} says of the same period what can’t be")
    for row, reason in told.items():
        figures = ", ".join(_figure(item) for item in items if item.row == row)
        yield BadRow(row, f"{measure.title}, {month_year_label(period)}: {figures}", reason)


def _figure(item: Item) -> str:
    shown = number(item.value) if isinstance(item.value, Decimal) else item.value
    if item.as_fraction:
        shown = item.text
    return f"{WORDS.get(item.field, item.field)} {shown}"


def _cannot(measure: Measure, item: Item) -> str:
    try:
        spec_of("measure", item.field).check(item.value)
    except BadInputError as error:
        return error.reason
    reason = impossible(measure, item.field, item.value) if isinstance(item.value, Decimal) else ""
    return (
        f"“{item.text}” is taken for a fraction: {reason}"
        if reason and item.as_fraction
        else reason
    )


def unusual_in(
    before: Measure, after: Measure, figures: Iterable[tuple[str, str, Decimal, int]]
) -> Iterator[Doubt]:
    """Give what is unlike the other periods of a measure, once a period: (field, period, figure, row) are looked at."""
    told = set[str]()
    ordered = sorted(figures, key=lambda one: (one[1], FIGURES.index(one[0])))
    for field, period, value, row in ordered:
        reason = "" if period in told else unusual(field, period, value, before, after)
        if reason:
            told.add(period)
            yield Doubt(row, before.id, period, f"{WORDS[field]} {reason}" if field != VALUE else reason)  # fmt: skip


def of_quarters(
    measure: Measure, items: Iterable[Item], added: Collection[str], changed: Collection[str]
) -> Iterator[Doubt]:
    """Give where a month of the source stands for its quarter, once each of the periods that are written.

    Many name a quarter by its last month: that is told only where it replaces what stands.
    """
    found = {one.period: one for one in items if one.month}
    for period, one in found.items():
        last = add_months(period, QUARTER - 1)
        if period in changed or (period in added and one.month != last):
            whole = f"{month_label(period)}–{month_year_label(last)}"
            reason = f"{month_year_label(one.month)} is taken for its quarter, {whole}: it is measured once a quarter"
            yield Doubt(one.row, measure.id, period, reason)


def chart_changed(
    book: Book, before: Measure, after: Measure, written: Iterable[tuple[str, int]]
) -> Iterator[Doubt]:
    """Give that a measure's chart becomes another, and which of the (period, row) that are written bring it about."""
    if not any(value is not None for value in before.values.values()):
        return
    charts = [chart_of(book, one) for one in (before, after)]
    was, now = (chart.settings.method for chart in charts)
    if was == now:
        return
    rows = dict(sorted(written))
    parted = before.chart in {*PROPORTIONS, *RATES}
    lacking = [
        at
        for at in rows
        if parted
        and after.values.get(at) is not None
        and None in (after.numerator.get(at), after.denominator.get(at))
    ]
    change = f"the chart of {after.title} changes from {METHODS[was]} to {METHODS[now]}"
    verdicts = [ASSURANCE_WORDS.get(chart.assurance or "", "") for chart in charts]
    if verdicts[0] != verdicts[1] and all(verdicts):
        change += f", its word on the target from “{verdicts[0]}” to “{verdicts[1]}”"
    if lacking:
        more = f" and {len(lacking) - 1:,} more" if len(lacking) > 1 else ""
        reason = f"{month_year_label(lacking[0])}{more} without a denominator: {change}"
        yield Doubt(rows[lacking[0]], after.id, lacking[0], reason)
    else:
        first = min(rows, default="")
        yield Doubt(rows.get(first, 0), after.id, first, change)


def noticed(
    book: Book, before: Measure, after: Measure, entries: Sequence[Entry]
) -> tuple[str, ...]:
    """Return what should be looked at of what was typed or pasted, figures first; it is written already."""
    as_of = book.only(Partnership).as_of or ""
    typed = [one for one in entries if isinstance(one.value, Decimal)]
    figures = [(one.field, one.period, Decimal(str(one.value)), 0) for one in typed]
    for period in dict.fromkeys(one.period for one in typed):
        value = after.values.get(period)
        if value is not None and value != before.values.get(period):
            figures.append((VALUE, period, value, 0))
    found = [
        f"{month_year_label(one.period)}: {one.reason}"
        for one in unusual_in(before, after, figures)
    ]
    found += [one.reason for one in ahead_in(((one.period, 0) for one in typed), as_of)]
    found += [
        one.reason for one in chart_changed(book, before, after, ((e.period, 0) for e in typed))
    ]
    return tuple(found)


def ahead_in(found: Iterable[tuple[str, int]], as_of: str) -> Iterator[Doubt]:
    """Give the periods after the partnership's date, each once: (period, row) are looked at."""
    rows: dict[str, list[int]] = {}
    for period, row in found:
        if ahead(period, as_of):
            rows.setdefault(period, []).append(row)
    for period, at in sorted(rows.items()):
        many = f": {len(at):,} values" if len(at) > 1 else ""
        yield Doubt(min(filter(None, at), default=0), "", period, ahead(period, as_of) + many)
