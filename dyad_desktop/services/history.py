"""What was: who wrote what into a field, what a commit changed, and the partnership as of any commit."""

from collections.abc import Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.goals import CheckIn, Rebase
from dyad_desktop.domain.operating import draft_line_id
from dyad_desktop.domain.ratio import FIGURES
from dyad_desktop.domain.records import entity_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, Canonical, Entity
from dyad_desktop.domain.scoring import is_hidden
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.views import JournalLine
from dyad_desktop.services import wording
from dyad_desktop.services.disagreements import label_of
from dyad_desktop.services.session import Session
from dyad_desktop.store.past import Cut, PastWrite
from dyad_desktop.store.unwinding import Unwinding

__all__ = ["Cut", "Unwinding"]
PAGE = 60


@dataclass(frozen=True, slots=True)
class Written:
    """One write of a field: when (journal line ``n``), by whom, under which label, what it replaced, what it wrote.

    ``replaced`` are (partner, value) of every value that it named: none at first, two where it settled.
    """

    n: int
    id: WriteId
    at: Address
    partner: str
    device: str
    wall_ms: int
    kind: str
    note: str
    replaced: tuple[tuple[str, Canonical], ...]
    value: Canonical

    @property
    def along(self) -> bool:
        """Return whether it is a figure of a ratio that was only said again, along with what its commit changes."""
        stood = [value for _, value in self.replaced]
        return self.at.field in FIGURES and bool(stood) and all(one == self.value for one in stood)

    @property
    def before(self) -> Canonical:
        """Return what stood before, the one that was named last."""
        return self.replaced[-1][1] if self.replaced else None


@dataclass(frozen=True, slots=True)
class Writes:
    """A page of writes, the newest first; ``more`` tells that there are earlier ones."""

    lines: tuple[Written, ...]
    more: bool

    @property
    def cursor(self) -> int | None:
        """Return what to ask for the next page with."""
        return self.lines[-1].n if self.lines and self.more else None


def writes_of(
    session: Session, keys: Sequence[Key], before: int | None = None, limit: int = PAGE, *,
    field: str = "", slot: str = "",
) -> Writes:  # fmt: skip
    """Return the writes of things, or of one of their fields, in front of a cursor."""
    past = session.file.past
    places = [
        at
        for key in keys
        for at in past.registers(key)
        if field in ("", at.field)
        and slot in ("", at.slot)
        and not says_what_it_is(at)
        and not is_hidden(session.book, at, session.partner)
    ]
    found, more = past.writes(places, before, limit)
    return Writes(tuple(map(_written, found)), more)


def says_what_it_is(at: Address) -> bool:
    """Return whether a register only holds what its thing belongs to, which its id says already."""
    spec = KINDS.get(at.kind)
    if spec is None or at.field == DELETED:
        return spec is None
    known = spec.fields.get(at.field)
    return known is None or known.hidden or known.silent or at.field in spec.natural


def _written(one: PastWrite) -> Written:
    line = one.line
    return Written(
        line.n, line.id, one.at, line.partner, line.device_name, line.wall_ms, line.kind, line.note,
        one.replaced, one.value,
    )  # fmt: skip


def related(key: Key, draft: str) -> list[Key]:
    """Return the things whose history belongs to one's: what a draft, an outlook or a basis says of a line."""
    if key[0] == "operating_line":
        said = ("draft_line", draft_line_id(draft, key[1]))
        return [said, ("outlook", key[1]), ("basis", key[1]), key]
    return [key]


def beneath(session: Session, key: Key) -> list[Key]:
    """Return the things whose history stands beneath one's, though they are restored apart.

    They are a goal's check-ins, also those that are deleted, and a measure's new limits.
    """
    book = session.book
    if key[0] == "measure":
        return [("rebase", one.id) for one in book.children(Rebase, key[1])]
    if key[0] != "goal":
        return []
    there = [("check_in", one.id) for one in book.children(CheckIn, key[1])]
    return list(dict.fromkeys((*there, *session.file.past.deleted("check_in", "goal", key[1]))))


def journal_page(
    session: Session, before: int | None = None, limit: int = PAGE
) -> tuple[JournalLine, ...]:
    """Return commits in front of journal line ``before``, the newest first."""
    return tuple(session.file.past.lines(before, limit))


# -- as of -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of this copy: behind journal line ``n``. ``next`` is the commit that came after it, if any."""

    n: int
    cut: Cut
    wall_ms: int
    next: JournalLine | None


def moment_of(session: Session, n: int) -> Moment:
    """Return the moment behind a journal line.

    Raises:
        BadInputError: there is no such line.
    """
    past = session.file.past
    line = past.line(n)
    if line is None:
        raise BadInputError(f"there is no commit {n}; dyad log lists them")
    return Moment(n, past.at(n), line.wall_ms, past.after(n))


def as_of(session: Session, cut: Cut) -> Unwinding:
    """Return the way back to a cut, to be walked in steps between other work, or at once with ``finish``."""
    return Unwinding(session.file.past, session.book, cut)


def item_as_of(session: Session, key: Key, cut: Cut) -> Entity | None:
    """Return a thing as it was at a cut, from its own writes alone; ``None`` when it wasn't there."""
    record = session.file.past.record(key, cut)
    return None if record is None else entity_of(*key, record)


def title_of(session: Session, key: Key) -> str:
    """Return what a thing is called, also one that is gone; a check-in by its day, for it may have no note."""
    if key[0] != "check_in":
        return label_of(session, key)
    return f"the check-in of {wording.day(day_of(session, key[1]))}"


def day_of(session: Session, check_in: str) -> str:
    """Return the day of a check-in, also of one that is gone; empty when there is none."""
    sides = session.sides(Address("check_in", check_in, "date"))
    return str(sides[-1].value or "") if sides else ""
