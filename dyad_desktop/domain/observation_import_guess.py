"""Guesses how a source of observations is meant: its headings, its shape, what each column is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from statistics import median

from dyad_desktop.domain.fiscal import QUARTER, months_between
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import (
    DENOMINATOR,
    LONG,
    MARK,
    MEASURE,
    NOT_USED,
    NUMERATOR,
    PART,
    PERIOD,
    TURNED,
    VALUE,
    WIDE,
    YEAR,
    Item,
    Known,
    Reading,
    Rows,
    names_in,
    read,
    split_name,
    texts_in,
)
from dyad_desktop.domain.observation_import_dates import settled
from dyad_desktop.domain.observation_import_figures import (
    NOTHING,
    is_unsaid,
    read_figure,
    told_comma,
)
from dyad_desktop.domain.observation_import_marks import OPEN, TOLD, USUAL, told_by_size
from dyad_desktop.domain.observation_import_periods import is_period
from dyad_desktop.domain.observation_import_plausible import fitting
from dyad_desktop.domain.observation_import_units import bare
from dyad_desktop.domain.observation_import_words import (
    MARK_WORDS,
    NO,
    YES,
    mark_called,
    plain_name,
    to_date_in,
    without_to_date,
)
from dyad_desktop.domain.observation_import_years import YEARS, year_column
from dyad_desktop.errors import BadInputError

LOOKED_AT = 30
"""Rows at the top in which the headings are looked for."""
GUESSED_BY = 400
"""Rows that a guess reads; a large source is like its beginning."""
_HEADINGS: Mapping[str, str] = {
    **dict.fromkeys(
        ("measure", "measure id", "measure name", "metric", "indicator", "kpi", "title", "name", "item",
         "kennzahl", "maßzahl", "masszahl", "messgröße", "messgrösse", "indikator", "bezeichnung", "titel"), MEASURE
    ),
    **dict.fromkeys(
        ("period", "month", "date", "quarter", "month end", "month ending", "period end", "as of", "time",
         "reporting period", "fiscal period", "posting period", "fiscal month",
         "reporting month", "year month", "datum", "monat", "zeitraum", "quartal", "periode",
         "stichtag", "berichtsmonat"), PERIOD
    ),
    **dict.fromkeys(("value", "result", "rate", "actual", "score", "observation", "figure", "percent",
         "wert", "messwert", "ergebnis", "ist", "istwert", "quote", "anteil"), VALUE),
    **dict.fromkeys(("numerator", "num", "count", "cases", "events", "zähler", "anzahl", "fälle"), NUMERATOR),
    **dict.fromkeys(("denominator", "den", "denom", "population", "of", "total", "eligible", "nenner", "gesamt",
         "grundgesamtheit"), DENOMINATOR),
    **dict.fromkeys(("mark", "status", "flag", "provisional", "is provisional", "preliminary", "vorläufig",
         "note"), MARK),
    **dict.fromkeys(YEARS, YEAR),
    **dict.fromkeys(("part", "component", "series", "kind", "type"), PART),
}  # fmt: skip


_LETTERS: Mapping[frozenset[str], Mapping[str, str]] = {
    frozenset("nd"): {"n": NUMERATOR, "d": DENOMINATOR},
    frozenset("zn"): {"z": NUMERATOR, "n": DENOMINATOR},
}
"""Single letters mean parts only together: ``n`` alone is the numerator of some and the denominator of others."""


def guess(
    rows: Rows, known: Known, *, otherwise_comma: bool | None = False, shape: str = "",
    header: int | None = None,
) -> Reading:  # fmt: skip
    """Return how a source is most likely meant; ``shape`` and ``header`` are taken where a person says them.

    ``otherwise_comma`` is the decimal mark that such sources have as a rule; ``None`` where there is no such rule.

    Raises:
        BadInputError: there is nothing in it.
    """
    sample = rows[:GUESSED_BY]
    width = max((len(row) for row in sample), default=0)
    if not width or not any(cell.strip() for row in sample for cell in row):
        raise BadInputError("There is nothing in this source")
    header = _header_of(sample) if header is None else header
    heads = [_cell(sample, header, n) for n in range(width)]
    body = sample[header + 1 :]
    shape = shape or _shape_of(heads, body)
    roles = _roles_of(shape, heads, body, known)
    cells = [
        bare(cell)
        for row in body
        for n, cell in enumerate(row)
        if roles[n] != PERIOD or shape == WIDE
    ]
    told = told_comma(cells)
    reading = Reading(
        shape=shape,
        header=header,
        roles=tuple(roles),
        comma=bool(otherwise_comma) if told is None else told,
        measure=known.measures[0].id if len(known.measures) == 1 else "",
        mark=TOLD if told is not None else USUAL if otherwise_comma is not None else OPEN,
    )
    named = with_names(rows, settled(rows, reading), known)
    found = marked(rows, named, known)
    return with_names(rows, found, known) if found.comma != named.comma else found


def marked(rows: Rows, reading: Reading, known: Known) -> Reading:
    """Return a reading in the decimal mark that the size of its figures tells, where they all tell the same.

    What a person said, or other figures tell, stays.
    """
    if reading.mark not in (USUAL, OPEN):
        return reading
    texts = texts_in(rows[:GUESSED_BY], reading, known)
    told = told_by_size(texts, {one.id: one for one in known.measures})
    if len(told) > 1:
        return replace(reading, mark=OPEN)
    return replace(reading, comma=told == {True}, mark=TOLD) if told else reading


def with_names(rows: Rows, reading: Reading, known: Known) -> Reading:
    """Return a reading with every name of the source matched, as far as what is known reaches."""
    names = {name: known.named(name) for name in names_in(rows, reading)}
    made = replace(reading, names=names, fractions=False)
    return replace(made, fractions=bool(told_fractions(rows, made, known)))


def _cell(rows: Rows, row: int, column: int) -> str:
    return rows[row][column] if 0 <= row < len(rows) and column < len(rows[row]) else ""


def _header_of(rows: Rows) -> int:
    """Return the place of the headings: the row with most cells that are headings or periods; -1 for none."""
    scores = [(_header_score(row), -n) for n, row in enumerate(rows[:LOOKED_AT])]
    best, place = max(scores)
    if best:
        return -int(place)
    words = _first_of_words(rows)
    return words if words >= 0 else _first_of_one_month(rows)


def _header_score(row: Sequence[str]) -> int:
    periods = sum(_months_in(row))
    words = sum(_HEADINGS.get(_plain(cell), YEAR) != YEAR for cell in row)  # covers have years too
    figures = sum(is_figure(cell) and not is_period(cell) for cell in row)
    return 0 if figures or (not words and periods < 2) else words + periods


def _plain(head: str) -> str:
    return plain_name(without_to_date(head))


def _months_in(heads: Sequence[str]) -> list[bool]:
    """Return which headings are periods; plain digits are where they follow each other, as 202609 and 202610 do.

    Months to date are where there are none of each month's own.
    """
    found = [is_period(cell) and not cell.strip().isdigit() for cell in heads]
    if not any(found):
        found = [bool(to_date_in(cell)) and is_period(without_to_date(cell)) for cell in heads]
    digits = [
        cell.strip() for cell in heads if re.fullmatch(r"20[0-9]{2}(?:0[1-9]|1[0-2])", cell.strip())
    ]
    periods = [f"{text[:4]}-{text[4:]}" for text in digits]
    apart = {abs(months_between(*pair)) for pair in pairwise(periods)}
    if len(apart) == 1 and apart <= {1, QUARTER}:
        return [one or cell.strip() in digits for one, cell in zip(found, heads, strict=True)]
    return found


def _first_of_words(rows: Rows) -> int:
    """Return the first row of several cells none of which is a figure, followed by one with figures; else -1."""
    for n, row in enumerate(rows[:LOOKED_AT]):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) > 1 and not any(is_figure(cell) or is_period(cell) for cell in filled):
            return n
    return -1


def _first_of_one_month(rows: Rows) -> int:
    """Return the first row that has one period and no figure, with figures below the period; else -1."""
    for n, row in enumerate(rows[:LOOKED_AT]):
        figures = any(is_figure(cell) and not is_period(cell) for cell in row)
        if not figures and _only_month(row, rows[n + 1 :]) >= 0:
            return n
    return -1


def _only_month(heads: Sequence[str], body: Rows) -> int:
    """Return the one column whose heading is a period and that holds figures; -1 where several are periods, or none."""
    months = [n for n, one in enumerate(_months_in(heads)) if one]
    named = any(_holds_names(body, n) for n in range(len(heads)) if n not in months)
    return months[0] if len(months) == 1 and named and _holds_figures(body, months[0]) else -1


def is_figure(text: str) -> bool:
    """Return whether a text is one figure, with a decimal point or comma."""
    if text.strip().lower() in NOTHING:
        return False
    for comma in (False, True):
        try:
            read_figure(text, comma=comma, percent=False)
        except BadInputError:
            continue
        return True
    return False


def _shape_of(heads: Sequence[str], body: Rows) -> str:
    if sum(_months_in(heads)) >= 2:
        return WIDE
    words = set(called_by(heads))
    if PERIOD not in words and _only_month(heads, body) >= 0 > _column_of_periods(heads, body):
        return WIDE
    if PERIOD in words and words & {VALUE, NUMERATOR, DENOMINATOR}:
        return LONG
    dated = _column_of_periods(heads, body)
    others = [n for n, word in enumerate(called_by(heads)) if n != dated and word != YEAR]
    figures = [n for n in others if _holds_figures(body, n)]
    names = [n for n in others if n not in figures and _holds_names(body, n)]
    return TURNED if dated >= 0 and figures and not names else LONG


def _column_of_periods(heads: Sequence[str], body: Rows) -> int:
    """Return the column that holds periods: the one that is called so, else the first that reads so; -1 for none.

    One that is called so may need the year of another column.
    """
    called = [n for n, head in enumerate(heads) if _HEADINGS.get(_plain(head)) == PERIOD]
    places: list[int] = [*called, *range(len(heads))]
    for n in places:
        cells = [cell for cell in _column(body, n) if cell.strip()]
        plain = 0 if n in called else sum(cell.strip().isdigit() for cell in cells)
        periods = sum(is_period(cell) for cell in cells) - plain
        if cells and periods * 10 >= len(cells) * 8:
            return n
        if n in called and year_column(heads, body, n) >= 0:
            return n
    return -1


def _column(body: Rows, column: int) -> list[str]:
    return [row[column] for row in body if column < len(row)]


def _holds_figures(body: Rows, column: int) -> bool:
    """Return whether most cells of a column are figures, or were meant to be: formulas have none in scripts' files."""
    cells = [cell for cell in _column(body, column) if cell.strip().lower() not in NOTHING]
    return bool(cells) and sum(map(_is_meant_as_figure, cells)) * 2 > len(cells)


