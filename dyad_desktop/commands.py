"""What each ``dyad`` command does."""

import argparse
import datetime
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from dyad_desktop.domain.operating import Draft
from dyad_desktop.domain.records import check_slot, spec_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, EXTRA, FieldSpec
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services import (
    disagreements,
    editing,
    export,
    files,
    goals,
    set_aside,
    settling,
    taking_aside,
    telling,
)
from dyad_desktop.services.rules import NoDriverError
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.status import status
from dyad_desktop.services.still_open import open_words
from dyad_desktop.services.values import exponent_of, parse_at, plain_value

EMPTY = "empty: no partnership has arrived in this copy yet"

_json = msgspec.json.Encoder(decimal_format="number")


def print_json(data: object) -> None:
    """Print one JSON object."""
    print(msgspec.json.format(_json.encode(data).decode(), indent=2))


def _reading(options: argparse.Namespace) -> closing[Session]:
    return closing(Session.open(options.file, read_only=True))


def _filled(session: Session, options: argparse.Namespace) -> Session:
    """Return a session that has something to compute or to write out.

    Raises:
        BadInputError: it is an empty copy, or its drafts were all deleted apart.
    """
    if session.empty:
        raise BadInputError(
            "this copy is empty: it waits for the first delivery from its partner",
            str(options.file),
        )
    if not session.book.all(Draft):
        raise BadInputError("the partnership has no draft of its budget", str(options.file))
    return session


def demo(options: argparse.Namespace) -> int:
    """Make the example workspace."""
    with closing(files.demo(options.file, options.partner)) as session:
        print(f"{options.file}: {status(session).title}")
    return 0


def load(options: argparse.Namespace) -> int:
    """Make a workspace from text and report what the schema doesn't know."""
    session, report = files.load(options.source, options.file, options.partner)
    with closing(session):
        if options.json:
            print_json(
                {
                    "file": str(options.file),
                    "entities": report.entities,
                    "unknown_keys": report.unknown,
                    "differing_control_totals": report.differing_totals,
                }
            )
            return 0
        print(f"{options.file}: {report.entities} entries from {options.source.name}")
        for place in report.unknown:
            print(f"unknown key, kept: {place}")
        for text in report.differing_totals:
            print(f"control total differs: {text}")
    return 0


def dump(options: argparse.Namespace) -> int:
    """Write the whole workspace as text."""
    with _reading(options) as session:
        text = files.dump(_filled(session, options))
    if options.output is None:
        sys.stdout.write(text)
    else:
        files.write_whole(options.output, text)
    return 0


def show_status(options: argparse.Namespace) -> int:
    """Print what the file holds."""
    with _reading(options) as session:
        found, empty = status(session), session.empty
    if options.json:
        print_json(msgspec.to_builtins(found) | {"empty": empty})
        return 0
    print(f"{EMPTY if empty else found.title}\n")
    rows = [
        ("partners", ", ".join(f"{name} ({key})" for key, name in found.partners.items())),
        ("devices", found.devices_words),
        ("commits", f"{found.commits:,}{_aside(found.set_aside)}"),
        ("changes", f"{found.changes:,}"),
        ("disagreements", f"{found.disagreements:,}{_later(found.later)}"),
        (
            "drafts",
            ", ".join(f"{d.name} ({d.state}, {d.overridden_months} by hand)" for d in found.drafts),
        ),
        ("size", f"{found.size:,} bytes"),
    ]
    for name, text in rows:
        print(f"{name:14} {text}")
    return 0


def _aside(count: int) -> str:
    return f"; {count:,} of them set aside" if count else ""


def _later(count: int) -> str:
    return f"; {count:,} more in what a newer version wrote: update to settle them" if count else ""


def show_totals(options: argparse.Namespace) -> int:
    """Print the control totals of a draft."""
    with _reading(options) as session:
        print_json(files.totals(_filled(session, options), options.draft))
        draft = files.find_draft(session.book, options.draft).id
        told = (f"Note: {words}" for words in filter(None, [open_words(session, draft)]))
        for sentence in (*told, *files.unplanned_words(session, options.draft)):
            print(sentence, file=sys.stderr)
    return 0


