"""Each partner's scores of a request, criterion by criterion, in a small grid."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from dyad_desktop.domain.capital import CapitalRequest, Criterion
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.ranking import DIVERGENT
from dyad_desktop.services.capital import capital_plan, score
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, StatusMark, label, row

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.ui.desk import Desk

MARKS = range(1, 6)


class ScoreGrid(QWidget):
    """Criteria down, partners across. Only the partner who writes can score in their column."""

    def __init__(self, desk: "Desk", key: "Key") -> None:
        super().__init__()
        self._desk, self._key = desk, key
        self.boxes: dict[str, QComboBox] = {}
        self._apart: dict[str, StatusMark] = {}
        self._totals: dict[str, QLabel] = {}
        self._mean = label("", "strong")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(GRID - 2)
        grid.setColumnStretch(0, 1)
        partners = [desk.book.need(Partner, one) for one in desk.partner_ids]
        for column, partner in enumerate(partners, start=1):
            avatar = Avatar(partner.initials, partner.name, desk.place(partner.id))
            name = label(partner.first_name, "small")
            name.setStyleSheet(f"color: {theme.partner(desk.place(partner.id)).name()};")
            grid.addLayout(row(avatar, name, spacing=4), 0, column)
        criteria = desk.book.all(Criterion)
        for line, criterion in enumerate(criteria, start=1):
            grid.addWidget(label(f"{criterion.id.capitalize()}  {criterion.weight:f} %"), line, 0)
            for column, partner in enumerate(partners, start=1):
                grid.addWidget(self._box(partner, criterion), line, column)
            self._apart[criterion.id] = StatusMark("at_risk", word="")
            grid.addWidget(self._apart[criterion.id], line, len(partners) + 1)
        last = len(criteria) + 1
        grid.addWidget(label("Weighted", "strong"), last, 0)
        for column, partner in enumerate(partners, start=1):
            self._totals[partner.id] = label("", "strong")
            grid.addWidget(self._totals[partner.id], last, column, Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(self._mean, last, len(partners) + 1)
        self.refresh()

    def _box(self, partner: Partner, criterion: Criterion) -> QComboBox:
        made = QComboBox()
        made.addItem(show.NOTHING, None)
        for mark in MARKS:
            made.addItem(str(mark), mark)
        made.setAccessibleName(f"{criterion.id} by {partner.name}")
        made.setProperty("criterion", criterion.id)
        made.setFixedWidth(theme.px(64))
        made.setStyleSheet(
            f"QComboBox {{ border-left: 3px solid {theme.partner(self._desk.place(partner.id)).name()}; }}"
        )
        mine = partner.id == self._desk.partner
        made.setEnabled(mine)
        if not mine:
            made.setToolTip(
                f"{partner.first_name} scores here; choose who writes at the top right."
            )
        made.activated.connect(self._on_scored)
        self.boxes[f"{partner.id}/{criterion.id}"] = made
        return made

    def refresh(self) -> None:
        """Show the book's scores."""
        book = self._desk.book
        request = book.get(CapitalRequest, self._key[1])
        found = next((one for one in capital_plan(book).rows if one.request is request), None)
        if request is None or found is None:
            return
        for slot, box in self.boxes.items():
            box.setCurrentIndex(max(0, box.findData(request.scores.get(slot))))
        for criterion, mark in self._apart.items():
            mark.setVisible(criterion in found.divergent)
            mark.set_status("at_risk", f"{DIVERGENT} or more apart")
        for partner, shown in self._totals.items():
            shown.setText(
                show.number(found.scores.get(partner), 2)
                if found.scores.get(partner)
                else show.NOTHING
            )
        self._mean.setText(f"mean {show.number(found.score, 2)}" if found.score is not None else "")

    @Slot(int)
    def _on_scored(self, _n: int) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)  # noqa: S101 - for the type checker
        criterion = str(box.property("criterion"))
        self._desk.do(
            score, self._key[1], criterion, box.currentData(), self, failed=self._desk.say_error
        )
