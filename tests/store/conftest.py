from collections.abc import Iterator
from pathlib import Path

import pytest

from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk, new_goal
from tests.store.pairs import Pair


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A computer with no workspace yet."""
    return Desk(tmp_path)


@pytest.fixture
def workspace(desk: Desk) -> Iterator[Workspace]:
    """A new workspace, closed afterwards."""
    with desk.created() as made:
        yield made


@pytest.fixture
def desks(tmp_path: Path) -> tuple[Desk, Desk]:
    """Anna's and Boris's computers."""
    return Desk(tmp_path / "a", "anna"), Desk(tmp_path / "b", "boris")


@pytest.fixture
def pair(desks: tuple[Desk, Desk]) -> Iterator[Pair]:
    """Both copies, each of which knows the other's person and holds the goal."""
    a = desks[0].create()
    b = desks[1].create(a.id)
    persons = {
        desks[0].keys(a.id, "A").person_public: "A",
        desks[1].keys(a.id, "B").person_public: "B",
    }
    new_goal(a, "Access")
    found = Pair(a, b, persons)
    found.meet()
    yield found
    found.a.close()
    found.b.close()
