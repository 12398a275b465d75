"""Two laptops score apart: nothing of a mark travels before both are done, then both stand open on both."""

from pathlib import Path

import pytest

from dyad_desktop.domain.capital import CapitalRequest, Criterion
from dyad_desktop.domain.scoring import is_open, marks_of, seal_problem
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services import capital, comparison, history, sealing
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.session import Session
from tests.services.homes import Home, deliver, pair, two_homes


def new_request(session: Session) -> str:
    return next(iter(capital.new_request(session, "Infusion pumps").keys))[1]


def mark_all(session: Session, request: str, mark: int) -> None:
    for criterion in session.book.all(Criterion):
        sealing.mark(session, request, criterion.id, mark)


def found(session: Session, request: str) -> CapitalRequest:
    return session.book.need(CapitalRequest, request)


def test_marks_are_not_in_the_workspace_before_all_are_done(session: Session) -> None:
    request = new_request(session)
    commits = len(session.journal())
    mark_all(session, request, 4)
    assert len(session.journal()) == commits
    assert sealing.own_marks(session, request) == dict.fromkeys(
        [one.id for one in session.book.all(Criterion)], 4
    )
    sealing.finish(session, request)
    assert found(session, request).scores == {}
    session.write_as("B")
    assert sealing.own_marks(session, request) == {}
    mark_all(session, request, 2)
    sealing.finish(session, request)
    assert set(marks_of(found(session, request), "B").values()) == {2}
    session.write_as("A")
    assert not is_open(session.book, found(session, request))
    sealing.open_due(session)
    both = found(session, request)
    assert is_open(session.book, both)
    assert set(marks_of(both, "A").values()) == {4}
    for partner in "AB":
        assert seal_problem(session.workspace_id, both, partner) == ""
    assert not sealing.open_due(session).keys


def test_a_seal_needs_every_mark_and_can_be_taken_back(session: Session) -> None:
    request = new_request(session)
    sealing.mark(session, request, "safety", 3)
    with pytest.raises(BadInputError, match="not marked yet: strategy, finance"):
        sealing.finish(session, request)
    mark_all(session, request, 3)
    sealing.finish(session, request)
    with pytest.raises(BadInputError, match="sealed"):
        sealing.mark(session, request, "safety", 5)
    with pytest.raises(BadInputError, match="done already"):
        sealing.finish(session, request)
    sealing.take_back(session, request)
    sealing.mark(session, request, "safety", 5)
    assert sealing.own_marks(session, request)["safety"] == 5
    with pytest.raises(BadInputError, match="not sealed"):
        sealing.take_back(session, request)


@pytest.mark.parametrize("mark", [0, 6, -1])
def test_a_mark_is_one_to_five(session: Session, mark: int) -> None:
    request = new_request(session)
    with pytest.raises(BadInputError, match="outside 1 to 5"):
        sealing.mark(session, request, "safety", mark)
    with pytest.raises(BadInputError):
        sealing.mark(session, "C03", "safety", mark)
    with pytest.raises(BadInputError):
        sealing.mark(session, request, "beauty", 3)
    with pytest.raises(BadInputError):
        sealing.mark(session, "nothing", "safety", 3)


def test_a_mark_is_agreed_once_the_marks_are_open(session: Session) -> None:
    sealing.agree(session, "C03", "safety", 2)
    assert found(session, "C03").agreed_scores == {"safety": 2}
    with pytest.raises(BadInputError, match="once both have scored"):
        sealing.agree(session, new_request(session), "safety", 2)


def test_open_marks_are_changed_like_anything_else_and_told(session: Session) -> None:
    request = new_request(session)
    for partner in "AB":
        session.write_as(partner)
        mark_all(session, request, 3)
        sealing.finish(session, request)
    session.write_as("A")
    sealing.open_due(session)
    sealing.mark(session, request, "safety", 1)
    problem = seal_problem(session.workspace_id, found(session, request), "A")
    assert problem == "changed after the seal was opened"


