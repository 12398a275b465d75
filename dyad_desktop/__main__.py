"""The window: ``dyad-desktop [FILE.dyad]``, or ``--example`` for the example partnership."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the window; returns the exit code."""
    parser = argparse.ArgumentParser(prog="dyad-desktop", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.dyad")
    parser.add_argument("--example", action="store_true", help="open the example partnership")
    options = parser.parse_args(arguments)
    from dyad_desktop.app import run  # noqa: PLC0415 - help must not wait for the window toolkit

    return run(options.file, example=options.example)


if __name__ == "__main__":
    sys.exit(main())
