"""What changed since the partners last met, as rows of Home."""

from typing import TYPE_CHECKING

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.home.rows import HomeRow, RowText

if TYPE_CHECKING:
    from dyad_desktop.services.meeting_point import ChangedThing, Since
    from dyad_desktop.ui.desk import Desk

LATEST, SINCE = "latest", "since"
CHOICES = ((LATEST, "Latest"), (SINCE, "Since you met"))
SHOWN = 12
_FIELDS = 3


def heading(found: "Since") -> str:
    """Return what the list is called: since when, and how much."""
    when = found.meeting.wall_ms
    if found.meeting.alone:
        return f"You haven’t met yet · {_count(found)}"
    met = "Since you met" if found.meeting.met else "Since your last pause"
    since = f"{met}, {show.moment(when)}" if when else "Since the beginning"
    return f"{since} · {_count(found)}"


def _count(found: "Since") -> str:
    return "1 change" if found.count == 1 else f"{found.count:,} changes"


def rows_of(desk: "Desk", found: "Since") -> list[HomeRow]:
    """Return a row for each thing that changed, the newest first, and one for everything that isn't told singly."""
    made = [_row(desk, thing) for thing in found.things[:SHOWN]]
    for line in found.bulk:
        name = show.partner_name(desk.book, line.partner)
        text = f"{name}: {line.note}, {line.changes:,} values"
        made.append(HomeRow(RowText(text, side=show.moment(line.wall_ms)), None, "history"))
    more = len(found.things) - SHOWN
    if more > 0 or found.earlier:
        rest = [f"{more:,} more things"] if more > 0 else []
        rest += [f"{found.earlier:,} earlier changes"] if found.earlier else []
        made.append(
            HomeRow(RowText(f"And {' and '.join(rest)}: all of the history"), None, "history")
        )
    return made


def _row(desk: "Desk", thing: "ChangedThing") -> HomeRow:
    partners = [one for one in desk.book.all(Partner) if one.id in thing.partners]
    names = " and ".join(one.first_name for one in partners)
    fields = ", ".join(thing.fields[:_FIELDS]) + (" …" if len(thing.fields) > _FIELDS else "")
    detail = "deleted" if thing.deleted else fields or "moved"
    text = RowText(
        thing.label,
        f"{names}: {detail}",
        side=show.moment(thing.wall_ms),
        who=tuple((one.initials, desk.place(one.id)) for one in partners),
    )
    return HomeRow(
        text, None if thing.deleted else thing.key, "history" if thing.deleted else thing.page
    )
