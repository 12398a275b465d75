"""A year and a month, a quarter or a period of it that stand in two columns, read as the one text they mean. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dyad_desktop.domain.fiscal import MONTH_NAMES, month_year_label
from dyad_desktop.domain.observation_import_periods import Spelling, is_period, read_period
from dyad_desktop.domain.observation_import_words import plain_name
from dyad_desktop.errors import BadInputError

FISCAL_YEARS = frozenset(
    ("fiscal year", "financial year", "fiscal yr", "fy", "geschäftsjahr", "wirtschaftsjahr", "gj")
)
YEARS = frozenset(("year", "calendar year", "yr", "cy", "jahr", "kalenderjahr", *FISCAL_YEARS))
"""What columns of years are called, in small letters."""
_BY_PLACE = frozenset(("period", "periode", "per", "fiscal", "posting", "financial"))
_QUARTERS = frozenset(("quarter", "quartal", "qtr"))
_YEAR = re.compile(
    r"(?P<said>FY|GJ|CY)? ?'?(?P<year>[0-9]{4}|[0-9]{2})(?: ?[/–-] ?(?P<end>[0-9]{4}|[0-9]{2}))?(?:\.0+)?",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?P<place>P|Per\.?|Periode?)? ?0*(?P<number>[1-9]|1[0-2])(?:\.0+)?", re.IGNORECASE
)
_QUARTER = re.compile(r"Q ?[1-4]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TwoColumns:
    """How the columns of the year and of what is within it are called, and in which month fiscal years start."""

    year: str
    within: str
    start_month: int = 1

    def joined(self, year: str, within: str) -> str:
        """Return both cells as one text that names a period; what names one alone stays as it is.

        Raises:
            BadInputError: there is no year beside it, or it can be two months.
        """
        plain = " ".join(within.split())
        if not plain or is_period(plain):
            return plain
        found = _YEAR.fullmatch(" ".join(year.split()))
        if found is None:
            shown = year.strip()[:20]
            raise BadInputError(
                f"“{shown}” beside “{plain[:20]}” is no year" if shown else f"no year stands beside “{plain[:20]}”"
            )  # fmt: skip
        said, ends = (found["said"] or "").upper(), found["end"]
        fiscal = bool(ends) or said in {"FY", "GJ"} or (not said and plain_name(self.year) in FISCAL_YEARS)  # fmt: skip
        number = int(ends or found["year"])
        return self._of(number + (2000 if number < 100 else 0), plain, fiscal=fiscal)

    def _of(self, year: int, within: str, *, fiscal: bool) -> str:
        named = f"FY{year}" if fiscal else str(year)
        words = set(plain_name(self.within).split())
        place = _PLACE.fullmatch(within)
        if place is None:
            return f"{named} {within}"
        number = int(place["number"])
        if place["place"]:
            return f"FY{year} P{number}"
        if words & _QUARTERS:
            return f"{named} Q{number}"
        return self._of_number(year, number, fiscal=fiscal, by_place=bool(words & _BY_PLACE))

    def _of_number(self, year: int, number: int, *, fiscal: bool, by_place: bool) -> str:
        """Return which month a plain number means: by its name in the year, or by its place in a fiscal one."""
        place = f"FY{year} P{number}"
        month = f"FY{year} {MONTH_NAMES[number - 1]}" if fiscal else f"{year}-{number:02d}"
        spelling = Spelling(start_month=self.start_month)
        either = [read_period(text, spelling).period for text in (month, place)]
        if fiscal != by_place and either[0] != either[1]:
            raise BadInputError(
                f"“{number}” can be {month_year_label(either[0])} or {month_year_label(either[1])}, month {number} of"
                f" FY{year % 100:02d}: write {MONTH_NAMES[number - 1]} or P{number:02d}"
            )
        return place if fiscal and by_place else month


def year_column(heads: Sequence[str], body: Sequence[Sequence[str]], within: int) -> int:
    """Return the column of years that belongs to the one at ``within``, whose cells are no periods alone; -1 for none.

    Most of both together must be periods.
    """
    for n, head in enumerate(heads):
        if n == within or plain_name(head) not in YEARS:
            continue
        both = TwoColumns(head, heads[within])
        cells = [(row[n], row[within]) for row in body if max(n, within) < len(row)]
        filled = [one for one in cells if one[1].strip()]
        alone = sum(is_period(one[1]) for one in filled)
        if 2 * alone < len(filled) and sum(_reads(both, *one) for one in filled) * 10 >= len(filled) * 8:  # fmt: skip
            return n
    return -1


def _reads(both: TwoColumns, year: str, within: str) -> bool:
    try:
        return is_period(both.joined(year, within))
    except BadInputError:
        return False
