import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dyad_desktop.transport.certificate import (
    LinkIdentity,
    contexts,
    new_identity,
    peer_certificate,
)


def _shaken(server: ssl.SSLContext, client: ssl.SSLContext) -> tuple[ssl.SSLObject, ssl.SSLObject]:
    """Shake hands in memory; raises SSLError where TLS would."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    here = client.wrap_bio(to_client, to_server)
    there = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(3):
        for side in (here, there):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return here, there


def _issued_by(issuer: LinkIdentity) -> LinkIdentity:
    """A certificate that a pinned one signed for another key."""
    parent = x509.load_der_x509_certificate(issuer.certificate)
    signer = serialization.load_der_private_key(issuer.private_key, password=None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    child = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "child")]))
        .issuer_name(parent.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(parent.not_valid_before_utc)
        .not_valid_after(parent.not_valid_after_utc)
        .sign(signer, hashes.SHA256())
    )
    return LinkIdentity(
        child.public_bytes(serialization.Encoding.DER),
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def test_partners_know_each_other() -> None:
    mine, theirs = new_identity(), new_identity()
    here, there = _shaken(
        contexts(theirs, [mine.certificate]).server, contexts(mine, [theirs.certificate]).client
    )
    assert here.version() == there.version() == "TLSv1.3"
    assert peer_certificate(here, {theirs.certificate}) == theirs.certificate
    assert peer_certificate(there, {mine.certificate}) == mine.certificate
    assert peer_certificate(there, {theirs.certificate}) is None


def test_among_many_partners_each_is_known() -> None:
    theirs, all_mine = new_identity(), [new_identity() for _ in range(5)]
    server = contexts(theirs, [each.certificate for each in all_mine]).server
    for mine in all_mine:
        _, there = _shaken(server, contexts(mine, [theirs.certificate]).client)
        assert there.getpeercert(binary_form=True) == mine.certificate


def test_a_certificate_issued_by_a_partner_is_no_partner() -> None:
    mine, theirs = new_identity(), new_identity()
    server = contexts(theirs, [mine.certificate]).server
    with pytest.raises(ssl.SSLError):
        _shaken(server, contexts(_issued_by(mine), [theirs.certificate]).client)


def test_nobody_pinned_means_nobody_is_let_in() -> None:
    mine, theirs = new_identity(), new_identity()
    with pytest.raises(ssl.SSLError):
        _shaken(contexts(theirs, []).server, contexts(mine, [theirs.certificate]).client)


def test_no_clock_makes_a_certificate_invalid() -> None:
    certificate = x509.load_der_x509_certificate(new_identity().certificate)
    assert certificate.not_valid_before_utc == datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    assert certificate.not_valid_after_utc.year == 9999


def test_nothing_personal_is_in_it() -> None:
    names = [
        x509.load_der_x509_certificate(new_identity().certificate).subject.rfc4514_string()
        for _ in range(2)
    ]
    assert names[0] != names[1]
    for name in names:
        assert name.startswith("CN=")
        bytes.fromhex(name.removeprefix("CN="))


def test_the_key_is_never_on_disk_in_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = Path.write_bytes

    def spy(path: Path, data: bytes) -> int:
        written.append(data)
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", spy)
    identity = new_identity()
    contexts(identity, [])
    assert written
    assert all(b"BEGIN ENCRYPTED PRIVATE KEY" in data for data in written)
    assert "private_key" not in repr(identity)
