"""SHA-512-crypt, as a device's password file has it: a device gets a password's hash and never the password.

U. Drepper, "Unix crypt using SHA-256 and SHA-512" (2007), whose test vectors the tests use. Python has none since
3.13, and musl (OpenWrt's C library) knows this one, and no Argon2.
"""

import hashlib
import hmac
import re
import secrets

_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ROUNDS = 5000
_SALT = re.compile(r"\$6\$([./0-9A-Za-z]{1,16})\$")
_TRIPLES = [(0, 21, 42)]  # which octets of the digest make each four letters: each triple turned on from the one before
while len(_TRIPLES) < 21:
    one, two, three = _TRIPLES[-1]
    _TRIPLES.append((two + 1, three + 1, one + 1))


def new_hash(password: str) -> str:
    """A hash of the password with a salt of its own: `$6$salt$hash`."""
    return hash_of(password, "".join(secrets.choice(_ALPHABET) for _ in range(16)))


def matches(password: str, kept: str) -> bool:
    """Whether the password made that hash."""
    salt = _SALT.match(kept)
    return salt is not None and hmac.compare_digest(hash_of(password, salt[1]), kept)


def hash_of(password: str, salt: str) -> str:
    """The steps are Drepper's, by his numbers."""
    key, grain = password.encode(), salt.encode()
    other = hashlib.sha512(key + grain + key).digest()  # 4 to 8
    first = hashlib.sha512(key + grain + _repeated(other, len(key)))  # 1 to 3, 9 and 10
    length = len(key)
    while length:  # 11
        first.update(other if length & 1 else key)
        length >>= 1
    digest = first.digest()
    ps = _repeated(hashlib.sha512(key * len(key)).digest(), len(key))  # 13 to 16
    ss = _repeated(hashlib.sha512(grain * (16 + digest[0])).digest(), len(grain))  # 17 to 20
    for number in range(_ROUNDS):  # 21
        digest = _round(number, digest, ps, ss)
    return f"$6${salt}${_encoded(digest)}"


def _repeated(text: bytes, length: int) -> bytes:
    return (text * (length // len(text) + 1))[:length]


def _round(number: int, digest: bytes, ps: bytes, ss: bytes) -> bytes:
    found = ps if number & 1 else digest
    found += ss if number % 3 else b""
    found += ps if number % 7 else b""
    return hashlib.sha512(found + (digest if number & 1 else ps)).digest()


def _encoded(digest: bytes) -> str:
    groups = [(digest[one] << 16) | (digest[two] << 8) | digest[three] for one, two, three in _TRIPLES]
    letters = [_ALPHABET[(group >> shift) & 63] for group in groups for shift in (0, 6, 12, 18)]
    return "".join(letters) + _ALPHABET[digest[63] & 63] + _ALPHABET[digest[63] >> 6]
