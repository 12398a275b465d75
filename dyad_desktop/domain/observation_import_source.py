"""By what a source is known again: its name without dates, versions and marks of a copy. Pure."""

import re
from pathlib import PurePath
from unicodedata import normalize

from dyad_desktop.domain.observation_import_periods import MONTH_WORDS

CLIPBOARD = "clipboard"
_COMMON = frozenset({
    "book", "workbook", "sheet", "table", "data", "export", "report", "download", "file", "values", "untitled",
    "mappe", "tabelle", "daten", "bericht", "werte", "blatt",
})  # fmt: skip
"""Words of names that many unrelated files have."""
_UNNAMED = re.compile(r"(?:book|workbook|sheet|untitled|mappe|tabelle|blatt|unbenannt) ?\d+")
"""What programs call a file that nobody has named yet."""
_COPY = re.compile(
    r"(?<![^\W_])(?:copy|kopie|copie|copia)(?: (?:of|von|de)| \(\d{1,2}\) of)?(?![^\W_])(?: \d{1,2}(?= *$))?"
)
_NUMBERED = re.compile(r"(?: *[(\[]\d{1,2}[)\]])+ *$")
"""What a browser or a desktop puts behind the name of another copy."""
_VERSION = re.compile(
    r"(?<![^\W_])(?:v\.?\d+(?:\.\d+)*|(?:version|ver|rev|revision|fassung)\.? ?\d+(?:\.\d+)*|final|draft|entwurf)"
    r"(?![^\W_])"
)
_YEAR, _SHORT = r"(?:20[1-4]\d)", r"[23]\d(?![^\W_])"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_ALONE = r"(?<![^\W_])(?<![-.])"
"""Nothing before it to which a number could belong, as in “icu12-2026” and “ward-12-2026”."""
_TIME = r"(?: \d{6}|[t ]\d\d(?P<colon>[.:-])\d\d(?:(?P=colon)\d\d)?|t\d{4}(?:\d\d)?)?(?![^\W_])"
_SPOKEN = rf"(?<![^\W\d_])(?:{'|'.join(sorted(MONTH_WORDS, key=len, reverse=True))})(?![^\W\d_])\.?"
_GAP = r"[-., '’]*"
_TIMES = re.compile(
    "|".join((
        rf"(?<!\d){_YEAR}(?P<gap>[-. ]?){_MONTH}(?P=gap){_DAY}{_TIME}",
        rf"(?<!\d){_YEAR}[-. ]?{_MONTH}(?![^\W_])",
        rf"(?<!\d){_YEAR}-{_SHORT}",
        rf"{_ALONE}\d{{1,2}}\.\d{{1,2}}\.(?:{_YEAR}|{_SHORT})(?!\d)",
        rf"{_ALONE}{_DAY}(?P<dash>-?){_DAY}(?P=dash){_YEAR}(?![-.]?\d)",
        rf"(?:{_ALONE}{_MONTH}\.|^{_MONTH}-){_YEAR}(?![-.]?\d)",
        rf"(?<![^\W_])\d{{1,2}}(?:st|nd|rd|th) {_SPOKEN}",
        rf"{_ALONE}{_DAY}(?P<tie>-?){_SPOKEN}(?P=tie)(?={_YEAR})",
        rf"{_SPOKEN} \d{{1,2}}(?:st|nd|rd|th)?,? (?={_YEAR})",
        rf"{_SPOKEN}{_GAP}{_SHORT}",
        _SPOKEN,
        rf"(?<![^\W\d_])fy ?'?(?:{_YEAR}|\d\d)(?!\d)(?:-{_SHORT})?(?:[-. ]*[pm]\d{{1,2}}(?![^\W_]))?",
        rf"(?<![^\W\d_])q[1-4](?=fy|{_YEAR}|\W|$)(?:{_GAP}{_SHORT})?",
        rf"(?<![^\W_])[1-4]q{_GAP}(?:(?=fy|{_YEAR})|{_SHORT})",
        r"(?<![^\W_])[1-4](?:\.|st|nd|rd|th) ?(?:quarter|quartal)(?![^\W_])",
        r"(?<![^\W_])(?:quarter|quartal) ?[1-4](?![^\W_])",
        rf"(?<!\d){_YEAR}(?!\d)",
    ))
)  # fmt: skip
"""Dates, months, quarters and years. A small number with a space behind it is never a day or a month: in
“Ward 3 Oct 2026” it is the ward's."""
_NAMES_TOO = re.compile(rf"(?<![^\W_])mayo(?!{_GAP}\d)")
"""A month that is a place as well, unless a year follows."""


def source_name(name: str, sheet: str = "") -> str:
    """Return by what a source is known again: its name, and its sheet, without what differs from month to month.

    Only dates, months, quarters, years, versions and marks of a copy are cut: the 3 of ``Ward 3`` stays. Empty where
    nothing of its own is left, as of ``clipboard`` and ``Report 2026-11.xlsx``.
    """
    words = _own_words(_without_copies(_plain(PurePath(name).stem))) if name != CLIPBOARD else []
    within = _words(_plain(sheet)) if words else _own_words(_plain(sheet))
    return " ".join([*words, *within])


def _plain(text: str) -> str:
    return normalize("NFC", text).casefold().replace("_", " ")


def _without_copies(plain: str) -> str:
    """Return a file's name without versions and marks of a copy; a sheet has them to be told from another one."""
    return _VERSION.sub(" ", _NUMBERED.sub("", _COPY.sub(" ", plain).rstrip(" -")))


def _words(plain: str) -> list[str]:
    places = [one.start() for one in _NAMES_TOO.finditer(plain)]
    kept = _TIMES.sub(lambda one: one[0] if one.start() in places else " ", plain)
    return re.findall(r"[^\W_]+", kept)


def _own_words(plain: str) -> list[str]:
    """Return the words that tell a source from others: without those that many have, but not for a number alone."""
    words = _words(plain)
    if _UNNAMED.fullmatch(" ".join(words)):
        return []
    own = [one for one in words if one not in _COMMON]
    return words if own and all(one.isdigit() for one in own) else own
