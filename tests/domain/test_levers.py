"""What-ifs: how they add up, and what moves the contribution most."""

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
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
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    Draft,
    DraftLine,
    OperatingLine,
    draft_line_id,
)
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


# -- what follows others is priced once ------------------------------------------------------------


def _months(book: Book, inputs: dict[str, int]) -> dict[str, int]:
    """Return the first month of each line under what-ifs, in units."""
    moved_book = with_inputs(book, WORKING_DRAFT, {k: Decimal(v) for k, v in inputs.items()})
    found = compute_budget(moved_book, WORKING_DRAFT).lines
    return {name: one.months[0] // 100 for name, one in found.items()}


def _following() -> tuple[object, ...]:
    """Wages and rent in a group; what follows the group, what follows that, a percentage, a formula."""
    big = [100_000_00] * 12
    follows = ("line_group", "costs")

    def by(name: str, **fields: object) -> DraftLine:
        made = draft_line_id(WORKING_DRAFT, name)
        return DraftLine(id=made, draft=WORKING_DRAFT, line=name, **fields)  # type: ignore[arg-type]

    return (
        Draft(id=WORKING_DRAFT, name="Working"),
        line("W", big, [], kind="expense", category="labour", groups=("costs", "wages")),
        line("R", big, [], kind="expense", category="rent", groups=("costs",)),
        line("F", big, [], kind="expense", category="labour", driver=follows, groups=("again",)),
        line("G", big, [], kind="expense", category="labour", driver=("line_group", "again")),
        line("B", big, [], kind="expense", category="benefits", driver=("line_group", "wages")),
        line("P", big, [], kind="expense", category="labour"),
        line("M", big, [], kind="expense", category="labour"),
        by("P", method="percent", driver="wages", percent=Decimal(10)),
        by("M", method="formula", formula="=W*0.5+R*0.5+1000"),
    )


@pytest.mark.parametrize(
    ("inputs", "wanted"),
    [
        ({}, {"W": 100, "R": 100, "F": 100, "G": 100, "B": 100, "P": 10, "M": 101}),
        # All that is labour costs 4 % more, what follows costs of which half are wages too, each once.
        ({"rate:labour": 4}, {"W": 104, "R": 100, "F": 104, "G": 104, "B": 104, "P": 10.4, "M": 103}),
        ({"rate:expense": 4}, {"W": 104, "R": 104, "F": 104, "G": 104, "B": 104, "P": 10.4, "M": 105}),
        ({"rate": 4}, {"W": 104, "R": 104, "F": 104, "G": 104, "B": 104, "P": 10.4, "M": 105}),
        # A particular one counts in place of the general one, also for what follows it.
        (
            {"rate:expense": 4, "rate:labour": 10},
            {"W": 110, "R": 104, "F": 110, "G": 110, "B": 110, "P": 11, "M": 108},
        ),
        # Benefits have a price of their own on top of wages: 1.04 × 1.05.
        (
            {"rate:labour": 4, "rate:benefits": 5},
            {"W": 104, "R": 100, "F": 104, "G": 104, "B": 109.2, "P": 10.4, "M": 103},
        ),
        ({"rate:labour": -100}, {"W": 0, "R": 100, "F": 0, "G": 0, "B": 0, "P": 0, "M": 51}),
    ],
)  # fmt: skip
def test_what_follows_others_is_priced_once(
    inputs: dict[str, int], wanted: dict[str, float]
) -> None:
    book, _ = year(0, *_following())  # type: ignore[arg-type]
    assert _months(book, inputs) == {name: round(k * 1000) for name, k in wanted.items()}


@pytest.mark.parametrize(
    ("inputs", "wanted"),
    [
        ({}, {"Q": 20, "F": 20}),
        # The percentage takes up half of what wages cost more; what follows it has the price of wages itself, once.
        ({"rate:labour": 4}, {"Q": 20.4, "F": 20.8}),
        ({"rate:rent": 6}, {"Q": 20.6, "F": 20.6}),
        ({"rate:labour": 4, "rate:rent": 6}, {"Q": 21, "F": 21.424}),
        ({"rate:expense": 4}, {"Q": 20.8, "F": 20.8}),
        # The particular price counts in place of the general one, also in what is followed.
        ({"rate:labour": 4, "rate:expense": 10}, {"Q": 21.4, "F": 20.8}),
        # A percentage has no price of its own: what it is a share of has.
        ({"rate:benefits": 5}, {"Q": 20, "F": 20}),
    ],
)
def test_sibling_prices_count_once_through_a_percentage(
    inputs: dict[str, int], wanted: dict[str, float]
) -> None:
    big = [100_000_00] * 12
    share = DraftLine(
        draft_line_id(WORKING_DRAFT, "Q"), draft=WORKING_DRAFT, line="Q", method="percent",
        driver="costs", percent=Decimal(10),
    )  # fmt: skip
    book, _ = year(
        0,
        Draft(id=WORKING_DRAFT, name="Working"),
        line("W", big, [], kind="expense", category="labour", groups=("costs",)),
        line("R", big, [], kind="expense", category="rent", groups=("costs",)),
        line("Q", big, [], kind="expense", category="benefits", groups=("tax",)),
        line("F", big, [], kind="expense", category="labour", driver=("line_group", "tax")),
        share,
    )
    found = _months(book, inputs)
    assert {name: found[name] for name in wanted} == {
        name: round(k * 1000) for name, k in wanted.items()
    }


def test_dearer_wages_raise_what_follows_wages_as_much_as_wages() -> None:
    plain = compute_budget(EXAMPLE, WORKING_DRAFT)
    book = with_inputs(EXAMPLE, WORKING_DRAFT, {"rate:labour": Decimal(3)})
    found = compute_budget(book, WORKING_DRAFT)
    labour = [one.id for one in EXAMPLE.all(OperatingLine) if one.category == "labour"]
    assert {"L17", "L27", "L28", "L29"} <= set(labour)
    dearer = 0
    for name, then in plain.lines.items():
        by = Decimal(found.lines[name].total - then.total)
        share = by / then.total * 100 if then.total else Decimal(0)
        assert abs(share - (3 if name in labour else 0)) < Decimal("0.005"), name
        dearer += then.total * 3 // 100 if name in labour else 0
    fell = plain.totals.contribution - found.totals.contribution
    assert abs(fell - dearer) < 100_00
    assert 1_670_000_00 < fell < 1_685_000_00


def test_a_dearer_expense_by_5_percent_is_5_percent_of_all_expense() -> None:
    plain = compute_budget(EXAMPLE, WORKING_DRAFT)
    lever = next(one for one in levers(EXAMPLE, plain) if one.name == "rate:expense")
    found = swing(EXAMPLE, plain, lever, Decimal(5))
    expense = sum(one.total for one in plain.lines.values() if one.kind == "expense")
    for end, by in ((found.lower, 5), (found.higher, -5)):
        assert abs(end.contribution - plain.totals.contribution - expense * by // 100) < 300_00


PRICES = st.dictionaries(
    st.sampled_from(["rate", "rate:labour", "rate:benefits", "rate:expense", "rate:rent"]),
    st.sampled_from([None, Decimal(-5), Decimal("2.5"), Decimal(-100)]),
    max_size=3,
)


@given(st.lists(PRICES, min_size=2, max_size=4))
@settings(deadline=None, max_examples=60)
def test_priced_followers_come_out_the_same_computed_anew_or_from_before(
    drawn: list[dict[str, Decimal | None]],
) -> None:
    book, known = year(0, *_following())  # type: ignore[arg-type]
    for step, there in enumerate(drawn):
        wage = book.need(OperatingLine, "W")
        actuals = {k: v + step * 7 for k, v in wage.prior_actuals.items()}
        book = book.with_entities(
            [(("operating_line", "W"), dataclasses.replace(wage, prior_actuals=actuals))]
        )
        book = with_inputs(book, WORKING_DRAFT, there)
        known, whole = (
            compute_budget(book, WORKING_DRAFT, known),
            compute_budget(book, WORKING_DRAFT),
        )
        assert known == whole
