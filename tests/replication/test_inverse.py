"""Undo over a small log in memory that keeps every write."""

from dataclasses import dataclass, field

import pytest

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.inverse import Inverse, Thing, invert
from dyad_desktop.replication.register import Heads, Write, fold
from tests.replication.values import ACTORS

ANNA, BORIS = ACTORS[:2]
TITLE, WHY = Address("goal", "g", "title"), Address("goal", "g", "why")
ORDER, DELETED = Address("goal", "g", "_order"), Address("goal", "g", "_deleted")


@dataclass
class Notebook:
    """Commits by two people who always see everything."""

    standing: dict[Address, Heads] = field(default_factory=dict)
    commits: dict[WriteId, tuple[Change, ...]] = field(default_factory=dict)
    restored: dict[tuple[Address, WriteId], WriteId] = field(default_factory=dict)

    def write(self, actor: bytes, values: dict[Address, Canonical]) -> WriteId:
        return self._add(
            actor,
            tuple(
                Change(at, value, tuple(h.id for h in self.heads(at)))
                for at, value in values.items()
            ),
        )

    def _add(self, actor: bytes, changes: tuple[Change, ...]) -> WriteId:
        made = WriteId(actor, 1 + sum(known.actor == actor for known in self.commits))
        self.commits[made] = changes
        for change in changes:
            write = Write(made, change.value, len(self.commits))
            self.standing[change.at] = fold(self.heads(change.at), write, change.replaces)
        return made

    def heads(self, at: Address) -> Heads:
        return self.standing.get(at, ())

    def stands_alone(self, at: Address, write: WriteId) -> bool:
        return [head.id for head in self.heads(at)] == [write]

    def value(self, at: Address, write: WriteId) -> Canonical:
        return next(change.value for change in self.commits[write] if change.at == at)

    def stands_for(self, at: Address, write: WriteId) -> WriteId:
        return self.restored.get((at, write), write)

    def of(self, thing: Thing) -> list[Address]:
        return [at for at in self.standing if (at.kind, at.id) == thing]

    def inverse(self, write: WriteId) -> Inverse:
        return invert(write, self.commits[write], self)

    def turn_back(self, actor: bytes, write: WriteId) -> WriteId:
        made = self._add(actor, self.inverse(write).changes)
        for change in self.commits[write]:
            for name in change.replaces[-1:]:
                self.restored[change.at, made] = self.stands_for(change.at, name)
        return made

    def shows(self, at: Address) -> Canonical:
        (head,) = self.heads(at)
        return head.value


@pytest.fixture
def notebook() -> Notebook:
    """Anna has made a goal."""
    made = Notebook()
    made.write(ANNA, {ORDER: "V", TITLE: "first"})
    return made


class TestUndo:
    def test_restores_what_the_write_replaced(self, notebook: Notebook) -> None:
        made = notebook.write(ANNA, {TITLE: "second"})
        assert notebook.inverse(made).changes == (Change(TITLE, "first", (made,)),)

    def test_of_a_first_write_leaves_nothing(self, notebook: Notebook) -> None:
        made = notebook.write(ANNA, {WHY: "because"})
        assert notebook.inverse(made).changes == (Change(WHY, None, (made,)),)

    def test_names_what_the_other_changed_and_does_the_rest(self, notebook: Notebook) -> None:
        made = notebook.write(ANNA, {TITLE: "second", WHY: "because"})
        notebook.write(BORIS, {TITLE: "mine"})
        inverse = notebook.inverse(made)
        assert inverse.blocked == (TITLE,)
        assert [change.at for change in inverse.changes] == [WHY]

    def test_is_blocked_while_two_values_stand(self, notebook: Notebook) -> None:
        made = notebook.write(ANNA, {TITLE: "second"})
        apart = Write(WriteId(BORIS, 9), "apart", 9)
        notebook.standing[TITLE] = fold(notebook.heads(TITLE), apart, ())
        assert notebook.inverse(made) == Inverse((), (TITLE,))

    def test_goes_on_after_a_later_write_was_turned_back(self, notebook: Notebook) -> None:
        second = notebook.write(ANNA, {TITLE: "second"})
        third = notebook.write(BORIS, {TITLE: "third"})
        notebook.turn_back(BORIS, third)
        notebook.turn_back(ANNA, second)
        assert notebook.shows(TITLE) == "first"

    def test_and_again_and_again(self, notebook: Notebook) -> None:
        made = notebook.write(ANNA, {TITLE: "second"})
        for wanted in ("first", "second") * 3:
            made = notebook.turn_back(ANNA, made)
            assert notebook.shows(TITLE) == wanted


