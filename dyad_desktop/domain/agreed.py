"""The figures that the pair agreed to: kept apart from the plan, which moves on with volumes, positions and requests.

They are written once, when a draft leaves the state in which it is planned on, and never changed. Their id is made
from what they say, so that two partners who agree to the same figures apart make one thing, and different figures
stand beside each other in the draft's ``agreed_figures`` until the pair settles which were meant. They are kept as
text, many lines in one part: what never changes field by field needs no fields, and a large budget is agreed at once.
With the amounts stand the volumes, paid hours and full-time equivalents that they were planned for: by these the budget
is flexed and divided, also when those of the plan have moved on.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from dyad_desktop.domain.operating import LINE_KINDS, Draft
from dyad_desktop.domain.schema import MAX_TEXT, Entity, ValueType, declare, kind

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book

V = ValueType
WORKING = "working"
"""The state in which a draft is planned on."""
MONTHS = 12
_DIGITS = 24
_FIELDS = 5
VOLUMES, HOURS, STAFF = "volume", "hours", "fte"
"""What a row of text is that is no line: a volume's units, a line's paid hours, full-time equivalents of a position."""
_NONE = "-"


@kind("agreed_plan", "agreed", "Agreed figures", parent="draft", parent_field="draft")
@dataclass(frozen=True, slots=True)
class AgreedPlan(Entity):
    """What a draft came to when it was agreed; ``start`` is the first of its twelve months."""

    draft: str = declare(V.REF, target="draft", required=True, hidden=True)
    title: str = declare(V.TEXT, required=True)
    start: str = declare(V.PERIOD, required=True)


@kind(
    "agreed_part", "parts", "Part of agreed figures", parent="agreed_plan", parent_field="plan",
    label_field="",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class AgreedPart(Entity):
    """Some of its lines. Each line of text: id, capital request or ``-``, kind, twelve amounts in minor units, name.

    Tabs stand between them, blanks between the amounts. Lines of the kinds ``volume``, ``hours`` and ``fte`` hold the
    twelve figures of what the amounts were planned for, as fractions; ``-`` is one that wasn't known.
    """

    plan: str = declare(V.REF, target="agreed_plan", required=True, hidden=True)
    figures: str = declare(V.LONG_TEXT, required=True)


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """One line, with all that its totals need: it stands also when the line itself is gone. Minor units by month."""

    line: str
    kind: str
    name: str
    months: tuple[int, ...]
    request: str = ""
    """The capital request that posted it; empty for a line of the pair's."""


Twelve: TypeAlias = tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class AgreedBases:
    """What agreed amounts were planned for, by month: units by volume, paid hours by line, staff by position."""

    volumes: Mapping[str, Twelve]
    hours: Mapping[str, Twelve]
    staff: Mapping[str, Twelve]


def agreed_bases(book: "Book", draft_id: str, periods: Sequence[str]) -> AgreedBases | None:
    """Return what a draft's agreed amounts were planned for; ``None`` while it is planned on, or nobody kept it."""
    texts = _texts(book, draft_id, periods)
    return None if texts is None else _read_bases(texts)


def agreed_lines(
    book: "Book", draft_id: str, periods: Sequence[str]
) -> Mapping[str, AgreedLine] | None:
    """Return what was agreed of a draft by line; ``None`` while it is planned on, or it was agreed for another year."""
    texts = _texts(book, draft_id, periods)
    return None if texts is None else _read(texts)


def _texts(book: "Book", draft_id: str, periods: Sequence[str]) -> tuple[str, ...] | None:
    draft = book.get(Draft, draft_id)
    plan = None if draft is None else book.get(AgreedPlan, draft.agreed_figures)
    if draft is None or plan is None or draft.state == WORKING or plan.start != periods[0]:
        return None
    return tuple(part.figures for part in book.children(AgreedPart, plan.id))


@lru_cache(maxsize=8)  # as below
def _read_bases(texts: tuple[str, ...]) -> AgreedBases | None:
    found: dict[str, dict[str, Twelve]] = {VOLUMES: {}, HOURS: {}, STAFF: {}}
    for text in texts:
        for row in text.split("\n"):
            parts = row.split("\t", _FIELDS - 1)
            if len(parts) == _FIELDS and parts[2] in found:
                try:
                    figures = tuple(map(_figure, parts[3].split(" ")))
                except (ValueError, ZeroDivisionError):
                    continue
                if len(figures) == MONTHS:
                    found[parts[2]][parts[0]] = figures
    kept = AgreedBases(found[VOLUMES], found[HOURS], found[STAFF])
    return kept if any(found.values()) else None


def _figure(text: str) -> Fraction | None:
    return None if text == _NONE else Fraction(text)


def base_rows(bases: AgreedBases) -> Iterator[str]:
    """Yield what amounts are planned for as lines of text."""
    for what, known in ((VOLUMES, bases.volumes), (HOURS, bases.hours), (STAFF, bases.staff)):
        for name in sorted(known):
            figures = " ".join(_NONE if one is None else str(one) for one in known[name])
            yield f"{name}\t{_NONE}\t{what}\t{figures}\t"


@lru_cache(maxsize=8)  # a budget is computed at every keystroke, and what was agreed stays
def _read(texts: tuple[str, ...]) -> Mapping[str, AgreedLine]:
    lines = (_line(row) for text in texts for row in text.split("\n"))
    return {line.line: line for line in lines if line is not None}


def _line(row: str) -> AgreedLine | None:
    """Return a line of text as figures; ``None`` of one that isn't written as it should be."""
    parts = row.split("\t", _FIELDS - 1)
    if len(parts) != _FIELDS or parts[2] not in LINE_KINDS:
        return None
    name, request, what, amounts, title = parts
    try:
        months = tuple(map(int, amounts.split(" ")))
    except ValueError:
        return None
    if len(months) != MONTHS:
        return None
    return AgreedLine(name, what, title, months, "" if request == _NONE else request)


def line_rows(lines: Iterable[AgreedLine]) -> Iterator[str]:
    """Yield agreed lines as lines of text."""
    for one in lines:
        amounts = " ".join(map(str, one.months))
        title = " ".join(one.name.split())
        yield "\t".join((one.line, one.request or _NONE, one.kind, amounts, title))


def parts_of(every: Iterable[str]) -> Iterator[str]:
    """Yield lines of text together, each part of a length that a field keeps."""
    rows: list[str] = []
    length = 0
    for row in every:
        if (
            rows and length + len(row) >= MAX_TEXT // 2
        ):  # longer when letters are composed otherwise
            yield "\n".join(rows)
            rows, length = [], 0
        rows.append(row)
        length += len(row) + 1
    if rows:
        yield "\n".join(rows)


def agreed_id(draft: str, start: str, title: str, texts: Iterable[str]) -> str:
    """Return the id of figures: a digest of everything that they say."""
    digest = hashlib.sha256(f"{draft}\n{start}\n{title}".encode())
    for text in texts:
        digest.update(f"\n{text}".encode())
    return digest.hexdigest()[:_DIGITS]
