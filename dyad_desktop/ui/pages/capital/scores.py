"""A request's scores: while sealed only the writer's own marks, then all side by side with the agreed one."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from dyad_desktop.domain.capital import CapitalRequest, Criterion
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.ranking import rank_requests
from dyad_desktop.domain.scoring import (
    DIVERGENT,
    compare,
    is_done,
    is_open,
    own_score,
    wanted,
    weights_of,
)
from dyad_desktop.services.capital import score
from dyad_desktop.services.sealing import agree, finish, own_marks, take_back
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.capital.seal_words import explanation, state
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, StatusMark, button, clear, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

MARKS = range(1, 6)
_AGREED = "agreed"


class ScoreGrid(QWidget):
    """Criteria down, partners across. A partner marks only in their own column, and sees others' once open.

    ``marked`` tells that something was kept, also what is not in the workspace yet.
    """

    marked = Signal()

    def __init__(self, desk: "Desk", key: "Key") -> None:
        super().__init__()
        self._desk, self._key = desk, key
        self.boxes: dict[str, QComboBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GRID + 4)
        self._grid.setVerticalSpacing(GRID - 2)
        column.addLayout(self._grid)
        self.said = label("", "small", wrap=True)
        column.addWidget(self.said)
        self._reason = label("", "error", wrap=True)
        self._reason.hide()
        column.addWidget(self._reason)
        self.done = button("I’m done: seal my marks", "primary")
        self.done.clicked.connect(self._on_done)
        self.back = button("Take my seal back")
        self.back.clicked.connect(self._on_back)
        self._buttons: QHBoxLayout = row(self.done, self.back, 1)
        column.addLayout(self._buttons)
        self.refresh()

    def show_request(self, key: "Key") -> None:
        """Show another request."""
        self._key = key
        self._reason.hide()
        self.refresh()

    @property
    def request(self) -> CapitalRequest | None:
        """Return the request as it is now."""
        return self._desk.book.get(CapitalRequest, self._key[1])

    def refresh(self) -> None:
        """Show the book's scores; whoever was marking goes on where they were."""
        request = self.request
        if request is None:
            return
        held = next((slot for slot, box in self.boxes.items() if box.hasFocus()), "")
        clear(self._grid)
        self.boxes.clear()
        self._heads()
        opened = is_open(self._desk.book, request)
        line = self._open_rows(request) if opened else self._own_rows(request)
        self._sums(request, line, opened=opened)
        self._grid.setColumnStretch(0, 1)
        self.said.setText(explanation(self._desk.session, request))
        mine = bool(request.score_seals.get(self._desk.partner))
        marks = own_marks(self._desk.session, request.id)
        complete = all(name in marks for name in wanted(self._desk.book))
        self.done.setVisible(not opened and not mine)
        self.done.setEnabled(complete and bool(marks))
        self.back.setVisible(not opened and mine and not self._all_done(request))
        if held in self.boxes:
            self.boxes[held].setFocus()

    def _all_done(self, request: CapitalRequest) -> bool:
        book = self._desk.book
        return all(is_done(book, request, one.id) for one in book.all(Partner))

    # -- rows ----------------------------------------------------------------------------------

    def _partners(self) -> list[Partner]:
        return [self._desk.book.need(Partner, one) for one in self._desk.partner_ids]

    def _heads(self) -> None:
        request = self.request
        for column, partner in enumerate(self._partners(), start=1):
            place = self._desk.place(partner.id)
            name = label(partner.first_name, "small")
            name.setStyleSheet(f"color: {theme.partner(place).name()};")
            self._grid.addLayout(
                row(Avatar(partner.initials, partner.name, place), name, spacing=4), 0, column
            )
        if request is not None and is_open(self._desk.book, request):
            last = len(self._desk.partner_ids) + 1
            self._grid.addWidget(label("Agreed", "small"), 0, last + 1)

    def _criterion(self, line: int, name: str, weight: object) -> None:
        shown = show.words(name)
        self._grid.addWidget(label(f"{shown[:1].upper()}{shown[1:]}  {weight:f} %"), line, 0)

    def _open_rows(self, request: CapitalRequest) -> int:
        """Show all marks side by side, those furthest apart first."""
        ids = self._desk.partner_ids
        places = {one.id: n for n, one in enumerate(self._desk.book.all(Partner))}
        line = 0
        for line, found in enumerate(compare(self._desk.book, request), start=1):
            self._criterion(line, found.criterion, found.weight)
            for column, who in enumerate(ids, start=1):
                box = self._box(found.criterion, found.marks[places[who]], who)
                box.setEnabled(who == self._desk.partner)
                self._grid.addWidget(box, line, column)
            if found.apart >= DIVERGENT:
                mark = StatusMark("at_risk", word=f"{found.apart} apart")
                self._grid.addWidget(mark, line, len(ids) + 1)
            agreed = self._box(found.criterion, found.agreed, "")
            self._grid.addWidget(agreed, line, len(ids) + 2)
        return line

    def _own_rows(self, request: CapitalRequest) -> int:
        """Show the writer's own marks, and of the others only how far they are."""
        marks = own_marks(self._desk.session, request.id)
        sealed = bool(request.score_seals.get(self._desk.partner))
        criteria = self._desk.book.all(Criterion)
        mine = self._desk.partner_ids.index(self._desk.partner) + 1
        for line, criterion in enumerate(criteria, start=1):
            self._criterion(line, criterion.id, criterion.weight)
            box = self._box(criterion.id, marks.get(criterion.id), self._desk.partner)
            box.setEnabled(not sealed)
            self._grid.addWidget(box, line, mine)
        for column, who in enumerate(self._desk.partner_ids, start=1):
            if column != mine:
                said = label(state(self._desk.session, request, who), "muted")
                self._grid.addWidget(said, 1, column)
        return len(criteria)

    def _sums(self, request: CapitalRequest, line: int, *, opened: bool) -> None:
        self._grid.addWidget(label("Weighted", "strong"), line + 1, 0)
        ranked = next(
            (one for one in rank_requests(self._desk.book) if one.request.id == request.id), None
        )
        if ranked is None:
            return
        ids = self._desk.partner_ids
        if opened:
            for column, who in enumerate(ids, start=1):
                self._grid.addWidget(
                    label(show.number(ranked.scores.get(who), 2), "strong"), line + 1, column
                )
        else:
            own = own_score(own_marks(self._desk.session, request.id), weights_of(self._desk.book))
            text = show.NOTHING if own is None else show.number(rounded(own, 2), 2)
            self._grid.addWidget(label(text, "strong"), line + 1, ids.index(self._desk.partner) + 1)
        if ranked.score is not None:
            word = "agreed" if any(request.agreed_scores.values()) else "mean"
            score_label = label(f"{word} {show.number(ranked.score, 2)}", "strong")
            self._grid.addWidget(score_label, line + 1, len(ids) + 1, 1, 2)

    def _box(self, criterion: str, mark: int | None, partner: str) -> QComboBox:
        """Return a box of marks: a partner's, or the agreed one."""
        made = ChoiceBox()
        made.addItem(show.NOTHING, None)
        for one in MARKS:
            made.addItem(str(one), one)
        made.setCurrentIndex(max(0, made.findData(mark)))
        who = show.partner_name(self._desk.book, partner, first=False) if partner else _AGREED
        made.setAccessibleName(f"{criterion} by {who}" if partner else f"{criterion}, agreed mark")
        made.setProperty("criterion", criterion)
        made.setProperty("partner", partner)
        made.setFixedWidth(theme.px(58))
        if partner:
            colour = theme.partner(self._desk.place(partner)).name()
            made.setStyleSheet(f"QComboBox {{ border-left: 3px solid {colour}; }}")
        if partner and partner != self._desk.partner:
            made.setToolTip(f"{who} marks here.")
        made.activated.connect(self._on_marked)
        self.boxes[f"{partner or _AGREED}/{criterion}"] = made
        return made

    # -- commands ------------------------------------------------------------------------------

    @Slot(int)
    def _on_marked(self, _n: int) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)  # noqa: S101 - for the type checker
        command = score if box.property("partner") else agree
        criterion = str(box.property("criterion"))
        self._desk.do(
            command, self._key[1], criterion, box.currentData(), self,
            done=self._on_kept, failed=self._on_refused,
        )  # fmt: skip

    @Slot()
    def _on_done(self) -> None:
        self._desk.do(finish, self._key[1], self, done=self._on_kept, failed=self._on_refused)

    @Slot()
    def _on_back(self) -> None:
        self._desk.do(take_back, self._key[1], self, done=self._on_kept, failed=self._on_refused)

    def _on_kept(self, _changes: "ChangeSet") -> None:
        self._reason.hide()
        self.refresh()
        self.marked.emit()

    def _on_refused(self, error: Exception) -> None:
        self._reason.setText(show.sentence(error))
        self._reason.show()
        self.refresh()
