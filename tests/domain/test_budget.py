"""The budget against an independent recomputation in exact fractions, whole and by edits."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.operating import (
    LINE_KINDS,
    WORKING_DRAFT,
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.schema import Entity
from dyad_desktop.errors import BadInputError
from tests.domain.example import example_book

PRIOR, BUDGET = months("2025-07"), months("2026-07")
META = Partnership(id="partnership", prior_start="2025-07", budget_start="2026-07")
SIGNS = {"revenue": 1, "deduction": -1, "other_revenue": 1, "expense": -1}
GROUPS = ("g1", "g2", "g3")


def a_line(line_id: str, amount: int = 100_00, **fields: object) -> OperatingLine:
    prior = dict.fromkeys(PRIOR, amount)
    line = OperatingLine(id=line_id, account=line_id, name=line_id, prior_actuals=prior)
    return replace(line, **fields)  # type: ignore[arg-type]


def an_override(line_id: str, draft: str = WORKING_DRAFT, **amounts: int | None) -> DraftLine:
    by_period = {period.replace("_", "-").lstrip("m"): amount for period, amount in amounts.items()}
    return DraftLine(id=draft_line_id(draft, line_id), draft=draft, line=line_id, months=by_period)


def put(book: Book, *entities: Entity) -> Book:
    return book.with_entities(((KIND_OF[type(one)], one.id), one) for one in entities)


# ---- an oracle that shares no code with the budget ----------------------------------------------


def rounded(amount: Fraction, unit: int) -> int:
    size = floor(abs(amount) / unit + Fraction(1, 2)) * unit
    return size if amount >= 0 else -size


class Oracle:
    """Recursive and slow: one month of one line at a time."""

    def __init__(self, book: Book, unit: int = 100) -> None:
        self.book, self.unit = book, unit
        self.known: dict[tuple[str, int], int] = {}

    def prior(self, line: OperatingLine, place: int) -> int:
        return line.prior_actuals.get(PRIOR[place], 0)

    def ratio(self, line: OperatingLine, place: int) -> Fraction:
        ref = line.driver_ref
        if line.driver_kind == "volume":
            volume = self.book.get(Volume, ref)
            return 1 + Fraction(volume.planned_growth_pct) / 100 if volume else Fraction(1)
        if line.driver_kind == "fte":
            position = self.book.get(Position, ref)
            if position is None or not position.fte_prior:
                return Fraction(1)
            return Fraction(position.fte_budget) / Fraction(position.fte_prior)
        if line.driver_kind == "line_group":
            members = [one for one in self.book.all(OperatingLine) if ref in one.groups]
            base = sum(SIGNS[one.kind] * self.prior(one, place) for one in members)
            now = sum(SIGNS[one.kind] * self.month(one, place) for one in members)
            return Fraction(now, base) if base else Fraction(1)
        return Fraction(1)

    def computed(self, line: OperatingLine, place: int) -> int:
        growth = 1 + Fraction(line.rate_growth_pct) / 100
        exact = self.prior(line, place) * self.ratio(line, place) * growth
        return rounded(exact, self.unit)

    def month(self, line: OperatingLine, place: int) -> int:
        key = line.id, place
        if key not in self.known:
            said = self.book.get(DraftLine, draft_line_id(WORKING_DRAFT, line.id))
            own = said.months.get(BUDGET[place]) if said else None
            self.known[key] = self.computed(line, place) if own is None else own
        return self.known[key]


def assert_right(book: Book, budget: Budget) -> None:
    oracle = Oracle(book)
    contribution = [0] * 12
    assert set(budget.lines) == {line.id for line in book.all(OperatingLine)}
    for line in book.all(OperatingLine):
        found = budget.lines[line.id]
        assert list(found.computed) == [oracle.computed(line, place) for place in range(12)]
        assert list(found.months) == [oracle.month(line, place) for place in range(12)]
        assert found.total == sum(found.months)
        assert found.prior_total == sum(found.prior) == sum(line.prior_actuals.values())
        for place, amount in enumerate(found.months):
            contribution[place] += SIGNS[line.kind] * amount
    assert budget.totals.contribution_by_month == tuple(contribution)
    assert budget.totals.contribution == sum(contribution)


# ---- random partnerships and edits --------------------------------------------------------------

PERCENTS = st.decimals(-120, 120, places=3)
FTES = st.decimals(0, 50, places=2)
AMOUNTS = st.integers(-(10**7), 10**10)
IDS = st.integers(0, 7).map(lambda n: f"L{n}")
DRIVERS = st.one_of(
    st.tuples(st.just("volume"), st.sampled_from(["V0", "V1", "none"])),
    st.tuples(st.just("fte"), st.sampled_from(["P0", "P1", "none"])),
    st.tuples(st.just("line_group"), st.sampled_from(GROUPS)),
    st.just(("fixed", None)),
)


@st.composite
def lines(draw: st.DrawFn) -> OperatingLine:
    kind, ref = draw(DRIVERS)
    return OperatingLine(
        id=draw(IDS),
        kind=draw(st.sampled_from(LINE_KINDS)),
        driver_kind=kind,
        driver_ref=ref,
        rate_growth_pct=draw(PERCENTS),
        groups=tuple(draw(st.lists(st.sampled_from(GROUPS), max_size=2))),
        prior_actuals=draw(st.dictionaries(st.sampled_from(PRIOR), AMOUNTS, max_size=4)),
    )


VOLUMES = st.builds(Volume, id=st.sampled_from(["V0", "V1"]), planned_growth_pct=PERCENTS)
POSITIONS = st.builds(Position, id=st.sampled_from(["P0", "P1"]), fte_prior=FTES, fte_budget=FTES)
OVERRIDES = st.builds(
    lambda line, draft, amounts: DraftLine(
        id=draft_line_id(draft, line), draft=draft, line=line, months=amounts
    ),
    IDS,
    st.sampled_from([WORKING_DRAFT, WORKING_DRAFT, "other"]),
    st.dictionaries(st.sampled_from([*BUDGET, "2031-01"]), st.none() | AMOUNTS, max_size=3),
)
EDITS = st.one_of(lines(), OVERRIDES, OVERRIDES, VOLUMES, POSITIONS, IDS)


@settings(max_examples=150, deadline=None)
@given(st.lists(lines(), max_size=8), st.lists(EDITS, min_size=1, max_size=12))
def test_edits_give_what_a_whole_computation_gives(
    start: list[OperatingLine], edits: list[Entity | str]
) -> None:
    book = Book.of([META, Volume(id="V0"), Position(id="P0"), *start])
    previous: Budget | None = None
    for edit in edits:
        if isinstance(edit, str):  # noqa: SIM108 - one line would be too long to read
            book = book.with_entities([(("operating_line", edit), None)])
        else:
            book = put(book, edit)
        try:
            whole = compute_budget(book, WORKING_DRAFT)
        except BadInputError:
            with pytest.raises(BadInputError, match="circle"):
                compute_budget(book, WORKING_DRAFT, previous)
            continue
        previous = compute_budget(book, WORKING_DRAFT, previous)
        assert previous == whole
        assert_right(book, whole)


# ---- single rules -------------------------------------------------------------------------------


def test_a_line_without_a_past_is_zero_until_someone_says_otherwise() -> None:
    book = Book.of([META, a_line("new", 0, kind="revenue"), an_override("new", m2026_09=5_00)])
    line = compute_budget(book, WORKING_DRAFT).lines["new"]
    assert line.computed == (0,) * 12
    assert (line.total, line.overridden) == (5_00, frozenset({2}))


def test_an_empty_override_is_no_override() -> None:
    book = Book.of([META, a_line("a"), an_override("a", m2026_09=None)])
    line = compute_budget(book, WORKING_DRAFT).lines["a"]
    assert line.months == line.computed
    assert line.overridden == frozenset()


def test_an_override_counts_in_its_group() -> None:
    fee = a_line("fee", 10_00, driver_kind="line_group", driver_ref="g1")
    book = Book.of([META, a_line("a", kind="revenue", groups=("g1",)), fee])
    budget = compute_budget(book, WORKING_DRAFT)
    assert budget.lines["fee"].months == (10_00,) * 12
    doubled = compute_budget(put(book, an_override("a", m2026_09=200_00)), WORKING_DRAFT, budget)
    assert doubled.lines["fee"].months[:4] == (10_00, 10_00, 20_00, 10_00)
    assert doubled.groups["g1"][2] == 200_00


@pytest.mark.parametrize(
    "driver",
    [
        ("fte", "P0"),
        ("fte", "gone"),
        ("volume", "gone"),
        ("line_group", "g9"),
        ("line_group", None),
    ],
)
def test_a_driver_with_nothing_to_grow_from_counts_as_one(driver: tuple[str, str | None]) -> None:
    line = a_line("a", driver_kind=driver[0], driver_ref=driver[1], rate_growth_pct=Decimal(5))
    book = Book.of([META, Position(id="P0", fte_budget=Decimal(3)), line, a_line("b")])
    budget = compute_budget(book, WORKING_DRAFT)
    assert budget.without_basis == ("a",)
    assert budget.lines["a"].months == (105_00,) * 12


def test_a_currency_without_cents_is_rounded_to_its_own_units() -> None:
    meta = replace(META, currency="JPY")
    line = a_line("a", 101, rate_growth_pct=Decimal("0.5"))
    assert compute_budget(Book.of([meta, line]), WORKING_DRAFT).lines["a"].months[0] == 102


def test_a_circle_of_lines_is_named() -> None:
    def circle(line_id: str, driver: str, group: str) -> OperatingLine:
        return a_line(line_id, driver_kind="line_group", driver_ref=driver, groups=(group,))

    book = Book.of([META, circle("L30", "y", "x"), circle("L27", "x", "y"), a_line("L01")])
    with pytest.raises(BadInputError, match="L27 → L30 → L27"):
        compute_budget(book, WORKING_DRAFT)
    own = Book.of([META, circle("L1", "x", "x")])
    with pytest.raises(BadInputError, match="L1 → L1"):
        compute_budget(own, WORKING_DRAFT)


def test_a_partnership_without_years_has_no_budget() -> None:
    with pytest.raises(BadInputError):
        compute_budget(Book.of([]), WORKING_DRAFT)


def test_an_edit_keeps_the_lines_it_does_not_touch() -> None:
    book = example_book()
    before = compute_budget(book, WORKING_DRAFT)
    after = compute_budget(put(book, an_override("L40", m2026_12=1)), WORKING_DRAFT, before)
    assert kept(before, after) == set(before.lines) - {"L40"}
    revenue = compute_budget(put(book, an_override("L01", m2026_12=1)), WORKING_DRAFT, before)
    assert kept(before, revenue) == set(before.lines) - {"L01", "L13", "L14", "L15", "L44"}
    volume = replace(book.need(Volume, "V12"), planned_growth_pct=Decimal(50))
    moved = compute_budget(put(book, volume), WORKING_DRAFT, before)
    assert before.lines["L02"] is moved.lines["L02"]
    assert moved == compute_budget(put(book, volume), WORKING_DRAFT)


def test_lines_that_cancel_out_leave_what_their_group_drives() -> None:
    book = example_book()
    before = compute_budget(book, WORKING_DRAFT)
    steps = {line: before.lines[line].months[5] + step for line, step in (("L01", 7), ("L02", -7))}
    edits = [an_override(line, m2026_12=amount) for line, amount in steps.items()]
    after = compute_budget(put(book, *edits), WORKING_DRAFT, before)
    assert kept(before, after) == set(before.lines) - set(steps)


def test_a_new_structure_still_keeps_lines() -> None:
    book = example_book()
    before = compute_budget(book, WORKING_DRAFT)
    line = replace(book.need(OperatingLine, "L40"), groups=("wages", "other"))
    after = compute_budget(put(book, line), WORKING_DRAFT, before)
    assert kept(before, after) >= set(before.lines) - {"L27", "L29", "L40"}
    assert after == compute_budget(put(book, line), WORKING_DRAFT)


def test_another_draft_or_year_starts_afresh() -> None:
    book = put(example_book(), an_override("L40", draft="second", m2026_12=1))
    before = compute_budget(book, WORKING_DRAFT)
    assert compute_budget(book, "second", before).lines["L40"].months[5] == 1
    later = put(book, replace(book.only(Partnership), prior_start="2025-08"))
    assert compute_budget(later, WORKING_DRAFT, before) == compute_budget(later, WORKING_DRAFT)


def test_rows_by_month_tie_to_the_totals() -> None:
    budget = compute_budget(example_book(), WORKING_DRAFT)
    assert budget.by_month("contribution") == budget.totals.contribution_by_month
    assert sum(budget.by_month("net_revenue")) == budget.totals.net_revenue
    assert budget.periods == BUDGET
    with pytest.raises(KeyError):
        budget.by_month("profit")


def kept(before: Budget, after: Budget) -> set[str]:
    return {key for key, line in before.lines.items() if after.lines[key] is line}


def test_what_capital_requests_post_follows_them() -> None:
    scanner = CapitalRequest(
        id="CR1", title="Scanner", cost=1_200_000_00, useful_life_years=5, in_service="2026-07",
        annual_benefit=600_000_00, posts_to=(WORKING_DRAFT,),
    )  # fmt: skip
    book = Book.of([META, a_line("a"), scanner])
    before = compute_budget(book, WORKING_DRAFT)
    assert before.lines["CR1:depreciation"].total == 240_000_00
    assert before.totals.total_expense == 240_000_00 + 1_200_00
    assert before.totals.other_revenue == 600_000_00
    assert compute_budget(book, "other").posted == {}
    steps = [replace(scanner, cost=600_000_00), replace(scanner, posts_to=()), scanner]
    for changed in (*steps, replace(scanner, in_service=None)):
        book = put(book, changed)
        after = compute_budget(book, WORKING_DRAFT, before)
        assert after == compute_budget(book, WORKING_DRAFT)
        expense = sum(one.total for one in after.lines.values() if one.kind == "expense")
        assert after.totals.total_expense == expense
        before = after
