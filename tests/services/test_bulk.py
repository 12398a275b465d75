"""One change to many lines: what it gives, what it leaves alone, and that it does what the preview said."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.bulk import (
    SHAPE,
    ByAmount,
    ByPercent,
    GiveBack,
    ReplaceDriver,
    SetGrowth,
    SetRate,
    Shift,
    Wish,
)
from dyad_desktop.domain.bulk_scope import Filter, matching
from dyad_desktop.domain.meant import other_meaning, place_of
from dyad_desktop.domain.operating import (
    METHODS,
    WORKING_DRAFT,
    Draft,
    DraftLine,
    OperatingLine,
    Position,
)
from dyad_desktop.errors import BadInputError
from dyad_desktop.services import files
from dyad_desktop.services.bulk import Outcome, change_many, preview, reaches_other_drafts
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.operating import growth_place
from dyad_desktop.services.planning import choose_method, lock_months
from dyad_desktop.services.scenarios import copy_draft
from dyad_desktop.services.session import Session
from tests.domain.small_year import YEAR, line, volume, year
from tests.services.planned import plan_by_first

HUNDRED = [100_00] * 12
FALL = (YEAR[3], YEAR[11])


def said(name: str, **fields: object) -> DraftLine:
    return DraftLine(id=f"working.{name}", draft=WORKING_DRAFT, line=name, **fields)  # type: ignore[arg-type]


def plans() -> tuple[Book, Budget]:
    """One line of each way to be moved: plain, half units, locked, contract, rate, position, group."""
    return year(
        0,
        volume("V1", [10] * 12, []),
        volume("V2", [20] * 12, []),
        Position(id="P1", title="Nurse", fte_prior=Decimal(1), fte_budget=Decimal(2)),
        line("plain", [1_00 * n for n in range(1, 13)], []),
        line("cents", HUNDRED, []),
        said("cents", months={YEAR[0]: 100_50}),
        line("held", HUNDRED, []),
        said("held", months={YEAR[4]: 70_00, YEAR[5]: 80_00}, locked={YEAR[4]: True}),
        line("contract", HUNDRED, []),
        said("contract", method="contract", amount=50_00),
        line("rate", HUNDRED, []),
        said("rate", method="volume_rate", driver="V1", rate=Decimal(3)),
        line("cases", HUNDRED, [], driver=("volume", "V1"), groups=("care",)),
        line("follows", HUNDRED, [], driver=("line_group", "care")),
        line("empty", [], []),
    )


def outcome(wish: Wish, *lines: str) -> Outcome:
    book, budget = plans()
    return preview(book, budget, wish, lines or budget.rules.lines)


def months(found: Outcome, name: str) -> list[int]:
    return [amount // 100 for amount in found.after.lines[name].months]


def reasons(found: Outcome) -> dict[str, str]:
    return {one.line: one.reason for one in found.left}


def test_a_percentage_moves_its_months_only_each_rounded_half_away() -> None:
    found = outcome(ByPercent(Decimal(50), *FALL), "plain")
    assert months(found, "plain") == [1, 2, 3, 6, 8, 9, 11, 12, 14, 15, 17, 18]
    assert found.moves[0].months[YEAR[3]] == 6_00
    assert found.before.lines["plain"].total == 78_00
    half = outcome(ByPercent(Decimal("-12.5"), YEAR[3], YEAR[3]), "plain")
    assert months(half, "plain")[3] == 4  # 3.5, half away from zero


def test_a_line_with_parts_of_a_unit_keeps_them() -> None:
    found = outcome(ByPercent(Decimal(1), YEAR[0], YEAR[1]), "cents")
    assert found.after.lines["cents"].months[:2] == (101_51, 101_00)  # 101.505, half away


def test_locked_months_stay_and_are_counted() -> None:
    found = outcome(ByPercent(Decimal(10), YEAR[4], YEAR[5]), "held")
    assert months(found, "held")[4:6] == [70, 88]
    assert found.locked == 1
    only = outcome(ByPercent(Decimal(10), YEAR[4], YEAR[4]), "held")
    assert reasons(only) == {"held": "holds locked months only"}
    assert "locked" in reasons(outcome(Shift(1), "held"))["held"]


@pytest.mark.parametrize(
    ("way", "expected"), [("even", [34, 33, 33]), (SHAPE, [17, 33, 50])]
)  # fmt: skip
def test_an_amount_is_parted_without_rest(way: str, expected: list[int]) -> None:
    found = outcome(ByAmount(100_00, YEAR[0], YEAR[2], way), "plain")
    assert [now - n for n, now in enumerate(months(found, "plain")[:3], 1)] == expected
    assert found.after.lines["plain"].total - found.before.lines["plain"].total == 100_00


def test_an_amount_goes_around_locked_months_and_evenly_where_nothing_is() -> None:
    found = outcome(ByAmount(30_00, YEAR[4], YEAR[6], SHAPE), "held", "empty")
    assert found.after.lines["held"].total - found.before.lines["held"].total == 30_00
    assert months(found, "held")[4] == 70
    assert months(found, "empty")[4:7] == [10, 10, 10]


def test_a_shift_says_what_falls_out_of_the_year() -> None:
    found = outcome(Shift(2), "plain")
    assert months(found, "plain") == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert found.moves[0].dropped == ((YEAR[10], 11_00), (YEAR[11], 12_00))
    assert list(found.dropped.values()) == [23_00]
    assert found.after.lines["plain"].total == found.before.lines["plain"].total - 23_00
    back = outcome(Shift(-1), "plain")
    assert months(back, "plain")[-2:] == [12, 0]
    assert back.moves[0].dropped == ((YEAR[0], 1_00),)


def test_growth_is_set_where_the_method_takes_one() -> None:
    found = outcome(SetGrowth(Decimal(20)))
    assert set(found.changed) == {"plain", "cents", "held", "rate", "cases", "follows", "empty"}
    assert reasons(found) == {"contract": "takes no growth: it is a contract"}
    assert months(found, "plain")[9] == 12
    assert months(found, "rate")[0] == 36
    assert reaches_other_drafts(found)


def test_growth_is_written_where_growth_place_says() -> None:
    book, budget = plans()
    for draft in (WORKING_DRAFT, "other"):
        now = compute_budget(book, draft)
        found = preview(book, now, SetGrowth(Decimal(7)), ("plain", "rate", "cents"))
        for move in found.moves:
            kind, _ = growth_place(book, draft, move.line)
            assert bool(move.own) == (kind == "operating_line")
    assert budget.draft_id == WORKING_DRAFT


def test_a_rate_is_set_where_the_plan_takes_one() -> None:
    found = outcome(SetRate(Decimal("2.5")), "rate", "plain", "contract")
    assert months(found, "rate") == [25] * 12
    assert reasons(found) == {
        "plain": "takes no rate: it follows the prior year",
        "contract": "takes no rate: it is a contract",
    }


def test_a_driver_takes_another_s_place_on_the_line_or_in_the_draft() -> None:
    found = outcome(ReplaceDriver(("volume", "V1"), ("volume", "V2")))
    assert {move.line: (dict(move.own), dict(move.plan)) for move in found.moves} == {
        "cases": ({"driver_ref": "V2"}, {}),
        "rate": ({}, {"driver": "V2"}),
    }
    assert months(found, "rate") == [60] * 12
    job = outcome(ReplaceDriver(("volume", "V1"), ("fte", "P1")))
    assert job.changed == ("cases",)
    assert months(job, "cases") == [200] * 12
    assert months(job, "follows") == [200] * 12
    assert job.followers == ("follows",)
    assert "position can’t take a volume’s place" in reasons(job)["rate"]


def test_months_go_back_to_their_rule() -> None:
    found = outcome(GiveBack(YEAR[0], YEAR[11]), "held", "cents", "plain")
    assert months(found, "held") == [100] * 4 + [70] + [100] * 7
    assert (found.locked, reasons(found)["plain"]) == (1, "has no month set by hand there")


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (ByPercent(Decimal(0), *FALL), "0 % changes nothing"),
        (ByPercent(Decimal(-101), *FALL), "turn the amounts around"),
        (ByPercent(Decimal(3), "", YEAR[1]), "an empty month lies outside the budget year"),
        (ByPercent(Decimal(3), YEAR[2], YEAR[1]), "comes after"),
        (ByPercent(Decimal(10) ** 13, *FALL), "larger than the largest"),
        (ByPercent(Decimal(10) ** 12, *FALL), "would come to more than 10,000,000,000,000"),
        (ByPercent(Decimal("NaN"), *FALL), "larger than the largest"),
        (ByAmount(0, *FALL), "0 changes nothing"),
        (ByAmount(10**16, *FALL), "larger than the largest"),
        (Shift(0), "1 to 11 months"),
        (Shift(12), "1 to 11 months"),
        (SetGrowth(Decimal(10) ** 12), "between −100 and 1,000 percent"),
        (SetGrowth(Decimal("0.0000000001")), "at most 9 decimal places"),
        (SetRate(Decimal(10) ** 13), "larger than the largest"),
        (SetRate(Decimal("-0.01")), "a price below zero"),
        (ReplaceDriver(("volume", "V1"), ("volume", "V1")), "both drivers are the same"),
        (ReplaceDriver(("volume", "V1"), ("volume", "V9")), "there is no volume 'V9'"),
        (ReplaceDriver(("volume", "V1"), ("line_group", "care")), "circle"),
        (GiveBack("2030-01", YEAR[0]), "outside the budget year"),
    ],
)
def test_what_no_line_can_follow_is_said_in_a_sentence(wish: Wish, words: str) -> None:
    book, budget = plans()
    big = line("big", [100_000_000_00] * 12, [])
    book = book.with_entities([(("operating_line", "big"), big)])
    with pytest.raises(BadInputError) as caught:
        preview(book, compute_budget(book, WORKING_DRAFT, budget), wish, book.rows(OperatingLine))
    assert words in str(caught.value)


def test_a_growth_is_at_most_a_thousand_percent_as_everywhere() -> None:
    found = outcome(SetGrowth(Decimal(1000)), "plain")
    assert found.after.lines["plain"].months[0] == 11_00
    with pytest.raises(BadInputError, match="between −100 and 1,000 percent"):
        outcome(SetGrowth(Decimal("1000.1")), "plain")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(), {"one", "two", "three"}),
        (Filter(kind="revenue"), {"two"}),
        (Filter(category=""), {"three"}),
        (Filter(category="drugs"), {"one", "two"}),
        (Filter(account_from="999", account_to="6100"), {"one"}),
        (Filter(driver=("volume", "V1")), {"three"}),
        (Filter(text="TW"), {"two"}),
        (Filter(kind="revenue", text="one"), set()),
    ],
)
def test_a_filter_asks_only_what_it_says(wanted: Filter, names: set[str]) -> None:
    made = [
        line("one", HUNDRED, [], category="drugs"),
        line("two", HUNDRED, [], category="drugs", kind="revenue"),
        line("three", HUNDRED, [], driver=("volume", "V1")),
    ]
    accounts = {"one": "6100", "two": "800", "three": "X"}
    book, budget = year(
        0, volume("V1", [1], []), *(replace(one, account=accounts[one.id]) for one in made)
    )
    assert set(matching(book, budget, wanted)) == names


# -- in a file ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with closing(files.demo(tmp_path_factory.mktemp("bulk") / "example.dyad")) as made:
        choose_method(made, WORKING_DRAFT, "L40", "contract")
        plan_by_first(made, WORKING_DRAFT, "L41", "volume_rate")
        lock_months(made, WORKING_DRAFT, "L03", ["2026-09"], locked=True)
        yield made


_places = st.integers(0, 11)
_spans = st.tuples(_places, _places).map(sorted)
_percents = st.decimals(-100, 300, places=2).filter(bool)


def _period(place: int) -> str:
    return YEAR[place]


_wishes: st.SearchStrategy[Wish] = st.one_of(
    st.builds(lambda p, s: ByPercent(p, _period(s[0]), _period(s[1])), _percents, _spans),
    st.builds(
        lambda a, s, w: ByAmount(a, _period(s[0]), _period(s[1]), w),
        st.integers(-(10**7), 10**7).filter(bool), _spans, st.sampled_from(["even", SHAPE]),
    ),
    st.builds(Shift, st.integers(-11, 11).filter(bool)),
    st.builds(SetGrowth, _percents),
    st.builds(SetRate, st.decimals(0, 300, places=2)),
    st.builds(lambda s: GiveBack(_period(s[0]), _period(s[1])), _spans),
    st.just(ReplaceDriver(("volume", "V01"), ("volume", "V03"))),
)  # fmt: skip


def filled(session: Session) -> dict[object, object]:
    """Return every record without what stands empty, an undone month, and without what figures meant, which is kept."""
    return {
        key: {
            name: {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value
            for name, value in record.items()
            if value is not None and name != "said_as"
            and (not isinstance(value, dict) or any(v is not None for v in value.values()))
        }
        for key, record in session.records().items()
    }  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wish=_wishes, every=st.integers(1, 4))
def test_what_is_previewed_is_there_after_and_undo_gives_back_exactly(
    session: Session, wish: Wish, every: int
) -> None:
    lines = [one.id for one in session.book.all(OperatingLine)][::every]
    before = session.budget()
    found = preview(session.book, before, wish, lines)
    assert {*found.changed, *(one.line for one in found.left)} == set(lines)
    for move in found.moves:
        # What is written adds up; months that aren't may follow other lines of the same change.
        step = sum(
            amount - before.lines[move.line].months[before.rules.places[period]]
            for period, amount in move.months.items()
            if amount is not None
        )
        if isinstance(wish, ByAmount):
            assert step == wish.amount
        if isinstance(wish, Shift):
            assert step == -sum(amount for _, amount in move.dropped)
    if not found.moves:
        return
    records = filled(session)
    change_many(session, found, "  Supplier contract:\n+3 % ")
    assert session.budget().lines == found.after.lines
    assert session.budget().totals == found.after.totals
    newest = session.journal(1)[0]
    assert (newest.note, newest.partner) == ("Supplier contract: +3 %", session.partner)
    session.undo()
    assert session.budget().lines == before.lines
    after = filled(session)
    assert {key: record for key, record in after.items() if key in records} == records


_SAID_OTHERWISE = (
    ("L10", "fixed", "amount", "contract"),
    ("L11", "contract", "amount", "fixed"),
    ("L12", "volume_rate", "rate", "step"),
    ("L13", "step", "rate", "volume_rate"),
    ("L14", "volume_rate", "rate_growth_pct", "prior_year"),
    ("L15", "prior_year", "rate_growth_pct", "volume_rate"),
)
"""Lines, how they are planned, and the figure that was said under another method."""


@pytest.fixture
def every_way(example_file: Path) -> Iterator[Session]:
    """A line of every method, then lines with a figure that counts as nothing, in the working draft and a copy."""
    with closing(Session.open(example_file)) as made:
        for n, method in enumerate(METHODS, start=1):
            plan_by_first(made, "working", f"L{n:02}", method)
        for name, method, field, then in _SAID_OTHERWISE:
            plan_by_first(made, "working", name, method)
            at = ("draft_line", f"working.{name}")
            if field == "rate_growth_pct":
                set_field(made, at, field, Decimal("5.5"))
            value = getattr(made.book.need(DraftLine, at[1]), field)
            set_field(made, at, "said_as", then, slot=place_of(field, value))
        copy_draft(made, "working", "Copy")
        yield made


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wish=st.one_of(_wishes, st.builds(SetGrowth, st.just(Decimal("5.5")))), copy=st.booleans())
def test_a_preview_is_what_is_written_by_whatever_lines_are_planned(
    every_way: Session, wish: Wish, *, copy: bool
) -> None:
    session = every_way
    draft = next(one.id for one in session.book.all(Draft) if (one.name == "Copy") == copy)
    found = preview(session.book, session.budget(draft), wish, [f"L{n:02}" for n in range(1, 20)])
    if found.moves:
        change_many(session, found, "Because")
        assert session.budget(draft).lines == found.after.lines
        session.undo()


@pytest.mark.parametrize(("name", "method", "field", "then"), _SAID_OTHERWISE)
def test_a_figure_that_counts_as_nothing_is_set_as_what_it_is_set_for(
    every_way: Session, name: str, method: str, field: str, then: str
) -> None:
    session, budget = every_way, every_way.budget()
    plan = session.book.need(DraftLine, f"working.{name}")
    assert other_meaning(plan, field) == then
    if field == "amount":
        return
    value = getattr(plan, field)
    wish = SetRate(value) if field == "rate" else SetGrowth(value)
    found = preview(session.book, budget, wish, [name])
    assert found.changed == (name,)
    assert found.after.lines[name].total != budget.lines[name].total
    change_many(session, found, "It is meant so")
    assert session.budget().lines == found.after.lines
    again = preview(session.book, session.budget(), wish, [name])
    assert [one.reason.rpartition(" ")[2] for one in again.left] == ["already"]


def test_a_reason_is_needed_and_a_preview_that_is_out_of_date_is_not_written(
    session: Session,
) -> None:
    wish = ByPercent(Decimal(3), *FALL)
    found = preview(session.book, session.budget(), wish, ["L40", "L42"])
    with pytest.raises(BadInputError, match="a reason is needed"):
        change_many(session, found, "  ")
    none = preview(session.book, session.budget(), SetGrowth(Decimal(3)), ["L40"])
    with pytest.raises(BadInputError, match="none of these lines"):
        change_many(session, none, "why")
    other = preview(session.book, session.budget(), wish, ["L42"])
    change_many(session, other, "first")
    with pytest.raises(BadInputError, match="changed meanwhile"):
        change_many(session, found, "second")
    apart = preview(session.book, session.budget(), wish, ["L44"])
    session.undo()
    change_many(session, apart, "of another line, so it still holds")
    session.undo()
