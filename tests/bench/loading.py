"""The example's text into a new workspace file, against PyYAML reading the same text."""

import tempfile
import time
from pathlib import Path
from statistics import median

import yaml

from dyad_desktop.resource import resource_path
from dyad_desktop.services import files

ROUNDS = 5


def measure() -> tuple[float, float]:
    """Return (ours, PyYAML alone) in seconds."""
    source = resource_path("examples", "larkhaven.yaml")
    text = source.read_text(encoding="utf-8")
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as folder:
        for n in range(ROUNDS):
            began = time.perf_counter()
            session, _ = files.load(source, Path(folder) / f"{n}.dyad")
            session.close()
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe
            floor.append(time.perf_counter() - began)
    return median(ours), median(floor)
