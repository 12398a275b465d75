"""Two versions of the year beside each other: drafts, the prior year, the months so far, or what was agreed.

Amounts are minor units, natural-positive, by line and month; a version that is only known for its first months
is compared for those.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.budget_line import BudgetLine
from dyad_desktop.domain.fiscal import MONTHS, month_label
from dyad_desktop.domain.levers import lever_title, percent_words
from dyad_desktop.domain.methods import FTE, GROUP, LINE, VOLUME, drivers_of
from dyad_desktop.domain.missing import Missing
from dyad_desktop.domain.money import currency_exponent, format_amount
from dyad_desktop.domain.operating import (
    LINE_KINDS,
    Draft,
    DraftLine,
    OperatingLine,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.plan_words import plan_words
from dyad_desktop.domain.sides import GONE, POSTED, Subject, subjects
from dyad_desktop.domain.statement import SIGNS, row_by_month

_NOT_PLANNED = {
    POSTED: "Comes from a capital request",
    GONE: "The line was deleted since it was agreed",
}
_NONE: Sequence[int] = (0,) * MONTHS
_NAMED = 3
"""So many months are named; more are counted."""


@dataclass(frozen=True, slots=True)
class Version:
    """One column of a comparison. ``key`` says what it is; ``budget`` is there for a draft, now or then.

    ``amounts`` has ``count`` months for each line, from the first of the fiscal year on.
    """

    key: tuple[str, str]
    title: str
    book: Book
    budget: Budget | None
    amounts: Mapping[str, Sequence[int]]
    subjects: Mapping[str, Subject]
    count: int = MONTHS
    lacks: Missing | None = None
    """What months of actuals lack: it counts on neither side."""

    @property
    def draft(self) -> str:
        """Return the id of the draft that it shows; empty for actuals."""
        return "" if self.budget is None else self.budget.draft_id

    def said(self, line: str) -> DraftLine | None:
        """Return what the draft says of a line."""
        return self.book.get(DraftLine, draft_line_id(self.draft, line)) if self.draft else None


def draft_version(book: Book, budget: Budget, key: tuple[str, str], title: str) -> Version:
    """Return a draft as it stands in a book."""
    amounts = {line_id: line.months for line_id, line in budget.lines.items()}
    return Version(key, title, book, budget, amounts, _by_id(subjects(book, budget)))


def prior_version(book: Book, periods: Sequence[str], title: str) -> Version:
    """Return the prior year's actuals; ``periods`` are its twelve months."""
    return _actuals(book, ("prior", ""), title, "prior_actuals", periods)


def actual_version(
    book: Book, periods: Sequence[str], title: str, lacks: Missing | None = None
) -> Version:
    """Return the actuals of the budget year; ``periods`` are the months that have some, ``lacks`` what is missing."""
    return replace(_actuals(book, ("actual", ""), title, "ytd_actuals", periods), lacks=lacks)


def _actuals(
    book: Book, key: tuple[str, str], title: str, series: str, periods: Sequence[str]
) -> Version:
    lines = book.all(OperatingLine)
    amounts = {
        line.id: tuple([getattr(line, series).get(period) or 0 for period in periods])
        for line in lines
    }
    found = (Subject(one.id, one.kind, one.category or "", one.name) for one in lines)
    return Version(key, title, book, None, amounts, _by_id(found), len(periods))


def _by_id(found: Iterable[Subject]) -> dict[str, Subject]:
    return {one.id: one for one in found}


@dataclass(frozen=True, slots=True)
class LineDifference:
    """A line in both versions, month by month over those that both know."""

    subject: Subject
    left: Sequence[int]
    right: Sequence[int]

    @property
    def differs(self) -> bool:
        """Return whether any month differs."""
        return self.left != self.right

    @property
    def takes(self) -> bool:
        """Return whether it is a line of the pair's, not one that a capital request posts."""
        return self.subject.category not in (POSTED, GONE)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions line by line. ``count`` months are compared."""

    left: Version
    right: Version
    count: int
    lines: tuple[LineDifference, ...]
    _sums: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = field(
        default_factory=dict, compare=False
    )

    @property
    def itself(self) -> bool:
        """Return whether something is compared with itself."""
        return self.left.key == self.right.key

    def statement(self, row: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return a row of the statement on both sides, by month.

        Raises:
            KeyError: when there is no such row.
        """
        if row not in self._sums:
            sides = ([(one.subject.kind, one.left) for one in self.lines],
                     [(one.subject.kind, one.right) for one in self.lines])  # fmt: skip
            left, right = (row_by_month(_by_kind(side, self.count), row) for side in sides)
            self._sums[row] = left, right
        return self._sums[row]


