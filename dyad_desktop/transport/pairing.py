"""Pairing by code on the local network: two people, two computers, one code that is good for one pairing.

The conversation, each line one frame; boxes are ``pairing_secret``'s::

    joiner  -> inviter   version, SPAKE2 message
    inviter -> joiner    SPAKE2 message
    joiner  -> inviter   proof that it knows the code        (a wrong one is a try)
    inviter -> joiner    proof, or nothing when the joiner's was wrong
    joiner  -> inviter   box: commitment to a random number, payload
    inviter -> joiner    box: random number, payload
    joiner  -> inviter   box: its random number
                         both show four words; their people compare
    each    -> other     box: the words are the same, or not
    each    -> other     box: done

Decisions: the joiner proves first, so a guesser learns nothing but "wrong" and each guess is counted. Who only
connects, or leaves before proving, has learned nothing and is not counted: otherwise any neighbour could use
the tries up. The first right proof uses the code up, whatever comes after. Each side's result needs its
own person's word and the other's.
"""

import asyncio
import secrets
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from spake2 import SPAKE2_A, SPAKE2_B  # type: ignore[import-untyped]

from dyad_desktop.errors import DyadError
from dyad_desktop.transport.code import (
    code_number,
    fingerprint_words,
    make_code,
    read_code,
)
from dyad_desktop.transport.frames import FrameError
from dyad_desktop.transport.loop import LoopThread, Waiting, door_at
from dyad_desktop.transport.pairing_secret import PairingSecret, commitment
from dyad_desktop.transport.pairing_talk import MAX_PAYLOAD, PairingError, Talk, broken_off

__all__ = [
    "MAX_PAYLOAD",
    "Offer",
    "Pairing",
    "PairingError",
    "PairingEvents",
    "PairingLimits",
    "accept",
    "code_number",
    "fingerprint_words",
    "make_code",
    "offer",
    "read_code",
]

_VERSION = b"dyad-pair/1\0"
_SPAKE = 33
_NONCE = 32
_AT_ONCE = 8  # callers who may be proving themselves at a time
_WORDS = 4
_SAME, _DIFFER, _DONE = b"same", b"differ", b"done"
_WRONG = b""
_JOINER, _INVITER = b"dyad joiner", b"dyad inviter"


@dataclass(frozen=True, slots=True)
class PairingLimits:
    """Seconds that a code is good for, for a message, for the people to compare; and how many tries."""

    lifetime: float = 600.0
    message: float = 10.0
    person: float = 600.0
    tries: int = 3


@dataclass(frozen=True, slots=True)
class PairingEvents:
    """What a side is told, in the pairing's thread; either ``on_paired`` or ``on_failed`` comes, once.

    ``on_words`` gives the four words to show; then ``confirm`` or ``refuse`` is called. ``on_paired`` gives the
    other side's payload. ``on_wrong_code`` tells an inviter how many tries are left.
    """

    on_words: Callable[[str], None]
    on_paired: Callable[[bytes], None]
    on_failed: Callable[[DyadError], None]
    on_wrong_code: Callable[[int], None] = lambda _left: None


_USUAL = PairingLimits()


class Pairing:
    """One side of a pairing under way, in a thread of its own that ends with it."""

    def __init__(self, payload: bytes, events: PairingEvents, limits: PairingLimits) -> None:
        """Be ready to exchange ``payload``."""
        if len(payload) > MAX_PAYLOAD:
            raise ValueError(f"a payload of {len(payload)} bytes, {MAX_PAYLOAD} at most")
        self._payload, self._events, self._limits = payload, events, limits
        self._thread = LoopThread("dyad-pairing")
        self._verdict: asyncio.Future[bytes] = self._thread.loop.create_future()
        self._comparing = False

    def confirm(self) -> None:
        """Say, from any thread, that both screens show the same words."""
        self._thread.post(lambda: self._decide(_SAME))

    def refuse(self) -> None:
        """Say, from any thread, that the words differ: the pairing ends on both sides."""
        self._thread.post(lambda: self._decide(_DIFFER))

    def close(self) -> None:
        """Give up, if it isn't over; nothing more is told."""
        self._thread.close()

    def _decide(self, verdict: bytes) -> None:
        # Who hasn't seen the words can't have compared them.
        if self._comparing and not self._verdict.done():
            self._verdict.set_result(verdict)

    def _begin(self, work: Callable[[], Coroutine[Any, Any, bytes]]) -> None:
        self._thread.post(lambda: self._thread.spawn(self._conclude(work)))

    async def _conclude(self, work: Callable[[], Coroutine[Any, Any, bytes]]) -> None:
        """Tell the outcome and end the thread."""
        try:
            tell = partial(self._events.on_paired, await work())
        except FrameError:
            tell = partial(self._events.on_failed, broken_off())
        except DyadError as error:
            tell = partial(self._events.on_failed, error)
        except BaseException:
            self._thread.close()
            raise
        self._thread.guard(tell)
        self._thread.close()

    async def _compare(self, talk: Talk, transcript: bytes) -> None:
        """Show the words and wait until both people said that they are the same.

        Raises:
            PairingError: one said that they differ, or nothing.
        """
        self._comparing = True
        self._thread.guard(partial(self._events.on_words, fingerprint_words(transcript, _WORDS)))
        heard = asyncio.ensure_future(talk.take(self._limits.person))
        try:
            async with asyncio.timeout(self._limits.person):
                await asyncio.wait({heard, self._verdict}, return_when=asyncio.FIRST_COMPLETED)
                if heard.done():
                    _check(heard.result())
                mine = await self._verdict
                await talk.put(mine)
                if mine == _DIFFER:
                    raise _differ("You said")
                _check(await heard)
        except TimeoutError:
            raise PairingError(
                "The words were not compared in time, and the pairing ended. Nothing was trusted. "
                "Make a new code when both of you are there."
            ) from None
        finally:
            heard.cancel()
            await asyncio.gather(heard, return_exceptions=True)
        # Who confirmed and then left, while the other was still comparing, doesn't count.
        await talk.put(_DONE)
        if await talk.take() != _DONE:
            raise broken_off()