def _is_meant_as_figure(cell: str) -> bool:
    return is_unsaid(cell) or is_figure(bare(cell))


def _holds_names(body: Rows, column: int) -> bool:
    cells = [cell for cell in _column(body, column) if cell.strip().lower() not in NOTHING]
    marks = {*MARK_WORDS, *YES, *NO}
    texts = sum(not is_figure(bare(cell)) and cell.strip().lower() not in marks for cell in cells)
    return bool(cells) and texts * 2 > len(cells)


def holds_marks(body: Rows, column: int, head: str) -> bool:
    """Return whether what a column holds are marks: notes of any other kind are none, whatever they are called.

    Where the heading is a mark itself, such as ``Provisional``, yes and no are enough.
    """
    words = {*MARK_WORDS, *YES, *NO} if mark_called(head) else MARK_WORDS
    cells = [plain_name(cell) for cell in _column(body, column)]
    told = [cell for cell in cells if cell not in NOTHING]
    return sum(cell in words for cell in told) * 10 >= len(told) * 8


def called_by(heads: Sequence[str]) -> list[str]:
    """Return what each column is by its heading alone."""
    names = [_plain(head) for head in heads]
    letters = next((of for both, of in _LETTERS.items() if both <= set(names)), {})
    return [letters.get(name) or _HEADINGS.get(name, NOT_USED) for name in names]