def _split(text: str) -> tuple[str, str]:
    field, _, slot = text.partition("/")
    return field, slot


def _record(session: Session, kind: str, entity_id: str) -> Mapping[str, Any]:
    if kind not in KINDS:
        raise BadInputError(f"there is no kind {kind!r}; kinds are {', '.join(KINDS)}")
    record = session.records().get((kind, entity_id))
    if record is None:
        raise BadInputError(f"there is no {kind} {entity_id!r}")
    return record


def get(options: argparse.Namespace) -> int:
    """Print a thing, a field or a slot."""
    with _reading(options) as session:
        record = _record(session, options.kind, options.id)
        exponent = exponent_of(session.book)
        if options.field is None:
            specs = KINDS[options.kind].fields
            found: Any = {
                name: _plain(spec, record.get(name), exponent) for name, spec in specs.items()
            }
            if EXTRA in record:
                found["unknown"] = record[EXTRA]
        else:
            field, slot = _split(options.field)
            spec = spec_of(options.kind, field)
            part = check_slot(spec, slot) if slot else ""
            found = _plain(spec, record.get(field), exponent)
            if part:
                found = (found or {}).get(part)
        apart = _apart(session, options)
    _print_found(found, options)
    if apart:
        print(
            f"dyad: {', '.join(apart)}: the partners hold it apart; printed is what they both last had, see"
            " dyad disagreements",
            file=sys.stderr,
        )
    return 0


def _apart(session: Session, options: argparse.Namespace) -> list[str]:
    """Return what is contested of what is printed, as ``FIELD[/SLOT]``."""
    field, slot = _split(options.field or "")
    return [
        f"{at.field}/{at.slot}" if at.slot else at.field
        for at in session.disagreements()
        if at[:2] == (options.kind, options.id)
        and field in ("", at.field)
        and slot in ("", at.slot)
        and at.field != DELETED
    ]


def _plain(spec: FieldSpec, value: Any, exponent: int) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {slot: plain_value(spec, part, exponent) for slot, part in value.items()}
    return plain_value(spec, value, exponent)


def _print_found(found: Any, options: argparse.Namespace) -> None:  # noqa: ANN401
    if options.json:
        print_json({"kind": options.kind, "id": options.id, "field": options.field, "value": found})
    elif isinstance(found, dict):
        for name, value in found.items():
            print(f"{name:28} {_text(value)}")
    else:
        print(_text(found))


