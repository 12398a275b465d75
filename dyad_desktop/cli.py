"""The ``dyad`` command, for scripts, IT and tests. Exit 0 done, 1 a check found something, 2 bad input."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

DONE, FOUND, BAD = 0, 1, 2

PAGES = [
    "home",
    "goals",
    "performance",
    "operating",
    "capital",
    "initiatives",
    "disagreements",
    "partnership",
    "exchange",
    "side",
    "history",
    "aside",
    "then",
    "welcome",
]


_LARGEST_COUNT = 10**9


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as argparse has them
        super().__init__(**options)
        # Amounts as people write them, -1.2m or -3%, are no options.
        self._negative_number_matcher = re.compile(r"-[$€£¥]?\.?\d")

    def error(self, message: str) -> NoReturn:
        self.exit(BAD, f"{self.prog}: {message}; try {self.prog} --help\n")


class _Command(_Parser):
    """Takes files and values also behind options, which Python 3.11 does only when asked."""

    _asked = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401
        if self._asked:
            return super().parse_known_args(args, namespace)
        self._asked = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._asked = False


class _Commands:
    """Adds commands that share how their file and their common options are named."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._commands = parser.add_subparsers(
            dest="command", required=True, metavar="COMMAND", parser_class=_Command
        )

    def add(
        self, name: str, text: str, *, json: bool = False, file: bool = True
    ) -> argparse.ArgumentParser:
        command = self._commands.add_parser(name, help=text, description=text)
        if file:
            command.add_argument("file", type=Path, metavar="FILE.dyad", help="the workspace")
        if json:
            command.add_argument("--json", action="store_true", help="print one JSON object")
        return command


def _writer(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--as", dest="partner", metavar="A|B", help="who writes; by default the first partner"
    )


