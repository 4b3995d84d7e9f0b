"""What one device shows of itself, through NAPALM's getters, in one shape for every platform."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from automation.dialects.dialect import Dialect
from automation.errors import AutomationError, DeviceRefused
from automation.speech.speech import Device, speaking_to
from inventory.devices import PortRef

NEIGHBOURS, LIGHT, SSIDS = "neighbours", "light", "SSIDs"
NO_READING_DBM = 0.0
"""What NAPALM's drivers put where a device gave no figure (eos.py and junos.py, get_optics); 1 mW sharp does not
occur by chance."""


@dataclass(frozen=True, slots=True)
class Light:
    """What an optic receives and sends, in dBm (SFF-8472); None where the device gives no figure."""

    rx_dbm: float | None
    tx_dbm: float | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One SSID on one radio that is up; `section` and `encryption` in the words of the device's platform."""

    section: str
    radio: str
    ssid: str
    encryption: str


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """One device at one moment.

    `ports` is NAPALM's get_interfaces: `is_up`, `is_enabled`, `mtu` in bytes as the device counts it. `neighbours`
    are by port those that LLDP (IEEE 802.1AB) heard there, `light` the optics by port; None where the platform
    cannot tell, and `why_not` says why. `running` is in the words of `dialect`, secrets included. `ssids` is what an
    access point sends; None of anything else.
    """

    device: str
    dialect: Dialect
    running: str
    ports: Mapping[str, Mapping[str, Any]]
    neighbours: Mapping[str, tuple[PortRef, ...]] | None
    light: Mapping[str, Light] | None
    why_not: Mapping[str, str] = field(default_factory=dict)
    ssids: tuple[Sent, ...] | None = None


def read_facts(device: Device) -> DeviceFacts:
    """Read a device over its open driver. A getter its platform lacks is a fact that is not there, and no failure.

    Raises: DeviceUnreachable and what `speaking_to` raises, from the first two reads.
    """
    why_not: dict[str, str] = {}
    with device.speech.together(device):
        return DeviceFacts(
            device.name,
            device.dialect,
            device.speech.running_config(device),
            device.speech.interfaces(device),
            heard_by(device, why_not),
            _ask(device, LIGHT, why_not, lambda: light_of(device.driver.get_optics())),
            why_not,
            _ssids(device, why_not),
        )


def heard_by(device: Device, why_not: dict[str, str]) -> dict[str, tuple[PortRef, ...]] | None:
    """Whom LLDP hears, by port; None, and why in `why_not`, where the device cannot tell. Raises: DeviceUnreachable."""
    return _ask(device, NEIGHBOURS, why_not, lambda: neighbours_of(device.driver.get_lldp_neighbors()))


def _ssids(device: Device, why_not: dict[str, str]) -> tuple[Sent, ...] | None:
    """NAPALM has no getter for it: a driver that can tell has `get_ssids`."""
    if not hasattr(device.driver, "get_ssids"):
        return None
    return _ask(device, SSIDS, why_not, lambda: tuple(Sent(**one) for one in device.driver.get_ssids()))


def _ask[T](device: Device, name: str, why_not: dict[str, str], read: Callable[[], T]) -> T | None:
    try:
        with speaking_to(device.name):
            try:
                return read()
            except NotImplementedError:
                why_not[name] = f"the driver of {device.name} has no getter for it"
    except DeviceRefused as refusal:
        why_not[name] = str(refusal)
    return None


type Looked = Mapping[str, DeviceFacts | AutomationError]
"""What was read of some devices, by name; why not, of one that could not be read."""


def neighbours_of(answer: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[PortRef, ...]]:
    """NAPALM's get_lldp_neighbors: port -> [{"hostname", "port"}]. A domain behind the name is cut off."""
    return {
        port: tuple(PortRef(str(one["hostname"]).partition(".")[0], str(one["port"])) for one in found)
        for port, found in answer.items()
    }


def light_of(answer: Mapping[str, Mapping[str, Any]]) -> dict[str, Light]:
    """NAPALM's get_optics, the weakest of a port's channels."""
    found: dict[str, Light] = {}
    for port, shown in answer.items():
        states = [channel["state"] for channel in shown["physical_channels"]["channel"]]
        if states:
            found[port] = Light(_weakest(states, "input_power"), _weakest(states, "output_power"))
    return found


def _weakest(states: Sequence[Mapping[str, Any]], name: str) -> float | None:
    levels = [float(state[name]["instant"]) for state in states]
    given = [level for level in levels if level != NO_READING_DBM and math.isfinite(level)]
    return min(given, default=None)
