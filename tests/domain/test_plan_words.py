"""How a line is planned, in words."""

from dataclasses import replace
from typing import Any

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.domain.plan_words import plan_words
from tests.domain.test_budget import META, a_line

LATE = "it begins after FY27, in which it counts as nothing"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Contract of USD 10,000 a month"),
        ({"start": "2026-09"}, "Contract of USD 10,000 a month from Sep 2026"),
        (
            {"start": "2026-09", "steps": {"2027-01": 12_500_00}},
            "Contract of USD 10,000 a month from Sep 2026; from Jan 2027 USD 12,500",
        ),
        ({"start": "2027-06"}, "Contract of USD 10,000 a month from Jun 2027"),
        ({"start": "2027-08"}, f"Contract of USD 10,000 a month from Aug 2027; {LATE}"),
        # What was said from a month on before the contract begins is its price when it begins.
        (
            {"start": "2027-08", "steps": {"2027-01": 12_500_00}},
            f"Contract of USD 12,500 a month from Aug 2027, as said from Jan 2027 on; {LATE}",
        ),
        (
            {"start": "2026-10", "steps": {"2026-08": 1_00, "2026-10": 2_00, "2027-03": 3_00}},
            "Contract of USD 2 a month from Oct 2026; from Mar 2027 USD 3",
        ),
        (
            {"start": "2026-10", "steps": {"2026-08": 1_00, "2027-03": None}},
            "Contract of USD 1 a month from Oct 2026, as said from Aug 2026 on",
        ),
        (
            {"amount": None, "start": "2026-10", "steps": {"2027-03": 3_00}},
            "Contract of … a month from Oct 2026; from Mar 2027 USD 3",
        ),
    ],
)
def test_a_contract_says_what_it_costs_when(said: dict[str, Any], words: str) -> None:
    line = a_line("a")
    plan = DraftLine(
        id="working.a", draft="working", line="a", method="contract",
        **{"amount": 10_000_00, **said},
    )  # fmt: skip
    meta = replace(META, budget_year="FY27")
    assert plan_words(Book.of([meta, line]), line, plan) == words
