"""What the partners hold apart, as frozen views: who says what, since when, why, and what it moves.

Three kinds: two ``values`` in one field; a thing that one ``deleted`` while the other worked on it; and an
``orphan``, a thing that refers to one that is gone. ``services.settling`` has the commands.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.contested import with_value
from dyad_desktop.domain.goals import IN_ITS_UNIT, Measure
from dyad_desktop.domain.meant import meaning_words
from dyad_desktop.domain.meetings import Parked
from dyad_desktop.domain.operating import WORKING_DRAFT
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, ORDER, Canonical, ValueType, field_spec
from dyad_desktop.domain.score_lines import FIGURE, HELD_APART, TARGET
from dyad_desktop.domain.scorecard import read_of, show_level
from dyad_desktop.domain.text_merge import merge_texts
from dyad_desktop.domain.uncounted import cost_beside_lines
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.replication.views import Side
from dyad_desktop.services import wording
from dyad_desktop.services.copies import lost_words
from dyad_desktop.services.effects import Effect, come_to, effects, effects_of_ways, rule_amount
from dyad_desktop.services.orphans import Orphan, alone, target_of
from dyad_desktop.services.reopening import origin_of
from dyad_desktop.services.reviving import revived
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling_period import joined, others_of_period
from dyad_desktop.services.sides import sides_of

Heads: TypeAlias = tuple[WriteId, ...]
VALUES, GONE, ORPHAN = "values", "deleted", "orphan"
PAGES: Mapping[str, str] = {
    "operating": "Operating budget",
    "capital": "Capital",
    "goals": "Goals",
    "performance": "Performance",
    "initiatives": "Initiatives",
    "partnership": "Partnership",
}
"""The groups of disagreements in their order: the pages that their things are at home on."""
_PAGE_OF: Mapping[str, str] = {
    **dict.fromkeys(
        ("operating_line", "draft_line", "draft", "volume", "position", "cost_centre"), "operating"
    ),
    **dict.fromkeys(("account", "planning", "note"), "operating"),
    **dict.fromkeys(("capital_request", "cost_line", "attachment"), "capital"),
    **dict.fromkeys(("capital_policy", "criterion"), "capital"),
    **dict.fromkeys(("goal", "objective", "check_in"), "goals"),
    **dict.fromkeys(("measure", "annotation", "outlook", "basis"), "performance"),
    **dict.fromkeys(
        ("initiative", "milestone", "dependency", "risk", "benefit", "test"), "initiatives"
    ),
}
_MERGED = (ValueType.TEXT, ValueType.LONG_TEXT)
_PARKED = uuid.UUID("6f1c9a52-6d0a-5d8e-9a41-6d7a2c1f9b10")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values: whose, from which laptop, when and why, from what, and what it moves."""

    partner: str
    device: str
    wall_ms: int
    value: Canonical
    text: str
    before: str = ""
    note: str = ""
    edits: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something that the partners must settle.

    ``key`` is the thing to go to, ``page`` its page. ``choices`` are by partner in alphabetical order.
    ``merged`` is a text that holds both changes, where they don't touch, or the value that numerator and denominator
    give together where they were changed apart; ``merged_text`` is the same as people read it. ``target`` and
    ``ways`` are of orphans: what is gone, and which of ``bring_back``, ``let_go`` and ``delete`` can settle it, with
    what each of them moves; ``along`` is what comes back with the target.
    ``heads`` are the writes that are shown, and ``beside`` those of the other registers that are contested of the
    same thing.
    """

    at: Address
    kind: str
    page: str
    key: Key
    thing: str
    title: str
    base: Canonical
    base_text: str
    choices: tuple[Choice, ...]
    merged: str | None = None
    merged_text: str = ""
    parked: bool = False
    target: Key | None = None
    ways: Mapping[str, tuple[Effect, ...]] = field(default_factory=dict)
    along: str = ""
    heads: tuple[WriteId, ...] = field(default=(), repr=False)
    beside: Mapping[Address, tuple[WriteId, ...]] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Return thing and field in one line."""
        return f"{self.thing}: {self.title}" if self.title else self.thing

    def of(self, partner: str) -> Choice | None:
        """Return a partner's newest value."""
        found = [choice for choice in self.choices if choice.partner == partner]
        return max(found, key=lambda choice: choice.wall_ms, default=None)


def contested_sides(session: Session) -> dict[Address, tuple[Side, ...]]:
    """Return every contested register with its sides: the one query behind every mark."""
    return {at: sides_of(session, at) for at in session.disagreements()}


def count_open(session: Session) -> int:
    """Return how many things wait to be settled, without what they are: as many as ``disagreements`` lists."""
    apart = session.disagreements()
    return len(apart) + sum(1 for _ in alone(session, apart))


