"""Whether a change that came from elsewhere may enter a register: the registry of kinds is the whitelist."""

from dyad_desktop.domain.records import check_slot
from dyad_desktop.domain.schema import MAX_TEXT, field_spec
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Change

MAX_NAME = 200
"""Longest kind, id, field and slot, in characters."""


def refusal(change: Change) -> None:
    """Refuse a change whose value its field doesn't take; fields of a newer version pass, within limits.

    Raises:
        BadInputError: the reason, with the place.
    """
    at = change.at
    place = f"{at.kind} {at.id} {at.field}" + (f"/{at.slot}" if at.slot else "")
    if max(map(len, at)) > MAX_NAME or not at.kind or not at.field:
        raise BadInputError("a name that is too long or empty", place[:MAX_NAME])
    spec = field_spec(at.kind, at.field)
    if spec is None:
        if isinstance(change.value, str | list) and len(change.value) > 16 * MAX_TEXT:
            raise BadInputError("a value that is too large", place)
        return
    try:
        check_slot(spec, at.slot)
        canonical = None if change.value is None else spec.check(change.value)
    except BadInputError as error:
        raise BadInputError(error.reason, place) from None
    if canonical != change.value:
        raise BadInputError(f"{change.value!r} isn't written as it should be", place)
