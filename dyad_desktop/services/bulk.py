"""One change to many budget lines: what it would do, and the command that does it as one commit with a reason."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.bulk import (
    Move,
    ReplaceDriver,
    SetGrowth,
    Wish,
    check_wish,
    largest,
    move_of,
    moved_line,
)
from dyad_desktop.domain.operating import draft_line_id
from dyad_desktop.domain.schema import MAX_MINOR, Entity
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.session import ChangeSet, Session


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A line that a change can't apply to, and why, as the end of a sentence about it."""

    line: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What a wish does, nothing of it written yet.

    ``before`` and ``after`` are the whole budgets, so that totals and lines that follow are in them.
    """

    wish: Wish
    book: Book = field(repr=False, compare=False)
    before: Budget = field(repr=False, compare=False)
    after: Budget = field(repr=False, compare=False)
    moves: tuple[Move, ...]
    left: tuple[LeftAlone, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the ids of the lines that are written to."""
        return tuple(move.line for move in self.moves)

    @cached_property
    def followers(self) -> tuple[str, ...]:
        """Return the ids of lines that only follow those that are written to."""
        written = set(self.changed)
        return tuple(
            line
            for line, now in self.after.lines.items()
            if now is not self.before.lines.get(line) and line not in written
            and now.months != self.before.lines[line].months
        )  # fmt: skip

    @property
    def locked(self) -> int:
        """Return how many locked months the change goes around."""
        return sum(move.locked for move in self.moves)

    @property
    def dropped(self) -> dict[str, int]:
        """Return what falls out of the year by kind of line, in minor units: revenue and cost don't add up."""
        found: Counter[str] = Counter()
        for move in self.moves:
            if move.dropped:
                found[self.before.lines[move.line].kind] += sum(
                    amount for _, amount in move.dropped
                )
        return {kind: found[kind] for kind in SIGNS if kind in found}

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Return why lines are left alone, and how many for each reason, the most first."""
        return tuple(Counter(one.reason for one in self.left).most_common())


def preview(book: Book, before: Budget, wish: Wish, lines: Iterable[str]) -> Outcome:
    """Return what a wish does to lines of a draft, of which ``before`` is the budget. Writes nothing.

    Raises:
        BadInputError: a wish that no line can follow, that makes an amount larger than is kept, or that makes
            lines follow each other in a circle.
    """
    check_wish(wish, before)
    moves, left = [], []
    for line in dict.fromkeys(lines):
        try:
            moves.append(move_of(wish, before, line))
        except BadInputError as error:
            left.append(LeftAlone(line, error.reason))
    changed = book.with_entities(_after(before, moves))
    after = compute_budget(changed, before.draft_id, before) if moves else before
    _check_sizes(book, before, after)
    return Outcome(wish, book, before, after, tuple(moves), tuple(left))


def _after(before: Budget, moves: Sequence[Move]) -> list[tuple[Key, Entity | None]]:
    rules, found = before.rules, list[tuple[Key, Entity | None]]()
    for move in moves:
        line, said = moved_line(
            rules.lines[move.line], rules.said(move.line), before.draft_id, move
        )
        if move.own:
            found.append((("operating_line", line.id), line))
        if said is not None and (move.months or move.plan):
            found.append((("draft_line", said.id), said))
    return found


def _check_sizes(book: Book, before: Budget, after: Budget) -> None:
    """Refuse what would come to more than is kept anywhere else."""
    for line, now in after.lines.items():
        too_large = largest(after, line) > MAX_MINOR or "largest amount" in now.problem
        if now is not before.lines.get(line) and too_large:
            name = book.label("operating_line", line)
            most = MAX_MINOR // after.year.unit
            raise BadInputError(f"{name} would come to more than {most:,}, the largest amount kept")


def change_many(
    session: Session, outcome: Outcome, reason: str, initiator: object = None
) -> ChangeSet:
    """Write what was previewed, as one commit whose note is the reason.

    Raises:
        BadInputError: no reason, nothing that changes, or a budget that has changed under the preview so that
            the same wish now does something else; nothing is written.
    """
    note = " ".join(reason.split())
    if not note:
        raise BadInputError("a reason is needed; it stands in the history beside your name")
    if not outcome.moves:
        raise BadInputError("none of these lines would change")
    if session.book is not outcome.book:
        lines = [*outcome.changed, *(one.line for one in outcome.left)]
        now = preview(session.book, session.budget(outcome.before.draft_id), outcome.wish, lines)
        if set(now.changed) != set(outcome.changed) or edits_of(now) != edits_of(outcome):
            raise BadInputError("the budget changed meanwhile; look at the preview again")
    return set_fields(session, edits_of(outcome), note, initiator)


def edits_of(outcome: Outcome) -> list[FieldEdit]:
    """Return the writes of a change, line by line."""
    draft, found = outcome.before.draft_id, []
    for move in outcome.moves:
        said = draft_line_id(draft, move.line)
        found += [FieldEdit("operating_line", move.line, *one) for one in move.own.items()]
        found += [FieldEdit("draft_line", said, *one) for one in move.plan.items()]
        found += [
            FieldEdit("draft_line", said, "months", amount, period)
            for period, amount in move.months.items()
        ]
    return found


def reaches_other_drafts(outcome: Outcome) -> bool:
    """Return whether a change is written to the lines themselves, so that other drafts follow it too."""
    return isinstance(outcome.wish, ReplaceDriver | SetGrowth) and any(
        move.own for move in outcome.moves
    )
