"""A year in a few lines, for tests of what becomes of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.operating import WORKING_DRAFT, OperatingLine, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.schema import Entity

PRIOR, YEAR = months("2025-07"), months("2026-07")


def series(periods: Sequence[str], amounts: Sequence[int | None]) -> Mapping[str, int]:
    """Return amounts by period; ``None`` leaves a month out."""
    pairs = zip(periods, amounts, strict=False)
    return {period: amount for period, amount in pairs if amount is not None}


def volume(
    name: str,
    prior: Sequence[int | None],
    actual: Sequence[int | None],
    *,
    unit: str | None = "case",
    growth: int = 0,
) -> Volume:
    """Return a volume."""
    return Volume(
        id=name, name=name, unit=unit, planned_growth_pct=Decimal(growth),
        prior_actuals={k: Decimal(v) for k, v in series(PRIOR, prior).items()},
        ytd_actuals={k: Decimal(v) for k, v in series(YEAR, actual).items()},
    )  # fmt: skip


def line(
    name: str,
    prior: Sequence[int | None],
    actual: Sequence[int | None],
    *,
    driver: tuple[str, str | None] = ("fixed", None),
    **fields: Any,  # noqa: ANN401 - the line's own fields
) -> OperatingLine:
    """Return a line; ``driver`` is (kind, id)."""
    return OperatingLine(
        id=name, name=name, account=name, driver_kind=driver[0], driver_ref=driver[1],
        prior_actuals=series(PRIOR, prior), ytd_actuals=series(YEAR, actual), **fields,
    )  # fmt: skip


def year(count: int, *things: Entity) -> tuple[Book, Budget]:
    """Return a book with ``count`` months of actuals, and its budget."""
    meta = Partnership(
        id="partnership",
        prior_start=PRIOR[0],
        budget_start=YEAR[0],
        ytd_months=count,
        start_month=7,
    )
    book = Book.of([meta, *things])
    return book, compute_budget(book, WORKING_DRAFT)
