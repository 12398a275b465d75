"""What an amount or a rate was said as: methods share these fields, and a year's amount is no month's.

Two partners may change method and amount apart; what meets then would count as something that nobody said. So it is
kept with each value under which method it was said (``DraftLine.said_as``), and a value that was said under another
one than stands now doesn't count until a partner says which is meant.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import Canonical, canonical_decimal
from dyad_desktop.errors import BadInputError

MEANINGS: Mapping[tuple[str, str], str] = {
    ("amount", "fixed"): "the year’s amount",
    ("amount", "contract"): "a month’s amount",
    ("rate", "volume_rate"): "the price of a unit",
    ("rate", "step"): "what a step costs a month",
    ("rate_growth_pct", "prior_year"): "growth of the prior year",
    ("rate_growth_pct", "volume_rate"): "growth of the price of a unit",
}
"""What a field means, by field and method; only what two methods take."""
GROWTH = "rate_growth_pct"
FIELDS = ("amount", "rate", GROWTH)
GROWING = tuple(method for field, method in MEANINGS if field == GROWTH)
"""Methods that take growth."""
RATED = tuple(method for field, method in MEANINGS if field == "rate")
"""Methods that take a rate."""
_UNSAID = "prior_year"


def method_key(said: DraftLine | None) -> str:
    """Return the method that a line is planned by, as ``MEANINGS`` has it; the reference method goes unsaid."""
    return _UNSAID if said is None or said.method is None else said.method


def place_of(field: str, value: object) -> str:
    """Return the slot of ``said_as`` for a value (of the dataclass, or canonical) of a field."""
    text = canonical_decimal(value) if isinstance(value, Decimal) else str(value)
    return f"{field}:{text}"


def said_as(said: DraftLine, field: str, value: object) -> str:
    """Return the method under which a value of a line's plan was said; empty where nobody knows."""
    method = said.said_as.get(place_of(field, value)) or ""
    return method if (field, method) in MEANINGS else ""


def other_meaning(said: DraftLine, field: str) -> str:
    """Return the method under which a field's value was said, where another one is planned by; else nothing."""
    value, now = getattr(said, field), method_key(said)
    then = "" if value is None or (field, now) not in MEANINGS else said_as(said, field, value)
    return then if then != now else ""


def with_meanings(said: DraftLine) -> DraftLine:
    """Return a line's plan with what its figures mean, where nobody said it yet: what they count as."""
    standing = [(field, getattr(said, field)) for field in FIELDS]
    unsaid = [
        (field, value)
        for field, value in standing
        if value is not None and not said_as(said, field, value)
    ]
    return _meaning_now(said, unsaid)


def with_fields(said: DraftLine, fields: Mapping[str, Any]) -> DraftLine:
    """Return a line's plan with fields as they are once they are written: figures mean what they count as."""
    figures = [(field, fields[field]) for field in FIELDS if fields.get(field) is not None]
    return _meaning_now(replace(said, **fields), figures)


def _meaning_now(said: DraftLine, figures: Iterable[tuple[str, object]]) -> DraftLine:
    now = method_key(said)
    told = {place_of(field, value): now for field, value in figures if (field, now) in MEANINGS}
    return replace(said, said_as={**said.said_as, **told}) if told else said


def own_growth(said: DraftLine | None) -> Decimal | None:
    """Return the growth in percent that a draft says for the method it plans a line by; ``None`` without one.

    One that was said for another method isn't this one's: the line goes without it, and says so.
    """
    return None if said is None or other_meaning(said, GROWTH) else said.rate_growth_pct


def check_meaning(said: DraftLine, field: str) -> None:
    """Refuse to reckon with a value that was said as something else.

    Raises:
        BadInputError: as what it was said, and as what it would count.
    """
    then = other_meaning(said, field)
    if then:
        raise BadInputError(
            f"its {field} was said as {MEANINGS[field, then]}, and would count as"
            f" {MEANINGS[field, method_key(said)]} now; say in its plan which is meant"
        )


def meaning_words(book: Book, draft_line: str, field: str, value: Canonical) -> str:
    """Return what a value of a line's plan was said as, in words; nothing where nobody knows."""
    said = book.get(DraftLine, draft_line)
    if said is None or value is None or field not in FIELDS:
        return ""
    return MEANINGS.get((field, said_as(said, field, value)), "")


def meanings(
    book: Book, wanted: Iterable[tuple[str, str, object]]
) -> Iterator[tuple[str, str, str]]:
    """Yield (draft line, slot, method) of ``said_as`` for values that are about to be written.

    Args:
        book: the partnership.
        wanted: (draft line, field, value), with the method where it is written too.
    """
    written = tuple(wanted)
    methods = {line: value or _UNSAID for line, field, value in written if field == "method"}
    for line, field, value in written:
        if field not in FIELDS or value is None:
            continue
        method = str(methods.get(line) or method_key(book.get(DraftLine, line)))
        try:
            slot = place_of(field, spec_of("draft_line", field).check(value))
        except BadInputError:
            continue  # it is refused where it is written
        if (field, method) in MEANINGS:
            yield line, slot, method
