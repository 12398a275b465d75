"""Whether a change that came from elsewhere may enter a register: the registry of kinds is the whitelist."""

import re
from collections.abc import Callable, Sequence
from typing import cast

from dyad_desktop.domain.records import check_slot
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import MAX_TEXT, Canonical, ValueType, field_spec
from dyad_desktop.errors import BadInputError

MAX_NAME = 200
"""Longest kind, id, field and slot, in characters."""


def _lines_of(pattern: str) -> Callable[[str], object]:
    # Possessive: where one line fails, the good ones before it aren't tried in other ways.
    return re.compile(rf"{pattern}(?:\n{pattern})*+", re.ASCII).fullmatch


_LINE = _lines_of(r"[!-~](?:[ -~]{0,200}[!-~])?")
_TESTS: dict[ValueType, Callable[[str], object]] = {
    ValueType.TEXT: _LINE,
    ValueType.LONG_TEXT: _LINE,
    ValueType.DATE: _lines_of(r"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"),
}
_PLAIN = {
    (kind, field.name): _TESTS[field.type]
    for kind, spec in KINDS.items()
    for field in spec.fields.values()
    if field.type in _TESTS and field.slot is None
}
"""By field what values it surely takes: a short line of ASCII in a field for text, a usual day in one for days."""
PLAIN = {kind: [name for of, name in _PLAIN if of == kind] for kind in KINDS}
"""The fields of each kind, without slots, whose usual values are told at a glance."""


def surely_possible(kind: str, field: str, values: Sequence[Canonical]) -> bool:
    """Return whether all of some values of a plain field are of the usual kind, which needs no closer look.

    All at once, since a long delivery has a million. None at all are.
    """
    try:
        text = "\n".join(cast("Sequence[str]", values))
    except TypeError:  # nothing, or a figure
        return False
    one_each = text.count("\n") == len(values) - 1
    return not values or (one_each and _PLAIN[kind, field](text) is not None)


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
