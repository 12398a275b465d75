"""Which measures were defined anew after their first value, with no new limits proposed or declined since."""

from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Measure, Occurrence, Rebase
from dyad_desktop.domain.records import record_of
from dyad_desktop.domain.redefining import DEFINING, Redefined, definition_mark, is_changed
from dyad_desktop.replication.change import Address
from dyad_desktop.services.frozen import FrozenSession
from dyad_desktop.services.session import Session
from dyad_desktop.store.past import PastWrite

_KIND = "measure"
_ENOUGH = 200
"""So many writes of its defining fields are looked at in a measure; of older ones nobody is asked."""
_Known = tuple[Measure, tuple[Rebase, ...], int, Redefined | None]
_KNOWN: WeakKeyDictionary[Session, dict[str, _Known]] = WeakKeyDictionary()
"""What was found of measures, which are the same objects while nothing of them changes."""


def redefined(session: Session, ids: Iterable[str] | None = None) -> Mapping[str, Redefined]:
    """Return what was defined anew, by measure, of some measures or of all; one query finds the few to look into."""
    if isinstance(session, FrozenSession):
        return {}  # how it was isn't decided any more
    book = session.book
    wanted = book.rows(Measure) if ids is None else ids
    measures = [one for one in map(book.rows(Measure).get, wanted) if one and _recorded(book, one)]
    known = _KNOWN.setdefault(session, {})
    asked = [one for one in measures if not _is_known(book, one, known.get(one.id))]
    late = session.file.past.late(_KIND, [one.id for one in asked], "values", DEFINING)
    for one in asked:
        found = _look(session, one) if one.id in late else None
        rebases, events = _beside(book, one)
        known[one.id] = one, rebases, events, found
    results = {one.id: known[one.id][3] for one in measures}
    return {name: result for name, result in results.items() if result is not None}


def _is_known(book: Book, measure: Measure, known: _Known | None) -> bool:
    return known is not None and known[0] is measure and known[1:3] == _beside(book, measure)


def _beside(book: Book, measure: Measure) -> tuple[tuple[Rebase, ...], int]:
    events = book.children(Occurrence, measure.id)
    return book.children(Rebase, measure.id), len(events)


def _recorded(book: Book, measure: Measure) -> bool:
    values = any(value is not None for value in measure.values.values())
    return values or bool(book.children(Occurrence, measure.id))


def _look(session: Session, measure: Measure) -> Redefined | None:
    """Return what was changed since the first value and the last proposal of new limits, if anything was."""
    if measure.limits_kept == definition_mark(measure):
        return None
    past, book = session.file.past, session.book
    begun = [past.first((_KIND, measure.id), "values")]
    begun += [
        past.first(("occurrence", e.id), "date") for e in book.children(Occurrence, measure.id)
    ]
    asked = [past.first(("rebase", one.id), "period") for one in book.children(Rebase, measure.id)]
    since = max([min(one for one in begun if one), *(one for one in asked if one)])
    places = [Address(_KIND, measure.id, name) for name in DEFINING]
    changed: dict[str, list[PastWrite]] = {}
    for write in past.writes(places, limit=_ENOUGH)[0]:
        if past.commit(write.line.id).lamport > since:
            changed.setdefault(write.at.field, []).append(write)
    told = {name: lines for name, lines in changed.items() if _differs(measure, name, lines[-1])}
    if not told:
        return None
    lines = [line for found in told.values() for line in found]
    return Redefined(
        measure.id,
        tuple(name for name in DEFINING if name in told),
        tuple(sorted({line.line.partner for line in lines})),
        max(line.line.wall_ms for line in lines),
    )


def _differs(measure: Measure, field: str, first: PastWrite) -> bool:
    """Return whether a field is other than before the first of its writes: what was turned back is no change."""
    before = first.replaced[-1][1] if first.replaced else None
    now = record_of(_KIND, measure).get(field)
    return is_changed(field, before, now)
