"""A measure whose definition changed after its first value: are the values before and after still comparable?

Which fields define a measure, what stands in them as one mark, and the question in words. That a definition changed
is read from the history; that the limits may stay is kept with the mark of the definition it was said of, so that
another change asks again.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import OWN_PERIOD, Measure
from dyad_desktop.domain.partnership import Partner

WORDS = ("definition", "numerator_text", "denominator_text", "exclusions", "source")
"""Defining fields in words; filled in where there were none, they change nothing of what was measured."""
SPAN = "span"
DEFINING = (*WORDS, "unit", "frequency", "aggregation", "multiplier", SPAN)
"""Fields after whose change values before and after may not be compared."""
ASKS = "If values before and after can’t be compared, the limits should start anew."
_NAMES = {
    "numerator_text": "numerator",
    "denominator_text": "denominator",
    SPAN: "what a value covers",
}
_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Redefined:
    """That partners (by id) changed defining ``fields`` of a measure after its first value, last at ``wall_ms``."""

    measure: str
    fields: tuple[str, ...]
    partners: tuple[str, ...]
    wall_ms: int


def definition_mark(measure: Measure) -> str:
    """Return twelve hexadecimal digits that stand for everything that defines a measure."""
    told = [_text(_meant(name, getattr(measure, name))) for name in DEFINING]
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:_LENGTH]


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def field_words(found: Redefined) -> str:
    """Return what was changed: ``definition and unit``."""
    names = [_NAMES.get(name, name) for name in found.fields]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def question(book: Book, found: Redefined) -> str:
    """Return who changed what, and what is to be thought about."""
    names = [one.first_name for one in book.all(Partner) if one.id in found.partners]
    who = " and ".join(names) or "Someone"
    its = "" if found.fields == (SPAN,) else "its "
    return f"{who} changed {its}{field_words(found)} after values were recorded. {ASKS}"


def is_changed(field: str, before: object, after: object) -> bool:
    """Return whether a field means something else than before."""
    if field in WORDS and before in (None, ""):
        return False
    return (_meant(field, before) or None) != (_meant(field, after) or None)


def _meant(field: str, value: object) -> object:
    """Return what is meant by a value: that each is of its own period is so while nothing else is said."""
    return None if (field, value) == (SPAN, OWN_PERIOD) else value
