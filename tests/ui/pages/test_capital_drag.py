"""Requests are dragged to another place by their titles, while they are ranked by hand."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.services.capital import BY_HAND, set_rank_by
from dyad_desktop.ui.pages.capital.page import Page
from dyad_desktop.ui.shell.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("capital")
    shown = example_window.page
    assert isinstance(shown, Page)
    qtbot.waitUntil(lambda: not shown.desk.runner.busy, timeout=20_000)
    return shown


def by_hand(page: Page, qtbot: QtBot) -> list[str]:
    """Rank by hand; returns the requests that may change places."""
    page.desk.do(set_rank_by, BY_HAND, page)
    qtbot.waitUntil(lambda: page.plan.rank_by == BY_HAND)
    return [one.request.id for one in page.plan.rows if not one.request.mandatory]


def order(page: Page) -> list[str]:
    return [one.request.id for one in page.plan.rows if not one.request.mandatory]


def drag(page: Page, moved: str, target: str, *, below: bool) -> None:
    """Drag a request's title to the upper or lower half of another's."""
    assert page.sheet is not None
    view = page.sheet.frozen

    def place(request: str, part: float) -> QPoint:
        row = page._model.row_of(request)
        return QPoint(60, int(view.rowViewportPosition(row) + view.rowHeight(row) * part))

    QTest.mousePress(view.viewport(), LEFT, pos=place(moved, 0.5))
    QTest.mouseMove(view.viewport(), place(target, 0.5))
    QTest.mouseMove(view.viewport(), place(target, 0.8 if below else 0.2))
    QTest.mouseRelease(view.viewport(), LEFT, pos=place(target, 0.8 if below else 0.2))


@pytest.mark.parametrize(
    ("moved", "target", "below", "ends"),
    [(0, 2, True, 2), (0, 2, False, 1), (3, 1, False, 1), (3, 1, True, 2), (1, 1, True, 1)],
)
def test_a_title_is_dragged_to_another_place(
    page: Page, qtbot: QtBot, moved: int, target: int, *, below: bool, ends: int
) -> None:
    before = by_hand(page, qtbot)
    wanted = [one for one in before if one != before[moved]]
    wanted.insert(ends, before[moved])
    drag(page, before[moved], before[target], below=below)
    qtbot.waitUntil(lambda: order(page) == wanted)
    if wanted != before:
        qtbot.waitUntil(lambda: not page.desk.runner.busy)
        page.desk.undo()
        qtbot.waitUntil(lambda: order(page) == before)


def test_nothing_is_dragged_while_the_order_follows_from_figures(page: Page, qtbot: QtBot) -> None:
    before, commits = order(page), len(page.desk.session.journal())
    drag(page, before[0], before[2], below=True)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    assert order(page) == before
    assert len(page.desk.session.journal()) == commits


def test_what_is_mandatory_stays_before_the_others_and_it_is_said(page: Page, qtbot: QtBot) -> None:
    before = by_hand(page, qtbot)
    first = next(one.request.id for one in page.plan.rows if one.request.mandatory)
    with qtbot.waitSignal(page.desk.said) as said:
        drag(page, before[1], first, below=False)
    assert said.args is not None
    assert "change places with" in said.args[0]
    assert order(page) == before
