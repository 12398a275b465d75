"""A dialog that holds forms: it closes once what was written in them is kept, and not unasked over what isn't."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QWidget

from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.widgets.form import Field

Refused = tuple["Key", str, str]
"""Whose field it is, which one, and the text that it can't take."""


class FormDialog(QDialog):
    """Stays open once over a text that was refused, with the reason at its field; closed again, it leaves it."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._told: frozenset[Refused] = frozenset()
        """Texts that somebody knows not to be kept, since the dialog stayed open over them."""
        self._result = 0

    def done(self, result: int) -> None:
        """Close by whatever way: Close, Esc, the window's own button."""
        if not self.isVisible():
            super().done(result)
            return
        forms = self._forms_shown()
        for form in forms:
            form.leave()
        if any(form.writing for form in forms):
            self._result = result
            self._desk.ask(_nothing, self._on_answered)  # comes back after what is being written
            return
        refused = {
            (form.key, name, field.text): field
            for form in forms
            for name, field in form.fields.items()
            if field.refused
        }
        if refused.keys() <= self._told:
            super().done(result)
            return
        self._told = frozenset(refused)
        self._stay_at(next(iter(refused.values())))

    def close_anyway(self) -> None:
        """Close over whatever is written: the thing that it would be kept in is gone."""
        super().done(int(QDialog.DialogCode.Rejected))

    def _forms_shown(self) -> list[Form]:
        return [form for form in self.findChildren(Form) if form.isVisibleTo(self)]

    def _stay_at(self, field: "Field") -> None:
        field.insist()
        field.reveal()

    @Slot(object)
    def _on_answered(self, _nothing: object) -> None:
        if self.isVisible():
            self.done(self._result)


def _nothing() -> None:
    """Do nothing, in its turn."""
