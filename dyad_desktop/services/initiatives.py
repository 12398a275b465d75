"""Commands on initiatives: milestones, what they wait for, baselines, risks.

The file keeps each milestone's forecast dates beside what they follow from. So every command here that
changes durations, starts or dependencies also writes the forecasts that move, in the same commit: one undo
turns back the edit and its consequences together.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.initiatives import Dependency, Initiative, Milestone, Risk
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schedule import plan_initiative
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, create, delete, fresh, order_after, set_fields
from dyad_desktop.services.session import ChangeSet, Session

ALL = 100
DEFAULT_DAYS = 10
"""Workdays of a new milestone: two weeks."""


def today_of(book: Book) -> str:
    """Return the day that the partnership counts as today: its own date, or the computer's."""
    return book.only(Partnership).as_of or datetime.datetime.now().astimezone().date().isoformat()


# -- editing -----------------------------------------------------------------------------------


def edit_plan(
    session: Session, edits: Sequence[FieldEdit], note: str = "", initiator: object = None
) -> ChangeSet:
    """Write fields of initiatives, milestones and dependencies, with all that follows, as one commit.

    What follows: a finished milestone is at 100 % with its day of finish, one that has begun is in
    progress; and the forecast dates of every milestone that moves.

    Raises:
        BadInputError: a value that can't be taken, or milestones that would wait for each other in a
            circle; nothing is changed.
    """
    book = session.book
    everything = [*edits, *_consequences(book, edits)]
    after = _after(book, everything)
    everything += _forecasts(book, after, _initiatives(after, edits))
    return set_fields(session, everything, note or _label(book, edits), initiator)


def _label(book: Book, edits: Sequence[FieldEdit]) -> str:
    if not edits or len({(edit.kind, edit.id) for edit in edits}) > 1:
        return ""
    first = edits[0]
    field = first.field.removesuffix("_workdays").replace("_", " ")
    return f"{book.label(first.kind, first.id)}: {field}"


def _consequences(book: Book, edits: Sequence[FieldEdit]) -> list[FieldEdit]:
    """Return the writes by which status, percent and day of finish agree after edits to one of them."""
    found: list[FieldEdit] = []
    said = {(edit.id, edit.field) for edit in edits if edit.kind == "milestone"}
    for edit in edits:
        milestone = book.get(Milestone, edit.id) if edit.kind == "milestone" else None
        if milestone is None:
            continue
        for field, value in _agreeing(milestone, edit.field, edit.value, today_of(book)).items():
            if (edit.id, field) not in said and getattr(milestone, field) != value:
                said.add((edit.id, field))
                found.append(FieldEdit("milestone", edit.id, field, value))
    return found


def _agreeing(milestone: Milestone, field: str, value: object, today: str) -> dict[str, object]:
    done = {"status": "done", "percent": ALL, "actual_finish": milestone.actual_finish or today}
    if (field, value) in (("status", "done"), ("percent", ALL)):
        return done
    if field == "actual_finish" and value:
        return {"status": "done", "percent": ALL}
    if (field, value) in (("status", "not_started"), ("percent", 0)):
        return {"status": "not_started", "percent": 0, "actual_finish": None}
    if field in ("status", "percent") or (field == "actual_finish" and milestone.status == "done"):
        return {"status": "in_progress", "actual_finish": None}
    return {}


def _after(book: Book, edits: Iterable[FieldEdit]) -> Book:
    """Return the book as it will be; values that can't be taken are refused later, with their place."""
    changed: dict[Key, Any] = {}
    for edit in edits:
        key = (edit.kind, edit.id)
        entity = changed.get(key) or book.entity(*key)
        if entity is not None:
            spec = spec_of(edit.kind, edit.field)
            value = spec.decode(spec.check(edit.value))
            changed[key] = dataclasses.replace(entity, **{edit.field: value})
    return book.with_entities(changed.items())


def _initiatives(book: Book, edits: Iterable[FieldEdit]) -> set[str]:
    """Return the initiatives whose plan edits touch."""
    found: set[str] = set()
    for edit in edits:
        entity = book.entity(edit.kind, edit.id)
        if isinstance(entity, Dependency):
            entity = book.get(Milestone, entity.milestone)
        if isinstance(entity, Milestone):
            found.add(entity.initiative)
        elif isinstance(entity, Initiative):
            found.add(entity.id)
    return found


def _forecasts(before: Book, after: Book, initiatives: Iterable[str]) -> list[FieldEdit]:
    """Return the forecast dates that differ from those kept, for milestones that are in both books.

    A plan that could not be made before (two partners' links closed a circle when merged) may stay so.
    """
    found: list[FieldEdit] = []
    for initiative in sorted(initiatives):
        try:
            plan = plan_initiative(after, initiative)
        except BadInputError:
            if _planned(before, initiative):
                raise
            continue
        for key, row in plan.forecast.items():
            kept = after.need(Milestone, key)
            if before.get(Milestone, key) is None:
                continue
            for field, value in (("forecast_start", row.start), ("forecast_finish", row.finish)):
                if getattr(kept, field) != value:
                    found.append(FieldEdit("milestone", key, field, value))
    return found


def _planned(book: Book, initiative: str) -> bool:
    try:
        plan_initiative(book, initiative)
    except (BadInputError, KeyError):
        return False
    return True


# -- creating ----------------------------------------------------------------------------------


def new_initiative(session: Session, title: str, initiator: object = None) -> ChangeSet:
    """Create an initiative that begins today, led by the partner who writes, both accountable.

    Raises:
        BadInputError: the title is empty.
    """
    if not title.strip():
        raise BadInputError("an initiative needs a title")
    partners = tuple(sorted(partner.id for partner in session.book.all(Partner)))
    made = fresh(
        Initiative, title=title.strip(), start=today_of(session.book), lead=session.partner,
        accountable=partners,
    )  # fmt: skip
    return create(session, made, initiator=initiator)


