"""What waits for an answer or a day: uncounted capital, decisions, pulse, scores, new limits, actions, the charter."""

from collections.abc import Iterator, Sequence

from dyad_desktop.domain.asked import asks
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.fiscal import (
    add_days,
    day_label,
    days_between,
    month_year_label,
    period_of,
)
from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.meetings import Action, Decision
from dyad_desktop.domain.notice import DUE, SETTLE, WAITING, Notice, Weight
from dyad_desktop.domain.partnership import Charter, Partner
from dyad_desktop.domain.pulse import PulseRound
from dyad_desktop.domain.ranking import divergent_criteria
from dyad_desktop.domain.rebase_words import apart_words
from dyad_desktop.domain.rebases import (
    agreed_before,
    agrees,
    clashes,
    deciders,
    in_force,
    parted,
    splits,
)
from dyad_desktop.domain.uncounted import uncounted, uncounted_envelopes

PAIR = 2
SOON_DAYS = 7
CHARTER_DAYS = 90
NOT_ANSWERED = (None, "not_yet_answered")
OVERDUE = "overdue"
FEW = 3
"""How many names stand in a detail before the rest is counted."""


def due_notices(book: Book, today: str) -> Iterator[Notice]:
    """Give what waits for a partner or falls due by ``today`` (ISO date) and the seven days after.

    Raises:
        BadInputError: when ``today`` is not a date.
    """
    soon = add_days(today, SOON_DAYS)
    yield from _uncounted(book)
    yield from _decisions(book)
    yield from _reviews(book, today, soon)
    yield from _pulses(book)
    yield from _scores(book)
    yield from _limits(book)
    yield from _actions(book, today, soon)
    yield from _charter(book, today)


def _names(book: Book, partners: Sequence[Partner]) -> str:
    """Name the partners; all of them are ``both`` when they are two."""
    if len(partners) == len(book.all(Partner)):
        return "both" if len(partners) == PAIR else "all"
    return " and ".join(partner.first_name for partner in partners)


def _only(partners: Sequence[Partner]) -> str | None:
    return partners[0].id if len(partners) == 1 else None


def _decisions(book: Book) -> Iterator[Notice]:
    for decision in book.all(Decision):
        if decision.state == "escalated":
            until = f", answer by {day_label(decision.review_on)}" if decision.review_on else ""
            yield _decision(decision, None, f"Escalated{until}", Weight.DECISION_ESCALATED)
        elif decision.state == "open":
            silent = [
                partner
                for partner in book.all(Partner)
                if decision.positions.get(partner.id) in NOT_ANSWERED
            ]
            waits = f"Waits for {_names(book, silent)}"
            detail = waits if silent else "All answered; not closed yet"
            yield _decision(decision, _only(silent), detail, Weight.DECISION_OPEN)


def _decision(decision: Decision, who: str | None, detail: str, weight: int) -> Notice:
    title = f"Decision: {decision.title}"
    return Notice(WAITING, WAITING, title, detail, who, "decision", decision.id, weight)


def _reviews(book: Book, today: str, soon: str) -> Iterator[Notice]:
    for decision in book.all(Decision):
        day = decision.review_on
        if day is None or day > soon or decision.state in ("open", "escalated"):
            continue
        passed = day < today
        yield Notice(
            group=DUE,
            status=OVERDUE if passed else DUE,
            title=f"Review the decision: {decision.title}",
            detail=("Was due " if passed else "Due ") + day_label(day),
            who=None,
            kind="decision",
            id=decision.id,
            weight=Weight.REVIEW_DUE if passed else Weight.REVIEW_SOON,
        )


def _pulses(book: Book) -> Iterator[Notice]:
    for asked in book.all(PulseRound):
        if asked.state != "open":
            continue
        silent = [one for one in book.all(Partner) if one.id not in asked.answered_by]
        month = f", {month_year_label(period_of(asked.opened))}" if asked.opened else ""
        words = f"waits for {_names(book, silent)}" if silent else "all answered, open it together"
        yield Notice(
            group=WAITING,
            status=WAITING,
            title=f"Pulse{month}: {words}",
            detail=f"Opens for {_names(book, book.all(Partner))} at once",
            who=_only(silent),
            kind="pulse_round",
            id=asked.id,
            weight=Weight.PULSE,
        )


