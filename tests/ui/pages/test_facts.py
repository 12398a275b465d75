"""What stands under a chart: its time, in the words of its axis."""

from dataclasses import replace
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.measure_words import point_words
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.services.session import Session
from dyad_desktop.services.wording import field_title, value_text
from dyad_desktop.ui.pages.performance.export import heading_of
from dyad_desktop.ui.pages.performance.facts import FactsRow, settings_line, when_label
from tests.domain.test_measuring import a_measure, charted


def test_one_month_is_one_month() -> None:
    assert settings_line(charted(a_measure(5)), "").startswith("1 month, Jan 2025 · ")
    assert settings_line(charted(a_measure(5, 6)), "").startswith(
        "2 months, Jan 2025 to Feb 2025 · "
    )


def test_a_quarter_is_named_by_its_months() -> None:
    values = {add_months("2025-01", 3 * n): Decimal(n) for n in range(2)}
    measure = replace(a_measure(), frequency="quarterly", values=values)
    assert when_label(measure, "2026-10") == "Oct–Dec 2026"
    assert when_label(measure, "2026-10-04") == "4 Oct 2026"
    said = settings_line(charted(measure), "")
    assert said.startswith("2 quarters, Jan–Mar 2025 to Apr–Jun 2025 · ")


@pytest.mark.parametrize(
    ("field", "value", "title", "text"),
    [
        ("direction", "down", "better is", "lower"),
        ("chart", "i", "chart", "XmR: single values"),
        ("baseline_period", "2023-11..2024-04", "baseline period", "Nov 2023 to Apr 2024"),
        ("baseline_period", "the year before", "baseline period", "the year before"),
    ],
)
def test_details_are_told_in_the_words_of_the_forms(
    session: Session, field: str, value: str, title: str, text: str
) -> None:
    assert field_title(field) == title
    assert value_text(session.book, "measure", field, value) == text


def test_why_figures_to_date_have_no_target_stands_where_it_would(qtbot: QtBot) -> None:
    facts = FactsRow()
    qtbot.addWidget(facts)
    figures = (40, 82, 119, 160, 205)  # from January, and the fiscal year begins in July
    measure = a_measure(
        *figures, span="year_to_date", aggregation="sum", direction="up", target=Decimal(40)
    )
    facts.show_chart(charted(measure, Partnership(id="partnership", start_month=7)), 7)
    assert facts.target.more.text() == "until it is said when the year begins"
    assert "In which month does their year begin?" in facts.reach.more.text()
    facts.show_chart(charted(replace(measure, target=None)), 1)
    assert facts.target.more.text() == "set one under Edit measure"


def test_what_leaves_the_program_tells_the_benchmarks_source() -> None:
    measure = a_measure(*range(12), unit="min", benchmark=Decimal("14.2"))
    measure = replace(measure, benchmark_source="STS", benchmark_date="2026-06-30")
    told = charted(measure)
    assert any("benchmark 14.2 min (STS, 30 Jun 2026)" in line for line in heading_of(told, 7))
    assert "benchmark 14.2 min" in point_words(told, 0)
    alone = charted(replace(measure, benchmark_source=None, benchmark_date=None))
    assert any("benchmark 14.2 min, source not given" in line for line in heading_of(alone, 7))
    none = charted(replace(measure, benchmark=None))
    assert not any("benchmark" in line for line in (*heading_of(none, 7), *point_words(none, 0)))


def test_a_month_in_a_signal_keeps_its_capital(qtbot: QtBot) -> None:
    facts = FactsRow()
    qtbot.addWidget(facts)
    steady = [50, 51] * 12
    for direction, word in (("within", "Jan 2027 is below the lower limit"), ("up", "worsening")):
        measure = a_measure(*steady, 20, direction=direction, target_low=Decimal(40))
        facts.show_chart(charted(measure), 1)
        assert facts.signal_mark.text().endswith(f" {word}")
    assert facts.signal.more.text() == "Jan 2027 is below the lower limit"
    facts.show_chart(charted(a_measure(*steady)), 1)
    assert facts.signal_mark.text().endswith(" none")
    assert facts.signal.more.text() == "no special cause"
