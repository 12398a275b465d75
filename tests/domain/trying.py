"""The long way to a span: a total under every combination of choices, each book made anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.contested import Place, Span, Value, with_value
from dyad_desktop.errors import BadInputError


def every_book(book: Book, choices: Mapping[Place, Sequence[Value]]) -> Iterable[Book]:
    """Yield the book under each combination."""
    for combination in product(*choices.values()):
        settled = book
        for at, value in zip(choices, combination, strict=True):
            settled = with_value(settled, at, value)
        yield settled


def tried(
    book: Book, choices: Mapping[Place, Sequence[Value]], total: Callable[[Book], int]
) -> Span:
    """Return a total's span; combinations with which it can't be worked out are left out."""
    found = []
    for one in every_book(book, choices):
        try:
            found.append(total(one))
        except BadInputError:
            continue
    return Span(min(found), total(book), max(found))
