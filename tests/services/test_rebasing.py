"""New limits: proposed by one, in force when the other agrees, on either copy."""

from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.rebase_words import outcome_words, split_words
from dyad_desktop.domain.rebases import agreed_before, agrees, clashes, is_crossed, splits
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.disagreements import ORPHAN, disagreements
from dyad_desktop.services.editing import create, delete, fresh, set_field
from dyad_desktop.services.home import home_view
from dyad_desktop.services.rebasing import (
    answer_rebase,
    drop_rebase,
    keep_rebase,
    proposable,
    propose_rebase,
)
from dyad_desktop.services.session import Session
from tests.services.homes import Home, deliver, meet, pair, two_homes


def proposals(session: Session) -> tuple[Rebase, ...]:
    return session.book.children(Rebase, "M1.1")


def segments(session: Session) -> int:
    control = chart_of(session.book, session.book.need(Measure, "M1.1")).control
    assert control is not None
    return len(control.segments)


def test_a_proposal_waits_for_the_partner(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-02", " Single-call activation ")
    [made] = proposals(session)
    assert (made.period, made.reason, made.agreed) == (
        "2025-02",
        "Single-call activation",
        {"A": "2025-02"},
    )
    assert segments(session) == 1
    session.write_as("B")
    answer_rebase(session, made.id, agreed=True)
    assert segments(session) == 2
    answer_rebase(session, made.id, agreed=False)
    assert segments(session) == 1


def test_undo_takes_a_proposal_back(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-02", "Single-call activation")
    session.undo()
    assert proposals(session) == ()


@pytest.mark.parametrize(
    ("measure", "period", "reason", "why"),
    [
        ("M1.1", "2025-02", "  ", "write why"),
        ("M1.1", "2023-11", "x", "after the first value"),
        ("M1.1", "2027-03", "x", "not long after the last"),
        ("M9.9", "2025-02", "x", "no measure"),
    ],
)
def test_what_can_not_be_proposed_is_refused(
    session: Session, measure: str, period: str, reason: str, why: str
) -> None:
    with pytest.raises(BadInputError, match=why):
        propose_rebase(session, measure, period, reason)
    assert proposals(session) == ()


def test_one_proposal_a_month(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-02", "x")
    with pytest.raises(BadInputError, match="already proposed"):
        propose_rebase(session, "M1.1", "2025-02", "y")


def test_an_answer_to_nothing_is_refused(session: Session) -> None:
    with pytest.raises(BadInputError, match="no proposal"):
        answer_rebase(session, "nothing", agreed=True)


def test_what_one_proposes_and_the_other_agrees_to_holds_on_both_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    deliver(marcus, priya, tmp_path)
    with priya.session() as session:
        propose_rebase(session, "M1.1", "2025-02", "Single-call activation")
    deliver(priya, marcus, tmp_path)
    with marcus.session() as session:
        assert segments(session) == 1
        answer_rebase(session, proposals(session)[0].id, agreed=True)
    deliver(marcus, priya, tmp_path)
    for home in (priya, marcus):
        with home.session() as session:
            assert segments(session) == 2
            assert session.disagreements() == []


def test_a_proposal_for_a_measure_that_the_partner_deletes_is_asked_about_on_both_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    deliver(marcus, priya, tmp_path)
    with priya.session() as session:
        delete(session, [("measure", "M1.1")])
    with marcus.session() as session:
        propose_rebase(session, "M1.1", "2025-02", "Single-call activation")
    deliver(priya, marcus, tmp_path)
    deliver(marcus, priya, tmp_path)
    for home in (priya, marcus):
        with home.session() as session:
            [asked] = disagreements(session)
            assert (asked.kind, asked.page) == (ORPHAN, "performance")


def test_nobody_agrees_for_another(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-02", "Single-call activation")
    [made] = proposals(session)
    with pytest.raises(BadInputError, match="only Marcus says this") as caught:
        set_field(session, ("rebase", made.id), "agreed", value="2025-02", slot="B")
    assert f"rebase {made.id} agreed/B" in str(caught.value)
    other = fresh(Rebase, measure="M1.1", period="2025-04", reason="x", agreed={"B": "2025-04"})
    with pytest.raises(BadInputError, match="only Marcus says"):
        create(session, other)
    assert proposals(session) == (made,)


def test_an_agreement_is_to_the_month_it_was_given_for(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-02", "Single-call activation")
    [made] = proposals(session)
    session.write_as("B")
    answer_rebase(session, made.id, agreed=True)
    assert segments(session) == 2
    set_field(session, ("rebase", made.id), "period", "2025-09")
    assert segments(session) == 1
    answer_rebase(session, made.id, agreed=True)
    assert segments(session) == 1
    session.write_as("A")
    answer_rebase(session, made.id, agreed=True)
    assert segments(session) == 2


def test_what_a_partner_agrees_to_is_not_dropped_alone(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-02", "Single-call activation")
    [made] = proposals(session)
    session.write_as("B")
    with pytest.raises(BadInputError, match="your partner agrees to it"):
        drop_rebase(session, made.id)
    session.write_as("A")
    drop_rebase(session, made.id)
    assert proposals(session) == ()
    with pytest.raises(BadInputError, match="there is no proposal"):
        drop_rebase(session, made.id)


def test_limits_can_start_where_a_definition_will_change(session: Session) -> None:
    propose_rebase(session, "M1.1", "2026-11", "counted at the door from November")
    [made] = proposals(session)
    session.write_as("B")
    answer_rebase(session, made.id, agreed=True)
    assert segments(session) == 1
    measure = session.book.need(Measure, "M1.1")
    assert "2026-11" in proposable(session.book, measure)
    set_field(session, ("measure", "M1.1"), "values", "60", slot="2026-11")
    assert segments(session) == 2


def test_a_reason_that_is_rewritten_takes_another_agreement(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-02", "Single-call activation")
    [made] = proposals(session)
    session.write_as("B")
    answer_rebase(session, made.id, agreed=True)
    session.write_as("A")
    set_field(session, ("rebase", made.id), "reason", "Other figures look better")
    [now] = proposals(session)
    assert agreed_before(now, "B")
    assert segments(session) == 1
    session.write_as("B")
    answer_rebase(session, made.id, agreed=True)
    session.write_as("A")
    answer_rebase(session, made.id, agreed=True)
    assert segments(session) == 2


def test_limits_in_force_are_not_deleted_by_one_alone_in_any_way(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-02", "Single-call activation")
    [made] = proposals(session)
    session.write_as("B")
    answer_rebase(session, made.id, agreed=True)
    with pytest.raises(BadInputError, match="your partner agrees to it"):
        delete(session, [("rebase", made.id)])
    with pytest.raises(BadInputError, match="your partner agrees to it"):
        set_field(session, ("rebase", made.id), "_deleted", value=True)
    delete(session, [("measure", "M1.1")])  # with all that belongs to it
    assert proposals(session) == ()


def test_limits_too_near_to_others_are_not_proposed(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-04", "x")
    with pytest.raises(BadInputError, match="1 value lies between, and limits take 6"):
        propose_rebase(session, "M1.1", "2025-05", "y")
    propose_rebase(session, "M1.1", "2025-10", "six later")


def crosswise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    """Two who propose apart, a month from each other, and have met since."""
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    deliver(marcus, priya, tmp_path)
    with priya.session() as session:
        propose_rebase(session, "M1.1", "2025-04", "hers")
    with marcus.session() as session:
        propose_rebase(session, "M1.1", "2025-05", "his")
    deliver(priya, marcus, tmp_path)
    deliver(marcus, priya, tmp_path)
    return priya, marcus


def test_who_agrees_crosswise_is_told_that_both_can_not_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home, mine, other in zip(
        crosswise(tmp_path, monkeypatch), ("2025-04", "2025-05"), ("2025-05", "2025-04"), strict=True
    ):  # fmt: skip
        with home.session() as session:
            found = {one.period: one for one in proposals(session)}
            with pytest.raises(BadInputError, match="you agreed to those"):
                answer_rebase(session, found[other].id, agreed=True)
            keep_rebase(session, found[other].id)
            found = {one.period: one for one in proposals(session)}
            assert agrees(found[other], session.partner)
            assert not agrees(found[mine], session.partner)


def test_what_was_agreed_to_crosswise_by_earlier_versions_is_asked_of_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = crosswise(tmp_path, monkeypatch)
    for home, other in zip(homes, ("2025-05", "2025-04"), strict=True):
        with home.session() as session:
            [theirs] = [one for one in proposals(session) if one.period == other]
            set_field(session, ("rebase", theirs.id), "agreed", other, slot=session.partner)
    deliver(homes[0], homes[1], tmp_path)
    deliver(homes[1], homes[0], tmp_path)
    for home in homes:
        with home.session() as session:
            measure = session.book.need(Measure, "M1.1")
            assert len(clashes(session.book, measure)) == 1
            [asked] = [one for one in home_view(session, "working").notices if one.kind == "rebase"]
            assert "from Apr 2025 or from May 2025: which are to hold?" in asked.title
    with homes[0].session() as session:
        keep_rebase(session, next(one.id for one in proposals(session) if one.period == "2025-05"))
        assert clashes(session.book, session.book.need(Measure, "M1.1")) == ()
        assert segments(session) == 2
        assert not [one for one in home_view(session, "working").notices if one.kind == "rebase"]


def test_who_withdraws_while_the_other_agrees_has_not_agreed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = two_homes(tmp_path, monkeypatch)
    pair(*homes, tmp_path)
    with homes[0].session() as session:
        propose_rebase(session, "M1.1", "2025-04", "hers")
    meet(homes, tmp_path)
    with homes[0].session() as session:
        drop_rebase(session, proposals(session)[0].id)
        session.undo()  # brings back the agreement with it
        assert agrees(proposals(session)[0], "A")
        drop_rebase(session, proposals(session)[0].id)
    with homes[1].session() as session:
        answer_rebase(session, proposals(session)[0].id, agreed=True)
        assert segments(session) == 2
    meet(homes, tmp_path)
    for home in homes:
        with home.session() as session:
            [left] = proposals(session)
            assert agrees(left, "B")
            assert not agrees(left, "A")
            assert segments(session) == 1


def limits_asked(session: Session) -> list[str]:
    """What Home asks about limits."""
    notices = home_view(session, "working").notices
    return [f"{one.title} {one.detail}" for one in notices if one.kind == "rebase"]


def test_who_take_each_others_at_the_same_time_are_asked_which_are_to_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = crosswise(tmp_path, monkeypatch)
    for home, other in zip(homes, ("2025-05", "2025-04"), strict=True):
        with home.session() as session:
            measure = session.book.need(Measure, "M1.1")
            [pair_of] = splits(session.book, measure)  # before: each agrees to their own
            assert not is_crossed(pair_of)
            assert split_words(session.book, measure, pair_of) == (
                "Priya for new limits from Apr 2025, Marcus for those from May 2025: only one can hold,"
                " for 1 value lies between, and limits take 6. Which?"
            )
            keep_rebase(session, next(one.id for one in proposals(session) if one.period == other))
            assert segments(session) == 2  # in force on this copy
    deliver(homes[0], homes[1], tmp_path)
    deliver(homes[1], homes[0], tmp_path)
    for home in homes:
        with home.session() as session:
            measure = session.book.need(Measure, "M1.1")
            assert segments(session) == 1
            [pair_of] = splits(session.book, measure)
            assert split_words(session.book, measure, pair_of) == (
                "Each took the other's new limits at the same time, Marcus those from Apr 2025 and Priya those"
                " from May 2025: neither is in force. Only one can hold, for 1 value lies between, and limits"
                " take 6. Which?"
            )
            [asked] = limits_asked(session)
            assert "from Apr 2025 or from May 2025: which are to hold? Neither is in force" in asked
    with homes[0].session() as session:
        keep_rebase(session, next(one.id for one in proposals(session) if one.period == "2025-04"))
    deliver(homes[0], homes[1], tmp_path)
    for home in homes:
        with home.session() as session:
            assert splits(session.book, session.book.need(Measure, "M1.1")) == ()
            assert segments(session) == 2
            assert limits_asked(session) == []


def test_what_new_limits_would_be_is_told_before_anybody_agrees(session: Session) -> None:
    propose_rebase(session, "M1.1", "2025-09", "Single-call activation")
    [made] = proposals(session)
    measure = session.book.need(Measure, "M1.1")
    told = outcome_words(session.book, measure, made)
    before = chart_of(session.book, measure).control
    session.write_as("B")
    answer_rebase(session, made.id, agreed=True)
    after = chart_of(session.book, measure).control
    assert before is not None
    assert after is not None
    for control in (before, after):
        assert f"mean {control.centres[-1]:.1f}, limits" in told
