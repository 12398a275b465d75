"""The figures above the ranked list; the envelope is edited where it stands."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.contested import Span
from dyad_desktop.services.capital import CapitalPlan
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.capital.model import millions
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.looking import is_for_looking

NO_REQUESTS = (
    "No capital requests yet. A request is an asset or a project with its cost, what it brings a"
    " year, and both your scores; the envelope decides how far down the list the money reaches."
)
_TOLD = 2
"""So many sentences of what moved the cut line stand above the list."""
RANKS = (("score", "by score"), ("npv", "by net present value"), ("by_hand", "by hand"))


class Fact(QWidget):
    """A figure beneath its name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label(name, "caps"))
        self.value = label("", "lead")
        column.addWidget(self.value)
        self.range = label("", "small")
        self.range.hide()
        column.addWidget(self.range)

    def show_range(self, text: str, whole: str) -> None:
        """Say between what the figure comes out, at a point to it in whole; empty texts when it is sure."""
        self.range.setText(text)
        self.range.setToolTip(f"{whole} as you settle what is apart")
        self.range.setVisible(bool(text))


class EditedFact(QWidget):
    """A figure that turns into an editor. ``begun`` tells that it opens, ``handed_in`` carries what was typed."""

    handed_in = Signal(str)
    begun = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label(name, "caps"))
        self.shown = button("", "link", icon_name="edit")
        self.shown.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.shown.setStyleSheet(
            f"font-size: {theme.px(15)}px; font-weight: 600; min-height: 0; border-width: 1px;"
        )
        self.shown.clicked.connect(self.begin)
        column.addWidget(self.shown)
        self.editor = QLineEdit()
        self.editor.setAccessibleName(name)
        self.editor.setFixedWidth(theme.px(140))
        self.editor.returnPressed.connect(self._on_entered)
        self.editor.installEventFilter(self)
        self.editor.hide()
        column.addWidget(self.editor)
        self.reason = label("", "error")
        self.reason.hide()
        column.addWidget(self.reason)
        self._start = ""

    def showEvent(self, event: QShowEvent) -> None:
        """Promise no editor where one only looks."""
        super().showEvent(event)
        if is_for_looking(self):
            self.shown.setIcon(QIcon())

    def show_value(self, text: str, start: str) -> None:
        """Show a value, and what its editor begins with."""
        self.shown.setText(text)
        self.shown.setAccessibleName(f"{self._name}: {text}. Edit")
        self._start = start
        if not self.editor.isVisible():
            self.finish()

    @property
    def editing(self) -> bool:
        """Return whether the editor is open."""
        return self.editor.isVisible()

    @Slot()
    def begin(self) -> None:
        """Open the editor."""
        if is_for_looking(self):
            return
        self.begun.emit()
        self.editor.setText(self._start)
        self.shown.hide()
        self.editor.show()
        self.editor.setFocus()
        self.editor.selectAll()

    @Slot()
    def finish(self) -> None:
        """Close the editor."""
        self.reason.hide()
        self.editor.hide()
        self.shown.show()

    def say(self, reason: str) -> None:
        """Say why the text can't be taken; it stays in the editor."""
        self.reason.setText(f"■ {show.sentence(reason)}")
        self.reason.show()
        self.editor.setFocus()

    @Slot()
    def _on_entered(self) -> None:
        if self.editor.text().strip() == self._start:
            self.finish()
        else:
            self.handed_in.emit(self.editor.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give up on Escape; hand in when the editor is left."""
        if isinstance(event, QKeyEvent) and event.key() == int(Qt.Key.Key_Escape):
            if event.type() == QEvent.Type.KeyPress:
                self.finish()
                self.shown.setFocus()
            return True
        if event.type() == QEvent.Type.FocusOut and self.editor.isVisible():
            if self.reason.isVisible():
                self.finish()
            else:
                self._on_entered()
        return super().eventFilter(watched, event)


class Facts(QFrame):
    """Requested, mandatory, funded, left, and the envelope."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.envelope = EditedFact("Envelope")
        self._facts = {
            key: Fact(name)
            for key, name in (
                ("requested", "Requested"),
                ("mandatory", "Mandatory"),
                ("funded", "Within the envelope"),
                ("left", "Left"),
            )
        }
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        layout.setSpacing(GRID * 2 + 4)
        for widget in (self.envelope, *self._facts.values()):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        layout.addStretch(1)
        self._long: dict[str, str] = {}
        self._short: dict[str, str] = {}
        self._ranges: dict[str, tuple[str, str]] = {}
        """In whole, and shortened."""
        # It takes the width there is; figures that don't fit are shortened, never cut.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.rules = button("Rules …", "quiet", name="Rules of the capital plan")
        layout.addWidget(self.rules, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_ranges(self, book: Book, found: Mapping[str, Span]) -> None:
        """Say between what figures come out while values are contested."""
        self._ranges = {
            name: (
                f"{about(one)}{show.money(book, one.low)} to {show.money(book, one.high)}",
                f"{about(one)}{millions(book, one.low)} to {millions(book, one.high)}".replace(
                    f"{show.currency_sign(book)} ", ""
                ),
            )
            for name, one in found.items()
        }
        self.fit()

    def show_plan(self, book: Book, plan: CapitalPlan) -> None:
        """Show the figures of a plan."""
        sign = show.currency_sign(book)
        if plan.envelope is None:
            self.envelope.show_value("set it", "")
        else:
            plain = show.money(book, plan.envelope)
            self.envelope.show_value(f"{sign} {plain}", plain)
        amounts = {
            "envelope": plan.envelope,
            "requested": plan.requested,
            "mandatory": plan.mandatory,
            "funded": plan.funded,
            "left": plan.left,
        }
        known = {name: amount for name, amount in amounts.items() if amount is not None}
        self._long = {name: f"{sign} {show.money(book, amount)}" for name, amount in known.items()}
        self._short = {name: millions(book, amount) for name, amount in known.items()}
        if plan.left is None:
            self.fact("left").setText(show.NOTHING)
        self.fit()

    def fit(self) -> None:
        """Show figures in full where they have room, else in millions."""
        self._show(self._long, short=False)
        if self._wide() > self.width():
            self._show(self._short, short=True)

    def _show(self, texts: Mapping[str, str], *, short: bool) -> None:
        for name, fact in self._facts.items():
            ends = self._ranges.get(name, ("", ""))
            fact.show_range(ends[short], ends[0])
        for name, text in texts.items():
            if name == "envelope":
                self.envelope.shown.setText(text)
            else:
                self.fact(name).setText(text)
                self.fact(name).setToolTip(self._long[name])

    def _wide(self) -> int:
        """Return the width that the parts want now; the layout's own would be from before the texts changed."""
        parts = (self.envelope.shown, *self._facts.values(), self.rules)
        gap, edges = self._row.spacing(), self._row.contentsMargins()
        wide = sum(part.sizeHint().width() + gap for part in parts)
        return wide + edges.left() + edges.right()

    def minimumSizeHint(self) -> QSize:
        """Return a width that no figure decides, since they give way."""
        return QSize(0, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """Fit once fonts are known."""
        super().showEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Take up another zoom."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take up the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()

    def fact(self, key: str) -> QLabel:
        """Return the label of a figure."""
        return self._facts[key].value


class Order(QWidget):
    """What moved the cut line since the partners met, and beside it what the list is ranked by."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID * 2)
        self.moved = label("", "small", wrap=True)
        layout.addWidget(self.moved, 1)
        self.rank_by = ChoiceBox()
        self.rank_by.setAccessibleName("What requests are ranked by, mandatory first")
        for mode, name in RANKS:
            self.rank_by.addItem(f"Ranked {name}", mode)
        self.rank_by.activated.connect(self._on_chosen)
        layout.addWidget(self.rank_by, 0, Qt.AlignmentFlag.AlignTop)

    def show_moved(self, sentences: Sequence[str]) -> None:
        """Show the first sentences of what moved the cut line, and how many there are more."""
        told = list(sentences[:_TOLD])
        if len(sentences) > _TOLD:
            told.append(f"{len(sentences) - _TOLD} more under Portfolio.")
        self.moved.setText(" ".join(["Since you last met:", *told]) if told else "")

    def show_mode(self, mode: str) -> None:
        """Show what requests are ranked by."""
        self.rank_by.setCurrentIndex(max(0, self.rank_by.findData(mode)))

    @Slot(int)
    def _on_chosen(self, _n: int) -> None:
        self.chosen.emit(str(self.rank_by.currentData()))
