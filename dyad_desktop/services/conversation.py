"""One link's conversation: who is there, what each side holds, and what is on its way.

The order is HELLO, HAVE; then, as often as something is new, SEG … SEG HAVE, answered by ACK. A HAVE after
segments ends a delivery: all of it is taken at once, since one actor's commits may wait for another's.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from dyad_desktop.errors import DyadError
from dyad_desktop.replication.membership import Device
from dyad_desktop.replication.messages import (
    MAX_FRAME,
    VERSION,
    Ack,
    Err,
    Have,
    Hello,
    Know,
    Message,
    Presence,
    RefusedError,
    Seg,
    Vector,
    decode,
    encode,
    heads_of,
    is_too_much,
    runs_of,
)
from dyad_desktop.transport.link import Link

RUN = MAX_FRAME // 2
"""Bytes of commits that go into one frame, before they are compressed."""
MAX_PRESENCE = 200
"""Longest part of a presence, in characters."""
UNTOUCHED = "Nothing of it was applied; your copy is as it was."


class Delivery:
    """Segments that belong together, in the order they came."""

    def __init__(self) -> None:
        self.segments: list[Seg] = []
        self.bytes = 0
        self._held = 0

    def add(self, seg: Seg, size: int) -> None:
        """Take a run of commits that came as a frame of ``size`` bytes.

        Raises:
            RefusedError: it would be more than this program holds.
        """
        self._held += sum(len(data) for data in seg.commits)
        self.bytes += size
        if is_too_much(self.bytes, self._held):
            raise RefusedError(f"More came at once than may come. {UNTOUCHED}")
        self.segments.append(seg)


class Conversation:
    """What is said over one link; frames are sent by a thread of its own, so that nobody waits for the network."""

    def __init__(self, link: Link, device: Device, sent: Callable[[int, int], None]) -> None:
        """Talk with a ``device`` over a ``link``; ``sent`` is told of commits and bytes that went out."""
        self.link, self.device = link, device
        self.greeted = False
        self.presence: Presence | None = None
        self.vouched: tuple[Know, ...] = ()
        """Whom the other side knows as partners, as it said."""
        self.theirs: Vector | None = None
        """What the other side holds durably, as it last said; ``None`` before it said so."""
        self.known: dict[bytes, tuple[int, bytes]] = {}
        """What the other side holds or is about to: the most of what it said and what was sent."""
        self.delivery = Delivery()
        self._sent = sent
        self._out = ThreadPoolExecutor(1, "dyad-sending")
        self._lock = threading.Lock()
        self._over = False
        self._last: Future[None] | None = None

    # -- what comes in -------------------------------------------------------------------------

    def hear(self, frame: bytes, workspace: bytes) -> Message | Delivery | None:
        """Return what a frame asks to be done about it; ``None`` when it only goes on.

        Raises:
            RefusedError: it is out of order, or isn't from this partnership.
        """
        message = decode(frame)
        if isinstance(message, Hello):
            self._greet(message, workspace)
        elif isinstance(message, Err):
            return message
        elif not self.greeted:
            raise RefusedError("The other computer didn't say which partnership it means.")
        elif isinstance(message, Know):
            self.vouched = (message,)
            return None
        elif isinstance(message, Seg):
            self.delivery.add(message, len(frame))
            return None
        elif isinstance(message, Presence):
            if max(len(part) for part in _parts(message)) > MAX_PRESENCE:
                raise RefusedError("What came isn't as it should be.")
            self.presence = message
        return message

    def _greet(self, hello: Hello, workspace: bytes) -> None:
        if hello.version != VERSION:
            raise RefusedError(
                "The other computer runs another version of Dyad Desktop. Nothing was exchanged: bring both to the"
                " same version, or exchange bundles."
            )
        if hello.workspace != workspace or hello.device != self.device.key:
            raise RefusedError(
                "The other computer shows another partnership. Nothing was exchanged."
            )
        self.greeted = True

    def whole_delivery(self) -> Delivery:
        """Return what came since the last time, and begin anew."""
        whole, self.delivery = self.delivery, Delivery()
        return whole

    def holds(self, vector: Vector) -> None:
        """Note what the other side says that it holds."""
        self.theirs = dict(vector)
        self.will_hold(vector)

    def will_hold(self, vector: Vector) -> None:
        """Note what is on its way to the other side."""
        for actor, head in vector.items():
            if head[0] >= self.known.get(actor, (0, b""))[0]:
                self.known[actor] = head

    # -- what goes out -------------------------------------------------------------------------

    def say(self, *messages: Message) -> None:
        """Send messages in order, soon."""
        with self._lock:
            if not self._over:
                self._out.submit(self._send, messages)

    def deliver(self, segments: Sequence[Seg], vector: Vector) -> None:
        """Send segments, and what this copy holds at their end."""
        self.will_hold(vector)
        runs = [run for seg in segments for run in runs_of(seg, RUN)]
        self.say(*runs, Have(heads_of(vector)))

    def acknowledge(self, vector: Vector) -> None:
        """Say what is on this computer's disk now."""
        self.say(Ack(heads_of(vector)))

    def refuse(self, error: DyadError) -> None:
        """Say why it can't go on, and close the link."""
        self.say(Err("refused", str(error)))
        self.end(hang_up=True)

    def end(self, *, hang_up: bool = False) -> None:
        """Send nothing more after what was said."""
        with self._lock:
            if self._over:
                return
            self._over = True
            if hang_up:
                self._out.submit(self.link.close)
            self._last = self._out.submit(_said_all)
            self._out.shutdown(wait=False)

    def wait(self, seconds: float) -> None:
        """Wait, once it was ended, until what was said is with the link; at most so long."""
        if self._last is not None:
            wait([self._last], seconds)

    def _send(self, messages: Sequence[Message]) -> None:
        for message in messages:
            frame = encode(message)
            if len(frame) > MAX_FRAME:
                frame = encode(Err("large", TOO_LARGE))
            try:
                self.link.send(frame)
            except DyadError:
                return  # the link is closed: the next one begins with what is missing
            self._sent(len(message.commits) if isinstance(message, Seg) else 0, len(frame))


TOO_LARGE = "One change is too large for the network. Nothing is lost: your partner can send it as a bundle."


def _said_all() -> None:
    """Stand behind everything that was said."""


def _parts(message: Presence) -> tuple[str, ...]:
    return (
        message.partner, message.page, message.kind, message.id, message.field, message.slot,
    )  # fmt: skip
