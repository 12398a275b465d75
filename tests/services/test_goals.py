from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.goals import Annotation, CheckIn, Goal, Measure
from dyad_desktop.domain.scorecard import told_value
from dyad_desktop.errors import BadInputError
from dyad_desktop.services import goals
from dyad_desktop.services.editing import FieldEdit, fresh, set_fields
from dyad_desktop.services.goals import DENOMINATOR, NUMERATOR, VALUE, Entry
from dyad_desktop.services.session import Session

RATIO = Measure(
    id="R",
    goal="G",
    title="Share",
    unit="%",
    decimals=1,
    aggregation="ratio",
    multiplier=Decimal(100),
)


def measure(session: Session, measure_id: str) -> Measure:
    return session.book.need(Measure, measure_id)


def test_a_new_goal_has_everyone_accountable_and_is_due_at_the_end_of_the_budget_year(
    session: Session,
) -> None:
    goals.new_goal(session, "mine", "O2")
    made = session.book.need(Goal, "mine")
    assert (made.accountable, made.lead, made.support) == (("A", "B"), "A", "B")
    assert (made.supports, made.start, made.due) == ("O2", "2026-10-31", "2027-06-30")


def test_a_value_follows_its_parts_rounded_half_away(session: Session) -> None:
    goals.record_observations(
        session,
        "M2.1",
        [Entry("2026-11", NUMERATOR, Decimal(1)), Entry("2026-11", DENOMINATOR, Decimal(16))],
    )
    assert measure(session, "M2.1").values["2026-11"] == Decimal("6.3")


@pytest.mark.parametrize(
    ("typed", "kept", "over"), [("26", "26.4", False), ("26.4", "26.4", False), ("26.437", "26.4", False),
    ("26.3", "26.3", True), ("27", "27", True), ("25.9", "25.9", True)],
)  # fmt: skip
def test_what_the_parts_give_rounded_further_isn_t_typed_over_it(
    session: Session,
    typed: str,
    kept: str,
    over: bool,  # noqa: FBT001 - a case
) -> None:
    goals.record_observations(
        session, "M2.1", [Entry("2026-10", VALUE, Decimal(typed))]
    )  # 23 of 87
    measure = session.book.need(Measure, "M2.1")
    assert measure.values["2026-10"] == Decimal(kept)
    assert goals.by_hand(measure, "2026-10") == over
    goals.record_observations(session, "M2.1", [Entry("2026-10", NUMERATOR, Decimal(24))])
    now = session.book.need(Measure, "M2.1").values["2026-10"]
    assert now == (Decimal(kept) if over else Decimal("27.6"))


def test_a_typed_value_stays_when_its_parts_change_and_goes_back_when_cleared(
    session: Session,
) -> None:
    goals.record_observations(session, "M2.1", [Entry("2026-10", VALUE, Decimal(25))])
    goals.record_observations(session, "M2.1", [Entry("2026-10", NUMERATOR, Decimal(20))])
    assert measure(session, "M2.1").values["2026-10"] == Decimal(25)
    assert goals.by_hand(measure(session, "M2.1"), "2026-10")
    goals.record_observations(session, "M2.1", [Entry("2026-10", VALUE, None)])
    assert measure(session, "M2.1").values["2026-10"] == Decimal(23)
    assert not goals.by_hand(measure(session, "M2.1"), "2026-10")


def test_a_computed_value_follows_its_parts_after_the_measure_has_another_decimal(
    session: Session,
) -> None:
    """95 was 94.6 %, rounded to no place. With one place it is still that, and no value that was typed."""
    set_fields(session, [FieldEdit("measure", "M2.1", "decimals", 0)], "Places")
    parts = {NUMERATOR: Decimal(473), DENOMINATOR: Decimal(500)}
    goals.record_observations(session, "M2.1", [Entry("2026-11", *part) for part in parts.items()])
    assert measure(session, "M2.1").values["2026-11"] == Decimal(95)
    set_fields(session, [FieldEdit("measure", "M2.1", "decimals", 1)], "Places")
    assert not goals.by_hand(measure(session, "M2.1"), "2026-11")
    assert told_value(measure(session, "M2.1"), Decimal(95), "2026-11") == "94.6 %"
    goals.record_observations(session, "M2.1", [Entry("2026-11", NUMERATOR, Decimal(400))])
    assert measure(session, "M2.1").values["2026-11"] == Decimal(80)


def test_a_computed_value_goes_when_one_of_its_parts_is_cleared(session: Session) -> None:
    goals.record_observations(session, "M2.1", [Entry("2026-10", DENOMINATOR, None)])
    assert measure(session, "M2.1").values["2026-10"] is None


def test_what_is_entered_is_one_commit(
    session: Session,
) -> None:
    goals.new_measure(session, "new", "G1")
    before = len(session.journal())
    goals.record_observations(
        session,
        "new",
        [Entry(f"2026-{month:02d}", VALUE, Decimal(month)) for month in range(5, 11)],
    )
    assert len(session.journal()) == before + 1
    assert min(measure(session, "new").values) == "2026-05"
    session.undo()
    assert not measure(session, "new").values.get("2026-05")


def test_the_grid_offers_a_year_at_first_and_empty_periods_at_the_end() -> None:
    new = replace(RATIO, values={})
    assert goals.periods_of(new, "2026-10-31")[0] == "2025-11"
    assert goals.periods_of(new, "2026-10-31")[-1] == "2027-01"
    quarterly = replace(
        new, frequency="quarterly", series_start="2024-01", values={"2026-10": Decimal(1)}
    )
    assert goals.periods_of(quarterly, "2026-11-30")[-3:] == ("2027-01", "2027-04", "2027-07")


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 4))
def test_a_ratio_is_never_further_from_the_truth_than_half_its_last_place(
    numerator: int, denominator: int, decimals: int
) -> None:
    found = goals.ratio_of(
        replace(RATIO, decimals=decimals), Decimal(numerator), Decimal(denominator)
    )
    assert found is not None
    half = Decimal(5).scaleb(-decimals - 1)
    assert abs(found * denominator - 100 * numerator) <= half * denominator


def test_no_ratio_without_its_parts_or_over_nothing() -> None:
    assert goals.ratio_of(RATIO, None, Decimal(3)) is None
    assert goals.ratio_of(RATIO, Decimal(3), Decimal(0)) is None
    assert goals.ratio_of(replace(RATIO, aggregation="median"), Decimal(3), Decimal(4)) is None


def test_an_annotation_without_words_and_a_check_in_on_no_day_are_refused(session: Session) -> None:
    with pytest.raises(BadInputError):
        goals.add_annotation(session, "M2.1", "2026-10", "  ")
    bad = fresh(CheckIn, goal="G1", date="2026-02-30", status="on_track")
    with pytest.raises(BadInputError):
        goals.add_check_in(session, bad)
    goals.add_annotation(session, "M2.1", "2026-10", "Clinic moved")
    assert session.book.children(Annotation, "M2.1")[-1].text == "Clinic moved"
