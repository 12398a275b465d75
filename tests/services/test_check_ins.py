"""Check-ins: each partner says their own part, on one laptop that both use or on two."""

from contextlib import closing
from pathlib import Path

import pytest

from dyad_desktop.domain.check_ins import Said, named_words, said_of
from dyad_desktop.domain.goals import CheckIn
from dyad_desktop.domain.registry import OWN
from dyad_desktop.errors import BadInputError
from dyad_desktop.services import files
from dyad_desktop.services.editing import FieldEdit, fresh, set_fields
from dyad_desktop.services.goals import add_check_in, change_check_in
from dyad_desktop.services.session import Session
from tests.services.homes import deliver, pair, two_homes

DAY = "2026-11-05"


def a_check_in(status: str = "at_risk", **confidence: int) -> CheckIn:
    made: CheckIn = fresh(CheckIn, goal="G1", date=DAY, status=status, confidence=confidence)
    return made


def said(session: Session) -> Said:
    found = said_of(session.book, "G1")
    assert found is not None
    return found


def sure(check_in: str, who: str, mark: int | None) -> FieldEdit:
    return FieldEdit("check_in", check_in, "confidence", mark, who)


def test_a_check_in_alone_leaves_the_partners_last_confidence(session: Session) -> None:
    session.write_as("B")
    add_check_in(session, a_check_in(B=5))
    found = said(session)
    assert {who: (one.mark, one.day) for who, one in found.confidence.items()} == {
        "A": (9, "2026-10-31"),
        "B": (5, DAY),
    }
    assert (found.pair, found.now) == ("", {"B": "at_risk"})


def test_on_a_laptop_that_both_use_each_part_is_in_its_own_name(session: Session) -> None:
    made = a_check_in(A=7, B=5)
    add_check_in(session, made)
    assert said(session).pair == "at_risk"
    kept = session.book.need(CheckIn, made.id)
    assert dict(kept.confidence) == {"A": 7, "B": 5}
    authors = session.authors("check_in", [made.id])
    marks = {at.slot: who for at, who in authors.items() if at.field == "confidence"}
    assert marks == {"A": "A", "B": "B"}
    assert session.partner == "A"


def test_a_partner_joins_with_their_own_word_and_nobody_elses(session: Session) -> None:
    session.write_as("B")
    made = a_check_in(B=5)
    add_check_in(session, made)
    session.write_as("A")
    change_check_in(session, made.id, [sure(made.id, "A", 6)])
    assert said(session).pair == "at_risk"
    assert ("check_in", "confidence") in OWN
    with pytest.raises(BadInputError, match="only Marcus"):
        set_fields(session, [sure(made.id, "B", 9)])


def test_another_status_is_ones_own_and_the_check_ins_once_nobody_says_another(
    session: Session,
) -> None:
    session.write_as("B")
    made = a_check_in(B=5)
    add_check_in(session, made)
    session.write_as("A")
    worse = FieldEdit("check_in", made.id, "status", "off_track")
    change_check_in(session, made.id, [worse])
    kept = session.book.need(CheckIn, made.id)
    assert (kept.status, named_words(kept)) == ("at_risk", {"B": "at_risk", "A": "off_track"})
    session.write_as("B")
    change_check_in(session, made.id, [worse])
    assert session.book.need(CheckIn, made.id).status == said(session).pair == "off_track"


def test_a_note_alone_makes_nobody_say_more(session: Session) -> None:
    session.write_as("B")
    made = a_check_in(B=5)
    add_check_in(session, made)
    session.write_as("A")
    change_check_in(session, made.id, [FieldEdit("check_in", made.id, "note", "Two agencies left")])
    assert said(session).now == {"B": "at_risk"}


def test_a_check_in_that_is_gone_is_refused(session: Session) -> None:
    with pytest.raises(BadInputError, match="isn't there any more"):
        change_check_in(session, "nothing", [])


def test_both_add_theirs_to_one_check_in_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two_homes(tmp_path, monkeypatch)
    words = pair(one, other, tmp_path)
    with one.session() as session:
        made = a_check_in()
        with pytest.raises(BadInputError, match="own laptop"):
            add_check_in(session, a_check_in(A=6, B=5))
        assert said(session).day == "2026-10-31"
        add_check_in(session, made)
        change_check_in(session, made.id, [sure(made.id, "A", 6)])
    deliver(one, other, tmp_path, words)
    with one.session() as session:
        change_check_in(session, made.id, [sure(made.id, "A", 7)])
    with other.session() as session:
        change_check_in(session, made.id, [sure(made.id, "B", 4)])
    deliver(other, one, tmp_path)
    with one.session() as session:
        assert dict(session.book.need(CheckIn, made.id).confidence) == {"A": 7, "B": 4}
        assert session.disagreements() == []
        assert said(session).pair == "at_risk"


def test_a_file_keeps_who_says_what(session: Session, tmp_path: Path) -> None:
    made = a_check_in(A=7)
    add_check_in(session, made)
    (tmp_path / "copy.yaml").write_text(files.dump(session))
    copied, _report = files.load(tmp_path / "copy.yaml", tmp_path / "copy.dyad")
    with closing(copied):
        assert named_words(copied.book.children(CheckIn, "G1")[-1]) == {"A": "at_risk"}
        assert named_words(copied.book.children(CheckIn, "G1")[0]) == {
            "A": "on_track",
            "B": "on_track",
        }
