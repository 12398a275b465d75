"""Finds references to nothing: merging keeps them, people should see them."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from dyad_desktop.domain.agreed import WORKING
from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.methods import DRIVEN_BY, FTE, VOLUME, method_of
from dyad_desktop.domain.operating import Draft, DraftLine, OperatingLine, Position, Volume
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import BOTH, Entity, FieldSpec, KindSpec, Slot, ValueType

Dangling = tuple[str, str, str, str]
"""(kind, id, field, the id that isn't there)."""

_REFERENCES = frozenset({ValueType.REF, ValueType.REFS})
_DRIVERS: Mapping[str, type[Entity]] = {VOLUME: Volume, FTE: Position}
DRIVER_KINDS: Mapping[str, str] = {what: KIND_OF[cls] for what, cls in _DRIVERS.items()}
"""Which kind of thing a driver is, by what the line or the method calls it."""


def dangling(book: Book, of: Collection[tuple[str, str]] | None = None) -> Iterator[Dangling]:
    """Yield each reference whose target isn't in the book; with ``of`` those of some things alone, by kind and id."""
    kinds = KINDS.keys() if of is None else {kind for kind, _ in of}
    groups = {group for line in book.all(OperatingLine) for group in line.groups}
    for kind, spec in KINDS.items():
        if kind not in kinds:
            continue
        fields = _references(spec)
        some = None if of is None else [book.entity(*key) for key in of if key[0] == kind]
        for entity in book.all(spec.cls) if some is None else filter(None, some):
            for field, target in _in_vain(book, fields, entity):
                yield kind, entity.id, field, target
            if isinstance(entity, OperatingLine) and not _driver_there(book, groups, entity):
                yield kind, entity.id, "driver_ref", entity.driver_ref or ""


def plans_dangle(book: Book, plans: Iterable[str]) -> bool:
    """Return whether what drafts say of some lines refers to something that isn't there."""
    said = (book.get(DraftLine, plan) for plan in plans)
    fields = _references(KINDS[KIND_OF[DraftLine]])
    return any(next(_in_vain(book, fields, one), None) for one in said if one is not None)


def _references(spec: KindSpec) -> list[FieldSpec]:
    return [
        field for field in spec.fields.values()
        if field.type in _REFERENCES or field.slot in (Slot.PARTNER, Slot.CRITERION)
    ]  # fmt: skip


def _in_vain(book: Book, fields: list[FieldSpec], entity: Entity) -> Iterator[tuple[str, str]]:
    """Yield field and target of each of a thing's references to nothing, but for what drives an operating line."""
    for field in fields:
        for target in _targets(field, getattr(entity, field.name)):
            if not _there(book, field, target):
                yield field.name, target
    if isinstance(entity, DraftLine) and not _planned_by_a_thing(book, entity):
        yield "driver", entity.driver or ""


def _targets(field: FieldSpec, value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        yield from value
    elif isinstance(value, dict):
        for slot in value:
            yield slot.partition("/")[0] if field.slot is Slot.CRITERION else slot


def _there(book: Book, field: FieldSpec, target: str) -> bool:
    if field.slot is not None:
        return book.entity("partner", target) is not None
    if field.target == "*":
        return book.find(target) is not None
    if target == BOTH and field.target == "partner":
        return True
    return book.entity(field.target, target) is not None


def _planned_by_a_thing(book: Book, said: DraftLine) -> bool:
    """Return whether there is anything under the name by which a draft that is still planned on plans a line.

    A thing that another method takes is there: the plan says that it isn't its own, and there is nothing to mend.
    """
    draft = book.get(Draft, said.draft)
    kept = draft is not None and draft.state != WORKING and draft.agreed_figures is not None
    if not driver_kind(said) or said.driver is None or kept:
        return True
    if any(book.get(cls, said.driver) is not None for cls in _DRIVERS.values()):
        return True
    return any(said.driver in line.groups for line in book.all(OperatingLine))


def driver_kind(said: DraftLine) -> str:
    """Return which kind of thing a plan's driver must be; empty of a method that takes none."""
    return DRIVER_KINDS.get(DRIVEN_BY.get(method_of(said), ""), "")


def _driver_there(book: Book, groups: set[str], line: OperatingLine) -> bool:
    if line.driver_kind == "fixed":
        return True
    if line.driver_kind == "line_group":
        return line.driver_ref in groups
    return book.get(_DRIVERS[line.driver_kind], line.driver_ref) is not None
