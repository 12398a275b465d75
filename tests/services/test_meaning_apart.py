"""What a figure of a plan means is asked once the partners no longer differ on the method or on the figure."""

from pathlib import Path

import pytest

from dyad_desktop.domain.meant import other_meaning
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.planning import choose_method, mean, set_plan
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import settle
from tests.services.homes import Home, meet, pair, two_homes

LINE, SAID = "L40", "working.L40"
METHOD = Address("draft_line", SAID, "method")
AMOUNT = METHOD._replace(field="amount")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    with priya.session() as session:
        choose_method(session, "working", LINE, "fixed")
        set_plan(session, "working", LINE, {"amount": 1_200_000_00})
    pair(priya, marcus, tmp_path)
    return priya, marcus


def refused(session: Session, what: str) -> None:
    before = session.book.need(DraftLine, SAID)
    assert other_meaning(before, "amount")
    for as_said in (True, False):
        with pytest.raises(BadInputError, match=f"you differ on the {what}.*settle that first"):
            mean(session, "working", LINE, "amount", as_said=as_said)
    assert session.book.need(DraftLine, SAID) == before


def test_the_question_settles_no_method_that_is_held_apart(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    for home, method in zip(two, ("contract", "prior_year"), strict=True):
        with home.session() as session:
            choose_method(session, "working", LINE, method)
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            refused(session, "method")
            assert session.disagreements() == [METHOD]
    with two[0].session() as session:
        settle(session, METHOD, "fixed")
        mean(session, "working", LINE, "amount", as_said=True)
        assert session.book.need(DraftLine, SAID).method == "contract"
        assert session.disagreements() == []


def test_the_question_settles_no_figure_that_is_held_apart(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    with two[0].session() as session:
        choose_method(session, "working", LINE, "contract")
    with two[1].session() as session:
        set_plan(session, "working", LINE, {"amount": 1_300_000_00})
    meet(two, tmp_path)
    with two[0].session() as session:
        refused(session, "amount")
        assert session.disagreements() == [AMOUNT]