def unused_in(rows: Rows, reading: Reading) -> tuple[str, ...]:
    """Return the headings of columns that hold figures and are not used."""
    body = rows[reading.header + 1 : reading.header + 1 + GUESSED_BY]
    return tuple(
        _cell(rows, reading.header, n).strip() or f"column {n + 1}"
        for n, role in enumerate(reading.roles)
        if not role and _holds_figures(body, n)
    )


def _roles_of(shape: str, heads: Sequence[str], body: Rows, known: Known) -> list[str]:
    called = called_by(heads)
    if shape == WIDE:
        roles = [PERIOD if one else "" for one in _months_in(heads)]
        _put_measure(roles, called, body, known)
        part = next((n for n, one in enumerate(called) if one == PART and not roles[n]), -1)
        return [PART if n == part else role for n, role in enumerate(roles)]
    dated = _column_of_periods(heads, body)
    year = year_column(heads, body, dated) if dated >= 0 else -1
    roles = [PERIOD if n == dated else YEAR if n == year else "" for n in range(len(heads))]
    if shape == TURNED:
        figures = [
            _holds_figures(body, n) or bool(_column_mark(heads[n])) for n in range(len(heads))
        ]
        return [
            role or (MEASURE if figures[n] and heads[n].strip() and called[n] != YEAR else "")
            for n, role in enumerate(roles)
        ]
    for role in (VALUE, NUMERATOR, DENOMINATOR, MARK):
        places = [n for n, one in enumerate(called) if one == role and not roles[n]]
        if role == MARK:
            at = next((n for n in places if holds_marks(body, n, heads[n])), -1)
        else:
            at = next((n for n in places[:1] if _holds_figures(body, n)), -1)
        if at >= 0:
            roles[at] = role
    if VALUE not in roles and not {NUMERATOR, DENOMINATOR} <= set(roles):
        may = [n for n, role in enumerate(roles) if not role and called[n] != YEAR]
        free = [n for n in may if _holds_figures(body, n)]
        at = min(free, key=lambda n: not any(map(is_figure, _column(body, n))), default=-1)
        roles = [VALUE if n == at else role for n, role in enumerate(roles)]
    _put_measure(roles, called, body, known)
    return roles


