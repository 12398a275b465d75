"""What the Gantt shows: a row for each initiative and milestone, and the links between them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.fiscal import workday_index
from dyad_desktop.domain.initiatives import Dependency, Initiative, Milestone, Risk
from dyad_desktop.domain.schedule import Plan
from dyad_desktop.services.initiative_summary import slip_words, summarise
from dyad_desktop.ui import format as show

WEEK = 7
_SHORT_ID = 8


def marks_of(risks: Sequence[Risk]) -> dict[str, str]:
    """Return by id what a risk is called in list and map: its id, or its number where the id is long."""
    return {
        one.id: one.id if len(one.id) <= _SHORT_ID else f"R{n}" for n, one in enumerate(risks, 1)
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: days are workday numbers, ``None`` where nothing is planned or kept."""

    key: Key
    title: str
    status: str
    start: int | None
    finish: int | None
    base: tuple[int, int] | None
    percent: int
    point: bool = False
    critical: bool = False
    owner: str | None = None
    slip: int | None = None
    dates: str = ""
    folded: bool = False
    said: str = ""

    @property
    def is_initiative(self) -> bool:
        """Return whether the row heads milestones."""
        return self.key[0] == "initiative"


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from a milestone to one that waits for it; ``across`` when it leaves the initiative."""

    before: str
    after: str
    type: str
    across: bool
    critical: bool


def bars_of(
    book: Book, plans: Mapping[str, Plan], problems: Mapping[str, str], folded: Collection[str]
) -> list[Bar]:
    """Return the rows from top to bottom; a folded initiative has no rows beneath it."""
    bars: list[Bar] = []
    for initiative in book.all(Initiative):
        bars.append(_head(book, initiative, plans, problems, folded=initiative.id in folded))
        if initiative.id not in folded:
            plan = plans.get(initiative.id)
            bars += [_bar(book, one, plan) for one in book.children(Milestone, initiative.id)]
    return bars


def _head(
    book: Book, initiative: Initiative, plans: Mapping[str, Plan], problems: Mapping[str, str], *, folded: bool
) -> Bar:  # fmt: skip
    found = summarise(book, initiative, plans, problems)
    starts = [row.start for row in found.plan.forecast.values()] if found.plan else []
    kept = [one for one in book.children(Milestone, initiative.id) if one.baseline_start]
    base_start = min((one.baseline_start for one in kept if one.baseline_start), default=None)
    said = found.problem or (
        f"{found.percent} % done, finishes {show.day(found.finish)}, {slip_words(found.slip)}"
    )
    return Bar(
        key=("initiative", initiative.id),
        title=initiative.title,
        status=initiative.status,
        start=workday_index(min(starts)) if starts else None,
        finish=workday_index(found.finish) if found.finish else None,
        base=_span(base_start, found.baseline),
        percent=found.percent,
        slip=found.slip,
        dates=show.day(found.finish) if found.finish else "",
        folded=folded,
        said=f"{initiative.title}: {said}",
    )


def _bar(book: Book, milestone: Milestone, plan: Plan | None) -> Bar:
    row = plan.forecast.get(milestone.id) if plan else None
    start, finish = (
        (row.start, row.finish) if row else (milestone.forecast_start, milestone.forecast_finish)
    )
    base = _span(milestone.baseline_start, milestone.baseline_finish)
    end = workday_index(finish) if finish else None
    critical = bool(row and row.critical)
    words = [
        f"{show.day(start)} to {show.day(finish)}" if start != finish else show.day(finish),
        show.words(milestone.status),
        f"{milestone.percent} %",
        show.partner_name(book, milestone.owner),
        *(["on the critical path"] if critical else []),
    ]
    return Bar(
        key=("milestone", milestone.id),
        title=milestone.title,
        status=milestone.status,
        start=workday_index(start) if start else None,
        finish=end,
        base=base,
        percent=milestone.percent,
        point=milestone.duration_workdays == 0,
        critical=critical,
        owner=milestone.owner,
        slip=end - base[1] if end is not None and base else None,
        dates=show.day(finish) if finish else "",
        said=f"{milestone.title}: {', '.join(words)}",
    )


def _span(start: str | None, finish: str | None) -> tuple[int, int] | None:
    return (workday_index(start), workday_index(finish)) if start and finish else None


def links_of(book: Book, plans: Mapping[str, Plan]) -> list[Link]:
    """Return every dependency between milestones that are there."""
    links = []
    for dependency in book.all(Dependency):
        after = book.get(Milestone, dependency.milestone)
        before = book.get(Milestone, dependency.ref)
        if after is None or before is None:
            continue
        plan = plans.get(after.initiative)
        both = plan is not None and {after.id, before.id} <= set(plan.critical)
        across = after.initiative != before.initiative
        links.append(Link(before.id, after.id, dependency.type, across, both and not across))
    return links


def sentence(
    book: Book, plans: Mapping[str, Plan], problems: Mapping[str, str], chosen: str = ""
) -> str:
    """Return what the Gantt says: of the chosen initiative, else of the one that slips most."""
    if problems:
        first = next(iter(problems))
        return f"{book.label('initiative', first)} can't be planned: {problems[first]}."
    found = [summarise(book, one, plans, problems) for one in book.all(Initiative)]
    slips = sorted((one for one in found if (one.slip or 0) > 0), key=lambda one: -(one.slip or 0))
    about = next((one for one in found if one.initiative.id == chosen), None)
    if about is None:
        if not slips:
            return "No initiative slips against its baseline."
        about = slips[0]
    head = f"{about.initiative.title} {_slips(about.slip)}"
    lead = f"{len(slips)} of {len(found)} slip. " if not chosen and len(slips) > 1 else ""
    critical = _critical(book, about.plan)
    return f"{lead}{head}{f'; critical: {critical}' if critical else ''}."


def _slips(days: int | None) -> str:
    if days is None:
        return "has no baseline yet"
    if days == 0:
        return "is on its baseline"
    return f"is {slip_words(days)} than its baseline"


def _critical(book: Book, plan: Plan | None) -> str:
    """Return what is still to be done on the critical path, at most three names."""
    names = [
        one.title[:1].lower() + one.title[1:] if one.title[1:2].islower() else one.title
        for key in (plan.critical if plan else ())
        if (one := book.need(Milestone, key)).status != "done"
    ]
    more = f"; and {len(names) - 3} more" if len(names) > 3 else ""
    return "; ".join(names[:3]) + more


def home_of(book: Book, key: Key | None) -> str:
    """Return the id of the initiative that a thing is or belongs to; empty when there is none."""
    entity = book.entity(*key) if key else None
    if isinstance(entity, Initiative):
        return entity.id
    return str(getattr(entity, "initiative", ""))
