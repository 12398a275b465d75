"""A line planned by a method and by the first thing that can drive it, for tests that need no certain one."""

from dyad_desktop.domain.methods import DRIVEN_BY, FTE, VOLUME
from dyad_desktop.domain.operating import DraftLine, Position, Volume, draft_line_id
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.former import Former
from dyad_desktop.services.planning import choose_method, write_plan
from dyad_desktop.services.session import ChangeSet, Session


def plan_by_first(session: Session, draft: str, line: str, method: str) -> ChangeSet:
    """Choose a method as its dialog does; where it asks for a volume or a position, choose the first there is."""
    former = Former()
    changes = choose_method(session, draft, line, method, former=former)
    key = ("draft_line", draft_line_id(draft, line))
    kind = DRIVEN_BY.get(method)
    if kind in (VOLUME, FTE) and session.book.need(DraftLine, key[1]).driver is None:
        first = session.book.all(Position if kind == FTE else Volume)[0]
        return write_plan(session, [FieldEdit(*key, "driver", first.id)], former=former)
    return changes
