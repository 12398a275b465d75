"""What a funnel of peers says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Measure, Peer
from dyad_desktop.domain.peers import (
    absent_words,
    funnel_of,
    funnel_words,
    impossible_unit,
    ours_of,
    peers_of,
    placing_of,
)
from tests.domain.test_measuring import a_measure

SHARE = a_measure(unit="%")
RATIO = replace(SHARE, unit="ratio")


def a_peer(name: str, counted: float | None, size: float | None, *, ours: bool = False) -> Peer:
    numbers = [None if value is None else Decimal(str(value)) for value in (counted, size)]
    return Peer(id=name, measure="M", name=name, counted=numbers[0], size=numbers[1], ours=ours)


def said(measure: Measure, *peers: Peer) -> str:
    book = Book.of([measure, *peers])
    funnel = funnel_of(book, measure)
    assert funnel is not None
    return funnel_words(book, measure, funnel)


def test_a_proportion_is_told_in_percent() -> None:
    words = said(SHARE, a_peer("Ours", 10, 100, ours=True), a_peer("North", 12, 100))
    assert words == (
        "Ours at 10.00 % is within what chance explains; none of 2 units lies beyond the 99.8 % limits."
    )


def test_a_ratio_beyond_its_limit_is_told() -> None:
    words = said(RATIO, a_peer("Ours", 60, 30, ours=True), a_peer("North", 30, 30))
    assert words.startswith("Ours at 2.00 is above the 99.8 % limit; 1 of 2 units")


def test_what_can_not_be_placed_is_left_out() -> None:
    peers = [
        a_peer("A", 1, None),
        a_peer("B", None, 5),
        a_peer("C", 6, 5),
        a_peer("D", 1, 5),
        a_peer("E", 0, 5),
    ]
    book = Book.of([SHARE, *peers])
    assert [one.name for one in peers_of(book, SHARE)] == ["D", "E"]
    assert [one.name for one in peers_of(book, RATIO)] == ["C", "D", "E"]
    assert ours_of(book, SHARE) == frozenset()


def test_a_funnel_takes_two_units() -> None:
    assert funnel_of(Book.of([SHARE, a_peer("A", 1, 5)]), SHARE) is None


def test_limits_widen_from_ten_units_on() -> None:
    few = [a_peer(str(n), 100 + 40 * (-1) ** n, 100) for n in range(9)]
    many = [*few, a_peer("9", 60, 100)]
    for peers, wide in ((few, False), (many, True)):
        book = Book.of([RATIO, *peers])
        funnel = funnel_of(book, RATIO, overdispersed=True)
        assert funnel is not None
        assert (funnel.dispersion > 1) == wide
        assert ("widened" in funnel_words(book, RATIO, funnel)) == wide


@pytest.mark.parametrize(
    ("fields", "kind", "times", "size"),
    [
        ({"unit": "%"}, "proportion", 100, "cases"),
        ({"unit": "% favourable"}, "proportion", 100, "cases"),
        ({"unit": "% of plan"}, "proportion", 100, "cases"),
        ({"unit": "percent"}, "proportion", 100, "cases"),
        ({"unit": "", "chart": "p"}, "proportion", 1, "cases"),
        ({"unit": "per 1,000 patient days"}, "rate", 1000, "patient days"),
        ({"unit": "per 100 visits", "denominator_text": "visits"}, "rate", 100, "visits"),
        ({"unit": "/ 10 000 days"}, "rate", 10000, "days"),
        ({"unit": None, "title": "Falls per 1,000 bed days"}, "rate", 1000, "bed days"),
        ({"unit": "falls", "chart": "u", "multiplier": Decimal(50)}, "rate", 50, "size"),
        ({"unit": "ratio"}, "ratio", 1, "expected"),
        ({"unit": "SIR"}, "ratio", 1, "expected"),
        ({"unit": "O/E"}, "ratio", 1, "expected"),
        ({"unit": None, "title": "Mortality, observed/expected"}, "ratio", 1, "expected"),
    ],
)
def test_what_a_measure_counts_says_which_funnel_it_has(
    fields: dict[str, object], kind: str, times: float, size: str
) -> None:
    placing = placing_of(a_measure(**fields))
    assert (placing.kind, placing.times, placing.size) == (kind, times, size)
    assert placing.refusal == ""


@pytest.mark.parametrize("unit", ["min", "days", "USD", "score", "count", "wRVU", None])
def test_means_and_amounts_have_no_funnel(unit: str | None) -> None:
    measure = a_measure(unit=unit, title="Door to device")
    book = Book.of([measure, a_peer("A", 60, 30), a_peer("B", 30, 30)])
    assert funnel_of(book, measure) is None
    assert peers_of(book, measure) == ()
    assert absent_words(book, measure) == (
        "Door to device has no funnel. A funnel places shares of cases (%), rates (per 1,000 …) and observed against "
        "expected; of a mean or an amount it isn't known how far chance alone scatters it."
    )


def test_rates_lie_around_the_rate_of_all_units() -> None:
    measure = a_measure(unit="per 1,000 patient days")
    peers = [a_peer("Ours", 12, 4000, ours=True), a_peer("North", 8, 4000)]
    book = Book.of([measure, *peers])
    funnel = funnel_of(book, measure)
    assert funnel is not None
    assert funnel.centre == pytest.approx(20 / 8000)
    assert {one.zone for one in funnel.points} == {"within"}
    assert funnel_words(book, measure, funnel) == (
        "Ours at 3.00 per 1,000 patient days is within what chance explains; "
        "none of 2 units lies beyond the 99.8 % limits."
    )


def test_units_that_can_not_be_placed_are_told_ours_too() -> None:
    peers = [
        a_peer("Ours", 50, 40, ours=True),
        a_peer("West", 3, 0),
        a_peer("East", None, 10),
        a_peer("North", 12, 100),
        a_peer("South", 10, 100),
    ]
    assert said(SHARE, *peers) == (
        "None of 2 units lies beyond the 99.8 % limits. Not placed: East (nothing counted), "
        "Ours (ours; 50 of 40 is no share), West (its size is 0)."
    )
    assert absent_words(Book.of([SHARE, *peers[:3]]), SHARE).endswith(
        "Not placed: East (nothing counted), Ours (ours; 50 of 40 is no share), West (its size is 0)."
    )
    assert "takes two units" in absent_words(Book.of([SHARE]), SHARE)


def test_units_of_one_name_are_told_apart() -> None:
    mine, theirs = a_peer("North", 10, 100, ours=True), replace(a_peer("North", 60, 90), id="N2")
    book = Book.of([SHARE, mine, theirs])
    assert len(ours_of(book, SHARE)) == 1
    funnel = funnel_of(book, SHARE)
    assert funnel is not None
    assert sorted(one.name for one in funnel.points) == ["North", "North (2)"]
    assert funnel_words(book, SHARE, funnel).count(" at ") == 1


def test_a_share_has_no_more_counted_than_there_are() -> None:
    assert impossible_unit(SHARE, Decimal(40), Decimal(38)).startswith("40 of 38")
    assert impossible_unit(SHARE, Decimal(38), Decimal(38)) == ""
    assert impossible_unit(SHARE, Decimal(40), None) == ""
    assert impossible_unit(RATIO, Decimal(40), Decimal(38)) == ""
