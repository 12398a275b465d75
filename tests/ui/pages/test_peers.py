"""Units typed and pasted beside ours: counts that can be read in two ways, that can't be, headings, many units."""

from decimal import Decimal
from functools import partial

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Peer
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.view import SheetView


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("performance")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    shown = example_window.page
    assert isinstance(shown, Page)
    shown.open_measure("M2.1")
    shown.show_view("peers")
    return shown


def paste(page: Page, text: str) -> list[str]:
    """Paste into the first row; returns what was said."""
    said: list[str] = []
    sheet = page.measure.peers.sheet
    sheet.view.said.connect(said.append)
    QGuiApplication.clipboard().setText(text)
    sheet.view.go_to(0, 0)
    sheet.view.blocks.paste()
    return said


def units(page: Page) -> tuple[Peer, ...]:
    return page.desk.book.children(Peer, "M2.1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("North\t1.100\t1.250", "“1.100” may be 1,100 or 1.1: write 1100, or 1.10"),
        ("North\t1.125\t1.250", "“1.125” may be 1,125 or 1.125: write 1125, or 1.1250"),
        ("North\t40\t38", "North: 40 of 38: more can’t be counted than there are"),
    ],
)
def test_what_is_not_sure_or_can_not_be_is_told(page: Page, text: str, reason: str) -> None:
    [said] = paste(page, text)
    assert reason in said
    assert not units(page)


def test_a_paste_that_is_taken_says_so_where_one_before_was_refused(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    paste(page, "North\t40\t38")
    assert "more can’t be counted" in example_window.notice.text.text()
    paste(page, "North\t38\t40")
    qtbot.waitUntil(lambda: len(units(page)) == 1)
    assert example_window.notice.text.text() == "Pasted 3 cells."
    assert paste(page, "North\t38\t41") == []


@pytest.mark.parametrize("before", [0, 2])
def test_what_was_pasted_is_chosen_and_pasted_again_changes_nothing(
    page: Page, qtbot: QtBot, before: int
) -> None:
    view = page.measure.peers.sheet.view
    if before:
        paste(page, "\n".join(f"Before {n}\t{n}\t50" for n in range(before)))
        qtbot.waitUntil(lambda: len(units(page)) == before)
    text = "\n".join(["Unit\tReadmitted\tDischarged", *(f"Unit {n}\t{n}\t100" for n in range(8))])
    QGuiApplication.clipboard().setText(text)
    view.go_to(before, 0)
    view.blocks.paste()
    qtbot.waitUntil(lambda: len(units(page)) == before + 8)
    qtbot.waitUntil(lambda: view.sheet.text(before + 7, 0) == "Unit 7")
    assert view.chosen() == (range(before, before + 8), range(3))
    assert view.currentIndex().row() == before
    view.blocks.paste()
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    assert len(units(page)) == before + 8


def test_where_no_funnel_can_be_nothing_is_to_be_typed(page: Page, qtbot: QtBot) -> None:
    peers = page.measure.peers
    qtbot.waitUntil(peers.sheet.isVisible)
    page.open_measure("M4.2")
    page.show_view("peers")
    qtbot.waitUntil(peers.sheet.isHidden)
    assert peers.few.text()
    page.open_measure("M2.1")
    page.show_view("peers")
    qtbot.waitUntil(peers.sheet.isVisible)


@pytest.mark.parametrize("there", [0, 8])
def test_a_panel_is_not_covered(
    page: Page, example_window: MainWindow, qtbot: QtBot, there: int
) -> None:
    if there:
        paste(page, "\n".join(f"Unit {n}\t{n + 9}\t{40 + 50 * n}" for n in range(there)))
        qtbot.waitUntil(lambda: len(units(page)) == there)
    example_window.resize(1024, 700)
    page.open_measure("M6.1")
    page.show_view("chart")
    shown = page.measure
    shown.target_button.click()
    page.open_measure("M2.1")
    shown.looks.chosen.emit("peers")
    qtbot.waitUntil(lambda: shown.peers.isVisible() and not example_window.runner.busy)
    qtbot.waitUntil(lambda: shown.settings_area.geometry().bottom() < shown.card.geometry().top())
    assert shown.settings_area.isVisible()
    assert shown.peers.sheet.height() > 100
    shown.target_button.click()
    qtbot.waitUntil(shown.peers.caution.isVisible)
    assert shown.peers.says.isVisible() == bool(there)


def test_others_tell_what_a_point_means(page: Page, qtbot: QtBot) -> None:
    paste(page, "North\t1.100,0\t1.250\nSouth\t20\t2.500,0")
    qtbot.waitUntil(lambda: len(units(page)) == 2)
    assert (units(page)[0].counted, units(page)[0].size) == (Decimal(1100), Decimal(1250))


def test_a_heading_is_left_out_and_many_units_get_rows(page: Page, qtbot: QtBot) -> None:
    lines = [f"Unit {n}\t{n}\t100" for n in range(1, 31)]
    paste(page, "\n".join(["Unit\tReadmitted\tDischarged", *lines]))
    qtbot.waitUntil(lambda: len(units(page)) == 30)
    assert units(page)[0].name == "Unit 1"


def fills(view: SheetView) -> bool:
    """Return whether rows end where their header ends, or go on beyond what is seen."""
    return view.horizontalHeader().length() >= view.viewport().width()


@pytest.mark.parametrize("width", [1024, 1440])
def test_rows_are_as_wide_as_their_header(
    page: Page, example_window: MainWindow, qtbot: QtBot, width: int
) -> None:
    example_window.resize(width, 700)
    for look in ("peers", "table"):
        page.show_view(look)
        sheet = page.measure.peers.sheet if look == "peers" else page.measure.sheet
        assert sheet is not None
        qtbot.waitUntil(partial(fills, sheet.view))


def test_limits_are_widened_once_there_are_units_enough(page: Page, qtbot: QtBot) -> None:
    widen = page.measure.peers.widen
    for count, enough in ((5, False), (11, True)):
        paste(page, "\n".join(f"Ward {n}\t{n + 9}\t{90 + n}" for n in range(count)))
        qtbot.waitUntil(lambda wanted=count: len(units(page)) == wanted)  # type: ignore[misc]
        qtbot.waitUntil(lambda wanted=enough: widen.isEnabled() is wanted)  # type: ignore[misc]
        assert bool(widen.toolTip()) is not enough
