"""A level that is due in one month asks for no average of the year."""

from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.due_level import due_level_of, due_level_words, due_meaning
from tests.domain.test_measuring import a_measure, charted

STEADY = [50, 52] * 8  # January 2025 to April 2026
LIMITS = "limits of a single month 45.7 to 56.3"


@pytest.mark.parametrize(
    ("target", "direction", "verdict"),
    [(40, "down", "out"), (51, "down", "within"), (60, "down", "reached"), (60, "up", "out")],
)
def test_what_is_due_is_held_against_the_limits_of_single_months(
    target: int, direction: str, verdict: str
) -> None:
    chart = charted(
        a_measure(*STEADY, target=Decimal(target), direction=direction, target_date="2026-12")
    )
    due = due_level_of(chart, 7)
    assert due is not None
    assert (due.month, due.level, due.ahead) == ("2026-12", Decimal(target), 8)
    assert due.verdict == verdict
    assert due_level_words(chart, due) == f"{target} due in 8 months"
    assert due_meaning(chart, due) == (
        f"{target} is meant for Dec 2026, not as the year’s average; {LIMITS}."
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"target_date": None},
        {"target_date": "2026-04"},  # due already: it is the year's from now on
        {"target_date": "2026-12", "target": None},
        {"target_date": "2026-12", "aggregation": "sum"},
        {"target_date": "2026-12", "span": "year_to_date"},
    ],
)
def test_of_a_year_that_adds_up_or_without_a_month_ahead_it_is_not_told(
    fields: dict[str, Any],
) -> None:
    assert due_level_of(charted(a_measure(*STEADY, **fields)), 7) is None


def test_where_no_limits_hold_only_what_is_due_is_told() -> None:
    chart = charted(a_measure(*STEADY[:9], target_date="2025-10"))
    due = due_level_of(chart, 7)
    assert due is not None
    assert due.verdict is None
    assert due_level_words(chart, due) == "60 due in 1 month"
    assert due_meaning(chart, due) == "60 is meant for Oct 2025, not as the year’s average."


def test_a_month_of_a_quarter_counts_as_its_quarter() -> None:
    values = {"2025-01": Decimal(50), "2025-04": Decimal(52)}
    chart = charted(a_measure(frequency="quarterly", values=values, target_date="2025-09"))
    due = due_level_of(chart, 7)
    assert due is not None
    assert due.ahead == 1
    chart = charted(a_measure(frequency="quarterly", values=values, target_date="2025-06"))
    assert due_level_of(chart, 7) is None
