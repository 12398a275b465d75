"""Since we last met: when that was, and what changed since, on one laptop and on two."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dyad_desktop.services import files, local, travel
from dyad_desktop.services.editing import delete, set_field
from dyad_desktop.services.meeting_point import last_met, meetings, note_arrival, since
from dyad_desktop.services.operating import MonthEdit, edit_lines
from dyad_desktop.services.session import Session
from dyad_desktop.store.writer import Local
from tests.services.homes import pair, title, two_homes

G1 = ("goal", "G1")
HOUR = 3_600_000


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 1_900_000_000_000
        real = local.this_computer

        def here() -> Local:
            made = real()
            return Local(
                made.keys, made.marks, made.device_name, lambda: self.now, made.random_bytes
            )

        patch.setattr("dyad_desktop.services.meeting_point.this_computer", here)
        patch.setattr("dyad_desktop.services.session.this_computer", here)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def session(tmp_path: Path, clock: Clock) -> Iterator[Session]:
    made = files.demo(tmp_path / "example.dyad")
    yield made
    made.close()


@contextmanager
def writing(session: Session, partner: str) -> Iterator[None]:
    before = session.partner
    session.write_as(partner)
    yield
    session.write_as(before)


def test_before_anything_changed_nothing_is_news(session: Session) -> None:
    found = since(session, last_met(session))
    assert (found.count, found.things) == (0, ())
    assert found.meeting.alone


def test_whoever_shares_a_laptop_is_not_alone(session: Session) -> None:
    with writing(session, "B"):
        set_field(session, G1, "why", "Mine too")
    assert not last_met(session).alone


def test_after_a_delivery_nobody_is_alone(session: Session) -> None:
    note_arrival(session)
    assert (last_met(session).met, last_met(session).alone) == (True, False)


def test_on_one_laptop_the_last_pause_counts(session: Session, clock: Clock) -> None:
    clock.now += HOUR
    set_field(session, G1, "why", "First")
    clock.now += 20 * HOUR
    set_field(session, ("goal", "G2"), "why", "Second")
    with writing(session, "B"):
        set_field(session, ("goal", "G2"), "title", "Third")
    found = since(session, last_met(session))
    assert [thing.key for thing in found.things] == [("goal", "G2")]
    assert found.things[0].partners == ("A", "B")
    assert set(found.things[0].fields) == {"Why", "Title"}


def test_a_delivery_is_news_until_the_next_meeting(session: Session, clock: Clock) -> None:
    set_field(session, G1, "why", "Before we ever met")
    note_arrival(session)
    clock.now += 24 * HOUR
    set_field(session, G1, "why", "Mine since")
    with writing(session, "B"):
        set_field(session, ("goal", "G2"), "why", "Theirs, brought now")
    note_arrival(session)
    found = since(session, last_met(session))
    assert {thing.key: thing.partners for thing in found.things} == {
        G1: ("A",),
        ("goal", "G2"): ("B",),
    }
    assert len(meetings(session)) == 2
    latest = meetings(session)[1]
    assert since(session, latest).count == 0
    clock.now += 24 * HOUR
    set_field(session, ("goal", "G3"), "why", "After")
    assert {thing.key for thing in since(session, latest).things} == {("goal", "G3")}
    assert len(since(session, last_met(session)).things) == 3


def test_deliveries_of_one_hour_are_one_meeting(session: Session, clock: Clock) -> None:
    note_arrival(session)
    clock.now += 24 * HOUR
    for n in range(4):
        set_field(session, G1, "why", f"Text {n}")
        note_arrival(session)
        clock.now += HOUR // 3
    assert len(meetings(session)) == 2
    assert last_met(session).wall_ms == 1_900_000_000_000


def test_months_are_told_under_their_line_and_deletions_by_name(session: Session) -> None:
    edit_lines(session, "working", [MonthEdit("L28", "2027-02", 100)])
    name = session.book.label("goal", "G6")
    delete(session, [("goal", "G6")])
    things = {thing.key: thing for thing in since(session, last_met(session)).things}
    assert things["operating_line", "L28"].fields == ("Feb 2027",)
    assert (things["goal", "G6"].label, things["goal", "G6"].deleted) == (name, True)


def test_a_bundle_from_the_partner_is_a_meeting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    title(marcus, "A better title")
    with marcus.session() as session:
        travel.send(session, tmp_path / "for-priya.bundle")
    with priya.session() as session:
        before = len(meetings(session))
        travel.receive(session, tmp_path / "for-priya.bundle")
        assert all(meeting.met for meeting in meetings(session))
        assert len(meetings(session)) >= before
        cut = meetings(session)[-1].cut
        assert cut.keys() == {actor.id for actor in session.file.actors}
