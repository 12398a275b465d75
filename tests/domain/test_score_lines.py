"""The scorecard's lines: what changed since the review, what is found, and under which heading."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.check_ins import Confidence
from dyad_desktop.domain.goals import CheckIn, Goal, Measure, Occurrence
from dyad_desktop.domain.measure_words import signal_words
from dyad_desktop.domain.meetings import Meeting
from dyad_desktop.domain.observed import Observation
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.schema import Entity
from dyad_desktop.domain.score_lines import (
    GROUPINGS,
    ScoreLine,
    grouped,
    last_review,
    made_on,
    matching,
    score_lines,
    value_at,
)
from tests.domain.example import example_book
from tests.domain.test_measuring import a_measure, charted

PRIYA, MARCUS = Partner(id="A", name="Priya"), Partner(id="B", name="Marcus")
SAFE = Goal(id="G", title="Safe", domain="quality", lead="A", order="a")
QUICK = Goal(id="H", title="Quick", order="b")


def a_book() -> Book:
    good = replace(a_measure(*[50, 52] * 7), id="M1", title="Waits", order="a")
    bad = replace(a_measure(*[50, 52] * 7, 90), id="M2", title="Falls", goal="H", order="b")
    said = CheckIn(
        id="C", goal="G", date="2026-01-31", status="on_track", confidence={"A": 8, "B": None}
    )
    review = Meeting(id="T", date="2026-02-15")
    return Book.of([PRIYA, MARCUS, SAFE, QUICK, good, bad, said, review])


def titles(lines: list[ScoreLine]) -> list[str]:
    return [line.measure.title for line in lines]


def test_a_line_has_the_change_since_the_partners_met() -> None:
    waits, falls = score_lines(a_book())
    assert last_review(a_book()) == "2026-02-15"
    assert (waits.reviewed and waits.reviewed.period) == "2026-01"
    assert falls.change.better is False
    assert falls.change.previous is not None
    assert falls.change.previous.value == 50
    assert waits.confidence == {"A": Confidence(8, "2026-01-31")}
    assert waits.lead == PRIYA
    assert falls.lead is None


def test_a_measure_made_after_the_review_has_not_changed_since() -> None:
    # 30 November 2026 and 1 January 2026: the first 48 bits are the milliseconds.
    later, before = "01a22aea-3f6c-758e-9460-9a61346eaf58", "019b76da-a800-7000-8000-000000000000"
    assert (made_on(later), made_on(before), made_on("M1.1")) == ("2026-11-30", "2026-01-01", "")
    assert made_on("6fa459ea-ee8a-4ca4-894e-db77e160355e") == ""  # says nothing of its time
    book = a_book()
    for name, known in ((later, False), (before, True)):
        made = replace(a_measure(*[50, 52] * 7, 90), id=name, order="c")
        lines = score_lines(book.with_entities([(("measure", name), made)]))
        line = next(one for one in lines if one.measure.id == name)
        assert (line.reviewed is not None) == known


@pytest.mark.parametrize(
    ("as_of", "review"),
    [
        ("", "2026-12-15"),
        ("2026-11-30", "2026-02-15"),
        ("2026-12-15", "2026-12-15"),
        ("2025-12-15", ""),
    ],
)
def test_a_meeting_to_come_is_no_review(as_of: str, review: str) -> None:
    meetings = [Meeting(id="T", date="2026-02-15"), Meeting(id="U", date="2026-12-15")]
    whole = Partnership(id="partnership", as_of=as_of)
    assert last_review(Book.of([*meetings, whole])) == review
    assert last_review(Book.of(meetings)) == "2026-12-15"


def known(measure: Measure, day: str, *others: Entity) -> float | None:
    found = value_at(charted(measure, *others), day)
    return None if found is None else float(found.value)


@pytest.mark.parametrize(
    ("day", "value"),
    [("2025-01-31", None), ("2025-02-01", 5), ("2025-02-28", 5), ("2025-12-01", 6), ("", None)],
)
def test_only_periods_that_were_over_count_at_a_review(day: str, value: float | None) -> None:
    assert known(a_measure(5, 6, None), day) == value


def test_a_value_that_comes_late_was_not_known_at_the_review() -> None:
    late = a_measure(5, 6, 7, lag_days=60)
    assert known(late, "2025-05-10") == 6
    assert known(late, "2025-06-01") == 7


def test_a_quarter_is_over_after_its_third_month() -> None:
    measure = a_measure(frequency="quarterly")
    values = {"2025-01": Decimal(5), "2025-04": Decimal(6)}
    measure = replace(measure, values=values)
    assert known(measure, "2025-06-15") == 5
    assert known(measure, "2025-07-01") == 6


def test_the_last_wait_before_the_review_was_known() -> None:
    days = ("2026-01-01", "2026-01-11", "2026-02-20")
    events = [Occurrence(id=f"E{n}", measure="M", date=day) for n, day in enumerate(days)]
    assert known(a_measure(chart="t"), "2026-02-15", *events) == 10


def test_a_measure_without_a_new_value_says_so() -> None:
    book = a_book()
    waits, falls = score_lines(
        book.with_entities([(("meeting", "T"), Meeting("T", date="2027-01-01"))])
    )
    assert (waits.renewed, falls.renewed) == (False, False)
    waits, falls = score_lines(book)
    assert (waits.renewed, falls.renewed) == (True, True)


@pytest.mark.parametrize(
    ("text", "states", "found"),
    [
        ("", (), ["Waits", "Falls"]),
        ("fal", (), ["Falls"]),
        ("QUALITY", (), ["Waits"]),
        ("quick", (), ["Falls"]),
        ("", ("off_track",), ["Falls"]),
        ("", ("on_track", "off_track"), ["Waits", "Falls"]),
        ("", ("special",), ["Falls"]),
        ("nothing", (), []),
    ],
)
def test_lines_are_found_by_words_and_state(
    text: str, states: tuple[str, ...], found: list[str]
) -> None:
    assert titles(list(matching(score_lines(a_book()), text, frozenset(states)))) == found


@pytest.mark.parametrize(
    ("by", "headings"),
    [
        ("goal", ["Safe", "Quick"]),
        ("pillar", ["Quality", "No pillar"]),
        ("status", ["Off track", "On track"]),
        ("lead", ["Priya", "Nobody leads"]),
    ],
)
def test_lines_stand_under_headings(by: str, headings: list[str]) -> None:
    groups = grouped(score_lines(a_book()), by)
    assert [group.title for group in groups] == headings
    assert sum(len(group.lines) for group in groups) == 2


def test_a_heading_says_the_state_of_all_whichever_are_shown() -> None:
    good = replace(a_measure(50, 52), id="M1", title="Waits", target=Decimal(60), order="a")
    bad = replace(a_measure(50, 72), id="M2", title="Falls", target=Decimal(60), order="b")
    lines = score_lines(Book.of([PRIYA, SAFE, good, bad]))
    [shown] = grouped(list(matching(lines, "waits", frozenset())), "goal", lines)
    assert titles(list(shown.lines)) == ["Waits"]
    assert shown.status == "off_track"


def test_a_value_without_a_target_is_not_the_same_as_no_value() -> None:
    bare = replace(a_measure(50, 52), id="M1", title="Waits", target=None, order="a")
    empty = replace(a_measure(None), id="M2", title="Falls", order="b")
    lines = score_lines(Book.of([PRIYA, SAFE, bare, empty]))
    assert [line.reading.shown for line in lines] == ["no_target", "no_data"]
    assert [group.title for group in grouped(lines, "status")] == ["No target", "No data"]
    assert titles(list(matching(lines, "", frozenset({"no_target"})))) == ["Waits"]
    assert grouped(lines, "goal")[0].status == "no_target"


@pytest.mark.parametrize(
    ("values", "signal", "special"),
    [
        ([50, 52, 50, 52, 50, 52, *[40] * 6], "run_better", True),
        ([50, 52, 50, 52, 50, 52, *[70] * 6], "run_worse", True),
        ([50, 52] * 6, "run_none", False),
        ([50, 52], "", False),
    ],
)
def test_a_run_chart_says_the_same_in_every_place(
    values: list[float],
    signal: str,
    special: bool,  # noqa: FBT001
) -> None:
    book = Book.of([PRIYA, MARCUS, SAFE, a_measure(*values, chart="run")])
    [line] = score_lines(book)
    assert (line.signal, line.special) == (signal, special)
    assert len(list(matching([line], "", frozenset({"special"})))) == special
    if signal:
        said = signal_words(line.chart).rpartition(": ")[2]
        assert said in {"improving", "worsening", "no shift or trend now"}


def test_every_measure_of_the_example_has_its_line_in_every_grouping() -> None:
    book = example_book()
    lines = score_lines(book)
    assert len(lines) == len(book.all(Measure))
    for by in GROUPINGS:
        assert sorted(
            line.measure.id for group in grouped(lines, by) for line in group.lines
        ) == sorted(line.measure.id for line in lines)
    assert all(isinstance(line.reading.target, Decimal | None) for line in lines)


def test_a_measure_of_rare_events_has_the_last_wait_as_its_value() -> None:
    days = ("2026-01-01", "2026-01-11", "2026-02-20")
    events = [Occurrence(id=f"E{n}", measure="M", date=day) for n, day in enumerate(days)]
    measure = a_measure(chart="t", direction="up", target=Decimal(30), unit="days")
    book = Book.of([PRIYA, MARCUS, SAFE, measure, *events])
    [line] = score_lines(book)
    assert line.reading.latest == Observation("2026-02-20", Decimal(40))
    assert line.reading.previous is not None
    assert line.reading.previous.value == 10
    assert line.reading.status == "on_track"


def test_two_events_of_one_day_are_two_readings() -> None:
    days = ("2026-01-01", "2026-01-11", "2026-01-11")
    events = [Occurrence(id=f"E{n}", measure="M", date=day) for n, day in enumerate(days)]
    measure = a_measure(chart="t", direction="up", target=Decimal(30), unit="days")
    [line] = score_lines(Book.of([PRIYA, MARCUS, SAFE, measure, *events]))
    assert line.reading.latest == Observation("2026-01-11", Decimal(0))
    assert line.reading.previous == Observation("2026-01-11", Decimal(10))
