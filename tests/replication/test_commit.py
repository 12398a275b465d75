import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.commit import (
    CRITICAL,
    GENESIS,
    Commit,
    Dependency,
    Outline,
    Stretch,
    chain_hash,
    decode,
    encode,
    read,
    read_all,
    seal_up,
)
from tests.replication.values import ACTORS, PROPERTY, commits, exactly

ANNA, BORIS = ACTORS[:2]


def _usual(lamport: int) -> Commit:
    change = Change(Address("goal", f"g{lamport}", "title"), "A title", (WriteId(ANNA, 3),))
    return Commit(lamport, 1_700_000_000_000, "edit", (change,))


usual = st.builds(_usual, st.integers(1, 2**40))


def _released() -> Commit:
    return Commit(
        lamport=12_345_678,
        wall_ms=1_700_000_000_000,
        kind="edit",
        note="Müller plans 2027 − safely",
        flags=CRITICAL,
        deps=(Dependency(BORIS, 769, b"\xab" * 32),),
        changes=(
            Change(Address("goal", "g1", "title"), "Kürzer warten", (WriteId(ANNA, 3),)),
            Change(
                Address("goal", "g1", "accountable"),
                ["A", "B"],
                (WriteId(ANNA, 7), WriteId(BORIS, 769)),
            ),
            Change(Address("measure", "m:1", "values", "2027-01"), "-0.125"),
            Change(Address("line", "l", "amount"), -(10**15)),
            Change(Address("goal", "g2", "_deleted"), value=True),
            Change(Address("goal", "g2", "due"), None, (WriteId(BORIS, 1),)),
            Change(Address("capital", "c", "life"), [5, 7]),
        ),
    )


RELEASED_HEX = (
    "9801ce00bc614ecf0000018bcfe568009193c41002020202020202020202020202020202cd0301c420ababab"
    "abababababababababababababababababababababababababababababa465646974019796a4676f616ca267"
    "31a57469746c65a0ae4bc3bc727a65722077617274656e910396a4676f616ca26731ab6163636f756e746162"
    "6c65a092a141a142920792c41002020202020202020202020202020202cd030196a76d656173757265a36d3a"
    "31a676616c756573a7323032372d3031a62d302e3132359096a46c696e65a16ca6616d6f756e74a0d3fffc72"
    "815b3980009096a4676f616ca26732a85f64656c65746564a0c39096a4676f616ca26732a3647565a0c09192"
    "c410020202020202020202020202020202020196a76361706974616ca163a46c696665a092050790bd4dc3bc"
    "6c6c657220706c616e73203230323720e2889220736166656c79"
)
RELEASED_HASH = "2736be2735dc5065fd104f931801d33e8a8d6a1f58853ac77dd344bc008c7959"


class TestReleasedFormat:
    def test_format_1_is_written_as_it_was_released(self) -> None:
        assert encode(ANNA, _released()).hex() == RELEASED_HEX

    def test_format_1_is_read_as_it_was_released(self) -> None:
        assert decode(ANNA, bytes.fromhex(RELEASED_HEX)) == _released()

    def test_its_place_in_a_chain_is_what_it_was(self) -> None:
        assert chain_hash(GENESIS, bytes.fromhex(RELEASED_HEX)).hex() == RELEASED_HASH

    def test_the_actor_stands_for_its_own_predecessors(self) -> None:
        read = decode(BORIS, bytes.fromhex(RELEASED_HEX))
        assert read.changes[0].replaces == (WriteId(BORIS, 3),)


class TestRoundTrip:
    @given(commits, st.sampled_from(ACTORS))
    @PROPERTY
    def test_a_commit_comes_back_whole_and_its_bytes_are_stable(
        self, commit: Commit, actor: bytes
    ) -> None:
        data = encode(actor, commit)
        back = decode(actor, data)
        assert back == commit
        assert [exactly(c.value) for c in back.changes] == [
            exactly(c.value) for c in commit.changes
        ]
        assert encode(actor, back) == data

    @given(commits, commits)
    @PROPERTY
    def test_different_commits_have_different_bytes(self, one: Commit, other: Commit) -> None:
        same = one == other and all(
            exactly(a.value) == exactly(b.value)
            for a, b in zip(one.changes, other.changes, strict=True)
        )
        assert (encode(ANNA, one) == encode(ANNA, other)) == same


