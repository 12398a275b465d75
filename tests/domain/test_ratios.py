from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.flex import rules_of
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft, DraftLine, Position, Volume
from dyad_desktop.domain.outlook import Basis
from dyad_desktop.domain.ratios import (
    NO_VOLUME,
    RATIOS,
    Ratio,
    Reader,
    Window,
    actual_fte,
    budget_fte,
    first_volume,
    prior_fte,
)
from dyad_desktop.domain.schema import Entity
from dyad_desktop.domain.sides import actual_side, budget_side, prior_side, subjects
from dyad_desktop.domain.totals import prior_year_totals, year_to_date_totals
from dyad_desktop.domain.year_so_far import YearSoFar
from tests.domain.example import example_book
from tests.domain.small_year import YEAR, line, volume, year

THINGS: tuple[Entity, ...] = (
    volume("cases", [10] * 12, [12, 8]),
    line("fees", [100_00] * 12, [100_00, 60_00], kind="revenue"),
    line("allowance", [20_00] * 12, [25_00, 5_00], kind="deduction"),
    line("grant", [10_00] * 12, [10_00, 10_00], kind="other_revenue"),
    line("implants", [30_00] * 12, [35_00, 25_00], behaviour="variable", driver=("volume", "cases"),
         category="supplies"),
    line("drugs", [4_00] * 12, [4_00, 4_00], groups=("supplies",)),
    line("wages", [16_00] * 12, [16_00, 20_00], behaviour="step", driver=("fte", "P")),
    Position(id="P", title="Nurse", fte_prior=Decimal(2), fte_budget=Decimal(3)),
)  # fmt: skip


def reader(book: Book, budget: Budget, unit: Volume | None = None) -> Reader:
    return Reader(
        book,
        subjects(book, budget),
        rules_of(book, WORKING_DRAFT),
        unit or first_volume(book, budget),
    )


def read(key: str, *things: Entity, count: int = 2) -> Ratio:
    book, budget = year(count, *things)
    side, places = actual_side(book, budget), range(count)
    window = Window(side, places, actual_fte(book, budget, side, places))
    return reader(book, budget).read(key, window)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        # Net revenue 130, other 20; implants 60 vary: (150 − 60) / 150.
        ("contribution_margin", "60.00"),
        # Expense 60 + 8 + 36 = 104: 46 / 150.
        ("operating_margin", "30.67"),
        # 104 in 20 cases, and 130: minor units.
        ("cost_per_unit", "520.00"),
        ("revenue_per_unit", "650.00"),
        # 68 of 130.
        ("supplies", "52.31"),
    ],
)
def test_ratios_by_hand(key: str, value: str) -> None:
    found = read(key, *THINGS).value
    assert found is not None
    assert rounded(found, 2) == Decimal(value)


def test_full_time_equivalents_need_the_hours_of_every_staffed_line() -> None:
    assert read("fte_per_thousand", *THINGS).why == "the paid hours of every position aren’t known"
    hours = Basis(id="wages", line="wages", hours={YEAR[0]: Decimal(400), YEAR[1]: Decimal(640)})
    # 1,040 hours in two months are 3 FTE; 20 cases in two months are 120 a year.
    assert read("fte_per_thousand", *THINGS, hours) == Ratio(Decimal("25.00"))
    half = Basis(id="wages", line="wages", hours={YEAR[0]: Decimal(400)})
    assert read("fte_per_thousand", *THINGS, half).value is None


def test_people_whose_hours_no_line_has_are_not_left_out_on_one_side() -> None:
    hours = Basis(id="wages", line="wages", hours={YEAR[0]: Decimal(400), YEAR[1]: Decimal(640)})
    others = Position(id="Q", title="In no line", fte_budget=Decimal(50))
    assert read("fte_per_thousand", *THINGS, hours, others).value is None
    nobody = replace(others, fte_budget=Decimal(0))
    assert read("fte_per_thousand", *THINGS, hours, nobody) == Ratio(Decimal("25.00"))


def test_several_lines_of_a_position_are_paid_for_the_same_hours() -> None:
    benefits = line("benefits", [4_00] * 12, [4_00, 5_00], driver=("fte", "P"))
    hours = {YEAR[0]: Decimal(400), YEAR[1]: Decimal(640)}
    once = Basis(id="wages", line="wages", hours=hours)
    both = (once, Basis(id="benefits", line="benefits", hours=hours))
    assert read("fte_per_thousand", *THINGS, benefits, once) == Ratio(Decimal("25.00"))
    assert read("fte_per_thousand", *THINGS, benefits, *both) == Ratio(Decimal("25.00"))


