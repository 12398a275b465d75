"""How lines are planned: each method worked by hand, and random drafts against a slow reading of the rules."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, BudgetLine, compute_budget
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    Draft,
    DraftLine,
    OperatingLine,
    Planning,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.schema import Entity
from dyad_desktop.errors import BadInputError
from tests.domain.test_budget import BUDGET, META, PRIOR, SIGNS, Oracle, a_line, put, rounded

VISITS = Volume(
    id="V0", name="Visits", planned_growth_pct=Decimal(10), prior_actuals=dict.fromkeys(PRIOR, Decimal(200))
)  # fmt: skip
NURSE = Position(
    id="P0", title="Nurse", fte_prior=Decimal(9), fte_budget=Decimal(10), avg_hourly_rate=Decimal(48)
)  # fmt: skip


def planned(line: str, **fields: object) -> DraftLine:
    said = DraftLine(id=draft_line_id(WORKING_DRAFT, line), draft=WORKING_DRAFT, line=line)
    return replace(said, **fields)  # type: ignore[arg-type]


def line_of(*entities: Entity, line: str = "a") -> BudgetLine:
    return compute_budget(Book.of([META, *entities]), WORKING_DRAFT).lines[line]


def test_a_volume_times_a_rate() -> None:
    said = planned("a", method="volume_rate", driver="V0", rate=Decimal("12.50"))
    found = line_of(VISITS, a_line("a"), said)
    assert found.months == (2_750_00,) * 12  # 200 × 1.10 × 12.50
    assert (found.method, found.problem, found.prior_total) == ("volume_rate", "", 1_200_00)


def test_a_volume_s_rate_grows_as_the_draft_says() -> None:
    said = planned(
        "a", method="volume_rate", driver="V0", rate=Decimal(10), rate_growth_pct=Decimal(3)
    )
    assert line_of(VISITS, a_line("a"), said).months == (2_266_00,) * 12


@pytest.mark.parametrize(
    ("part", "month"),
    [
        ("salaries", 83_200),  # 10 FTE × 2,080 h ÷ 12 × 48
        ("overtime", 12_480),  # a tenth of it at time and a half
        ("benefits", 20_800),
        ("contract", 5_000),
        ("all", 121_480),
    ],
)
def test_a_position_s_cost_by_its_parts(part: str, month: int) -> None:
    job = replace(
        NURSE, overtime_pct=Decimal(10), benefits_pct=Decimal(25), contract_labour=5_000_00
    )
    found = line_of(job, a_line("a"), planned("a", method="staffing", driver="P0", part=part))
    assert found.months == (month * 100,) * 12


def test_a_position_starts_ends_stands_empty_and_is_raised() -> None:
    job = replace(
        NURSE, start="2026-08", end="2027-05", vacancy_pct=Decimal(50), merit_pct=Decimal(4),
        merit_month="2027-01", hours_per_year=Decimal(1920), fte_months={"2026-07": Decimal(1)},
    )  # fmt: skip
    found = line_of(job, a_line("a"), planned("a", method="staffing", driver="P0"))
    before, raised = 5 * 160 * 48, 5 * 160 * 4992 // 100
    assert found.months == tuple(
        100 * amount for amount in (160 * 48, *[before] * 5, *[raised] * 5, 0)
    )


def test_the_planning_rules_say_how_long_a_full_year_is() -> None:
    rules = Planning(id="planning", hours_per_fte=Decimal(1950))
    found = line_of(rules, NURSE, a_line("a"), planned("a", method="staffing", driver="P0"))
    assert found.months == (78_000_00,) * 12


@pytest.mark.parametrize(("size", "steps"), [("220", 1), ("219", 2), ("100", 3), ("0.5", 440)])
def test_one_more_step_for_every_part_of_a_volume(size: str, steps: int) -> None:
    said = planned("a", method="step", driver="V0", step_size=Decimal(size), rate=Decimal(4000))
    assert line_of(VISITS, a_line("a"), said).months == (steps * 4_000_00,) * 12


@pytest.mark.parametrize(
    ("spread", "months"),
    [
        ("even", [100] * 12),
        ("calendar_days", [102, 102, 99, 102, 99, 102, 102, 92, 102, 98, 102, 98]),
        ("prior_year", [200, *[100] * 10, 0]),
        ("volume", [100] * 12),
    ],
)
def test_a_year_s_amount_is_spread(spread: str, months: list[int]) -> None:
    prior = {**dict.fromkeys(PRIOR, 100_00), PRIOR[0]: 200_00, PRIOR[11]: 0}
    said = planned("a", method="fixed", amount=1_200_00, spread=spread, spread_volume="V0")
    found = line_of(VISITS, a_line("a", prior_actuals=prior), said)
    assert found.months == tuple(100 * amount for amount in months)


def test_working_days_leave_out_the_days_off() -> None:
    free = {f"2026-07-{day:02d}": "Shut" for day in range(1, 31)}
    said = planned("a", method="fixed", amount=1_200_00, spread="working_days")
    found = line_of(Planning(id="planning", holidays=free), a_line("a"), said)
    assert (found.months[0], found.total) == (5_00, 1_200_00)  # only the 31st is worked in July


def test_own_weights_are_kept_and_a_locked_month_is_gone_around() -> None:
    said = planned(
        "a", method="fixed", amount=1_000_00, spread="weights",
        weights={"2026-07": Decimal(3), "2026-08": Decimal(1), "2026-09": Decimal("0.5")},
        months={"2026-07": 100_00, "2026-10": 7_00}, locked={"2026-07": True, "2026-08": True},
    )  # fmt: skip
    found = line_of(a_line("a"), said)
    assert found.computed[:4] == (100_00, 600_00, 300_00, 0)  # August has no amount to lock
    assert found.months[:4] == (100_00, 600_00, 300_00, 7_00)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"method": "fixed"}, "amount"),
        ({"method": "fixed", "amount": 1, "spread": "weights"}, "zero"),
        ({"method": "fixed", "amount": 1, "spread": "prior_year"}, "no shape"),
        ({"method": "fixed", "amount": 1, "spread": "volume"}, "volume"),
        ({"method": "volume_rate", "driver": "V0"}, "rate"),
        ({"method": "volume_rate", "driver": "V9", "rate": Decimal(1)}, "V9"),
        ({"method": "staffing"}, "position"),
        ({"method": "staffing", "driver": "P9"}, "P9"),
        ({"method": "step", "driver": "V0", "rate": Decimal(1)}, "step"),
        ({"method": "step", "driver": "V0", "rate": Decimal(1), "step_size": Decimal(0)}, "step"),
        ({"method": "percent", "driver": "none", "percent": Decimal(1)}, "none"),
        ({"method": "percent", "driver": "g1"}, "percentage"),
        ({"method": "contract"}, "amount"),
        ({"method": "formula"}, "empty"),
        ({"method": "formula", "formula": "=L9*2"}, "L9"),
        ({"method": "formula", "formula": "=1/0"}, "divides by zero"),
        ({"method": "formula", "formula": "=1+"}, "not complete"),
        ({"method": "formula", "formula": "=" + "1+" * 600 + "1"}, "longer"),
    ],
)
def test_what_a_method_lacks_is_said_and_the_line_stands_at_nothing(
    fields: dict[str, object], reason: str
) -> None:
    others = (VISITS, NURSE, a_line("b", groups=("g1",)))
    found = line_of(*others, a_line("a", 0), planned("a", **fields, months={"2026-09": 5_00}))
    assert reason in found.problem
    assert (found.computed, found.total) == ((0,) * 12, 5_00)


def test_a_percentage_of_a_group_of_costs_is_a_cost() -> None:
    wages = a_line("w", 1_000_00, groups=("wages",))
    said = planned("a", method="percent", driver="wages", percent=Decimal("24.5"))
    assert line_of(wages, a_line("a"), said).months == (245_00,) * 12
    fees = replace(wages, kind="revenue")
    empty = a_line("e", 0, groups=("wages",), kind="other_revenue")
    assert line_of(wages, empty, a_line("a"), said).months == (245_00,) * 12
    cut = a_line("d", 400_00, groups=("wages",), kind="deduction")
    assert line_of(fees, cut, a_line("a"), said).months == (147_00,) * 12


def test_a_group_that_gets_its_first_line_wakes_what_follows_it() -> None:
    said = planned("a", method="percent", driver="wages", percent=Decimal(10))
    book = Book.of([META, a_line("a"), a_line("w", 0), said])
    before = compute_budget(book, WORKING_DRAFT)
    assert "wages" in before.lines["a"].problem
    for groups in (("wages",), ()):
        book = put(book, a_line("w", 0, groups=groups))
        after = compute_budget(book, WORKING_DRAFT, before)
        assert after == compute_budget(book, WORKING_DRAFT)
        assert bool(after.lines["a"].problem) is not bool(groups)
        before = after


def test_amounts_beyond_what_is_kept_count_as_nothing_and_say_so() -> None:
    said = planned("b", method="formula", formula="=" + "*".join(["999999999999"] * 70))
    book = Book.of([META, a_line("a", 10**13, rate_growth_pct=Decimal(10**9)), a_line("b"), said])
    budget = compute_budget(book, WORKING_DRAFT)
    for line in budget.lines.values():
        assert "largest amount" in line.problem
        assert line.total == 0


def test_a_contract_begins_and_steps() -> None:
    said = planned(
        "a", method="contract", amount=100_00, start="2026-09",
        steps={"2026-08": 1_00, "2027-01": 110_00, "2027-06": 0},
    )  # fmt: skip
    amounts = [0, 0, 1, 1, 1, 1, *[110] * 5, 0]
    assert line_of(a_line("a"), said).months == tuple(100 * amount for amount in amounts)


def test_a_contract_keeps_its_cents() -> None:
    said = planned("a", method="contract", amount=12_345_67, steps={"2027-01": 13_000_00})
    assert line_of(a_line("a"), said).months == (12_345_67,) * 6 + (13_000_00,) * 6
    dearer = Draft(id="working", name="Working", inputs={"rate": Decimal(1)})
    months = line_of(a_line("a"), said, dearer).months
    assert months == (12_469_13,) * 6 + (13_130_00,) * 6  # 12,469.1267; whole amounts stay whole


def test_months_by_hand_are_nothing_until_said() -> None:
    said = planned("a", method="manual", months={"2026-12": 9_00})
    assert line_of(a_line("a"), said).months == (0, 0, 0, 0, 0, 9_00, 0, 0, 0, 0, 0, 0)


def test_a_formula_of_lines_groups_volumes_and_positions() -> None:
    text = "=([my line]*62% + V0*2 - P0)/2 + costs"
    said = planned("a", method="formula", formula=text)
    other = a_line("my line", 1_000_00, groups=("costs",))
    found = line_of(VISITS, NURSE, other, a_line("a"), said)
    assert found.months == (1_525_00,) * 12  # (620 + 440 − 10) ÷ 2 + 1,000


def test_a_formula_follows_what_it_names() -> None:
    said = planned("a", method="formula", formula="=b*2")
    second = planned("c", method="formula", formula="=a+b")
    book = Book.of([META, a_line("a"), a_line("b"), a_line("c"), said, second])
    before = compute_budget(book, WORKING_DRAFT)
    assert before.lines["c"].months == (300_00,) * 12
    book = put(book, replace(planned("b"), months={"2026-08": 1_00}))
    after = compute_budget(book, WORKING_DRAFT, before)
    assert after.lines["c"].months == (300_00, 3_00, *[300_00] * 10)
    assert after == compute_budget(book, WORKING_DRAFT)


def test_a_circle_through_formulas_and_groups_is_named() -> None:
    said = planned("a", method="formula", formula="=b")
    share = planned("b", method="percent", driver="g", percent=Decimal(1))
    lines = [a_line("a", groups=("g",)), a_line("b")]
    with pytest.raises(BadInputError, match="a → b → a"):
        compute_budget(Book.of([META, *lines, said, share]), WORKING_DRAFT)


def test_a_draft_s_own_growth_stands_in_for_the_line_s() -> None:
    line = a_line("a", rate_growth_pct=Decimal(5))
    assert line_of(line, planned("a", rate_growth_pct=Decimal(0))).months == (100_00,) * 12
    assert line_of(line, planned("a", rate_growth_pct=Decimal(10**9))).months[0] == 1_000_000_100_00


@pytest.mark.parametrize(
    ("inputs", "month"),
    [
        ({"volume": -5}, 209),
        ({"volume:V0": 10, "volume": -50}, 242),
        ({"rate": 10}, 242),
        ({"rate:expense": 20, "rate": 10}, 264),
        ({"rate:drugs": -100, "rate:expense": 20}, 0),
        ({"volume": 10, "rate": 10}, 266),
        ({"fte": 50}, 220),
    ],
)
def test_what_ifs_move_volumes_and_prices(inputs: dict[str, int], month: int) -> None:
    draft = Draft(
        id=WORKING_DRAFT, name="W", inputs={key: Decimal(one) for key, one in inputs.items()}
    )
    line = a_line("a", 200_00, driver_kind="volume", driver_ref="V0", category="drugs")
    assert line_of(VISITS, line, draft).months == (month * 100,) * 12
    said = planned("a", method="volume_rate", driver="V0", rate=Decimal(1))
    assert line_of(VISITS, line, draft, said).months == (month * 100,) * 12


# ---- random drafts against a slow reading -------------------------------------------------------

GROUPS = ("g1", "g2")
NAMES = ("L0", "L1", "L2", "L3", "V0", "P0", "g1", "nobody")
MONEY = st.integers(-(10**7), 10**8)
RATES = st.decimals(-500, 500, places=2)


@st.composite
def plans(draw: st.DrawFn) -> DraftLine:
    names = st.sampled_from(NAMES)
    return planned(
        draw(st.sampled_from(NAMES[:4])),
        method=draw(
            st.sampled_from(
                [None, "volume_rate", "step", "percent", "contract", "manual", "formula", "fixed"]
            )
        ),
        driver=draw(st.sampled_from(["V0", "V1", "g1", "g2"])),
        rate=draw(RATES),
        percent=draw(RATES),
        step_size=draw(st.decimals(0, 300, places=1)),
        amount=draw(MONEY),
        start=draw(st.none() | st.sampled_from(BUDGET)),
        steps=draw(st.dictionaries(st.sampled_from(BUDGET), MONEY, max_size=2)),
        formula=f"={draw(names)}*{draw(st.integers(0, 9))}/4 + {draw(names)}",
        months=draw(st.dictionaries(st.sampled_from(BUDGET), MONEY, max_size=2)),
        rate_growth_pct=draw(st.none() | RATES),
    )


PLAIN_LINES = st.builds(
    lambda line, kind, groups, amount: a_line(line, amount, kind=kind, groups=tuple(groups)),
    st.sampled_from(NAMES[:4]),
    st.sampled_from(list(SIGNS)),
    st.lists(st.sampled_from(GROUPS), max_size=1),
    MONEY,
)
VOLUMES = st.builds(
    lambda amount, growth: replace(
        VISITS,
        planned_growth_pct=growth,
        prior_actuals={period: amount for period in PRIOR[:7]},  # noqa: C420 - typed
    ),
    st.decimals(-100, 900, places=1),
    RATES,
)


class Reading(Oracle):
    """Every method, one month at a time, recursively."""

    def said(self, line: str) -> DraftLine | None:
        return self.book.get(DraftLine, draft_line_id(WORKING_DRAFT, line))

    def natural(self, name: str, place: int) -> int:
        members = [one for one in self.book.all(OperatingLine) if name in one.groups]
        year = [sum(SIGNS[one.kind] * self.month(one, at) for one in members) for at in range(12)]
        return year[place] if sum(year) >= 0 else -year[place]

    def volume(self, ref: str, place: int) -> Fraction:
        volume = self.book.need(Volume, ref)
        prior = Fraction(volume.prior_actuals.get(PRIOR[place], 0))
        return prior * (1 + Fraction(volume.planned_growth_pct) / 100)

    def worth(self, name: str, place: int) -> Fraction:
        line = self.book.get(OperatingLine, name)
        if line is not None:
            return Fraction(self.month(line, place), self.unit)
        if name.startswith("V"):
            return self.volume(name, place)
        if name.startswith("P"):
            return Fraction(self.book.need(Position, name).fte_budget)
        if not any(name in one.groups for one in self.book.all(OperatingLine)):
            raise KeyError(name)
        return Fraction(self.natural(name, place), self.unit)

    def computed(self, line: OperatingLine, place: int) -> int:
        said = self.said(line.id)
        if said is None or said.method is None:
            own = said.rate_growth_pct if said is not None else None
            return super().computed(
                line if own is None else replace(line, rate_growth_pct=own), place
            )
        if said.method == "fixed":
            return self.by_fixed(said, place)
        try:
            exact = getattr(self, f"by_{said.method}")(said, place)
        except KeyError:
            return 0
        if said.method == "contract":  # an amount with cents is agreed to the cent
            return rounded(exact * self.unit, 1 if exact.denominator > 1 else self.unit)
        return rounded(exact * self.unit, self.unit)

    def by_volume_rate(self, said: DraftLine, place: int) -> Fraction:
        growth = 1 + Fraction(said.rate_growth_pct or 0) / 100
        return self.volume(said.driver or "", place) * Fraction(said.rate or 0) * growth

    def by_step(self, said: DraftLine, place: int) -> Fraction:
        if not said.step_size:
            raise KeyError
        volume = self.volume(said.driver or "", place)
        return max(0, ceil(volume / Fraction(said.step_size))) * Fraction(said.rate or 0)

    def by_percent(self, said: DraftLine, place: int) -> Fraction:
        if not any(said.driver in one.groups for one in self.book.all(OperatingLine)):
            raise KeyError
        group = Fraction(self.natural(said.driver or "", place), self.unit)
        return group * Fraction(said.percent or 0) / 100

    def by_contract(self, said: DraftLine, place: int) -> Fraction:
        amount, started = said.amount or 0, said.start is None
        for period in sorted({*BUDGET[: place + 1]}):
            started = started or period == said.start
            amount = said.steps.get(period) or (0 if period in said.steps else amount)
        return Fraction(amount if started else 0, self.unit)

    def by_manual(self, _said: DraftLine, _place: int) -> Fraction:
        return Fraction(0)

    def by_fixed(self, said: DraftLine, place: int) -> int:
        amount = abs(said.amount or 0)
        part = self.unit if amount % self.unit == 0 else 1
        each, left = divmod(amount // part, 12)
        own = (each + (place < left)) * part
        return own if (said.amount or 0) > 0 else -own

    def by_formula(self, said: DraftLine, place: int) -> Fraction:
        first, _, rest = (said.formula or "").removeprefix("=").partition("*")
        times, _, second = rest.partition("/4 + ")
        found = [
            self.worth(first, at) * int(times) / 4 + self.worth(second, at) for at in range(12)
        ]
        return found[place]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(PLAIN_LINES, max_size=4),
    st.lists(st.one_of(plans(), plans(), PLAIN_LINES, VOLUMES), min_size=1, max_size=10),
)
def test_edits_of_plans_give_what_a_slow_reading_gives(
    start: list[OperatingLine], edits: list[Entity]
) -> None:
    book = Book.of([META, VISITS, NURSE, *start])
    previous: Budget | None = None
    for edit in edits:
        book = put(book, edit)
        try:
            whole = compute_budget(book, WORKING_DRAFT)
        except BadInputError:
            with pytest.raises(BadInputError, match="circle"):
                compute_budget(book, WORKING_DRAFT, previous)
            continue
        previous = compute_budget(book, WORKING_DRAFT, previous)
        assert previous == whole
        reading = Reading(book)
        for line in book.all(OperatingLine):
            found = whole.lines[line.id]
            expected = [reading.month(line, place) for place in range(12)]
            assert list(found.months) == expected, (line.id, found.problem)
