"""Partnerships to export: the example, and what can be odd about one."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache

from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, CostLine
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Position, Volume, draft_line_id
from dyad_desktop.domain.partnership import Charter, Partner, Partnership
from dyad_desktop.domain.records import entity_of
from dyad_desktop.domain.schema import Entity
from dyad_desktop.exchange.workspace_file import parse
from dyad_desktop.resource import resource_path

DRAFT = "working"
MONTHS = tuple(f"2026-{month:02d}" for month in range(7, 13)) + tuple(
    f"2027-{month:02d}" for month in range(1, 7)
)


@cache
def example() -> Book:
    """Return the example partnership."""
    text = resource_path("examples", "larkhaven.yaml").read_text(encoding="utf-8")
    records = parse(text).records
    return Book.of(entity_of(kind, name, record) for (kind, name), record in records.items())


def budget_of(book: Book) -> Budget:
    """Return the budget of the working draft."""
    return compute_budget(book, DRAFT)


def put(book: Book, entities: Iterable[Entity]) -> Book:
    """Return the book with entities put in place."""
    return book.with_entities(((KIND_OF[type(one)], one.id), one) for one in entities)


def without(book: Book, *classes: type[Entity]) -> Book:
    """Return the book without any entity of some kinds."""
    gone = [(KIND_OF[cls], one.id) for cls in classes for one in book.all(cls)]
    return book.with_entities((key, None) for key in gone)


def by_hand(
    book: Book, line: str, months: dict[str, int | None], explanation: str | None = None
) -> Book:
    """Return the book with months of a line overridden, in minor units."""
    name = draft_line_id(DRAFT, line)
    return put(
        book, [DraftLine(name, draft=DRAFT, line=line, months=months, explanation=explanation)]
    )


def in_currency(currency: str) -> Book:
    """Return the example in another currency, odd minor units by hand included."""
    book = put(example(), [replace(example().only(Partnership), currency=currency, locale="de_DE")])
    book = by_hand(book, "L01", {MONTHS[0]: 123_456_789, MONTHS[5]: -7, MONTHS[11]: 0}, "Counted")
    return by_hand(book, "L20", dict.fromkeys(MONTHS, 33_333_337))


def losing() -> Book:
    """Return the example with revenue of nearly nothing: contribution and margin are negative."""
    lines = [one for one in example().all(OperatingLine) if one.kind in ("revenue", "deduction")]
    tenth = [
        replace(
            one,
            prior_actuals={period: amount // 10 for period, amount in one.prior_actuals.items()},
        )
        for one in lines
    ]
    return put(example(), tenth)


def odd_capital() -> Book:
    """Return the example with deferred and declined requests, no rate, and one cost in cents."""
    first, second, third, fourth = example().all(CapitalRequest)[:4]
    policy = replace(
        example().only(CapitalPolicy), discount_rate_pct=None, envelope=first.cost + third.cost + 10
    )
    changed = [
        replace(first, scores={}, priority=None, in_service=None, annual_benefit=-5_000_00),
        replace(second, status="deferred", mandatory=True),
        replace(third, status="declined"),
        replace(fourth, cost=10, mandatory=True, useful_life_years=100),
    ]
    return put(example(), [policy, *changed])


def full_capital() -> Book:
    """Return the example with contingency, cost lines, phasing, growth, salvage, tax and an agreed mark."""
    first, second, third, fourth = example().all(CapitalRequest)[:4]
    policy = replace(example().only(CapitalPolicy), rank_by="npv")
    changed = [
        replace(
            first,
            contingency_pct=Decimal("7.5"),
            phasing={"2026-10": 100, "2027-04": 100, "2028-01": 1},
            in_service="2028-03",
            agreed_scores={"safety": 4},
        ),
        replace(second, benefit_growth_pct=Decimal("2.5"), salvage=10_000_00),
        replace(third, tax_rate_pct=Decimal(21), depreciation_method="macrs"),
        replace(fourth, cost=10, contingency_pct=Decimal(5), benefit_by_year={"1": 0}),
    ]
    parts = [
        CostLine(id="L1", request=second.id, name="Console", amount=500_000_10),
        CostLine(id="L2", request=second.id, name="Training", amount=33_333_33),
    ]
    return put(example(), [policy, *changed, *parts])


def yearly_envelopes() -> Book:
    """Return the example with envelopes of single years, which cut before the whole one does."""
    first, second, third = example().all(CapitalRequest)[:3]
    policy = replace(
        example().only(CapitalPolicy),
        envelope=9_000_000_00,
        envelopes={"2026-07": 5_000_000_00, "2027-07": 1_900_000_00, "2029-07": 1_00},
    )
    changed = [
        replace(first, phasing={"2026-10": 1_000_000_00, "2027-10": 3_850_000_00}),
        replace(second, status="deferred", phasing={"2027-10": 9_000_000_00}),
        replace(third, contingency_pct=Decimal(10)),
    ]
    return put(example(), [policy, *changed])


def planned() -> Book:
    """Return the example with lines planned in every way, and a request that posts to the draft."""
    plans: dict[str, dict[str, object]] = {
        "L03": {"method": "volume_rate", "driver": "V03", "rate": Decimal("12.35")},
        "L20": {"method": "staffing", "driver": "P04", "part": "salaries"},
        "L30": {"method": "step", "driver": "V01", "step_size": Decimal(40), "rate": Decimal(9000)},
        "L40": {"method": "fixed", "amount": 1_234_567_89, "spread": "working_days"},
        "L41": {"method": "percent", "driver": "wages", "percent": Decimal("1.5")},
        "L42": {"method": "contract", "amount": 700_00, "steps": {"2027-01": 750_00}},
        "L45": {"method": "manual", "months": {"2026-07": 5_00}},
        "L46": {"method": "formula", "formula": "=L45*2 + V08/3"},
        "L47": {"method": "formula", "formula": "=1/0"},
    }
    said = [
        replace(
            DraftLine(draft_line_id(DRAFT, line), draft=DRAFT, line=line),
            **fields,  # type: ignore[arg-type]
        )
        for line, fields in plans.items()
    ]
    request = replace(example().need(CapitalRequest, "C09"), posts_to=(DRAFT,))
    return put(example(), [*said, request])


def without_envelope() -> Book:
    """Return the example with a rate of fractions of a percent and no envelope."""
    policy = replace(
        example().only(CapitalPolicy), envelope=None, discount_rate_pct=Decimal("6.375")
    )
    return put(example(), [policy])


def many_categories(count: int = 300) -> Book:
    """Return the example with more categories of expense than SUM takes arguments."""
    pattern = next(one for one in example().all(OperatingLine) if one.kind == "expense")
    lines = [
        replace(
            pattern, id=f"X{place:04d}", order=f"{place:06d}", account=f"{place}",
            category=f"category_{place // 2}" if place else None, groups=(),
        )
        for place in range(count * 2)
    ]  # fmt: skip
    return put(example(), lines)


def nothing() -> Book:
    """Return a partnership that has a fiscal year and nothing else."""
    return without(
        example(), OperatingLine, Volume, Position, CapitalRequest, CapitalPolicy, Partner, Charter
    )


def long_words(start: str = "") -> Book:
    """Return the example with names of 200 characters, each beginning with ``start``."""
    text = (start + 'Ünïcode ‘quotes’ & <angle> "double" [x]:*?/\\ ' + "long name " * 40)[:200]
    book = example()
    return put(book, [
        replace(
            book.only(Partnership), title=text, organisations=(text,) * 2, conventions={"odd": text}
        ),
        replace(book.only(Charter), purpose=text, mission_statement=text),
        *(replace(one, name=text, role=text) for one in book.all(Partner)),
        *(
            replace(one, name=text, category=text[:60], note=text, account=f"{start}{one.account}")
            for one in book.all(OperatingLine)
        ),
        *(replace(one, name=text, unit=text) for one in book.all(Volume)),
        *(replace(one, title=text) for one in book.all(Position)),
        *(replace(one, title=text, category=text) for one in book.all(CapitalRequest)),
    ])  # fmt: skip
