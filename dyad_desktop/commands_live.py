"""What the ``dyad`` commands do that exchange on the local network, and pair by code there."""

import argparse
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dyad_desktop.commands import print_json
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.services import code_pairing, pairing
from dyad_desktop.services.disagreements import count_open
from dyad_desktop.services.live import Door, Live, LiveEvents
from dyad_desktop.services.session import Session
from dyad_desktop.services.wording import counted
from dyad_desktop.transport.discovery import (
    Discovery,
    DiscoveryError,
    local_addresses,
    read_address,
)
from dyad_desktop.transport.pairing import Pairing, PairingEvents

if TYPE_CHECKING:
    from pathlib import Path

ANYWHERE = "0.0.0.0"  # noqa: S104 - the partner calls from elsewhere
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_BLINK = 0.2
FIND_S = 60.0
_NOBODY = (
    "nobody was reached, so nothing was exchanged and your copy is as it was: see that Dyad Desktop or"
    " dyad sync --lan runs on the other laptop too, on the same network"
)


class Errands:
    """Runs work on the main thread, one piece after the other, as it comes from other threads."""

    def __init__(self, seconds: float | None) -> None:
        """Give up after so many ``seconds``."""
        self._queue: queue.Queue[Callable[[], object]] = queue.Queue()
        self._end = None if seconds is None else time.monotonic() + seconds

    def run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Run work, then hand its result over."""
        self._queue.put(lambda: done(work()))

    def post(self, work: Callable[[], object]) -> None:
        """Run work."""
        self._queue.put(work)

    def until(self, condition: Callable[[], object]) -> bool:
        """Run what comes until a condition holds; returns False when the time is over first."""
        while not condition():
            left = _BLINK if self._end is None else min(_BLINK, self._end - time.monotonic())
            if left <= 0:
                return False
            try:
                self._queue.get(timeout=left)()
            except queue.Empty:
                continue
        return True


class _Network:
    """A session's exchange, and what a command says of it."""

    def __init__(self, session: Session, errands: Errands) -> None:
        self.session, self.errands = session, errands
        self.aside = session.file.past.count_aside()
        """Commits of laptops that were given up, before anything came."""
        self.trouble = ""
        self.listening = self._opening = False
        self.live = Live(
            session,
            errands.run,
            LiveEvents(trouble=self._on_trouble, listening=self._on_listening),
        )

    def _on_trouble(self, sentence: str) -> None:
        if sentence != self.trouble:
            self.trouble = sentence
            if self._opening:
                return  # it is the outcome of the command, and said as that
            print("dyad: " + " ".join(sentence.split()), file=sys.stderr, flush=True)

    def _on_listening(self, _port: int) -> None:
        self.listening = True

    def listen(self, given: str | None) -> tuple[str, int]:
        """Take calls; returns where."""
        address = _door(given)
        self._opening = True
        self.live.start(Door(address, interfaces=_interfaces(address[0])))
        self.errands.until(lambda: self.listening or self.trouble)
        self._opening = False
        if not self.listening:
            raise DyadError(self.trouble or "The network couldn't be opened in time. Try again.")
        return _shown(address[0]), self.live.port


def _interfaces(host: str) -> tuple[str, ...] | None:
    """Return where to look around: nowhere when calls come from this computer only."""
    return () if host in LOOPBACK else None


def _shown(host: str) -> str:
    """Return the address that another computer is to type."""
    return next(iter(local_addresses()), host) if host == ANYWHERE else host


def _door(given: str | None) -> tuple[str, int]:
    """Return host and port of ``[HOST:]PORT``."""
    if given is None:
        return ANYWHERE, 0
    host, _, port = given.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise BadInputError("a port is expected, or HOST:PORT", "--listen")
    return host.removeprefix("[").removesuffix("]") or ANYWHERE, int(port)


def _tell(options: argparse.Namespace, **facts: str) -> None:
    """Print a fact that a script waits for, at once; as one line of JSON with ``--json``."""
    for name, value in facts.items():
        print(f"{name} {value}", file=sys.stderr if options.json else sys.stdout, flush=True)


# -- sync ----------------------------------------------------------------------------------------


def sync(options: argparse.Namespace) -> int:
    """Exchange on the local network: until both hold the same, or for so many seconds."""
    with closing(Session.open(options.file, options.partner)) as session:
        _trust(session, options.fingerprint)
        errands = Errands(options.seconds)
        network = _Network(session, errands)
        try:
            _join_network(options, network)
            stay = options.seconds is not None
            errands.until(lambda: not stay and network.live.settled())
        except KeyboardInterrupt:
            pass
        finally:
            network.live.close()
        _report(options, network)
        return 0 if network.live.reached else 1


def _join_network(options: argparse.Namespace, network: _Network) -> None:
    call = None if options.address is None else read_address(options.address)
    if options.listen is None and call is not None:
        network.live.start(Door(None, call, ()))
        return
    host, port = network.listen(options.listen)
    _tell(options, listening=f"{host}:{port}")
    if call is not None:
        network.live.call(*call)


def _trust(session: Session, words: str | None) -> None:
    """Trust the inviter of a copy that was made by file, once the words are given."""
    waits = pairing.pending(session.file)
    if waits is None:
        return
    if words is None or not pairing.same_words(words, waits.fingerprint):
        raise BadInputError(
            f"compare the words “{waits.fingerprint}” with {waits.inviter} first. Nothing was exchanged",
            "--fingerprint",
        )
    pairing.confirm(session.file)


