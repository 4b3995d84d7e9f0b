"""The key that certificates are signed with: Ed25519 (RFC 8032), from the settings."""

import base64
import binascii
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr

from provisioning.certificate_errors import CertificateKeyInvalid, CertificateKeyMissing
from provisioning.verify_certificate import key_id

KEY_BYTES = 32
KEY_CHARACTERS = 43  # of base64 for so many bytes, without padding
PEM = "-----BEGIN"


class SigningKey:
    """A private key. Neither its repr nor anything else of it shows it; `public` is the public one in hexadecimal."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw().hex()
        self.id = key_id(self.public)

    def __repr__(self) -> str:
        return f"SigningKey({self.id})"

    def sign(self, content: bytes) -> str:
        """The signature over `content`, in hexadecimal digits."""
        return self._key.sign(content).hex()


def new_key() -> str:
    """A new private key, as it is set: 32 random bytes in base64 that any file of settings takes unquoted."""
    return secrets.token_urlsafe(KEY_BYTES)


def read_key(setting: SecretStr | None) -> SigningKey:
    """The key of a setting: 32 bytes in base64 (also of the URL-safe kind, also unpadded), or PEM (PKCS #8).

    Raises: CertificateKeyMissing, CertificateKeyInvalid.
    """
    text = "" if setting is None else setting.get_secret_value().strip()
    if not text:
        raise CertificateKeyMissing
    try:
        return SigningKey(_from_pem(text) if text.startswith(PEM) else _from_base64(text))
    except (ValueError, TypeError, binascii.Error):
        raise CertificateKeyInvalid from None  # what the library says may quote the key


def _from_base64(text: str) -> Ed25519PrivateKey:
    unpadded = text.rstrip("=").replace("+", "-").replace("/", "_")
    if len(unpadded) != KEY_CHARACTERS:
        raise CertificateKeyInvalid
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(f"{unpadded}=", altchars=b"-_", validate=True))


def _from_pem(text: str) -> Ed25519PrivateKey:
    key = load_pem_private_key(text.replace("\\n", "\n").encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise CertificateKeyInvalid
    return key
