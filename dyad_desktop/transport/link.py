"""Links to partners on the local network: mutual TLS 1.3, pinned certificates, one link a peer.

A link counts as open only after a hello each way inside TLS: with TLS 1.3 a client that the server is about
to refuse has "connected" already. When two computers dial each other at once, the one whose certificate has
the smaller hash lets its own call go first and turns the other's down; the other takes whichever comes.
"""

import asyncio
import contextlib
import hashlib
import socket
import ssl
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass

from dyad_desktop.errors import DyadError
from dyad_desktop.transport.certificate import Contexts, LinkIdentity, contexts, peer_certificate
from dyad_desktop.transport.channel import (
    BYE,
    HELLO,
    WIRE_FRAME,
    Link,
    LinkError,
    LinkTimes,
    Streams,
)
from dyad_desktop.transport.frames import FrameError, abort, close_stream, read_frame, write_frame
from dyad_desktop.transport.loop import LoopThread, Waiting, door_at

__all__ = ["Link", "LinkError", "LinkEvents", "LinkService", "LinkTimes"]

_HELLO = HELLO + b"dyad-link/1"
_SMALL = 64  # bytes; a stranger can't make us keep more than a hello
_STRANGERS = 32  # connections that may be between "accepted" and "known" at a time
_USUAL = LinkTimes()


@dataclass(frozen=True, slots=True)
class LinkEvents:
    """What the owner of the links is told, in their thread: hand over and return, don't wait there."""

    on_open: Callable[[Link], None]
    on_frame: Callable[[Link, bytes], None]
    on_close: Callable[[Link, str], None]


