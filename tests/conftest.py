"""What every test gets: an offscreen window system, a home of its own, and the programs of Debian it asks for."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import keyring
import pytest

from dyad_desktop.services import files
from dyad_desktop.services.session import Session
from dyad_desktop.store import keys

# Chosen here, before a test module brings a keyring of its own into the choice.
keyring.get_keyring()

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ["tests.debian_programs"]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep keys, marks and settings of a test in its own folder, sealed at a small part of the real cost."""
    monkeypatch.setattr(keys, "MEMORY_KIB", 64)
    home = tmp_path / "dyad-home"
    monkeypatch.setenv("DYAD_HOME", str(home))
    monkeypatch.delenv("DYAD_PASSPHRASE", raising=False)
    return home


@pytest.fixture(scope="session")
def example_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example partnership, made once; tests work on copies."""
    folder = tmp_path_factory.mktemp("master")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DYAD_HOME", str(folder / "home"))
        files.demo(folder / "larkhaven.dyad").close()
    return folder / "larkhaven.dyad"


@pytest.fixture
def example_file(tmp_path: Path, example_master: Path) -> Path:
    """A workspace of the example partnership."""
    return Path(copyfile(example_master, tmp_path / "larkhaven.dyad"))


@pytest.fixture
def session(example_file: Path) -> Iterator[Session]:
    """The example partnership, open."""
    with closing(Session.open(example_file)) as opened:
        yield opened
