"""What ``dyad import`` does: a source's observations into a workspace, or only told."""

import argparse
from contextlib import closing
from dataclasses import replace
from typing import Any

from dyad_desktop.commands import print_json
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import (
    LEFT_OUT,
    LONG,
    MEASURE,
    PERIOD,
    TURNED,
    VALUE,
    Reading,
    lacking_in,
)
from dyad_desktop.domain.observation_import_dates import question_in, settled
from dyad_desktop.domain.observation_import_guess import unused_in, with_names
from dyad_desktop.domain.observation_import_marks import SAID
from dyad_desktop.domain.observation_import_periods import FORMS
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.observations import Source
from dyad_desktop.services.bringing_in import bring_in
from dyad_desktop.services.importing import (
    ADDED,
    CHANGED,
    EQUAL,
    LEFT,
    Move,
    Preview,
    Wish,
    guessed,
    known_of,
    preview,
    read_table,
)
from dyad_desktop.services.importing_apart import apart_in
from dyad_desktop.services.importing_parts import Doubt
from dyad_desktop.services.importing_past import corrections, measures_of
from dyad_desktop.services.session import Session
from dyad_desktop.services.typed import rounded_words

DAY_FIRST, COMMA, FRACTIONS = "day-first", "comma", "fractions"
FOUND = 1
"""Exit code when some rows could not be taken."""


def import_observations(options: argparse.Namespace) -> int:
    """Bring observations in, or tell what that would do; 1 when rows could not be taken."""
    session = Session.open(options.file, options.partner, read_only=options.dry_run)
    with closing(session):
        if session.empty:
            raise BadInputError(
                "this copy is empty: it waits for the first delivery", str(options.file)
            )
        shown = _preview(session, options)
        if not shown.moves and not shown.bad:
            raise BadInputError(
                "no value was found in it: check that a column is called Value, or what --measure and --map say",
                str(options.source),
            )
        if not options.dry_run and shown.open:
            raise BadInputError(f"{_asked_words(shown)}. Nothing was written", shown.source)
        label = ""
        if not options.dry_run and not shown.empty:
            label = bring_in(session, shown).note
        if options.json:
            print_json(_found(shown, label))
        else:
            _print(shown, label, dry=options.dry_run)
    return FOUND if shown.bad or shown.open else 0


def _preview(session: Session, options: argparse.Namespace) -> Preview:
    book = session.book
    source = read_table(options.source, known_of(book), options.sheet)
    if len(source.sheets) > 1 and not options.json:
        passed = f"; no table on {', '.join(map(repr, source.passed))}" if source.passed else ""
        print(f"sheet {source.sheet!r} is read, of {', '.join(source.sheets)}{passed}")
    guess = guessed(source, known_of(book))
    _check_table(source, guess)
    reading = _dated(source, _asked(book, source, guess, options), options)
    for measure in (*options.year_to_date, *options.own_period):
        _check_measure(book, measure)
    both = set(options.year_to_date) & set(options.own_period)
    if both:
        raise BadInputError(
            f"the values of {min(both)} are either of the year to date or each month’s own",
            "--own-period",
        )
    unused = unused_in(source.rows, reading)
    if unused and not options.json:
        print(f"not used, though figures stand there: {', '.join(unused)}")
    if reading.fractions and options.percentages is None and not options.json:
        print(
            "percentages are taken for fractions, 0.07 for 7 %; --percentages percent if they aren’t"
        )
    wish = Wish(
        replacing=not options.add_only,
        marking=not options.no_marks,
        year_to_date=frozenset(options.year_to_date),
        own_period=frozenset(options.own_period),
    )
    apart, past = apart_in(session.disagreements()), corrections(session, measures_of(reading))
    return preview(book, source, reading, wish, apart=apart, past=past)


def _asked_words(shown: Preview) -> str:
    """Return of which measures must be said whether their figures are of the year to date, and how to say it."""
    said = [one for one in shown.open if one in shown.said]
    looks = [one for one in shown.open if one not in shown.said]
    parts = (
        [f"it says that the values of {', '.join(said)} are of the year to date"] if said else []
    )
    parts += (
        [f"the values of {', '.join(looks)} look like those of the year to date"] if looks else []
    )
    told = "; say ".join(
        f"--year-to-date {one} if they are, or --own-period {one} if each is its month’s own"
        for one in shown.open
    )
    return f"{'; '.join(parts)}; say {told}"


def _check_table(source: Source, reading: Reading) -> None:
    """Refuse a source without a table.

    Raises:
        BadInputError: no column holds periods, or none holds values.
    """
    if not lacking_in(reading):
        return
    dated = PERIOD in reading.roles
    what = "no column holds values" if dated else "no column holds periods"
    if len(source.sheets) > 1:
        raise BadInputError(
            f"no table on sheet {source.sheet!r} ({what}); sheets are {', '.join(source.sheets)}",
            source.name,
        )
    forms = "" if dated else f" such as {FORMS}"
    raise BadInputError(f"there is no table in it: {what}{forms}", source.name)


