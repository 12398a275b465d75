"""What the views of the page have in common: a column that is rebuilt only when its shape changes."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from dyad_desktop.services.editing import delete
from dyad_desktop.ui.pages.partnership.inplace import FieldText
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Column, button, clear, row
from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHBoxLayout

    from dyad_desktop.domain.book import Key
    from dyad_desktop.ui.desk import Desk

W = TypeVar("W", bound=QWidget)


class View(Column):
    """A view of the page: ``build`` fills it, ``shape`` says what it was built of.

    While the shape stays, ``show_book`` only refreshes the texts, so that nobody loses their place.
    """

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk
        self._shape: object = None
        self._outer = self.column
        self._content = QWidget()

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
            self._begin_anew()
            self.build()
            self._content.show()  # at once, not when the layout comes to it: the focus goes there now
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

    def _begin_anew(self) -> None:
        clear(self._outer)
        self._content = QWidget()
        self.column = QVBoxLayout(self._content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GRID + 4)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._outer.addWidget(self._content)

    def found(self, cls: type[W]) -> list[W]:
        """Return the widgets of a class that are shown now, none of a content that is going."""
        return self._content.findChildren(cls)

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
        for text in self.found(FieldText):
            if text.key == key and field in ("", text.field):
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
