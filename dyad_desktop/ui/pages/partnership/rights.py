"""Who decides what: a table in words whose rows open into forms."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dyad_desktop.domain.partnership import DecisionRight, EscalationStep, Partner
from dyad_desktop.services.partnership import add_right, step_name
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.partnership.listing import Listing
from dyad_desktop.ui.pages.partnership.opening import cell, divider
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, Card, Empty, button, row

_FIELDS = ("decision", "mode", "lead", "consult", "threshold", "if_we_differ")
_TITLES = {
    "if_we_differ": "If we differ",
    "consult": "Consult (comma between)",
    "mode": "How it is decided",
}
_WIDTHS = (5, 3, 3, 4, 5)
MODES = {
    "both": "both together",
    "lead": "one leads",
    "either_at_once": "either, at once",
    "reserved_upward": "reserved upward",
}


class RightsView(Listing):
    """A row a right: what, how and by whom, who is consulted, up to where, what if they differ."""

    def shape(self) -> object:
        """Return every right as it stands, with what it refers to."""
        book = self.desk.book
        return book.all(DecisionRight), book.all(Partner), book.all(EscalationStep)

    def build(self) -> None:
        """Fill the table."""
        rights = self.desk.book.all(DecisionRight)
        if not rights:
            self.column.addWidget(
                Empty(
                    "No decision rights yet. Write down who decides what, before the first hard case.",
                    "New decision right", self.add,
                )
            )  # fmt: skip
            return
        card = Card()
        card.column.setSpacing(1)
        card.column.setContentsMargins(GRID, GRID, GRID, GRID)
        head = QWidget()
        self._cells(
            head,
            [
                cell(t, "small")
                for t in ("Decision", "Decided by", "Consult", "Threshold", "If you differ")
            ],
        )
        card.column.addWidget(head)
        for right in rights:
            divider(card.column, 1)
            card.column.addWidget(self._row(right))
        self.column.addWidget(card)
        made = button("New decision right", "quiet", icon_name="plus")
        made.clicked.connect(self.add)
        self.column.addLayout(row(made, 1))

    def _cells(self, holder: QWidget, parts: list[QWidget | QHBoxLayout]) -> None:
        line = QHBoxLayout(holder)
        line.setContentsMargins(GRID, GRID - 2, GRID, GRID - 2)
        line.setSpacing(GRID * 2)
        for part, width in zip(parts, _WIDTHS, strict=True):
            if isinstance(part, QHBoxLayout):
                inner = QWidget()
                inner.setLayout(part)
                line.addWidget(inner, width, Qt.AlignmentFlag.AlignTop)
            else:
                line.addWidget(part, width, Qt.AlignmentFlag.AlignTop)

    def _row(self, right: DecisionRight) -> QWidget:
        book = self.desk.book
        mode = MODES[right.mode]
        lead = book.get(Partner, right.lead)
        if lead is not None:
            verb = "leads" if right.mode == "lead" else "prepares"
            mode = (
                f"{lead.first_name} {verb}"
                if right.mode == "lead"
                else f"{mode}; {lead.first_name} {verb}"
            )
        step = book.get(EscalationStep, right.if_we_differ)
        differ = f"{step_name(book, step)}: {step.who}" if step else show.NOTHING
        consult = ", ".join(show.partner_name(book, one) for one in right.consult) or show.NOTHING
        made = self.opening(
            ("decision_right", right.id),
            f"{right.decision}: {mode}; consult {consult}",
            _FIELDS,
            _TITLES,
        )
        who = [lead] if lead is not None and right.mode == "lead" else list(book.all(Partner))
        if right.mode == "reserved_upward":
            who = []
        decided = row(spacing=4)
        for one in who:
            disc = Avatar(one.initials, one.name, self.desk.place(one.id), 18)
            decided.addWidget(disc, 0, Qt.AlignmentFlag.AlignTop)
        decided.addWidget(cell(mode))
        decided.setStretch(len(who), 1)
        self._cells(
            made.head,
            [
                cell(f"{right.decision}", "strong"),
                decided,
                cell(consult, "muted"),
                cell(right.threshold or show.NOTHING, "muted"),
                cell(differ, "muted"),
            ],
        )
        return made

    @Slot()
    def add(self) -> None:
        """Add a right and open its form."""
        self.desk.do(add_right, done=self.open_new, failed=self.desk.say_error)

    def restyle(self) -> None:
        """Take up a changed zoom."""
        self.column.setSpacing(theme.px(GRID))
