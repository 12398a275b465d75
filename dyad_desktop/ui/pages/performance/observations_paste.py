"""What the headings of a pasted block say of its columns, and where figures would stand that nobody meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import (
    DENOMINATOR,
    FIGURES,
    MARK,
    NUMERATOR,
    PERIOD,
    VALUE,
    split_name,
)
from dyad_desktop.domain.observation_import_figures import exact_figure
from dyad_desktop.domain.observation_import_guess import called_by, holds_marks, is_figure
from dyad_desktop.domain.observation_import_periods import is_period
from dyad_desktop.domain.observation_import_units import bare
from dyad_desktop.domain.observation_import_words import plain_name, without_to_date
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.goals import ratio_of
from dyad_desktop.services.importing_parts import agrees

STAYS = "\0"
"""Stands in a block for a cell that isn't pasted, since no heading names its column."""
STATUS = "status"
_WITH_HEADINGS = "Copy the headings with the figures: they decide the columns"
_TITLES = {NUMERATOR: "Numerator", DENOMINATOR: "Denominator"}


@dataclass(frozen=True, slots=True)
class Headed:
    """A block beneath its headings, which are taken away: the place of each column that is named, and what is not."""

    lines: Sequence[Sequence[str]]
    places: Mapping[str, int]
    unnamed: tuple[str, ...] = ()

    def arranged(self, keys: Sequence[str]) -> list[list[str]]:
        """Return the lines in the order of a table's columns, from the first that is named to the last."""
        named = [n for n, key in enumerate(keys) if key in self.places]
        span = keys[named[0] : named[-1] + 1]
        places = [self.places.get(key) for key in span]
        return [[_at(line, place) for place in places] for line in self.lines]


def _at(line: Sequence[str], place: int | None) -> str:
    if place is None:
        return STAYS
    return line[place] if place < len(line) else ""


def headed_in(
    block: Sequence[Sequence[str]], measure: Measure, keys: Sequence[str]
) -> Headed | None:
    """Return a block whose first line names columns of figures or marks; nothing where it has no such headings.

    In a table of values alone, the only column of figures is theirs, whatever it is called.

    Raises:
        BadInputError: it has parts, for which the table has no columns, and no values.
    """
    lines = [line for line in block if any(text.strip() for text in line)]
    if len(lines) < 2 or any(_is_content(text) for text in lines[0]):
        return None
    heads, body = lines[0], lines[1:]
    roles = _roles(heads, body, measure)
    dated = roles.index(PERIOD) if PERIOD in roles else -1
    figures = [n for n in range(len(heads)) if n != dated and _holds_figures(body, n)]
    places = {
        role: roles.index(role)
        for role in (*FIGURES, MARK)
        if role in keys and role in roles and (role == MARK or roles.index(role) in figures)
    }
    if NUMERATOR not in keys and VALUE not in places:
        if len(figures) == 1:
            places[VALUE] = figures[0]
        _check_parts([roles[n] for n in figures if VALUE not in places], measure)
    if not places:
        return None
    if dated >= 0:
        places[PERIOD] = dated
    left = [n for n in range(len(heads)) if n not in places.values() and heads[n].strip()]
    return Headed(body, places, tuple(heads[n].strip() for n in left))


def _is_content(text: str) -> bool:
    return bool(text.strip()) and (is_figure(bare(text)) or is_period(text))


def _roles(heads: Sequence[str], body: Sequence[Sequence[str]], measure: Measure) -> list[str]:
    """Return what columns are by their headings; the first one of periods is theirs, whatever it is called."""
    split = [split_name(head) for head in heads]
    by_word = called_by(heads)
    roles = [
        word or (part if part != VALUE or _is_title(name, measure) else "")
        for word, (name, part) in zip(by_word, split, strict=True)
    ]
    called = [n for n, role in enumerate(roles) if role == PERIOD and _periods_in(body, n)]
    read = [n for n, role in enumerate(roles) if not role and _holds_periods(body, n)]
    dated = [*called, *read]
    notes = [n for n, one in enumerate(roles) if one == MARK and not holds_marks(body, n, heads[n])]
    roles = ["" if role == PERIOD or n in notes else role for n, role in enumerate(roles)]
    if dated:
        roles[dated[0]] = PERIOD
    return roles