def _survives(data: bytes) -> None:
    """Decode bytes from anywhere: a commit or a ``DamagedError``, nothing else gets out."""
    try:
        read = decode(ANNA, data)
    except DamagedError as error:
        message = str(error)
        assert message.startswith("a commit ")
        assert "\n" not in message
    else:
        encode(ANNA, read)


class TestTampering:
    @given(st.binary(max_size=200))
    @PROPERTY
    def test_any_bytes(self, data: bytes) -> None:
        _survives(data)

    @given(commits, st.data())
    @PROPERTY
    def test_a_changed_byte(self, commit: Commit, data: st.DataObject) -> None:
        good = bytearray(encode(ANNA, commit))
        at = data.draw(st.integers(0, len(good) - 1))
        good[at] ^= data.draw(st.integers(1, 255))
        _survives(bytes(good))

    @given(commits, st.data())
    @PROPERTY
    def test_a_cut_is_always_damage(self, commit: Commit, data: st.DataObject) -> None:
        good = encode(ANNA, commit)
        at = data.draw(st.integers(0, len(good) - 1))
        with pytest.raises(DamagedError):
            decode(ANNA, good[:at])

    @given(commits, st.binary(min_size=1, max_size=4))
    @PROPERTY
    def test_bytes_after_the_end_are_damage(self, commit: Commit, more: bytes) -> None:
        with pytest.raises(DamagedError):
            decode(ANNA, encode(ANNA, commit) + more)

    def test_every_single_flipped_bit_of_the_released_form(self) -> None:
        good = bytes.fromhex(RELEASED_HEX)
        for at in range(len(good) * 8):
            bad = bytearray(good)
            bad[at // 8] ^= 1 << at % 8
            _survives(bytes(bad))

    @pytest.mark.parametrize(
        "value", [1.5, {"a": 1}, b"bytes", [[1]], [None], [True, {}]], ids=repr
    )
    def test_values_of_no_canonical_shape(self, value: object) -> None:
        body = [1, 1, 1, [], "edit", 0, [["k", "i", "f", "", value, []]], ""]
        with pytest.raises(DamagedError):
            decode(ANNA, msgspec.msgpack.encode(body))

    def test_deep_nesting(self) -> None:
        with pytest.raises(DamagedError):
            decode(ANNA, b"\x98" + b"\x91" * 100_000)

    def test_text_that_is_no_utf_8(self) -> None:
        good = encode(ANNA, Commit(1, 1, "edit", (), note="abc"))
        with pytest.raises(DamagedError):
            decode(ANNA, good.replace(b"abc", b"a\xffc"))

    def test_a_later_format_says_so(self) -> None:
        body = [2, 1, 1, [], "edit", 0, [], ""]
        with pytest.raises(DamagedError, match="format 2; this version reads 1"):
            decode(ANNA, msgspec.msgpack.encode(body))

    def test_a_later_format_of_another_shape_says_so_too(self) -> None:
        with pytest.raises(DamagedError, match="format 2; this version reads 1"):
            decode(ANNA, msgspec.msgpack.encode([2, {"everything": "else"}]))


class TestChain:
    def test_is_sha_256_of_the_previous_hash_and_the_bytes(self) -> None:
        assert GENESIS == b"\0" * 32
        assert chain_hash(GENESIS, b"x") == hashlib.sha256(b"\0" * 32 + b"x").digest()

    @given(st.lists(commits, min_size=2, max_size=4), st.data())
    @PROPERTY
    def test_a_change_anywhere_changes_every_later_hash(
        self, made: list[Commit], data: st.DataObject
    ) -> None:
        blocks = [encode(ANNA, commit) for commit in made]
        at = data.draw(st.integers(0, len(blocks) - 1))
        changed = bytearray(blocks[at])
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
        was = _hashes(blocks)
        now = _hashes([*blocks[:at], bytes(changed), *blocks[at + 1 :]])
        assert was[:at] == now[:at]
        assert all(a != b for a, b in zip(was[at:], now[at:], strict=True))

    def test_seal_up_puts_a_commit_behind_the_one_before(self) -> None:
        first = seal_up(ANNA, 1, GENESIS, _released())
        second = seal_up(ANNA, 2, first.hash, _released())
        assert first.hash == chain_hash(GENESIS, first.data)
        assert second.hash == chain_hash(first.hash, second.data)
        assert (second.write_id, second.commit) == (WriteId(ANNA, 2), _released())


def _hashes(blocks: list[bytes]) -> list[bytes]:
    found = [GENESIS]
    for block in blocks:
        found.append(chain_hash(found[-1], block))
    return found[1:]


class TestReadAll:
    """Many commits are read as each is alone, though usual ones are read in a quicker way."""

    @given(some=st.lists(st.one_of(commits, usual), max_size=6))
    @PROPERTY
    def test_it_gives_what_reading_each_gives(self, some: list[Commit]) -> None:
        data = [encode(ANNA, commit) for commit in some]
        assert read_all(data) == [read(one) for one in data]

    @given(some=st.lists(usual, min_size=1, max_size=4), at=st.integers(0, 3))
    @PROPERTY
    def test_a_damaged_one_among_them_is_refused(self, some: list[Commit], at: int) -> None:
        data = [encode(ANNA, commit) for commit in some]
        data.insert(min(at, len(data)), data[0][:-1])
        with pytest.raises(DamagedError, match="a commit can't be read"):
            read_all(data)

    def test_a_format_of_a_newer_version_is_said(self) -> None:
        data = encode(ANNA, _released())
        newer = data[:1] + b"\x02" + data[2:]
        with pytest.raises(DamagedError, match="format 2; this version reads 1"):
            read_all([data, newer])

    def test_names_of_usual_commits_are_not_made_anew(self) -> None:
        one, other = read_all([encode(ANNA, _usual(n)) for n in (1, 2)])
        assert one[6][0][0] is other[6][0][0]
        assert one[6][0][2] is other[6][0][2]


class TestStretch:
    def test_its_commits_are_told_apart_by_number(self) -> None:
        blocks = [encode(ANNA, _usual(n)) for n in range(1, 4)]
        stretch = Stretch(ANNA, 7, blocks, _hashes(blocks))
        found = list(stretch)
        assert [(one.actor, one.seq, one.data, one.hash) for one in found] == [
            (ANNA, 7 + n, block, head)
            for n, (block, head) in enumerate(zip(blocks, _hashes(blocks), strict=True))
        ]
        assert [stretch[n].write_id for n in range(len(stretch))] == [one.write_id for one in found]
        assert stretch[-1].seq == 9
        with pytest.raises(IndexError):
            stretch[3]


class TestOutline:
    @given(commit=commits)
    @PROPERTY
    def test_it_gives_the_changes_of_every_field_as_reading_all_does(self, commit: Commit) -> None:
        data = encode(ANNA, commit)
        wire, outline = read(data), Outline(data)
        assert (outline.lamport, outline.kind) == (wire[1], wire[4])
        for name in {change[2] for change in wire[6]} | {"absent", "a", ""}:
            wanted = [change for change in wire[6] if change[2] == name]
            assert list(outline.changes_of(name)) == wanted

    @pytest.mark.parametrize("count", [0, 1, 15, 16, 70_000])
    def test_a_name_that_stands_in_texts_and_ids_too_isn_t_mistaken(self, count: int) -> None:
        changes = tuple(
            Change(Address("goal", f"why{n}", "why" if n % 3 else "title"), "why why")
            for n in range(count)
        )
        data = encode(ANNA, Commit(1, 0, "edit", changes, "why"))
        wanted = [change for change in read(data)[6] if change[2] == "why"]
        assert list(Outline(data).changes_of("why")) == wanted

    @pytest.mark.parametrize("cut", range(0, len(bytes.fromhex(RELEASED_HEX)), 7))
    def test_what_was_cut_is_refused(self, cut: int) -> None:
        with pytest.raises(DamagedError, match=r"can't be read|format"):
            Outline(bytes.fromhex(RELEASED_HEX)[:cut])
