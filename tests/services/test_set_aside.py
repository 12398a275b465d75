"""What a laptop wrote after it was given up: listed, taken as one's own word, or left out."""

import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.capital import Attachment
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.initiatives import Initiative, Milestone
from dyad_desktop.domain.meetings import LOOKED_THROUGH
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.domain.partnership import Charter
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services import attachments, local, pairing, set_aside
from dyad_desktop.services.editing import create, delete, fresh, set_field
from dyad_desktop.services.home import home_view, recent_changes
from dyad_desktop.services.meeting_point import last_met, since
from dyad_desktop.services.session import Session
from dyad_desktop.services.set_aside import Aside, Reading, waiting
from dyad_desktop.services.status import status
from dyad_desktop.services.taking_aside import leave_out, take
from dyad_desktop.services.telling import ASIDE, told
from dyad_desktop.store import keys
from tests.services.homes import Home, deliver
from tests.services.lost_laptops import LINE, lost_laptop

G1 = ("goal", "G1")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of ``lost_laptop``."""
    folder = tmp_path_factory.mktemp("aside")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "MEMORY_KIB", 64)  # as it is for every test
        lost_laptop(folder, patch)
    return folder


@pytest.fixture
def priya(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    local.key_store.cache_clear()
    shutil.copytree(base, tmp_path / "copy")
    home = Home(tmp_path / "copy", "priya", monkeypatch)
    with home.session() as session:
        yield session


@pytest.fixture
def marcus(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Marcus at his second laptop, who has heard of everything."""
    local.key_store.cache_clear()
    folder = tmp_path / "copy"
    shutil.copytree(base, folder)
    home, second = Home(folder, "priya", monkeypatch), Home(folder, "second", monkeypatch)
    deliver(home, second, folder)
    with second.session() as session:
        yield session


def _said(items: tuple[Aside, ...]) -> list[str]:
    return [f"{one.what}: {one.before} → {one.after}" for one in items]


def _one(session: Session, chosen: Callable[[Aside], bool]) -> Aside:
    (found,) = [one for one in waiting(session) if chosen(one)]
    return found


class TestWhatWaits:
    def test_each_change_that_does_not_stand_is_told_once_the_newest_first(
        self, priya: Session
    ) -> None:
        assert [one.partition(" → ") for one in _said(waiting(priya))] == [
            (
                "New attachment: quote.txt: ", " → ",
                "Capital request: Second EP laboratory, build-out and biplane system",
            ),
            ("Implant value analysis and tender and 8 more: ", " → ", "deleted"),
            (
                "No-show rate, Oct 2026: numerator 245; value 6.9 %", " → ",
                "numerator 300; value 8.4 %",
            ),
            (
                "Wages: Cath and EP lab nurses and technologists, Feb 2027: by its rule", " → ",
                "12,000",
            ),
            (
                "New measure: Calls answered: ", " → ",
                "Goal: Written on the train; Better is: higher; Frequency: monthly; Unit: percent",
            ),
            ("New goal: Written on the train: ", " → ", "Lead: Marcus"),
            (f"{priya.book.need(Goal, 'G1').title}, Due: 30 Jun 2027", " → ", "31 Mar 2028"),
        ]  # fmt: skip

    def test_whose_it_is_and_why_is_told(self, priya: Session) -> None:
        due = _one(priya, lambda one: one.what.endswith("Due"))
        assert (due.line.partner, due.note, due.line.aside) == ("B", "After the flood", True)
        assert [one.note for one in waiting(priya) if one.note] == ["After the flood"]

    def test_what_only_a_partner_can_say_waits_for_that_partner(self, marcus: Session) -> None:
        signed = _one(marcus, lambda one: one.what.endswith("Signed, Marcus"))
        take(marcus, [signed])
        assert marcus.book.only(Charter).signed["B"] == "2026-11-01"

    @pytest.mark.parametrize(
        ("at", "only_marcus"),
        [
            (Address("charter", "charter", "signed", "B"), True),
            (Address("charter", "charter", "signed", "A"), False),
            (Address("capital_request", "C01", "scores", "B/safety"), True),
            (Address("check_in", "new", "confidence", "B"), True),
            (Address("goal", "G1", "lead"), False),
        ],
    )
    def test_what_a_partner_says_nobody_takes_for_them(
        self, priya: Session, at: Address, *, only_marcus: bool
    ) -> None:
        assert Reading(priya).is_anothers(at) is only_marcus

    def test_nothing_waits_where_no_laptop_was_given_up(self, session: Session) -> None:
        assert waiting(session) == ()
        assert LOOKED_THROUGH not in {one.kind for one in home_view(session, "working").notices}

    def test_home_asks_once_and_tells_none_of_it_as_anybodys_change(self, priya: Session) -> None:
        (notice,) = [
            one for one in home_view(priya, "working").notices if one.kind == LOOKED_THROUGH
        ]
        assert notice.title == (
            "7 changes from Marcus’s laptop that was given up: take or leave out?"
        )
        assert "quote.txt" not in str(recent_changes(priya, 40))
        changed = since(priya, last_met(priya))
        assert changed.count < 5
        assert not [one for one in changed.things if one.key == ("measure", "M3.2")]

    def test_history_log_and_status_say_that_it_does_not_count(self, priya: Session) -> None:
        lines = told(priya, None, "working").lines
        assert sum(one.why == ASIDE for one in lines) == status(priya).set_aside > 5


