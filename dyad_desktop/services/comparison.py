"""Two pictures of one thing beside each other, register by register: a draft, goals, initiatives, charter, capital.

The pictures are books: mine and my partner's (each with their own last value where the two differ, and where
only one has changed something since they last met), or what was at some moment and what is now.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.contested import capital_requested, capital_used
from dyad_desktop.domain.operating import (
    Draft,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.registry import KINDS, children_of
from dyad_desktop.domain.schema import DELETED, Entity, ValueType
from dyad_desktop.domain.scoring import is_hidden
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.replication.views import Side
from dyad_desktop.services import wording
from dyad_desktop.services.disagreements import field_name, key_of, page_of
from dyad_desktop.services.editing import belongings

THERE, ABSENT = "there", "not there"
_STATEMENT = (
    ("total_revenue", "Total revenue"),
    ("total_expense", "Total expense"),
    ("contribution", "Contribution"),
)
_FIGURES = frozenset({ValueType.MONEY, ValueType.DECIMAL, ValueType.INTEGER})
Sides = Mapping[Address, Sequence[Side]]


@dataclass(frozen=True, slots=True)
class Row:
    """One register in both pictures. ``contested`` ones can be settled here.

    ``who`` is whoever wrote what is now, where the pictures differ and it is known; ``figure`` says that the
    values are numbers.
    """

    at: Address
    key: Key
    thing: str
    field: str
    left: str
    right: str
    differs: bool
    contested: bool = False
    who: str = ""
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """A sum under both columns, in minor units."""

    name: str
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything in both pictures. ``differ`` counts the rows that differ."""

    subject: Key
    rows: tuple[Row, ...]
    totals: tuple[Total, ...]

    @property
    def differ(self) -> int:
        """Return how many rows differ."""
        return sum(row.differs for row in self.rows)


# -- what it is made of ------------------------------------------------------------------------


def subjects(book: Book) -> list[tuple[Key, str]]:
    """Return what can be compared, with its name: drafts, capital, charter, all goals, each goal, initiatives."""
    found: list[tuple[Key, str]] = [
        (("draft", one.id), f"Budget: {one.name}") for one in book.all(Draft)
    ]
    found.append((("capital_policy", "capital_policy"), "Capital list"))
    found.append((("charter", "charter"), "Charter"))
    for kind, word in (("goal", "Goal"), ("initiative", "Initiative")):
        found.append(((kind, ""), f"All {kind}s"))
        found += [
            ((kind, one.id), f"{word}: {book.label(kind, one.id)}")
            for one in book.all(KINDS[kind].cls)
        ]
    return found


def subject_of(book: Book, key: Key, draft: str) -> Key:
    """Return the subject that a thing stands in: a measure's goal, a line's draft, a request's capital list."""
    kind, entity_id = key
    page = page_of(kind)
    if page in ("operating", "capital"):
        return ("draft", draft) if page == "operating" else ("capital_policy", "capital_policy")
    while kind in KINDS and kind not in ("goal", "initiative"):
        spec, entity = KINDS[kind], book.entity(kind, entity_id)
        if not spec.parent_field:
            return "charter", "charter"
        kind, entity_id = spec.parent, str(getattr(entity, spec.parent_field, ""))
    return kind, entity_id if book.entity(kind, entity_id) is not None else ""


def things(book: Book, subject: Key) -> list[Key]:
    """Return what a subject is made of, in the pair's order."""
    kind, entity_id = subject
    if kind == "draft":
        return _draft(book, entity_id)
    if kind == "charter":
        parts = [subject]
        for spec in children_of("charter"):
            parts += [(spec.name, one.id) for one in book.all(spec.cls)]
        return parts
    if kind == "capital_policy":
        parts = [subject]
        parts += [("criterion", one.id) for one in book.all(KINDS["criterion"].cls)]
        for one in book.all(CapitalRequest):
            key = ("capital_request", one.id)
            parts += [key, *belongings(book, key)]
        return parts
    every = [one.id for one in book.all(KINDS[kind].cls)] if not entity_id else [entity_id]
    return [part for one in every for part in ((kind, one), *belongings(book, (kind, one)))]