class Offer(Pairing):
    """The inviter's side: waits at ``port`` for the one who was told the code."""

    def __init__(
        self,
        code: str,
        address: tuple[str, int],
        payload: bytes,
        events: PairingEvents,
        limits: PairingLimits,
    ) -> None:
        """Listen; ends by itself when the code was used, guessed at too often, or is too old."""
        super().__init__(payload, events, limits)
        try:
            self._door = _open_door(*address)
        except PairingError:
            self._thread.close()
            raise
        self.port = int(self._door.getsockname()[1])
        self._code = code
        self._left = limits.tries
        self._callers = Waiting(_AT_ONCE)
        self._chosen: Talk | None = None
        self._taken: asyncio.Future[tuple[Talk, PairingSecret]] = self._thread.loop.create_future()
        self._begin(self._wait)

    def close(self) -> None:
        """Take the code back, if it isn't over; nothing more is told."""
        super().close()
        if not self._thread.inside:
            self._door.close()

    async def _wait(self) -> bytes:
        try:
            return await self._pair(*await self._first_proof())
        finally:
            if self._chosen is not None:
                await self._chosen.close()

    async def _first_proof(self) -> tuple[Talk, PairingSecret]:
        """Answer callers until one knows the code.

        Raises:
            PairingError: nobody did in time, or too many guessed.
        """
        calls = self._thread.spawn(self._thread.take_calls(self._door, self._called))
        try:
            async with asyncio.timeout(self._limits.lifetime):
                return await self._taken
        except TimeoutError:
            raise PairingError(
                "Nobody used the code in time, and it is no longer good. "
                "Make a new one when the other person is ready."
            ) from None
        finally:
            for task in (calls, *self._callers):
                task.cancel()
            await asyncio.wait({calls})
            self._door.close()

    async def _called(self, call: socket.socket) -> None:
        if self._taken.done():
            call.close()
            return
        self._callers.come()
        try:
            streams = await asyncio.open_connection(sock=call)
            await self._answer(Talk(*streams, self._limits.message))
        except OSError:
            call.close()
        finally:
            self._callers.leave()

    async def _answer(self, talk: Talk) -> None:
        """Let a caller prove itself; a right proof takes the offer, a wrong one is a try."""
        try:
            async with asyncio.timeout(2 * self._limits.message):  # both messages, however slowly
                secret, proof = await self._agree(talk)
            # From here to the outcome nothing waits, so that no guess escapes the count.
            if self._taken.done():
                return
            if secret.proves(proof):
                self._chosen = talk  # from here on closed by who waits, whatever ends the wait
                self._taken.set_result((talk, secret))
            else:
                self._count_try()
                await talk.say(_WRONG)
        except (DyadError, TimeoutError):
            pass  # noise from the network: the one who knows the code is still to come
        finally:
            if talk is not self._chosen:
                await talk.close()

    async def _agree(self, talk: Talk) -> tuple[PairingSecret, bytes]:
        hello = await talk.hear()
        if len(hello) != len(_VERSION) + _SPAKE or not hello.startswith(_VERSION):
            raise PairingError("The caller speaks another language.")
        half = SPAKE2_B(self._code.encode(), idA=_JOINER, idB=_INVITER)
        reply = half.start()
        secret = _secret(half, hello[len(_VERSION) :], hello + reply, joiner=False)
        await talk.say(reply)
        return secret, await talk.hear()

    def _count_try(self) -> None:
        self._left -= 1
        self._thread.guard(partial(self._events.on_wrong_code, self._left))
        if self._left <= 0:
            self._taken.set_exception(
                PairingError(
                    f"A wrong code was tried {self._limits.tries} times, so this one is no longer "
                    "good. Nothing was trusted. Make a new code and tell it to the other person only."
                )
            )

    async def _pair(self, talk: Talk, secret: PairingSecret) -> bytes:
        await talk.say(secret.tag())
        talk.agree(secret)
        first = await talk.take()
        committed, theirs = first[:_NONCE], first[_NONCE:]
        await talk.put(secrets.token_bytes(_NONCE) + self._payload)
        if commitment(await talk.take()) != committed:
            raise broken_off()
        await self._compare(talk, secret.transcript())
        return theirs


