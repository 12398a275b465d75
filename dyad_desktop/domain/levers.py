"""What-ifs on a draft: what can be moved, and what moves the year's contribution and margin most.

A what-if is a percentage in ``Draft.inputs``; a more particular one counts in place of a general one
(``volume:V03`` before ``volume``, a category's price before its kind's). Everything here is pure: the budget is
computed on a book with other inputs, and nothing is written.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.methods import FTE, VOLUME
from dyad_desktop.domain.operating import LINE_KINDS, Draft, OperatingLine, Position, Volume
from dyad_desktop.domain.statement import Totals
from dyad_desktop.errors import BadInputError

PERCENT = 100
USUAL_STEP = Decimal(5)
ALL_VOLUMES, ALL_STAFF, ALL_PRICES = "volume", "fte", "rate"
_PRICES = {
    "revenue": "Price of revenue",
    "deduction": "Rate of deductions",
    "other_revenue": "Price of other revenue",
    "expense": "Price of expense",
}
Inputs = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Lever:
    """Something that a what-if moves. ``name`` is its key in ``Draft.inputs``, ``title`` what people call it."""

    name: str
    title: str

    @property
    def single(self) -> bool:
        """Return whether it moves one volume or position rather than all, or all of a kind."""
        return self.name.startswith((f"{VOLUME}:", f"{FTE}:"))


def levers(book: Book, budget: Budget) -> tuple[Lever, ...]:
    """Return what can be moved in a draft: all volumes, prices by kind and category, staff, then each volume.

    Only volumes that drive a line of this draft, and only kinds and categories that have a line.
    """
    driven = budget.structure.by_driver
    volumes = [one for one in book.all(Volume) if (VOLUME, one.id) in driven]
    found = [Lever(ALL_VOLUMES, "All volumes")] if volumes else []
    kinds = {line.kind for line in book.rows(OperatingLine).values()}
    found += [Lever(f"rate:{kind}", _PRICES[kind]) for kind in LINE_KINDS if kind in kinds]
    wages = wages_of(book, budget)
    for category in _categories(book):
        title = "Wages" if category == wages else f"Price of {category.replace('_', ' ')}"
        found.append(Lever(f"rate:{category}", title))
    if any((FTE, one.id) in driven for one in book.all(Position)):
        found.append(Lever(ALL_STAFF, "Staff (FTE)"))
    return (*found, *(Lever(f"{VOLUME}:{one.id}", one.name) for one in volumes))


def _categories(book: Book) -> list[str]:
    """Return the categories of expense: one of all expense would be its kind again."""
    lines = book.all(OperatingLine)
    found = dict.fromkeys(line.category for line in lines if line.kind == "expense")
    named = [one for one in found if one and one not in LINE_KINDS]
    return named if len(found) > 1 else []


def wages_of(book: Book, budget: Budget) -> str:
    """Return the category of expense that most lines driven by positions are in; empty without one."""
    lines = book.rows(OperatingLine)
    driven = (
        lines[line].category
        for (kind, _), ids in budget.structure.by_driver.items()
        if kind == FTE
        for line in ids
        if lines[line].kind == "expense"
    )
    count = Counter(one for one in driven if one)
    return min(count, key=lambda one: (-count[one], one)) if count else ""


def lever_title(book: Book, name: str) -> str:
    """Return what people call the key of an input, also one that moves nothing any more."""
    kind, _, ref = name.partition(":")
    if kind == ALL_VOLUMES:
        return book.label(VOLUME, ref) if ref else "All volumes"
    if kind == ALL_STAFF:
        return book.label("position", ref) if ref else "Staff (FTE)"
    return _PRICES.get(ref, f"Price of {ref.replace('_', ' ')}") if ref else "All prices"


def input_words(book: Book, inputs: Inputs) -> str:
    """Return what-ifs in words: ``All volumes −5 %, Price of expense +2 %``; empty without any."""
    said = [
        f"{lever_title(book, name)} {percent_words(percent)}"
        for name, percent in sorted(inputs.items())
        if percent
    ]
    return ", ".join(said)


def percent_words(percent: Decimal) -> str:
    """Return a change with its sign: ``+2 %``."""
    return f"{percent.normalize():+,f} %".replace("-", "\N{MINUS SIGN}")


# -- moving --------------------------------------------------------------------------------------


def with_inputs(book: Book, draft: str, inputs: Inputs) -> Book:
    """Return a book whose draft has other what-ifs; one that was agreed is planned on there, as a copy of it would be.

    Raises:
        BadInputError: there is no such draft.
    """
    found = book.get(Draft, draft)
    if found is None:
        raise BadInputError(f"there is no draft {draft!r}")
    changed = dataclasses.replace(found, inputs=inputs, state="working")
    return book.with_entities([(("draft", draft), changed)])


def moved(book: Book, inputs: Inputs, lever: str, percent: Decimal) -> dict[str, Decimal | None]:
    """Return inputs under which a lever stands ``percent`` higher than it does now, exactly.

    What has a particular what-if moves along: with all volumes 5 % up, a volume at −10 % stands at −5.5 %.
    """
    names = [name for name, percent in inputs.items() if percent is not None]
    kind_of = _kinds_of_categories(book)
    below = [name for name in names if lever in _chain(name, kind_of)[1:]]
    found = dict(inputs)
    for name in (lever, *below):
        stands = next((p for one in _chain(name, kind_of) if (p := inputs.get(one)) is not None), 0)
        found[name] = stands + percent + stands * percent / PERCENT
    return found


def _chain(name: str, kind_of: Mapping[str, str]) -> tuple[str, ...]:
    """Return the inputs that count for a lever, the most particular first."""
    general, _, ref = name.partition(":")
    if not ref:
        return (general,)
    if general == ALL_PRICES and ref in kind_of:
        return name, f"{ALL_PRICES}:{kind_of[ref]}", ALL_PRICES
    return name, general


def _kinds_of_categories(book: Book) -> dict[str, str]:
    lines = book.rows(OperatingLine).values()
    return {line.category: line.kind for line in lines if line.category}


# -- what moves most -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Swing:
    """The year's totals with one lever lower and higher by so many percent, everything else as it is."""

    lever: Lever
    lower: Totals
    higher: Totals

    @property
    def reach(self) -> int:
        """Return how far apart the two contributions are, in minor units."""
        return abs(self.higher.contribution - self.lower.contribution)


