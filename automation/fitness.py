"""Whether a device is fit to be rebooted, as far as it can say so itself. Read only, over its open driver."""

from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any

from automation.errors import DeviceBusy, DeviceRefused
from automation.redaction import printable
from automation.speech.speech import Device, speaking_to

COMPARED, SAVED, SESSIONS, SPACE = "compared", "saved", "sessions", "space"
BYTES_PER_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Fitness:
    """One device at one moment. `uptime_s` in seconds, `free_mb` in megabytes (10^6 bytes) of its storage.

    `unsaved` are the lines by which what runs differs from what a reboot would read, () where they are the same;
    None where the platform cannot tell. `held_by` is the configuration session that somebody has open, "" where
    none is. What is None or "" because it could not be read stands in `why_not`.
    """

    device: str
    vendor: str
    model: str
    version: str
    serial: str
    uptime_s: float
    unsaved: tuple[str, ...] | None
    held_by: str
    free_mb: float | None = None
    why_not: dict[str, str] = field(default_factory=dict)


def read_fitness(device: Device) -> Fitness:
    """Raises: DeviceUnreachable, DeviceRefused, from the first read; what a platform lacks is told in `why_not`."""
    facts = device.speech.facts(device)
    why_not: dict[str, str] = {}
    unsaved = _unsaved(device, why_not)
    return Fitness(
        device.name,
        str(facts.get("vendor", "")),
        str(facts.get("model", "")),
        str(facts.get("os_version", "")),
        str(facts.get("serial_number", "")),
        float(facts.get("uptime", 0.0)),
        unsaved,
        _held_by(device, why_not),
        _free_mb(device, why_not),
        why_not,
    )


def _unsaved(device: Device, why_not: dict[str, str]) -> tuple[str, ...] | None:
    """NAPALM's get_config names startup "" where a platform has none of its own (Junos: a commit is saved)."""
    try:
        with speaking_to(device.name):
            texts = device.driver.get_config(retrieve="all")
    except DeviceRefused as refused:
        why_not[SAVED] = str(refused)
        return None
    startup, running = str(texts.get("startup", "")), str(texts.get("running", ""))
    if not startup.strip():
        why_not[SAVED] = "the platform keeps no configuration for a reboot apart from the one that runs"
        return None
    lines = unified_diff(_lines(startup), _lines(running), "startup", "running", lineterm="", n=0)
    hidden = device.dialect.without_secrets("\n".join(lines))
    return tuple(line for line in hidden.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"})


def _lines(text: str) -> list[str]:
    """Without comments: EOS heads a text with who wrote it, and when."""
    return [line.rstrip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("!", "#"))]


def _held_by(device: Device, why_not: dict[str, str]) -> str:
    """Who has a session open. Leftovers of ours that are over are taken back by the look, as at every rehearsal."""
    try:
        device.speech.free(device, 0.0)
    except DeviceBusy as busy:
        return busy.session
    except DeviceRefused as refused:
        why_not[SESSIONS] = str(refused)
    return ""


def _free_mb(device: Device, why_not: dict[str, str]) -> float | None:
    """NAPALM has no getter for it; EOS says it at the end of `dir flash:`."""
    try:
        with speaking_to(device.name):
            shown = device.driver.cli(["dir flash:"])
    except DeviceRefused as refused:
        why_not[SPACE] = printable(str(refused))
        return None
    return _bytes_free(shown, why_not)


def _bytes_free(shown: dict[str, Any], why_not: dict[str, str]) -> float | None:
    """ "4093313024 bytes total (1234567168 bytes free)" (EOS User Manual, dir)."""
    for text in shown.values():
        _, found, rest = str(text).rpartition("(")
        number, _, words = rest.partition(" ")
        if found and words.startswith("bytes free") and number.isdigit():
            return int(number) / BYTES_PER_MB
    why_not[SPACE] = "what it says of its storage was not understood"
    return None