def _draft(book: Book, draft: str) -> list[Key]:
    found: list[Key] = [("draft", draft)]
    for line in book.all(OperatingLine):
        found += [("operating_line", line.id), ("draft_line", draft_line_id(draft, line.id))]
    found += [("volume", one.id) for one in book.all(Volume)]
    return found + [("position", one.id) for one in book.all(Position)]


# -- comparing ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of the registers of two pictures: which are contested, and who wrote what is now.

    ``fates`` tells what became of a thing in each picture, where one deleted it while another worked on it. With
    ``apart`` the right picture shows all the values that stand in a contested register.
    """

    sides: Sides = field(default_factory=dict)
    writers: Mapping[Address, str] = field(default_factory=dict)
    fates: Mapping[Key, tuple[str, str]] = field(default_factory=dict)
    apart: bool = False


def compare(left: Book, right: Book, subject: Key, marks: Marks | None = None) -> Comparison:
    """Compare two books."""
    budgets = tuple(_budget(book, subject) for book in (left, right))
    parts = dict.fromkeys((*things(right, subject), *things(left, subject)))
    made = _Rows(left, right, budgets, marks or Marks())
    rows = tuple(row for key in parts for row in made.of(key))
    return Comparison(subject, rows, tuple(_totals(left, right, budgets, subject)))


def _budget(book: Book, subject: Key) -> Budget | None:
    if subject[0] != "draft" or book.get(Draft, subject[1]) is None:
        return None
    try:
        return compute_budget(book, subject[1])
    except BadInputError:
        return None


def _totals(
    left: Book, right: Book, budgets: Sequence[Budget | None], subject: Key
) -> Iterable[Total]:
    before, after = budgets
    if before is not None and after is not None:
        for row, name in _STATEMENT:
            yield Total(name, sum(before.by_month(row)), sum(after.by_month(row)))
    if subject[0] == "capital_policy":
        sums: tuple[tuple[str, Callable[[Book], int]], ...] = (
            ("Requested", capital_requested),
            ("Within the envelope", capital_used),
        )
        for name, of in sums:
            yield Total(name, of(left), of(right))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Makes the rows of one thing after another."""

    left: Book
    right: Book
    budgets: Sequence[Budget | None]
    marks: Marks

    def of(self, key: Key) -> list[Row]:
        before, after = self.left.entity(*key), self.right.entity(*key)
        if before is None and after is None:
            return []
        natural, fate = bool(KINDS[key[0]].natural), Address(*key, DELETED)
        if not natural and (before is None or after is None):
            texts = (THERE if before else ABSENT, THERE if after else ABSENT)
            return [self._row(fate, self.marks.fates.get(key, texts), differs=True)]
        found = [
            self._register(at, before, after)
            for at in _places(key, before, after)
            if not is_hidden(self.right if after else self.left, at, "")
        ]
        if fate in self.marks.sides:
            texts = self.marks.fates.get(key, (THERE, THERE))
            found.insert(0, self._row(fate, texts, differs=True))
        return found

    def _register(self, at: Address, before: Entity | None, after: Entity | None) -> Row:
        old, new = value_of(before, at), value_of(after, at)
        texts = (self._text(self.left, 0, at, old), self._text(self.right, 1, at, new))
        if self.marks.apart and at in self.marks.sides:
            values = (self._text(self.right, 1, at, side.value) for side in self.marks.sides[at])
            texts = (texts[0], " or ".join(values))
        return self._row(at, texts, differs=old != new or at in self.marks.sides)

    def _row(self, at: Address, texts: tuple[str, str], *, differs: bool) -> Row:
        book = self.right if self.right.entity(at.kind, at.id) is not None else self.left
        key = key_of(book, at)
        who = self.marks.writers.get(at, "") if differs and at not in self.marks.sides else ""
        spec = KINDS[at.kind].fields.get(at.field)
        return Row(
            at,
            key,
            self._thing(book, key),
            field_name(book, at),
            *texts,
            differs,
            at in self.marks.sides,
            who,
            spec is not None and spec.type in _FIGURES,
        )

    @staticmethod
    def _thing(book: Book, key: Key) -> str:
        """Return what a thing is called; the charter is not called by its purpose here."""
        spec = KINDS[key[0]]
        return spec.title if spec.singleton else book.label(*key)

    def _text(self, book: Book, side: int, at: Address, value: object) -> str:
        budget = self.budgets[side]
        if value is None and (at.kind, at.field) == ("draft_line", "months") and budget is not None:
            line = budget.lines.get(at.id.partition(".")[2])
            if line is not None and at.slot in budget.periods:
                amount = line.computed[budget.periods.index(at.slot)]
                return f"{wording.money(book, amount)} by its rule"
        return wording.value_text(book, at.kind, at.field, value)


