"""What each partner last said of a goal: the status and the confidence of each, side by side and never averaged."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import CheckIn
from dyad_desktop.domain.partnership import Partner

_MADE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
"""An id that was made for something new: UUID version 7."""


@dataclass(frozen=True, slots=True)
class Word:
    """A partner's status of a goal, and the day of the check-in that says it."""

    status: str
    day: str


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure a partner is, 1 to 10, and the day of the check-in that says it."""

    mark: int
    day: str


@dataclass(frozen=True, slots=True)
class Said:
    """What stands of a goal's check-ins: the latest one, and by partner the last word and the last confidence.

    A partner who said nothing is in neither; what is older than ``day`` isn't of the latest check-in.
    """

    latest: CheckIn
    words: Mapping[str, Word] = field(default_factory=dict)
    confidence: Mapping[str, Confidence] = field(default_factory=dict)
    partners: tuple[str, ...] = ()

    @property
    def day(self) -> str:
        """The day of the latest check-in."""
        return self.latest.date

    @property
    def now(self) -> dict[str, str]:
        """The status that each partner gave on the latest day, in the partners' order."""
        found = ((who, self.words.get(who)) for who in self.partners)
        return {who: word.status for who, word in found if word and word.day == self.day}

    @property
    def before(self) -> dict[str, Word]:
        """The older word of each partner who said nothing on the latest day, where it is another than was said then."""
        now = set(self.now.values())
        return {
            who: word
            for who, word in self.words.items()
            if word.day != self.day and word.status not in now
        }

    @property
    def pair(self) -> str:
        """The status that all partners gave on the latest day; empty when one is missing, or says another."""
        said = self.now
        whole = len(said) == len(self.partners) and len(set(said.values())) == 1
        return next(iter(said.values())) if whole else ""


def named_words(said: CheckIn) -> dict[str, str]:
    """Return the status of each partner who said one in a check-in.

    Whoever gave a confidence says what the check-in says, unless their own status is there.
    """
    found = {who: said.status for who, mark in said.confidence.items() if mark is not None}
    return found | {who: status for who, status in said.says.items() if status}


def words_in(said: CheckIn, partners: Sequence[str]) -> dict[str, str]:
    """Return the same; a check-in in which nobody is named is the word of all, as in files of earlier versions."""
    return named_words(said) or dict.fromkeys(partners, said.status)


def partner_ids(book: Book) -> tuple[str, ...]:
    """Return the partners in alphabetical order of their ids, which is their order everywhere."""
    return tuple(sorted(one.id for one in book.all(Partner)))


def said_in(check_ins: Sequence[CheckIn], partners: Sequence[str]) -> Said | None:
    """Return what stands of some check-ins of one goal; ``None`` without any."""
    found = sorted(check_ins, key=check_in_place)
    if not found:
        return None
    words: dict[str, Word] = {}
    confidence: dict[str, Confidence] = {}
    for one in found:
        words |= {who: Word(it, one.date) for who, it in words_in(one, partners).items()}
        marks = {who: mark for who, mark in one.confidence.items() if mark is not None}
        confidence |= {who: Confidence(mark, one.date) for who, mark in marks.items()}
    return Said(found[-1], words, confidence, tuple(partners))


def said_of(book: Book, goal_id: str) -> Said | None:
    """Return what stands of a goal's check-ins; ``None`` before the first."""
    return said_in(book.children(CheckIn, goal_id), partner_ids(book))


def latest_check_in(book: Book, goal_id: str) -> CheckIn | None:
    """Return what the pair last said of a goal."""
    return max(book.children(CheckIn, goal_id), key=check_in_place, default=None)


def check_in_place(said: CheckIn) -> tuple[str, str, str, str]:
    """Return what check-ins are ordered by: of two of one day, the later written is the newer.

    Ids that are made here sort by the time they were made; ids out of a file name a place in it, which the order
    keeps, and are older than what was written since.
    """
    made = said.id if _MADE.fullmatch(said.id) else ""
    return said.date, made, said.order, said.id
