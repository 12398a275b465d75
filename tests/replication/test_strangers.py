import itertools
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from dyad_desktop.replication.strangers import Admission, Introduction, strangers, unvouched

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


LAPTOPS = {A1: (ANNA, A1), B1: (BORIS, B1), B2: (BORIS, B2), E1: (BORIS, E1), F1: (BORIS, F1)}
"""Boris has the laptops B1, the first, and B2; E1 and F1 have certificates of his too."""
KNOWN = [Introduction(A1, 1, A1), Introduction(A1, 2, B1), Introduction(B1, 4, B2)]


def _doubtful(
    *introductions: Introduction, lost: Mapping[bytes, int] = MappingProxyType(LOST)
) -> frozenset[bytes]:
    orders = itertools.permutations([*KNOWN, *introductions])
    found = {unvouched(order, LAPTOPS, lost, lost) for order in orders}
    assert len(found) == 1
    return found.pop()


def test_laptops_that_a_lost_first_one_certifies_later_are_doubtful() -> None:
    assert _doubtful(Introduction(B1, 6, E1), Introduction(E1, 1, E1)) == {E1, F1}


def test_they_can_not_vouch_for_each_other() -> None:
    assert _doubtful(Introduction(E1, 1, F1), Introduction(F1, 1, E1)) == {E1, F1}


def test_those_are_not_that_it_made_known_before_nor_whom_those_make_known() -> None:
    assert _doubtful(Introduction(B1, 5, E1), Introduction(E1, 1, F1)) == frozenset()


@pytest.mark.parametrize("by", [A1, B2])
def test_nor_those_that_others_make_known(by: bytes) -> None:
    assert _doubtful(Introduction(by, 9, E1), Introduction(E1, 1, F1)) == frozenset()


def test_where_a_further_laptop_is_lost_no_other_is_doubtful() -> None:
    assert _doubtful(lost={B2: 3}) == frozenset()
