"""The line above every page: the purpose, who is writing, what is saved, what differs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy

from dyad_desktop.ui.colours import STRIP_HEIGHT
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, button, clear, elided, label

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk


class Strip(QFrame):
    """One quiet line. ``wrote_as`` tells that another partner of this laptop takes over."""

    wrote_as = Signal(str)
    inspector_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "strip")
        self._purpose = ""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID - 2, GRID * 2, GRID - 2)
        layout.setSpacing(GRID)
        self._text = label("", "muted")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout.addWidget(self._text, 1)
        self._state = label("", "small")
        layout.addWidget(self._state)
        self._differ = label("", "small")
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
        self.setFixedHeight(theme.px(STRIP_HEIGHT))

    def show_desk(self, desk: "Desk | None") -> None:
        """Show the purpose and the partners of the open partnership, or nothing."""
        clear(self._avatars)
        self._menu.clear()
        self._who.setVisible(desk is not None)
        if desk is None:
            self._purpose = ""
            self._text.setText("")
            self._state.setText("")
            return
        from dyad_desktop.domain.partnership import Charter, Partner  # noqa: PLC0415

        self._purpose = desk.book.only(Charter).purpose or ""
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
        self._elide()

    def show_state(self, text: str, differing: int = 0) -> None:
        """Say what is saved, and how many values the partners hold apart."""
        self._state.setText(text)
        self._differ.setVisible(differing > 0)
        self._differ.setText(f"{differing} differ")

    @Slot(QAction)
    def _on_writer(self, action: QAction) -> None:
        self.wrote_as.emit(action.data())

    def _elide(self) -> None:
        self._text.setText(elided(self._purpose, self._text.width()))
        self._text.setToolTip(self._purpose)
        self._text.setAccessibleName(f"Purpose: {self._purpose}" if self._purpose else "Purpose")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the purpose to what there is room for."""
        super().resizeEvent(event)
        self._elide()
        self._text.setAlignment(Qt.AlignmentFlag.AlignVCenter)
