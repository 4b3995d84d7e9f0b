"""Who is on which SSID of an access point, now: counted by the access point, by label."""

from dataclasses import dataclass

from automation.dialects.openwrt.names import label_of
from automation.speech.speech import Device, speaking_to


@dataclass(frozen=True, slots=True)
class OnSsid:
    """What an access point says of one label's SSID on all its radios.

    `stations` are devices of people that are on it; the octets (received from them, sent to them) are counted since
    the SSID came up.
    """

    device: str
    label: str
    stations: int
    rx_bytes: int
    tx_bytes: int


def read_on_air(device: Device) -> tuple[OnSsid, ...]:
    """Only what bears a label of ours. Raises: DeviceUnreachable, DeviceRefused."""
    with speaking_to(device.name):
        said = device.driver.get_on_air()
    found: dict[str, OnSsid] = {}
    for one in said:
        label = label_of(one["section"])
        if label:
            was = found.get(label, OnSsid(device.name, label, 0, 0, 0))
            found[label] = OnSsid(
                device.name,
                label,
                was.stations + one["stations"],
                was.rx_bytes + one["rx_bytes"],
                was.tx_bytes + one["tx_bytes"],
            )
    return tuple(found[label] for label in sorted(found))
