"""A new pair's first hour: a template, a goal, a measure, six observations, a pasted budget, the workbook."""

from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from dyad_desktop.services.session import Session
from dyad_desktop.ui.shell.window import MainWindow
from tests.e2e.driver import new_user


def _whole_way(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    workbook = new_user(window, qtbot, folder)
    window.close()
    cells = [
        cell
        for name in CalamineWorkbook.from_path(workbook).sheet_names
        for row in CalamineWorkbook.from_path(workbook).get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert "Valve wages" in cells
    assert (1200 + 78) * 1000 in cells
    with closing(Session.open(folder / "harbor.dyad")) as session:
        assert session.check() == []
        labels = [line.note for line in session.journal()]
        assert any("24 budget cells" in label for label in labels)
        assert session.budget().totals.total_expense == (1200 + 78 + 2400 + 78) * 100_000


def test_offscreen(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    _whole_way(window, qtbot, tmp_path)


@pytest.mark.x11
def test_in_a_real_window(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    _whole_way(window, qtbot, tmp_path)
