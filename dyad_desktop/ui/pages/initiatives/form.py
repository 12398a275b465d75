"""Initiatives, milestones and risks in full, and what is asked for a new one."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.initiatives import Initiative, Milestone
from dyad_desktop.services.editing import set_fields
from dyad_desktop.services.initiatives import edit_plan, new_initiative, new_milestone, new_risk
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.initiatives.links import DependencyEditor
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, button, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.form import Form
from dyad_desktop.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.domain.book import Key
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

FIELDS = {
    "initiative": (
        ("title",),
        ("lead", "support", "sponsor", "phase", "status", "start", "one_time_cost"),
        ("aim", "goals", "capital"),
    ),
    "milestone": (
        ("title",),
        ("owner", "status", "duration_workdays", "percent", "not_before", "actual_finish"),
        (),
    ),
    "risk": (
        ("text",),
        ("kind", "owner", "probability", "impact", "response", "status"),
        ("mitigation",),
    ),
}
"""Fields of each kind: first in one column, then in two, then in one again."""
_TITLES = {
    "duration_workdays": "Workdays; 0 is a point in time",
    "percent": "Done, %",
    "not_before": "Not before",
    "actual_finish": "Finished on",
    "one_time_cost": "Cost, once",
    "start": "Begins",
    "text": "What may happen",
    "mitigation": "What we do about it",
    "probability": "Probability, 1 low to 5 high",
    "impact": "Impact, 1 low to 5 high",
    "capital": "Capital it needs",
    "goals": "Goals it should move",
}


class ThingDialog(FormDialog):
    """Edits a thing in place: every field is kept when it is left, with all that follows from it."""

    def __init__(self, desk: "Desk", key: "Key", parent: QWidget) -> None:
        super().__init__(desk, parent)
        self._key = key
        kind = key[0]
        self.setWindowTitle(kind.capitalize())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        self._title = label(desk.book.label(*key), "title", wrap=True)
        outer.addWidget(self._title)
        command = edit_plan if kind in ("initiative", "milestone") else set_fields
        first, second, third = FIELDS[kind]
        self.forms = [
            Form(desk, key, names, _TITLES, columns, command=command)
            for names, columns in ((first, 1), (second, 2), (third, 1))
            if names
        ]
        scroll, card = Column(), Card()
        for form in self.forms:
            card.column.addWidget(form)
        scroll.column.addWidget(card)
        self.links = DependencyEditor(desk, key[1]) if kind == "milestone" else None
        if self.links is not None:
            scroll.column.addWidget(self.links)
        outer.addWidget(scroll, 1)
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        outer.addLayout(row(label("Every change is kept as you make it.", "small"), 1, close))
        desk.changed.connect(self._on_changed)
        room = parent.window().size()
        self.resize(min(theme.px(620), room.width() - 40), min(theme.px(600), room.height() - 40))

    @Slot(object)
    def _on_changed(self, _changes: "ChangeSet") -> None:
        if self._desk.book.entity(*self._key) is None:
            self.close_anyway()
            return
        self._title.setText(self._desk.book.label(*self._key))
        for form in self.forms:
            form.refresh()
        if self.links is not None:
            self.links.refresh()


class NewThing(QDialog):
    """Asks for a title, and for the initiative that a milestone or risk belongs to."""

    def __init__(
        self, desk: "Desk", kind: str, made: "Callable[[Key], None]", parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk, self._kind, self._made = desk, kind, made
        self.setWindowTitle(f"New {kind}")
        self._outer = QVBoxLayout(self)
        self._outer.setSpacing(GRID)
        self._ask_for_name()
        self._ask_where()
        self.reason = label("", "error", wrap=True)
        self._outer.addWidget(self.reason)
        create, cancel = button("Create", "primary"), button("Cancel")
        create.setDefault(True)
        create.clicked.connect(self._on_create)
        cancel.clicked.connect(self.reject)
        self._outer.addLayout(row(1, cancel, create))
        self.resize(theme.px(440), self.sizeHint().height())

    def _ask_for_name(self) -> None:
        questions = {"risk": "What may happen?", "milestone": "What should be reached?"}
        question = questions.get(self._kind, "What should change?")
        caption = label(question, "small")
        self.name = QLineEdit()
        self.name.setAccessibleName(question)
        self.name.textEdited.connect(self._on_typed)
        caption.setBuddy(self.name)
        self._outer.addWidget(caption)
        self._outer.addWidget(self.name)

    def _ask_where(self) -> None:
        """Ask in which initiative it is, and of a milestone what it waits for; an initiative stands alone."""
        self.initiative, self.after = ChoiceBox(), ChoiceBox()
        self.initiative.setAccessibleName("In the initiative")
        for one in self._desk.book.all(Initiative):
            self.initiative.addItem(one.title, one.id)
        self.after.setAccessibleName("Waits for")
        if self._kind != "initiative":
            self._outer.addWidget(label("In the initiative", "small"))
            self._outer.addWidget(self.initiative)
            self._choose(self._desk.selection)
        if self._kind == "milestone":
            self._outer.addWidget(label("Waits for", "small"))
            self._outer.addWidget(self.after)
            self._fill()
            self.initiative.activated.connect(self._fill)

    def _choose(self, key: "Key | None") -> None:
        entity = self._desk.book.entity(*key) if key else None
        wanted = (
            entity.id if isinstance(entity, Initiative) else getattr(entity, "initiative", None)
        )
        self.initiative.setCurrentIndex(max(0, self.initiative.findData(wanted)))

    @Slot()
    def _fill(self) -> None:
        self.after.clear()
        self.after.addItem("nothing", None)
        found = self._desk.book.children(Milestone, str(self.initiative.currentData()))
        for one in found:
            self.after.addItem(one.title, one.id)
        selected = self._desk.selection[1] if self._desk.selection else ""
        at = self.after.findData(selected)
        self.after.setCurrentIndex(max(0, at))

    @Slot()
    def _on_typed(self) -> None:
        """Take back what was said of the text that stood there."""
        self.reason.clear()

    @Slot()
    def _on_create(self) -> None:
        name, home = self.name.text(), self.initiative.currentData()
        done, failed = self._on_done, self._on_failed
        if self._kind == "initiative":
            self._desk.do(new_initiative, name, done=done, failed=failed)
        elif self._kind == "milestone":
            self._desk.do(
                new_milestone, home, name, self.after.currentData(), done=done, failed=failed
            )
        else:
            self._desk.do(new_risk, home, name, done=done, failed=failed)

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        self.accept()
        self._made(next(key for key in changes.keys if key[0] == self._kind))

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self.reason.setText(show.sentence(error, "Nothing was created."))
