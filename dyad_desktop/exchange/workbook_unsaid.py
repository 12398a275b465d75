"""Cells of a workbook that hold something, yet no value: an error, or a formula that was never worked out."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from posixpath import join, normpath

LARGEST = 500_000_000
"""Bytes of a sheet beyond which it isn't looked at."""
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What reading the parts of a broken, foreign or locked workbook raises: such a one tells nothing more."""
_ERROR = "#ERROR"
CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
TYPE = re.compile(rb'\bt="([a-zA-Z]+)"')
_VALUE = re.compile(rb"<v[^>]*>([^<]+)</v>")
_FORMULA = re.compile(rb"<f[^>]*>([^<]*)</f>|<f\b")
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_NAME = re.compile(rb'\bname="([^"]*)"')
_LINK = re.compile(rb'\br:id="([^"]*)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ID = re.compile(rb'\bId="([^"]*)"')
_TARGET = re.compile(rb'\bTarget="([^"]*)"')


def unsaid_in(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Return the text of such cells by row and column, from 0: ``#N/A``, or the formula.

    Empty for what is no such workbook: other kinds tell nothing of this.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            path = path_of(parts, sheet)
            if not path or parts.getinfo(path).file_size > LARGEST:
                return {}
            return dict(_unsaid(parts.read(path)))
    except UNREADABLE:
        return {}


def path_of(parts: zipfile.ZipFile, sheet: str) -> str:
    """Return where in the file a sheet lies; empty for nowhere."""
    links = {
        _found(_NAME, one): _found(_LINK, one) for one in _SHEET.findall(parts.read("xl/workbook.xml"))
    }  # fmt: skip
    relations = {
        _found(_ID, one): _found(_TARGET, one)
        for one in _RELATION.findall(parts.read("xl/_rels/workbook.xml.rels"))
    }
    target = relations.get(links.get(sheet, ""), "")
    return normpath(join("xl", target)).lstrip("/") if target else ""


def _found(pattern: re.Pattern[bytes], text: bytes) -> str:
    found = pattern.search(text)
    return unescape(found[1].decode()) if found else ""


def _unsaid(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    if b'"e"' not in xml and b"<f" not in xml:
        return
    for cell in CELL.finditer(xml):
        attributes, inside = cell[1], cell[2] or b""
        if b'"e"' not in attributes and b"<f" not in inside:
            continue
        place, kind = PLACE.search(attributes), TYPE.search(attributes)
        text = _text_of(kind[1] if kind else b"", inside)
        if place and text:
            yield (int(place[2]) - 1, column_of(place[1])), text


def _text_of(kind: bytes, inside: bytes) -> str:
    """Return what a cell says instead of a value; empty where it has one, or none was meant."""
    value = _VALUE.search(inside)
    if kind == b"e":
        return unescape(value[1].decode()) if value else _ERROR
    formula = _FORMULA.search(inside)
    if formula is None or value or kind == b"str":  # a formula may give an empty text
        return ""
    return f"={unescape((formula[1] or b'').decode())}"


def column_of(letters: bytes) -> int:
    """Return the column that letters name, from 0."""
    at = 0
    for letter in letters:
        at = at * 26 + letter - 64
    return at - 1