def _by_kind(amounts: Iterable[tuple[str, Sequence[int]]], count: int) -> dict[str, list[int]]:
    sums = {kind: [0] * count for kind in SIGNS}
    for kind, months in amounts:
        row = sums[kind]
        for place, amount in enumerate(months):
            row[place] += amount
    return sums


def differences(left: Version, right: Version) -> Difference:
    """Compare two versions over the months that both know; lines in the order of the statement.

    A line that one side doesn't have counts there as nothing, and a month that one side lacks counts on neither. One
    that is of another kind on each side stands twice, once among each kind: its amounts say opposite things there, and
    belong to other totals.
    """
    count = min(left.count, right.count)
    found = []
    for one in dict.fromkeys((*right.subjects, *left.subjects)):
        then, now = left.subjects.get(one), right.subjects.get(one)
        before, after = (_amounts(side, one, count, (left, right)) for side in (left, right))
        if then is not None and now is not None and then.kind != now.kind:
            nothing = tuple(_NONE[:count])
            found.append(LineDifference(now, nothing, after))
            found.append(LineDifference(then, before, nothing))
        elif (subject := now or then) is not None:
            found.append(LineDifference(subject, before, after))
    found.sort(key=lambda line: LINE_KINDS.index(line.subject.kind))
    return Difference(left, right, count, tuple(found))


def _amounts(side: Version, line: str, count: int, both: Iterable[Version]) -> tuple[int, ...]:
    months = side.amounts.get(line, _NONE)[:count]
    away = {n for one in both if one.lacks is not None for n in one.lacks.of(line)}
    if not away:
        return tuple(months)
    return tuple(0 if n in away else amount for n, amount in enumerate(months))


def moved_on(budget: Budget) -> tuple[str, ...]:
    """Return the lines that would come to something else than was agreed, if the draft were planned anew now."""
    if budget.planned is None:
        return ()
    then, now = budget.lines, budget.planned.lines
    return tuple(
        name
        for name in dict.fromkeys((*then, *now))
        if _standing(then, name) != _standing(now, name)
    )


def _standing(lines: Mapping[str, BudgetLine], name: str) -> tuple[str, Sequence[int]]:
    """Return a line's kind and months; a line that is nothing is as one that isn't there."""
    found = lines.get(name)
    return ("", _NONE) if found is None or not any(found.months) else (found.kind, found.months)


def moved_on_words(book: Book, budget: Budget) -> str:
    """Return what an agreed draft would come to by now, where that is something else; empty where it isn't."""
    lines = moved_on(budget)
    draft = book.get(Draft, budget.draft_id)
    if not lines or budget.planned is None or draft is None:
        return ""
    currency = book.only(Partnership).currency
    then, now = (
        f"{currency} {format_amount(one.totals.contribution, currency_exponent(currency))}"
        for one in (budget, budget.planned)
    )
    many = "1 line differs" if len(lines) == 1 else f"{len(lines):,} lines differ"
    return (
        f"{draft.name} is {draft.state} and stays as it was then, with a contribution of {then}. What it is planned"
        f" from has changed since: planned anew it would come to {now}; {many}."
    )


# -- why ------------------------------------------------------------------------------------------


