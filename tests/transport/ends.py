"""Both ends of links and pairings on 127.0.0.1, with what they were told kept in queues."""

import queue
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dyad_desktop.transport.certificate import LinkIdentity, new_identity
from dyad_desktop.transport.link import Link, LinkEvents, LinkService, LinkTimes

HOST = "127.0.0.1"
WAIT = 15.0
QUICK = LinkTimes(hello=1.5, ping=0.1, dead=1.0, retry_first=0.02, retry_last=0.1)
PATIENT = LinkTimes(retry_first=0.02, retry_last=0.1)


@dataclass
class End:
    """A computer with its links."""

    identity: LinkIdentity = field(default_factory=new_identity)
    pins: Collection[bytes] = ()
    times: LinkTimes = PATIENT
    opened: "queue.Queue[Link]" = field(default_factory=queue.Queue)
    frames: "queue.Queue[bytes]" = field(default_factory=queue.Queue)
    closed: "queue.Queue[tuple[Link, str]]" = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.service = LinkService(
            self.identity,
            lambda: self.pins,
            LinkEvents(
                self.opened.put,
                lambda _link, frame: self.frames.put(frame),
                lambda link, reason: self.closed.put((link, reason)),
            ),
            self.times,
        )
        self.port = self.service.listen(HOST)

    @property
    def links(self) -> list[Link]:
        return list(self.service._links.values())


@contextmanager
def two_ends(times: LinkTimes = PATIENT) -> Iterator[tuple[End, End]]:
    """Two computers that know each other."""
    here, there = End(times=times), End(times=times)
    here.pins, there.pins = [there.identity.certificate], [here.identity.certificate]
    try:
        yield here, there
    finally:
        here.service.close()
        there.service.close()


def joined(here: End, there: End) -> tuple[Link, Link]:
    """Connect ``here`` to ``there``; returns both ends of the link."""
    link = here.service.connect(HOST, there.port).result(WAIT)
    assert here.opened.get(timeout=WAIT) is link
    return link, there.opened.get(timeout=WAIT)
