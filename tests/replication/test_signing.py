import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.replication.signing import Keys, certificate_holds, seal_holds

KEYS = Keys(person=bytes(range(32)), device=bytes(range(32, 64)))
OTHER = Keys(person=bytes(range(64, 96)), device=bytes(range(96, 128)))
WORKSPACE, ACTOR, HEAD = b"w" * 16, b"a" * 16, b"h" * 32


def _flips(data: bytes) -> list[bytes]:
    """Return the data with each single bit flipped."""
    number = int.from_bytes(data, "big")
    return [(number ^ 1 << bit).to_bytes(len(data), "big") for bit in range(len(data) * 8)]


def _put(good: list[bytes], part: int, bad: bytes) -> list[bytes]:
    return [*good[:part], bad, *good[part + 1 :]]


class TestCertificate:
    def test_holds(self) -> None:
        assert certificate_holds(KEYS.person_public, KEYS.device_public, KEYS.certificate())

    @pytest.mark.parametrize("part", [0, 1, 2], ids=["person", "device", "certificate"])
    def test_each_flipped_bit_fails(self, part: int) -> None:
        good = [KEYS.person_public, KEYS.device_public, KEYS.certificate()]
        for bad in _flips(good[part]):
            person, device, certificate = _put(good, part, bad)
            assert not certificate_holds(person, device, certificate)

    def test_of_another_person_fails(self) -> None:
        assert not certificate_holds(OTHER.person_public, KEYS.device_public, KEYS.certificate())

    @given(st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=70))
    @settings(deadline=None)
    def test_nonsense_fails_quietly(self, person: bytes, device: bytes, text: bytes) -> None:
        assert not certificate_holds(person, device, text)


class TestSeal:
    def test_holds(self) -> None:
        signature = KEYS.seal(WORKSPACE, ACTOR, 7, HEAD)
        assert seal_holds(KEYS.device_public, signature, WORKSPACE, ACTOR, 7, HEAD)

    @pytest.mark.parametrize(
        "part", range(5), ids=["device", "signature", "workspace", "actor", "head"]
    )
    def test_each_flipped_bit_fails(self, part: int) -> None:
        signature = KEYS.seal(WORKSPACE, ACTOR, 7, HEAD)
        good = [KEYS.device_public, signature, WORKSPACE, ACTOR, HEAD]
        for bad in _flips(good[part]):
            device, signed, workspace, actor, head = _put(good, part, bad)
            assert not seal_holds(device, signed, workspace, actor, 7, head)

    @given(st.integers(0, 2**63))
    @settings(deadline=None)
    def test_of_another_number_fails(self, seq: int) -> None:
        signature = KEYS.seal(WORKSPACE, ACTOR, 7, HEAD)
        assert seal_holds(KEYS.device_public, signature, WORKSPACE, ACTOR, seq, HEAD) is (seq == 7)

    def test_a_certificate_is_no_seal(self) -> None:
        assert not certificate_holds(
            KEYS.device_public, KEYS.device_public, KEYS.seal(WORKSPACE, ACTOR, 7, HEAD)
        )

    def test_the_same_every_time(self) -> None:
        assert KEYS.seal(WORKSPACE, ACTOR, 7, HEAD) == KEYS.seal(WORKSPACE, ACTOR, 7, HEAD)
