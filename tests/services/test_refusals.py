"""What a planner may not write or delete: senseless figures, endless names, and what a plan still needs."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_words import caption, settings_words
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.operating import CostCentre, OperatingLine, Position, Volume
from dyad_desktop.domain.score_lines import score_lines
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.replication.validity import refuse_impossible
from dyad_desktop.services.editing import FieldEdit, create, delete, set_field, set_fields
from dyad_desktop.services.goals import periods_of
from dyad_desktop.services.operating import GrowthEdit, edit_lines, new_volume
from dyad_desktop.services.planning import choose_method, set_plan
from dyad_desktop.services.scenarios import copy_draft, new_draft
from dyad_desktop.services.session import Session


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (("operating_line", "L20", "rate_growth_pct", Decimal("-100.1")), "growth below −100 %"),
        (("volume", "V03", "planned_growth_pct", -101), "growth below −100 %"),
        (("draft_line", "working.L20", "rate_growth_pct", -200), "growth below −100 %"),
        (("capital_request", "C01", "cost", -100_00), ": −100 is below 0$"),
        (("capital_policy", "capital_policy", "envelope", -5_50), ": −5.50 is below 0$"),
        (("operating_line", "L20", "rate_growth_pct", 10**9), "between −100 and 1,000 percent"),
        (("volume", "V03", "planned_growth_pct", Decimal("1000.1")), "between −100 and 1,000"),
        (("draft_line", "working.L20", "rate_growth_pct", 1001), "between −100 and 1,000"),
        (
            ("capital_policy", "capital_policy", "discount_rate_pct", -99),
            "between 0 and 100 percent",
        ),
        (
            ("capital_policy", "capital_policy", "discount_rate_pct", 1000),
            "between 0 and 100 percent",
        ),
        (
            ("capital_policy", "capital_policy", "reinvest_rate_pct", -1),
            "between 0 and 100 percent",
        ),
        (("draft_line", "working.L20", "rate", Decimal("-0.01")), "a price below zero"),
        (("draft_line", "working.L20", "percent", 10**9), "between −1,000 and 1,000 percent"),
        (("draft_line", "working.L20", "percent", -1001), "between −1,000 and 1,000 percent"),
        (
            ("draft_line", "working.L20", "steps", -500, "2026-09"),
            "a contract costs nothing or more",
        ),
        (("planning", "planning", "explain_pct", 10**9), "a threshold between 0 and 1,000 percent"),
        (("volume", "V03", "prior_actuals", -5, "2025-07"), "a volume counts what was done"),
        (("volume", "V03", "ytd_actuals", Decimal("-0.5"), "2026-07"), "month that it corrects"),
        (("position", "P01", "avg_hourly_rate", -1), "below 0"),
        (("measure", "M1.1", "chart_constant", -1), "−1 can’t be; 0.1 to 10 is expected"),
        (("measure", "M1.1", "chart_constant", 0), "0 can’t be; 0.1 to 10 is expected"),
        (("measure", "M1.2", "multiplier", -100), "−100 can’t be; 0.001 to 1,000,000,000"),
        (("measure", "M1.1", "target_date", "9999-12"), "outside the years 1900 to 2199"),
        (("measure", "M1.1", "series_start", "0001-01"), "outside the years 1900 to 2199"),
        (("measure", "M1.1", "values", 60, "9999-12"), "outside the years 1900 to 2199"),
        (("measure", "M1.1", "shift", 1), "1 is outside 5 to 12"),
        (("measure", "M1.1", "baseline_points", 1), "1 is outside 2 to 1,000"),
        (("measure", "M1.1", "lag_days", -1), "-1 is outside 0 to 1,000"),
        (("measure", "M1.1", "decimals", 7), "7 is outside 0 to 6"),
        (("measure", "M1.1", "lower_bound", 200), "was recorded, below lowest possible 200"),
        (("measure", "M1.1", "upper_bound", -5), "was recorded, above highest possible −5"),
        (("measure", "M4.2", "target", -5), "a target of −5 can’t be: Room turnover is in min"),
        (("measure", "M4.2", "targets", -5, "2026-11"), "a target of −5 can’t be"),
        (("measure", "M4.2", "baseline_period", "2026-13"), "there is no month 2026-13"),
        (("operating_line", "L20", "name", "x" * 201), "at most 200 characters; this one has 201"),
        (("operating_line", "L20", "groups", ["a", "x" * 201]), "at most 200 characters"),
        (("operating_line", "L20", "category", "x" * 1234), "this one has 1,234"),
        (("volume", "V03", "name", "x" * 201), "at most 200 characters"),
        (("cost_centre", "7100", "name", "x" * 201), "at most 200 characters"),
        (("draft", "working", "name", "x" * 201), "at most 200 characters"),
    ],
)
def test_senseless_figures_and_endless_names_are_refused(
    session: Session, edit: tuple[Any, ...], reason: str
) -> None:
    if edit[0] == "cost_centre":
        edit = (edit[0], session.book.all(CostCentre)[0].id, *edit[2:])
    before = session.book
    with pytest.raises(BadInputError, match=reason):
        set_fields(session, [FieldEdit(*edit)])
    assert session.book is before


def test_a_corridor_upside_down_is_refused_and_can_be_turned(session: Session) -> None:
    corridor = [("direction", "within"), ("target_low", 50), ("target", 60)]
    set_fields(session, [FieldEdit("measure", "M1.1", *one) for one in corridor])
    with pytest.raises(BadInputError, match="lower end, 70, would be above its upper end, 60"):
        set_field(session, ("measure", "M1.1"), "target_low", 70)
    set_field(session, ("measure", "M1.1"), "target", 80)
    set_field(session, ("measure", "M1.1"), "target_low", 70)


@pytest.mark.parametrize(
    ("field", "slot", "value"),
    [
        ("chart_constant", "", "-1"),
        ("chart_constant", "", "0"),
        ("multiplier", "", "-100"),
        ("lower_bound", "", "200"),
        ("target", "", "1000000000000"),
        ("values", "9999-12", "60"),
        ("values", "0001-01", "60"),
        ("numerator", "9999-12", "60"),
        ("series_start", "", "0001-01"),
    ],
)
def test_what_an_older_version_wrote_is_shown_and_can_be_taken_out(
    session: Session, field: str, slot: str, value: str
) -> None:
    for name in ("M1.1", "M2.1"):
        edit = Edit(Address("measure", name, field, slot), value)
        refuse_impossible(*edit.at[:4], edit.value)  # a partner's copy may send it
        session.commit([edit], "As an older version did")
        measure = session.book.need(Measure, name)
        chart = chart_of(session.book, measure)
        assert len(chart.series.places) < 60
        assert caption(chart)
        assert settings_words(chart)
        assert len(periods_of(measure, "2026-10-31")) < 60
        assert len(score_lines(session.book)) > 3
        set_field(session, ("measure", name), field, None, slot=slot)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [("=L19/0", "divides by zero"), ("=1/(2-2)", "zero"), ("=L19**2", "Powers")],
)
def test_a_formula_that_can_never_be_worth_anything_is_refused(
    session: Session, formula: str, reason: str
) -> None:
    before = session.book
    for value in (formula, formula.replace("L19", "[L19]")):
        with pytest.raises(BadInputError, match=reason):
            set_fields(
                session,
                [
                    FieldEdit("draft_line", "working.L20", "method", "formula"),
                    FieldEdit("draft_line", "working.L20", "formula", value),
                ],
            )
    assert session.book is before


def test_what_lies_at_the_edge_is_taken(session: Session) -> None:
    edit_lines(session, "working", [GrowthEdit("L20", Decimal(-100))])
    assert session.budget().lines["L20"].total == 0
    set_field(session, ("operating_line", "L20"), "name", "x" * 200)
    set_field(session, ("draft_line", "working.L20"), "rate", 0)


MADE: list[Callable[[Session], object]] = [
    lambda session: copy_draft(session, "working", "x" * 201),
    lambda session: new_volume(session, "x" * 201),
    lambda session: create(session, OperatingLine(id="N1", account="1", name="x" * 201)),
]


@pytest.mark.parametrize("make", MADE)
def test_new_things_have_names_of_a_length(
    session: Session, make: Callable[[Session], object]
) -> None:
    with pytest.raises(BadInputError, match="at most 200 characters"):
        make(session)


PLANS: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"method": "formula", "formula": "=NEW*2"}, ("volume", "NEW")),
    ({"method": "volume_rate", "driver": "NEW", "rate": 2}, ("volume", "NEW")),
    ({"method": "step", "driver": "NEW", "rate": 2, "step_size": 5}, ("volume", "NEW")),
    ({"method": "fixed", "amount": 100, "spread": "volume", "spread_volume": "NEW"}, ("volume", "NEW")),
    ({"method": "staffing", "driver": "JOB"}, ("position", "JOB")),
    ({"method": "formula", "formula": "=JOB"}, ("position", "JOB")),
    ({"method": "formula", "formula": "=ALONE"}, ("operating_line", "ALONE")),
    ({"method": "formula", "formula": "=onlyhere"}, ("operating_line", "ALONE")),
    ({"method": "percent", "driver": "onlyhere", "percent": 3}, ("operating_line", "ALONE")),
]  # fmt: skip


@pytest.fixture
def planned(session: Session) -> str:
    """A scenario's id; and a volume, a position and a line in a group of its own that nothing needs yet."""
    prior = dict.fromkeys(session.budget().year.prior, Decimal(3))
    create(session, Volume(id="NEW", name="New cases", prior_actuals=prior))
    create(session, Position(id="JOB", title="New job"))
    create(
        session, OperatingLine(id="ALONE", account="1", name="Stands alone", groups=("onlyhere",))
    )
    return new_draft(copy_draft(session, "working", "Plan B"))


