"""This computer: where keys and marks are kept, what it is called, its clock and its chance."""

import os
import platform
import secrets
import time
from functools import cache
from pathlib import Path

import platformdirs

from dyad_desktop.replication.signing import Keys
from dyad_desktop.store.keys import KeyStore, find_key_store, partner_keys
from dyad_desktop.store.marks import Marks
from dyad_desktop.store.writer import Local


def data_folder() -> Path:
    """Return where this user's keys, marks and settings are; ``DYAD_HOME`` moves it."""
    moved = os.environ.get("DYAD_HOME")
    return (
        Path(moved) if moved else Path(platformdirs.user_data_path("dyad-desktop", appauthor=False))
    )


@cache
def key_store(folder: Path, passphrase: str | None) -> KeyStore:
    """Return the place where this computer keeps keys."""
    del passphrase  # part of the cache's key: another passphrase is another store
    return find_key_store(folder)


def keys_here(workspace: bytes, partner: str) -> Keys:
    """Return the signing keys of a partner on this computer, made on first use.

    Raises:
        WorkspaceError: they are sealed by a passphrase that isn't given.
    """
    folder = data_folder() / "keys"
    store = key_store(folder, os.environ.get("DYAD_PASSPHRASE"))
    return partner_keys(store, folder, workspace, partner)


def this_computer() -> Local:
    """Return what the store needs to know of this computer."""
    return Local(
        keys=keys_here,
        marks=Marks(data_folder() / "marks"),
        device_name=platform.node() or "this computer",
        now_ms=lambda: time.time_ns() // 1_000_000,
        random_bytes=secrets.token_bytes,
    )


def new_id() -> str:
    """Return a new id: UUID version 7, so that ids sort by the time they were made (RFC 9562)."""
    stamp = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    rest = bytearray(secrets.token_bytes(10))
    rest[0] = 0x70 | (rest[0] & 0x0F)
    rest[2] = 0x80 | (rest[2] & 0x3F)
    text = (stamp + bytes(rest)).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