def check_step(percent: Decimal) -> Decimal:
    """Return a step by which levers may be moved.

    Raises:
        BadInputError: not above 0 and at most 100 percent.
    """
    if not 0 < percent <= PERCENT:
        raise BadInputError("a step above 0 and at most 100 percent is expected")
    return percent


def swing(book: Book, budget: Budget, lever: Lever, percent: Decimal) -> Swing:
    """Return what a lever does to a draft's year, each end computed as the budget itself is.

    Args:
        book: the partnership.
        budget: the draft's budget as it stands in that book.
        lever: what is moved.
        percent: by how much, above 0 and at most 100.

    Raises:
        BadInputError: a step outside its range, or lines that hang together in a circle.
    """
    check_step(percent)
    lower, higher = (
        compute_budget(
            with_inputs(book, budget.draft_id, moved(book, budget.rules.inputs, lever.name, by)),
            budget.draft_id,
            budget,
        ).totals
        for by in (-percent, percent)
    )
    return Swing(lever, lower, higher)


def ranked(swings: Iterable[Swing]) -> tuple[Swing, ...]:
    """Return those that move the contribution, the widest first; equally wide ones by name."""
    moving = [one for one in swings if one.reach]
    return tuple(sorted(moving, key=lambda one: (-one.reach, one.lever.title)))


def tornado(book: Book, budget: Budget, percent: Decimal = USUAL_STEP) -> tuple[Swing, ...]:
    """Return what each lever does to a draft's year, the widest first; see ``swing``."""
    return ranked(swing(book, budget, one, percent) for one in levers(book, budget))