def _places(key: Key, before: Entity | None, after: Entity | None) -> Iterable[Address]:
    spec = KINDS[key[0]]
    for name, of in spec.fields.items():
        if of.hidden or of.silent or name in spec.natural:
            continue
        if of.slot is None:
            yield Address(*key, name)
            continue
        slots = {slot for one in (before, after) if one is not None for slot in getattr(one, name)}
        for slot in sorted(slots):
            yield Address(*key, name, slot)


def value_of(entity: Entity | None, at: Address) -> Any:  # noqa: ANN401 - any field's value
    """Return what a register holds in an entity; ``None`` where there is none."""
    found = getattr(entity, at.field, None)
    return found.get(at.slot) if at.slot and isinstance(found, Mapping) else found


# -- each partner's own picture ----------------------------------------------------------------


def own_book(
    now: Book, then: Book, changed: Mapping[Address, frozenset[str]], sides: Sides, partner: str
) -> Book:
    """Return the partnership as one partner last left it.

    Where values are apart it holds theirs; what only others changed since ``then`` is as it was then. What they
    deleted is gone, though others worked on it.
    """
    places: dict[Key, list[Address]] = {}
    for at in {*changed, *sides}:
        places.setdefault((at.kind, at.id), []).append(at)
    made = {
        key: _own(now.entity(*key), then.entity(*key), found, changed, sides, partner)
        for key, found in places.items()
        if key[0] in KINDS
    }
    for at in sides:
        if at.field == DELETED and is_gone(sides[at], partner):
            made |= dict.fromkeys((at[:2], *belongings(now, at[:2])))
    return now.with_entities(made.items())


def is_gone(fate: Sequence[Side], partner: str) -> bool:
    """Return whether a partner deleted a thing, by the sides of its fate."""
    mine = [side for side in fate if side.partner == partner]
    return bool(mine) and max(mine, key=lambda side: side.wall_ms).value is True


def _own(
    now: Entity | None, then: Entity | None, places: Iterable[Address],
    changed: Mapping[Address, frozenset[str]], sides: Sides, partner: str,
) -> Entity | None:  # fmt: skip
    theirs = all(partner not in changed.get(at, ()) for at in places)
    if (now is None or then is None) and not isinstance(now or then, DraftLine):
        return then if theirs else now
    made = now or then
    fields: dict[str, Any] = {}
    for at in places:
        value = _own_value(at, then, changed, sides, partner)
        if value is None or made is None or at.field not in KINDS[at.kind].fields:
            continue
        if at.slot:
            fields.setdefault(at.field, dict(getattr(made, at.field)))[at.slot] = value[0]
        else:
            fields[at.field] = value[0]
    return dataclasses.replace(made, **fields) if made is not None and fields else made


def _own_value(
    at: Address, then: Entity | None, changed: Mapping[Address, frozenset[str]], sides: Sides, partner: str
) -> tuple[Any] | None:  # fmt: skip
    """Return a partner's own value of a register, wrapped since it may be nothing; ``None`` for what is now."""
    if at in sides:
        mine = [side for side in sides[at] if side.partner == partner]
        newest = max(mine, key=lambda side: side.wall_ms, default=None)
        spec = KINDS[at.kind].fields.get(at.field)
        return None if newest is None or spec is None else (spec.decode(newest.value),)
    if changed.get(at) and partner not in changed[at]:
        return (value_of(then, at),)
    return None
