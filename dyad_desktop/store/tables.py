"""The tables of a workspace file; the typed ones are generated from the registry of kinds."""

from collections.abc import Collection

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
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import FieldSpec, KindSpec, ValueType

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
fork = Table(
    "fork",
    metadata,
    _key("actor"),
    Column("root", LargeBinary, nullable=False),
    Column("before", LargeBinary, nullable=False),
    Column("first", Integer, nullable=False),
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


def ddl(names: Collection[str] | None = None) -> list[str]:
    """Return the SQL that makes the tables and their indexes, all of them or those of some names."""
    dialect = sqlite.dialect()
    statements: list[str] = []
    for table in metadata.sorted_tables:
        if names is None or table.name in names:
            statements.append(str(CreateTable(table).compile(dialect=dialect)))
            statements += [str(CreateIndex(i).compile(dialect=dialect)) for i in table.indexes]
    return statements
