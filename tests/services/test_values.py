"""What people type becomes what is kept: months as they are written, and nothing that could be another."""

import pytest

from dyad_desktop.domain.records import spec_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.session import Session
from dyad_desktop.services.values import parse_at, parse_value

DUE = spec_of("measure", "target_date")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2027-06", "2027-06"),
        ("Jun 2027", "2027-06"),
        ("december 2027", "2027-12"),
        ("Dez 2027", "2027-12"),
        ("6/2027", "2027-06"),
        ("30 Jun 2027", "2027-06"),
        ("30.6.2027", "2027-06"),
        ("2027-06-30", "2027-06"),
        ("", None),
    ],
)
def test_a_month_is_typed_as_the_program_writes_it(text: str, month: str | None) -> None:
    assert parse_value(DUE, text, 2) == month


@pytest.mark.parametrize("text", ["Q2 2027", "2027", "FY27", "3/4/2027", "soon", "2027-13"])
def test_what_names_no_one_month_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="is not a"):
        parse_value(DUE, text, 2)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("purchased, purchased, , x y,", ["purchased", "x y"]),
        ("a", ["a"]),
        ('["a", "b"]', ["a", "b"]),
    ],
)
def test_a_list_of_names_has_each_once_and_none_that_is_empty(text: str, groups: list[str]) -> None:
    assert parse_value(spec_of("operating_line", "groups"), text, 2) == groups


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("draft_line", "percent"),
        ("draft_line", "rate_growth_pct"),
        ("volume", "planned_growth_pct"),
        ("draft", "inputs"),
        ("capital_request", "contingency_pct"),
        ("criterion", "weight"),
    ],
)
@pytest.mark.parametrize("text", ["5", "5%", "5 %"])
def test_five_percent_of_a_percentage_are_five(kind: str, field: str, text: str) -> None:
    assert parse_value(spec_of(kind, field), text, 2) == "5"


@pytest.mark.parametrize(
    ("measure", "field", "value"),
    [
        ("M2.1", "target", "18"),
        ("M2.1", "values", "18"),
        ("M2.1", "benchmark", "18"),
    ],
)
def test_a_percent_sign_is_the_unit_of_a_measure_in_percent(
    session: Session, measure: str, field: str, value: str
) -> None:
    slot = "2026-10" if field == "values" else ""
    assert parse_at(session.book, Address("measure", measure, field, slot), "18 %") == value


@pytest.mark.parametrize(
    ("kind", "field"),
    [("capital_request", "cost"), ("position", "avg_hourly_rate"), ("measure", "target")],
)
def test_a_percentage_where_none_stands_is_refused(kind: str, field: str) -> None:
    """It would be a hundredth of what is typed, without a word."""
    with pytest.raises(BadInputError, match="a percentage is no"):
        parse_value(spec_of(kind, field), "5%", 2)


def test_a_percentage_is_a_factor_in_arithmetic_and_a_part_of_a_position() -> None:
    assert parse_value(spec_of("capital_request", "cost"), "=480000*103%", 2) == 494_400_00
    assert parse_value(spec_of("position", "fte_budget"), "50%", 2) == "0.5"
