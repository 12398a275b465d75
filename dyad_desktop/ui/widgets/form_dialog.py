"""A dialog that holds forms: it closes once what was written in them is kept, and not unasked over what isn't."""

from collections.abc import Iterable
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.ui.desk import Desk

_PATIENCE = 3.0
"""So many seconds a close event waits for what is being written."""
Refused = tuple["Key", str, str]
"""Whose field it is, which one, and the text that can't be taken."""


class Leaving:
    """Knows which texts somebody left though they weren't kept: each holds them back once."""

    def __init__(self) -> None:
        self._told: frozenset[Refused] = frozenset()

    def is_held(self, forms: Iterable[Form]) -> bool:
        """Return whether a text holds one back that was refused or waits; then its field says so, and has the focus."""
        refused = {
            (form.key, name, _said(form, name)): field
            for form in forms
            for name, field in form.fields.items()
            if field.refused or (name in form.waiting and field.hinted)
        }
        if refused.keys() <= self._told:
            return False
        self._told = frozenset(refused)
        field = next(iter(refused.values()))
        field.insist()
        field.reveal()
        return True


class FormDialog(QDialog):
    """Stays open once over a text that was refused, with the reason at its field; closed again, it leaves it."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._leaving = Leaving()
        self._result = 0

    def done(self, result: int) -> None:
        """Close by whatever way: Close, Esc, the window's own button."""
        if not self.isVisible() or self._desk.closed:
            super().done(result)
            return
        self._result = result
        self._finish(0)

    def _finish(self, lost: int) -> None:
        """Close once all that is written has come back, but for so many writes that never will."""
        forms = self._forms_shown()
        for form in forms:
            form.leave()
        if self._writing() > lost:
            self._desk.ask(_nothing, self._on_answered)  # comes back after what is being written
        elif not self._leaving.is_held(forms):
            super().done(self._result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait for what is written: a close event that is refused meanwhile stops whoever quits half way."""
        if self.isVisible() and not self._desk.closed:
            for form in self._forms_shown():
                form.leave()
            if self._writing():
                self._wait()
        super().closeEvent(event)

    def _wait(self) -> None:
        """Hear what has become of the writes under way, without taking any input meanwhile."""
        written, runner = Event(), self._desk.runner
        runner.database(written.set)
        if written.wait(_PATIENCE):
            QCoreApplication.sendPostedEvents(runner, int(QEvent.Type.MetaCall))

    def close_anyway(self) -> None:
        """Close over whatever is written: the thing that it would be kept in is gone."""
        super().done(int(QDialog.DialogCode.Rejected))

    def _forms_shown(self) -> list[Form]:
        return [form for form in self.findChildren(Form) if form.isVisibleTo(self)]

    def _writing(self) -> int:
        return sum(form.writing for form in self._forms_shown())

    @Slot(object)
    def _on_answered(self, _nothing: object) -> None:
        if self.isVisible():
            self._finish(self._writing())  # what hasn't come back by now has crashed


def _said(form: Form, name: str) -> str:
    """Return a field's text; of one that others wait for, theirs too, since it has none yet itself."""
    names = sorted(form.waiting) if name in form.waiting else [name]
    return "\n".join(form.fields[one].text for one in names)


def _nothing() -> None:
    """Do nothing, in its turn."""
