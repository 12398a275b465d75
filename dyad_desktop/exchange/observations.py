"""Reads a source of observations into rows of text: CSV, workbooks (XLSX, XLS, ODS), and what was copied."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.exchange.workbook_percent import percents_in
from dyad_desktop.exchange.workbook_unsaid import unsaid_in

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
MOST_BYTES = 100_000_000
MOST_ROWS, MOST_CELLS = 200_000, 5_000_000
"""So much is read of one source: what is larger is seldom a table of measures."""
_DELIMITERS = ";\t,|"
_USUAL = {";": True, ",": False}
"""Whether text with such separators has decimal commas as a rule."""
_EITHER = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""What text could mean otherwise: of a workbook's number it is known where its decimals begin."""
_TOLD = 2000
_READING = "Reading"

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far, and of how many."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: rows of text as they came, empty ones too, so that their numbers are those of the file.

    ``comma`` says whether figures probably have decimal commas; ``None`` where nothing speaks for either. ``sheets``
    are those of a workbook, ``sheet`` the one that was read, ``passed`` those before it that were looked at and hold
    no table.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    comma: bool | None = False
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    passed: tuple[str, ...] = ()


class Watch:
    """Counts rows, tells how far the reading is, and stops it when it is asked to."""

    def __init__(self, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        self._progress, self._cancelled = progress, cancelled

    def tell(self, done: int, total: int) -> None:
        """Tell that so many rows of so many are done.

        Raises:
            DyadError: it was cancelled.
        """
        if self._cancelled is not None and self._cancelled():
            raise DyadError("Stopped. Nothing was brought in.")
        if self._progress is not None:
            self._progress(_READING, done, total)


def read_file(
    path: Path,
    sheet: str = "",
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Source:
    """Read a file: a workbook by the end of its name, else text with separators.

    Raises:
        BadInputError: it can't be read, is no table, or is larger than is read.
        DyadError: it was cancelled.
    """
    watch = Watch(progress, cancelled)
    watch.tell(0, 0)
    try:
        data = _bytes_of(path)
    except OSError as error:
        raise BadInputError(f"{path.name} can't be read ({error.strerror})") from None
    if path.suffix.lower() in WORKBOOKS or data[:4] == b"PK\x03\x04":
        return _of_workbook(path.name, data, sheet, watch)
    return _of_text(path.name, decoded(data, path.name), watch)


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise BadInputError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB")
    return path.read_bytes()


def read_clipboard(text: str, html: str = "") -> Source:
    """Read what was copied: text with tabs as spreadsheets give it, a table of a web page or mail, or CSV text.

    Raises:
        BadInputError: nothing was copied, or it is larger than is read.
    """
    name = "clipboard"
    if "\t" not in text and "<table" in html.lower():
        rows = _rows_of_html(html)
        if rows:
            return Source(name, _sized(name, rows, Watch(None, None)), comma=None)
    if not text.strip():
        raise BadInputError("The clipboard holds no text. Copy the cells first, then try again")
    return _of_text(name, text, Watch(None, None))


# -- text --------------------------------------------------------------------------------------


def decoded(data: bytes, name: str) -> str:
    """Return text of whatever encoding: by its mark, as UTF-8, else as Windows writes it.

    Raises:
        BadInputError: it is no text.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    ):  # fmt: skip
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\0" in data[:4096]:
        second = data[1:4096:2]
        if second.count(0) * 10 > len(second) * 8:
            return data.decode("utf-16-le", errors="replace")
        raise BadInputError(f"{name} is no text and no workbook")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def delimiter_of(text: str) -> str:
    """Return what separates cells: by ``sep=``, else what splits the first lines into most columns, most evenly."""
    first = text[:40].lstrip("\ufeff").splitlines()[:1]
    if first and first[0].lower().startswith("sep=") and len(first[0]) == 5:
        return first[0][4]
    lines = [line for line in text[:20_000].splitlines()[:50] if line.strip()]

    def fit(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0), usual

    return max(_DELIMITERS, key=fit)


def _of_text(name: str, text: str, watch: Watch) -> Source:
    delimiter = delimiter_of(text)
    lines = text.count("\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) % _TOLD == 0:
                watch.tell(len(rows), lines)
            if len(rows) > MOST_ROWS:
                break
    except csv.Error:
        raise BadInputError(
            f"{name} can't be read beyond row {len(rows):,}: a quotation mark is open, or a cell is too long"
        ) from None
    if rows and len(rows[0]) <= 2 and rows[0][:1] and rows[0][0].lower().startswith("sep="):
        rows[0] = []  # stays a row, so that numbers are right
    return Source(name, _sized(name, rows, watch), comma=_USUAL.get(delimiter))


def _sized(name: str, rows: Sequence[Sequence[str]], watch: Watch) -> tuple[tuple[str, ...], ...]:
    """Return rows as they are kept.

    Raises:
        BadInputError: there are more rows or cells than are read.
    """
    cells = sum(map(len, rows))
    if len(rows) > MOST_ROWS or cells > MOST_CELLS:
        raise BadInputError(
            f"{name} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells; bring it in in parts"
        )
    watch.tell(len(rows), len(rows))
    return tuple(map(tuple, rows))


class _Table(HTMLParser):
    """Takes the cells of the first table."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._span = 1
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        if self._over:
            return
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self._close()
            span = str(dict(attrs).get("colspan") or "1")
            self._span = min(int(span), 100) if span.isdigit() else 1
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a cell, or the table."""
        if tag in {"td", "th", "tr", "table"}:
            self._close()
        if tag == "table":
            self._over = True

    def handle_data(self, data: str) -> None:
        """Take text into the cell."""
        if self._cell is not None:
            self._cell.append(data)

    def _close(self) -> None:
        if self._cell is not None:
            text = " ".join("".join(self._cell).split())
            self.rows[-1] += [text, *[""] * (self._span - 1)]
            self._cell = None


def _rows_of_html(html: str) -> list[list[str]]:
    parser = _Table()
    parser.feed(html)
    parser.close()
    return parser.rows


# -- workbooks ---------------------------------------------------------------------------------


def _of_workbook(name: str, data: bytes, sheet: str, watch: Watch) -> Source:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = tuple(book.sheet_names)
            chosen = sheet if sheet in sheets else _fullest(book)
            found = book.get_sheet_by_name(chosen)
            top, left = found.start or (0, 0)
            rows: list[list[str]] = [[] for _ in range(top)]
            for row in found.to_python(skip_empty_area=True, nrows=MOST_ROWS + 1):
                rows.append([*[""] * left, *map(text_of, row)])
                if len(rows) % _TOLD == 0:
                    watch.tell(len(rows), top + found.height)
    except (CalamineError, OSError, ValueError) as error:
        raise BadInputError(f"{name} can't be read as a workbook ({error})") from None
    for (at, column), text in unsaid_in(data, chosen).items():
        if at < len(rows) and column < len(rows[at]) and not rows[at][column].strip():
            rows[at][column] = text  # what reads the workbook leaves these cells empty
    for (at, column), shift in percents_in(data, chosen).items():
        if at < len(rows) and column < len(rows[at]):
            rows[at][column] = _percent(rows[at][column], shift)
    return Source(name, _sized(name, rows, watch), None, sheets, chosen)


def _fullest(book: CalamineWorkbook) -> str:
    """Return the first sheet that holds something.

    Raises:
        BadInputError: none does.
    """
    for name in book.sheet_names:
        if book.get_sheet_by_name(name).height:
            return str(name)
    raise BadInputError("the workbook is empty")


def _percent(text: str, shift: int) -> str:
    """Return a figure as a cell shows it whose format says that it is a percentage: ``16.6%`` for 0.166."""
    try:
        figure = Decimal(text).scaleb(shift)
    except InvalidOperation:
        return text
    return f"{_certain(format(figure.normalize(), 'f'))}%"


def _certain(text: str) -> str:
    """Return a number's text so that its point can only be a decimal mark: ``1.2340`` for 1.234."""
    return f"{text}0" if _EITHER.fullmatch(text) else text


def text_of(value: float | str | bool | date | datetime | time | timedelta) -> str:  # noqa: FBT001 - a cell's
    """Return a cell's value as text: a number with a decimal point and the 15 digits that spreadsheets keep.

    A percentage has its sign, by the cell's format: see ``_percent``.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _certain(format(Decimal(format(value, ".15g")), "f"))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)
