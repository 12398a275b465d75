"""Checks a workspace file against itself: chains, signatures, registers, typed tables, references."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.integrity import dangling
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.commit import CRITICAL, Commit, Sealed
from dyad_desktop.replication.content import CONTENT
from dyad_desktop.replication.document import Document, Fate
from dyad_desktop.replication.membership import RETIRED, Actor, introduced
from dyad_desktop.replication.register import Write, fold
from dyad_desktop.replication.signing import certificate_holds, seal_holds
from dyad_desktop.store import projection
from dyad_desktop.store.connection import Raw, first_said
from dyad_desktop.store.index import journal_row
from dyad_desktop.store.log import Log
from dyad_desktop.store.state import State


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction: which check found it, and what it found where, as a sentence."""

    check: str
    message: str


def check(workspace: bytes, raw: Raw, log: Log, state: State) -> list[Finding]:
    """Return every contradiction in the file; an empty list means that all of it agrees.

    ``page``: SQLite finds its pages and indexes whole. ``hash``: each chain's bytes give its hashes.
    ``signature``: certificates and seals verify, and each chain is sealed. ``register``: the documents are
    what the log folds to. ``index``: journal, history and disagreements are what the log says.
    ``projection``: the typed rows are what the documents show. ``reference``: nothing points at nothing.
    """
    try:
        return _pages(raw) or _findings(workspace, raw, log, state)
    except Exception as error:  # noqa: BLE001 - whatever a broken file makes of us is what we found
        return [Finding("page", f"The file can't be read through ({first_said(str(error))}).")]


def verify_log(workspace: bytes, raw: Raw, log: Log) -> list[Finding]:
    """Return what is wrong with the chains and their signatures: the part of ``check`` that is quick."""
    found: list[Finding] = []
    for actor in log.actors.values():
        try:
            found += _signatures(workspace, raw, log, actor, list(log.chain(actor.id)))
        except Exception as error:  # noqa: BLE001 - as in check
            found.append(Finding("hash", f"{first_said(str(error))}."))
    return found


def _pages(raw: Raw) -> list[Finding]:
    rows = raw.execute("PRAGMA integrity_check(5)")
    return [
        Finding("page", f"SQLite reports: {first_said(text)}.") for (text,) in rows if text != "ok"
    ]


def _findings(workspace: bytes, raw: Raw, log: Log, state: State) -> list[Finding]:
    findings: list[Finding] = []
    chains: dict[bytes, list[Sealed]] = {}
    for actor in log.actors.values():
        try:
            chains[actor.id] = list(log.chain(actor.id))
        except DamagedError as error:
            findings.append(Finding("hash", f"{error}."))
            continue
        findings += _signatures(workspace, raw, log, actor, chains[actor.id])
    findings += _strangers(raw, log)
    if findings:
        return findings
    try:
        documents = state.documents()
    except DamagedError as error:
        return [Finding("register", f"{error}.")]
    findings += _registers(log, documents, chains)
    findings += _indexes(raw, log, state, documents, chains)
    findings += _projections(raw, state, documents)
    if not any(found.check == "projection" for found in findings):
        book = projection.read_book(raw)
        findings += [Finding("reference", text) for text in _references(book)]
    return findings


def _strangers(raw: Raw, log: Log) -> list[Finding]:
    known = set(log.ids)
    return [
        Finding("signature", f"The {table} holds commits of an actor that nothing introduces.")
        for table in ("log", "segment", "seal")
        if {number for (number,) in raw.execute(f"SELECT DISTINCT actor FROM {table}")} - known  # noqa: S608
    ]


def _references(book: Book) -> list[str]:
    return [
        f"{kind} {entity} {field} refers to {target!r}, which isn't there."
        for kind, entity, field, target in dangling(book)
    ]


def _signatures(
    workspace: bytes, raw: Raw, log: Log, actor: Actor, chain: list[Sealed]
) -> list[Finding]:
    name = f"{actor.partner} ({actor.id.hex()[:8]})"
    found: list[Finding] = []
    if not certificate_holds(actor.person, actor.device, actor.certificate):
        found.append(Finding("signature", f"The certificate of {name} doesn't verify."))
    root, first = log.root(actor.id), log.owners(actor.id)[0][0]
    if chain and not _is_introduced(log, actor, chain[0]):
        found.append(Finding("signature", f"The log doesn't introduce {name} as its row does."))
    seals = raw.execute(
        "SELECT seq, hash, signature FROM seal WHERE actor=? ORDER BY seq", (actor.n,)
    ).fetchall()
    for seq, head, signature in seals:
        inside = first <= seq < first + len(chain) and chain[seq - first].hash == head
        if not inside or not seal_holds(actor.device, signature, workspace, root, seq, head):
            found.append(Finding("signature", f"The seal of {name} over commit {seq} is false."))
    if chain and not seals and not log.forked(actor.id):
        found.append(Finding("signature", f"{len(chain)} commits of {name} carry no seal."))
    return found


def _is_introduced(log: Log, actor: Actor, first: Sealed) -> bool:
    """Return whether all of an actor's row is what its chain's first commit says; a branch is as its root."""
    root = log.root(actor.id)
    said = introduced(root, first.commit.changes) if root == actor.id else log.actors[root]
    return said is not None and replace(said, n=actor.n, id=actor.id) == actor


