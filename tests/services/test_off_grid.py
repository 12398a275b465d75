"""A frequency changed on one copy while a value between its periods came on the other: kept, shown, in nobody's way."""

from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measuring import series_of
from dyad_desktop.domain.off_grid import off_grid, on_grid
from dyad_desktop.domain.scorecard import read_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.workspace_dump import dump
from dyad_desktop.exchange.workspace_file import parse
from dyad_desktop.services.editing import create, fresh, set_field
from dyad_desktop.services.goals import Entry, periods_of, record_observations
from tests.services.homes import Home, deliver, pair, two_homes


def entry(period: str, value: int | None) -> list[Entry]:
    return [Entry(period, "values", None if value is None else Decimal(value))]


def test_the_grid_is_where_most_values_lie() -> None:
    values = {"2025-04": Decimal(1), "2025-05": Decimal(2), "2025-08": Decimal(3)}
    measure = Measure(id="M", frequency="quarterly", series_start="2025-04", values=values)
    assert off_grid(measure) == ("2025-04",)
    assert list(on_grid(measure)) == ["2025-05", "2025-08"]
    monthly = Measure(id="M", frequency="monthly", values=values)
    assert off_grid(monthly) == ()
    assert list(on_grid(monthly)) == list(values)
    tied = Measure(id="M", frequency="quarterly", series_start="2025-05",
                   values={"2025-04": Decimal(1), "2025-05": Decimal(2)})  # fmt: skip
    assert off_grid(tied) == ("2025-04",)
    assert off_grid(Measure(id="M", frequency="quarterly")) == ()


def met_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, str]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    with priya.session() as session:
        made = fresh(Measure, goal="G1", title="Survey")
        create(session, made)
        record_observations(session, made.id, entry("2025-05", 3))
    deliver(priya, marcus, tmp_path)
    with priya.session() as session:
        set_field(session, ("measure", made.id), "frequency", "quarterly")
    with marcus.session() as session:
        record_observations(session, made.id, entry("2025-06", 4))
    deliver(marcus, priya, tmp_path)
    return priya, made.id


def test_a_value_between_quarters_is_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, name = met_apart(tmp_path, monkeypatch)
    with home.session() as session:
        measure = session.book.need(Measure, name)
        assert off_grid(measure) == ("2025-06",)
        assert series_of(session.book, measure).places == ("2025-05",)
        latest = read_of(session.book, measure).latest
        assert latest is not None
        assert latest.period == "2025-05"
        rows = periods_of(measure, "2025-12-31")
        assert "2025-06" in rows
        assert list(rows) == sorted(rows)
        record_observations(session, name, entry("2025-08", 5))
        record_observations(session, "M1.1", entry("2026-11", 50))
        set_field(session, ("measure", name), "series_start", "2025-02")
        with pytest.raises(BadInputError, match="no quarterly period"):
            record_observations(session, name, entry("2025-09", 5))
        with pytest.raises(BadInputError, match="no quarterly period"):
            record_observations(session, name, entry("2025-06", 5))
        record_observations(session, name, entry("2025-06", None))
        assert off_grid(session.book.need(Measure, name)) == ()


def test_a_text_file_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, name = met_apart(tmp_path, monkeypatch)
    with home.session() as session:
        text = dump(session.records(), {})
    values = parse(text).records["measure", name]["values"]
    assert values == {"2025-05": "3", "2025-06": "4"}
