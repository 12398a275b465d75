from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.operating import WORKING_DRAFT, OperatingLine
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.totals import (
    against_actual,
    control_totals,
    prior_year_totals,
    year_to_date_totals,
)
from tests.domain.example import example_book, example_data


def exact(value: Any) -> Any:  # noqa: ANN401 - any part of a YAML file
    """Turn YAML's floats into the decimal numbers that the file shows."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {key: exact(part) for key, part in value.items()}
    return [exact(part) for part in value] if isinstance(value, list) else value


def shape(value: Any) -> Any:  # noqa: ANN401 - any part of a YAML file
    return [(key, shape(part)) for key, part in value.items()] if isinstance(value, dict) else None


@pytest.fixture(scope="module")
def found() -> dict[str, object]:
    return control_totals(example_book(), WORKING_DRAFT)


@pytest.mark.parametrize("part", example_data()["control_totals"])
def test_every_check_figure_of_the_example_comes_out(
    part: str, found: Mapping[str, object]
) -> None:
    assert found[part] == exact(example_data()["control_totals"][part])


def test_check_figures_stand_in_the_order_of_the_file(found: Mapping[str, object]) -> None:
    assert shape(found) == shape(example_data()["control_totals"])


def test_whole_amounts_are_whole_numbers(found: Mapping[str, Any]) -> None:
    assert isinstance(found["prior_year"]["contribution"], int)
    assert isinstance(found["capital"]["npv"]["C01"], int)
    assert found["capital"]["simple_payback_years"]["C14"] is None


def test_the_year_so_far_ties_to_its_rows() -> None:
    book = example_book()
    budget = compute_budget(book, WORKING_DRAFT)
    year = against_actual(book, budget)
    assert year.periods == ("2026-07", "2026-08", "2026-09", "2026-10")
    assert year.actual == year_to_date_totals(book)
    assert sum(row.effect for row in year.lines) == (
        year.actual.contribution - year.budget.contribution
    )
    assert sum(row.actual for row in year.lines) == sum(row.actual for row in year.categories)
    assert year.budget.contribution_by_month == budget.totals.contribution_by_month[:4]


def test_a_variance_is_judged_by_its_effect_on_contribution() -> None:
    book = example_book()
    rows = {row.id: row for row in against_actual(book, compute_budget(book, WORKING_DRAFT)).lines}
    agency, wages = rows["L28"], rows["L17"]
    assert (agency.budget, agency.actual, agency.variance) == (42414200, 55520300, 13106100)
    assert rounded(agency.variance_pct or 0, 4) == Decimal("30.9003")
    assert not agency.favourable
    assert wages.variance < 0 < wages.effect
    assert wages.favourable
    assert rows["L45"].favourable
    deduction = rows["L13"]
    assert deduction.favourable == (deduction.variance <= 0)


def test_nothing_planned_has_no_percentage_and_nothing_earned_no_margin() -> None:
    meta = Partnership(
        id="partnership", prior_start="2025-07", budget_start="2026-07", ytd_months=1
    )
    line = OperatingLine(id="a", ytd_actuals={"2026-07": 500, "2026-08": 900})
    book = Book.of([meta, line])
    row = against_actual(book, compute_budget(book, WORKING_DRAFT)).lines[0]
    assert (row.actual, row.variance_pct) == (500, None)
    assert prior_year_totals(book).operating_margin_pct is None