class TestTaking:
    def test_a_value_becomes_the_takers_own_word_and_waits_no_more(self, priya: Session) -> None:
        before = len(waiting(priya))
        done = take(priya, [_one(priya, lambda one: one.what.endswith("Due"))])
        assert priya.book.need(Goal, "G1").due == "2028-03-31"
        assert priya.authors("goal", ["G1"])[Address("goal", "G1", "due")] == "A"
        assert done.note.endswith("Due: taken from a laptop that was given up")
        assert len(waiting(priya)) == before - 1
        set_field(priya, G1, "due", "2029-01-01")
        assert len(waiting(priya)) == before - 1

    def test_undone_it_waits_again(self, priya: Session) -> None:
        before = waiting(priya)
        for chosen in ("Due", "New goal"):
            take(priya, [_one(priya, lambda one, c=chosen: c in one.what)])  # type: ignore[misc]
            priya.undo()
            assert _said(waiting(priya)) == _said(before)
        take(priya, waiting(priya))
        assert waiting(priya) == ()
        priya.undo()
        assert [one.what for one in waiting(priya)] == [one.what for one in before]
        priya.redo()
        assert waiting(priya) == ()
        priya.undo()
        leave_out(priya, waiting(priya))
        assert waiting(priya) == ()
        priya.undo()
        take(priya, waiting(priya))
        assert waiting(priya) == ()
        assert priya.disagreements() == []
        assert priya.check() == []

    def test_a_new_thing_comes_whole(self, priya: Session) -> None:
        take(priya, [_one(priya, lambda one: one.what.startswith("New goal"))])
        goal = priya.book.need(Goal, "G9")
        assert (goal.title, goal.lead) == ("Written on the train", "B")
        assert goal.order > max(one.order for one in priya.book.all(Goal) if one is not goal)

    def test_what_belongs_to_a_thing_that_is_not_there_is_refused_in_a_sentence(
        self, priya: Session
    ) -> None:
        with pytest.raises(BadInputError, match="names a goal that isn’t here; take that too"):
            take(priya, [_one(priya, lambda one: one.what.startswith("New measure"))])
        assert priya.next_undo is None or "taken" not in priya.next_undo

    def test_a_months_figure_means_what_it_meant(self, priya: Session) -> None:
        take(priya, [_one(priya, lambda one: "Feb 2027" in one.what)])
        assert priya.book.need(DraftLine, LINE).months == {"2027-02": 1_200_000}

    def test_a_ratios_period_comes_with_its_value(self, priya: Session) -> None:
        take(priya, [_one(priya, lambda one: one.what.startswith("No-show rate"))])
        measure = priya.book.need(Measure, "M3.2")
        assert (measure.numerator["2026-10"], measure.values["2026-10"]) == (
            Decimal(300), Decimal("8.4"),
        )  # fmt: skip

    def test_a_deletion_takes_what_belongs_to_the_thing_along_also_what_came_since(
        self, priya: Session
    ) -> None:
        create(priya, fresh(Milestone, id="new", initiative="I7", title="Since"))
        take(priya, [_one(priya, lambda one: one.after == "deleted")])
        assert priya.book.get(Initiative, "I7") is None
        assert not priya.book.children(Milestone, "I7")
        assert priya.check() == []

    def test_what_it_kept_comes_back_with_all_that_went_with_it(self, priya: Session) -> None:
        measures = len(priya.book.children(Measure, "G6"))
        delete(priya, [("goal", "G6")])
        take(priya, [_one(priya, lambda one: one.after == "kept")])
        assert priya.book.get(Goal, "G6") is not None
        assert len(priya.book.children(Measure, "G6")) == measures > 0
        assert priya.check() == []

    def test_an_attachment_comes_with_its_content(self, priya: Session) -> None:
        take(priya, [_one(priya, lambda one: one.what.startswith("New attachment"))])
        (made,) = [one for one in priya.book.all(Attachment) if one.name == "quote.txt"]
        assert attachments.content_of(priya, made.id) == b"Two million, delivered"

    def test_a_value_of_what_is_gone_since_is_refused(self, priya: Session) -> None:
        delete(priya, [G1])
        due = _one(priya, lambda one: one.what.endswith("(deleted since), Due"))
        with pytest.raises(BadInputError, match="was deleted since; bring it back"):
            take(priya, [due])

    def test_everything_at_once_leaves_nothing_and_the_copy_sound(self, priya: Session) -> None:
        take(priya, waiting(priya))
        assert waiting(priya) == ()
        assert priya.book.need(Measure, "M9.1").goal == "G9"
        assert priya.check() == []


