"""A workbook of 5,000 lines against bare XlsxWriter writing the same cells, in the same run."""

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.records import entity_of
from dyad_desktop.exchange.workbook import write_workbook
from dyad_desktop.exchange.workspace_file import parse
from dyad_desktop.resource import resource_path

LINES = 5_000
ROUNDS = 7
BAR = 1.5
DRAFT = "working"

Call = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class WorkbookTimes:
    """Medians in seconds."""

    ours: float
    bare: float
    cells: int

    @property
    def ratio(self) -> float:
        """Ours over bare; the bar is 1.5."""
        return self.ours / self.bare


def large_book(lines: int = LINES) -> Book:
    """Return the example partnership with its lines repeated."""
    text = resource_path("examples", "larkhaven.yaml").read_text(encoding="utf-8")
    records = parse(text).records
    book = Book.of(entity_of(kind, name, record) for (kind, name), record in records.items())
    patterns = cycle(book.all(OperatingLine))
    more = [
        replace(
            next(patterns), id=f"N{place:05d}", order=f"{place:06d}", account=str(10_000 + place)
        )
        for place in range(lines - len(book.all(OperatingLine)))
    ]
    return book.with_entities(((KIND_OF[OperatingLine], line.id), line) for line in more)


def measure(rounds: int = ROUNDS, lines: int = LINES) -> WorkbookTimes:
    """Write both by turns and return the medians."""
    book = large_book(lines)
    budget = compute_budget(book, DRAFT)
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "finance.xlsx"
        sheets = _recorded(lambda: _ours(target, book, budget))
        for _ in range(rounds):
            ours.append(_seconds(lambda: _ours(target, book, budget)))
            bare.append(_seconds(lambda: _bare(target, sheets)))
    return WorkbookTimes(median(ours), median(bare), sum(map(len, sheets.values())))


def _ours(target: Path, book: Book, budget: Budget) -> None:
    write_workbook(target, book, budget, prepared_by="Bench", prepared_on="2026-10-31")


def _bare(target: Path, sheets: dict[str, list[Call]]) -> None:
    """Write the same cells with one number format and nothing else, as a short script would."""
    with xlsxwriter.Workbook(str(target)) as workbook:
        money = workbook.add_format({"num_format": "#,##0"})
        for name, calls in sheets.items():
            sheet = workbook.add_worksheet(name)
            string, number, formula = sheet.write_string, sheet.write_number, sheet.write_formula
            for kind, (row, column, content, *rest) in calls:
                if kind == "write_string":
                    string(row, column, content)
                elif kind == "write_number":
                    number(row, column, content, money)
                else:
                    formula(row, column, content, money, rest[1])


def _seconds(work: Callable[[], None]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _recorded(work: Callable[[], None]) -> dict[str, list[Call]]:
    """Return every cell with content that the work writes, by sheet, in its order."""
    sheets: dict[str, list[Call]] = {}
    with ExitStack() as listeners:
        for name in ("write_string", "write_number", "write_formula"):
            listeners.enter_context(_listening(name, sheets))
        work()
    return sheets


@contextmanager
def _listening(name: str, sheets: dict[str, list[Call]]) -> Iterator[None]:
    real = getattr(Worksheet, name)

    def listen(sheet: Any, *args: Any) -> Any:  # noqa: ANN401 - XlsxWriter has no types
        sheets.setdefault(sheet.name, []).append((name, args))
        return real(sheet, *args)

    with patch.object(Worksheet, name, listen):
        yield


if __name__ == "__main__":
    times = measure()
    print(
        f"workbook of {LINES:,} lines, {times.cells:,} cells: {times.ours:.2f} s, "
        f"bare {times.bare:.2f} s, {times.ratio:.2f} ×, bar {BAR} ×"
    )
