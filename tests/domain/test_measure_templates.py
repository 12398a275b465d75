"""The 64 ready measures: each begins a measure that can be kept, with what its template says."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.goals import CHARTS, Measure
from dyad_desktop.domain.measure_templates import MeasureTemplate, found, measure_from
from dyad_desktop.domain.records import record_of
from dyad_desktop.services.measure_templates import measure_templates

BY_ID = {one.id: one for one in measure_templates()}


def begun(name: str) -> Measure:
    return measure_from(BY_ID[name], "M", "G", "CHF")


def test_there_are_64_each_with_a_name_of_its_own() -> None:
    assert len(BY_ID) == len(measure_templates()) == 64
    assert len({one.name for one in measure_templates()}) == 64


@pytest.mark.parametrize("template", measure_templates(), ids=lambda one: one.id)
def test_every_template_begins_a_measure_that_can_be_kept(template: MeasureTemplate) -> None:
    made = measure_from(template, "M", "G", "USD")
    record_of("measure", made)
    assert made.chart in CHARTS
    assert made.template == template.id
    assert made.lag_days == template.lag_days
    assert template.note in (made.definition or "")
    assert (made.aggregation == "ratio") == template.is_ratio
    assert "/" not in (made.denominator_text or "")


def test_a_proportion_a_rate_an_amount_and_a_corridor() -> None:
    readmission = begun("readmit_30")
    assert (readmission.unit, readmission.direction) == ("%", "down")
    assert readmission.multiplier == readmission.upper_bound == Decimal(100)
    assert readmission.lower_bound == Decimal(0)
    assert readmission.numerator_text == "unplanned readmissions within 30 days"
    falls = begun("falls_injury")
    assert (falls.denominator_text, falls.multiplier) == ("patient days", Decimal(1000))
    assert "÷ patient days × 1,000." in (falls.definition or "")
    assert begun("expense").unit == "CHF"
    assert begun("block_util").direction == "within"
    assert begun("engagement").unit == "% favourable"
    assert begun("engagement").frequency == "quarterly"


@pytest.mark.parametrize(
    ("name", "chart", "says"),
    [
        ("clabsi_gap", "t", "the days between them"), ("contract_cycle", "i", "month’s median"),
        ("mort_oe", "i", "peers"), ("fcots", "i", "by month"), ("occupancy", "run", "exceed 100"),
        ("op_margin", "i", "negative"), ("case_volume", "i", "monthly count"), ("enrol_plan", "run", "S-curve"),
    ],
)  # fmt: skip
def test_charts_and_frequencies_that_are_kept_otherwise_say_so(
    name: str, chart: str, says: str
) -> None:
    made = begun(name)
    assert made.chart == chart
    assert says in (made.definition or "")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("falls", {"falls_injury"}), ("FALLS injury", {"falls_injury"}), ("caesarean", {"ntsv"}),
        ("no such thing", set()),
    ],
)  # fmt: skip
def test_templates_are_found_by_their_words(query: str, names: set[str]) -> None:
    assert {one.id for one in found(measure_templates(), query)} == names
    assert found(measure_templates(), " ") == list(measure_templates())


def test_what_has_the_words_in_its_name_comes_first() -> None:
    hits = [one.id for one in found(measure_templates(), "turnover")]
    assert hits[:2] == ["turnover_min", "turnover"]
    assert "block_util" in hits[2:]
