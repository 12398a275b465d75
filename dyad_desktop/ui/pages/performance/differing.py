"""The line above a chart that tells what the partners hold apart of its measure, and opens it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.score_lines import HELD_APART
from dyad_desktop.services.disagreements import field_name, register_text
from dyad_desktop.services.goals import DENOMINATOR, NUMERATOR, VALUE, by_hand, computed
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.performance.asking import Question
from dyad_desktop.ui.widgets.basics import button

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dyad_desktop.domain.book import Book
    from dyad_desktop.replication.change import Address
    from dyad_desktop.replication.views import Side
    from dyad_desktop.ui.desk import Desk

_TOLD = 2
"""How many are told with both values."""


def fields_apart(contested: "Mapping[Address, object]") -> dict[str, set[tuple[str, str]]]:
    """Return by measure which (field, slot) the partners hold apart, as the scorecard takes it."""
    found: dict[str, set[tuple[str, str]]] = {}
    for at in contested:
        if at.kind == "measure" and at.field in HELD_APART:
            found.setdefault(at.id, set()).add((at.field, at.slot))
    return found


def differing_words(book: "Book", apart: "Sequence[tuple[Address, Sequence[Side]]]") -> str:
    """Return what is held apart, the newest month first, with both values: as far as there is room."""
    told = [_told(book, at, sides) for at, sides in apart[:_TOLD]]
    more = len(apart) - len(told)
    rest = [f"{more} more"] if more > 0 else []
    return f"{'; '.join([*told, *rest])}. Shown is what you both last had{_mixed(book, apart)}."


def _mixed(book: "Book", apart: "Sequence[tuple[Address, Sequence[Side]]]") -> str:
    """Return in a clause what the parts of a period give until it is settled, where that isn't the value shown."""
    for at, _sides in apart:
        measure = book.get(Measure, at.id)
        if measure is None or at.field not in (VALUE, NUMERATOR, DENOMINATOR):
            continue
        if by_hand(measure, at.slot):
            parts = (measure.numerator.get(at.slot), measure.denominator.get(at.slot))
            part, whole = (show.number(one) for one in parts)
            given = show.number(computed(measure, at.slot))
            when = month_year_label(at.slot)
            return f"; the parts of {when} stand as {part} of {whole}, {given}, until you settle it"
    return ""


def _told(book: "Book", at: "Address", sides: "Sequence[Side]") -> str:
    said = ", ".join(
        f"{show.partner_name(book, one.partner)} {register_text(book, at, one.value)}"
        for one in sides
    )
    return f"{field_name(book, at)}: {said}"


class DifferingLine(Question):
    """Shows while the partners hold something of a measure apart that its chart or its state rests on."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk, "you differ")
        self._measure = ""
        self.told = ""
        """What is told of the measure; empty where nothing is held apart."""
        self._first: Address | None = None
        self.open = button("Settle", name="Open both sides")
        self.open.clicked.connect(self._on_open)
        self.line.addWidget(self.open)
        desk.differing.connect(self.refresh)

    def show_measure(self, measure_id: str) -> None:
        """Tell of a measure."""
        self._measure = measure_id
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Tell what is held apart now."""
        mine = fields_apart(self._desk.contested).get(self._measure, set())
        apart = [
            (at, sides)
            for at, sides in self._desk.contested.items()
            if at[:2] == ("measure", self._measure) and (at.field, at.slot) in mine
        ]
        apart.sort(key=lambda one: (one[0].slot, one[0].field), reverse=True)
        self.ask(asked=bool(apart))
        self.told = differing_words(self._desk.book, apart) if apart else ""
        if apart:
            self._first = apart[0][0]
            self.words.setText(self.told)

    @Slot()
    def _on_open(self) -> None:
        if self._first is not None:
            self._desk.settling.emit(self._first)
