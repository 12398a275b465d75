"""What the page says where there is nothing to show: nothing differs, nobody is paired, or you haven't met."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dyad_desktop.ui import format as show
from dyad_desktop.ui.widgets.basics import Empty

if TYPE_CHECKING:
    from dyad_desktop.services.meeting_point import Meeting
    from dyad_desktop.ui.desk import Desk

MINE, MET, THEN = "mine", "met", "then"
_SAME = {
    MINE: "Nothing is apart here: you both have the same.",
    MET: "Nothing here has changed since you last met.",
    THEN: "Nothing here has changed since then.",
}
_PAUSED = "Nothing here has changed since your last pause."
_NOT_MET = (
    "You haven’t met yet. Once your laptops have, what each of you changed since stands here."
)
_UNPAIRED = (
    "Nobody is paired with this laptop yet, so there is nothing of {name}’s to stand beside yours. "
    "Pair your laptops, by a code or a file, under Partnership."
)
_UNHEARD = (
    "Nothing of {name}’s has come to this laptop yet, so there is nothing to stand beside yours. "
    "It comes by the network, a shared folder or a file."
)


def nothing(
    desk: "Desk", view: str, meeting: "Meeting | None", pair: Callable[[], None], *,
    unheard: str | None = None, left: int = 0,
) -> Empty:  # fmt: skip
    """Return it for a view; of ``unheard``, the other partner (empty: there is none), nothing is here yet.

    ``pair`` goes where one pairs; ``left`` counts what is apart since before.
    """
    if unheard is not None:
        return Empty(_unheard(desk, unheard), "Go to Laptops", pair)
    if view == MET and meeting is not None and not meeting.met:
        return Empty(_NOT_MET if meeting.alone else _PAUSED)
    return Empty(_SAME[view] + (f" {left_apart(left)}." if left else ""))


def left_apart(count: int) -> str:
    """Return in words how much is apart since before, which is no difference to then."""
    stand = "stands" if count == 1 else "stand"
    return f"{count:,} {stand} apart since before: see Ours apart"


def _unheard(desk: "Desk", other: str) -> str:
    met, me = desk.met, desk.partner
    heard = met is not None and any(one.partner != me for one in met.laptops)
    name = show.partner_name(desk.book, other) if other else "your partner"
    return (_UNHEARD if heard else _UNPAIRED).format(name=name)
