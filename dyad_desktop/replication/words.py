"""Words that two people compare by eye or over the telephone: 11 bits each, out of a list of 2048."""

import hashlib
from collections.abc import Sequence

_BITS = 11
_LIST = 2**_BITS
_MOST = 256 // _BITS
_PREFIX = 4  # the list's words differ within their first four letters


def words_of(data: bytes, count: int, vocabulary: Sequence[str]) -> str:
    """Return the words that the first bits of SHA-256 of ``data`` stand for, joined by spaces.

    Raises:
        ValueError: the list doesn't have 2048 words, or ``count`` isn't between 1 and 23.
    """
    if len(vocabulary) != _LIST or not 1 <= count <= _MOST:
        raise ValueError(f"{len(vocabulary)} words in the list, {count} asked for")
    number = int.from_bytes(hashlib.sha256(data).digest(), "big")
    places = (number >> (256 - _BITS * (at + 1)) & (_LIST - 1) for at in range(count))
    return " ".join(vocabulary[place] for place in places)


def word_meant(typed: str, vocabulary: Sequence[str]) -> str | None:
    """Return the word of the list that was typed, its first four letters being enough."""
    text = typed.strip().lower()
    if text in vocabulary:
        return text
    if len(text) < _PREFIX:
        return None
    return next((word for word in vocabulary if word.startswith(text[:_PREFIX])), None)
