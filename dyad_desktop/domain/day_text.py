"""Days as people write them: ``31 Oct 2026``, ``31.10.2026``, ``2026-10-31``; what can be two days is refused."""

import re
from datetime import date

from dyad_desktop.domain.observation_import_periods import Spelling, pair_of, read_period
from dyad_desktop.errors import BadInputError

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NAMED = (
    re.compile(r"(?P<day>[0-9]{1,2})(?:\.|st|nd|rd|th)?[-/ ]*(?P<name>[^\W\d_]+)\.?[-/, ]*(?P<year>[0-9]{4})"),
    re.compile(r"(?P<name>[^\W\d_]+)\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? +(?P<year>[0-9]{4})"),
)  # fmt: skip
_LIKE = "a date like 2027-06-30 or 30 Jun 2027"


def read_day(text: str) -> str:
    """Return the ISO date that a text means.

    Raises:
        BadInputError: it isn't a day, or can be two: then with both.
    """
    plain = " ".join(text.replace("\u00a0", " ").split())
    found = _YEAR_FIRST.fullmatch(plain)
    if found is not None:
        return _day(plain, int(found[1]), int(found[3]), int(found[4]))
    for shape in _NAMED:
        if (named := shape.fullmatch(plain)) is not None:
            return _named(plain, named)
    if pair_of(plain) is not None:
        return _paired(plain)
    raise BadInputError(f"“{_short(plain)}” is not {_LIKE}")


def _named(text: str, found: re.Match[str]) -> str:
    try:
        period = read_period(f"{found['name']} {found['year']}", Spelling()).period
    except BadInputError:
        raise BadInputError(f"“{_short(text)}” is not {_LIKE}") from None
    return _day(text, int(period[:4]), int(period[5:]), int(found["day"]))


def _paired(text: str) -> str:
    """Return the day of two short numbers and a year: with dots the day stands first, else one of them tells."""
    pair = pair_of(text)
    assert pair is not None  # noqa: S101 - the caller asked
    day, month = pair.said
    if pair.open:
        raise BadInputError(f"“{text}” can be {day} or {month}: write the month as a word")
    first = pair.day is not None
    if not first and (pair.dotted or pair.month is None):
        raise BadInputError(f"“{_short(text)}” is not a day of the calendar")
    return read_day(day if first else month)


def _day(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise BadInputError(f"“{_short(text)}” is not a day of the calendar") from None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
