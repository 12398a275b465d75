"""What the ``dyad`` commands do that pair two copies and carry commits between them."""

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from dyad_desktop.commands import print_json
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.services import pairing, shared_folder, travel
from dyad_desktop.services.files import write_bytes
from dyad_desktop.services.partnership import add_partner
from dyad_desktop.services.session import Session
from dyad_desktop.services.wording import counted


def invite(options: argparse.Namespace) -> int:
    """Write an invitation for the other partner's laptop, for a new partner's, or for one's own second one."""
    with closing(Session.open(options.file, options.partner)) as session:
        _refuse_existing(options.output)
        whom = options.for_partner
        if options.new_partner is not None:
            if whom is not None or options.second_laptop:
                raise BadInputError(
                    "a new partner is invited alone: without --for or --second-laptop"
                )
            ((_, whom),) = add_partner(session, options.new_partner).keys
        text = pairing.invitation(session, whom, further=options.second_laptop)
        write_bytes(options.output, text)
        way = "take it to your other laptop" if options.second_laptop else "give it to your partner"
    if options.json:
        print_json({"invitation": str(options.output)})
    else:
        print(f"{options.output}: {way}, whose reply you admit (dyad admit)")
    return 0


def join(options: argparse.Namespace) -> int:
    """Make an empty copy that answers an invitation, and write the reply; or one that answers a code."""
    if options.code is not None:
        from dyad_desktop import commands_live  # noqa: PLC0415 - only the network needs its libraries

        return commands_live.join(options)
    if len(options.files) != 2 or options.output is None:
        raise BadInputError("an invitation, a new file and -o REPLY are expected, or --code")
    invitation, file = options.files
    _refuse_existing(options.output)
    asked = pairing.read_invitation(pairing.read_small(invitation))
    joined, reply = pairing.join(asked, file, options.name)
    try:
        write_bytes(options.output, reply)
    except DyadError:
        for made in (file, *(Path(f"{file}{end}") for end in ("-wal", "-shm"))):
            made.unlink(missing_ok=True)  # an empty copy that nobody can let in
        raise
    if options.json:
        print_json(
            {
                "file": str(file),
                "reply": str(options.output),
                "fingerprint": joined.fingerprint,
            }
        )
    else:
        print(f"{options.output}: send it back to {joined.inviter}")
        print(f"compare these words with {joined.inviter}: {joined.fingerprint}")
    return 0


def admit(options: argparse.Namespace) -> int:
    """Let the laptop in whose reply this is, once both have compared the words."""
    with closing(Session.open(options.file, options.partner)) as session:
        reply, words = pairing.read_reply(session, pairing.read_small(options.reply))
        _compare(options.fingerprint, words, reply.name)
        done = pairing.admit(session, reply)
    if options.json:
        print_json({"admitted": reply.name, "fingerprint": words})
    else:
        print(f"{done.note}; the next bundle or sync carries everything (dyad send, dyad sync)")
    return 0


def _compare(given: str | None, words: str, name: str) -> None:
    if given is None and sys.stdin.isatty():
        answer = input(f"Does {name} read the words “{words}”? (yes/no) ")
        given = words if answer.strip().lower() in {"y", "yes"} else "no"
    if given is None:
        raise BadInputError(
            f'compare the words with {name} first, then say --fingerprint "{words}". Nothing was changed'
        )
    if not pairing.same_words(given, words):
        raise BadInputError(
            f"the words differ: here they are “{words}”. Nothing was changed; somebody may be between you",
            "--fingerprint",
        )


def send(options: argparse.Namespace) -> int:
    """Write a bundle for the other laptops."""
    with closing(Session.open(options.file, options.partner)) as session:
        sent = travel.send(session, options.output)
    if options.json:
        print_json(_sent(sent) | {"bundle": str(options.output)})
    else:
        print(
            f"{options.output}: {counted(sent.commits, 'commit')}, {sent.bytes:,} bytes, for {', '.join(sent.to)}"
        )
    return 0


