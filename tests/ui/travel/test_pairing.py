"""Pairing in the window: by code, by file, and what goes wrong."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from dyad_desktop.services import files
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.travel.commands import TravelCommands
from dyad_desktop.ui.travel.join import JoinDialog
from dyad_desktop.ui.travel.pair import PairDialog
from tests.services.lan import Homes
from tests.ui.travel.conftest import make_window, use
from tests.ui.travel.test_together import LONG, _connected


def open_both(tmp_path: Path, homes: Homes, qtbot: QtBot) -> tuple[MainWindow, MainWindow]:
    homes.use("a")
    session = files.demo(tmp_path / "a.dyad")
    first, second = make_window(qtbot, homes, "a"), make_window(qtbot, homes, "b")
    use(first, session, qtbot)
    second.entrance.show_welcome()
    return first, second


def show_code(first: MainWindow, qtbot: QtBot) -> tuple[PairDialog, int]:
    commands = first.traveller.commands
    assert commands is not None
    commands.pair_by_code()
    dialog = commands.dialog
    assert isinstance(dialog, PairDialog)
    qtbot.waitUntil(lambda: bool(dialog.code.words), timeout=LONG)
    assert dialog.pairing is not None
    return dialog, dialog.pairing.port  # type: ignore[attr-defined]  # an offer has one


def type_code(second: MainWindow, path: Path, code: str, port: int) -> JoinDialog:
    second.traveller.join()
    asked = second.traveller.joining
    asked.name.setText("Marcus Bell")
    asked.file.setText(str(path))
    asked.code.setText(code)
    asked.address.setText(f"127.0.0.1:{port}")
    asked.on_go()
    return asked


def test_by_code(tmp_path: Path, homes: Homes, qtbot: QtBot) -> None:
    first, second = open_both(tmp_path, homes, qtbot)
    dialog, port = show_code(first, qtbot)
    asked = type_code(second, tmp_path / "b.dyad", dialog.code.words, port)
    qtbot.waitUntil(lambda: bool(dialog.words.words), timeout=LONG)
    qtbot.waitUntil(lambda: bool(asked.comparing.words.words), timeout=LONG)
    assert dialog.words.words == asked.comparing.words.words
    assert len(dialog.words.words.split()) == 4
    dialog.on_same()
    asked.comparing.on_same()
    for window in (first, second):
        qtbot.waitUntil(lambda w=window: _connected(w), timeout=LONG)  # type: ignore[misc]
    qtbot.waitUntil(
        lambda: second.page is not None, timeout=LONG
    )  # once the first delivery is here
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=LONG)
    for window in (first, second):
        window.close()


def test_words_that_differ_trust_nobody(tmp_path: Path, homes: Homes, qtbot: QtBot) -> None:
    first, second = open_both(tmp_path, homes, qtbot)
    dialog, port = show_code(first, qtbot)
    asked = type_code(second, tmp_path / "b.dyad", dialog.code.words, port)
    qtbot.waitUntil(lambda: bool(dialog.words.words), timeout=LONG)
    qtbot.waitUntil(lambda: bool(asked.comparing.words.words), timeout=LONG)
    dialog.on_differ()
    for shown in (dialog, asked.comparing):
        qtbot.waitUntil(lambda d=shown: d.reason.isVisible(), timeout=LONG)  # type: ignore[misc]
        assert "Nothing was trusted" in shown.reason.text()
    assert not (tmp_path / "b.dyad").exists()
    for window in (first, second):
        window.close()


def test_a_wrong_code_says_so(tmp_path: Path, homes: Homes, qtbot: QtBot) -> None:
    first, second = open_both(tmp_path, homes, qtbot)
    dialog, port = show_code(first, qtbot)
    wrong = "10-able-about" if dialog.code.words != "10-able-about" else "10-about-able"
    asked = type_code(second, tmp_path / "b.dyad", wrong, port)
    qtbot.waitUntil(lambda: hasattr(asked, "comparing"), timeout=LONG)
    qtbot.waitUntil(asked.comparing.reason.isVisible, timeout=LONG)
    qtbot.waitUntil(lambda: "2 tries are left" in dialog.sentence.text(), timeout=LONG)
    for window in (first, second):
        window.close()


def join_by_file(
    first: MainWindow, second: MainWindow, tmp_path: Path, qtbot: QtBot
) -> TravelCommands:
    """Invite by file, reply, and compare words; returns what the second window offers."""
    commands = first.traveller.commands
    assert commands is not None
    invitation = tmp_path / "Invitation.dyad-invitation"
    commands.write_invitation(str(invitation))
    qtbot.waitUntil(invitation.exists, timeout=LONG)
    second.traveller.join()
    asked = second.traveller.joining
    asked.show_way("file")
    asked.name.setText("Marcus Bell")
    asked.file.setText(str(tmp_path / "b.dyad"))
    asked.take_invitation(str(invitation))
    asked.on_go()
    reply = Path(asked.reply.text())
    qtbot.waitUntil(reply.exists, timeout=LONG)
    qtbot.waitUntil(lambda: second.traveller.waiting is not None, timeout=LONG)
    waiting = second.traveller.waiting
    assert waiting is not None
    qtbot.waitUntil(lambda: len(waiting.words.words.split()) == 8, timeout=LONG)
    first.traveller.take_file(reply)
    admitting = commands.dialog
    qtbot.waitUntil(
        lambda: admitting.words.words == waiting.words.words,  # type: ignore[attr-defined]
        timeout=LONG,
    )
    admitting.on_same()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not admitting.isVisible(), timeout=LONG)
    there = second.traveller.commands
    assert there is not None
    return there


def test_by_file(tmp_path: Path, homes: Homes, qtbot: QtBot) -> None:
    first, second = open_both(tmp_path, homes, qtbot)
    there = join_by_file(first, second, tmp_path, qtbot)
    bundle = tmp_path / "first.dyad-bundle"
    first.traveller.commands.write_bundle(str(bundle))  # type: ignore[union-attr]
    qtbot.waitUntil(bundle.exists, timeout=LONG)
    second.traveller.take_file(bundle)
    there.dialog.on_same()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: second.page is not None, timeout=LONG)
    for window in (first, second):
        window.close()


def test_by_shared_folder_alone(tmp_path: Path, homes: Homes, qtbot: QtBot) -> None:
    first, second = open_both(tmp_path, homes, qtbot)
    there = join_by_file(first, second, tmp_path, qtbot)
    shared = tmp_path / "shared"
    shared.mkdir()
    there.use_folder(str(shared))  # nothing is there yet
    assert there.hub.folder is None, "nothing was compared"
    there.dialog.on_same()  # type: ignore[attr-defined]
    waiting = second.traveller.waiting
    assert waiting is not None
    qtbot.waitUntil(lambda: not waiting.words.isVisibleTo(waiting), timeout=LONG)
    assert f"nothing for it is in {shared} yet" in waiting._text.text()
    first.traveller.commands.use_folder(str(shared))  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: second.page is not None, timeout=LONG)
    for window in (first, second):
        window.close()
