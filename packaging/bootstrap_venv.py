"""The private environment: made once, known by its stamp, renewed when what it rests on changes.

Standard library only, and written so that an old Python still gets as far as being told so.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OLDEST_PYTHON = (3, 11)
# Raise this when a change to the set-up steps must make every environment anew.
SETUP_VERSION = "1"
STAMP_NAME = "dyad-setup.stamp"
# Lines of the stamp proper; below them stand the names of the packages that were installed.
STAMP_LINES = 2

# What pip and the sockets below it say when the package index can't be reached.
NETWORK_SIGNS = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "Temporary failure in name resolution",
    "Name or service not known",
    "getaddrinfo failed",
    "nodename nor servname",
    "Network is unreachable",
    "Connection refused",
    "Cannot connect to proxy",
    "Read timed out",
    "Failed to establish a new connection",
)


class SetupError(Exception):
    """The set-up can't go on; the message is one line that says why and what to do."""


class Environment:
    """The `.venv` of one checkout, and what has to be true for it to be up to date."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.lock = root / "packaging" / "lock.txt"
        self.project = root / "pyproject.toml"
        self.stamp_file = self.folder / STAMP_NAME

    def program(self, name: str) -> Path:
        """Return where the environment keeps the program called `name`."""
        if os.name == "nt":
            return self.folder / "Scripts" / (name + ".exe")
        return self.folder / "bin" / name

    def stamp(self) -> str:
        """Return two lines: what the interpreter is, and what has been installed with it."""
        base = "|".join([SETUP_VERSION, sys.version, sys.base_prefix, str(self.root)])
        contents = hashlib.sha256()
        for path in (self.lock, self.project):
            # Text, not bytes: a checkout with other line ends is the same lock.
            contents.update(path.read_text(encoding="utf-8").encode() + b"\0")
        return f"{hashlib.sha256(base.encode()).hexdigest()}\n{contents.hexdigest()}\n"

    def recorded_stamp(self) -> str:
        """Return the stamp of the last set-up that finished, or nothing."""
        try:
            return self.stamp_file.read_text(encoding="utf-8")
        except OSError:
            return ""

    @property
    def packages(self) -> Path:
        """Where the environment keeps its packages."""
        found = self.folder.glob("lib/python*/site-packages")
        return next(found, self.folder / "Lib" / "site-packages")

    def installed(self) -> list[str]:
        """Return the names under which packages are noted; pip is left out, which people renew by hand."""
        found = (path.name for path in self.packages.glob("*.dist-info"))
        return sorted(name for name in found if not name.startswith("pip-"))

    def is_whole(self) -> bool:
        """Say whether every file of every package that the last set-up left is still there."""
        recorded = self.recorded_stamp().splitlines()[STAMP_LINES:]
        return all(has_all_files(self.packages, name) for name in recorded or self.installed())

    def is_current(self) -> bool:
        """Say whether the environment is whole and nothing it rests on has changed."""
        same = self.recorded_stamp().startswith(self.stamp())
        return same and self.program("python").exists() and self.is_whole()

    def can_be_kept(self) -> bool:
        """Say whether only the packages are out of date, not the interpreter below them."""
        same_base = self.recorded_stamp().split("\n")[0] == self.stamp().split("\n")[0]
        programs = self.program("python").exists() and self.program("pip").exists()
        return same_base and programs and self.is_whole()

    def ensure(self) -> bool:
        """Bring the environment up to date; return whether there was anything to do."""
        if self.is_current():
            return False
        stamp = self.stamp()
        keep = self.can_be_kept()
        if keep:
            self.stamp_file.unlink()
        else:
            self._make()
        self._install(first_time=not keep)
        names = "".join(name + "\n" for name in self.installed())
        self.stamp_file.write_text(stamp + names, encoding="utf-8")
        return True

    def _make(self) -> None:
        if self.folder.is_symlink() or self.folder.is_file():
            self.folder.unlink()
        elif self.folder.exists():
            say("Making .venv again: the one here is unfinished or was made for another Python.")
            shutil.rmtree(str(self.folder))
        made = run_quietly([sys.executable, "-m", "venv", str(self.folder)], self.root)
        if made.returncode:
            raise SetupError("could not make .venv: " + last_line(made.stdout))

    def _install(self, *, first_time: bool) -> None:
        count = sum("==" in line for line in self.lock.read_text(encoding="utf-8").splitlines())
        pace = "a minute or two, once" if first_time else "only what changed"
        say(f"Installing {count} pinned packages into .venv ({pace}) ...")
        self._pip("install", "--require-hashes", "--requirement", str(self.lock))
        self._pip("install", "--no-deps", "--no-build-isolation", "--editable", str(self.root))
        # An editable install compiles nothing, and a start shouldn't wait for it each time.
        python = str(self.program("python"))
        run_quietly([python, "-m", "compileall", "-q", str(self.root / "dyad_desktop")], self.root)

    def _pip(self, *arguments: str) -> None:
        pip = [
            str(self.program("python")),
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
        ]
        done = run_quietly([*pip, "--quiet", *arguments], self.root)
        if done.returncode:
            raise SetupError(explain_pip(done.stdout))


def has_all_files(packages: Path, name: str) -> bool:
    """Say whether the files that pip noted for a package are there; what Python compiled may be gone."""
    wanted: dict[str, set[str]] = {}
    try:
        for line in (packages / name / "RECORD").read_text(encoding="utf-8").splitlines():
            folder, _, file = line.rsplit(",", 2)[0].strip('"').rpartition("/")
            if not file.endswith(".pyc"):
                wanted.setdefault(folder, set()).add(file)
        # A list of each folder: ten thousand single looks would make every start wait.
        return all(
            files.issubset(os.listdir(f"{packages}/{folder}"))  # noqa: PTH208 - as above
            for folder, files in wanted.items()
        )
    except OSError:
        return False


def explain_pip(output: str) -> str:
    """Return one line for what pip printed as it failed.

    With no network pip ends on "No matching distribution", which names the wrong culprit.
    """
    if any(sign in output for sign in NETWORK_SIGNS):
        return "no network: pip could not reach the package index; check the connection or proxy"
    if "CERTIFICATE_VERIFY_FAILED" in output:
        return "the package index's certificate is not trusted here; set PIP_CERT to your CA file"
    if "DO NOT MATCH THE HASHES" in output:
        return "a downloaded package is not the one that packaging/lock.txt pins; nothing was run"
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    return "pip failed: " + (errors[-1][len("ERROR:") :].strip() if errors else last_line(output))


def check_python() -> None:
    """Raise SetupError if this Python is too old or can't make environments."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        found = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(f"Python {wanted} or newer is needed; this is {found} ({sys.executable})")
    if not has_venv():
        raise SetupError("this Python can't make environments; run: apt install python3-venv")


def has_venv() -> bool:
    """Say whether this Python can make an environment with pip in it."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def run_quietly(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and keep what it printed, both streams in one."""
    # A user-wide PIP_USER=1 can't be meant for an environment.
    environment = {**os.environ, "PIP_USER": "0"}
    return subprocess.run(
        command,
        cwd=str(folder),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def last_line(output: str) -> str:
    """Return the last line that says anything."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)
