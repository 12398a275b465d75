"""The smallest parts: labels, buttons, cards, avatars, status marks, segments, empty states."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QIcon,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.resource import resource_path
from dyad_desktop.ui.tokens import BODY, GRID, SEMIBOLD, SMALL, STATUS_WORDS, font, theme
from dyad_desktop.ui.widgets.looking import is_changing, is_for_looking


def label(text: str = "", look: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label: ``hero``, ``title``, ``lead``, ``strong``, ``muted``, ``small``, ``caps``, ``error``."""
    shown = text.upper() if look == "caps" else text
    made = WrappedLabel(shown) if wrap else QLabel(shown)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if look:
        made.setProperty("type", look)
    return made


class WrappedLabel(QLabel):
    """A label whose height follows from its width, so that a column of them stands close."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Return the height that the text needs at the label's present width."""
        width = self.width() if self.testAttribute(Qt.WidgetAttribute.WA_Resized) else theme.px(220)
        return QSize(min(width, super().sizeHint().width()), self.heightForWidth(max(40, width)))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size: narrow, and as high as the present width needs."""
        return QSize(40, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take up the height of the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


class ElidedLabel(QLabel):
    """A label of one line that gives way: where there is no room it shows ``short``, or ends in an ellipsis."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.short = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Return a size that holds a few letters."""
        return QSize(theme.px(60), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().windowText().color())
        metrics = self.fontMetrics()
        whole = metrics.horizontalAdvance(self.text()) <= self.width()
        text = self.text() if whole or not self.short else self.short
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment()), text)


def icon(name: str) -> QIcon:
    """Return an icon of ``resources/icons`` in the theme's colour."""
    return QIcon(str(resource_path("icons", f"{name}-{'dark' if theme.dark else 'light'}.svg")))


def dot(place: int, *, filled: bool) -> QIcon:
    """Return a disc in a partner's colour: filled while they are here, else a ring."""
    side = theme.px(10)
    picture = QPixmap(theme.px(16), side)  # with room between the disc and the text beside it
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.partner(place), 1.5))
    if filled:
        painter.setBrush(theme.partner(place))
    painter.drawEllipse(QRectF(1, 1, side - 2, side - 2))
    painter.end()
    return QIcon(picture)


class Button(QPushButton):
    """A button that isn't there where one only looks, if it changes something."""

    def showEvent(self, event: QShowEvent) -> None:
        """Hide again, a turn later: Qt is still showing it."""
        super().showEvent(event)
        if is_changing(self.text(), self.accessibleName()) and is_for_looking(self):
            QTimer.singleShot(0, self, self.hide)


def button(text: str, look: str = "", *, icon_name: str = "", name: str = "") -> QPushButton:
    """Return a button: ``primary``, ``quiet``, ``link``, or plain. ``name`` is for a button without text."""
    made = Button(text)
    if look:
        made.setProperty("look", look)
    if icon_name:
        made.setIcon(icon(icon_name))
        made.setIconSize(QSize(theme.px(16), theme.px(16)))
    if name:
        made.setAccessibleName(name)
        made.setToolTip(name)
    made.setCursor(
        Qt.CursorShape.PointingHandCursor if look == "link" else Qt.CursorShape.ArrowCursor
    )
    made.setAutoDefault(False)
    return made


class Card(QFrame):
    """A white sheet with a heading in small capitals and a column of content."""

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(GRID * 2, GRID + 6, GRID * 2, GRID + 6)
        self.column.setSpacing(GRID)
        self.heading = label(heading, "caps")
        self.column.addWidget(self.heading)
        self.heading.setVisible(bool(heading))

    def set_heading(self, text: str) -> None:
        """Change the heading."""
        self.heading.setText(text.upper())
        self.heading.setVisible(bool(text))


def rule() -> QFrame:
    """Return a thin horizontal line."""
    made = QFrame()
    made.setProperty("look", "rule")
    made.setFixedHeight(1)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def row(*parts: QWidget | int, spacing: int = GRID) -> QHBoxLayout:
    """Return a row of widgets; a number is a stretch."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            made.addStretch(part)
        else:
            made.addWidget(part)
    return made


class Avatar(QWidget):
    """A partner's initials in a disc of their colour; says the name to a screen reader."""

    def __init__(self, initials: str, name: str, place: int, size: int = 20) -> None:
        super().__init__()
        self._initials, self._place, self._size = initials, place, size
        self.setAccessibleName(name)
        self.setToolTip(name)
        side = theme.px(size)
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the disc."""
        painter = QPainter(self)
        paint_avatar(painter, QRectF(self.rect()), self._initials, self._place)


def paint_avatar(painter: QPainter, rect: QRectF, initials: str, place: int) -> None:
    """Draw a partner's disc into a square."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.partner(place))
    painter.drawEllipse(rect)
    painter.setPen(theme.colour("on_partner"))
    shown = font(SMALL, SEMIBOLD)
    shown.setPixelSize(max(7, round(rect.height() * 0.42)))
    painter.setFont(shown)
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), initials)


