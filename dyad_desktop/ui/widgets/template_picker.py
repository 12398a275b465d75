"""Picks a ready measure for a goal: searched, by group, with what it is and what to mind; or begins an empty one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.measure_templates import (
    GROUPS,
    MeasureTemplate,
    chart_of_template,
    found,
    unit_of,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.services.goals import new_measure
from dyad_desktop.services.local import new_id
from dyad_desktop.services.measure_templates import begin_measure, measure_templates
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, button, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

_ID = int(Qt.ItemDataRole.UserRole)
_ROW = 26
_BETTER = {"up": "more", "down": "less", "corridor": "staying between two targets"}
_OFTEN = {"month": "month", "quarter": "quarter", "week": "month", "event": "event"}
_CHARTS = {"i": "limits from moving ranges (XmR)", "t": "days between events", "run": "run chart"}
NONE = "No ready measure has these words. An empty one can be anything."


class TemplatePicker(QDialog):
    """Begins a measure. ``begun`` carries its id; ``goal`` is fixed where it is given, else it is chosen here."""

    begun = Signal(str)

    def __init__(self, desk: "Desk", parent: QWidget, goal: str = "") -> None:
        super().__init__(parent)
        self._desk, self._new = desk, ""
        self.setWindowTitle("New measure")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.query, self.group, self.list = QLineEdit(), ChoiceBox(), QListWidget()
        self.goal = ChoiceBox()
        self._fill_choices(goal)
        self.says = label("", "muted")
        self.card = TemplateCard(desk.book.only(Partnership).currency)
        self.take, self.empty = button("Begin with it", "primary"), button("Begin an empty one")
        cancel = button("Cancel")
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        layout.setSpacing(GRID + 4)
        if not goal:
            layout.addLayout(row(label("Measure of the goal", "muted"), self.goal, 1))
        layout.addLayout(row(self.query, self.group, self.says))
        middle = row(self.list, self.card, spacing=GRID * 2)
        middle.setStretchFactor(self.list, 2)
        middle.setStretchFactor(self.card, 3)
        layout.addLayout(middle, 1)
        layout.addWidget(self.problem)
        layout.addLayout(row(self.empty, 1, cancel, self.take))
        self.take.setDefault(True)
        self.query.textChanged.connect(self._narrow)
        self.group.activated.connect(self._narrow)
        self.list.currentRowChanged.connect(self._on_current)
        self.list.itemActivated.connect(self._on_take)
        self.take.clicked.connect(self._on_take)
        self.empty.clicked.connect(self._on_empty)
        cancel.clicked.connect(self.reject)
        self._narrow()
        self.query.setFocus()
        room = parent.window().size()
        self.resize(min(theme.px(900), room.width() - 40), min(theme.px(600), room.height() - 40))

    def _fill_choices(self, goal: str) -> None:
        self.query.setPlaceholderText("Search, such as falls, turnover, enrolment")
        self.query.setAccessibleName("Search ready measures")
        self.query.setClearButtonEnabled(True)
        self.query.installEventFilter(self)
        self.group.setAccessibleName("Group of ready measures")
        self.group.addItem("All groups", "")
        for key, title in GROUPS.items():
            self.group.addItem(title, key)
        self.list.setAccessibleName("Ready measures")
        self.goal.setAccessibleName("Goal that the measure belongs to")
        self.goal.setMinimumContentsLength(40)
        for one in self._desk.book.all(Goal):
            self.goal.addItem(one.title, one.id)
        self.goal.setCurrentIndex(max(0, self.goal.findData(goal)))

    def choose_goal(self, goal: str) -> None:
        """Begin with a goal, which can still be changed."""
        self.goal.setCurrentIndex(max(0, self.goal.findData(goal)))

    # -- choosing ------------------------------------------------------------------------------

    @Slot()
    def _narrow(self) -> None:
        """Show the templates that fit, the first current; under their groups, but what is searched by likeness."""
        wanted = str(self.group.currentData())
        matching = found(measure_templates(), self.query.text())
        fitting = [one for one in matching if wanted in ("", one.group)]
        self.list.clear()
        before = ""
        for one in fitting:
            if one.group != before and not self.query.text().strip():
                self._add_heading(GROUPS[one.group])
                before = one.group
            item = QListWidgetItem(one.name)
            item.setData(_ID, one.id)
            item.setToolTip(one.name)
            item.setSizeHint(QSize(0, theme.px(_ROW)))
            self.list.addItem(item)
        self.says.setText(f"{len(fitting)} of {len(measure_templates())}")
        self.list.setCurrentRow(-1)
        self._step(1)
        self._on_current()

    def _add_heading(self, title: str) -> None:
        item = QListWidgetItem(title)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QSize(0, theme.px(_ROW)))
        heavy = item.font()
        heavy.setBold(True)
        item.setFont(heavy)
        item.setForeground(theme.colour("muted"))
        self.list.addItem(item)

    @property
    def chosen(self) -> MeasureTemplate | None:
        """Return the template that is current."""
        item: QListWidgetItem | None = self.list.currentItem()
        wanted = None if item is None else item.data(_ID)
        return next((one for one in measure_templates() if one.id == wanted), None)

    @Slot()
    def _on_current(self) -> None:
        template = self.chosen
        self.card.show_template(template)
        self.take.setEnabled(template is not None and self.goal.count() > 0)
        self.empty.setEnabled(self.goal.count() > 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Up and Down in the search move through the list."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (int(Qt.Key.Key_Down), int(Qt.Key.Key_Up))
        ):
            self._step(1 if event.key() == int(Qt.Key.Key_Down) else -1)
            return True
        return super().eventFilter(watched, event)

    def _step(self, by: int) -> None:
        at = self.list.currentRow() + by
        while 0 <= at < self.list.count() and not self.list.item(at).data(_ID):
            at += by
        if 0 <= at < self.list.count():
            self.list.setCurrentRow(at)

    # -- beginning -----------------------------------------------------------------------------

    @Slot()
    def _on_take(self) -> None:
        template = self.chosen
        if template is not None and self.take.isEnabled():
            self._new = new_id()
            goal = str(self.goal.currentData())
            self._desk.do(
                begin_measure, template.id, self._new, goal, self, done=self._on_begun,
                failed=self._on_failed,
            )  # fmt: skip

    @Slot()
    def _on_empty(self) -> None:
        self._new = new_id()
        goal = str(self.goal.currentData())
        self._desk.do(
            new_measure, self._new, goal, self, done=self._on_begun, failed=self._on_failed
        )

    @Slot(object)
    def _on_begun(self, _changes: "ChangeSet") -> None:
        self.accept()
        self.begun.emit(self._new)

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self.problem.setText(str(error))
        self.problem.show()


class TemplateCard(Card):
    """What a template is: its parts, how it is kept and charted, what to mind."""

    def __init__(self, currency: str) -> None:
        super().__init__()
        self._currency = currency
        self.title = label("", "lead", wrap=True)
        self.definition = label("", "", wrap=True)
        self.caution = label("", "muted", wrap=True)
        self.column.addWidget(self.title)
        self.column.addWidget(self.definition)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GRID * 2)
        self._grid.setVerticalSpacing(GRID - 2)
        self._grid.setColumnStretch(1, 1)
        self._values: list[tuple[QLabel, QLabel]] = []
        for n in range(8):
            pair = (label("", "small"), label("", "", wrap=True))
            self._grid.addWidget(pair[0], n, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(pair[1], n, 1)
            self._values.append(pair)
        self.column.addLayout(self._grid)
        self.column.addWidget(self.caution)
        self.column.addStretch(1)

    def show_template(self, template: MeasureTemplate | None) -> None:
        """Show a template, or that none fits."""
        facts = self._facts(template) if template else ()
        self.title.setText(template.name if template else "")
        self.definition.setText(f"{template.definition}." if template else NONE)
        self.caution.setText("\n".join(template.cautions) if template else "")
        for n, (caption, value) in enumerate(self._values):
            there = n < len(facts)
            caption.setText(facts[n][0] if there else "")
            value.setText(facts[n][1] if there else "")
            for part in (caption, value):
                part.setVisible(there)
        self.setAccessibleName(template.name if template else NONE)
        told = "; ".join(f"{name}: {text}" for name, text in facts)
        self.setAccessibleDescription(f"{told}. {self.caution.text()}" if template else "")

    def _facts(self, template: MeasureTemplate) -> Sequence[tuple[str, str]]:
        bounds = [
            f"{word} {value:f}"
            for word, value in (("from", template.lower), ("to", template.upper))
            if value is not None
        ]
        lag = template.lag_days
        facts = [
            ("Numerator" if template.denominator else "Value", template.numerator),
            ("Denominator", template.denominator),
            ("Unit", unit_of(template, self._currency)),
            ("Better is", _BETTER[template.direction]),
            ("A value each", _OFTEN[template.frequency]),
            ("Charted with", _CHARTS[chart_of_template(template)]),
            ("Complete after", f"{lag} {'day' if lag == 1 else 'days'}" if lag else "no time"),
            ("Possible", " ".join(bounds)),
        ]
        return [(name, text) for name, text in facts if text]
