"""Hints for each letter, one at a time."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Goal, Measure, Objective
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.smart import LETTERS, smart_hints
from tests.domain.example import example_book
from tests.domain.test_measuring import a_measure

GOAL = Goal(
    id="G", title="Open arteries in time", why="Minutes are muscle", lead="A", supports="O",
    due="2027-06-30",
)  # fmt: skip
WHOLE = Partnership(id="partnership", as_of="2026-10-31", start_month=7)
MEASURE = replace(a_measure(70, 65), definition="Minutes", baseline_value=Decimal(67))


def hints(goal: Goal, *others: Any) -> dict[str, str]:  # noqa: ANN401 - any thing of a book
    book = Book.of([WHOLE, goal, *others])
    return {hint.letter: hint.text for hint in smart_hints(book, goal)}


def complete(**fields: Any) -> dict[str, str]:  # noqa: ANN401 - any field
    goal = replace(GOAL, **fields)
    moves = Initiative(id="I", title="One call", start="2026-01-01", goals=("G",))
    return hints(goal, Objective(id="O", title="Best"), MEASURE, moves)


def test_a_good_goal_has_no_hint() -> None:
    assert complete() == dict.fromkeys(LETTERS, "")


@pytest.mark.parametrize(
    ("fields", "letter", "words"),
    [
        ({"title": "Arteries"}, "S", "says little"),
        ({"why": None}, "S", "why it matters"),
        ({"lead": None}, "S", "Nobody leads"),
        ({"supports": None}, "R", "no objective"),
        ({"supports": "gone"}, "R", "no objective"),
        ({"due": None}, "T", "no date"),
        ({"due": "2026-01-31"}, "T", "has passed"),
    ],
)
def test_what_is_missing_is_told(fields: dict[str, Any], letter: str, words: str) -> None:
    found = complete(**fields)
    assert words in found[letter]
    assert [text for other, text in found.items() if text and other != letter] == []


@pytest.mark.parametrize(
    ("fields", "letter", "words"),
    [
        ({"target": None}, "M", "no target"),
        ({"definition": None}, "M", "no definition"),
        ({"values": {}, "baseline_value": None}, "M", "no baseline"),
        ({"target_date": "2027-12"}, "T", "after the goal"),
    ],
)
def test_measures_are_looked_at(fields: dict[str, Any], letter: str, words: str) -> None:
    measure: Measure = replace(MEASURE, **fields)
    assert words in hints(GOAL, measure)[letter]


def test_a_target_beyond_the_process_is_told() -> None:
    measure = replace(a_measure(*[50, 52] * 8, target=Decimal(30)), definition="Minutes")
    assert "out of reach" in hints(GOAL, measure)["A"]


def test_nothing_measured_and_nothing_done_is_told() -> None:
    found = hints(GOAL)
    assert "Nothing measures" in found["M"]
    assert "No initiative" in found["A"]


def test_every_goal_of_the_example_is_read() -> None:
    book = example_book()
    for goal in book.all(Goal):
        assert [hint.letter for hint in smart_hints(book, goal)] == list(LETTERS)
