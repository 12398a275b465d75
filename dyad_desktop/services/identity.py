"""Who this laptop is to others: the keys that bundles are encrypted to and that links are made with."""

import os
from dataclasses import dataclass

import msgspec
import pyrage

from dyad_desktop.errors import WorkspaceError
from dyad_desktop.replication.membership import Device
from dyad_desktop.replication.signing import Keys
from dyad_desktop.services.local import data_folder, key_store, keys_here, this_computer
from dyad_desktop.store.keys import SessionStore, keep_further
from dyad_desktop.transport.certificate import LinkIdentity, new_identity

NO_KEEPING = (
    "This computer has no keyring to keep the keys in. Set DYAD_PASSPHRASE to a passphrase that protects them, and"
    " try again. Nothing was changed."
)


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


def travel_of(workspace: bytes, partner: str) -> Travel:
    """Return this laptop's secrets for a partner of a workspace, made on first use.

    Raises:
        WorkspaceError: nothing on this computer can keep them safely.
    """
    store = key_store(data_folder() / "keys", os.environ.get("DYAD_PASSPHRASE"))
    if isinstance(store, SessionStore):
        raise WorkspaceError(NO_KEEPING)
    keys = keys_here(workspace, partner)
    name = f"{workspace.hex()}:{partner}:travel"
    kept = store.load(name)
    if kept is None:
        link = new_identity()
        identity = str(pyrage.x25519.Identity.generate())
        kept = msgspec.msgpack.encode([identity, link.certificate, link.private_key])
        store.save(name, kept)
    identity, certificate, private = msgspec.msgpack.decode(kept, type=tuple[str, bytes, bytes])
    return Travel(keys, identity, LinkIdentity(certificate, private))


def become_further_device(workspace: bytes, partner: str, keys: Keys) -> None:
    """Keep the keys of a person's further laptop: a device key, the person's public key, the certificate."""
    store = key_store(data_folder() / "keys", os.environ.get("DYAD_PASSPHRASE"))
    if isinstance(store, SessionStore):
        raise WorkspaceError(NO_KEEPING)
    keep_further(store, workspace, partner, keys)
