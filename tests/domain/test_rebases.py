"""New limits: whose agreement they take, to what, and what waits."""

from dataclasses import replace

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Rebase
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.rebases import deciders
from tests.domain.test_measuring import GOAL, A, B, a_measure, charted

VALUES = [*[50, 52] * 3, 51, *[80, 82] * 4]


def a_rebase(name: str = "R", **agreed: str) -> Rebase:
    return Rebase(id=name, measure="M", period="2025-08", reason="second room", agreed=agreed)


@pytest.mark.parametrize(
    ("agreed", "segments"),
    [
        ({}, 1),
        ({"A": "2025-08"}, 1),
        ({"A": "2025-08", "B": "2025-07"}, 1),
        ({"A": "2025-08", "B": "2025-08"}, 2),
    ],
)
def test_a_rebase_is_in_force_once_both_agreed_to_its_month(
    agreed: dict[str, str], segments: int
) -> None:
    chart = charted(a_measure(*VALUES), a_rebase(**agreed))
    assert chart.control is not None
    assert len(chart.control.segments) == segments
    assert len(chart.rebases) + len(chart.proposed) == 1
    if segments == 2:
        assert chart.control.segments[1].first == 7


def test_nothing_is_left_to_decide_of_a_month_that_has_new_limits() -> None:
    both = {"A": "2025-08", "B": "2025-08"}
    chart = charted(
        a_measure(*VALUES), a_rebase("R1"), a_rebase("R2", **both), a_rebase("R3", **both)
    )
    assert [one.id for one in chart.rebases] == ["R2"]
    assert chart.proposed == ()


def test_those_accountable_decide_where_they_are_several_else_everybody() -> None:
    measure = a_measure()
    third = Partner(id="C")
    alone = replace(GOAL, accountable=("A",))
    assert deciders(Book.of([A, B, third, GOAL]), measure) == ("A", "B")
    assert deciders(Book.of([A, B, third]), measure) == ("A", "B", "C")
    assert deciders(Book.of([A, B, alone]), measure) == ("A", "B")
