"""A device's certificate: for its address, by our authority, over the key it holds; tried in a TLS handshake."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from automation.device_certificate_errors import AuthorityUnusable, SigningRequestInvalid
from automation.device_certificates import Authority

NOW = datetime.now(UTC)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    none = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none).decode()


def request_of(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    made = x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def authority() -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(NAME).issuer_name(NAME).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=9))
    )
    signed = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(
        key, hashes.SHA256()
    )
    return Authority(signed.public_bytes(serialization.Encoding.PEM).decode(), pem(key))


def shakes_hands(signed: str, key: str, ours: Authority, address: str, folder: Path) -> bool:
    (folder / "chain.pem").write_text(signed)
    (folder / "key.pem").write_text(key)
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    here = ssl.create_default_context(cadata=ours.certificate)
    here.verify_flags &= ~ssl.VERIFY_X509_STRICT  # the test's own authority has no key identifier
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = here.wrap_bio(down, up, server_hostname=address)
    server = there.wrap_bio(up, down, server_side=True)
    for _ in range(5):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                return False
    return client.version() is not None


def test_a_certificate_is_good_for_the_address_and_no_other(tmp_path: Path) -> None:
    ours, key = authority(), ec.generate_private_key(ec.SECP256R1())

    signed = ours.sign(request_of(key), "ap-1", "192.0.2.7", NOW)

    assert shakes_hands(signed, pem(key), ours, "192.0.2.7", tmp_path)
    assert not shakes_hands(signed, pem(key), ours, "192.0.2.8", tmp_path)
    assert not shakes_hands(signed, pem(key), authority(), "192.0.2.7", tmp_path)
    shown = x509.load_pem_x509_certificate(signed.encode())
    assert shown.subject.rfc4514_string() == "CN=ap-1"  # not what the request says
    assert shown.not_valid_after_utc <= NOW + timedelta(days=9)  # no longer than its authority's own


def test_what_cannot_be_signed_is_refused_and_says_why() -> None:
    ours, key = authority(), ec.generate_private_key(ec.SECP256R1())
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - weak on purpose

    with pytest.raises(SigningRequestInvalid, match="1024 bits"):
        ours.sign(request_of(weak), "ap-1", "192.0.2.7", NOW)
    with pytest.raises(SigningRequestInvalid, match="cannot be read"):
        ours.sign("nothing", "ap-1", "192.0.2.7", NOW)
    other = Authority(ours.certificate, pem(key))
    with pytest.raises(AuthorityUnusable, match="not that of its certificate"):
        other.sign(request_of(key), "ap-1", "192.0.2.7", NOW)
    with pytest.raises(AuthorityUnusable, match="cannot be read"):
        Authority("", "").sign(request_of(key), "ap-1", "192.0.2.7", NOW)
    assert "PRIVATE" not in repr(ours)
