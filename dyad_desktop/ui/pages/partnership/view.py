"""What the views of the page have in common: a column that is rebuilt only when its shape changes."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from dyad_desktop.services.editing import delete
from dyad_desktop.ui.pages.partnership.inplace import FieldText
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.basics import Column, button, clear, row
from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHBoxLayout

    from dyad_desktop.domain.book import Key
    from dyad_desktop.ui.desk import Desk

READABLE = 860
"""The widest that a column of text is, in pixels: longer lines are hard to read."""


class View(Column):
    """A view of the page: ``build`` fills it, ``shape`` says what it was built of.

    While the shape stays, ``show_book`` only refreshes the texts, so that nobody loses their place.
    """

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk
        self._shape: object = None

    def shape(self) -> object:
        """Return what decides which widgets there are."""
        raise NotImplementedError

    def build(self) -> None:
        """Fill ``self.column``."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show new values in the widgets that are there; texts in place and forms refresh by themselves."""

    def show_book(self, *, anew: bool = False) -> None:
        """Show the newest book."""
        shape = self.shape()
        if anew or shape != self._shape:
            focus = self.focusWidget()
            kept = (
                (focus.key, focus.field)
                if isinstance(focus, FieldText) and focus.hasFocus()
                else None
            )
            at = self.verticalScrollBar().value()
            self._shape = shape
            clear(self.column)
            self.build()
            self.verticalScrollBar().setValue(at)
            if kept is not None:
                self.focus_field(*kept)
            return
        for text in self._live(FieldText):
            if not text.editing:
                text.refresh()
        for form in self._live(Form):
            form.refresh()
        self.refresh()

    def _live(self, cls: type[Any]) -> Iterable[Any]:
        return [
            found
            for found in self.findChildren(cls)
            if self.desk.book.entity(*found.key) is not None
        ]

    @property
    def editing(self) -> bool:
        """Return whether someone is writing here."""
        return any(text.editing for text in self._live(FieldText)) or any(
            form.editing for form in self._live(Form)
        )

    def focus_field(self, key: "Key", field: str = "") -> bool:
        """Put the focus on a thing's text; tell whether it is here."""
        for text in self.findChildren(FieldText):
            if text.key == key and field in ("", text.field) and not text.isHidden():
                text.setFocus()
                self.ensureWidgetVisible(text)
                return True
        return False

    def show_thing(self, key: "Key") -> bool:
        """Bring a thing into view; tell whether it is here."""
        return self.focus_field(key)

    # -- small parts ---------------------------------------------------------------------------

    def adder(self, text: str, run: Callable[[], None]) -> "QHBoxLayout":
        """Return a quiet button that adds something."""
        made = button(text, "quiet", icon_name="plus")
        made.clicked.connect(run)
        return row(made, 1)

    def remover(self, key: "Key") -> QPushButton:
        """Return a quiet button that deletes a thing; it can be undone."""
        made = button("", "quiet", icon_name="trash", name=f"Delete {self.desk.book.label(*key)}")
        made.setProperty("key", list(key))
        made.setFixedWidth(theme.px(30))
        made.clicked.connect(self._on_delete)
        return made

    @Slot()
    def _on_delete(self) -> None:
        kind, entity_id = self.sender().property("key")
        name = self.desk.book.label(kind, entity_id)
        self.desk.do(delete, [(kind, entity_id)], failed=self.desk.say_error)
        self.desk.say(f"Deleted {name}.", undo=True)


def narrow(widget: QWidget) -> QWidget:
    """Keep a widget to a width that reads well."""
    widget.setMaximumWidth(theme.px(READABLE))
    return widget
