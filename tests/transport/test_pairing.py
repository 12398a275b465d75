import gc
import queue
import socket
import threading

import pytest

from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.transport.frames import pack_frame
from dyad_desktop.transport.pairing import MAX_PAYLOAD, PairingLimits, _Joining, offer
from dyad_desktop.transport.pairing_secret import PairingSecret, commitment
from dyad_desktop.transport.pairing_talk import Talk
from tests.transport.pairs import (
    CODE,
    HOST,
    LIMITS,
    SHORT,
    WAIT,
    Between,
    Meddle,
    Side,
    Told,
    inviter,
    joiner,
)

HELLO = b"dyad-pair/1\0"
# The frames of a whole conversation: (by the joiner, its number on that way).
MEDDLED = PairingLimits(lifetime=0.7, message=0.3, person=0.6)
STEPS = [(True, at) for at in range(6)] + [(False, at) for at in range(5)]


def _both_confirm(one: Side, other: Side) -> None:
    assert one.confirm_when_shown() == other.confirm_when_shown()


def test_the_right_code_pairs_two_people_who_see_the_same_words() -> None:
    host, port = inviter()
    guest = joiner(port)
    words = host.confirm_when_shown()
    assert words == guest.told.shown()
    assert len(words.split()) == 4
    with pytest.raises(queue.Empty):  # one person's word is not enough
        guest.told.outcome.get(timeout=0.1)
    assert host.told.outcome.empty()
    guest.pairing.confirm()
    assert host.told.result() == b"from joiner"
    assert guest.told.result() == b"from inviter"


def test_every_pairing_has_words_of_its_own() -> None:
    seen = set()
    for _ in range(3):
        host, port = inviter()
        guest = joiner(port)
        seen.add(host.told.shown())
        host.pairing.close()
        assert "broke off" in guest.told.failure()
    assert len(seen) == 3


def test_the_longest_payload_travels_and_one_byte_more_is_our_bug() -> None:
    host, port = inviter(payload=bytes(MAX_PAYLOAD))
    guest = joiner(port, payload=b"\xff" * MAX_PAYLOAD)
    _both_confirm(host, guest)
    assert host.told.result() == b"\xff" * MAX_PAYLOAD
    assert guest.told.result() == bytes(MAX_PAYLOAD)
    with pytest.raises(ValueError, match="at most"):
        inviter(payload=bytes(MAX_PAYLOAD + 1))


def test_a_code_may_be_typed_as_people_type() -> None:
    host, port = inviter()
    guest = joiner(port, code=" 42 River lamp ")
    _both_confirm(host, guest)
    assert host.told.result() == b"from joiner"
    assert guest.told.result() == b"from inviter"


def test_what_is_no_code_is_refused_before_any_call() -> None:
    with pytest.raises(BadInputError, match="number and two words"):
        joiner(1, code="river lamp")


def test_a_wrong_code_is_a_try_and_the_right_one_still_works() -> None:
    host, port = inviter()
    for left in (2, 1):
        assert "doesn't match" in joiner(port, code="42-river-lake").told.failure()
        assert host.told.wrong.get(timeout=WAIT) == left
    guest = joiner(port)
    _both_confirm(host, guest)
    assert host.told.result() == b"from joiner"
    assert guest.told.result() == b"from inviter"


def test_the_third_wrong_code_ends_the_offer() -> None:
    host, port = inviter()
    for _ in range(3):
        assert "doesn't match" in joiner(port, code="42-river-lake").told.failure()
    assert "tried 3 times" in host.told.failure()
    assert [host.told.wrong.get(timeout=WAIT) for _ in range(3)] == [2, 1, 0]
    assert "No invitation" in joiner(port).told.failure()


def _proving(port: int) -> socket.socket:
    """A caller who has come as far as the proof and doesn't know the code."""
    call = socket.create_connection((HOST, port), timeout=WAIT)
    # Any point of the group does: this is the base point of Ed25519.
    call.sendall(pack_frame(HELLO + b"A" + b"\x58" + b"\x66" * 31))
    assert len(call.recv(100)) == 4 + 33
    return call


def test_guesses_at_the_same_time_are_counted_too() -> None:
    host, port = inviter()
    calls = [_proving(port) for _ in range(8)]
    for call in calls:
        call.sendall(pack_frame(bytes(32)))
    assert "tried 3 times" in host.told.failure()
    assert [host.told.wrong.get(timeout=WAIT) for _ in range(3)] == [2, 1, 0]
    assert host.told.wrong.empty()
    for call in calls:
        call.close()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        pack_frame(b""),
        pack_frame(b"dyad-pair/9\0" + bytes(33)),
        pack_frame(HELLO + bytes(33)),
        pack_frame(HELLO + b"A" + b"\xff" * 32),
        pack_frame(HELLO + b"A" + bytes(32)),
        pack_frame(HELLO + b"B" + b"\x58" + b"\x66" * 31),
        (1 << 31).to_bytes(4, "big"),
        pack_frame(HELLO + b"A" + b"\x58" + b"\x66" * 31),
    ],
)
def test_noise_is_no_try_and_keeps_nobody_out(said: bytes) -> None:
    host, port = inviter()
    with socket.create_connection((HOST, port), timeout=WAIT) as noise:
        noise.sendall(said)
        guest = joiner(port)
        _both_confirm(host, guest)
        assert host.told.result() == b"from joiner"
        assert guest.told.result() == b"from inviter"
        assert host.told.wrong.empty()


