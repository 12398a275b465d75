"""Home, driven with keys and mouse."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.notice import Notice
from dyad_desktop.services import editing
from dyad_desktop.services.home import Bar, HomeView
from dyad_desktop.services.session import Session
from dyad_desktop.services.templates import NewPartnership, create_partnership, templates
from dyad_desktop.ui.pages.home.page import Page
from dyad_desktop.ui.pages.home.rows import HomeRow, RowText
from dyad_desktop.ui.pages.home.year import YearBars, caption
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import theme
from tests.domain.example import example_book


def home(window: MainWindow) -> Page:
    page = window.pages["home"]
    assert isinstance(page, Page)
    return page


def rows(window: MainWindow) -> list[HomeRow]:
    return [row for row in home(window).findChildren(HomeRow) if row.isVisible()]


def row_of(window: MainWindow, key: tuple[str, str]) -> HomeRow:
    return next(row for row in rows(window) if row.key == key)


def test_it_shows_what_needs_the_two(example_window: MainWindow) -> None:
    page = home(example_window)
    assert page.count == 32
    keys = [row.key for row in rows(example_window)]
    assert ("goal", "G1") in keys
    assert ("pulse_round", "PR3") in keys
    bars = page.findChild(YearBars)
    assert bars is not None
    assert (
        "Total revenue 35.6 of 36.3 budgeted, down 0.7 unfavourable" in bars.accessibleDescription()
    )


def test_the_rail_counts(example_window: MainWindow) -> None:
    made = example_window.rail._buttons["home"]
    assert made.accessibleName() == "Home, 32 need attention"


def test_the_rail_counts_no_further_than_there_is_room(example_window: MainWindow) -> None:
    rail = example_window.rail
    for count, shown in ((99, "99"), (100, "99+"), (0, "")):
        rail.set_count("disagreements", count)
        assert rail._counts["disagreements"].text() == shown
    rail.set_count("disagreements", 588)
    assert rail._buttons["disagreements"].accessibleName() == "Disagreements, 588 need attention"


def test_opened_tells_that_home_is_filled(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.opened):
        window.use_session(Session.open(example_file))
    assert rows(window)
    qtbot.waitUntil(lambda: not window.runner.busy)


def test_enter_goes_to_the_thing(example_window: MainWindow, qtbot: QtBot) -> None:
    row = row_of(example_window, ("decision", "DC08"))
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert example_window.page is example_window.pages["partnership"]
    assert example_window.desk is not None
    assert example_window.desk.selection == ("decision", "DC08")
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_a_click_goes_to_the_thing(example_window: MainWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(row_of(example_window, ("action", "A03")), Qt.MouseButton.LeftButton)
    assert example_window.page is example_window.pages["partnership"]
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_the_rest_of_a_group_is_shown_when_asked(example_window: MainWindow, qtbot: QtBot) -> None:
    page = home(example_window)
    more = next(b for b in page.findChildren(QPushButton) if b.text() == "Show all 20")
    before = len(rows(example_window))
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert len(rows(example_window)) == before + 14


def test_a_change_is_told_and_the_count_follows(example_window: MainWindow, qtbot: QtBot) -> None:
    page, desk = home(example_window), example_window.desk
    assert desk is not None
    with qtbot.waitSignal(page.filled):
        desk.do(editing.set_field, ("action", "A03"), "status", "done")
    assert page.count == 31
    assert any(
        "Ask anesthesia" in row.row.title for row in rows(example_window) if row.row.discs_first
    )


def test_the_count_follows_on_another_page(example_window: MainWindow, qtbot: QtBot) -> None:
    page, desk = home(example_window), example_window.desk
    assert desk is not None
    example_window.show_page("exchange")
    with qtbot.waitSignal(page.filled, timeout=5000):
        desk.do(editing.set_field, ("action", "A03"), "status", "done")
    assert example_window.rail._buttons["home"].accessibleName() == "Home, 31 need attention"
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_a_new_partnership_has_first_steps(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    wish = NewPartnership(templates()[0].id, "Heart", "Ana", "Ben", "", "USD", 7, "2026-11-02")
    with qtbot.waitSignal(window.opened):
        window.use_session(create_partnership(tmp_path / "new.dyad", wish))
    qtbot.waitUntil(lambda: not window.runner.busy)
    row = next(row for row in rows(window) if row.page == "operating")
    QTest.keyClick(row, Qt.Key.Key_Space)
    assert window.page is window.pages["operating"]
    qtbot.waitUntil(lambda: not window.runner.busy)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_no_text_is_clipped(
    example_window: MainWindow, qtbot: QtBot, scale: float, size: tuple[int, int]
) -> None:
    page = home(example_window)
    example_window.resize(*size)
    if scale != 1.0:
        with qtbot.waitSignal(page.filled):
            theme.use(scale=scale)
    qtbot.waitUntil(
        lambda: all(row.height() >= row.heightForWidth(row.width()) for row in rows(example_window))
    )
    for row in rows(example_window):
        title, small = row._fonts()
        inner = row.width() - row._left() - row._side_width() - theme.px(16)
        for text, face in ((row.row.title, title), (row.row.detail, small)):
            box = QFontMetrics(face).boundingRect(
                QRect(0, 0, inner, 10_000), int(Qt.TextFlag.TextWordWrap), text
            )
            assert box.width() <= inner, text
        assert (
            row.visibleRegion().isEmpty()
            or row.mapTo(page, row.rect().topRight()).x() <= page.width()
        )


def test_a_row_says_everything_to_a_screen_reader() -> None:
    text = RowText("Premium hours", "improving", "off_track", "off track", "Marcus leads")
    assert text.spoken == "Premium hours; off track; improving; Marcus leads"


def test_who_waits_for_both(example_window: MainWindow) -> None:
    page = home(example_window)
    notice = Notice("waiting", "waiting", "A title", "", None, "decision", "DC07", 1)
    text = page._notice_text(notice)
    assert (text.side, len(text.who)) == ("both", 2)


def test_it_lists_what_changed_since_the_partners_last_met(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    desk = example_window.desk
    assert desk is not None
    desk.do(editing.set_field, ("goal", "G1"), "why", "Said anew")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    page = example_window.page
    assert isinstance(page, Page)
    page.show_view("since")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    rows = [one for one in page.findChildren(HomeRow) if one.row.detail == "Priya: Why"]
    assert [one.key for one in rows] == [("goal", "G1")]
    page.switch.chosen.emit("latest")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    assert page.switch.choice == "latest"


@pytest.mark.parametrize(
    ("effects", "words"),
    [
        ((0, 0, 0), "Contribution is on budget: revenue is 0.0 above, expense 0.0 lower."),
        (
            (1_234_00, -30_000_00, -28_766_00),
            "Contribution is US$ 29 thousand below budget: revenue is 1 thousand above, expense 30 thousand higher.",
        ),
        (
            (900_000_00, -40_00, 899_960_00),
            "Contribution is US$ 0.9 million above budget: revenue is 0.9 above, expense 40 higher.",
        ),
    ],
)
def test_a_small_difference_is_told_in_a_unit_in_which_it_is_something(
    effects: tuple[int, int, int], words: str
) -> None:
    bars = tuple(
        Bar(name, 9_000_000_00, 9_000_000_00, effect)
        for name, effect in zip("abc", effects, strict=True)
    )
    view = HomeView("2026-10-31", (), ("2026-07",), bars, (), (), (), ())
    assert caption(example_book(), view) == words
