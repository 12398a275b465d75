"""Words that two people compare, large enough to be read aloud."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import label


class Words(QFrame):
    """A well with words in the middle; long ones stand in two lines."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("look", "well")
        self._name = name
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        self._text = label("", "title", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self._text)

    @property
    def words(self) -> str:
        """Return what is shown."""
        return self._text.text().replace("\n", " ")

    def show_words(self, words: str) -> None:
        """Show other words."""
        parts = words.split()
        half = len(parts) // 2
        text = " ".join(parts[:half]) + "\n" + " ".join(parts[half:]) if len(parts) > 4 else words
        self._text.setText(text)
        self._text.setAccessibleName(f"{self._name}: {words}")
        self.setAccessibleName(f"{self._name}: {words}")
