"""Laptops that turn up after another of their person was given up are asked about, and sent nothing until then."""

from dataclasses import replace
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.notice import Weight
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.commit import ADMIT
from dyad_desktop.services import code_pairing, pairing, travel
from dyad_desktop.services.editing import create
from dyad_desktop.services.home import home_view
from dyad_desktop.services.identity import travel_of
from dyad_desktop.services.session import Session
from dyad_desktop.services.status import status
from dyad_desktop.services.together import met
from dyad_desktop.services.turned_up import follow, unsure, vouch
from tests.services.homes import Home, deliver, pair, title
from tests.services.turned_up import FALSE, Computers

pytestmark = pytest.mark.slow


@pytest.fixture
def all_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computers:
    return Computers(tmp_path, monkeypatch)


def asked(session: Session) -> list[str]:
    """Return the names of the laptops that are asked about, as every place tells it."""
    names = [one.name for one in unsure(session)]
    assert [one.name for one in met(session).unsure] == names
    told = [
        one
        for one in home_view(session, "working", "2027-03-01").notices
        if one.weight is Weight.LAPTOP
    ]
    assert len(told) == len(names)
    found = status(session)
    assert [name for _, name, _ in found.asked_about] == names
    assert found.devices_words.count("turned up") == len(names)
    keys = {one.key for one in unsure(session)}
    assert keys.isdisjoint(one.key for one in travel.others(session))
    return names


def test_who_hears_of_both_at_once_is_asked_and_sends_nothing_until_then(all_: Computers) -> None:
    all_.let_in(all_.second)
    all_.give_up()
    false = all_.key(all_.false)
    with all_.second.session() as session:
        assert asked(session) == []  # it was seen in the list when the other was given up
    deliver(all_.second, all_.priya, all_.folder)
    with all_.priya.session() as session:
        assert len(asked(session)) == 1
        assert session.book.need(Goal, "G1").title == FALSE  # what an honest one wrote counts
        assert false in travel.heard(session)
        with pytest.raises(BadInputError, match="nothing is asked"):
            vouch(session, all_.key(all_.second))
        vouch(session, false)
        assert asked(session) == []
        assert false in {one.key for one in travel.others(session)}
    with all_.priya.session() as session:
        follow(session)
        assert asked(session) == []


def test_its_owner_gives_it_up_with_all_that_it_ever_wrote(all_: Computers) -> None:
    """Whoever hadn't heard yet that the other was given up passed it on."""
    before = title(all_.second)
    all_.give_up()
    all_.let_in(all_.priya)
    assert title(all_.priya) == FALSE
    deliver(all_.priya, all_.second, all_.folder)
    false = all_.key(all_.false)
    with all_.second.session() as session:
        assert len(asked(session)) == 1
        assert session.book.need(Goal, "G1").title == FALSE
        pairing.retire(session, false)
        assert asked(session) == []
        assert session.book.need(Goal, "G1").title == before
        assert session.check() == []
    deliver(all_.second, all_.priya, all_.folder)
    with all_.priya.session() as session:
        assert asked(session) == []
        assert session.book.need(Goal, "G1").title == before
        assert false not in travel.heard(session)


def test_an_honest_one_that_its_owner_lets_in_afterwards_is_asked_about_by_the_other_alone(
    all_: Computers,
) -> None:
    """Marcus gives up his second laptop and lets a third one in by his first."""
    second = all_.key(all_.second)
    with all_.lost.session() as session:
        pairing.retire(session, second)
    pair(all_.lost, all_.false, all_.folder, further=True)
    with all_.lost.session() as session:
        assert asked(session) == []
    deliver(all_.lost, all_.priya, all_.folder)
    with all_.priya.session() as session:
        assert len(asked(session)) == 1
        vouch(session, unsure(session)[0].key)
    deliver(all_.priya, all_.false, all_.folder)
    assert title(all_.priya) == title(all_.false)


def test_of_no_partnership_in_which_nothing_was_given_up_anything_is_asked(
    all_: Computers,
) -> None:
    for home in (all_.priya, all_.lost, all_.second):
        with home.session() as session:
            assert asked(session) == []


def test_whom_it_lets_in_is_asked_about_too(all_: Computers) -> None:
    """The finder invites a person of theirs from the laptop that they let in."""
    all_.give_up()
    all_.let_in(all_.priya)
    with all_.false.session() as session:
        create(session, Partner("C", name="Casey", role="Finance"))
    stranger = all_.home("stranger")
    with all_.false.session() as session:
        text = pairing.invitation(session, "C")
    with stranger.here():
        _, reply = pairing.join(pairing.read_invitation(text), stranger.path, "Casey")
    with all_.false.session() as session:
        pairing.admit(session, pairing.read_reply(session, reply)[0])
    deliver(all_.false, all_.priya, all_.folder)
    deliver(all_.priya, all_.second, all_.folder)
    with all_.second.session() as session:
        found = {one.partner for one in unsure(session)}
        assert found == {"B", "C"}
        assert len(asked(session)) == 2


def test_who_is_let_in_by_a_laptop_that_is_known_is_not_asked_about(all_: Computers) -> None:
    all_.give_up()
    deliver(all_.second, all_.priya, all_.folder)
    with all_.priya.session() as session:
        create(session, Partner("C", name="Casey", role="Finance"))
        text = pairing.invitation(session, "C")
    third = all_.home("third")
    with third.here():
        joined, reply = pairing.join(pairing.read_invitation(text), third.path, "Casey")
    with all_.priya.session() as session:
        pairing.admit(session, pairing.read_reply(session, reply)[0])
        assert asked(session) == []
    deliver(all_.priya, all_.second, all_.folder)
    deliver(all_.priya, third, all_.folder, joined.fingerprint)
    deliver(third, all_.second, all_.folder)
    for home in (all_.second, third):
        with home.session() as session:
            assert asked(session) == []