def _seconds(text: str) -> float:
    """Return a time to wait, above nothing and at most a week."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 7 * 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _LARGEST_COUNT):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a count")
    return int(text)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = _Parser(prog="dyad", description="A Dyad workspace from the command line.")
    commands = _Commands(parser)
    _add_making(commands)
    _add_reading(commands)
    _add_writing(commands)
    _add_import(commands)
    _add_pairing(commands)
    _add_travelling(commands)
    commands.add("digest", "one line, equal on two copies that hold the same commits")
    return parser


def _add_making(commands: _Commands) -> None:
    _writer(commands.add("demo", "make a workspace of the example partnership"))
    load = commands.add("load", "make a workspace from plain text", json=True, file=False)
    load.add_argument("source", type=Path, metavar="SRC.yaml")
    load.add_argument("file", type=Path, metavar="FILE.dyad")
    _writer(load)
    dump = commands.add("dump", "write everything as plain text")
    dump.add_argument(
        "-o", "--output", type=Path, metavar="OUT.yaml", help="by default standard output"
    )


def _add_reading(commands: _Commands) -> None:
    commands.add(
        "status", "partners, devices, commits, changes, disagreements, drafts, size", json=True
    )
    totals = commands.add("totals", "control totals of a draft", json=True)
    totals.add_argument("--draft", metavar="NAME", help="by default the working draft")
    get = commands.add("get", "show a thing or one of its fields", json=True)
    get.add_argument("kind", metavar="KIND")
    get.add_argument("id", metavar="ID")
    get.add_argument("field", metavar="FIELD[/SLOT]", nargs="?")
    log = commands.add("log", "commits, the newest first: who, when, label, changes", json=True)
    log.add_argument("-n", "--limit", type=_count, metavar="N", help="only the newest N")
    commands.add(
        "check", "hashes, signatures, registers against log, tables against registers", json=True
    )
    commands.add("disagreements", "what the partners hold apart, each with both values", json=True)


def _add_writing(commands: _Commands) -> None:
    aside = commands.add(
        "aside", "what a laptop wrote after it was given up: list, take, leave out", json=True
    )
    way = aside.add_mutually_exclusive_group()
    for option, told in (
        ("--take", "write what these commits of the list say as yours; all of it without numbers"),
        ("--leave", "leave out what these commits of the list say; all of it without numbers"),
    ):
        way.add_argument(option, type=_count, nargs="*", metavar="N", help=told)
    _writer(aside)
    put = commands.add("set", "write one field as one commit", json=True)
    put.add_argument("kind", metavar="KIND")
    put.add_argument("id", metavar="ID")
    put.add_argument("field", metavar="FIELD[/SLOT]")
    put.add_argument("value", metavar="VALUE")
    _writer(put)
    export = commands.add("export", "write an export, such as the finance workbook", json=True)
    export.add_argument("profile", metavar="PROFILE", help="workbook, text")
    export.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    export.add_argument("--draft", metavar="NAME", help="by default the working draft")
    shot = commands.add("shot", "make a picture of a page, offscreen")
    shot.add_argument("page", metavar="PAGE[/VIEW][#ID]", help=", ".join(PAGES))
    shot.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.png")
    shot.add_argument("--size", default="1440x900", metavar="1440x900")
    shot.add_argument("--dark", action="store_true")
    shot.add_argument("--scale", type=float, default=1.0, metavar="2")
    settle = commands.add("settle", "give a contested field one value, as one commit", json=True)
    settle.add_argument("kind", metavar="KIND")
    settle.add_argument("id", metavar="ID")
    settle.add_argument("field", metavar="FIELD[/SLOT]", help="_deleted takes true or false")
    settle.add_argument(
        "value", metavar="VALUE",
        help="of a reference to something deleted: bring_back, let_go or delete",
    )  # fmt: skip
    _writer(settle)


def _add_import(commands: _Commands) -> None:
    take = commands.add("import", "bring values in from CSV, XLSX or ODS, as one commit", json=True)
    take.add_argument("what", choices=["observations"], metavar="observations")
    take.add_argument("source", type=Path, metavar="SRC")
    take.add_argument("--dry-run", action="store_true", help="only tell what would change")
    take.add_argument("--add-only", action="store_true", help="leave values that stand as they are")
    take.add_argument(
        "--sheet",
        default="",
        metavar="NAME",
        help="of a workbook; by default the first with a table",
    )
    take.add_argument(
        "--measure",
        default="",
        metavar="ID",
        help="whose values these are, where no column names it",
    )
    take.add_argument(
        "--map", action="append", default=[], metavar="NAME=ID",
        help="what a name of the source means; NAME= leaves it out",
    )  # fmt: skip
    _add_spellings(take)
    take.add_argument(
        "--year-to-date", action="append", default=[], metavar="ID",
        help="a measure whose values in the source build up over the year",
    )  # fmt: skip
    take.add_argument(
        "--own-period", action="append", default=[], metavar="ID",
        help="a measure whose values are each month's own, whatever the source says or they look like",
    )  # fmt: skip
    take.add_argument(
        "--no-marks", action="store_true", help="don't mark young periods provisional"
    )
    _writer(take)


def _add_spellings(take: argparse.ArgumentParser) -> None:
    """Add how a source spells what can be read in two ways."""
    take.add_argument(
        "--dates", choices=["day-first", "month-first"],
        help="what 05/11/2026 means, where the source doesn't tell",
    )  # fmt: skip
    take.add_argument(
        "--decimal", choices=["comma", "point"], help="the decimal mark, where it is guessed wrong"
    )
    take.add_argument(
        "--percentages", choices=["fractions", "percent"],
        help="whether 26.4 %% stands as 0.264 or as 26.4, where it is guessed wrong",
    )  # fmt: skip


def _add_pairing(commands: _Commands) -> None:
    invite = commands.add("invite", "an invitation for your partner's laptop", json=True)
    invite.add_argument("-o", "--output", type=Path, required=True, metavar="INVITE")
    invite.add_argument(
        "--for", dest="for_partner", metavar="A|B", help="whom; by default the other"
    )
    invite.add_argument(
        "--new-partner", metavar="NAME", help="for a further partner, who is added under this name"
    )
    invite.add_argument(
        "--second-laptop", action="store_true", help="for a second laptop of your own"
    )
    _writer(invite)
    join = commands.add(
        "join", "an empty copy that answers an invitation, or a code", json=True, file=False
    )
    join.add_argument("files", type=Path, nargs="+", metavar="[INVITE] NEW.dyad")
    join.add_argument("--name", required=True, help="your name, as your partner knows you")
    join.add_argument("-o", "--output", type=Path, metavar="REPLY", help="with INVITE")
    join.add_argument("--code", metavar="CODE", help="the code that your partner's computer shows")
    _calling(join)
    _words(join)
    admit = commands.add("admit", "let the laptop in that replied", json=True)
    admit.add_argument("reply", type=Path, metavar="REPLY")
    _fingerprint(admit)
    _writer(admit)
    pair = commands.add("pair", "pair by a code on the local network", json=True)
    pair.add_argument("--for", dest="for_partner", metavar="A|B", help="whom; by default the other")
    pair.add_argument("--second-laptop", action="store_true", help="a second laptop of your own")
    _listening(pair)
    pair.add_argument("--seconds", type=_seconds, metavar="N", help="wait no longer than that")
    _words(pair)
    _writer(pair)


def _add_travelling(commands: _Commands) -> None:
    send = commands.add("send", "write a bundle of what the other laptops lack", json=True)
    send.add_argument("-o", "--output", type=Path, required=True, metavar="BUNDLE")
    _writer(send)
    receive = commands.add("receive", "take a bundle", json=True)
    receive.add_argument("bundle", type=Path, metavar="BUNDLE")
    _fingerprint(receive)
    _writer(receive)
    sync = commands.add("sync", "exchange by a shared folder or on the local network", json=True)
    sync.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    sync.add_argument("--lan", action="store_true", help="on the local network")
    _calling(sync)
    _listening(sync)
    _fingerprint(sync)
    _writer(sync)


def _calling(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--address", metavar="HOST:PORT", help="of the other computer; by default it is found"
    )
    command.add_argument(
        "--seconds",
        type=_seconds,
        metavar="N",
        help="stay so long; by default until both hold the same",
    )


def _listening(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--listen",
        nargs="?",
        const="0.0.0.0:0",
        metavar="[HOST:]PORT",
        help="where to take calls; by default any free port",
    )


def _words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--yes",
        action="store_true",
        help="don't ask whether both see the same four words: only where nobody else is on the network",
    )


def _fingerprint(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--fingerprint", metavar="WORDS", help="the eight words that both partners compared"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = build_parser().parse_args(arguments)
    from dyad_desktop import commands  # noqa: PLC0415 - help must not wait for the libraries
    from dyad_desktop.errors import DyadError  # noqa: PLC0415

    try:
        run = commands.RUN.get(options.command)
        if options.command == "import":
            from dyad_desktop import commands_import  # noqa: PLC0415 - only it reads workbooks

            run = commands_import.import_observations
        if run is None:
            from dyad_desktop import commands_travel  # noqa: PLC0415 - only these need its libraries

            run = commands_travel.RUN[options.command]
        code = run(options)
        sys.stdout.flush()
    except DyadError as error:
        print("dyad: " + " ".join(str(error).split()), file=sys.stderr)
        return BAD
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    return code


if __name__ == "__main__":
    sys.exit(main())
