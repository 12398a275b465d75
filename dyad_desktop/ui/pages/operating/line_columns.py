"""The columns of the sheet of operating lines, and the rows beneath it."""

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column
from dyad_desktop.ui.models.unit import Unit

NAME, DRIVER, PRIOR, GROWTH, FIRST = 0, 1, 2, 3, 4
MONTHS = 12
TOTAL, CHANGE = FIRST + MONTHS, FIRST + MONTHS + 1
FOOTER = ("total_revenue", "total_expense", "contribution")
FOOTER_TITLES = ("Total revenue", "Total expense", "Contribution")


def columns_of(book: Book, budget: Budget, unit: Unit) -> list[Column]:
    """Return the columns: name, driver, prior year, growth, twelve months, year, change."""
    meta = book.only(Partnership)
    heading = unit_heading(book, unit)
    wide = unit.size == 1
    return [
        Column("name", heading, 176, numeric=False),
        Column(
            "driver",
            "Plan",
            40,
            numeric=False,
            look="muted",
            tip="What moves the line: its volume, position or group, or another way it is planned",
        ),
        Column(
            "prior", meta.prior_year, 92 if wide else 56, look="muted", tip="Prior year, actual"
        ),
        Column("growth", "+ %", 38, look="muted", tip="Growth beyond the driver, in percent"),
        *(Column(p, month_label(p), 80 if wide else 47) for p in budget.periods),
        Column("total", meta.budget_year, 96 if wide else 62, look="total", tip="The budget year"),
        Column("change", "Δ %", 40, look="muted", tip="Change from the prior year, in percent"),
    ]


def unit_heading(book: Book, unit: Unit) -> str:
    """Return the unit that amounts are in, as the heading of the sheet says it."""
    sign = show.currency_sign(book)
    return f"{sign} thousands" if unit.size == 1000 else sign
