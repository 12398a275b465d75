"""What an export holds, and the figures by which its reader can check it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.services.wording import counted
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import label, rule

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.services.export import Preview


def sheets_of(book: "Book", found: "Preview") -> list[tuple[str, str]]:
    """Return (sheet, what it holds) of the finance workbook."""
    year = book.only(Partnership).budget_year
    hand = f", {counted(found.by_hand, 'month')} set by hand" if found.by_hand else ""
    return [
        ("Cover", f"Purpose, partnership, {year}, {found.draft}, date, who prepared it"),
        ("Operating budget", f"{counted(found.lines, 'line')} × 12 months with live totals{hand}"),
        (
            "Volumes and drivers",
            f"{counted(found.volumes, 'volume')}, {counted(found.positions, 'position')}",
        ),
        (
            "Capital requests",
            f"{counted(found.requests, 'request')} in rank order with the cut line",
        ),
        (
            "Assumptions and notes",
            f"Conventions, growth rates, {counted(found.explanations, 'explanation')}",
        ),
    ]


def text_parts(found: "Preview") -> list[tuple[str, str]]:
    """Return (part, what it holds) of the plain text copy."""
    return [
        (
            "Everything",
            "Charter, goals, measures, budget, capital, initiatives, decisions, meetings, pulse",
        ),
        ("Readable", "YAML: any editor opens it, any program can read it"),
        ("Complete", "“Load” makes an equal partnership of it; nothing is locked in"),
        (
            "Budget",
            f"{counted(found.lines, 'line')}, {counted(found.by_hand, 'month')} set by hand",
        ),
    ]


def figures_of(book: "Book", found: "Preview") -> list[tuple[str, str]]:
    """Return (name, amount) of the control figures, in whole units of the currency.

    What makes the contribution is all there, so that a reader who adds it up arrives at it.
    """
    return [
        ("Net revenue", show.money(book, found.net_revenue)),
        ("Other revenue", show.money(book, found.other_revenue)),
        ("Total revenue", show.money(book, found.total_revenue)),
        ("Total expense", show.money(book, found.expense)),
        ("Contribution", show.money(book, found.contribution)),
        ("Capital requested", show.money(book, found.requested)),
    ]


def table(rows: list[tuple[str, str]], *, figures: bool = False) -> QWidget:
    """Return rows of name and text; figures stand right-aligned under each other."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(GRID * 2)
    grid.setVerticalSpacing(GRID - 2)
    grid.setColumnStretch(1, 1)
    for n, (name, text) in enumerate(rows):
        if n:
            grid.addWidget(rule(), 2 * n - 1, 0, 1, 2)
        grid.addWidget(
            label(name, "" if figures else "strong"), 2 * n, 0, Qt.AlignmentFlag.AlignTop
        )
        shown = label(text, "strong" if figures else "muted", wrap=not figures)
        side = Qt.AlignmentFlag.AlignRight if figures else Qt.AlignmentFlag.AlignTop
        grid.addWidget(shown, 2 * n, 1, side)
    return made