def disagreements(session: Session, most: int | None = None) -> tuple[Disagreement, ...]:
    """Return what waits to be settled, by page, then by thing, without effects: see ``disagreement``.

    With ``most`` only the first so many, and all orphans.
    """
    apart = session.disagreements()
    lost = [_orphan(session, one) for one in alone(session, apart)]
    if most is not None:
        apart = sorted(apart, key=_places(session))[:most]
    of_thing = _by_thing(session, apart)
    found = [*(_view(session, at, "", of_thing[at[:2]]) for at in apart), *lost]
    place = _places(session)
    return tuple(sorted(found, key=lambda one: place(one.at)))


def _places(session: Session) -> Callable[[Address], tuple[int, str, Address]]:
    """Return what says where a register stands in the list: by its page, then by what its thing is called."""
    pages = {page: n for n, page in enumerate(PAGES)}
    names: dict[Key, str] = {}

    def place(at: Address) -> tuple[int, str, Address]:
        if at[:2] not in names:
            names[at[:2]] = label_of(session, at[:2])
        return pages[page_of(at.kind)], names[at[:2]], at

    return place


def disagreement(session: Session, at: Address, draft: str = WORKING_DRAFT) -> Disagreement | None:
    """Return one disagreement with what each choice moves in ``draft``; ``None`` when a register has none."""
    everything = session.disagreements()
    if at in everything:
        apart = [one for one in everything if one[:2] == at[:2]]
        return _view(session, at, draft, _by_thing(session, apart)[at[:2]])
    found = next((one for one in alone(session, everything) if one.at == at), None)
    return None if found is None else _orphan(session, found, draft)


def _by_thing(session: Session, apart: Iterable[Address]) -> dict[Key, dict[Address, Heads]]:
    """Return the heads of contested registers, by thing."""
    found: dict[Key, dict[Address, Heads]] = {}
    for at in apart:
        found.setdefault(at[:2], {})[at] = tuple(sorted(session.seen(at)))
    return found


# -- views -------------------------------------------------------------------------------------


def page_of(kind: str) -> str:
    """Return the page on which a kind of thing is at home."""
    found = _PAGE_OF.get(kind)
    parent = KINDS[kind].parent if kind in KINDS else ""
    return found or (page_of(parent) if parent else "partnership")


def key_of(book: Book, at: Address) -> Key:
    """Return the thing that people know: a line for what a draft says of it, a measure for its note."""
    if at.kind == "draft_line":
        return "operating_line", at.id.partition(".")[2]
    del book
    return at.kind, at.id


def field_name(book: Book, at: Address) -> str:
    """Return what a register is called beside its thing: ``Feb 2027``, ``Target``, ``Scores, Priya, safety``."""
    if at.field == DELETED:
        return ""
    spec = field_spec(at.kind, at.field)
    if at.field in ("months", "values"):
        slot = wording.field_title("", at.slot).removeprefix(", ")
        return f"Forecast of {slot}" if at.kind == "outlook" else slot
    title = wording.field_title(at.field)
    title = title[:1].upper() + title[1:]
    if not at.slot:
        return title
    parts = (
        at.slot.split("/") if spec and spec.slot and spec.slot.value.startswith("partner") else ()
    )
    if parts:
        rest = [wording.words(part) for part in parts[1:]]
        return ", ".join((title, wording.partner_name(book, parts[0]), *rest))
    return f"{title}{wording.field_title('', at.slot)}"


def value_text(session: Session, at: Address, value: Canonical) -> str:
    """Return a value as people read it; an empty month is what its rule gives."""
    book = session.book
    if at.field == DELETED:
        return "deleted" if value else "kept"
    if value is None and (at.kind, at.field) == ("draft_line", "months"):
        amount = rule_amount(session, at)
        return "by its rule" if amount is None else f"{wording.money(book, amount)} by its rule"
    return register_text(book, at, value)


def register_text(book: Book, at: Address, value: Canonical) -> str:
    """Return a value as people read it, with what it would mean where the field alone doesn't say it."""
    request = book.get(CapitalRequest, at.id) if at.field == "cost" else None
    if request is not None and isinstance(value, int) and cost_beside_lines(book, request, value):
        return cost_beside_lines(book, request, value)
    measure = book.get(Measure, at.id) if at.kind == "measure" else None
    if measure is not None and at.field in IN_ITS_UNIT and value is not None:
        return show_level(measure, Decimal(str(value)))
    text = wording.value_text(book, at.kind, at.field, value)
    meant = meaning_words(book, at.id, at.field, value) if at.kind == "draft_line" else ""
    return f"{text}, {meant}" if meant else text


