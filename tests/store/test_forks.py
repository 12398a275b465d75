"""Chains that were written on twice."""

import itertools
import shutil
from pathlib import Path

import msgspec
import pytest

from dyad_desktop.errors import WorkspaceError
from dyad_desktop.replication.change import Edit
from dyad_desktop.replication.commit import GENESIS, chain_hash
from dyad_desktop.replication.messages import RefusedError, Seg
from dyad_desktop.store import log
from tests.simulation.disk import disks
from tests.store.desk import Desk, goal, set_title, title_of
from tests.store.pairs import Pair


class TestForks:
    """A copy that was restored together with its marks writes numbers that it has given away before."""

    def _restore(self, desk: Desk, backup: Path) -> None:
        shutil.rmtree(desk.folder)
        shutil.copytree(backup, desk.folder)

    def _fork(self, pair: Pair, desks: tuple[Desk, Desk], more: int = 1) -> None:
        """Let Anna write, send, go back to a backup, and write something else."""
        anna = desks[0]
        pair.a.close()
        shutil.copytree(anna.folder, anna.folder.with_name("backup"))
        pair.a = anna.open()
        for n in range(more):
            set_title(pair.a, "A", f"Before {n}")
        pair.send(pair.a, pair.b)
        pair.a.close()
        self._restore(anna, anna.folder.with_name("backup"))
        pair.a = anna.open()
        for n in range(more):
            set_title(pair.a, "A", f"After {n}")

    @pytest.mark.parametrize("more", [1, 3])
    def test_both_branches_are_kept_and_every_copy_is_the_same(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path, more: int
    ) -> None:
        self._fork(pair, desks, more)
        pair.meet()
        pair.meet()
        assert pair.same
        for file in (pair.a, pair.b):
            values = {side.value for side in file.sides(goal("title"))}
            assert values == {f"Before {more - 1}", f"After {more - 1}"}
            assert file.check() == []
        third = Desk(tmp_path / "t", "third").create(pair.a.id)
        third.receive(pair.a.segments_since({}), pair.persons)
        assert third.digest() == pair.a.digest()
        assert third.check() == []
        third.close()

    def test_both_go_on(self, pair: Pair, desks: tuple[Desk, Desk]) -> None:
        self._fork(pair, desks)
        pair.meet()
        set_title(pair.a, "A", "Settled")
        set_title(pair.b, "B", "Also settled")
        pair.meet()
        pair.meet()
        assert pair.same
        values = {side.value for side in pair.a.sides(goal("title"))}
        assert values == {"Settled", "Also settled"}
        set_title(pair.b, "B", "At last")
        pair.meet()
        assert pair.same
        assert title_of(pair.a) == "At last"
        pair.a.close()
        pair.a = desks[0].open()
        assert pair.a.check() == []
        assert title_of(pair.a) == "At last"

    def test_a_copy_between_learns_of_both(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        third = Desk(tmp_path / "t", "third").create(pair.a.id)
        third.receive(pair.a.segments_since({}), pair.persons)
        self._fork(pair, desks)
        third.receive(pair.a.segments_since(third.vector()), pair.persons)
        pair.b.receive(third.segments_since(pair.b.vector()), pair.persons)
        third.receive(pair.b.segments_since(third.vector()), pair.persons)
        pair.meet()
        pair.meet()
        assert third.digest() == pair.b.digest() == pair.a.digest()
        third.close()

    def _woven(self, pair: Pair, desks: tuple[Desk, Desk]) -> None:
        """Have each branch stand on what Boris wrote, and Boris's chain on both of them."""
        set_title(pair.b, "B", "Seen")
        pair.meet()
        self._fork(pair, desks)
        pair.meet()
        set_title(pair.b, "B", "Behind both")
        pair.meet()

    @pytest.mark.parametrize("segment", [4, 512])
    def test_a_branch_grows_on_a_copy_that_holds_it(
        self,
        pair: Pair,
        desks: tuple[Desk, Desk],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        segment: int,
    ) -> None:
        """What its commits replaced is found in the runs before it, also while they are being written."""
        monkeypatch.setattr(log, "SEGMENT", segment)
        carl = Desk(tmp_path / "c", "carl").create(pair.a.id)
        carl.receive(pair.a.segments_since({}), pair.persons)
        self._fork(pair, desks)
        pair.send(pair.a, pair.b)  # who forked doesn't know it yet, and goes on
        carl.receive(pair.b.segments_since(carl.vector()), pair.persons)
        carl.commit("B", [Edit(goal("title"), "Apart")], "Apart")
        for n in range(4 * 4):
            set_title(pair.a, "A", f"On the branch {n}")
        pair.send(pair.a, pair.b)
        branch = [
            s for s in pair.b.segments_since(carl.vector()) if s.actor in pair.b._log.branches
        ]
        assert branch
        persons = pair.persons | {actor.person: actor.partner for actor in carl.actors}
        carl.receive(branch, persons)
        assert carl.check() == []
        for target in (pair.a, pair.b):
            target.receive(carl.segments_since(target.vector()), persons)
            assert target.check() == []
        carl.receive(pair.b.segments_since(carl.vector()), persons)
        assert carl.digest() == pair.b.digest() == pair.a.digest()
        assert carl.base(goal("title")) == pair.b.base(goal("title"))
        carl.close()

    def test_a_chain_that_is_called_a_branch_of_a_branch_is_refused(
        self, pair: Pair, desks: tuple[Desk, Desk]
    ) -> None:
        """Whoever passes a delivery on may change what no seal covers: under which name the chain goes."""
        self._fork(pair, desks)
        pair.send(pair.a, pair.b)
        set_title(pair.a, "A", "Not there yet")
        before = pair.b.digest()
        whole = [seg for seg in pair.a.segments_since({}) if len(seg.commits) > 2]
        assert whole
        for seg in whole:
            for branch in pair.b._log.branches:
                called = msgspec.structs.replace(seg, actor=bytes(16), root=branch)
                with pytest.raises(RefusedError, match="changed or cut"):
                    pair.b.receive([called], pair.persons)
        assert pair.b.digest() == before
        pair.meet()
        assert pair.same

    def test_an_empty_copy_takes_branches_and_what_stands_on_them_at_once(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        self._woven(pair, desks)
        for n, source in enumerate((pair.a, pair.b)):
            newcomer = Desk(tmp_path / f"n{n}", "newcomer").create(pair.a.id)
            merged = newcomer.receive(source.segments_since({}), pair.persons)
            assert merged.waiting == 0
            assert merged.commits == len(
                newcomer._log.in_order()
            )  # what branches share counts once
            assert newcomer.digest() == pair.a.digest()
            assert newcomer.check() == []
            assert pair.send(source, newcomer).commits == 0
            newcomer.close()

    def test_branches_and_what_stands_on_them_may_come_one_by_one(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        self._woven(pair, desks)
        for n, order in enumerate(itertools.permutations(pair.a.segments_since({}))):
            newcomer = Desk(tmp_path / f"n{n}", "newcomer").create(pair.a.id)
            for turn in range(len(order)):
                newcomer.receive(order[: turn + 1], pair.persons)
            assert newcomer.digest() == pair.a.digest()
            assert newcomer.check() == []
            newcomer.close()

    def test_a_disk_that_fails_at_any_statement_changes_nothing(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        self._woven(pair, desks)
        segments = pair.a.segments_since({})
        with disks():
            newcomer = Desk(tmp_path / "n", "newcomer").create(pair.a.id)
        before, failures = newcomer.digest(), 0
        while True:
            newcomer._raw.fuse = failures
            try:
                newcomer.receive(segments, pair.persons)
            except WorkspaceError as error:
                assert "Nothing was changed" in str(error)  # noqa: PT017 - until it goes well
            else:
                break
            newcomer._raw.fuse = None
            assert newcomer.digest() == before
            failures += 1
        newcomer._raw.fuse = None
        assert failures > 20
        assert newcomer.digest() == pair.a.digest()
        assert newcomer.check() == []
        newcomer.close()

    def test_a_branch_without_its_beginning_waits(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        self._fork(pair, desks)
        pair.meet()
        set_title(pair.b, "B", "Settled")
        pair.meet()
        vector = pair.b.vector()
        root = next(seg.root for seg in pair.b.segments_since({}) if seg.root)
        branch = next(s for s in pair.b.segments_since({}) if s.root)
        late = Seg(
            branch.actor, 2, branch.previous, branch.commits[1:], branch.head, branch.seal, root
        )
        late = msgspec.structs.replace(late, previous=chain_hash(GENESIS, branch.commits[0]))
        newcomer = Desk(tmp_path / "n", "newcomer").create(pair.a.id)
        assert newcomer.receive([late], pair.persons).commits == 0
        assert newcomer.vector() == {}
        assert pair.b.vector() == vector
        newcomer.close()

    def test_a_restored_copy_without_new_writes_takes_its_own_back(
        self, pair: Pair, desks: tuple[Desk, Desk]
    ) -> None:
        anna = desks[0]
        pair.a.close()
        shutil.copytree(anna.folder, anna.folder.with_name("backup"))
        pair.a = anna.open()
        set_title(pair.a, "A", "Kept by Boris")
        pair.send(pair.a, pair.b)
        pair.a.close()
        self._restore(anna, anna.folder.with_name("backup"))
        pair.a = anna.open()
        pair.send(pair.b, pair.a)
        assert title_of(pair.a) == "Kept by Boris"
        set_title(pair.a, "A", "As a fresh actor")
        pair.meet()
        assert pair.same
        assert len(pair.a.vector()) == len(pair.b.vector()) == 2
