"""The figures that the pair agreed to: kept apart from the plan, which moves on with volumes, positions and requests.

They are written once, when a draft leaves the state in which it is planned on, and never changed. Their id is made
from what they say, so that two partners who agree to the same figures apart make one thing, and different figures
stand beside each other in the draft's ``agreed_figures`` until the pair settles which were meant. They are kept as
text, many lines in one part: what never changes field by field needs no fields, and a large budget is agreed at once.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

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

    Tabs stand between them, blanks between the amounts.
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


def agreed_lines(
    book: "Book", draft_id: str, periods: Sequence[str]
) -> Mapping[str, AgreedLine] | None:
    """Return what was agreed of a draft by line; ``None`` while it is planned on, or it was agreed for another year."""
    draft = book.get(Draft, draft_id)
    plan = None if draft is None else book.get(AgreedPlan, draft.agreed_figures)
    if draft is None or plan is None or draft.state == WORKING or plan.start != periods[0]:
        return None
    return _read(tuple(part.figures for part in book.children(AgreedPart, plan.id)))


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


def parts_of(lines: Iterable[AgreedLine]) -> Iterator[str]:
    """Yield lines as texts, each of a length that a field keeps."""
    rows: list[str] = []
    length = 0
    for one in lines:
        amounts = " ".join(map(str, one.months))
        title = " ".join(one.name.split())
        row = "\t".join((one.line, one.request or _NONE, one.kind, amounts, title))
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
