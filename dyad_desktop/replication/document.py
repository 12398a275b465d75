"""The register document of one entity: all its registers, and the record that they show."""

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import TypeAlias, cast

import msgspec

from dyad_desktop.domain.records import Record
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, META_FIELDS, Canonical, Policy, field_spec
from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.register import Heads, PackedHeads, Write, contested, latest

Document: TypeAlias = dict[str, dict[str, Heads]]
"""Heads by field and slot."""

Base: TypeAlias = Callable[[Address, Heads], Canonical]
"""Finds the working value of a contested register: what both partners last had."""

Slots: TypeAlias = dict[str, PackedHeads]
PackedDocument: TypeAlias = dict[str, Slots | msgspec.Raw]
"""A document as it is stored, and as commits are folded into it.

A field that nobody has looked at yet stays in its bytes: a bulk change writes one field of thousands of things.
"""

_STORED = dict[str, tuple[tuple[int, int, int, None | bool | int | str | list[str | int]], ...]]
_fields_of = msgspec.msgpack.Decoder(dict[str, msgspec.Raw]).decode
_slots_of = cast("Callable[[bytes], Slots]", msgspec.msgpack.Decoder(_STORED).decode)
_all_of = cast(
    "Callable[[bytes], dict[str, Slots]]", msgspec.msgpack.Decoder(dict[str, _STORED]).decode
)
_DAMAGE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
pack_packed: Callable[[PackedDocument], bytes] = msgspec.msgpack.Encoder().encode


def pack(document: Document, number: Mapping[bytes, int | bytes]) -> bytes:
    """Return a document's bytes; ``number`` gives the small integer (or bytes) that stands for an actor."""
    return msgspec.msgpack.encode(
        {
            field: {
                slot: [(number[h.id.actor], h.id.seq, h.lamport, h.value) for h in heads]
                for slot, heads in slots.items()
            }
            for field, slots in document.items()
        }
    )


def read_packed(data: bytes) -> PackedDocument:
    """Return a stored document, every field in its bytes; raises as ``unpack`` does."""
    try:
        return cast("PackedDocument", _fields_of(data))
    except _DAMAGE as error:
        raise _unreadable(error) from None


def slots_of(document: PackedDocument, field: str) -> Slots | None:
    """Return the registers of a field, to be changed in place; ``None`` when it has none. Raises as ``unpack``."""
    slots = document.get(field)
    if slots.__class__ is not msgspec.Raw:
        return cast("Slots | None", slots)
    try:
        found = document[field] = _slots_of(cast("bytes", slots))
    except _DAMAGE as error:
        raise _unreadable(error) from None
    return found


def _unreadable(error: Exception) -> DamagedError:
    return DamagedError(f"an entity's registers can't be read ({error})")


def all_slots(document: PackedDocument) -> dict[str, Slots]:
    """Return the registers of every field; raises as ``unpack`` does."""
    return {field: slots_of(document, field) or {} for field in document}


def apart(fields: Mapping[str, Slots]) -> dict[str, Slots]:
    """Return of some fields the registers that hold more than one write."""
    found = {}
    for field, slots in fields.items():
        several = {slot: heads for slot, heads in slots.items() if len(heads) > 1}
        if several:
            found[field] = several
    return found


def opened(fields: Mapping[str, Slots], actor: Mapping[int, bytes]) -> Document:
    """Return a document of the packed registers of its fields; raises as ``unpack`` does."""
    return {
        field: {slot: writes(heads, actor) for slot, heads in slots.items()}
        for field, slots in fields.items()
    }


def writes(heads: PackedHeads, actor: Mapping[int, bytes]) -> Heads:
    """Return the heads of one register of their packed form; raises as ``unpack`` does."""
    try:
        if len(heads) == 1:  # nearly always, and tens of thousands of times in a bulk change
            ((number, seq, lamport, value),) = heads
            return (Write(WriteId(actor[number], seq), value, lamport),)
        return tuple(
            [Write(WriteId(actor[n], seq), value, lamport) for n, seq, lamport, value in heads]
        )
    except KeyError as error:
        raise DamagedError(f"an entity's registers name an unknown actor ({error})") from None


