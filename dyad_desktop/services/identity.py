"""Who this laptop is to others: the keys that bundles are encrypted to and that links are made with."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec
import pyrage

from dyad_desktop.errors import WorkspaceError
from dyad_desktop.replication.membership import Device
from dyad_desktop.replication.signing import Keys
from dyad_desktop.services.local import data_folder, key_store, keys_here, this_computer
from dyad_desktop.store.keys import KeyStore, SessionStore, keep_further, keys_of
from dyad_desktop.transport.certificate import LinkIdentity, new_identity

NO_KEEPING = (
    "This computer has no keyring to keep the keys in. Set DYAD_PASSPHRASE to a passphrase that protects them, and"
    " try again. Nothing was changed."
)

_Place: TypeAlias = tuple[Path, str | None, bytes, str]


@dataclass(frozen=True, slots=True)
class Travel:
    """This laptop's own secrets for a partnership: keys for signing, age identity, link identity."""

    keys: Keys
    identity: str
    link: LinkIdentity

    @property
    def recipient(self) -> str:
        """Return the age recipient that bundles for this laptop are encrypted to."""
        return str(pyrage.x25519.Identity.from_str(self.identity).to_public())

    def device(self, partner: str, name: str = "") -> Device:
        """Return this laptop as others see it."""
        return Device(
            key=self.keys.device_public,
            person=self.keys.person_public,
            partner=partner,
            name=name or this_computer().device_name,
            certificate=self.keys.certificate(),
            recipient=self.recipient,
            link=self.link.certificate,
        )


_fetched: dict[_Place, Travel] = {}


def travel_of(workspace: bytes, partner: str) -> Travel:
    """Return this laptop's secrets for a partner of a workspace, made on first use.

    They are fetched once: opening a sealed file takes as long as a partner's edit may take in all.

    Raises:
        WorkspaceError: nothing on this computer can keep them safely.
    """
    place = _place(workspace, partner)
    found = _fetched.get(place)
    if found is None:
        found = _fetched[place] = _fetch(workspace, partner)
    return found


def _place(workspace: bytes, partner: str) -> _Place:
    return data_folder(), os.environ.get("DYAD_PASSPHRASE"), workspace, partner


def _safe_store() -> KeyStore:
    store = key_store(data_folder() / "keys", os.environ.get("DYAD_PASSPHRASE"))
    if isinstance(store, SessionStore):
        raise WorkspaceError(NO_KEEPING)
    return store


def _fetch(workspace: bytes, partner: str) -> Travel:
    store = _safe_store()
    keys = keys_here(workspace, partner)
    name = f"{workspace.hex()}:{partner}:travel"
    kept = store.load(name)
    if kept is None:
        made = new_travel(keys)
        store.save(name, _packed(made))
        return made
    identity, certificate, private = msgspec.msgpack.decode(kept, type=tuple[str, bytes, bytes])
    return Travel(keys, identity, LinkIdentity(certificate, private))


def new_travel(keys: Keys) -> Travel:
    """Return fresh secrets for travelling beside the signing keys; nothing is kept yet."""
    return Travel(keys, str(pyrage.x25519.Identity.generate()), new_identity())


def _packed(travel: Travel) -> bytes:
    return msgspec.msgpack.encode(
        [travel.identity, travel.link.certificate, travel.link.private_key]
    )


def keep_travel(workspace: bytes, partner: str, travel: Travel) -> None:
    """Keep secrets that were made before it was known for which partnership.

    Raises:
        WorkspaceError: nothing on this computer can keep them safely.
    """
    store, name = _safe_store(), f"{workspace.hex()}:{partner}"
    if travel.keys.person:
        store.save(name, travel.keys.person + travel.keys.device)
    else:
        keep_further(store, workspace, partner, travel.keys)
    store.save(f"{name}:travel", _packed(travel))
    _fetched.pop(_place(workspace, partner), None)


def refuse_no_keeping() -> None:
    """Refuse early when nothing on this computer can keep keys safely.

    Raises:
        WorkspaceError: it is so.
    """
    _safe_store()


def kept_keys(workspace: bytes, partner: str) -> Keys | None:
    """Return the signing keys that this computer keeps for a partner of a workspace; ``None`` without any.

    Raises:
        WorkspaceError: nothing on this computer can keep them safely.
    """
    kept = _safe_store().load(f"{workspace.hex()}:{partner}")
    return keys_of(kept) if kept else None


def become_further_device(workspace: bytes, partner: str, keys: Keys) -> None:
    """Keep the keys of a person's further laptop: a device key, the person's public key, the certificate."""
    keep_further(_safe_store(), workspace, partner, keys)
    _fetched.pop(_place(workspace, partner), None)
