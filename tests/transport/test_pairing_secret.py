import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.transport.pairing_secret import PairingSecret, commitment

KEY = bytes(32)


def _pair(key: bytes = KEY, said: bytes = b"said") -> tuple[PairingSecret, PairingSecret]:
    return PairingSecret(KEY, b"said", joiner=True), PairingSecret(key, said, joiner=False)


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=100))))
def test_both_sides_read_the_same_conversation(talk: list[tuple[bool, bytes]]) -> None:
    joiner, inviter = _pair()
    for by_joiner, content in talk:
        one, other = (joiner, inviter) if by_joiner else (inviter, joiner)
        assert other.open(one.seal(content)) == content
    assert joiner.transcript() == inviter.transcript()


@given(st.binary(max_size=50), st.data())
def test_a_changed_box_does_not_open(content: bytes, data: st.DataObject) -> None:
    joiner, inviter = _pair()
    box = bytearray(joiner.seal(content))
    box[data.draw(st.integers(0, len(box) - 1))] ^= data.draw(st.integers(1, 255))
    assert inviter.open(bytes(box)) is None


def test_a_box_opens_once_in_order_and_for_the_other_side_only() -> None:
    joiner, inviter = _pair()
    first, second = joiner.seal(b"1"), joiner.seal(b"2")
    assert joiner.open(first) is None
    assert inviter.open(second) is None
    assert inviter.open(first) == b"1"
    assert inviter.open(first) is None
    assert inviter.open(second) == b"2"
    assert inviter.open(b"") is None


def test_proofs_are_of_one_side_one_key_and_one_conversation() -> None:
    joiner, inviter = _pair()
    assert inviter.proves(joiner.tag())
    assert joiner.proves(inviter.tag())
    assert not joiner.proves(joiner.tag())
    for other in (_pair(key=b"\1" * 32)[1], _pair(said=b"other")[1]):
        assert not other.proves(joiner.tag())
        assert other.open(joiner.seal(b"x")) is None
        assert other.transcript() != joiner.transcript()


def test_what_was_said_and_who_said_it_change_the_transcript() -> None:
    seen = set()
    for by_joiner, content in [(True, b"a"), (False, b"a"), (True, b"b")]:
        joiner, inviter = _pair()
        one, other = (joiner, inviter) if by_joiner else (inviter, joiner)
        other.open(one.seal(content))
        assert joiner.transcript() == inviter.transcript()
        seen.add(joiner.transcript())
    assert len(seen) == 3


@pytest.mark.parametrize("nonce", [bytes(32), b"\1" * 32])
def test_a_commitment_holds_one_number(nonce: bytes) -> None:
    assert commitment(nonce) == commitment(nonce)
    assert commitment(nonce) != commitment(nonce[:-1] + b"\2")
    assert nonce not in commitment(nonce)
