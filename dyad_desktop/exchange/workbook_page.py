"""One sheet of the finance workbook: writes text as text and counts formulas."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dyad_desktop.errors import DyadError
from dyad_desktop.exchange.workbook_style import Styles

COVER = "Cover"
BUDGET = "Operating budget"
DRIVERS = "Volumes and drivers"
CAPITAL = "Capital requests"
NOTES = "Assumptions and notes"
SHEETS = (COVER, BUDGET, DRIVERS, CAPITAL, NOTES)

NOT_AVAILABLE = "n/a"
"""What a percentage of nothing shows."""
LONGEST = 32_767
"""Characters that fit in one cell."""
CUT_TEXT = " … (cut here: the rest is in the workspace)"
LINE_HEIGHT = 13.5
LETTERS_A_DIGIT = 1.15
"""A column's width counts digits, and letters are narrower on the average."""
HIGHEST = 400
BETWEEN = 50
"""Rows between two looks at the cancel button."""

Number = int | float


class CancelledError(DyadError):
    """The person pressed Cancel."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Tells how far the writing is, and stops it when asked to."""

    progress: Callable[[str, int, int], None] | None = None
    cancelled: Callable[[], bool] | None = None

    def look(self, what: str, done: int, total: int) -> None:
        """Report ``done`` of ``total`` rows of a sheet.

        Raises:
            CancelledError: when the person pressed Cancel.
        """
        if self.cancelled is not None and self.cancelled():
            raise CancelledError(
                "Cancelled. No workbook was written, and a file of that name is as it was."
            )
        if self.progress is not None:
            self.progress(what, done, total)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its head, the width in characters, and the role of the head."""

    head: str
    width: float
    style: str = "head"


class Page:
    """A worksheet with the workbook's styles. Rows and columns count from 0, as in XlsxWriter."""

    def __init__(self, sheet: Any, styles: Styles) -> None:  # noqa: ANN401 - XlsxWriter has no types
        """Take a fresh worksheet."""
        self.sheet = sheet
        self.styles = styles
        self.formulas = 0

    def text(self, row: int, column: int, text: str, style: str = "text") -> None:
        """Write a text that stays one, whatever it begins with."""
        if len(text) > LONGEST:
            text = text[: LONGEST - len(CUT_TEXT)] + CUT_TEXT
        self.sheet.write_string(row, column, text, self.styles.of_text(style, text))

    def number(self, row: int, column: int, value: Number, style: str) -> None:
        """Write a number."""
        self.sheet.write_number(row, column, value, self.styles[style])

    def formula(self, row: int, column: int, formula: str, value: Number | str, style: str) -> None:
        """Write a formula with the value that it must give, for readers that don't recalculate."""
        self.sheet.write_formula(row, column, formula, self.styles[style], value)
        self.formulas += 1

    def fill(self, row: int, first: int, last: int, style: str) -> None:
        """Give empty cells a style, so that a band or a rule runs through."""
        for column in range(first, last + 1):
            self.sheet.write_blank(row, column, None, self.styles[style])

    def block(
        self,
        row: int,
        columns: tuple[int, int],
        text: str,
        style: str,
        width: int,
        line: float = LINE_HEIGHT,
    ) -> None:
        """Write a wrapped text over several columns; ``width`` characters make a line."""
        first, last = columns
        self.sheet.merge_range(row, first, row, last, "", self.styles[style])
        self.text(row, first, text, style)
        self.sheet.set_row(row, height_of(text, width, line))

    def fit(self, row: int, *texts: tuple[str, int]) -> None:
        """Make a row high enough for its (text, width of the column)."""
        height = height_needed(texts)
        if height is not None:
            self.sheet.set_row(row, height)

    def widths(self, columns: Sequence[Column]) -> None:
        """Set the width of each column."""
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, column.width)

    def heads(self, row: int, columns: Sequence[Column], height: float = 28) -> None:
        """Write the heads of a table."""
        self.sheet.set_row(row, height)
        for place, column in enumerate(columns):
            self.text(row, place, column.head, column.style)

    def finish(self, last: str) -> None:
        """Leave the gridlines out, and the green corners that doubt what is meant."""
        self.sheet.hide_gridlines(2)
        doubts = ("number_stored_as_text", "formula_range", "formula_differs")
        self.sheet.ignore_errors(dict.fromkeys(doubts, f"A1:{last}"))

    def print_setup(self, footer: str, *, paper: int, repeat: int | None = None) -> None:
        """Print landscape, one page wide, heads on each page, numbered, named after the draft."""
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.7)
        if repeat is not None:
            sheet.repeat_rows(repeat)
        sheet.set_footer(f"&L&8{footer}&R&8Page &P of &N")


def height_of(text: str, width: int, line: float = LINE_HEIGHT) -> float:
    """Return the height in points of a text wrapped at ``width`` characters."""
    lines = sum(max(1, -(-len(part) // width)) for part in text.split("\n"))
    return min(HIGHEST, lines * line + 2)


def height_needed(texts: Iterable[tuple[str, int]]) -> float | None:
    """Return the height of a row of (text, width of its column); none if one line is enough."""
    wide = [(text, int(width * LETTERS_A_DIGIT)) for text, width in texts]
    long = [(text, width) for text, width in wide if len(text) > width or "\n" in text]
    return max(height_of(text, width) for text, width in long) if long else None


def fitting(texts: Sequence[str], least: int, most: int) -> int:
    """Return a column width that shows all texts on one line, up to ``most`` characters."""
    return min(most, max(least, 2 + max(map(len, texts), default=0)))


def footer_text(text: str, most: int = 100) -> str:
    """Return a text for a footer: ``&`` starts a code there, and 255 characters are its end."""
    short = " ".join(text.split())
    return (short if len(short) <= most else short[: most - 1] + "…").replace("&", "&&")
