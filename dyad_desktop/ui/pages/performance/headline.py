"""The three answers above the budget view: are we on budget, why not, and where will we land."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.bridge import Step
from dyad_desktop.domain.missing import INCOMPLETE, NO_ACTUAL
from dyad_desktop.domain.outlook import RULES
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import percent_of
from dyad_desktop.domain.uncounted import unplanned_count, unplanned_words
from dyad_desktop.domain.year_so_far import TO_ACTUAL
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.performance.against import (
    listed_amounts,
    percent_text,
    spoken_amount,
    tone_of,
)
from dyad_desktop.ui.pages.performance.bridge_words import step_title
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import Card, StatusMark, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.forecast import Forecast
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.pages.performance.part import Reckoning
    from dyad_desktop.ui.pages.performance.scope import Scope


SHARES = (5, 4, 5)
"""How wide the answers are to each other: a cause takes less room than an amount above or below."""
OTHERS = 3
"""So many causes are named besides the largest."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the question as its heading, the answer, what stands beneath, and the status of its colour."""

    question: str
    words: str
    more: str
    status: str = ""


def on_budget(year: "YearSoFar", scope: "Scope") -> Answer:
    """Return how contribution stands against the budget."""
    book, whole, lacks = year.book, year.row("contribution", scope.places), year.missing
    question = f"On budget, {scope.words}?"
    if not lacks.known(scope.places):
        return Answer(question, NO_ACTUAL, lacks.words(scope.places))
    revenue, expense = (
        year.row(name, scope.places).variance for name in ("total_revenue", "total_expense")
    )
    if whole.variance == 0:
        words = "contribution as budgeted"
    else:
        side = "above" if whole.variance > 0 else "below"
        words = f"{spoken_amount(book, whole.variance)} {side} budget"
    share = percent_of(whole.variance, abs(whole.plan))
    percent = ""
    if share and whole.variance:
        percent = f"{percent_text(abs(share))} % {'more' if share > 0 else 'less'} contribution; "
    pairs = [("revenue", revenue), ("expense", expense)]
    moved = (
        listed_amounts(book, [pair for pair in pairs if pair[1]])
        or "revenue and expense as planned"
    )
    short = _incomplete(year, lacks.short(scope.places))
    if short:
        told = (lacks.words(scope.places), unplanned_words(book, year.budget))
        words, moved = f"{words}, {short}", f"{moved}. {' '.join(filter(None, told))}"
    return Answer(question, words, f"{percent}{moved}", tone_of(whole.variance))


def _incomplete(year: "YearSoFar", short: str) -> str:
    """Return what is missing of the actuals, and of the budget: lines that no plan gives anything."""
    bare = unplanned_count(year.budget)
    if not bare:
        return short
    return f"{short}, {bare}" if short else f"{INCOMPLETE}: {bare}"


def why_not(year: "YearSoFar", scope: "Scope") -> Answer:
    """Return the causes that moved contribution, the largest first."""
    steps = year.bridge(TO_ACTUAL, by_cause_of=True, places=scope.places).steps
    book, ordered = year.book, sorted(steps, key=lambda step: -abs(step.effect))
    if not ordered and not year.missing.known(scope.places):
        return Answer("Why?", "nothing to compare yet", "a month without actuals moves nothing")
    if not ordered:
        return Answer("Why?", "nothing moved it", "every line came as it was budgeted")
    first = ordered[0]
    words = f"{step_title(first.key)}: {_effect(book, first)}"
    pairs = [(step_title(step.key).lower(), step.effect) for step in ordered[1 : 1 + OTHERS]]
    others = f"then {listed_amounts(book, pairs)}" if pairs else "nothing else moved it"
    return Answer("Why?", words, others, tone_of(first.effect))


def _effect(book: "Book", step: Step) -> str:
    sign = "+" if step.effect > 0 else show.MINUS
    return f"{sign}{spoken_amount(book, step.effect)}"


def landing(year: "YearSoFar") -> Answer:
    """Return where the year will end."""
    book, found = year.book, year.forecast
    name = book.only(Partnership).budget_year or "the year"
    end, budget = found.totals.contribution, year.budget.totals.contribution
    gap = end - budget
    if gap == 0:
        words = "contribution as budgeted"
    else:
        words = f"{spoken_amount(book, gap)} {'above' if gap > 0 else 'below'} budget"
    sign = show.MINUS if end < 0 else ""
    more = f"contribution {sign}{spoken_amount(book, end)} of {spoken_amount(book, budget)}; {_rules(found)}"
    if year.missing.lines:
        more += "; closed months without actuals are forecast"
    bare = unplanned_count(year.budget)
    if year.missing.lines or bare:
        words += f", {INCOMPLETE}" + (f": {bare}" if bare else "")
    return Answer(f"Where will {name} end?", words, more, tone_of(gap))


def _rules(found: "Forecast") -> str:
    """Return by which rules the lines are forecast."""
    used = [one.rule for one in found.lines.values()]
    counts = [(used.count(rule), show.words(rule)) for rule in RULES if rule in used]
    if len(counts) == 1:
        return f"every line by {counts[0][1]}"
    return ", ".join(f"{count} by {rule}" for count, rule in counts)


def reckon(year: "YearSoFar", scope: "Scope") -> "Reckoning":
    """Return what the answers are taken from."""

    def work() -> None:
        year.kinds(scope.places)
        year.bridge(TO_ACTUAL, by_cause_of=True, places=scope.places)
        _ = year.forecast

    return ("headline", scope.places), work


class AnswerBox(QWidget):
    """One answer on the screen."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.question = label("", "caps")
        self.words = StatusMark()
        self.words.setProperty("type", "lead")
        self.words.setWordWrap(True)
        self.more = label("", "small", wrap=True)
        for part in (self.question, self.words, self.more):
            column.addWidget(part)
        column.addStretch(1)

    def say(self, answer: Answer) -> None:
        """Show an answer."""
        self.question.setText(answer.question.upper())
        text = f"{answer.words[:1].upper()}{answer.words[1:]}"
        self.words.set_status(answer.status or "no_data", text)
        self.words.setAccessibleName(f"{answer.question} {text}")
        self.more.setText(answer.more)
        self.words.setToolTip(answer.more)


class Headline(Card):
    """The answers side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Are we on budget, why not, and where will we land")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.boxes = [AnswerBox() for _ in range(3)]
        line = QHBoxLayout()
        line.setSpacing(GRID * 2)
        for box, share in zip(self.boxes, SHARES, strict=True):
            line.addWidget(box, share)
        self.column.addLayout(line)
        self.open = label("", "small", wrap=True)
        self.open.hide()
        self.column.addWidget(self.open)

    def show_open(self, words: str) -> None:
        """Say between what the answers come out while values are contested."""
        self.open.setText(words)
        self.open.setVisible(bool(words))

    def be_brief(self, brief: bool) -> None:  # noqa: FBT001 - a state, as Qt's setters take it
        """Leave out what stands beneath the answers, where there is little room."""
        for box in self.boxes:
            box.more.setVisible(not brief)

    def show_year(self, year: "YearSoFar", scope: "Scope") -> None:
        """Answer for some months of a year."""
        answers: Sequence[Answer] = (on_budget(year, scope), why_not(year, scope), landing(year))
        for box, answer in zip(self.boxes, answers, strict=True):
            box.say(answer)
