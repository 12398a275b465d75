"""The code of a pairing, ``42-word-word``, and words that stand for a hash."""

import functools
import re

from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.words import word_meant, words_of
from dyad_desktop.resource import resource_path

RANDOM = 16  # bytes that a code is made of
_FIRST = 10
_NUMBERS = 90


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """Return the 2048 words of BIP-39."""
    return tuple(resource_path("words.txt").read_text(encoding="ascii").split())


def make_code(random_bytes: bytes) -> str:
    """Return a code: a number that is public and finds the offer, two words (22 bits) that are secret.

    Raises:
        ValueError: fewer than 16 bytes.
    """
    if len(random_bytes) < RANDOM:
        raise ValueError(f"{len(random_bytes)} random bytes, {RANDOM} needed")
    number = _FIRST + random_bytes[0] % _NUMBERS
    words = words_of(random_bytes[1:], 2, vocabulary())
    return f"{number}-{words.replace(' ', '-')}"


def read_code(typed: str) -> str:
    """Return the code that a person typed, however they parted and abbreviated it.

    Raises:
        BadInputError: it isn't a number and two words of the list.
    """
    parts = [part for part in re.split(r"[\s\-–—.,_]+", typed.strip()) if part]
    if len(parts) != 3 or not re.fullmatch(r"[1-9][0-9]", parts[0]):
        raise BadInputError("a pairing code is a number and two words, such as 42-river-lamp")
    words = [word_meant(part, vocabulary()) for part in parts[1:]]
    for part, word in zip(parts[1:], words, strict=True):
        if word is None:
            raise BadInputError(f"“{part}” isn't one of the words that codes are made of")
    return "-".join([parts[0], *(word for word in words if word)])


def code_number(code: str) -> int:
    """Return the public number of a code, by which its offer is found on the network."""
    return int(code.split("-", 1)[0])


def fingerprint_words(data: bytes, count: int) -> str:
    """Return ``count`` words that stand for the SHA-256 of ``data``: eight to compare invitation files."""
    return words_of(data, count, vocabulary())
