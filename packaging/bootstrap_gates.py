"""The gates: every check of the project in turn, to the end even if one fails, then one line."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bootstrap_venv import Environment

from bootstrap_venv import say

# tests/debian_programs.py writes the skips of one pytest run to the file this names.
SKIPS_VARIABLE = "DYAD_TEST_SKIPS"
NO_TESTS_COLLECTED = 5
SCREEN_WAIT_SECONDS = 20.0


class Stage(NamedTuple):
    """One gate: what it is called in the summary and how it is run."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    may_be_empty: bool = False


class Skips(NamedTuple):
    """How many tests were skipped: for want of a program, and for any other reason."""

    programs: Mapping[str, int]
    others: Mapping[str, int]


def lint_stages(environment: Environment) -> list[Stage]:
    """Return the gates that read the code without running it."""
    ruff = str(environment.program("ruff"))
    return [
        Stage("ruff check", [ruff, "check", "."], {}),
        Stage("ruff format", [ruff, "format", "--check", "."], {}),
        Stage("mypy", [str(environment.program("mypy"))], {}),
        Stage("import contracts", [str(environment.program("lint-imports")), "--no-logo"], {}),
    ]


def unit_stage(environment: Environment, skips: Path) -> Stage:
    """Return the gate for everything that needs no X screen."""
    pytest = [str(environment.program("python")), "-m", "pytest", "-q", "-n", "3", "-m", "not x11"]
    # Three on two cores: many tests wait for a disk or a window. And where the time of the run goes.
    pytest += ["--durations=30", "--durations-min=5"]
    return Stage("tests", pytest, {"QT_QPA_PLATFORM": "offscreen", SKIPS_VARIABLE: str(skips)})


def screen_stage(environment: Environment, skips: Path, display: str | None) -> Stage:
    """Return the gate for the tests with a real window; without a display they skip themselves."""
    pytest = [str(environment.program("python")), "-m", "pytest", "-q", "-m", "x11"]
    # A Wayland desktop around us must not draw the windows to itself.
    variables = {SKIPS_VARIABLE: str(skips), "WAYLAND_DISPLAY": "", "DISPLAY": display or ""}
    variables["QT_QPA_PLATFORM"] = "xcb" if display else "offscreen"
    return Stage("tests on an X screen", pytest, variables, may_be_empty=True)


def run_stage(stage: Stage, root: Path) -> bool:
    """Run one gate in the open and say whether it passed."""
    say(f"\n== {stage.name} ==")
    started = time.monotonic()
    environment = {**os.environ, **stage.environment}
    code = subprocess.run(
        list(stage.command), cwd=str(root), env=environment, check=False
    ).returncode
    passed = code == 0 or (stage.may_be_empty and code == NO_TESTS_COLLECTED)
    verdict = "passed" if passed else f"FAILED (exit {code})"
    say(f"{stage.name}: {verdict}, {time.monotonic() - started:.1f} s")
    return passed


def run_lint(environment: Environment) -> list[str]:
    """Run the gates that read the code; return the names of those that failed."""
    return [s.name for s in lint_stages(environment) if not run_stage(s, environment.root)]


def run_all(environment: Environment) -> tuple[list[str], Skips]:
    """Run every gate; return the names of those that failed, and the skips."""
    failed = run_lint(environment)
    with tempfile.TemporaryDirectory(prefix="dyad-test-") as folder:
        skips = [Path(folder) / "unit.json", Path(folder) / "screen.json"]
        if not run_stage(unit_stage(environment, skips[0]), environment.root):
            failed.append("tests")
        with x_screen() as display:
            stage = screen_stage(environment, skips[1], display)
            if not run_stage(stage, environment.root):
                failed.append(stage.name)
        return failed, read_skips(skips)


def read_skips(files: Sequence[Path]) -> Skips:
    """Add up what the pytest runs wrote; a run that died before writing adds nothing."""
    total = Skips({}, {})
    for path in files:
        if path.exists():
            found = json.loads(path.read_text(encoding="utf-8"))
            total = Skips(
                added(total.programs, found["programs"]), added(total.others, found["others"])
            )
    return total


def added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Add two counts, reason by reason."""
    return {
        key: one.get(key, 0) + other.get(key, 0)
        for key in [*one, *(k for k in other if k not in one)]
    }


def summary(failed: Sequence[str], skips: Skips, *, skip_fails: bool) -> str:
    """Return the last line: what failed, and what was skipped and why."""
    verdict = f"FAILED: {', '.join(failed)}" if failed else "All passed"
    reasons = [(f"no {name}", count) for name, count in skips.programs.items()]
    reasons += list(skips.others.items())
    if not failed and skip_fails and skips.programs:
        verdict = "FAILED: skips are not allowed here"
    if not reasons:
        return verdict
    count = sum(number for _, number in reasons)
    listed = ", ".join(f"{reason} ({number})" for reason, number in reasons)
    return f"{verdict}; {count} {'test' if count == 1 else 'tests'} skipped: {listed}"


@contextlib.contextmanager
def x_screen() -> Iterator[str | None]:
    """Lend a virtual X screen on a display number that was free, or None where there is no Xvfb.

    Xvfb itself picks the number and writes it down a pipe once it can be connected to.
    """
    if sys.platform == "win32":
        yield None
        return
    readable, writable = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writable),
        "-screen",
        "0",
        "1600x1000x24",
        "-nolisten",
        "tcp",
    ]
    try:
        server = subprocess.Popen(
            command, pass_fds=(writable,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except FileNotFoundError:
        os.close(readable)
        os.close(writable)
        yield None
        return
    os.close(writable)
    try:
        yield display_number(readable)
    finally:
        os.close(readable)
        stop(server)


def display_number(readable: int) -> str | None:
    """Read the display's number from the pipe; None if the server dies or says nothing in time."""
    ready, _, _ = select.select([readable], [], [], SCREEN_WAIT_SECONDS)
    number = os.read(readable, 16).decode().strip() if ready else ""
    return f":{number}" if number else None


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the screen that we started, and only that."""
    server.terminate()
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
