"""`python -m tests.bench`: every speed bar, each beside a floor or a rival measured in the same run."""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench import (
    charts,
    grid,
    history,
    live,
    loading,
    memory,
    merge,
    planning,
    start,
    workbook,
)

MILLI = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One bar: what, ours, what it is held against, and whether it holds."""

    what: str
    ours: str
    against: str
    bar: str
    holds: bool


def _start() -> list[Line]:
    found = start.measure()
    shell, home = found.shell_ratio, found.home_ratio
    return [
        Line(
            "start to first painted window",
            f"{found.shell * MILLI:.0f} ms",
            f"bare window {found.bare * MILLI:.0f} ms",
            f"{shell:.2f} of 1.5 ×",
            shell <= 1.5,
        ),
        Line(
            "start to Home filled",
            f"{found.home * MILLI:.0f} ms",
            f"bare window with SQLAlchemy {found.bare_with_sqlalchemy * MILLI:.0f} ms",
            f"{home:.2f} of 1.3 ×",
            home <= 1.3,
        ),
    ]


def _grid() -> list[Line]:
    found = grid.measure()
    return [
        Line(
            "one edited cell of 5,000 lines, durable and repainted",
            f"median {found.edit_median:.1f} ms, p99 {found.edit_p99:.1f} ms",
            f"bare SQLite commit {found.commit_floor:.2f} ms",
            "16 and 50 ms",
            found.edit_median <= 16 and found.edit_p99 <= 50,
        ),
        Line(
            "scroll one page of 5,000 lines × 18 columns",
            f"median {found.frame:.1f} ms",
            f"QTableView painting the same model {found.frame_rival:.1f} ms",
            "16 ms",
            found.frame <= 16,
        ),
    ]


def _loading() -> list[Line]:
    ours, floor = loading.measure()
    return [
        Line(
            "load the example into a new file",
            f"{ours:.2f} s",
            f"PyYAML alone {floor:.2f} s",
            "1.0 s",
            ours <= 1,
        )
    ]


def _workbook() -> list[Line]:
    found = workbook.measure()
    return [
        Line(
            "workbook of 5,000 lines",
            f"{found.ours:.2f} s",
            f"bare XlsxWriter, the same {found.cells:,} cells {found.bare:.2f} s",
            f"{found.ratio:.2f} of 1.5 ×",
            found.ratio <= workbook.BAR,
        )
    ]


def _memory() -> list[Line]:
    ours, floor = memory.measure()
    return [
        Line(
            "memory, example open, all pages visited",
            f"{ours:.0f} MB",
            f"bare window with SQLAlchemy and matplotlib {floor:.0f} MB",
            "260 MB",
            ours <= 260,
        )
    ]


def _merge() -> list[Line]:
    found = merge.measure()
    few = merge.few() * MILLI
    edit, floor = merge.one_edit()
    growth = merge.growth()
    table = ", ".join(f"{count:,}: {micros:.0f} µs" for count, micros in growth)
    costs = [micros for _, micros in growth]
    what = "merge of 100,000 writes on 10,000 entities"
    return [
        Line(what, f"{found.ours:.2f} s, {found.contested} contested",
             f"plain sqlite3, log and upserts {found.plain:.2f} s",
             f"{found.ours / found.plain:.2f} of 1.0 ×", found.ours <= found.plain),
        Line(what, f"{found.ours:.2f} s", f"Loro import and rows {found.loro:.2f} s",
             f"{found.ours / found.loro:.2f} of 2.0 ×", found.ours <= 2 * found.loro),
        Line("memory that such a merge adds", f"{found.memory:.0f} MB", "none", "150 MB",
             found.memory <= 150),
        Line("on the wire", f"{found.wire:.2f} MB", f"Loro {found.loro_wire:.2f} MB",
             f"{found.wire / found.loro_wire:.2f} of 1.0 ×", found.wire <= found.loro_wire),
        Line("merge of 1,000 writes", f"{few:.0f} ms", "none", "80 ms", few <= 80),
        Line("one edit, durable", f"{edit:.2f} ms", f"the disk's own {floor:.2f} ms",
             f"{edit - floor:.2f} of 2 ms above it", edit - floor <= 2),
        Line("cost of a merged write as deliveries grow", table, "none", "flat within 1.5 ×",
             max(costs) <= 1.5 * min(costs)),
    ]  # fmt: skip


def _past() -> list[Line]:
    found = history.measure()
    return [
        Line(
            "history of a thing opens, 1,000,000 changes",
            f"first {found.history_first:.0f} ms, then {found.history:.0f} ms",
            f"a page of the journal {found.journal:.0f} ms, the thing as of half-way {found.item:.0f} ms",
            "300 ms",
            max(found.history_first, found.item, found.journal) <= 300,
        ),
        Line(
            "since we last met, 1,000,000 changes",
            f"first {found.since_first:.0f} ms, then {found.since:.0f} ms",
            "none",
            "300 ms",
            found.since_first <= 300,
        ),
    ]


def _live() -> list[Line]:
    found = live.measure()
    (middle, slow), (bare, bare_slow) = found.edit, found.bare
    return [
        Line(
            "an edit is on the partner's disk and the window told, live link on loopback",
            f"p50 {middle:.1f} ms, p95 {slow:.1f} ms",
            f"a byte there and back p50 {bare:.2f} ms, p95 {bare_slow:.2f} ms",
            "p95 300 ms",
            slow <= live.BAR,
        )
    ]


def _planning() -> list[Line]:
    found = planning.measure()
    return [
        Line("20,000 lines follow one volume", f"{found.recompute:.1f} ms, {found.moved} lines moved",
             f"their multiplications alone {found.arithmetic:.1f} ms, the whole budget {found.whole:.0f} ms",
             "50 ms", found.recompute <= 50),
        Line("the grid of 20,000 lines opens", f"{found.grid:.0f} ms", f"the whole budget {found.whole:.0f} ms",
             "700 ms", found.grid <= 700),
        Line("undo of a bulk change on 20,000 lines", f"{found.undo:.0f} ms",
             f"the change itself {found.bulk:.0f} ms", "1,000 ms", found.undo <= 1000),
    ]  # fmt: skip


def _charts() -> list[Line]:
    found = charts.measure()
    return [
        Line("XmR of 10,000 points", f"{found.engine:.1f} ms", f"mean and ranges alone {found.arithmetic:.1f} ms",
             "20 ms", found.engine <= 20),
        Line("a chart of 36 points drawn anew", f"{found.redraw:.1f} ms",
             f"a plain figure of the same size {found.plain_redraw:.0f} ms", "40 ms", found.redraw <= 40),
        Line("scorecard of 200 measures opens", f"{found.opened:.0f} ms", "none", "300 ms", found.opened <= 300),
        Line("scorecard of 200 measures scrolls", f"{found.frame:.1f} ms a frame", "none", "16 ms", found.frame <= 16),
        Line(
            "… and pages, Page Down held", f"median {found.page:.1f}, worst {found.slowest_page:.1f} ms", "none",
            "16 ms", found.slowest_page <= 16,
        ),
        Line("first chart of a process",
             f"{found.first:.2f} s, the bridge {found.bridge:.2f} s (straight from Home"
             f" {found.first_at_once:.2f} and {found.bridge_at_once:.2f} s), window still for at most"
             f" {found.stall:.0f} ms ({found.stalls})",
             f"bare imports in a process of their own {found.imports:.2f} s", "1.1 s",
             max(found.first, found.bridge) <= 1.1),
    ]  # fmt: skip


ALL: tuple[Callable[[], list[Line]], ...] = (
    _start,
    _grid,
    _planning,
    _charts,
    _loading,
    _workbook,
    _memory,
    _merge,
    _past,
    _live,
)


def main() -> int:
    """Measure everything and print a table; 1 when a bar doesn't hold."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    missed = 0
    with tempfile.TemporaryDirectory() as home:
        os.environ["DYAD_HOME"] = str(Path(home))
        for measure in ALL:
            for line in measure():
                missed += not line.holds
                mark = "ok  " if line.holds else "OVER"
                print(
                    f"{mark} {line.what}: {line.ours}  (bar {line.bar}; {line.against})", flush=True
                )
    print("every bar holds" if not missed else f"{missed} bars do not hold")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
