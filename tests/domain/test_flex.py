from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.flex import LineSplit, Span, compare, rules_of, total_of
from dyad_desktop.domain.flex_words import explain, parts_words
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    Draft,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
)
from dyad_desktop.domain.outlook import Basis
from dyad_desktop.domain.schema import Entity
from dyad_desktop.domain.sides import actual_side, budget_side, driver_of, prior_side, subjects
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.domain.totals import against_actual
from dyad_desktop.domain.variance import Parts
from tests.domain.example import example_book
from tests.domain.small_year import YEAR, line, volume, year

C = 100_00
"""Prior amounts are whole hundreds of the currency, so that the budget's own rounding moves none of them."""


def splits(count: int, *things: Entity) -> dict[str, LineSplit]:
    book, budget = year(count, *things)
    return by_id(book, budget, count)


def by_id(book: Book, budget: Budget, count: int) -> dict[str, LineSplit]:
    found = compare(book, budget, budget_side(book, budget), actual_side(book, budget), count)
    return {one.id: one for one in found}


def only(found: Mapping[str, LineSplit], name: str) -> Span:
    return found[name].over(range(len(found[name].months)))


def test_a_variable_line_flexes_with_its_volume_and_a_fixed_one_stays() -> None:
    # July: 100 cases planned, 110 came. August: 100 planned, 80 came.
    cases = volume("cases", [100] * 12, [110, 80])
    drugs = line(
        "drugs", [C] * 12, [115_00, 70_00], behaviour="variable", driver=("volume", "cases")
    )
    rent = line("rent", [C] * 12, [101_00, 100_00], behaviour="fixed")
    found = splits(2, cases, drugs, rent)
    july, august = found["drugs"].months
    assert july == Span(C, 110_00, 115_00, Parts(volume=10_00, rate=5_00))
    assert august == Span(C, 80_00, 70_00, Parts(volume=-20_00, rate=-10_00))
    assert only(found, "drugs") == total_of([july, august])
    assert only(found, "rent") == Span(2 * C, 2 * C, 201_00, Parts(other=1_00))


def test_the_mix_of_two_services_is_taken_from_their_shares() -> None:
    # 100 cases of each planned, at 1 and at 3; 60 and 160 came, for 66 and 470.
    simple, hard = volume("simple", [100] * 12, [60]), volume("hard", [100] * 12, [160])
    made = {"kind": "revenue", "category": "patients", "behaviour": "variable"}
    low = line("low", [C] * 12, [66_00], driver=("volume", "simple"), **made)
    high = line("high", [3 * C] * 12, [470_00], driver=("volume", "hard"), **made)
    found = splits(1, simple, hard, low, high)
    # All cases: 220 for 200, 10 % more: 10 and 30 by volume. At 60 % and 160 % of the plan the rest is mix.
    assert only(found, "low").parts == Parts(volume=10_00, mix=-50_00, rate=6_00)
    assert only(found, "high").parts == Parts(volume=30_00, mix=150_00, rate=-10_00)
    both = total_of([only(found, "low"), only(found, "high")])
    # Textbook: (220 − 200) · 400/200 = 40; share of the hard ones 50 % → 72.7 %: 220 · 22.7 % · (3 − 1) = 100.
    assert (both.parts.volume, both.parts.mix) == (40_00, 100_00)


@pytest.mark.parametrize(
    ("unit", "kind", "category"),
    [("visit", "revenue", "patients"), ("case", "expense", "patients"), ("case", "revenue", "others"),
     (None, "revenue", "patients")],
)  # fmt: skip
def test_only_revenue_of_one_category_and_unit_has_a_mix(
    unit: str | None, kind: str, category: str
) -> None:
    simple, hard = volume("simple", [100] * 12, [60]), volume("hard", [100] * 12, [160], unit=unit)
    low = line("low", [C] * 12, [66_00], driver=("volume", "simple"), kind="revenue", category="patients",
               behaviour="variable")  # fmt: skip
    high = line("high", [3 * C] * 12, [470_00], driver=("volume", "hard"), kind=kind, category=category,
                behaviour="variable")  # fmt: skip
    found = splits(1, simple, hard, low, high)
    assert only(found, "low").parts.mix == only(found, "high").parts.mix == 0


