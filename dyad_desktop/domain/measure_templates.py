"""Ready measures of health and life science: what a template says, and the measure that begins from it."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.goals import Measure

GROUPS = {
    "clinical": "Clinical", "operating": "Operating", "people": "People", "life_science": "Life science",
}  # fmt: skip
_DIRECTIONS = {"up": "up", "down": "down", "corridor": "within"}
_FREQUENCIES = {"quarter": "quarterly"}
"""Everything else is kept by month."""
_CHARTS = {
    "xmr": "i", "t_chart": "t", "funnel": "i", "variance": "i", "bullet": "run", "cumulative": "run",
}  # fmt: skip
"""A funnel needs peers beside the own series. Few points, and figures that build up, have no limits."""
_RATIOS = frozenset({"proportion", "ratio", "rate", "mean"})
_AGGREGATIONS = {"median": "median", "count": "sum", "amount": "sum"}
_DECIMALS = {"percent": 1, "ratio": 2}
_WHOLE = frozenset({"count", "amount", "median", "interval"})
WEEKLY = "Meant by week; kept here by month."
EVENTLY = "One value for each event; kept here as the month’s median, or by day as rare events."
DAYS = "Enter the day of each event; the days between them are charted."
PEERS = "Enter peers to see it in a funnel."


@dataclass(frozen=True, slots=True)
class MeasureTemplate:
    """A ready measure. ``per`` is by how much a rate is multiplied: falls per 1,000 patient days has 1000."""

    id: str
    group: str
    name: str
    unit: str
    numerator: str
    denominator: str
    per: int
    direction: str
    frequency: str
    chart: str
    kind: str
    lower: Decimal | None
    upper: Decimal | None
    lag_days: int
    note: str

    @property
    def is_ratio(self) -> bool:
        """Return whether its value is computed from a numerator and a denominator."""
        return bool(self.denominator) and self.kind in _RATIOS

    @property
    def definition(self) -> str:
        """Return what is measured, in one line."""
        per = f" × {self.per:,}" if self.per > 1 else ""
        whole = f" ÷ {self.denominator}{per}" if self.denominator else ""
        text = f"{self.numerator}{whole}"
        return f"{text[:1].upper()}{text[1:]}"

    @property
    def cautions(self) -> tuple[str, ...]:
        """Return what to mind: of the measure itself, and of how it is kept here."""
        found = [self.note] if self.note else []
        if self.frequency == "week":
            found.append(WEEKLY)
        if self.frequency == "event":
            found.append(DAYS if self.chart == "t_chart" else EVENTLY)
        if self.chart == "funnel":
            found.append(PEERS)
        return tuple(found)


def read_templates(lines: Iterable[str]) -> tuple[MeasureTemplate, ...]:
    """Return the templates of a table (CSV with its headings first)."""
    return tuple(_template(row) for row in csv.DictReader(lines))


def _template(row: dict[str, str]) -> MeasureTemplate:
    whole, _, per = row["denominator"].partition("/")
    percent = row["unit"].startswith("percent")
    return MeasureTemplate(
        id=row["id"],
        group=row["group"],
        name=row["name"],
        unit=row["unit"],
        numerator=row["numerator_or_value"],
        denominator=whole,
        per=int(per) if per else 100 if percent and whole else 1,
        direction=row["direction"],
        frequency=row["frequency"],
        chart=row["default_chart"],
        kind=row["kind"],
        lower=Decimal(row["lower_bound"]) if row["lower_bound"] else None,
        upper=Decimal(row["upper_bound"]) if row["upper_bound"] else None,
        lag_days=int(row["typical_lag_days"]),
        note=row["note"],
    )


def measure_from(template: MeasureTemplate, measure_id: str, goal: str, currency: str) -> Measure:
    """Return the measure that begins from a template: all that it says, no target and no value.

    ``currency`` is the partnership's, the unit of amounts. The template's id stays with the measure.
    """
    ratio = template.is_ratio
    return Measure(
        id=measure_id,
        goal=goal,
        title=template.name,
        definition="\n".join((f"{template.definition}.", *template.cautions)),
        unit=unit_of(template, currency),
        direction=_DIRECTIONS[template.direction],
        decimals=_decimals(template),
        frequency=_FREQUENCIES.get(template.frequency, "monthly"),
        aggregation="ratio" if ratio else _AGGREGATIONS.get(template.kind, "mean"),
        multiplier=Decimal(template.per) if ratio and template.per > 1 else None,
        chart=chart_of_template(template),
        lower_bound=template.lower,
        upper_bound=template.upper,
        numerator_text=template.numerator or None,
        denominator_text=template.denominator or None,
        lag_days=template.lag_days,
        template=template.id,
    )


def unit_of(template: MeasureTemplate, currency: str) -> str:
    """Return the unit in which a template's values are kept."""
    if template.unit == "percent":
        return "%"
    if template.unit.startswith("percent "):
        return f"% {template.unit.removeprefix('percent ')}"
    return currency if template.unit == "currency" else template.unit


def chart_of_template(template: MeasureTemplate) -> str:
    """Return how a template is charted here; a monthly count that is accumulated elsewhere keeps its limits."""
    if template.chart == "cumulative" and template.kind == "count":
        return "i"
    return _CHARTS[template.chart]


def _decimals(template: MeasureTemplate) -> int:
    plain = template.unit.split()[0]
    if template.unit == "currency" or template.kind in _WHOLE:
        return 0
    return _DECIMALS.get(plain, 1)


def found(templates: Iterable[MeasureTemplate], query: str) -> Sequence[MeasureTemplate]:
    """Return the templates in which every word of a query stands, those that have it in their name first."""
    words = query.casefold().split()
    hits = [one for one in templates if _holds(words, _everything(one))]
    return sorted(hits, key=lambda one: not _holds(words, one.name))


def _everything(one: MeasureTemplate) -> str:
    parts = (one.name, GROUPS[one.group], one.unit, one.definition, one.id, *one.cautions)
    return " ".join(parts)


def _holds(words: Sequence[str], text: str) -> bool:
    plain = text.casefold()
    return all(word in plain for word in words)
