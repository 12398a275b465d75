"""Where a series begins is told by its values: nothing that partners disagree about."""

from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.services.disagreements import disagreements
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.goals import VALUE, Entry, new_measure, periods_of, record_observations
from tests.services.homes import deliver, pair, two_homes


def test_first_values_entered_apart_are_no_disagreement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = two_homes(tmp_path, monkeypatch)
    with homes[0].session() as session:
        new_measure(session, "new", "G1")
    pair(homes[0], homes[1], tmp_path)
    deliver(homes[1], homes[0], tmp_path)
    for home, period in zip(homes, ("2024-01", "2024-03"), strict=True):
        with home.session() as session:
            record_observations(session, "new", [Entry(period, VALUE, Decimal(1))])
            # As earlier versions and imports write it.
            set_field(session, ("measure", "new"), "series_start", period)
    deliver(homes[0], homes[1], tmp_path)
    deliver(homes[1], homes[0], tmp_path)
    for home in homes:
        with home.session() as session:
            assert disagreements(session) == ()
            measure = session.book.need(Measure, "new")
            assert periods_of(measure, "2026-10")[0] == "2024-01"