def test_two_lines_of_one_volume_count_it_once_in_the_mix() -> None:
    simple, hard = volume("simple", [100] * 12, [120]), volume("hard", [100] * 12, [120])
    made = {"kind": "revenue", "category": "p", "behaviour": "variable"}
    lines = [
        line("fee", [C] * 12, [C], driver=("volume", "simple"), **made),
        line("room", [C] * 12, [C], driver=("volume", "simple"), **made),
        line("high", [C] * 12, [C], driver=("volume", "hard"), **made),
    ]
    found = splits(1, simple, hard, *lines)
    assert [only(found, one.id).parts.mix for one in lines] == [0, 0, 0]
    assert [only(found, one.id).parts.volume for one in lines] == [20_00] * 3


def test_what_follows_a_group_flexes_with_it_and_carries_its_mix() -> None:
    simple, hard = volume("simple", [100] * 12, [60]), volume("hard", [100] * 12, [160])
    made = {"kind": "revenue", "category": "p", "behaviour": "variable", "groups": ("gross",)}
    low = line("low", [C] * 12, [60_00], driver=("volume", "simple"), **made)
    high = line("high", [3 * C] * 12, [480_00], driver=("volume", "hard"), **made)
    allowance = line("allowance", [2 * C] * 12, [300_00], kind="deduction", behaviour="variable",
                     driver=("line_group", "gross"), groups=("net",))  # fmt: skip
    fee = line("fee", [C] * 12, [C], behaviour="variable", driver=("line_group", "net"))
    found = splits(1, fee, allowance, low, high, simple, hard)
    # Gross revenue: 400 planned, 440 at the planned mix, 540 flexed; half of it is deducted.
    assert only(found, "allowance").parts == Parts(volume=20_00, mix=50_00, rate=30_00)
    # Net revenue: −200 planned (only its deduction is in it), −270 flexed. An expense has no mix of its own.
    assert only(found, "fee").flexed == 135_00
    assert only(found, "fee").parts == Parts(volume=35_00, rate=-35_00)


def test_only_the_share_that_varies_moves() -> None:
    cases = volume("cases", [100] * 12, [140])
    overtime = line(
        "overtime", [C] * 12, [130_00], behaviour="semi_variable", driver=("volume", "cases")
    )
    assert only(splits(1, cases, overtime), "overtime").parts == Parts(other=30_00)
    quarter = Basis(id="overtime", line="overtime", variable_pct=Decimal(25))
    assert only(splits(1, cases, overtime, quarter), "overtime").parts == Parts(10_00, 0, 0, 20_00)
    driven = line("overtime", [C] * 12, [130_00], behaviour="semi_variable")
    by_basis = replace(quarter, volume="cases")
    assert only(splits(1, cases, driven, by_basis), "overtime").flexed == 110_00
    none = splits(1, cases, driven, quarter)["overtime"]
    assert none.rule.why == "It varies, but no volume or group drives it, so it stays as planned."


def test_a_step_line_moves_by_whole_steps_where_its_plan_says_them() -> None:
    cases = volume("cases", [100] * 12, [125, 80])
    nurses = line(
        "nurses", [C] * 12, [100_00, 100_00], behaviour="step", driver=("volume", "cases")
    )
    assert only(splits(1, cases, nurses), "nurses").flexed == C
    plan = DraftLine(
        id="working.nurses", draft="working", line="nurses", method="step", driver="cases",
        step_size=Decimal(50), rate=Decimal(50),
    )  # fmt: skip
    july, august = splits(2, cases, nurses, plan)["nurses"].months
    # 100 cases take 2 steps of 50 at 50; 125 take 3; 80 take 2.
    assert (july.plan, july.flexed, august.flexed) == (C, 150_00, C)
    assert july.parts == Parts(volume=50_00, rate=-50_00)


