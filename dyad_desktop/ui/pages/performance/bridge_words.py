"""How the steps of a bridge are called, what they mean, and what a bridge says as a whole."""

from typing import TYPE_CHECKING

from dyad_desktop.domain.bridge import OTHERS, Bridge, Step
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.year_so_far import REST, TO_ACTUAL, TO_BUDGET, TO_YEAR_END
from dyad_desktop.ui.pages.performance.against import category_title, spoken_amount

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.ui.pages.performance.scope import Scope

STEPS = {
    "volume": ("Volume", "more or fewer units at the planned rate and mix"),
    "mix": ("Mix", "the shift between services of one unit, at planned rates"),
    "revenue_rate": ("Revenue rate", "what a unit brings after deductions: price and payer"),
    "efficiency": ("Efficiency", "paid hours beyond those planned, at the planned rate"),
    "cost_rate": ("Cost rate", "what a unit or an hour costs"),
    "other": ("Spending", "lines that follow no volume and have no hours"),
    REST: ("Rest of year", "what the months to come are forecast beyond their budget"),
    OTHERS: ("All others", "the smallest categories together"),
}
ENDS = {
    TO_ACTUAL: ("Budget", "Actual"),
    TO_YEAR_END: ("Budget {budget}", "Forecast {budget}"),
    TO_BUDGET: ("Actual {prior}", "Budget {budget}"),
}


def _of_category(key: str) -> str:
    kind, _, category = key.partition("/")
    return category_title(category, kind)


def step_title(key: str) -> str:
    """Return what a step is called."""
    return STEPS[key][0] if key in STEPS else _of_category(key)


def step_words(key: str) -> str:
    """Return what a step is."""
    if key in STEPS:
        return STEPS[key][1]
    return f"all {key.partition('/')[0].replace('_', ' ')} lines of this category"


def end_titles(book: "Book", way: str) -> tuple[str, str]:
    """Return what the two ends of a bridge are called."""
    meta = book.only(Partnership)
    names = {"budget": meta.budget_year, "prior": meta.prior_year}
    start, end = (title.format(**names).strip() for title in ENDS[way])
    return start, end


def bridge_words(book: "Book", bridge: Bridge, way: str, scope: "Scope") -> str:
    """Return what a bridge says, in one or two sentences."""
    start, end = end_titles(book, way)
    when = f"{scope.words}: " if way == TO_ACTUAL else ""
    if not bridge.steps:
        return f"{when}nothing moved contribution from {start.lower()} to {end.lower()}."
    gap = bridge.change
    said = f"{when}{_gap_words(book, way, gap)}."
    against = [step for step in bridge.steps if (step.effect < 0) == (gap < 0)]
    helping = [step for step in bridge.steps if (step.effect < 0) != (gap < 0)]
    verb, other = ("takes", "gives back") if gap < 0 else ("adds", "takes")
    said = said[:1].upper() + said[1:]
    if against:
        said += f" {_largest(book, against)} {verb} most"
        said += f", {_lower(_largest(book, helping))} {other} most." if helping else "."
    return said


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _gap_words(book: "Book", way: str, gap: int) -> str:
    """Return how far the end of a bridge is from its start."""
    meta = book.only(Partnership)
    year, prior = meta.budget_year or "the year", meta.prior_year or "the prior year"
    size = "" if gap == 0 else f"{spoken_amount(book, gap)} {_side(gap)} "
    if way == TO_ACTUAL:
        return f"contribution is {size}budget" if gap else "contribution is as budgeted"
    if way == TO_YEAR_END:
        return (
            f"{year} is forecast to end {size}budget"
            if gap
            else f"{year} is forecast to end as budgeted"
        )
    than = f"what {prior} brought"
    return f"the budget of {year} is {size}{than}" if gap else f"the budget of {year} is {than}"


def _side(gap: int) -> str:
    return "above" if gap > 0 else "below"


def _largest(book: "Book", steps: list[Step]) -> str:
    step = max(steps, key=lambda one: abs(one.effect))
    return f"{step_title(step.key)} ({spoken_amount(book, step.effect)})"
