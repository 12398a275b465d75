"""Twenty thousand things that no honest laptop sends."""

import random
from pathlib import Path

import pytest

from tests.simulation.fuzz import Fuzz, rounds

EACH = 5_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_is_refused_in_words_and_changes_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYAD_HOME", str(tmp_path))
    fuzz = Fuzz(tmp_path, random.Random(seed))  # noqa: S311 - repeatable on purpose
    for _ in rounds(fuzz, EACH):
        pass
    fuzz.anna.drop()
    fuzz.boris.drop()
    assert fuzz.tried >= EACH
    assert not fuzz.crashes