def planned_by(name: str, formula: str) -> DraftLine:
    return DraftLine(
        id=f"working.{name}", draft="working", line=name, method="formula", formula=formula
    )


def test_a_formula_flexes_as_it_is_written() -> None:
    """Only what hangs on volumes moves, and on each by its own: nothing of a fixed part, or of a fixed line."""
    cases, visits = volume("cases", [100] * 12, [110, 80]), volume("visits", [40] * 12, [50, 40])
    rent = line("rent", [C] * 12, [C, C], behaviour="fixed")
    drugs = line("drugs", [C] * 12, [C, C], behaviour="variable", driver=("volume", "cases"))
    made = [line(name, [C] * 12, [200_00, 100_00]) for name in ("one", "two", "three", "four")]
    plans = [
        planned_by("one", "=60+cases*2"),
        planned_by("two", "=cases*2+visits/2"),
        planned_by("three", "=drugs*0.5+rent"),
        planned_by("four", "=rent*2"),
    ]
    found = splits(2, cases, visits, rent, drugs, *made, *plans)
    flexed = {name: [month.flexed for month in found[name].months] for name in found}
    assert flexed["one"] == [280_00, 220_00]
    assert flexed["two"] == [245_00, 180_00]
    assert flexed["three"] == [155_00, 140_00]
    assert flexed["four"] == [200_00, 200_00]
    july = found["one"].months[0]
    assert july.parts == Parts(volume=20_00, rate=-80_00)
    book, _budget = year(2, cases, visits, rent, drugs, *made, *plans)
    assert explain(book, found["one"]).startswith(
        "Flexes by its formula, with the volumes that came"
    )


def test_a_formula_stays_as_planned_where_it_cannot_tell() -> None:
    cases = volume("cases", [100] * 12, [110])
    made = [
        line(name, [C] * 12, [C], behaviour=how) for name, how in (("one", "fixed"), ("two", None))
    ]
    share = Basis(id="two", line="two", volume="cases", variable_pct=Decimal(50))
    plans = [planned_by(one.id, "=cases*2") for one in made]
    found = splits(2, cases, *made, *plans, share)
    assert [month.flexed for month in found["one"].months] == [200_00, 200_00]
    # Somebody said how far it moves: that counts.
    assert [month.flexed for month in found["two"].months] == [210_00, 200_00]
    bare = splits(2, cases, made[1], plans[1])["two"]
    assert bare.months[1].flexed == 200_00  # no volume came in August
    assert bare.gaps == (1,)


def test_staff_with_hours_is_split_by_efficiency_and_rate() -> None:
    # 12 FTE are 2,080 hours a month; 2,200 were paid.
    post = Position(id="P", title="Nurse", fte_prior=Decimal(12), fte_budget=Decimal(12))
    wages = line("wages", [2080_00] * 12, [2310_00], behaviour="step", driver=("fte", "P"))
    unknown = splits(1, post, wages)["wages"]
    assert unknown.over([0]).parts == Parts(other=230_00)
    assert not unknown.by_hours
    hours = Basis(id="wages", line="wages", hours={YEAR[0]: Decimal(2200)})
    known = splits(1, post, wages, hours)["wages"]
    assert known.over([0]).parts == Parts(efficiency=120_00, rate=110_00)
    assert known.by_hours


def test_staff_that_serves_a_volume_is_the_textbook_case() -> None:
    # 100 days, 8 hours each at 3; 110 days, 8.5 hours each at 3.10 (see test_variance).
    days = volume("days", [100] * 12, [110], unit="day")
    wages = line("wages", [2400_00] * 12, [2898_50], behaviour="variable")
    basis = Basis(
        id="wages", line="wages", volume="days", hours={YEAR[0]: Decimal(935)},
        budget_hours={YEAR[0]: Decimal(800)},
    )  # fmt: skip
    found = splits(1, days, wages, basis)["wages"]
    assert found.over([0]).parts == Parts(240_00, 0, 165_00, 93_50)