def test_it_is_asked_about_though_it_takes_back_that_the_other_was_given_up(
    all_: Computers,
) -> None:
    """Whoever has the person's key has the person's word, too."""
    all_.give_up()
    all_.let_in(all_.priya)
    deliver(all_.second, all_.priya, all_.folder)
    deliver(all_.priya, all_.false, all_.folder)
    lost = all_.key(all_.lost)
    with all_.false.session() as session:
        pairing.take_back(session, lost)
    deliver(all_.false, all_.priya, all_.folder)
    deliver(all_.priya, all_.second, all_.folder)
    with all_.second.session() as session:
        assert session.file.people.given_up() == []
        assert len(asked(session)) == 1
        # What is said of lost laptops holds in whatever order it comes, so the lost one is given up once more.
        for one in (all_.false, all_.lost):
            pairing.retire(session, all_.key(one))
        in_force = {one.device.key for one in session.file.people.given_up() if one.in_force}
        assert in_force == {all_.key(all_.false), lost}
        assert asked(session) == []


def sent_to(source: Home, target: Home, folder: Path) -> None:
    """Find that a laptop is sent to, and that it takes what comes."""
    said = f"Said on {source.name} to {target.name}"
    title(source, said)
    deliver(source, target, folder)
    assert title(target) == said


def test_of_whom_no_word_counts_is_sent_to_once_somebody_vouches(all_: Computers) -> None:
    """The lost one let it in after the last commit that counts; so it is of a person whose other laptop is honest."""
    all_.give_up()
    all_.let_in(all_.priya, by_itself=False)
    deliver(all_.priya, all_.second, all_.folder)
    deliver(all_.second, all_.priya, all_.folder)
    false = all_.key(all_.false)
    with all_.second.session() as session:
        assert [one.key for one in unsure(session)] == [false]
        assert false not in {one.key for one in session.file.people.devices()}
        assert false in travel.heard(session)
        vouch(session, false)
        assert asked(session) == []
        assert session.check() == []
    sent_to(all_.second, all_.false, all_.folder)
    sent_to(all_.false, all_.second, all_.folder)


def test_who_met_it_before_it_heard_of_the_other_asks_too(all_: Computers) -> None:
    all_.let_in(all_.priya, by_itself=False)
    false = all_.key(all_.false)
    with all_.priya.session() as session:
        assert asked(session) == []
        assert false in {one.key for one in travel.others(session)}
    all_.give_up()
    deliver(all_.second, all_.priya, all_.folder)
    with all_.priya.session() as session:
        assert [one.key for one in unsure(session)] == [false]
        assert len(asked(session)) == 1
        vouch(session, false)
        assert asked(session) == []
    sent_to(all_.priya, all_.false, all_.folder)
    with all_.false.session() as session:
        assert asked(session) == []


def test_one_that_only_wrote_is_listed_and_can_be_given_up(all_: Computers) -> None:
    """It has the person's key, and says nowhere how it is reached."""
    all_.let_in(all_.priya, by_itself=False)
    false = all_.key(all_.false)
    with all_.false.session() as session:
        own = replace(travel_of(session.file.id, "B").device("B"), recipient="nowhere")
        session.file._write("B", own.changes(), "Made this laptop known", ADMIT)
    all_.give_up()
    for source in (all_.false, all_.second):
        deliver(source, all_.priya, all_.folder)
    with all_.priya.session() as session:
        assert asked(session) == []
        assert [one.key for one in met(session).unreached] == [false]
        pairing.retire(session, false)
        assert met(session).unreached == ()


def test_a_stranger_whom_the_lost_one_let_in_counts_once_somebody_vouches(
    all_: Computers,
) -> None:
    all_.give_up()
    with all_.lost.session() as session:
        create(session, Partner("C", name="Casey", role="Finance"))
        text = pairing.invitation(session, "C")
    casey = all_.home("casey")
    with casey.here():
        joined, reply = pairing.join(pairing.read_invitation(text), casey.path, "Casey")
    with all_.lost.session() as session:
        pairing.admit(session, pairing.read_reply(session, reply)[0])
    deliver(all_.lost, casey, all_.folder, joined.fingerprint)
    title(casey, "By Casey")
    deliver(all_.lost, all_.priya, all_.folder)
    deliver(casey, all_.priya, all_.folder)
    assert title(all_.priya) == "By Casey"
    deliver(all_.second, all_.priya, all_.folder)
    assert title(all_.priya) != "By Casey"
    with all_.priya.session() as session:
        segments = session.file.segments_since({})
        people = dict(session.file.people.heard_of())
    with casey.session() as session:
        session.receive(segments, people)
    with casey.session() as session:  # it opens, though nobody counts her for the moment
        assert session.book.get(Partner, "C") is None
        assert session.partner == "C"
    with all_.priya.session() as session:
        found = unsure(session)
        assert [one.partner for one in found] == ["C"]
        vouch(session, found[0].key)
        assert asked(session) == []
        assert session.book.need(Goal, "G1").title == "By Casey"
        assert session.book.need(Partner, "C").name == "Casey"
        assert session.check() == []
    sent_to(all_.priya, casey, all_.folder)


def test_a_further_laptop_lets_in_none_and_says_which_one_can(all_: Computers) -> None:
    with all_.second.session() as session, pytest.raises(BadInputError, match=r"only “.*” can let"):
        pairing.invitation(session, further=True)
    with all_.second.session() as session:
        assert "only “" in met(session).no_further
        with pytest.raises(BadInputError, match="came in as a further one"):
            code_pairing.invite_by_code(session, 1, further=True)
    with all_.lost.session() as session:
        assert met(session).no_further == ""
