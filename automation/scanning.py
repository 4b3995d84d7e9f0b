"""Scan devices for drift: each text is compared in the thread that read it, and only where it has to be. Pure.

A text that is, byte for byte, the one of last time, with the same intents, is answered from last time's
findings without being read; one that differs only in order that does not matter and in white
space is read into its canonical form, and answered from there too. Only the others are compared.
"""

import hmac
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from automation.canonical import canonical, with_plain_heads
from automation.change_plan import Finding
from automation.devices import Answers
from automation.drift import Accepted, accepted_drift, device_drift, unread
from automation.errors import AutomationError
from automation.intents import Intent
from automation.platform import Can
from automation.platforms import platform_of
from automation.texts import DeviceText

EDITION = "2"  # to be counted up where the comparison itself changes: what was found before is then found anew


# In full one device is compared at a time: more at once would be no faster, and a thread that has its device's answer
# would wait for all of them before it is let to read it.
_COMPARING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Expected:
    """What one device should say. `accepted` is for platforms that are only read.

    `digest` is of all that the findings depend on besides the device's text.
    """

    device: str
    intents: Sequence[Intent]
    accepted: Accepted | None
    digest: str

    @classmethod
    def of(cls, device: str, intents: Sequence[Intent] = (), accepted: Accepted | None = None) -> "Expected":
        backup = "" if accepted is None else accepted.text
        said = "\n".join((EDITION, backup, *map(repr, intents)))
        return cls(device, intents, accepted, sha256(said.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Seen:
    """A device as a scan left it: digests of its text under a key, and what was found that was not as intended."""

    text_digest: str
    canonical_digest: str
    intents_digest: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """One device's answer. `is_new` is whether there is anything to keep beside what was kept before."""

    seen: Seen
    is_new: bool


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a scan is given: each device's intents, what was seen of it last time, and the key of the digests."""

    devices: Mapping[str, Expected]
    seen: Mapping[str, Seen] = field(default_factory=dict)
    key: bytes = b"\0"

    @property
    def intents(self) -> tuple[Intent, ...]:
        return tuple(intent for each in self.devices.values() for intent in each.intents)


@dataclass(frozen=True, slots=True)
class Audit:
    """What a scan found that is not as intended, and what it saw of devices that were not as last time.

    Of what is as intended there is a finding only where no intent could say so (`drift.with_those_as_intended`).
    """

    findings: tuple[Finding, ...]
    seen: Mapping[str, Seen] = field(default_factory=dict)


def scan(read: DeviceText, expected: Expected, seen: Seen | None, key: bytes) -> Scanned:
    """Compare one device's text with what is expected, as far as it must be."""
    text_digest, intents_digest = _digest(key, read.text), expected.digest
    if seen is not None and seen.intents_digest != intents_digest:
        seen = None
    if seen is not None and seen.text_digest == text_digest:
        return Scanned(seen, is_new=False)
    canonical_digest = _digest(key, canonical(read.text, read.platform).digest)
    if seen is not None and seen.canonical_digest == canonical_digest:
        return Scanned(Seen(text_digest, canonical_digest, intents_digest, seen.findings), is_new=True)
    with _COMPARING:
        found = tuple(each for each in _compared(read, expected) if not each.ok or not each.label)
    return Scanned(Seen(text_digest, canonical_digest, intents_digest, found), is_new=True)


def audit_of(expected: Expectations, answers: Answers[Scanned]) -> Audit:
    """The findings of all devices, by the device's name, and what was seen anew."""
    findings: list[Finding] = []
    for device, answer in sorted(answers.items()):
        if isinstance(answer, AutomationError):
            findings.append(unread(device, str(answer)))
        else:
            findings += answer.seen.findings
    new = {name: each.seen for name, each in answers.items() if isinstance(each, Scanned) and each.is_new}
    return Audit(tuple(findings), {name: seen for name, seen in new.items() if name in expected.devices})


def _compared(read: DeviceText, expected: Expected) -> tuple[Finding, ...]:
    platform = platform_of(read.platform, read.device)
    if platform.can == {Can.READ}:
        return accepted_drift(read.device, read.platform, read.text, expected.accepted)
    return device_drift(platform.dialect, read.device, with_plain_heads(read.text), expected.intents)


def _digest(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