class _Joining(Pairing):
    """The joiner's side."""

    def __init__(
        self,
        code: str,
        address: tuple[str, int],
        payload: bytes,
        events: PairingEvents,
        limits: PairingLimits,
    ) -> None:
        super().__init__(payload, events, limits)
        self._begin(partial(self._join, code, *address))

    async def _join(self, code: str, host: str, port: int) -> bytes:
        try:
            async with asyncio.timeout(self._limits.message):
                streams = await asyncio.open_connection(host, port)
        except OSError:  # a TimeoutError too
            raise PairingError(
                f"No invitation is waiting at {host}, port {port}. Nothing was sent. Check the "
                "address, and that the code is still shown on the other computer."
            ) from None
        talk = Talk(*streams, self._limits.message)
        try:
            return await self._pair(talk, await self._prove(talk, code))
        finally:
            await talk.close()

    async def _prove(self, talk: Talk, code: str) -> PairingSecret:
        half = SPAKE2_A(code.encode(), idA=_JOINER, idB=_INVITER)
        hello = _VERSION + half.start()
        await talk.say(hello)
        reply = await talk.hear()
        secret = _secret(half, reply, hello + reply, joiner=True)
        await talk.say(secret.tag())
        if not secret.proves(await talk.hear()):
            raise PairingError(
                "The code doesn't match the one on the other computer. Nothing was trusted. Look at "
                "the code again; after a few wrong ones the other person makes a new one."
            )
        return secret

    async def _pair(self, talk: Talk, secret: PairingSecret) -> bytes:
        talk.agree(secret)
        nonce = secrets.token_bytes(_NONCE)
        await talk.put(commitment(nonce) + self._payload)
        theirs = (await talk.take())[_NONCE:]
        await talk.put(nonce)
        await self._compare(talk, secret.transcript())
        return theirs


def offer(
    code: str,
    payload: bytes,
    events: PairingEvents,
    *,
    address: tuple[str, int] = ("0.0.0.0", 0),  # noqa: S104 - the joiner calls from elsewhere
    limits: PairingLimits = _USUAL,
) -> Offer:
    """Wait for the one who was told ``code`` (from ``make_code``) and exchange payloads.

    Raises:
        PairingError: the address or port isn't free.
    """
    return Offer(code, address, payload, events, limits)


def accept(
    code: str,
    address: tuple[str, int],
    payload: bytes,
    events: PairingEvents,
    *,
    limits: PairingLimits = _USUAL,
) -> Pairing:
    """Call the inviter at ``address`` with the ``code`` that it shows, and exchange payloads.

    Raises:
        BadInputError: the code isn't one.
    """
    return _Joining(read_code(code), address, payload, events, limits)


def _open_door(host: str, port: int) -> socket.socket:
    try:
        return door_at(host, port)
    except OSError as error:
        raise PairingError(
            f"This computer can't wait for a call at {host}, port {port} ({error.strerror}). "
            "Choose another port, or let the other computer invite."
        ) from error


def _secret(half: Any, other: bytes, said: bytes, *, joiner: bool) -> PairingSecret:  # noqa: ANN401 - no types
    """Finish SPAKE2 with the other side's message."""
    try:
        key = half.finish(other)
    except Exception:  # noqa: BLE001 - the library meets garbage with many kinds of error
        raise broken_off() from None
    return PairingSecret(key, said, joiner=joiner)


def _check(verdict: bytes) -> None:
    if verdict != _SAME:
        raise _differ("The other person said")


def _differ(who: str) -> PairingError:
    return PairingError(
        f"{who} that the words differ, so somebody may be listening in between. Nothing was trusted. "
        "Pair on another network, or by file."
    )
