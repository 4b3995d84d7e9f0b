"""Passwords, token secrets and session secrets: made, kept and checked without ever being in clear.

Passwords are kept as Argon2id (RFC 9106) hashes. Token and session secrets are 256 random
bits, so a keyed HMAC-SHA256 is enough for them, and is fast.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import SecretStr

from provisioning.errors import RequestInvalid

TOKEN_PREFIX = "nh_"  # noqa: S105 - not a secret: what every token begins with, so that scanners find leaked ones
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256  # Argon2 reads all of it: do not let a megabyte be hashed
AT_A_TIME = 2  # one check takes about 64 MiB and a third of a second of one core


@dataclass(frozen=True)
class Passwords:
    """Hashes and checks passwords, a few at a time, with the same work whether or not the name exists."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_A_TIME), repr=False)
    _nobody: list[str] = field(default_factory=list, init=False, repr=False)

    def hash(self, password: str) -> str:
        """Return the Argon2id hash to keep.

        Raises: RequestInvalid: too short or too long.
        """
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            reason = f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
            raise RequestInvalid("password", reason)
        if not password.isprintable():
            raise RequestInvalid("password", "it has characters that cannot be typed on one line")
        with self.room:
            return self.hasher.hash(password)

    def matches(self, kept_hash: str | None, password: str) -> bool:
        """Whether the password made that hash. None (no such user) takes as long, and is False."""
        if len(password) > LONGEST_PASSWORD or not password.isprintable():
            return False
        with self.room:
            return self._verify(kept_hash or self._hash_of_nobody(), password) and kept_hash is not None

    def _verify(self, kept_hash: str, password: str) -> bool:
        try:
            return self.hasher.verify(kept_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _hash_of_nobody(self) -> str:
        if not self._nobody:
            self._nobody.append(self.hasher.hash(secrets.token_urlsafe(32)))
        return self._nobody[0]


def keyed_hash(pepper: SecretStr, secret: str) -> str:
    """What is kept of a token's or session's secret: HMAC-SHA256 with the pepper, hex."""
    return hmac.new(
        pepper.get_secret_value().encode(), secret.encode(errors="surrogatepass"), hashlib.sha256
    ).hexdigest()


def same(kept: str, given: str) -> bool:
    """Compare two keyed hashes without telling by the time it takes how much of them is alike."""
    return hmac.compare_digest(kept, given)


def new_secret() -> str:
    """256 random bits, as text that fits a header or cookie."""
    return secrets.token_urlsafe(32)


def new_token_key() -> str:
    """The public part of a token, by which it is found and shown."""
    return secrets.token_hex(6)


def token_text(key: str, secret: str) -> str:
    """What the holder of a token is given, once."""
    return f"{TOKEN_PREFIX}{key}.{secret}"


def token_parts(text: str) -> tuple[str, str] | None:
    """The key and secret of a token, None where the text is not one."""
    key, dot, secret = text.removeprefix(TOKEN_PREFIX).partition(".")
    if not text.startswith(TOKEN_PREFIX) or not (key and dot and secret):
        return None
    return key, secret
