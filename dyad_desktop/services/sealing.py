"""Blind scores: a partner's marks stay on their own computer until every partner is done, then open by themselves.

What travels first is a seal, a salted hash; see ``domain.scoring``. Marks that are not open yet are kept beside the
keys of this computer, outside the workspace file, so that no copy, delivery or history of it holds them. They are
not encrypted there: on a computer that both partners use, only the interface keeps them apart.
"""

import os
import secrets
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec

from dyad_desktop.domain.capital import CapitalRequest, Criterion
from dyad_desktop.domain.scoring import (
    all_done,
    is_open,
    marks_of,
    may_open,
    must_say_seen,
    opened_marks,
    opening,
    seal,
    seals_seen,
    wanted,
)
from dyad_desktop.errors import BadInputError, WorkspaceError
from dyad_desktop.replication.commit import SEAL
from dyad_desktop.services.editing import FieldEdit, check_edits, set_fields
from dyad_desktop.services.local import data_folder
from dyad_desktop.services.session import ChangeSet, Session

KIND = "capital_request"
LOWEST, HIGHEST = 1, 5
_NOTHING = ChangeSet(frozenset())


class _Kept(msgspec.Struct):
    """What this computer keeps of one request: the marks so far, and the opening once they are sealed."""

    marks: dict[str, int] = msgspec.field(default_factory=dict)
    opened: str = ""


def _path(session: Session) -> Path:
    return data_folder() / "scores" / f"{session.workspace_id}-{session.partner}.json"


def _load(session: Session) -> dict[str, _Kept]:
    try:
        return msgspec.json.decode(_path(session).read_bytes(), type=dict[str, _Kept])
    except (OSError, msgspec.DecodeError):
        return {}


def _save(session: Session, request: str, kept: _Kept | None) -> None:
    everything = _load(session)
    if kept is None:
        everything.pop(request, None)
    else:
        everything[request] = kept
    path = _path(session)
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(msgspec.json.encode(everything))
            file.flush()
            os.fsync(file.fileno())  # a seal whose marks are lost can never be opened
        beside.replace(path)
    except OSError as error:
        raise WorkspaceError(
            f"The mark can't be kept on this computer ({error.strerror}). Nothing was changed."
        ) from error


# -- asking ------------------------------------------------------------------------------------


def own_marks(session: Session, request: str) -> dict[str, int]:
    """Return the writing partner's own marks of a request by criterion, open or not."""
    found = session.book.get(CapitalRequest, request)
    given = {} if found is None else marks_of(found, session.partner)
    if found is None or is_open(session.book, found):
        return given
    kept = _load(session).get(request)
    if kept is None:
        return given
    return {**given, **(opened_marks(kept.opened) if kept.opened else kept.marks)}


def elsewhere(session: Session, request: CapitalRequest) -> bool:
    """Return whether the writing partner sealed marks that this computer doesn't have: another one opens them."""
    sealed = request.score_seals.get(session.partner)
    if not sealed or request.score_salts.get(session.partner):
        return False
    kept = _load(session).get(request.id)
    return kept is None or _seal(session, request.id, kept.opened) != sealed


def _seal(session: Session, request: str, opened: str) -> str:
    return seal(session.workspace_id, request, session.partner, opened)


# -- marking -----------------------------------------------------------------------------------


def mark(
    session: Session, request: str, criterion: str, value: int | None, initiator: object = None
) -> ChangeSet:
    """Mark a request on a criterion, 1 to 5, as the partner who writes; ``None`` takes it back.

    While the marks are not open nothing is written into the workspace. Once they are, a mark is a change like any
    other.

    Raises:
        BadInputError: no such request or criterion, a mark that is none, or the marks are sealed already.
    """
    found = _request(session, request)
    if session.book.get(Criterion, criterion) is None:
        raise BadInputError(f"there is no criterion {criterion!r}")
    if is_open(session.book, found):
        slot = f"{session.partner}/{criterion}"
        note = f"{session.book.label(KIND, request)}: {criterion} scored"
        edit = FieldEdit(KIND, request, "scores", value, slot)
        return set_fields(session, [edit], note, initiator)
    if value is not None and not LOWEST <= value <= HIGHEST:
        raise BadInputError(f"{value} is outside {LOWEST} to {HIGHEST}")
    if found.score_seals.get(session.partner):
        raise BadInputError("your marks are sealed; take the seal back to change them")
    marks = own_marks(session, request)
    marks.pop(criterion, None)
    if value is not None:
        marks[criterion] = value
    _save(session, request, _Kept(marks))
    return _NOTHING