def test_marks_that_were_sealed_on_another_computer_wait_for_it(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = new_request(session)
    mark_all(session, request, 3)
    sealing.finish(session, request)
    assert not sealing.elsewhere(session, found(session, request))
    for stored in (tmp_path / "dyad-home" / "scores").iterdir():
        stored.unlink()
    assert sealing.elsewhere(session, found(session, request))
    assert not sealing.open_due(session).keys


def test_two_laptops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = two_homes(tmp_path, monkeypatch)
    words = pair(one, other, tmp_path)
    with one.session() as session:
        request = new_request(session)
        mark_all(session, request, 5)
        sealing.finish(session, request)
        first = session.partner
    deliver(one, other, tmp_path, words)
    with other.session() as session:
        assert found(session, request).scores == {}
        assert list(found(session, request).score_seals) == [first]
        mark_all(session, request, 1)
        sealing.finish(session, request)
        assert found(session, request).scores == {}
    exchange(other, one, tmp_path)
    exchange(one, other, tmp_path)
    exchange(other, one, tmp_path)
    opened_on_both(one, other, request, [1, 5])


def exchange(source: Home, target: Home, folder: Path) -> None:
    """Deliver, and let the other's window do what is due."""
    deliver(source, target, folder)
    with target.session() as session:
        sealing.open_due(session)


def opened_on_both(one: Home, other: Home, request: str, marks: list[int]) -> None:
    for home in (one, other):
        with home.session() as session:
            both = found(session, request)
            assert is_open(session.book, both)
            assert sorted(set(both.scores.values())) == marks
            assert [seal_problem(session.workspace_id, both, who) for who in "AB"] == ["", ""]


class Apart:
    """Two laptops of one partnership, and a request that both mark."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.one, self.other = two_homes(folder, patch)
        self.folder = folder
        words = pair(self.one, self.other, folder)
        with self.one.session() as session:
            self.request = new_request(session)
        deliver(self.one, self.other, folder, words)

    def finish(self, home: Home, mark: int) -> None:
        with home.session() as session:
            mark_all(session, self.request, mark)
            sealing.finish(session, self.request)

    def take_back(self, home: Home) -> None:
        with home.session() as session:
            sealing.take_back(session, self.request)

    def rounds(self, count: int) -> None:
        for _ in range(count):
            exchange(self.one, self.other, self.folder)
            exchange(self.other, self.one, self.folder)

    def written(self, home: Home) -> list[Address]:
        """Return whatever of the marks ever stood in a copy, also what its log alone holds still."""
        with home.session() as session:
            told = session.file.history(("capital_request", self.request))
            return [line.at for line in told if line.at.field in ("scores", "score_salts")]


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Apart:
    return Apart(tmp_path, monkeypatch)


def test_both_seal_at_the_same_moment_apart(apart: Apart) -> None:
    apart.finish(apart.one, 5)
    apart.finish(apart.other, 1)
    apart.rounds(2)
    opened_on_both(apart.one, apart.other, apart.request, [1, 5])


@pytest.mark.parametrize("first", [True, False])
def test_one_takes_the_seal_back_while_the_other_finishes(apart: Apart, first: bool) -> None:  # noqa: FBT001
    one, other = (apart.one, apart.other) if first else (apart.other, apart.one)
    apart.finish(one, 5)
    apart.rounds(1)
    apart.take_back(one)
    apart.finish(other, 1)
    apart.rounds(1)
    assert apart.written(one) == apart.written(other) == []
    apart.finish(one, 3)
    apart.rounds(2)
    opened_on_both(one, other, apart.request, [1, 3])


def test_both_seal_apart_and_one_takes_it_back_before_the_two_meet(apart: Apart) -> None:
    apart.finish(apart.one, 5)
    apart.finish(apart.other, 1)
    exchange(apart.one, apart.other, apart.folder)  # the other says that all seals are there
    apart.take_back(apart.one)
    apart.rounds(2)
    assert apart.written(apart.one) == apart.written(apart.other) == []
    apart.take_back(apart.other)
    apart.finish(apart.other, 2)
    apart.finish(apart.one, 4)
    apart.rounds(2)
    opened_on_both(apart.one, apart.other, apart.request, [2, 4])


def test_a_seal_stays_when_others_may_open_and_undo_leaves_it(apart: Apart) -> None:
    apart.finish(apart.one, 5)
    with apart.one.session() as session:
        set_fields(session, [FieldEdit("capital_request", apart.request, "cost", 100)])
        before = found(session, apart.request).score_seals
        session.undo()
        assert found(session, apart.request).cost != 100
        assert found(session, apart.request).score_seals == before
        assert session.next_undo is None or "scored" not in session.next_undo
    apart.rounds(1)
    apart.finish(apart.other, 1)
    exchange(apart.other, apart.one, apart.folder)
    with apart.one.session() as session, pytest.raises(BadInputError, match="everyone is done"):
        sealing.take_back(session, apart.request)


def test_a_mark_that_was_not_the_sealed_one_is_told(session: Session) -> None:
    request = new_request(session)
    mark_all(session, request, 5)
    sealing.finish(session, request)
    edits = [
        FieldEdit("capital_request", request, "score_salts", "00;safety=1", "A"),
        FieldEdit("capital_request", request, "scores", 1, "A/safety"),
    ]
    set_fields(session, edits)
    assert (
        seal_problem(session.workspace_id, found(session, request), "A") == "differ from the seal"
    )


def test_marks_that_one_partner_wrote_openly_are_shown_to_them_alone(session: Session) -> None:
    request = new_request(session)
    key = ("capital_request", request)
    before = session.book
    set_fields(session, [FieldEdit(*key, "scores", 5, "A/safety")])
    subject = ("capital_policy", "capital_policy")

    def shown() -> list[str]:
        told = [line.at.field for line in session.history(key)]
        told += [line.at.field for line in history.writes_of(session, [key]).lines]
        return [field for field in told if field == "scores"]

    assert shown() == ["scores", "scores"]
    session.write_as("B")
    assert shown() == []
    rows = comparison.compare(before, session.book, subject).rows
    assert not [row for row in rows if (row.at.id, row.at.field) == (request, "scores")]
    assert [row for row in rows if (row.at.id, row.at.field) == ("C01", "scores")]
    set_fields(session, [FieldEdit(*key, "scores", 2, "B/safety")])
    assert len(shown()) == 4
