"""Values as people read them: money, dates, partners, references. The interface and notes both say them so."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.money import currency_exponent, format_amount, rounded
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import FieldSpec, Slot, ValueType
from dyad_desktop.errors import BadInputError

MINUS = "\N{MINUS SIGN}"
NOTHING = "—"
_SPOKEN = frozenset(
    {
        "category",
        "asset_class",
        "funding_source",
        "groups",
        "domain",
        "driver_ref",
        "partnership_type",
    }
)
"""Texts that are identifiers: they are shown with spaces for underscores."""
_SEALS = {"score_seals": "sealed", "score_salts": "opened", "score_seen": "final"}
"""What a seal, its opening, and that it is final say: figures that only a computer compares."""
_MARKS = {**_SEALS, "limits_kept": "as they were"}
"""The same, and of the mark of a definition under which the limits stay."""
_TITLES = {
    "domain": "pillar",
    "supports": "objective",
    "ytd_actuals": "actual",
    "prior_actuals": "actual of the prior year",
    "amber_at": "amber limit",
    "target_low": "target, lower end",
    "target_date": "target due",
    "benchmark_date": "benchmark’s date",
    "benchmark_source": "benchmark’s source",
    "numerator_text": "numerator",
    "denominator_text": "denominator",
    "lag_days": "days until complete",
    "span": "what a value covers",
    "year_start": "month in which the year begins",
    "limits_kept": "limits",
    "direction": "better is",
    "chart_constant": "limits, × mean moving range",
    "baseline_points": "baseline, first points",
    "lower_bound": "lowest possible",
    "upper_bound": "highest possible",
    "screened": "large moving ranges left out",
    "no_target": "no target",
    "agreed_reason": "reason agreed to",
    "driver_ref": "driver",
    "driver_kind": "kind of driver",
    "fte_prior": "FTE, prior year",
    "fte_budget": "FTE, budget year",
    "fte_months": "FTE by month",
    "hours_per_fte": "hours per FTE",
    "merit_pct": "merit increase",
    "links": "linked to",
}
"""Fields whose names in a file say too little."""
CHOICES: Mapping[str, Mapping[str, str]] = {
    "chart": {
        "i": "XmR: single values", "p": "p: shares", "p_prime": "p′: shares of many (Laney)", "u": "u: rates",
        "u_prime": "u′: rates of many (Laney)", "c": "c: counts", "g": "g: cases between events",
        "t": "t: days between events", "run": "Run chart, no limits",
    },
    "direction": {"up": "higher", "down": "lower", "within": "between two ends"},
    "span": {
        "own_period": "its own period", "year_to_date": "the year to date", "rolling": "several periods, rolling",
    },
}  # fmt: skip
"""What a choice is called where its own name says little, by field."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CURRENCY_SIGNS = {"USD": "US$", "EUR": "€", "GBP": "£", "JPY": "¥", "CHF": "CHF"}


def counted(count: int, one: str, many: str = "") -> str:
    """Return ``1 line`` or ``49 lines``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def day(text: str | None) -> str:
    """Return ``31 Oct 2026`` of an ISO date."""
    if not text:
        return NOTHING
    year, month, date = text.split("-")
    return f"{int(date)} {MONTHS[int(month) - 1]} {year}"


def number(value: Decimal | float | None, places: int | None = None) -> str:
    """Return a figure with grouped thousands and a true minus sign, rounded half away to its places."""
    if value is None:
        return NOTHING
    value = Decimal(str(value))
    if places is None:
        exponent = value.normalize().as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
    return f"{rounded(value, places):,.{places}f}".replace("-", MINUS)


def exponent(book: Book) -> int:
    """Return the decimal places of the partnership's currency."""
    return currency_exponent(book.only(Partnership).currency)


def currency_sign(book: Book) -> str:
    """Return how the currency is written before an amount."""
    currency = book.only(Partnership).currency
    return _CURRENCY_SIGNS.get(currency, currency)


