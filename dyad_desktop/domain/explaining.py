"""Which lines of a draft must be explained, for which move, and which explanations are out of date.

The rule is the partnership's own (``Planning``): a line that moves by more than both the percentage and the
amount is to be explained; where only one is set, that one decides. While none is set, expense far over its budget
is asked for. Everything that lists or counts lines that wait asks here.

An explanation says what it was written for: a year's amount beside the prior year, the months with actuals beside
their budget, or both. It holds for no other move, and for that one until it has moved on beyond the threshold. One
that says nothing of it was written before this was kept: it holds for either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.budget_line import BudgetLine
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.missing import missing_months
from dyad_desktop.domain.money import currency_exponent, exact, format_amount, rounded
from dyad_desktop.domain.operating import (
    ACTUAL,
    EITHER,
    PRIOR,
    DraftLine,
    Note,
    OperatingLine,
    Planning,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import percent_of
from dyad_desktop.domain.totals import ytd_periods

PERCENT = 100
OVER_PCT = Decimal(5)
OVER_UNITS = 50_000
"""While the pair has set no threshold: expense over budget by more than both, year to date, is to be explained."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on a move is explained: more than ``percent`` and more than ``amount`` (minor units).

    ``usual`` is the one that holds while the pair has set none: it looks at expense over budget alone.
    """

    percent: Decimal | None
    amount: int | None
    usual: bool = False

    def passed(self, before: int, now: int) -> bool:
        """Return whether a move is to be explained; from nothing, any move passes the percentage."""
        return self.beyond(now - before, before)

    def beyond(self, move: int, base: int) -> bool:
        """Return whether a move (minor units) is beyond the threshold, in percent of ``base``."""
        move = abs(move)
        if (self.percent is None and self.amount is None) or not move:
            return False
        if self.amount is not None and move <= self.amount:
            return False
        if self.percent is None or not base:
            return True
        return Fraction(PERCENT * move, abs(base)) > exact(self.percent)

    def asks(self, kind: str, before: int, now: int, against: str) -> bool:
        """Return whether a line of a kind is to be explained for a move against ``prior`` or ``actual``."""
        if self.usual and (against != ACTUAL or kind != "expense" or now < before):
            return False
        return self.passed(before, now)


def threshold_of(book: Book, unit: int = 100) -> Threshold:
    """Return the partnership's threshold, or the usual one; ``unit`` is the minor units in one of the currency."""
    rules = book.only(Planning)
    if rules.explain_pct is None and rules.explain_amount is None:
        return Threshold(OVER_PCT, OVER_UNITS * unit, usual=True)
    return Threshold(rules.explain_pct, rules.explain_amount)


@dataclass(frozen=True, slots=True)
class Moved:
    """A line that moved beyond the threshold; minor units.

    ``against`` is ``prior`` (a budget year beside the prior one) or ``actual`` (the months with actuals beside
    their budget). ``explained`` is what its explanation was written for: a year's amount, or actual less budget of
    the months up to ``to``; ``None`` where that wasn't kept. ``stale`` tells that it has moved on since.
    """

    line: str
    kind: str
    against: str
    before: int
    now: int
    waits: bool = True
    explained: int | None = None
    to: str = ""
    stale: bool = False

    @property
    def move(self) -> int:
        """Return by how much it moved."""
        return self.now - self.before

    @property
    def percent(self) -> Decimal | None:
        """Return the move in percent of the size of what was, not rounded; ``None`` of nothing."""
        return percent_of(self.move, abs(self.before))


def moved_lines(book: Book, budget: Budget) -> tuple[Moved, ...]:
    """Return every operating line beyond the threshold, explained or not, the largest move first.

    A line is listed once: for its actual months where those moved, since they are what happened, else for its
    year; where one of the two is explained, for the other.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    threshold, periods = threshold_of(book, budget.year.unit), ytd_periods(book)
    found = [
        moved
        for line in book.all(OperatingLine)
        if (moved := _moved(book, budget, line, periods, threshold)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.move), one.line)))


def moved_line(book: Book, budget: Budget, line_id: str) -> Moved | None:
    """Return one line's move beyond the threshold, as ``moved_lines`` lists it; ``None`` when it isn't.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    line = book.get(OperatingLine, line_id)
    if line is None or line_id not in budget.lines:
        return None
    threshold = threshold_of(book, budget.year.unit)
    return _moved(book, budget, line, ytd_periods(book), threshold)


