"""Which lines of a draft must be explained, for which move, and which explanations are out of date.

The rule is the partnership's own (``Planning``): a line that moves by more than both the percentage and the
amount is to be explained; where only one is set, that one decides; where none is, nothing is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.money import currency_exponent, exact, format_amount, round_ratio
from dyad_desktop.domain.operating import DraftLine, Note, OperatingLine, Planning, draft_line_id
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import percent_of
from dyad_desktop.domain.totals import ytd_periods

PRIOR, ACTUAL = "prior", "actual"
"""What a line moved against: its prior year (the budget did), or its budget (the months with actuals did)."""
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on a move is explained: more than ``percent`` and more than ``amount`` (minor units)."""

    percent: Decimal | None
    amount: int | None

    @property
    def asks(self) -> bool:
        """Return whether anything is asked at all."""
        return self.percent is not None or self.amount is not None

    def passed(self, before: int, now: int) -> bool:
        """Return whether a move is to be explained; from nothing, any move passes the percentage."""
        move = abs(now - before)
        if not self.asks or not move:
            return False
        if self.amount is not None and move <= self.amount:
            return False
        if self.percent is None or not before:
            return True
        return Fraction(PERCENT * move, abs(before)) > exact(self.percent)


def threshold_of(book: Book) -> Threshold:
    """Return the partnership's threshold."""
    rules = book.only(Planning)
    return Threshold(rules.explain_pct, rules.explain_amount)


@dataclass(frozen=True, slots=True)
class Moved:
    """A line that moved beyond the threshold; minor units.

    ``against`` is ``prior`` (a budget year beside the prior one) or ``actual`` (the months with actuals beside
    their budget). ``stale`` tells that it was explained, for a year's amount ``explained`` that no longer holds.
    """

    line: str
    kind: str
    against: str
    before: int
    now: int
    explained: int | None = None
    stale: bool = False

    @property
    def move(self) -> int:
        """Return by how much it moved."""
        return self.now - self.before

    @property
    def percent(self) -> Decimal | None:
        """Return the move in percent of the size of what was, 2 places; ``None`` of nothing."""
        return percent_of(self.move, abs(self.before))


def moved_lines(book: Book, budget: Budget) -> tuple[Moved, ...]:
    """Return every operating line beyond the threshold, explained or not, the largest move first.

    A line is listed once: for its actual months where those moved, since they are what happened; else for its
    year.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    threshold = threshold_of(book)
    if not threshold.asks:
        return ()
    periods = ytd_periods(book)
    found = [
        moved
        for line in book.all(OperatingLine)
        if (moved := _moved(book, budget, line, periods, threshold)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.move), one.line)))


def _moved(
    book: Book, budget: Budget, line: OperatingLine, periods: tuple[str, ...], threshold: Threshold
) -> Moved | None:
    now = budget.lines[line.id]
    planned = sum(now.months[: len(periods)])
    actual = sum(line.ytd_actuals.get(period) or 0 for period in periods)
    if threshold.passed(planned, actual):
        against, before, after = ACTUAL, planned, actual
    elif threshold.passed(now.prior_total, now.total):
        against, before, after = PRIOR, now.prior_total, now.total
    else:
        return None
    said = book.get(DraftLine, draft_line_id(budget.draft_id, line.id))
    return Moved(
        line.id, line.kind, against, before, after,
        None if said is None else said.explained, is_stale(said, now.total, threshold),
    )  # fmt: skip


def is_explained(said: DraftLine | None) -> bool:
    """Return whether a draft explains a line, for whatever amount."""
    return said is not None and bool((said.explanation or "").strip())


def is_stale(said: DraftLine | None, total: int, threshold: Threshold) -> bool:
    """Return whether an explanation was written for another year's amount, by more than the threshold."""
    if said is None or not is_explained(said) or said.explained is None:
        return False
    return threshold.passed(said.explained, total)


def unexplained(book: Book, budget: Budget) -> tuple[Moved, ...]:
    """Return the lines that wait for an explanation, none written or one out of date, the largest move first.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    return tuple(one for one in moved_lines(book, budget) if waits(book, budget, one))


def waits(book: Book, budget: Budget, moved: Moved) -> bool:
    """Return whether a line beyond the threshold still has to be explained."""
    said = book.get(DraftLine, draft_line_id(budget.draft_id, moved.line))
    return moved.stale or not is_explained(said)


def moved_words(book: Book, moved: Moved) -> str:
    """Return by how much a line moved: ``USD 412,345 (31 %) over budget, year to date``."""
    amount = _amount(book, abs(moved.move))
    percent = moved.percent
    share = "" if percent is None else f" ({_share(abs(percent))} %)"
    if moved.against == ACTUAL:
        way = "over" if moved.move > 0 else "under"
        return f"{amount}{share} {way} budget, year to date"
    way = "more" if moved.move > 0 else "less"
    return f"{amount}{share} {way} than the prior year"


def waits_words(book: Book, moved: Moved, now: int) -> str:
    """Return what a line waits for; ``now`` is its year in minor units."""
    if not moved.stale or moved.explained is None:
        return "Explanation due from both"
    then = _amount(book, moved.explained)
    return f"Explained for {then} a year; now it is {_amount(book, now)}"


def _amount(book: Book, minor: int) -> str:
    currency = book.only(Partnership).currency
    return f"{currency} {format_amount(minor, currency_exponent(currency))}"


def _share(percent: Decimal) -> str:
    """Return a percentage without places from 10 on, with one below."""
    places = 0 if percent >= 10 else 1
    return f"{round_ratio(*percent.as_integer_ratio(), places):,f}"


# -- notes -------------------------------------------------------------------------------------


def notes_by_cell(book: Book, draft: str) -> Mapping[tuple[str, str], tuple[Note, ...]]:
    """Return a draft's notes by (line, period), the period empty for the year, in the order of writing."""
    found: dict[tuple[str, str], list[Note]] = {}
    for note in book.children(Note, draft):
        found.setdefault((note.line, note.period or ""), []).append(note)
    return {
        cell: tuple(sorted(notes, key=lambda note: (note.written or "", note.id)))
        for cell, notes in found.items()
    }


def value_now(budget: Budget, line: str, period: str | None) -> int | None:
    """Return what a cell holds, or the year without a period; ``None`` of what isn't there any more."""
    found = budget.lines.get(line)
    if found is None:
        return None
    if not period:
        return found.total
    place = budget.rules.places.get(period)
    return None if place is None else found.months[place]


def moved_since(note: Note, budget: Budget) -> tuple[int, int] | None:
    """Return (then, now) of a note whose cell holds another amount by now; ``None`` while it is the same."""
    now = value_now(budget, note.line, note.period)
    if note.value is None or now is None or now == note.value:
        return None
    return note.value, now
