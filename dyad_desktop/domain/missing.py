"""Which actuals the closed months lack: the one rule, wherever budget and actual are held against each other.

A closed month of a line is missing when it has no actual while the prior year or the budget has something for it. A
missing month isn't nought: it counts on neither side of a comparison, and is forecast by the line's rule. Where both
have nothing, nothing is expected, and no actual is nought. What capital requests post has no actuals of its own: it is
missing in a month that lacks those of every line. A volume's month is missing by the same rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.budget_line import BudgetLine
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.operating import OperatingLine, Volume
from dyad_desktop.domain.partnership import Partnership

NONE: frozenset[int] = frozenset()
NO_ACTUAL, INCOMPLETE = "no actual yet", "incomplete"
MOST_NAMED = 2
"""So many months are named; of more the number is said."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing of the closed months. Months are places in the budget year."""

    periods: tuple[str, ...]
    """The closed months."""
    lines: Mapping[str, frozenset[int]]
    """The missing months of each line that has any."""
    counts: tuple[int, ...]
    """So many lines and volumes are missing, by month."""
    expected: tuple[int, ...]
    """So many lines and volumes have an actual or should have one, by month."""
    blank: frozenset[int]
    """The months in which no line has an actual."""

    def of(self, line: str) -> frozenset[int]:
        """Return the missing months of a line."""
        return self.lines.get(line, NONE)

    def note(self, lines: Iterable[str], places: Sequence[int]) -> str:
        """Return ``no actual yet`` or ``incomplete`` of some lines together; empty when none lacks a month."""
        if not self.lines:
            return ""
        away = [sum(place in self.of(line) for place in places) for line in lines]
        if not any(away):
            return ""
        return NO_ACTUAL if min(away) == len(places) else INCOMPLETE

    def months(self, line: str, places: Sequence[int]) -> str:
        """Return the missing ones of a line's months in words, ``Aug 2026 and Oct 2026``; empty for none."""
        found = [place for place in places if place in self.of(line)]
        if len(found) > MOST_NAMED:
            return f"{len(found)} closed months"
        return " and ".join(map(self._month, found))

    def known(self, places: Sequence[int]) -> list[int]:
        """Return those of some months in which any line has an actual."""
        return [place for place in places if place not in self.blank]

    def short(self, places: Sequence[int]) -> str:
        """Return ``incomplete: 1 of 61 missing`` of some months, or which month is missing whole; empty for nothing."""
        found = self._some(places)
        if not found:
            return ""
        if len(found) == 1 and found[0] in self.blank:
            return f"incomplete: {self._month(found[0])} missing"
        if len(found) == 1:
            return f"incomplete: {self.counts[found[0]]:,} of {self.expected[found[0]]:,} missing"
        whole = sum(self.expected[place] for place in places)
        return f"incomplete: {sum(self.counts[place] for place in found):,} of {whole:,} missing"

    def words(self, places: Sequence[int]) -> str:
        """Return in a sentence what some months lack; empty when nothing is missing."""
        found = self._some(places)
        if not found:
            return ""
        if len(found) > MOST_NAMED:
            whole = sum(self.counts[place] for place in found)
            return f"Incomplete: {whole:,} actuals of {len(found)} closed months are missing."
        if len(found) == 1 and found[0] in self.blank:
            return f"{self._month(found[0])} has no actuals yet: {_things(self.counts[found[0]])} missing."
        parts = [
            f"{self.counts[place]:,} of {self.expected[place]:,} missing in {self._month(place)}"
            for place in found
        ]
        return f"Incomplete: {', '.join(parts)}."

    def _some(self, places: Sequence[int]) -> list[int]:
        return [place for place in places if self.counts[place]]

    def _month(self, place: int) -> str:
        return month_year_label(self.periods[place])


def _things(count: int) -> str:
    return "1 line or volume" if count == 1 else f"{count:,} lines and volumes"


def missing_months(line: OperatingLine, now: BudgetLine, periods: Sequence[str]) -> frozenset[int]:
    """Return the places of the closed months that lack an actual of a line; ``periods`` are the closed months."""
    actuals = line.ytd_actuals
    return frozenset(
        place
        for place, period in enumerate(periods)
        if actuals.get(period) is None and (now.months[place] or now.prior[place])
    )


def missing(book: Book, budget: Budget) -> Missing:
    """Return what is missing of the months that a book has closed, for a draft's budget.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    periods = budget.year.budget[: book.only(Partnership).ytd_months]
    counts, filled, has = ([0] * len(periods) for _ in range(3))
    lines: dict[str, frozenset[int]] = {}
    for line in book.all(OperatingLine):
        found = missing_months(line, budget.lines[line.id], periods)
        if found:
            lines[line.id] = found
        _count(found, counts)
        _count(_places(line.ytd_actuals, periods), has)
    blank = frozenset(place for place, count in enumerate(has) if not count)
    if blank:
        lines |= dict.fromkeys(budget.posted, blank)
    for volume in book.all(Volume):
        came = _places(volume.ytd_actuals, periods)
        _count(came, filled)
        before = map(volume.prior_actuals.get, budget.year.prior)
        due = {place for place, units in zip(range(len(periods)), before, strict=False) if units}
        _count(due - came, counts)
    expected = tuple(map(sum, zip(counts, filled, has, strict=True)))
    return Missing(periods, lines, tuple(counts), expected, blank)


def _places(series: Mapping[str, object], periods: Sequence[str]) -> frozenset[int]:
    return frozenset(
        place for place, period in enumerate(periods) if series.get(period) is not None
    )


def _count(places: AbstractSet[int], counts: list[int]) -> None:
    for place in places:
        counts[place] += 1
