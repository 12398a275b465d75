"""Links of the driver diagram, each as one change that can be undone."""

import pytest

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.driver_tree import driver_tree
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.initiatives import Benefit, Initiative
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import delete, set_field
from dyad_desktop.services.linking import initiative_for, link, unlink
from dyad_desktop.services.session import Session


def links(session: Session) -> set[tuple[Key, Key]]:
    return set(driver_tree(session.book).links)


def first_initiative_without(session: Session, goal: str) -> Initiative:
    return next(one for one in session.book.all(Initiative) if goal not in one.goals)


def test_a_goal_serves_another_objective(session: Session) -> None:
    goal = session.book.all(Goal)[0]
    link(session, ("goal", goal.id), ("objective", "O3"))
    assert session.book.need(Goal, goal.id).supports == "O3"
    unlink(session, ("objective", "O3"), ("goal", goal.id))
    assert session.book.need(Goal, goal.id).supports is None
    session.undo()
    session.undo()
    assert session.book.need(Goal, goal.id) == goal


def test_a_measure_goes_to_another_goal(session: Session) -> None:
    link(session, ("goal", "G2"), ("measure", "M1.1"))
    assert session.book.need(Measure, "M1.1").goal == "G2"
    with pytest.raises(BadInputError, match="belongs to a goal"):
        unlink(session, ("goal", "G2"), ("measure", "M1.1"))


def test_an_initiative_serves_a_goal_and_no_longer(session: Session) -> None:
    one = first_initiative_without(session, "G1")
    link(session, ("initiative", one.id), ("goal", "G1"))
    assert session.book.need(Initiative, one.id).goals == (*one.goals, "G1")
    with pytest.raises(BadInputError, match="already"):
        link(session, ("initiative", one.id), ("goal", "G1"))
    unlink(session, ("goal", "G1"), ("initiative", one.id))
    assert session.book.need(Initiative, one.id).goals == one.goals


def test_an_initiative_moves_a_measure_by_a_benefit(session: Session) -> None:
    one = first_initiative_without(session, "G1")
    pair = (("measure", "M1.2"), ("initiative", one.id))
    link(session, *pair)
    assert pair in links(session)
    assert "G1" in session.book.need(Initiative, one.id).goals
    unlink(session, *pair)
    assert pair not in links(session)
    assert not any(
        benefit.text.startswith("Moves ") for benefit in session.book.children(Benefit, one.id)
    )
    session.undo()
    assert pair in links(session)
    session.undo()
    assert session.book.need(Initiative, one.id) == one


def test_a_benefit_that_says_more_than_the_link_stays(session: Session) -> None:
    one = first_initiative_without(session, "G1")
    pair = (("measure", "M1.2"), ("initiative", one.id))
    link(session, *pair)
    made = next(
        benefit for benefit in session.book.children(Benefit, one.id) if benefit.measure == "M1.2"
    )
    set_field(session, ("benefit", made.id), "text", "Two beds freed a day")
    unlink(session, *pair)
    kept = session.book.need(Benefit, made.id)
    assert (kept.text, kept.measure) == ("Two beds freed a day", None)


def test_what_is_gone_meanwhile_is_refused_in_words(session: Session) -> None:
    one = first_initiative_without(session, "G1")
    delete(session, [("initiative", one.id)])
    for command in (link, unlink):
        with pytest.raises(BadInputError, match="any more; nothing was changed"):
            command(session, ("measure", "M1.2"), ("initiative", one.id))


def test_what_is_not_linked_is_not_parted(session: Session) -> None:
    one = first_initiative_without(session, "G1")
    with pytest.raises(BadInputError, match="not linked"):
        unlink(session, ("goal", "G1"), ("initiative", one.id))


def test_an_initiative_begins_for_a_measure_as_one_change(session: Session) -> None:
    initiative_for(session, "new", "M2.1")
    assert (("measure", "M2.1"), ("initiative", "new")) in links(session)
    session.undo()
    assert session.book.get(Initiative, "new") is None


@pytest.mark.parametrize(
    ("one", "other"), [(("objective", "O1"), ("measure", "M1.1")), (("goal", "G1"), ("goal", "G2"))]
)
def test_what_can_not_be_linked_is_refused(session: Session, one: Key, other: Key) -> None:
    with pytest.raises(BadInputError, match="served by"):
        link(session, one, other)
    with pytest.raises(BadInputError, match="not linked"):
        unlink(session, one, other)
