"""Who a computer is on the wire: a certificate of its own, pinned by its partner, and TLS 1.3 both ways."""

import datetime
import secrets
import ssl
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Clocks decide nothing: the pin does. These are the earliest and the latest that a certificate can say.
_FROM = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_UNTIL = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class LinkIdentity:
    """The certificate (DER) that a partner pins, and its private key (PKCS #8, DER)."""

    certificate: bytes
    private_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contexts:
    """The two ends of TLS for one set of pinned certificates."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def new_identity() -> LinkIdentity:
    """Return a fresh self-signed identity with nothing personal in it.

    P-256, because an OpenSSL that hospitals restrict to FIPS algorithms takes it too.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    # A name of its own: OpenSSL looks certificates up by name.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, secrets.token_hex(8))])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return LinkIdentity(
        certificate=builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER),
        private_key=key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def contexts(identity: LinkIdentity, pinned: Collection[bytes]) -> Contexts:
    """Return TLS for this identity, which trusts the pinned certificates (DER) and nobody else."""
    return Contexts(
        server=_context(ssl.PROTOCOL_TLS_SERVER, identity, pinned),
        client=_context(ssl.PROTOCOL_TLS_CLIENT, identity, pinned),
    )


def peer_certificate(connection: ssl.SSLObject, pinned: Collection[bytes]) -> bytes | None:
    """Return the certificate (DER) of the other end, or None unless it is one of the pinned."""
    found = connection.getpeercert(binary_form=True)
    return found if found is not None and found in pinned else None


def _context(side: int, identity: LinkIdentity, pinned: Collection[bytes]) -> ssl.SSLContext:
    context = ssl.SSLContext(side)
    context.check_hostname = False  # partners have no host names; the pin says who it is
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    if side == ssl.PROTOCOL_TLS_SERVER:
        context.num_tickets = 0  # no resumption: every connection shows its certificate anew
    if pinned:
        context.load_verify_locations(cadata=b"".join(pinned))
    _load(context, identity)
    return context


def _load(context: ssl.SSLContext, identity: LinkIdentity) -> None:
    """Give the context its key, which ``ssl`` takes from files only: encrypted for the moment on disk."""
    passphrase = secrets.token_hex(32)
    key = serialization.load_der_private_key(identity.private_key, password=None)
    certificate = x509.load_der_x509_certificate(identity.certificate)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "identity.pem"
        path.touch(mode=0o600)
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(passphrase.encode()),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context.load_cert_chain(path, password=passphrase)
