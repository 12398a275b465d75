"""In which order day and month stand in the dates of a source: its column tells, or a person is asked. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dyad_desktop.domain.observation_import import PERIOD, WIDE, Reading, Rows
from dyad_desktop.domain.observation_import_periods import NO_DATE, day_first_in, pair_of


@dataclass(frozen=True, slots=True)
class Question:
    """The first date that can be two: its row as a spreadsheet counts, its text, and both readings of it."""

    row: int
    text: str
    day_first: str
    month_first: str

    @property
    def sentence(self) -> str:
        """Return what isn't known."""
        where = f"“{self.text}” in row {self.row}"
        for this, first, other in (
            (self.day_first, "month", "day"),
            (self.month_first, "day", "month"),
        ):
            if this == NO_DATE:
                return f"{where} has the {first} first, but as many dates of its column have the {other} first"
        both = f"{self.day_first} or {self.month_first}"
        return f"{where} can be {both}, and no other date of its column tells which"


def settled(rows: Rows, reading: Reading) -> Reading:
    """Return a reading in the order that its dates tell; where they don't, in the one it has."""
    told = day_first_in(text for _row, text in _dates_in(rows, reading))
    return reading if told is None else replace(reading, day_first=told)


def question_in(rows: Rows, reading: Reading) -> Question | None:
    """Return the first date whose order must be said, also where it was; nothing where the dates tell theirs."""
    found = list(_dates_in(rows, reading))
    if day_first_in(text for _row, text in found) is not None:
        return None
    firsts: dict[str, int] = {}
    for row, text in found:
        firsts.setdefault(text, row)
    dates = [(row, pair) for text, row in firsts.items() if (pair := pair_of(text))]
    asked = [one for one in dates if one[1].open] or [one for one in dates if one[1].tells is not None]  # fmt: skip
    if not asked:
        return None
    row, pair = asked[0]
    return Question(row, pair.text, *pair.said)


def _dates_in(rows: Rows, reading: Reading) -> Iterator[tuple[int, str]]:
    """Give the cells in which a source says its periods, with their rows."""
    at = [n for n, role in enumerate(reading.roles) if role == PERIOD]
    first = max(0, reading.header)
    heads = reading.shape == WIDE
    for number, row in enumerate(rows[first : first + 1] if heads else rows[reading.header + 1 :]):
        for n in at:
            if n < len(row):
                yield number + (first + 1 if heads else reading.header + 2), row[n]
