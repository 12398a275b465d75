"""Home: what needs the two of you, the year so far, what changed, and when you meet."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.notice import SETTLE, Weight
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.services.home import GROUPS, HomeView, home_view
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages.home.rows import HomeRow, RowText
from dyad_desktop.ui.pages.home.since import CHOICES, LATEST, SINCE, heading, rows_of
from dyad_desktop.ui.pages.home.year import YearBars, caption, span_words, unit_of
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import (
    Card,
    Column,
    Empty,
    Pill,
    Segments,
    button,
    clear,
    label,
    row,
    rule,
)

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.contested import Span
    from dyad_desktop.domain.notice import Notice
    from dyad_desktop.services.home import Recent
    from dyad_desktop.services.meeting_point import Since
    from dyad_desktop.services.rhythm import NextMeeting
    from dyad_desktop.services.session import ChangeSet, Session

_HEADINGS = {
    "settle": "Settle together",
    "off_path": "Off the path",
    "waiting": "Waiting",
    "due": "Due",
}
_FIRST = {"settle": 4, "off_path": 6, "waiting": 4, "due": 5}
"""How many rows of a group stand there before the rest is asked for."""
_LEADS = ("goal", "measure")
_STATUS_WORD = {"off_track": "off track", "at_risk": "at risk"}
_NARROW = 680
_LATER_MS = 1200
"""While another page is up, the count in the rail follows after this much quiet."""


class Page(BasePage):
    """Home. ``filled`` tells that the page shows the newest book; ``count`` is the number of notices."""

    title = "What needs the two of you"
    tells_draft = True
    view_names = (LATEST, SINCE)
    wants_inspector = False
    """A click leads to the thing on its own page, where the inspector stands; here it would stay empty."""
    keys = (
        ("Tab, arrows", "from row to row"),
        ("Enter", "go to the thing"),
    )
    filled = Signal()

    def build(self) -> None:
        """Make the two columns; they are filled when the view has come."""
        self.count = 0
        self._expanded: set[str] = set()
        self._view: HomeView | None = None
        self._changes = LATEST
        self._since: Since | None = None
        self._asked = 0
        self._day = Pill("")
        self._day.hide()
        self.add_to_header(self._day, beside_title=True)
        scroll = Column()
        self.body.addWidget(scroll, 1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(GRID + 4)
        self._left, self._right = _column(self._columns, 6), _column(self._columns, 5)
        scroll.column.addLayout(self._columns)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self._later.timeout.connect(self._ask)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the columns under each other when they would be too narrow."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(_NARROW)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)

    def show_view(self, name: str) -> None:
        """Show the ``latest`` changes, or those ``since`` the partners last met."""
        if name in self.view_names:
            self._changes = name
            self._ask()

    # -- asking --------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the newest view."""
        self._later.stop()
        self._ask()

    @Slot()
    def _ask(self) -> None:
        self._asked += 1
        number, session, draft = self._asked, self.desk.session, self.desk.draft
        wanted = self._changes == SINCE

        def query() -> "tuple[int, HomeView, Since | None]":
            return number, home_view(session, draft), _since(session) if wanted else None

        self.desk.ask(query, self._on_view)

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        super()._on_changed(changes)
        if not self.isVisible():
            self._later.start()

    @Slot(object)
    def _on_view(self, answer: "tuple[int, HomeView, Since | None]") -> None:
        number, view, found = answer
        if number != self._asked:
            return
        self._since = found
        self._view = view
        self.count = view.count
        if self.isVisible() or not self._left.count():
            self._fill(view)
        else:
            self._stale = True
        self.filled.emit()

    # -- filling -------------------------------------------------------------------------------

    def _fill(self, view: HomeView) -> None:
        focus = self.focusWidget()
        kept = focus.key if isinstance(focus, HomeRow) and focus.hasFocus() else None
        self.setUpdatesEnabled(False)
        clear(self._left)
        clear(self._right)
        self._day.text.setText(f"as of {show.day(view.day)}")
        self._day.setToolTip("Late and due are judged by the date of the figures")
        self._day.show()
        self._fill_left(view)
        self._fill_right(view)
        for column in (self._left, self._right):
            for n in range(column.count()):
                item = column.itemAt(n)
                made = item.widget() if item is not None else None
                if made is not None:
                    made.show()  # at once, not when the layout comes to it: the focus goes there now
        self.setUpdatesEnabled(True)
        if kept is not None:
            self._focus(kept)

    def _fill_left(self, view: HomeView) -> None:
        if view.problem:
            text = f"The budget can't be computed: {view.problem}. Everything else is kept; mend the line there."
            self._left.addWidget(Empty(text, "Go to the operating budget", self._on_budget))
        for group in GROUPS:
            notices = view.group(group)
            if notices:
                untold = view.untold if group == SETTLE else 0
                self._left.addWidget(self._group_card(group, notices, untold))
        if view.steps:
            card = Card("First steps" if not view.notices else "Still to begin")
            self._add_rows(
                card,
                [HomeRow(RowText(s.text, s.detail, "no_data"), None, s.page) for s in view.steps],
            )
            self._left.addWidget(card)
        elif not view.notices and not view.problem:
            self._left.addWidget(
                Empty("Nothing needs the two of you now: every goal is on its path.")
            )
        self._left.addStretch(1)

    def _group_card(self, group: str, notices: "tuple[Notice, ...]", untold: int) -> Card:
        card = Card(f"{_HEADINGS[group]} · {len(notices) + untold:,}")
        first = len(notices) if group in self._expanded else _FIRST[group]
        self._add_rows(
            card,
            [
                HomeRow(self._notice_text(one), (one.kind, one.id), _page_for(one))
                for one in notices[:first]
            ],
        )
        if len(notices) > _FIRST[group]:
            more = group not in self._expanded
            every = f"Show the first {len(notices):,}" if untold else f"Show all {len(notices)}"
            made = button(every if more else "Show fewer", "link")
            made.setAccessibleName(f"{made.text()}: {_HEADINGS[group]}")
            made.setProperty("group", group)
            made.clicked.connect(self._on_more)
            made.setContentsMargins(GRID, 0, 0, 0)
            line = row(made, 1)
            line.setContentsMargins(GRID - 2, 0, 0, 0)
            card.column.addLayout(line)
        return card

    def _add_rows(self, card: Card, rows: list[HomeRow]) -> None:
        card.column.setSpacing(1)
        card.column.setContentsMargins(GRID, GRID + 4, GRID, GRID)
        card.heading.setContentsMargins(GRID, 0, 0, GRID - 2)
        for n, made in enumerate(rows):
            if n and made.row.detail:
                card.column.addWidget(rule())
            made.clicked.connect(self._on_row)
            card.column.addWidget(made)

    def _notice_text(self, notice: "Notice") -> RowText:
        book = self.desk.book
        partners = book.all(Partner)
        who = [one for one in partners if notice.who in (None, one.id)]
        side = ("both" if len(partners) == len(who) == 2 else "all") if notice.who is None else ""
        if notice.who is not None:
            name = show.partner_name(book, notice.who)
            side = f"{name} leads" if notice.kind in _LEADS else name
        return RowText(
            title=notice.title,
            detail=notice.detail,
            status=notice.status,
            word=_STATUS_WORD.get(notice.status, "") if notice.group == "off_path" else "",
            side=side,
            who=tuple((one.initials, self.desk.place(one.id)) for one in who),
        )

    def _fill_right(self, view: HomeView) -> None:
        self._right.addWidget(self._year_card(view))
        if view.meetings:
            card = Card("Next")
            self._add_rows(
                card,
                [
                    HomeRow(self._meeting_text(one, view.day), ("rhythm", one.id))
                    for one in view.meetings[:2]
                ],
            )
            self._right.addWidget(card)
        self._right.addWidget(self._changes_card(view))
        self._right.addStretch(1)

    def _changes_card(self, view: HomeView) -> Card:
        """Return the card of the latest changes, or of those since the partners last met."""
        found = self._since if self._changes == SINCE else None
        card = Card("Recent changes" if found is None else heading(found))
        self.switch = Segments(CHOICES, "Which changes")
        self.switch.choose(self._changes)
        self.switch.chosen.connect(self._on_switch)
        every = button("All of the history", "link")
        every.clicked.connect(self._on_history)
        head = row(self.switch, 1, every)
        head.setContentsMargins(GRID, 0, GRID, GRID - 2)
        if found is None:
            rows = [HomeRow(self._recent_text(one), one.key) for one in view.recent]
        else:
            rows = rows_of(self.desk, found)
        self._add_rows(card, rows)
        card.column.insertLayout(1, head)
        if found is not None and not rows:
            empty = label("Nothing has changed since.", "muted")
            empty.setContentsMargins(GRID, 0, 0, GRID)
            card.column.addWidget(empty)
        return card

    @Slot(str)
    def _on_switch(self, name: str) -> None:
        self._changes = name
        self._ask()

    @Slot()
    def _on_history(self) -> None:
        self.desk.go("history")

    def _year_card(self, view: HomeView) -> Card:
        book = self.desk.book
        year = book.only(Partnership).budget_year
        if not view.bars:
            card = Card(f"{year}, year to date")
            text = "No actual figures yet. Once finance has closed a month, it stands here against your budget."
            card.column.addWidget(label(text, "muted", wrap=True))
            return card
        unit = unit_of(book, view.bars)[2]
        card = Card(f"{year}, {span_words(view.periods)} · {unit}")
        card.column.addWidget(label(caption(book, view), wrap=True))
        if view.lacks:
            card.column.addWidget(label(f"▲ {view.lacks}", wrap=True))
        card.column.addWidget(YearBars(book, view))
        if view.gap is not None:
            card.column.addWidget(label(_gap_words(book, view.gap), "muted", wrap=True))
        if view.contribution is not None:
            card.column.addWidget(
                label(_open_words(book, year, view.contribution), "muted", wrap=True)
            )
        go = button("Every line", "link", name="Budget against actual, every line")
        go.clicked.connect(self._on_performance)
        card.column.addLayout(row(label("solid: actual · outline: budget", "small"), 1, go))
        return card

    def _meeting_text(self, meeting: "NextMeeting", day: str) -> RowText:
        long = f", {meeting.minutes} minutes" if meeting.minutes else ""
        agenda = (
            f"Agenda: {meeting.agenda_items} items, {meeting.agenda_minutes} minutes"
            if meeting.agenda_items
            else "No agenda yet"
        )
        return RowText(f"{meeting.title}{long}", agenda, side=show.weekday_day(meeting.day, day))

    def _recent_text(self, change: "Recent") -> RowText:
        partner = self.desk.book.get(Partner, change.partner)
        initials = partner.initials if partner else "?"
        name = partner.first_name if partner else change.partner
        return RowText(
            f"{name} {change.what} {change.label}".strip(),
            side=show.moment(change.wall_ms),
            who=((initials, self.desk.place(change.partner)),),
            discs_first=True,
        )

    # -- going there ---------------------------------------------------------------------------

    def _focus(self, key: object) -> None:
        for made in self.findChildren(HomeRow):
            if made.key == key and made.isVisibleTo(self):
                made.setFocus()
                return

    @Slot()
    def _on_row(self) -> None:
        made = self.sender()
        if not isinstance(made, HomeRow):
            return
        if made.key is None:
            if made.page:
                self.desk.go(made.page)
            return
        from dyad_desktop.ui.shell.inspector import page_of  # noqa: PLC0415 - after the first paint

        page = made.page or page_of(made.key[0])
        if page:
            self.desk.go(page, made.key)
        else:
            self.desk.select(made.key)

    @Slot()
    def _on_more(self) -> None:
        made = self.sender()
        if isinstance(made, QPushButton) and self._view is not None:
            self._expanded ^= {str(made.property("group"))}
            self._fill(self._view)

    @Slot()
    def _on_budget(self) -> None:
        self.desk.go("operating")

    @Slot()
    def _on_performance(self) -> None:
        self.desk.go("performance")


