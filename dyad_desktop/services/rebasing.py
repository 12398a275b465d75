"""Commands on the limits of a measure's chart: one partner proposes that they start anew, in force when all agree."""

from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.measuring import series_of
from dyad_desktop.domain.rebases import agrees, deciders
from dyad_desktop.domain.redefining import definition_mark
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, create, delete, fresh, set_fields
from dyad_desktop.services.session import ChangeSet, Session


def propose_rebase(
    session: Session, measure_id: str, period: str, reason: str, initiator: object = None
) -> ChangeSet:
    """Propose that a measure's limits start anew in a period; the one who writes has agreed.

    Raises:
        BadInputError: no reason, no such measure, a period before which or from which nothing is recorded, or one that
            has a proposal.
    """
    measure = session.book.get(Measure, measure_id)
    if measure is None:
        raise BadInputError(f"there is no measure {measure_id!r}")
    if not reason.strip():
        raise BadInputError("write why the limits start anew: what changed, and is it to last?")
    _check_period(session, measure, period)
    made = fresh(
        Rebase,
        measure=measure_id,
        period=period,
        reason=reason.strip(),
        agreed={session.partner: period},
    )
    return create(
        session,
        made,
        note=f"Proposes new limits from {period}: {measure.title}",
        initiator=initiator,
    )


def _check_period(session: Session, measure: Measure, period: str) -> None:
    places = [place[:7] for place in series_of(session.book, measure).places]
    if not places or not places[0] < period <= places[-1]:
        raise BadInputError("new limits start after the first value and not after the last")
    others = session.book.children(Rebase, measure.id)
    if any(one.period == period for one in others):
        raise BadInputError("new limits are already proposed from this month")


def drop_rebase(session: Session, rebase_id: str, initiator: object = None) -> ChangeSet:
    """Delete a proposal that no other partner agrees to.

    Raises:
        BadInputError: there is no such proposal, or another partner agrees to it: only they take that back.
    """
    rebase = session.book.get(Rebase, rebase_id)
    if rebase is None:
        raise BadInputError(f"there is no proposal {rebase_id!r}")
    others = [one for one in rebase.agreed if one != session.partner and agrees(rebase, one)]
    if others:
        raise BadInputError(
            "your partner agrees to it: take your own agreement back, and the limits end"
        )
    return delete(session, [("rebase", rebase_id)], "", initiator)


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
        BadInputError: there is no such proposal, or the one who writes has no say in it.
    """
    rebase = session.book.get(Rebase, rebase_id)
    measure = session.book.get(Measure, rebase.measure) if rebase else None
    if rebase is None or measure is None:
        raise BadInputError(f"there is no proposal {rebase_id!r}")
    if session.partner not in deciders(session.book, measure):
        raise BadInputError("only those accountable for the goal agree to new limits")
    edit = FieldEdit(
        "rebase", rebase_id, "agreed", rebase.period if agreed else None, session.partner
    )
    words = "Agrees to" if agreed else "Takes back agreement to"
    note = f"{words} new limits from {rebase.period}: {measure.title}"
    return set_fields(session, [edit], note, initiator)
