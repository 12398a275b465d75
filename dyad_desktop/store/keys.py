"""Where a partner's private keys are kept: the system's keyring, or a sealed file outside the workspace.

Never in the workspace, never in plain text. Where neither a keyring nor a passphrase is at hand (a script on
a server), the keys live for one session only: what they sealed stays verifiable, the next session signs as
a new actor.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from dyad_desktop.errors import WorkspaceError
from dyad_desktop.replication.signing import Keys

_SERVICE = "Dyad Desktop"
_PASSPHRASE = "DYAD_PASSPHRASE"  # noqa: S105 - the name of a variable, not a secret
MEMORY_KIB = 64 * 1024
"""What one guess at a passphrase costs (RFC 9106 §4, where memory is scarce: 64 MiB, three passes)."""
_SALT = 16
_NONCE = 12
_LONGEST = 160
"""Characters of a file's name that every file system takes, with its ending."""
_OWN, _FURTHER = 64, 160
"""Lengths of a kept secret: person and device key; device key, 32 zeros, the person's public key, certificate."""


def sealed_path(folder: Path, name: str) -> Path:
    """Return the file in which a secret is kept sealed; a name that came from elsewhere leads nowhere else."""
    plain = quote(name.replace(":", "-"), safe="")
    if len(plain) > _LONGEST:
        plain = hashlib.sha256(name.encode()).hexdigest()
    return folder / f"{plain}.key"


class KeyStore(Protocol):
    """Keeps 64 bytes (person key, device key) under a name."""

    def load(self, name: str) -> bytes | None:
        """Return the secret kept under ``name``."""

    def save(self, name: str, secret: bytes) -> None:
        """Keep a secret under ``name``."""


class KeyringStore:
    """The operating system's keyring."""

    def load(self, name: str) -> bytes | None:
        """Return the secret kept under ``name``."""
        import keyring  # noqa: PLC0415 - a tenth of a second that only the first change waits for

        text = keyring.get_password(_SERVICE, name)
        return bytes.fromhex(text) if text else None

    def save(self, name: str, secret: bytes) -> None:
        """Keep a secret under ``name``."""
        import keyring  # noqa: PLC0415 - as above

        keyring.set_password(_SERVICE, name, secret.hex())


class SealedFileStore:
    """Files encrypted with a passphrase: Argon2id, then ChaCha20-Poly1305."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        """Keep files in ``folder``, which is made when first needed."""
        self._folder = folder
        self._passphrase = passphrase.encode()

    def _cipher(self, salt: bytes) -> ChaCha20Poly1305:
        derive = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=MEMORY_KIB)
        return ChaCha20Poly1305(derive.derive(self._passphrase))

    def load(self, name: str) -> bytes | None:
        """Return the secret kept under ``name``.

        Raises:
            WorkspaceError: the passphrase doesn't open it.
        """
        path = sealed_path(self._folder, name)
        if not path.is_file():
            return None
        data = path.read_bytes()
        salt, nonce, text = data[:_SALT], data[_SALT : _SALT + _NONCE], data[_SALT + _NONCE :]
        try:
            return self._cipher(salt).decrypt(nonce, text, name.encode())
        except (InvalidTag, ValueError):  # a cut file is refused with ValueError
            raise WorkspaceError(
                f"The passphrase in {_PASSPHRASE} doesn't open {path}. Nothing was changed."
            ) from None

    def save(self, name: str, secret: bytes) -> None:
        """Keep a secret under ``name``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
        text = self._cipher(salt).encrypt(nonce, secret, name.encode())
        path = sealed_path(self._folder, name)
        path.touch(mode=0o600)
        path.write_bytes(salt + nonce + text)


class SessionStore:
    """Keys that end with the process."""

    def __init__(self) -> None:
        """Start with no keys."""
        self._secrets: dict[str, bytes] = {}

    def load(self, name: str) -> bytes | None:
        """Return the secret kept under ``name``."""
        return self._secrets.get(name)

    def save(self, name: str, secret: bytes) -> None:
        """Keep a secret under ``name``."""
        self._secrets[name] = secret


def find_key_store(folder: Path) -> KeyStore:
    """Return the best place for keys that this computer offers just now."""
    passphrase = os.environ.get(_PASSPHRASE)
    if passphrase:
        return SealedFileStore(folder, passphrase)
    import keyring  # noqa: PLC0415 - as above
    import keyring.errors  # noqa: PLC0415

    try:
        if keyring.get_keyring().priority >= 1:
            keyring.get_password(_SERVICE, "probe")
            return KeyringStore()
    except (keyring.errors.KeyringError, RuntimeError):
        pass
    return SessionStore()


def keys_of(secret: bytes) -> Keys:
    """Return the keys of a kept secret: 64 bytes, or 160 on a person's further laptops."""
    if len(secret) == _OWN:
        return Keys(person=secret[:32], device=secret[32:])
    return Keys(b"", secret[:32], secret[64:96], secret[96:])


def keep_further(store: KeyStore, workspace: bytes, partner: str, keys: Keys) -> None:
    """Keep the keys of a person's further laptop, whose certificate may still be to come."""
    secret = keys.device + bytes(32) + keys.owner + (keys.vouched or bytes(64))
    store.save(f"{workspace.hex()}:{partner}", secret)


def partner_keys(store: KeyStore, folder: Path, workspace: bytes, partner: str) -> Keys:
    """Return the keys of a partner on this device for a workspace, made on first use.

    They are made only where none are kept in another way: with others the partners would not know who writes.

    Raises:
        WorkspaceError: they are sealed in ``folder``, and no passphrase is given, or in a keyring that isn't asked.
    """
    name = f"{workspace.hex()}:{partner}"
    secret = store.load(name)
    if secret is None or len(secret) not in (_OWN, _FURTHER):
        _refuse_others(store, folder, name)
        secret = secrets.token_bytes(_OWN)
        store.save(name, secret)
    if isinstance(store, KeyringStore):
        with suppress(OSError):  # the keys are safe without it
            folder.mkdir(parents=True, exist_ok=True)
            _in_keyring(folder, name).touch(mode=0o600)
    return keys_of(secret)


def _in_keyring(folder: Path, name: str) -> Path:
    """Return the empty file that says that a secret is in the keyring: a locked one can't be asked, or asks back."""
    return sealed_path(folder, name).with_suffix(".keyring")


def _refuse_others(store: KeyStore, folder: Path, name: str) -> None:
    sealed = sealed_path(folder, name)
    if not isinstance(store, SealedFileStore) and sealed.is_file():
        raise WorkspaceError(
            f"Your keys for this partnership are sealed in {sealed}. Set {_PASSPHRASE} to their passphrase and try"
            " again. Nothing was changed."
        )
    if not isinstance(store, KeyringStore) and _in_keyring(folder, name).is_file():
        raise WorkspaceError(
            f"Your keys for this partnership are in this computer's keyring. Unlock it, unset {_PASSPHRASE} and try"
            " again. Nothing was changed."
        )
