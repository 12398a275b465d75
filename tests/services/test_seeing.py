"""What an editor saw when it opened: its edit replaces that, and nothing that came later."""

from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.replication.change import Address
from dyad_desktop.services.disagreements import disagreements
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.seeing import Glance
from tests.services.homes import Home, deliver, pair, two_homes

STEP = Address("measure", "M1.1", "targets", "2026-09")
SOURCE = Address("measure", "M1.1", "source")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    return priya, marcus


@pytest.mark.parametrize(
    ("at", "stood", "written"), [(STEP, Decimal("44.5"), None), (SOURCE, "Registry", "Chart")]
)
def test_a_value_that_stood_and_still_stands_was_seen_whatever_else_came_of_its_thing(
    two: tuple[Home, Home], tmp_path: Path, at: Address, stood: object, written: object
) -> None:
    priya, marcus = two
    with marcus.session() as session:
        set_fields(session, [FieldEdit(*at[:3], stood, at.slot)], "Marcus says")
    deliver(marcus, priya, tmp_path)
    with priya.session() as session:
        book = session.book
    with marcus.session() as session:
        set_fields(session, [FieldEdit("measure", "M1.1", "title", "Other")], "Title")
    deliver(marcus, priya, tmp_path)
    with priya.session() as session:
        glance = Glance(session, [at], book)
        glance.look()
        set_fields(session, [FieldEdit(*at[:3], written, at.slot, glance.of(at))], "Priya says")
        assert disagreements(session) == ()
        found = getattr(session.book.need(Measure, "M1.1"), at.field)
        assert (found.get(at.slot) if at.slot else found) == written
