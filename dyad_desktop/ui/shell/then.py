"""The partnership as it was behind a commit: the same pages over an earlier book, for looking only."""

import importlib
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget

from dyad_desktop.services.frozen import FrozenSession
from dyad_desktop.services.history import Moment, Unwinding, as_of, moment_of
from dyad_desktop.services.wording import counted
from dyad_desktop.ui import format as show
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages import PAGES
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.walk import Walk, WalkBar
from dyad_desktop.ui.widgets.basics import Segments, button, label
from dyad_desktop.ui.widgets.looking import HOW_IT_WAS, only_look

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key

SHOWN = ("goals", "performance", "operating", "capital", "initiatives", "partnership")
"""The pages that show what was then."""
_NOTE = 48


class Page(BasePage):
    """As it was. ``show_thing(("", n))`` goes to journal line ``n``; without it, to the line before the newest."""

    title = "As it was"
    view_names = SHOWN
    wants_inspector = False
    """Its history and notes are those of now."""
    keys = (("Esc", "back to now"),)

    def build(self) -> None:
        """Make the banner and the place of the pages."""
        self.moment: Moment | None = None
        self.frozen: Desk | None = None
        self.pages: dict[str, BasePage] = {}
        self._wanted = 0
        titles = {entry.name: entry.title for entry in PAGES}
        self.switch = Segments([(name, titles[name]) for name in SHOWN], "Pages as they were")
        self.switch.chosen.connect(self.show_view)
        self.switch.choose("operating")
        self.add_to_header(self.switch)
        banner = QFrame()
        banner.setProperty("look", "well")
        line = QHBoxLayout(banner)
        line.setContentsMargins(GRID * 2, GRID, GRID, GRID)
        self.said = label("Going back …", "strong", wrap=True)
        line.addWidget(self.said, 1)
        back = button("Back to now")
        back.clicked.connect(self.go_back)
        line.addWidget(back)
        self.body.addWidget(banner)
        self._walk = Walk(self.desk, self)
        self._walk.arrived.connect(self._on_arrived)
        self.desk.drafted.connect(self._on_now_drafted)
        bar = WalkBar(self._walk)
        bar.cancelled.connect(self.go_back)
        self.body.addWidget(bar)
        self._stack = QStackedWidget()
        only_look(self._stack)
        self.body.addWidget(self._stack, 1)

    # -- going there ---------------------------------------------------------------------------

    def show_thing(self, key: "Key") -> None:
        """Go to a line of the journal."""
        self._wanted = int(key[1])
        self._go()

    def reload(self) -> None:
        """Stay where it is: what was doesn't change."""
        if self.moment is None and not self._wanted:
            session = self.desk.session
            self.desk.ask(lambda: session.file.past.lines(limit=2)[-1].n, self._on_line)

    @Slot(object)
    def _on_line(self, n: int) -> None:
        if not self._wanted:
            self._wanted = n
            self._go()

    def _go(self) -> None:
        session, n = self.desk.session, self._wanted
        self.desk.ask(lambda: moment_of(session, n), self._on_moment)

    @Slot(object)
    def _on_moment(self, moment: Moment) -> None:
        self.moment = moment
        self.said.setText(self._sentence(moment))
        session, cut = self.desk.session, moment.cut
        self._walk.start(lambda: as_of(session, cut))

    def _sentence(self, moment: Moment) -> str:
        said = f"As of {show.moment(moment.wall_ms)}"
        if moment.next is not None:
            name = show.partner_name(self.desk.book, moment.next.partner)
            note = moment.next.note or "next change"
            short = note if len(note) <= _NOTE else f"{note[: _NOTE - 1]}…"
            said += f", before {name}’s “{short}”"
        return f"{said}. For looking only: nothing can be changed here."

    @Slot(object)
    def _on_arrived(self, way: Unwinding) -> None:
        self._let_go()
        frozen = FrozenSession(self.desk.session, way)
        self.frozen = Desk(frozen, self.desk.runner, self)
        self.frozen.keep_draft(self.desk.draft)
        self.frozen.said.connect(self.desk.said)
        self.frozen.going.connect(self._on_going)
        self.frozen.settling.connect(self._on_settling)
        self.frozen.differing.connect(self._on_differing)
        self.frozen.look_around()
        self.show_view(self.switch.choice)

    @Slot()
    def _on_differing(self) -> None:
        """Say how much the partners held apart then."""
        if self.moment is not None and self.frozen is not None and self.frozen.standing is not None:
            count = self.frozen.standing.count
            apart = f" You held {counted(count, 'thing')} apart then." if count else ""
            self.said.setText(f"{self._sentence(self.moment)}{apart}")

    @Slot(object)
    def _on_settling(self, _at: object) -> None:
        self.desk.say(HOW_IT_WAS)

    @Slot()
    def _on_now_drafted(self) -> None:
        if self.frozen is not None:
            self.frozen.keep_draft(self.desk.draft)

    def _let_go(self) -> None:
        for page in self.pages.values():
            self._stack.removeWidget(page)
            page.deleteLater()
        self.pages.clear()
        if self.frozen is not None:
            self.frozen.closed = True
            self.frozen.deleteLater()
            self.frozen = None

    # -- pages ---------------------------------------------------------------------------------

    @Slot(str)
    def show_view(self, name: str) -> None:
        """Show one of the pages as it was."""
        if name not in SHOWN:
            return
        self.switch.choose(name)
        if self.frozen is None:
            return
        if name not in self.pages:
            entry = next(entry for entry in PAGES if entry.name == name)
            made = importlib.import_module(entry.module).Page(self.frozen)
            made.outer_margins(0)
            self.pages[name] = made
            self._stack.addWidget(made)
        self._stack.setCurrentWidget(self.pages[name])
        self.pages[name].freshen()

    @Slot(str, object)
    def _on_going(self, name: str, key: "Key | None") -> None:
        if name not in SHOWN:
            self.desk.go(name, key)
            return
        self.show_view(name)
        if key is not None:
            self.pages[name].show_thing(key)

    @Slot()
    def go_back(self) -> None:
        """Show the page of now."""
        self._walk.stop()
        self.desk.go(self.switch.choice)
