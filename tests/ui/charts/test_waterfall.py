"""The charts of the budget view: where bars stand, and how they are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.charts.months import Months
from dyad_desktop.ui.charts.trend import Trend
from dyad_desktop.ui.charts.waterfall import ACTUAL, MOST, PLAN, STEP, Bar, Waterfall, heights
from dyad_desktop.ui.tokens import dress, theme


@pytest.fixture
def chart(qtbot: QtBot) -> Waterfall:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    dress(app)
    made = Waterfall()
    qtbot.addWidget(made)
    made.resize(640, 320)
    made.show()
    return made


def bars(start: float, *effects: float) -> list[Bar]:
    places = heights(start, effects)
    end = places[-1][1] if places else start
    return [
        Bar("Plan", PLAN, 0, start, f"{start:.0f}", "The plan."),
        *(
            Bar(f"Step {n}", STEP, low, high, f"{high - low:.0f}", f"Step {n} told.", high >= low)
            for n, (low, high) in enumerate(places)
        ),
        Bar("Actual", ACTUAL, 0, end, f"{end:.0f}", "The actual."),
    ]


def shown(chart: Waterfall, *parts: float) -> None:
    chart.show_bars(bars(*parts), "US$", "It says so.")
    chart.grab()


@given(st.floats(-1e9, 1e9), st.lists(st.floats(-1e9, 1e9), max_size=8))
def test_each_step_begins_where_the_one_before_it_ended(start: float, effects: list[float]) -> None:
    places = heights(start, effects)
    levels = [start, *(high for _, high in places)]
    assert [low for low, _ in places] == levels[:-1]
    for (low, high), effect in zip(places, effects, strict=True):
        assert high == low + effect


@pytest.mark.parametrize(
    ("parts", "from_zero"),
    [
        ((100.0, -10.0, 5.0), False),  # small steps on a large total: the axis is cut
        ((100.0, -70.0, 20.0), True),
        ((100.0, -120.0), True),
        ((-100.0, 10.0), True),
        ((0.0,), True),
        ((5.0, 0.0), False),
    ],
)
def test_the_axis_is_cut_only_where_all_stands_high(
    chart: Waterfall,
    parts: tuple[float, ...],
    from_zero: bool,  # noqa: FBT001
) -> None:
    shown(chart, *parts)
    low, high = chart.limits()
    assert (low <= 0) == from_zero
    heights_shown = [bar.end for bar in bars(*parts)]
    assert low <= min(heights_shown) or low == 0
    assert high >= max(heights_shown)
    assert ("begin at zero" in chart._title.get_text()) == (not from_zero)
    assert any(cut.get_visible() for cut in chart._cuts) == (not from_zero)


def test_artists_are_moved_and_never_made_anew(chart: Waterfall) -> None:
    shown(chart, 100, -10, 5)
    before = [id(artist) for artist in chart.axes.get_children()]
    shown(chart, 50, *[1.0] * 8)
    assert [id(artist) for artist in chart.axes.get_children()] == before
    assert sum(box.get_visible() for box in chart._boxes) == 10
    shown(chart, 50, *[1.0] * 20)
    assert sum(box.get_visible() for box in chart._boxes) == MOST


def test_good_and_bad_are_told_apart_without_colour(chart: Waterfall) -> None:
    shown(chart, 100, -10, 5)
    bad, good = chart._boxes[1], chart._boxes[2]
    assert bad.get_hatch()
    assert not good.get_hatch()
    assert chart._figures[1].get_va() == "top"
    assert chart._figures[2].get_va() == "bottom"


def test_keys_read_the_steps_and_leave_the_others_to_the_page(
    chart: Waterfall, qtbot: QtBot
) -> None:
    shown(chart, 100, -10, 5)
    said: list[str] = []
    chart.picked.connect(said.append)
    for key in (
        Qt.Key.Key_Home,
        Qt.Key.Key_Right,
        Qt.Key.Key_End,
        Qt.Key.Key_Right,
        Qt.Key.Key_Left,
    ):
        QTest.keyClick(chart, key)
    assert said == ["The plan.", "Step 0 told.", "The actual.", "The actual.", "Step 1 told."]
    assert "Step 1 told." in chart.accessibleDescription()
    QTest.keyClick(chart, Qt.Key.Key_T)
    assert len(said) == 5


def test_a_click_picks_the_bar_beneath_it(chart: Waterfall) -> None:
    shown(chart, 100, -10, 5)
    place = chart.rect().center()
    place.setX(chart.width() - 40)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    assert chart.spoken == "The actual."


def test_an_empty_waterfall_is_drawn_too(chart: Waterfall) -> None:
    chart.show_bars([], "US$", "Nothing.")
    chart.grab()
    chart.go_to(3)
    assert chart.spoken == ""


@pytest.mark.parametrize("dark", [False, True])
def test_months_that_came_are_solid_and_the_others_hatched(qtbot: QtBot, dark: bool) -> None:  # noqa: FBT001
    theme.dark = dark
    made = Months()
    qtbot.addWidget(made)
    made.resize(640, 260)
    made.show_year(
        [1.0] * 12, [2.0, -1.0, *[1.5] * 10], ["Jul"] * 12, [0, 1, 3], "Contribution", [2]
    )
    made.grab()
    hatched = [place not in (0, 1, 3) for place in range(12)]
    assert [bool(box.get_hatch()) for box in made._bars] == hatched
    assert made._bars[2].get_facecolor() not in {
        made._bars[0].get_facecolor(),
        made._bars[4].get_facecolor(),
    }
    assert made.axes.get_ylim()[0] < -1
    assert "3 months actual, 1 month in part, the others" in made.accessibleDescription()
    theme.dark = False


def test_a_trend_shows_what_was_planned_beside_it(qtbot: QtBot) -> None:
    made = Trend()
    qtbot.addWidget(made)
    made.resize(300, 64)
    ends, labels = ("1", "3"), ("Jul", "Oct")
    made.show_values([1.0, 3.0, 2.0], ends, labels, split=1)
    alone = made.grab().toImage()
    made.show_values(
        [1.0, 3.0, 2.0], ends, labels, split=1, planned=([2.0, 1.0, None, 5.0], "budget 5")
    )
    assert made.grab().toImage() != alone
    assert made._planned == (2.0, 1.0, None, 5.0)


@pytest.mark.parametrize("values", [[], [None, None], [1.0], [1.0, None, 3.0, 3.0], [2.0, 2.0]])
def test_a_trend_of_any_length_is_drawn(qtbot: QtBot, values: list[float | None]) -> None:
    made = Trend()
    qtbot.addWidget(made)
    made.resize(300, 64)
    made.show_values(values, ("1", "3"), ("Jul", "Oct"), split=1, status="on_track")
    made.say("Trend", "from 1 to 3")
    image = made.grab().toImage()
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    ground = image.pixel(0, 0)
    drawn = any(image.pixel(x, y) != ground for x in range(300) for y in range(0, 64, 2))
    assert drawn == any(value is not None for value in values)
