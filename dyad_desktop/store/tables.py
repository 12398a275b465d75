"""The tables of a workspace file; the typed ones are generated from the registry of kinds."""

import hashlib

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import FieldSpec, KindSpec, ValueType

APPLICATION_ID = 0x44594144
"""``DYAD``: marks the SQLite file as a workspace."""
FILE_VERSION = 1
"""Version of the sacred tables; a file with a higher one is from a newer application."""

metadata = MetaData()


def _key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _text_key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


meta = Table("meta", metadata, _text_key("key"), Column("value", LargeBinary, nullable=False))
actor = Table(
    "actor",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", LargeBinary, nullable=False, unique=True),
    Column("partner", Text, nullable=False),
    Column("device_name", Text, nullable=False),
    Column("person", LargeBinary, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
)
log = Table(
    "log",
    metadata,
    _key("actor"),
    _key("seq"),
    Column("hash", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
segment = Table(
    "segment",
    metadata,
    _key("actor"),
    _key("first"),
    Column("last", Integer, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
seal = Table(
    "seal",
    metadata,
    _key("actor"),
    _key("seq"),
    Column("hash", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
journal = Table(
    "journal",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("actor", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("lamport", Integer, nullable=False),
    Column("wall_ms", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("changes", Integer, nullable=False),
    UniqueConstraint("actor", "seq"),
)
entity = Table(
    "entity",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("doc", LargeBinary, nullable=False),
    UniqueConstraint("kind", "id"),
)
history = Table(
    "history",
    metadata,
    _key("entity"),
    _text_key("field"),
    _text_key("slot"),
    _key("actor"),
    _key("seq"),
    sqlite_with_rowid=False,
)
contest = Table(
    "contest",
    metadata,
    _key("entity"),
    _text_key("field"),
    _text_key("slot"),
    Column("base", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

SACRED = (meta, log, segment, seal)

_SQL_TYPES = {
    ValueType.MONEY: Integer,
    ValueType.INTEGER: Integer,
    ValueType.FLAG: Boolean,
}


def _column(field: FieldSpec) -> Column[object]:
    sql_type = Text if field.slot is not None else _SQL_TYPES.get(field.type, Text)
    return Column(field.name, sql_type)


def _projection(spec: KindSpec) -> Table:
    columns = [_column(field) for field in spec.fields.values()]
    table = Table(
        f"kind_{spec.name}",
        metadata,
        _text_key("id"),
        Column("order_key", Text, nullable=False),
        *columns,
    )
    if spec.parent_field:
        Index(f"kind_{spec.name}_parent", table.c[spec.parent_field])
    return table


PROJECTIONS: dict[str, Table] = {name: _projection(spec) for name, spec in KINDS.items()}
"""The typed table of each kind: a column a field; a keyed field is a JSON object by slot."""


def projection_shape() -> bytes:
    """Return a hash of the typed tables' shape and defaults: a file whose tables differ gets them made again."""
    text = ";".join(
        f"{table.name}({','.join(f'{c.name} {c.type!r}' for c in table.columns)}){KINDS[kind].cls(id='')}"
        for kind, table in sorted(PROJECTIONS.items())
    )
    return hashlib.sha256(text.encode()).digest()
