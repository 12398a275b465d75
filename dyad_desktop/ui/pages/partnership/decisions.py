"""What the pair decided, the newest first, with both positions side by side."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.meetings import Decision
from dyad_desktop.domain.partnership import DecisionRight, Partner
from dyad_desktop.services.partnership import add_decision
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.partnership.charter import SideCard
from dyad_desktop.ui.pages.partnership.listing import Listing
from dyad_desktop.ui.pages.partnership.opening import cell
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, Card, Empty, StatusMark, button, label, row

_STATES = {
    "agreed": "on_track",
    "agreed_with_reservation": "at_risk",
    "committed": "at_risk",
    "escalated": "off_track",
    "open": "no_data",
}
_FIELDS = (
    "title", "date", "decision_right", "state", "options", "outcome", "rationale", "reservation",
    "review_on", "message",
)  # fmt: skip
_TITLES = {
    "options": "Options (comma between)",
    "message": "Message to the team",
    "review_on": "Review on",
}


class DecisionsView(Listing):
    """A card a decision."""

    def shape(self) -> object:
        """Return every decision as it stands."""
        return self.desk.book.all(Decision), self.desk.book.all(Partner)

    def build(self) -> None:
        """Fill the list."""
        decisions = self.desk.book.all(Decision)
        if not decisions:
            text = "No decisions yet. What you decide together stands here, with where each of you stood and why."
            self.column.addWidget(Empty(text, "New decision", self.add))
        for decision in sorted(decisions, key=lambda one: (one.date or "", one.id), reverse=True):
            card = Card()
            card.column.setContentsMargins(GRID - 2, GRID - 2, GRID - 2, GRID - 2)
            card.column.addWidget(self._row(decision))
            self.column.addWidget(card)

    def _row(self, decision: Decision) -> QWidget:
        book = self.desk.book
        positions = [f"positions/{partner.id}" for partner in book.all(Partner)]
        titles = {f"positions/{p.id}": f"Position of {p.first_name}" for p in book.all(Partner)}
        state = show.words(decision.state)
        made = self.opening(
            ("decision", decision.id),
            f"{decision.title}, {show.day(decision.date)}: {state}",
            (*_FIELDS[:4], *positions, *_FIELDS[4:]),
            {**_TITLES, **titles},
        )
        column = QVBoxLayout(made.head)
        column.setContentsMargins(GRID, GRID - 2, GRID, GRID - 2)
        column.setSpacing(GRID - 2)
        mark = StatusMark(_STATES[decision.state], word=state)
        column.addLayout(
            row(label(decision.title, "lead"), 1, mark, label(show.day(decision.date), "small"))
        )
        body = QHBoxLayout()
        body.setSpacing(GRID * 3)
        body.addLayout(self._said(decision), 6)
        body.addLayout(self._stands(decision), 5)
        column.addLayout(body)
        return made

    def _said(self, decision: Decision) -> QVBoxLayout:
        right = self.desk.book.get(DecisionRight, decision.decision_right)
        made = QVBoxLayout()
        made.setSpacing(2)
        made.setAlignment(Qt.AlignmentFlag.AlignTop)
        made.addWidget(
            cell(decision.outcome or "Not decided yet", "strong" if decision.outcome else "muted")
        )
        if decision.rationale:
            made.addWidget(cell(decision.rationale, "muted"))
        if decision.reservation:
            made.addWidget(cell(f"Reservation: {decision.reservation}", "muted"))
        parts = [f"under {right.decision.lower()}"] if right else []
        parts += [f"review on {show.day(decision.review_on)}"] if decision.review_on else []
        if parts:
            text = ", ".join(parts)
            made.addWidget(cell(text[:1].upper() + text[1:], "small"))
        return made

    def _stands(self, decision: Decision) -> QHBoxLayout:
        made = QHBoxLayout()
        made.setSpacing(GRID)
        for partner in self.desk.book.all(Partner):
            place = self.desk.place(partner.id)
            card = SideCard(place)
            card.column.setSpacing(2)
            card.column.setContentsMargins(GRID + 6, GRID - 2, GRID, GRID - 2)
            avatar = Avatar(partner.initials, partner.name, place, 18)
            card.column.addLayout(row(avatar, label(partner.first_name, "strong"), 1))
            said = decision.positions.get(partner.id) or "not_yet_answered"
            card.column.addWidget(
                cell(show.words(said), "muted" if said == "not_yet_answered" else "")
            )
            made.addWidget(card, 1, Qt.AlignmentFlag.AlignTop)
        return made

    @Slot()
    def add(self) -> None:
        """Ask what is to be decided."""
        self._dialog = NewDecision(self)
        self._dialog.accepted.connect(self._on_new)
        self._dialog.open()

    @Slot()
    def _on_new(self) -> None:
        title = self._dialog.title.text()
        self.desk.do(add_decision, title, done=self.open_new, failed=self.desk.say_error)


class NewDecision(QDialog):
    """Asks for the question."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("New decision")
        self.setAccessibleName("New decision")
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        column.setSpacing(GRID)
        column.addWidget(label("New decision", "title"))
        column.addWidget(
            label("What is to be decided? Each of you then takes a position.", "muted", wrap=True)
        )
        self.title = QLineEdit()
        self.title.setAccessibleName("What is to be decided")
        self.title.textChanged.connect(self._on_text)
        column.addWidget(self.title)
        self.create_button, cancel = button("Create", "primary"), button("Cancel")
        self.create_button.setDefault(True)
        self.create_button.setEnabled(False)
        self.create_button.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        column.addLayout(row(1, cancel, self.create_button))
        self.resize(theme.px(480), self.sizeHint().height())
        self.title.setFocus()

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self.create_button.setEnabled(bool(text.strip()))
