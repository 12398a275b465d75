"""Files that belong to capital requests: kept by content, carried to the partner, refused when too large."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.capital import Attachment
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.replication import messages
from dyad_desktop.replication.content import PIECE, batches, joined, name_of
from dyad_desktop.replication.messages import MAX_DELIVERY, MAX_WHOLE
from dyad_desktop.services import attachments, files, travel
from dyad_desktop.services.attachments import EACH, EVER, TOGETHER, attach, content_of, held, save
from dyad_desktop.services.editing import delete, set_field
from dyad_desktop.services.session import Session
from dyad_desktop.store import segments
from dyad_desktop.store.log import SEGMENT
from tests.services.homes import pair, two_homes


def a_file(folder: Path, size: int, name: str = "quote.pdf") -> Path:
    path = folder / name
    path.write_bytes(os.urandom(size))
    return path


def only(session: Session) -> Attachment:
    (found,) = session.book.all(Attachment)
    return found


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=50), st.integers(1, 3 * PIECE), st.integers(0, 3))
def test_pieces_give_the_content_again_and_nothing_else(seed: bytes, size: int, lost: int) -> None:
    data = (seed * (size // len(seed) + 1))[:size]
    pieces = {change.at.slot: str(change.value) for batch in batches(data) for change in batch}
    assert joined(name_of(data), pieces) == data
    assert joined(name_of(data + b"."), pieces) is None
    gone = sorted(pieces)[lost % len(pieces)]
    fewer = {slot: text for slot, text in pieces.items() if slot != gone}
    assert joined(name_of(data), fewer) is None
    (again,) = (change for batch in batches(data, list(fewer)) for change in batch)
    assert again.at.slot == gone


@pytest.mark.parametrize("size", [1, PIECE, PIECE + 1, 9 * PIECE + 17])
def test_a_file_is_kept_and_given_back(session: Session, tmp_path: Path, size: int) -> None:
    path = a_file(tmp_path, size)
    attach(session, "C01", path)
    found = only(session)
    assert (found.name, found.size, found.request) == ("quote.pdf", size, "C01")
    save(session, found.id, tmp_path / "back.pdf")
    assert (tmp_path / "back.pdf").read_bytes() == path.read_bytes()
    assert session.check() == []
    assert session.next_undo == "Attach quote.pdf"
    session.undo()
    assert session.book.all(Attachment) == ()
    session.redo()
    assert content_of(session, found.id) == path.read_bytes()


def test_the_same_content_is_kept_once(session: Session, tmp_path: Path) -> None:
    path = a_file(tmp_path, 3 * PIECE)
    attach(session, "C01", path)
    before = session.path.stat().st_size
    attach(session, "C02", path)
    assert session.path.stat().st_size - before < PIECE
    assert held(session.book) == 3 * PIECE


def test_content_survives_closing_and_sealing(tmp_path: Path) -> None:
    path = a_file(tmp_path, 2 * PIECE)
    with closing(files.demo(tmp_path / "example.dyad")) as session:
        attach(session, "C01", path)
    with closing(Session.open(tmp_path / "example.dyad")) as again:
        assert content_of(again, only(again).id) == path.read_bytes()
        assert again.check() == []


def test_what_is_too_large_empty_or_no_file_is_refused(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DyadError, match="larger than 20 MB"):
        attach(session, "C01", a_file(tmp_path, EACH + 1))
    with pytest.raises(BadInputError, match="empty"):
        attach(session, "C01", a_file(tmp_path, 0))
    with pytest.raises(DyadError, match="folder"):
        attach(session, "C01", tmp_path)
    with pytest.raises(DyadError, match="can't be read"):
        attach(session, "C01", tmp_path / "gone.pdf")
    with pytest.raises(BadInputError, match="no capital request"):
        attach(session, "C99", a_file(tmp_path, 1))
    monkeypatch.setattr(attachments, "TOGETHER", 2 * PIECE)
    attach(session, "C01", a_file(tmp_path, PIECE, "one.pdf"))
    with pytest.raises(BadInputError, match=r"two\.pdf the attachments would be 1 byte over"):
        attach(session, "C01", a_file(tmp_path, PIECE + 1, "two.pdf"))
    assert only(session).name == "one.pdf"


def test_an_attachment_goes_with_its_request(session: Session, tmp_path: Path) -> None:
    attach(session, "C01", a_file(tmp_path, 10))
    delete(session, [("capital_request", "C01")])
    assert session.book.all(Attachment) == ()


def test_a_copy_made_from_text_says_that_it_lacks_the_content(
    session: Session, tmp_path: Path
) -> None:
    attach(session, "C01", a_file(tmp_path, 10))
    text = tmp_path / "out.yaml"
    text.write_text(files.dump(session), encoding="utf-8")
    loaded, _report = files.load(text, tmp_path / "again.dyad")
    with closing(loaded) as again, pytest.raises(DyadError, match=r"quote\.pdf isn't in this copy"):
        content_of(again, only(again).id)


def test_the_partner_receives_the_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    path = a_file(tmp_path, 6 * PIECE)
    with priya.session() as session:
        attach(session, "C01", path)
        travel.send(session, tmp_path / "more.dyad-bundle")
    with marcus.session() as session:
        travel.receive(session, tmp_path / "more.dyad-bundle")
        assert content_of(session, only(session).id) == path.read_bytes()
        assert session.check() == []


def test_what_was_taken_away_counts_as_what_the_history_keeps(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else attaching and taking away would grow it beyond what a bundle carries."""
    monkeypatch.setattr(attachments, "EVER", 3 * PIECE)
    first = a_file(tmp_path, PIECE + 9, "one.pdf")
    attach(session, "C01", first)
    attach(session, "C01", a_file(tmp_path, 100, "two.pdf"))
    assert session.file.contents("A").size() == PIECE + 109
    delete(session, [("attachment", one.id) for one in session.book.all(Attachment)])
    attach(session, "C01", a_file(tmp_path, PIECE, "three.pdf"))
    with pytest.raises(BadInputError, match=r"four\.pdf all that was ever attached would be"):
        attach(session, "C01", a_file(tmp_path, PIECE, "four.pdf"))
    attach(session, "C02", first)  # that is there
    assert {one.name for one in session.book.all(Attachment)} == {"one.pdf", "three.pdf"}


