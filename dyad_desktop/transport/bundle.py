"""A bundle: messages in a file, encrypted to the partners' laptops (age), signed by the one that wrote it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import pyrage

from dyad_desktop.errors import DyadError
from dyad_desktop.replication.messages import (
    MAX_DELIVERY,
    MAX_INFLATED,
    Message,
    RefusedError,
    inflated_size,
    is_too_much,
    pack,
    unpack,
)
from dyad_desktop.replication.signing import words_hold

MAGIC = b"dyad-bundle/1\n"
MAX_BYTES = MAX_DELIVERY + 2**20
"""Largest bundle that is read: a delivery in its envelope."""
_PARTS = 64
UNTOUCHED = "Nothing of it was applied; your copy is as it was."
Sign = Callable[[bytes], bytes]


class _Envelope(msgspec.Struct, frozen=True, array_like=True):
    workspace: bytes
    device: bytes
    parts: list[bytes]
    signature: bytes


_decoder = msgspec.msgpack.Decoder(_Envelope)


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle: of which workspace, from which device (public key); its parts are still packed."""

    workspace: bytes
    device: bytes
    parts: tuple[bytes, ...]
    signature: bytes

    def messages(self) -> list[Message]:
        """Return the messages, once the signature of the device is found genuine; nothing is unpacked before.

        Raises:
            RefusedError: the signature is false, or the content isn't as it should be.
        """
        text = _signed(self.workspace, self.device, self.parts)
        if not words_hold(self.device, self.signature, text):
            raise RefusedError(f"The signature of this bundle is false. {UNTOUCHED}")
        found: list[Message] = []
        if is_too_much(sum(map(len, self.parts)), sum(map(inflated_size, self.parts))):
            raise RefusedError(f"What this bundle holds is too large to be taken. {UNTOUCHED}")
        for part in self.parts:
            found += unpack(part)
        return found


def _signed(workspace: bytes, device: bytes, parts: Sequence[bytes]) -> bytes:
    return msgspec.msgpack.encode([MAGIC, workspace, device, list(parts)])


def seal_bundle(
    workspace: bytes, device: bytes, parts: Sequence[Sequence[Message]], recipients: Sequence[str],
    sign: Sign,
) -> bytes:  # fmt: skip
    """Return a bundle's bytes: nobody but the ``recipients`` (age) can tell what or whose it is.

    Raises:
        DyadError: it would be larger than anybody reads.
    """
    packed = [pack(part) for part in parts]
    size = sum(map(len, packed))
    if is_too_much(size, sum(map(inflated_size, packed))):
        raise DyadError(
            f"What the others lack, {-(-size // 2**20):,} MB, is more than one delivery carries. Nothing was written."
            " In a shared folder each laptop's own work is a delivery of its own."
        )
    signature = sign(_signed(workspace, device, packed))
    text = msgspec.msgpack.encode(_Envelope(workspace, device, packed, signature))
    keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    sealed: bytes = pyrage.encrypt(text, keys)
    return MAGIC + sealed


def is_recipient(text: str) -> bool:
    """Return whether a text is the public key of somebody who can open bundles."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except (pyrage.RecipientError, ValueError):
        return False
    return True


def open_bundle(data: bytes, identity: str) -> Bundle:
    """Return what a bundle's bytes hold for this laptop (age ``identity``).

    Raises:
        RefusedError: it is no bundle, is damaged, or isn't for this laptop.
    """
    if len(data) > MAX_BYTES:
        raise RefusedError(f"The bundle is larger than {MAX_BYTES // 2**20} MB. {UNTOUCHED}")
    if not data.startswith(MAGIC):
        raise RefusedError(f"This file is no bundle of Dyad Desktop. {UNTOUCHED}")
    try:
        text = pyrage.decrypt(data[len(MAGIC) :], [pyrage.x25519.Identity.from_str(identity)])
        envelope = _decoder.decode(text)
    except pyrage.DecryptError:
        raise RefusedError(
            f"This bundle is damaged, or it isn't meant for this laptop. {UNTOUCHED}"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        raise RefusedError(f"This bundle isn't in a form that is understood. {UNTOUCHED}") from None
    if len(envelope.parts) > _PARTS:
        raise RefusedError(f"This bundle has more parts than it may have. {UNTOUCHED}")
    return Bundle(envelope.workspace, envelope.device, tuple(envelope.parts), envelope.signature)


def parted(messages: Sequence[Message], limit: int = MAX_INFLATED // 2) -> list[list[Message]]:
    """Return messages in parts that stay below ``limit`` bytes inflated."""
    parts: list[list[Message]] = [[]]
    size = 0
    for message in messages:
        weight = len(msgspec.msgpack.encode(message))
        if size + weight > limit and parts[-1]:
            parts.append([])
            size = 0
        parts[-1].append(message)
        size += weight
    return parts
