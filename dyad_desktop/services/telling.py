"""History as people read it: a line for each write of a thing, or for each commit of the partnership."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.check_ins import named_words
from dyad_desktop.domain.goals import CheckIn
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.views import JournalLine
from dyad_desktop.services.disagreements import field_name, label_of, own_note, value_text
from dyad_desktop.services.history import (
    Written,
    beneath,
    day_of,
    item_as_of,
    journal_page,
    related,
    says_what_it_is,
    writes_of,
)
from dyad_desktop.services.reopening import OPEN_AGAIN
from dyad_desktop.services.restoring import gone_by
from dyad_desktop.services.session import Session
from dyad_desktop.services.sides import first_said
from dyad_desktop.services.wording import day, partner_name

FIRST = "load"
TURNED_WORDS = {"undo": "undone", "redo": "done again"}
TURNED = tuple(TURNED_WORDS)
ASIDE = "set aside: this laptop was given up"
_MOST = 2000
CHECK_IN, STATUS = "check_in", "status"


@dataclass(frozen=True, slots=True)
class Told:
    """One line: who, when, what it was about, from what to what, under which label.

    ``write`` is there when the line is one write of a field, else it is a whole commit.
    """

    n: int
    partner: str
    wall_ms: int
    what: str
    before: str
    after: str
    note: str
    write: Written | None = None
    why: str = ""
    """What the program says of how it came about, such as that it was undone; ``note`` is a person's word."""
    deletion: WriteId | None = None
    """The whole commit, where something is still gone that it deleted."""

    @property
    def reasons(self) -> str:
        """Return how it came about and what its author says of it, the latter quoted."""
        return " · ".join(
            part for part in (self.why, f"“{self.note}”" if self.note else "") if part
        )

    @property
    def spoken(self) -> str:
        """Return the line's change in words."""
        change = f"{self.before} → {self.after}" if self.before else self.after
        return ": ".join(part for part in (self.what, change) if part)


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, the newest first, and the cursor of those before them, if any."""

    title: str
    lines: tuple[Told, ...]
    cursor: int | None
    fields: tuple[tuple[str, str, str], ...] = ()
    """(field, slot, name) of everything that can be looked at alone."""


def told(
    session: Session, key: Key | None, draft: str, before: int | None = None, *,
    place: tuple[str, str] = ("", ""), limit: int = 60,
) -> Page:  # fmt: skip
    """Return the history of a thing, or without one that of the whole partnership.

    ``place`` is the field and slot of one register to look at alone.
    """
    if key is None:
        lines = journal_page(session, before, limit)
        cursor = lines[-1].n if len(lines) == limit else None
        return Page("Everything", tuple(_commit(session, line) for line in lines), cursor)
    keys = related(key, draft)
    more = [] if place[0] else beneath(session, key)
    found = writes_of(session, [*keys, *more], before, limit, field=place[0], slot=place[1])
    return Page(
        label_of(session, key),
        tuple(_told_once(session, found.lines)),
        found.cursor,
        _fields(session, keys),
    )


def _commit(session: Session, line: JournalLine) -> Told:
    what, _, _ = line.kind.partition(" ")
    word = {"undo": "Undone: ", "redo": "Done again: "}.get(what, "")
    many = "1 change" if line.changes == 1 else f"{line.changes:,} changes" if line.changes else ""
    return Told(
        line.n, line.partner, line.wall_ms, f"{word}{line.note or 'No label'}", "", many, "",
        deletion=line.id if _may_delete(line) and gone_by(session, line.id) else None,
        why=ASIDE if line.aside else "",
    )  # fmt: skip


def _may_delete(line: JournalLine) -> bool:
    """Return whether a commit is worth looking through for what it deleted: not a whole workspace that came in."""
    return line.changes <= _MOST and not line.kind.startswith(FIRST)


def _told_once(session: Session, lines: Sequence[Written]) -> Iterator[Told]:
    """Give a line for each write that changed something.

    What a new check-in says is one line, the latest day of one commit first.
    """
    new: dict[tuple[int, str], list[Written]] = {
        (one.n, one.at.id): []
        for one in lines
        if one.at.kind == CHECK_IN and one.at.field == "date" and not one.replaced
    }
    for one in lines:
        if (one.n, one.at.id) in new:
            new[one.n, one.at.id].append(one)
    first = sorted(new.values(), key=_day_said, reverse=True)
    told: set[int] = set()
    goals = {one.n for one in lines if one.at.field == DELETED and one.at.kind == "goal"}
    for one in lines:
        if one.n not in told:
            told.add(one.n)
            yield from (_check_in(session, said) for said in first if said[0].n == one.n)
        if one.at.kind == CHECK_IN and one.at.field == DELETED:
            if one.n not in goals:  # else the goal's own line says it of all that belongs to it
                yield _fate_of_check_in(session, one)
        elif (one.n, one.at.id) not in new and not one.along:
            yield _write(session, one)


def _day_said(said: Sequence[Written]) -> str:
    return next((str(one.value) for one in said if one.at.field == "date"), "")


def _check_in(session: Session, said: Sequence[Written]) -> Told:
    """Return a new check-in as one line: its day, the status, each confidence, the note."""
    told = {(one.at.field, one.at.slot): value_text(session, one.at, one.value) for one in said}
    status = next((one for one in said if one.at.field == STATUS), said[0])
    parts = [told.get((STATUS, ""), "")]
    parts += [
        f"{partner_name(session.book, slot)} {text}/10"
        for (field, slot), text in sorted(told.items())
        if field == "confidence"
    ]
    parts += [told["note", ""]] if ("note", "") in told else []
    what = f"Check-in, {told.get(('date', ''), '')}"
    loaded = status.note if status.kind.startswith(FIRST) else ""
    return Told(
        status.n, status.partner, status.wall_ms, what, "", "; ".join(parts), loaded, status
    )


def _fate_of_check_in(session: Session, one: Written) -> Told:
    """Return the line of a check-in that was deleted, with what was said in it, or brought back."""
    what = f"Check-in, {day(day_of(session, one.at.id))}"
    after = "brought back"
    if one.value:  # what became of it stands in front, for what was said may be long
        what, after = f"{what}, deleted", words_gone(session, one.at.id, one.id)
    word = TURNED_WORDS.get(one.kind.partition(" ")[0], "")
    return Told(one.n, one.partner, one.wall_ms, what, "", after, "", one, word)


def words_gone(session: Session, check_in: str, deletion: WriteId) -> str:
    """Return what stood in a check-in when it was deleted: its status, who was how sure, its note."""
    past, key = session.file.past, (CHECK_IN, check_in)
    said = item_as_of(session, key, past.before(deletion))
    if not isinstance(said, CheckIn):
        return ""
    book, words = session.book, named_words(said)
    parts = [value_text(session, Address(*key, STATUS), said.status)]
    for who in sorted({*words, *said.confidence}):
        mark = said.confidence.get(who)
        own = words.get(who, said.status)
        told = [f"says {value_text(session, Address(*key, STATUS), own)}"] * (own != said.status)
        told += [f"{mark}/10"] * (mark is not None)
        parts += [f"{partner_name(book, who)} {', '.join(told)}"] * bool(told)
    return "; ".join([*parts, said.note] if said.note else parts)


def _write(session: Session, one: Written) -> Told:
    title = _named(session, one.at)
    if one.at.kind == CHECK_IN:
        title = f"Check-in, {title[:1].lower()}{title[1:]}"
    if one.at.field == DELETED:
        before, after = "", "deleted" if one.value else "brought back"
    else:
        before = " or ".join(value_text(session, one.at, value) for _, value in one.replaced)
        after = value_text(session, one.at, one.value)
    note = one.note if one.kind.startswith(FIRST) else own_note(session, one.at, one.note)
    partner, why = one.partner, ""
    if one.note.endswith(OPEN_AGAIN):
        (partner, why), note = _said_apart(session, one), ""
    elif one.kind.startswith(TURNED):
        why = TURNED_WORDS[one.kind.partition(" ")[0]]
    elif len(one.replaced) > 1 and _is_settled_again(session, one):
        why = "settled again"
    return Told(one.n, partner, one.wall_ms, title, before, after, note, one, why)


def _named(session: Session, at: Address) -> str:
    """Return what a register is called among all that is told of its thing."""
    name = field_name(session.book, at)
    return f"Value, {name}" if (at.kind, at.field) == ("measure", "values") else name


def _said_apart(session: Session, one: Written) -> tuple[str, str]:
    """Return whose a value is that an undone settlement left apart, and how it came: by the undo's own hand."""
    written = session.write(one.at, one.id)
    first = written if written is None else first_said(session, one.at, written)
    if first is None or first.id == one.id:
        return one.partner, "what both had before, while it is apart again"
    name = partner_name(session.book, one.partner)
    return first.partner, f"said apart again: {name} undid the settlement"


def _is_settled_again(session: Session, one: Written) -> bool:
    """Return whether a settlement is one that was undone, and done again."""
    replaced = session.file.past.replaced(one.at, one.id)
    before = (session.write(one.at, write) for write in replaced)
    return any(side is not None and side.note == one.note + OPEN_AGAIN for side in before)


def _fields(session: Session, keys: list[Key]) -> tuple[tuple[str, str, str], ...]:
    places = (at for key in keys for at in session.file.past.registers(key))
    named = {
        (at.field, at.slot): _named(session, at)
        for at in places
        if at.field != DELETED and not says_what_it_is(at)
    }
    return tuple((*place, name) for place, name in sorted(named.items(), key=lambda one: one[1]))
