from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.replication import order
from dyad_desktop.replication.order import key_between, nth_key
from tests.replication.values import HUNT, PROPERTY

suffixes = st.text("0123456789abcdef", max_size=4)


def stays_sorted(places: list[tuple[int, str]]) -> None:
    """A list filled by inserting anywhere stays sorted by key, and every key is its own."""
    keys: list[str] = []
    for place, suffix in places:
        at = place % (len(keys) + 1)
        low = keys[at - 1] if at else ""
        high = keys[at] if at < len(keys) else ""
        keys.insert(at, order.key_between(low, high, suffix))
    assert keys == sorted(set(keys))


insertions = st.lists(st.tuples(st.integers(0, 1000), suffixes), max_size=40)


class TestKeyBetween:
    @given(st.lists(st.tuples(st.integers(0, 10**6), suffixes), max_size=12), suffixes)
    @PROPERTY
    def test_is_strictly_between(self, places: list[tuple[int, str]], suffix: str) -> None:
        keys = [nth_key(0), nth_key(1)]
        for place, more in places:
            at = place % (len(keys) - 1)
            keys.insert(at + 1, key_between(keys[at], keys[at + 1], more))
        for low, high in pairwise(["", *keys, ""]):
            key = key_between(low, high, suffix)
            assert low < key
            assert key < high or not high
            assert not key.endswith("0")

    @given(insertions)
    @PROPERTY
    def test_any_sequence_of_insertions_stays_sorted(self, places: list[tuple[int, str]]) -> None:
        stays_sorted(places)

    @pytest.mark.parametrize("at_the_end", [True, False])
    def test_a_thousand_at_one_end(self, *, at_the_end: bool) -> None:
        key = key_between("", "", "")
        for _ in range(1000):
            after = key_between(key, "", "") if at_the_end else key_between("", key, "")
            assert (key < after) is at_the_end
            key = after
        assert len(key) < 400

    @given(suffixes)
    @PROPERTY
    def test_between_two_of_one_key_comes_directly_after_them(self, suffix: str) -> None:
        assert "V" < key_between("V", "V", suffix) < "W"

    @given(suffixes, suffixes)
    @PROPERTY
    def test_two_who_insert_at_one_place_get_two_keys(self, one: str, other: str) -> None:
        same = one.rstrip("0") == other.rstrip("0")
        assert (key_between("A", "B", one) == key_between("A", "B", other)) is same


class TestNthKey:
    def test_is_ascending(self) -> None:
        keys = [nth_key(index) for index in range(20_000)]
        assert keys == sorted(set(keys))
        assert not any(key.endswith("0") for key in keys)

    @given(st.integers(0, 230_000), st.integers(0, 230_000))
    @PROPERTY
    def test_any_two_compare_as_their_places(self, one: int, other: int) -> None:
        assert (nth_key(one) < nth_key(other)) is (one < other)

    def test_leaves_room_for_neighbours(self) -> None:
        for low, high in pairwise(["", *map(nth_key, range(200))]):
            assert low < key_between(low, high, "f") < high


def _no_zero_kept(low: str, high: str, suffix: str) -> str:
    return (low or "V") + suffix if not high else low + "1"


def _averaged(low: str, high: str, _suffix: str) -> str:
    """Take the middle of two characters: soon there is none."""
    a = int.from_bytes(low.encode().ljust(2, b"0")[:2], "big")
    b = int.from_bytes((high.encode() or b"zz").ljust(2, b"0")[:2], "big")
    return ((a + b) // 2).to_bytes(2, "big").decode("latin-1")


class TestPlantedFaults:
    @pytest.mark.parametrize("fault", [_no_zero_kept, _averaged])
    def test_keys_that_run_out_of_room_are_caught(
        self, monkeypatch: pytest.MonkeyPatch, fault: Callable[[str, str, str], str]
    ) -> None:
        monkeypatch.setattr(order, "key_between", fault)
        with pytest.raises(AssertionError):
            HUNT(given(insertions)(stays_sorted))()
