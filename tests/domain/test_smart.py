"""Hints for each letter, one at a time."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Goal, Measure, Objective
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.measure_words import caption
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.reach import need_of, need_words, reach_of, untold_words
from dyad_desktop.domain.smart import LETTERS, smart_hints
from dyad_desktop.domain.spc import FAIL
from dyad_desktop.domain.unsettled import unsettled_of
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


def test_what_limits_rule_out_is_told_where_the_year_is_not_foretold() -> None:
    values = [50, 52] * 10
    values[14] = 80  # a special cause among the last twelve: the year's outlook waits
    measure = replace(a_measure(*values, target=Decimal(35)), definition="Minutes", title="Door")
    chart = chart_of(Book.of([WHOLE, GOAL, measure]), measure)
    assert reach_of(chart, 7) is None
    hint = hints(GOAL, measure)["A"]
    assert hint == "As it runs now, Door can't be expected to meet its target."
    assert "it can't be expected to meet the target" in caption(chart)
    assert untold_words(chart, 7).startswith(
        "As it runs now, it can't be expected to meet the target. Mar 2026 is special"
    )


MOVES = Initiative(id="I", title="One call", start="2026-01-01", goals=("G",))


def test_what_the_latest_values_gainsay_comes_last_and_as_the_chart_says_it() -> None:
    values = [50, 52] * 10
    values[14] = 34
    measure = replace(a_measure(*values, target=Decimal(35)), definition="Minutes", title="Door")
    chart = chart_of(Book.of([WHOLE, GOAL, measure]), measure)
    assert "though 1 of the last 12 months met it" in caption(chart)
    assert "No initiative" in hints(GOAL, measure)["A"]
    assert hints(GOAL, measure, MOVES)["A"] == (
        "Door: its limits lie beyond the target, though 1 of the last 12 months met it."
    )
    assert untold_words(chart, 7).startswith("Mar 2026 is special")


def test_a_year_that_takes_more_than_there_can_be_is_out_of_reach() -> None:
    values = [50, 52] * 10
    values[14] = 80
    measure = replace(
        a_measure(*values, target=Decimal(95), unit="%", direction="up"), definition="Share"
    )
    chart = chart_of(Book.of([WHOLE, GOAL, measure]), measure)
    need = need_of(chart, 7)
    assert need is not None
    assert "more than it can be" in need_words(chart, need)
    assert "out of reach" in hints(GOAL, measure)["A"]


def test_nothing_measured_and_nothing_done_is_told() -> None:
    found = hints(GOAL)
    assert "Nothing measures" in found["M"]
    assert "No initiative" in found["A"]


def test_every_goal_of_the_example_is_read() -> None:
    book = example_book()
    for goal in book.all(Goal):
        assert [hint.letter for hint in smart_hints(book, goal)] == list(LETTERS)


def test_a_goal_with_a_measure_that_never_meets_its_target_has_something_to_add() -> None:
    book = example_book()
    for goal in book.all(Goal):
        charts = [chart_of(book, one) for one in book.children(Measure, goal.id)]
        if any(chart.assurance == FAIL for chart in charts):
            assert {hint.letter: hint.text for hint in smart_hints(book, goal)}["A"]


def test_limits_that_the_level_has_moved_under_are_told_as_the_chart_tells_them() -> None:
    measure = replace(a_measure(*[60, 62] * 10, *[50, 51] * 6, target=Decimal(48)), title="Door")
    chart = chart_of(Book.of([WHOLE, GOAL, measure]), measure)
    assert (chart.assurance, unsettled_of(chart) is not None) == (FAIL, True)
    hint = hints(GOAL, measure, MOVES)["A"]
    assert hint.startswith("Door: the limits also hold the time before the shift since ")
    assert hint.removeprefix("Door: ") in caption(chart)
