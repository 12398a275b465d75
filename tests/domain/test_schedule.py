"""The schedule against one that walks the calendar day by day."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.initiatives import Dependency, Initiative, Milestone
from dyad_desktop.domain.schedule import Plan, plan_all, plan_initiative
from dyad_desktop.errors import BadInputError
from tests.domain.example import example_book

START = "2026-03-02"


def a_plan(*milestones: Milestone, links: Mapping[str, str] | None = None) -> Plan:
    """Links are ``{"b": "a FS 2"}``: b waits for a."""
    rows = [Initiative(id="I", start=START), *milestones]
    for number, (key, link) in enumerate((links or {}).items()):
        ref, kind, lag = link.split()
        rows.append(
            Dependency(id=f"d{number}", milestone=key[0], ref=ref, type=kind, lag_workdays=int(lag))
        )
    return plan_initiative(Book.of(rows), "I")


def a_task(key: str, days: int, not_before: str | None = None) -> Milestone:
    return Milestone(
        id=key, order=key, initiative="I", duration_workdays=days, not_before=not_before
    )


@pytest.mark.parametrize("milestone", example_book().all(Milestone), ids=lambda one: one.id)
def test_the_dates_of_the_example_come_out(milestone: Milestone) -> None:
    plan = plan_initiative(example_book(), milestone.initiative)
    forecast, baseline = plan.forecast[milestone.id], plan.baseline[milestone.id]
    assert (forecast.start, forecast.finish) == (
        milestone.forecast_start, milestone.forecast_finish,
    )  # fmt: skip
    assert (baseline.start, baseline.finish) == (
        milestone.baseline_start, milestone.baseline_finish,
    )  # fmt: skip


def test_a_task_follows_on_the_next_workday_and_a_point_on_the_same() -> None:
    plan = a_plan(
        a_task("a", 5), a_task("b", 0), a_task("c", 2), links={"b": "a FS 0", "c": "b FS 0"}
    )
    assert (plan.forecast["a"].start, plan.forecast["a"].finish) == (START, "2026-03-06")
    assert plan.forecast["b"].start == plan.forecast["b"].finish == "2026-03-06"
    assert (plan.forecast["c"].start, plan.forecast["c"].finish) == ("2026-03-09", "2026-03-10")
    assert plan.critical == ("a", "b", "c")
    assert plan.forecast_finish == "2026-03-10"


def test_a_lag_counts_workdays_and_may_be_negative() -> None:
    plan = a_plan(
        a_task("a", 5), a_task("b", 1), a_task("c", 1), links={"b": "a SS 3", "c": "a FS -2"}
    )
    assert plan.forecast["b"].start == "2026-03-05"
    assert plan.forecast["c"].start == "2026-03-05"


def test_slack_is_measured_to_the_initiative_s_own_end() -> None:
    plan = a_plan(a_task("a", 10), a_task("b", 3), a_task("c", 1), links={"c": "b FS 1"})
    assert {key: row.slack_workdays for key, row in plan.forecast.items()} == {
        "a": 0, "b": 5, "c": 5,
    }  # fmt: skip
    assert plan.critical == ("a",)


def test_a_day_that_must_be_waited_for_leaves_earlier_work_with_slack() -> None:
    plan = a_plan(a_task("a", 5), a_task("b", 0, "2026-03-14"), links={"b": "a FS 0"})
    assert plan.forecast["b"].start == "2026-03-16"
    assert plan.critical == ("b",)


def test_links_to_other_initiatives_are_left_out() -> None:
    plan = a_plan(a_task("a", 1), links={"a": "elsewhere FS 90"})
    assert plan.forecast["a"].start == START


def test_a_plan_without_a_kept_baseline_measures_against_itself() -> None:
    plan = a_plan(a_task("a", 3))
    assert plan.baseline == plan.forecast


def test_an_initiative_without_milestones_ends_nowhere() -> None:
    plan = a_plan()
    assert (plan.forecast_finish, plan.baseline_finish, plan.critical) == (None, None, ())


def test_a_circle_is_named_and_leaves_the_other_plans() -> None:
    with pytest.raises(BadInputError, match="a → b → a"):
        a_plan(a_task("a", 1), a_task("b", 1), links={"a": "b FS 0", "b": "a FS 0"})
    circle = Dependency(id="x", milestone="I1.1", ref="I1.3")
    book = example_book().with_entities([(("dependency", "x"), circle)])
    plans, problems = plan_all(book)
    assert set(plans) == {"I2", "I3", "I4", "I5", "I6", "I7"}
    assert problems == {
        "I1": "milestones wait for each other in a circle: I1.1 → I1.3 → I1.2 → I1.1"
    }


def test_a_plan_must_have_a_start_and_stay_in_the_calendar() -> None:
    with pytest.raises(BadInputError, match="no start"):
        plan_initiative(Book.of([Initiative(id="I")]), "I")
    with pytest.raises(BadInputError, match="calendar"):
        a_plan(a_task("a", 10_000_000))


# ---- an oracle that walks the calendar ----------------------------------------------------------


def roll(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def walk(day: date, workdays: int) -> date:
    step = timedelta(days=1 if workdays > 0 else -1)
    for _ in range(abs(workdays)):
        day += step
        while day.weekday() > 4:
            day += step
    return day


Span = tuple[date, date]


def by_calendar(
    tasks: list[Milestone], links: list[Dependency], late: Mapping[str, int]
) -> dict[str, Span]:
    """Plan tasks that are listed after what they wait for, some started late on purpose."""
    spans: dict[str, Span] = {}
    for task in tasks:
        own = [link for link in links if link.milestone == task.id]
        starts = [] if own else [roll(date.fromisoformat(START))]
        if task.not_before:
            starts.append(roll(date.fromisoformat(task.not_before)))
        for link in own:
            start, finish = spans[link.ref]
            point = start if link.type == "SS" else finish
            after = link.type == "FS" and task.duration_workdays > 0
            starts.append(walk(point, link.lag_workdays + after))
        begin = walk(max(starts), late.get(task.id, 0))
        spans[task.id] = begin, walk(begin, max(task.duration_workdays - 1, 0))
    return spans


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Milestone], list[Dependency]]:
    keys = "abcdefg"[: draw(st.integers(1, 7))]
    days = st.dates(date(2026, 2, 1), date(2026, 5, 1)).map(date.isoformat)
    tasks = [a_task(key, draw(st.integers(0, 15)), draw(st.none() | days)) for key in keys]
    links: list[Dependency] = []
    for place, key in enumerate(keys):
        for ref in draw(st.lists(st.sampled_from(keys[:place]), max_size=3)) if place else ():
            kind, lag = draw(st.sampled_from(["FS", "SS"])), draw(st.integers(-6, 12))
            links.append(
                Dependency(id=f"d{len(links)}", milestone=key, ref=ref, type=kind, lag_workdays=lag)
            )
    return tasks, links


@settings(deadline=None)
@given(networks())
def test_the_schedule_agrees_with_the_calendar(
    network: tuple[list[Milestone], list[Dependency]],
) -> None:
    tasks, links = network
    plan = plan_initiative(Book.of([Initiative(id="I", start=START), *tasks, *links]), "I")
    spans = by_calendar(tasks, links, {})
    for key, (start, finish) in spans.items():
        found = plan.forecast[key]
        assert (found.start, found.finish) == (start.isoformat(), finish.isoformat())
    end = max(finish for _start, finish in spans.values())
    assert plan.forecast_finish == end.isoformat()
    for key, row in plan.forecast.items():
        for late, moves in ((row.slack_workdays, False), (row.slack_workdays + 1, True)):
            delayed = by_calendar(tasks, links, {key: late})
            assert (max(finish for _start, finish in delayed.values()) > end) == moves
        assert row.critical == (row.slack_workdays == 0)
