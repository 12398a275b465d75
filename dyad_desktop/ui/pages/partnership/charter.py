"""The charter as a readable page, every part of it editable where it stands."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dyad_desktop.domain.partnership import EscalationStep, GiveAndGet, Partner, SharedValue
from dyad_desktop.services.partnership import add_give, add_step, add_value, step_name
from dyad_desktop.ui.pages.partnership.inplace import FieldText
from dyad_desktop.ui.pages.partnership.view import View
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, Card, button, label, row

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet

CHARTER = ("charter", "charter")
_RULES = (
    ("conflict_rule", "When we differ", "How you settle a difference"),
    ("cover", "Cover", "Who acts when one of you is away"),
    ("succession", "Succession", "Who follows, and how they are brought in"),
)


class SideCard(Card):
    """A card with a bar of a partner's colour at its left edge."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self._place = place
        self.column.setContentsMargins(GRID * 2 + 4, GRID + 4, GRID * 2, GRID + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(1, GRID, theme.px(4), self.height() - 2 * GRID, theme.partner(self._place))


class CharterView(View):
    """Purpose, values, who brings what, rules, ladder, signatures."""

    def shape(self) -> object:
        """Return the ids of everything listed."""
        book = self.desk.book
        kinds = (Partner, SharedValue, GiveAndGet, EscalationStep)
        return tuple(tuple(thing.id for thing in book.all(cls)) for cls in kinds)

    def build(self) -> None:
        """Fill the page."""
        self._purpose()
        self._values()
        self._partners()
        self._rules()
        self._ladder()

    def _purpose(self) -> None:
        card = Card("Our purpose")
        card.heading.setContentsMargins(GRID - 2, 0, 0, 0)
        card.column.setContentsMargins(GRID, GRID + 6, GRID, GRID + 6)
        card.column.addWidget(
            FieldText(
                self.desk, CHARTER, "purpose", "title", hint="Why the two of you lead this together"
            )
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 3)
        for n, (field, title) in enumerate((("mission_statement", "Mission"), ("scope", "Scope"))):
            grid.addWidget(_caption(title), 0, n)
            text = FieldText(self.desk, CHARTER, field, hint=f"{title} in a sentence")
            grid.addWidget(text, 1, n, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(n, 1)
        card.column.addLayout(grid)
        card.column.addLayout(self._signatures())
        self.column.addWidget(card)

    def _signatures(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(GRID * 3)
        for partner in self.desk.book.all(Partner):
            name = f"Signed by {partner.first_name}"
            field = FieldText(
                self.desk, CHARTER, f"signed/{partner.id}", hint="not signed yet", name=name
            )
            avatar = Avatar(partner.initials, partner.name, self.desk.place(partner.id))
            content = row(avatar, field, spacing=0)
            content.setContentsMargins(GRID - 2, 0, 0, 0)
            line.addLayout(_captioned(name, content))
        review = FieldText(self.desk, CHARTER, "review_on", hint="no date", name="Review on")
        line.addLayout(_captioned("Review on", row(review)))
        version = FieldText(self.desk, CHARTER, "version", hint="—")
        line.addLayout(_captioned("Version", row(version)))
        return line

    def _values(self) -> None:
        self.column.addWidget(label("What we hold to", "caps"))
        grid = QGridLayout()
        grid.setSpacing(GRID + 4)
        across = 3
        for n, value in enumerate(self.desk.book.all(SharedValue)):
            card = Card()
            card.column.setSpacing(0)
            card.column.setContentsMargins(GRID, GRID, GRID - 2, GRID)
            key = ("value", value.id)
            card.column.addLayout(
                row(FieldText(self.desk, key, "name", "lead"), self.remover(key), spacing=0)
            )
            behaviour = FieldText(self.desk, key, "behaviour", hint="How one would see it")
            card.column.addWidget(behaviour)
            card.column.addStretch(1)
            grid.addWidget(card, n // across, n % across)
        for n in range(across):
            grid.setColumnStretch(n, 1)
        self.column.addLayout(grid)
        self.column.addLayout(self.adder("Add a value", self._on_value))

    def _partners(self) -> None:
        self.column.addWidget(label("What each brings and gives", "caps"))
        line = QHBoxLayout()
        line.setSpacing(GRID + 4)
        for partner in self.desk.book.all(Partner):
            line.addWidget(self._partner_card(partner), 1)
        self.column.addLayout(line)

    def _partner_card(self, partner: Partner) -> QWidget:
        place = self.desk.place(partner.id)
        card = SideCard(place)
        card.column.setSpacing(2)
        card.column.addLayout(
            row(Avatar(partner.initials, partner.name, place), label(partner.name, "lead"), 1)
        )
        card.column.addWidget(_caption("Brings"))
        card.column.addWidget(
            FieldText(self.desk, CHARTER, f"contributions/{partner.id}", hint="One a line")
        )
        card.column.addWidget(_caption("Gives"))
        for give in self.desk.book.all(GiveAndGet):
            if give.giver == partner.id:
                key = ("give_and_get", give.id)
                card.column.addLayout(
                    row(FieldText(self.desk, key, "gives"), self.remover(key), spacing=0)
                )
        made = button("Add what is given", "quiet", icon_name="plus")
        made.setAccessibleName(f"Add what {partner.first_name} gives")
        made.setProperty("giver", partner.id)
        made.clicked.connect(self._on_give)
        card.column.addLayout(row(made, 1))
        card.column.addStretch(1)
        return card

    def _rules(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(GRID + 4)
        for field, title, hint in _RULES:
            card = Card(title)
            card.column.setSpacing(2)
            card.heading.setContentsMargins(GRID - 2, 0, 0, 0)
            card.column.setContentsMargins(GRID, GRID + 4, GRID, GRID)
            card.column.addWidget(FieldText(self.desk, CHARTER, field, hint=hint, name=title))
            card.column.addStretch(1)
            line.addWidget(card, 1)
        self.column.addLayout(line)

    def _ladder(self) -> None:
        card = Card("The ladder a difference climbs")
        card.column.setSpacing(2)
        for step in self.desk.book.all(EscalationStep):
            key = ("escalation_step", step.id)
            called = step_name(self.desk.book, step)
            name = label(called, "strong")
            name.setFixedWidth(theme.px(32))
            card.column.addLayout(
                row(
                    name,
                    FieldText(self.desk, key, "who", name=f"Step {called}"),
                    self.remover(key),
                )
            )
        card.column.addLayout(self.adder("Add a step", self._on_step))
        self.column.addWidget(card)

    # -- adding --------------------------------------------------------------------------------

    @Slot()
    def _on_value(self) -> None:
        self.desk.do(add_value, done=self._on_added, failed=self.desk.say_error)

    @Slot()
    def _on_step(self) -> None:
        self.desk.do(add_step, done=self._on_added, failed=self.desk.say_error)

    @Slot()
    def _on_give(self) -> None:
        giver = str(self.sender().property("giver"))
        self.desk.do(add_give, giver, done=self._on_added, failed=self.desk.say_error)

    def _on_added(self, changes: "ChangeSet") -> None:
        key = next(iter(changes.keys))
        if self.focus_field(key):
            focus = self.focusWidget()
            if isinstance(focus, FieldText):
                focus.edit()


def _captioned(title: str, content: QHBoxLayout) -> QVBoxLayout:
    """Return content under a small caption."""
    made = QVBoxLayout()
    made.setSpacing(0)
    made.addWidget(_caption(title))
    made.addLayout(content)
    return made


def _caption(title: str) -> QLabel:
    """Return a small caption that lines up with the text in place under it."""
    made = label(title, "small")
    made.setContentsMargins(GRID - 2, 0, 0, 0)
    return made