def test_callers_who_hold_their_places_are_bounded_and_dropped() -> None:
    host, port = inviter(limits=SHORT)
    held = [socket.create_connection((HOST, port), timeout=WAIT) for _ in range(9)]
    for call in held:  # the first at once, the others after a while
        assert call.recv(1) == b""
        call.close()
    assert host.told.wrong.empty()
    host.pairing.close()


def test_callers_who_say_nothing_keep_nobody_out() -> None:
    host, port = inviter(limits=PairingLimits(message=600.0))
    held = [socket.create_connection((HOST, port), timeout=WAIT) for _ in range(20)]
    guest = joiner(port)
    _both_confirm(host, guest)
    assert host.told.result() == b"from joiner"
    assert guest.told.result() == b"from inviter"
    assert host.told.wrong.empty()
    for call in held:
        call.close()


def test_a_code_is_good_for_a_while() -> None:
    host, port = inviter(limits=PairingLimits(lifetime=0.1))
    assert "no longer good" in host.told.failure()
    assert "No invitation" in joiner(port).told.failure()


def test_a_code_is_good_for_one() -> None:
    host, port = inviter()
    guest = joiner(port)
    guest.told.shown()
    late = joiner(port).told.failure()
    assert "No invitation" in late or "broke off" in late
    host.pairing.confirm()
    guest.pairing.confirm()
    assert host.told.result() == b"from joiner"
    assert guest.told.result() == b"from inviter"


def test_somebody_in_between_who_knows_the_code_makes_the_words_differ() -> None:
    host, port = inviter()
    spy_as_host, spy_port = inviter(payload=b"from joiner")
    guest = joiner(spy_port)
    spy_as_guest = joiner(port, payload=b"from inviter")
    assert host.told.shown() != guest.told.shown()
    spy_as_guest.pairing.confirm()
    spy_as_host.pairing.confirm()
    host.pairing.refuse()
    guest.pairing.refuse()
    assert "You said that the words differ" in host.told.failure()
    assert "You said that the words differ" in guest.told.failure()


@pytest.mark.parametrize("refusing", [0, 1])
def test_one_person_who_says_that_they_differ_ends_it_for_both(refusing: int) -> None:
    host, port = inviter()
    sides = [host, joiner(port)]
    sides[1 - refusing].confirm_when_shown()
    sides[refusing].told.shown()
    sides[refusing].pairing.refuse()
    assert "You said that the words differ" in sides[refusing].told.failure()
    assert "The other person said" in sides[1 - refusing].told.failure()


def test_a_word_given_before_the_words_are_shown_does_not_count() -> None:
    host, port = inviter(limits=SHORT)
    host.pairing.confirm()
    guest = joiner(port)
    guest.confirm_when_shown()
    assert "not compared in time" in host.told.failure()
    assert guest.told.failure()


@pytest.mark.parametrize("leaving", [0, 1])
def test_who_confirms_and_leaves_while_the_other_compares_is_not_paired(leaving: int) -> None:
    host, port = inviter()
    sides = [host, joiner(port)]
    stays = sides[1 - leaving]
    sides[leaving].confirm_when_shown()
    stays.told.shown()
    sides[leaving].pairing.close()
    stays.pairing.confirm()
    assert "broke off" in stays.told.failure()
    assert sides[leaving].told.outcome.empty()


def test_nobody_who_compares_ends_in_time() -> None:
    host, port = inviter(limits=SHORT)
    guest = joiner(port, limits=SHORT)
    assert host.told.failure()
    assert guest.told.failure()


def _through(
    meddle: Meddle, limits: PairingLimits = MEDDLED
) -> tuple[bytes | DyadError, bytes | DyadError]:
    """Pair through somebody in between; the people confirm whatever they see; returns both outcomes."""
    host, port = inviter(limits=limits, trusting=True)
    between = Between(port, meddle)
    guest = joiner(between.port, limits=limits, trusting=True)
    outcomes = host.told.result(), guest.told.result()
    between.close()
    return outcomes


def test_a_relay_that_only_listens_learns_nothing_and_changes_nothing() -> None:
    heard = []

    def listen(by_joiner: bool, number: int, frame: bytes) -> list[bytes]:  # noqa: FBT001
        heard.append((by_joiner, number))
        overheard.extend(frame)
        return [frame]

    overheard = bytearray()
    assert _through(listen, LIMITS) == (b"from joiner", b"from inviter")
    assert sorted(heard) == sorted(STEPS)
    for secret in (b"from joiner", b"from inviter", b"river", b"lamp"):
        assert secret not in overheard


