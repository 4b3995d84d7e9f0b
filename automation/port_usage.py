"""How much ports are used: counted by their device, read by two of NAPALM's getters."""

from collections.abc import Collection
from dataclasses import dataclass

from automation.speech.speech import Device, speaking_to
from inventory.devices import PortRef

NOT_COUNTED = -1  # what NAPALM gives where a device does not say


@dataclass(frozen=True, slots=True)
class PortUsage:
    """What a device says of one port: whether it has link, and octets received and sent since its counters began."""

    port: PortRef
    is_up: bool
    received_octets: int
    sent_octets: int


def read_port_usage(device: Device, ports: Collection[str]) -> tuple[PortUsage, ...]:
    """Those of its ports that it counts, in the order asked. Raises: DeviceUnreachable, DeviceRefused."""
    with speaking_to(device.name):
        counted = device.driver.get_interfaces_counters()
        shown = device.driver.get_interfaces()
    return tuple(
        PortUsage(PortRef(device.name, port), bool(shown[port]["is_up"]), its["rx_octets"], its["tx_octets"])
        for port in ports
        if port in shown and (its := counted.get(port)) and NOT_COUNTED not in (its["rx_octets"], its["tx_octets"])
    )
