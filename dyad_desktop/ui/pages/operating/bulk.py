"""Changes many lines at once: which, what, what comes of it, why; nothing is written before that is seen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from dyad_desktop.domain.bulk_scope import matching
from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.bulk import Outcome, change_many, preview, reaches_other_drafts
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.operating.bulk_preview import MonthsBefore, PreviewModel
from dyad_desktop.ui.pages.operating.bulk_wish import FilterFields, WishFields
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Segments, button, label, row
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.models.unit import Unit

_PAUSE_MS = 150
_NAMES_OF_KINDS = {
    "revenue": "revenue",
    "deduction": "deductions",
    "other_revenue": "other revenue",
    "expense": "expense",
}
_FEW = 3
_KINDS = frozenset(
    {"operating_line", "draft_line", "volume", "position", "planning", "draft", "partnership"}
)


class BulkDialog(QDialog):
    """Asks for lines, a change and a reason, and shows what comes of it before it is written."""

    def __init__(
        self, desk: "Desk", selected: Sequence[str], unit: "Unit", parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk, self._selected, self._unit = desk, tuple(selected), unit
        self._generation = 0
        self.outcome: Outcome | None = None
        self.setWindowTitle("Change many lines")
        every = len(desk.book.all(OperatingLine))
        few = len(self._selected)
        self.scope = Segments(
            (
                ("selection", f"Selected ({few:,})"), ("filter", "By filter"),
                ("all", f"All ({every:,})"),
            ), "Which lines",
        )  # fmt: skip
        self.filter = FilterFields(desk.book)
        self.wish = WishFields(desk.book, desk.budget.periods, unit)
        self.model = PreviewModel(desk.book, unit)
        self.sheet = Sheet(self.model, "What would change")
        self.months = MonthsBefore(unit, desk.budget.periods)
        self.counts, self.problem = label("", "", wrap=True), label("", "error", wrap=True)
        self.dropping, self.lost = QCheckBox(""), label("", "small", wrap=True)
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason")
        self.reason.setPlaceholderText("Reason, such as “Supplier contract: +3 % from October”")
        self.apply, cancel = button("Apply", "primary"), button("Cancel")
        self._lay_out(cancel)
        self._listen(cancel)
        self.scope.choose("selection" if self._selected else "all")
        self._on_scope()
        self.resize(theme.px(960), theme.px(640))
        self.wish.number.setFocus()

    def _listen(self, cancel: QPushButton) -> None:
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self.scope.chosen.connect(self._on_scope)
        self.filter.edited.connect(self._on_edited)
        self.wish.edited.connect(self._on_edited)
        self.sheet.moved.connect(self._on_moved)
        self.reason.textChanged.connect(self._enable)
        self.dropping.toggled.connect(self._enable)
        self.apply.clicked.connect(self.write)
        cancel.clicked.connect(self.reject)
        self._desk.changed.connect(self._on_changed)

    def _lay_out(self, cancel: QWidget) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addLayout(row(self.scope, 1))
        column.addWidget(self.filter)
        column.addWidget(self.wish)
        column.addWidget(self.sheet, 1)
        column.addWidget(self.months)
        for part in (self.counts, self.problem, self.dropping, self.lost):
            column.addWidget(part)
        column.addLayout(row(self.reason, cancel, self.apply))
        self.apply.setDefault(True)
        self.problem.hide()
        self.dropping.hide()
        self.lost.hide()

    # -- what is asked for ---------------------------------------------------------------------

    @Slot()
    def _on_scope(self) -> None:
        self.filter.setVisible(self.scope.choice == "filter")
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        """Let nothing be written of what is shown: it is no longer what is asked for."""
        self._generation += 1
        self.outcome = None
        self._enable()
        self._timer.start()

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if self.isVisible() and changes.kinds & _KINDS:
            self._on_edited()

    @Slot()
    def _ask(self) -> None:
        """Let what is asked for be worked out beside the window."""
        self._generation += 1
        if not self.wish.ready:
            self._show(None, "")
            self.counts.setText(
                "Say by how much; what comes of it is shown here before anything is written."
            )
            return
        try:
            wish = self.wish.wish()
        except BadInputError as error:
            self._show(None, error.reason)
            return
        generation, session, draft = self._generation, self._desk.session, self._desk.draft
        scope, wanted, selected = self.scope.choice, self.filter.wanted(), self._selected

        def query() -> tuple[int, Outcome | BadInputError]:
            try:
                book, budget = session.book, session.budget(draft)
                lines: Sequence[str] = selected
                if scope == "filter":
                    lines = matching(book, budget, wanted)
                elif scope == "all":
                    lines = [line.id for line in book.all(OperatingLine)]
                return generation, preview(book, budget, wish, lines)
            except BadInputError as error:
                return generation, error

        self._desk.ask(query, self._on_answer)

    @Slot(object)
    def _on_answer(self, answer: tuple[int, "Outcome | BadInputError"]) -> None:
        generation, found = answer
        if generation != self._generation or not self.isVisible():
            return
        if isinstance(found, BadInputError):
            self._show(None, found.reason)
        else:
            self._show(found, "")

    # -- what comes of it ----------------------------------------------------------------------

    def _show(self, outcome: Outcome | None, problem: str) -> None:
        self.outcome = outcome
        self.model.take(self._desk.book, outcome)
        self.sheet.totals.refit()
        if self.model.rows:
            self.sheet.view.go_to(0, 0)
        self._on_moved()
        self.counts.setText("" if outcome is None else self._count_words(outcome))
        self.problem.setText(show.sentence(problem, "Nothing is changed.") if problem else "")
        self.problem.setVisible(bool(problem))
        lost = outcome is not None and bool(outcome.dropped)
        for part in (self.dropping, self.lost):
            part.setVisible(lost)
        self.dropping.setChecked(False)
        if outcome is not None and lost:
            parts = [
                f"{self._unit.text(amount)} of {_NAMES_OF_KINDS[kind]}"
                for kind, amount in outcome.dropped.items()
            ]
            told = f"{self.model.columns[0].title} {', '.join(parts)}"
            self.dropping.setText(f"Let {told} fall out of the year")
            self.lost.setText(self._dropped_words(outcome))
        self._enable()

    def _count_words(self, outcome: Outcome) -> str:
        count = len(outcome.moves)
        parts = [f"{count:,} {'line changes' if count == 1 else 'lines change'}"]
        if outcome.followers:
            parts.append(f"{len(outcome.followers):,} more follow")
        if outcome.locked:
            months = "locked month stays" if outcome.locked == 1 else "locked months stay"
            parts.append(f"{outcome.locked:,} {months}")
        if outcome.left:
            why = [f"{reason} ({n:,})" for reason, n in outcome.reasons[:_FEW]]
            more = len(outcome.reasons) - _FEW
            why += [f"{more} more reasons"] if more > 0 else []
            stay = "stays as it is" if len(outcome.left) == 1 else "stay as they are"
            parts.append(f"{len(outcome.left):,} {stay}: {'; '.join(why)}")
        if reaches_other_drafts(outcome):
            parts.append("drafts without a plan of their own follow")
        return " · ".join(parts)

    def _dropped_words(self, outcome: Outcome) -> str:
        book, unit = self._desk.book, self._unit
        lost = [
            f"{book.label('operating_line', move.line)} "
            + ", ".join(
                f"{month_label(period)} {unit.text(amount)}" for period, amount in move.dropped
            )
            for move in outcome.moves
            if move.dropped
        ]
        more = f"; and {len(lost) - _FEW:,} more lines" if len(lost) > _FEW else ""
        return "; ".join(lost[:_FEW]) + more

    @Slot()
    def _on_moved(self) -> None:
        at = self.sheet.view.currentIndex().row()
        there = 0 <= at < len(self.model.rows)
        self.months.show_line(self.outcome, self.model.rows[at].key[1] if there else "")

    @Slot()
    def _enable(self) -> None:
        found = self.outcome
        meant = found is not None and (not found.dropped or self.dropping.isChecked())
        self.apply.setEnabled(
            found is not None and bool(found.moves) and meant and bool(self.reason.text().strip())
        )
        count = 0 if found is None else len(found.moves)
        self.apply.setText(
            f"Change {count:,} {'line' if count == 1 else 'lines'}" if count else "Apply"
        )

    # -- writing -------------------------------------------------------------------------------

    @Slot()
    def write(self) -> None:
        """Write what is shown, as one commit with the reason."""
        if self.outcome is None or not self.apply.isEnabled():
            return
        self.apply.setEnabled(False)
        self._desk.do(
            change_many, self.outcome, self.reason.text(), self, done=self._on_done,
            failed=self._on_failed,
        )  # fmt: skip

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        count = len({key[1].partition(".")[2] or key[1] for key in changes.keys})
        self.accept()
        self._desk.say(
            f"Changed {count:,} {'line' if count == 1 else 'lines'}: {changes.note}", undo=True
        )

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self._show(None, error.reason if isinstance(error, BadInputError) else str(error))
        self._timer.start()
