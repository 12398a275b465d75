"""Between workday numbers and pixels: the scale of the Gantt, without weekends."""

from dataclasses import dataclass

from dyad_desktop.domain.fiscal import add_months, date_of, month_label, workday_index

LEAST, MOST = 0.5, 14.0
ZOOMS = {"quarters": 1.35, "months": 3.2}
"""Pixels a workday at 100 %."""
_NARROW_MONTH = 26


@dataclass(frozen=True, slots=True)
class Tick:
    """A boundary of the header: where a month or quarter begins and ends, and its name."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From the first day shown to the last, at so many pixels a workday."""

    first: int
    last: int
    pixels: float

    @property
    def width(self) -> int:
        """Return the pixels from the first day to the last."""
        return round((self.last - self.first) * self.pixels)

    def x(self, day: float) -> float:
        """Return where a day begins."""
        return (day - self.first) * self.pixels

    def day(self, x: float) -> float:
        """Return the day at a place."""
        return self.first + x / self.pixels

    def months(self) -> list[Tick]:
        """Return the months, or nothing when they are too narrow to be named."""
        return self._ticks(1) if self.pixels * 21 >= _NARROW_MONTH else []

    def quarters(self) -> list[Tick]:
        """Return the calendar quarters."""
        return self._ticks(3)

    def years(self) -> list[Tick]:
        """Return the years."""
        return self._ticks(12)

    def _ticks(self, months: int) -> list[Tick]:
        period = date_of(self.first)[:7]
        period = add_months(period, -((int(period[5:]) - 1) % months))
        found: list[Tick] = []
        while (start := workday_index(f"{period}-01")) < self.last:
            after = add_months(period, months)
            found.append(Tick(start, workday_index(f"{after}-01"), _name(period, months)))
            period = after
        return found


def _name(period: str, months: int) -> str:
    if months == 1:
        return month_label(period)
    if months == 12:
        return period[:4]
    return f"Q{(int(period[5:]) - 1) // 3 + 1}"


def scale_for(days: list[int], pixels: float) -> Scale:
    """Return a scale that holds all days, with a month of room on both sides."""
    first, last = min(days), max(days)
    start = workday_index(date_of(first - 10)[:7] + "-01")
    return Scale(start, last + 45, max(LEAST, min(MOST, pixels)))
