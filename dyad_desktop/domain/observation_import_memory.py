"""How a source was read before: kept by its own name, taken again as far as it fits what the source holds now. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dyad_desktop.domain.observation_import import (
    LEFT_OUT,
    LONG,
    MEASURE,
    NOT_USED,
    PART,
    PERIOD,
    ROLES,
    TURNED,
    WIDE,
    YEAR,
    Known,
    Reading,
    Rows,
    names_in,
)
from dyad_desktop.domain.observation_import_dates import settled
from dyad_desktop.domain.observation_import_guess import (
    LOOKED_AT,
    fit_as,
    guess,
    told_fractions,
    with_names,
)
from dyad_desktop.domain.observation_import_marks import SAID, TOLD, USUAL
from dyad_desktop.domain.observation_import_periods import is_period
from dyad_desktop.domain.observation_import_words import plain_name, without_to_date

MOST = 30
"""Layouts that are kept of one source; the one that wasn't used for longest goes first."""
_MANY = {WIDE: PERIOD, TURNED: MEASURE}
"""What several columns can be; anything else is one column's."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one layout of a source was read.

    ``roles`` are those of its columns, by heading; months are left out. ``names`` are those whose meaning a person
    said, with what they were taken for until then; ``seen`` are all of them. ``figures`` are answers of the year to
    date, by name. ``guessed`` and ``guessed_header`` are shape and row of the headings before they were corrected.
    ``called`` is the whole name that the source had then.
    """

    shape: str
    header: int
    roles: tuple[tuple[str, str], ...]
    guessed: str
    guessed_header: int
    measure: str = ""
    comma: bool = False
    comma_said: bool = False
    day_first: bool | None = None
    fractions: bool = False
    fractions_said: bool = False
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    figures: Mapping[str, str] = field(default_factory=dict)
    called: str = ""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A source as it is read with what is remembered of it, beside what is guessed without."""

    reading: Reading
    known: Known
    fresh: Reading
    layout: Layout | None = None
    called: str = ""


def recalled(
    layouts: Sequence[Layout],
    fresh: Reading,
    rows: Rows,
    known: Known,
    *,
    own: bool,
    called: str = "",
) -> Recalled:
    """Return a source read as before, as far as that fits; else as it was guessed.

    A layout fits where the columns are there that were used. What a source without a name of its ``own`` is all about
    isn't known, so half of its names must be those of then. Whose values without a name are is taken again only where
    the source is ``called`` the very same: nothing in the values would show that they are another ward's.
    """
    found: list[tuple[int, int, Layout, Reading]] = []
    for place, layout in enumerate(layouts):
        laid = _laid(layout, fresh, rows, known)
        if laid is None:
            continue
        names = {plain_name(name) for name in names_in(rows, laid)}
        shared = len(names & layout.seen)
        if own or 2 * shared >= max(len(names), len(layout.seen)):
            found.append((shared, -place, layout, laid))
    if not found:
        return Recalled(fresh, known, fresh, called=called)
    _shared, _place, layout, laid = max(found, key=lambda one: one[:2])
    same = own and called != "" and layout.called == called
    if same and not laid.measure and layout.measure in {one.id for one in known.measures}:
        laid = replace(laid, measure=layout.measure)
    knowing = replace(known, remembered=_names_of(layout, known))
    laid = with_names(rows, settled(rows, laid), knowing)
    laid = replace(laid, fractions=_fractions(layout, rows, laid, known))
    return Recalled(laid, knowing, fresh, layout, called)


def _names_of(layout: Layout, known: Known) -> dict[str, str]:
    """Return what names mean, where a person said it of what they are still taken for."""
    there = {LEFT_OUT, *(one.id for one in known.measures)}
    return {
        name: meant
        for name, (meant, taken_for) in layout.names.items()
        if meant in there and known.named(name) == taken_for
    }


def _fractions(layout: Layout, rows: Rows, reading: Reading, known: Known) -> bool:
    """Return whether percentages are fractions: as before where the figures leave it open, or fit it as it was said."""
    told, before = told_fractions(rows, reading, known), layout.fractions
    may = told is None or layout.fractions_said
    return before if may and fit_as(rows, reading, known, fractions=before) else bool(told)


def _laid(layout: Layout, fresh: Reading, rows: Rows, known: Known) -> Reading | None:
    """Return a source in a layout, its names not matched yet; nothing where it doesn't fit."""
    if fresh.shape not in (layout.shape, layout.guessed):
        return None
    header = _header_in(layout, fresh, rows)
    if header is None:
        return None
    made = fresh
    if (header, layout.shape) != (fresh.header, fresh.shape):
        made = guess(rows, known, shape=layout.shape, header=header)
        made = replace(made, measure=fresh.measure, comma=fresh.comma, mark=fresh.mark)
    roles = _roles(layout, made, _headings(rows, header, len(made.roles)))
    made = replace(made, roles=roles, day_first=layout.day_first)
    if fresh.mark == TOLD and not (layout.comma_said and layout.comma == fresh.comma):
        return made
    return replace(made, comma=layout.comma, mark=SAID if layout.comma_said else USUAL)


