"""Commands of the driver diagram: what serves what, written or taken away as one change."""

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.initiatives import Benefit, Initiative
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, Seen, create, delete, fresh, set_fields
from dyad_desktop.services.initiatives import today_of
from dyad_desktop.services.session import ChangeSet, Session

RANKS = {"objective": 0, "goal": 1, "measure": 2, "initiative": 3}
_SERVES = {("objective", "goal"): "supports", ("goal", "measure"): "goal"}
"""The fields in which something says the one thing that it serves."""


def register_of(one: Key, other: Key) -> Address | None:
    """Return the register that says what a goal or a measure serves: the one that another link replaces."""
    served, serving = sorted((one, other), key=lambda key: RANKS.get(key[0], -1))
    field = _SERVES.get((served[0], serving[0]))
    return None if field is None else Address(*serving, field)


def link(
    session: Session, one: Key, other: Key, initiator: object = None, *, seen: Seen = None
) -> ChangeSet:
    """Link two things of the diagram, in whichever order they are given.

    A goal serves one objective and a measure one goal: another takes its place. An initiative may serve several goals,
    and measures, by a benefit that is not valued yet. ``seen`` is of the register that ``register_of`` names, see
    ``FieldEdit``: what came later isn't replaced.

    Raises:
        BadInputError: the two can't be linked, or are already.
    """
    book = session.book
    served, serving = _pair(book, one, other)
    note = f"{book.label(*serving)} serves {book.label(*served)}"
    pair = (served[0], serving[0])
    if pair in _SERVES:
        edit = FieldEdit(*serving, _SERVES[pair], served[1], seen=seen)
        return _write(session, edit, note, initiator)
    if pair == ("goal", "initiative"):
        goals = book.need(Initiative, serving[1]).goals
        if served[1] in goals:
            raise BadInputError("they are linked already")
        edit = FieldEdit(*serving, "goals", [*goals, served[1]])
        return _write(session, edit, note, initiator)
    if pair == ("measure", "initiative"):
        return _benefit(session, served[1], serving[1], note, initiator)
    raise BadInputError(
        "an objective is served by goals, a goal by measures and initiatives, a measure by initiatives"
    )


def _pair(book: Book, one: Key, other: Key) -> tuple[Key, Key]:
    """Return which of two things is served and which serves."""
    for key in (one, other):
        if book.entity(*key) is None:
            raise BadInputError(f"there is no {key[0]} {key[1]!r} any more; nothing was changed")
    served, serving = sorted((one, other), key=lambda key: RANKS.get(key[0], -1))
    return served, serving


def _write(session: Session, edit: FieldEdit, note: str, initiator: object) -> ChangeSet:
    if getattr(session.book.entity(edit.kind, edit.id), edit.field, None) == edit.value:
        raise BadInputError("they are linked already")
    return set_fields(session, [edit], note, initiator)


def _benefit(
    session: Session, measure: str, initiative: str, note: str, initiator: object
) -> ChangeSet:
    book = session.book
    if any(one.measure == measure for one in book.children(Benefit, initiative)):
        raise BadInputError("they are linked already")
    moved = book.need(Measure, measure)
    made = fresh(Benefit, initiative=initiative, measure=measure, text=f"Moves {moved.title}")
    goals = book.need(Initiative, initiative).goals
    fields = []
    if moved.goal not in goals:
        fields.append(FieldEdit("initiative", initiative, "goals", [*goals, moved.goal]))
    return create(session, made, note=note, initiator=initiator, fields=fields)


def initiative_for(
    session: Session, initiative_id: str, measure_id: str, initiator: object = None
) -> ChangeSet:
    """Begin an initiative that should move a measure, as one change.

    Raises:
        BadInputError: there is no such measure.
    """
    book = session.book
    measure = book.get(Measure, measure_id)
    if measure is None:
        raise BadInputError(f"there is no measure {measure_id!r}")
    partners = tuple(sorted(one.id for one in book.all(Partner)))
    made = fresh(
        Initiative, id=initiative_id, title="New initiative", start=today_of(book), lead=session.partner,
        accountable=partners, goals=(measure.goal,),
    )  # fmt: skip
    benefit = fresh(
        Benefit, initiative=initiative_id, measure=measure_id, text=f"Moves {measure.title}"
    )
    return create(session, made, initiator=initiator, also=[benefit])


def unlink(
    session: Session, one: Key, other: Key, initiator: object = None, *, seen: Seen = None
) -> ChangeSet:
    """Take a link away: a goal serves no objective then, an initiative not this goal.

    A benefit of which only the link was said goes with it. ``seen``: see ``link``.

    Raises:
        BadInputError: they are not linked, or one is a measure, which can't be without a goal.
    """
    book = session.book
    served, serving = _pair(book, one, other)
    note = f"{book.label(*serving)} no longer serves {book.label(*served)}"
    pair = (served[0], serving[0])
    if pair == ("objective", "goal") and book.need(Goal, serving[1]).supports == served[1]:
        edit = FieldEdit(*serving, "supports", None, seen=seen)
        return set_fields(session, [edit], note, initiator)
    if pair == ("goal", "initiative"):
        goals = book.need(Initiative, serving[1]).goals
        if served[1] not in goals:
            raise BadInputError("they are not linked")
        left = [goal for goal in goals if goal != served[1]]
        return set_fields(session, [FieldEdit(*serving, "goals", left)], note, initiator)
    if pair == ("goal", "measure"):
        raise BadInputError("a measure belongs to a goal: link it to another one instead")
    if pair == ("measure", "initiative"):
        return _without_benefit(session, served[1], serving[1], note, initiator)
    raise BadInputError("they are not linked")


def _without_benefit(
    session: Session, measure: str, initiative: str, note: str, initiator: object
) -> ChangeSet:
    found = [one for one in session.book.children(Benefit, initiative) if one.measure == measure]
    if not found:
        raise BadInputError("they are not linked")
    title = session.book.label("measure", measure)
    bare = [("benefit", one.id) for one in found if one == _bare(one, title)]
    edits = [
        FieldEdit("benefit", one.id, "measure", None)
        for one in found
        if ("benefit", one.id) not in bare
    ]
    if bare:
        return delete(session, bare, note, initiator, edits)
    return set_fields(session, edits, note, initiator)


def _bare(benefit: Benefit, title: str) -> Benefit:
    """Return a benefit as a link made it, with nothing said of it since."""
    return Benefit(
        benefit.id, benefit.order, initiative=benefit.initiative, measure=benefit.measure, text=f"Moves {title}"
    )  # fmt: skip
