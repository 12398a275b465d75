"""Which of many values hold together: they are taken, and each that doesn't is told with its reason."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.editing import FieldEdit, applied, check_edits

Refused: TypeAlias = dict[Address, BadInputError]
_Thing: TypeAlias = Sequence[FieldEdit]
"""What is wished of one thing."""


def together(book: Book, wishes: Sequence[FieldEdit]) -> tuple[list[Edit], Refused]:
    """Return the writes of wishes that hold together, and by register why any other is left out.

    What is said of one thing goes together as far as it can: its parts may hold only so.

    Raises:
        BadInputError: those that hold one after the other don't hold at once; which no rule asks for.
    """
    things: dict[Key, list[FieldEdit]] = {}
    for wish in wishes:
        things.setdefault((wish.kind, wish.id), []).append(wish)
    found = _Found(book)
    found.take(tuple(things.values()))
    return check_edits(book, found.kept), found.refused


class _Found:
    """What holds so far, and the book that it makes."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.kept: list[FieldEdit] = []
        self.refused: Refused = {}

    def take(self, things: Sequence[_Thing]) -> None:
        """Take what holds of things: of many at once, since most do, by halves where they don't."""
        if not things or self._keep(wish for thing in things for wish in thing) is None:
            return
        if len(things) > 1:
            half = len(things) // 2
            self.take(things[:half])
            self.take(things[half:])
            return
        self._take_parts(things[0])

    def _take_parts(self, thing: _Thing) -> None:
        """Take what holds of one thing of which not all does: each by itself, then two that hold only together."""
        left: dict[Address, tuple[FieldEdit, BadInputError]] = {}
        for wish in thing:
            refused = self._keep([wish])
            if refused is not None:
                left[Address(wish.kind, wish.id, wish.field, wish.slot)] = wish, refused
        for pair in combinations(tuple(left), 2):
            both = [left[at][0] for at in pair if at in left]
            if len(both) == len(pair) and self._keep(both) is None:
                for at in pair:
                    del left[at]
        self.refused |= {at: error for at, (_, error) in left.items()}

    def _keep(self, wishes: Iterable[FieldEdit]) -> BadInputError | None:
        """Keep wishes if they hold with what is kept; returns why they don't."""
        some = list(wishes)
        try:
            edits = check_edits(self._book, some)
        except BadInputError as error:
            return error
        self._book = applied(self._book, edits)
        self.kept += some
        return None