def _text(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(_text(part) for part in value)
    if isinstance(value, dict):
        return "  ".join(f"{slot}={_text(part)}" for slot, part in value.items())
    return str(value)


def put(options: argparse.Namespace) -> int:
    """Write one field as one commit."""
    field, slot = _split(options.field)
    spec = spec_of(options.kind, field)
    if spec.hidden or field.startswith("_") or field in KINDS[options.kind].natural:
        raise BadInputError(f"{field} says what a {options.kind} is or belongs to and can't be set")
    with closing(Session.open(options.file, options.partner)) as session:
        place = f"{options.kind} {options.id} {options.field}"
        at = Address(options.kind, options.id, field, slot)
        try:
            value = parse_at(session.book, at, options.value)
        except BadInputError as error:
            raise BadInputError(error.reason, error.place or place) from None
        done = _put(session, at, value)
        if options.json:
            print_json({"changed": bool(done.keys), "label": done.note})
        else:
            print(done.note if done.keys else "nothing to change: the value stands already")
    return 0


def _put(session: Session, at: Address, value: Any) -> ChangeSet:  # noqa: ANN401 - the field says the type
    """Write a field; the value of a ratio follows the part that is written, as it does in the window."""
    if at.kind == "measure" and at.field in (goals.NUMERATOR, goals.DENOMINATOR):
        check_slot(spec_of(at.kind, at.field), at.slot)
        figure = spec_of(at.kind, at.field).decode(value)
        return goals.record_observations(session, at.id, [goals.Entry(at.slot, at.field, figure)])
    try:
        return editing.set_field(session, (at.kind, at.id), at.field, value, slot=at.slot)
    except (
        NoDriverError
    ) as error:  # one field at a time, there is but one way from a driver to another
        way = "set driver_kind to fixed, then driver_ref, then driver_kind"
        raise BadInputError(f"{error.reason}; {way}", error.place) from None


def log(options: argparse.Namespace) -> int:
    """Print the commits, the newest first."""
    with _reading(options) as session:
        lines = session.journal(options.limit)
    if options.json:
        print_json(
            {
                "commits": [
                    {
                        "n": line.n,
                        "actor": line.id.actor.hex(),
                        "seq": line.id.seq,
                        "partner": line.partner,
                        "device": line.device_name,
                        "when": _when(line.wall_ms, datetime.UTC).isoformat(),
                        "kind": line.kind.split(" ")[0],
                        "label": line.note,
                        "changes": line.changes,
                        "set_aside": line.aside,
                    }
                    for line in lines
                ]
            }
        )
        return 0
    for line in lines:
        when = _when(line.wall_ms).strftime("%Y-%m-%d %H:%M")
        verb = {"undo": "undid ", "redo": "redid "}.get(line.kind.split(" ")[0], "")
        aside = f" ({telling.ASIDE})" if line.aside else ""
        print(f"{line.n:6}  {when}  {line.partner:3} {line.changes:6}  {verb}{line.note}{aside}")
    return 0


def _when(wall_ms: int, zone: datetime.tzinfo | None = None) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(wall_ms / 1000, zone or datetime.UTC).astimezone(zone)


def export_file(options: argparse.Namespace) -> int:
    """Write an export."""
    with _reading(options) as session:
        found = _filled(session, options)
        path = export.export(found, options.profile, options.output, options.draft)
    if options.json:
        print_json({"file": str(path), "bytes": path.stat().st_size})
    else:
        print(path)
    return 0


def check(options: argparse.Namespace) -> int:
    """Check the file against itself; 1 when something contradicts."""
    with _reading(options) as session:
        findings, empty = session.check(), session.empty
    if options.json:
        print_json({"ok": not findings, "findings": findings, "empty": empty})
    else:
        for finding in findings:
            print(f"{finding.check}: {finding.message}")
        if empty:
            print(EMPTY)
        if not findings:
            print("ok: hashes, signatures, registers, tables and references agree")
    return 1 if findings else 0


def shot(options: argparse.Namespace) -> int:
    """Make a picture of a page."""
    width, _, height = options.size.partition("x")
    if not (
        width.isdigit()
        and height.isdigit()
        and 320 <= int(width) <= 8000
        and 240 <= int(height) <= 8000
    ):
        raise BadInputError(f"{options.size!r} is not a size like 1440x900", "--size")
    if not 0.5 <= options.scale <= 4:
        raise BadInputError(f"{options.scale} is not a scale between 0.5 and 4", "--scale")
    from dyad_desktop import picture  # noqa: PLC0415 - the only command that needs the window toolkit

    picture.take_picture(
        options.file,
        options.page,
        Path(options.output),
        size=(int(width), int(height)),
        dark=options.dark,
        scale=options.scale,
    )
    print(options.output)
    return 0


def list_disagreements(options: argparse.Namespace) -> int:
    """Print what the partners hold apart."""
    with _reading(options) as session:
        found, later = disagreements.disagreements(session), len(session.later())
        exponent = exponent_of(session.book)
        rows = [_disagreement(one, exponent) for one in found]
        names = [one.name for one in found]
    if options.json:
        print_json({"disagreements": rows})
        return 0
    for row, name in zip(rows, names, strict=True):
        place = row["field"] + (f"/{row['slot']}" if row["slot"] else "")
        print(f"{row['kind']} {row['id']} {place}  {name}")
        print(
            f"    {'base':12} {_text(row['base'])}"
            if row["sort"] == "values"
            else f"    {' '.join((row['sort'], *(f'[{way}]' for way in row['ways'])))}"
        )
        for side in row["sides"]:
            print(
                f"    {side['partner']:3} {side['when'][:16]} {_text(side['value'])}  {side['text']}"
            )
    if not rows:
        print(f"nothing is apart{_later(later)}")
    return 0


def _disagreement(one: disagreements.Disagreement, exponent: int) -> dict[str, Any]:
    spec = spec_of(one.at.kind, one.at.field)
    return {
        "sort": one.kind,
        "kind": one.at.kind,
        "id": one.at.id,
        "field": one.at.field,
        "slot": one.at.slot,
        "name": one.name,
        "page": one.page,
        "parked": one.parked,
        "base": plain_value(spec, one.base, exponent),
        "ways": list(one.ways),
        "sides": [
            {
                "partner": side.partner,
                "device": side.device,
                "when": _when(side.wall_ms, datetime.UTC).isoformat(),
                "value": plain_value(spec, side.value, exponent),
                "text": side.text,
                "note": side.note,
                "edits": list(side.edits),
            }
            for side in one.choices
        ],
    }


def aside(options: argparse.Namespace) -> int:
    """Print what a laptop wrote after it was given up, or decide on it."""
    asked = options.take if options.take is not None else options.leave
    if asked is None:
        with _reading(options) as session:
            _list_aside(set_aside.waiting(session), as_json=options.json)
        return 0
    with closing(Session.open(options.file, options.partner)) as session:
        found = set_aside.waiting(session)
        there = {one.line.n for one in found}
        wrong = [n for n in asked if n not in there]
        if wrong or not found:
            what = f"commit {wrong[0]} isn't set aside" if wrong else "nothing is set aside"
            raise BadInputError(f"{what}; dyad aside lists what is")
        items = [one for one in found if one.line.n in asked or not asked]
        command = taking_aside.take if options.take is not None else taking_aside.leave_out
        done = command(session, items)
    if options.json:
        print_json({"decided": len(items), "label": done.note, "left": list(done.left_alone)})
    else:
        print("\n".join((done.note, *(f"left: {one}" for one in done.left_alone))))
    return 0


def _list_aside(found: Sequence[set_aside.Aside], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "n": one.line.n,
                "partner": one.line.partner,
                "device": one.line.device_name,
                "when": _when(one.line.wall_ms, datetime.UTC).isoformat(),
                "what": one.what,
                "stands": one.before,
                "wrote": one.after,
                "note": one.note,
            }
            for one in found
        ]
        print_json({"set_aside": rows})
        return
    for one in found:
        when = _when(one.line.wall_ms).strftime("%Y-%m-%d %H:%M")
        change = f"{one.before} → {one.after}" if one.before else one.after
        print(f"{one.line.n:6}  {when}  {one.line.partner:3} {one.what}: {change}")
    if not found:
        print("nothing is set aside")


def settle(options: argparse.Namespace) -> int:
    """Give a contested field one value."""
    field, slot = _split(options.field)
    spec = spec_of(options.kind, field)
    at = Address(options.kind, options.id, field, check_slot(spec, slot))
    with closing(Session.open(options.file, options.partner)) as session:
        try:
            done = settling.settle_by_word(session, at, options.value)
        except BadInputError as error:
            place = f"{options.kind} {options.id} {options.field}"
            raise BadInputError(error.reason, error.place or place) from None
        if options.json:
            print_json({"settled": True, "label": done.note})
        else:
            print(done.note)
    return 0


RUN: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "demo": demo,
    "load": load,
    "dump": dump,
    "status": show_status,
    "totals": show_totals,
    "get": get,
    "set": put,
    "log": log,
    "export": export_file,
    "check": check,
    "shot": shot,
    "disagreements": list_disagreements,
    "settle": settle,
    "aside": aside,
}
