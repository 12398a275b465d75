"""Hints whether a goal is specific, measurable, achievable, relevant and time-bound; they warn and never block."""

from collections.abc import Iterator
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Goal, Measure, Objective
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.measure_words import expects_never, to_expect
from dyad_desktop.domain.measuring import MeasureChart, chart_of
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.reach import OUT, UNLIKELY, VERDICTS, is_impossible, need_of, reach_of
from dyad_desktop.domain.scorecard import read_of
from dyad_desktop.domain.spc import FAIL

LETTERS = {
    "S": "Specific",
    "M": "Measurable",
    "A": "Achievable",
    "R": "Relevant",
    "T": "Time-bound",
}
FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Hint:
    """What is missing for a letter, as a sentence; an empty text when nothing is."""

    letter: str
    text: str = ""

    @property
    def word(self) -> str:
        """What the letter stands for."""
        return LETTERS[self.letter]


def smart_hints(book: Book, goal: Goal) -> tuple[Hint, ...]:
    """Return a hint for each letter, in their order."""
    measures = book.children(Measure, goal.id)
    found = {
        "S": _specific(goal),
        "M": _measurable(book, measures),
        "A": _achievable(book, goal, measures),
        "R": _relevant(book, goal),
        "T": _timed(book, goal, measures),
    }
    return tuple(Hint(letter, next(found[letter], "")) for letter in LETTERS)


def _specific(goal: Goal) -> Iterator[str]:
    if len(goal.title.split()) < FEW_WORDS:
        yield "The title says little: what will be different, and for whom?"
    if not goal.why:
        yield "Say why it matters."
    if not goal.lead:
        yield "Nobody leads it yet. Both of you stay accountable."


def _measurable(book: Book, measures: tuple[Measure, ...]) -> Iterator[str]:
    if not measures:
        yield "Nothing measures it yet."
    for one in measures:
        if read_of(book, one).target is None and not _has_one_ahead(book, one):
            yield f"{one.title} has no target."
        elif one.baseline_value is None and read_of(book, one).latest is None:
            yield f"{one.title} has no baseline: where does it stand today?"
        elif not one.definition:
            yield f"{one.title} has no definition."


def _has_one_ahead(book: Book, measure: Measure) -> bool:
    """Return whether the year of the next value has a target, though the last one had none."""
    return need_of(chart_of(book, measure), book.only(Partnership).start_month) is not None


def _achievable(book: Book, goal: Goal, measures: tuple[Measure, ...]) -> Iterator[str]:
    start = book.only(Partnership).start_month
    charts = [(one, chart_of(book, one)) for one in measures]
    for one, chart in charts:
        yield from _reachable(one, chart, start)
    if not any(goal.id in one.goals for one in book.all(Initiative)):
        yield "No initiative moves it yet."
    for one, chart in charts:
        yield from _ruled_out(one, chart)


def _reachable(measure: Measure, chart: MeasureChart, start: int) -> Iterator[str]:
    """Give what speaks against reaching a target: the year as foretold, else what can't be, else the limits."""
    need, reach = need_of(chart, start), reach_of(chart, start)
    if reach is not None:
        if reach.verdict in (OUT, UNLIKELY):
            yield f"This year the target of {measure.title} is {VERDICTS[reach.verdict]}."
    elif need is not None and is_impossible(chart, need):
        yield f"This year the target of {measure.title} is out of reach, whatever comes."
    elif expects_never(chart):
        yield f"As it runs now, {measure.title} can't be expected to meet its target."


def _ruled_out(measure: Measure, chart: MeasureChart) -> Iterator[str]:
    """Give what the chart itself says where its limits rule the target out, whatever else speaks for it."""
    if chart.assurance == FAIL:
        yield f"{measure.title}: {to_expect(chart).removeprefix('; ')}."


def _relevant(book: Book, goal: Goal) -> Iterator[str]:
    if book.get(Objective, goal.supports) is None:
        yield "It serves no objective yet."


def _timed(book: Book, goal: Goal, measures: tuple[Measure, ...]) -> Iterator[str]:
    today = book.only(Partnership).as_of
    if not goal.due:
        yield "It has no date by which it is to be reached."
    elif today and goal.due < today:
        yield "Its date has passed: was it reached, or when will it be?"
    for one in measures:
        if one.target_date and goal.due and one.target_date > goal.due[:7]:
            yield f"The target of {one.title} is due after the goal itself."
