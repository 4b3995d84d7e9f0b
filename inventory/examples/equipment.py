"""The example's made-up equipment: devices, the ports of each model, and which port a link takes."""

from collections.abc import Iterable, Iterator

from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.examples import estate
from inventory.links import Link

LAST_INWARDS = 64


def device_of(
    name: str, role: DeviceRole, model: str, place: str | None, address: str | None, uprn: str | None = None
) -> Device:
    """A made-up device that says so."""
    platform = "openwrt" if role is DeviceRole.ACCESS_POINT else "eos"
    serial = f"MADEUP-{name.upper()}"
    return Device(name, role, platform, estate.MANUFACTURER, model, serial, place, uprn, address)


def ports_of(device: Device) -> Iterator[Port]:
    """Those of a model's ports that are fitted."""
    fitted: tuple[tuple[str, PortRole, int], ...]
    if device.role is DeviceRole.ACCESS_POINT:
        fitted = (
            ("eth0", PortRole.NNI, 2_500),
            ("radio0", PortRole.RADIO, 1_200),
            ("radio1", PortRole.RADIO, 2_400),
        )
    elif device.role is DeviceRole.NTE:
        unis = next(unis for unis, model in estate.NTE_MODELS.items() if model == device.model)
        speed_mbps = 10_000 if unis > 2 else 1_000
        fitted = (*_ethernet(1, unis, PortRole.UNI, speed_mbps), ("Ethernet5", PortRole.NNI, 10_000))
    elif device.model == estate.DX_MODEL:
        fitted = (
            *_ethernet(1, 8, PortRole.NNI, 10_000),
            *_ethernet(41, 44, PortRole.HANDOVER, 100_000),
            *_ethernet(49, 64, PortRole.NNI, 100_000),
        )
    else:
        fitted = (*_ethernet(1, 8, PortRole.NNI, 10_000), *_ethernet(49, 52, PortRole.NNI, 100_000))
    return (Port(PortRef(device.name, name), role, speed_mbps) for name, role, speed_mbps in fitted)


def _ethernet(first: int, last: int, role: PortRole, speed_mbps: int) -> tuple[tuple[str, PortRole, int], ...]:
    return tuple((f"Ethernet{number}", role, speed_mbps) for number in range(first, last + 1))


class Patching:
    """Hands out a switch's ports one after the other: from 1 downwards to premises, from 49 inwards."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, int], int] = {}

    def down(self, switch: str) -> PortRef:
        """The next port towards premises."""
        return self._take(switch, 1)

    def inwards(self, switch: str) -> PortRef:
        """The next port towards other switches."""
        return self._take(switch, 49)

    def skip_used(self, links: Iterable[Link]) -> None:
        """Begin behind the ports that links have."""
        for link in links:
            for end in (link.a, link.z):
                first = 49 if int(end.port.removeprefix("Ethernet").removeprefix("eth")) >= 49 else 1
                self._next[end.device, first] = self._next.get((end.device, first), first) + 1

    def inwards_left(self, switch: str) -> int:
        """How many ports an exchange's switch has left towards other switches."""
        return LAST_INWARDS + 1 - self._next.get((switch, 49), 49)

    def _take(self, switch: str, first: int) -> PortRef:
        number = self._next.get((switch, first), first)
        self._next[switch, first] = number + 1
        return PortRef(switch, f"Ethernet{number}")
