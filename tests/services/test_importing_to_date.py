"""Figures of the year to date brought in: asked about, kept as such, or turned into each month's own."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import VALUE
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.observations import read_clipboard
from dyad_desktop.services.bringing_in import bring_in
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.goals import Entry, new_measure, record_observations
from dyad_desktop.services.importing import (
    Preview,
    Wish,
    again,
    as_said,
    guessed,
    known_of,
    preview,
)
from dyad_desktop.services.session import Session

MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12")
BUILT = (15, 33, 48, 64, 83)
SAID = Wish(year_to_date=frozenset({"new"}))


@pytest.fixture
def session(session: Session) -> Session:
    """The example with a measure of counts that has no values yet."""
    new_measure(session, "new", "G1")
    set_field(session, ("measure", "new"), "title", "Structural heart procedures")
    set_field(session, ("measure", "new"), "unit", "procedures")
    return session


def stand(session: Session, values: Sequence[tuple[str, int]]) -> None:
    entries = [Entry(period, VALUE, Decimal(value)) for period, value in values]
    record_observations(session, "new", entries)


def of(
    session: Session, values: Sequence[int], wish: Wish | None = None, head: str = ""
) -> Preview:
    lines = [f"{month}\t{value}" for month, value in zip(MONTHS, values, strict=False)]
    source = read_clipboard("\n".join([f"Month\t{head or 'new'}", *lines]))
    known = known_of(session.book, {"structural heart procedures ytd": "new"})
    return preview(session.book, source, guessed(source, known), wish, known=known)


HISTORY = [(f"2025-{n:02}", 14 + n % 3) for n in range(7, 13)]


def test_five_values_that_build_up_from_the_years_first_month_are_asked_about(
    session: Session,
) -> None:
    shown = of(session, BUILT)
    assert shown.building == ("new",)
    assert [one.row for one in shown.doubts if "are they of the year to date" in one.reason] == [2]
    assert shown.open == ("new",)
    with pytest.raises(BadInputError, match="say first whether the values of Structural heart"):
        bring_in(session, shown)
    own = again(session.book, shown, Wish(own_period=frozenset({"new"})), shown.apart)
    assert not own.open
    assert not own.to_date
    assert len(own.written) == 5
    assert not [one for one in own.doubts if "are they of the year to date" in one.reason]
    stand(session, list(zip(MONTHS, BUILT, strict=False)))
    assert not again(session.book, shown, Wish(), shown.apart).open  # they stand so already
    session.undo()
    kept = again(session.book, shown, SAID, shown.apart)
    assert kept.to_date == {"new"}
    assert kept.open == ()
    bring_in(session, kept)
    assert session.book.need(Measure, "new").span == "year_to_date"


@pytest.mark.parametrize("values", [(15, 16, 18, 19, 21), (15, 33, 31, 64, 83), (15, 33, 48)])
def test_what_rises_by_itself_is_not_asked_about(session: Session, values: Sequence[int]) -> None:
    assert of(session, values).building == ()


@pytest.mark.parametrize("stands", [(), HISTORY])
def test_a_heading_that_says_so_is_believed_until_a_person_says_otherwise(
    session: Session, stands: list[tuple[str, int]]
) -> None:
    stand(session, stands)
    shown = of(session, [40], head="Structural heart procedures YTD")
    assert shown.building == ("new",)
    assert as_said(shown).wish.year_to_date == {"new"}
    assert any("but they are taken for those of each month" in one.reason for one in shown.doubts)


def test_a_measure_that_holds_months_gets_each_months_own(session: Session) -> None:
    stand(session, HISTORY)
    kept = of(session, BUILT, SAID, "Structural heart procedures YTD")
    assert [move.new for move in kept.written if move.field == VALUE] == [15, 18, 15, 16, 19]
    assert not kept.to_date
    bring_in(session, kept)
    assert session.book.need(Measure, "new").span is None
    assert not of(session, BUILT, SAID, "Structural heart procedures YTD").written


def test_what_the_year_came_to_before_may_stand_already(session: Session) -> None:
    stand(session, [*HISTORY, ("2026-07", 15), ("2026-08", 18)])
    source = read_clipboard("Month\tnew\n2026-09\t48\n2026-12\t90")
    known = known_of(session.book)
    shown = preview(session.book, source, guessed(source, known), SAID, known=known)
    assert [move.new for move in shown.written if move.field == VALUE] == [15]
    assert [one.row for one in shown.bad] == [3]
    assert "nothing is known of Nov 2026" in shown.bad[0].reason


def test_a_fall_within_the_year_is_told_and_never_a_months_own(session: Session) -> None:
    fell = (*BUILT, 80)
    shown = of(session, fell, SAID)
    assert [one.reason for one in shown.doubts if one.period == "2026-12" and one.measure] == [
        "80 is below the 83 of Nov 2026, though figures of the year to date only grow"
    ]
    stand(session, HISTORY)
    shown = of(session, fell, SAID)
    assert [one.reason for one in shown.bad] == [
        "80 for the year to date is below the 83 that it had come to before, from Jul 2026 on"
    ]
    assert len([move for move in shown.written if move.field == VALUE]) == 5


def test_a_share_of_the_year_to_date_has_no_own_value_of_a_month(session: Session) -> None:
    source = read_clipboard("Month\tNo-show rate cumulative\n2026-11\t7.1")
    known = known_of(session.book, {"no show rate cumulative": "M3.2"})
    shown = as_said(preview(session.book, source, guessed(source, known), known=known))
    assert not shown.written
    assert "doesn’t add up over the year" in shown.bad[0].reason
    assert "doesn’t add up over the year" in str(shown.questions[0].own)


CALENDAR = (45, 92, 144, 192, 234, 283, 334, 383, 427, 473, 523)
"""EP ablations from January to November 2026, each with those of the months before."""


def calendar_year(session: Session) -> Preview:
    lines = [f"2026-{n:02}\t{value}" for n, value in enumerate(CALENDAR, start=1)]
    source = read_clipboard("\n".join(["Month\tEP ablations", *lines]))
    known = known_of(session.book)
    wish = Wish(year_to_date=frozenset({"M7.2"}))
    return preview(session.book, source, guessed(source, known), wish, known=known)


@pytest.mark.parametrize("said", ["1", None])
def test_a_calendar_year_to_date_begins_in_january_whatever_the_fiscal_year(
    session: Session, said: str | None
) -> None:
    """As the measure says; where it says nothing, as figures tell that go on in July."""
    set_field(session, ("measure", "M7.2"), "year_start", said and int(said))
    shown = calendar_year(session)
    assert shown.bad == ()
    [asked] = shown.questions
    assert (asked.period, asked.kept) == ("2026-11", False)
    assert (asked.figure, asked.own) == (Decimal(523), Decimal(50))
    found = {move.period: move.new for move in shown.moves if move.field == VALUE}
    assert [found[f"2026-{n:02}"] for n in (1, 6, 7, 11)] == [45, 49, 51, 50]


def test_a_year_that_a_measure_says_is_not_guessed_again(session: Session) -> None:
    set_field(session, ("measure", "new"), "year_start", 7)
    stand(session, HISTORY)
    lines = ["2026-06\t10", "2026-07\t15", "2026-08\t33"]
    source = read_clipboard("\n".join(["Month\tnew", *lines]))
    known = known_of(session.book)
    shown = preview(session.book, source, guessed(source, known), SAID, known=known)
    found = {move.period: move.new for move in shown.moves if move.field == VALUE}
    assert [found[at] for at in ("2026-07", "2026-08")] == [15, 18]


NO_SHOWS = ((265, 3387), (481, 6717), (731, 10271), (976, 13837), (1176, 16837))


@pytest.mark.parametrize("to_date", [True, False])
def test_parts_that_build_up_are_asked_about_and_become_those_of_each_month(
    session: Session, *, to_date: bool
) -> None:
    pairs = (
        NO_SHOWS if to_date else [(265, 3387), (216, 3330), (250, 3554), (245, 3566), (200, 3000)]
    )
    lines = [f"M3.2\t{month}\t{a}\t{b}" for month, (a, b) in zip(MONTHS, pairs, strict=False)]
    source = read_clipboard("\n".join(["Measure\tMonth\tNumerator\tDenominator", *lines]))
    known = known_of(session.book)
    shown = preview(session.book, source, guessed(source, known), known=known)
    assert shown.open == (("M3.2",) if to_date else ())
    wish = Wish(year_to_date=frozenset({"M3.2"}) if to_date else frozenset())
    kept = again(session.book, shown, wish, shown.apart)
    written = [(move.period, move.field, move.new) for move in kept.written]
    assert written[:2] == [
        ("2026-11", "numerator", Decimal(200)), ("2026-11", "denominator", Decimal(3000)),
    ]  # fmt: skip


@pytest.mark.parametrize("span", ["own_period", None])
def test_a_measure_keeps_each_months_own_though_nothing_stands_beside_what_is_brought(
    session: Session, span: str | None
) -> None:
    set_field(session, ("measure", "new"), "span", span)
    stand(session, [("2026-07", 10), ("2026-08", 12), ("2026-09", 11)])
    shown = as_said(of(session, [10, 22, 33, 45], head="Structural heart procedures YTD"))
    assert not shown.to_date
    written = [(move.period, move.old, move.new) for move in shown.written if move.field == VALUE]
    assert written == [("2026-10", None, Decimal(12))]
    bring_in(session, shown)
    assert session.book.need(Measure, "new").span == span


def test_own_values_are_promised_of_a_measure_before_any_stands(session: Session) -> None:
    set_field(session, ("measure", "new"), "span", "own_period")
    shown = of(session, BUILT, SAID)
    assert not shown.to_date
    assert [move.new for move in shown.written if move.field == VALUE] == [15, 18, 15, 16, 19]


def test_rolling_values_are_never_made_of_the_year_to_date(session: Session) -> None:
    set_field(session, ("measure", "new"), "span", "rolling")
    stand(session, [("2026-07", 40)])
    shown = of(session, BUILT, SAID)
    assert not shown.written
    assert not shown.to_date
    assert {one.row for one in shown.bad} == {2, 3, 4, 5, 6}
    assert "covers a rolling span" in shown.bad[0].reason
    assert "covers a rolling span" in str(shown.questions[0].own)


def test_figures_to_date_that_stand_are_corrected_as_such(session: Session) -> None:
    stand(session, [("2026-07", 15), ("2026-08", 31)])
    assert of(session, BUILT, SAID).to_date == {"new"}


def brought(session: Session, measure: str, lines: Sequence[tuple[str, int]]) -> Preview:
    rows = [f"{period}\t{value}" for period, value in lines]
    source = read_clipboard("\n".join([f"Month\t{measure}", *rows]))
    known = known_of(session.book)
    wish = Wish(year_to_date=frozenset({measure}))
    return preview(session.book, source, guessed(source, known), wish, known=known)


def own(shown: Preview) -> list[Decimal | str | None]:
    return [move.new for move in shown.moves if move.field == VALUE]


STRUCTURAL = (15, 32, 47, 63, 81, 99, 117, 133, 151, 168)
"""Structural heart procedures of January to October 2026, to date, each month with one more than stands."""


@pytest.mark.parametrize("first", [1, 6, 7, 8, 10])
def test_july_is_never_taken_for_all_since_january(session: Session, first: int) -> None:
    """However few figures there are: what stands tells that they hold more than a month."""
    lines = [(f"2026-{n:02}", value) for n, value in enumerate(STRUCTURAL, start=1) if n >= first]
    shown = brought(session, "M7.1", lines)
    assert max(int(str(one)) for one in own(shown)) < 30
    assert not shown.bad


def test_a_year_that_neither_the_fiscal_nor_the_calendars_is_must_be_said(session: Session) -> None:
    """From October on: they go on in January and in July."""
    measure = session.book.need(Measure, "M7.1")
    months = [f"{2025 + n // 12}-{n % 12 + 1:02}" for n in range(9, 22)]
    lines, total = list[tuple[str, int]](), 0
    for month in months:
        total = int(measure.values[month] or 0) + (0 if month.endswith("-10") else total)
        lines.append((month, total))
    for some in (lines, lines[9:], lines[9:10]):
        shown = brought(session, "M7.1", some)
        assert not shown.written
        assert len(shown.bad) == len(some)
        assert "Year begins in month" in shown.bad[0].reason
        assert "Year begins in month" in str(shown.questions[0].own)
    set_field(session, ("measure", "M7.1"), "year_start", 10)
    shown = brought(session, "M7.1", lines)
    assert not shown.bad
    assert not shown.written


def test_a_month_that_jumps_is_its_own_where_no_other_year_explains_it(session: Session) -> None:
    stand(session, HISTORY)
    shown = of(session, (15, 33, 48, 108), SAID)
    assert own(shown) == [15, 18, 15, 60]
    assert not shown.bad


def parts_to_date(session: Session, rows: Sequence[str]) -> Preview:
    text = "\n".join(["Measure\tMonth\tNumerator\tDenominator\tValue", *rows])
    source, known = read_clipboard(text), known_of(session.book)
    wish = Wish(year_to_date=frozenset({"M3.2"}))
    return preview(session.book, source, guessed(source, known), wish, known=known)


def test_a_share_among_parts_to_date_is_told_and_left(session: Session) -> None:
    """A row that has only the share says nothing of its month; no row is lost."""
    rows = [f"M3.2\t{at}\t{a}\t{b}\t" for at, (a, b) in zip(MONTHS, NO_SHOWS[:3], strict=False)]
    shown = parts_to_date(session, [*rows, "M3.2\t2026-10\t\t\t7.1"])
    assert [one.row for one in shown.bad] == [5]
    assert "can’t be worked out of the year to date" in shown.bad[0].reason
    assert {move.row for move in shown.moves} - {0} == {2, 3, 4}


def test_a_share_in_a_row_of_its_own_follows_from_the_parts_of_another(session: Session) -> None:
    shown = parts_to_date(session, ["M3.2\t2026-07\t265\t3387\t", "M3.2\t2026-07\t\t\t7.8"])
    assert [(one.row, "follows from the parts" in one.reason) for one in shown.bad] == [(3, True)]
    assert {move.row for move in shown.moves} - {0} == {2}


def test_no_fall_is_told_where_the_measures_own_year_begins(session: Session) -> None:
    """From October, while the fiscal year begins in July: 10 after 120 is no fall."""
    set_field(session, ("measure", "new"), "span", "year_to_date")
    set_field(session, ("measure", "new"), "year_start", 10)
    months = [f"{2024 + n // 12}-{n % 12 + 1:02}" for n in range(9, 34)]
    lines = [(month, 10 * (n % 12 + 1)) for n, month in enumerate(months)]
    for some in (lines[:14], lines, [(lines[-1][0], 9)]):
        shown = brought(session, "new", some)
        assert not shown.doubts
        bring_in(session, shown)
    shown = brought(session, "new", [("2026-10", 130), ("2026-11", 120)])
    assert [one.reason[:28] for one in shown.doubts if "only grow" in one.reason] == [
        "120 is below the 130 of Oct "
    ]
