"""How the finance workbook looks: one font, ink and greys, one format for each role of a cell."""

from collections.abc import Mapping
from typing import Any

FONT = "Calibri"
SIZE = 10
INK = "#1B1F24"
MUTED = "#5F6670"
BAND = "#F1F3F5"
HEAD = "#E3E7EB"
RULE = "#8A929C"
HAND = "#FFF1C9"
"""Behind what a person set by hand; it is italic too, so it shows in greyscale."""

PERCENT = '0.0%_);(0.0%);"–"_)'
RATE = '0.0#%_);(0.0#%);"–"_)'
"""A percentage that someone chose: a second decimal place where it has one."""
PLAIN = '#,##0.##_);(#,##0.##);"–"_)'
TWO_PLACES = '#,##0.00_);(#,##0.00);"–"_)'
COUNT = '#,##0_);(#,##0);"–"_)'

THIN, THICK, DOUBLE = 1, 5, 6

_TEXT: Mapping[str, Any] = {"valign": "vcenter"}
_WRAP: Mapping[str, Any] = {"valign": "vcenter", "text_wrap": True}
_SUB: Mapping[str, Any] = {"bold": True, "top": THIN, "top_color": RULE}
_TOTAL: Mapping[str, Any] = {"bold": True, "bg_color": BAND, "top": THIN, "top_color": INK}
_GRAND: Mapping[str, Any] = {
    "bold": True, "bg_color": HEAD, "top": THIN, "top_color": INK,
    "bottom": DOUBLE, "bottom_color": INK,
}  # fmt: skip
_HEAD: Mapping[str, Any] = {
    "bold": True, "bg_color": HEAD, "bottom": THIN, "bottom_color": INK, "valign": "vcenter",
    "text_wrap": True,
}  # fmt: skip
_HAND: Mapping[str, Any] = {"italic": True, "bg_color": HAND}
_CUT: Mapping[str, Any] = {"bold": True, "top": THICK, "top_color": INK, "valign": "vcenter"}

_ROLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "cover_title": {"bold": True, "font_size": 22, "text_wrap": True, "valign": "vcenter"},
    "subtitle": {"font_size": 11, "font_color": MUTED},
    "section": {"bold": True, "font_size": 12, "bottom": THIN, "bottom_color": INK},
    "kind": {"bold": True, "font_size": 11, "bottom": THIN, "bottom_color": RULE},
    "category": {"bold": True, "font_color": MUTED},
    "quiet": {"font_color": MUTED},
    "quiet_wrap": {"font_color": MUTED, **_WRAP},
    "purpose": {"italic": True, "font_size": 13, **_WRAP},
    "label": {"font_color": MUTED, **_WRAP},
    "link": {"underline": 1, "valign": "vcenter"},
    "head": _HEAD,
    "head_after": {**_HEAD, "indent": 1},
    "head_right": {**_HEAD, "align": "right"},
    "head_centre": {**_HEAD, "align": "center"},
    "text": _TEXT,
    "indented": {**_WRAP, "indent": 1},
    "wrap": _WRAP,
    "after": {"indent": 1, **_WRAP},
    "bold": {"bold": True, **_TEXT},
    "centre": {"align": "center", **_TEXT},
    "right": {"align": "right", **_TEXT},
    "hand_legend": _HAND,
    "sub": _SUB,
    "total": _TOTAL,
    "grand": _GRAND,
    "cut": _CUT,
}
_NUMBERS: Mapping[str, Mapping[str, Any]] = {
    "": _TEXT,
    "hand": {**_TEXT, **_HAND},
    "year": {"bold": True, **_TEXT},
    "sub": _SUB,
    "total": _TOTAL,
    "grand": _GRAND,
}
"""Roles that come with a number format: their names end in ``money``, ``percent`` and so on."""

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet could take for a formula once someone edits the cell."""


def money_format(places: int) -> str:
    """Return the format of amounts: thousands grouped, negatives in parentheses, zero a dash."""
    digits = "#,##0" + (f".{'0' * places}" if places else "")
    return f'{digits}_);({digits});"–"_)'


class Styles:
    """The formats of one workbook by role: ``styles["sub_money"]``."""

    def __init__(self, workbook: Any, places: int) -> None:  # noqa: ANN401 - XlsxWriter has no types
        """Make every format; ``places`` are the decimal places of amounts."""
        self._workbook = workbook
        formats = {
            "money": money_format(places), "percent": PERCENT, "plain": PLAIN, "count": COUNT,
            "rate": RATE, "two": TWO_PLACES,
        }  # fmt: skip
        self._properties: dict[str, Mapping[str, Any]] = {
            name: {"font_color": INK, **role} for name, role in _ROLES.items()
        }
        for name, role in _NUMBERS.items():
            for shown, code in formats.items():
                full = {"font_color": INK, "num_format": code, "align": "right", **role}
                self._properties[f"{name}_{shown}".lstrip("_")] = full
        self._formats: dict[str, Any] = {}
        self._quoted: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - XlsxWriter has no types
        found = self._formats.get(name)
        if found is None:
            found = self._formats[name] = self._workbook.add_format(self._properties[name])
        return found

    def of_text(self, name: str, text: str) -> Any:  # noqa: ANN401 - XlsxWriter has no types
        """Return the format of a text; a risky one stays text even after F2 and Enter."""
        if not text.startswith(RISKY):
            return self[name]
        found = self._quoted.get(name)
        if found is None:
            properties = {**self._properties[name], "quote_prefix": True}
            found = self._quoted[name] = self._workbook.add_format(properties)
        return found