def reason(left: Version, right: Version, line: str) -> str:
    """Return why a line differs: its explanation, else how its plan differs; empty when neither says.

    The right side's explanation comes first, unless the left one says the same.
    """
    told = [
        None if said is None else said.explanation for said in (left.said(line), right.said(line))
    ]
    if told[0] != told[1] or not (left.draft and right.draft):
        for words in (told[1], told[0]):
            if words:
                return words
    subject, then = right.subjects.get(line) or left.subjects[line], left.subjects.get(line)
    if then is not None and then.kind != subject.kind:
        before, after = (one.kind.replace("_", " ") for one in (then, subject))
        return f"{before[:1].upper()}{before[1:]} in {left.title}, {after} in {right.title}"
    if subject.category in _NOT_PLANNED:
        return _NOT_PLANNED[subject.category]
    for there, other in ((right, left), (left, right)):
        if line not in other.subjects:
            return f"Only in {there.title}"
    return _plan_reason(left, right, line)


def _plan_reason(left: Version, right: Version, line: str) -> str:
    if not (left.draft and right.draft):
        planned = right if right.draft else left
        if not planned.draft:
            return ""
        entity = planned.book.need(OperatingLine, line)
        parts = [plan_words(planned.book, entity, planned.said(line)), *_what_ifs(planned, line)]
        return "; ".join((*parts, *_by_hand(None, planned.said(line), planned)))
    before, after = (
        plan_words(one.book, one.book.need(OperatingLine, line), one.said(line))
        for one in (left, right)
    )
    parts = [f"{before} → {after}"] if before != after else []
    parts += _by_hand(left.said(line), right.said(line), right)
    then, now = _what_ifs(left, line), _what_ifs(right, line)
    if then and now and then != now:
        parts.append(f"What-if: {', '.join(then)} → {', '.join(now)}")
    elif then != now:
        parts.append(f"What-if: {', '.join(now)}" if now else f"Without what-if: {', '.join(then)}")
    return "; ".join(parts or _pushed(left, right, line))


def _by_hand(before: DraftLine | None, after: DraftLine | None, shown: Version) -> list[str]:
    """Return which months are set by hand otherwise than before."""
    periods = () if shown.budget is None else shown.budget.periods
    old, new = ({} if one is None else one.months for one in (before, after))
    other = [period for period in periods if old.get(period) != new.get(period)]
    if not other:
        return []
    given = all(new.get(period) is None for period in other)
    names = [month_label(period) for period in other[:_NAMED]]
    more = f" and {len(other) - _NAMED} more" if len(other) > _NAMED else ""
    which = "every month" if len(other) == MONTHS else f"{', '.join(names)}{more}"
    return [f"{which} {'no longer ' if given else ''}set by hand"]


def _what_ifs(version: Version, line: str) -> list[str]:
    """Return the what-ifs of a draft that count for a line, in words."""
    draft = version.book.get(Draft, version.draft)
    if draft is None or not any(draft.inputs.values()) or version.budget is None:
        return []
    entity = version.book.need(OperatingLine, line)
    chains: list[tuple[str, ...]] = []
    for kind, ref in version.budget.rules.drivers(entity):
        if kind in (VOLUME, FTE):
            chains.append((f"{kind}:{ref}", kind))
    chains.append((f"rate:{entity.category or ''}", f"rate:{entity.kind}", "rate"))
    found = []
    for chain in chains:
        name = next((one for one in chain if draft.inputs.get(one) is not None), "")
        percent = draft.inputs.get(name)
        if percent:
            found.append(f"{lever_title(version.book, name)} {percent_words(percent)}")
    return found


def _pushed(left: Version, right: Version, line: str) -> list[str]:
    """Return what a line follows that differs itself: a group, another line, a volume."""
    book, found = right.book, []
    entity = book.need(OperatingLine, line)
    kind_of = None if right.budget is None else right.budget.rules.kind_of
    for kind, ref in () if kind_of is None else drivers_of(entity, right.said(line), kind_of):
        if kind == GROUP:
            found.append(f"Follows the lines of the group {ref.replace('_', ' ')}")
        elif kind == LINE:
            found.append(f"Follows the line {book.label('operating_line', ref)}")
        elif kind == VOLUME and left.book.get(Volume, ref) != book.get(Volume, ref):
            found.append(f"The volume {book.label(VOLUME, ref)} changed")
        elif kind == FTE and left.book.entity("position", ref) != book.entity("position", ref):
            found.append(f"The position {book.label('position', ref)} changed")
    return found
