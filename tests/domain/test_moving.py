"""What contested months move, many at a time and remembered: against each value reckoned with alone."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.contested import (
    Moves,
    Place,
    Value,
    moves,
    statement_span,
    with_value,
    with_values,
)
from dyad_desktop.domain.hanging import parts_of
from dyad_desktop.domain.methods import GROUP
from dyad_desktop.domain.moving import Moving
from dyad_desktop.domain.operating import Draft, DraftLine, OperatingLine, Volume
from dyad_desktop.domain.schema import DELETED, MAX_MINOR, Entity
from dyad_desktop.errors import BadInputError
from tests.domain.example import example_book
from tests.domain.trying import tried

MONTHS = [f"2026-{month:02d}" for month in range(7, 13)] + [f"2027-{n:02d}" for n in range(1, 8)]
"""From before the budget year into it."""
FEB = "2027-02"


def planned(book: Book) -> Book:
    """Return a book in which the working draft says something of every line."""
    said = (
        (("draft_line", f"working.{one.id}"), DraftLine(f"working.{one.id}", draft="working", line=one.id))
        for one in book.all(OperatingLine)
    )  # fmt: skip
    return book.with_entities(said)


BOOK = planned(example_book())
LINES = sorted(BOOK.rows(OperatingLine))
FEW = ["L01", "L02", "L17", "L18", "L29", "L44", "L30", "L31"]
"""Lines of each part that hangs together, and two alone: stories on few lines meet."""


def alone(book: Book, before: Budget, choices: dict[Place, list[Value]]) -> list[tuple[Moves, ...]]:
    """Return the same the long way: a whole budget for each value."""
    found = []
    for place, values in choices.items():
        told = []
        for value in values:
            try:
                after = compute_budget(with_value(book, place, value), "working")
            except BadInputError:
                continue
            told.append(moves(before, after))
        found.append(tuple(told))
    return found


AMOUNTS = st.none() | st.integers(0, 500_000_00) | st.sampled_from([0, MAX_MINOR])
PLACES = st.tuples(st.sampled_from(FEW), st.sampled_from(MONTHS))
CHOICES = st.dictionaries(
    PLACES, st.lists(AMOUNTS, min_size=1, max_size=3), min_size=1, max_size=14
)


@st.composite
def edits(draw: st.DrawFn) -> dict[tuple[str, str], object]:
    """Draw a change of the book: a month, a growth, a method, a line's groups, a volume's growth."""
    line = draw(st.sampled_from(FEW))
    said = BOOK.need(DraftLine, f"working.{line}")
    other = draw(st.sampled_from(FEW))
    changes: list[tuple[tuple[str, str], object]] = [
        (("draft_line", said.id), replace(said, months={draw(st.sampled_from(MONTHS)): 100})),
        (("draft_line", said.id), replace(said, rate_growth_pct=Decimal(draw(st.integers(-9, 9))))),
        (("draft_line", said.id), replace(said, method="formula", formula=other)),
        (("draft_line", said.id), replace(said, method="percent", driver="wages", percent=Decimal(3))),
        (("operating_line", line), replace(BOOK.need(OperatingLine, line), groups=("wages",))),
        (("draft_line", said.id), replace(said, method="fixed", amount=120_000_00, locked={FEB: True})),
        (("draft", "working"), Draft("working", name="W", inputs={"volume": Decimal(9)})),
        (("volume", "V01"), replace(BOOK.need(Volume, "V01"), planned_growth_pct=Decimal(7))),
    ]  # fmt: skip
    return dict([draw(st.sampled_from(changes))])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(edits(), CHOICES), min_size=1, max_size=3))
def test_together_and_remembered_is_as_each_alone(stories: list) -> None:  # type: ignore[type-arg]
    known, book, before = Moving(), BOOK, None
    for changed, asked in stories:
        book = book.with_entities(changed.items())
        try:
            before = compute_budget(book, "working", before)
        except BadInputError:
            return
        choices = {
            ("draft_line", f"working.{line}", "months", month): values
            for (line, month), values in asked.items()
        }
        assert list(known.of(book, before, choices)) == alone(book, before, choices)


@pytest.mark.parametrize(
    ("place", "values"),
    [
        (("draft_line", "working.L17", "rate_growth_pct", ""), ["3", None]),
        (("draft_line", "working.L17", DELETED, ""), [True, False]),
        (("draft_line", "working.L17", "formula", ""), ["L17", "L18 * 2"]),
        (("operating_line", "L17", "rate_growth_pct", ""), ["3", "4"]),
        (("volume", "V01", "planned_growth_pct", ""), ["3", "4"]),
    ],
)  # fmt: skip
def test_other_registers_are_reckoned_with_beside_months(place: Place, values: list[Value]) -> None:
    before = compute_budget(BOOK, "working")
    choices: dict[Place, list[Value]] = {place: values, month("L17"): [1, 2]}
    assert list(Moving().of(BOOK, before, choices)) == alone(BOOK, before, choices)


def test_what_hangs_together_is_one_part() -> None:
    structure = compute_budget(BOOK, "working").structure
    parts = parts_of(structure)
    assert sorted(parts) == LINES
    for line, needs in structure.needs.items():
        for kind, name in needs:
            members = [one for one, groups in structure.members.items() if name in groups]
            assert all(parts[one] == parts[line] for one in (members if kind == GROUP else [name]))
    assert len({id(part) for part in parts.values()}) > 1


def test_values_of_one_thing_are_all_there() -> None:
    at = ("draft_line", "working.L17", "months")
    book = with_values(BOOK, [((*at, "2027-02"), 1), ((*at, "2027-03"), 2)])
    assert book.need(DraftLine, "working.L17").months == {"2027-02": 1, "2027-03": 2}


class Desk:
    """A budget that is kept up to date as its book changes, and what is remembered of it."""

    def __init__(self) -> None:
        self.book, self.known = BOOK, Moving()
        self.before = compute_budget(BOOK, "working")

    def told(self, choices: dict[Place, list[Value]], **changed: Entity) -> list[tuple[Moves, ...]]:
        """Return what is found, once it was seen to be as the long way finds it."""
        self.book = self.book.with_entities(((kind, one.id), one) for kind, one in changed.items())
        self.before = compute_budget(self.book, "working", self.before)
        found = list(self.known.of(self.book, self.before, choices))
        assert found == alone(self.book, self.before, choices)
        return found


def month(line: str, period: str = FEB) -> Place:
    return "draft_line", f"working.{line}", "months", period


def test_months_of_a_line_whose_rest_shares_what_is_left_are_reckoned_apart() -> None:
    """In a fixed year with locked months, what one of them holds moves all others."""
    locked = dict.fromkeys((FEB, "2027-03"), True)
    said = replace(
        BOOK.need(DraftLine, "working.L30"), method="fixed", amount=120_000_00, locked=locked,
        months=dict.fromkeys(locked, 10_000_00),
    )  # fmt: skip
    choices: dict[Place, list[Value]] = {
        month("L30", one): [20_000_00, 30_000_00] for one in locked
    }
    desk = Desk()
    (first, _), _ = desk.told(choices, draft_line=said)
    assert sum(map(bool, first["L30"])) == 11
    (free, _), _ = desk.told(choices, draft_line=replace(said, locked={}))
    assert sum(map(bool, free["L30"])) == 1


def test_a_month_too_large_for_those_that_follow_takes_nothing_from_others() -> None:
    grown = replace(BOOK.need(OperatingLine, "L29"), rate_growth_pct=Decimal(100_000))
    choices: dict[Place, list[Value]] = {
        month("L17"): [MAX_MINOR],
        month("L17", "2027-03"): [100],
    }
    desk = Desk()
    desk.told(choices, operating_line=grown)
    assert not desk.before.lines["L29"].problem


@pytest.mark.parametrize(
    "changed",
    [
        {"draft": Draft("working", name="W", inputs={"rate": Decimal(9)})},
        {"draft": Draft("working", name="W", inputs={"volume": Decimal(9)})},
        {"volume": replace(BOOK.need(Volume, "V01"), planned_growth_pct=Decimal(9))},
        {"operating_line": replace(BOOK.need(OperatingLine, "L01"), rate_growth_pct=Decimal(9))},
        {"operating_line": replace(BOOK.need(OperatingLine, "L01"), groups=())},
        {"draft_line": replace(BOOK.need(DraftLine, "working.L01"), rate_growth_pct=Decimal(9))},
    ],
    ids=str,
)
def test_what_a_part_is_computed_from_is_asked_anew(changed: dict[str, Entity]) -> None:
    choices: dict[Place, list[Value]] = {month("L01"): [100], month("L30"): [100]}
    desk = Desk()
    first = desk.told(choices)
    assert desk.told(choices) == first
    assert desk.told(choices, **changed) != first


TYPED = st.dictionaries(
    st.tuples(st.sampled_from(["L01", "L13", "L17", "L29", "L30"]), st.sampled_from([FEB, "2027-03"])),
    st.lists(
        st.integers(0, 50_000_00).map(lambda units: units * 100) | st.none(), min_size=2, max_size=2
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(TYPED, st.sampled_from(["total_revenue", "contribution"]))
def test_totals_come_out_between_the_ends_however_months_are_settled(
    asked: dict[tuple[str, str], list[int | None]], row: str
) -> None:
    """Also where one follows another, and may be typed or follow its rule. Lines that nobody typed round each."""
    choices: dict[Place, list[Value]] = {
        month(line, period): list(values) for (line, period), values in asked.items()
    }
    before = compute_budget(BOOK, "working")
    found = statement_span(before, Moving().open(BOOK, before, choices), row, range(12))
    expected = tried(BOOK, choices, lambda book: sum(compute_budget(book, "working").by_month(row)))
    rounded = 100 * len(before.structure.order) * len(choices)
    assert abs(found.low - expected.low) <= rounded
    assert abs(found.high - expected.high) <= rounded


RULES: dict[Place, list[Value]] = {
    ("volume", "V01", "planned_growth_pct", ""): ["-20", "20"],
    ("volume", "V02", "planned_growth_pct", ""): ["0", "9"],
    ("operating_line", "L01", "rate_growth_pct", ""): ["-20", "20"],
    ("operating_line", "L13", "rate_growth_pct", ""): ["3", "-9"],
    ("operating_line", "L17", "rate_growth_pct", ""): ["0", "200"],
    ("draft_line", "working.L17", "formula", ""): ["L30 * 2", "L01"],
    ("draft_line", "working.L30", "rate_growth_pct", ""): ["1", "50"],
    ("operating_line", "L30", DELETED, ""): [True, False],
    ("operating_line", "L01", DELETED, ""): [True, False],
    ("draft_line", "working.L13", DELETED, ""): [True, False],
    ("draft_line", "working.L17", "method", ""): ["fixed", "prior_year"],
    ("draft_line", "working.L17", "amount", ""): [1_200_000_00, 9_000_000_00],
    ("operating_line", "L17", "kind", ""): ["revenue", "expense"],
    ("operating_line", "L01", "kind", ""): ["other_revenue", "expense"],
    ("operating_line", "L30", "account", ""): ["5110", "3110"],
}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(list(RULES)), min_size=1, max_size=3, unique=True),
    st.dictionaries(
        st.tuples(
            st.sampled_from(["L01", "L13", "L17", "L29", "L30"]), st.sampled_from([FEB, "2027-03"])
        ),
        st.lists(
            st.integers(0, 50_000_00).map(lambda units: units * 100) | st.none(),
            min_size=2, max_size=2,
        ),
        max_size=3,
    ),
    st.sampled_from(["total_revenue", "contribution"]),
    st.sampled_from(["", "formula", "locked"]),
)  # fmt: skip
def test_totals_come_out_between_the_ends_however_rules_and_months_are_settled(
    rules: list[Place],
    asked: dict[tuple[str, str], list[int | None]],
    row: str,
    planned: str,
) -> None:
    """A growth and the volume that drives it, what lines follow, a line that one deleted, months of all of them."""
    said = {
        "formula": replace(BOOK.need(DraftLine, "working.L17"), method="formula", formula="L30"),
        "locked": replace(
            BOOK.need(DraftLine, "working.L30"), method="fixed", amount=120_000_00,
            locked=dict.fromkeys((FEB, "2027-03"), True), months={FEB: 10_000_00, "2027-03": 10_000_00},
        ),
    }.get(planned)  # fmt: skip
    book = BOOK.with_entities([(("draft_line", said.id), said)]) if said is not None else BOOK
    choices = {place: RULES[place] for place in rules}
    choices |= {month(line, period): list(values) for (line, period), values in asked.items()}
    before = compute_budget(book, "working")
    found = statement_span(before, Moving().open(book, before, choices), row, range(12))
    expected = tried(book, choices, lambda book: sum(compute_budget(book, "working").by_month(row)))
    rounded = 100 * len(before.structure.order) * len(choices)
    assert abs(found.low - expected.low) <= rounded
    assert abs(found.high - expected.high) <= rounded


def test_what_moves_nothing_alone_is_reckoned_with_beside_what_it_works_on() -> None:
    """Two who plan one line anew: the amount counts only with the method."""
    at = ("draft_line", "working.L17")
    choices: dict[Place, list[Value]] = {
        (*at, "method", ""): ["fixed", "prior_year"],
        (*at, "amount", ""): [1_200_000_00, 9_000_000_00],
    }
    before = compute_budget(BOOK, "working")
    found = statement_span(before, Moving().open(BOOK, before, choices), "contribution", range(12))
    expected = tried(
        BOOK,
        choices,
        lambda book: sum(compute_budget(book, "working").by_month("contribution")),
    )
    assert found == expected


def test_a_month_by_its_rule_moves_with_what_it_follows() -> None:
    before = compute_budget(BOOK, "working")
    for said, moves_it in (([100, 200], False), ([100, None], True)):
        choices: dict[Place, list[Value]] = {month("L17"): [0, 100], month("L29"): list(said)}
        still = Moving().open(BOOK, before, choices)
        ways = [way.cells[1:] for ways in still.either for way in ways] or [still.cells[1:]]
        cells = [cell for way in ways for cell in way]
        assert any("L17" in one and "L29" in one for cell in cells for one in cell) is moves_it


def test_what_is_open_is_remembered_and_renewed() -> None:
    known, before = Moving(), compute_budget(BOOK, "working")
    choices: dict[Place, list[Value]] = {
        month("L01"): [100, 200], month("L13"): [5, 6], month("L30"): [7, None],
    }  # fmt: skip
    assert known.open(BOOK, before, choices) == known.open(BOOK, before, choices)
    for place, values in ((month("L13"), (5, 9)), (month("L30"), (1, 2))):
        choices[place] = [*values]
        assert known.open(BOOK, before, choices) == Moving().open(BOOK, before, choices)
    less = {place: choices[place] for place in list(choices)[:2]}
    assert known.open(BOOK, before, less) == Moving().open(BOOK, before, less)


def test_where_too_much_works_on_each_other_the_ends_are_rough() -> None:
    """Of the lines that it is about, and of no other; each by itself is still told."""
    before = compute_budget(BOOK, "working")
    several: dict[Place, list[Value]] = {
        ("operating_line", f"L{n:02}", "rate_growth_pct", ""): ["1", "9"] for n in range(1, 12)
    }
    apart: dict[Place, list[Value]] = {month("L31"): [100, 200]}
    choices = several | apart
    still = Moving().open(BOOK, before, choices)
    assert statement_span(before, still, "contribution", range(12)).rough
    assert still.span(0, {"L01": 1}, range(12)).rough
    assert not still.span(0, {"L31": 1}, range(12)).rough
    few = dict(list(several.items())[:9]) | apart
    assert not Moving().open(BOOK, before, few).rough


def test_where_too_many_months_may_follow_their_rule_the_ends_are_rough() -> None:
    said = replace(BOOK.need(DraftLine, "working.L17"), method="formula", formula="L30 + L31")
    book = BOOK.with_entities([(("draft_line", said.id), said)])
    before = compute_budget(book, "working")
    choices: dict[Place, list[Value]] = {
        month(line, period): [None, 100]
        for line in ("L17", "L30", "L31")
        for period in (FEB, "2027-03", "2027-04")
    }
    still = Moving().open(book, before, choices)
    assert still.rough >= {"L17", "L30"}
    assert not Moving().open(book, before, dict(list(choices.items())[:4])).rough
