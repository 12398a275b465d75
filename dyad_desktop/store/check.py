"""Checks a workspace file against itself: chains, signatures, registers, typed tables, references."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.integrity import dangling
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Change, WriteId
from dyad_desktop.replication.commit import Sealed
from dyad_desktop.replication.document import Document, deleted
from dyad_desktop.replication.register import Write, fold
from dyad_desktop.replication.signing import certificate_holds, seal_holds
from dyad_desktop.store import projection, tables
from dyad_desktop.store.log import Actor, Log
from dyad_desktop.store.state import State


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction: which check found it, and what it found where, as a sentence."""

    check: str
    message: str


def check(workspace: bytes, connection: Connection, log: Log, state: State) -> list[Finding]:
    """Return every contradiction in the file; an empty list means that all of it agrees.

    ``hash``: each chain's bytes give its hashes. ``signature``: certificates and seals verify, and each
    chain is sealed. ``register``: the documents are what the log folds to. ``projection``: the typed rows
    are what the documents show. ``reference``: nothing points at nothing.
    """
    findings: list[Finding] = []
    chains: dict[bytes, list[Sealed]] = {}
    for actor in log.actors.values():
        try:
            chains[actor.id] = list(log.chain(actor.id))
        except DamagedError as error:
            findings.append(Finding("hash", f"{error}."))
            continue
        findings += _signatures(workspace, connection, actor, chains[actor.id])
    if not findings:
        findings += _registers(state, chains)
        findings += _projections(connection, state)
        book = projection.read_book(connection)
        findings += [Finding("reference", text) for text in _references(book)]
    return findings


def _references(book: Book) -> list[str]:
    return [
        f"{kind} {entity} {field} refers to {target!r}, which isn't there."
        for kind, entity, field, target in dangling(book)
    ]


def _signatures(
    workspace: bytes, connection: Connection, actor: Actor, chain: list[Sealed]
) -> list[Finding]:
    name = f"{actor.partner} ({actor.id.hex()[:8]})"
    found: list[Finding] = []
    if not certificate_holds(actor.person, actor.device, actor.certificate):
        found.append(Finding("signature", f"The certificate of {name} doesn't verify."))
    if chain and not _introduces(actor, chain[0].commit.changes):
        found.append(Finding("signature", f"The log doesn't introduce {name} as its row does."))
    seals = connection.execute(
        select(tables.seal).where(tables.seal.c.actor == actor.n).order_by(tables.seal.c.seq)
    ).all()
    for row in seals:
        inside = 1 <= row.seq <= len(chain) and chain[row.seq - 1].hash == row.hash
        if not inside or not seal_holds(
            actor.device, row.signature, workspace, actor.id, row.seq, row.hash
        ):
            found.append(Finding("signature", f"The seal of {name} over commit {row.seq} is false."))
    if chain and not seals:
        found.append(Finding("signature", f"{len(chain)} commits of {name} carry no seal."))
    return found


def _introduces(actor: Actor, changes: tuple[Change, ...]) -> bool:
    said = {c.at.field: c.value for c in changes if c.at.id == actor.id.hex()}
    return (said.get("person"), said.get("device"), said.get("partner")) == (
        actor.person.hex(),
        actor.device.hex(),
        actor.partner,
    )


def _registers(state: State, chains: dict[bytes, list[Sealed]]) -> list[Finding]:
    """Fold the log again, apart from the code that maintains the documents, and compare."""
    folded: dict[tuple[str, str], Document] = {}
    commits = sorted(
        (sealed for chain in chains.values() for sealed in chain),
        key=lambda s: (s.commit.lamport, s.actor, s.seq),
    )
    for sealed in commits:
        for change in sealed.commit.changes:
            slots = folded.setdefault((change.at.kind, change.at.id), {}).setdefault(
                change.at.field, {}
            )
            write = Write(WriteId(sealed.actor, sealed.seq), change.value, sealed.commit.lamport)
            slots[change.at.slot] = fold(slots.get(change.at.slot, ()), write, change.replaces)
    stored = state.documents()
    return [
        Finding("register", f"{kind} {entity} differs between the log and its document.")
        for kind, entity in sorted(folded.keys() | stored.keys())
        if folded.get((kind, entity)) != stored.get((kind, entity))
    ]


def _projections(connection: Connection, state: State) -> list[Finding]:
    wanted: dict[str, dict[str, tuple[Any, ...]]] = {kind: {} for kind in KINDS}
    for key, document in state.documents().items():
        if key[0] in KINDS and not deleted(document):
            row = projection.row_of(*key, state.record(key, document))
            wanted[key[0]][key[1]] = row
    found: list[Finding] = []
    for kind, table in tables.PROJECTIONS.items():
        rows = {row[0]: tuple(row) for row in connection.execute(select(table))}
        found += [
            Finding("projection", f"{kind} {entity} differs between its document and its row.")
            for entity in sorted(rows.keys() | wanted[kind].keys())
            if rows.get(entity) != wanted[kind].get(entity)
        ]
    return found
