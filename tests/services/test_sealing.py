"""Two laptops score apart: nothing of a mark travels before both are done, then both stand open on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dyad_desktop.domain.capital import CapitalRequest, Criterion
from dyad_desktop.domain.scoring import is_open, marks_of, seal_problem
from dyad_desktop.errors import BadInputError
from dyad_desktop.services import capital, comparison, files, history, sealing
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.session import Session
from tests.services.test_travel import Home, deliver, pair


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = files.demo(tmp_path / "example.dyad")
    yield opened
    opened.close()


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
    one, other = Home(tmp_path, "priya", monkeypatch), Home(tmp_path, "marcus", monkeypatch)
    with one.here():
        files.demo(one.path).close()
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
    deliver(other, one, tmp_path)
    with one.session() as session:
        assert sealing.open_due(session).keys
    deliver(one, other, tmp_path)
    for home in (one, other):
        with home.session() as session:
            both = found(session, request)
            assert sorted(set(both.scores.values())) == [1, 5]
            assert [seal_problem(session.workspace_id, both, who) for who in "AB"] == ["", ""]


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