class TestLeavingOut:
    def test_it_is_asked_about_no_more_by_either_partner(
        self, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        local.key_store.cache_clear()
        shutil.copytree(base, tmp_path / "copy")
        homes = [Home(tmp_path / "copy", name, monkeypatch) for name in ("priya", "second")]
        with homes[0].session() as session:
            due = _one(session, lambda one: one.what.endswith("Due"))
            leave_out(session, [due])
            assert session.book.need(Goal, "G1").due == "2027-06-30"
            left = _said(waiting(session))
            assert len(left) == 6
        got = deliver(homes[0], homes[1], tmp_path / "copy")
        assert LOOKED_THROUGH in got.change.kinds  # else an open window wouldn't ask about it
        with homes[1].session() as session:
            said = _said(waiting(session))
            assert [one for one in said if "Signed, Marcus" not in one] == left
            leave_out(session, waiting(session))
            assert waiting(session) == ()
        deliver(homes[1], homes[0], tmp_path / "copy")
        with homes[0].session() as session:
            assert waiting(session) == ()
            assert session.file.digest()

    def test_what_is_left_for_the_other_partner_stays(
        self, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        local.key_store.cache_clear()
        shutil.copytree(base, tmp_path / "copy")
        homes = [Home(tmp_path / "copy", name, monkeypatch) for name in ("priya", "second")]
        with homes[0].session() as session:
            leave_out(session, waiting(session))
            assert waiting(session) == ()
        deliver(homes[0], homes[1], tmp_path / "copy")
        with homes[1].session() as session:
            (signed,) = waiting(session)
            assert signed.what.endswith("Signed, Marcus")


@pytest.fixture
def two(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    """Priya's computer and Marcus's second one, which has heard of everything."""
    local.key_store.cache_clear()
    folder = tmp_path / "copy"
    shutil.copytree(base, folder)
    homes = Home(folder, "priya", monkeypatch), Home(folder, "second", monkeypatch)
    deliver(*homes, folder)
    return homes


def _meet(two: tuple[Home, Home], folder: Path) -> None:
    deliver(two[0], two[1], folder)
    deliver(two[1], two[0], folder)


class TestApart:
    def test_both_take_the_same_apart(self, two: tuple[Home, Home], tmp_path: Path) -> None:
        for home in two:
            with home.session() as session:
                take(session, [one for one in waiting(session) if "New" not in one.what])
        _meet(two, tmp_path / "copy")
        for home in two:
            with home.session() as session:
                assert {one.what.partition(":")[0] for one in waiting(session)} == {
                    "New attachment", "New goal", "New measure",
                }  # fmt: skip
                assert session.disagreements() == []
                assert session.check() == []

    def test_whoever_left_out_more_has_decided_for_both(
        self, two: tuple[Home, Home], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Marcus, who looks at the oldest commits alone, decides later than Priya."""
        with two[0].session() as session:
            leave_out(session, waiting(session))
        monkeypatch.setattr(set_aside, "COMMITS", 3)
        with two[1].session() as session:
            leave_out(session, waiting(session))
        _meet(two, tmp_path / "copy")
        for home in two:
            with home.session() as session:
                assert [one.what for one in waiting(session) if "Signed" not in one.what] == []

    def test_what_one_could_not_take_of_a_thing_waits_for_the_other(
        self, two: tuple[Home, Home], tmp_path: Path
    ) -> None:
        with two[0].session() as session:
            take(session, waiting(session))
            set_field(session, G1, "why", "Better said")
            assert waiting(session) == ()
        _meet(two, tmp_path / "copy")
        with two[1].session() as session:
            assert [one.what for one in waiting(session)] == ["Charter, Signed, Marcus"]

    def test_what_was_written_since_it_was_read_is_looked_at_again(
        self, two: tuple[Home, Home], tmp_path: Path
    ) -> None:
        with two[0].session() as session:
            items = waiting(session)
            set_field(session, G1, "due", "2029-01-01")
            due = next(one for one in items if one.what.endswith("Due"))
            with pytest.raises(BadInputError, match="look at it again"):
                take(session, [due])
            done = take(session, items)
            assert done.left_alone == (
                f"{due.what}: something else was written there since; look at it again",
            )
            assert session.book.need(Goal, "G1").due == "2029-01-01"
            (left,) = waiting(session)
            assert left.before == "1 Jan 2029"


class TestManyCommits:
    def test_behind_those_that_are_decided_on_the_next_are_read(
        self, priya: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(set_aside, "COMMITS", 2)
        seen: list[str] = []
        while items := waiting(priya):
            seen += [one.what for one in items]
            leave_out(priya, items)
        assert len(seen) == 7

    def test_when_the_laptop_is_found_nothing_of_it_is_lost(
        self, two: tuple[Home, Home], tmp_path: Path
    ) -> None:
        """Whether it was taken and changed since, or taken and that undone."""
        priya, second = two
        with priya.session() as session:
            due, wages = (
                next(one for one in waiting(session) if one.what.endswith(end))
                for end in (", Due", ", Feb 2027")
            )
            take(session, [due])
            set_field(session, G1, "due", "2029-01-31")
            take(session, [wages])
            session.undo()
        with second.session() as session:
            (lost,) = session.file.people.given_up()
            pairing.take_back(session, lost.device.key)
        deliver(second, priya, tmp_path / "copy")
        with priya.session() as session:
            assert session.file.past.count_aside() == 0
            dues = {side.value for side in session.sides(Address(*G1, "due"))}
            assert dues == {"2028-03-31", "2029-01-31"}
            months = {
                s.value for s in session.sides(Address("draft_line", LINE, "months", "2027-02"))
            }
            assert 1_200_000 in months

    def test_who_wrote_over_it_has_decided_already(self, two: tuple[Home, Home]) -> None:
        """Priya, who hadn't heard that the laptop was given up, wrote on top of what it wrote."""
        with two[0].session() as session:
            due = next(one for one in waiting(session) if one.what.endswith("Due"))
            at, write = Address(*G1, "due"), due.line.id
            session.commit([Edit(at, "2031-01-01", (write,))], "On top of it")
            assert not [one for one in waiting(session) if one.what.endswith("Due")]

    def test_what_somebody_said_of_a_new_thing_stays(self, priya: Session) -> None:
        """Priya wrote into the goal before she heard; without its beginning it has no title."""
        why = Address("goal", "G9", "why")
        priya.commit([Edit(why, "Built on")], "Built on")
        goal = _one(priya, lambda one: one.what.startswith("New goal"))
        take(priya, [goal])
        made = priya.book.need(Goal, "G9")
        assert (made.title, made.why) == ("Written on the train", "Built on")
        priya.undo()
        priya.redo()
        assert priya.book.need(Goal, "G9").why == "Built on"
        take(priya, waiting(priya))
        assert priya.check() == []
