"""What every test gets: an offscreen window system, a home of its own, and the programs of Debian it asks for."""

import os
from pathlib import Path

import keyring
import pytest

# Chosen here, before a test module brings a keyring of its own into the choice.
keyring.get_keyring()

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ["tests.debian_programs"]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep keys, marks and settings of a test in its own folder."""
    home = tmp_path / "dyad-home"
    monkeypatch.setenv("DYAD_HOME", str(home))
    monkeypatch.delenv("DYAD_PASSPHRASE", raising=False)
    return home
