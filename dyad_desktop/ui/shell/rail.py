"""The rail: the partnership's name, the pages, and at its foot search and theme."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from dyad_desktop.ui.colours import RAIL_WIDTH
from dyad_desktop.ui.pages import DIGITS, PAGES
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Column, button, label

_MOST = 99


class Rail(QFrame):
    """Navigation. ``chosen`` tells a page's name; ``asked`` one of ``search``, ``theme``, ``keys``, ``files``."""

    chosen = Signal(str)
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "rail")
        self.setAccessibleName("Pages")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = Column(spacing=2)  # in a large zoom it is higher than the window
        area.inner.setProperty("look", "rail")
        outer.addWidget(area)
        layout = area.column
        layout.setAlignment(Qt.AlignmentFlag(0))
        layout.setContentsMargins(GRID + 2, GRID * 2, GRID + 2, GRID * 2)
        self._title = label("Dyad Desktop", "strong", wrap=True)
        self._title.setContentsMargins(GRID, 0, GRID, GRID)
        layout.addWidget(self._title)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._counts: dict[str, QLabel] = {}
        for n, entry in enumerate(PAGES):
            if not entry.rail:
                continue
            made = self._entry(entry.title)
            made.setCheckable(True)
            made.setToolTip(f"Ctrl+{n + 1}" if n < DIGITS else entry.title)
            self._group.addButton(made, n)
            self._buttons[entry.name] = made
            layout.addWidget(made)
        self._group.idClicked.connect(self._on_page)
        layout.addStretch(1)
        self._add_feet(layout)
        self._foot.idClicked.connect(self._on_foot)
        self.set_open(is_open=False)
        self._fit()
        theme.changed.connect(self._fit)

    def _add_feet(self, layout: QVBoxLayout) -> None:
        self._foot = QButtonGroup(self)
        self._feet = ("search", "files", "theme", "keys")
        for n, (text, hint) in enumerate(
            (("Search", "Ctrl K"), ("Partnerships", ""), ("Light or dark", ""), ("Keys", "F1"))
        ):
            made = self._entry(text, hint)
            self._foot.addButton(made, n)
            layout.addWidget(made)

    def _entry(self, text: str, hint: str = "") -> QPushButton:
        made = button(text, "rail")
        if hint:
            inner = QHBoxLayout(made)
            inner.setContentsMargins(0, 0, GRID - 4, 0)
            shown = label(hint, "small")
            shown.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inner.addStretch(1)
            inner.addWidget(shown)
        return made

    @Slot()
    def _fit(self) -> None:
        self.setFixedWidth(theme.px(RAIL_WIDTH))

    @Slot(int)
    def _on_page(self, n: int) -> None:
        self.chosen.emit(PAGES[n].name)

    @Slot(int)
    def _on_foot(self, n: int) -> None:
        self.asked.emit(self._feet[n])

    def set_open(self, *, is_open: bool) -> None:
        """Show the pages, and what can be searched, while a partnership is open."""
        for made in (*self._buttons.values(), self._foot.button(0)):
            made.setEnabled(is_open)
            made.setVisible(is_open)
        if not is_open:
            for name in self._counts:
                self.set_count(name, 0)

    def set_title(self, text: str) -> None:
        """Show the partnership's name."""
        self._title.setText(text)

    def choose(self, name: str) -> None:
        """Show which page is up; an empty name shows none."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)
        else:
            self._group.setExclusive(False)
            for made in self._buttons.values():
                made.setChecked(False)
            self._group.setExclusive(True)

    def set_count(self, name: str, count: int) -> None:
        """Write a count beside a page's name."""
        entry = next(entry for entry in PAGES if entry.name == name)
        made = self._buttons[name]
        made.setText(entry.title)
        made.setAccessibleName(f"{entry.title}, {count} need attention" if count else entry.title)
        shown = self._counts.get(name)
        if shown is None:
            layout = QHBoxLayout(made)
            layout.setContentsMargins(0, 0, GRID - 4, 0)
            layout.addStretch(1)
            shown = self._counts[name] = label("", "small")
            shown.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(shown)
        most = str(count) if count <= _MOST else f"{_MOST}+"  # more digits would stand on the title
        shown.setText(most if count else "")
