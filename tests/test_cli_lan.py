"""Two processes with homes of their own: pairing by code on 127.0.0.1, then live exchange; a shared folder."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from dyad_desktop import cli

WAIT = 60


class Person:
    """Someone at a shell, with a file of their own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / f"{name}.dyad"
        self._env = os.environ | {"DYAD_HOME": str(folder / name), "DYAD_PASSPHRASE": "secret"}
        self._running: list[subprocess.Popen[str]] = []

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "dyad_desktop.cli", *(str(part) for part in arguments)]
        started = subprocess.Popen(
            command, env=self._env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self._running.append(started)
        return started

    def run(self, *arguments: object) -> str:
        return outcome(self.start(*arguments))

    def end(self) -> None:
        for process in self._running:
            if process.poll() is None:
                process.kill()
            process.communicate()


def outcome(process: "subprocess.Popen[str]", answer: str | None = None) -> str:
    out, errors = process.communicate(answer, timeout=WAIT)
    assert process.returncode == 0, errors
    return out


def fact(stream: IO[str] | None, name: str) -> str:
    """The rest of the next line, which begins with ``name``."""
    assert stream is not None
    line = stream.readline()
    assert line.startswith(name + " "), line
    return line.removeprefix(name + " ").strip()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Person, Person]]:
    first, second = Person(tmp_path, "a"), Person(tmp_path, "b")
    yield first, second
    first.end()
    second.end()


def _pair(first: Person, second: Person) -> None:
    first.run("demo", first.file)
    inviting = first.start("pair", first.file, "--listen", "127.0.0.1:0")
    address = fact(inviting.stdout, "listening")
    code = fact(inviting.stdout, "code")
    joining = second.start(
        "join", second.file, "--code", code, "--address", address, "--name", "Marcus Bell"
    )
    words = fact(inviting.stdout, "words")
    assert len(words.split()) == 4
    assert fact(joining.stdout, "words") == words
    for process in (inviting, joining):
        assert process.stdin is not None
        process.stdin.write("yes\n")
        process.stdin.flush()
    assert "sent" in outcome(inviting)
    assert "received" in outcome(joining)


def test_whoever_joins_by_a_folder_alone_is_told_what_it_waits_for(
    two: tuple[Person, Person], tmp_path: Path
) -> None:
    first, second = two
    invitation, reply, shared = (tmp_path / name for name in ("i", "r", "shared"))
    shared.mkdir()
    first.run("demo", first.file)
    first.run("invite", first.file, "-o", invitation)
    joined = ("--name", "Marcus Bell", "-o", reply, "--json")
    words = json.loads(second.run("join", invitation, second.file, *joined))["fingerprint"]
    waits = "must admit your reply (dyad admit) and sync with the folder first"
    assert waits in second.run("sync", second.file, shared)
    first.run("admit", first.file, reply, "--fingerprint", words)
    first.run("sync", first.file, shared)
    told = second.run("sync", second.file, shared, "--fingerprint", words)
    assert "received 3 commits" in told
    assert waits not in told


def test_pairing_by_code_then_edits_apart_meet_again(two: tuple[Person, Person]) -> None:
    first, second = two
    _pair(first, second)
    assert first.run("digest", first.file) == second.run("digest", second.file)
    first.run("set", first.file, "goal", "G1", "title", "From A")
    second.run("set", second.file, "goal", "G1", "title", "From B")
    listening = first.start("sync", first.file, "--lan", "--listen", "127.0.0.1:0")
    address = fact(listening.stdout, "listening")
    told = json.loads(second.run("sync", second.file, "--lan", "--address", address, "--json"))
    assert (told["commits_sent"], told["disagreements"]) == (1, 1)
    assert len(told["reached"]) == 1
    assert "1 disagreement stands" in outcome(listening)
    assert first.run("digest", first.file) == second.run("digest", second.file)
    assert first.run("check", first.file).startswith("ok")


def test_a_no_trusts_nobody(two: tuple[Person, Person]) -> None:
    first, second = two
    first.run("demo", first.file)
    inviting = first.start("pair", first.file, "--listen", "127.0.0.1:0")
    address, code = fact(inviting.stdout, "listening"), fact(inviting.stdout, "code")
    joining = second.start(
        "join", second.file, "--code", code, "--address", address, "--name", "M", "--yes"
    )
    fact(inviting.stdout, "words")
    _, said = inviting.communicate("no\n", timeout=WAIT)
    assert "Nothing was trusted" in said
    _, said = joining.communicate(timeout=WAIT)
    assert "Nothing was trusted" in said
    assert (inviting.returncode, joining.returncode) == (cli.BAD, cli.BAD)
    assert not second.file.exists()


def test_it_ends_when_its_time_is_over(two: tuple[Person, Person]) -> None:
    first, _ = two
    first.run("demo", first.file)
    alone = ("sync", first.file, "--lan", "--listen", "127.0.0.1:0", "--seconds", "2")
    process = first.start(*alone)
    out, _ = process.communicate(timeout=WAIT)
    assert process.returncode == 1, "a script must not take it for done"
    _, said = out.splitlines()
    assert said.startswith(
        "nobody was reached, so nothing was exchanged and your copy is as it was"
    )
    assert said.endswith("; 0 disagreements stand")
    out, _ = first.start(*alone, "--json").communicate(timeout=WAIT)
    told = json.loads(out)
    assert (told["reached"], told["commits_sent"], told["set_aside"]) == ([], 0, 0)


def test_an_address_that_is_not_here_is_said_once(two: tuple[Person, Person]) -> None:
    first, _ = two
    first.run("demo", first.file)
    process = first.start(
        "sync", first.file, "--lan", "--listen", "203.0.113.7:0", "--seconds", "9"
    )
    _, said = process.communicate(timeout=WAIT)
    assert process.returncode == cli.BAD
    assert said.count("203.0.113.7") == len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("join", "x.dyad", "--name", "M", "--code", "nonsense"),
        ("join", "x.dyad", "--name", "M"),
        ("sync", "x.dyad"),
    ],
)
def test_what_is_missing_is_said(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == cli.BAD
    said = capsys.readouterr().err
    assert "expected" in said or "pairing code" in said
