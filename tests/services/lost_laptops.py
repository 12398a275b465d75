"""A partner's laptop that was lost, given up on his second one, and wrote on."""

from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services import attachments, local, pairing, travel
from dyad_desktop.services.editing import create, delete, fresh, set_field
from dyad_desktop.services.goals import Entry, record_observations
from dyad_desktop.services.session import Session
from dyad_desktop.services.together import told
from tests.services.homes import Home, deliver, pair, two_homes

G1, LINE = ("goal", "G1"), "working.L17"


def lost_laptop(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Make the computers of Priya, who holds what Marcus's lost laptop wrote, and his second one, which doesn't yet."""
    local.key_store.cache_clear()
    priya, lost = two_homes(folder, patch)
    second = Home(folder, "second", patch)
    pair(priya, lost, folder)
    pair(lost, second, folder, further=True)
    deliver(lost, priya, folder)
    deliver(second, priya, folder)
    with lost.session() as session:
        _write(session, folder)
    with priya.session() as session:
        set_field(session, G1, "why", "Said by both")
    deliver(lost, priya, folder)
    with second.session() as session:
        device = next(one for one in travel.others(session) if one.partner == "B")
        pairing.retire(session, device.key)
        assert device.key not in {
            one.key for one in travel.others(session)
        }  # though it invited this one
        assert device.key not in travel.heard(session)
    got = deliver(second, priya, folder)
    assert f"; {got.set_aside} set aside, of a laptop that was given up" in told(got, "Marcus")


def _write(session: Session, folder: Path) -> None:
    """Write on the lost laptop whatever can be written."""
    set_field(session, G1, "due", "2028-03-31", note="After the flood")
    goal = fresh(Goal, id="G9", title="Written on the train", lead="B")
    create(session, goal, also=[fresh(Measure, id="M9.1", goal="G9", title="Calls answered")])
    set_field(session, ("measure", "M9.1"), "unit", "percent")
    set_field(session, ("draft_line", LINE), "months", 1_200_000, slot="2027-02")
    record_observations(session, "M3.2", [Entry("2026-10", "numerator", Decimal(300))])
    delete(session, [("initiative", "I7")])
    path = folder / "quote.txt"
    path.write_text("Two million, delivered")
    attachments.attach(session, "C01", path)
    set_field(session, ("charter", "charter"), "signed", "2026-11-01", slot="B")
    session.commit([Edit(Address("goal", "G6", DELETED), value=False)], "Kept")
    set_field(session, G1, "why", "Said by both")
