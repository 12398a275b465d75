"""A whole machine set back to an earlier state writes under numbers that it used before: nobody may miss it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dyad_desktop.replication.change import Edit
from dyad_desktop.replication.messages import RefusedError
from tests.simulation import faults
from tests.simulation.computers import NAMES, Computer, beginning, everyone_meets
from tests.simulation.machine import TITLE, WHY


@pytest.fixture
def computers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Computer]]:
    """Anna and Boris, paired; Anna wrote, Boris has it, and Anna's machine is as it was before that."""
    monkeypatch.setenv("DYAD_HOME", str(tmp_path))
    found = beginning(2).laid_out(tmp_path, NAMES[:2])
    anna, boris = found
    anna.session.commit([Edit(TITLE, "begun")], "edit")
    everyone_meets(found)
    before, marks = anna.copy(), {p: p.read_bytes() for p in anna.marks.glob("*")}
    anna.session.commit([Edit(TITLE, "lost")], "edit")
    everyone_meets(found)
    anna.sit().put(before)
    for mark, data in marks.items():
        mark.write_bytes(data)
    anna.session.commit([Edit(WHY, "written instead")], "edit")
    assert [seq for seq, _ in anna.file.vector().values()] == [
        seq for seq, _ in boris.file.vector().values()
    ]
    yield found
    for computer in found:
        computer.drop()


def _unnoticed(computers: list[Computer]) -> bool:
    """Return whether they can meet, differ, and nobody is told."""
    try:
        everyone_meets(computers[::-1])
    except RefusedError as error:
        assert "Two different commits" in str(error)  # noqa: PT017 - any other refusal is none
        return False
    anna, boris = computers
    return anna.sit().file.digest() != boris.sit().file.digest()


def test_a_number_used_twice_is_noticed(computers: list[Computer]) -> None:
    assert not _unnoticed(computers)


def test_trusting_equal_vectors_is_caught(
    computers: list[Computer], monkeypatch: pytest.MonkeyPatch
) -> None:
    faults.equal_vectors_trusted(monkeypatch)
    assert _unnoticed(computers)
