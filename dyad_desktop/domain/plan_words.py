"""How a line is planned, in words: short for a narrow column, whole for a person who asks."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget_line import BudgetLine
from dyad_desktop.domain.fiscal import MONTHS, month_year_label, months
from dyad_desktop.domain.formula import readable
from dyad_desktop.domain.meant import GROWTH, MEANINGS, other_meaning, own_growth
from dyad_desktop.domain.methods import (
    FTE,
    GROUP,
    PRIOR_YEAR,
    VOLUME,
    locked_months,
    method_of,
)
from dyad_desktop.domain.money import currency_exponent, format_amount
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Position, Volume
from dyad_desktop.domain.partnership import Partnership

METHOD_WORDS: Mapping[str, str] = {
    PRIOR_YEAR: "Prior year × driver × growth",
    "volume_rate": "Volume × rate per unit",
    "staffing": "FTE × hours × rate of a position",
    "step": "A step for every so much volume",
    "fixed": "A year’s amount, spread over the months",
    "percent": "Percentage of a group of lines",
    "contract": "Contract: monthly, with steps",
    "manual": "Months set by hand",
    "formula": "Formula of other lines",
}
SPREAD_WORDS: Mapping[str, str] = {
    "even": "evenly",
    "calendar_days": "by calendar days",
    "working_days": "by working days",
    "prior_year": "as the prior year’s seasons",
    "volume": "as a volume’s seasons",
    "weights": "by own weights",
}
PART_WORDS: Mapping[str, str] = {
    "all": "All it costs",
    "salaries": "Salaries",
    "overtime": "Overtime",
    "contract": "Contract labour",
    "benefits": "Benefits",
}
_SHORT_ID = 8


def plan_short(line: OperatingLine, said: DraftLine | None) -> str:
    """Return a line's plan in a word or two: ``V03``, ``V03 × 12.5``, ``24 % wages``, ``=L04*0.62``."""
    method = method_of(said)
    if said is None or method == PRIOR_YEAR:
        return _driver_short(line)
    return _SHORT[method](said)


def _driver_short(line: OperatingLine) -> str:
    if line.driver_kind == "fixed":
        return "fixed"
    ref = line.driver_ref or ""
    return _spaced(ref) if line.driver_kind == GROUP or len(ref) > _SHORT_ID else ref


_SHORT: Mapping[str, Callable[[DraftLine], str]] = {
    "volume_rate": lambda said: f"{_brief(said.driver)} × {_plain(said.rate)}",
    "staffing": lambda said: f"{_brief(said.driver)} pay",
    "step": lambda said: f"{_brief(said.driver)} ÷ {_plain(said.step_size)}",
    "fixed": lambda _: "spread",
    "percent": lambda said: f"{_plain(said.percent)} % {_brief(said.driver)}",
    "contract": lambda _: "contract",
    "manual": lambda _: "by hand",
    "formula": lambda said: "=" + (said.formula or "").removeprefix("="),
}


NOTHING_BEFORE = "nothing in the prior year, so the line stands as it was"
"""What is told of a driver without a basis."""


def plan_words(book: Book, line: OperatingLine, said: DraftLine | None) -> str:
    """Return how a line is planned as a sentence without its full stop."""
    method = method_of(said)
    words = (
        _reference_words(book, line, said)
        if said is None or method == PRIOR_YEAR
        else _WORDS[method](book, said)
    )
    lost = "" if said is None else lost_growth_words(said)
    return f"{words}; {lost}" if lost else words


def lost_growth_words(said: DraftLine) -> str:
    """Return which growth of a line doesn't count, and what it was said as; empty where all of it counts."""
    then = other_meaning(said, GROWTH)
    if not then:
        return ""
    return (
        f"{_plain(said.rate_growth_pct)} % was said as {MEANINGS[GROWTH, then]} and doesn’t count"
    )


def _reference_words(book: Book, line: OperatingLine, said: DraftLine | None) -> str:
    kind, ref = line.driver_kind, line.driver_ref or ""
    own = own_growth(said)
    growth = line.rate_growth_pct if own is None else own
    then = f", and {growth:+f} % on top".replace("-", "−") if growth else ""
    if kind == GROUP:
        return f"In proportion to the lines of the group {_spaced(ref)}{then}"
    if kind == "fixed":
        return "As the year before" + (then.replace(", and", ",").replace(" on top", ""))
    thing = "volume" if kind == VOLUME else "position"
    driver = book.entity(thing, ref)
    if not isinstance(driver, Volume | Position):
        return f"In step with a {thing} that isn’t there: {ref}{then}"
    if not has_basis(driver):
        then = f", which had {NOTHING_BEFORE}{then}"
    return f"In step with the {thing} {book.label(thing, ref)} ({ref}){then}"


def has_basis(driver: Volume | Position) -> bool:
    """Return whether what drives a line had something in the prior year; the ratio to nothing counts as 1."""
    if isinstance(driver, Position):
        return bool(driver.fte_prior)
    return any(driver.prior_actuals.values())


