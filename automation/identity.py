"""What a device says it is, through NAPALM's get_facts: the same few facts of every platform."""

from dataclasses import dataclass

from automation.redaction import printable
from automation.speech.speech import Device


@dataclass(frozen=True, slots=True)
class Identity:
    """A device at one moment, in its own words made printable. `uptime_s` is negative where it does not say."""

    device: str
    hostname: str
    vendor: str
    model: str
    version: str
    serial: str
    uptime_s: float
    ports: tuple[str, ...]


def read_identity(device: Device) -> Identity:
    """Raises: DeviceUnreachable, DeviceRefused."""
    facts = device.speech.facts(device)

    def told(name: str) -> str:
        words = str(facts.get(name) or "")
        return printable(words) if words.strip() else ""

    return Identity(
        device.name,
        told("hostname"),
        told("vendor"),
        told("model"),
        told("os_version"),
        told("serial_number"),
        float(facts.get("uptime", -1)),
        tuple(map(str, facts.get("interface_list", ()))),
    )
