"""What a field is: its value type, its slots, its merge policy and its place in a workspace file."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from dyad_desktop.errors import BadInputError

Canonical: TypeAlias = None | bool | int | str | list[str] | list[int]
"""The only shapes that enter the log: no floats, decimals as text, dates as ISO text."""

BOTH = "both"
"""Stands for the partners together where a file names one."""
MAX_TEXT = 64 * 1024
"""Longest text of one field, in characters."""
MAX_MINOR = 10**15
"""Largest amount of money, in minor units: ten trillion dollars, a thousand trillion yen."""
MAX_DECIMAL = Decimal(10) ** 12
MAX_PLACES = 9

_ID = re.compile(r"[\w.:+\-]{1,96}", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PERIOD = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Control characters, lone surrogates and pictographs: none of them can be drawn by the carried font, and
# the first two break the formats that finance reads. The font has a few signs of the symbol blocks: ☀ ★ ☆ ☼
# ♡ ♥ ⚠ ✓ ✗ ❖ ❤ and ➀ to ➈ may stand. A joiner may stand where scripts need it (Arabic, Indic and their like).
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufe0f\ufffe\uffff"
    "\u2601-\u2604\u2607-\u263b\u263d-\u2660\u2662-\u2664\u2666-\u269f\u26a1-\u26ff"
    "\u2700-\u2712\u2714-\u2716\u2718-\u2755\u2757-\u2763\u2765-\u277f\u2789-\u27bf"
    "\U0001f000-\U0001faff\U000e0000-\U000e007f]"
    "|(?<![\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff])\u200d"
)
_LINE_BREAK = re.compile("[\n\r\x85\u2028\u2029]")
_NUMBER = re.compile(r"-?\d{1,13}(\.\d{1,20})?", re.ASCII)


class ValueType(Enum):
    """The shape of a value; decides how it is checked, stored, merged and shown."""

    TEXT = "text"
    LONG_TEXT = "long text"
    TEXTS = "list of texts"
    NUMBERS = "list of whole numbers"
    MONEY = "money"
    DECIMAL = "number"
    INTEGER = "whole number"
    FLAG = "true or false"
    DATE = "date"
    PERIOD = "period"
    CHOICE = "choice"
    REF = "reference"
    REFS = "list of references"
    JSON = "unknown data"


class Policy(Enum):
    """What happens to two values written apart: both are held up, or the later one is shown."""

    HOLD = "hold"
    LATEST = "latest"


class Slot(Enum):
    """What the parts of a keyed field are named by; each part is a register of its own."""

    PERIOD = "period"
    PARTNER = "partner"
    CRITERION = "partner/criterion"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of one kind. ``path`` is its key in a workspace file, dots for nested mappings."""

    type: ValueType
    name: str = ""
    path: str = ""
    slot: Slot | None = None
    policy: Policy = Policy.HOLD
    choices: tuple[str, ...] = ()
    target: str = ""
    required: bool = False
    optional: bool = False
    minimum: int | None = None
    maximum: int | None = None
    entered: tuple[Decimal, Decimal] | None = None
    """Between what people enter it, narrower than what is read: logs of earlier versions may hold other figures."""
    hidden: bool = False
    broken_lines: bool = False
    """Whether a line of text may break, as it could when early files were written."""
    own: bool = False
    """Whether what stands in a partner's slot is said by this partner alone."""
    silent: bool = False
    """Whether histories and comparisons leave it out: it only tells what another field means.

    Its slots are ``field:value``, and none is ever emptied: the value may stand with a partner, or be restored.
    """

    def stays(self, value: object) -> bool:
        """Return whether a part stays as it is instead of taking a value."""
        return self.silent and value is None

    def check(self, value: object, exponent: int | None = None) -> Canonical:
        """Return ``value`` in canonical form.

        Accepts canonical values and the Python values of the dataclasses. ``exponent``, the decimal places of the
        currency, lets a refusal say money in its units.

        Raises:
            BadInputError: with a reason that names what was expected; it has no place yet.
        """
        if value is None:
            if self.required and self.slot is None:
                what = "an amount" if self.type is ValueType.MONEY else f"a {self.type.value}"
                raise BadInputError(f"must not be empty; {what} is expected")
            return None
        if self.type is ValueType.MONEY:
            return _check_money(self, value, exponent)
        return _CHECKS[self.type](self, value)

    def decode(self, value: Canonical) -> Any:  # noqa: ANN401 - the dataclass field says the type
        """Return the Python value of a canonical one."""
        if value is None:
            return () if self.type in _LISTS else None
        if self.type is ValueType.DECIMAL:
            return Decimal(value if value.__class__ is str else str(value))
        return tuple(value) if value.__class__ is list else value


_LISTS = frozenset({ValueType.TEXTS, ValueType.NUMBERS, ValueType.REFS})


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "…"


def _wrong(spec: FieldSpec, value: object) -> BadInputError:
    return BadInputError(f"{_shown(value)} is not a {spec.type.value}")


