"""Live exchange on the local network: an open session, its links, and the finding of each other.

Decisions. The session is read and written on one executor only, which the owner gives (``Run``): the window's
database worker, or the loop of a command. Frames are unpacked in the links' thread and sent from a thread per
link. Nothing counts as held before the other side says that it is on its disk.
"""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cryptography import x509

from dyad_desktop.errors import DyadError
from dyad_desktop.replication.membership import Device
from dyad_desktop.replication.messages import (
    Ack,
    Err,
    Have,
    Hello,
    Message,
    Presence,
    RefusedError,
    Vector,
    vector_of,
)
from dyad_desktop.services import travel
from dyad_desktop.services.conversation import Conversation, Delivery
from dyad_desktop.services.identity import travel_of
from dyad_desktop.services.session import Session
from dyad_desktop.transport.certificate import LinkIdentity
from dyad_desktop.transport.discovery import Discovery
from dyad_desktop.transport.link import Link, LinkError, LinkEvents, LinkService, LinkTimes

Run: TypeAlias = Callable[[Callable[[], Any], Callable[[Any], None]], None]
"""Runs work on the one thread that may use the session, then hands its result over to the owner's thread."""
_USUAL = LinkTimes()
_CALLS = 16
"""Addresses that are called over and over at a time."""
_LAST_WORDS = 2.0
"""Seconds at most for what was said to reach the link before it is closed."""
_SENTENCE = 400


