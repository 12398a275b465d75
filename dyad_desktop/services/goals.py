"""Commands on goals and measures: begin one, say how it stands, enter what was measured."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dyad_desktop.domain.bounds import is_beyond_years
from dyad_desktop.domain.check_ins import named_words, partner_ids, words_in
from dyad_desktop.domain.fiscal import (
    QUARTER,
    add_days,
    add_months,
    month_year_label,
    months_between,
    quarter_start,
)
from dyad_desktop.domain.goals import Annotation, CheckIn, Goal, Measure, Objective
from dyad_desktop.domain.money import round_ratio
from dyad_desktop.domain.off_grid import off_grid
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.ratio import FIGURES, follows, given_by, is_ratio, times_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import (
    FieldEdit,
    Seen,
    came_since,
    create,
    delete,
    fresh,
    move,
    set_fields,
)
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.wording import day, partner_name

VALUE, NUMERATOR, DENOMINATOR, MARK = "values", "numerator", "denominator", "marks"
FEWEST_ROWS = 12
"""Periods that a grid of observations shows at least, so that a year can be typed or pasted."""
AHEAD = 3
"""Empty periods that are offered after the last one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was entered for one period: ``field`` is ``values``, ``numerator``, ``denominator`` or ``marks``.

    ``seen``: see ``FieldEdit``.
    """

    period: str
    field: str
    value: Decimal | str | None
    seen: Seen = None


def new_goal(
    session: Session, goal_id: str, objective: str | None = None, initiator: object = None
) -> ChangeSet:
    """Begin a goal: all partners are accountable, the one who writes leads, due at the year's end."""
    book = session.book
    partners = tuple(sorted(partner.id for partner in book.all(Partner)))
    others = [partner for partner in partners if partner != session.partner]
    whole = book.only(Partnership)
    due = add_days(f"{add_months(whole.budget_start, 12)}-01", -1) if whole.budget_start else None
    goal = fresh(
        Goal,
        id=goal_id,
        title="New goal",
        accountable=partners,
        lead=session.partner if session.partner in partners else None,
        support=others[0] if others else None,
        supports=objective,
        start=whole.as_of or None,
        due=due,
    )
    return create(session, goal, initiator=initiator)


def new_objective(session: Session, objective_id: str, initiator: object = None) -> ChangeSet:
    """Begin a strategic objective that goals can be linked to."""
    objective = fresh(Objective, id=objective_id, title="New objective")
    return create(session, objective, initiator=initiator)


def new_measure(
    session: Session, measure_id: str, goal: str, initiator: object = None
) -> ChangeSet:
    """Begin a measure of a goal, with no target and no values yet."""
    measure = fresh(
        Measure, id=measure_id, goal=goal, title="New measure", unit="%", decimals=1, chart="i"
    )
    return create(session, measure, initiator=initiator)


def move_measure(session: Session, measure_id: str, by: int, initiator: object = None) -> ChangeSet:
    """Move a measure one place up (-1) or down (1) among those of its goal.

    Raises:
        BadInputError: there is no such measure, or it stands at that end already.
    """
    measure = session.book.get(Measure, measure_id)
    if measure is None:
        raise BadInputError(f"there is no measure {measure_id!r}")
    ids = [one.id for one in session.book.children(Measure, measure.goal)]
    at = ids.index(measure_id)
    if not 0 <= at + by < len(ids):
        raise BadInputError(
            f"{measure.title} is the {'first' if by < 0 else 'last'} measure of its goal"
        )
    upper, lower = sorted((at, at + by))
    return move(session, ("measure", ids[upper]), ids[lower], initiator)


def add_check_in(session: Session, check_in: CheckIn, initiator: object = None) -> ChangeSet:
    """Keep what is said of a goal on a day, each partner's part in their own name.

    Who writes says the status, and so does whoever else gives a confidence: that takes a laptop that both use.

    Raises:
        BadInputError: a confidence of someone who writes on a laptop of their own; nothing is changed.
    """
    me, marks = session.partner, {w: m for w, m in check_in.confidence.items() if m is not None}
    others = [who for who in marks if who != me]
    if others and session.owner:
        raise BadInputError(
            f"only {session.book.label('partner', others[0])} says how sure they are, on their own laptop"
        )
    said = {me: marks[me]} if me in marks else {}
    mine = replace(check_in, confidence=said, says={me: check_in.status})
    note = f"Check-in: {session.book.label('goal', check_in.goal)}"
    done = create(session, mine, note=note, initiator=initiator)
    key = ("check_in", check_in.id)
    for who in others:
        edits = [
            FieldEdit(*key, "says", check_in.status, who),
            FieldEdit(*key, "confidence", marks[who], who),
        ]
        session.write_as(who)
        try:
            joined = set_fields(session, edits, note, initiator)
        finally:
            session.write_as(me)
        done = replace(done, keys=done.keys | joined.keys)
    return done


