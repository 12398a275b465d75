"""What every page is: a header with title, views and actions, and a body that reloads when its kinds change."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import ElidedLabel, Pill, button, icon

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet

_ROOMY = 960
"""From this width on a header spells everything out."""


class BasePage(QWidget):
    """Base of the pages. A subclass sets ``title`` and ``kinds`` and fills ``self.body`` in ``build``.

    ``reload`` is called when the page is first shown and whenever something of its ``kinds`` changed while it
    was shown; a page that isn't shown reloads when it comes up next. ``busy_editing`` postpones it.
    """

    title = ""
    view_names: tuple[str, ...] = ()
    """What ``show_view`` knows, for pages that have views."""
    kinds: frozenset[str] = frozenset()
    tells_draft = False
    """Whether it shows the budget of the draft at hand without naming it elsewhere."""
    keys: tuple[tuple[str, str], ...] = ()
    """(keys, what they do) of this page, for the sheet that F1 shows."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setProperty("look", "page")
        self.setAccessibleName(self.title)
        self._stale = True
        self._side: QPushButton | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        outer.setSpacing(GRID + 4)
        self._header = QHBoxLayout()
        self._header.setSpacing(GRID)
        self.heading = ElidedLabel(self.title)
        self.heading.setProperty("type", "title")
        self._header.addWidget(self.heading)
        self._header.addStretch(1)
        outer.addLayout(self._header)
        self.body = QVBoxLayout()
        self.body.setSpacing(GRID + 4)
        outer.addLayout(self.body, 1)
        self.build()
        self.draft_pill = Pill("")
        self.draft_pill.hide()
        if self.tells_draft:
            self.add_to_header(self.draft_pill, beside_title=True)
        self._tell_draft()
        desk.changed.connect(self._on_changed)
        desk.drafted.connect(self._on_drafted)
        desk.rested.connect(self._on_rested)
        desk.handed.connect(self._on_handed)
        theme.changed.connect(self._on_theme)

    # -- for subclasses ------------------------------------------------------------------------

    def build(self) -> None:
        """Make the widgets, once."""

    def reload(self) -> None:
        """Show the newest book."""

    def restyle(self) -> None:
        """Take up a changed theme or zoom; called after the style sheet has changed."""

    def show_thing(self, key: "Key") -> None:
        """Bring a thing into view and select it."""

    @property
    def busy_editing(self) -> bool:
        """Return whether a reload would disturb an editor that is open."""
        return False

    def take_up(self) -> None:
        """Select again, when the page comes back, what is open on it or current in its grid."""

    @property
    def main(self) -> QWidget:
        """What takes the keys where a control that had them vanishes: never an editor."""
        return self

    def take_over(self, gone: QWidget | None) -> bool:
        """Take the keys if what has them is hidden or disabled; returns whether that is so.

        Else a letter meant for the page would be typed into a note that comes next, and kept.
        """
        if gone is None or (gone.isVisible() and gone.isEnabled()) or not self.isVisible():
            return False
        self.main.setFocus()
        return True

    def show_view(self, name: str) -> None:
        """Show one of ``view_names``."""

    def toggle_table(self) -> None:
        """Switch between a chart and its table; pages with charts override this (key T)."""

    # -- header --------------------------------------------------------------------------------

    def add_to_header(self, widget: QWidget | QLayout, *, beside_title: bool = False) -> None:
        """Put a widget into the header: at its right end, or beside the title."""
        at = 1 if beside_title else self._header.count()
        if isinstance(widget, QLayout):
            self._header.insertLayout(at, widget)
        else:
            self._header.insertWidget(at, widget)

    def add_action(
        self, text: str, run: Callable[[], None], *, primary: bool = False, shortcut: str = ""
    ) -> QAction:
        """Put a command into the header and the palette; ``run`` must be a bound method."""
        action = QAction(text, self)
        action.triggered.connect(run)
        if shortcut:
            action.setShortcut(shortcut)
        self.addAction(action)
        made = button(text, "primary" if primary else "")
        made.clicked.connect(action.trigger)
        action.changed.connect(lambda: _follow(action, made))
        self._header.addWidget(made)
        return action

    def outer_margins(self, width: int) -> None:
        """Leave so much room around the page: none where it stands inside another."""
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(width, width, width, width)

    def offer_side_by_side(self) -> None:
        """Put a way to ``side_subject`` in two columns into the header and the palette."""
        action = QAction("Side by side", self)
        action.triggered.connect(self.side_by_side)
        self.addAction(action)
        made = button("Side by side", "quiet", name="Side by side: both partners’, or then and now")
        made.setIcon(icon("sides"))
        made.clicked.connect(action.trigger)
        self._header.addWidget(made)
        self._side = made

    @property
    def side_subject(self) -> "Key":
        """Return what of this page stands side by side: a draft, goal, initiative, the charter, the capital list."""
        return "draft", self.desk.draft

    @Slot()
    def side_by_side(self) -> None:
        """Show this page's subject in two columns."""
        self.desk.go("side", self.side_subject)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the way to side by side be its icon alone where there is little room."""
        super().resizeEvent(event)
        if self._side is not None:
            self._side.setText("Side by side" if self.width() >= theme.px(_ROOMY) else "")

    # -- following changes ---------------------------------------------------------------------

    @Slot()
    def _on_drafted(self) -> None:
        """Show the draft that is at hand now; what is typed belongs to the other one and is handed in first."""
        self._tell_draft()
        if self.isVisible():
            self.reload()
        else:
            self._stale = True

    def _tell_draft(self) -> None:
        """Name the draft whose figures stand here, once there are several."""
        name = self.desk.draft_name if self.tells_draft else ""
        self.draft_pill.text.setText(name)
        self.draft_pill.setToolTip(
            f"The figures here are those of the draft {name}" if name else ""
        )
        self.draft_pill.setVisible(bool(name))

    @Slot()
    def _on_handed(self) -> None:
        """Ask the one who writes now."""
        if self.isVisible() and not self.busy_editing:
            self.reload()
        else:
            self._stale = True

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if "draft" in changes.kinds:
            self._tell_draft()
        if self.kinds and not self.kinds & changes.kinds:
            return
        if self.isVisible() and not self.busy_editing:
            self.reload()
        else:
            self._stale = True

    def freshen(self) -> None:
        """Reload if something changed while the page was not shown."""
        if self._stale:
            self._stale = False
            self.reload()

    @Slot()
    def _on_rested(self) -> None:
        """Take up what changed while an editor was open that was then given up."""
        if self.isVisible() and not self.busy_editing:
            self.freshen()

    @Slot()
    def _on_theme(self) -> None:
        if self._side is not None:
            self._side.setIcon(icon("sides"))
        self.restyle()
        if self.isVisible():
            self.reload()
        else:
            self._stale = True


def _follow(action: QAction, made: QPushButton) -> None:
    """Let a button of the header look as its command does."""
    made.setText(action.text())
    made.setEnabled(action.isEnabled())
    made.setVisible(action.isVisible())
