"""One folder a page; a page knows the desk and the shared widgets, no other page.

``PAGES`` is the navigation: a line here is all that the shell needs to know of a page.
"""

from dataclasses import dataclass

DIGITS = 9
"""So many pages can be reached by Ctrl and a digit."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page's name in the rail and the module whose ``Page`` class it is."""

    name: str
    title: str
    module: str
    rail: bool = True
    """Whether it stands in the rail; others are reached from a thing, and by name."""


PAGES: tuple[PageEntry, ...] = (
    tuple(
        PageEntry(name, title, f"dyad_desktop.ui.pages.{name}.page")
        for name, title in (
            ("home", "Home"),
            ("goals", "Goals"),
            ("performance", "Performance"),
            ("operating", "Operating budget"),
            ("capital", "Capital"),
            ("initiatives", "Initiatives"),
            ("disagreements", "Disagreements"),
            ("partnership", "Partnership"),
            ("exchange", "Exchange"),
        )
    )
    + tuple(
        PageEntry(name, title, f"dyad_desktop.ui.pages.{name}.page", rail=False)
        for name, title in (
            ("side", "Side by side"),
            ("history", "History"),
            ("aside", "Set aside"),
        )
    )
    + (PageEntry("then", "As it was", "dyad_desktop.ui.shell.then", rail=False),)
)
