"""Certificates for devices that ask for one when they phone home: for their management address, and nothing else.

Of the request only the public key is taken: whose it is, the inventory says, and not who asks.
"""

import datetime
import ipaddress
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from automation.device_certificate_errors import AuthorityUnusable, SigningRequestInvalid

LIFE = datetime.timedelta(days=5 * 365)
SHORTEST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs: its certificate and its private key, PEM. The key is never shown."""

    certificate: str
    key: str = field(repr=False)

    def sign(self, request: str, name: str, address: str, now: datetime.datetime) -> str:
        """The certificate of the device of this name at this IPv4 address, as PEM.

        Raises: SigningRequestInvalid, AuthorityUnusable.
        """
        public = _public_key(request)
        authority, key = self._loaded()
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(authority.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(min(now + LIFE, authority.not_valid_after_utc))
            .add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)  # type: ignore[arg-type]  # of a kind that signs
        )
        digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        return builder.sign(key, digest).public_bytes(serialization.Encoding.PEM).decode()

    def _loaded(
        self,
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey]:
        """Raises: AuthorityUnusable."""
        try:
            certificate = x509.load_pem_x509_certificate(self.certificate.encode())
            key = serialization.load_pem_private_key(self.key.encode(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise AuthorityUnusable("its certificate or key cannot be read") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
            raise AuthorityUnusable("its key is of a kind that is not used here")
        if certificate.public_key() != key.public_key():
            raise AuthorityUnusable("its key is not that of its certificate")
        return certificate, key


type _Public = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey


def _public_key(request: str) -> _Public:
    """Raises: SigningRequestInvalid."""
    try:
        csr = x509.load_pem_x509_csr(request.encode())
        key = csr.public_key()
        is_signed = csr.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        raise SigningRequestInvalid("it cannot be read") from None
    if not is_signed:
        raise SigningRequestInvalid("it is not signed by the key it is for")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < SHORTEST_RSA_BITS:
        raise SigningRequestInvalid(f"its RSA key has {key.key_size} bits, and {SHORTEST_RSA_BITS} are the least")
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
        raise SigningRequestInvalid("its key is neither RSA, nor of an elliptic curve, nor Ed25519")
    return key
