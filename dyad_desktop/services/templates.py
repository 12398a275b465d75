"""A new partnership from one of the templates: everything to talk about, no figure that isn't the pair's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.capital import CapitalPolicy, Criterion
from dyad_desktop.domain.fiscal import (
    add_months,
    fiscal_year_label,
    fiscal_year_start,
    period_of,
)
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.initiatives import Dependency, Initiative, Milestone, Risk
from dyad_desktop.domain.meetings import AgendaItem, AgendaTemplate
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft
from dyad_desktop.domain.partnership import (
    Charter,
    DecisionRight,
    Dyad,
    EscalationStep,
    Partner,
    Partnership,
    SharedValue,
)
from dyad_desktop.domain.pulse import Pulse, PulseItem
from dyad_desktop.domain.records import Records, record_of
from dyad_desktop.domain.schedule import plan_initiative
from dyad_desktop.domain.schema import Entity
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.yaml_text import read
from dyad_desktop.replication.order import nth_key
from dyad_desktop.resource import resource_path
from dyad_desktop.services.session import Session

_CRITERIA = (
    ("safety", 30),
    ("strategy", 25),
    ("finance", 20),
    ("readiness", 10),
    ("compliance", 15),
)
"""Criteria to begin with; the pair changes them."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sort of partnership: its title, its purpose, and what the two roles are called."""

    id: str
    title: str
    purpose: str
    partner_a: str
    partner_b: str


@dataclass(frozen=True, slots=True)
class NewPartnership:
    """What a new partnership is made of; ``today`` is an ISO date, ``start_month`` 1 to 12.

    ``budget_start`` is the first period of the year that is planned, one of ``budget_years``; by default the next.
    """

    template: str
    title: str
    name_a: str
    name_b: str
    organisation: str
    currency: str
    start_month: int
    today: str
    budget_start: str | None = None


def budget_years(today: str, start_month: int) -> tuple[tuple[str, str], ...]:
    """Return (first period, label) of the fiscal years that a pair may begin to plan: this one and the two after.

    ``today`` is an ISO date, ``start_month`` 1 to 12.
    """
    this_year = fiscal_year_start(period_of(today), start_month)
    starts = [add_months(this_year, 12 * n) for n in range(3)]
    return tuple((start, fiscal_year_label(start, start_month)) for start in starts)


def _file() -> dict[str, Any]:
    path = resource_path("templates", "partnership_templates.yaml")
    found = read(path.read_text(encoding="utf-8")).plain()
    return dict(found)


def templates() -> tuple[Template, ...]:
    """Return the templates in the order of the file."""
    return tuple(
        Template(t["id"], t["title"], t["purpose"], t["partner_a"], t["partner_b"])
        for t in _file()["templates"]
    )


def create_partnership(path: Path, wish: NewPartnership) -> Session:
    """Make a workspace from a template and open it.

    Raises:
        BadInputError: a name is missing, or there is no such template.
        WorkspaceError: the file can't be made.
    """
    data = _file()
    chosen = next((t for t in data["templates"] if t["id"] == wish.template), None)
    if chosen is None:
        raise BadInputError(f"there is no template {wish.template!r}")
    needed = (
        (wish.title, "partnership"),
        (wish.name_a, chosen["partner_a"].lower()),
        (wish.name_b, chosen["partner_b"].lower()),
    )
    for text, what in needed:
        if not text.strip():
            raise BadInputError(f"the name of the {what} is missing")
    maker = _Maker(wish, chosen, data)
    entities = list(maker.entities())
    book = Book.of(entities)
    entities = [_scheduled(book, entity) for entity in entities]
    records: Records = {
        (KIND_OF[type(entity)], entity.id): record_of(KIND_OF[type(entity)], entity)
        for entity in entities
    }
    return Session.create(path, records, f"New partnership from {chosen['title']}")


def _scheduled(book: Book, entity: Entity) -> Entity:
    """Give a milestone the dates of its initiative's plan, as forecast and as baseline."""
    if not isinstance(entity, Milestone):
        return entity
    dates = plan_initiative(book, entity.initiative).forecast[entity.id]
    return replace(
        entity,
        baseline_start=dates.start,
        baseline_finish=dates.finish,
        forecast_start=dates.start,
        forecast_finish=dates.finish,
    )


