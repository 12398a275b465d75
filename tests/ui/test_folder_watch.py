from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.folder_watch import LOOK_MS, FolderWatch

AT_ONCE = LOOK_MS // 3


def test_what_comes_into_a_folder_is_told_long_before_the_next_look(
    tmp_path: Path, qtbot: QtBot
) -> None:
    home = QObject()
    watch = FolderWatch(home)
    watch.follow([tmp_path, tmp_path / "not there yet"])
    with qtbot.waitSignal(watch.changed, timeout=AT_ONCE):
        (tmp_path / "one.seg").write_bytes(b"1")
    inner = tmp_path / "inner"
    with qtbot.waitSignal(watch.changed, timeout=AT_ONCE):
        inner.mkdir()
    watch.follow([inner])
    with qtbot.waitSignal(watch.changed, timeout=AT_ONCE):
        (inner / "two.seg").write_bytes(b"2")
    with qtbot.assertNotEmitted(watch.changed, wait=600):
        (tmp_path / "three.seg").write_bytes(b"3")
    watch.stop()
    with qtbot.assertNotEmitted(watch.changed, wait=600):
        (inner / "four.seg").write_bytes(b"4")
