"""Line of sight: from the purpose down to any goal, milestone, request or budget line."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dyad_desktop.domain import registry
from dyad_desktop.domain.book import KIND_OF, Book, Key
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.meetings import Action, Decision
from dyad_desktop.domain.operating import DraftLine, OperatingLine
from dyad_desktop.domain.partnership import Charter

PURPOSE: Key = ("charter", "charter")
NO_PURPOSE = "The purpose is not written yet"
WHY_KINDS = ("initiative", "goal", "capital_request")
"""Kinds that answer why, the most telling first."""
_WORD = re.compile(r"[\w.:+\-]*\w", re.ASCII)


def line_of_sight(book: Book, kind: str, entity_id: str) -> tuple[tuple[str, str, str], ...]:
    """Return (kind, id, label) from the purpose down to a thing, one way where several lead there.

    Measures and initiatives hang on their goal, milestones on their initiative, capital on the
    initiative that needs it, and budget lines on the decision, action or note that names both. What
    nothing links stands directly under the purpose.
    """
    path = [(kind, entity_id)]
    while (above := _above(book, *path[-1])) is not None and above not in path:
        path.append(above)
    if PURPOSE not in path:
        path.append(PURPOSE)
    return tuple((*key, _label(book, key)) for key in reversed(path))


def _label(book: Book, key: Key) -> str:
    if key == PURPOSE:
        return book.only(Charter).purpose or NO_PURPOSE
    return book.label(*key)


def _above(book: Book, kind: str, entity_id: str) -> Key | None:
    entity = book.entity(kind, entity_id)
    if entity is None:
        return None
    rule = _RULES.get(type(entity))
    if rule is not None:
        return next(rule(book, entity), None)
    spec = registry.KINDS[kind]
    if not spec.parent_field:
        return None
    return _known(book, spec.parent, getattr(entity, spec.parent_field))


def _known(book: Book, kind: str, entity_id: str | None) -> Key | None:
    if entity_id is None or book.entity(kind, entity_id) is None:
        return None
    return kind, entity_id


def _first_why(book: Book, ids: tuple[str, ...]) -> Iterator[Key]:
    for kind in WHY_KINDS:
        yield from ((kind, one) for one in ids if book.entity(kind, one) is not None)


def _above_goal(book: Book, goal: Goal) -> Iterator[Key]:
    found = _known(book, "objective", goal.supports)
    yield from (found,) if found else ()


def _above_initiative(book: Book, initiative: Initiative) -> Iterator[Key]:
    yield from (("goal", goal) for goal in initiative.goals if book.get(Goal, goal) is not None)


def _above_request(book: Book, request: CapitalRequest) -> Iterator[Key]:
    for initiative in book.all(Initiative):
        if request.id in initiative.capital:
            yield KIND_OF[Initiative], initiative.id
    yield from _first_why(book, request.links)


def _above_line(book: Book, line: OperatingLine) -> Iterator[Key]:
    for decision in book.all(Decision):
        if line.id in decision.links:
            yield KIND_OF[Decision], decision.id
    for action in book.all(Action):
        if action.link == line.id and action.meeting is not None:
            yield KIND_OF[Action], action.id
    yield from _first_why(book, tuple(_WORD.findall(line.note or "")))


def _above_decision(book: Book, decision: Decision) -> Iterator[Key]:
    yield from _first_why(book, decision.links)
    found = _known(book, "decision_right", decision.decision_right)
    yield from (found,) if found else ()


def _above_action(book: Book, action: Action) -> Iterator[Key]:
    found = book.find(action.link) if action.link else None
    if found is not None and found[0] != KIND_OF[OperatingLine]:
        yield found
    elif (meeting := _known(book, "meeting", action.meeting)) is not None:
        yield meeting


def _above_draft_line(book: Book, said: DraftLine) -> Iterator[Key]:
    found = _known(book, KIND_OF[OperatingLine], said.line)
    yield from (found,) if found else ()


_RULES: Mapping[type, Callable[[Book, Any], Iterator[Key]]] = {
    Goal: _above_goal,
    Initiative: _above_initiative,
    CapitalRequest: _above_request,
    OperatingLine: _above_line,
    Decision: _above_decision,
    Action: _above_action,
    DraftLine: _above_draft_line,
}