def _at(step: tuple[bool, int], frames: "list[bytes] | None", flip: int | None = None) -> Meddle:
    """Replace one frame by others (or cut), or flip a bit of one of its bytes."""

    def meddle(by_joiner: bool, number: int, frame: bytes) -> "list[bytes] | None":  # noqa: FBT001
        if (by_joiner, number) != step:
            return [frame]
        if flip is None:
            return frames
        changed = bytearray(frame)
        changed[flip] ^= 1
        return [bytes(changed)]

    return meddle


def _nobody_is_wrongly_paired(step: tuple[bool, int], meddle: Meddle) -> None:
    here, there = _through(meddle)
    to_host, number = step
    assert not isinstance(here if to_host else there, bytes)
    if number < (5 if to_host else 4):  # after the last frame its sender is done
        assert not isinstance(there if to_host else here, bytes)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("place", [0, -1])
def test_a_bit_flipped_anywhere_pairs_nobody(step: tuple[bool, int], place: int) -> None:
    _nobody_is_wrongly_paired(step, _at(step, None, place))


@pytest.mark.parametrize("step", STEPS)
def test_a_cut_anywhere_pairs_nobody(step: tuple[bool, int]) -> None:
    _nobody_is_wrongly_paired(step, _at(step, None))


@pytest.mark.parametrize("step", STEPS)
def test_a_frame_that_never_comes_pairs_nobody(step: tuple[bool, int]) -> None:
    _nobody_is_wrongly_paired(step, _at(step, []))


@pytest.mark.parametrize("step", STEPS)
def test_garbage_anywhere_pairs_nobody(step: tuple[bool, int]) -> None:
    _nobody_is_wrongly_paired(step, _at(step, [bytes(range(60))]))


@pytest.mark.parametrize("step", STEPS)
def test_too_much_anywhere_pairs_nobody(step: tuple[bool, int]) -> None:
    _nobody_is_wrongly_paired(step, _at(step, [bytes(MAX_PAYLOAD + 1000)]))


@pytest.mark.parametrize("step", [(True, 3), (True, 4), (False, 3)])
def test_a_frame_said_again_pairs_nobody(step: tuple[bool, int]) -> None:
    earlier: list[bytes] = []

    def repeat(by_joiner: bool, number: int, frame: bytes) -> list[bytes]:  # noqa: FBT001
        if (by_joiner, number) == (step[0], step[1] - 1):
            earlier.append(frame)
        return earlier if (by_joiner, number) == step else [frame]

    _nobody_is_wrongly_paired(step, repeat)


def test_what_one_side_says_sent_back_to_it_pairs_nobody() -> None:
    said: list[bytes] = []

    def reflect(by_joiner: bool, _number: int, frame: bytes) -> list[bytes]:  # noqa: FBT001
        if by_joiner:
            said.append(frame)
            return [frame]
        return [said[-1]]

    here, there = _through(reflect)
    assert not isinstance(here, bytes)
    assert not isinstance(there, bytes)


def test_nobody_there_is_one_sentence() -> None:
    with socket.socket() as unused:
        unused.bind((HOST, 0))
        assert "No invitation" in joiner(unused.getsockname()[1]).told.failure()


def test_a_port_in_use_is_one_sentence() -> None:

    host, port = inviter()
    with pytest.raises(DyadError, match="can't wait for a call"):
        offer(CODE, b"", Told().events(), address=(HOST, port), limits=LIMITS)
    host.pairing.close()


def test_giving_up_tells_nothing_more() -> None:
    host, port = inviter()
    guest = joiner(port)
    guest.told.shown()
    guest.pairing.close()
    assert "broke off" in host.told.failure()
    assert guest.told.outcome.empty()


@pytest.mark.parametrize("guest_first", [True, False])
def test_giving_up_at_any_moment_leaves_nothing_open(guest_first: bool) -> None:  # noqa: FBT001
    for moment in range(40):
        host, port = inviter()
        guest = joiner(port)
        threading.Event().wait(moment / 4000)  # from before the call to after the words
        both = [guest.pairing, host.pairing]
        for each in both if guest_first else reversed(both):
            each.close()
        host.pairing.close()
        with pytest.raises(ConnectionError):
            socket.create_connection((HOST, port), timeout=WAIT)
    gc.collect()  # what is left open is told as it goes, and fails the test


class _Searcher(_Joining):
    """Knows the code, and looks for a number that gives the words it wants after it saw the inviter's."""

    async def _pair(self, talk: Talk, secret: PairingSecret) -> bytes:
        talk.agree(secret)
        await talk.put(commitment(bytes(32)) + self._payload)
        theirs = await talk.take()
        await talk.put(b"\1" * 32)
        await self._compare(talk, secret.transcript())
        return theirs


def test_a_number_other_than_the_committed_one_is_refused_before_any_words() -> None:
    host, port = inviter()
    told = Told()
    _Searcher(CODE, (HOST, port), b"", told.events(), LIMITS)
    assert "broke off" in host.told.failure()
    assert host.told.words.empty()
    assert told.failure()
