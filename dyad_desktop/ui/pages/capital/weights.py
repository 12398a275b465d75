"""The criteria that requests are scored on, with weights that sum to 100."""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.capital import Criterion
from dyad_desktop.domain.entry import parse_number
from dyad_desktop.domain.scoring import WHOLE, weights_problem
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.capital import set_weights
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label, row

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk


class WeightsDialog(QDialog):
    """One row a criterion and an empty one more; an emptied name takes its criterion away."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("Criteria and their weights")
        outer = QVBoxLayout(self)
        outer.setSpacing(GRID)
        outer.addWidget(
            label(
                "Requests are marked 1 to 5 on each criterion. The weights are percent; together 100.",
                "small",
                wrap=True,
            )
        )
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GRID)
        outer.addLayout(self._grid)
        self.rows: list[tuple[QLineEdit, QLineEdit]] = []
        for criterion in desk.book.all(Criterion):
            self._add(criterion.id, f"{criterion.weight:f}")
        more = button("One more criterion", "link", icon_name="plus")
        more.clicked.connect(self._on_more)
        outer.addWidget(more)
        self.sum = label("", "small", wrap=True)
        outer.addWidget(self.sum)
        self.reason = label("", "error", wrap=True)
        self.reason.hide()
        outer.addWidget(self.reason)
        self.keep, cancel = button("Keep these weights", "primary"), button("Cancel")
        self.keep.setDefault(True)
        self.keep.clicked.connect(self._on_keep)
        cancel.clicked.connect(self.reject)
        outer.addLayout(row(1, cancel, self.keep))
        self.resize(theme.px(420), self.sizeHint().height())
        self._on_typed()

    def _add(self, name: str, weight: str) -> QLineEdit:
        line = len(self.rows)
        names, weights = QLineEdit(name), QLineEdit(weight)
        names.setPlaceholderText("access")
        names.setAccessibleName(f"Criterion {line + 1}")
        weights.setAccessibleName(f"Weight of criterion {line + 1}, percent")
        weights.setFixedWidth(theme.px(80))
        for edited in (names, weights):
            edited.textEdited.connect(self._on_typed)
        self._grid.addWidget(names, line, 0)
        self._grid.addWidget(weights, line, 1)
        self._grid.addWidget(label("%", "muted"), line, 2)
        self.rows.append((names, weights))
        return names

    @Slot()
    def _on_more(self) -> None:
        self._add("", "").setFocus()

    def weights(self) -> dict[str, Decimal]:
        """Return what was typed.

        Raises:
            BadInputError: a weight that is no number, or a name that stands twice.
        """
        found: dict[str, Decimal] = {}
        for names, weights in self.rows:
            name = names.text().strip().lower().replace(" ", "_")
            if not name:
                continue
            if name in found:
                raise BadInputError(f"{show.words(name)} stands twice")
            found[name] = parse_number(weights.text().strip().removesuffix("%") or "0")
        return found

    @Slot()
    def _on_typed(self) -> None:
        self.reason.hide()
        try:
            found = self.weights()
        except BadInputError as error:
            self.sum.setText(show.sentence(error))
            self.keep.setEnabled(False)
            return
        problem = weights_problem(
            [Criterion(id=name, weight=weight) for name, weight in found.items()]
        )
        self.sum.setText(problem or f"The weights sum to {WHOLE}.")
        self.keep.setEnabled(not problem)

    @Slot()
    def _on_keep(self) -> None:
        self._desk.do(set_weights, self.weights(), done=self._on_done, failed=self._on_failed)

    def _on_done(self, _changes: "ChangeSet") -> None:
        self.accept()

    def _on_failed(self, error: "DyadError") -> None:
        self.reason.setText(show.sentence(error, "Nothing was changed."))
        self.reason.show()
