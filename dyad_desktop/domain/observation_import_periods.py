"""Months and quarters as people write them in other people's files, read without guessing twice."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from dyad_desktop.domain.fiscal import MONTH_NAMES, MONTHS, QUARTER, add_months
from dyad_desktop.errors import BadInputError

MONTH, QUARTERLY, DAY = "month", "quarter", "day"
NO_DATE = "no date"
"""What a date is in the order in which it can't be read."""
EARLIEST, LATEST = 1990, 2100
"""Years in which a period is believed; what is outside is more likely a slip."""
_EPOCH = date(1899, 12, 30)
"""Day 0 of the serial numbers of Excel and LibreOffice, from March 1900 on."""
_SERIALS = ((date(EARLIEST, 1, 1) - _EPOCH).days, (date(LATEST, 12, 31) - _EPOCH).days)
_NAMES: Mapping[str, int] = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "jan january januar jän janvier enero ene gennaio",
                "feb february februar février fevrier febrero febbraio",
                "mar march mär mrz märz mars marzo",
                "apr april avril abril abr aprile",
                "may mai mayo maggio",
                "jun june juni juin junio giugno",
                "jul july juli juillet julio luglio",
                "aug august août aout agosto ago",
                "sep sept september septembre septiembre settembre",
                "oct october okt oktober octobre octubre ottobre",
                "nov november novembre noviembre",
                "dec december dez dezember décembre decembre diciembre dic dicembre",
            ),
            start=1,
        )
        for name in names.split()
    }
)
FORMS = "2026-10, Oct 2026, 2026 Q4, FY27 Oct, FY27 P04 or FY27 Q2"
"""Some of the forms in which periods are read, for a person."""
MONTH_WORDS = frozenset(_NAMES)
"""What months are called, in small letters."""
_YEAR = r"(?P<year>[0-9]{4})"
_SHORT = r"(?P<year>'?[0-9]{2}|[0-9]{4})"
_TIME = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(text, re.IGNORECASE))
    for name, text in (
        ("day", rf"{_YEAR}(?P<gap>[-/.])(?P<month>[0-9]{{1,2}})(?P=gap)(?P<day>[0-9]{{1,2}}){_TIME}"),
        ("pair", rf"(?P<one>[0-9]{{1,2}})(?P<gap>[-/.])(?P<two>[0-9]{{1,2}})(?P=gap){_SHORT}{_TIME}"),
        ("month", rf"{_YEAR} ?(?:[-/._ ]|M|-M) ?(?P<month>[0-9]{{1,2}})"),
        ("month", rf"(?P<month>[0-9]{{1,2}}) ?[-/. ] ?{_YEAR}"),
        ("month", r"(?P<year>(?:19|20|21)[0-9]{2})(?P<month>0[1-9]|1[0-2])"),
        ("day", r"(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>[0-3][0-9])"),
        ("named", rf"(?P<name>[^\W\d_]+)\.?[-/., ]*{_SHORT}"),
        ("named", rf"{_YEAR}[-/., ]*(?P<name>[^\W\d_]+)\.?"),
        ("dated", rf"(?P<day>[0-9]{{1,2}})(?:\.|st|nd|rd|th)?[-/ ]*(?P<name>[^\W\d_]+)\.?[-/, ]*{_SHORT}"),
        ("dated", rf"(?P<name>[^\W\d_]+)\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? +{_YEAR}"),
        ("quarter", rf"(?P<fiscal>FY ?)?{_SHORT}[-/. ]*Q(?P<quarter>[1-4])"),
        ("quarter", rf"Q(?P<quarter>[1-4])[-/. ]*(?P<fiscal>FY ?)?{_SHORT}"),
        ("quarter", rf"(?P<quarter>[1-4])\.?(?:Q|(?:st|nd|rd|th) quarter| ?Quartal)[-/. ]*{_SHORT}"),
        ("fiscal", rf"FY ?{_SHORT}[-/. ]*[PM](?P<place>[0-9]{{1,2}})"),
        ("fiscal month", rf"FY ?{_SHORT}[-/., ]*(?P<name>[^\W\d_]+)\.?"),
        ("fiscal month", rf"(?P<name>[^\W\d_]+?)\.?[-/., ]*FY ?{_SHORT}"),
        ("serial", r"(?P<serial>[0-9]{5})(?:\.0*)?"),
    )
)  # fmt: skip
_PAIR = dict(_SHAPES)["pair"]
_WEEK = re.compile(r"[0-9]{4}[- ]?W[0-9]{1,2}|(?:W|Week|Wk|KW) ?[0-9]{1,2}.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How dates of a source are meant: whether the day stands first, and in which month fiscal years start.

    ``day_first`` is ``None`` where nobody knows: then only dates that can be read in one way are.
    """

    day_first: bool | None = None
    start_month: int = 1


@dataclass(frozen=True, slots=True)
class Spelled:
    """A period that was read: its first month, and whether a month, a quarter or a day was named."""

    period: str
    kind: str


def read_period(text: str, spelling: Spelling) -> Spelled:
    """Return the period that a text means.

    Fiscal quarters (``FY27 Q2``), periods (``FY27 P04``) and months (``FY27 Oct``) count from
    ``spelling.start_month``; others are of the calendar. Five digits are a spreadsheet's day number.

    Raises:
        BadInputError: it isn't a period, with the reason for a person.
    """
    found = _read(" ".join(text.replace("\u00a0", " ").split()), spelling)
    if isinstance(found, str):
        raise BadInputError(found)
    return found


def is_period(text: str) -> bool:
    """Return whether a text can be read as a period, whichever way its days and months stand."""
    plain = " ".join(text.replace("\u00a0", " ").split())
    return any(isinstance(_read(plain, Spelling(day_first=first)), Spelled) for first in (True, False))  # fmt: skip


@lru_cache(maxsize=4096)
def _read(text: str, spelling: Spelling) -> Spelled | str:
    """Return what was read, or why nothing was: a source names the same few months over and over."""
    if not text:
        return "no period"
    for name, shape in _SHAPES:
        found = shape.fullmatch(text)
        if found is not None and name == "pair":
            return _of_pair(found, spelling, text)
        if found is not None:
            made = _made(name, found, spelling)
            if made is not None:
                return _believed(made, text)
    return _why_not(text)


def _why_not(text: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    if _WEEK.fullmatch(text):
        return f"“{shown}” is a week; values are kept by month or quarter"
    if re.fullmatch(r"[0-9]{4}|FY ?[0-9]{2,4}", text, re.IGNORECASE):
        return f"“{shown}” is a year; values are kept by month or quarter"
    return f"“{shown}” is not a period such as {FORMS}"


def _made(name: str, found: re.Match[str], spelling: Spelling) -> Spelled | None:
    """Return the period of a match; ``None`` when it can't be one, so that another shape may be."""
    parts = found.groupdict()
    if name == "serial":
        return _of_serial(int(parts["serial"]))
    year = _year(parts["year"])
    if name == "fiscal":
        return _of_fiscal(year, int(parts["place"]) - 1, MONTH, spelling.start_month)
    if name == "quarter":
        first = (int(parts["quarter"]) - 1) * QUARTER
        start = spelling.start_month if parts.get("fiscal") else 1
        return _of_fiscal(year, first, QUARTERLY, start)
    named = parts.get("name")
    month = _NAMES.get(named.lower(), 0) if named else int(parts["month"])
    if name == "fiscal month":
        place = (month - spelling.start_month) % MONTHS
        return _of_fiscal(year, place, MONTH, spelling.start_month) if month else None
    return _of_day(year, month, int(parts.get("day") or 0))


def _year(text: str) -> int:
    digits = text.lstrip("'")
    return int(digits) + (2000 if len(digits) <= 2 else 0)


def _of_day(year: int, month: int, day: int) -> Spelled | None:
    """Return the period of a date, or of a month where no day is said."""
    if not 1 <= month <= MONTHS:
        return None
    if day:
        try:
            date(year, month, day)
        except ValueError:
            return None
    return Spelled(f"{year:04d}-{month:02d}", DAY if day else MONTH)


def _of_pair(found: re.Match[str], spelling: Spelling, text: str) -> Spelled | str:
    """Return the period of a date in the one order of its column, or why it isn't one."""
    (day, month), day_first = _both(found), spelling.day_first
    if day is None and month is None:
        return _why_not(text)
    if found["gap"] == ".":
        if day is None:
            return f"“{text}”: with dots the day stands first, and there is no month {found['two']}"
        return _OTHER[False].format(text) if day_first is False else _believed(day, text)
    if day_first is None:
        if day is not None and month is not None and day != month:
            return f"“{text}” can be {_named(found, first=True)} or {_named(found, first=False)}"
        day_first = day is not None
    read = day if day_first else month
    return _OTHER[day_first].format(text) if read is None else _believed(read, text)


_OTHER = {
    True: "“{}” has the month first, but the day stands first in the other dates of its column",
    False: "“{}” has the day first, but the month stands first in the other dates of its column",
}


def _both(found: re.Match[str]) -> tuple[Spelled | None, Spelled | None]:
    """Return what a date of two short numbers and a year is with the day first, and with the month first."""
    year, one, two = _year(found["year"]), int(found["one"]), int(found["two"])
    return _of_day(year, two, one), _of_day(year, one, two)


def _named(found: re.Match[str], *, first: bool) -> str:
    """Return a date as a person says it, read with the day first or not."""
    one, two = int(found["one"]), int(found["two"])
    day, month = (one, two) if first else (two, one)
    if _both(found)[0 if first else 1] is None:
        return NO_DATE
    return f"{day} {MONTH_NAMES[month - 1]} {_year(found['year'])}"


def _of_fiscal(year: int, place: int, kind: str, start_month: int) -> Spelled | None:
    """Return the period so many months into a fiscal year, which is named by the year it ends in."""
    if not 0 <= place < MONTHS:
        return None
    begins = year if start_month == 1 else year - 1
    return Spelled(add_months(f"{begins:04d}-{start_month:02d}", place), kind)


def _of_serial(number: int) -> Spelled | None:
    if not _SERIALS[0] <= number <= _SERIALS[1]:
        return None
    day = _EPOCH + timedelta(days=number)
    return Spelled(f"{day.year:04d}-{day.month:02d}", DAY)


def _believed(found: Spelled, text: str) -> Spelled | str:
    if EARLIEST <= int(found.period[:4]) <= LATEST:
        return found
    return f"“{text}” lies outside {EARLIEST} to {LATEST}"


@dataclass(frozen=True, slots=True)
class Pair:
    """A date of two short numbers and a year: as it is written, and what it is with the day or the month first."""

    text: str
    dotted: bool
    day: Spelled | None
    month: Spelled | None
    said: tuple[str, str]
    """Both dates as a person says them, the one with the day first before the other."""

    @property
    def tells(self) -> bool | None:
        """Return whether the day stands first, where this date alone tells; else ``None``."""
        if self.dotted:
            return True if self.day is not None else None
        return None if (self.day is None) == (self.month is None) else self.day is not None

    @property
    def open(self) -> bool:
        """Return whether it names another month in the other order."""
        return not self.dotted and None not in (self.day, self.month) and self.day != self.month


@lru_cache(maxsize=4096)
def pair_of(text: str) -> Pair | None:
    """Return a text as such a date; ``None`` for anything else, also for years that stand first."""
    plain = " ".join(text.replace("\u00a0", " ").split())
    found = _PAIR.fullmatch(plain)
    if found is None:
        return None
    said = (_named(found, first=True), _named(found, first=False))
    return Pair(plain, found["gap"] == ".", *_both(found), said)


def day_first_in(texts: Iterable[str]) -> bool | None:
    """Return whether the dates of one column have the day first; ``None`` where they don't tell.

    A place above 12 is a day, and dots stand behind a day. Where some dates tell this and others that, the order
    that more of them have is taken: the others are no dates then.
    """
    told = {True: 0, False: 0, None: 0}
    for text, count in Counter(texts).items():
        pair = pair_of(text)
        if pair is not None:
            told[pair.tells] += count
    days, months = told[True], told[False]
    return None if days == months else days > months
