"""What of a measure's story is drawn, and what is said of the rest."""

from dyad_desktop.domain.measure_story import Band, lanes_of, untold_words


def band(first: float, last: float) -> Band:
    return Band(first, last, "Work", f"I{first}-{last}", ())


def test_bands_at_one_time_lie_in_lanes_and_later_ones_come_back_to_the_foot() -> None:
    bands = [band(0, 5), band(1, 3), band(4, 9), band(6, 8)]
    assert [lane for _, lane in lanes_of(bands, 4)] == [0, 1, 1, 0]


def test_the_latest_of_many_are_drawn() -> None:
    bands = [band(n, 20) for n in range(7)]
    assert [one.first for one, _ in lanes_of(bands, 4)] == [3, 4, 5, 6]
    assert lanes_of((), 4) == ()


def test_what_is_not_drawn_is_told_with_where_it_is() -> None:
    assert untold_words(0, 0) == ""
    assert untold_words(1, 0) == "Not written out: 1 earlier note (see Annotate)"
    assert untold_words(6, 4) == (
        "Not written out: 6 earlier notes (see Annotate); not drawn: 4 earlier initiatives (see Initiatives)"
    )
