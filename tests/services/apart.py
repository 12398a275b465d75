"""Makes what two laptops make: values that partners wrote without having seen each other's."""

from typing import Any

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.editing import FieldEdit, delete, set_fields
from dyad_desktop.services.session import Session

FEB = "2027-02"


def month(line: str, period: str = FEB, draft: str = "working") -> Address:
    """Return the register of a month of a line."""
    return Address("draft_line", f"{draft}.{line}", "months", period)


def apart(session: Session, at: Address, **values: Any) -> Address:  # noqa: ANN401 - any field's value
    """Let each partner give a register a value without seeing the others' (``apart(session, at, A=1, B=2)``)."""
    writer, seen = session.partner, session.seen(at)
    for partner, value in values.items():
        session.write_as(partner)
        set_fields(session, [FieldEdit(*at[:3], value, at.slot, seen)], f"Why {partner} says so")
    session.write_as(writer)
    return at


def deleted_but_edited(session: Session, key: Key, field: str, value: Canonical) -> Address:
    """Let A delete a thing that B writes into without having seen it."""
    writer, at = session.partner, Address(*key, field)
    seen = session.seen(at)
    session.write_as("A")
    delete(session, [key])
    session.write_as("B")
    session.commit([Edit(at, value, seen)], "Worked on it")
    session.write_as(writer)
    return Address(*key, DELETED)
