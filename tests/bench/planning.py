"""A budget of 20,000 lines with drivers: one volume changes, the grid opens, a bulk change is undone."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from statistics import median

from dyad_desktop.app import make_application
from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    DraftLine,
    OperatingLine,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.records import record_of
from dyad_desktop.domain.schema import Entity
from dyad_desktop.picture import settle
from dyad_desktop.services.files import demo
from dyad_desktop.services.operating import GrowthEdit, edit_lines
from dyad_desktop.services.session import Session
from dyad_desktop.ui.shell.window import MainWindow

LINES = 20_000
VOLUMES = 40
GROUPED = 50
"""Every so many lines one follows a group, and one a formula."""
ROUNDS = 15
PRIOR, BUDGET = months("2025-07"), months("2026-07")


@dataclass(frozen=True, slots=True)
class PlanningTimes:
    """All in milliseconds. ``arithmetic``: only the multiplications of the lines that moved, in plain Python."""

    recompute: float
    arithmetic: float
    whole: float
    grid: float
    bulk: float
    undo: float
    moved: int


def lines() -> Iterator[Entity]:
    """Yield volumes and 20,000 lines: most in step with a volume, some by rate, group, spread or formula."""
    for n in range(VOLUMES):
        prior = {period: Decimal(1000 + 7 * n + place) for place, period in enumerate(PRIOR)}
        yield Volume(id=f"V{n}", name=f"Volume {n}", prior_actuals=prior)
    for n in range(LINES):
        line = OperatingLine(
            id=f"L{n}", account=str(10_000 + n), name=f"Line {n}", category=f"category {n % 30}",
            kind="revenue" if n % 3 == 0 else "expense", driver_kind="volume", driver_ref=f"V{n % VOLUMES}",
            rate_growth_pct=Decimal(3), groups=(f"g{n % 20}",) if n % GROUPED > 2 else (),
            prior_actuals={period: 100_000 + 311 * n + place for place, period in enumerate(PRIOR)},
        )  # fmt: skip
        yield (
            replace(line, driver_kind="line_group", driver_ref=f"g{n % 20}")
            if n % GROUPED == 0
            else line
        )
        said = _said(n)
        if said:
            key = draft_line_id(WORKING_DRAFT, line.id)
            yield replace(DraftLine(id=key, draft=WORKING_DRAFT, line=line.id), **said)  # type: ignore[arg-type]


def _said(n: int) -> dict[str, object]:
    if n % GROUPED == 1:
        return {"method": "formula", "formula": f"=L{n + 2}*0.62 + V{n % VOLUMES}"}
    if n % 5 == 3:
        return {"method": "volume_rate", "driver": f"V{n % VOLUMES}", "rate": Decimal("12.35")}
    if n % 5 == 4:
        return {"method": "fixed", "amount": 1_000_000 + n, "spread": "working_days"}
    return {}


def measure() -> PlanningTimes:
    """Measure computation alone, then a real window offscreen."""
    meta = Partnership(id="partnership", prior_start=PRIOR[0], budget_start=BUDGET[0])
    book = Book.of([meta, *lines()])
    began = time.perf_counter()
    budget = compute_budget(book, WORKING_DRAFT)
    whole = time.perf_counter() - began
    times, plain, moved = [], [], 0
    for n in range(ROUNDS):
        volume = replace(book.need(Volume, "V3"), planned_growth_pct=Decimal(n + 1))
        book = book.with_entities([(("volume", "V3"), volume)])
        began = time.perf_counter()
        after = compute_budget(book, WORKING_DRAFT, budget)
        times.append(time.perf_counter() - began)
        touched = [line for line, now in after.lines.items() if budget.lines[line] is not now]
        plain.append(_arithmetic([budget.lines[line].prior for line in touched]))
        budget, moved = after, len(touched)
    grid, bulk, undo = _window()
    return PlanningTimes(
        1000 * median(times), 1000 * median(plain), 1000 * whole, 1000 * grid, 1000 * bulk, 1000 * undo, moved
    )  # fmt: skip


def _arithmetic(priors: list[tuple[int, ...]]) -> float:
    began = time.perf_counter()
    for prior in priors:
        [(2 * amount * 10_815 + 10_000) // 20_000 for amount in prior]
    return time.perf_counter() - began


def _window() -> tuple[float, float, float]:
    """Return seconds until the grid is painted, of a bulk change, and of its undo."""
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow()
        window.resize(1440, 900)
        window.use_session(_large_file(Path(folder)))
        window.show()
        settle(window)
        began = time.perf_counter()
        window.show_page("operating")
        window.repaint()
        grid = time.perf_counter() - began
        settle(window)
        desk = window.desk
        assert desk is not None  # for the type checker: a file is open
        session = desk.session
        edits = [GrowthEdit(f"L{n}", Decimal("4.5")) for n in range(LINES)]
        began = time.perf_counter()
        edit_lines(session, WORKING_DRAFT, edits)
        bulk = time.perf_counter() - began
        began = time.perf_counter()
        session.undo()
        undo = time.perf_counter() - began
        window.close()
    return grid, bulk, undo


def _large_file(folder: Path) -> Session:
    example = demo(folder / "example.dyad")
    records = {
        key: record for key, record in example.records().items()
        if key[0] not in ("operating_line", "volume", "draft_line", "decision", "action")
    }  # fmt: skip
    example.close()
    for entity in lines():
        kind = KIND_OF[type(entity)]
        records[kind, entity.id] = record_of(kind, entity)
    return Session.create(folder / "large.dyad", records, "20,000 lines")