def _since(session: "Session") -> "Since":
    from dyad_desktop.services.meeting_point import last_met, since  # noqa: PLC0415 - on demand

    return since(session, last_met(session))


def _page_for(notice: "Notice") -> str:
    """Return where a notice leads when that isn't the page of its thing."""
    pages = {
        Weight.DISAGREEMENT: "disagreements",
        Weight.SET_ASIDE: "aside",
        Weight.LAPTOP: "partnership",
    }
    return pages.get(Weight(notice.weight), "")


def _gap_words(book: "Book", found: "Span") -> str:
    """Return between what contribution so far comes out, against the budget."""
    sign = show.currency_sign(book)

    def side(amount: int) -> str:
        if not amount:
            return "as budgeted"
        return f"{sign} {show.money(book, abs(amount))} {'above' if amount > 0 else 'below'} budget"

    ends = f"{about(found)}{side(found.low)} to {side(found.high)}"
    return f"Contribution so far comes out {ends} as you settle what is apart."


def _open_words(book: "Book", year: str, found: "Span") -> str:
    low, high, now = (show.money(book, one) for one in (found.low, found.high, found.working))
    sign = f"{about(found)}{show.currency_sign(book)}"
    return (
        f"Contribution budgeted for {year}: {sign} {low} to {high} as you settle what is apart;"
        f" {now} with what you both last had."
    )


def _column(columns: QBoxLayout, stretch: int) -> QVBoxLayout:
    """Make a column of the page and return its layout."""
    holder = QWidget()
    holder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID + 4)
    columns.addWidget(holder, stretch)
    return layout
