import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.document import (
    Document,
    Fate,
    fate,
    pack,
    record_of,
    shown,
    unpack,
    unseen,
    writes_of,
)
from dyad_desktop.replication.register import Heads, Write
from tests.replication.values import ACTORS, PROPERTY, canonicals, exactly, write_ids

NUMBERS = {actor: place for place, actor in enumerate(ACTORS, start=1)}
BY_NUMBER = {place: actor for actor, place in NUMBERS.items()}
ANNA, BORIS = ACTORS[:2]

heads_ = st.lists(
    st.builds(Write, write_ids, canonicals, st.integers(1, 2**40)), min_size=1, max_size=3
).map(tuple)
names = st.text("abc_", min_size=1, max_size=5)
documents = st.dictionaries(
    names,
    st.dictionaries(st.one_of(st.just(""), names), heads_, min_size=1, max_size=3),
    max_size=3,
)


def _both_had(_at: Address, _heads: Heads) -> Canonical:
    return "both had"


def _heads(*values: Canonical) -> Heads:
    return tuple(
        Write(WriteId(actor, 1), value, place)
        for place, (actor, value) in enumerate(zip(ACTORS, values, strict=False))
    )


class TestBytes:
    @given(documents)
    @PROPERTY
    def test_a_document_comes_back_whole(self, document: Document) -> None:
        back = unpack(pack(document, NUMBERS), BY_NUMBER)
        assert back == document
        assert _typed(back) == _typed(document)

    @given(documents, st.data())
    @PROPERTY
    def test_a_changed_byte_is_read_or_damage(
        self, document: Document, data: st.DataObject
    ) -> None:
        packed = bytearray(pack(document, NUMBERS))
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
        try:
            unpack(bytes(packed), BY_NUMBER)
        except DamagedError as error:
            assert str(error)  # noqa: PT017 - both outcomes are right

    def test_an_actor_that_nobody_introduced_is_damage(self) -> None:
        packed = msgspec.msgpack.encode({"title": {"": [(99, 1, 1, "x")]}})
        with pytest.raises(DamagedError):
            unpack(packed, BY_NUMBER)


def _typed(document: Document) -> list[tuple[str, object]]:
    return [
        exactly(head.value)
        for slots in document.values()
        for heads in slots.values()
        for head in heads
    ]


class TestShown:
    @pytest.mark.parametrize(
        ("field", "values", "wanted"),
        [
            ("title", ("one",), "one"),
            ("title", ("one", "two"), "both had"),
            ("title", ("same", "same"), "same"),
            ("_order", ("A", "Z", "M"), "M"),
            ("from_tomorrow", ("one", "two"), "both had"),
        ],
    )
    def test_working_value(self, field: str, values: tuple[str, ...], wanted: str) -> None:
        assert shown(Address("goal", "g", field), _heads(*values), _both_had) == wanted

    def test_record_keeps_slots_and_what_a_newer_version_wrote(self) -> None:
        document: Document = {
            "title": {"": _heads("T")},
            "values": {"2027-01": _heads("1"), "2027-02": _heads("2", "3")},
            "tomorrow": {"": _heads(7)},
            "tomorrow_keyed": {"a": _heads(8)},
        }
        assert record_of("measure", "m", document, _both_had) == {
            "title": "T",
            "values": {"2027-01": "1", "2027-02": "both had"},
            "tomorrow": 7,
            "tomorrow_keyed": {"a": 8},
        }


class TestFate:
    @pytest.mark.parametrize(
        ("values", "expected"),
        [((), Fate.THERE), ((True,), Fate.GONE), ((False,), Fate.THERE), ((None,), Fate.THERE),
         ((True, True), Fate.GONE), ((True, False), Fate.THERE)],
    )  # fmt: skip
    def test_gone_only_when_every_head_says_so(
        self, values: tuple[Canonical, ...], expected: Fate
    ) -> None:
        document: Document = {"_deleted": {"": _heads(*values)}} if values else {}
        assert fate(document, lambda _: ()) is expected

    def test_a_write_that_the_deletion_did_not_see_disputes_it(self) -> None:
        seen, unseen_ = WriteId(ANNA, 5), WriteId(BORIS, 9)
        document: Document = {
            "_deleted": {"": _heads(*(True,))},
            "title": {"": (Write(seen, "T", 5), Write(unseen_, "U", 9))},
        }
        assert fate(document, lambda _: (seen,)) is Fate.DISPUTED
        assert fate(document, lambda _: (seen, unseen_)) is Fate.GONE
        assert unseen(document, [seen]) == [("title", "")]
        assert writes_of(document)[:2] == (seen, unseen_)
