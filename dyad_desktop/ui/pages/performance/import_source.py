"""The first step of bringing values in: a file, what was dropped, or what was copied."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QProgressBar, QVBoxLayout

from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label, row

if TYPE_CHECKING:
    from dyad_desktop.exchange.observations import Source
    from dyad_desktop.ui.desk import Desk

KINDS = (
    "Tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.xls *.ods);;Text (*.csv *.tsv *.txt);;"
    "Workbooks (*.xlsx *.xlsm *.xls *.ods);;All files (*)"
)
ASKS = "Drop a file here: CSV, Excel or LibreOffice"
SAYS = (
    "A row for each value, or a row for each measure with a column for each month, or that turned round. "
    "Only totals by month or quarter: files with patients in them are refused. "
    "You see what would change before anything is written."
)
_LOOK_MS = 100


class Watching:
    """Shared by the worker and the step: each attribute is written by one of them only."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self.stopped = False

    def tell(self, _what: str, done: int, total: int) -> None:
        """Take note of how far the worker is."""
        self.done, self.total = done, total

    def is_stopped(self) -> bool:
        """Return whether the person said stop."""
        return self.stopped


class Progress(QFrame):
    """How far a piece of work is, and the way to stop it."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.watching: Watching | None = None
        self._what = what
        self.bar, self.words = QProgressBar(), label("", "small")
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(f"{what}: how far")
        self.stop_button = button("Stop", name=f"Stop: {what}")
        self.stop_button.clicked.connect(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.bar)
        layout.addLayout(row(self.words, 1, self.stop_button))
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.hide()

    def begin(self) -> Watching:
        """Show it, and return what the worker tells its progress to."""
        made = self.watching = Watching()
        self._look()
        self._timer.start()
        self.show()
        return made

    def end(self) -> None:
        """Hide it: the work came back."""
        self.watching = None
        self._timer.stop()
        self.hide()

    @Slot()
    def stop(self) -> None:
        """Ask the work to stop."""
        if self.watching is not None:
            self.watching.stopped = True

    @Slot()
    def _look(self) -> None:
        if self.watching is None:
            return
        done, total = self.watching.done, self.watching.total
        self.bar.setRange(0, total)
        self.bar.setValue(min(done, total))
        far = f"{self._what}: row {done:,} of {total:,}" if total else f"{self._what} …"
        self.words.setText("Stopping …" if self.watching.stopped else far)


class SourceStep(QFrame):
    """Asks for a source. ``found`` carries what was read."""

    found = Signal(object)

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self.path: Path | None = None
        self.setProperty("look", "well")
        self.setAcceptDrops(True)
        self.choose = button("Choose a file …", "primary")
        self.choose.clicked.connect(self._on_choose)
        self.paste = button(
            "Paste what was copied", name="Take the cells on the clipboard (Ctrl+V)"
        )
        self.paste.setShortcut("Ctrl+V")
        self.paste.clicked.connect(self.take_clipboard)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.progress = Progress("Reading")
        asks, says = label(ASKS, "lead", wrap=True), label(SAYS, "muted", wrap=True)
        for text in (asks, says, self.problem):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 6, GRID * 3, GRID * 6, GRID * 3)
        layout.setSpacing(GRID * 2)
        layout.addStretch(1)
        layout.addWidget(asks)
        layout.addLayout(row(1, self.choose, self.paste, 1))
        layout.addWidget(says)
        layout.addWidget(self.problem)
        layout.addWidget(self.progress)
        layout.addStretch(1)
        self.setMinimumHeight(theme.px(240))

    @Slot()
    def _on_choose(self) -> None:
        dialog = QFileDialog(self, "Which file holds the values?", "", KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take_file)
        dialog.open()

    @Slot(str)
    def take_file(self, name: str, sheet: str = "") -> None:
        """Read a file beside the window."""
        from dyad_desktop.services.importing import known_of, read_table  # noqa: PLC0415 - seldom asked for

        self.path = Path(name)
        path, watching, known = self.path, self._begin(), known_of(self._desk.book)
        self._desk.reckon(
            lambda: read_table(path, known, sheet, watching.tell, watching.is_stopped),
            self._on_read, self._on_failed,
        )  # fmt: skip

    @Slot()
    def take_clipboard(self) -> None:
        """Read what was copied."""
        from dyad_desktop.exchange.observations import read_clipboard  # noqa: PLC0415 - as above

        self.path = None
        data = QGuiApplication.clipboard().mimeData()
        text, html = data.text(), data.html()
        self._begin()
        self._desk.reckon(lambda: read_clipboard(text, html), self._on_read, self._on_failed)

    def _begin(self) -> Watching:
        self.problem.hide()
        for part in (self.choose, self.paste):
            part.setEnabled(False)
        return self.progress.begin()

    def _end(self) -> None:
        self.progress.end()
        for part in (self.choose, self.paste):
            part.setEnabled(True)

    @Slot(object)
    def _on_read(self, source: "Source") -> None:
        self._end()
        self.found.emit(source)

    @Slot(object)
    def _on_failed(self, error: DyadError) -> None:
        self._end()
        self.refuse(error)

    def refuse(self, error: DyadError) -> None:
        """Say why a source isn't taken."""
        reason = error.reason if isinstance(error, BadInputError) else str(error)
        self.problem.setText(show.sentence(reason))
        self.problem.show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the file that was dropped."""
        event.acceptProposedAction()
        self.take_file(event.mimeData().urls()[0].toLocalFile())
