"""What-ifs: how they add up, and what moves the contribution most."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.levers import (
    input_words,
    lever_title,
    levers,
    moved,
    ranked,
    swing,
    tornado,
    wages_of,
    with_inputs,
)
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft
from dyad_desktop.errors import BadInputError
from tests.domain.example import example_book
from tests.domain.small_year import line, volume, year

MONTH = [1200] * 12
EXAMPLE = example_book().with_entities(
    [(("draft", WORKING_DRAFT), Draft(id=WORKING_DRAFT, name="Working draft"))]
)
PERCENTS = st.decimals(-99, 500, places=1)


def small() -> tuple[object, ...]:
    return (
        Draft(id=WORKING_DRAFT, name="Working"),
        volume("V1", [10] * 12, []),
        volume("V2", [10] * 12, []),
        line("R", MONTH, [], kind="revenue", driver=("volume", "V1")),
        line("S", MONTH, [], kind="expense", category="supplies", driver=("volume", "V2")),
        line("W", MONTH, [], kind="expense", category="labour"),
    )


@pytest.mark.parametrize(
    ("inputs", "lever", "by", "wanted"),
    [
        ({}, "volume", 5, {"volume": 5}),
        ({"volume": 10}, "volume:V1", 5, {"volume": 10, "volume:V1": Decimal("15.5")}),
        ({"volume:V1": -10}, "volume", 5, {"volume": 5, "volume:V1": Decimal("-5.5")}),
        (
            {"rate:expense": 2},
            "rate:supplies",
            5,
            {"rate:expense": 2, "rate:supplies": Decimal("7.1")},
        ),
        (
            {"rate:supplies": 2},
            "rate:expense",
            5,
            {"rate:supplies": Decimal("7.1"), "rate:expense": 5},
        ),
        ({"rate:supplies": 2}, "rate:revenue", 5, {"rate:supplies": 2, "rate:revenue": 5}),
        ({"volume": None}, "volume", -5, {"volume": -5}),
        ({"volume": -100}, "volume", 5, {"volume": -100}),
    ],
)
def test_a_lever_moves_on_from_where_it_stands(
    inputs: dict[str, int | None], lever: str, by: int, wanted: dict[str, object]
) -> None:
    book, _ = year(0, *small())  # type: ignore[arg-type]
    stands = {name: None if p is None else Decimal(p) for name, p in inputs.items()}
    assert moved(book, stands, lever, Decimal(by)) == wanted


def test_what_can_be_moved_is_what_drives_a_line() -> None:
    book, budget = year(0, *small(), volume("V3", [1] * 12, []))  # type: ignore[arg-type]
    names = [one.name for one in levers(book, budget)]
    assert names == [
        "volume", "rate:revenue", "rate:expense", "rate:supplies", "rate:labour", "volume:V1", "volume:V2",
    ]  # fmt: skip


@given(PERCENTS, st.sampled_from(["volume", "rate:revenue", "rate:supplies", "volume:V2"]))
def test_both_ends_are_computed_as_the_budget_is(stands: Decimal, name: str) -> None:
    book, _ = year(0, *small())  # type: ignore[arg-type]
    book = with_inputs(book, WORKING_DRAFT, {name: stands})
    budget = compute_budget(book, WORKING_DRAFT)
    lever = next(one for one in levers(book, budget) if one.name == name)
    found = swing(book, budget, lever, Decimal(5))
    for totals, by in ((found.lower, -5), (found.higher, 5)):
        inputs = moved(book, {name: stands}, name, Decimal(by))
        assert (
            totals == compute_budget(with_inputs(book, WORKING_DRAFT, inputs), WORKING_DRAFT).totals
        )


def test_the_example_s_widest_lever_comes_first_and_the_book_stays() -> None:
    book = EXAMPLE
    before = compute_budget(book, WORKING_DRAFT)
    found = tornado(book, before)
    assert [one.reach for one in found] == sorted((one.reach for one in found), reverse=True)
    assert found[0].lever.title == "Rate of deductions"
    assert found[0].lower.contribution > before.totals.contribution > found[0].higher.contribution
    assert book.need(Draft, WORKING_DRAFT).inputs == {}
    assert ranked(found) == found


def test_wages_are_the_category_that_positions_drive() -> None:
    book = EXAMPLE
    budget = compute_budget(book, WORKING_DRAFT)
    assert wages_of(book, budget) == "labour"
    assert "Wages" in [one.title for one in levers(book, budget)]


@pytest.mark.parametrize("percent", ["0", "-5", "101"])
def test_a_step_out_of_range_is_refused(percent: str) -> None:
    book, budget = year(0, *small())  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="above 0 and at most 100"):
        swing(book, budget, levers(book, budget)[0], Decimal(percent))


def test_what_ifs_in_words() -> None:
    book = EXAMPLE
    said = input_words(book, {"volume": Decimal(-5), "rate:revenue": Decimal("2.50"), "fte": None})
    assert said == "Price of revenue +2.5 %, All volumes −5 %"
    assert lever_title(book, "volume:V03") == "EP ablations"
    assert lever_title(book, "rate") == "All prices"
    with pytest.raises(BadInputError, match="no draft"):
        with_inputs(book, "none", {})


INPUTS = st.dictionaries(
    st.sampled_from(
        [
            "volume",
            "volume:V03",
            "fte",
            "fte:P01",
            "rate",
            "rate:expense",
            "rate:supplies",
            "rate:revenue",
        ]
    ),
    st.sampled_from([None, Decimal(-5), Decimal("2.5")]),
    max_size=3,
)


@given(INPUTS, INPUTS)
@settings(deadline=None, max_examples=40)
def test_only_what_the_what_ifs_move_is_computed_anew_and_all_comes_out_the_same(
    before: dict[str, Decimal | None], after: dict[str, Decimal | None]
) -> None:
    known = compute_budget(with_inputs(EXAMPLE, WORKING_DRAFT, before), WORKING_DRAFT)
    book = with_inputs(EXAMPLE, WORKING_DRAFT, after)
    found, whole = compute_budget(book, WORKING_DRAFT, known), compute_budget(book, WORKING_DRAFT)
    assert found.totals == whole.totals
    assert found.groups == whole.groups
    assert {k: v.months for k, v in found.lines.items()} == {
        k: v.months for k, v in whole.lines.items()
    }