def _asked(book: Book, source: Source, reading: Reading, options: argparse.Namespace) -> Reading:
    """Return a reading with what the command line says of it."""
    if options.measure:
        _check_measure(book, options.measure)
        reading = _of_one(reading, options.measure)
    if options.decimal:
        said = replace(reading, comma=options.decimal == COMMA, mark=SAID)
        reading = settled(source.rows, said)
    reading = with_names(source.rows, reading, known_of(book))
    if options.percentages:
        reading = replace(reading, fractions=options.percentages == FRACTIONS)
    names = dict(reading.names)
    for text in options.map:
        name, _, measure = text.rpartition("=")
        if name not in names:
            raise BadInputError(f"{name!r} is not a name of the source", "--map")
        if measure:
            _check_measure(book, measure)
        names[name] = measure or LEFT_OUT
    return replace(reading, names=names)


def _of_one(reading: Reading, measure: str) -> Reading:
    """Return a reading of a source whose values are all of one measure, whatever its headings say.

    Raises:
        BadInputError: several columns hold values.
    """
    if reading.shape == TURNED:
        if reading.roles.count(MEASURE) > 1:
            raise BadInputError(
                "several columns hold values; --measure is for one: say --map HEADING=ID for each",
                "--measure",
            )
        roles = tuple(VALUE if role == MEASURE else role for role in reading.roles)
        return replace(reading, shape=LONG, roles=roles, measure=measure)
    roles = tuple("" if role == MEASURE else role for role in reading.roles)
    return replace(reading, roles=roles, measure=measure)


def _dated(source: Source, reading: Reading, options: argparse.Namespace) -> Reading:
    """Return a reading whose dates have one order.

    Raises:
        BadInputError: neither the source nor the command line tells it.
    """
    if options.dates:
        return replace(reading, day_first=options.dates == DAY_FIRST)
    asked = question_in(source.rows, reading)
    if asked is not None:
        raise BadInputError(
            f"{asked.sentence}. Nothing was written; say --dates day-first or --dates month-first",
            source.name,
        )
    return reading


def _check_measure(book: Book, measure: str) -> None:
    if book.get(Measure, measure) is None:
        raise BadInputError(f"there is no measure {measure!r}")


def _found(shown: Preview, label: str) -> dict[str, Any]:
    return {
        "written": bool(label),
        "label": label,
        **{how: len(shown.of(how)) for how in (ADDED, CHANGED, EQUAL, LEFT)},
        "changes": [_move(move) for move in shown.written],
        "bad_rows": [{"row": one.row, "reason": one.reason, "text": one.text} for one in shown.bad],
        "passed_rows": [
            {"row": one.row, "reason": one.reason, "text": one.text} for one in shown.passed
        ],
        "warnings": [_doubt(one) for one in shown.doubts],
        "looks_year_to_date": list(shown.building),
        "open": list(shown.open),
        "rounded": shown.rounded,
    }


def _doubt(one: Doubt) -> dict[str, Any]:
    return {
        "row": one.row or None,
        "measure": one.measure or None,
        "period": one.period or None,
        "reason": one.reason,
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "measure": move.measure,
        "period": move.period,
        "field": move.field,
        "old": move.old,
        "new": move.new,
        "row": move.row or None,
    }


def _print(shown: Preview, label: str, *, dry: bool) -> None:
    for move in shown.written if dry else ():
        old = "" if move.old is None else f"{move.old} → "
        new = "nothing" if move.new is None else move.new
        print(f"{move.measure:12} {move.period} {move.field:12} {old}{new}")
    for one in shown.bad:
        print(f"row {one.row}: {one.reason}")
    for passed in shown.passed if dry else ():
        print(f"passed over: row {passed.row}: {passed.reason}")
    for doubt in shown.doubts:
        where = f"row {doubt.row}, " if doubt.row else ""
        whose = f"{doubt.measure} {doubt.period}".strip()
        print(f"look: {where}{whose}: {doubt.reason}")
    for measure in sorted(shown.wish.year_to_date & shown.months):
        print(f"{measure}: each month’s own value is worked out, since it holds those of months")
    if shown.open:
        print(f"open, and nothing is brought in until it is said: {_asked_words(shown)}")
    if shown.rounded:
        print(rounded_words(shown.rounded))
    counts = ", ".join(f"{len(shown.of(how)):,} {how}" for how in (ADDED, CHANGED, EQUAL))
    left = len(shown.of(LEFT))
    counts += f", {left:,} left as they stand" if left else ""
    counts += f", {len(shown.passed):,} passed over" if shown.passed else ""
    print(counts)
    print(label or ("dry run: nothing is written" if dry else "nothing to change"))
