"""All requests by how far the partners are apart, and the chosen one's marks side by side once they are open."""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dyad_desktop.domain.capital import CapitalRequest, Criterion
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.ranking import RankedRequest
from dyad_desktop.domain.scoring import DIVERGENT, compare, is_done, weights_problem
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.capital.scores import ScoreGrid
from dyad_desktop.ui.pages.capital.seal_words import state
from dyad_desktop.ui.pages.capital.table import PlainTable, TableRow, numbered
from dyad_desktop.ui.pages.capital.weights import WeightsDialog
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Column, button, label

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.services.capital import CapitalPlan
    from dyad_desktop.ui.desk import Desk


def sentence(book: "Book", plan: "CapitalPlan", partner: str) -> str:
    """Return how far the scoring is, in one or two sentences."""
    opened = [row for row in plan.rows if row.opened]
    apart = sum(bool(row.divergent) for row in opened)
    waiting = [row for row in plan.rows if not row.opened]
    text = f"{len(opened)} of {len(plan.rows)} requests are open"
    text += f"; on {apart} you are {DIVERGENT} or more apart." if apart else "."
    yours = sum(not is_done(book, row.request, partner) for row in waiting)
    if yours:
        text += f" {yours} {'waits' if yours == 1 else 'wait'} for your marks."
    elif waiting:
        text += " The others wait for your partner."
    return text


def _spread(ranked: RankedRequest) -> Decimal:
    """Return how far the weighted scores are apart; nothing while one is missing."""
    known = [score for score in ranked.scores.values() if score is not None]
    return max(known) - min(known) if len(known) > 1 else Decimal(0)


class ScoresView(QWidget):
    """The view. ``picked`` carries the id of the request that became current, ``opened`` one to open in full."""

    picked = Signal(str)
    opened = Signal(str)

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GRID + 4)
        self.said = label("", "strong", wrap=True)
        self.weights = button("Criteria and weights …")
        self.weights.clicked.connect(self._on_weights)
        head = QHBoxLayout()
        head.addWidget(self.said, 1)
        head.addWidget(self.weights)
        outer.addLayout(head)
        self.problem = label("", "error", wrap=True)
        outer.addWidget(self.problem)
        both = QHBoxLayout()
        both.setSpacing(GRID + 4)
        partners = [desk.book.need(Partner, one) for one in desk.partner_ids]
        heads = ("Request", *(one.first_name for one in partners), "Apart", "Score")
        left = Card("Furthest apart first")
        self.table = PlainTable("Requests by how far their scores are apart", heads, grows=False)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self.opened)
        left.column.addWidget(self.table, 1)
        both.addWidget(left, 11)
        self.right = right = Column()
        self.card = Card()
        self._place = QVBoxLayout()
        self.card.column.addLayout(self._place)
        right.column.addWidget(self.card)
        both.addWidget(right, 10)
        outer.addLayout(both, 1)
        self.grid: ScoreGrid | None = None

    def show_plan(self, plan: "CapitalPlan") -> None:
        """Show the requests, those furthest apart first, then the ones that wait for marks."""
        self._plan = plan
        book = self._desk.book
        self.said.setText(sentence(book, plan, self._desk.partner))
        self.problem.setText(weights_problem(book.all(Criterion)))
        self.problem.setVisible(bool(self.problem.text()))
        self._show_rows()
        self._show_chosen(self.table.current_key())

    @Slot()
    def _show_rows(self) -> None:
        rows = sorted(
            self._plan.rows,
            key=lambda row: (not row.opened, -self._apart(row), -_spread(row), row.rank),
        )
        self.table.show_rows([self._row(one) for one in rows])
        if not self.table.current_key() and rows:
            self.table.choose(rows[0].request.id)

    def _apart(self, ranked: RankedRequest) -> int:
        return sum(
            one.apart for one in compare(self._desk.book, ranked.request) if one.apart >= DIVERGENT
        )

    def _row(self, ranked: RankedRequest) -> TableRow:
        ids = self._desk.partner_ids
        session = self._desk.session
        cells = [numbered(ranked)]
        tones, exact = [], dict[int, Decimal]()
        for column, who in enumerate(ids, start=1):
            score = ranked.scores.get(who)
            if ranked.opened:
                cells.append(show.number(score, 2))
                exact |= {column: score} if score is not None else {}
                tones.append((column, theme.partner(self._desk.place(who))))
            else:
                cells.append(state(session, ranked.request, who))
        cells.append(f"▲ {len(ranked.divergent)}" if ranked.divergent else "")
        tones.append((len(ids) + 1, theme.status("at_risk")))
        if ranked.divergent:
            exact[len(ids) + 1] = Decimal(len(ranked.divergent))
        cells.append("" if ranked.score is None else show.number(ranked.score, 2))
        exact |= {len(ids) + 2: ranked.score} if ranked.score is not None else {}
        return TableRow(
            ranked.request.id, cells, quiet=not ranked.opened, tones=tuple(tones), exact=exact
        )

    def choose(self, request: str) -> None:
        """Make a request current."""
        if self.table.choose(request):
            self._show_chosen(request)

    def _show_chosen(self, request: str) -> None:
        found = self._desk.book.get(CapitalRequest, request)
        self.card.setVisible(found is not None)
        if found is None:
            return
        self.card.set_heading(found.title)
        key = ("capital_request", request)
        if self.grid is None:
            self.grid = ScoreGrid(self._desk, key)
            self.grid.marked.connect(self._show_rows)
            self._place.addWidget(self.grid)
        else:
            self.grid.show_request(key)
        self.right.setMinimumWidth(self.card.minimumSizeHint().width() + theme.px(14))

    @Slot(str)
    def _on_picked(self, request: str) -> None:
        self._show_chosen(request)
        self.picked.emit(request)

    @Slot()
    def _on_weights(self) -> None:
        self.dialog = WeightsDialog(self._desk, self)
        self.dialog.open()
