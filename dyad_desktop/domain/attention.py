"""Home's rules: what needs the two of you, most pressing first.

Each notice is about one thing, and a thing has one notice in a group: a goal that its own measures
already speak for is not listed again, nor a milestone that only follows a slipping one.
"""

from collections.abc import Iterator, Mapping

from dyad_desktop.domain.attention_due import due_notices
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, unplanned
from dyad_desktop.domain.check_ins import latest_check_in, said_of
from dyad_desktop.domain.explaining import moved_words, unexplained, waits_words
from dyad_desktop.domain.fiscal import day_label, days_between
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.initiatives import Initiative, Milestone
from dyad_desktop.domain.measure_ahead import level_text
from dyad_desktop.domain.measure_words import BY_OLD, signal_words
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.notice import OFF_PATH, SETTLE, WAITING, Notice, Weight
from dyad_desktop.domain.operating import PRIOR, OperatingLine
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.redefining import Redefined, question
from dyad_desktop.domain.schedule import Plan
from dyad_desktop.domain.scorecard import (
    AT_RISK,
    NO_DATA,
    OFF_TRACK,
    ON_TRACK,
    read_of,
    worst,
)
from dyad_desktop.domain.uncounted import uncounted_growth
from dyad_desktop.domain.unsettled import unsettled_of

__all__ = ["Notice", "attention", "goal_status"]

MOST_LINES = 100
"""So many lines that wait are listed by name; the rest is counted."""
NEEDS = (AT_RISK, OFF_TRACK)
SAYS = {ON_TRACK: "on track", AT_RISK: "at risk", OFF_TRACK: "off track"}


def attention(
    book: Book,
    budget: Budget,
    plans: Mapping[str, Plan],
    today: str,
    redefined: Mapping[str, Redefined] | None = None,
) -> tuple[Notice, ...]:
    """Return what needs the partners on a day, in order of weight.

    Args:
        book: the partnership.
        budget: of the draft whose lines are compared with actuals.
        plans: by initiative; one that is missing is left out.
        today: ISO date.
        redefined: measures whose definition changed after their first value, with no answer yet.

    Raises:
        BadInputError: when no fiscal year is set, or ``today`` is not a date.
    """
    notices = [
        *_measures(book),
        *_goals(book),
        *_lines(book, budget),
        *_milestones(book, plans, today),
        *due_notices(book, today),
        *_redefined(book, redefined or {}),
    ]
    return tuple(sorted(notices, key=_place))


def _place(notice: Notice) -> tuple[int, str, str]:
    """Return what notices are ordered by; lines that wait stay as they come, the largest move first."""
    name = "" if notice.weight in (Weight.LINE, Weight.LINE_WAITS) else notice.id
    return -notice.weight, notice.kind, name


def goal_status(book: Book, goal_id: str) -> str:
    """Return the colour that the rule gives a goal: that of its worst measure, as a word."""
    return worst([read_of(book, measure).status for measure in book.children(Measure, goal_id)])


def _live(book: Book, goal_id: str) -> bool:
    said = latest_check_in(book, goal_id)
    return said is None or said.status not in ("achieved", "dropped")


def _measures(book: Book) -> Iterator[Notice]:
    for goal in book.all(Goal):
        for measure in book.children(Measure, goal.id) if _live(book, goal.id) else ():
            reading = read_of(book, measure)
            target, status = reading.target, reading.status
            if reading.latest is None or target is None or status not in NEEDS:
                continue
            now, wanted = reading.told, level_text(reading.measure, target)
            chart = chart_of(book, measure)
            words = signal_words(chart)
            aged = BY_OLD if unsettled_of(chart) is not None else ""
            yield Notice(
                group=OFF_PATH,
                status=status,
                title=f"{measure.title}: {now}, {wanted}",
                detail=words[0].upper() + words[1:] + aged,
                who=goal.lead,
                kind="measure",
                id=measure.id,
                weight=_measure_weight(status, words + aged),
            )


def _redefined(book: Book, redefined: Mapping[str, Redefined]) -> Iterator[Notice]:
    """Give measures whose limits may have to start anew."""
    for measure_id, found in redefined.items():
        title = f"{book.label('measure', measure_id)}: defined anew; new limits?"
        yield Notice(
            WAITING,
            WAITING,
            title,
            question(book, found),
            None,
            "measure",
            measure_id,
            Weight.LIMITS,
        )


def _measure_weight(status: str, words: str) -> Weight:
    if status == OFF_TRACK:
        return Weight.MEASURE_OFF
    return Weight.MEASURE_IMPROVES if words.endswith("improving") else Weight.MEASURE_RISK


def _goals(book: Book) -> Iterator[Notice]:
    """Give goals that the partners see apart, or judge fine while a measure is not, or the other way round.

    Between at risk and off track the pair may differ from the rule without being asked again; a
    goal at risk whose measures say so too is already spoken for by them.
    """
    for goal in book.all(Goal):
        said, rule = latest_check_in(book, goal.id), goal_status(book, goal.id)
        apart = _apart(book, goal)
        if apart:
            measured = f"; its measures: {SAYS[rule]}" if rule in SAYS else ""
            words = f"You see it apart. {apart}{measured}"
            status = rule if rule in SAYS else AT_RISK
            yield _goal_notice(goal, SETTLE, status, goal.title, words)
            continue
        if said is None or said.status not in SAYS:
            continue
        if rule != NO_DATA and (rule == ON_TRACK) != (said.status == ON_TRACK):
            detail = (
                f"{_whose(book, goal)} judgement: {SAYS[said.status]}; its measures: {SAYS[rule]}"
            )
            yield _goal_notice(goal, SETTLE, rule, goal.title, detail)
        elif said.status in NEEDS and rule == NO_DATA:
            title = f"{goal.title}: {SAYS[said.status]}"
            yield _goal_notice(goal, OFF_PATH, said.status, title, said.note or "")


