import queue
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Goal
from dyad_desktop.replication.messages import Presence
from dyad_desktop.services import pairing, travel
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.live import Door
from dyad_desktop.services.session import Session
from tests.services.lan import WAIT, Homes, Laptop, connect, two_laptops


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Homes:
    return Homes(tmp_path, monkeypatch)


def _title(session: Session, text: str) -> None:
    set_fields(session, [FieldEdit("goal", "G1", "title", text)], f"Title: {text}")


def _title_of(session: Session) -> str:
    return str(session.book.need(Goal, "G1").title)


def _goal(laptop: Laptop) -> str:
    return str(laptop.worker.ask(lambda: _title_of(laptop.session)))


def test_a_new_copy_gets_everything_and_both_know_it(tmp_path: Path, homes: Homes) -> None:
    with two_laptops(tmp_path, homes) as (first, second):
        connect(first, second)
        assert first.digest == second.digest
        device, got = second.received.get(timeout=WAIT)
        assert (device.partner, got.commits) == ("A", 3)
        assert first.live.traffic.commits_sent == second.live.traffic.commits_received == 3
        assert second.session.file.people.rooms() == first.session.file.people.rooms() != []
        assert [p.ahead for p in first.worker.ask(lambda: travel.peers(first.session))] == [0]
        assert [seen.device.partner for seen in first.live.seen] == ["B"]


def test_an_edit_is_on_the_partners_screen_at_once(tmp_path: Path, homes: Homes) -> None:
    with two_laptops(tmp_path, homes) as (first, second):
        connect(first, second)
        second.received.get(timeout=WAIT)
        for n in range(40):
            here, there = (first, second) if n % 2 == 0 else (second, first)
            here.do(_title, f"Round {n}")
            there.received.get(timeout=WAIT)
            assert _goal(there) == f"Round {n}"
        first.settle()
        second.settle()
        assert first.digest == second.digest


def test_what_both_wrote_apart_stands_on_both(tmp_path: Path, homes: Homes) -> None:
    with two_laptops(tmp_path, homes) as (first, second):
        connect(first, second)
        first.live.close()
        second.live.close()
        first.worker.ask(lambda: _title(first.session, "From A"))
        second.worker.ask(lambda: _title(second.session, "From B"))
        first.live, second.live = first.new_live(), second.new_live()
        connect(first, second)
        assert first.digest == second.digest
        assert len(second.worker.ask(second.session.disagreements)) == 1


def test_runs_that_exceed_a_frame_are_one_delivery(
    tmp_path: Path, homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dyad_desktop.services.conversation.RUN", 400)
    with two_laptops(tmp_path, homes) as (first, second):
        for n in range(20):
            first.do(_title, f"Title {n}")
        connect(first, second)
        assert first.digest == second.digest
        assert second.received.qsize() == 1
        assert second.received.get()[1].commits == 23


def test_a_partner_is_seen_where_they_are_until_they_leave(tmp_path: Path, homes: Homes) -> None:
    with two_laptops(tmp_path, homes) as (first, second):
        second.live.show(Presence("B", "home"))
        connect(first, second)
        first.worker.until(lambda: first.live.seen[0].presence == Presence("B", "home"))
        editing = Presence("B", "operating", "draft_line", "working.L17", "months", "2027-02")
        second.live.show(editing)
        first.worker.until(lambda: first.live.seen[0].presence == editing)
        second.live.close()
        first.worker.until(lambda: first.live.seen == ())


def test_a_presence_that_is_too_long_ends_the_link(tmp_path: Path, homes: Homes) -> None:
    with two_laptops(tmp_path, homes) as (first, second):
        connect(first, second)
        second.live.show(Presence("B", "x" * 10_000))
        assert "isn't as it should be" in first.trouble.get(timeout=WAIT)


def test_who_was_not_admitted_is_no_partner(tmp_path: Path, homes: Homes) -> None:
    with two_laptops(tmp_path, homes) as (first, second):
        port = first.listen()
        asked = pairing.read_invitation(first.worker.ask(lambda: pairing.invitation(first.session)))
        homes.use("c")
        pairing.join(asked, tmp_path / "c.dyad", "Mallory")
        stranger = Session.open(tmp_path / "c.dyad")
        pairing.confirm(stranger.file)
        third = Laptop(stranger, homes, "c")
        third.call(port)
        second.call(port)
        second.settle()
        assert third.live.seen == ()
        assert len(first.live.seen) == 1
        third.close()


def test_a_laptop_that_is_admitted_meanwhile_gets_in(tmp_path: Path, homes: Homes) -> None:
    with two_laptops(tmp_path, homes) as (first, second):
        connect(first, second)
        asked = pairing.read_invitation(
            first.worker.ask(lambda: pairing.invitation(first.session, further=True))
        )
        homes.use("d")
        joined, sealed = pairing.join(asked, tmp_path / "d.dyad", "Amara again")
        session = Session.open(tmp_path / "d.dyad")
        pairing.confirm(session.file)
        third = Laptop(session, homes, "d")
        third.call(first.live.port)

        def admit(session: Session) -> None:
            answer, words = pairing.read_reply(session, sealed)
            assert words == joined.fingerprint
            pairing.admit(session, answer)

        first.do(admit)
        third.settle()
        third.do(_title, "From the second laptop")
        third.settle()
        second.worker.until(lambda: _title_of(second.session) == "From the second laptop")
        assert third.digest == first.digest == second.digest
        third.close()


def test_nothing_is_opened_before_it_is_asked_for(
    tmp_path: Path, homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a socket")

    with two_laptops(tmp_path, homes) as (first, _):
        monkeypatch.setattr("socket.socket.bind", refuse)
        first.live.committed()
        first.live.show(Presence("A", "home"))
        assert first.live.port == 0


def test_a_port_that_is_taken_is_said(tmp_path: Path, homes: Homes) -> None:
    with two_laptops(tmp_path, homes) as (first, second):
        port = first.listen()
        second.live.start(Door(("127.0.0.1", port), None, ()))
        assert "Choose another port" in second.trouble.get(timeout=WAIT)
        with pytest.raises(queue.Empty):
            second.ports.get_nowait()


def test_members_find_each_other_by_their_room(tmp_path: Path, homes: Homes) -> None:
    loopback = Door(("127.0.0.1", 0), None, ("127.0.0.1",))
    with two_laptops(tmp_path, homes) as (first, second):
        connect(first, second)
        first.live.close()
        second.live.close()
        first.live, second.live = first.new_live(), second.new_live()
        first.live.start(loopback)
        second.live.start(loopback)
        first.settle()
        second.settle()
