"""Sparklines and tiles: what no line would show is a dot, and a run chart has its median."""

from dataclasses import replace
from decimal import Decimal
from math import nan

import pytest
from PySide6.QtCore import QRectF

from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.scorecard import read_chart
from dyad_desktop.ui.charts.measure_lines import middle_lines
from dyad_desktop.ui.charts.spark import lone_places, year_breaks
from dyad_desktop.ui.charts.spark_axis import Axis
from dyad_desktop.ui.pages.performance.score_rows import target_text
from tests.domain.test_measuring import a_measure, charted

ONE = Decimal(1)


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([ONE, None, ONE, None, ONE, ONE], [0, 2]),
        ([None, ONE, ONE, None], []),
        ([ONE], [0]),
        ([], []),
    ],
)
def test_a_value_between_gaps_is_a_dot(values: list[Decimal | None], places: list[int]) -> None:
    assert lone_places(values) == places
    levels = [nan if value is None else float(value) for value in values]
    axis = Axis(QRectF(0, 0, 100, 100), levels, 0, 10)
    assert [point.x() for point in axis.lone(levels)] == [10 * place for place in places]


def test_a_year_to_date_is_no_line_into_the_next_and_its_target_is_one_to_date() -> None:
    measure = a_measure(
        values={one: Decimal(n) for one, n in zip(months("2025-10", 4), (9, 20, 33, 4), strict=True)},
        span="year_to_date", aggregation="sum", direction="up", target=Decimal(2), unit="cases",
    )  # fmt: skip
    chart = charted(measure)
    reading, values = read_chart(chart), chart.series.values
    breaks = year_breaks(reading, len(values))
    assert breaks == {3}
    assert lone_places(values, breaks) == [3]
    assert year_breaks(read_chart(charted(replace(measure, aggregation="mean"))), 4) == frozenset()
    assert target_text(reading) == "≥ 2 to date"


def test_a_run_chart_has_its_median_and_an_empty_one_nothing() -> None:
    found = middle_lines(charted(a_measure(50, 52, 54, chart="run")))
    assert found == {"centre": ([-0.5, 0.5, 0.5, 1.5, 1.5, 2.5], [52.0] * 6)}
    assert middle_lines(charted(a_measure(chart="run"))) == {}
    assert set(middle_lines(charted(a_measure(*[50, 52] * 10)))) == {"centre", "upper", "lower"}
