"""Codes of ours for the ids of others. Pure."""

import hashlib
import re
from collections.abc import Iterable

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LONGEST = 63
DIGEST = 8  # hexadecimal digits


def codes_of(ids: Iterable[str], prefix: str = "") -> dict[str, str]:
    """Return a code for each id: the id itself where it may be one, elsewhere what is left of it in small letters.

    Two ids that would get one code are told apart by a digest of the id, so that every import gives the same codes.
    """
    plain = {one: _plain(prefix + one) for one in ids}
    users: dict[str, list[str]] = {}
    for one, code in plain.items():
        users.setdefault(code, []).append(one)
    return {one: code if users[code] == [one] else _apart(code, one) for one, code in plain.items()}


def _plain(text: str) -> str:
    if CODE.fullmatch(text):
        return text
    letters = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if letters and len(letters) <= LONGEST:
        return letters
    return _apart(letters or "id", text)


def _apart(code: str, one: str) -> str:
    digest = hashlib.sha256(one.encode()).hexdigest()[:DIGEST]
    return f"{code[: LONGEST - DIGEST - 1]}-{digest}"