def _registers(
    log: Log, stored: dict[Key, Document], chains: dict[bytes, list[Sealed]]
) -> list[Finding]:
    """Fold the log again, apart from the code that maintains the documents, and compare."""
    folded: dict[Key, Document] = {}
    commits = sorted(
        (sealed for chain in chains.values() for sealed in chain),
        key=lambda s: (s.commit.lamport, s.actor, s.seq),
    )
    known = {WriteId(sealed.actor, sealed.seq): sealed.commit for sealed in commits}
    for sealed in commits:
        for change in sealed.commit.changes:
            if not _folded(log, sealed, change):
                continue
            slots = folded.setdefault((change.at.kind, change.at.id), {}).setdefault(
                change.at.field, {}
            )
            # A register of a file's content says only where it is: see ``replication.content``.
            value = None if change.at.kind == CONTENT else change.value
            write = Write(WriteId(sealed.actor, sealed.seq), value, sealed.commit.lamport)
            slots[change.at.slot] = fold(
                slots.get(change.at.slot, ()), write, tuple(_replaced(log, known, change))
            )
    return [
        Finding("register", f"{kind} {entity} differs between the log and its document.")
        for kind, entity in sorted(folded.keys() | stored.keys())
        if folded.get((kind, entity)) != stored.get((kind, entity))
    ]


def _replaced(log: Log, known: Mapping[WriteId, Commit], change: Change) -> set[WriteId]:
    """Return what a change replaces; through what was set aside, what that did: see ``Chains.counting``."""
    found, looked = set(change.replaces), set[WriteId]()
    place = 2 if change.at.field == DELETED else 4
    while aside := {one for one in found - looked if _is_aside(log, one, change.at)}:
        looked |= aside
        found |= {
            name
            for one in aside & known.keys()
            for other in known[one].changes
            if other.at[:place] == change.at[:place]
            for name in other.replaces
        }
    return found - looked


def _is_aside(log: Log, write: WriteId, at: Address) -> bool:
    return write.seq > log.counted(write.actor) and at.kind != RETIRED


def _folded(log: Log, sealed: Sealed, change: Change) -> bool:
    """Return whether a change has a say: see ``Log.said``, which this doesn't ask."""
    commit = sealed.commit
    known = not commit.flags & CRITICAL
    vouched = sealed.seq <= log.counted(sealed.actor)
    if change.at.kind == RETIRED:  # each speaks for themselves, of other laptops
        author = log.actors[sealed.actor]
        own = change.at.slot.partition(":")[2] == author.person.hex()
        return known and own and change.at.id != author.device.hex()
    return known and vouched


_JOINED = "LEFT JOIN entity e ON e.n=x.entity"
_INDEXES = {
    "journal": "SELECT actor, seq, lamport, wall_ms, kind, note, changes FROM journal",
    "history": f"SELECT e.kind, e.id, x.field, x.slot, x.actor, x.seq FROM history x {_JOINED}",  # noqa: S608
    "list of disagreements": f"SELECT e.kind, e.id, x.field, x.slot, x.base FROM contest x {_JOINED}",  # noqa: S608
}
"""What the tables that are made of the log hold, by what people call them."""


def _indexes(
    raw: Raw,
    log: Log,
    state: State,
    documents: dict[Key, Document],
    chains: dict[bytes, list[Sealed]],
) -> list[Finding]:
    """Compare the journal, the history and the list of disagreements with the log."""
    wanted = _indexed(log, state, documents, chains)
    return [
        Finding("index", f"The {name} differs from the log.")
        for name, query in _INDEXES.items()
        if Counter(map(tuple, raw.execute(query))) != Counter(wanted[name])
    ]


def _indexed(
    log: Log, state: State, documents: dict[Key, Document], chains: dict[bytes, list[Sealed]]
) -> dict[str, Iterable[tuple[Any, ...]]]:
    """Return the rows that each of ``_INDEXES`` should have."""
    numbers = log.numbers
    commits = [(numbers[s.actor], s) for chain in chains.values() for s in chain]
    history = {
        (*change.at, n, s.seq)
        for n, s in commits
        for change in s.commit.changes
        if _folded(log, s, change)
    }
    contest = [
        (*at, msgspec.msgpack.encode(base))
        for key, document in documents.items()
        for at, base in state.disagreements(key, document)
    ]
    return {
        "journal": (journal_row(log, sealed) for _, sealed in commits),
        "history": history,
        "list of disagreements": contest,
    }


def _projections(raw: Raw, state: State, documents: dict[Key, Document]) -> list[Finding]:
    wanted: dict[str, dict[str, tuple[Any, ...]]] = {kind: {} for kind in KINDS}
    for key, document in documents.items():
        if key[0] in KINDS and state.fate(key, document) is not Fate.GONE:
            row = projection.row_of(*key, state.record(key, document))
            wanted[key[0]][key[1]] = row
    found: list[Finding] = []
    for kind in KINDS:
        rows = {row[0]: row for row in projection.rows_of(raw, kind)}
        found += [
            Finding("projection", f"{kind} {entity} differs between its document and its row.")
            for entity in sorted(rows.keys() | wanted[kind].keys())
            if rows.get(entity) != wanted[kind].get(entity)
        ]
    return found
