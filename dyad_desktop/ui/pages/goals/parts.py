"""Small parts of the page: text that shortens itself, the pair with its lead, confidences, a measure's line."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from dyad_desktop.domain.check_ins import Said
from dyad_desktop.domain.measure_ahead import level_text
from dyad_desktop.domain.scorecard import Reading
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.spark import Spark
from dyad_desktop.ui.pages.goals.model import GoalView, Person, said_before, told
from dyad_desktop.ui.tokens import BODY, GRID, font, theme
from dyad_desktop.ui.widgets.basics import Avatar, StatusMark, label

NO_TARGET = "no target"


class Elided(QWidget):
    """One line of text that is cut with an ellipsis where there is no room; the tip has it whole."""

    def __init__(
        self,
        text: str = "",
        *,
        size: float = BODY,
        weight: QFont.Weight = QFont.Weight.Normal,
        tone: str = "ink",
    ) -> None:
        super().__init__()
        self._size, self._weight, self._tone = size, weight, tone
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the whole text."""
        metrics = QFontMetrics(font(self._size, self._weight))
        return QSize(metrics.horizontalAdvance(self._text) + 4, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return a width that a word fits in."""
        return QSize(theme.px(40), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        shown = font(self._size, self._weight)
        painter.setFont(shown)
        painter.setPen(theme.colour(self._tone))
        mode = Qt.TextElideMode.ElideRight
        text = QFontMetrics(shown).elidedText(self._text, mode, self.width())
        painter.drawText(
            QRect(0, 0, self.width(), self.height()),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            text,
        )


def avatar(person: Person, size: int = 20) -> Avatar:
    """Return a partner's disc."""
    return Avatar(person.partner.initials, person.partner.name, person.place, size)


def pair_row(view: GoalView) -> QHBoxLayout:
    """Return all who are accountable, the same size; "leads" stands beside the one who does."""
    made = QHBoxLayout()
    made.setSpacing(4)
    for person in view.people:
        if view.goal.accountable and person.partner.id not in view.goal.accountable:
            continue
        disc = avatar(person)
        made.addWidget(disc)
        if person.partner.id == view.goal.lead:
            disc.setAccessibleName(f"{person.partner.name} leads")
            made.addWidget(label("leads", "small"))
        made.addSpacing(2)
    return made


def confidence_row(
    people: tuple[Person, ...], said: Said | None, seen_from: str = ""
) -> QHBoxLayout:
    """Return each partner's last confidence beside their disc; one that is older than the check-in has its day."""
    made = QHBoxLayout()
    made.setSpacing(4)
    for person in people:
        given = said.confidence.get(person.partner.id) if said else None
        old = said is not None and given is not None and given.day != said.day
        disc = avatar(person, 18)
        disc.setAccessibleName(f"Confidence of {person.partner.name}")
        text = label(
            f"{given.mark}/10" if given else show.NOTHING, "muted" if old or not given else ""
        )
        when = f", said on {show.day(given.day)}" if given else ""
        text.setToolTip(f"{person.partner.name}: confidence{when}")
        made.addWidget(disc)
        made.addWidget(text)
        if old and given is not None:
            made.addWidget(label(show.short_day(given.day, seen_from), "small"))
        made.addSpacing(GRID - 2)
    return made


def state_lines(view: GoalView) -> list[QHBoxLayout]:
    """Return the partners' judgement beside the rule's colour, with each confidence at the end.

    One mark stands where pair and rule say the same, and two lines where the partners differ or one spoke earlier.
    """
    first, second = _marks_line(), _marks_line()
    rule, said = view.rule_word, told(view.people, view.said)
    earlier = said_before(view.people, view.said, view.day)
    two = len(said) > 1 or bool(earlier)
    if view.pair == view.rule:
        first.addWidget(StatusMark(view.pair, word=f"pair and rule say {rule}"))
    else:
        for status, words in said:
            first.addWidget(StatusMark(status, word=words))
        if not said:
            first.addWidget(label("no check-in yet", "muted"))
        beside = second if len(said) > 1 else first
        beside.addWidget(StatusMark(view.rule, word=f"rule says {rule}"))
    if earlier:
        second.addWidget(label("; ".join(earlier), "small"))
    first.addStretch(1)
    if two:
        second.addStretch(1)
    (second if two else first).addLayout(confidence_row(view.people, view.said, view.day))
    return [first, second] if two else [first]


def _marks_line() -> QHBoxLayout:
    made = QHBoxLayout()
    made.setSpacing(GRID * 2)
    return made


def _short_aim(target: str, *, dense: bool) -> str:
    """Return a target, for a card as ``/ 60`` or ``20 to 28``; that there is none says the mark beside it."""
    if target == NO_TARGET or not dense:
        return "" if target == NO_TARGET else target
    short = target.removeprefix("target ")
    return short if " " in short else f"/ {short}"


def add_measure_line(
    grid: QGridLayout,
    line: int,
    reading: Reading,
    values: Sequence[Decimal | None],
    *,
    dense: bool = False,
) -> None:
    """Put a measure into a grid: title, latest, target, status, sparkline of ``values``; ``dense`` for a card.

    A title that is too long for its place wraps; in a card, whose lines are compared, it is cut.
    """
    measure = reading.measure
    latest = reading.told or show.NOTHING
    target = NO_TARGET if reading.target is None else level_text(measure, reading.target)
    value = label(latest, "strong")
    value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    mark = StatusMark(reading.shown)
    spark = Spark(reading, f"latest {latest}, {target}", wide=not dense, values=values)
    aim = label(_short_aim(target, dense=dense), "small")
    aim.setAccessibleName(target)
    aim.setToolTip(target)
    title = Elided(measure.title) if dense else label(measure.title, wrap=True)
    for column, widget in enumerate((title, value, aim, mark, spark)):
        grid.addWidget(widget, line, column)
    grid.setColumnStretch(0, 1)