def _volume_rate(book: Book, said: DraftLine) -> str:
    grown = own_growth(said)
    more = f", grown by {_plain(grown)} %" if grown else ""
    return f"{_thing(book, VOLUME, said.driver)} × {_sign(book)} {_plain(said.rate)} each{more}"


def _staffing(book: Book, said: DraftLine) -> str:
    return (
        f"{PART_WORDS[said.part or 'all']} of {_thing(book, FTE, said.driver)}: FTE × hours × rate"
    )


def _step(book: Book, said: DraftLine) -> str:
    return (
        f"{_sign(book)} {_plain(said.rate)} a month for every {_plain(said.step_size)} of"
        f" {_thing(book, VOLUME, said.driver)}, begun ones too"
    )


def _fixed(book: Book, said: DraftLine) -> str:
    how = SPREAD_WORDS[said.spread or "even"]
    if said.spread == "volume":
        how = f"as the seasons of {_thing(book, VOLUME, said.spread_volume)}"
    held = sum(bool(locked) for locked in said.locked.values())
    around = f", around {held} locked {'month' if held == 1 else 'months'}" if held else ""
    return f"{money_words(book, said.amount)} a year, spread {how}{around}"


def _percent(_book: Book, said: DraftLine) -> str:
    return f"{_plain(said.percent)} % of the lines of the group {_spaced(said.driver or '…')}"


def _contract(book: Book, said: DraftLine) -> str:
    begins, meta = said.start or "", book.only(Partnership)
    steps = [(at, amount) for at, amount in sorted(said.steps.items()) if amount is not None]
    before = [step for step in steps if step[0] <= begins]
    since, first = before[-1] if before else (begins, said.amount)
    words = f"Contract of {money_words(book, first)} a month"
    if begins:
        words += f" from {month_year_label(begins)}"
    if since != begins:
        words += f", as said from {month_year_label(since)} on"
    for period, amount in steps[len(before) :]:
        words += f"; from {month_year_label(period)} {money_words(book, amount)}"
    if begins > months(meta.budget_start)[-1]:
        words += f"; it begins after {meta.budget_year}, in which it counts as nothing"
    return words


def _manual(_book: Book, _said: DraftLine) -> str:
    return "Each month set by hand; nothing where none is set"


def _formula(book: Book, said: DraftLine) -> str:
    if not said.formula:
        return "A formula, not written yet"
    return f"={readable(book, said.formula.removeprefix('='))}"


_WORDS: Mapping[str, Callable[[Book, DraftLine], str]] = {
    "volume_rate": _volume_rate,
    "staffing": _staffing,
    "step": _step,
    "fixed": _fixed,
    "percent": _percent,
    "contract": _contract,
    "manual": _manual,
    "formula": _formula,
}


def _thing(book: Book, kind: str, ref: str | None) -> str:
    if not ref:
        return f"a {'volume' if kind == VOLUME else 'position'} not chosen yet"
    found = book.get(Volume, ref) if kind == VOLUME else book.get(Position, ref)
    if found is None:
        return f"{ref}, which isn’t there"
    return found.name if isinstance(found, Volume) else found.title


def _plain(value: Decimal | None) -> str:
    return "…" if value is None else f"{value.normalize():,f}".replace("-", "−")


def _brief(ref: str | None) -> str:
    return _spaced(ref or "…")


def _spaced(ref: str) -> str:
    return ref.replace("_", " ")


def _sign(book: Book) -> str:
    return book.only(Partnership).currency


def money_words(book: Book, minor: int | None) -> str:
    """Return an amount with its currency, to the cent only where it has cents."""
    if minor is None:
        return "…"
    exponent = currency_exponent(book.only(Partnership).currency)
    places = exponent if minor % 10**exponent else 0
    return f"{_sign(book)} {format_amount(minor, exponent, places=places)}"


def problem_words(line: BudgetLine) -> str:
    """Return what it means that a line's plan lacks something, and what; nothing where it lacks nothing."""
    hand = len(line.overridden)
    if not line.problem:
        return ""
    if hand == MONTHS:
        return f"Its months are set by hand; its plan lacks something: {line.problem}"
    some = f" but its {hand} {'month' if hand == 1 else 'months'} by hand" if hand else ""
    return f"Counts as nothing{some}: {line.problem}"


def locked_over_words(book: Book, line: BudgetLine, said: DraftLine, periods: Sequence[str]) -> str:
    """Return what it means that locked months hold more than the year that is spread; nothing where they don't."""
    held = sum(locked_months(said, periods).values()) if line.method == "fixed" else 0
    year = sum(line.computed)
    rest = year - held
    if line.problem or not held or rest * (1 if year >= 0 else -1) >= 0:
        return ""
    locked, whole, left = (money_words(book, one) for one in (held, year, rest))
    return (
        f"The locked months hold {locked}, more than the year’s {whole}, so the other months share {left}."
        " Unlock a month, or say a larger amount"
    )
