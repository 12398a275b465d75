"""Two processes, two homes, two windows, two networks where that is allowed: the promise from end to end."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

JUL, AUG, SEP = 4, 5, 6
LINE = "L17"
_SPACES = (f"dyad-{os.getpid()}-a", f"dyad-{os.getpid()}-b")
_HOSTS = ("10.213.7.1", "10.213.7.2")


def _ip(*words: str) -> None:
    found = shutil.which("ip")
    assert found is not None
    subprocess.run([found, *words], check=True, capture_output=True)


@dataclass
class Wire:
    """What joins the two computers: a cable between two network namespaces, or loopback alone."""

    spaces: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """Where the first computer is called."""
        return _HOSTS[0] if self.spaces else "127.0.0.1"

    def command(self, n: int) -> list[str]:
        ip = shutil.which("ip")
        return [ip, "netns", "exec", self.spaces[n]] if self.spaces and ip else []

    def switch(self, *, on: bool) -> None:
        if self.spaces:
            _ip("-n", self.spaces[0], "link", "set", "dyad0", "up" if on else "down")


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A cable where network namespaces are permitted, else loopback."""
    try:
        for n, space in enumerate(_SPACES):
            _ip("netns", "add", space)
            _ip("-n", space, "link", "set", "lo", "up")
            if n:
                _ip("link", "add", "dyad0", "netns", _SPACES[0], "type", "veth",
                    "peer", "name", "dyad0", "netns", space)  # fmt: skip
        for space, host in zip(_SPACES, _HOSTS, strict=True):
            _ip("-n", space, "address", "add", f"{host}/24", "dev", "dyad0")
            _ip("-n", space, "link", "set", "dyad0", "up")
    except (AssertionError, subprocess.CalledProcessError):
        _take_down()
        yield Wire()
        return
    yield Wire(_SPACES)
    _take_down()


def _take_down() -> None:
    for space in _SPACES:
        with suppress(AssertionError, subprocess.CalledProcessError):
            _ip("netns", "delete", space)


@dataclass
class Computer:
    """A partner's process, asked by lines."""

    folder: Path
    name: str
    prefix: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.file = self.folder / f"{self.name}.dyad"
        self.env = os.environ | {
            "DYAD_HOME": str(self.folder / f"home-{self.name}"),
            "DYAD_PASSPHRASE": f"secret of {self.name}",
        }
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "tests.e2e.partner"],
            env=self.env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def tell(self, *words: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:  # noqa: ANN401 - what was asked for
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"{self.name} ended"
        return json.loads(line)

    def ask(self, *words: object) -> Any:  # noqa: ANN401 - as above
        self.tell(*words)
        answer = self.answer()
        assert answer, f"{self.name} waited in vain: {words}"
        return answer

    def run(self, *words: object) -> str:
        """Run a ``dyad`` command on this computer."""
        command = [sys.executable, "-m", "dyad_desktop.cli", *(str(word) for word in words)]
        done = subprocess.run(command, env=self.env, text=True, capture_output=True, check=True)
        return done.stdout

    def end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(BrokenPipeError):
                process.communicate('["end"]\n', timeout=30)
            assert process.returncode == 0


@pytest.fixture
def computers(tmp_path: Path, wire: Wire) -> Iterator[tuple[Computer, Computer]]:
    """Two computers, switched off."""
    made = Computer(tmp_path, "a", wire.command(0)), Computer(tmp_path, "b", wire.command(1))
    yield made
    for computer in made:
        if computer._process is not None and computer._process.poll() is None:
            computer._process.kill()
            computer._process.communicate()


def _pair(first: Computer, second: Computer, wire: Wire) -> None:
    first.run("demo", first.file)
    first.start()
    second.start()
    first.ask("open", str(first.file))
    code, port = first.ask("invite")
    second.ask("join", str(second.file), code, f"{wire.host}:{port}")
    assert first.ask("words") == second.ask("words")
    first.ask("same")
    second.ask("same")
    _meet(first, second)


def _meet(first: Computer, second: Computer) -> None:
    for computer in (first, second):
        computer.ask("together")


def _rows(path: Path) -> list[list[Any]]:
    """Every row of every sheet, but the one that says who prepared the workbook."""
    book = CalamineWorkbook.from_path(path)
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return [row for row in rows if row[0] != "Prepared by"]


def _whole_way(first: Computer, second: Computer, wire: Wire) -> None:
    _pair(first, second, wire)
    first.ask("type", LINE, JUL, "500")
    second.ask("shows", LINE, JUL, "500")
    took = _watched(second, first, AUG, "501")
    print(f"typed in one window, seen in the other: {took * 1e3:.0f} ms")  # noqa: T201 - with pytest -s
    _cut(first, second, wire)
    first.ask("type", LINE, SEP, "610")
    second.ask("type", LINE, SEP, "620")
    _mend(first, second, wire)
    for computer in (first, second):
        computer.ask("differ", 1)
    first.ask("settle")
    for computer in (first, second):
        computer.ask("differ", 0)
        computer.ask("shows", LINE, SEP, "610")
    _meet(first, second)
    first.end()
    second.end()
    assert first.run("digest", first.file) == second.run("digest", second.file)
    books = []
    for computer in (first, second):
        books.append(computer.folder / f"{computer.name}.xlsx")
        computer.run("export", computer.file, "workbook", "-o", books[-1])
        assert computer.run("check", computer.file).startswith("ok")
    assert _rows(books[0]) == _rows(books[1])


def _watched(here: Computer, there: Computer, column: int, text: str) -> float:
    """Type while the other window is watched; returns the seconds from asking for it to its being shown.

    The keys themselves are in it, and up to 20 ms on each side until the process looks.
    """
    there.tell("shows", LINE, column, text)
    began = time.perf_counter()
    here.tell("type", LINE, column, text)
    assert there.answer()
    took = time.perf_counter() - began
    assert here.answer()
    return took


def _cut(first: Computer, second: Computer, wire: Wire) -> None:
    wire.switch(on=False)
    if not wire.spaces:
        second.ask("network", False)  # noqa: FBT003 - a word of the protocol
    for computer in (first, second):
        computer.ask("apart")


def _mend(first: Computer, second: Computer, wire: Wire) -> None:
    wire.switch(on=True)
    if not wire.spaces:
        second.ask("network", True)  # noqa: FBT003 - as above
    _meet(first, second)


@pytest.mark.slow
def test_offscreen(computers: tuple[Computer, Computer], wire: Wire) -> None:
    _whole_way(*computers, wire)


@pytest.mark.x11
@pytest.mark.slow
def test_in_real_windows(computers: tuple[Computer, Computer], wire: Wire) -> None:
    _whole_way(*computers, wire)