def _view(
    session: Session, at: Address, draft: str, of_thing: Mapping[Address, Heads]
) -> Disagreement:
    book, sides = session.book, sides_of(session, at)
    made = Disagreement(
        at, GONE if at.field == DELETED else VALUES, page_of(at.kind), key_of(book, at),
        label_of(session, (at.kind, at.id)), field_name(book, at), None, "", (),
        heads=of_thing[at], beside={one: heads for one, heads in of_thing.items() if one != at},
    )  # fmt: skip
    made = replace(made, parked=_is_parked(book, made))
    if at.field == DELETED:
        return replace(made, choices=_fates(session, at, sides, draft))
    base = session.base(at)
    moved = _moved(session, at, sides, draft)
    text = _merged(at, base, sides)
    merged = (text, text) if text else _joined(session, at)
    return replace(
        made,
        base=base,
        base_text=value_text(session, at, base),
        choices=tuple(
            _choice(session, at, side, part) for side, part in zip(sides, moved, strict=True)
        ),
        merged=merged[0],
        merged_text=merged[1],
    )


def _moved(
    session: Session, at: Address, sides: Sequence[Side], draft: str
) -> tuple[tuple[Effect, ...], ...]:
    values = [come_to(session, at, side.value) for side in sides]
    return effects(session, at, values, draft) if draft else ((),) * len(values)


def _choice(session: Session, at: Address, side: Side, moved: tuple[Effect, ...] = ()) -> Choice:
    return Choice(
        side.partner, side.device_name, side.wall_ms, side.value,
        value_text(session, at, side.value), value_text(session, at, side.before),
        own_note(session, at, side.note), tuple(_told_along(session, at, side)), moved,
    )  # fmt: skip


def _told_along(session: Session, at: Address, side: Side) -> Iterator[str]:
    """Yield what goes along with a side's figure of a measure, and where the measure stands by all of it."""
    book = by_it = session.book
    for one, value in others_of_period(session, at, side.value, side.partner).items():
        yield f"{field_name(book, one)}: {value_text(session, one, value)}"
        by_it = with_value(by_it, one, value)
    measure = book.get(Measure, at.id) if at.kind == "measure" else None
    if measure is not None and HELD_APART.get(at.field) in (FIGURE, TARGET):
        by_it = with_value(by_it, at, side.value)
        reading = read_of(by_it, by_it.need(Measure, at.id))
        latest = reading.latest
        if latest is not None and at.slot in ("", latest.period) and reading.target is not None:
            yield f"The measure would be {reading.status.replace('_', ' ')}"


def own_note(session: Session, at: Address, note: str) -> str:
    """Return a commit's label when a person wrote it; empty when it only names thing and field."""
    thing = label_of(session, (at.kind, at.id))
    automatic = (
        note.startswith((thing, "Deleted ", "New "))
        or "budget cells" in note
        or " changes in " in note
        # Also under a name that the thing doesn't have any more.
        or note.endswith((f": {at.field.replace('_', ' ')}", " fields"))
    )
    return "" if automatic else note


def _merged(at: Address, base: Canonical, sides: Sequence[Side]) -> str | None:
    spec = field_spec(at.kind, at.field)
    texts = [side.value for side in sides]
    if spec is None or spec.type not in _MERGED or not isinstance(base, str):
        return None
    whole = [text for text in texts if isinstance(text, str)]
    if len(whole) < len(texts) or not all(" " in text for text in (base, *whole)):
        return None
    return merge_texts(base, whole)


def _joined(session: Session, at: Address) -> tuple[str | None, str]:
    """Return what a period's parts give together, where neither side says it, and the same with its parts in words."""
    found = joined(session, at)
    if not found:
        return None, ""
    value, part, whole = (value_text(session, one, said) for one, said in found.items())
    return str(found[at]), f"{value}: {part} of {whole}"


