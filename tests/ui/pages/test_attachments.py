"""Attachments of a request in its dialog."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from dyad_desktop.domain.capital import Attachment
from dyad_desktop.services.attachments import EACH
from dyad_desktop.ui.pages.capital.form import RequestDialog
from dyad_desktop.ui.shell.window import MainWindow


def test_a_file_is_added_saved_and_taken_away(
    example_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    example_window.show_page("capital")
    desk = example_window.desk
    assert desk is not None
    dialog = RequestDialog(desk, ("capital_request", "C01"), example_window)
    qtbot.addWidget(dialog)
    dialog.show()

    def rest() -> None:
        qtbot.waitUntil(lambda: not example_window.runner.busy)

    part = dialog.attachments
    assert not part.keep.isEnabled()
    (tmp_path / "quote.pdf").write_bytes(b"a quote")
    part.take(str(tmp_path / "quote.pdf"))
    rest()
    assert [part.list.item(n).text() for n in range(part.list.count())] == ["quote.pdf   7 bytes"]
    part.list.setCurrentRow(0)
    part.save_to(str(tmp_path / "back.pdf"))
    rest()
    assert (tmp_path / "back.pdf").read_bytes() == b"a quote"
    assert part._says.text() == "Saved back.pdf."
    with (tmp_path / "large.pdf").open("wb") as file:
        file.truncate(EACH + 1)
    part.take(str(tmp_path / "large.pdf"))
    rest()
    assert "larger than 20 MB" in part._says.text()
    part.gone.click()
    rest()
    assert desk.book.all(Attachment) == ()
    assert part.list.isHidden()
    desk.undo()
    rest()
    assert part.list.count() == 1
