"""Whether figures of the year to date speak against the year that they are counted in: told from values alone.

A year's beginning shows where values fall back to little: with the year they prove it, within one they contradict it,
as they do where they go on across its beginning. A correction, or a value mistyped, is no beginning: what falls back
stays below half of the values before it, and the next one doesn't rise beyond them again. Where as many beginnings
prove the year as contradict it, only the values since are in question. Sums of what can be below 0 may fall for any
reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from dyad_desktop.domain.fiscal import (
    MONTH_NAMES,
    MONTHS,
    QUARTER,
    add_months,
    fiscal_month,
    month_year_label,
    year_first,
)

FALLS, GOES_ON = "falls", "goes_on"
FOLLOWED = 2
"""So many rises after what falls back show that a year began with it, where few values before it tell one."""
AS_MUCH = Decimal("1.5")
"""A year's first value is at most so many times what each later one adds."""
TOO_MUCH = 4
"""What is so many times what each later one adds holds more than the first period of a year."""
ASK = (
    " In which month does their year begin? Say so at “Year begins in month”, under “Chart”; until then they are held"
    " against no target."
)
FELL = (
    "The values are for the year to date, but fall back in {when}, and the fiscal year begins in {begins}."
    + ASK
)
BEGAN = (
    "The values are for the year to date, but begin in {when} as a year does, and the fiscal year begins in {begins}."
    + ASK
)
WENT_ON = (
    "The values are for the year to date, but go on in {when}, when the fiscal year begins." + ASK
)
IN_QUESTION = (
    "{value:,f} in {when} {against} the {before:,f} of {earlier}, and the fiscal year begins in {begins}. Is it right?"
    " Correct it, or say at “Year begins in month”, under “Chart”, when the year of the values begins; until then what"
    " is recorded from {when} on is held against no target."
)
_AGAINST = {FALLS: "is below", GOES_ON: "goes on from"}


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is asked, in sentences, and from which period on values are held against nothing; empty for all of them."""

    words: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class _Against:
    """A value that speaks against the year: its place, how, and whether others after it or before it bear that out."""

    at: int
    how: str
    sure: bool


class _Values:
    """Values in order of time with the year of each, as ``fiscal.year_periods`` has it."""

    def __init__(self, values: Mapping[str, Decimal], step: int, start_month: int) -> None:
        self.periods, self.values = tuple(values), tuple(values.values())
        self.firsts = tuple(year_first(one, step, start_month) for one in values)
        self.step, self.fewest = step, QUARTER // step

    def year_before(self, at: int) -> Sequence[Decimal]:
        """Return the values before a place that lie in the year of the one right before it."""
        begin = at
        while begin > 0 and self.firsts[begin - 1] == self.firsts[at - 1]:
            begin -= 1
        return self.values[begin:at]

    def growing_from(self, at: int) -> Sequence[Decimal]:
        """Return a value and those after it, as long as none falls."""
        stop = at + 1
        while stop < len(self.values) and self.values[stop] >= self.values[stop - 1]:
            stop += 1
        return self.values[at:stop]

    def drops(self, at: int) -> bool:
        """Return whether a value falls to less than half of those before it, and the next one doesn't undo that."""
        before = self.year_before(at)
        if not before or 2 * self.values[at] >= min(before[-2:]):
            return False
        return not (at + 1 < len(self.values) and self.values[at + 1] >= before[-1])

    def begins_year(self, at: int) -> bool:
        """Return whether a value is of the first period of a year, and the one before it of the year before."""
        first = self.firsts[at]
        follows = self.firsts[at - 1] == add_months(first, -MONTHS)
        return self.periods[at] == first and follows

    def proves(self, at: int) -> bool:
        """Return whether values begin anew with a year."""
        right_before = self.periods[at - 1] == add_months(self.periods[at], -self.step)
        return self.begins_year(at) and right_before and self.drops(at)

    def against(self, at: int) -> _Against | None:
        """Return how a value speaks against the year; ``None`` where it doesn't."""
        if self.firsts[at] == self.firsts[at - 1]:
            return self._falls(at)
        return self._goes_on(at) if self.begins_year(at) else None

    def _falls(self, at: int) -> _Against | None:
        if not self.drops(at) or self._is_undone(at):
            return None
        before, after = self.year_before(at), self.growing_from(at)
        if _rises(before) >= self.fewest:
            return _Against(at, FALLS, sure=True)
        if _rises(after) >= FOLLOWED:
            begins = self.values[at] <= AS_MUCH * _added(after)
            return _Against(at, FALLS, sure=True) if begins else None
        latest = at + len(after) == len(self.values)
        return _Against(at, FALLS, sure=False) if latest and len(before) > 1 else None

    def _is_undone(self, at: int) -> bool:
        """Return whether the next year begins with less than a last value that fell: a year doesn't begin in both."""
        after = at + 1
        ends = after < len(self.values) and self.firsts[after] != self.firsts[at]
        return ends and self.values[after] < self.values[at]

    def _goes_on(self, at: int) -> _Against | None:
        value, after = self.values[at], self.growing_from(at)
        if value < self.values[at - 1]:
            return None
        grew = _rises(self.year_before(at)) >= self.fewest
        holds_more = _rises(after) >= FOLLOWED and value >= TOO_MUCH * _added(after)
        stays = at + 1 == len(self.values) or 2 * self.values[at + 1] >= value
        return _Against(at, GOES_ON, sure=stays) if grew or holds_more else None


