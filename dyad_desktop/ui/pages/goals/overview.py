"""All goals as cards under their objectives, in one or two columns."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.services.editing import delete
from dyad_desktop.ui.pages.goals.card import GoalCard
from dyad_desktop.ui.pages.goals.model import Group, groups_of
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Column, Empty, button, clear, label
from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

TWO_COLUMNS = 840
"""Width from which two cards stand beside each other."""
NO_GOALS = (
    "Goals belong here: what the two of you want to reach together, why, and how you will know. "
    "Begin with one."
)


class ObjectiveHead(QWidget):
    """An objective's title and counts; "Rename" turns the title into a field."""

    def __init__(self, desk: "Desk", group: Group) -> None:
        super().__init__()
        self._desk, self._group = desk, group
        self.form: Form | None = None
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, GRID, 0, 0)
        self._line.setSpacing(GRID + 2)
        self.title = label(group.title, "lead")
        self._line.addWidget(self.title)
        self._line.addWidget(label(group.counts, "small"))
        self._line.addStretch(1)
        if group.objective is not None:
            self.rename = button("Rename", "quiet", name=f"Rename objective {group.title}")
            self.rename.clicked.connect(self.begin)
            self._line.addWidget(self.rename)
            self.gone = button("Delete", "quiet", name=f"Delete objective {group.title}")
            self.gone.clicked.connect(self._on_delete)
            self._line.addWidget(self.gone)
            self.gone.setVisible(not group.goals)

    @Slot()
    def begin(self) -> None:
        """Let the title be written over."""
        if self._group.objective is None or self.form is not None:
            return
        self.form = Form(self._desk, ("objective", self._group.objective.id), ("title",))
        self._line.insertWidget(0, self.form, 1)
        self.title.hide()
        self.rename.hide()
        self.gone.show()
        editor = self.form.fields["title"].editor
        editor.setFocus()
        if isinstance(editor, QLineEdit):
            editor.selectAll()

    @Slot()
    def _on_delete(self) -> None:
        if self._group.objective is not None:
            key = ("objective", self._group.objective.id)
            self._desk.do(delete, [key], "", self, done=self._on_deleted)

    @Slot(object)
    def _on_deleted(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}. Its goals stay.", undo=True)


class Overview(Column):
    """The cards. ``opened`` carries a goal's id; ``begun`` asks for a first goal."""

    opened = Signal(str)
    begun = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__(spacing=GRID)
        self._desk = desk
        self.column.setContentsMargins(0, 0, GRID, GRID)
        self.cards: dict[str, GoalCard] = {}
        self.heads: dict[str, ObjectiveHead] = {}
        self._grids: list[tuple[QGridLayout, list[GoalCard]]] = []
        self._columns = 0

    @property
    def editing(self) -> bool:
        """Return whether an objective's title is being written."""
        return any(head.form is not None and head.form.editing for head in self.heads.values())

    def reload(self) -> None:
        """Make the cards anew; the focus stays on its goal."""
        focused = next((key for key, card in self.cards.items() if card.hasFocus()), "")
        clear(self.column)
        self.cards, self.heads, self._grids = {}, {}, []
        groups = groups_of(self._desk.book)
        if not any(group.goals for group in groups):
            empty = Empty(NO_GOALS, "New goal", self._on_first)
            empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            self.column.addWidget(empty)
        for group in groups:
            self._group(group)
        self._columns = 0
        self._arrange()
        if focused in self.cards:
            self.cards[focused].setFocus()

    def _group(self, group: Group) -> None:
        head = ObjectiveHead(self._desk, group)
        if group.objective is not None:
            self.heads[group.objective.id] = head
        self.column.addWidget(head)
        made = QWidget()
        made.setProperty("look", "page")
        box = QVBoxLayout(made)
        box.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        grid.setSpacing(GRID + 4)
        box.addLayout(grid)
        cards = []
        for view in group.goals:
            card = GoalCard(view)
            card.opened.connect(self.opened)
            card.picked.connect(self._on_picked)
            self.cards[view.goal.id] = card
            cards.append(card)
        self._grids.append((grid, cards))
        if cards:
            self.column.addWidget(made)
        else:
            made.deleteLater()
            self._grids.pop()

    def _arrange(self) -> None:
        """Place the cards in as many columns as there is room for."""
        columns = 2 if self.viewport().width() >= theme.px(TWO_COLUMNS) else 1
        if columns == self._columns:
            return
        self._columns = columns
        for grid, cards in self._grids:
            for n, card in enumerate(cards):
                grid.addWidget(card, n // columns, n % columns)
            if len(cards) == 1 and columns == 2:
                grid.addWidget(QWidget(), 0, 1)
            grid.setColumnStretch(0, 1)
            grid.setColumnStretch(1, 1 if columns == 2 else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange where the width asks for it."""
        super().resizeEvent(event)
        self._arrange()

    @Slot(str)
    def _on_picked(self, goal: str) -> None:
        self._desk.select(("goal", goal))

    @Slot()
    def _on_first(self) -> None:
        self.begun.emit()
