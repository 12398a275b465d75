import pytest

from dyad_desktop.domain.initiatives import Dependency, Initiative, Milestone, Risk
from dyad_desktop.domain.schedule import plan_all, plan_initiative
from dyad_desktop.errors import BadInputError
from dyad_desktop.services import initiatives
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.initiative_summary import (
    progress,
    risk_word,
    slip_words,
    summarise,
)
from dyad_desktop.services.session import Session


def milestone(session: Session, milestone_id: str) -> Milestone:
    return session.book.need(Milestone, milestone_id)


def edit(session: Session, milestone_id: str, field: str, value: object) -> None:
    initiatives.edit_plan(session, [FieldEdit("milestone", milestone_id, field, value)])


def agrees(session: Session, initiative: str) -> bool:
    """Return whether the forecasts kept are those of the plan."""
    plan = plan_initiative(session.book, initiative)
    return all(
        (one.forecast_start, one.forecast_finish)
        == (plan.forecast[one.id].start, plan.forecast[one.id].finish)
        for one in session.book.children(Milestone, initiative)
    )


def test_a_longer_milestone_moves_the_forecasts_after_it_in_the_same_commit(
    session: Session,
) -> None:
    commits = len(session.journal())
    before = session.book
    edit(session, "I4.4", "duration_workdays", 150)
    assert len(session.journal()) == commits + 1
    assert milestone(session, "I4.4").forecast_finish == "2027-04-09"
    assert milestone(session, "I4.8").forecast_finish == "2027-05-14"
    assert agrees(session, "I4")
    session.undo()
    for one in before.children(Milestone, "I4"):
        assert milestone(session, one.id) == one


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("status", "done", ("done", 100, "2026-10-31")),
        ("percent", 100, ("done", 100, "2026-10-31")),
        ("actual_finish", "2026-10-15", ("done", 100, "2026-10-15")),
        ("percent", 60, ("in_progress", 60, None)),
        ("status", "not_started", ("not_started", 0, None)),
    ],
)
def test_status_percent_and_finish_agree(
    session: Session, field: str, value: object, expected: tuple[str, int, str | None]
) -> None:
    edit(session, "I4.4", field, value)
    found = milestone(session, "I4.4")
    assert (found.status, found.percent, found.actual_finish) == expected


def test_a_finish_taken_back_is_in_progress_again(session: Session) -> None:
    edit(session, "I4.3", "actual_finish", None)
    assert milestone(session, "I4.3").status == "in_progress"


def test_a_value_that_cannot_be_taken_changes_nothing(session: Session) -> None:
    before = session.book
    with pytest.raises(BadInputError):
        edit(session, "I4.4", "duration_workdays", -3)
    assert session.book is before


def test_a_circle_is_refused_with_its_sentence(session: Session) -> None:
    before = session.book
    with pytest.raises(BadInputError, match="circle: I4"):
        initiatives.add_dependency(session, "I4.4", "I4.8")
    for bad in ("I4.4", "I4.3", "nothing"):
        with pytest.raises(BadInputError):
            initiatives.add_dependency(session, "I4.4", bad)
    assert session.book is before


def test_a_dependency_moves_what_waits_and_goes_again(session: Session) -> None:
    initiatives.add_dependency(session, "I4.5", "I4.4", "FS", 2)
    link = session.book.children(Dependency, "I4.5")[-1]
    assert milestone(session, "I4.5").forecast_start == "2027-03-31"
    assert agrees(session, "I4")
    initiatives.remove(session, ("dependency", link.id))
    assert milestone(session, "I4.5").forecast_start == "2026-08-24"
    assert agrees(session, "I4")


def test_a_deleted_milestone_takes_the_links_to_it_along(session: Session) -> None:
    initiatives.remove(session, ("milestone", "I4.4"))
    refs = {link.ref for link in session.book.all(Dependency)}
    assert "I4.4" not in refs
    assert agrees(session, "I4")
    session.undo()
    assert milestone(session, "I4.4").duration_workdays == 140
    assert [link.ref for link in session.book.children(Dependency, "I4.7")] == ["I4.4", "I4.5"]


