"""Exchange: the workbook is written away from the window, with progress, cancel and a log."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.workbook import CancelledError
from dyad_desktop.services import files
from dyad_desktop.services.export import export, preview
from dyad_desktop.services.wording import counted
from dyad_desktop.ui import settings
from dyad_desktop.ui.pages.exchange.contents import figures_of
from dyad_desktop.ui.pages.exchange.page import Page
from dyad_desktop.ui.shell.window import MainWindow


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("exchange")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    found = example_window.page
    assert isinstance(found, Page)
    return found


def _texts(page: Page) -> list[str]:
    return [made.text() for made in page.findChildren(QLabel) if not made.isHidden()]


def _button(page: Page, text: str) -> QPushButton:
    return next(made for made in page.findChildren(QPushButton) if made.text() == text)


def test_it_says_what_the_workbook_holds(page: Page) -> None:
    texts = _texts(page)
    assert "13,622,496" in texts
    assert any(text.startswith("49 lines") for text in texts)
    assert page.target.text().endswith("larkhaven FY27 Working draft.xlsx")


def test_the_control_figures_add_up(page: Page) -> None:
    found = preview(page.desk.session)
    shown = {name: int(text.replace(",", "")) for name, text in figures_of(page.desk.book, found)}
    assert shown["Net revenue"] + shown["Other revenue"] == shown["Total revenue"]
    assert shown["Total revenue"] - shown["Total expense"] == shown["Contribution"]
    assert set(_texts(page)) >= {"Other revenue", "641,475"}


def test_one_line_is_not_lines() -> None:
    assert (counted(1, "line"), counted(1049, "line")) == ("1 line", "1,049 lines")


def test_the_workbook_is_written(page: Page, qtbot: QtBot) -> None:
    target = Path(page.target.text())
    with qtbot.waitSignal(page.finished, timeout=20_000):
        QTest.mouseClick(page.write, Qt.MouseButton.LeftButton)
        assert not page.write.isEnabled()
    assert page.write.isEnabled()
    assert CalamineWorkbook.from_path(target).sheet_names[0] == "Cover"
    assert page.result_text.text().startswith("Written ")
    assert "49 lines" in page.result_text.text()
    assert str(target) in page.result_text.text()
    log = settings.exports(page.desk.session.workspace_id)
    assert [row[2] for row in log] == [str(target)]


def test_another_folder_is_remembered(page: Page, tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "finance"
    folder.mkdir()
    page.target.setText(str(folder / "plan"))
    with qtbot.waitSignal(page.finished, timeout=20_000):
        QTest.mouseClick(page.write, Qt.MouseButton.LeftButton)
    assert (folder / "plan.xlsx").is_file()
    page.reload()
    assert Path(page.target.text()).parent == folder


def test_the_plain_text_copy_loads_again(page: Page, tmp_path: Path, qtbot: QtBot) -> None:
    QTest.mouseClick(_button(page, "Plain text copy"), Qt.MouseButton.LeftButton)
    target = Path(page.target.text())
    assert target.suffix == ".yaml"
    with qtbot.waitSignal(page.finished, timeout=20_000):
        QTest.mouseClick(page.write, Qt.MouseButton.LeftButton)
    again, report = files.load(target, tmp_path / "again.dyad")
    again.close()
    assert report.unknown == ()
    assert report.differing_totals == ()


def test_cancel_leaves_the_old_file(
    page: Page, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Path(page.target.text())
    target.write_bytes(b"old")

    def slow(
        _session: object, _profile: str, path: Path, _draft: object, tell: object, stopped: object
    ) -> Path:
        tell("Operating budget", 1, 49)  # type: ignore[operator]
        while not stopped():  # type: ignore[operator]
            time.sleep(0.005)
        raise CancelledError("Cancelled. No workbook was written.")

    monkeypatch.setattr("dyad_desktop.ui.pages.exchange.page.export", slow)
    QTest.mouseClick(page.write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Operating budget: 1 of 49" in _texts(page))
    stop = _button(page, "Cancel")
    assert stop.isVisible()
    with qtbot.waitSignal(page.finished, timeout=20_000):
        QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert target.read_bytes() == b"old"
    assert any(text.startswith("Cancelled.") for text in _texts(page))
    assert not page._result.isVisible()


@pytest.mark.parametrize("name", ["", "/no/such/folder/plan.xlsx"])
def test_what_goes_wrong_is_a_sentence(page: Page, qtbot: QtBot, name: str) -> None:
    page.target.setText(name)
    QTest.mouseClick(page.write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page._error.isVisible, timeout=20_000)
    assert "othing was written" in page._error.text()
    assert page.write.isEnabled()


def test_the_workspace_itself_is_never_written_over(page: Page, qtbot: QtBot) -> None:
    session = page.desk.session
    before = session.path.stat().st_size
    with pytest.raises(BadInputError, match="own file"):
        export(session, "workbook", session.path)
    assert session.path.stat().st_size == before


def test_the_file_and_its_folder_are_opened(
    page: Page, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def take(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    with qtbot.waitSignal(page.finished, timeout=20_000):
        QTest.mouseClick(page.write, Qt.MouseButton.LeftButton)
    for text in ("Open file", "Show in folder"):
        QTest.mouseClick(_button(page, text), Qt.MouseButton.LeftButton)
    target = Path(page.target.text())
    assert opened == [str(target), str(target.parent)]
