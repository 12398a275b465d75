"""What a milestone waits for: add and take away, with the reason where that can't be."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.initiatives import Dependency, Initiative, Milestone
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.initiatives import add_dependency, remove
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, button, clear, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.ui.desk import Desk

_TYPES = (("FS", "to finish"), ("SS", "to start"))


class DependencyEditor(Card):
    """The milestones that one waits for, and a row to add another."""

    def __init__(self, desk: "Desk", milestone: str) -> None:
        super().__init__("Waits for")
        self._desk, self._milestone = desk, milestone
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID - 4)
        self.column.addLayout(self._list)
        self.choice, self.type, self.lag = ChoiceBox(), ChoiceBox(), QLineEdit("0")
        self.choice.setAccessibleName("Milestone to wait for")
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.type.setAccessibleName("Wait for its finish or its start")
        for value, text in _TYPES:
            self.type.addItem(text, value)
        self.lag.setAccessibleName("Lag in workdays")
        self.lag.setFixedWidth(theme.px(48))
        add = button("Add")
        add.clicked.connect(self.add)
        line = row(
            self.choice,
            self.type,
            label("plus", "small"),
            self.lag,
            label("workdays", "small"),
            add,
        )
        line.setStretch(0, 1)
        self.column.addLayout(line)
        self.reason = label("", "error", wrap=True)
        self.reason.hide()
        self.column.addWidget(self.reason)
        self.refresh()

    def refresh(self) -> None:
        """Show the book's dependencies and what else there is to wait for."""
        book = self._desk.book
        clear(self._list)
        links = book.children(Dependency, self._milestone)
        for link in links:
            self._list.addWidget(self._line(link))
        if not links:
            self._list.addWidget(
                label(
                    "Nothing: it begins with its initiative, or on its own day.", "muted", wrap=True
                )
            )
        known, chosen = {link.ref for link in links} | {self._milestone}, self.choice.currentData()
        self.choice.clear()
        own = book.get(Milestone, self._milestone)
        initiatives = sorted(
            book.all(Initiative), key=lambda one: own is not None and one.id != own.initiative
        )
        for one in initiatives:
            for milestone in book.children(Milestone, one.id):
                if milestone.id not in known:
                    away = own is not None and one.id != own.initiative
                    self.choice.addItem(
                        milestone.title + (f"  ({one.title})" if away else ""), milestone.id
                    )
        self.choice.setCurrentIndex(max(0, self.choice.findData(chosen)))

    def _line(self, link: Dependency) -> QWidget:
        book = self._desk.book
        lag = f", plus {link.lag_workdays} workdays" if link.lag_workdays else ""
        verb = dict(_TYPES).get(link.type, link.type)
        name = book.label("milestone", link.ref)
        made = QWidget()
        text = label(f"{name} {verb}{lag}", wrap=True)
        gone = button("Remove", "link", name=f"No longer wait for {name}")
        gone.setProperty("link", link.id)
        gone.clicked.connect(self._on_remove)
        line = row(text, gone)
        line.setStretch(0, 1)
        made.setLayout(line)
        return made

    @Slot()
    def add(self) -> None:
        """Add the dependency that the row describes."""
        try:
            lag = int(self.lag.text().strip() or "0")
        except ValueError:
            self.say("a lag is a whole number of workdays")
            return
        self._desk.do(
            add_dependency, self._milestone, self.choice.currentData() or "", self.type.currentData(), lag,
            done=self._on_done, failed=self._on_failed,
        )  # fmt: skip

    @Slot()
    def _on_remove(self) -> None:
        key = ("dependency", str(self.sender().property("link")))
        self._desk.do(remove, key, done=self._on_done, failed=self._on_failed)

    @Slot(object)
    def _on_done(self, _changes: object) -> None:
        self.reason.hide()
        self.lag.setText("0")

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self.say(error.reason if isinstance(error, BadInputError) else str(error))

    def say(self, reason: str) -> None:
        """Say why nothing was changed, with milestones by their names."""
        text = show.sentence(self._named(reason), "Nothing was changed.")
        self.reason.setText(f"■ {text}")
        self.reason.show()

    def _named(self, reason: str) -> str:
        """Put the titles of milestones in the place of ids in a circle's sentence."""
        head, colon, circle = reason.partition(": ")
        if " → " not in circle:
            return reason
        names = [self._desk.book.label("milestone", one) for one in circle.split(" → ")]
        return f"{head}{colon}{' → '.join(names)}"
