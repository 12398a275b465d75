import itertools

import pytest

from dyad_desktop.replication.strangers import Admission, strangers

ANNA, BORIS, EVE, FRED, CARLA = (bytes([n]) * 32 for n in range(1, 6))
A1, B1, B2, E1, F1, C1 = (bytes([n]) * 16 for n in range(1, 7))
PERSONS = {A1: ANNA, B1: BORIS, B2: BORIS, E1: EVE, F1: FRED, C1: CARLA}
LOST = {B1: 5}
"""Boris's first laptop is lost; what it wrote behind its fifth commit counts no more."""

BEGUN = [Admission(A1, 1, ANNA, "A"), Admission(A1, 2, BORIS, "B")]
EVES = Admission(B1, 6, EVE, "B")


def _out(*admissions: Admission) -> frozenset[bytes]:
    """Return the strangers among the persons, which no order of the admissions may change."""
    found = {strangers(order, PERSONS, LOST) for order in itertools.permutations(admissions)}
    assert len(found) == 1
    return found.pop()


def test_whom_a_lost_laptop_admits_is_a_stranger() -> None:
    assert _out(*BEGUN, EVES) == {EVE}


def test_whom_it_admitted_before_is_none() -> None:
    assert _out(*BEGUN, Admission(B1, 5, EVE, "B")) == frozenset()


def test_whom_a_stranger_admits_is_one_too() -> None:
    assert _out(*BEGUN, EVES, Admission(E1, 1, FRED, "B")) == {EVE, FRED}


def test_strangers_can_not_vouch_for_each_other() -> None:
    found = _out(*BEGUN, EVES, Admission(E1, 1, FRED, "B"), Admission(F1, 1, EVE, "B"))
    assert found == {EVE, FRED}


@pytest.mark.parametrize("by", [A1, B2])
def test_whom_a_partner_admits_too_is_none_nor_are_those_after_him(by: bytes) -> None:
    own = Admission(by, 9, EVE, "B")
    assert _out(*BEGUN, EVES, own, Admission(E1, 1, FRED, "B")) == frozenset()


def test_a_lost_laptop_can_not_put_out_those_who_were_there_before_it() -> None:
    false = [Admission(B1, 7, ANNA, "A"), Admission(B1, 8, BORIS, "B")]
    assert _out(*BEGUN, EVES, *false) == {EVE}


def test_nor_whom_they_admit() -> None:
    honest = Admission(A1, 3, CARLA, "C")
    assert _out(*BEGUN, honest, Admission(B1, 7, CARLA, "C")) == frozenset()
