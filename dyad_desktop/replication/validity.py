"""Whether a change that came from elsewhere may enter a register: the registry of kinds is the whitelist."""

from dyad_desktop.domain.records import check_slot
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import MAX_TEXT, Canonical, ValueType, field_spec
from dyad_desktop.errors import BadInputError

MAX_NAME = 200
"""Longest kind, id, field and slot, in characters."""


_PLAIN = frozenset(
    (kind, field.name)
    for kind, spec in KINDS.items()
    for field in spec.fields.values()
    if field.type in (ValueType.TEXT, ValueType.LONG_TEXT) and field.slot is None
)
"""Fields that take any text."""


def plainly_possible(kind: str, entity: str, field: str, slot: str, value: Canonical) -> bool:
    """Return whether a change is of the usual kind that needs no closer look: a short text in a field for text."""
    return (
        type(value) is str
        and (kind, field) in _PLAIN
        and not slot
        and 0 < len(value) < MAX_NAME
        and 0 < len(entity) < MAX_NAME
        and value.isascii()
        and value.isprintable()
        and not value.isspace()
    )


def refuse_impossible(kind: str, entity: str, field: str, slot: str, value: Canonical) -> None:
    """Refuse a value that its field doesn't take; fields of a newer version pass, within limits.

    Raises:
        BadInputError: the reason, with the place.
    """
    spec = field_spec(kind, field)
    if len(kind) > MAX_NAME or len(entity) > MAX_NAME or len(field) > MAX_NAME or not entity:
        raise BadInputError("a name that is too long or empty", entity[:MAX_NAME])
    try:
        if spec is None:
            _check_unknown(slot, value)
            return
        if slot or spec.slot is not None:
            check_slot(spec, slot)
        canonical = None if value is None else spec.check(value)
        if canonical != value:
            raise BadInputError(f"{value!r} isn't written as it should be")  # noqa: TRY301 - beside its like
    except BadInputError as error:
        place = f"{kind} {entity} {field}" + (f"/{slot}" if slot else "")
        raise BadInputError(error.reason, place) from None


def _check_unknown(slot: str, value: Canonical) -> None:
    if len(slot) > MAX_NAME:
        raise BadInputError("a name that is too long")
    if isinstance(value, str | list) and len(value) > 16 * MAX_TEXT:
        raise BadInputError("a value that is too large")