def _check_text(spec: FieldSpec, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(spec, value)
    if len(value) > MAX_TEXT:
        raise BadInputError(f"text of {len(value):,} characters; at most {MAX_TEXT:,} are kept")
    if (found := _UNSHOWABLE.search(value)) is not None:
        code = f"U+{ord(found.group()):04X}"
        raise BadInputError(
            f"character {code} (emoji or control character) can't be shown or printed"
        )
    if spec.required and not value.strip():
        raise BadInputError("must not be empty")
    one_line = spec.type is ValueType.TEXT and not spec.broken_lines
    if one_line and _LINE_BREAK.search(value) is not None:
        raise BadInputError("must be one line; a line break can't stand here")
    return value if value.isascii() else _nfc(value)


def _nfc(value: str) -> str:
    import unicodedata  # noqa: PLC0415 - most text is ASCII, and a command starts faster without it

    return unicodedata.normalize("NFC", value)


def _check_int(spec: FieldSpec, value: object, limit: int) -> int:
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(spec, value)
    low = -limit if spec.minimum is None else spec.minimum
    high = limit if spec.maximum is None else spec.maximum
    if not low <= value <= high:
        raise BadInputError(f"{_shown(value)} is outside {low:,} to {high:,}")
    return value


def _check_money(spec: FieldSpec, value: object, exponent: int | None = None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(spec, value)
    if abs(value) > MAX_MINOR:
        most = (
            f"{MAX_MINOR:,} of the smallest unit"
            if exponent is None
            else units_text(MAX_MINOR, exponent)
        )
        raise BadInputError(f"amount is larger than the largest that is kept, {most}")
    for bound, side in ((spec.minimum, "below"), (spec.maximum, "above")):
        if bound is None or not (value < bound if side == "below" else value > bound):
            continue
        if exponent is None:
            raise BadInputError(f"the amount is {side} what can be here")
        raise BadInputError(
            f"{units_text(value, exponent)} is {side} {units_text(bound, exponent)}"
        )
    return value


def units_text(minor: int, exponent: int) -> str:
    """Return minor units as people say them in a sentence: ``−12.50`` or ``−100``."""
    whole, rest = divmod(abs(minor), 10**exponent)
    text = f"{whole:,}.{rest:0{exponent}}" if rest else f"{whole:,}"
    return f"\N{MINUS SIGN}{text}" if minor < 0 else text


def canonical_decimal(value: Decimal) -> str:
    """Return the one text of a number: no exponent, no trailing zeros, no negative zero."""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "0") else text


def _check_decimal(spec: FieldSpec, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise _wrong(spec, value)
    # Text is the canonical form, not what people type; anything else of it is refused unread.
    if isinstance(value, str) and _NUMBER.fullmatch(value) is None:
        raise _wrong(spec, value)
    number = Decimal(value)
    if not number.is_finite():
        raise BadInputError(f"{_shown(value)} is not a finite number")
    if number.copy_abs() > MAX_DECIMAL:
        raise BadInputError(f"{_shown(value)} is larger than the largest number kept, 10^12")
    if number != round(number, MAX_PLACES):
        raise BadInputError(f"{_shown(value)} has more than {MAX_PLACES} decimal places")
    if spec.minimum is not None and number < spec.minimum:
        raise BadInputError(f"{_shown(value)} is below {spec.minimum}")
    if spec.maximum is not None and number > spec.maximum:
        raise BadInputError(f"{_shown(value)} is above {spec.maximum}")
    return canonical_decimal(number)


def _check_flag(spec: FieldSpec, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(spec, value)
    return value


def _check_date(spec: FieldSpec, value: object) -> str:
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadInputError(f"{_shown(value)} is not a {spec.type.value} like 2027-06-30")
    year, month, day = (int(part) for part in match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = 28 if month == 2 and not leap else _DAYS[month - 1] if 1 <= month <= 12 else 0
    if year < 1900 or not 1 <= day <= last:
        raise BadInputError(f"{_shown(value)} is not a day of the calendar")
    return match.group()


def _check_period(_spec: FieldSpec, value: object) -> str:
    if not isinstance(value, str) or _PERIOD.fullmatch(value) is None:
        raise BadInputError(f"{_shown(value)} is not a period like 2027-06")
    return value


def _check_choice(spec: FieldSpec, value: object) -> str:
    if value not in spec.choices:
        raise BadInputError(f"{_shown(value)} is not one of {', '.join(spec.choices)}")
    return str(value)


def check_id(value: object) -> str:
    """Return an id: 1 to 96 letters, digits and ``_ . : + -``, so that it can stand in paths and sheets."""
    if not isinstance(value, str) or not is_id(value):
        raise BadInputError(
            f"{_shown(value)} is not an id (letters, digits and _ . : + -, at most 96)"
        )
    return value


def is_id(value: str) -> bool:
    """Return whether a text can be an id, see ``check_id``."""
    return _ID.fullmatch(value) is not None


def _check_ref(_spec: FieldSpec, value: object) -> str:
    return check_id(value)


def _listed(
    item: Callable[[FieldSpec, object], object],
) -> Callable[[FieldSpec, object], list[Any]]:
    def check(spec: FieldSpec, value: object) -> list[Any]:
        if value == BOTH and spec.target == "partner":
            return [BOTH]
        if not isinstance(value, list | tuple):
            raise _wrong(spec, value)
        return [item(spec, part) for part in value]

    return check


_CHECKS: dict[ValueType, Callable[[FieldSpec, object], Canonical]] = {
    ValueType.TEXT: _check_text,
    ValueType.LONG_TEXT: _check_text,
    ValueType.TEXTS: _listed(_check_text),
    ValueType.NUMBERS: _listed(lambda spec, value: _check_int(spec, value, 10**9)),
    ValueType.MONEY: _check_money,
    ValueType.DECIMAL: _check_decimal,
    ValueType.INTEGER: lambda spec, value: _check_int(spec, value, 10**9),
    ValueType.FLAG: _check_flag,
    ValueType.DATE: _check_date,
    ValueType.PERIOD: _check_period,
    ValueType.CHOICE: _check_choice,
    ValueType.REF: _check_ref,
    ValueType.REFS: _listed(_check_ref),
    ValueType.JSON: _check_text,
}


def declare(kind: ValueType, default: object = None, **options: Any) -> Any:  # noqa: ANN401
    """Declare a dataclass field of a kind; ``options`` are the other parts of its ``FieldSpec``.

    The result is typed ``Any`` since the annotation beside it says the Python type.
    """
    spec = FieldSpec(type=kind, **options)
    metadata = {"spec": spec}
    if spec.slot is not None:
        return field(default_factory=dict, metadata=metadata)
    if default is None and kind in _LISTS:
        default = ()
    if default is None and kind in (ValueType.TEXT, ValueType.LONG_TEXT) and spec.required:
        default = ""
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One kind of thing and where a workspace file lists it.

    ``section`` is the dotted key of its list (or mapping), under the parent's mapping when ``parent`` names
    a kind; ``parent_field`` holds the parent's id. ``id_key`` is the key that carries the id in the file
    (empty: the file gives none). ``singleton`` kinds have one entity whose id is the kind's name. The id of a
    ``natural`` kind is the values of those fields, joined by a point: it comes into being when first written.
    """

    name: str
    cls: type["Entity"]
    fields: Mapping[str, FieldSpec]
    section: str
    title: str
    parent: str = ""
    parent_field: str = ""
    id_key: str = "id"
    singleton: bool = False
    keyed_section: bool = False
    label_field: str = "title"
    natural: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """Base of every kind: an id that is unique within the kind, and its place in order."""

    id: str
    order: str = ""


E = TypeVar("E", bound=type[Entity])

KINDS: dict[str, KindSpec] = {}
"""Every kind by name, in the order in which a workspace file lists them."""


def kind(name: str, section: str, title: str, **options: Any) -> Callable[[E], E]:  # noqa: ANN401
    """Register the decorated frozen dataclass as a kind."""

    def register(cls: E) -> E:
        fields: dict[str, FieldSpec] = {}
        for part in dataclasses.fields(cls):
            spec = part.metadata.get("spec")
            if spec is not None:
                fields[part.name] = dataclasses.replace(
                    spec, name=part.name, path=spec.path or part.name
                )
        KINDS[name] = KindSpec(
            name=name, cls=cls, fields=fields, section=section, title=title, **options
        )
        return cls

    return register


DELETED = "_deleted"
ORDER = "_order"
SHAPE = "_shape"
EXTRA = "_extra"

META_FIELDS: Mapping[str, FieldSpec] = {
    DELETED: FieldSpec(ValueType.FLAG, name=DELETED),
    ORDER: FieldSpec(ValueType.TEXT, name=ORDER, policy=Policy.LATEST),
    # How the file wrote an empty part ("absent" or "empty"), so that a dump gives back the same data.
    SHAPE: FieldSpec(ValueType.TEXT, name=SHAPE, slot=Slot.KEY, policy=Policy.LATEST),
    # Keys of a file that the schema doesn't know, as JSON text, kept for a later version to read.
    EXTRA: FieldSpec(ValueType.JSON, name=EXTRA, slot=Slot.KEY),
}


@lru_cache(maxsize=4096)  # names that came from elsewhere may be any number
def field_spec(kind_name: str, field_name: str) -> FieldSpec | None:
    """Return the spec of a field of a kind as logs have it, or ``None`` when this version doesn't know it.

    It takes what earlier versions wrote, which may break a line of text; new values follow ``KINDS``.
    """
    known = KINDS.get(kind_name)
    if known is None:
        return None
    found = known.fields.get(field_name) or META_FIELDS.get(field_name)
    return dataclasses.replace(found, broken_lines=True) if found is not None else None
