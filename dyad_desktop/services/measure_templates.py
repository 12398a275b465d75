"""The ready measures that come with the program, and the command that begins one."""

from functools import cache

from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.measure_templates import MeasureTemplate, measure_from, read_templates
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.resource import resource_path
from dyad_desktop.services.editing import create
from dyad_desktop.services.session import ChangeSet, Session


@cache
def measure_templates() -> tuple[MeasureTemplate, ...]:
    """Return every template, in the order of its table: by group."""
    path = resource_path("templates", "measure_templates.csv")
    return read_templates(path.read_text(encoding="utf-8").splitlines())


def begin_measure(
    session: Session, template_id: str, measure_id: str, goal: str, initiator: object = None
) -> ChangeSet:
    """Begin a measure of a goal from a template; everything of it can be changed afterwards.

    Raises:
        BadInputError: there is no such template or goal.
    """
    template = next((one for one in measure_templates() if one.id == template_id), None)
    if template is None:
        raise BadInputError(f"there is no template {template_id!r}")
    if session.book.get(Goal, goal) is None:
        raise BadInputError(f"there is no goal {goal!r}")
    currency = session.book.only(Partnership).currency
    return create(session, measure_from(template, measure_id, goal, currency), initiator=initiator)
