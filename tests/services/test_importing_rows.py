"""Every row of a source is in exactly one of the counts: taken whole, or not at all and why."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.observation_import import MARK
from dyad_desktop.exchange.observations import Source
from dyad_desktop.services import files
from dyad_desktop.services.importing import Preview, Wish, guessed, known_of, preview

HEADS = ("Measure", "Month", "Value", "Numerator", "Denominator", "Note")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    session = files.demo(tmp_path_factory.mktemp("rows") / "w.dyad")
    found = session.book
    session.close()
    return found


def looked_at(book: Book, rows: list[tuple[str, ...]], wish: Wish | None = None) -> Preview:
    source = Source("rows", (HEADS, *rows))
    known = known_of(book)
    return preview(book, source, guessed(source, known), wish, known=known)


def sorts(shown: Preview) -> dict[str, set[int]]:
    return {
        "taken": {move.row for move in shown.moves if move.row},
        "bad": {one.row for one in shown.bad},
        "passed": {one.row for one in shown.passed},
    }


def test_a_row_is_taken_whole_or_not_at_all(book: Book) -> None:
    shown = looked_at(
        book,
        [
            ("M3.2", "2026-11", "", "abc", "1000", ""), ("M3.2", "2026-12", "", "61", "1000", "checked twice"),
            ("M2.2", "2026-11", "", "61", "n/a", ""), ("M2.2", "2026-11", "", "61", "80", ""),
            ("M2.2", "2026-11", "", "62", "80", "duplicate"), ("M4.2", "2026-11", "n/a", "", "", ""),
            ("M4.2", "2026-12", "26", "", "", ""), ("M4.2", "2026-12", "26", "", "", ""),
            ("Total", "", "", "", "", ""),
        ],
    )  # fmt: skip
    assert sorts(shown) == {"taken": {3, 8}, "bad": {2, 4, 5, 6}, "passed": {7, 9, 10}}
    assert not any(move.field == MARK for move in shown.moves if move.row)
    assert [one.reason for one in shown.passed] == [
        "Nov 2026: “n/a” says that nothing was measured", "it says the same as row 8", "it holds no figure",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("month", "told"),
    [
        ("2026-11", "Nov 2026 is taken for its quarter, Oct–Dec 2026"),
        ("2026-12", "Dec 2026 is taken for its quarter, Oct–Dec 2026"),
        ("2027-02", "Feb 2027 is taken for its quarter, Jan–Mar 2027"),
        ("2026-10", ""), ("2026 Q4", ""), ("2027-03", ""),
    ],
)  # fmt: skip
def test_a_month_that_stands_for_its_quarter_is_told(book: Book, month: str, told: str) -> None:
    shown = looked_at(book, [("M6.3", month, "4.05", "", "", "")])
    assert shown.written
    found = [one.reason for one in shown.doubts if "for its quarter" in one.reason]
    assert [reason.split(":")[0] for reason in found] == [told][: bool(told)]


@pytest.mark.parametrize("note", ["preliminary", "final"])
def test_marks_are_known_by_what_a_column_holds(book: Book, note: str) -> None:
    shown = looked_at(book, [("M4.2", "2026-11", "26", "", "", note)])
    assert any(move.field == MARK and move.row for move in shown.moves)


FIGURES = st.sampled_from(["", "61", "80", "1000", "n/a", "abc", "-3", "0", "12.5"])
ROWS = st.tuples(
    st.sampled_from(["M3.2", "M4.2", "M2.2", "M7.1", "Unknown", ""]),
    st.sampled_from(["2026-09", "2026-10", "2026-11", "2026-12", "2026-13", ""]),
    FIGURES, FIGURES, FIGURES, st.sampled_from(["", "", "preliminary", "note"]),
)  # fmt: skip


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ROWS, min_size=1, max_size=8), st.booleans(), st.booleans())
def test_the_counts_add_to_the_rows_read(
    book: Book, rows: list[tuple[str, ...]], replacing: bool, to_date: bool  # noqa: FBT001 - drawn
) -> None:  # fmt: skip
    wish = Wish(
        replacing=replacing, year_to_date=frozenset({"M7.1", "M3.2"}) if to_date else frozenset()
    )
    found = sorts(looked_at(book, rows, wish))
    read = {n for n, row in enumerate(rows, start=2) if any(cell for cell in row)}
    assert set().union(*found.values()) == read
    assert sum(map(len, found.values())) == len(read)
