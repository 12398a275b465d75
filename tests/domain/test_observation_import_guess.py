"""A source with one month: its heading is the period, and its rows are the measures."""

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import LONG, WIDE, Item, Known, read
from dyad_desktop.domain.observation_import_guess import guess, unused_in

KNOWN = Known((Measure("M1", "G1", title="Room turnover"), Measure("M2", "G1", title="Falls")))


def rows(*lines: str) -> list[list[str]]:
    return [line.split("|") for line in lines]


@pytest.mark.parametrize(
    "head", ["Measure|Nov 2026", "|2026-11-01", "Ours|Nov 2026", "KPI|11/2026"]
)
def test_one_column_of_figures_under_a_month_is_a_row_for_each_measure(head: str) -> None:
    source = rows("Report of the board|", head, "Room turnover|26.4", "Falls|3")
    reading = guess(source, KNOWN)
    assert (reading.shape, reading.header) == (WIDE, 1)
    found = [one for one in read(source, reading, KNOWN) if isinstance(one, Item)]
    assert [(one.measure, one.period, str(one.value)) for one in found] == [
        ("M1", "2026-11", "26.4"), ("M2", "2026-11", "3"),
    ]  # fmt: skip


def test_what_stands_beside_the_one_month_is_told_as_unused() -> None:
    source = rows("Measure|Nov 2026|YTD", "Room turnover|26.4|26.9", "Falls|3|14")
    reading = guess(source, KNOWN)
    assert reading.shape == WIDE
    assert unused_in(source, reading) == ("YTD",)


@pytest.mark.parametrize(
    ("source", "shape", "header"),
    [
        (rows("Measure|Month|Value", "Falls|Nov 2026|3"), LONG, 0),
        (rows("Falls|Nov 2026|3", "Room turnover|Nov 2026|26.4"), LONG, -1),
        (rows("Month|Nov 2026", "Measure|Month|Value", "Falls|Nov 2026|3"), LONG, 1),
        (rows("Printed|2026-11-30", "Measure|Month|Value", "Falls|Nov 2026|3"), LONG, 1),
    ],
)
def test_a_month_that_heads_no_figures_leaves_the_shape_as_it_was(
    source: list[list[str]], shape: str, header: int
) -> None:
    reading = guess(source, KNOWN)
    assert (reading.shape, reading.header) == (shape, header)