_UNKEYED = {
    kind: frozenset(
        field.name for field in (*spec.fields.values(), *META_FIELDS.values()) if field.slot is None
    )
    for kind, spec in KINDS.items()
}
"""The fields of each kind that are one register."""


def plain_record(kind: str, fields: Mapping[str, Slots]) -> Record | None:
    """Return the record of fields in which nothing is contested or deleted; ``None`` for any others."""
    if DELETED in fields:
        return None
    record: Record = {}
    unkeyed = _UNKEYED[kind]
    for field, slots in fields.items():
        if field in unkeyed and len(slots) == 1 and (heads := slots.get("")):
            if len(heads) != 1:
                return None
            record[field] = heads[0][3]
            continue
        spec = field_spec(kind, field)
        values: dict[str, Canonical] = {}
        for slot, heads in slots.items():
            if len(heads) != 1:
                return None
            values[slot] = heads[0][3]
        keyed = spec.slot is not None if spec else "" not in slots
        record[field] = values if keyed else values.get("")
    return record


def unpack(data: bytes, actor: Mapping[int, bytes]) -> Document:
    """Return the document of its bytes.

    Raises:
        DamagedError: the bytes are no document, or name an actor that isn't known.
    """
    try:
        return opened(_all_of(data), actor)
    except _DAMAGE as error:
        raise _unreadable(error) from None


def shown(at: Address, heads: Heads, base: Base) -> Canonical:
    """Return the working value of a register."""
    if len(heads) == 1:
        return heads[0].value
    spec = field_spec(at.kind, at.field)
    policy = spec.policy if spec else Policy.HOLD
    return base(at, heads) if contested(heads, policy) else latest(heads).value


def record_of(kind: str, entity_id: str, document: Document, base: Base) -> Record:
    """Return the record that a document shows; fields of a newer version are kept in it."""
    record: Record = {}
    for field, slots in document.items():
        spec = field_spec(kind, field)
        keyed = spec.slot is not None if spec else "" not in slots
        values = {
            slot: shown(Address(kind, entity_id, field, slot), heads, base)
            for slot, heads in slots.items()
        }
        record[field] = values if keyed else values.get("")
    return record


class Fate(Enum):
    """What became of an entity: it is there, it is gone, or one partner deleted what another worked on."""

    THERE = "there"
    GONE = "gone"
    DISPUTED = "disputed"


def fate(document: Document, named_by: Callable[[WriteId], Collection[WriteId]]) -> Fate:
    """Return what became of an entity.

    A deletion names the writes that its author saw anywhere in the entity (``named_by`` gives them). With a head
    that no deletion saw, the entity is deleted, but edited: it stays visible until the partners settle it.
    """
    heads = document.get(DELETED, {}).get("", ())
    if not heads or any(head.value is not True for head in heads):
        return Fate.THERE
    seen = {head.id for head in heads}
    for head in heads:
        seen.update(named_by(head.id))
    return Fate.DISPUTED if unseen(document, seen) else Fate.GONE


def unseen(document: Document, seen: Collection[WriteId]) -> list[tuple[str, str]]:
    """Return (field, slot) of the registers that have a head which isn't among the ``seen`` writes."""
    return [
        (field, slot)
        for field, slots in document.items()
        if field != DELETED
        for slot, heads in slots.items()
        if any(head.id not in seen for head in heads)
    ]


def writes_of(document: Document) -> tuple[WriteId, ...]:
    """Return every write that stands in an entity, those of its deletion last."""
    others = {
        head.id: None
        for field, slots in document.items()
        if field != DELETED
        for heads in slots.values()
        for head in heads
    }
    return (*others, *(head.id for head in document.get(DELETED, {}).get("", ())))
