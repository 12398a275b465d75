"""What a funnel of peers says."""

from dataclasses import replace
from decimal import Decimal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Measure, Peer
from dyad_desktop.domain.peers import funnel_of, funnel_words, ours_of, peers_of
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
        "Ours at 10.00 % is within what chance explains; 0 of 2 units lie beyond the 99.8 % limits."
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
