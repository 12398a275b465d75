"""The plain form of an entity: canonical values by field, as files and the log carry them."""

from collections.abc import Callable, Iterator
from dataclasses import fields as parts_of
from dataclasses import make_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias, cast

from dyad_desktop.domain import registry
from dyad_desktop.domain.schema import (
    META_FIELDS,
    ORDER,
    Canonical,
    Entity,
    FieldSpec,
    Slot,
    ValueType,
)
from dyad_desktop.errors import BadInputError

Record: TypeAlias = dict[str, Canonical | dict[str, Canonical]]
"""Canonical value by field; of a keyed field a mapping by slot."""

Records: TypeAlias = dict[tuple[str, str], Record]
"""Every entity of a partnership by (kind, id), in the order of a workspace file."""


def entity_of(kind: str, entity_id: str, record: Record, before: Entity | None = None) -> Entity:
    """Return the dataclass of a record; fields that the record lacks are as ``before`` has them, else the defaults."""
    spec = registry.KINDS[kind]
    fields, as_they_are = spec.fields, _AS_THEY_ARE[kind]
    values: dict[str, Any] = {}
    if ORDER in record:
        values["order"] = record[ORDER] or ""
    for name, value in record.items():
        field = fields.get(name)
        if field is None:
            continue
        if value is None and field.required:
            values[name] = _EMPTY[kind][name]
        elif name in as_they_are:
            values[name] = value
        elif isinstance(value, dict):
            values[name] = {slot: field.decode(part) for slot, part in value.items()}
        else:
            values[name] = field.decode(value)
    return spec.cls(id=entity_id, **values) if before is None else _next(kind, before, values)


def _next(kind: str, before: Entity, values: dict[str, Any]) -> Entity:
    """Return a thing with other values in some fields.

    As ``dataclasses.replace`` does it, but not through the ``__init__`` of a frozen class, which takes many times as
    long: a bulk change makes tens of thousands of things anew. The thing is frozen once its class is.
    """
    values_of, opened = _parts(kind)
    made = opened(*values_of(before))
    for name, value in values.items():
        setattr(made, name, value)
    made.__class__ = before.__class__
    return cast("Entity", made)


@cache  # made when it is first asked for: that takes a millisecond, and there are fifty kinds
def _parts(kind: str) -> tuple[Callable[[Entity], tuple[Any, ...]], type[Any]]:
    """Return what gets the values of all fields of a thing, and a class like its own that isn't frozen.

    Things of both are laid out alike, so that one of the open class can become one of the frozen.
    """
    cls = registry.KINDS[kind].cls
    names = [part.name for part in parts_of(cls)]
    body = {
        "__slots__": [name for name in names if name in vars(cls)],  # the base has the others
        "__init__": vars(make_dataclass("Open", names))["__init__"],
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    return attrgetter(*names), type(f"Open{cls.__name__}", cls.__bases__, body)


_EMPTY = {
    kind: {part.name: part.default for part in parts_of(spec.cls)}
    for kind, spec in registry.KINDS.items()
}
"""What a required field of each kind has while nothing is said."""

_AS_THEY_ARE = {
    kind: frozenset(
        name
        for name, field in spec.fields.items()
        if field.type not in (ValueType.DECIMAL, ValueType.TEXTS, ValueType.REFS, ValueType.NUMBERS)
    )
    for kind, spec in registry.KINDS.items()
}
"""The fields of each kind whose canonical values are Python's own: a large budget has hundreds of thousands."""


def cells(record: Record) -> Iterator[tuple[str, str, Canonical]]:
    """Yield (field, slot, value) for all that a record says; the slot is empty for a plain field."""
    for name, value in record.items():
        if isinstance(value, dict):
            for slot, part in value.items():
                yield name, slot, part
        else:
            yield name, "", value


def record_of(kind: str, entity: Entity) -> Record:
    """Return the record of a dataclass, every field checked.

    Raises:
        BadInputError: a field has a value that its spec doesn't take; the place is the field's name.
    """
    record: Record = {ORDER: entity.order} if entity.order else {}
    for name, field in registry.KINDS[kind].fields.items():
        value = getattr(entity, name)
        try:
            if field.slot is None:
                record[name] = field.check(value)
            else:
                record[name] = {slot: field.check(part) for slot, part in value.items()}
        except BadInputError as error:
            raise BadInputError(error.reason, f"{kind} {entity.id} {name}") from None
    return record


def check_slot(field: FieldSpec, slot: str) -> str:
    """Return a slot's name if the field has such slots.

    Raises:
        BadInputError: the field has no slots, needs one, or not one of this shape.
    """
    if field.slot is None:
        if slot:
            raise BadInputError(f"{field.name} has no parts, so {slot!r} can't be one")
        return slot
    if not slot:
        raise BadInputError(
            f"{field.name} needs a part, as in {field.name}/{_EXAMPLES[field.slot]}"
        )
    if field.slot is Slot.PERIOD:
        META_PERIOD.check(slot)
    if field.slot is Slot.CRITERION and slot.count("/") != 1:
        raise BadInputError(f"{slot!r} is not a partner/criterion such as A/safety")
    return slot


_EXAMPLES = {
    Slot.PERIOD: "2027-01",
    Slot.PARTNER: "A",
    Slot.CRITERION: "A/safety",
    Slot.KEY: "name",
}
META_PERIOD = registry.KINDS["partnership"].fields["prior_start"]


def spec_of(kind: str, field: str) -> FieldSpec:
    """Return the spec of a field.

    Raises:
        BadInputError: no such kind, or no such field in it; the reason lists what there is.
    """
    known = registry.KINDS.get(kind)
    if known is None:
        raise BadInputError(f"there is no kind {kind!r}; kinds are {', '.join(registry.KINDS)}")
    found = known.fields.get(field) or META_FIELDS.get(field)
    if found is None:
        raise BadInputError(f"{kind} has no field {field!r}; fields are {', '.join(known.fields)}")
    return found