def doubt_of(values: Mapping[str, Decimal], step: int, start_month: int) -> Doubt | None:
    """Return what speaks against the year that figures are counted in; ``None`` where nothing does.

    Args:
        values: by period in order of time, at least one.
        step: months between two periods, 1 or 3.
        start_month: in which the year is taken to begin, 1 to 12.
    """
    if min(values.values()) < 0:
        return None
    known, begins = _Values(values, step, start_month), MONTH_NAMES[start_month - 1]
    places = range(1, len(values))
    contrary = [found for at in places if (found := known.against(at)) is not None]
    if not contrary:
        return _begins_late(known, start_month, begins)
    proofs = [at for at in places if known.proves(at)]
    if (
        proofs
    ):  # what the next value doesn't bear out was mistyped, as the year begins where it is taken to
        contrary = [one for one in contrary if one.sure or one.how == FALLS]
    sure = [one for one in contrary if one.sure]
    if len(proofs) >= len(contrary) or not sure:
        later = (one for one in contrary if not proofs or one.at > proofs[-1])
        return next((_in_question(known, one, begins) for one in later), None)
    told = next((one for one in sure if one.how == FALLS), sure[0])
    words, when = FELL if told.how == FALLS else WENT_ON, month_year_label(known.periods[told.at])
    return Doubt(words.format(when=when, begins=begins))


def _in_question(known: _Values, one: _Against, begins: str) -> Doubt:
    """Return the doubt of values from one on, where others show that the year begins as it is taken to."""
    earlier, when = (month_year_label(known.periods[n]) for n in (one.at - 1, one.at))
    before, value = (known.values[n] for n in (one.at - 1, one.at))
    words = IN_QUESTION.format(
        value=value, when=when, against=_AGAINST[one.how], before=before, earlier=earlier,
        begins=begins,
    )  # fmt: skip
    return Doubt(words, known.periods[one.at])


def _begins_late(known: _Values, start_month: int, begins: str) -> Doubt | None:
    """Return the doubt of values of one year whose first is too small for the periods before it, by what each adds."""
    first, step = known.periods[0], known.step
    passed = fiscal_month(add_months(first, step // 2), start_month) // step + 1
    alone = len(set(known.firsts)) == 1
    if not alone or passed <= known.fewest or _rises(known.values) < known.fewest:
        return None
    if 2 * known.values[0] > passed * _added(known.values):
        return None
    return Doubt(BEGAN.format(when=month_year_label(first), begins=begins))


def _added(values: Sequence[Decimal]) -> Decimal:
    """Return what each value adds to the one before it, on average."""
    return (values[-1] - values[0]) / (len(values) - 1)


def _rises(values: Sequence[Decimal]) -> int:
    return sum(after > before for before, after in pairwise(values))
