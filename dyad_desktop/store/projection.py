"""Between a record and a row of its kind's typed table."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from dyad_desktop.domain.book import Book, Key
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


class _Column(NamedTuple):
    """Where a field stands in a row: looked up once, since a bulk change has thousands."""

    place: int
    encoded: bool
    """Whether it is stored as JSON."""
    empty: Any = _NULL
    """What stands for nothing."""

    def cell(self, value: Any) -> Any:  # noqa: ANN401 - whatever SQLite keeps
        """Return a value as it is bound."""
        if value is None:
            return self.empty
        return _encode(value).decode() if self.encoded else value


_COLUMNS: dict[str, dict[str, _Column]] = {
    kind: {
        ORDER: _Column(1, encoded=False, empty=""),
        **{
            name: _Column(place, field.slot is not None or field.type in _LISTS)
            for place, (name, field) in enumerate(KINDS[kind].fields.items(), 2)
        },
    }
    for kind in KIND_TABLES
}
_UNWRITTEN: dict[str, list[Any]] = {
    kind: ["", *(column.cell(_DEFAULTS[kind].get(name)) for name, column in columns.items())]
    for kind, columns in _COLUMNS.items()
}
"""The row, as it is bound, of a thing of which nothing was written."""
_DELETE = {kind: f"DELETE FROM {table} WHERE id=?" for kind, table in KIND_TABLES.items()}  # noqa: S608
_SELECT = {
    kind: 'SELECT "{}" FROM {}'.format('", "'.join(columns_of(kind)), table)  # noqa: S608
    for kind, table in KIND_TABLES.items()
}


def row_of(kind: str, entity_id: str, record: Record) -> tuple[Any, ...]:
    """Return the typed row of a record, columns in the table's order."""
    return tuple([None if cell is _NULL else cell for cell in _cells(kind, entity_id, record)])


def _cells(kind: str, entity_id: str, record: Record) -> list[Any]:
    """Return the same as it is bound: of most things only a few fields were ever written."""
    cells = _UNWRITTEN[kind].copy()
    cells[0] = entity_id
    columns = _COLUMNS[kind]
    for name, value in record.items():
        column = columns.get(name)
        if column is not None:  # else one of a newer version
            place, encoded, empty = column
            if value is None:
                cells[place] = empty
            else:
                cells[place] = _encode(value).decode() if encoded else value
    return cells


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


class Rows:
    """Typed rows to write, gathered so that each statement runs once for all of them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._gone: defaultdict[str, list[tuple[str]]] = defaultdict(list)
        self._whole: defaultdict[str, list[list[Any]]] = defaultdict(list)
        self._parts: dict[tuple[str, tuple[str, ...]], tuple[tuple[str, ...], list[list[Any]]]] = {}

    def put(self, key: Key, record: Record | None, *, whole: bool) -> None:
        """Take a thing's whole row, or of one that it has already the fields in ``record``; ``None`` removes it."""
        kind, entity_id = key
        if record is None:
            self._gone[kind].append((entity_id,))
        elif whole:
            self._whole[kind].append(_cells(kind, entity_id, record))
        else:
            names, rows = self._like(kind, tuple(record))
            columns = _COLUMNS[kind]
            rows.append([*[columns[name].cell(record[name]) for name in names], entity_id])

    def _like(self, kind: str, said: tuple[str, ...]) -> tuple[tuple[str, ...], list[list[Any]]]:
        """Return the columns of what is said, and the rows so far of things of which the same is said."""
        found = self._parts.get((kind, said))
        if found is None:
            known = _COLUMNS[kind]
            names = tuple(name for name in said if name in known)
            found = self._parts[kind, said] = (names, [])
        return found

    def write(self, raw: Raw) -> None:
        """Write everything that was taken."""
        for kind, gone in self._gone.items():
            raw.executemany(_DELETE[kind], gone)
        for kind, rows in self._whole.items():
            raw.executemany(_INSERT[kind], rows)
        for (kind, _), (names, cells) in self._parts.items():
            if names:  # else only fields of a newer version were written
                raw.executemany(_update(kind, names), cells)


def _update(kind: str, names: Sequence[str]) -> str:
    cells = ", ".join(f'"{"order_key" if name == ORDER else name}"=?' for name in names)
    return f"UPDATE {KIND_TABLES[kind]} SET {cells} WHERE id=?"  # noqa: S608 - names of the registry


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
