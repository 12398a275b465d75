"""The sheet of positions: terms of each job, what it costs by month and year, totals by cost centre."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.entry import parse_figure, parse_number, parse_percent
from dyad_desktop.domain.fiscal import month_label, month_year_label, months
from dyad_desktop.domain.methods import FTE, drivers_of, method_of
from dyad_desktop.domain.money import exact, quotient, round_quotient
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    CostCentre,
    DraftLine,
    OperatingLine,
    Planning,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.plan_words import PART_WORDS
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import ValueType
from dyad_desktop.domain.staffing import HOURS_PER_FTE, monthly_cost, monthly_fte
from dyad_desktop.domain.staffing_spans import ALL, CENTRE, POSITION
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.values import exponent_of, money_from
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column, Row
from dyad_desktop.ui.pages.operating.figures import percent_text
from dyad_desktop.ui.pages.operating.statistics import EntityModel

_LINES_TIP = (
    "Lines of the working draft that this position moves. “FTE only”: the line grows with the budgeted FTE; vacancy,"
    " merit, overtime and the like don’t reach it until “Plan …” says FTE × hours × rate."
)
SHOWN_WITH_POSITIONS = (Position, Volume, Planning, CostCentre, OperatingLine, DraftLine)
"""Kinds that the sheet shows something of."""
NO_CENTRE = "Without a cost centre"
MONTHS = 12
_PLACES = 2
"""Full-time equivalents that follow from others are copied so, as files have them; typed ones whole."""
_FIRST = (
    ("fte_prior", "FTE {prior}", 76, "muted", "Full-time equivalents of the prior year"),
    ("fte_budget", "FTE {year}", 76, "plain", "Full-time equivalents while the job is filled"),
    ("avg_hourly_rate", "{sign} an hour", 92, "plain", "Average hourly rate"),
)
_TERMS = (
    ("start", "From", 58, "plain", "First month in which the job is filled; empty: from the beginning"),
    ("end", "To", 58, "plain", "Last month in which the job is filled; empty: to the end"),
    ("vacancy_pct", "Vacant %", 76, "plain", "Part of the time that the job stands empty, in percent"),
    ("merit_pct", "Merit %", 68, "plain", "Increase of the rate, in percent"),
    ("merit_month", "since", 58, "plain", "Month from which the increase counts; empty: all year"),
    ("overtime_pct", "Overtime %", 88, "plain", "Overtime in percent of salaries, at one and a half times the rate"),
    ("contract_labour", "Agency", 72, "plain", "Contract labour, {sign} a month while the job is filled"),
    ("benefits_pct", "Benefits %", 84, "plain", "Benefits in percent of salaries"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staffing:
    """A position's year: full-time equivalents by month, and what it costs in units of the currency."""

    fte: tuple[Fraction, ...]
    cost: Fraction

    @property
    def average(self) -> Fraction:
        """Return the full-time equivalents of the year."""
        return sum(self.fte, Fraction(0)) / MONTHS