class TestCreation:
    def test_undone_is_deleted_and_keeps_its_values(self, notebook: Notebook) -> None:
        (made,) = notebook.commits
        assert notebook.inverse(made).changes == (Change(DELETED, value=True),)

    def test_done_again_is_there_again(self, notebook: Notebook) -> None:
        (made,) = notebook.commits
        undone = notebook.turn_back(ANNA, made)
        assert notebook.shows(DELETED) is True
        notebook.turn_back(ANNA, undone)
        assert notebook.shows(DELETED) is False
        assert notebook.shows(TITLE) == "first"

    @pytest.mark.parametrize("at", [TITLE, WHY, ORDER], ids=lambda at: at.field)
    def test_is_blocked_once_the_other_has_worked_on_it(
        self, notebook: Notebook, at: Address
    ) -> None:
        (made,) = notebook.commits
        notebook.write(BORIS, {at: "mine"})
        assert notebook.inverse(made) == Inverse((), (at,))

    def test_is_not_blocked_by_what_the_other_took_away_again(self, notebook: Notebook) -> None:
        (made,) = notebook.commits
        notebook.write(BORIS, {WHY: "mine"})
        notebook.write(BORIS, {WHY: None})
        assert notebook.inverse(made).changes == (Change(DELETED, value=True),)

    def test_of_an_actor_is_never_undone(self, notebook: Notebook) -> None:
        made = notebook.write(ANNA, {Address("_actor", "01", "partner"): "A"})
        assert notebook.inverse(made) == Inverse((), ())


class TestWhatIsSaidOfACreatedThing:
    """A draft line begins by naming its draft and its line: with the draft it comes, and with it it goes."""

    PLAN = Address("draft", "d", "_order")
    NAME = Address("draft", "d", "name")
    SAID = (Address("draft_line", "d.L1", "draft"), Address("draft_line", "d.L1", "line"))
    RATE = Address("draft_line", "d.L1", "rate")
    GONE = (Address("draft", "d", "_deleted"), Address("draft_line", "d.L1", "_deleted"))

    def copied(self, notebook: Notebook) -> WriteId:
        said = dict(zip(self.SAID, ("d", "L1"), strict=True))
        return notebook.write(ANNA, {self.PLAN: "V", self.NAME: "Plan B", **said, self.RATE: "2"})

    def test_goes_with_it(self, notebook: Notebook) -> None:
        made = self.copied(notebook)
        found = notebook.inverse(made)
        assert [(change.at, change.value) for change in found.changes] == [
            (at, True) for at in self.GONE
        ]
        assert found.blocked == ()

    def test_stays_with_it_while_the_thing_is_kept(self, notebook: Notebook) -> None:
        made = self.copied(notebook)
        notebook.write(BORIS, {self.NAME: "Ours"})
        assert notebook.inverse(made) == Inverse((), (self.NAME,))

    def test_stays_where_the_other_worked_on_it(self, notebook: Notebook) -> None:
        made = self.copied(notebook)
        notebook.write(BORIS, {self.RATE: "3"})
        found = notebook.inverse(made)
        assert [change.at for change in found.changes] == [self.GONE[0]]
        assert found.blocked == (self.RATE,)

    def test_of_an_older_draft_stays_as_ever(self, notebook: Notebook) -> None:
        notebook.write(ANNA, {self.PLAN: "V"})
        said = dict(zip(self.SAID, ("d", "L1"), strict=True))
        made = notebook.write(ANNA, {**said, self.RATE: "2"})
        assert notebook.inverse(made).changes == (Change(self.RATE, None, (made,)),)
