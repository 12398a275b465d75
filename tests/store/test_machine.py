"""Two partners edit, undo, redo and reopen one real file, in any order Hypothesis thinks of."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.replication.document import Fate
from dyad_desktop.replication.register import Packed, PackedHeads
from dyad_desktop.store import log, projection, state, undo, workspace, writer
from dyad_desktop.store.writer import Applied
from tests.store.desk import Desk, behind, goal, new_goal, tables_of
from tests.store.oracle import Oracle

if TYPE_CHECKING:
    from dyad_desktop.domain.schema import Canonical

partners = st.sampled_from("AB")
goals = st.sampled_from(["g1", "g2"])
addresses = st.one_of(
    st.builds(goal, st.sampled_from(["title", "why", "_order"]), goals),
    st.builds(
        Address,
        st.just("partnership"),
        st.just("partnership"),
        st.just("conventions"),
        st.sampled_from(["signs", "units"]),
    ),
)
values = st.sampled_from(["x", "y", "z"])


class OneFile(RuleBasedStateMachine):
    """The workspace must show what the oracle says after every step."""

    editors: Bundle[tuple[Address, tuple[WriteId, ...]]] = Bundle("editors")

    @initialize()
    def start(self) -> None:
        self.segment, log.SEGMENT = log.SEGMENT, 4
        self.at_once, writer.INDEXED_AT_ONCE = writer.INDEXED_AT_ONCE, 2
        self.folder = tempfile.TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name))
        self.file = self.desk.create()
        self.book = self.file.book()
        self.oracle = Oracle()
        for name in ("g1", "g2"):
            applied = new_goal(self.file, name, "A", name)
            self._took("A", "edit", applied)

    def _took(
        self, partner: str, what: str, applied: Applied, turned: WriteId | None = None
    ) -> None:
        if applied.id is None:
            return
        self.oracle.add(applied.id, self.file.changes(applied.id), turned)
        self.oracle.note(partner, what, applied.id, turned)
        self.book = self.book.with_records(applied.touched)
        assert not self.book.differing(self.file.book())

    @rule(partner=partners, at=addresses, value=values)
    def edit(self, partner: str, at: Address, value: str) -> None:
        self._took(partner, "edit", self.file.commit(partner, [Edit(at, value)], "edit"))

    @rule(partner=partners, ats=st.lists(addresses, min_size=2, max_size=4), value=values)
    def edit_many(self, partner: str, ats: list[Address], value: str) -> None:
        edits = [Edit(at, f"{value}{place}") for place, at in enumerate(ats)]
        self._took(partner, "edit", self.file.commit(partner, edits, "many"))

    @rule(partner=partners, name=goals, gone=st.booleans())
    def delete(self, partner: str, name: str, *, gone: bool) -> None:
        edit = Edit(goal("_deleted", name), gone)
        self._took(partner, "edit", self.file.commit(partner, [edit], "delete"))

    @rule(target=editors, at=addresses)
    def open_editor(self, at: Address) -> tuple[Address, tuple[WriteId, ...]]:
        assert list(self.file.heads(at)) == self.oracle.heads(at)
        return at, self.file.heads(at)

    @rule(partner=partners, editor=editors, value=values)
    def save_editor(
        self, partner: str, editor: tuple[Address, tuple[WriteId, ...]], value: str
    ) -> None:
        at, seen = editor
        applied = self.file.commit(partner, [Edit(at, value, seen)], "editor")
        self._took(partner, "edit", applied)

    @rule(partner=partners)
    def undo(self, partner: str) -> None:
        self._turn_back(partner, "undo", self.oracle.undo[partner])

    @rule(partner=partners)
    def redo(self, partner: str) -> None:
        self._turn_back(partner, "redo", self.oracle.redo[partner])

    def _turn_back(self, partner: str, what: str, steps: list[WriteId]) -> None:
        wanted: dict[Address, Canonical] = {}
        blocked: set[Address] = set()
        if steps:
            wanted, blocked = self.oracle.turned_back(steps[-1])
        applied = self.file.undo(partner) if what == "undo" else self.file.redo(partner)
        assert (applied is None) == (not steps)
        if applied is None:
            return
        assert set(applied.blocked) == blocked
        turned = steps[-1]
        if applied.id is None:
            assert not wanted
            steps.pop()
            return
        assert {change.at: change.value for change in self.file.changes(applied.id)} == wanted
        self._took(partner, what, applied, turned)

    @rule(rebuild=st.booleans())
    def reopen(self, *, rebuild: bool) -> None:
        self.file.close()
        if rebuild:
            before = tables_of(self.desk.path)
            with behind(self.desk.path) as raw:
                raw.execute("UPDATE meta SET value=x'00' WHERE key='shape'")
            self.desk.open().close()
            assert tables_of(self.desk.path) == before
        self.file = self.desk.open()
        self.oracle.reopen()

    @precondition(lambda self: len(self.oracle.commits) % 5 == 0)
    @rule()
    def check(self) -> None:
        assert self.file.check() == []

    @invariant()
    def shows_what_the_oracle_says(self) -> None:
        book = self.file.book()
        shown = {
            (kind, entity.id): entity
            for kind in ("goal", "partnership")
            for entity in book._rows[kind].values()
        }
        assert shown == self.oracle.entities()
        assert set(self.file.disagreements()) == self.oracle.contested()

    def teardown(self) -> None:
        if not hasattr(self, "file"):
            return
        found = self.file.check()
        self.file.close()
        self.folder.cleanup()
        log.SEGMENT = self.segment
        writer.INDEXED_AT_ONCE = self.at_once
        assert found == []


RUN = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestOneFile = OneFile.TestCase
TestOneFile.settings = RUN


@pytest.mark.slow
def test_one_file_at_length() -> None:
    run_state_machine_as_test(OneFile, settings=settings(RUN, max_examples=40))


def _fold_by_clock(heads: PackedHeads, write: Packed, *_: object) -> PackedHeads:
    return (*(head for head in heads if head[2] >= write[2]), write)


def _nothing_deleted(*_: object) -> Fate:
    return Fate.THERE


def _blind(*_: object) -> None:
    return None


def _unseen(*_: object) -> dict[str, object]:
    return {}


def _undo_by_count(found: undo.Steps, write: WriteId, kind: str, note: str) -> None:
    """Take an undo to be of the last step, whatever it names."""
    step = undo.Step(write, note)
    if kind == "edit":
        found.undo.append(step)
        found.redo.clear()
    elif kind.startswith("undo") and found.undo:
        found.undo.pop(0)
        found.redo.append(step)
    elif found.redo:
        found.redo.pop(0)
        found.undo.append(step)


class TestPlantedFaults:
    """Each fault, planted in the application, makes the state machine fail."""

    @pytest.mark.parametrize(
        ("module", "name", "fault"),
        [
            (state, "fold_packed", _fold_by_clock),
            (state, "fate", _nothing_deleted),
            pytest.param(state, "lowest_common_predecessor", _blind, marks=pytest.mark.slow),
            (projection.Rows, "write", _blind),
            (state, "plain_record", _unseen),
            pytest.param(workspace, "take", _undo_by_count, marks=pytest.mark.slow),
        ],
        ids=["clock", "deletion", "predecessor", "projection", "columns", "undo"],
    )
    def test_is_caught(
        self, monkeypatch: pytest.MonkeyPatch, module: object, name: str, fault: object
    ) -> None:
        monkeypatch.setattr(module, name, fault)
        hunt = settings(
            RUN,
            max_examples=60,
            stateful_step_count=15,
            database=None,
            derandomize=True,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
        )
        with pytest.raises(AssertionError):
            run_state_machine_as_test(OneFile, settings=hunt)