def _report(options: argparse.Namespace, network: _Network) -> int:
    traffic, reached = network.live.traffic, network.live.reached
    session = network.session
    apart, aside = count_open(session), session.file.past.count_aside() - network.aside
    if options.json:
        more = {"reached": reached, "disagreements": apart, "digest": session.file.digest()}
        print_json(asdict(traffic) | more | {"set_aside": max(0, aside)})
        return 0
    done = (
        f"sent {counted(traffic.commits_sent, 'commit')}, {traffic.bytes_sent:,} bytes;"
        f" received {counted(traffic.commits_received, 'commit')}, {traffic.bytes_received:,} bytes"
    )
    if aside > 0:
        done += f"; {counted(aside, 'commit')} set aside, of a laptop that was given up"
    stand = "stands" if apart == 1 else "stand"
    print(f"{done if reached else _NOBODY}; {counted(apart, 'disagreement')} {stand}")
    return 0


# -- pairing by code -----------------------------------------------------------------------------


class _Meeting:
    """A pairing under way, as a command follows it."""

    def __init__(self, options: argparse.Namespace, errands: Errands) -> None:
        self._options, self._errands = options, errands
        self.pairing: Pairing | None = None
        self.payload: bytes | None = None
        self.error: DyadError | None = None

    @property
    def events(self) -> PairingEvents:
        def failed(error: DyadError) -> None:
            self.error = error

        def paired(payload: bytes) -> None:
            self.payload = payload

        return PairingEvents(
            lambda words: self._errands.post(lambda: self._show(words)), paired, failed,
            lambda left: self._errands.post(lambda: self._say_wrong(left)),
        )  # fmt: skip

    def _show(self, words: str) -> None:
        _tell(self._options, words=words)
        if self._options.yes:
            self._decide("yes")
            return
        print("Does the other computer show the same words? (yes/no)", file=sys.stderr, flush=True)
        # The question waits in a thread of its own: the pairing may end meanwhile.
        threading.Thread(
            target=lambda: self._errands.post(_bound(self._decide, sys.stdin.readline())),
            daemon=True,
        ).start()

    def _decide(self, answer: str) -> None:
        if self.pairing is not None:
            same = answer.strip().lower() in {"y", "yes"}
            (self.pairing.confirm if same else self.pairing.refuse)()

    def _say_wrong(self, left: int) -> None:
        tries = "1 try is left" if left == 1 else f"{left} tries are left"
        print(f"dyad: a wrong code was tried; {tries}", file=sys.stderr, flush=True)

    def result(self) -> bytes:
        """Wait for the outcome; returns what the other side said of itself."""
        over = self._errands.until(lambda: self.payload is not None or self.error is not None)
        if self.pairing is not None and not over:
            self.pairing.close()
        if self.error is not None:
            raise self.error
        if self.payload is None:
            raise DyadError("Nobody paired in time. Nothing was trusted.")
        return self.payload


def _bound(work: Callable[[str], None], text: str) -> Callable[[], None]:
    return lambda: work(text)


def pair(options: argparse.Namespace) -> int:
    """Invite by a code, let in who was paired with, and exchange for the first time."""
    with closing(Session.open(options.file, options.partner)) as session:
        errands = Errands(options.seconds)
        network = _Network(session, errands)
        finder: list[Discovery] = []
        try:
            host, _ = network.listen(
                None if options.listen is None else _door(options.listen)[0] + ":0"
            )
            invited, said = _offer(options, network, host, finder)
            _, device = invited.admit(session, said)
            network.live.committed()
            errands.until(lambda: network.live.settled(device))
        finally:
            network.live.close()
            for found in finder:
                found.close()
        return _report(options, network)


def _offer(
    options: argparse.Namespace, network: _Network, host: str, finder: list[Discovery]
) -> tuple[code_pairing.Invited, bytes]:
    invited = code_pairing.invite_by_code(
        network.session, network.live.port, options.for_partner, further=options.second_laptop
    )
    code, meeting = code_pairing.new_code(), _Meeting(options, network.errands)
    offer = code_pairing.open_offer(code, invited, meeting.events, _door(options.listen))
    meeting.pairing = offer
    try:
        _tell(options, listening=f"{host}:{offer.port}", code=code)
        try:
            if _interfaces(_door(options.listen)[0]) is None:
                finder.append(Discovery())
                finder[0].announce_offer(code_pairing.code_number(code), offer.port)
        except DiscoveryError as error:
            print(f"dyad: {error}", file=sys.stderr, flush=True)
        return invited, meeting.result()
    finally:
        offer.close()


def join(options: argparse.Namespace) -> int:
    """Join by a code: make the new copy and take the first delivery."""
    if len(options.files) != 1:
        raise BadInputError("with --code only the new file is expected")
    path: Path = options.files[0]
    code = code_pairing.read_code(options.code)
    newcomer = code_pairing.Newcomer(options.name, path)
    errands = Errands(options.seconds)
    meeting = _Meeting(options, errands)
    host, port = _inviter(options, code)
    meeting.pairing = newcomer.call(code, (host, port), meeting.events)
    try:
        joined = newcomer.join(meeting.result())
    finally:
        meeting.pairing.close()
    with closing(Session.open(path)) as session:
        network = _Network(session, errands)
        try:
            network.live.start(Door(None, (host, joined.port), ()))
            errands.until(network.live.settled)
        finally:
            network.live.close()
        return _report(options, network)


def _inviter(options: argparse.Namespace, code: str) -> tuple[str, int]:
    """Return the address of the inviter: as given, or found by the code's number."""
    if options.address is not None:
        return read_address(options.address)
    return code_pairing.find_inviter(code, options.seconds or FIND_S)
