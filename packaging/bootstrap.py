"""One command from a fresh checkout to a running window or a full test run; standard library only.

python3 packaging/bootstrap.py run [FILE]   set up, then open the window on the example or on FILE
python3 packaging/bootstrap.py test         set up, then run every check of the project
python3 packaging/bootstrap.py setup        only set up: .venv/bin/dyad and .venv/bin/dyad-desktop
python3 packaging/bootstrap.py lint         only the checks that don't run the code
python3 packaging/bootstrap.py bench        measure speed and size
python3 packaging/bootstrap.py simulate     let simulated laptops meet at random: --minutes N, --seed S
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import bootstrap_debian as debian
from bootstrap_venv import Environment, SetupError, check_python, say

ROOT = Path(__file__).resolve().parent.parent
DEMO_FOLDER = "dyad-demo"
DEMO_FILE = "larkhaven.dyad"
PAGES = (
    "home",
    "goals",
    "performance",
    "operating",
    "capital",
    "initiatives",
    "disagreements",
    "side",
    "history",
    "partnership",
    "exchange",
)
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        environment = set_up(for_tests=options.command == "test")
        return perform(options, environment)
    except SetupError as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        # A full disk, a read-only checkout: the system's own words name the file.
        print(f"bootstrap: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; exits with status 2 and a line that says what is wrong."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py", description="Set up Dyad Desktop in .venv and run it or its checks."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="open the window on the example, or on FILE")
    run.add_argument("file", nargs="?", metavar="FILE", type=existing_file)
    test = commands.add_parser("test", help="run every check and all tests")
    test.add_argument(
        "--fail-on-skip",
        action="store_true",
        help="fail if a test was skipped because a program is missing (for CI)",
    )
    commands.add_parser("setup", help="only make .venv and install what is needed")
    commands.add_parser("lint", help="style, types and import contracts")
    commands.add_parser("bench", help="measure speed and size against their bars")
    simulate = commands.add_parser("simulate", help="look for what breaks the merge, at random")
    simulate.add_argument("--minutes", type=float, default=10.0, help="how long (10)")
    simulate.add_argument("--seed", type=int, help="where to begin; by default chance decides")
    return parser.parse_args(arguments)


def existing_file(text: str) -> Path:
    """Return the path of a file that is there, whole, since commands run from the project root."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"no such file: {text}")
    return path.resolve()


def set_up(*, for_tests: bool) -> Environment:
    """Bring Debian's part and the environment up to date; quick when nothing changed."""
    debian.ensure_venv_module()
    check_python()
    debian.ensure_libraries()
    if for_tests:
        debian.ensure_test_programs()
    environment = Environment(ROOT)
    environment.ensure()
    return environment


def perform(options: argparse.Namespace, environment: Environment) -> int:
    """Do what was asked, in an environment that is ready."""
    if options.command == "run":
        return run(environment, options.file)
    if options.command == "bench":
        return start(environment, "python", "-m", "tests.bench")
    if options.command == "simulate":
        return start(environment, "python", "-m", "tests.simulation", *simulated(options))
    if options.command == "setup":
        folder = environment.program("dyad").parent
        say(f"Ready: dyad and dyad-desktop are in {folder}")
        return 0
    return check(environment, options)


def simulated(options: argparse.Namespace) -> list[str]:
    """Return what the simulation is told: how long, and where to begin."""
    seed = [] if options.seed is None else ["--seed", str(options.seed)]
    return ["--minutes", str(options.minutes), *seed]


def check(environment: Environment, options: argparse.Namespace) -> int:
    """Run the gates and print the summary as the last line."""
    # Only here: a start of the window should not pay for it.
    import bootstrap_gates as gates  # noqa: PLC0415

    skip_fails = bool(options.command == "test" and options.fail_on_skip)
    if options.command == "lint":
        failed, skips = gates.run_lint(environment), gates.Skips({}, {})
    else:
        failed, skips = gates.run_all(environment)
    say("\n" + gates.summary(failed, skips, skip_fails=skip_fails))
    return 1 if failed or (skip_fails and skips.programs) else 0


def start(environment: Environment, program: str, *arguments: str) -> int:
    """Run a program of the environment in the project root and return its exit code."""
    command = [str(environment.program(program)), *arguments]
    return subprocess.run(command, cwd=str(environment.root), check=False).returncode


def run(environment: Environment, file: Path | None) -> int:
    """Open the window, or on a machine without a display write the demonstration files."""
    if debian.has_display():
        return start(environment, "dyad-desktop", str(file) if file else "--example")
    say(f"There is no display here: writing the files and pictures into ./{DEMO_FOLDER}/ instead.")
    for arguments in demo_commands(file):  # each names what it has written
        code = start(environment, "dyad", *arguments)
        if code:
            return code
    return 0


def demo_commands(file: Path | None) -> list[list[str]]:
    """Clear the way for the demonstration; return its `dyad` commands, each ending in its output.

    Output goes below the folder we were called from; only files of our own names are replaced.
    """
    folder = Path.cwd() / DEMO_FOLDER
    folder.mkdir(exist_ok=True)
    commands = []
    source = file
    if source is None:
        source = folder / DEMO_FILE
        for leftover in (source, *(Path(str(source) + end) for end in ("-wal", "-shm"))):
            leftover.unlink(missing_ok=True)
        commands.append(["demo", str(source)])
    workbook = folder / f"{source.stem}-operating-budget.xlsx"
    commands.append(["export", str(source), "workbook", "-o", str(workbook)])
    commands += [["shot", str(source), page, "-o", str(folder / (page + ".png"))] for page in PAGES]
    return commands


if __name__ == "__main__":
    sys.exit(main())
