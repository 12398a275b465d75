"""Versions of the year beside each other: what adds up, and why lines differ."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.operating import Draft, DraftLine, OperatingLine, draft_line_id
from dyad_desktop.domain.scenario import (
    Version,
    actual_version,
    differences,
    draft_version,
    prior_version,
    reason,
)
from dyad_desktop.domain.statement import STATEMENT_ROWS
from tests.domain.small_year import PRIOR, YEAR, line, volume, year

MONTH = [1200] * 12
AMOUNTS = st.lists(st.integers(-(10**9), 10**9), min_size=12, max_size=12)


def book_of(*said: DraftLine, inputs: dict[str, Decimal | None] | None = None) -> Book:
    things = (
        Draft(id="a", name="A"),
        Draft(id="b", name="B", inputs=inputs or {}),
        volume("V1", [10] * 12, [], growth=0),
        line("R", MONTH, [1300] * 3, kind="revenue", driver=("volume", "V1"), groups=("gross",)),
        line("D", MONTH, [100] * 3, kind="deduction", driver=("line_group", "gross")),
        line("S", MONTH, [900] * 3, kind="expense", category="supplies"),
    )
    return year(3, *things, *said)[0]


def says(draft: str, name: str, **fields: object) -> DraftLine:
    return DraftLine(id=draft_line_id(draft, name), draft=draft, line=name, **fields)  # type: ignore[arg-type]


def of(book: Book, draft: str) -> Version:
    return draft_version(book, compute_budget(book, draft), ("draft", draft), draft.upper())


@given(AMOUNTS, AMOUNTS)
def test_the_statement_is_the_sum_of_the_lines_on_both_sides(a: list[int], b: list[int]) -> None:
    said = [
        says(draft, name, months=dict(zip(YEAR, amounts, strict=True)))
        for draft, amounts in (("a", a), ("b", b))
        for name in ("R", "S")
    ]
    found = differences(*(of(book_of(*said), draft) for draft in "ab"))
    for row, signs in STATEMENT_ROWS.items():
        for side, months in enumerate(found.statement(row)):
            parts = [
                ((one.left, one.right)[side], signs.get(one.subject.kind, 0)) for one in found.lines
            ]
            assert months == tuple(
                sum(sign * amounts[n] for amounts, sign in parts) for n in range(12)
            )
    assert {one.subject.id for one in found.lines if one.differs} >= (
        {"R", "S"} if a != b else set()
    )


def test_actuals_are_compared_for_the_months_that_have_some() -> None:
    book = book_of()
    plan, prior = of(book, "a"), prior_version(book, PRIOR, "FY26")
    actual = actual_version(book, YEAR[:3], "FY27")
    found = differences(plan, actual)
    assert found.count == 3
    assert {one.subject.id: one.right for one in found.lines}["S"] == (900,) * 3
    assert differences(prior, actual).count == 3
    assert differences(prior, plan).count == 12
    assert [one.subject.kind for one in found.lines] == ["revenue", "deduction", "expense"]


def test_a_line_whose_kind_changed_counts_on_each_side_as_what_it_is_there() -> None:
    book = book_of()
    turned = replace(book.need(OperatingLine, "S"), kind="other_revenue")
    other = book.with_entities([(("operating_line", "S"), turned)])
    for versions in ((of(book, "a"), of(other, "a")), (of(other, "a"), of(book, "a"))):
        found = differences(*versions)
        both = [one for one in found.lines if one.subject.id == "S"]
        assert [one.subject.kind for one in both] == ["other_revenue", "expense"]
        assert all(one.differs for one in both)
        for side, one in enumerate(versions):
            assert one.budget is not None
            for row in STATEMENT_ROWS:
                assert found.statement(row)[side] == one.budget.by_month(row)
    assert reason(of(book, "a"), of(other, "a"), "S") == "Expense in A, other revenue in A"


def test_a_line_that_one_side_lacks_counts_there_as_nothing() -> None:
    book = book_of()
    other = book.with_entities([(("operating_line", "S"), None)])
    found = differences(of(book, "a"), of(other, "a"))
    line_s = next(one for one in found.lines if one.subject.id == "S")
    assert line_s.right == (0,) * 12
    assert reason(found.left, found.right, "S") == "Only in A"
    contribution = [sum(side) for side in found.statement("contribution")]
    assert contribution[1] - contribution[0] == sum(line_s.left)


@pytest.mark.parametrize(
    ("said", "inputs", "name", "words"),
    [
        ({"explanation": "Since it is so", "rate_growth_pct": 3}, {}, "S", "Since it is so"),
        ({"rate_growth_pct": 3}, {}, "S", "As the year before → As the year before, +3 %"),
        ({"months": {YEAR[0]: 1}}, {}, "S", "Jul set by hand"),
        ({"months": dict.fromkeys(YEAR, 1)}, {}, "S", "every month set by hand"),
        ({"months": dict.fromkeys(YEAR[:5], 1)}, {}, "S", "Jul, Aug, Sep and 2 more set by hand"),
        ({}, {"volume": -5}, "R", "What-if: All volumes −5 %"),
        ({}, {"volume:V1": -5, "volume": 2}, "R", "What-if: V1 −5 %"),
        ({}, {"volume": -5}, "D", "Follows the lines of the group gross"),
        ({}, {"rate:supplies": 2, "rate": 9}, "S", "What-if: Price of supplies +2 %"),
        ({}, {"rate:revenue": 2}, "S", ""),
    ],
)
def test_why_a_line_differs(
    said: dict[str, object], inputs: dict[str, int], name: str, words: str
) -> None:
    if "rate_growth_pct" in said:
        said = {**said, "rate_growth_pct": Decimal(3)}
    book = book_of(
        *([says("b", name, **said)] if said else []),
        inputs={key: Decimal(value) for key, value in inputs.items()},
    )
    assert reason(of(book, "a"), of(book, "b"), name) == words


def test_beside_actuals_the_reason_is_how_the_line_is_planned() -> None:
    book = book_of(inputs={"volume": Decimal(-5)})
    prior, plan = prior_version(book, PRIOR, "FY26"), of(book, "b")
    said = reason(prior, plan, "R")
    assert said == "In step with the volume V1 (V1); All volumes −5 %"
    assert reason(plan, prior, "R") == said
    assert not reason(prior, actual_version(book, YEAR[:3], "FY27"), "R")


def test_what_if_taken_back_and_what_changed_since() -> None:
    book = book_of(inputs={"volume": Decimal(-5)})
    assert reason(of(book, "b"), of(book, "a"), "R") == "Without what-if: All volumes −5 %"
    other = book_of(inputs={"volume": Decimal(2)})
    assert (
        reason(of(book, "b"), of(other, "b"), "R") == "What-if: All volumes −5 % → All volumes +2 %"
    )
    grown = book.with_entities([(("volume", "V1"), volume("V1", [10] * 12, [], growth=4))])
    assert reason(of(book, "a"), of(grown, "a"), "R") == "The volume V1 changed"
    renamed = replace(book.need(OperatingLine, "S"), name="Supplies")
    assert (
        differences(
            of(book, "a"), of(book.with_entities([(("operating_line", "S"), renamed)]), "a")
        )
        .lines[-1]
        .subject.name
        == "Supplies"
    )
