"""Which cells of a workbook say by their number format that they are percentages, and so how their figure stands."""

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape

from dyad_desktop.exchange.workbook_unsaid import (
    CELL,
    LARGEST,
    PLACE,
    TYPE,
    UNREADABLE,
    column_of,
    path_of,
)

FRACTION, PLAIN = 2, 0
"""Places by which a figure is shifted to be what the cell shows: 0.16 under ``0.0%``, or 16 under ``0.0"%"``."""
_BUILT_IN = frozenset({9, 10})
"""Numbers of the percent formats that every workbook has."""
_MOST = 1_000
"""Cells that one repeated cell of a sheet is taken for; what repeats more often is empty."""
_FORMAT = re.compile(rb"<numFmt\b[^>]*>")
_CODE = re.compile(rb'\bformatCode="([^"]*)"')
_NUMBER = re.compile(rb'\bnumFmtId="([0-9]+)"')
_LOOKS = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.DOTALL)
_LOOK = re.compile(rb"<xf\b[^>]*>")
_STYLE = re.compile(rb'\bs="([0-9]+)"')
_QUIET = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""What a format shows as it stands."""
_TABLE = re.compile(rb"<table:table\s[^>]*>")
_ROW = re.compile(rb"<table:table-row(?=[\s/>])")
_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_NAME = re.compile(rb'\btable:name="([^"]*)"')
_REPEATED = re.compile(rb'\btable:number-(?:rows|columns)-repeated="([0-9]+)"')

Percents = dict[tuple[int, int], int]


def percents_in(data: bytes, sheet: str) -> Percents:
    """Return such cells by row and column, from 0, with ``FRACTION`` or ``PLAIN``.

    Of XLSX and ODS; other kinds of workbook tell nothing of this.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if "content.xml" in parts.namelist():
                return dict(_of_ods(_read(parts, "content.xml"), sheet))
            looks = _percent_looks(_read(parts, "xl/styles.xml"))
            path = path_of(parts, sheet) if looks else ""
            return dict(_of_xlsx(_read(parts, path), looks)) if path else {}
    except UNREADABLE:
        return {}


def _read(parts: zipfile.ZipFile, path: str) -> bytes:
    return b"" if parts.getinfo(path).file_size > LARGEST else parts.read(path)


def shift_of(code: str) -> int | None:
    """Return by how many places a number format shifts what it shows as a percentage; ``None`` where it shows none."""
    if "%" not in code:
        return None
    return FRACTION if "%" in _QUIET.sub("", code) else PLAIN


def _percent_looks(styles: bytes) -> dict[int, int]:
    """Return the looks of cells that show percentages, by their place."""
    shifts = dict.fromkeys(_BUILT_IN, FRACTION)
    for one in _FORMAT.findall(styles):
        number, code = _NUMBER.search(one), _CODE.search(one)
        shift = shift_of(unescape(code[1].decode())) if code else None
        if number and shift is not None:
            shifts[int(number[1])] = shift
    found = _LOOKS.search(styles)
    numbers = [_NUMBER.search(one) for one in _LOOK.findall(found[0])] if found else []
    return {
        n: shifts[int(one[1])] for n, one in enumerate(numbers) if one and int(one[1]) in shifts
    }


def _of_xlsx(xml: bytes, looks: dict[int, int]) -> Iterator[tuple[tuple[int, int], int]]:
    for cell in CELL.finditer(xml):
        style = _STYLE.search(cell[1])
        if style is None or int(style[1]) not in looks:
            continue
        place, kind = PLACE.search(cell[1]), TYPE.search(cell[1])
        if place and (kind is None or kind[1] == b"n"):
            yield (int(place[2]) - 1, column_of(place[1])), looks[int(style[1])]


def _of_ods(xml: bytes, sheet: str) -> Iterator[tuple[tuple[int, int], int]]:
    if b'"percentage"' not in xml:
        return
    row = 0
    for part in _ROW.split(_sheet_of(xml, sheet))[1:]:
        attributes, _, cells = part.partition(b">")
        rows, column = _times(attributes), 0
        for cell in _ODS_CELL.findall(cells):
            times = _times(cell)
            if b'office:value-type="percentage"' in cell:
                for at in range(min(rows, _MOST)):
                    for n in range(min(times, _MOST)):
                        yield (row + at, column + n), FRACTION
            column += times
        row += rows


def _sheet_of(xml: bytes, sheet: str) -> bytes:
    for found in _TABLE.finditer(xml):
        name = _NAME.search(found[0])
        if name is not None and unescape(name[1].decode()) == sheet:
            return xml[found.end() : xml.find(b"</table:table>", found.end())]
    return b""


def _times(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return int(found[1]) if found else 1