def _apart(book: Book, goal: Goal) -> str:
    """Return what each partner says of a goal, and how sure each is, where they said different things on one day."""
    said = said_of(book, goal.id)
    now = said.now if said is not None else {}
    if said is None or len(set(now.values())) < 2:
        return ""
    sure = {who: given.mark for who, given in said.confidence.items() if given.day == said.day}
    return "; ".join(
        f"{book.need(Partner, who).first_name}: {SAYS.get(word, word)}"
        + (f" ({sure[who]})" if who in sure else "")
        for who, word in now.items()
    )


def _whose(book: Book, goal: Goal) -> str:
    """Return whose judgement a goal's latest check-in is: that of both, or of the one who spoke."""
    said = said_of(book, goal.id)
    now = {who for who, status in said.now.items() if status == said.latest.status} if said else ()
    if said is None or len(now) != 1 or len(said.partners) == 1:
        return "Your"
    return f"{book.need(Partner, next(iter(now))).first_name}’s"


def _goal_notice(goal: Goal, group: str, status: str, title: str, detail: str) -> Notice:
    weight = Weight.GOAL_DIFFERS if group == SETTLE else Weight.GOAL
    return Notice(group, status, title, detail, goal.lead, "goal", goal.id, weight)


def _lines(book: Book, budget: Budget) -> Iterator[Notice]:
    """Give lines that count as nothing or without their growth, and those that wait for an explanation."""
    bare_lines = {one.line_id: one for one in unplanned(budget)}
    for bare in list(bare_lines.values())[:MOST_LINES]:
        title = f"{book.label('operating_line', bare.line_id)} counts as nothing"
        yield _line_notice(bare.line_id, title, f"Its plan lacks something: {bare.problem}")
    lost = uncounted_growth(budget)
    for line, words in list(lost.items())[:MOST_LINES]:
        title = f"{book.label('operating_line', line)} counts without its growth"
        detail = f"{words}; say in its plan which is meant"
        yield Notice(SETTLE, AT_RISK, title, detail, None, "operating_line", line, Weight.UNCOUNTED)
    told = {*bare_lines, *lost}
    waiting = [one for one in unexplained(book, budget) if one.line not in told]
    for moved in waiting[:MOST_LINES]:
        name = book.need(OperatingLine, moved.line).name
        detail = waits_words(book, moved, budget.lines[moved.line].total)
        title = f"{name}: {moved_words(book, moved)}"
        yield _line_notice(moved.line, title, detail, waits=moved.against == PRIOR)
    if len(waiting) > MOST_LINES:
        rest = waiting[MOST_LINES:]
        title = f"{len(rest):,} more lines wait for an explanation"
        yield _line_notice(rest[0].line, title, "Those above moved most", waits=True)


def _line_notice(line: str, title: str, detail: str, *, waits: bool = False) -> Notice:
    """Return a notice about a line: off the path in its actual months, or a plan that only waits for its reason."""
    if waits:
        return Notice(
            WAITING, WAITING, title, detail, None, "operating_line", line, Weight.LINE_WAITS
        )
    return Notice(OFF_PATH, OFF_TRACK, title, detail, None, "operating_line", line, Weight.LINE)


def _milestones(book: Book, plans: Mapping[str, Plan], today: str) -> Iterator[Notice]:
    for initiative in book.all(Initiative):
        plan = plans.get(initiative.id)
        if plan is None or initiative.phase == "closed":
            continue
        waiting = [one for one in book.children(Milestone, initiative.id) if one.status != "done"]
        late = [one for one in waiting if one.id in plan.forecast and _late(plan, one) < today]
        for milestone in late:
            yield _overdue(initiative, milestone, plan, today)
        slips = [(_slip(plan, one), one) for one in waiting if one.id in plan.forecast]
        slips = [(days, one) for days, one in slips if days > 0 and one not in late]
        if slips:
            days, milestone = max(slips, key=lambda slip: slip[0])
            yield _slipping(initiative, milestone, plan, days, len(slips) - 1)


def _late(plan: Plan, milestone: Milestone) -> str:
    return plan.forecast[milestone.id].finish


def _slip(plan: Plan, milestone: Milestone) -> int:
    return days_between(plan.baseline[milestone.id].finish, plan.forecast[milestone.id].finish)


def _overdue(initiative: Initiative, milestone: Milestone, plan: Plan, today: str) -> Notice:
    due = _late(plan, milestone)
    days = days_between(due, today)
    return Notice(
        group=OFF_PATH,
        status=OFF_TRACK,
        title=f"{milestone.title}: {_days(days)} overdue",
        detail=f"{initiative.title}; was to finish on {day_label(due)}",
        who=milestone.owner,
        kind="milestone",
        id=milestone.id,
        weight=Weight.MILESTONE_OVERDUE,
    )


def _slipping(
    initiative: Initiative, milestone: Milestone, plan: Plan, days: int, others: int
) -> Notice:
    row = plan.forecast[milestone.id]
    parts = [initiative.title, f"now {day_label(row.finish)}"]
    parts += ["critical path"] if row.critical else []
    parts += [f"{others} more slip" + ("s" if others == 1 else "")] if others else []
    return Notice(
        group=OFF_PATH,
        status=AT_RISK,
        title=f"{milestone.title} slips {_days(days)}",
        detail="; ".join(parts),
        who=milestone.owner,
        kind="milestone",
        id=milestone.id,
        weight=Weight.MILESTONE_CRITICAL if row.critical else Weight.MILESTONE_SLIPS,
    )


def _days(count: int) -> str:
    return f"{count:,} day" + ("" if count == 1 else "s")