def _is_title(name: str, measure: Measure) -> bool:
    return plain_name(without_to_date(name)) in {plain_name(measure.title), plain_name(measure.id)}


def _column(body: Sequence[Sequence[str]], place: int) -> list[str]:
    cells = (line[place] for line in body if place < len(line))
    return [cell for cell in cells if cell.strip()]


def _periods_in(body: Sequence[Sequence[str]], place: int) -> int:
    return sum(map(is_period, _column(body, place)))


def _holds_periods(body: Sequence[Sequence[str]], place: int) -> bool:
    """Return whether most cells are periods, not counting figures that could be days of a spreadsheet."""
    cells = _column(body, place)
    return 2 * sum(is_period(cell) and not cell.strip().isdigit() for cell in cells) > len(cells)


def _holds_figures(body: Sequence[Sequence[str]], place: int) -> bool:
    return any(is_figure(bare(cell)) for cell in _column(body, place))


def _check_parts(roles: Sequence[str], measure: Measure) -> None:
    """Refuse parts where there are only values.

    Raises:
        BadInputError: it has them.
    """
    found = [f"“{_TITLES[role]}”" for role in (NUMERATOR, DENOMINATOR) if role in roles]
    if found:
        raise BadInputError(
            f"The table of {measure.title} has no column for {' and '.join(found)}: set its aggregation to ratio first,"
            " or copy the values"
        )


def left_words(unnamed: Sequence[str]) -> str:
    """Return which pasted columns were left out, as a sentence without its end; empty for none."""
    if not unnamed:
        return ""
    names = " and ".join(f"“{one[:40]}”" for one in unnamed[:2])
    more = f" and {len(unnamed) - 2:,} more" if len(unnamed) > 2 else ""
    one = len(unnamed) == 1
    return f"{names}{more} {'names' if one else 'name'} no column of this table and {'was' if one else 'were'} left out"


def check_places(
    measure: Measure, cells: Sequence[tuple[str, str, str]], titles: Mapping[str, str]
) -> None:
    """Refuse figures without headings that would stand where they are hardly meant: (period, column, text).

    Raises:
        BadInputError: one would stand under the status, or what is taken for numerators doesn't go with the values.
    """
    for _period, key, text in cells:
        if key == STATUS and is_figure(bare(text)):
            raise BadInputError(
                f"“{text.strip()}” would stand under {titles[key]}. {_WITH_HEADINGS}"
            )
    if any(key == DENOMINATOR for _period, key, _text in cells):
        return
    texts = {(period, key): text.strip() for period, key, text in cells}
    for (period, key), text in texts.items():
        value = texts.get((period, VALUE), "")
        if key == NUMERATOR and is_figure(bare(text)) and is_figure(bare(value)):
            _check_numerator(measure, period, value, text)


def _check_numerator(measure: Measure, period: str, value: str, numerator: str) -> None:
    """Refuse a value and a numerator, perhaps numerator and denominator, unless the denominator that stands fits them.

    Raises:
        BadInputError: there is none, or they give another value.
    """
    denominator = measure.denominator.get(period)
    taken = f"{value} would be taken as Value and {numerator} as Numerator"
    if denominator is None:
        raise BadInputError(f"{taken}, without a denominator. {_WITH_HEADINGS}")
    try:
        said = exact_figure(bare(value), comma=None, percent=True)
        rule = ratio_of(measure, exact_figure(numerator, comma=None, percent=False), denominator)
    except BadInputError:
        return  # it is refused with its own reason
    if rule is not None and not agrees(said, rule):
        raise BadInputError(
            f"{taken}, which with the denominator {denominator:,f} gives another value. {_WITH_HEADINGS}"
        )