@pytest.mark.parametrize(("plan", "needed"), PLANS)
def test_what_a_plan_names_is_not_deleted(
    session: Session, planned: str, plan: dict[str, Any], needed: tuple[str, str]
) -> None:
    set_plan(session, planned, "L20", plan)
    assert session.budget(planned).lines["L20"].problem == ""
    name = session.book.label("operating_line", "L20")
    with pytest.raises(BadInputError) as refused:
        delete(session, [needed])
    assert f"{name} is planned by it in Plan B; give it another plan first" in str(refused.value)
    choose_method(session, planned, "L20", "contract")
    delete(session, [needed])
    assert session.book.entity(*needed) is None


def test_the_last_line_of_a_group_keeps_it_while_something_needs_it(
    session: Session, planned: str
) -> None:
    set_plan(session, planned, "L20", {"method": "percent", "driver": "onlyhere", "percent": 3})
    set_plan(session, planned, "L21", {"method": "formula", "formula": "=onlyhere"})
    with pytest.raises(BadInputError, match="the group onlyhere is still needed") as refused:
        set_field(session, ("operating_line", "ALONE"), "groups", ("other",))
    assert "and 1 more line are planned by it in Plan B; give them" in str(refused.value)
    set_field(session, ("operating_line", "L22"), "groups", ("onlyhere",))
    set_field(session, ("operating_line", "ALONE"), "groups", ("other",))


def test_a_driver_of_a_line_is_not_deleted(session: Session) -> None:
    line = next(one for one in session.book.all(OperatingLine) if one.driver_kind == "volume")
    name = session.book.label("volume", line.driver_ref or "")
    with pytest.raises(BadInputError, match="is still needed") as refused:
        delete(session, [("volume", line.driver_ref or "")])
    assert str(refused.value).startswith(f"{name} is still needed: {line.name}")
    assert session.book.get(Volume, line.driver_ref) is not None


def test_a_formula_that_another_method_took_over_holds_nothing(
    session: Session, planned: str
) -> None:
    set_plan(session, planned, "L20", {"method": "contract", "amount": 5, "formula": "=NEW"})
    delete(session, [("volume", "NEW")])
    assert session.book.get(Volume, "NEW") is None
