"""Backups of what devices say: a history, without secrets. Pure. Times in UTC.

A backup is one version of a device's text. Its secrets are masked by the platform's rules before it is
kept; a fingerprint of the whole, under a key of ours, tells that a secret changed without keeping
it (a plain digest would let whoever has the text try secrets until it fits). What differs only in
white space and in order that does not matter is no new version.
"""

import hmac
import zlib
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from enum import StrEnum
from hashlib import sha256

from automation.canonical import canonical
from automation.masking import without_secrets

_CONTEXT_LINES = 3


@dataclass(frozen=True, slots=True)
class Backup:
    """One version. `number` counts a device's versions from 1; `seen_at` is when it was last found unchanged.

    `digest` names its text, which several versions share where only a secret changed. `accepted_by` has said
    that this is how the device should be, "" where nobody has: platforms that are only read are held against it.
    """

    device: str
    number: int
    platform: str
    taken_at: datetime
    seen_at: datetime
    digest: str
    fingerprint: str
    lines: int
    accepted_by: str = ""
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A device's text as it may be kept and shown, and the fingerprint of what it was."""

    platform: str
    text: str
    fingerprint: str

    @property
    def digest(self) -> str:
        """SHA-256 of the masked text: the name it is kept under."""
        return sha256(self.text.encode()).hexdigest()


class Verdict(StrEnum):
    """What became of one device's backup."""

    NEW = "new"
    CHANGED = "changed"
    SECRET = "secret-changed"  # noqa: S105 - the text is the same but for what is masked
    SAME = "same"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one device's backup; `number` is its version (None where it failed), `detail` why it failed."""

    device: str
    verdict: Verdict
    number: int | None = None
    detail: str = ""


def masked(text: str, platform: str, key: bytes) -> MaskedText:
    """Return a device's text without its secrets, and its fingerprint under `key`."""
    fingerprint = hmac.new(key, canonical(text, platform).digest.encode(), sha256).hexdigest()
    return MaskedText(platform, without_secrets(text, platform), fingerprint)


def verdict_of(last: Backup | None, text: MaskedText) -> Verdict:
    """What a text is beside the version before it."""
    if last is None:
        return Verdict.NEW
    if last.fingerprint == text.fingerprint:
        return Verdict.SAME
    return Verdict.SECRET if last.digest == text.digest else Verdict.CHANGED


def next_version(last: Backup | None, device: str, text: MaskedText, now: datetime) -> Backup:
    return Backup(
        device=device,
        number=1 if last is None else last.number + 1,
        platform=text.platform,
        taken_at=now,
        seen_at=now,
        digest=text.digest,
        fingerprint=text.fingerprint,
        lines=text.text.count("\n"),
    )


def packed(text: str) -> bytes:
    return zlib.compress(text.encode(), 9)


def unpacked(kept: bytes) -> str:
    return zlib.decompress(kept).decode()


def diff_of(one: str, other: str, name_of_one: str, name_of_other: str) -> str:
    """Return a unified diff of two texts; "" where they are equal."""
    lines = unified_diff(
        one.splitlines(), other.splitlines(), name_of_one, name_of_other, n=_CONTEXT_LINES, lineterm=""
    )
    return "\n".join(lines)
