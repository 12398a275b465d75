"""The register document of one entity: all its registers, and the record that they show."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from dyad_desktop.domain.records import Record
from dyad_desktop.domain.schema import DELETED, Canonical, Policy, field_spec
from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.register import Heads, Write, contested, latest

Document: TypeAlias = dict[str, dict[str, Heads]]
"""Heads by field and slot."""

Base: TypeAlias = Callable[[Address, Heads], Canonical]
"""Finds the working value of a contested register: what both partners last had."""

_Packed = dict[
    str, dict[str, list[tuple[int, int, int, None | bool | int | str | list[str | int]]]]
]
_decoder = msgspec.msgpack.Decoder(_Packed)


def pack(document: Document, number: Mapping[bytes, int]) -> bytes:
    """Return a document's bytes; ``number`` gives the small integer that stands for an actor."""
    return msgspec.msgpack.encode(
        {
            field: {
                slot: [(number[h.id.actor], h.id.seq, h.lamport, h.value) for h in heads]
                for slot, heads in slots.items()
            }
            for field, slots in document.items()
        }
    )


def unpack(data: bytes, actor: Mapping[int, bytes]) -> Document:
    """Return the document of its bytes.

    Raises:
        DamagedError: the bytes are no document, or name an actor that isn't known.
    """
    try:
        return {
            field: {
                slot: tuple(
                    Write(WriteId(actor[number], seq), value, lamport)  # type: ignore[arg-type]
                    for number, seq, lamport, value in heads
                )
                for slot, heads in slots.items()
            }
            for field, slots in _decoder.decode(data).items()
        }
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedError(f"an entity's registers can't be read ({error})") from None
    except KeyError as error:
        raise DamagedError(f"an entity's registers name an unknown actor ({error})") from None


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


def deleted(document: Document) -> bool:
    """Return whether the entity is gone: every head of its deletion says so."""
    heads = document.get(DELETED, {}).get("", ())
    return bool(heads) and all(head.value is True for head in heads)