@pytest.mark.parametrize(
    ("prior", "actual", "gaps"),
    [([100] * 12, [None], (0,)), ([0] * 12, [50], (0,)), ([None] * 12, [50], (0,)), ([100] * 12, [0], ())],
)  # fmt: skip
def test_a_month_without_a_volume_stays_as_planned(
    prior: list[int | None], actual: list[int | None], gaps: tuple[int, ...]
) -> None:
    cases = volume("cases", prior, actual)
    own = DraftLine(id="working.drugs", draft="working", line="drugs", months={YEAR[0]: C})
    drugs = line("drugs", [C] * 12, [80_00], behaviour="variable", driver=("volume", "cases"))
    book, budget = year(1, cases, drugs, own)
    found = by_id(book, budget, 1)["drugs"]
    assert found.gaps == gaps
    span = found.over([0])
    assert span.flexed == (C if gaps else 0)
    assert span.parts.total == -20_00
    told = explain(book, found, YEAR)
    assert (
        "There is no volume or plan of it in Jul, so it stays as planned there." in told
    ) == bool(gaps)


def test_the_plan_is_the_draft_s_with_its_what_if() -> None:
    cases = volume("cases", [100] * 12, [121], growth=10)
    drugs = line("drugs", [C] * 12, [121_00], behaviour="variable", driver=("volume", "cases"))
    draft = Draft(id="working", name="Working", inputs={"volume": Decimal(10)})
    found = splits(1, cases, drugs, draft)["drugs"].over([0])
    # 100 cases × 1.1 × 1.1 planned: as many as came.
    assert found == Span(121_00, 121_00, 121_00, Parts())


def test_without_months_there_is_nothing_to_split() -> None:
    found = splits(0, line("rent", [C] * 12, []))["rent"]
    assert found.months == ()
    assert found.over([]) == Span(0, 0, 0, Parts())


def test_words_say_which_split_a_line_has_and_why() -> None:
    book = example_book()
    budget = compute_budget(book, WORKING_DRAFT)
    found = by_id(book, budget, 4)
    told = {name: (parts_words(found[name]), explain(book, found[name], YEAR)) for name in found}
    assert told["L01"] == (
        "volume, mix and rate",
        (
            "Flexes with Diagnostic catheterizations: volume is the growth of all cases together at the"
            " planned mix; mix is the shift between them at planned rates; rate is the rest."
        ),
    )
    assert told["L08"][0] == "volume and rate"
    assert "carry over at the planned proportion" in told["L13"][1]
    assert told["L17"] == (
        "spending",
        (
            "A step line stays as planned unless its plan says how much volume takes a step. The paid hours"
            " that came aren’t known, so efficiency and rate can’t be told apart."
        ),
    )
    assert told["L40"] == ("spending", "A fixed line stays as planned, whatever the volume.")


def test_the_example_adds_to_its_statement() -> None:
    book = example_book()
    budget = compute_budget(book, WORKING_DRAFT)
    known = against_actual(book, budget)
    found = by_id(book, budget, 4)
    effects = [only(found, one.id).parts.signed(SIGNS[one.kind]).total for one in found.values()]
    assert sum(effects) == known.actual.contribution - known.budget.contribution
    for row in known.lines:
        assert (only(found, row.id).plan, only(found, row.id).actual) == (row.budget, row.actual)


def test_the_way_from_the_prior_year_adds_too() -> None:
    book = example_book()
    budget = compute_budget(book, WORKING_DRAFT)
    found = compare(book, budget, prior_side(book, budget), budget_side(book, budget), 12)
    spans = {one.id: one.over(range(12)) for one in found}
    assert all(one.parts.total == one.variance for one in spans.values())
    assert spans["L02"].actual == budget.lines["L02"].total
    # 42 → 44 full-time equivalents are efficiency at the prior year's rate.
    prior = budget.lines["L17"].prior
    expected = sum(round(amount * Fraction(2, 42)) for amount in prior)
    assert abs(spans["L17"].parts.efficiency - expected) <= 12


