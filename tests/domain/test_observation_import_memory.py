"""What is remembered of a source: it belongs to the source's own name, and is left where it doesn't fit."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import (
    LEFT_OUT,
    MEASURE,
    NOT_USED,
    PERIOD,
    VALUE,
    Item,
    Known,
    Reading,
    read,
)
from dyad_desktop.domain.observation_import_guess import guess, with_names
from dyad_desktop.domain.observation_import_marks import SAID
from dyad_desktop.domain.observation_import_memory import (
    Layout,
    Recalled,
    layout_of,
    recalled,
    with_layout,
)

SHARE = Measure(
    "M1", "G1", title="No-show rate", unit="%",
    values={f"2026-0{n}": Decimal("7.0") + n / Decimal(10) for n in range(1, 7)},
)  # fmt: skip
KNOWN = Known((SHARE, Measure("M2", "G1", title="Falls"), Measure("M3", "G1", title="New", unit="%")))  # fmt: skip
Rows = list[list[str]]


def rows(*lines: str) -> Rows:
    return [line.split("|") for line in lines]


def fresh(source: Rows) -> Recalled:
    reading = guess(source, KNOWN)
    return Recalled(reading, KNOWN, reading)


def kept(source: Rows, *, before: Recalled | None = None, **said: object) -> Layout:
    """What is kept of a source, after a person corrected some of what was guessed."""
    first = before or fresh(source)
    reading = replace(first.reading, **said)  # type: ignore[arg-type]
    return layout_of(first, reading, source, {}, asked=False)


def again(layout: Layout, source: Rows, *, own: bool = True, called: str = "") -> Recalled:
    return recalled([layout], guess(source, KNOWN), source, KNOWN, own=own, called=called)


def values_of(source: Rows, reading: Reading) -> list[str]:
    return [str(one.value) for one in read(source, reading, KNOWN) if isinstance(one, Item)]


def test_the_row_of_the_headings_is_found_by_what_they_say() -> None:
    cover = rows("Report", "Metric|Note", "Metric|Oct 2026|Nov 2026", "Falls|3|4")
    layout = kept(cover)
    plain = rows("Metric|Oct 2026|Nov 2026", "Falls|3|4", "No-show rate|7.1|7.2", "New|1|2")
    found = again(layout, plain).reading
    assert found.header == 0
    assert list(found.names) == ["Falls", "No-show rate", "New"]
    shifted = rows("Report", "Of finance", *("|".join(line) for line in cover[1:]))
    assert again(layout, shifted).reading.header == 3


def test_a_corrected_row_of_headings_is_taken_again_where_it_moved() -> None:
    source = rows("Measure|Month|Value", "Name|When|Result", "Falls|2026-11|3")
    corrected = guess(source, KNOWN, header=1)
    layout = layout_of(fresh(source), corrected, source, {}, asked=False)
    assert layout.header == 1
    moved = rows("Of finance", *("|".join(line) for line in source))
    assert again(layout, moved).reading.header == 2


def test_columns_are_known_by_their_heading_not_by_their_place() -> None:
    source = rows("Item|Sep 2026|Oct 2026|Note", "Falls|3|4|x")
    moved = rows("Item|Note|Oct 2026|Nov 2026", "Falls|x|4|5")
    found = again(kept(source), moved).reading
    assert found.roles == (MEASURE, NOT_USED, PERIOD, PERIOD)
    long = rows("Measure|Month|Plan|Actual", "Falls|2026-10|3|4")
    layout = kept(long, roles=(MEASURE, PERIOD, VALUE, NOT_USED))
    turned = rows("Actual|Plan|Month|Site|Measure", "4|3|2026-11|A|Falls")
    found = again(layout, turned).reading
    assert found.roles == (NOT_USED, VALUE, PERIOD, NOT_USED, MEASURE)


def test_a_layout_whose_columns_are_gone_is_guessed_anew() -> None:
    layout = kept(rows("Measure|Month|Plan|Actual", "Falls|2026-10|3|4"))
    source = rows("Measure|Month|Result", "Falls|2026-11|5")
    found = again(layout, source)
    assert found.layout is None
    assert found.reading == found.fresh


def wide(*figures: str, name: str = "No-show rate") -> Rows:
    return rows("KPI|Oct 2026|Nov 2026", "|".join([name, *figures]))


@pytest.mark.parametrize(
    ("first", "figures", "fractions"),
    [
        (wide("0.0687", "0.0712"), ("6.87", "7.4"), False),
        (wide("0.0687", "0.0712"), ("0.9", "0.8"), False),
        (wide("6.87%", "7.12%"), ("0.07", "0.068"), True),
        (wide("6.87", "7.12"), ("0.07", "0.068"), True),
    ],
)
def test_percentages_of_last_time_yield_to_figures_that_tell(
    first: Rows, figures: tuple[str, ...], *, fractions: bool
) -> None:
    assert again(kept(first), wide(*figures)).reading.fractions is fractions


def test_what_is_far_from_usual_either_way_is_taken_as_it_stands_where_only_that_can_be() -> None:
    values = {"2026-01": Decimal(7), "2026-02": Decimal(10), "2026-03": Decimal(10)}
    known = replace(KNOWN, measures=(replace(SHARE, values=values),))
    source = wide("0.9", "0.9")
    assert guess(source, known).fractions is False


def test_what_was_said_of_percentages_is_taken_where_it_fits() -> None:
    unknown = wide("0.5", "0.6", name="New")
    layout = kept(unknown, fractions=True)
    assert again(layout, wide("0.5", "0.7", name="New")).reading.fractions
    assert not again(layout, wide("5", "7", name="New")).reading.fractions
    assert not again(layout, wide("0.5", "1.7", name="New")).reading.fractions
    small = kept(wide("0.9", "1.0"), fractions=False)
    assert not again(small, wide("0.9", "1.0")).reading.fractions
    odd = kept(wide("0.17", "0.18"), fractions=False)  # a person said that 0.17 % is meant
    assert again(odd, wide("0.07", "0.068")).reading.fractions


def test_what_a_name_meant_is_taken_while_it_would_be_taken_for_the_same() -> None:
    source = wide("3", "4", name="Volume")
    layout = kept(source, names={"Volume": "M2"})
    assert again(layout, source).known.remembered == {"volume": "M2"}
    titled = replace(KNOWN, measures=(*KNOWN.measures, Measure("M9", "G1", title="Volume")))
    found = recalled([layout], guess(source, titled), source, titled, own=True)
    assert found.reading.names == {"Volume": "M9"}
    gone = Known(KNOWN.measures[:1])
    found = recalled([layout], guess(source, gone), source, gone, own=True)
    assert found.reading.names == {"Volume": ""}


def test_names_that_are_titles_are_not_kept_unless_they_were_left_out() -> None:
    source = rows("KPI|Oct 2026|Nov 2026", "Falls|3|4", "New|1|2", "Volume|5|6")
    layout = kept(source, names={"Falls": "M2", "New": LEFT_OUT, "Volume": ""})
    assert layout.names == {"new": (LEFT_OUT, "M3")}
    assert again(layout, source).reading.names == {"Falls": "M2", "New": LEFT_OUT, "Volume": ""}


def test_names_of_a_source_without_a_name_of_its_own_are_taken_where_half_of_them_are_there() -> (
    None
):
    source = rows("KPI|Oct 2026|Nov 2026", "Volume|3|4", "Other|5|6", "Third|1|2")
    layout = kept(source, names={"Volume": "M2", "Other": LEFT_OUT, "Third": ""})
    less = rows("KPI|Oct 2026|Nov 2026", "Volume|44|46")
    assert again(layout, less).reading.names == {"Volume": "M2"}
    assert again(layout, less, own=False).reading.names == {"Volume": ""}
    assert again(layout, source[:3], own=False).reading.names == {"Volume": "M2", "Other": LEFT_OUT}


def test_whose_values_they_are_is_remembered_under_the_very_same_name() -> None:
    """Falls of another month and falls of another ward look alike where no column names the measure."""
    source = rows("Month|Value", "2026-10|3")
    layout = kept(source, before=replace(fresh(source), called="falls 2026-10.csv"), measure="M2")
    assert again(layout, source, called="falls 2026-10.csv").reading.measure == "M2"
    assert again(layout, source, called="falls 2026-11.csv").reading.measure == ""
    assert again(layout, source, called="falls 2026-10.csv", own=False).reading.measure == ""
    nobody_knows = replace(layout, called="")
    assert again(nobody_knows, source, called="").reading.measure == ""


def test_figures_without_a_name_are_those_of_the_measure_of_which_it_was_said() -> None:
    source = rows("Month|Value", "2026-10|3")
    reading = replace(fresh(source).reading, measure="M2")
    first = layout_of(fresh(source), reading, source, {"": "to_date"}, asked=False)
    found = again(first, source)
    same = layout_of(found, replace(found.reading, measure="M2"), source, {}, asked=False)
    other = layout_of(found, replace(found.reading, measure="M1"), source, {}, asked=False)
    assert (same.figures, other.figures) == ({"": "to_date"}, {})


def test_a_decimal_mark_that_was_said_yields_to_figures_that_tell() -> None:
    source = wide("1,234", "1,310", name="Falls")
    layout = kept(source, comma=True, mark=SAID)
    assert again(layout, source).reading.comma
    told = again(layout, wide("1.5", "1,310.5", name="Falls")).reading
    assert (told.comma, values_of(wide("1.5", "1,310.5", name="Falls"), told)) == (
        False, ["1.5", "1310.5"],
    )  # fmt: skip


def test_two_layouts_under_one_name_are_both_remembered() -> None:
    one = wide("3", "4", name="Volume")
    other = rows("Month|Volume|Minutes", "2026-11|5|27")
    first, second = kept(one, names={"Volume": "M2"}), kept(other, names={"Volume": "", "Minutes": "M2"})  # fmt: skip
    both = with_layout(with_layout((), None, first), None, second)
    found = recalled(both, guess(one, KNOWN), one, KNOWN, own=True)
    assert found.layout == first
    later = layout_of(found, found.reading, one, {}, asked=False)
    assert with_layout(both, found.layout, later) == (later, second)
    found = recalled(both, guess(other, KNOWN), other, KNOWN, own=True)
    assert found.reading.names == {"Volume": "", "Minutes": "M2"}


def test_a_source_without_headings_is_known_by_the_same_columns() -> None:
    source = rows("Falls|2026-10|3|4", "Falls|2026-11|5|6")
    layout = kept(source, roles=(MEASURE, PERIOD, NOT_USED, VALUE))
    assert again(layout, source).reading.roles == (MEASURE, PERIOD, NOT_USED, VALUE)
    assert again(layout, rows("Falls|2026-10|3|4|8")).layout is None


def test_names_are_matched_anew_with_what_is_remembered() -> None:
    source = wide("3", "4", name="Volume")
    found = again(kept(source, names={"Volume": "M2"}), source)
    assert with_names(source, found.reading, found.known) == found.reading
