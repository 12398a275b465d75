"""A pytest plugin for tests that drive a Debian program: skips them without it, and counts.

A test asks for the fixture `needs_soffice`, or carries the mark `x11` (or asks for `needs_xvfb`).
The counts go to the file that DYAD_TEST_SKIPS names, for the last line of `bootstrap.py test`;
with xdist the controller sees every report and is the one that writes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import NoReturn

import pytest

SKIPS_VARIABLE = "DYAD_TEST_SKIPS"
PROPERTY = "missing_program"
LIBREOFFICE = "LibreOffice"
XVFB = "Xvfb"
# Where macOS keeps the program, outside the search path.
MAC_SOFFICE = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")


@pytest.fixture
def needs_soffice(request: pytest.FixtureRequest) -> Path:
    """Return LibreOffice's program, or skip the test."""
    found = shutil.which("soffice")
    if found:
        return Path(found)
    if MAC_SOFFICE.exists():
        return MAC_SOFFICE
    return skip_for(request.node, LIBREOFFICE)


@pytest.fixture
def needs_xvfb(request: pytest.FixtureRequest) -> str:
    """Return the X display to draw on, or skip the test."""
    return x_display() or skip_for(request.node, XVFB)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked `x11` before any fixture makes a window, if there is no X screen."""
    if item.get_closest_marker("x11") and not x_display():
        skip_for(item, XVFB)


def x_display() -> str:
    """Return the display that Qt's xcb plugin was told to use; offscreen runs have none."""
    if os.environ.get("QT_QPA_PLATFORM") != "xcb":
        return ""
    return os.environ.get("DISPLAY", "")


def skip_for(item: pytest.Item, program: str) -> NoReturn:
    """Skip the test and note in its report which program it missed."""
    item.user_properties.append((PROPERTY, program))
    pytest.skip(f"no {program}")


def pytest_configure(config: pytest.Config) -> None:
    """Count skips where all reports arrive: in a plain run, or in xdist's controller."""
    target = os.environ.get(SKIPS_VARIABLE)
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipCounter(Path(target)), "dyad-skip-counter")


class SkipCounter:
    """Counts skipped tests by missing program, or else by reason, and writes both at the end."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.programs: Counter[str] = Counter()
        self.others: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of one skipped test; an expected failure isn't one."""
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        program = dict(report.user_properties).get(PROPERTY)
        if program:
            self.programs[str(program)] += 1
        else:
            self.others[reason_of(report)] += 1

    def pytest_sessionfinish(self) -> None:
        """Write the counts for whoever started this run."""
        counts = {"programs": self.programs, "others": self.others}
        self.target.write_text(json.dumps(counts), encoding="utf-8")


def reason_of(report: pytest.TestReport) -> str:
    """Return why a test was skipped, as its author put it."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return "no reason given"