@dataclass(slots=True)
class _Maker:
    """Makes the entities of a template; ids are short and speak, as in the example."""

    wish: NewPartnership
    chosen: dict[str, Any]
    data: dict[str, Any]

    def entities(self) -> Iterator[Entity]:
        yield from self._frame()
        yield from self._charter()
        yield from self._goals()
        yield from self._initiatives()
        yield from self._meetings()
        yield from self._money()

    def _frame(self) -> Iterator[Entity]:
        wish = self.wish
        years = budget_years(wish.today, wish.start_month)
        budget_start = wish.budget_start or years[1][0]
        prior_start = add_months(budget_start, -12)
        organisations = (wish.organisation.strip(),) if wish.organisation.strip() else ()
        yield Partnership(
            id="partnership",
            file_id=wish.template,
            title=wish.title.strip(),
            partnership_type=wish.template,
            organisations=organisations,
            currency=wish.currency,
            as_of=wish.today,
            start_month=wish.start_month,
            prior_year=fiscal_year_label(prior_start, wish.start_month),
            budget_year=fiscal_year_label(budget_start, wish.start_month),
            prior_start=prior_start,
            budget_start=budget_start,
        )
        yield Dyad(id="dyad", since=wish.today)
        people = ((wish.name_a, "partner_a"), (wish.name_b, "partner_b"))
        for n, (partner, (name, role)) in enumerate(zip("AB", people, strict=True)):
            yield Partner(
                id=partner,
                order=nth_key(n),
                name=name.strip(),
                role=self.chosen[role],
                organisation=organisations[0] if organisations else None,
            )

    def _charter(self) -> Iterator[Entity]:
        yield Charter(
            id="charter",
            purpose=self.chosen["purpose"],
            mission_statement=self.chosen.get("mission_statement"),
            signed={"A": None, "B": None},
            version=1,
        )
        for n, value in enumerate(self.chosen["values"]):
            yield SharedValue(id=f"charter.value-{n + 1}", order=nth_key(n), **value)
        for n, right in enumerate(self.chosen["decision_rights"]):
            yield DecisionRight(id=f"D{n + 1}", order=nth_key(n), **right)
        for n, step in enumerate(self.chosen["escalation"]):
            yield EscalationStep(id=step["step"], order=nth_key(n), who=step["who"])

    def _goals(self) -> Iterator[Entity]:
        for n, goal in enumerate(self.chosen["goals"], start=1):
            yield Goal(
                id=f"G{n}",
                order=nth_key(n),
                title=goal["title"],
                domain=goal["domain"],
                accountable=("A", "B"),
                lead=goal["lead"],
                support="B" if goal["lead"] == "A" else "A",
                start=self.wish.today,
            )
            for m, measure in enumerate(goal["measures"], start=1):
                yield self._measure(f"G{n}", f"M{n}.{m}", m, measure)

    def _measure(self, goal: str, measure_id: str, place: int, given: dict[str, Any]) -> Measure:
        figures = [given.get(name) for name in ("baseline", "target", "stretch")]
        decimals = max((_places(figure) for figure in figures), default=0)
        return Measure(
            id=measure_id,
            order=nth_key(place),
            goal=goal,
            title=given["title"],
            unit=given["unit"],
            direction=given["direction"],
            decimals=decimals,
            frequency=given["frequency"],
            baseline_value=given.get("baseline"),
            target=given.get("target"),
            stretch=given.get("stretch"),
            chart=given.get("chart"),
            series_start=add_months(period_of(self.wish.today), -6),
        )

    def _initiatives(self) -> Iterator[Entity]:
        for n, given in enumerate(self.chosen["initiatives"], start=1):
            name = f"I{n}"
            yield Initiative(
                id=name,
                order=nth_key(n),
                title=given["title"],
                goals=(f"G{given['goal']}",),
                accountable=("A", "B"),
                lead=given["lead"],
                support="B" if given["lead"] == "A" else "A",
                aim=given["aim"],
                start=self.wish.today,
            )
            yield from self._milestones(name, given["milestones"])
            for m, risk in enumerate(given["risks"], start=1):
                yield Risk(
                    id=f"{name}.R{m}", order=nth_key(m), initiative=name, status="open", **risk
                )

    def _milestones(self, initiative: str, given: list[dict[str, Any]]) -> Iterator[Entity]:
        for m, step in enumerate(given, start=1):
            milestone = f"{initiative}.{m}"
            yield Milestone(
                id=milestone,
                order=nth_key(m),
                initiative=initiative,
                title=step["title"],
                owner=step["owner"],
                duration_workdays=step["workdays"],
                baseline_duration_workdays=step["workdays"],
            )
            for k, after in enumerate(step["after"], start=1):
                yield Dependency(
                    id=f"{milestone}.dependency-{k}",
                    order=nth_key(k),
                    milestone=milestone,
                    ref=f"{initiative}.{after}",
                )

    def _meetings(self) -> Iterator[Entity]:
        wanted = self.chosen.get("agendas") or list(self.data["agenda_templates"])
        for n, name in enumerate(wanted):
            yield AgendaTemplate(id=name, order=nth_key(n))
            for m, item in enumerate(self.data["agenda_templates"][name]):
                yield AgendaItem(id=f"{name}.item-{m + 1}", order=nth_key(m), template=name, **item)
        yield Pulse(
            id="pulse", scale_min=1, scale_max=5, scale_low="not at all", scale_high="fully"
        )
        for n, item in enumerate(self.data["pulse_items"]):
            yield PulseItem(order=nth_key(n), **item)

    def _money(self) -> Iterator[Entity]:
        yield Draft(id=WORKING_DRAFT, order=nth_key(0), name="Working draft")
        yield CapitalPolicy(id="capital_policy")
        for n, (name, weight) in enumerate(_CRITERIA):
            yield Criterion(id=name, order=nth_key(n), weight=Decimal(weight))


def _places(value: object) -> int:
    text = str(value) if value is not None else ""
    return len(text.partition(".")[2].rstrip("0"))
