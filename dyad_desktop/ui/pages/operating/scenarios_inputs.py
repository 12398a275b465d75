"""The few inputs of a what-if: a percentage for each driver, typed or stepped by the arrow keys."""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.entry import parse_percent
from dyad_desktop.errors import BadInputError
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.basics import ElidedLabel, button, clear, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.levers import Inputs, Lever

LOWEST, HIGHEST = Decimal(-100), Decimal(1000)
_PAUSE_MS = 450
"""So long after the last step a stepped value is kept."""
_FIELD, _ROW = 72, 26
_STEPS = {
    int(Qt.Key.Key_Up): Decimal(1),
    int(Qt.Key.Key_Down): Decimal(-1),
    int(Qt.Key.Key_PageUp): Decimal(5),
    int(Qt.Key.Key_PageDown): Decimal(-5),
}


class PercentField(QLineEdit):
    """A percentage. Up and Down step by 1, with Page by 5; ``entered`` carries a new value, ``None`` for none.

    ``refused`` tells why a text can't be read; it stays in the field.
    """

    entered = Signal(object)
    refused = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{name}, change in percent")
        self.setToolTip("A change in percent; arrow keys step by 1, page keys by 5")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(theme.px(_FIELD))
        self._known: Decimal | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.hand_in)
        self.returnPressed.connect(self.hand_in)

    def show_value(self, percent: Decimal | None, usual: Decimal | None) -> None:
        """Show what is kept; ``usual`` is what counts while nothing is said here."""
        typed = self.hasFocus() and self.text() != percent_text(self._known)
        self._known = percent
        self.setPlaceholderText(percent_text(usual) or "0 %")
        if not typed:
            self.setText(percent_text(percent))

    def step(self, by: Decimal) -> None:
        """Step from what stands here, and keep it after a pause."""
        try:
            now = self.value() or Decimal(0)
        except BadInputError:
            now = self._known or Decimal(0)
        wanted = min(HIGHEST, max(LOWEST, now + by))
        self.setText(percent_text(wanted or None))
        self._timer.start()

    def value(self) -> Decimal | None:
        """Return what is typed; nothing and 0 are no what-if.

        Raises:
            BadInputError: no percentage, or one out of range.
        """
        text = self.text().strip()
        if not text:
            return None
        found = parse_percent(text)
        if not LOWEST <= found <= HIGHEST:
            raise BadInputError("a change between −100 and 1,000 percent is expected")
        return found or None

    @Slot()
    def hand_in(self) -> None:
        """Hand in what is typed, if it is something new."""
        self._timer.stop()
        try:
            found = self.value()
        except BadInputError as error:
            self._flag(invalid=True)
            self.refused.emit(str(error))
            return
        self._flag(invalid=False)
        self.setText(percent_text(found))
        if found != self._known:
            self._known = found
            self.entered.emit(found)

    def _flag(self, *, invalid: bool) -> None:
        self.setProperty("invalid", invalid)
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step on arrows; Escape gives up what was typed."""
        if event.matches(QKeySequence.StandardKey.Cancel):
            self._timer.stop()
            self._flag(invalid=False)
            self.setText(percent_text(self._known))
        elif event.key() in _STEPS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step(_STEPS[event.key()])
        else:
            self._timer.stop()
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hand in on leaving."""
        super().focusOutEvent(event)
        self.hand_in()


def percent_text(percent: Decimal | None) -> str:
    """Return a change as the field shows it: ``−5 %``."""
    return "" if percent is None else f"{percent.normalize():+,f} %".replace("-", "\N{MINUS SIGN}")


class InputPanel(QWidget):
    """The inputs by group. ``entered`` carries (lever, percentage or ``None``)."""

    entered = Signal(str, object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.fields: dict[str, PercentField] = {}
        self._levers: tuple[Lever, ...] = ()

    def show_levers(self, levers: "Sequence[Lever]", inputs: "Inputs", usual: "Inputs") -> None:
        """Show the levers with what a scenario says of them; ``usual`` is what counts while it says nothing."""
        if tuple(levers) != self._levers:
            self._make(tuple(levers))
        for name, made in self.fields.items():
            made.show_value(inputs.get(name), usual.get(name))

    def _make(self, levers: "tuple[Lever, ...]") -> None:
        clear(self._column)
        self.fields.clear()
        self._levers = levers
        singles = False
        for lever in levers:
            if lever.single and not singles:
                singles = True
                self._column.addSpacing(6)
                self._column.addWidget(label("Single volumes", "caps"))
            self._column.addLayout(self._row(lever))

    def _row(self, lever: "Lever") -> QHBoxLayout:
        made = PercentField(lever.title)
        made.setProperty("lever", lever.name)
        made.entered.connect(self._on_entered)
        made.refused.connect(self.refused)
        self.fields[lever.name] = made
        name = ElidedLabel(lever.title)
        name.setToolTip(lever.title)
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        name.setBuddy(made)
        line = QHBoxLayout()
        line.setSpacing(2)
        line.addWidget(name, 1)
        for text, by in (("\N{MINUS SIGN}", -1), ("+", 1)):
            one = button(text, "quiet", name=f"{lever.title}: 1 % {'less' if by < 0 else 'more'}")
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys of the field do the same
            one.setFixedWidth(theme.px(_ROW))
            one.setProperty("by", by)
            one.setProperty("lever", lever.name)
            one.clicked.connect(self._on_stepped)
            if by > 0:
                line.addWidget(made)
            line.addWidget(one)
        return line

    @Slot()
    def _on_stepped(self) -> None:
        pressed = self.sender()
        if pressed is not None:
            self.fields[str(pressed.property("lever"))].step(Decimal(int(pressed.property("by"))))

    @Slot(object)
    def _on_entered(self, percent: Decimal | None) -> None:
        sender = self.sender()
        if sender is not None:
            self.entered.emit(str(sender.property("lever")), percent)
