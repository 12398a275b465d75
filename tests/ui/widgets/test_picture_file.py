"""Keeping a picture: under which name, what is replaced only when asked, and what stays when writing fails."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.errors import BadInputError
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.picture_file import PictureFile, picture_path


def drawn(form: str) -> bytes:
    return form.encode()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def picture(example_window: MainWindow, said: list[str]) -> PictureFile:
    desk = example_window.desk
    assert desk is not None
    desk.said.connect(lambda sentence, _undo: said.append(sentence))
    return PictureFile(desk, example_window, "chart", drawn)


def box_of(window: QWidget) -> QMessageBox:
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())


@pytest.mark.parametrize(
    ("name", "file"),
    [("c1", "c1.png"), ("c1.SVG", "c1.SVG"), ("plan v1.2", "plan v1.2.png"), ("c.pdf", "c.pdf")],
)
def test_a_name_says_its_kind(name: str, file: str) -> None:
    assert picture_path(f"/there/{name}") == Path(f"/there/{file}")


@pytest.mark.parametrize("name", ["c1.jpg", "c1.docx", "c1.dyad"])
def test_another_kind_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(BadInputError, match=r"\.png, \.svg or \.pdf"):
        picture_path(name)


def test_a_file_that_the_ending_makes_is_replaced_only_when_asked(
    picture: PictureFile, example_window: MainWindow, said: list[str], tmp_path: Path, qtbot: QtBot
) -> None:
    there = tmp_path / "c1.png"
    there.write_text("mine")
    picture.take(str(tmp_path / "c1"))
    box = box_of(example_window)
    assert "c1.png is there already" in box.text()
    box.reject()
    assert (there.read_text(), said) == ("mine", [])
    picture.take(str(tmp_path / "c1"))
    asked = box_of(example_window)
    buttons = asked.findChild(QDialogButtonBox).buttons()  # type: ignore[union-attr]
    next(one for one in buttons if one.text() == "Replace").click()
    qtbot.waitUntil(lambda: there.read_text() == "png")
    assert said == [f"The chart is in {there}."]


def test_another_kind_is_told_and_nothing_written(
    picture: PictureFile, said: list[str], tmp_path: Path
) -> None:
    picture.take(str(tmp_path / "c1.jpg"))
    assert "not as .jpg; nothing was written." in said[-1]
    assert list(tmp_path.glob("c1*")) == []


def test_the_old_file_stays_where_writing_fails(
    picture: PictureFile, said: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "c1.png"
    folder.mkdir()
    (folder / "inside").write_text("mine")
    picture.save_to(str(folder))
    assert "can't be written" in said[-1]
    assert (folder / "inside").read_text() == "mine"
    assert sorted(one.name for one in tmp_path.glob(".c1*")) == []
