"""Secrets that ISPs give us and that we must be able to read again: sealed with a key from the settings.

AES-SIV (RFC 5297): sealing the same passphrase for the same SSID twice gives the same text, so a repeated request
is known as the same, and nobody learns from the text what it is. Neither text nor key is ever in an error.
"""

import base64
import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import SecretStr

from provisioning.product_errors import SealBroken

_PURPOSE = b"neutralhost sealed passphrase 1"


def seal(text: str, about: str, key: SecretStr) -> str:
    """The text, encrypted; `about` is what it belongs to, and is needed to open it."""
    sealed = _cipher(key).encrypt(text.encode(), [about.encode()])
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(sealed: str, about: str, key: SecretStr) -> str:
    """The text that was sealed. Raises: SealBroken."""
    try:
        return _cipher(key).decrypt(base64.urlsafe_b64decode(sealed), [about.encode()]).decode()
    except (InvalidTag, ValueError):
        raise SealBroken from None


def _cipher(key: SecretStr) -> AESSIV:
    """The key of this purpose: what else the pepper keys is keyed apart from it."""
    return AESSIV(hashlib.sha512(_PURPOSE + b"\0" + key.get_secret_value().encode()).digest())