def test_every_line_of_a_budget_has_a_subject_and_one_driver() -> None:
    book = example_book()
    budget = compute_budget(book, WORKING_DRAFT)
    assert [one.id for one in subjects(book, budget)] == [one.id for one in book.all(OperatingLine)]
    drivers = {one.id: driver_of(book, WORKING_DRAFT, one) for one in book.all(OperatingLine)}
    assert drivers["L01"] == ("volume", "V01")
    assert drivers["L40"] == ("", "")
    assert rules_of(book, WORKING_DRAFT)["L13"].kind == "line_group"


# -- any year ------------------------------------------------------------------------------------

months = st.lists(st.none() | st.integers(-(10**9), 10**9), min_size=12, max_size=12)
counts = st.lists(st.none() | st.integers(0, 2000), min_size=12, max_size=12)


@st.composite
def years(draw: st.DrawFn) -> list[Entity]:
    volumes: list[Volume] = [
        volume(name, draw(counts), draw(counts), unit=draw(st.sampled_from(["case", "day", None])),
               growth=draw(st.integers(-50, 50)))
        for name in ("v", "w", "x")
    ]  # fmt: skip
    drivers = st.sampled_from([("volume", "v"), ("volume", "w"), ("volume", "x"), ("fixed", None)])
    behaviours = st.sampled_from(["fixed", "variable", "step", "semi_variable", None])
    kinds = st.sampled_from(list(SIGNS))
    lines: list[Entity] = [
        line(f"l{n}", draw(months), draw(months), driver=draw(drivers), kind=draw(kinds),
             behaviour=draw(behaviours), groups=("g",), category=draw(st.sampled_from(["a", "b"])))
        for n in range(4)
    ]  # fmt: skip
    lines.append(
        line("after", draw(months), draw(months), driver=("line_group", "g"), kind=draw(kinds),
             behaviour="variable")
    )  # fmt: skip
    hours = {
        period: Decimal(value) for period, value in zip(YEAR, draw(counts), strict=True) if value
    }
    return [*volumes, *lines, Basis(id="l0", line="l0", hours=hours, budget_hours=hours)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.integers(0, 500), st.integers(0, 10**6)),
        min_size=2,
        max_size=5,
    )
)
def test_volume_and_mix_are_the_textbook_s_over_a_pool(cases: list[tuple[int, int, int]]) -> None:
    """Volume is Δ units × average plan; mix is Σ (own units − units at the planned share) × own plan a unit."""
    volumes = [volume(f"v{n}", [plan] * 12, [came]) for n, (plan, came, _) in enumerate(cases)]
    lines = [
        line(
            f"l{n}",
            [amount * 100] * 12,
            [0],
            driver=("volume", f"v{n}"),
            kind="revenue",
            behaviour="variable",
        )
        for n, (_, _, amount) in enumerate(cases)
    ]
    found = splits(1, *volumes, *lines)
    parts = total_of(only(found, one.id) for one in lines).parts
    planned, came = sum(p for p, _, _ in cases), sum(a for _, a, _ in cases)
    whole = sum(amount * 100 for _, _, amount in cases)
    by_volume = Fraction((came - planned) * whole, planned)
    by_mix = sum(
        ((a - Fraction(came * p, planned)) * amount * 100 / p for p, a, amount in cases),
        Fraction(0),
    )
    assert abs(parts.volume - by_volume) <= Fraction(len(cases), 2)
    assert abs(parts.mix - by_mix) <= len(cases)
    assert parts.total == -whole


@settings(max_examples=60, deadline=None)
@given(years(), st.integers(0, 12))
def test_the_parts_of_any_year_add_exactly(things: list[Entity], count: int) -> None:
    book, budget = year(count, *things)
    found = by_id(book, budget, count)
    for one in book.all(OperatingLine):
        for place, span in enumerate(found[one.id].months):
            assert span.plan == budget.lines[one.id].months[place]
            assert span.actual == (one.ytd_actuals.get(YEAR[place]) or 0)
            assert span.parts.total == span.actual - span.plan
            assert span.parts.volume + span.parts.mix == span.flexed - span.plan
    whole = total_of(found["l0"].months)
    assert whole.parts.total == whole.variance == sum(s.actual - s.plan for s in found["l0"].months)
