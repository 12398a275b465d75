"""Places labels in rows so that none covers another."""

from collections.abc import Sequence


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
