"""A budget in a circle, as two partners may make it apart: every view of the page stays and says so."""

from pytestqt.qtbot import QtBot

from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.ui.pages.operating.page import Page
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
