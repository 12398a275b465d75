"""How the partners' laptops stand to each other, for the window: who belongs, when they met, how far apart."""

from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import WorkspaceError
from dyad_desktop.replication.membership import Device, GivenUp
from dyad_desktop.replication.messages import Presence
from dyad_desktop.services import pairing, travel, turned_up
from dyad_desktop.services.identity import travel_of
from dyad_desktop.services.live import Seen
from dyad_desktop.services.session import Session
from dyad_desktop.services.wording import told_apart

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Laptop:
    """Another laptop: ``met_ms`` is UTC milliseconds, ``ahead`` counts commits here that it lacks."""

    key: bytes
    partner: str
    name: str
    met_ms: int | None
    ahead: int
    connected: bool = False
    presence: Presence | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """This laptop among the others. ``inviter`` and ``words`` are set while a new copy waits for its inviter.

    ``mine`` is this laptop's own key; empty where nothing keeps keys. ``unsure`` turned up after another
    laptop of their person was given up, and nobody vouched for them here. ``unreached`` wrote here, and nothing says
    how to reach them. ``no_further`` says why no further laptop of its person can be let in from here.
    """

    owner: str = ""
    laptops: tuple[Laptop, ...] = ()
    inviter: str = ""
    words: str = ""
    given_up: tuple[GivenUp, ...] = ()
    mine: bytes = b""
    unsure: tuple[Device, ...] = ()
    unreached: tuple[Device, ...] = ()
    no_further: str = ""

    def nearest(self, partner: str) -> Laptop | None:
        """Return the laptop of another partner that was met last, a connected one first."""
        found = [one for one in self.laptops if one.partner != partner]
        return max(found, key=lambda one: (one.connected, one.met_ms or 0), default=None)


def met(session: Session, seen: tuple[Seen, ...] = ()) -> Met:
    """Return how this laptop stands to the others; ``seen`` are those that are connected."""
    waits = pairing.pending(session.file)
    inviter, words = (waits.inviter, waits.fingerprint) if waits else ("", "")
    if session.owner:
        turned_up.follow(session)
    here = {one.device.key: one.presence for one in seen}
    mine, unreached, no_further = b"", list[Device](), ""
    try:
        peers = travel.peers(session)
        if session.owner:
            mine = travel_of(session.file.id, session.partner).keys.device_public
            unreached = travel.unreached(session)
            no_further = pairing.no_further(session)
    except WorkspaceError:  # nothing here keeps keys: nobody can have been paired with
        peers = []
    laptops = tuple(
        Laptop(
            p.device.key, p.device.partner, p.device.name, p.met_ms, p.ahead,
            p.device.key in here, here.get(p.device.key),
        )
        for p in peers
    )  # fmt: skip
    given_up = tuple(session.file.people.given_up())
    unsure = turned_up.unsure(session)
    return Met(
        session.owner, laptops, inviter, words, given_up, mine, unsure, tuple(unreached), no_further
    )


def ago(then_ms: int | None, now_ms: int) -> str:
    """Return how long ago something was: ``just now``, ``5 min ago``, ``2 h ago``, ``3 days ago``."""
    if then_ms is None:
        return "never"
    seconds = max(0, now_ms - then_ms) // 1000
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min ago"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR} h ago"
    return f"{seconds // _DAY} days ago"


def first_name(book: Book, partner: str) -> str:
    """Return what a partner is called in a sentence."""
    found = book.get(Partner, partner)
    return found.first_name if found is not None else "Your partner"


def possessive(book: Book, partner: str, me: str) -> str:
    """Return whose something of a partner's is, as ``me`` reads it: ``your``, ``Marcus’s``."""
    return "your" if partner == me else f"{first_name(book, partner)}’s"


def apart(laptop: Laptop, now_ms: int) -> str:
    """Return when a laptop was met and what it lacks: ``met 2 h ago · 3 changes to send``."""
    parts = ["not met yet" if laptop.met_ms is None else f"met {ago(laptop.met_ms, now_ms)}"]
    if laptop.ahead:
        parts.append(
            "1 change to send" if laptop.ahead == 1 else f"{laptop.ahead:,} changes to send"
        )
    elif laptop.met_ms is not None:
        parts.append("has everything")
    return " · ".join(parts)


def standing(book: Book, given_up: GivenUp, partner: str) -> str:
    """Return how a laptop that was given up stands, as ``partner`` reads it."""
    if given_up.in_force:
        return "given up · nothing is sent to it or taken from it"
    mine = partner in given_up.by
    by = "you" if mine else " and ".join(first_name(book, one) for one in given_up.by)
    agree = "another partner agrees" if mine else "you agree"
    return f"given up by {by} · what it writes counts until {agree}"


def names_of(met: Met) -> dict[bytes, str]:
    """Return what each laptop is called, by key: those of one name with the first digits of their key besides."""
    found = {one.key: one.name for one in met.laptops}
    found |= {one.device.key: one.device.name for one in met.given_up}
    found |= {one.key: one.name for one in (*met.unsure, *met.unreached)}
    return told_apart(found)


def place_of(book: Book, presence: Presence, pages: dict[str, str]) -> str:
    """Return where somebody is: ``in Operating budget, L17``."""
    page = pages.get(presence.page, "")
    thing = _thing(book, presence)
    where = ", ".join(part for part in (page, thing) if part)
    return f"in {where}" if where else "here"


def _thing(book: Book, presence: Presence) -> str:
    if not presence.id:
        return ""
    kind, name = presence.kind, presence.id
    if kind == "draft_line":
        kind, name = "operating_line", name.partition(".")[2]
    if book.entity(kind, name) is None:
        return ""
    return book.label(kind, name) if len(name) > 8 else name


def told(received: travel.Received, who: str) -> str:
    """Return what a delivery brought: ``Received 4 changes from Marcus; 1 disagreement``."""
    if not received.commits:
        return f"Nothing new from {who}."
    changes = "1 change" if received.commits == 1 else f"{received.commits:,} changes"
    text = f"Received {changes} from {who}"
    if received.waiting:
        text += f"; {received.waiting:,} wait for others that haven't come yet"
    if received.set_aside:
        text += f"; {received.set_aside:,} set aside, of a laptop that was given up"
    if received.disagreements:
        count = received.disagreements
        text += "; 1 disagreement" if count == 1 else f"; {count:,} disagreements"
    return text + "."
