"""Keeps the place in a sheet while its rows are replaced: the current cell, the selection and what is seen.

A sheet's figures are newer than its rows by the time the rows are replaced, so that none of them may be asked for
in between. Hence a reset, which asks for nothing, and the place is found again by the keys of the rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QObject,
    QSignalBlocker,
    QTimer,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.ui.widgets.sheet.view import SheetView

_FLAGS = QItemSelectionModel.SelectionFlag
_PER_PIXEL = QAbstractItemView.ScrollMode.ScrollPerPixel


@dataclass(frozen=True, slots=True)
class _Place:
    """What was where: the keys of the rows, and by their numbers what was current, chosen and seen."""

    keys: list["Key"]
    current: tuple[int, int]
    chosen: tuple[range, range]
    top: int
    cut: int
    """So many pixels of the top row were beyond the edge."""
    left: int
    sees_current: bool
    typing: bool


class Staying(QObject):
    """Follows the resets of a view's sheet. Make it after whatever else the view does on a reset."""

    def __init__(self, view: "SheetView") -> None:
        super().__init__(view)
        self._view = view
        self._place: _Place | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(view.moved)
        view.sheet.modelAboutToBeReset.connect(self._note)
        view.sheet.modelReset.connect(self._return)

    @Slot()
    def _note(self) -> None:
        """Remember the place; the figures are other ones by now and aren't asked for."""
        view = self._view
        current, top = view.currentIndex(), max(0, view.rowAt(0))
        self._place = _Place(
            [row.key for row in view.sheet.rows],
            (current.row(), current.column()),
            view.chosen(),
            top,
            view.rowViewportPosition(top),
            view.horizontalScrollBar().value(),
            current.isValid() and view.sees(current.row()),
            view.give_up(),
        )

    @Slot()
    def _return(self) -> None:
        """Go to the place again. Who shows newer rows isn't done yet: where another one is current is told later."""
        place, self._place = self._place, None
        if place is None:
            return
        view, keys = self._view, [row.key for row in self._view.sheet.rows]
        if keys and place.keys:
            way, row = _Way(place.keys, keys, view.sheet.is_offered), place.current[0]
            with QSignalBlocker(view):
                self._choose(place, way)
            self._show(place, way)
            if row >= 0 and way.to[row] < 0 and (place.typing or self._is_used):
                self._soon.start()
        if place.typing:
            view.setFocus()

    @property
    def _is_used(self) -> bool:
        """Return whether someone works in the sheet: else the row beneath is current, but nobody chose it."""
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self._view or self._view.isAncestorOf(focus))

    def _choose(self, place: _Place, way: "_Way") -> None:
        """Make the same cell current and choose the same rows; others that came between them aren't chosen."""
        view, (row, column) = self._view, place.current
        if row < 0 or column >= len(view.sheet.columns):
            return
        stays, current = way.to[row] >= 0, view.sheet.index(way.near(row), column)
        chosen = view.selectionModel()
        chosen.setCurrentIndex(current, _FLAGS.NoUpdate)
        if not place.chosen[0]:
            return
        found = [way.to[one] for one in place.chosen[0] if way.to[one] >= 0]
        area, stays = QItemSelection(current, current), stays or current.row() in found
        if stays and found and found == list(range(found[0], found[0] + len(found))):
            left, right = place.chosen[1].start, place.chosen[1].stop - 1
            if right < len(view.sheet.columns):
                area = QItemSelection(
                    view.sheet.index(found[0], left), view.sheet.index(found[-1], right)
                )
        chosen.select(area, _FLAGS.ClearAndSelect)

    def _show(self, place: _Place, way: "_Way") -> None:
        """Show the same rows; sorted otherwise there are none, and the sheet stays where it was."""
        view = self._view
        view.executeDelayedItemsLayout()  # only then the bar knows how far it goes
        bar = view.verticalScrollBar()
        top = way.near(place.top) if way.in_order else place.top
        if view.verticalScrollMode() == _PER_PIXEL:
            bar.setValue(view.verticalHeader().sectionPosition(top) - place.cut)
        else:
            bar.setValue(top)
        if place.sees_current:
            view.scrollTo(view.currentIndex())
        view.horizontalScrollBar().setValue(place.left)


class _Way:
    """Where rows went: ``to`` has the new number of each, below 0 where it is gone.

    An empty row that was offered stays in its place, also once something is there.
    """

    def __init__(
        self,
        before: Sequence["Key"],
        after: Sequence["Key"],
        is_offered: Callable[["Key"], bool],
    ) -> None:
        at = {key: n for n, key in enumerate(before) if n < len(after) and is_offered(key)}
        at |= {key: n for n, key in enumerate(after)}
        same = before == after  # also where a key stands there twice
        self.to = list(range(len(before))) if same else [at.get(key, -1) for key in before]
        self._last = len(after) - 1

    @property
    def in_order(self) -> bool:
        """Return whether what stays follows each other as before."""
        found = [n for n in self.to if n >= 0]
        return all(one < other for one, other in pairwise(found))

    def near(self, row: int) -> int:
        """Return where a row is, or what took its place: that behind the last one before it that stays."""
        if self.to[row] >= 0:
            return self.to[row]
        before = next((n for n in reversed(self.to[:row]) if n >= 0), -1)
        return min(before + 1, self._last)
