"""What refers to something that is gone: which reference, what it names in vain, and what each way out of it writes."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.integrity import DRIVER_KINDS, dangling, driver_kind
from dyad_desktop.domain.operating import DraftLine, OperatingLine
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, FieldSpec, ValueType, field_spec
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.copies import handed_on
from dyad_desktop.services.editing import FieldEdit, applied, check_edits, deletion
from dyad_desktop.services.reviving import revived
from dyad_desktop.services.rules import check_after
from dyad_desktop.services.session import Session

BRING_BACK, LET_GO, DELETE_TOO = "bring_back", "let_go", "delete"


class Orphan(NamedTuple):
    """A reference to something that isn't there: which field, its spec, and the id that it names in vain."""

    at: Address
    spec: FieldSpec
    target: str


def orphans(book: Book, of: Collection[Key] | None = None) -> Iterator[Orphan]:
    """Yield each reference to something that isn't there; with ``of`` those of some things alone."""
    for kind, entity_id, name, target in dangling(book, of):
        spec = field_spec(kind, name)
        if spec is not None and spec.slot is None:
            yield Orphan(Address(kind, entity_id, name), spec, target)


def alone(session: Session, apart: Iterable[Address]) -> Iterator[Orphan]:
    """Yield the orphans but for those that are settled with something else, of what is ``apart``.

    That is the deletion of the thing itself, or the field: what stands while partners differ on it was said by neither
    of them now, and mending that would overrule both.
    """
    known = set(apart)
    open_ = {(at.kind, at.id) for at in known if at.field == DELETED}
    return (
        one
        for one in orphans(session.book)
        if (one.at.kind, one.at.id) not in open_
        and one.at not in known
        and not _of_another_method(session, known, one)
    )


def _of_another_method(session: Session, apart: Collection[Address], orphan: Orphan) -> bool:
    """Return whether a plan's driver wasn't said for the method that stands, or partners still differ on that."""
    at = orphan.at
    if (at.kind, at.field) != ("draft_line", "driver"):
        return False
    if at._replace(field="method") in apart:
        return True
    gone = target_of(session, orphan)
    return gone is not None and gone[0] != driver_kind(session.book.need(DraftLine, at.id))


def target_of(session: Session, orphan: Orphan) -> Key | None:
    """Return the thing that a reference names in vain, if it was there once."""
    at, spec, target = orphan
    kinds: Iterable[str] = (spec.target,) if spec.target in KINDS else KINDS
    if at.field in ("driver_ref", "driver"):
        kinds = DRIVER_KINDS.values()
    return next(
        (k for kind in kinds if session.seen(Address(*(k := (kind, target)), DELETED))), None
    )


def ways_of(orphan: Orphan, gone: Key | None) -> tuple[str, ...]:
    """Return what can settle an orphan, of ``bring_back``, ``let_go`` and ``delete``; ``gone`` is its target."""
    ways = [BRING_BACK] if gone is not None else []
    if not orphan.spec.required or orphan.at.field == "driver_ref":
        ways.append(LET_GO)
    if orphan.at.kind != "partner":
        ways.append(DELETE_TOO)
    return tuple(ways)


def edits_of(
    session: Session, orphan: Orphan, gone: Key | None, way: str, book: Book | None = None
) -> list[Edit]:
    """Return what a way out of an orphan writes, in ``book`` where that isn't the session's own.

    Raises:
        BadInputError: it can't be done, such as deleting what something else can't do without.
    """
    book = book or session.book
    if way == DELETE_TOO:
        edits = deletion(book, [(orphan.at.kind, orphan.at.id)], ())
        check_after(book, applied(book, edits), edits)
        return edits
    if way == BRING_BACK and gone is not None:
        return revived(session, gone)
    return check_edits(book, letting_go(session, orphan, gone, book))


def letting_go(
    session: Session, orphan: Orphan, gone: Key | None, book: Book | None = None
) -> list[FieldEdit]:
    """Return the writes by which a thing refers to what isn't there no more."""
    at, book = orphan.at, book or session.book
    entity = book.entity(at.kind, at.id)
    if at.field == "driver_ref" and isinstance(entity, OperatingLine):
        return [
            FieldEdit(at.kind, at.id, "driver_kind", "fixed"),
            FieldEdit(at.kind, at.id, "driver_ref", None),
        ]
    if (at.kind, at.field) == ("draft", "copied_from") and gone is not None:
        return handed_on(session, at.id, gone)
    spec = spec_of(at.kind, at.field)
    if spec.type is not ValueType.REFS:
        return [FieldEdit(*at[:3], None)]
    there = [
        one
        for one in getattr(entity, at.field)
        if (book.find(one) if spec.target == "*" else book.entity(spec.target, one)) is not None
    ]
    return [FieldEdit(*at[:3], there)]
