"""Secrets that devices must be told and nobody else: sealed, wherever they are kept or written down.

AES-SIV (RFC 5297): sealing the same secret about the same thing twice gives the same text. So two configurations
can be compared, and an approval bound to one, without anybody reading what is in them.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import SecretStr

from automation.uci_errors import SecretUnreadable

_PURPOSE = b"neutralhost sealed passphrase 1"  # what else the key keys is keyed apart from it
MARK = "sealed:"  # what a sealed secret begins with where a secret is expected


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens. `about` is what a secret belongs to, and is needed to open it."""

    key: SecretStr

    def seal(self, text: str, about: str) -> str:
        sealed = self._cipher().encrypt(text.encode(), [about.encode()])
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str, about: str) -> str:
        """The text that was sealed. Raises: SecretUnreadable."""
        try:
            return self._cipher().decrypt(base64.urlsafe_b64decode(sealed), [about.encode()]).decode()
        except (InvalidTag, ValueError):
            raise SecretUnreadable(about) from None

    def _cipher(self) -> AESSIV:
        return AESSIV(hashlib.sha512(_PURPOSE + b"\0" + self.key.get_secret_value().encode()).digest())


_KEY_OF_THIS_RUN = SecretStr(secrets.token_urlsafe(32))


def sealer(key: SecretStr | None) -> Sealer:
    """Without a key secrets are sealed with one that nobody knows: they can be compared, and never opened later."""
    return Sealer(key or _KEY_OF_THIS_RUN)
