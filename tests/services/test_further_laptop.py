"""A person's further laptop: joining once more, or on the laptop that invites, loses nobody's keys."""

from pathlib import Path

import pytest

from dyad_desktop.errors import BadInputError
from dyad_desktop.services import pairing
from dyad_desktop.services.identity import travel_of
from tests.services.homes import Home, deliver, pair, title, two_homes


@pytest.fixture
def priya(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    first, marcus = two_homes(tmp_path, monkeypatch)
    pair(first, marcus, tmp_path)
    return first


def test_who_joins_once_more_on_it_writes_as_the_same_laptop(
    priya: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file was saved in the wrong place, say; either copy, and either reply, is of one laptop."""
    second = Home(tmp_path, "second", monkeypatch)
    with priya.session() as session:
        asked = pairing.read_invitation(pairing.invitation(session, further=True))
    with second.here():
        joined, reply = pairing.join(asked, second.path, "Priya")
        pairing.join(asked, tmp_path / "again.dyad", "Priya")
    with priya.session() as session:
        pairing.admit(session, pairing.read_reply(session, reply)[0])
    deliver(priya, second, tmp_path, joined.fingerprint)
    title(second, "Written on the second")
    deliver(second, priya, tmp_path)
    assert title(priya) == "Written on the second"
    with second.session() as session:
        assert session.check() == []


def test_the_laptop_that_invites_keeps_its_persons_key(priya: Home, tmp_path: Path) -> None:
    with priya.session() as session:
        keys = travel_of(session.file.id, session.partner).keys
        asked = pairing.read_invitation(pairing.invitation(session, further=True))
        with pytest.raises(BadInputError, match="joins on that laptop"):
            pairing.join(asked, tmp_path / "other.dyad", "Priya")
    assert not (tmp_path / "other.dyad").exists()
    with priya.session() as session:
        assert travel_of(session.file.id, session.partner).keys == keys
        assert pairing.no_further(session) == ""