def _nothing(*_arguments: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class LiveEvents:
    """What the owner is told.

    ``received`` comes by way of ``Run``, after the commits are on the disk. The others come in any thread:
    ``changed`` that somebody came, went, moved or now holds more; ``trouble`` a sentence; ``listening`` the port.
    """

    received: Callable[[Device, travel.Received], None] = _nothing
    changed: Callable[[], None] = _nothing
    trouble: Callable[[str], None] = _nothing
    listening: Callable[[int], None] = _nothing


@dataclass(frozen=True, slots=True)
class Door:
    """Where calls are taken, whom to call, and on which interfaces to look around (``None``: all; empty: none).

    With ``or_any``, another port does where the one that is asked for is taken.
    """

    listen: tuple[str, int] | None = ("0.0.0.0", 0)  # noqa: S104 - the partner calls from elsewhere
    call: tuple[str, int] | None = None
    interfaces: tuple[str, ...] | None = None
    or_any: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A partner's laptop that is connected, and where its person is, once told."""

    device: Device
    presence: Presence | None


@dataclass(slots=True)
class Traffic:
    """How much went each way since the start."""

    commits_sent: int = 0
    commits_received: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What the session tells the network's side: read on its executor, replaced as a whole."""

    workspace: bytes
    device: bytes
    link: LinkIdentity
    others: dict[bytes, Device] = field(default_factory=dict)
    rooms: tuple[bytes, ...] = ()


class Live:
    """Exchanges with every member's laptop in reach from ``start`` to ``close``."""

    def __init__(
        self, session: Session, run: Run, events: LiveEvents, times: LinkTimes = _USUAL
    ) -> None:
        """Be ready; no socket is opened before ``start``."""
        self._session, self._run, self._events, self._times = session, run, events, times
        self.traffic = Traffic()
        self.port = 0
        self._known: _Known | None = None
        self._service: LinkService | None = None
        self._discovery: Discovery | None = None
        self._open: dict[Link, Conversation] = {}
        self._calls: dict[tuple[str, int], Future[None]] = {}
        self._found: set[bytes] = set()
        self._met: dict[bytes, Vector] = {}
        self._reached: set[str] = set()
        self._presence: Presence | None = None
        self._lock = threading.Lock()
        self._closed = self._pushing = False
        self._door = Door()
        self._helper = ThreadPoolExecutor(1, "dyad-live")

    # -- from and to the owner -----------------------------------------------------------------

    def start(self, door: Door) -> None:
        """Take calls and call, soon; trouble is told."""
        self._door = door
        self._on_session(self._look, lambda _: self._soon(self._open_up))

    def close(self) -> None:
        """End every link in order and wait for the threads; nothing is told after that."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        # What opens just now is closed by the helper after it.
        self._helper.submit(self._shut)
        self._helper.shutdown(wait=True)

    def committed(self) -> None:
        """Send what was written here to everybody connected, at once; also follow who belongs."""
        with self._lock:
            if self._pushing or self._closed:
                return
            self._pushing = True
        self._on_session(self._push_news, _nothing)

    def show(self, presence: Presence) -> None:
        """Tell the others where this person is; the same twice is told once."""
        if presence != self._presence:
            self._presence = presence
            for talk in self._talks():
                if talk.greeted:
                    talk.say(presence)

    def call(self, host: str, port: int) -> None:
        """Call an address until it answers, and again whenever the link ends."""
        with self._lock:
            service = self._service
            if self._closed or service is None or (host, port) in self._calls:
                return
            with contextlib.suppress(DyadError):
                self._calls[(host, port)] = service.keep_connected(host, port)
            while len(self._calls) > _CALLS:
                self._calls.pop(next(iter(self._calls))).cancel()

    @property
    def seen(self) -> tuple[Seen, ...]:
        """Return whose laptops are connected, from any thread."""
        found = [Seen(talk.device, talk.presence) for talk in self._talks() if talk.greeted]
        return tuple(sorted(found, key=lambda seen: (seen.device.partner, seen.device.key)))

    @property
    def reached(self) -> tuple[str, ...]:
        """Return the laptops that said what they hold since the start, also those that left."""
        return tuple(sorted(self._reached))

    @property
    def discovery(self) -> Discovery | None:
        """Return what finds others on the network, once it runs."""
        return self._discovery

    def settled(self, device: bytes | None = None) -> bool:
        """Return whether a laptop (or every one met since the start) said that it holds what this copy holds.

        It may have left after that. To be asked on the session's executor.
        """
        if any(talk.theirs is None for talk in self._talks()):
            return False
        mine = self._session.file.vector()
        met = [held for key, held in self._met.items() if device in (None, key)]
        return bool(met) and all(held == mine for held in met)

    # -- on the session's executor -------------------------------------------------------------

    def _on_session(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Run work on the session's executor; an error of the world becomes a sentence."""

        def guarded() -> Any:  # noqa: ANN401 - whatever the work gives
            if self._closed:
                return None
            try:
                return work()
            except DyadError as error:
                self._events.trouble(str(error))
                return None

        def hand_over(result: Any) -> None:  # noqa: ANN401 - as above
            if not self._closed:
                done(result)

        self._run(guarded, hand_over)

    def _look(self) -> None:
        """Read who belongs, and let go of who doesn't any more."""
        session = self._session
        mine = travel_of(session.file.id, session.partner)
        others = {device.link: device for device in travel.others(session) if _usable(device.link)}
        self._known = _Known(
            session.file.id, mine.keys.device_public, mine.link, others,
            tuple(session.file.people.rooms()),
        )  # fmt: skip
        for talk in self._talks():
            if talk.link.peer not in others:
                talk.refuse(
                    RefusedError(
                        "This computer was given up, or doesn't belong to the partnership."
                    )
                )
        if set(self._known.rooms) - self._found and self._service is not None:
            self._soon(self._look_around)

    def _greet(self, talk: Conversation) -> None:
        known = self._need()
        talk.say(Hello(known.workspace, known.device), *travel.opening(self._session))
        if self._presence is not None:
            talk.say(self._presence)

    def _push_news(self) -> None:
        with self._lock:
            self._pushing = False
        self._look()
        self._push()

    def _push(self) -> None:
        """Send everybody what they lack, once they said what they hold."""
        vector = self._session.file.vector()
        for talk in self._talks():
            if talk.theirs is None or talk.known == vector:
                continue
            segments = self._session.file.segments_since(talk.known)
            if segments:
                talk.deliver(segments, self._session.file.vector())

    def _take(
        self, talk: Conversation, have: Have, delivery: Delivery
    ) -> tuple[Device, travel.Received] | None:
        """Take a delivery; it is on the disk before its sender is told so."""
        received = None
        try:
            if delivery.segments:
                messages: list[Message] = [*talk.vouched, *delivery.segments, have]
                received = travel.take(self._session, talk.device.key, messages, delivery.bytes)
                talk.acknowledge(self._session.file.vector())
            else:
                travel.note_held(self._session, talk.device.key, have.heads)
        except DyadError as error:
            self._events.trouble(f"{talk.device.name}: {error}")
            talk.refuse(error)
            return None
        self._holds(talk, have)
        if received is not None and received.commits:
            self.traffic.commits_received += received.commits
            self._look()
        self._push()
        return None if received is None else (talk.device, received)

    def _hold(self, talk: Conversation, ack: Ack) -> None:
        self._holds(talk, ack)
        travel.note_held(self._session, talk.device.key, ack.heads)

    def _holds(self, talk: Conversation, said: Have | Ack) -> None:
        vector = vector_of(said.heads)
        talk.holds(vector)
        self._met[talk.device.key] = vector
        self._reached.add(f"{talk.device.name} ({talk.device.partner})")

    # -- in the links' thread ------------------------------------------------------------------

    def _on_open(self, link: Link) -> None:
        device = self._need().others.get(link.peer)
        if device is None:  # it was let go while it called
            link.close()
            return
        talk = Conversation(link, device, self._on_sent)
        with self._lock:
            self._open[link] = talk
        self._on_session(lambda: self._greet(talk), _nothing)

    def _on_frame(self, link: Link, frame: bytes) -> None:
        talk = self._open.get(link)
        if talk is None:
            return
        self.traffic.bytes_received += len(frame)
        try:
            message = talk.hear(frame, self._need().workspace)
        except RefusedError as error:
            self._events.trouble(str(error))
            talk.refuse(error)
            return
        if isinstance(message, Have):
            delivery = talk.whole_delivery()
            self._on_session(lambda: self._take(talk, message, delivery), self._on_taken)
        elif isinstance(message, Ack):
            self._on_session(lambda: self._hold(talk, message), self._on_held)
        elif isinstance(message, Hello | Presence):
            self._events.changed()
        elif isinstance(message, Err):
            self._events.trouble(f"{talk.device.name} says: {message.sentence[:_SENTENCE]}")

    def _on_close(self, link: Link, _reason: str) -> None:
        with self._lock:
            talk = self._open.pop(link, None)
        if talk is not None:
            talk.end()
            if not self._closed:
                self._events.changed()

    def _on_sent(self, commits: int, size: int) -> None:
        with self._lock:
            self.traffic.commits_sent += commits
            self.traffic.bytes_sent += size

    # -- in the owner's thread -----------------------------------------------------------------

    def _on_taken(self, taken: tuple[Device, travel.Received] | None) -> None:
        if taken is not None:
            self._events.received(*taken)
        self._events.changed()

    def _on_held(self, _nothing: object) -> None:
        self._events.changed()

    # -- in the helper's thread ----------------------------------------------------------------

    def _soon(self, work: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                if not self._closed:
                    work()
            except DyadError as error:
                self._events.trouble(str(error))

        with self._lock:
            if not self._closed:
                self._helper.submit(guarded)

    def _open_up(self) -> None:
        if self._known is None:
            return  # trouble was told
        self._service = LinkService(
            self._known.link,
            lambda: self._need().others,
            LinkEvents(self._on_open, self._on_frame, self._on_close),
            self._times,
        )
        if self._door.call is not None:
            self.call(*self._door.call)
        if self._door.listen is not None:
            self.port = self._listen(self._service, *self._door.listen)
            self._events.listening(self.port)
        self._look_around()

    def _listen(self, service: LinkService, host: str, port: int) -> int:
        try:
            return service.listen(host, port)
        except LinkError:
            if not (port and self._door.or_any):
                raise
        return service.listen(host)

    def _look_around(self) -> None:
        """Announce this computer in the rooms that it knows, and find others there."""
        if self._door.interfaces == () or not self.port:
            return
        if self._discovery is None:
            self._discovery = Discovery(self._door.interfaces)
        for secret in self._need().rooms:
            if secret not in self._found:
                self._found.add(secret)
                self._discovery.announce_room(secret, self.port)
                self._discovery.find_room(secret, self.call)

    def _shut(self) -> None:
        talks = self._talks()
        for talk in talks:
            talk.end()
        for talk in (
            talks
        ):  # else the last word, that a delivery is on the disk, could be lost with the link
            talk.wait(_LAST_WORDS)
        for call in self._calls.values():
            call.cancel()
        if self._service is not None:
            self._service.close()
        if self._discovery is not None:
            self._discovery.close()

    # -- anywhere ------------------------------------------------------------------------------

    def _talks(self) -> list[Conversation]:
        with self._lock:
            return list(self._open.values())

    def _need(self) -> _Known:
        if self._known is None:
            raise RuntimeError("the session was not looked at")
        return self._known


def _usable(certificate: bytes) -> bool:
    """Return whether bytes of the log are a certificate: one that isn't would spoil all pins."""
    try:
        x509.load_der_x509_certificate(certificate)
    except ValueError:
        return False
    return True