class LinkService:
    """All links of one computer, in one background thread."""

    def __init__(
        self,
        identity: LinkIdentity,
        pinned: Callable[[], Collection[bytes]],
        events: LinkEvents,
        times: LinkTimes = _USUAL,
    ) -> None:
        """Be ready; no socket is open before ``listen`` or ``connect``.

        ``pinned`` returns the certificates (DER) of the partners; it is asked for each connection.
        """
        self._identity, self._pinned, self._events, self._times = identity, pinned, events, times
        self._thread = LoopThread("dyad-links")
        self._links: dict[bytes, Link] = {}
        self._greeting: dict[bytes, asyncio.Future[Link | None]] = {}
        self._strangers = Waiting(_STRANGERS)
        self._known: tuple[frozenset[bytes], Contexts] | None = None
        self._sockets: list[socket.socket] = []

    def listen(self, host: str = "0.0.0.0", port: int = 0) -> int:  # noqa: S104 - partners call from elsewhere
        """Take calls; returns the port, chosen by the system for 0.

        Raises:
            LinkError: the address or port isn't free.
        """
        try:
            door = door_at(host, port)
        except OSError as error:
            raise LinkError(
                f"This computer can't take calls at {host}, port {port} ({error.strerror}). "
                "Choose another port, or let the other computer take the call."
            ) from error
        self._sockets.append(door)
        self._thread.start(self._thread.take_calls(door, self._answer))
        return int(door.getsockname()[1])

    def connect(self, host: str, port: int) -> Future[Link]:
        """Call a computer; the future gets the link, the one there is if there is one already.

        The future's error is a DyadError.
        """
        return self._thread.start(self._dial(host, port))

    def keep_connected(self, host: str, port: int) -> Future[None]:
        """Call until it works, again whenever the link ends, ever less often; ``cancel()`` gives up."""
        return self._thread.start(self._keep(host, port))

    def close(self) -> None:
        """Close every link and socket, and wait for the thread unless called from it."""
        if not self._thread.inside:
            with contextlib.suppress(DyadError):  # closed before
                self._thread.start(self._leave()).result()
        self._thread.close()
        for door in self._sockets:
            door.close()
        self._sockets.clear()

    async def _leave(self) -> None:
        links = list(self._links.values())
        for link in links:
            link.close()
        if links:
            await asyncio.wait(
                [asyncio.ensure_future(link.ended.wait()) for link in links], timeout=1
            )
        for link in links:
            self._forget(link, "The connection was closed here.")
            link.abort()

    async def _keep(self, host: str, port: int) -> None:
        wait = self._times.retry_first
        while True:
            try:
                link = await self._dial(host, port)
            except DyadError:
                pass  # away, asleep or switched off: tried again below
            else:
                since = self._thread.loop.time()
                await link.ended.wait()
                if self._thread.loop.time() - since > self._times.dead:
                    wait = self._times.retry_first
            await asyncio.sleep(wait)
            wait = min(2 * wait, self._times.retry_last)

    async def _answer(self, call: socket.socket) -> None:
        self._strangers.come()
        try:
            await self._welcome(call)
        except (OSError, DyadError):
            pass  # a stranger, or a partner who will call again: nothing is said to either
        finally:
            self._strangers.leave()

    async def _welcome(self, call: socket.socket) -> None:
        """Let a caller prove who it is, and open the link or turn it down."""
        pins, tls = self._trust()
        until = self._thread.loop.time() + self._times.hello  # for all that a stranger may take
        streams = await self._secured(call, tls)
        try:
            peer = self._peer(streams, pins)
            self._strangers.leave()
            async with asyncio.timeout_at(until):
                heard = await self._hear_hello(streams)
            declined = not heard or await self._my_call_first(peer)
            await self._say(streams, BYE if declined else _HELLO)
        except BaseException:
            abort(streams.writer.transport)
            raise
        if declined:
            await close_stream(streams.writer)
        else:
            self._install(peer, streams)

    async def _secured(self, call: socket.socket, tls: Contexts) -> Streams:
        """Return a call's streams, once TLS has found its caller to be one of the partners."""
        loop = self._thread.loop
        call.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol,
            call,
            ssl=tls.server,
            ssl_handshake_timeout=self._times.hello,
            ssl_shutdown_timeout=1,
        )
        return Streams(reader, asyncio.StreamWriter(transport, protocol, reader, loop))

    async def _my_call_first(self, peer: bytes) -> bool:
        """Return whether a call of ours to this peer, under way just now, takes the place of its call."""
        mine = self._greeting.get(peer)
        if mine is None or _rank(self._identity.certificate) > _rank(peer):
            return False
        await asyncio.wait([mine])
        return mine.result() is not None

    async def _dial(self, host: str, port: int) -> Link:
        pins, tls = self._trust()
        try:
            async with asyncio.timeout(2 * self._times.hello):
                reader, writer = await asyncio.open_connection(
                    host,
                    port,
                    ssl=tls.client,
                    server_hostname="",
                    ssl_handshake_timeout=self._times.hello,
                    ssl_shutdown_timeout=1,
                )
        except ssl.SSLError:
            raise LinkError(
                f"The computer at {host}, port {port} is not your partner's, or its pairing has "
                "changed. Nothing was sent. Pair again if both of you changed nothing on purpose."
            ) from None
        except OSError:
            raise LinkError(
                f"No computer answers at {host}, port {port}. Nothing is lost: check the address "
                "and that Dyad Desktop is open there with the local network switched on."
            ) from None
        streams = Streams(reader, writer)
        try:
            return await self._greet(streams, self._peer(streams, pins))
        except BaseException:
            abort(writer.transport)
            raise

    async def _greet(self, streams: Streams, peer: bytes) -> Link:
        """Exchange hellos as the caller, unless there is a link to this peer by now."""
        while (other := self._greeting.get(peer)) is not None:
            await asyncio.wait([other])
        if (link := self._links.get(peer)) is not None:
            await close_stream(streams.writer)
            return link
        done: asyncio.Future[Link | None] = self._thread.loop.create_future()
        self._greeting[peer] = done
        link = None
        try:
            await self._say(streams, _HELLO)
            if await self._hear_hello(streams):
                link = self._install(peer, streams)
        finally:
            del self._greeting[peer]
            done.set_result(link)
        return link if link is not None else await self._link_instead(peer, streams)

    async def _link_instead(self, peer: bytes, streams: Streams) -> Link:
        """Return the link by the peer's call, for which it turned down ours."""
        await close_stream(streams.writer)
        link = self._links.get(peer)
        if link is None:
            raise LinkError("Both computers called at once and neither got through. Try again.")
        return link

    def _trust(self) -> tuple[frozenset[bytes], Contexts]:
        pins = frozenset(self._pinned())
        if self._known is None or self._known[0] != pins:
            self._known = pins, contexts(self._identity, pins)
        return self._known

    def _peer(self, streams: Streams, pins: frozenset[bytes]) -> bytes:
        peer = peer_certificate(streams.writer.get_extra_info("ssl_object"), pins)
        if peer is None:
            raise LinkError("The computer that answered is not your partner's. Nothing was sent.")
        return peer

    async def _say(self, streams: Streams, frame: bytes) -> None:
        await write_frame(streams.writer, frame, WIRE_FRAME, self._times.hello)

    async def _hear_hello(self, streams: Streams) -> bool:
        """Wait for the other's hello; returns False when it turns the call down instead.

        Raises:
            LinkError: it says something else, or nothing.
        """
        try:
            frame = await read_frame(streams.reader, _SMALL, self._times.hello)
        except FrameError:
            raise LinkError(
                "The other computer didn't accept the connection. Nothing was sent. "
                "Check there that the pairing with this computer still stands."
            ) from None
        if frame[:1] == BYE:
            return False
        if frame != _HELLO:
            await self._say(streams, _HELLO)  # so that the other can tell its person the same
            raise LinkError(
                "The other computer runs a version of Dyad Desktop that this one can't talk to. "
                "Nothing was sent: bring both to the same version, or exchange bundles."
            )
        return True

    def _install(self, peer: bytes, streams: Streams) -> Link:
        """Open the link; who calls anew has lost the old one, so an old one ends."""
        old = self._links.get(peer)
        if old is not None:
            self._forget(old, "The other computer connected anew.")
            old.abort()
        link = self._links[peer] = Link(self._thread, peer, streams, self._times)
        if not self._thread.guard(lambda: self._events.on_open(link)):
            link.close()
        self._thread.spawn(self._carry(link))
        return link

    async def _carry(self, link: Link) -> None:
        reason = await link.run(self._events.on_frame)
        self._forget(link, reason)
        await link.hang_up()

    def _forget(self, link: Link, reason: str) -> None:
        """Tell once that a link ended."""
        if self._links.get(link.peer) is link:
            del self._links[link.peer]
            self._thread.guard(lambda: self._events.on_close(link, reason))


def _rank(certificate: bytes) -> bytes:
    return hashlib.sha256(certificate).digest()
