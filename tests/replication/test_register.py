from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.schema import Canonical, Policy
from dyad_desktop.replication import register
from dyad_desktop.replication.change import WriteId
from dyad_desktop.replication.register import Heads, Lookup, Write
from tests.replication import histories as h
from tests.replication.histories import History, causal_orders, differ, histories
from tests.replication.values import ACTORS, HUNT, PROPERTY

ANNA, BORIS, CLARA = ACTORS[:3]


def converges(data: st.DataObject, history: History) -> None:
    """Any causal order of delivery gives the oracle's heads."""
    wanted = history.standing()
    assert history.folded(range(len(history.made))) == wanted
    for _ in range(3):
        assert history.folded(data.draw(causal_orders(history))) == wanted


def keeps_every_value(history: History) -> None:
    """Every write stands, or a write that follows it was made by someone who named it."""
    heads = {head.id for head in history.folded(range(len(history.made)))}
    named = {name for past in history.made for name in past.replaces}
    for past in history.made:
        assert past.write.id in heads or past.write.id in named


def finds_what_both_had(history: History) -> None:
    """The lowest common predecessor is the one that a closure of the whole graph gives."""
    heads = history.standing()
    found = register.lowest_common_predecessor(heads, history.lookup)
    shared = _shared(history, heads)
    above = _above(history)
    alone = [
        one for one in shared
        if all(one.id in above[other.id] or other.id in above[one.id] for other in shared)
    ]  # fmt: skip
    assert found == max(alone, key=lambda write: (write.lamport, write.id), default=None)


def _above(history: History) -> dict[WriteId, set[WriteId]]:
    """Return every write's predecessors, itself among them, by closing the relation."""
    reach = {p.write.id: {p.write.id, *p.replaces} for p in history.made}
    for _ in history.made:
        for mine in reach.values():
            mine.update(*(reach[at] for at in tuple(mine)))
    return reach


def _shared(history: History, heads: Sequence[Write]) -> list[Write]:
    reach = _above(history)
    common = set.intersection(*(reach[head.id] for head in heads))
    return [past.write for past in history.made if past.write.id in common]


class TestFold:
    @given(st.data(), histories())
    @PROPERTY
    def test_converges_in_any_causal_order(self, data: st.DataObject, history: History) -> None:
        converges(data, history)

    @given(histories())
    @PROPERTY
    def test_no_value_goes_without_someone_who_saw_it(self, history: History) -> None:
        keeps_every_value(history)

    @given(st.lists(st.sampled_from(h.VALUES), min_size=1, max_size=8))
    @PROPERTY
    def test_one_partner_alone_never_disagrees(self, values: list[Canonical]) -> None:
        heads: Heads = ()
        for seq, value in enumerate(values, start=1):
            write = Write(WriteId(ANNA, seq), value, seq)
            heads = register.fold(heads, write, [head.id for head in heads])
        assert [head.value for head in heads] == values[-1:]

    def test_a_predecessor_that_nobody_knows_replaces_nothing(self) -> None:
        first = Write(WriteId(ANNA, 1), "kept", 1)
        second = Write(WriteId(BORIS, 1), "new", 9)
        assert register.fold((first,), second, [WriteId(CLARA, 5)]) == (first, second)


class TestFoldPacked:
    @PROPERTY
    @given(histories())
    def test_is_the_same_rule_in_the_stored_form(self, history: History) -> None:
        # Numbers run against the order of the actors' bytes, which alone may decide the order of heads.
        numbers = {actor: 9 - place for place, actor in enumerate(ACTORS)}
        ids = {number: actor for actor, number in numbers.items()}
        plain: Heads = ()
        packed: register.PackedHeads = ()
        for past in history.made:
            write = past.write
            plain = register.fold(plain, write, past.replaces)
            stored = (numbers[write.id.actor], write.id.seq, write.lamport, write.value)
            names = [(numbers[name.actor], name.seq) for name in past.replaces]
            packed = register.fold_packed(packed, stored, names, ids)
            assert plain == tuple(
                Write(WriteId(ids[n], seq), value, lamport) for n, seq, lamport, value in packed
            )


class TestContested:
    @given(histories())
    @PROPERTY
    def test_is_two_different_values_standing(self, history: History) -> None:
        heads = history.standing()
        assert register.contested(heads, Policy.HOLD) == differ(heads)
        assert not register.contested(heads, Policy.LATEST)

    @pytest.mark.parametrize(
        ("one", "other", "differs"),
        [
            ("a", "a", False),
            ("a", "b", True),
            (1, True, True),
            (0, False, True),
            (0, None, True),
            ("1", 1, True),
            ([], None, True),
            (["A", "B"], ["B", "A"], True),
            (["A"], ["A"], False),
        ],
    )
    def test_values(self, one: Canonical, other: Canonical, *, differs: bool) -> None:
        heads = (Write(WriteId(ANNA, 1), one, 1), Write(WriteId(BORIS, 1), other, 1))
        assert register.contested(heads, Policy.HOLD) is differs