def change_check_in(
    session: Session, check_in: str, edits: Sequence[FieldEdit], initiator: object = None
) -> ChangeSet:
    """Change a check-in, or add one's own word to it, as one commit.

    A status or a confidence makes whoever writes one of those who say it. What the check-in itself says follows once
    nobody says another, so that a partner's word is never put into another's mouth.

    Raises:
        BadInputError: there is no such check-in, or a value that can't be kept.
    """
    said = session.book.get(CheckIn, check_in)
    if said is None:
        raise BadInputError("this check-in isn't there any more; nothing was changed")
    me, words = session.partner, named_words(said)
    status = next((one.value for one in edits if one.field == "status"), None)
    speaks = status is not None or any(
        one.field == "confidence" and one.value is not None for one in edits
    )
    own = status or words.get(me) or said.status
    others = {word for who, word in words.items() if who != me}
    follows = others <= {own} and own != said.status
    kept = [one for one in edits if one.field != "status" or follows]
    if speaks and said.says.get(me) != own:
        kept.append(FieldEdit("check_in", check_in, "says", own, me))
    title = session.book.label("goal", said.goal)
    return set_fields(session, kept, f"Check-in: {title}", initiator)


def delete_check_in(session: Session, check_in: str, initiator: object = None) -> ChangeSet:
    """Delete a check-in, with what each partner said in it; the commit says whose words went.

    Raises:
        BadInputError: there is no such check-in; nothing is changed.
    """
    said = session.book.get(CheckIn, check_in)
    if said is None:
        raise BadInputError("this check-in isn't there any more; nothing was changed")
    book = session.book
    who = " and ".join(partner_name(book, one) for one in sorted(words_in(said, partner_ids(book))))
    note = f"Deleted the check-in of {day(said.date)}, with what {who} said in it"
    return delete(session, [("check_in", check_in)], note, initiator)


def add_annotation(
    session: Session, measure: str, period: str, text: str, initiator: object = None
) -> ChangeSet:
    """Write on a measure's chart what happened in a period.

    Raises:
        BadInputError: no text, or no period.
    """
    if not text.strip():
        raise BadInputError("write what happened")
    made = fresh(Annotation, measure=measure, period=period, text=text.strip())
    title = session.book.label("measure", measure)
    return create(session, made, note=f"Annotation: {title}", initiator=initiator)


# -- observations ------------------------------------------------------------------------------


def has_parts(measure: Measure) -> bool:
    """Return whether numerator and denominator are entered for a measure."""
    return bool(measure.numerator or measure.denominator or measure.multiplier)


def ratio_of(
    measure: Measure, numerator: Decimal | None, denominator: Decimal | None
) -> Decimal | None:
    """Return numerator ÷ denominator × multiplier with the measure's decimals, halves away from zero.

    ``None`` when a part is missing, the denominator is zero, or the measure is no ratio.
    """
    if not is_ratio(measure) or numerator is None or denominator is None or denominator == 0:
        return None
    over = numerator * times_of(measure)
    top, below = over.as_integer_ratio()
    part, whole = denominator.as_integer_ratio()
    return round_ratio(top * whole, below * part, measure.decimals or 0)


def computed(measure: Measure, period: str) -> Decimal | None:
    """Return the value that a period's numerator and denominator give, if they do."""
    return ratio_of(measure, measure.numerator.get(period), measure.denominator.get(period))


def by_hand(measure: Measure, period: str) -> bool:
    """Return whether a period's value was typed over the one that its parts give."""
    value = measure.values.get(period)
    given = given_by(measure, period) if is_ratio(measure) else None
    return given is not None and value is not None and not follows(value, given)


def periods_of(measure: Measure, as_of: str) -> tuple[str, ...]:
    """Return the periods of a grid: from the series' start to some empty ones after its last."""
    step = measure.step
    known = sorted(
        period
        for part in (measure.values, measure.numerator, measure.denominator)
        for period, value in part.items()
        if value is not None
    )
    now = as_of[:7] if as_of else known[-1]
    now = quarter_start(now) if step == QUARTER else now
    between = {*off_grid(measure), *filter(is_beyond_years, known)}
    known = [period for period in known if period not in between]
    first = _first_of(measure, known, now)
    last = max([*known[-1:], now])
    count = months_between(first, last) // step + 1
    if count < FEWEST_ROWS:
        first = add_months(first, -step * (FEWEST_ROWS - count))
        count = FEWEST_ROWS
    return tuple(sorted({*between, *(add_months(first, step * n) for n in range(count + AHEAD))}))