def receive(options: argparse.Namespace) -> int:
    """Take a bundle."""
    with closing(Session.open(options.file, options.partner)) as session:
        words, waits = _words(session, options.fingerprint), pairing.pending(session.file)
        if words is None and waits is not None:
            raise BadInputError(
                f'compare the words with {waits.inviter} first, then say --fingerprint "{waits.fingerprint}".'
                " Nothing was changed"
            )
        got = travel.receive(session, options.bundle, words)
    if options.json:
        print_json(_got(got))
    else:
        print(_told(got))
    return 0


def _words(session: Session, given: str | None) -> str | None:
    """Return the words that were compared, asking for them on a terminal before a copy's first delivery."""
    waits = pairing.pending(session.file)
    if waits is None or given is not None:
        return given
    if not sys.stdin.isatty():
        return None
    answer = input(f"Does {waits.inviter} read the words “{waits.fingerprint}”? (yes/no) ")
    return waits.fingerprint if answer.strip().lower() in {"y", "yes"} else "no"


def sync(options: argparse.Namespace) -> int:
    """Exchange with a shared folder, or on the local network."""
    if options.lan:
        from dyad_desktop import commands_live  # noqa: PLC0415 - only the network needs its libraries

        return commands_live.sync(options)
    if options.folder is None:
        raise BadInputError("a folder is expected, or --lan")
    with closing(Session.open(options.file, options.partner)) as session:
        waits = pairing.pending(session.file)
        done = shared_folder.sync_folder(
            session, options.folder, _words(session, options.fingerprint)
        )
        empty = not session.file.vector()
    if options.json:
        print_json({"sent": _sent(done.sent), "received": _got(done.received)})
    else:
        print(
            f"sent {counted(done.sent.commits, 'commit')}, {done.sent.bytes:,} bytes; {_told(done.received)}"
        )
        if empty:
            print(_NOTHING_YET.format(waits.inviter if waits else "whoever invited you"))
    return 0


def pair(options: argparse.Namespace) -> int:
    """Pair by a code on the local network."""
    from dyad_desktop import commands_live  # noqa: PLC0415 - only the network needs its libraries

    return commands_live.pair(options)


def digest(options: argparse.Namespace) -> int:
    """Print one line that is equal on two copies that hold the same commits."""
    with closing(Session.open(options.file, read_only=True)) as session:
        print(session.file.digest())
    return 0


_NOTHING_YET = (
    "this copy is empty still, and nothing in the folder is for it: {} must admit your reply (dyad admit) and sync"
    " with the folder first"
)


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise BadInputError("this file exists already; choose another name", str(path))


def _told(got: travel.Received) -> str:
    text = f"received {counted(got.commits, 'commit')}, {counted(got.changes, 'value')}"
    if got.waiting:
        wait = "waits" if got.waiting == 1 else "wait"
        text += f"; {counted(got.waiting, 'commit')} {wait} for others that haven't come yet"
    if got.set_aside:
        text += f"; {counted(got.set_aside, 'commit')} set aside, of a laptop that was given up"
    stand = "stands" if got.disagreements == 1 else "stand"
    return text + f"; {counted(got.disagreements, 'disagreement')} {stand}"


def _sent(sent: travel.Sent) -> dict[str, object]:
    return {"commits": sent.commits, "changes": sent.changes, "bytes": sent.bytes, "to": sent.to}


def _got(got: travel.Received) -> dict[str, object]:
    return {
        "commits": got.commits,
        "changes": got.changes,
        "bytes": got.bytes,
        "waiting": got.waiting,
        "set_aside": got.set_aside,
        "disagreements": got.disagreements,
    }


RUN: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "invite": invite,
    "join": join,
    "admit": admit,
    "send": send,
    "receive": receive,
    "sync": sync,
    "pair": pair,
    "digest": digest,
}