def money(
    book: Book, minor: int | None, *, unit: int = 1, places: int = 0, sign: bool = False
) -> str:
    """Return an amount; ``unit`` 1,000 or 1,000,000 for thousands or millions; negatives in parentheses."""
    if minor is None:
        return NOTHING
    text = format_amount(minor, exponent(book), unit=unit, places=places)
    if not sign:
        return text
    return (
        f"({currency_sign(book)} {text[1:]}"
        if text.startswith("(")
        else f"{currency_sign(book)} {text}"
    )


def partner_name(book: Book, partner: str | None, *, first: bool = True) -> str:
    """Return what a partner is called; an id that is no partner's as it is."""
    found = book.get(Partner, partner)
    if found is None:
        return partner or NOTHING
    return found.first_name if first else found.name


def periods_text(text: str) -> str:
    """Return ``Nov 2023 to Apr 2024`` of ``2023-11..2024-04``; a text that names no periods as it is."""
    try:
        return " to ".join(month_year_label(part) for part in text.split(".."))
    except BadInputError:
        return text


def words(text: str) -> str:
    """Return an identifier as words: ``at_risk`` as ``at risk``."""
    return text.replace("_", " ")


def field_title(field: str, slot: str = "") -> str:
    """Return what a field is called in a history: ``rate growth``, ``months, Jan 2027``."""
    plain = words(field.removeprefix("_").removesuffix("_pct").removesuffix("_value"))
    name = "marks" if field in _SEALS else _TITLES.get(field, plain)
    if not slot:
        return name
    if len(slot) == 7 and slot[4] == "-":
        return f"{name}, {month_year_label(slot)}"
    return f"{name}, {slot}"


def value_text(book: Book, kind: str, field: str, value: Any) -> str:  # noqa: ANN401 - any field's value
    """Return any field's value (canonical or of a dataclass) as people read it."""
    try:
        spec = spec_of(kind, field)
    except BadInputError:
        return str(value)
    if isinstance(value, Mapping):
        parts = (
            f"{_slot_text(book, spec, slot)} {_one(book, spec, part)}"
            for slot, part in value.items()
        )
        return ", ".join(parts)
    return _one(book, spec, value)


def _slot_text(book: Book, spec: FieldSpec, slot: str) -> str:
    return partner_name(book, slot) if spec.slot is Slot.PARTNER else slot


def _one(book: Book, spec: FieldSpec, value: Any) -> str:  # noqa: ANN401, PLR0911 - one line a type
    if value is None or value in ((), ""):
        return NOTHING
    if isinstance(value, list | tuple):
        return ", ".join(_one_item(book, spec, item) for item in value)
    if spec.name in _MARKS:
        return _MARKS[spec.name]
    if spec.type is ValueType.MONEY:
        return money(book, int(value))
    if spec.type is ValueType.DECIMAL:
        return number(Decimal(str(value))) + (" %" if spec.name.endswith("_pct") else "")
    if spec.type is ValueType.FLAG:
        return "yes" if value else "no"
    if spec.type is ValueType.DATE:
        return day(str(value))
    if spec.type is ValueType.PERIOD:
        return month_year_label(str(value))
    if spec.type is ValueType.CHOICE:
        return CHOICES.get(spec.name, {}).get(str(value)) or words(str(value))
    return _one_item(book, spec, value)


def _one_item(book: Book, spec: FieldSpec, value: Any) -> str:  # noqa: ANN401
    if spec.type in (ValueType.REF, ValueType.REFS):
        if spec.target == "partner":
            return partner_name(book, str(value))
        key = book.find(str(value)) if spec.target == "*" else (spec.target, str(value))
        return book.label(*key) if key else f"(deleted) {value}"
    if spec.name == "baseline_period":
        return periods_text(str(value))
    return words(str(value)) if spec.name in _SPOKEN else str(value)


def about(found: Span) -> str:
    """Return what stands before the ends of a span: ``about `` where they are rough, else nothing."""
    return "about " if found.rough else ""


def told_apart(names: Mapping[bytes, str]) -> dict[bytes, str]:
    """Return what laptops are called, by key: those of one name with the first digits of their key besides."""
    several = {name for name, count in Counter(names.values()).items() if count > 1}
    return {
        key: f"{name} · {key.hex()[:4]}" if name in several else name for key, name in names.items()
    }
