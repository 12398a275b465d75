"""What a figure of a plan means that was said under another method, and the two ways to settle it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dyad_desktop.domain.meant import FIELDS, MEANINGS, method_key, other_meaning
from dyad_desktop.domain.operating import DraftLine, draft_line_id
from dyad_desktop.domain.plan_words import METHOD_WORDS
from dyad_desktop.services.planning import differing_on, mean
from dyad_desktop.services.wording import value_text
from dyad_desktop.ui import format as show
from dyad_desktop.ui.widgets.basics import button, clear, label, row

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk


class PlanMeaning(QWidget):
    """Asks what each such figure of a line means; empty while all mean what they count as.

    A figure that the partners hold apart, or whose method they do, is asked about once that is settled.
    """

    def __init__(self, desk: "Desk", line: str) -> None:
        super().__init__()
        self._desk, self._line = desk, line
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        desk.differing.connect(self._on_differing)

    def show_plan(self, said: DraftLine | None) -> None:
        """Ask anew."""
        clear(self._column)
        asked = [field for field in FIELDS if said is not None and other_meaning(said, field)]
        for field in asked:
            if said is not None:
                self._ask(said, field, other_meaning(said, field))
        self.setVisible(bool(asked))

    def _ask(self, said: DraftLine, field: str, then: str) -> None:
        was, now = MEANINGS[field, then], MEANINGS[field, method_key(said)]
        value = value_text(self._desk.book, "draft_line", field, getattr(said, field))
        differing = differing_on(self._desk.contested, said.id, field)
        asks = (
            f"You differ on the {differing}; settle that first." if differing else "Which is meant?"
        )
        text = f"{value} was said as {was}; this plan would take it as {now}. {asks}"
        self._column.addWidget(label(show.sentence(text), "strong", wrap=True))
        if differing:
            return
        for as_said, words in (
            (True, f"As it was said: plan by “{METHOD_WORDS[then]}”"),
            (False, f"It is {now}"),
        ):
            made = button(words)
            made.setProperty("field", field)
            made.setProperty("as_said", as_said)
            made.clicked.connect(self._on_way)
            self._column.addLayout(row(made, 1))

    @Slot()
    def _on_differing(self) -> None:
        self.show_plan(self._desk.book.get(DraftLine, draft_line_id(self._desk.draft, self._line)))

    @Slot()
    def _on_way(self) -> None:
        made = self.sender()
        self._desk.do(
            mean, self._desk.draft, self._line, str(made.property("field")),
            as_said=bool(made.property("as_said")), failed=self._desk.say_error,
        )  # fmt: skip
