"""How initiatives stand: progress, what is next, how far they slip, what they yield."""

from collections.abc import Mapping
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import days_between
from dyad_desktop.domain.initiatives import Benefit, Initiative, Milestone, Risk
from dyad_desktop.domain.money import round_quotient
from dyad_desktop.domain.schedule import Plan, Scheduled

WEEK = 7
HIGH, MEDIUM = 12, 6
"""Scores of a risk from which it is called high, medium."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One initiative at a glance. Money in minor units; ``slip`` in calendar days, later is positive."""

    initiative: Initiative
    plan: Plan | None
    problem: str
    percent: int
    done: int
    count: int
    next: tuple[Milestone, Scheduled] | None
    finish: str | None
    baseline: str | None
    slip: int | None
    annual_value: int
    realised: int


def summarise(
    book: Book, initiative: Initiative, plans: Mapping[str, Plan], problems: Mapping[str, str]
) -> Summary:
    """Return how an initiative stands."""
    milestones = book.children(Milestone, initiative.id)
    plan = plans.get(initiative.id)
    benefits = book.children(Benefit, initiative.id)
    finish = plan.forecast_finish if plan else None
    baseline = baseline_finish(book, initiative.id)
    return Summary(
        initiative=initiative,
        plan=plan,
        problem=problems.get(initiative.id, ""),
        percent=progress(milestones),
        done=sum(one.status == "done" for one in milestones),
        count=len(milestones),
        next=_next(milestones, plan) if plan else None,
        finish=finish,
        baseline=baseline,
        slip=days_between(baseline, finish) if baseline and finish else None,
        annual_value=sum(one.annual_value or 0 for one in benefits),
        realised=sum(one.realised_to_date or 0 for one in benefits),
    )


def baseline_finish(book: Book, initiative: str) -> str | None:
    """Return the last day of an initiative's kept baseline."""
    dates = (one.baseline_finish for one in book.children(Milestone, initiative))
    return max((day for day in dates if day), default=None)


def progress(milestones: tuple[Milestone, ...]) -> int:
    """Return how much is done in percent, each milestone counting as long as it takes."""
    weights = [one.duration_workdays for one in milestones]
    if not any(weights):
        weights = [1] * len(milestones)
    whole = sum(weights)
    if not whole:
        return 0
    part = sum(w * one.percent for w, one in zip(weights, milestones, strict=True))
    return round_quotient(part, whole)


def _next(milestones: tuple[Milestone, ...], plan: Plan) -> tuple[Milestone, Scheduled] | None:
    waiting = [(one, plan.forecast[one.id]) for one in milestones if one.status != "done"]
    return min(waiting, key=lambda pair: (pair[1].finish, pair[1].start), default=None)


def slip_words(days: int | None) -> str:
    """Return a slip in words: days to two weeks, then whole weeks."""
    if days is None:
        return "no baseline"
    if days == 0:
        return "on its baseline"
    return f"{span_words(days)} {'later' if days > 0 else 'earlier'}"


def span_words(days: int) -> str:
    """Return a number of days in words, weeks from two weeks on."""
    count = abs(days)
    if count < 2 * WEEK:
        return f"{count} day{'s' if count != 1 else ''}"
    return f"{round_quotient(count, WEEK)} weeks"


def risk_score(risk: Risk) -> int | None:
    """Return probability times impact, 1 to 25; ``None`` until both are given."""
    if risk.probability is None or risk.impact is None:
        return None
    return risk.probability * risk.impact


def risk_word(score: int | None) -> str:
    """Return what a score is called."""
    if score is None:
        return "not rated"
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"
