"""Places labels so that none covers another."""

from collections.abc import Sequence


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return places for labels in a column: as near as wanted, at least ``gap`` apart, in bounds.

    The first is placed exactly where it is wanted; the others give way.
    """
    if not wanted:
        return []
    first = min(max(wanted[0], low), high)
    placed = [first] * len(wanted)
    above = sorted(n for n in range(1, len(wanted)) if wanted[n] >= first)
    below = [n for n in range(1, len(wanted)) if wanted[n] < first]
    edge = first
    for n in sorted(above, key=lambda n: wanted[n]):
        edge = placed[n] = max(wanted[n], edge + gap)
    edge = first
    for n in sorted(below, key=lambda n: -wanted[n]):
        edge = placed[n] = min(wanted[n], edge - gap)
    return placed


def rows_for(spans: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """Return a row for each (left, right) so that no two in a row overlap; the fewest rows, greedily."""
    ends: list[float] = []
    rows = [0] * len(spans)
    for n in sorted(range(len(spans)), key=lambda n: spans[n][0]):
        left, right = spans[n]
        row = next((row for row, end in enumerate(ends) if end + gap <= left), len(ends))
        if row == len(ends):
            ends.append(right)
        else:
            ends[row] = right
        rows[n] = row
    return rows