def _column_mark(head: str) -> bool:
    return split_name(head)[1] == MARK


def _put_measure(roles: list[str], called: Sequence[str], body: Rows, known: Known) -> None:
    """Give the role of the measure to the column whose texts are known as measures, else to one called so."""
    free = [n for n, role in enumerate(roles) if not role and _holds_names(body, n)]
    if not free:
        return

    def fit(column: int) -> tuple[int, int, int]:
        names = dict.fromkeys(cell for cell in _column(body, column) if cell.strip())
        found = sum(bool(known.named(split_name(name)[0])) for name in names)
        return found, int(called[column] == MEASURE), -column

    best = max(free, key=fit)
    roles[best] = MEASURE


def told_fractions(rows: Rows, reading: Reading, known: Known) -> bool | None:
    """Return whether percentages stand as fractions: half of them or more from 0 to 1, and so nearer to what is known.

    Nearer to the values that stand, else to the target and the like; where only one of both can be, it is that.
    ``None`` where a measure knows nothing of its size, or all are 0 or 1. They are taken as they are then: 0.8 % of
    deaths is a figure, and one that is 100 times too small is told as unusual later.
    """
    percents = {one.id: one for one in known.measures if one.unit == "%"}
    found = _unsigned(rows, reading, known)
    small = [value for _measure, value in found if 0 <= value <= 1]
    if not small or 2 * len(small) < len(found):
        return False
    middle = median(value for _measure, value in found)
    named = {*reading.names.values(), reading.measure} & percents.keys()
    usual = [size for one in named if (size := _size_of(percents[one])) is not None]
    if not usual or all(one == one.to_integral_value() for one in small):
        return None
    as_fractions, as_they_stand = (_fit(found, fractions=one) for one in (True, False))
    if as_fractions != as_they_stand:
        return as_fractions
    return _is_nearer(100 * middle, middle, median(usual))


def fit_as(rows: Rows, reading: Reading, known: Known, *, fractions: bool) -> bool:
    """Return whether percentages can be fractions, or as they stand, by what is known of their measures."""
    return _fit(_unsigned(rows, reading, known), fractions=fractions)


def _fit(found: Sequence[tuple[Measure, Decimal]], *, fractions: bool) -> bool:
    by = Decimal(100 if fractions else 1)
    sized = {measure.id: _size_of(measure) is not None for measure, _value in found}
    fits = {measure.id: fitting(measure, VALUE, ()) for measure, _value in found}
    return all(
        fits[measure.id](by * value) and (value <= 1 or not fractions or sized[measure.id])
        for measure, value in found
    )


def _unsigned(rows: Rows, reading: Reading, known: Known) -> list[tuple[Measure, Decimal]]:
    """Return the percentages of a source that don't say by their sign what they are, as they stand."""
    percents = {one.id: one for one in known.measures if one.unit == "%"}
    day_first = True if reading.day_first is None else reading.day_first
    either = replace(reading, day_first=day_first, fractions=False)
    return [
        (percents[item.measure], item.value)
        for item in read(rows[:GUESSED_BY], either, known)
        if isinstance(item, Item) and item.field == VALUE and item.measure in percents
        if isinstance(item.value, Decimal) and not item.text
    ]


def _size_of(measure: Measure) -> Decimal | None:
    """Return how large a measure's values are as a rule, as far as it is known."""
    stands = [value for value in measure.values.values() if value is not None]
    meant = (measure.target, measure.baseline_value, measure.benchmark, measure.target_low)
    known = stands or [value for value in meant if value is not None]
    return Decimal(median(known)) if known else None


def _is_nearer(one: Decimal, other: Decimal, usual: Decimal) -> bool:
    """Return whether ``one`` is nearer to what is usual than a smaller ``other``, as factors are."""
    return one * other < usual * usual
