"""One immutable picture of the whole partnership, shared freely between threads and pages."""

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from dyad_desktop.domain import registry
from dyad_desktop.domain.records import Record, entity_of
from dyad_desktop.domain.schema import Entity

T = TypeVar("T", bound=Entity)
Key = tuple[str, str]
"""(kind, id): how the log and every link name a thing."""

KIND_OF: Mapping[type[Entity], str] = {spec.cls: name for name, spec in registry.KINDS.items()}

_NO_ROWS: Mapping[str, Entity] = {}


class Book:
    """All entities by kind and id. ``with_entities`` gives the next book and shares what didn't change."""

    __slots__ = ("_children", "_rows", "_sorted")

    def __init__(self, rows: Mapping[str, Mapping[str, Entity]]) -> None:
        """Take entities by kind and id; the mappings must not be changed afterwards."""
        self._rows = rows
        self._sorted: dict[str, tuple[Entity, ...]] = {}
        self._children: dict[str, dict[str, list[Entity]]] = {}

    @classmethod
    def of(cls, entities: Iterable[Entity]) -> "Book":
        """Make a book of loose entities."""
        rows: dict[str, dict[str, Entity]] = {}
        for entity in entities:
            rows.setdefault(KIND_OF[type(entity)], {})[entity.id] = entity
        return cls(rows)

    def all(self, cls: type[T]) -> tuple[T, ...]:
        """Return every entity of a kind, in the pair's order."""
        kind = KIND_OF[cls]
        found = self._sorted.get(kind)
        if found is None:
            rows = self._rows.get(kind, {})
            found = tuple(sorted(rows.values(), key=lambda entity: (entity.order, entity.id)))
            self._sorted[kind] = found
        return cast("tuple[T, ...]", found)

    def rows(self, cls: type[T]) -> Mapping[str, T]:
        """Return a kind's entities by id, in no order; the same object while none of them changed."""
        return cast("Mapping[str, T]", self._rows.get(KIND_OF[cls], _NO_ROWS))

    def get(self, cls: type[T], entity_id: str | None) -> T | None:
        """Return one entity, or ``None`` when there is none of that id."""
        if entity_id is None:
            return None
        return cast("T | None", self._rows.get(KIND_OF[cls], {}).get(entity_id))

    def need(self, cls: type[T], entity_id: str) -> T:
        """Return one entity that must be there.

        Raises:
            KeyError: when it isn't.
        """
        return cast("T", self._rows[KIND_OF[cls]][entity_id])

    def only(self, cls: type[T]) -> T:
        """Return the one entity of a singleton kind; an empty one when the file had none."""
        kind = KIND_OF[cls]
        return self.get(cls, kind) or cls(id=kind)

    def children(self, cls: type[T], parent_id: str) -> tuple[T, ...]:
        """Return the entities of a kind that belong to a parent, in order."""
        kind = KIND_OF[cls]
        index = self._children.get(kind)
        if index is None:
            index = {}
            field = registry.KINDS[kind].parent_field
            for entity in self.all(cls):
                index.setdefault(getattr(entity, field), []).append(entity)
            self._children[kind] = index
        return cast("tuple[T, ...]", tuple(index.get(parent_id, ())))

    def entity(self, kind: str, entity_id: str) -> Entity | None:
        """Return an entity by the name of its kind."""
        return self._rows.get(kind, {}).get(entity_id)

    def find(self, entity_id: str) -> Key | None:
        """Return the kind of the first thing with this id: links between kinds name only an id."""
        for kind, rows in self._rows.items():
            if entity_id in rows:
                return kind, entity_id
        return None

    def label(self, kind: str, entity_id: str) -> str:
        """Return what people call a thing; its id when it has no name."""
        spec = registry.KINDS.get(kind)
        entity = self.entity(kind, entity_id)
        if spec is not None and spec.natural and entity is None:
            # It comes into being when first written: it is called as what it is about.
            part = entity_id.split(".", len(spec.natural) - 1)[-1]
            return self.label(spec.fields[spec.natural[-1]].target, part)
        if spec is None or entity is None or not spec.label_field:
            return spec.title if spec is not None and spec.singleton else entity_id
        value = str(getattr(entity, spec.label_field) or entity_id)
        target = spec.fields[spec.label_field].target if spec.label_field in spec.fields else ""
        return self.label(target, value) if target else value

    def with_records(self, touched: Iterable[tuple[Key, Record | None]]) -> "Book":
        """Return the next book: each record changes the fields of a thing that it has; ``None`` takes the thing out."""
        things: dict[Key, Entity | None] = {}
        for key, record in touched:
            before = things[key] if key in things else self.entity(*key)
            things[key] = None if record is None else entity_of(*key, record, before)
        return self.with_entities(things.items()) if things else self

    def everything(self) -> dict[Key, Entity]:
        """Return every entity by kind and id."""
        return {(kind, name): e for kind, rows in self._rows.items() for name, e in rows.items()}

    def differing(self, other: "Book") -> frozenset[Key]:
        """Return the keys of everything that isn't the same in two books."""
        mine, theirs = self.everything(), other.everything()
        return frozenset(key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key))

    def with_entities(self, changes: Iterable[tuple[Key, Entity | None]]) -> "Book":
        """Return the next book: each change puts an entity in place, or takes it out when ``None``."""
        rows = dict(self._rows)
        touched: dict[str, dict[str, Entity]] = {}
        for (kind, entity_id), entity in changes:
            part = touched.get(kind)
            if part is None:
                part = touched[kind] = dict(rows.get(kind, {}))
                rows[kind] = part
            if entity is None:
                part.pop(entity_id, None)
            else:
                part[entity_id] = entity
        book = Book(rows)
        book._sorted = {kind: found for kind, found in self._sorted.items() if kind not in touched}
        book._children = {
            kind: index for kind, index in self._children.items() if kind not in touched
        }
        return book
