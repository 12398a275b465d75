from collections.abc import Iterator
from pathlib import Path

import pytest

from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A computer with no workspace yet."""
    return Desk(tmp_path)


@pytest.fixture
def workspace(desk: Desk) -> Iterator[Workspace]:
    """A new workspace, closed afterwards."""
    with desk.created() as made:
        yield made