def test_a_deleted_initiative_takes_links_of_others_along(session: Session) -> None:
    initiatives.remove(session, ("initiative", "I6"))
    assert not [one for one in session.book.all(Dependency) if one.ref.startswith("I6.")]
    session.undo()
    assert session.book.get(Initiative, "I6") is not None


def test_a_new_milestone_waits_for_the_one_before_it(session: Session) -> None:
    keys = initiatives.new_milestone(session, "I4", "Open day", after="I4.8").keys
    made = milestone(session, next(key[1] for key in keys if key[0] == "milestone"))
    assert (made.forecast_start, made.duration_workdays) == ("2027-05-03", 10)
    siblings = [one.id for one in session.book.children(Milestone, "I4")]
    assert siblings[siblings.index("I4.8") + 1] == made.id
    for title, home in ((" ", "I4"), ("x", "nothing")):
        with pytest.raises(BadInputError):
            initiatives.new_milestone(session, home, title)


def test_a_new_initiative_begins_today_with_everyone_accountable(session: Session) -> None:
    key = next(iter(initiatives.new_initiative(session, "Quiet nights").keys))
    made = session.book.need(Initiative, key[1])
    assert (made.start, made.lead, made.accountable) == ("2026-10-31", "A", ("A", "B"))
    with pytest.raises(BadInputError):
        initiatives.set_baseline(session, made.id)


def test_the_baseline_is_the_present_forecast_in_one_commit(session: Session) -> None:
    commits = len(session.journal())
    initiatives.set_baseline(session, "I4")
    assert len(session.journal()) == commits + 1
    plans, problems = plan_all(session.book)
    found = summarise(session.book, session.book.need(Initiative, "I4"), plans, problems)
    assert (found.slip, found.baseline) == (0, "2027-06-11")
    assert plans["I4"].baseline_finish == "2027-06-11"


def test_a_moved_start_moves_the_forecasts(session: Session) -> None:
    initiatives.edit_plan(session, [FieldEdit("initiative", "I4", "start", "2026-03-09")])
    assert agrees(session, "I4")
    assert milestone(session, "I4.1").forecast_start == "2026-03-09"


def test_a_new_risk_is_rated_in_the_middle(session: Session) -> None:
    key = next(iter(initiatives.new_risk(session, "I4", "Crane is late").keys))
    made = session.book.need(Risk, key[1])
    assert (made.probability, made.impact, made.owner, made.status) == (3, 3, "A", "open")
    with pytest.raises(BadInputError):
        initiatives.new_risk(session, "I4", "")


def test_the_summary_of_the_example(session: Session) -> None:
    plans, problems = plan_all(session.book)
    found = summarise(session.book, session.book.need(Initiative, "I4"), plans, problems)
    assert (found.finish, found.baseline, found.slip) == ("2027-06-11", "2027-05-07", 35)
    assert (found.done, found.count, found.annual_value) == (3, 9, 1_150_000_00)
    assert found.next is not None
    assert found.next[0].id == "I4.5"


def test_progress_counts_by_duration() -> None:
    long = Milestone(id="a", initiative="i", title="a", duration_workdays=90, percent=50)
    short = Milestone(id="b", initiative="i", title="b", duration_workdays=10, percent=100)
    point = Milestone(id="c", initiative="i", title="c", percent=100)
    assert progress((long, short)) == 55
    assert progress((long, point)) == 50
    assert progress((point,)) == 100
    assert progress(()) == 0


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "no baseline"),
        (0, "on its baseline"),
        (1, "1 day later"),
        (13, "13 days later"),
        (35, "5 weeks later"),
        (-7, "7 days earlier"),
    ],
)
def test_a_slip_in_words(days: int | None, words: str) -> None:
    assert slip_words(days) == words


def test_risk_words() -> None:
    assert [risk_word(score) for score in (None, 5, 6, 12)] == [
        "not rated",
        "low",
        "medium",
        "high",
    ]