def new_milestone(
    session: Session,
    initiative: str,
    title: str,
    after: str | None = None,
    initiator: object = None,
) -> ChangeSet:
    """Create a milestone of two weeks that waits for the milestone ``after``, if one is given.

    Raises:
        BadInputError: the title is empty, or there is no such initiative or milestone.
    """
    book = session.book
    if not title.strip():
        raise BadInputError("a milestone needs a title")
    if book.get(Initiative, initiative) is None:
        raise BadInputError(f"there is no initiative {initiative!r}")
    made = fresh(
        Milestone, initiative=initiative, title=title.strip(), owner=session.partner,
        duration_workdays=DEFAULT_DAYS, order=order_after(book, Milestone, after),
    )  # fmt: skip
    links = [fresh(Dependency, milestone=made.id, ref=after)] if after else []
    with_new = book.with_entities(
        [(("milestone", made.id), made), *((("dependency", link.id), link) for link in links)]
    )
    if _planned(with_new, initiative):
        row = plan_initiative(with_new, initiative).forecast[made.id]
        made = dataclasses.replace(made, forecast_start=row.start, forecast_finish=row.finish)
    return create(session, made, after=after, also=links, initiator=initiator)


def add_dependency(
    session: Session, milestone: str, ref: str, kind: str = "FS", lag: int = 0, initiator: object = None
) -> ChangeSet:  # fmt: skip
    """Let a milestone wait for another's finish (``FS``) or start (``SS``), plus a lag in workdays.

    Raises:
        BadInputError: it waits for that one already, or they would wait for each other in a circle.
    """
    book = session.book
    for end in (milestone, ref):
        if book.get(Milestone, end) is None:
            raise BadInputError(f"there is no milestone {end!r}")
    if milestone == ref:
        raise BadInputError("a milestone can't wait for itself")
    if any(link.ref == ref for link in book.children(Dependency, milestone)):
        raise BadInputError(f"it waits for {book.label('milestone', ref)} already")
    link = fresh(Dependency, milestone=milestone, ref=ref, type=kind, lag_workdays=lag)
    after = book.with_entities([(("dependency", link.id), link)])
    moved = _forecasts(book, after, {after.need(Milestone, milestone).initiative})
    note = f"{book.label('milestone', milestone)} waits for {book.label('milestone', ref)}"
    return create(session, link, note=note, fields=moved, initiator=initiator)


def new_risk(
    session: Session, initiative: str, text: str, kind: str = "risk", initiator: object = None
) -> ChangeSet:
    """Create a risk, issue or assumption in the middle of the scale, owned by the partner who writes.

    Raises:
        BadInputError: the text is empty.
    """
    if not text.strip():
        raise BadInputError("write what may happen")
    made = fresh(
        Risk, initiative=initiative, kind=kind, text=text.strip(), probability=3, impact=3,
        response="mitigate", owner=session.partner, status="open",
    )  # fmt: skip
    return create(session, made, initiator=initiator)


# -- taking away, keeping ----------------------------------------------------------------------


def remove(session: Session, key: Key, initiator: object = None) -> ChangeSet:
    """Delete an initiative, milestone, dependency or risk, the links to it, and move what waited for it.

    Raises:
        BadInputError: it isn't there.
    """
    book = session.book
    gone = [key, *_links_to(book, key)]
    after = book.with_entities([(one, None) for one in gone])
    edits = [FieldEdit(*one, "", None) for one in gone]
    touched = {one for one in _initiatives(book, edits) if after.get(Initiative, one) is not None}
    moved = [] if key[0] == "initiative" else _forecasts(book, after, touched)
    note = f"Deleted {book.label(*key)}" if key[0] != "dependency" else _unlinked(book, key[1])
    return delete(session, gone, note, initiator, fields=moved)


def _unlinked(book: Book, dependency: str) -> str:
    link = book.get(Dependency, dependency)
    if link is None:
        return ""
    waiting, ref = (book.label("milestone", one) for one in (link.milestone, link.ref))
    return f"{waiting} no longer waits for {ref}"


def _links_to(book: Book, key: Key) -> list[Key]:
    """Return the dependencies of others on a milestone, or on an initiative's milestones."""
    own = {key[1]} if key[0] == "milestone" else set()
    if key[0] == "initiative":
        own = {one.id for one in book.children(Milestone, key[1])}
    links = [one for one in book.all(Dependency) if one.ref in own and one.milestone not in own]
    return [("dependency", link.id) for link in links]


def set_baseline(session: Session, initiative: str, initiator: object = None) -> ChangeSet:
    """Keep the present forecast of an initiative as its baseline, in one commit.

    Raises:
        BadInputError: it can't be planned, or has no milestones.
    """
    book = session.book
    plan = plan_initiative(book, initiative)
    if not plan.forecast:
        raise BadInputError("there are no milestones to keep as a baseline yet")
    edits = [
        FieldEdit("milestone", key, field, value)
        for key, row in plan.forecast.items()
        for field, value in _baseline(book.need(Milestone, key), row.start, row.finish).items()
    ]
    return set_fields(
        session, edits, f"{book.label('initiative', initiative)}: baseline", initiator
    )


def _baseline(milestone: Milestone, start: str, finish: str) -> Mapping[str, object]:
    return {
        "baseline_start": start,
        "baseline_finish": finish,
        "baseline_duration_workdays": milestone.duration_workdays,
    }