class TestLatest:
    @pytest.mark.parametrize(
        ("lamports", "winner"),
        [((1, 2), BORIS), ((2, 1), ANNA), ((5, 5), BORIS)],
        ids=["later", "earlier", "tie goes by actor"],
    )
    def test_greatest_clock_then_actor(self, lamports: tuple[int, int], winner: bytes) -> None:
        heads = [
            Write(WriteId(actor, 1), actor.hex(), lamport)
            for actor, lamport in zip((ANNA, BORIS), lamports, strict=True)
        ]
        assert register.latest(tuple(heads)).id.actor == winner
        assert register.latest(tuple(heads[::-1])).id.actor == winner


class TestLowestCommonPredecessor:
    @given(histories())
    @PROPERTY
    def test_is_what_brute_force_finds(self, history: History) -> None:
        finds_what_both_had(history)

    def test_two_creations_share_nothing(self) -> None:
        heads = (Write(WriteId(ANNA, 1), 1, 1), Write(WriteId(BORIS, 1), 2, 1))
        log: dict[WriteId, tuple[Write, tuple[WriteId, ...]]] = {w.id: (w, ()) for w in heads}
        assert register.lowest_common_predecessor(heads, log.get) is None

    def test_of_two_that_stood_side_by_side_none_is_what_both_had(self) -> None:
        first = Write(WriteId(CLARA, 1), 15, 1)
        apart = (Write(WriteId(ANNA, 1), 14, 2), Write(WriteId(BORIS, 1), 13, 2))
        heads = (Write(WriteId(ANNA, 2), 14, 3), Write(WriteId(BORIS, 2), 13, 4))  # each settled
        log: dict[WriteId, tuple[Write, tuple[WriteId, ...]]] = {
            first.id: (first, ()),
            **{one.id: (one, (first.id,)) for one in apart},
            **{one.id: (one, (apart[0].id, apart[1].id)) for one in heads},
        }
        assert register.lowest_common_predecessor(heads, log.get) == first
        del log[first.id]
        assert register.lowest_common_predecessor(heads, log.get) is None

    def test_a_predecessor_that_is_not_known_is_passed_over(self) -> None:
        first = Write(WriteId(CLARA, 1), "both had", 1)
        heads = (Write(WriteId(ANNA, 1), 1, 2), Write(WriteId(BORIS, 1), 2, 2))
        log = {
            first.id: (first, ()),
            heads[0].id: (heads[0], (WriteId(BORIS, 77), first.id)),
            heads[1].id: (heads[1], (first.id,)),
        }
        assert register.lowest_common_predecessor(heads, log.get) == first


def _fold_by_clock(heads: Heads, write: Write, _replaces: Sequence[WriteId]) -> Heads:
    left = [head for head in heads if head.lamport >= write.lamport]
    return tuple(sorted((*left, write), key=lambda head: head.id))


def _fold_last_writer(_heads: Heads, write: Write, _replaces: Sequence[WriteId]) -> Heads:
    return (write,)


def _fold_unsorted(heads: Heads, write: Write, replaces: Sequence[WriteId]) -> Heads:
    return (*(head for head in heads if head.id not in replaces), write)


def _fold_by_actor(heads: Heads, write: Write, replaces: Sequence[WriteId]) -> Heads:
    """Take a write of mine to replace all of mine, whatever my editor had seen."""
    gone = {*replaces, *(head.id for head in heads if head.id.actor == write.id.actor)}
    left = [head for head in heads if head.id not in gone]
    return tuple(sorted((*left, write), key=lambda head: head.id))


def _any_predecessor(heads: Heads, lookup: Lookup) -> Write | None:
    found = lookup(heads[0].id)
    before = found[1] if found else ()
    earlier = lookup(before[0]) if before else None
    return earlier[0] if earlier else None


class TestPlantedFaults:
    @pytest.mark.parametrize(
        "fault", [_fold_by_clock, _fold_last_writer, _fold_unsorted, _fold_by_actor]
    )
    def test_a_wrong_fold_is_caught(
        self, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., Heads]
    ) -> None:
        monkeypatch.setattr(h, "fold", fault)
        with pytest.raises(AssertionError):
            HUNT(given(st.data(), histories())(converges))()

    @pytest.mark.parametrize("fault", [_fold_by_clock, _fold_last_writer, _fold_by_actor])
    def test_a_lost_value_is_caught(
        self, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., Heads]
    ) -> None:
        monkeypatch.setattr(h, "fold", fault)
        with pytest.raises(AssertionError):
            HUNT(given(histories())(keeps_every_value))()

    def test_a_wrong_common_predecessor_is_caught(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(register, "lowest_common_predecessor", _any_predecessor)
        with pytest.raises(AssertionError):
            HUNT(given(histories())(finds_what_both_had))()
