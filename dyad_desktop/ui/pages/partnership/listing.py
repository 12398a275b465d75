"""Views that list things as rows which open into forms."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from dyad_desktop.services.editing import delete
from dyad_desktop.ui.pages.partnership.opening import Opening
from dyad_desktop.ui.pages.partnership.view import View
from dyad_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk


class Listing(View):
    """Rows of things. What is open stays open while the book changes under it."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._open: set[Key] = set()

    def show_book(self, *, anew: bool = False) -> None:
        """Show the newest book, and the focus where it was."""
        key, field = self._focused()
        super().show_book(anew=anew)
        if key is None:
            return
        for made in self.found(Opening):
            if made.key == key:
                made.focus(field)

    def _focused(self) -> "tuple[Key | None, str]":
        """Return the row that has the focus, and the field of its form."""
        widget: QWidget | None = self.focusWidget()
        if not isinstance(widget, QWidget) or not widget.hasFocus():
            return None, ""
        field = ""
        while widget is not None and not isinstance(widget, Opening):
            field = str(widget.property("name")) if isinstance(widget, Field) else field
            widget = widget.parentWidget()
        return (widget.key, field) if isinstance(widget, Opening) else (None, "")

    def opening(
        self, key: "Key", name: str, fields: Sequence[str], titles: dict[str, str] | None = None
    ) -> Opening:
        """Return a row of a thing, open if it was."""
        made = Opening(self.desk, key, name, fields, titles or {})
        made.toggled.connect(self._on_toggled)
        made.removed.connect(self._on_removed)
        if key in self._open:
            made.open_form(focus=False)
        return made

    def show_thing(self, key: "Key") -> bool:
        """Bring a row into view and put the focus on it."""
        for made in self.found(Opening):
            if made.key == key:
                made.head.setFocus()
                self.ensureWidgetVisible(made.head)
                return True
        return super().show_thing(key)

    def open_new(self, changes: "ChangeSet") -> None:
        """Open the form of a thing that was just added."""
        key = next(iter(changes.keys))
        for made in self.found(Opening):
            if made.key == key and not made.is_open:
                made.toggle()
                self.ensureWidgetVisible(made)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:  # noqa: FBT001 - a signal's argument
        made = self.sender()
        if isinstance(made, Opening):
            (self._open.add if is_open else self._open.discard)(made.key)

    @Slot()
    def _on_removed(self) -> None:
        made = self.sender()
        if isinstance(made, Opening):
            name = self.desk.book.label(*made.key)
            self._open.discard(made.key)
            self.desk.do(delete, [made.key], failed=self.desk.say_error)
            self.desk.say(f"Deleted {name}.", undo=True)