def _fates(session: Session, at: Address, sides: Sequence[Side], draft: str) -> tuple[Choice, ...]:
    """Return who deleted a thing, and for each other who worked on it what they wrote."""
    moved = _moved(session, at, sides, draft)
    found = [_choice(session, at, side, part) for side, part in zip(sides, moved, strict=True)]
    kept = effects(session, at, [come_to(session, at, value=False)], draft) if draft else ((),)
    deleters = {side.partner for side in sides if side.value is True}
    written: dict[str, list[tuple[Address, Side]]] = {}
    for place in session.unseen((at.kind, at.id)):
        for side in sides_of(session, place) if is_told(place) else ():
            said = side
            if side.partner in deleters:  # by undoing, they may have put another's value there
                origin = origin_of(session.file, place, side.id)
                said = (session.write(place, origin) if origin is not None else None) or side
            written.setdefault(said.partner, []).append((place, said))
    others = {who: edits for who, edits in written.items() if who not in deleters}
    written = (
        others or written
    )  # who deleted it in one place and worked on it in another may keep it, too
    back = comes_back(session, at[:2], revived(session, at[:2]))
    along = (f"Back with it: {back}",) if back else ()
    for partner, edits in written.items():
        newest = max((side for _, side in edits), key=lambda side: side.wall_ms)
        texts = tuple(
            f"{field_name(session.book, place)}: {value_text(session, place, side.value)}"
            for place, side in edits
        )
        found.append(
            Choice(
                partner,
                newest.device_name,
                newest.wall_ms,
                value=False,
                text="kept",
                edits=(*texts, *along),
                effects=kept[0],
            )
        )
    return tuple(sorted(found, key=lambda choice: (choice.partner, choice.wall_ms)))


def is_told(at: Address) -> bool:
    """Return whether a register is one that people know of."""
    spec = field_spec(at.kind, at.field)
    return spec is not None and not (spec.silent or spec.hidden or at.field == ORDER)


def comes_back(session: Session, key: Key, edits: Sequence[Edit]) -> str:
    """Return what is there again with a thing that is kept, beside what belongs to it: to what it belongs, and more."""
    names = [
        label_of(session, (edit.at.kind, edit.at.id))
        for edit in edits
        if edit.at.field == DELETED and edit.value is False
        if (edit.at.kind, edit.at.id) != key and not _belongs(edit.at.kind, key[0])
    ]
    return " and ".join(names[:2]) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} more"


def _belongs(kind: str, to: str) -> bool:
    """Return whether things of a kind belong to those of another."""
    parent = KINDS[kind].parent
    return bool(parent) and (parent == to or _belongs(parent, to))


# -- orphans -----------------------------------------------------------------------------------


def _orphan(session: Session, orphan: Orphan, draft: str = "") -> Disagreement:
    book, at = session.book, orphan.at
    gone = target_of(session, orphan)
    found = [
        _choice_of_link(side, f"refers to {label_of(session, gone) if gone else orphan.target}")
        for side in sides_of(session, at)
    ]
    if gone is not None:
        lost = lost_words(session, at.id, gone) if at.field == "copied_from" else ""
        told = f"deleted {label_of(session, gone)}" + (f"; {lost}" if lost else "")
        found += [
            _choice_of_link(side, told) for side in sides_of(session, Address(*gone, DELETED))
        ]
    made = Disagreement(
        at, ORPHAN, page_of(at.kind), key_of(book, at), label_of(session, (at.kind, at.id)),
        field_name(book, at), None, "", tuple(sorted(found, key=lambda one: one.partner)),
        target=gone, ways=effects_of_ways(session, orphan, gone, draft), heads=session.seen(at),
        along=comes_back(session, gone, revived(session, gone)) if gone is not None and draft else "",
    )  # fmt: skip
    return replace(made, parked=_is_parked(book, made))


def _choice_of_link(side: Side, text: str) -> Choice:
    return Choice(side.partner, side.device_name, side.wall_ms, side.value, text)


def label_of(session: Session, key: Key) -> str:
    """Return what people call a thing, also one that is gone."""
    spec, entity = KINDS.get(key[0]), session.book.entity(*key)
    if spec is not None and spec.singleton:
        return spec.title  # the charter isn't called by its purpose here
    if spec is None or not spec.label_field:
        return session.book.label(*key)
    if entity is not None:
        # A plan is called as its line, which may be gone in turn.
        of, value = spec.fields.get(spec.label_field), getattr(entity, spec.label_field)
        if of is None or not of.target or session.book.entity(of.target, value) is not None:
            return session.book.label(*key)
        return label_of(session, (of.target, str(value)))
    sides = session.sides(Address(*key, spec.label_field))
    return str(sides[-1].value or key[1]) if sides else key[1]


# -- parking -----------------------------------------------------------------------------------


def parked_id(at: Address) -> str:
    """Return the id under which a register is parked: the same on every laptop."""
    return str(uuid.uuid5(_PARKED, "\0".join(at)))


def fingerprint(heads: Iterable[WriteId]) -> str:
    """Return what stands for the writes that are apart."""
    found = hashlib.sha256(b"".join(w.actor + w.seq.to_bytes(8, "big") for w in sorted(heads)))
    return found.hexdigest()[:16]


def _is_parked(book: Book, made: Disagreement) -> bool:
    found = book.get(Parked, parked_id(made.at))
    return found is not None and found.between == fingerprint(made.heads)
