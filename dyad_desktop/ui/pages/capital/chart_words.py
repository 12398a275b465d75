"""What the chart of cumulative cost shows of a plan, in the units that fit it."""

from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.services.capital import CapitalPlan
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.cumulative import Step
from dyad_desktop.ui.pages.capital.model import millions, short_id


@dataclass(frozen=True, slots=True)
class Shown:
    """Steps, the envelope's line with its label, and what the axis counts."""

    steps: tuple[Step, ...]
    line: float | None
    line_label: str
    unit: str


def chart_of(book: Book, plan: CapitalPlan) -> Shown:
    """Return the chart of a plan: thousands, or millions where there are any."""
    minor = 10 ** show.exponent(book)
    big = max(plan.requested, plan.envelope or 0) >= 1_000_000 * minor
    size, unit = (1_000_000, "millions") if big else (1000, "thousands")
    steps, below = [], 0
    for row in plan.asking:
        steps.append(
            Step(
                row.request.id, short_id(row), below / (size * minor), row.cumulative / (size * minor),
                row.funded, row.request.mandatory, show.money(book, row.asked, unit=1000) + " k",
            )
        )  # fmt: skip
        below = row.cumulative
    envelope = plan.envelope
    return Shown(
        tuple(steps),
        None if envelope is None else envelope / (size * minor),
        "" if envelope is None else f"envelope\n{millions(book, envelope)}",
        f"{show.currency_sign(book)} {unit}, cumulative",
    )