class StatusMark(QLabel):
    """A status as shape, word and colour."""

    def __init__(self, status: str = "no_data", *, word: str | None = None) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._status, self._word = status, word
        self.set_status(status, word)
        theme.changed.connect(self._restyle)

    def set_status(self, status: str, word: str | None = None) -> None:
        """Show another status; ``word`` replaces its usual word (empty: the shape alone)."""
        self._status, self._word = status, word
        shape, usual = STATUS_WORDS.get(status, ("○", status.replace("_", " ")))
        shown = usual if word is None else word
        self.setText(f"{shape} {shown}".strip())
        self.setAccessibleName(usual)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        known = self._status if self._status in STATUS_WORDS else "no_data"
        self.setStyleSheet(f"color: {theme.status(known).name()};")


class _Segment(QPushButton):
    """A choice that is set firmer once it is taken, and has the room for that before."""

    def sizeHint(self) -> QSize:
        """Return a size in which the firm text isn't cut."""
        plain, firm = (
            QFontMetrics(font(BODY, weight)) for weight in (QFont.Weight.Normal, SEMIBOLD)
        )
        more = firm.horizontalAdvance(self.text()) - plain.horizontalAdvance(self.text())
        return super().sizeHint() + QSize(max(0, more), 0)

    def minimumSizeHint(self) -> QSize:
        """Return the same: a choice that is cut can't be read."""
        return self.sizeHint()


class Segments(QWidget):
    """A row of choices of which one is taken, such as the views of a page."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._keys: dict[int, str] = {}
        for n, (key, text) in enumerate(choices):
            made = _Segment(text)
            made.setProperty("look", "segment")
            made.setAutoDefault(False)
            made.setCheckable(True)
            place = "only" if len(choices) == 1 else "first" if n == 0 else "mid"
            made.setProperty("place", "last" if n == len(choices) - 1 and n else place)
            self._group.addButton(made, n)
            self._keys[n] = key
            layout.addWidget(made)
        self._group.idClicked.connect(self._on_clicked)
        if choices:
            self.choose(choices[0][0])

    def choose(self, key: str) -> None:
        """Take a choice without telling anyone."""
        for n, known in self._keys.items():
            if known == key:
                self._group.button(n).setChecked(True)

    @property
    def choice(self) -> str:
        """Return the choice that is taken."""
        return self._keys.get(self._group.checkedId(), "")

    @Slot(int)
    def _on_clicked(self, n: int) -> None:
        self.chosen.emit(self._keys[n])


class Empty(QFrame):
    """What an empty place says: what belongs there, and the first step."""

    def __init__(
        self, sentence: str, action: str = "", run: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self.setProperty("look", "well")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 3)
        layout.setSpacing(GRID * 2)
        layout.addStretch(1)
        self.text = label(sentence, "muted", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.text)
        if action and run is not None:
            made = button(action, "primary")
            made.clicked.connect(run)
            layout.addLayout(row(1, made, 1))
        layout.addStretch(1)


class Column(QScrollArea):
    """A scrolling column of widgets."""

    def __init__(self, spacing: int = GRID + 4) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inner = QWidget()
        self.inner.setProperty("look", "page")
        self.column = QVBoxLayout(self.inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(spacing)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(self.inner)


class Pill(QFrame):
    """A short fact in a rounded outline."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("look", "pill")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID + 2, 3, GRID + 2, 3)
        self.text = label(text)
        layout.addWidget(self.text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)


def elided(text: str, width: int, size: float = BODY) -> str:
    """Return text cut to a width in pixels, with an ellipsis."""
    from PySide6.QtGui import QFontMetrics  # noqa: PLC0415 - small, and seldom needed

    return QFontMetrics(font(size)).elidedText(text, Qt.TextElideMode.ElideRight, width)


def blend(colour: QColor, ground: QColor, part: float) -> QColor:
    """Return a mix of a colour and its ground; ``part`` of the colour, 0 to 1."""
    mixed = [
        round(a * part + b * (1 - part))
        for a, b in zip(colour.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*mixed)
