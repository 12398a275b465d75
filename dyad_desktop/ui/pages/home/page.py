"""Home."""
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.widgets.basics import Card, label


class Page(BasePage):
    """Home."""

    title = "What needs the two of you"

    def build(self) -> None:
        """Make."""
        card = Card("Hello")
        card.column.addWidget(label("some text", wrap=True))
        self.body.addWidget(card)
        self.body.addStretch(1)
