"""Between a record and a row of its kind's typed table."""

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.records import Record, entity_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import ORDER, Entity, ValueType
from dyad_desktop.store.tables import PROJECTIONS

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.decode
_LISTS = frozenset({ValueType.TEXTS, ValueType.REFS, ValueType.NUMBERS})

_DEFAULTS = {
    kind: {
        name: field.check(default)
        for name, field in spec.fields.items()
        if field.slot is None and not field.required
        if (default := getattr(spec.cls(id=""), name)) not in (None, ())
    }
    for kind, spec in KINDS.items()
}
"""What a row holds for a field that nobody has written, so that an empty field stays told from it."""

_INSERT = {
    kind: f"INSERT OR REPLACE INTO {table.name} VALUES ({','.join('?' * len(table.columns))})"  # noqa: S608
    for kind, table in PROJECTIONS.items()
}
_DELETE = {kind: f"DELETE FROM {table.name} WHERE id=?" for kind, table in PROJECTIONS.items()}  # noqa: S608


def row_of(kind: str, entity_id: str, record: Record) -> tuple[Any, ...]:
    """Return the typed row of a record, columns in the table's order."""
    row: list[Any] = [entity_id, record.get(ORDER) or ""]
    for name, field in KINDS[kind].fields.items():
        value = record[name] if name in record else _DEFAULTS[kind].get(name)
        if value is None:
            row.append(None)
        elif field.slot is not None or field.type in _LISTS:
            row.append(_encode(value).decode())
        else:
            row.append(value)
    return tuple(row)


def _record(kind: str, row: tuple[Any, ...]) -> Record:
    record: Record = {ORDER: row[1]}
    for (name, field), value in zip(KINDS[kind].fields.items(), row[2:], strict=True):
        keyed = field.slot is not None or field.type in _LISTS
        if not keyed:
            record[name] = value
        elif value is not None:
            record[name] = _decode(value)
    return record


def put(raw: Any, kind: str, entity_id: str, record: Record | None) -> None:  # noqa: ANN401 - DBAPI
    """Write or remove one row."""
    if record is None:
        raw.execute(_DELETE[kind], (entity_id,))
    else:
        raw.execute(_INSERT[kind], row_of(kind, entity_id, record))


def put_many(raw: Any, kind: str, rows: list[tuple[Any, ...]]) -> None:  # noqa: ANN401
    """Write many rows of one kind."""
    raw.executemany(_INSERT[kind], rows)


def read_book(connection: Connection) -> Book:
    """Return the book that the typed tables hold."""
    rows: dict[str, dict[str, Entity]] = {}
    for kind, table in PROJECTIONS.items():
        found = connection.execute(select(table)).all()
        rows[kind] = {row[0]: entity_of(kind, row[0], _record(kind, tuple(row))) for row in found}
    return Book(rows)