def _uncounted(book: Book) -> Iterator[Notice]:
    """Give what stands in the capital plan and doesn't count as it is said."""
    for request in book.all(CapitalRequest):
        said = "; ".join(uncounted(book, request)) if asks(request) else ""
        if said:
            title = f"{request.title}: not all of it counts as it is said"
            detail = f"{said[0].upper()}{said[1:]}"
            yield _uncounted_notice(title, detail, "capital_request", request.id)
    for sentence in uncounted_envelopes(book):
        title = "A fiscal year has more than one capital envelope"
        yield _uncounted_notice(title, sentence, "capital_policy", "capital_policy")


def _uncounted_notice(title: str, detail: str, kind: str, name: str) -> Notice:
    return Notice(SETTLE, "at_risk", title, detail, None, kind, name, Weight.UNCOUNTED)


def _scores(book: Book) -> Iterator[Notice]:
    apart = [
        one
        for one in book.all(CapitalRequest)
        if one.status == "proposed" and divergent_criteria(book, one)
    ]
    if not apart:
        return
    more = f" and {len(apart) - FEW} more" if len(apart) > FEW else ""
    verb = "request is" if len(apart) == 1 else "requests are"
    yield Notice(
        group=WAITING,
        status=WAITING,
        title=f"Capital ranking: {len(apart)} {verb} scored 2 or more apart",
        detail="; ".join(one.title for one in apart[:FEW]) + more,
        who=None,
        kind="capital_request",
        id=apart[0].id,
        weight=Weight.CAPITAL,
    )


def _limits(book: Book) -> Iterator[Notice]:
    """Give new limits that are proposed and that someone has not agreed to yet."""
    for measure_id in dict.fromkeys(one.measure for one in book.all(Rebase)):
        measure = book.get(Measure, measure_id)
        if measure is None:
            continue
        yield from _choices(book, measure)
        asked = {one.id for pair in splits(book, measure) for one in pair}
        for rebase in parted(book, measure)[1]:
            if rebase.id in asked:
                continue
            silent = [
                book.need(Partner, one)
                for one in deciders(book, measure)
                if not agrees(rebase, one)
            ]
            when = month_year_label(rebase.period)
            yield Notice(
                group=WAITING,
                status=WAITING,
                title=f"New limits proposed for {measure.title} from {when}: agree?",
                detail=f"{rebase.reason}; waits for {_names(book, silent)}{_since_then(book, rebase)}",
                who=_only(silent),
                kind="rebase",
                id=rebase.id,
                weight=Weight.LIMITS,
            )


def _since_then(book: Book, rebase: Rebase) -> str:
    """Return who agreed to new limits as they were before something of them was changed."""
    before = [one.first_name for one in book.all(Partner) if agreed_before(rebase, one.id)]
    return f"; changed since {' and '.join(before)} agreed" if before else ""


def _choices(book: Book, measure: Measure) -> Iterator[Notice]:
    """Give what was agreed to apart though it starts too near to each other: both in force, or neither."""
    for pair in (*clashes(book, measure), *splits(book, measure)):
        first, then = (month_year_label(one.period) for one in pair)
        state = "Both are" if in_force(book, measure, pair[0]) else "Neither is"
        yield Notice(
            group=WAITING,
            status=WAITING,
            title=f"New limits of {measure.title} from {first} or from {then}: which are to hold?",
            detail=f"{state} in force, and {apart_words(book, measure, *pair)}",
            who=None,
            kind="rebase",
            id=pair[0].id,
            weight=Weight.LIMITS,
        )


def _actions(book: Book, today: str, soon: str) -> Iterator[Notice]:
    for action in book.all(Action):
        if action.status != "open" or action.due is None or action.due > soon:
            continue
        passed = action.due < today
        yield Notice(
            group=DUE,
            status=OVERDUE if passed else DUE,
            title=action.text,
            detail=("Was due " if passed else "Due ") + day_label(action.due),
            who=action.owner,
            kind="action",
            id=action.id,
            weight=Weight.ACTION_OVERDUE if passed else Weight.ACTION_SOON,
        )


def _charter(book: Book, today: str) -> Iterator[Notice]:
    day = book.only(Charter).review_on
    if day is None or days_between(today, day) > CHARTER_DAYS:
        return
    passed = day < today
    yield Notice(
        group=DUE,
        status=OVERDUE if passed else DUE,
        title="Review the charter together",
        detail=("Was due " if passed else "Due ") + day_label(day),
        who=None,
        kind="charter",
        id="charter",
        weight=Weight.CHARTER,
    )
