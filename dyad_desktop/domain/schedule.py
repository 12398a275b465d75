"""Earliest-start schedule and critical path of an initiative, forecast and baseline.

Rules (conventions of the workspace format): Monday to Friday, no holidays. A task of d > 0 workdays
occupies start … start + d − 1; a point (0) lies on one day. FS: a task starts on the next workday
after its predecessor's finish plus lag, a point lies on that finish plus lag. SS: start is the
predecessor's start plus lag. Start is the latest of its dependencies and ``not_before``, and of the
initiative's start when no dependency inside the initiative gives one. Links to other initiatives
are left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import date_of, workday_index
from dyad_desktop.domain.graph import in_order
from dyad_desktop.domain.initiatives import Dependency, Initiative, Milestone
from dyad_desktop.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A milestone's computed ISO dates, and how many workdays it can slip before the end does."""

    milestone_id: str
    start: str
    finish: str
    slack_workdays: int
    critical: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Both schedules of an initiative by milestone; finishes are ``None`` without milestones."""

    initiative_id: str
    forecast: Mapping[str, Scheduled]
    baseline: Mapping[str, Scheduled]
    forecast_finish: str | None
    baseline_finish: str | None
    critical: tuple[str, ...]
    """Milestones without slack in the forecast, in the pair's order."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A milestone in workday numbers, with the links to others of the same initiative."""

    milestone: Milestone
    links: Sequence[Dependency]
    floor: int
    """Earliest start apart from links."""


Durations = Callable[[Milestone], int]
IN_CIRCLE = "milestones wait for each other in a circle: "
"""How the sentence begins that tells a circle; its milestones follow, each waiting for the next."""


def plan_initiative(book: Book, initiative_id: str) -> Plan:
    """Return the schedule of one initiative.

    Raises:
        KeyError: when there is no such initiative.
        BadInputError: when milestones wait for each other in a circle (the arrow reads "waits
            for"), or a date leaves the calendar.
    """
    steps = _steps(book, book.need(Initiative, initiative_id))
    forecast = _schedule(steps, lambda milestone: milestone.duration_workdays)
    baseline = _schedule(steps, baseline_duration)
    return Plan(
        initiative_id=initiative_id,
        forecast=forecast,
        baseline=baseline,
        forecast_finish=_finish(forecast.values()),
        baseline_finish=_finish(baseline.values()),
        critical=tuple(
            milestone.id
            for milestone in book.children(Milestone, initiative_id)
            if forecast[milestone.id].critical
        ),
    )


def plan_all(book: Book) -> tuple[dict[str, Plan], dict[str, str]]:
    """Return the plans of all initiatives by id, and a sentence for each that can't be planned.

    Two partners' links, each fine alone, can close a circle when merged; other plans still stand.
    """
    plans: dict[str, Plan] = {}
    problems: dict[str, str] = {}
    for initiative in book.all(Initiative):
        try:
            plans[initiative.id] = plan_initiative(book, initiative.id)
        except BadInputError as error:
            problems[initiative.id] = error.reason
    return plans, problems


def links_within(book: Book, initiative_id: str) -> dict[str, list[Dependency]]:
    """Return, of each milestone of an initiative, its links to others of the same initiative."""
    rows = [milestone.id for milestone in book.children(Milestone, initiative_id)]
    known = set(rows)
    return {
        key: [link for link in book.children(Dependency, key) if link.ref in known] for key in rows
    }


def baseline_duration(milestone: Milestone) -> int:
    """Return the workdays first planned; the present ones when none were kept."""
    kept = milestone.baseline_duration_workdays
    return milestone.duration_workdays if kept is None else kept


def _finish(rows: Iterable[Scheduled]) -> str | None:
    return max((row.finish for row in rows), default=None)


def _steps(book: Book, initiative: Initiative) -> dict[str, _Step]:
    """Return the milestones, each after those it waits for."""
    rows = {milestone.id: milestone for milestone in book.children(Milestone, initiative.id)}
    links = links_within(book, initiative.id)
    needs = {key: [link.ref for link in found] for key, found in links.items()}
    order, circle = in_order(list(rows), needs)
    if circle:
        raise BadInputError(IN_CIRCLE + " → ".join(circle))
    if not initiative.start:
        raise BadInputError(f"initiative {initiative.id} has no start date yet")
    start = workday_index(initiative.start)
    return {
        key: _Step(rows[key], links[key], _floor(rows[key], links[key], start)) for key in order
    }


def _floor(milestone: Milestone, links: Sequence[Dependency], initiative_start: int) -> int:
    bounds = [] if links else [initiative_start]
    if milestone.not_before is not None:
        bounds.append(workday_index(milestone.not_before))
    return max(bounds, default=0)


def _schedule(steps: Mapping[str, _Step], duration: Durations) -> dict[str, Scheduled]:
    spans = _forward(steps, duration)
    latest = _backward(steps, spans, duration)
    rows = {}
    for key, (start, finish) in spans.items():
        slack = latest[key] - finish
        rows[key] = Scheduled(key, date_of(start), date_of(finish), slack, slack == 0)
    return rows


def _forward(steps: Mapping[str, _Step], duration: Durations) -> dict[str, tuple[int, int]]:
    """Return earliest start and finish of each milestone as workday numbers."""
    spans: dict[str, tuple[int, int]] = {}
    for key, step in steps.items():
        days = duration(step.milestone)
        start = max([step.floor, *(_pull(link, spans[link.ref], days) for link in step.links)])
        spans[key] = start, start + max(days - 1, 0)
    return spans


def _pull(link: Dependency, before: tuple[int, int], days: int) -> int:
    """Return the earliest start that a link allows."""
    start, finish = before
    return (start if link.type == "SS" else finish + (days > 0)) + link.lag_workdays


def _backward(
    steps: Mapping[str, _Step], spans: Mapping[str, tuple[int, int]], duration: Durations
) -> dict[str, int]:
    """Return the latest finish of each milestone that leaves the initiative's own end in place."""
    end = max((finish for _start, finish in spans.values()), default=0)
    latest = dict.fromkeys(steps, end)
    for key in reversed(list(steps)):
        days = duration(steps[key].milestone)
        latest_start = latest[key] - max(days - 1, 0)
        for link in steps[key].links:
            before, length = link.ref, spans[link.ref][1] - spans[link.ref][0]
            allowed = latest_start - link.lag_workdays
            allowed += length if link.type == "SS" else -(days > 0)
            latest[before] = min(latest[before], allowed)
    return latest
