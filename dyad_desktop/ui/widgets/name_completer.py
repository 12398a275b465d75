"""Completes the names in a formula while it is typed: by id, or by any part of what people call a thing."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit

from dyad_desktop.domain.formula import FormulaName
from dyad_desktop.ui.widgets.list_below import MOST, ListBelow

_BEGUN = re.compile(r"(?:\[[^\[\]]*|(?<![\w.\]])[^\W\d][\w.:]*)$")
"""The name that ends at the cursor: after an open bracket, or letters and digits."""
_GAP = "   "


class NameCompleter(ListBelow):
    """Offers names beneath a line edit; Enter or Tab takes the one that is marked."""

    def __init__(self, editor: QLineEdit, names: Sequence[FormulaName]) -> None:
        super().__init__(editor)
        self._names = names
        self.taken.connect(self._on_taken)
        editor.textEdited.connect(self._on_edited)

    def _begun(self) -> str:
        text = self._editor.text()[: self._editor.cursorPosition()]
        found = _BEGUN.search(text) if text.lstrip().startswith("=") else None
        return found.group() if found else ""

    @Slot()
    def _on_edited(self) -> None:
        typed = self._begun().removeprefix("[").casefold()
        found = [one for one in self._names if _fits(one, typed)] if typed else []
        found.sort(key=lambda one: not one.written.casefold().startswith(typed))
        exact = len(found) == 1 and found[0].written.casefold() == typed
        offered = [] if exact else found[:MOST]
        self.offer([f"{one.written}{_GAP}{one.label}" for one in offered])

    @Slot(str)
    def _on_taken(self, shown: str) -> None:
        """Put the name in place of what was begun."""
        name = shown.split(_GAP, 1)[0]
        text, cursor = self._editor.text(), self._editor.cursorPosition()
        start = cursor - len(self._begun())
        rest = text[cursor:].removeprefix("]") if name.startswith("[") else text[cursor:]
        self._editor.setText(text[:start] + name + rest)
        self._editor.setCursorPosition(start + len(name))


def _fits(one: FormulaName, typed: str) -> bool:
    return typed in one.written.casefold() or typed in one.label.casefold()
