"""Three-way merge of a text by words: both partners' changes together, where they don't touch each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST = 4000
"""Texts of more words than this are not merged: comparing them would keep people waiting."""


@dataclass(frozen=True, slots=True)
class _Change:
    """The words ``start`` to ``end`` of the base, and what someone wrote instead."""

    start: int
    end: int
    words: tuple[str, ...]


def merge_texts(base: str, texts: Sequence[str]) -> str | None:
    """Return ``base`` with the changes of all ``texts``; ``None`` where changes overlap or touch.

    The same change made by several counts once. The order of the texts makes no difference. The
    result is an offer: the words fit together, whether the sentence still says what both mean is for
    people to judge.
    """
    words = _TOKEN.findall(base)
    parts = [_TOKEN.findall(text) for text in texts]
    if max(map(len, (words, *parts))) > LONGEST:
        return None
    changes = sorted(
        {change for part in parts for change in _changes(words, part)},
        key=lambda change: (change.start, change.end, change.words),
    )
    if any(second.start <= first.end for first, second in pairwise(changes)):
        return None
    for change in reversed(changes):
        words[change.start : change.end] = change.words
    return "".join(words)


def _changes(base: list[str], text: list[str]) -> list[_Change]:
    matcher = SequenceMatcher(None, base, text, autojunk=False)
    return [
        _Change(start, end, tuple(text[first:last]))
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]
