"""Exchange: the finance workbook and the plain text copy, with what they hold and what was sent before."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.operating import Draft
from dyad_desktop.errors import DyadError
from dyad_desktop.services.export import SUFFIX, Preview, export, file_name, preview
from dyad_desktop.services.wording import counted
from dyad_desktop.ui import format as show
from dyad_desktop.ui import settings
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.exchange.contents import (
    figures_of,
    sheets_of,
    table,
    text_parts,
)
from dyad_desktop.ui.pages.exchange.writing import Writing
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, Segments, button, clear, label, row, rule
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key

PROFILES = (("workbook", "Finance workbook"), ("text", "Plain text copy"))
_SAYS = {
    "workbook": "An Excel workbook for finance: every total is a live formula with its value beside it."
    " It is read by Excel, LibreOffice and planning systems.",
    "text": "Everything in this partnership as one readable file, so that nothing of yours is locked in.",
}
_BUTTON = {"workbook": "Write the workbook", "text": "Write the copy"}
_LOOK_MS = 80
_KEYS = (("Ctrl+Enter", "write it"), ("Esc", "stop the writing"))


class Page(BasePage):
    """Send to finance. ``finished`` tells that an export ended, with its path or ``None``."""

    title = "Exchange"
    view_names = ("workbook", "text")
    kinds = frozenset(
        {
            "operating_line",
            "draft_line",
            "draft",
            "volume",
            "position",
            "capital_request",
            "partnership",
        }
    )
    keys = _KEYS
    wants_inspector = False
    """Nothing can be selected here."""
    finished = Signal(object)

    def build(self) -> None:
        """Make the card that sends, the card that says what is in it, and the log."""
        self._writing: Writing | None = None
        self._written: Path | None = None
        self._preview: Preview | None = None
        scroll = Column()
        self.body.addWidget(scroll, 1)
        columns = QHBoxLayout()
        columns.setSpacing(GRID + 4)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side, stretch in ((left, 6), (right, 5)):
            side.setSpacing(GRID + 4)
            columns.addLayout(side, stretch)
        scroll.column.addLayout(columns)
        left.addWidget(self._make_send())
        self._log_card = Card("Sent before, on this computer")
        self._log = QVBoxLayout()
        self._log.setSpacing(GRID - 2)
        self._log_card.column.addLayout(self._log)
        left.addWidget(self._log_card)
        left.addStretch(1)
        self._inside, self._check = Card("What it contains"), Card("Control figures")
        self._inside_rows, self._check_rows = QVBoxLayout(), QVBoxLayout()
        self._inside.column.addLayout(self._inside_rows)
        self._check.column.addLayout(self._check_rows)
        right.addWidget(self._inside)
        right.addWidget(self._check)
        right.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def _make_send(self) -> Card:
        card = Card("Send to finance")
        self.profile = Segments(PROFILES, "What to write")
        self.profile.chosen.connect(self.show_view)
        card.column.addLayout(row(self.profile, 1))
        self._about = label("", "muted", wrap=True)
        card.column.addWidget(self._about)
        self.draft = ChoiceBox()
        self.draft.setAccessibleName("Draft")
        self.draft.activated.connect(self._on_draft)
        self.desk.drafted.connect(self._on_other_draft)
        self._draft_caption = label("Draft", "small")
        card.column.addWidget(self._draft_caption)
        card.column.addWidget(self.draft)
        self.target = QLineEdit()
        self.target.setAccessibleName("File to write")
        choose = button("Choose …", name="Choose the file to write")
        choose.clicked.connect(self._on_choose)
        card.column.addWidget(label("File", "small"))
        card.column.addLayout(row(self.target, choose))
        self._make_foot(card)
        return card

    def _make_foot(self, card: Card) -> None:
        self.write = button("", "primary")
        self.write.setShortcut("Ctrl+Return")
        self.write.clicked.connect(self.start)
        self._stop = button("Cancel", name="Cancel the writing")
        self._stop.setShortcut("Esc")
        self._stop.clicked.connect(self.stop)
        self._bar, self._how_far = QProgressBar(), label("", "small")
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("How far the writing is")
        card.column.addSpacing(GRID)
        card.column.addLayout(row(self.write, self._stop, self._how_far, 1, spacing=GRID + 4))
        card.column.addWidget(self._bar)
        self._error = label("", "error", wrap=True)
        card.column.addWidget(self._error)
        self._result = QWidget()
        inner = QVBoxLayout(self._result)
        inner.setContentsMargins(0, 0, 0, 0)
        self.result_text = label("", "strong", wrap=True)
        inner.addWidget(self.result_text)
        opened, folder = button("Open file"), button("Show in folder")
        opened.clicked.connect(self._on_open)
        folder.clicked.connect(self._on_folder)
        inner.addLayout(row(opened, folder, 1))
        card.column.addWidget(self._result)
        for part in (self._stop, self._bar, self._error, self._result):
            part.hide()

    # -- showing -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Show the drafts, and ask what the chosen one holds."""
        chosen = self.draft.currentData() or self.desk.draft
        self.draft.clear()
        for draft in self.desk.book.all(Draft):
            state = "" if draft.state in draft.name.lower() else f" ({show.words(draft.state)})"
            self.draft.addItem(draft.name + state, draft.id)
        self.draft.setCurrentIndex(max(0, self.draft.findData(chosen)))
        self.show_view(self.profile.choice)
        self._show_log()

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show the form of a profile: ``workbook`` or ``text``."""
        if name not in SUFFIX:
            return
        self.profile.choose(name)
        self._about.setText(_SAYS[name])
        self.write.setText(_BUTTON[name])
        for part in (self._draft_caption, self.draft):
            part.setVisible(name == "workbook")
        self._suggest()
        self._ask()

    def show_thing(self, key: "Key") -> None:
        """Choose a draft."""
        if key[0] == "draft":
            self.draft.setCurrentIndex(max(0, self.draft.findData(key[1])))
            self._on_draft()

    def _suggest(self) -> None:
        session, profile = self.desk.session, self.profile.choice
        kept = settings.export_target(session.workspace_id, profile)
        folder = (
            kept.parent
            if kept is not None and kept.parent.is_dir()
            else session.path.resolve().parent
        )
        self.target.setText(str(folder / file_name(session, profile, self._draft_id())))

    def _draft_id(self) -> str | None:
        return str(self.draft.currentData()) if self.draft.currentData() else None

    def _ask(self) -> None:
        session, draft = self.desk.session, self._draft_id()
        self.desk.runner.database(
            lambda: preview(session, draft), self._on_preview, self._on_no_preview
        )

    @Slot(object)
    def _on_preview(self, found: Preview) -> None:
        self._preview = found
        book = self.desk.book
        clear(self._inside_rows)
        clear(self._check_rows)
        text = self.profile.choice == "text"
        self._inside_rows.addWidget(table(text_parts(found) if text else sheets_of(book, found)))
        self._check.set_heading(f"Control figures · {show.currency_sign(book)}")
        if found.still_open:
            self._check_rows.addWidget(label(f"▲ {found.still_open}", wrap=True))
            self._check_rows.addSpacing(GRID)
        self._check_rows.addWidget(table(figures_of(book, found), figures=True))
        self._check_rows.addWidget(
            label(
                "Whoever receives the file finds these figures in it, to the unit.",
                "small",
                wrap=True,
            )
        )
        self.write.setEnabled(self._writing is None)

    @Slot(object)
    def _on_no_preview(self, error: DyadError) -> None:
        self._say_error(
            f"{error}. Nothing can be written until that is mended; your data are safe."
        )
        self.write.setEnabled(self.profile.choice == "text")

    def _show_log(self) -> None:
        clear(self._log)
        rows = settings.exports(self.desk.session.workspace_id)
        if not rows:
            text = "Nothing yet. What you write is listed here, with its time and place."
            self._log.addWidget(label(text, "muted", wrap=True))
        for n, (when, what, path) in enumerate(rows):
            if n:
                self._log.addWidget(rule())
            then = datetime.datetime.fromisoformat(when)
            made = label(what)
            self._log.addLayout(
                row(made, 1, label(show.moment(int(then.timestamp() * 1000)), "small"))
            )
            self._log.addWidget(label(path, "small", wrap=True))

    # -- choosing ------------------------------------------------------------------------------

    @Slot()
    def _on_other_draft(self) -> None:
        """Follow the draft at hand; another one can still be chosen here."""
        self.draft.setCurrentIndex(max(0, self.draft.findData(self.desk.draft)))

    @Slot()
    def _on_draft(self) -> None:
        self._suggest()
        self._ask()

    @Slot()
    def _on_choose(self) -> None:
        suffix = SUFFIX[self.profile.choice]
        kinds = "Excel workbooks (*.xlsx)" if suffix == ".xlsx" else "YAML text (*.yaml)"
        dialog = QFileDialog(self, "Where shall the file be?", self.target.text(), kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix.removeprefix("."))
        dialog.fileSelected.connect(self.target.setText)
        dialog.open()

    # -- writing -------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Write the file, away from the interface thread."""
        if self._writing is not None:
            return
        profile, suffix = self.profile.choice, SUFFIX[self.profile.choice]
        if not self.target.text().strip():
            self._say_error("Say where the file shall be written. Nothing was written.")
            return
        target = Path(self.target.text().strip()).expanduser()
        target = (
            target if target.suffix.lower() == suffix else target.with_name(target.name + suffix)
        )
        writing = self._writing = Writing()
        session, draft = self.desk.session, self._draft_id()

        def work() -> Path:
            return export(session, profile, target, draft, writing.tell, writing.is_stopped)

        self._show_running(running=True)
        # The plain text is read from the workspace, and only its own worker may do that.
        run = self.desk.runner.files if profile == "workbook" else self.desk.runner.database
        run(work, self._on_written, self._on_failed)

    def _show_running(self, *, running: bool) -> None:
        self._error.hide()
        if running:
            self._result.hide()
            self._bar.setRange(0, 0)
            self._timer.start()
        else:
            self._timer.stop()
            self._how_far.setText("")
        self._bar.setVisible(running)
        self._stop.setVisible(running)
        self.write.setEnabled(not running)

    @Slot()
    def _look(self) -> None:
        writing = self._writing
        if writing is not None:
            self._bar.setRange(0, max(0, writing.total))
            self._bar.setValue(writing.done)
            self._how_far.setText("Stopping …" if writing.stopped else writing.words)

    @Slot()
    def stop(self) -> None:
        """Ask the writing to stop; the file of before stays as it was."""
        if self._writing is not None:
            self._writing.stopped = True
            self._how_far.setText("Stopping …")

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._writing, self._written = None, path
        self._show_running(running=False)
        now = datetime.datetime.now(datetime.UTC)
        parts = [f"Written {now.astimezone():%H:%M}"]
        if self._preview is not None:
            parts.append(counted(self._preview.lines, "line"))
        parts.append(str(path))
        self.result_text.setText(" · ".join(parts))
        self._result.show()
        what = dict(PROFILES)[self.profile.choice]
        if self.profile.choice == "workbook" and self._preview is not None:
            what += f", {self._preview.draft}"
        workspace = self.desk.session.workspace_id
        settings.remember_export(workspace, self.profile.choice, path, now.isoformat(), what)
        self._show_log()
        self.finished.emit(path)

    @Slot(object)
    def _on_failed(self, error: DyadError) -> None:
        self._writing = None
        self._show_running(running=False)
        self._say_error(str(error))
        self.finished.emit(None)

    def _say_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.show()

    @Slot()
    def _on_open(self) -> None:
        self._open(self._written)

    @Slot()
    def _on_folder(self) -> None:
        self._open(self._written.parent if self._written is not None else None)

    def _open(self, path: Path | None) -> None:
        if path is None:
            return
        if not path.exists() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.desk.say(
                f"{path} can't be opened from here. It is where you wrote it, if nobody moved it."
            )

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self._bar.setFixedHeight(theme.px(6))
