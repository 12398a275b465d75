"""The line above every page: the purpose, who is writing, what is saved, what differs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy

from dyad_desktop.ui.colours import STRIP_HEIGHT
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, button, clear, dot, elided, icon, label

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk


class Purpose(QLabel):
    """One line of text, cut to the room that there is; all of it is in its name and its tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(f"Purpose: {text}" if text else "Purpose")
        self.cut()

    def cut(self) -> None:
        """Cut the text to the present width."""
        self.setText(elided(self._whole, self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self.cut()


class Strip(QFrame):
    """One quiet line. ``wrote_as`` tells that another partner of this laptop takes over."""

    wrote_as = Signal(str)
    inspector_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "strip")
        self._desk: Desk | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID - 2, GRID * 2, GRID - 2)
        layout.setSpacing(GRID)
        self._text = Purpose()
        layout.addWidget(self._text, 1)
        self._state = label("", "small")
        layout.addWidget(self._state)
        self._met = button("", "quiet")
        self._met.clicked.connect(self._on_met)
        self._met.hide()
        layout.addWidget(self._met)
        self._differ = button("", "flag", icon_name="flag")
        self._differ.clicked.connect(self._on_differ)
        self._differ.hide()
        layout.addWidget(self._differ)
        self._avatars = QHBoxLayout()
        self._avatars.setSpacing(3)
        layout.addLayout(self._avatars)
        self._who = button("", "quiet")
        self._who.setToolTip("Who is writing on this laptop")
        self._who.hide()
        layout.addWidget(self._who)
        self._panel = button(
            "", "quiet", icon_name="panel", name="Show or hide the inspector (Ctrl+I)"
        )
        self._panel.clicked.connect(self.inspector_asked)
        layout.addWidget(self._panel)
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._on_writer)
        self._who.setMenu(self._menu)
        self._panel.hide()
        self.setFixedHeight(theme.px(STRIP_HEIGHT))
        theme.changed.connect(self._on_theme)

    @Slot()
    def _on_theme(self) -> None:
        """Take up another theme or zoom."""
        self.setFixedHeight(theme.px(STRIP_HEIGHT))
        self._differ.setIcon(icon("flag"))
        self._panel.setIcon(icon("panel"))
        self._panel.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.show_desk(self._desk)
        self.show_met(self._desk)

    def show_desk(self, desk: "Desk | None") -> None:
        """Show the purpose and the partners of the open partnership, or nothing."""
        clear(self._avatars)
        self._menu.clear()
        self._desk = desk
        self._who.setVisible(desk is not None and not (desk.met and desk.met.owner))
        self._panel.setVisible(desk is not None)
        if desk is None:
            self._text.say("")
            self.show_state("")
            self.show_differing(0)
            return
        from dyad_desktop.domain.partnership import Charter, Partner  # noqa: PLC0415

        self._text.say(desk.book.only(Charter).purpose or "")
        for partner in desk.book.all(Partner):
            place = desk.place(partner.id)
            self._avatars.addWidget(Avatar(partner.initials, partner.name, place))
            action = QAction(f"Write as {partner.name}", self._menu)
            action.setData(partner.id)
            action.setCheckable(True)
            action.setChecked(partner.id == desk.partner)
            self._menu.addAction(action)
            if partner.id == desk.partner:
                self._who.setText(f"{partner.first_name} writes")
                self._who.setAccessibleName(f"{partner.name} is writing; change")

    def show_state(self, text: str) -> None:
        """Say what is saved."""
        self._state.setText(text)

    def show_met(self, desk: "Desk | None") -> None:
        """Say where the partner is, or when the two copies last met; a click leads to the laptops."""
        owned = desk is not None and desk.met is not None and bool(desk.met.owner)
        self._who.setMenu(None if owned else self._menu)  # type: ignore[arg-type]  # Qt takes none
        self._who.setVisible(desk is not None and not owned)
        known = desk is not None and desk.met is not None and bool(desk.partner_ids)
        laptop = desk.met.nearest(desk.partner) if desk and desk.met and known else None
        self._met.setVisible(laptop is not None)
        if desk is None or laptop is None:
            return
        from dyad_desktop.ui.shell.met import met_text, others_text  # noqa: PLC0415 - once somebody is paired

        others = others_text(desk.book, desk.met, laptop) if desk.met is not None else ""
        text = " · ".join(filter(None, (met_text(desk.book, laptop), others)))
        self._met.setText(text)
        self._met.setAccessibleName(f"{text}; show the laptops")
        self._met.setToolTip(f"{laptop.name}: {text}")
        self._met.setIcon(dot(desk.place(laptop.partner), filled=laptop.connected))
        self._met.setIconSize(QSize(theme.px(16), theme.px(10)))

    def show_differing(self, count: int) -> None:
        """Say how many things the partners hold apart; a click leads there."""
        self._differ.setVisible(count > 0)
        self._differ.setText(f"{count:,} differ" if count != 1 else "1 differs")
        said = "1 disagreement" if count == 1 else f"{count} disagreements"
        self._differ.setAccessibleName(f"{said}; show them")
        self._differ.setToolTip(f"{said}: show them")

    @Slot()
    def _on_differ(self) -> None:
        if self._desk is not None:
            self._desk.go("disagreements")

    @Slot()
    def _on_met(self) -> None:
        if self._desk is not None:
            self._desk.go("partnership", ("laptops", ""))

    @Slot(QAction)
    def _on_writer(self, action: QAction) -> None:
        self.wrote_as.emit(action.data())