def finish(session: Session, request: str, initiator: object = None) -> ChangeSet:
    """Seal the writing partner's marks; whoever is last says that all seals are there.

    Raises:
        BadInputError: a criterion isn't marked yet, the marks are sealed or open already, or no such request.
    """
    found, book = _request(session, request), session.book
    if is_open(book, found) or found.score_seals.get(session.partner):
        raise BadInputError("your marks are done already")
    marks = own_marks(session, request)
    missing = [name for name in wanted(book) if name not in marks]
    if missing or not marks:
        raise BadInputError(f"not marked yet: {', '.join(missing) or 'any criterion'}")
    opened = opening(secrets.token_hex(16), marks)
    _save(session, request, _Kept(marks, opened))
    sealed = _seal(session, request, opened)
    edits = [_edit(request, "score_seals", sealed, session.partner)]
    seals = {**found.score_seals, session.partner: sealed}
    edits += _due(session, replace(found, score_seals=seals))
    return _write(session, edits, f"{book.label(KIND, request)}: scored", initiator)


def take_back(session: Session, request: str, initiator: object = None) -> ChangeSet:
    """Take the writing partner's seal back, as long as another partner isn't done.

    Raises:
        BadInputError: there is no seal, its marks are open, or every partner is done.
    """
    found, book = _request(session, request), session.book
    if not found.score_seals.get(session.partner):
        raise BadInputError("your marks are not sealed")
    if all_done(book, found) or found.score_salts.get(session.partner):
        raise BadInputError("everyone is done, so the marks open; change them once they are open")
    kept = _load(session).get(request)
    edit = _edit(request, "score_seals", None, session.partner)
    changes = _write(session, [edit], f"{book.label(KIND, request)}: seal taken back", initiator)
    if kept is not None:
        _save(session, request, _Kept(opened_marks(kept.opened) or kept.marks))
    return changes


def due(session: Session) -> bool:
    """Return whether ``open_due`` has something to write."""
    return any(map(partial(_due, session), session.book.all(CapitalRequest)))


def open_due(session: Session, initiator: object = None) -> ChangeSet:
    """Say which requests hold all seals, and open the writing partner's marks where all partners said so."""
    book = session.book
    found = {one.id: edits for one in book.all(CapitalRequest) if (edits := _due(session, one))}
    if not found:
        return _NOTHING
    edits = [edit for some in found.values() for edit in some]
    what = book.label(KIND, next(iter(found))) if len(found) == 1 else f"{len(found)} requests"
    opens = any(edit.field == "scores" for edit in edits)
    note = "scores opened" if opens else "everyone is done"
    return _write(session, edits, f"{what}: {note}", initiator)


def _due(session: Session, request: CapitalRequest) -> list[FieldEdit]:
    """Return what the writing partner owes a request: the word that all seals are there, and the opened marks."""
    book, who, edits = session.book, session.partner, []
    says = must_say_seen(book, request, who)
    opens = may_open(book, request, who, here=not session.owner)
    if not (says or opens) or elsewhere(session, request):
        return []
    if says:
        edits = [_edit(request.id, "score_seen", seals_seen(request), who)]
    if opens:
        edits += _opened(session, request.id, _load(session)[request.id].opened)
    return edits


def agree(
    session: Session, request: str, criterion: str, value: int | None, initiator: object = None
) -> ChangeSet:
    """Write the mark on which the partners agree; ``None`` takes it back.

    Raises:
        BadInputError: the marks are not open yet, a mark that is none, or no such request or criterion.
    """
    found = _request(session, request)
    if session.book.get(Criterion, criterion) is None:
        raise BadInputError(f"there is no criterion {criterion!r}")
    if not is_open(session.book, found):
        raise BadInputError("a mark is agreed once both have scored and the marks are open")
    note = f"{session.book.label(KIND, request)}: {criterion} agreed"
    edit = _edit(request, "agreed_scores", value, criterion)
    return set_fields(session, [edit], note, initiator)


def _request(session: Session, request: str) -> CapitalRequest:
    found = session.book.get(CapitalRequest, request)
    if found is None:
        raise BadInputError(f"there is no capital request {request!r}")
    return found


def _write(session: Session, edits: list[FieldEdit], note: str, initiator: object) -> ChangeSet:
    """Write what undo leaves alone: a seal is taken back by ``take_back``, and only while that gives nobody away."""
    return session.commit(check_edits(session.book, edits), note, initiator, kind=SEAL)


def _edit(request: str, field: str, value: object, slot: str) -> FieldEdit:
    return FieldEdit(KIND, request, field, value, slot)


def _opened(session: Session, request: str, opened: str) -> list[FieldEdit]:
    """Return the writes that open the writing partner's marks."""
    found = [_edit(request, "score_salts", opened, session.partner)]
    return found + [
        _edit(request, "scores", value, f"{session.partner}/{criterion}")
        for criterion, value in opened_marks(opened).items()
    ]