def test_a_position_counts_by_its_own_hours_a_year() -> None:
    position = Position(id="P", title="Nurse", fte_budget=Decimal(3), hours_per_year=Decimal(1560))
    hours = Basis(id="wages", line="wages", hours={YEAR[0]: Decimal(390), YEAR[1]: Decimal(390)})
    # 780 hours in two months are 3 FTE of 1,560 hours a year.
    assert read("fte_per_thousand", *THINGS[:-1], position, hours) == Ratio(Decimal("25.00"))


def test_a_what_if_of_staff_moves_the_planned_staff() -> None:
    draft = Draft(id=WORKING_DRAFT, name="Less", inputs={"fte": Decimal(-50)})
    assert budget_fte(*year(2, *THINGS, draft), range(12)) == Fraction(3, 2)


def test_planned_and_prior_staff_come_from_the_positions() -> None:
    book, budget = year(2, *THINGS)
    assert prior_fte(book) == 2
    assert budget_fte(book, budget, range(12)) == 3
    assert budget_fte(book, budget, ()) is None
    bare, plain = year(2)
    assert prior_fte(bare) is None
    assert budget_fte(bare, plain, range(12)) is None
    window = Window(budget_side(book, budget), range(12), Fraction(3))
    assert reader(book, budget).read("fte_per_thousand", window) == Ratio(Decimal("25.00"))


@pytest.mark.parametrize(
    ("key", "things", "why"),
    [
        ("operating_margin", (), "there is no revenue"),
        ("contribution_margin", (line("a", [], [5]),), "there is no revenue"),
        ("supplies", (), "no line is in a category or group of supplies"),
        ("supplies", (line("a", [], [5], category="supplies"),), "there is no net revenue"),
        ("supplies",
         (line("a", [], [5], category="supplies"), line("b", [], [5], kind="deduction")), "there is no net revenue"),
        ("cost_per_unit", (), NO_VOLUME),
        ("cost_per_unit", (volume("v", [], [0, 0]),), NO_VOLUME),
        ("revenue_per_unit", (volume("v", [], [5, None]),), NO_VOLUME),
        ("fte_per_thousand", (volume("v", [1], []),), NO_VOLUME),
    ],
)  # fmt: skip
def test_what_can_t_be_divided_says_why(key: str, things: tuple[Entity, ...], why: str) -> None:
    assert read(key, *things) == Ratio(None, why)


@pytest.mark.parametrize("key", [one.key for one in RATIOS])
def test_no_month_gives_no_ratio(key: str) -> None:
    assert read(key, *THINGS, count=0).value is None


def test_the_operating_margin_is_the_statement_s() -> None:
    book = example_book()
    budget = compute_budget(book, WORKING_DRAFT)
    found = reader(book, budget)
    prior = found.read("operating_margin", Window(prior_side(book, budget), range(12), None))
    assert prior.value == prior_year_totals(book).operating_margin_pct
    actual = found.read("operating_margin", Window(actual_side(book, budget), range(4), None))
    assert actual.value == year_to_date_totals(book).operating_margin_pct
    plan = found.read("operating_margin", Window(budget_side(book, budget), range(12), None))
    assert plan.value == budget.totals.operating_margin_pct


def test_a_step_is_no_variable_cost() -> None:
    step = DraftLine(
        id="working.implants", draft="working", line="implants", method="step", driver="cases",
        step_size=Decimal(5), rate=Decimal(1),
    )  # fmt: skip
    assert read("contribution_margin", *THINGS, step) == Ratio(Decimal("100.00"))


def test_the_unit_to_begin_with_is_the_one_that_most_money_follows() -> None:
    idle, busy = volume("a", [1] * 12, []), volume("b", [1] * 12, [3])
    assert first_volume(*year(1, idle, busy)) == busy
    assert first_volume(*year(0, idle)) == idle
    assert first_volume(*year(0)) is None
    small = line("small", [1_00] * 12, [], driver=("volume", "b"))
    large = line("large", [9_00] * 12, [], driver=("volume", "a"))
    assert first_volume(*year(1, idle, busy, small)) == busy
    assert first_volume(*year(1, idle, busy, small, large)) == idle


def test_the_budget_stands_beside_the_line_month_by_month() -> None:
    book, budget = year(2, *THINGS)
    found = YearSoFar(book, budget)
    for row in found.ratios(first_volume(book, budget), range(2)):
        assert len(row.planned) == 12
        for place in (0, 7):
            window = Window(found.planned, [place], budget_fte(book, budget, [place]))
            assert row.planned[place] == reader(book, budget).read(row.measured.key, window).value
