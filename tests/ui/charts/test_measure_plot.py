"""The chart of one measure: what lies ahead of its values, and the labels at the ends of its lines."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.lines import Line2D
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.fiscal import add_months, months
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_ahead import ahead_of
from dyad_desktop.domain.measure_story import PROPOSED, REBASED, Band, Flag
from dyad_desktop.ui.charts.canvas import Label, text_width
from dyad_desktop.ui.charts.ends import stacked
from dyad_desktop.ui.charts.measure_lines import level_lines, parted
from dyad_desktop.ui.charts.measure_plot import MeasurePlot
from dyad_desktop.ui.tokens import dress, theme
from tests.domain.test_measuring import a_measure, charted

VALUES = [66, 63, 67, 64, 61, 62, 58, 60]  # January to August 2025
SIZES = [(1100, 520), (700, 360)]


@pytest.fixture
def plot(qtbot: QtBot) -> Iterator[MeasurePlot]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.dark, theme.scale = False, 1.0
    dress(app)
    made = MeasurePlot()
    qtbot.addWidget(made)
    made.resize(1100, 520)
    made.show()
    yield made
    theme.dark, theme.scale = False, 1.0


def show(plot: MeasurePlot, measure: Measure, *flags: Flag, start: int = 1) -> None:
    chart = charted(measure)
    plot.show_chart(chart, flags, (), "It says so.", ahead_of(chart, start))
    plot.grab()


def xs(line: Line2D) -> list[float]:
    return [float(x) for x in np.asarray(line.get_xdata())]


def ys(line: Line2D) -> list[float]:
    return [float(y) for y in np.asarray(line.get_ydata())]


def texts(plot: MeasurePlot) -> list[str]:
    return [label.text for label in plot.labels]


def label(plot: MeasurePlot, text: str) -> Label:
    [found] = [one for one in plot.labels if one.text == text]
    return found


def boxes(plot: MeasurePlot) -> list[tuple[float, float, float, float]]:
    found = []
    for one in plot.labels:
        wide, tall = text_width(one.text, one.size), theme.px(one.size) * 0.9
        left = one.x - {"left": 0, "center": wide / 2, "right": wide}[one.across]
        top = one.y - {"center": tall / 2, "bottom": tall, "top": 0}[one.down]
        found.append((left, top, left + wide, top + tall))
    return found


def overlaps(plot: MeasurePlot) -> list[tuple[str, str]]:
    found, names = boxes(plot), texts(plot)
    return [
        (names[a], names[b])
        for a in range(len(found))
        for b in range(a)
        if found[a][0] < found[b][2] and found[b][0] < found[a][2]
        and found[a][1] < found[b][3] and found[b][1] < found[a][3]
    ]  # fmt: skip


# -- a target with a date ----------------------------------------------------------------------


def test_a_target_is_dashed_until_it_is_due_and_firm_from_then_on(plot: MeasurePlot) -> None:
    show(plot, a_measure(*VALUES, target_date="2025-04"))
    before, after = plot.rules["target"], plot.ahead.firm
    assert (min(xs(before)), max(xs(before))) == (-0.5, 3)
    assert (min(xs(after)), max(xs(after))) == (3, 7.5)
    assert before.get_linestyle() == "--"
    assert after.get_linestyle() == "-"
    assert before.get_linewidth() < after.get_linewidth()


def test_the_axis_reaches_the_due_month_and_writes_it_there(plot: MeasurePlot) -> None:
    show(plot, a_measure(*VALUES, target_date="2025-12"))
    assert plot.axes.get_xlim() == (-0.6, 11.6)
    assert xs(plot.ahead.ticks) == [11]
    assert ys(plot.ahead.ticks) == [60]
    flag = label(plot, "target 60 due Dec 2025")
    x, _y = plot.pixel_of(11, 60)
    wide = text_width(flag.text)
    assert min(abs(flag.x - x), abs(flag.x + wide - x)) < 10
    assert "Dec 25" in texts(plot)


def test_a_month_beyond_the_year_is_told_at_the_edge(plot: MeasurePlot) -> None:
    show(plot, a_measure(*VALUES, target_date="2026-06"))
    assert plot.axes.get_xlim() == (-0.6, 7.6)
    assert xs(plot.ahead.ticks) == []
    target, due = label(plot, "target 60"), label(plot, "due Jun 2026")
    assert due.x == target.x
    assert 0 < due.y - target.y < 20
    steps = {"2026-03": Decimal(55)}
    show(plot, a_measure(*VALUES, target_date="2026-06", target=Decimal(60), targets=steps))
    assert "target 60" in texts(plot)
    assert "55 due Jun 2026" in texts(plot)


def test_a_date_before_the_first_value_leaves_the_target_firm(plot: MeasurePlot) -> None:
    show(plot, a_measure(*VALUES, target_date="2024-06"))
    assert xs(plot.rules["target"]) == []
    assert max(xs(plot.ahead.firm)) == 7.5
    assert "due Jun 2024" in texts(plot)


def test_a_target_without_a_date_is_firm(plot: MeasurePlot) -> None:
    show(plot, a_measure(*VALUES, target_date="2025-12"))
    show(plot, a_measure(*VALUES))
    assert plot.axes.get_xlim() == (-0.6, 7.6)
    assert max(xs(plot.ahead.firm)) == 7.5
    assert xs(plot.ahead.ticks) == []
    assert not [text for text in texts(plot) if "due" in text]


def test_both_ends_of_a_corridor_are_due(plot: MeasurePlot) -> None:
    measure = a_measure(
        *VALUES, direction="within", target=Decimal(65), target_low=Decimal(60),
        target_date="2025-10",
    )  # fmt: skip
    show(plot, measure)
    assert ys(plot.ahead.ticks) == [65, 60]
    assert "target 60 to 65 due Oct 2025" in texts(plot)
    assert plot.rules["low"].get_linestyle() == "--"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("due", ["2025-02", "2025-08", "2025-12", "2026-06"])
def test_no_label_lies_over_another(plot: MeasurePlot, size: tuple[int, int], due: str) -> None:
    plot.resize(*size)
    measure = a_measure(
        *VALUES, target_date=due, stretch=Decimal(58), amber_at=Decimal(61), benchmark=Decimal(60)
    )
    flags = [Flag(at, f"Something happened in place {at}", "note") for at in (0, 4, 7, 11)]
    show(plot, measure, *flags)
    assert overlaps(plot) == []


def test_files_carry_the_date(plot: MeasurePlot) -> None:
    show(plot, a_measure(*VALUES, target_date="2025-12"))
    made = BytesIO()
    plot.save(made, "svg")
    assert b"target 60 due Dec 2025" in made.getvalue()


def test_the_last_value_is_written_at_its_point_where_the_axis_goes_on(plot: MeasurePlot) -> None:
    show(plot, a_measure(*VALUES, target=Decimal(62), target_date="2025-12"))
    x, y = plot.pixel_of(7, 60)
    last = next(one for one in plot.labels if one.text == "60" and one.strong)
    assert 0 < last.x - x < 16
    assert abs(last.y - y) < 1


@pytest.mark.parametrize(("due", "beside"), [("2025-09", False), ("2025-12", True)])
def test_the_last_value_stays_at_the_edge_where_there_is_no_room_beside_it(
    plot: MeasurePlot, due: str, *, beside: bool
) -> None:
    values = [70 + n % 2 + 0.25 for n in range(36)] + VALUES  # three years before 2025
    months_known = dict(zip(months("2022-01", 44), map(Decimal, values), strict=True))
    show(plot, a_measure(values=months_known, target_date=due))
    last = next(one for one in plot.labels if one.text == "60" and one.strong)
    x, _y = plot.pixel_of(43, 60)
    assert (last.x - x < 16) == beside


# -- the outlook -------------------------------------------------------------------------------

STEADY = [50, 52] * 8  # January 2025 to April 2026


def test_the_outlook_is_hatched_over_the_months_that_are_left(plot: MeasurePlot) -> None:
    show(plot, a_measure(*STEADY, target=Decimal(51)), start=7)
    band, expected = plot.ahead.outlook, plot.ahead.expected
    assert plot.axes.get_xlim() == (-0.6, 17.6)  # to June 2026
    assert band.get_visible()
    assert band.get_hatch()
    assert band.get_x() == 15
    assert band.get_x() + band.get_width() == 17.5
    half = 1.96 * 2 / 1.128 * 2**0.5 / 12
    assert band.get_y() == pytest.approx(51 - half)
    assert band.get_height() == pytest.approx(2 * half)
    assert (xs(expected), ys(expected)) == ([15, 17.5], [51, 51])
    outlook = label(plot, "FY26 outlook 51.0")
    assert label(plot, "50.6 to 51.4, 95 in 100").x == outlook.x > plot.pixel_of(17.5, 51)[0]


def test_nothing_is_hatched_where_no_year_is_foretold(plot: MeasurePlot) -> None:
    show(plot, a_measure(*STEADY, target=Decimal(51)), start=7)
    show(plot, a_measure(*STEADY, 90, target=Decimal(51)), start=7)
    assert not plot.ahead.outlook.get_visible()
    assert xs(plot.ahead.expected) == []
    assert not [text for text in texts(plot) if "outlook" in text]


def test_an_outlook_beyond_the_values_is_in_view(plot: MeasurePlot) -> None:
    measure = a_measure(*[round(50 + 0.01 * n, 2) for n in (0, 9) * 8], target=Decimal(50))
    show(plot, measure, start=5)
    low, high = plot.axes.get_ylim()
    band = plot.ahead.outlook
    assert low < band.get_y() < band.get_y() + band.get_height() < high


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", [1.0, 1.6])
def test_the_outlook_keeps_clear_of_other_labels(
    plot: MeasurePlot, size: tuple[int, int], scale: float
) -> None:
    theme.use(scale=scale)
    plot.resize(*size)
    measure = a_measure(
        *STEADY, target=Decimal(51), target_date="2026-06", stretch=Decimal(50),
        amber_at=Decimal(52), benchmark=Decimal("50.5"),
    )  # fmt: skip
    show(plot, measure, Flag(15, "A note at the last value", "note"), start=7)
    assert "target 51 due Jun 2026" in texts(plot)
    assert overlaps(plot) == []
    right = max(box[2] for box in boxes(plot))
    assert right <= plot.width()
    theme.use(scale=1.0)


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_files_carry_the_outlook(plot: MeasurePlot, form: str) -> None:
    show(plot, a_measure(*STEADY, target=Decimal(51)), start=7)
    made, without = BytesIO(), BytesIO()
    plot.save(made, form)
    if form == "svg":
        assert "FY26 outlook 51.0" in made.getvalue().decode()
        assert "<pattern" in made.getvalue().decode()
    show(plot, a_measure(*STEADY, 90, target=Decimal(51)), start=7)
    plot.save(without, form)
    assert len(made.getvalue()) > 1000
    assert b"<pattern" not in without.getvalue()


def test_milestones_stand_clear_of_the_lowest_line(plot: MeasurePlot) -> None:
    chart = charted(a_measure(*[0, 9] * 8, chart="c", lower_bound=Decimal(0)))
    done = Flag(15.5, "Done", "done")
    plot.show_chart(chart, (), (Band(3, 15.5, "Work", "I", (done,)),), "It says so.")
    plot.grab()
    [at] = ys(plot.story.done)
    assert plot.pixel_of(0, at)[1] - plot.pixel_of(0, 0)[1] >= 5
    assert not plot.story.done.get_clip_on()


def test_quarters_are_named_by_their_months(plot: MeasurePlot) -> None:
    values = {add_months("2024-01", 3 * n): Decimal(50 + n) for n in range(8)}
    show(plot, a_measure(frequency="quarterly", values=values, target_date="2026-06"), start=7)
    assert {"Jan–Mar 24", "Apr–Jun 26"} <= set(texts(plot))
    assert overlaps(plot) == []


def test_keys_and_mouse_read_what_lies_ahead(plot: MeasurePlot, qtbot: QtBot) -> None:
    show(plot, a_measure(*STEADY, target=Decimal(51), target_date="2026-06"), start=7)
    said: list[str] = []
    plot.read.connect(said.append)
    for key in (Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(plot, key)
    assert said[0].startswith("Apr 2026: 52")
    assert said[2] == said[3]
    assert said[2].startswith(
        "Jun 2026: nothing recorded yet; target 51 due Jun 2026; FY26 outlook"
    )
    plot.grab()
    x, y = plot.pixel_of(16, 51)
    QTest.mouseMove(plot, QPoint(round(x), round(y)))
    assert plot.reading == 16
    plot.grab()


# -- lines and labels --------------------------------------------------------------------------


def test_steps_are_parted_where_they_pass_a_place() -> None:
    nan = float("nan")
    line = ([-0.5, 0.5, 0.5, 1.5, 1.5, 2.5], [1.0, 1.0, 2.0, 2.0, 3.0, 3.0])
    assert parted(line, 1) == (
        ([-0.5, 0.5, 0.5, 1], [1.0, 1.0, 2.0, 2.0]),
        ([1, 1.5, 1.5, 2.5], [2.0, 2.0, 3.0, 3.0]),
    )
    assert parted(line, 9) == (line, ([], []))
    assert parted(line, -0.5)[0] == ([], [])
    gone = ([-0.5, 0.5, 0.5, 1.5], [nan, nan, nan, nan])
    assert all(y != y for y in parted(gone, 1)[1][1])  # noqa: PLR0124 - not numbers


@given(
    st.lists(st.tuples(st.floats(0, 300), st.sampled_from([15.0, 30.0])), min_size=1, max_size=9)
)
def test_labels_stand_apart_and_within_the_chart(wanted: list[tuple[float, float]]) -> None:
    centres, talls = [at for at, _ in wanted], [tall for _, tall in wanted]
    placed = stacked(centres, talls, 0, 300)
    order = sorted(zip(placed, talls, strict=True))
    for (one, tall), (other, taller) in pairwise(order):
        assert other - one >= (tall + taller) / 2 - 1e-6
    if sum(talls) <= 300:
        assert all(
            tall / 2 - 1e-6 <= at <= 300 - tall / 2 + 1e-6
            for at, tall in zip(placed, talls, strict=True)
        )


def test_the_first_label_stays_at_its_line() -> None:
    placed = stacked([50.0, 50.0, 52.0, 48.0], [10.0] * 4, 0, 100)
    assert placed[0] == 50.0
    assert sorted(placed) == [40.0, 50.0, 60.0, 70.0]


def test_initiatives_that_follow_each_other_share_a_lane(plot: MeasurePlot) -> None:
    chart = charted(a_measure(*STEADY))
    bands = [Band(n, n + 1.5, f"Work {n}", f"I{n}", ()) for n in range(0, 14, 2)]
    plot.show_chart(chart, (), bands, "It says so.")
    plot.grab()
    heights = {round(bar.get_y(), 6) for bar in plot.story._bars if bar.get_visible()}
    assert sum(bar.get_visible() for bar in plot.story._bars) == 7
    assert len(heights) == 1
    assert overlaps(plot) == []


def test_many_notes_are_all_lines_and_the_latest_are_written(plot: MeasurePlot) -> None:
    chart = charted(a_measure(*STEADY))
    flags = [Flag(n * 0.8, f"Note {n}, which is long enough", "note") for n in range(15)]
    plot.resize(1200, 700)
    plot.show_chart(chart, flags, (), "It says so.")
    plot.grab()
    assert sum(line.get_visible() for line in plot.story._lines) == 15
    assert [text for text in texts(plot) if text.startswith("Note")] == [
        f"Note {n}, which is long enough" for n in range(3, 15)
    ]
    assert "Not written out: 3 earlier notes (see Annotate)" in texts(plot)
    plot.resize(560, 240)
    plot.grab()
    written = [text for text in texts(plot) if text.startswith("Note")]
    assert written[-1].startswith("Note 14")
    assert len(written) < 12
    assert f"Not written out: {15 - len(written)} earlier notes (see Annotate)" in texts(plot)
    plot.show_chart(chart, flags[:2], (), "It says so.")
    plot.grab()
    assert sum(line.get_visible() for line in plot.story._lines) == 2


@pytest.mark.parametrize("size", [(540, 190), (540, 240), (800, 250), (1100, 520)])
def test_a_text_longer_than_the_chart_is_cut_and_covers_nothing(
    plot: MeasurePlot, size: tuple[int, int]
) -> None:
    chart = charted(a_measure(*STEADY, target=Decimal(51), target_date="2027-06"))
    long = "rebased: second team hired and trained over the summer, with case carts, an evening shift and much more"
    flags = [Flag(6.0, long, REBASED), Flag(8.0, f"proposed: {long}", PROPOSED)]
    bands = [Band(3, 12, "Labs on time", "I1", ()), Band(8, 20, "Grow our own", "I2", ())]
    plot.resize(*size)
    plot.show_chart(chart, flags, bands, "It says so.", ahead_of(chart, 7))
    plot.grab()
    assert overlaps(plot) == []
    assert all(right <= size[0] + 1 for _left, _top, right, _foot in boxes(plot))
    cut = [one for one in plot.labels if one.text.startswith(("rebased", "proposed: rebased"))]
    assert cut
    lowest = min(float(value) for value in chart.series.values if value is not None)
    foot = plot.pixel_of(0, lowest)[1]
    tops = [
        plot.pixel_of(0, bar.get_y() + bar.get_height())[1]
        for bar in plot.story._bars
        if bar.get_visible()
    ]
    assert tops
    assert min(tops) >= foot


def test_a_corridor_has_no_amber(plot: MeasurePlot) -> None:
    corridor = {"direction": "within", "target_low": Decimal(58), "target": Decimal(66)}
    show(plot, a_measure(*VALUES, amber_at=Decimal(61), **corridor))
    assert not any("amber" in text for text in texts(plot))
    show(plot, a_measure(*VALUES, amber_at=Decimal(61), target=Decimal(60)))
    assert any("amber" in text for text in texts(plot))


def test_figures_of_the_year_to_date_are_no_line_from_one_year_to_the_next(
    plot: MeasurePlot,
) -> None:
    figures = [40 * (n % 12 + 1) for n in range(20)]
    measure = a_measure(*figures, span="year_to_date", aggregation="sum", direction="up")
    show(plot, measure)
    drawn = ((xs(plot._line), ys(plot._line)), level_lines(charted(measure))["target"])
    for line in drawn:
        assert [x for x, y in zip(*line, strict=True) if isnan(y)] == [11.5]
