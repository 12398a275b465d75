"""Signatures: a person certifies devices, a device seals the chains of its actors."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_CERTIFICATE = b"dyad-certificate/1\0"
_SEAL = b"dyad-seal/1\0"
_WORDS = b"dyad-words/1\0"


@dataclass(frozen=True, slots=True)
class Keys:
    """The private keys of one person on one device: 32 bytes each.

    On a person's further laptops ``person`` is empty: there ``owner`` is the person's public key and ``vouched``
    the certificate that the first laptop gave.
    """

    person: bytes
    device: bytes
    owner: bytes = b""
    vouched: bytes = b""

    @property
    def person_public(self) -> bytes:
        """Return the person's public key, 32 bytes."""
        return _public(self.person) if self.person else self.owner

    @property
    def device_public(self) -> bytes:
        """Return the device's public key, 32 bytes."""
        return _public(self.device)

    def certificate(self) -> bytes:
        """Return the person's signature that says: this device is mine."""
        return self.certify(self.device_public) if self.person else self.vouched

    def certify(self, device: bytes) -> bytes:
        """Return the person's signature that says of a device (public key): it is mine."""
        return _sign(self.person, _CERTIFICATE + device)

    def sign(self, text: bytes) -> bytes:
        """Return the device's signature over a text that it sends."""
        return _sign(self.device, _WORDS + text)

    def seal(self, workspace: bytes, actor: bytes, seq: int, head: bytes) -> bytes:
        """Return the device's signature over a chain up to and including commit ``seq``."""
        return _sign(self.device, _seal_text(workspace, actor, seq, head))


def words_hold(device: bytes, signature: bytes, text: bytes) -> bool:
    """Return whether ``device`` (public key) signed a text that it sent: a bundle, a reply."""
    return _verified(device, signature, _WORDS + text)


def _sign(private: bytes, text: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).sign(text)


def _public(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _seal_text(workspace: bytes, actor: bytes, seq: int, head: bytes) -> bytes:
    return _SEAL + workspace + actor + seq.to_bytes(8, "big") + head


def _verified(public: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def certificate_holds(person: bytes, device: bytes, certificate: bytes) -> bool:
    """Return whether ``person`` certified ``device`` (public keys)."""
    return _verified(person, certificate, _CERTIFICATE + device)


def seal_holds(
    device: bytes, signature: bytes, workspace: bytes, actor: bytes, seq: int, head: bytes
) -> bool:
    """Return whether ``device`` (public key) sealed the actor's chain up to ``seq`` with hash ``head``."""
    return _verified(device, signature, _seal_text(workspace, actor, seq, head))
