"""The main window: paints at once, then opens a partnership, shows pages and carries out what keys ask."""

import importlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from dyad_desktop.errors import DyadError
from dyad_desktop.ui import settings
from dyad_desktop.ui.colours import RAIL_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QHBoxLayout, QWidget

    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet, Session
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.page import BasePage
    from dyad_desktop.ui.shell.inspector import Inspector

VERIFIED = 8 * 1024 * 1024
"""Larger files are not verified when they open: it would keep the first change waiting."""
NARROW = 1180
"""Below this width the inspector hides by itself, so that tables keep their room."""
INSPECTOR_MARGIN = 16


class MainWindow(QMainWindow):
    """The window. ``opened`` tells that a partnership is open and its first page is filled.

    With ``at_once`` false it is first painted as an outline of itself, and built right after: importing what
    the shell needs takes longer than Qt's own start, and nobody should wait for it before an empty screen.
    """

    opened = Signal()

    def __init__(self, *, at_once: bool = True) -> None:
        super().__init__()
        self.setWindowTitle("Dyad Desktop")
        self.desk: Desk | None = None
        self.pages: dict[str, BasePage] = {}
        self._inspector: Inspector | None = None
        self._inspector_wanted: bool | None = None
        self._first: Any = None
        self._opening = False
        self.built = False
        if at_once:
            self.build()

    def build(self) -> None:
        """Make the shell."""
        from dyad_desktop.ui.runner import Runner  # noqa: PLC0415 - after the first paint
        from dyad_desktop.ui.shell.actions import make_actions  # noqa: PLC0415
        from dyad_desktop.ui.shell.entrance import Entrance  # noqa: PLC0415
        from dyad_desktop.ui.shell.looks import Looks  # noqa: PLC0415
        from dyad_desktop.ui.shell.notice import Notice  # noqa: PLC0415
        from dyad_desktop.ui.shell.traveller import Traveller  # noqa: PLC0415
        from dyad_desktop.ui.tokens import theme  # noqa: PLC0415

        self.built = True
        self._theme = theme
        self.runner = Runner(self)
        self.runner.failed.connect(self._on_failed)
        self.runner.crashed.connect(self._on_crashed)
        self._lay_out()
        self.looks = Looks(self)
        self.traveller = Traveller(self)
        self.entrance = Entrance(self)
        self.commands = make_actions(self)
        self.notice = Notice(self._central)
        self.notice.undo_asked.connect(self.undo)

    def paintEvent(self, event: "QPaintEvent") -> None:
        """Paint the outline of the shell until it is there."""
        super().paintEvent(event)
        if self.built:
            return
        from dyad_desktop.ui.shell.outline import paint_outline  # noqa: PLC0415 - only a start needs it

        paint_outline(self)

    def _lay_out(self) -> None:
        from PySide6.QtWidgets import (  # noqa: PLC0415 - after the first paint
            QHBoxLayout,
            QVBoxLayout,
            QWidget,
        )

        from dyad_desktop.ui.shell.rail import Rail  # noqa: PLC0415
        from dyad_desktop.ui.shell.strip import Strip  # noqa: PLC0415

        central = self._central = QWidget()
        central.setProperty("look", "page")
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.rail = Rail()
        self.rail.chosen.connect(self.show_page)
        self.rail.asked.connect(self._on_rail)
        layout.addWidget(self.rail)
        right = QVBoxLayout()
        right.setSpacing(0)
        self.strip = Strip()
        self.strip.wrote_as.connect(self._on_writer)
        self.strip.inspector_asked.connect(self.toggle_inspector)
        right.addWidget(self.strip)
        self._middle = self._lay_out_middle()
        right.addLayout(self._middle, 1)
        layout.addLayout(right, 1)
        self.setCentralWidget(central)

    def _lay_out_middle(self) -> "QHBoxLayout":
        """Make the place of the pages and, beside it, of the inspector."""
        from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout  # noqa: PLC0415 - as above

        from dyad_desktop.ui.shell.pages import PageStack  # noqa: PLC0415
        from dyad_desktop.ui.tokens import GRID  # noqa: PLC0415
        from dyad_desktop.ui.widgets.basics import label  # noqa: PLC0415

        middle = QHBoxLayout()
        middle.setSpacing(0)
        self.stack = PageStack()
        self._waiting = label("", "muted")
        self._waiting.setContentsMargins(GRID * 3, GRID * 3, 0, 0)
        self.stack.addWidget(self._waiting)
        middle.addWidget(self.stack, 1)
        self._side = QFrame()
        self._side.setProperty("look", "page")
        self._side_layout = QVBoxLayout(self._side)
        self._side_layout.setContentsMargins(0, GRID * 2, GRID * 2, GRID * 2)
        self._side.hide()
        middle.addWidget(self._side)
        return middle

    # -- opening and closing -------------------------------------------------------------------

    def open_when_painted(self, path: Path | None, *, example: bool = False) -> None:
        """Open a file, the example, or the welcome screen once the empty window is on the screen."""
        self._first = (path, example)
        QTimer.singleShot(0, self.go_on)

    @Slot()
    def go_on(self) -> None:
        """Open what was asked for, after the first paint."""
        path, example = self._first
        if example:
            self.open_example()
        elif path is not None:
            self.open_file(path)
        else:
            self.entrance.show_welcome()

    @Slot()
    def open_example(self) -> None:
        """Open the example partnership, made anew when this computer has none."""
        self._say_waiting("Opening the example partnership …")

        def work() -> "Session":
            from dyad_desktop.services.examples import open_example  # noqa: PLC0415 - heavy

            return open_example()

        self.runner.database(work, self.take_session, self._on_open_failed)

    @Slot(object)
    def open_file(self, path: Path) -> None:
        """Open a workspace file; what goes wrong is said, and the window stays as it is."""
        if self.desk is not None and self.desk.session.path.resolve() == path.resolve():
            return
        self._say_waiting(f"Opening {path.name} …")

        def work() -> "Session":
            from dyad_desktop.services.session import Session  # noqa: PLC0415 - heavy

            return Session.open(path)

        self.runner.database(work, self.take_session, self._on_open_failed)

    def _say_waiting(self, text: str) -> None:
        if self.desk is None:
            self._waiting.setText(text)
            self.stack.setCurrentWidget(self._waiting)

    @Slot(object)
    def _on_open_failed(self, error: DyadError) -> None:
        if self.desk is None:
            self.entrance.show_welcome()
        self.notice.say(str(error))

    @Slot(object)
    def take_session(self, session: "Session") -> None:
        """Close the partnership that is open and show another."""
        self.close_session()
        self.use_session(session)

    def use_session(self, session: "Session") -> None:
        """Show an open partnership."""
        from dyad_desktop.ui.desk import Desk  # noqa: PLC0415 - after the first paint
        from dyad_desktop.ui.shell.settler import Settler  # noqa: PLC0415 - as above

        writer = settings.writer_for(session.workspace_id)
        desk = Desk(session, self.runner, self)
        if writer in desk.partner_ids:
            session.partner = str(writer)
        self.desk = desk
        desk.changed.connect(self._on_changed)
        desk.going.connect(self._on_going)
        desk.said.connect(self.notice.say)
        self._settler = Settler(desk, self)
        self.strip.show_state(
            "Open for reading only" if session.read_only else "All changes are kept"
        )
        if self.traveller.wait_for_first(desk):
            self.strip.show_desk(desk)
            self.traveller.follow(desk)
        else:
            self.show_partnership(desk)

    def show_partnership(self, desk: "Desk") -> None:
        """Show Home, once there is something to show."""
        from dyad_desktop.domain.partnership import Partnership  # noqa: PLC0415 - after the first paint

        title = desk.book.only(Partnership).title
        if not desk.session.read_only:
            settings.remember_file(desk.session.path, title)
        self.setWindowTitle(f"{title} – Dyad Desktop")
        self.rail.set_title(title.split(":")[0])
        self.rail.set_open(is_open=True)
        self.strip.show_desk(desk)
        self._opening = True
        self.show_page("home")
        self.runner.idle.connect(self._after_home)

    @Slot()
    def _after_home(self) -> None:
        """Make what may come after the first page: inspector, keys for the first change, what charts stand on."""
        if self.desk is None or self._inspector is not None:
            return
        self.desk.look_around()
        if self.traveller.hub is None:
            self.traveller.follow_soon(self.desk)
        self.runner.database(self.desk.session.prepare)
        if self.desk.session.path.stat().st_size < VERIFIED:
            self.desk.ask(self.desk.session.verify_log, self._on_verified)
        from dyad_desktop.ui.shell.inspector import Inspector  # noqa: PLC0415 - after the first paint

        self._inspector = Inspector(self.desk)
        self._side_layout.addWidget(self._inspector)
        self._place_inspector()
        from dyad_desktop.ui.widgets.chart_place import prepare_soon  # noqa: PLC0415 - as above

        prepare_soon(self, self.desk)

    @Slot(object)
    def _on_verified(self, findings: "Sequence[Any]") -> None:
        """Say it when the file's log contradicts itself: SQLite alone finds broken pages only."""
        if findings:
            self.notice.say(
                f"This file is damaged: {findings[0].message} What you see may be wrong. Nothing was changed."
                " Restore a copy of the file, or ask your partner for theirs."
            )

    def close_session(self) -> None:
        """Close the open partnership; its file is sealed and closed in order."""
        desk, self.desk = self.desk, None
        if desk is None:
            return
        self._hand_in()
        self.traveller.leave()
        self.traveller.end_waiting()
        desk.closed = True
        for page in self.pages.values():
            self.stack.removeWidget(page)
            page.deleteLater()
        self.pages.clear()
        if self._inspector is not None:
            self._inspector.deleteLater()
            self._inspector = None
        self._side.hide()
        self.notice.hide()
        self.runner.database(desk.session.close)
        desk.deleteLater()
        self.strip.show_desk(None)
        self.rail.set_open(is_open=False)
        self.rail.set_title("Dyad Desktop")
        self.setWindowTitle("Dyad Desktop")

    @Slot()
    def close_partnership(self) -> None:
        """Close the partnership and show the welcome screen."""
        self.close_session()
        self.entrance.show_welcome()

    def show_beside_pages(self, widget: "QWidget") -> None:
        """Show what is no page of a partnership, such as the welcome screen."""
        self.rail.choose("")
        self._side.hide()
        self.stack.setCurrentWidget(widget)

    # -- pages ---------------------------------------------------------------------------------

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Show a page, made when it is first asked for."""
        if self.desk is None:
            return
        page = self.pages.get(name) or self._make_page(name, self.desk)
        another = self.stack.currentWidget() is not page
        if another:
            self.desk.select(None)
            self.notice.hide()
        self.rail.choose(name)
        self.stack.setCurrentWidget(page)
        page.freshen()
        if another:
            page.take_up()
        self._place_inspector()

    @Slot()
    def _on_home(self) -> None:
        home = self.pages.get("home")
        if home is not None and self.desk is not None:
            self.rail.set_count("home", getattr(home, "count", 0))
            if self._opening:
                self._opening = False
                self.opened.emit()

    def _make_page(self, name: str, desk: "Desk") -> "BasePage":
        from dyad_desktop.ui.pages import PAGES  # noqa: PLC0415 - after the first paint

        entry = next(entry for entry in PAGES if entry.name == name)
        page: BasePage = importlib.import_module(entry.module).Page(desk)
        self.pages[name] = page
        self.stack.addWidget(page)
        if name == "home":
            page.filled.connect(self._on_home)  # type: ignore[attr-defined]  # Home alone tells it
        return page

    @property
    def page(self) -> "BasePage | None":
        """Return the page that is up."""
        shown = self.stack.currentWidget()
        return next((page for page in self.pages.values() if page is shown), None)

    @Slot(str, object)
    def _on_going(self, name: str, key: "Key | None") -> None:
        self.show_page(name)
        if key is not None and self.page is not None:
            self.page.show_thing(key)

    @Slot()
    def go_to_page(self) -> None:
        """Show the page that the action names which was triggered; its keys are ready."""
        before = self.page
        self.show_page(self.sender().data())  # type: ignore[attr-defined]
        if self.page is not None and self.page is not before:
            self.page.main.setFocus()

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if self.desk is None:
            return
        self.strip.show_state("All changes are kept")
        if changes.kinds & {"charter", "partner", "partnership"}:
            self.strip.show_desk(self.desk)

    @Slot(str)
    def _on_writer(self, partner: str) -> None:
        desk = self.desk
        if desk is None:
            return
        settings.keep_writer(desk.session.workspace_id, partner)
        # In the queue behind the changes that the other partner has made.
        self.runner.database(lambda: desk.session.write_as(partner), self._on_written_as)

    @Slot(object)
    def _on_written_as(self, _nothing: object) -> None:
        if self.desk is not None:
            self.strip.show_desk(self.desk)
            self.desk.handed.emit()

    def _hand_in(self) -> None:
        """Let the editor that is open hand in what was typed: leaving a page keeps it, and so does closing."""
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001 - Qt's own signature
        """Let the page take the keys of a control that vanishes, not what Tab happens to reach next."""
        page = self.page
        if page is not None and page.take_over(self.focusWidget()):
            return True
        return super().focusNextPrevChild(forward)

    # -- commands ------------------------------------------------------------------------------

    @Slot()
    def undo(self) -> None:
        """Turn back the last change."""
        if self.desk is not None:
            self.desk.undo()

    @Slot()
    def redo(self) -> None:
        """Do again what was undone."""
        if self.desk is not None:
            self.desk.redo()

    @Slot()
    def search(self) -> None:
        """Open the palette."""
        if self.desk is None:
            return
        from dyad_desktop.ui.shell.palette import Search  # noqa: PLC0415 - after the first paint

        self.finder = Search(self.desk, self)
        actions = [*self.commands, *(self.page.actions() if self.page else [])]
        self.palette_dialog = self.finder.open(actions)

    @Slot()
    def toggle_inspector(self) -> None:
        """Show or hide the inspector, whatever the window's width."""
        self._inspector_wanted = not self._side.isVisible()
        self._place_inspector()

    def _place_inspector(self) -> None:
        wanted = self._inspector_wanted
        page = self.page
        least = page.minimumSizeHint().width() if page is not None else 0
        if wanted is None:
            from dyad_desktop.ui.shell.inspector import WIDTH  # noqa: PLC0415 - after the first paint

            taken = self._theme.px(RAIL_WIDTH + WIDTH) + INSPECTOR_MARGIN
            wide = max(self._theme.px(NARROW), least + taken)
            wanted = self.width() >= wide and getattr(page, "wants_inspector", True)
        shown = bool(wanted and self.desk is not None and self._inspector is not None)
        self._side.setVisible(shown)

    @Slot()
    def toggle_table(self) -> None:
        """Switch the page's chart and its table."""
        if self.page is not None:
            self.page.toggle_table()

    @Slot()
    def show_keys(self) -> None:
        """Show the keys of this page."""
        from dyad_desktop.ui.shell.keys import KeySheet  # noqa: PLC0415 - on demand

        self.key_sheet = KeySheet(self.actions(), self.page, self)
        self.key_sheet.open()

    @Slot(str)
    def _on_rail(self, what: str) -> None:
        {
            "search": self.search,
            "theme": self.looks.toggle_theme,
            "keys": self.show_keys,
            "files": self.close_partnership,
        }[what]()

    # -- trouble and end -----------------------------------------------------------------------

    @Slot(object)
    def _on_failed(self, error: DyadError) -> None:
        self.notice.say(str(error))

    @Slot(object)
    def _on_crashed(self, trace: str) -> None:
        from dyad_desktop.ui.shell.crash import report_crash  # noqa: PLC0415 - hopefully never

        report_crash(trace, self)

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Keep the inspector and the notice where they belong."""
        super().resizeEvent(event)
        if self.built:
            self._place_inspector()
            self.notice.place()

    def closeEvent(self, event: "QCloseEvent") -> None:
        """Finish what is under way, seal and close the file, then go."""
        settings.keep_geometry(self.saveGeometry())
        self._hand_in()
        desk, self.desk = self.desk, None
        if desk is not None:
            self.traveller.leave()
            desk.closed = True
        if self.built:
            # A seal that the disk refused is made at the next start; every change is kept already.
            with suppress(DyadError):
                self.runner.close(desk.session.close if desk is not None else None)
        super().closeEvent(event)
