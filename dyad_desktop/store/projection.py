"""Between a record and a row of its kind's typed table."""

from typing import Any

import msgspec

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.records import Record, entity_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import ORDER, Entity, ValueType
from dyad_desktop.store.connection import Raw
from dyad_desktop.store.layout import KIND_TABLES, columns_of

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

_NULL = float("nan")
"""SQLite stores it as NULL, and the driver binds it many times faster than ``None``, which it takes for adaptable."""

_INSERT = {
    kind: f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(columns_of(kind)))})"  # noqa: S608
    for kind, table in KIND_TABLES.items()
}
_COLUMNS: dict[str, list[tuple[str, Any, bool]]] = {
    kind: [
        (name, _DEFAULTS[kind].get(name), field.slot is not None or field.type in _LISTS)
        for name, field in KINDS[kind].fields.items()
    ]
    for kind in KIND_TABLES
}
"""(field, default, whether it is stored as JSON) of each kind: looked up once, since a bulk change has thousands."""
_DELETE = {kind: f"DELETE FROM {table} WHERE id=?" for kind, table in KIND_TABLES.items()}  # noqa: S608
_SELECT = {
    kind: 'SELECT "{}" FROM {}'.format('", "'.join(columns_of(kind)), table)  # noqa: S608
    for kind, table in KIND_TABLES.items()
}


def row_of(kind: str, entity_id: str, record: Record) -> tuple[Any, ...]:
    """Return the typed row of a record, columns in the table's order."""
    row: list[Any] = [entity_id, record.get(ORDER) or ""]
    for name, default, encoded in _COLUMNS[kind]:
        value = record.get(name, default)
        row.append(_encode(value).decode() if encoded and value is not None else value)
    return tuple(row)


def _record(kind: str, row: tuple[Any, ...]) -> Record:
    record: Record = {ORDER: row[1]}
    for (name, field), value in zip(KINDS[kind].fields.items(), row[2:], strict=True):
        keyed = field.slot is not None or field.type in _LISTS
        if field.type is ValueType.FLAG and value is not None and not keyed:
            record[name] = bool(value)
        elif not keyed:
            record[name] = value
        elif value is not None:
            record[name] = _decode(value)
    return record


def put(raw: Raw, kind: str, entity_id: str, record: Record | None) -> None:
    """Write or remove one row."""
    if record is None:
        raw.execute(_DELETE[kind], (entity_id,))
    else:
        raw.execute(_INSERT[kind], _bound(row_of(kind, entity_id, record)))


def put_many(raw: Raw, kind: str, rows: list[tuple[Any, ...]]) -> None:
    """Write many rows of one kind."""
    raw.executemany(_INSERT[kind], map(_bound, rows))


def _bound(row: tuple[Any, ...]) -> list[Any]:
    return [_NULL if value is None else value for value in row]


def rows_of(raw: Raw, kind: str) -> list[tuple[Any, ...]]:
    """Return every row of a kind's typed table."""
    return list(raw.execute(_SELECT[kind]))


def read_book(raw: Raw) -> Book:
    """Return the book that the typed tables hold."""
    rows: dict[str, dict[str, Entity]] = {
        kind: {row[0]: entity_of(kind, row[0], _record(kind, row)) for row in rows_of(raw, kind)}
        for kind in KIND_TABLES
    }
    return Book(rows)
