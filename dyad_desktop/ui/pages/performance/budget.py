"""Budget and actual: three answers, and beneath them lines, actuals, forecast, bridge, ratios, rolling year, hours."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from dyad_desktop.domain.drivers import CircleError
from dyad_desktop.domain.formula import called
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.year_so_far import YearSoFar
from dyad_desktop.errors import DyadError
from dyad_desktop.services.open_choices import year_choices
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.performance.actuals_view import ActualsView
from dyad_desktop.ui.pages.performance.against import UNITS
from dyad_desktop.ui.pages.performance.bridge_view import BridgeView
from dyad_desktop.ui.pages.performance.forecast_view import ForecastView
from dyad_desktop.ui.pages.performance.headline import Headline, reckon
from dyad_desktop.ui.pages.performance.hours_view import HoursView
from dyad_desktop.ui.pages.performance.lines_view import LinesView
from dyad_desktop.ui.pages.performance.open_year import part_spans, sentence
from dyad_desktop.ui.pages.performance.ratios_view import RatiosView
from dyad_desktop.ui.pages.performance.rolling_view import RollingView
from dyad_desktop.ui.pages.performance.scope import ScopeBar
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Empty, Segments, label
from dyad_desktop.ui.widgets.fitting_bar import FittingBar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from dyad_desktop.domain.contested import Span
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.performance.part import Part, Reckoning

LINES, ACTUALS, FORECAST, BRIDGE, RATIOS, ROLLING, HOURS = (
    "lines", "actuals", "forecast", "bridge", "ratios", "rolling", "hours",
)  # fmt: skip
PARTS = (
    (LINES, "Lines"), (ACTUALS, "Actuals"), (FORECAST, "Forecast"), (BRIDGE, "Bridge"), (RATIOS, "Ratios"),
    (ROLLING, "Rolling"), (HOURS, "Hours"),
)  # fmt: skip
_MAKERS: "Mapping[str, type[Part]]" = {
    LINES: LinesView, ACTUALS: ActualsView, FORECAST: ForecastView, BRIDGE: BridgeView, RATIOS: RatiosView,
    ROLLING: RollingView, HOURS: HoursView,
}  # fmt: skip
NO_LINES = (
    "Here stand budget and actual side by side. Begin with the lines of the operating budget."
)
MENDED_THERE = (
    "Until it is mended in the operating budget there is nothing to hold actuals against."
)
NO_ACTUALS = (
    "No month of the budget year has actuals yet, so there is nothing to hold against the budget. "
    "Close the first month and enter what came."
)
AT_ONCE = 500
"""So many lines are reckoned while one waits, which takes no longer than a glance; more on a worker."""


class BudgetView(QWidget):
    """The view of the page."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._year: YearSoFar | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID + 4)
        self._reckoned: set[Hashable] = set()
        """What was reckoned of this year already."""
        self._awaited: Hashable = None
        self._held = False
        """Whether a year that is reckoned waits until no one types into a sheet."""
        self._open_asked = 0
        desk.rested.connect(self._on_rested)
        desk.differing.connect(self._ask_open)
        self.empty = _empty(NO_LINES, "Go to Operating budget", self._on_go)
        self.no_actuals = _empty(NO_ACTUALS, "Enter actuals", self._on_enter)
        layout.addWidget(self.empty)
        layout.addWidget(self.no_actuals)
        self.bar = self._make_bar()
        self.headline = Headline()
        self.stack = QStackedWidget()
        self.waiting = label("", "muted")
        layout.addWidget(self.bar)
        layout.addWidget(self.waiting)
        self.waiting.hide()
        layout.addWidget(self.headline)
        layout.addWidget(self.stack, 1)
        layout.addStretch(0)
        self.parts: dict[str, Part] = {}
        """The parts that were shown; a part is made when it is first asked for."""
        for text, keys, run in (
            ("Next part of budget and actual", "Ctrl+PgDown", self.next_part),
            ("Previous part of budget and actual", "Ctrl+PgUp", self.previous_part),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(run)
            self.addAction(action)

    def _make_bar(self) -> FittingBar:
        self.views = Segments(PARTS, "Part of budget and actual")
        self.views.chosen.connect(self.show_part)
        self.scopes = ScopeBar()
        self.scopes.changed.connect(self._on_scope)
        self.units = Segments((("thousands", "000s"), ("units", "Whole")), "Unit of amounts")
        self.units.chosen.connect(self._on_unit)
        return FittingBar((self.views,), (self.scopes, self.units))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the answers be brief where there is little room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide, high = (theme.px(length) for length in _MAKERS[self.views.choice].roomy)
        self.headline.be_brief(self.width() < wide or self.height() < high)

    # -- showing -------------------------------------------------------------------------------

    @property
    def part(self) -> "Part":
        """Return the part that is up."""
        return self._made(self.views.choice)

    def _made(self, name: str) -> "Part":
        found = self.parts.get(name)
        if found is None:
            found = self.parts[name] = _MAKERS[name](self._desk)
            found.asked.connect(self.reload)
            self.stack.addWidget(found)
        return found

    @property
    def lines(self) -> LinesView:
        """Return the part of lines."""
        found = self._made(LINES)
        assert isinstance(found, LinesView)  # noqa: S101 - for the type checker
        return found

    @property
    def editing(self) -> bool:
        """Return whether someone is typing into a sheet."""
        return any(part.editing for part in self.parts.values())

    @Slot()
    def reload(self) -> None:
        """Show the newest budget beside the actuals."""
        year = self._found()
        begun = year is not None and year.says_something
        entering = year is not None and self.views.choice == ACTUALS
        self.bar.setVisible(begun or entering)
        self.stack.setVisible(begun or entering)
        self.headline.setVisible(begun)
        self.empty.setVisible(year is None)
        self.no_actuals.setVisible(year is not None and not begun and not entering)
        if year is None or not (begun or entering):
            return
        self.scopes.offer(year.periods)
        self._show(year)

    def _show(self, year: YearSoFar) -> None:
        """Show a year once what that takes is reckoned: what is shown stays until then."""
        part = self.part
        self.scopes.setVisible(part.scoped)
        self.units.setVisible(part.counted)
        self._arrange()
        self.stack.setCurrentWidget(part)
        wanted = [reckon(year, self.scopes.scope)] if year.count else []
        wanted.append(part.reckon(year, self.scopes.scope))
        names = [name for name, _ in wanted]
        self._awaited = (year, *names)
        if len(year.budget.lines) <= AT_ONCE or self._reckoned.issuperset(names):
            self._paint(year)
            return
        if self.part.year is None:
            self.waiting.setText(f"{len(year.budget.lines):,} lines are being reckoned.")
            self.waiting.show()
        if not part.reckoned:
            part.show_year(year, self.scopes.scope, UNITS[self.units.choice])
        self._desk.reckon(lambda: _work(year, wanted), self._on_reckoned)

    @Slot(object)
    def _on_reckoned(self, found: "tuple[YearSoFar, list[Hashable]]") -> None:
        year, names = found
        if year is self._year:
            self._reckoned |= set(names)
        if self._awaited == (year, *names):
            self._held = self.editing
            if not self._held:
                self._paint(year)

    @Slot()
    def _on_rested(self) -> None:
        """Show what was reckoned while someone typed."""
        if self._held and not self.editing:
            self.reload()

    def _paint(self, year: YearSoFar) -> None:
        self._held = False
        self.waiting.hide()
        if year.count:
            self.headline.show_year(year, self.scopes.scope)
        self.part.show_year(year, self.scopes.scope, UNITS[self.units.choice])
        self._ask_open()

    @Slot()
    def _ask_open(self) -> None:
        """Ask between what the year comes out while values are contested."""
        year, standing = self._year, self._desk.standing
        self._open_asked += 1
        if year is None or standing is None or not year.count or not self.isVisible():
            return
        asked, scope, choices = (
            self._open_asked,
            self.scopes.scope,
            year_choices(standing.choices, standing.sides, year.budget.draft_id),
        )
        telling, whole = self.part.telling(), self.part.whole()
        self._desk.reckon(
            lambda: (asked, part_spans(year, choices, scope, telling, whole)), self._on_open
        )

    @Slot(object)
    def _on_open(self, answer: "tuple[int, Mapping[str, Span]]") -> None:
        asked, spans = answer
        if asked == self._open_asked:
            self.headline.show_open(sentence(self._desk.book, spans))
            for part in self.parts.values():
                part.show_open(spans if part is self.part else {})

    def _found(self) -> YearSoFar | None:
        book = self._desk.book
        if not book.all(OperatingLine):
            self.empty.text.setText(NO_LINES)
            return None
        try:
            budget = self._desk.budget
        except DyadError as error:
            if isinstance(error, CircleError):
                error = error.named(partial(called, book))
            self.empty.text.setText(show.sentence(error, MENDED_THERE))
            return None
        known = self._year
        if known is None or known.book is not book or known.budget is not budget:
            self._year = known = YearSoFar(book, budget)
            self._reckoned = set()
        return known

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self._arrange()
        for part in self.parts.values():
            part.restyle()

    # -- choosing ------------------------------------------------------------------------------

    @Slot(str)
    def show_part(self, name: str) -> None:
        """Show lines, actuals, forecast, bridge, ratios, rolling year or hours."""
        self.views.choose(name)
        self.reload()

    @Slot()
    def next_part(self) -> None:
        """Show the part after this one."""
        self._turn_part(1)

    @Slot()
    def previous_part(self) -> None:
        """Show the part before this one."""
        self._turn_part(-1)

    def _turn_part(self, by: int) -> None:
        names = [name for name, _ in PARTS]
        at = (names.index(self.views.choice) + by) % len(names)
        self.show_part(names[at])
        self.part.take_focus()

    def show_line(self, line: str) -> None:
        """Go to a line in the part that is up."""
        self.part.show_line(line)

    def turn_month(self, by: int) -> None:
        """Show a month later or earlier."""
        self.scopes.turn(by)

    def toggle_chart(self) -> None:
        """Switch the part that is up between chart and table."""
        self.part.toggle()

    @Slot()
    def _on_scope(self) -> None:
        self.reload()

    @Slot(str)
    def _on_unit(self, _unit: str) -> None:
        self.reload()

    @Slot()
    def _on_go(self) -> None:
        self._desk.go("operating")

    @Slot()
    def _on_enter(self) -> None:
        self.show_part(ACTUALS)
        self.part.take_focus()


def _empty(sentence: str, action: str, run: "Callable[[], None]") -> Empty:
    made = Empty(sentence, action, run)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    return made


def _work(year: YearSoFar, wanted: "Sequence[Reckoning]") -> "tuple[YearSoFar, list[Hashable]]":
    """Reckon on the worker; the year keeps what comes out."""
    for _, job in wanted:
        job()
    return year, [name for name, _ in wanted]
