"""What a pairing derives from its code: confirmation tags, boxes in each direction, the words to compare.

A box is ChaCha20-Poly1305 under a key of its direction with a counter as nonce, so a box that is repeated,
swapped or sent back doesn't open. The words stand for everything both sides said; the joiner commits to its
random number before it sees the inviter's, so that nobody in between can search for numbers that make the
words of two conversations alike.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY = 32
_TAG = 32


class PairingSecret:
    """One side's half of an agreed key."""

    def __init__(self, key: bytes, said: bytes, *, joiner: bool) -> None:
        """Derive everything from a SPAKE2 key and the messages that led to it."""
        bound = hashlib.sha256(said).digest()
        derive = HKDF(hashes.SHA256(), length=4 * _KEY, salt=bound, info=b"dyad-pair/1 keys")
        keys = derive.derive(key)
        parts = [keys[at : at + _KEY] for at in range(0, len(keys), _KEY)]
        mine, theirs = (0, 1) if joiner else (1, 0)
        self._tags = parts[mine], parts[theirs]
        self._out, self._in = ChaCha20Poly1305(parts[2 + mine]), ChaCha20Poly1305(parts[2 + theirs])
        self._sent = self._opened = 0
        self._bound = bound
        self._transcript = hashlib.sha256(b"dyad-pair/1 words" + bound)
        self._joiner = joiner

    def tag(self) -> bytes:
        """Return the proof that this side knows the code."""
        return hmac.digest(self._tags[0], self._bound, "sha256")

    def proves(self, tag: bytes) -> bool:
        """Return whether a tag proves that the other side knows the code."""
        return hmac.compare_digest(tag, hmac.digest(self._tags[1], self._bound, "sha256"))

    def seal(self, content: bytes) -> bytes:
        """Return the next box with ``content``."""
        box = self._out.encrypt(self._sent.to_bytes(12, "big"), content, self._bound)
        self._sent += 1
        self._note(content, mine=True)
        return box

    def open(self, box: bytes) -> bytes | None:
        """Return what is in the other side's next box, or None when it isn't that."""
        try:
            content = self._in.decrypt(self._opened.to_bytes(12, "big"), box, self._bound)
        except (InvalidTag, ValueError):  # a box too short is refused with ValueError
            return None
        self._opened += 1
        self._note(content, mine=False)
        return content

    def transcript(self) -> bytes:
        """Return a hash of all that both sides said so far."""
        return self._transcript.digest()

    def _note(self, content: bytes, *, mine: bool) -> None:
        by_joiner = mine == self._joiner
        self._transcript.update(b"J" if by_joiner else b"I")
        self._transcript.update(hashlib.sha256(content).digest())


def commitment(nonce: bytes) -> bytes:
    """Return what a side says first about a random number of 32 bytes that it says later."""
    return hashlib.sha256(b"dyad-pair/1 nonce" + nonce).digest()