class PositionsModel(EntityModel):
    """Positions under their cost centres; terms are typed, months and costs follow."""

    kind = "position"
    cls = Position
    _spans: Mapping[str, Span] = {}

    def columns_for(self, book: Book) -> list[Column]:
        """Return title, terms, average, cost of the year, FTE per 1,000 of volume, twelve months."""
        meta = book.only(Partnership)
        words = {
            "prior": meta.prior_year,
            "year": meta.budget_year,
            "sign": show.currency_sign(book),
        }
        self._periods = months(meta.budget_start)
        self._entries = [
            ("title", ""), *((field, "") for field, *_ in _FIRST), *[("", "")] * 4,
            *((field, "") for field, *_ in _TERMS),
            *(("fte_months", period) for period in self._periods),
        ]  # fmt: skip
        return [
            Column("title", "Position", 230, numeric=False),
            *_typed(_FIRST, words),
            Column(
                "average", "FTE a year", 74, look="total", tip="Average of the twelve months",
                places=_PLACES,
            ),
            Column(
                "cost", f"{words['sign']} a year", 98, look="total", tip=self._cost_tip(book),
                places=exponent_of(book),
            ),
            Column("lines", "In the budget", 112, numeric=False, look="muted", tip=_LINES_TIP),
            Column(
                "per", "per 1,000", 80, look="muted", tip="FTE for 1,000 of the cost centre’s volumes",
                places=_PLACES,
            ),
            *_typed(_TERMS, words),
            *(
                Column(
                    period, month_label(period), 48,
                    tip=f"FTE in {month_year_label(period)}; typed: in place of the terms",
                    places=_PLACES,
                )
                for period in self._periods
            ),
        ]  # fmt: skip

    def _cost_tip(self, book: Book) -> str:
        return (
            f"FTE × {_hours(book):,f} paid hours × rate, with merit, overtime, agency and benefits. A line counts"
            " it when it is planned by this position"
        )

    # -- following the book --------------------------------------------------------------------

    def show(self, book: Book) -> None:
        """Show a newer book: positions under their cost centres, and totals."""
        self.book = book
        unit, hours = 10 ** exponent_of(book), exact(_hours(book))
        self._staffing = {
            job.id: Staffing(
                monthly_fte(job, self._periods),
                sum(monthly_cost(job, self._periods, hours, unit), Fraction(0)),
            )
            for job in book.all(Position)
        }
        self._volume = _volumes(book)
        self._counted = _counted(book)
        self._centres: dict[str, list[Position]] = {}
        for job in book.all(Position):
            self._centres.setdefault(job.cost_centre or "", []).append(job)
        self.totals = [Row(("total", "fte"), "total")] if self._staffing else []
        self.refold()

    def refold(self) -> None:
        """Make the rows of the cost centres that are open; a single one needs no heading."""
        rows: list[Row] = []
        for centre, jobs in self._centres.items():
            if len(self._centres) > 1:
                rows.append(Row(("group", centre), "group", 1, centre or NO_CENTRE))
            if (centre or NO_CENTRE) not in self.folded:
                rows += [Row(("position", job.id), "line", 1, centre or NO_CENTRE) for job in jobs]
        self.replace_rows(rows)

    def row_of(self, entity_id: str) -> int:
        """Return where a position stands, its cost centre unfolded if need be; -1 when it isn't there."""
        job = self.book.get(Position, entity_id)
        if job is not None and (job.cost_centre or NO_CENTRE) in self.folded:
            self.folded.discard(job.cost_centre or NO_CENTRE)
            self.refold()
        return super().row_of(entity_id)

    # -- cells ---------------------------------------------------------------------------------

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        at, key = self.rows[row], self.columns[column].key
        if at.look == "group":
            return _centre(self.book, at.key[1]) if column == 0 else self._sum_text(key, at.key[1])
        job: Position = self.entity(row)
        if key == "title":
            return job.title
        if key in ("start", "end", "merit_month"):
            return self._month(getattr(job, key))
        if key == "lines":
            return self._counted.get(job.id, "in no line")
        if key == "contract_labour":
            return show.money(self.book, job.contract_labour) if job.contract_labour else ""
        return _shown(key, self.number(row, column))

    def _month(self, period: str | None) -> str:
        if not period:
            return ""
        return month_label(period) if period in self._periods else month_year_label(period)

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure."""
        at, key = self.rows[row], self.columns[column].key
        if at.look == "group":
            return self._sum(key, self._centres[at.key[1]], at.key[1])
        job: Position = self.entity(row)
        staffing = self._staffing[job.id]
        if key in self._periods:
            return _decimal(staffing.fte[self._periods.index(key)])
        if key == "average":
            return _decimal(staffing.average)
        if key == "cost":
            return _decimal(staffing.cost)
        if key == "contract_labour":
            amount = job.contract_labour
            return None if amount is None else Decimal(amount).scaleb(-exponent_of(self.book))
        found = getattr(job, key, None)
        return found if isinstance(found, Decimal) else None

    def copied(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure as another sheet gets it: a month's own FTE whole."""
        key = self.columns[column].key
        if self.rows[row].look == "line" and key in self._periods:
            own = self._own(row, key)
            if own is not None:
                return own
        return super().copied(row, column)

    def quiet(self, row: int) -> bool:
        """Return whether a job is filled at no time of the year."""
        at = self.rows[row]
        return at.look == "line" and not any(self._staffing[at.key[1]].fte)

    def _sum_text(self, key: str, centre: str) -> str:
        return _shown(key, self._sum(key, self._centres[centre], centre))

    def _sum(self, key: str, jobs: Sequence[Position], centre: str | None) -> Decimal | None:
        """Return a column's sum over jobs; ``centre`` says whose volumes they are held against."""
        if key in ("fte_prior", "fte_budget"):
            return sum((getattr(job, key) for job in jobs), Decimal(0))
        staffing = [self._staffing[job.id] for job in jobs]
        if key == "average":
            return _decimal(sum((one.average for one in staffing), Fraction(0)))
        if key == "cost":
            return _decimal(sum((one.cost for one in staffing), Fraction(0)))
        if key in self._periods:
            at = self._periods.index(key)
            return _decimal(sum((one.fte[at] for one in staffing), Fraction(0)))
        if key == "per" and centre is not None and self._volume.get(centre):
            average = sum((one.average for one in staffing), Fraction(0))
            return _decimal(1000 * average / self._volume[centre])
        return None

    # -- ranges --------------------------------------------------------------------------------

    def set_open(self, spans: Mapping[str, Span]) -> None:
        """Take between what the costs come out while values are contested."""
        if spans != self._spans:
            self._spans = spans
            self.replace_rows(self.rows)

    def _ends(self, name: str, column: int) -> tuple[str, str]:
        found = self._spans.get(name) if self.columns[column].key == "cost" else None
        if found is None:
            return "", ""
        places = exponent_of(self.book)
        low, high = (
            _shown("cost", Decimal(one).scaleb(-places)) for one in (found.low, found.high)
        )
        return f"{about(found)}{low}", high

    def range_text(self, row: int, column: int) -> str:
        """Return between what a position's, or a cost centre's cost comes out."""
        at = self.rows[row]
        low, high = self._ends(f"{CENTRE if at.look == 'group' else POSITION}{at.key[1]}", column)
        return f"{low} to {high} as you settle it" if low else ""

    def total_range(self, row: int, column: int) -> tuple[str, str]:
        """Return the ends between which the cost of all positions comes out."""
        del row
        return self._ends(ALL, column)

    def total_text(self, row: int, column: int) -> str:
        """Return the total of a column."""
        del row
        key = self.columns[column].key
        if column == 0:
            return "All positions"
        return _shown(key, self._sum(key, self.book.all(Position), None))

    def tip(self, row: int, column: int) -> str:
        """Return what the pointer is told: a month's own FTE, or what a cost centre is held against."""
        at, key = self.rows[row], self.columns[column].key
        if at.look == "group" and key == "per":
            names = [v.name for v in self.book.all(Volume) if (v.cost_centre or "") == at.key[1]]
            return "FTE for 1,000 of " + (", ".join(names) or "no volume of this cost centre")
        if at.look == "line" and key in self._periods and self._own(row, key) is not None:
            return "Typed for this month; Delete gives it back to the terms"
        return super().tip(row, column)

    def _own(self, row: int, period: str) -> Decimal | None:
        job: Position = self.entity(row)
        return job.fte_months.get(period)

    # -- editing -------------------------------------------------------------------------------

    def editable(self, row: int, column: int) -> bool:
        """Return whether a cell is a term or a month of a position."""
        return self.rows[row].look == "line" and super().editable(row, column)

    def clearable(self, row: int, column: int) -> bool:
        """Return whether a cell holds something that may be empty: a term, or a month's own FTE."""
        if self.rows[row].look != "line":
            return False
        field, slot = self._entries[column]
        if slot:
            return self._own(row, slot) is not None
        if not field or field in ("title", "fte_prior", "fte_budget"):
            return False
        return getattr(self.entity(row), field) is not None

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with."""
        field, _ = self._entries[column]
        if field in ("start", "end", "merit_month"):
            return str(getattr(self.entity(row), field) or "")
        value = self.copied(row, column)
        return self.text(row, column) if value is None else format(value.normalize(), "f")

    def parse(self, row: int, column: int, text: str) -> Any:  # noqa: ANN401
        """Return what typed text means; an empty one empties a term."""
        del row
        field, _ = self._entries[column]
        if field == "title":
            return self.typed_name(text)
        if not text.strip():
            if field in ("fte_prior", "fte_budget"):
                raise BadInputError("a number of full-time equivalents is expected; 0 means none")
            return None
        spec = spec_of("position", field)
        if spec.type is ValueType.PERIOD:
            return _period(text, self._periods)
        if spec.type is ValueType.MONEY:
            exponent = exponent_of(self.book)
            return spec.check(money_from(parse_figure(text), exponent), exponent)
        if field.endswith("_pct"):
            return spec.check(parse_percent(text))
        # Half a position may be said as 50 %.
        return spec.check(parse_number(text) if field.startswith("fte_") else parse_figure(text))


def _typed(terms: Sequence[tuple[str, str, int, str, str]], words: dict[str, str]) -> list[Column]:
    return [
        Column(field, title.format(**words), width, look=look, tip=tip.format(**words))
        for field, title, width, look, tip in terms
    ]


def _counted(book: Book) -> dict[str, str]:
    """Return by position which lines of the working draft count it, and how: which of its cost, or its FTE alone.

    Where some lines count parts of its cost, it says which parts are in no line.
    """
    found: dict[str, list[str]] = {}
    parts: dict[str, set[str]] = {}
    for line in book.all(OperatingLine):
        said = book.get(DraftLine, draft_line_id(WORKING_DRAFT, line.id))
        for kind, ref in drivers_of(line, said, lambda _name: ""):
            if kind != FTE:
                continue
            how = "FTE only"
            if said is not None and method_of(said) == "staffing":
                part = said.part or "all"
                parts.setdefault(ref, set()).add(part)
                how = "cost" if part == "all" else f"{PART_WORDS[part].lower()} only"
            found.setdefault(ref, []).append(f"{line.id if len(line.id) < 9 else line.name}, {how}")
    for job, counted in parts.items():
        left = [] if "all" in counted else _left(book.get(Position, job), counted)
        if left:
            found[job].append(f"not in the budget: {' and '.join(left)}")
    return {job: "; ".join(lines) for job, lines in found.items()}


def _left(position: Position | None, counted: Collection[str]) -> list[str]:
    """Return the parts that a position costs and no line counts."""
    if position is None:
        return []
    costs = {
        "salaries": position.fte_budget,
        "overtime": position.overtime_pct,
        "contract": position.contract_labour,
        "benefits": position.benefits_pct,
    }
    return [
        PART_WORDS[part].lower() for part, cost in costs.items() if cost and part not in counted
    ]


def _hours(book: Book) -> Decimal:
    return book.only(Planning).hours_per_fte or Decimal(HOURS_PER_FTE)


def _volumes(book: Book) -> dict[str, Fraction]:
    """Return the budget year's volume of each cost centre, all its volumes together."""
    found: dict[str, Fraction] = {}
    for volume in book.all(Volume):
        prior = sum((exact(one or 0) for one in volume.prior_actuals.values()), Fraction(0))
        planned = prior * (1 + exact(volume.planned_growth_pct) / 100)
        centre = volume.cost_centre or ""
        found[centre] = found.get(centre, Fraction(0)) + planned
    return found


def _centre(book: Book, code: str) -> str:
    if not code:
        return NO_CENTRE
    found = book.get(CostCentre, code)
    return f"{code} {found.name}" if found else code


def _decimal(value: Fraction) -> Decimal:
    return quotient(value, 1)


def _shown(key: str, value: Decimal | None) -> str:
    if value is None:
        return ""
    if key.endswith("_pct"):
        return percent_text(value)
    if key == "cost":
        return show.number(Decimal(round_quotient(*value.as_integer_ratio())))
    return show.number(value, 2 if key in ("avg_hourly_rate", "per") else 1)


def _period(text: str, periods: Sequence[str]) -> str:
    """Return the month that someone typed: ``2026-09``, or ``Sep`` of the budget year.

    Raises:
        BadInputError: it is none.
    """
    typed = text.strip()
    for period in periods:
        if typed.casefold() in (
            month_label(period).casefold(),
            month_year_label(period).casefold(),
        ):
            return period
    return str(spec_of("position", "start").check(typed))
