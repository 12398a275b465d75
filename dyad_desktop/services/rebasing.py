"""Commands on the limits of a measure's chart: one partner proposes that they start anew, in force when all agree."""

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import add_months, month_year_label
from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.measuring import series_of
from dyad_desktop.domain.rebase_words import apart_words
from dyad_desktop.domain.rebases import agrees, deciders, in_force, rivals
from dyad_desktop.domain.redefining import definition_mark
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, create, delete, fresh, set_fields
from dyad_desktop.services.session import ChangeSet, Session

AHEAD = 3
"""Periods after the last value from which new limits can be proposed, such as where a definition will change."""


def proposable(book: Book, measure: Measure) -> tuple[str, ...]:
    """Return the periods from which new limits can be proposed: after the first value, to some after the last."""
    places = series_of(book, measure).places
    if not places:
        return ()
    step = measure.step
    later = (add_months(places[-1][:7], step * n) for n in range(1, AHEAD + 1))
    found = dict.fromkeys((*(place[:7] for place in places[1:]), *later))
    return tuple(one for one in found if one > places[0][:7])


def propose_rebase(
    session: Session, measure_id: str, period: str, reason: str, initiator: object = None
) -> ChangeSet:
    """Propose that a measure's limits start anew in a period; the one who writes has agreed.

    Raises:
        BadInputError: no reason, no such measure, a period before which nothing is recorded or long after the last
            value, one that has a proposal, or one too near to others'.
    """
    measure = session.book.get(Measure, measure_id)
    if measure is None:
        raise BadInputError(f"there is no measure {measure_id!r}")
    if not reason.strip():
        raise BadInputError("write why the limits start anew: what changed, and is it to last?")
    if reason.strip().endswith(":"):
        raise BadInputError("write after the colon what changed, and why it is to last")
    _check_period(session, measure, period)
    made = fresh(
        Rebase,
        measure=measure_id,
        period=period,
        reason=reason.strip(),
        agreed={session.partner: period},
        agreed_reason={session.partner: reason.strip()},
    )
    _check_rivals(session, measure, made)
    return create(
        session,
        made,
        note=f"Proposes new limits from {month_year_label(period)}: {measure.title}",
        initiator=initiator,
    )


def _check_period(session: Session, measure: Measure, period: str) -> None:
    if period not in proposable(session.book, measure):
        raise BadInputError("new limits start after the first value and not long after the last")
    others = session.book.children(Rebase, measure.id)
    if any(one.period == period for one in others):
        raise BadInputError("new limits are already proposed from this month")


def _check_rivals(session: Session, measure: Measure, rebase: Rebase) -> None:
    """Refuse new limits where others, in force or proposed, start too near to them for both to hold."""
    book = session.book
    for other in rivals(book, measure, rebase):
        if in_force(book, measure, other):
            state, way = "in force", "take those back first"
        elif agrees(other, session.partner):
            state, way = "proposed, and you agreed to those", "take that back, or keep those"
        elif rebase.id in book.rows(Rebase):
            continue  # of two that the partner proposes, either can be agreed to
        else:
            state, way = "proposed already", "agree to those, or settle first which is meant"
        raise BadInputError(
            f"new limits from {month_year_label(other.period)} are {state};"
            f" {apart_words(book, measure, rebase, other)}: {way}"
        )


def drop_rebase(session: Session, rebase_id: str, initiator: object = None) -> ChangeSet:
    """Delete a proposal that no other partner agrees to.

    Raises:
        BadInputError: there is no such proposal, or another partner agrees to it: only they take that back.
    """
    rebase = session.book.get(Rebase, rebase_id)
    if rebase is None:
        raise BadInputError(f"there is no proposal {rebase_id!r}")
    # Its own agreement goes with it: the partner may agree meanwhile, and keep it against the deletion.
    taken_back = _said(session, rebase, agreed=False) if agrees(rebase, session.partner) else []
    return delete(session, [("rebase", rebase_id)], "", initiator, taken_back)


def keep_limits(session: Session, measure_id: str, initiator: object = None) -> ChangeSet:
    """Say that the limits stay although the definition changed; another change of it asks again.

    Raises:
        BadInputError: there is no such measure.
    """
    measure = session.book.get(Measure, measure_id)
    if measure is None:
        raise BadInputError(f"there is no measure {measure_id!r}")
    edit = FieldEdit("measure", measure_id, "limits_kept", definition_mark(measure))
    return set_fields(session, [edit], f"Limits stay as they are: {measure.title}", initiator)


def answer_rebase(
    session: Session, rebase_id: str, *, agreed: bool, initiator: object = None
) -> ChangeSet:
    """Agree to a proposal, or take one's own agreement back.

    Raises:
        BadInputError: there is no such proposal, the one who writes has no say in it, or others that this one agreed
            to start too near to it.
    """
    measure, rebase = _asked(session, rebase_id)
    if agreed:
        _check_rivals(session, measure, rebase)
    words = "Agrees to" if agreed else "Takes back agreement to"
    note = f"{words} new limits from {month_year_label(rebase.period)}: {measure.title}"
    return set_fields(session, _said(session, rebase, agreed=agreed), note, initiator)


def keep_rebase(session: Session, rebase_id: str, initiator: object = None) -> ChangeSet:
    """Agree to one of several that start too near to each other, and take back what one agreed to of the others.

    Raises:
        BadInputError: there is no such proposal, or the one who writes has no say in it.
    """
    measure, rebase = _asked(session, rebase_id)
    edits = _said(session, rebase, agreed=True)
    for other in rivals(session.book, measure, rebase):
        if agrees(other, session.partner):
            edits += _said(session, other, agreed=False)
    note = f"Keeps the new limits from {month_year_label(rebase.period)}: {measure.title}"
    return set_fields(session, edits, note, initiator)


def _asked(session: Session, rebase_id: str) -> tuple[Measure, Rebase]:
    rebase = session.book.get(Rebase, rebase_id)
    measure = session.book.get(Measure, rebase.measure) if rebase else None
    if rebase is None or measure is None:
        raise BadInputError(f"there is no proposal {rebase_id!r}")
    if session.partner not in deciders(session.book, measure):
        raise BadInputError("only those accountable for the goal agree to new limits")
    return measure, rebase


def _said(session: Session, rebase: Rebase, *, agreed: bool) -> list[FieldEdit]:
    """Return the writes by which this partner agrees to period and reason, or takes that back."""
    said = {"agreed": rebase.period, "agreed_reason": rebase.reason}
    return [
        FieldEdit("rebase", rebase.id, field, value if agreed else None, session.partner)
        for field, value in said.items()
    ]
