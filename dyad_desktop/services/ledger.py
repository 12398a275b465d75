"""Commands on the lists beneath a measure: peers of its funnel, and rare events. Rows come and go as one change."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Measure, Occurrence, Peer
from dyad_desktop.domain.observation_import_patients import check_no_patient
from dyad_desktop.domain.schema import KINDS
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.order import key_between
from dyad_desktop.services.editing import (
    FieldEdit,
    Seen,
    create,
    delete,
    fresh,
    order_after,
    set_fields,
)
from dyad_desktop.services.session import ChangeSet, Session

NEW = "+"
"""Begins the id of a row that isn't there yet."""
KIND_OF_LIST = {"peer": Peer, "occurrence": Occurrence}
ESSENTIAL = {"peer": "name", "occurrence": "date"}
"""The field without which a row is nothing: emptied, the row goes."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What was entered into a row of a list; rows whose id begins with ``+`` are new. ``seen``: see ``FieldEdit``."""

    row: str
    field: str
    value: object
    seen: Seen = None


def keep_rows(
    session: Session, kind: str, measure_id: str, cells: Sequence[Cell], initiator: object = None
) -> ChangeSet:
    """Keep what was entered: new rows are made, emptied ones go, others change.

    Raises:
        BadInputError: there is no such measure, a new row lacks its name or date, a note says who it is about, or
            a value can't be kept.
    """
    measure = session.book.get(Measure, measure_id)
    if measure is None:
        raise BadInputError(f"there is no measure {measure_id!r}")
    for cell in cells:
        if cell.field == "note" and isinstance(cell.value, str):
            check_no_patient(cell.value)
    note = f"{measure.title}: {KINDS[kind].title.lower()}s"
    made = _made(
        session.book, kind, measure_id, [cell for cell in cells if cell.row.startswith(NEW)]
    )
    known = [cell for cell in cells if not cell.row.startswith(NEW)]
    gone = dict.fromkeys(c.row for c in known if c.field == ESSENTIAL[kind] and not c.value)
    edits = [
        FieldEdit(kind, cell.row, cell.field, cell.value, "", cell.seen)
        for cell in known if cell.row not in gone
    ]  # fmt: skip
    keys = [(kind, row) for row in gone]
    if made:
        return create(
            session, made[0], note=note, also=made[1:], fields=edits, gone=keys, initiator=initiator
        )
    if keys:
        return delete(session, keys, note, initiator, fields=edits)
    return set_fields(session, edits, note, initiator)


def _made(book: Book, kind: str, measure_id: str, cells: Sequence[Cell]) -> list[Peer | Occurrence]:
    rows: dict[str, dict[str, object]] = {}
    for cell in cells:
        if cell.value is not None:
            rows.setdefault(cell.row, {})[cell.field] = cell.value
    if any(ESSENTIAL[kind] not in fields for fields in rows.values()):
        raise BadInputError(f"a new row begins with its {ESSENTIAL[kind]}")
    made, order = [], order_after(book, KIND_OF_LIST[kind])
    for fields in rows.values():
        made.append(fresh(KIND_OF_LIST[kind], measure=measure_id, order=order, **fields))
        order = key_between(order, "", secrets.token_hex(2))
    return made
