"""What the ways out of an orphan move, on the page of disagreements; what is open of capital, on its page."""

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.contested import MOST
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.replication.change import Address
from dyad_desktop.services.disagreements import disagreement
from dyad_desktop.services.session import Session
from dyad_desktop.ui.pages.capital.model import CUT
from dyad_desktop.ui.pages.capital.page import Page as CapitalPage
from dyad_desktop.ui.pages.disagreements.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from tests.services.apart import apart
from tests.services.test_what_comes_back import gone_but_planned


def opened(window: MainWindow, path: Path, page: str, qtbot: QtBot) -> object:
    window.use_session(Session.open(path))
    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_page(page)
    qtbot.waitUntil(lambda: not window.runner.busy)
    return window.page


def test_a_line_is_brought_back_by_its_card(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        at = gone_but_planned(session)
        weighed = disagreement(session, at)
    assert weighed is not None
    page = opened(window, example_file, "disagreements", qtbot)
    assert isinstance(page, Page)
    ways = page.panel.ways
    assert ways is not None
    texts = [one.accessibleName() for one in ways.findChildren(QLabel) if one.accessibleName()]
    assert len(texts) == 2 * len(weighed.ways["delete"])
    assert any(one.startswith("Contribution ±0") for one in texts)
    assert any(one.startswith("Contribution \N{MINUS SIGN}") for one in texts)
    assert page.together.isVisible()
    back, gone = ways.findChildren(QPushButton)
    assert gone.text() == "Delete this too"
    back.click()
    qtbot.waitUntil(lambda: not window.runner.busy)
    assert page.desk.book.get(OperatingLine, "L49") is not None
    assert page.found == ()


@pytest.mark.parametrize("many", [False, True])
def test_every_figure_of_the_capital_list_tells_what_is_open(
    window: MainWindow,
    example_file: Path,
    qtbot: QtBot,
    many: bool,  # noqa: FBT001 - a case
) -> None:
    with closing(Session.open(example_file)) as session:
        requests = session.book.all(CapitalRequest)
        wanted = 10 if many else 1
        for one in [one for one in requests if not one.mandatory][:wanted]:
            at = Address("capital_request", one.id, "cost")
            apart(session, at, A=one.cost - 100_000_00, B=one.cost + 200_000_00)
    assert (2**wanted > MOST) == many
    page = opened(window, example_file, "capital", qtbot)
    assert isinstance(page, CapitalPage)
    model = page._model
    sum_ = next(n for n, one in enumerate(model.columns) if one.key == "cumulative")
    told = [model.range_text(row, sum_) for row in range(len(model.rows))]
    assert any(told)
    about = "about " if many else ""
    assert all(one.startswith(about) for one in told if one)
    assert "As you settle what is apart, " in page.caption.text()
    assert ("about " in page.caption.text()) == many
    cut = next(row for row, one in enumerate(model.rows) if one.key == CUT)
    assert model.range_text(cut, 0) in page.caption.text()
    page.show_view("portfolio")
    view = page.portfolio
    assert view is not None
    qtbot.waitUntil(view.open.isVisible)
    plan, best = (view.table.item(view.table.rowCount() + n, 1) for n in (-2, -1))
    for cell in (plan, best):
        assert cell is not None
        assert cell.text().startswith("↔ ")
        assert cell.toolTip().endswith("as you settle it")
        assert cell.toolTip().startswith("about ") == many
