"""One partner's window in a process of its own: does what a line on standard input says, and answers with one.

A line is JSON: ``[what, argument, ...]``; an answer is JSON too. What takes a while answers when it has happened.
"""

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dyad_desktop.app import make_application
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.travel.pair import PairDialog

LOOK_MS = 20
PATIENCE_MS = 60_000


class Partner(QObject):
    """Drives the window by its commands, dialogs and keys."""

    asked = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window = window
        self.asked.connect(self._on_asked, Qt.ConnectionType.QueuedConnection)
        self._until: Callable[[], Any] | None = None
        self._left = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)

    def listen(self) -> None:
        """Read lines until there are no more, in a thread."""
        for line in sys.stdin:
            self.asked.emit(line)
        self.asked.emit('["end"]')

    @Slot(str)
    def _on_asked(self, line: str) -> None:
        what, *arguments = json.loads(line)
        answer = getattr(self, what)(*arguments)
        if callable(answer):
            self._until, self._left = answer, PATIENCE_MS
            self._timer.start(LOOK_MS)
        else:
            self._say(answer)

    @Slot()
    def _look(self) -> None:
        found = None if self.window.runner.busy or self._until is None else self._until()
        self._left -= LOOK_MS
        if found or self._left <= 0:
            self._timer.stop()
            self._say(found or None)

    def _say(self, answer: object) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    @property
    def desk(self) -> Desk:
        """Return the open partnership."""
        assert self.window.desk is not None
        return self.window.desk

    # -- what can be asked ---------------------------------------------------------------------

    def open(self, path: str) -> Callable[[], Any]:
        self.window.open_file(Path(path))
        return lambda: self.window.page is not None

    def invite(self) -> Callable[[], Any]:
        """Show a code; answers with it and the port where the offer waits."""
        commands = self.window.traveller.commands
        assert commands is not None
        commands.pair_by_code()
        dialog = commands.dialog
        assert isinstance(dialog, PairDialog)
        self._dialog: Any = dialog
        return lambda: dialog.code.words and [dialog.code.words, self._dialog.pairing.port]

    def join(self, path: str, code: str, address: str) -> Callable[[], Any]:
        """Type a code on the first screen."""
        self.window.entrance.show_welcome()
        self.window.traveller.join()
        asked = self.window.traveller.joining
        asked.name.setText("Marcus Bell")
        asked.file.setText(path)
        asked.code.setText(code)
        asked.address.setText(address)
        asked.on_go()

        def calling() -> bool:
            self._dialog = getattr(asked, "comparing", None)
            return self._dialog is not None

        return calling

    def words(self) -> Callable[[], Any]:
        return lambda: self._dialog.words.words

    def same(self) -> bool:
        QTest.mouseClick(self._dialog.go, Qt.MouseButton.LeftButton)
        return True

    def together(self) -> Callable[[], Any]:
        """Wait until the other is connected and lacks nothing."""

        def found() -> bool:
            met = self.window.desk.met if self.window.desk is not None else None
            return bool(
                met and met.laptops and all(n.connected and not n.ahead for n in met.laptops)
            )

        return found

    def apart(self) -> Callable[[], Any]:
        """Wait until the other is gone."""
        return lambda: (
            not any(n.connected for n in self.desk.met.laptops) if self.desk.met else None
        )

    def network(self, on: bool) -> bool:  # noqa: FBT001 - it comes as JSON
        commands = self.window.traveller.commands
        assert commands is not None
        if commands.hub.is_live != on:
            commands.toggle_lan()
        return True

    def type(self, line: str, column: int, text: str) -> Callable[[], Any]:
        """Type into a cell of the operating budget."""
        self.window.show_page("operating")

        def typed() -> bool:
            sheets = getattr(self.window.pages["operating"], "sheets", {})
            if not sheets:
                return False
            view = sheets["lines"].view
            view.go_to(view.sheet.row_of(line), column)
            view.begin_edit(text[0])
            editor = view.cells.open_editor
            if editor is None:
                return False
            QTest.keyClicks(editor, text[1:])
            QTest.keyClick(editor, Qt.Key.Key_Return)
            return True

        return typed

    def shows(self, line: str, column: int, text: str) -> Callable[[], Any]:
        """Wait until a cell shows a text."""

        def found() -> bool:
            model = self.window.pages["operating"].sheets["lines"].model  # type: ignore[attr-defined]
            return bool(model.text(model.row_of(line), column) == text)

        self.window.show_page("operating")
        return found

    def differ(self, count: int) -> Callable[[], Any]:
        """Wait until so many disagreements stand."""
        return lambda: self.desk.standing is not None and self.desk.standing.count == count

    def settle(self) -> Callable[[], Any]:
        """Open both sides of what is contested and take the first."""
        at = next(iter(self.desk.contested))
        self.desk.settling.emit(at)
        dialog = self.window._settler.dialog

        def taken() -> bool:
            if dialog.panel.view is None:
                return False
            QTest.keyClick(dialog, Qt.Key.Key_1)
            return True

        return taken

    def digest(self) -> str:
        """Return the digest; nothing is under way then."""
        return self.desk.session.file.digest()

    def end(self) -> bool:
        self.window.close()
        QTimer.singleShot(0, QApplication.quit)
        return True


def main() -> None:
    """Show a window and follow standard input."""
    app = make_application()
    window = MainWindow()
    window.resize(1440, 900)
    window.show()
    partner = Partner(window)
    threading.Thread(target=partner.listen, daemon=True).start()
    app.exec()


if __name__ == "__main__":
    main()