def _moved(
    book: Book, budget: Budget, line: OperatingLine, periods: tuple[str, ...], threshold: Threshold
) -> Moved | None:
    now = budget.lines[line.id]
    planned, actual = to_date(line, now, periods)
    first: Moved | None = None
    for against, before, after in (
        (ACTUAL, planned, actual), (PRIOR, now.prior_total, now.total),
    ):  # fmt: skip
        if threshold.asks(now.kind, before, after, against):
            said = book.get(DraftLine, draft_line_id(budget.draft_id, line.id))
            moved = Moved(line.id, now.kind, against, before, after)
            moved = moved if said is None else _explained(moved, said, now, threshold)
            if moved.waits:
                return moved
            first = first or moved
    return first


def to_date(line: OperatingLine, now: BudgetLine, periods: tuple[str, ...]) -> tuple[int, int]:
    """Return budget and actual of the months that have actuals, in minor units; neither of one that is missing."""
    away = missing_months(line, now, periods)
    planned = sum(now.months[place] for place in range(len(periods)) if place not in away)
    return planned, sum(line.ytd_actuals.get(p) or 0 for p in periods)


def _explained(moved: Moved, said: DraftLine, now: BudgetLine, threshold: Threshold) -> Moved:
    """Return a move with what a draft says of it."""
    if not _covers(said, moved.against):
        return moved
    if moved.against == ACTUAL and said.explained_for is not None:
        then, to = said.explained_over, said.explained_to or ""
        stale = then is not None and threshold.beyond(moved.move - then, moved.before)
    else:
        then, to = said.explained, ""
        stale = then is not None and threshold.passed(then, now.total)
    return Moved(
        moved.line, moved.kind, moved.against, moved.before, moved.now, stale, then, to, stale
    )


def _covers(said: DraftLine, against: str) -> bool:
    """Return whether a draft explains a line for a move of that kind, of whatever amount."""
    return is_explained(said) and said.explained_for in (None, against, EITHER)


def is_explained(said: DraftLine | None) -> bool:
    """Return whether a draft explains a line, for whatever move and amount."""
    return said is not None and bool((said.explanation or "").strip())


def explains(book: Book, budget: Budget, line_id: str) -> str:
    """Return what an explanation that is written now is for: ``prior``, ``actual`` or ``both``.

    It is for what is asked of the line, and for what the explanation that stands holds for: whoever writes it anew
    has that before them. Without either it is for the year's plan.

    Raises:
        BadInputError: when the partnership has no fiscal years yet, or there is no such line.
    """
    line, now = book.need(OperatingLine, line_id), budget.lines[line_id]
    threshold, periods = threshold_of(book, budget.year.unit), ytd_periods(book)
    said = book.get(DraftLine, draft_line_id(budget.draft_id, line_id))
    found: set[str] = set()
    if (asked := _moved(book, budget, line, periods, threshold)) is not None:
        found.add(asked.against)
    for against, before, after in (
        (ACTUAL, *to_date(line, now, periods)), (PRIOR, now.prior_total, now.total),
    ):  # fmt: skip
        known = said is not None and (
            said.explained_for is not None or threshold.asks(now.kind, before, after, against)
        )
        moved = Moved(line_id, now.kind, against, before, after)
        if said is not None and known and not _explained(moved, said, now, threshold).waits:
            found.add(against)
    return EITHER if len(found) > 1 else next(iter(found), PRIOR)


def unexplained(book: Book, budget: Budget) -> tuple[Moved, ...]:
    """Return the lines that wait for an explanation, none written or one out of date, the largest move first.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    return tuple(one for one in moved_lines(book, budget) if one.waits)


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
    if moved.to:
        then = over_words(book, moved.explained)
        month = month_year_label(moved.to)
        return f"Explained {then} to {month}; now it is {over_words(book, moved.move)}"
    then = _amount(book, moved.explained)
    return f"Explained for {then} a year; now it is {_amount(book, now)}"


def over_words(book: Book, move: int) -> str:
    """Return actual less budget in words: ``USD 412,345 over budget``."""
    way = "over" if move >= 0 else "under"
    return f"{_amount(book, abs(move))} {way} budget"


def _amount(book: Book, minor: int) -> str:
    currency = book.only(Partnership).currency
    return f"{currency} {format_amount(minor, currency_exponent(currency))}"


def _share(percent: Decimal) -> str:
    """Return a percentage without places from 10 on, with one below."""
    places = 0 if percent >= 10 else 1
    return f"{rounded(percent, places):,f}"


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
