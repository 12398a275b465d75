"""A budget in a circle, as two partners may make it apart: every view of the page stays and says so."""

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.pages.performance.page import Page as Performance
from dyad_desktop.ui.shell.window import MainWindow


def _as_merged(session: Session) -> ChangeSet:
    """Write what a merge may leave and an edit may not: two lines that follow each other."""
    edits = []
    for line, other in (("L40", "L41"), ("L41", "L40")):
        said = f"working.{line}"
        values = (
            ("draft", "working"),
            ("line", line),
            ("method", "formula"),
            ("formula", f"={other}"),
        )
        edits += [Edit(Address("draft_line", said, name), value) for name, value in values]
    return session.commit(edits, "merged")


def test_a_circle_is_told_in_every_view(example_window: MainWindow, qtbot: QtBot) -> None:
    def rest() -> None:
        qtbot.waitUntil(lambda: not example_window.runner.busy)

    example_window.show_page("operating")
    rest()
    page = example_window.page
    assert isinstance(page, Page)
    page.desk.do(_as_merged)
    rest()
    for view in page.view_names:
        page.show_view(view)
        rest()
        assert page._problem.isVisible()
        assert "circle: L40 → L41 → L40" in page._problem.text()
    page.desk.undo()
    rest()
    page.show_view("scenarios")
    page.show_view("accounts")
    rest()
    page.desk.do(_as_merged)
    rest()
    assert page._problem.isVisible()
    for name in (
        "home",
        "performance",
        "capital",
        "disagreements",
        "exchange",
        "side",
        "operating",
    ):
        example_window.show_page(name)
        rest()


@pytest.mark.parametrize("seen_before", [True, False])
def test_a_circle_is_opened_from_the_page_also_where_it_was_there_before_the_page(
    example_window: MainWindow, qtbot: QtBot, *, seen_before: bool
) -> None:
    def rest() -> None:
        qtbot.waitUntil(lambda: not example_window.runner.busy)

    desk = example_window.desk
    assert desk is not None
    if seen_before:
        example_window.show_page("operating")
        rest()
    desk.do(_as_merged)
    rest()
    example_window.show_page("operating")
    rest()
    page = example_window.page
    assert isinstance(page, Page)
    assert page.ways_out.isVisible()
    assert ("no figures" in page._problem.text()) != seen_before
    ways = page.ways_out.findChildren(QPushButton)
    assert [way.text() for way in ways] == [
        "Plan L40 as a fixed amount", "Plan L41 as a fixed amount",
    ]  # fmt: skip
    ways[0].click()
    rest()
    assert not page.ways_out.isVisible()
    now = desk.budget.lines["L40"]
    assert (now.method, now.total) == ("fixed", sum(now.prior))
    assert page.sheets["lines"].isVisible()
    desk.undo()
    rest()
    assert page.ways_out.isVisible()


def test_budget_and_actual_say_what_keeps_them_away(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    desk = example_window.desk
    assert desk is not None
    desk.do(_as_merged)
    example_window.show_page("performance")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    page = example_window.page
    assert isinstance(page, Performance)
    page.show_view("budget")
    assert page.budget.empty.isVisible()
    assert "circle: L40 → L41 → L40. Until it is mended" in page.budget.empty.text.text()