def _first_of(measure: Measure, known: Sequence[str], now: str) -> str:
    """Return the first period of a grid: where the series starts, or before it where a value was entered earlier.

    A start that lies between the measure's periods is passed over.
    """
    start, first = measure.series_start, known[0] if known else now
    if (
        start is None
        or is_beyond_years(start)
        or (known and months_between(start, first) % measure.step)
    ):
        return first
    return min(start, first)


def record_observations(
    session: Session, measure_id: str, entries: Sequence[Entry], initiator: object = None
) -> ChangeSet:
    """Keep what was measured, as one commit.

    A ratio's value follows its numerator and denominator, unless it is typed (here or before); one
    that is cleared goes back to what its parts give.

    Raises:
        BadInputError: there is no such measure, a value that can't be kept, or one of a ratio's period of which the
            partners hold a figure apart: it would settle that unseen.
    """
    measure = session.book.get(Measure, measure_id)
    if measure is None:
        raise BadInputError(f"there is no measure {measure_id!r}")
    _check_settled(session, measure, entries)
    edits = _as_it_was_seen(session, measure, entries, observation_edits(measure, entries))
    periods = sorted({entry.period for entry in entries})
    when = month_year_label(periods[0]) if len(periods) == 1 else f"{len(periods)} periods"
    return set_fields(session, edits, f"{measure.title}: {when}", initiator)


def _check_settled(session: Session, measure: Measure, entries: Sequence[Entry]) -> None:
    if not is_ratio(measure):
        return
    entered = {entry.period for entry in entries if entry.field in FIGURES}
    apart = {
        at.slot
        for at in session.disagreements()
        if at[:2] == ("measure", measure.id) and at.field in FIGURES
    }
    if entered & apart:
        when = month_year_label(min(entered & apart))
        raise BadInputError(
            f"you differ on {when}: settle it first, by Enter on its split cell or under Disagreements"
        )


def _as_it_was_seen(
    session: Session, measure: Measure, entries: Sequence[Entry], edits: Iterable[FieldEdit]
) -> list[FieldEdit]:
    """Return edits without the values that follow from parts of which another was seen when they were typed.

    Where a partner's write came in between, the figure stands apart from theirs, and the value is settled with it.
    """
    entered = {(entry.period, entry.field) for entry in entries}
    apart = {
        entry.period
        for entry in entries
        if entry.field in FIGURES
        and came_since(
            session, Address("measure", measure.id, entry.field, entry.period), entry.seen
        )
    }
    return [one for one in edits if one.slot not in apart or (one.slot, one.field) in entered]


def observation_edits(measure: Measure, entries: Sequence[Entry]) -> Iterable[FieldEdit]:
    """Give the writes that entries of a measure come to, with the values that follow from parts."""
    by_period: dict[str, dict[str, Decimal | str | None]] = {}
    seen = {(entry.period, entry.field): entry.seen for entry in entries}
    for entry in entries:
        by_period.setdefault(entry.period, {})[entry.field] = entry.value
    for period, found in by_period.items():
        mark = [(MARK, found.pop(MARK))] if MARK in found else []
        fields = {name: value for name, value in found.items() if not isinstance(value, str)}
        for field, value in (*_with_rule(measure, period, fields).items(), *mark):
            yield FieldEdit("measure", measure.id, field, value, period, seen.get((period, field)))


def _with_rule(
    measure: Measure, period: str, fields: Mapping[str, Decimal | None]
) -> dict[str, Decimal | None]:
    """Return the fields to write for a period, with the value that the rule gives."""
    result = dict(fields)
    if not fields:
        return result
    part = fields.get(NUMERATOR, measure.numerator.get(period))
    whole = fields.get(DENOMINATOR, measure.denominator.get(period))
    rule, said = ratio_of(measure, part, whole), fields.get(VALUE)
    if said is not None:
        given = given_by(
            replace(measure, numerator={period: part}, denominator={period: whole}), period
        )
        if rule is not None and given is not None and follows(said, given):
            result[VALUE] = rule  # what the parts give, rounded further: nothing was typed over it
        return result
    value = measure.values.get(period)
    typed = value is not None and (computed(measure, period) is None or by_hand(measure, period))
    if VALUE in fields or (not typed and (rule, value) != (None, None)):
        result[VALUE] = rule
    return result
