"""What the window shows before a partnership is open: recent ones, a new one, an example to explore."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dyad_desktop.ui import settings
from dyad_desktop.ui.tokens import BODY, GRID, SMALL, theme
from dyad_desktop.ui.widgets.basics import Card, button, clear, elided, label, row, rule

if TYPE_CHECKING:
    from pathlib import Path


class Welcome(QWidget):
    """Signals what was asked: ``opened`` with a path, or ``asked`` with ``new``, ``join``, ``open`` or ``example``."""

    opened = Signal(object)
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "page")
        self.setAccessibleName("Welcome")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 3, GRID * 6, GRID * 3, GRID * 3)
        outer.addStretch(1)
        inner = self._inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID * 2)
        column.addWidget(label("Two leaders, one service", "hero"))
        column.addWidget(
            label(
                "Shared goals, the operating and the capital budget, initiatives and performance in one file"
                " that both of you edit on your own laptops. No server, nothing lost.",
                "muted",
                wrap=True,
            )
        )
        new = button("New partnership", "primary")
        new.clicked.connect(self._on_new)
        opened = button("Open a file …")
        opened.clicked.connect(self._on_open)
        example = button("Explore an example")
        example.clicked.connect(self._on_example)
        join = button("Join a partnership …")
        join.clicked.connect(self._on_join)
        self.first = new
        column.addLayout(row(new, join, opened, example, 1))
        card = Card("Recent partnerships")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        card.column.addLayout(self._recent)
        column.addWidget(card)
        outer.addLayout(row(1, inner, 1))
        outer.addStretch(2)
        self._paths: list[Path] = []
        self._fit()
        theme.changed.connect(self._fit)

    @Slot()
    def _fit(self) -> None:
        self._inner.setFixedWidth(theme.px(620))

    def refresh(self) -> None:
        """Read the recent files anew."""
        clear(self._recent)
        self._paths = settings.recent_files()
        for n, path in enumerate(self._paths):
            title = settings.title_of(path)
            made = button(elided(title, theme.px(300), BODY), "link")
            made.setAccessibleName(f"Open {title}, {path.name} in {path.parent}")
            made.setToolTip(str(path))
            made.setProperty("at", n)
            made.clicked.connect(self._on_recent)
            folder = label(elided(str(path), theme.px(280), SMALL), "small")
            line = QWidget()
            line.setFixedHeight(theme.px(30))
            inner = QHBoxLayout(line)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.addWidget(made)
            inner.addStretch(1)
            inner.addWidget(folder)
            self._recent.addWidget(line)
            if n < len(self._paths) - 1:
                self._recent.addWidget(rule())
        if not self._paths:
            self._recent.addWidget(
                label(
                    "None yet. Start a new one from a template, or explore the example.",
                    "muted",
                    wrap=True,
                )
            )

    @Slot()
    def _on_recent(self) -> None:
        self.opened.emit(self._paths[int(self.sender().property("at"))])

    @Slot()
    def _on_new(self) -> None:
        self.asked.emit("new")

    @Slot()
    def _on_open(self) -> None:
        self.asked.emit("open")

    @Slot()
    def _on_example(self) -> None:
        self.asked.emit("example")

    @Slot()
    def _on_join(self) -> None:
        self.asked.emit("join")
