"""Places labels so that none covers another: in rows, or beside the places that they name."""

import itertools
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRectF


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


def lifts(boxes: Sequence[QRectF], up: Sequence[bool], row: float) -> list[int]:
    """Return by how many rows each box gives way, up or down, so that it lies on none before it."""
    kept: list[QRectF] = []
    found: list[int] = []
    for box, above in zip(boxes, up, strict=True):
        rows, moved = 0, box
        while any(moved.intersects(other) for other in kept):
            rows += 1
            moved = box.translated(0, -row * rows if above else row * rows)
        kept.append(moved)
        found.append(rows)
    return found


def best_boxes(
    wishes: Sequence[Sequence[QRectF]], within: QRectF, marks: Sequence[QRectF],
    lines: Sequence[QRectF],
) -> list[int]:  # fmt: skip
    """Return which of its boxes each of a few labels takes; of those that cover least, the one wished for first.

    To lie on another label is worst, then outside or on a mark, then on a line. All ways are tried.
    """
    alone = [
        [place + _cost(box, within, marks, lines) for place, box in enumerate(boxes)]
        for boxes in wishes
    ]

    def cost(way: Iterable[int]) -> float:
        chosen = tuple(way)
        boxes = [wishes[n][place] for n, place in enumerate(chosen)]
        over = sum(one.intersects(other) for one, other in itertools.combinations(boxes, 2))
        return 100_000 * over + sum(alone[n][place] for n, place in enumerate(chosen))

    return list(min(itertools.product(*(range(len(boxes)) for boxes in wishes)), key=cost))


def _cost(box: QRectF, within: QRectF, marks: Sequence[QRectF], lines: Sequence[QRectF]) -> float:
    outside = not within.contains(box)
    covered = sum(box.intersects(mark) for mark in marks)
    crossed = sum(box.intersects(line) for line in lines)
    return 10_000 * outside + 5_000 * covered + 20 * crossed
