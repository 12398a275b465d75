"""Between text that people type and the values of fields, and back."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.bounds import check_bounds
from dyad_desktop.domain.entry import (
    check_no_percentage,
    exact_number,
    parse_figure,
    parse_number,
    parse_percent,
)
from dyad_desktop.domain.goals import IN_ITS_UNIT, Measure
from dyad_desktop.domain.money import currency_exponent, to_units
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import MAX_MINOR, Canonical, FieldSpec, ValueType
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address

NOTHING = ("", "null", "none", "-")
_NUMBERS = (ValueType.DECIMAL, ValueType.INTEGER)
_LISTS = (ValueType.TEXTS, ValueType.REFS, ValueType.NUMBERS)


def exponent_of(book: Book) -> int:
    """Return the decimal places of the partnership's currency."""
    return currency_exponent(book.only(Partnership).currency)


def money_from(value: Decimal, exponent: int) -> int:
    """Return whole units as minor units, without losing anything.

    Raises:
        BadInputError: finer than the currency has, or too large.
    """
    largest = to_units(MAX_MINOR, exponent)
    if value.copy_abs() > largest:
        raise BadInputError(f"amount is larger than the largest that is kept, {largest:,}")
    minor = value.scaleb(exponent)
    if minor != minor.to_integral_value():
        raise BadInputError(f"{value} has more decimal places than the currency")
    return int(minor)


def parse_at(book: Book, at: Address, text: str) -> Canonical:
    """Return the canonical value of text that is typed into a register; see ``parse_value``.

    Raises:
        BadInputError: with a reason for a person; it has no place.
    """
    measure = book.get(Measure, at.id) if at.kind == "measure" else None
    percent = (
        measure is not None and at.field in IN_ITS_UNIT and (measure.unit or "").startswith("%")
    )
    return parse_value(spec_of(at.kind, at.field), text, exponent_of(book), percent=percent)


def parse_value(spec: FieldSpec, text: str, exponent: int, *, percent: bool = False) -> Canonical:
    """Return the canonical value of typed text; an empty text empties the field.

    ``percent``: the figure is one of percent, so that ``5%`` is 5; fields that say so by their name are it anyway.

    Raises:
        BadInputError: with a reason for a person; it has no place.
    """
    stripped = text.strip()
    if stripped.lower() in NOTHING and spec.type not in (ValueType.TEXT, ValueType.LONG_TEXT):
        return spec.check(None)
    if spec.type in (ValueType.TEXT, ValueType.LONG_TEXT):
        return spec.check(text if stripped or spec.required else None)
    if spec.type in _NUMBERS and (percent or is_percent(spec)):
        value: object = parse_percent(stripped)
    else:
        value = _typed(spec, stripped, exponent)
    check_bounds(spec, value)
    return spec.check(value, exponent)


def is_percent(spec: FieldSpec) -> bool:
    """Return whether a field holds a figure of percent whatever its thing is."""
    return spec.name in ("percent", "inputs", "weight") or spec.name.endswith("_pct")


def _typed(spec: FieldSpec, text: str, exponent: int) -> object:
    if spec.type is ValueType.MONEY:
        check_no_percentage(text, "amount")
        return money_from(exact_number(text), exponent)
    if spec.type in _NUMBERS:
        return parse_number(text) if spec.name.startswith("fte_") else parse_figure(text)
    if spec.type in _WORDS:
        return _WORDS[spec.type](text)
    if spec.type in _LISTS:
        return _items(spec, text)
    return text


def _month(text: str) -> str:
    """Return the month that a text names, or in which the day lies that it names; a text that names none as it is."""
    from dyad_desktop.domain.observation_import_periods import (  # noqa: PLC0415 - as above
        Spelling,
        read_period,
    )

    try:
        found = read_period(text, Spelling())
    except BadInputError:
        return text
    return text if found.kind == "quarter" else found.period


def _day(text: str) -> str:
    from dyad_desktop.domain.day_text import read_day  # noqa: PLC0415 - a command without dates starts faster

    return read_day(text)


def _flag(text: str) -> bool:
    found = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.lower() not in found:
        raise BadInputError(f"{text!r} is not true or false")
    return found[text.lower()]


_WORDS: Mapping[ValueType, Callable[[str], object]] = {
    ValueType.FLAG: _flag,
    ValueType.DATE: _day,
    ValueType.PERIOD: _month,
}


def _items(spec: FieldSpec, text: str) -> list[object]:
    if text.startswith("["):
        try:
            found = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError) as error:
            why = "nested too deeply" if isinstance(error, RecursionError) else error
            raise BadInputError(f"the list can't be read ({why})") from None
        return list(found)
    items = [part.strip() for part in text.split(",")]
    if spec.type is ValueType.NUMBERS:
        return [parse_number(item) for item in items]
    return list(dict.fromkeys(item for item in items if item))  # a name said twice is said once


def plain_value(spec: FieldSpec, value: Canonical, exponent: int) -> object:
    """Return a value as scripts read it: money in whole units, numbers as numbers."""
    if value is None:
        return None
    if spec.type is ValueType.MONEY:
        return to_units(int(str(value)), exponent)
    if spec.type is ValueType.DECIMAL:
        return Decimal(str(value))
    return value