def _header_in(layout: Layout, fresh: Reading, rows: Rows) -> int | None:
    """Return the row of the headings: the one that has those that were used, and most of the others."""
    width = len(fresh.roles)
    corrected = layout.header != layout.guessed_header
    if layout.header < 0:
        same = fresh.header == layout.guessed_header and width == len(layout.roles)
        return -1 if same else None
    kept = {name for name, _role in layout.roles}
    used = {name for name, role in layout.roles if _is_needed(layout.shape, role)}
    first = layout.header if corrected else fresh.header
    told = {name for name in used if not name.startswith("#")}
    places = [first] if not told else [first, *range(min(len(rows), LOOKED_AT))]
    found: list[tuple[int, int]] = []
    for at in places:
        heads = set(_headings(rows, at, width))
        shared = sum(not name.startswith("#") for name in heads & kept)
        if at >= 0 and used <= heads:
            found.append((shared, at))
    return max(found, key=lambda one: one[0])[1] if found else None


def _is_needed(shape: str, role: str) -> bool:
    """Return whether a column must be there again: of a turned source any measure can be missing."""
    needed = {LONG: ROLES[LONG], WIDE: (MEASURE, PART), TURNED: (PERIOD, YEAR)}[shape]
    return bool(role) and role in needed


def _headings(rows: Rows, header: int, width: int) -> list[str]:
    """Return the headings in small letters, each told apart from one before it that is alike; of a month nothing."""
    row = rows[header] if 0 <= header < len(rows) else ()
    cells = [row[n] if n < len(row) else "" for n in range(width)]
    found, counts = list[str](), dict[str, int]()
    for cell in cells:
        plain = plain_name(cell)
        counts[plain] = counts.get(plain, -1) + 1
        found.append(
            "" if cell.strip() and is_period(without_to_date(cell)) else f"{plain}#{counts[plain]}"
        )
    return found


def _roles(layout: Layout, made: Reading, heads: Sequence[str]) -> tuple[str, ...]:
    """Return what columns are: as before those under the same headings, the others as guessed where that is free."""
    kept = dict(layout.roles)
    roles = [kept.get(head) for head in heads]
    taken = {role for role in roles if role} - {_MANY.get(layout.shape)}
    return tuple(
        role if role is not None else NOT_USED if guessed in taken else guessed
        for role, guessed in zip(roles, made.roles, strict=True)
    )


def layout_of(
    before: Recalled, reading: Reading, rows: Rows, figures: Mapping[str, str], *, asked: bool
) -> Layout:
    """Return what is kept of how a source was read, with the answers of the year to date by name.

    The order of dates is kept only where it was ``asked``.
    """
    layout, plain = before.layout, replace(before.known, remembered={})
    heads = _headings(rows, reading.header, len(reading.roles))
    meant = {plain_name(name): measure for name, measure in reading.names.items()}
    said = {
        name: (measure, plain.named(name))
        for name, measure in meant.items()
        if measure and measure != plain.named(name)
    }
    older = {} if layout is None else layout.names
    answers = {} if layout is None else dict(layout.figures)
    if layout is not None and layout.measure != reading.measure:
        answers.pop("", None)  # said of another measure
    told = told_fractions(rows, reading, plain)
    return Layout(
        reading.shape, reading.header,
        tuple((head, role) for head, role in zip(heads, reading.roles, strict=True) if head),
        before.fresh.shape, before.fresh.header, reading.measure, reading.comma,
        reading.mark == SAID, reading.day_first if asked else None,
        reading.fractions, told is not None and reading.fractions != told,
        {**{name: one for name, one in older.items() if name not in meant}, **said},
        frozenset(meant), {**answers, **figures}, before.called,
    )  # fmt: skip


def with_layout(
    layouts: Iterable[Layout], before: Layout | None, made: Layout
) -> tuple[Layout, ...]:
    """Return the layouts of a source with a new one before them, in place of the one it was read by."""
    return (made, *(one for one in layouts if one not in (before, made)))[:MOST]