def test_all_that_may_be_attached_fits_into_one_delivery() -> None:
    """Also what two attach apart, hardly shrinks, and as text, which takes a third more."""
    assert 2 * EVER < MAX_DELIVERY * 9 // 10
    assert 2 * EVER * 4 // 3 < MAX_WHOLE * 9 // 10
    assert TOGETHER < EVER


def test_a_bundle_that_nobody_would_take_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    path = tmp_path / "zeros.csv"
    path.write_bytes(bytes(4 * PIECE))
    with priya.session() as session:
        attach(session, "C01", path)
        monkeypatch.setattr(messages, "MAX_WHOLE", 3 * PIECE)
        with pytest.raises(DyadError, match="Nothing was written"):
            travel.send(session, tmp_path / "large.dyad-bundle")
        monkeypatch.setattr(messages, "MAX_WHOLE", 9 * PIECE)
        travel.send(session, tmp_path / "large.dyad-bundle")
    with marcus.session() as session:
        travel.receive(session, tmp_path / "large.dyad-bundle")
        assert content_of(session, only(session).id) == path.read_bytes()


def test_contents_are_sealed_in_segments_of_a_size_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads one commit unpacks its segment: 512 commits may hold 200 MB."""
    monkeypatch.setattr(segments, "LARGE", 2 * PIECE)
    paths = [a_file(tmp_path, 3 * PIECE, f"{n}.pdf") for n in range(3)]
    place = tmp_path / "example.dyad"
    with closing(files.demo(place)) as session:
        for path in paths:
            attach(session, "C01", path)
        for n in range(SEGMENT + 1):
            set_field(session, ("goal", "G1"), "title", f"Title {n}")
    with closing(Session.open(place)) as again:
        found = {one.name: content_of(again, one.id) for one in again.book.all(Attachment)}
        assert found == {path.name: path.read_bytes() for path in paths}
        assert again.check() == []
    with closing(sqlite3.connect(place)) as raw:
        cuts = raw.execute("SELECT first, last FROM segment ORDER BY first").fetchall()
    assert len(cuts) > 3
    assert [first for first, _last in cuts[1:]] == [last + 1 for _first, last in cuts[:-1]]
