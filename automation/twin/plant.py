"""Which ports of the twin have link: both ends switched on, neither shut, the cable in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from automation.twin.model import NOTHING_COUNTED, Octets, TwinPort
from automation.twin.station import Station
from inventory.devices import PortRef


@dataclass
class Plant:
    """All cables between the devices.

    `unplugged` are ports whose cable was pulled, at either end; `dark` are devices that are off. `octets` says what a
    port has counted: nothing moves in memory, so who wants figures there says them.
    """

    stations: Mapping[str, Station] = field(default_factory=dict)
    unplugged: set[PortRef] = field(default_factory=set)
    dark: set[str] = field(default_factory=set)
    octets: Callable[[PortRef], Octets] = lambda _port: NOTHING_COUNTED

    def link_up(self, port: PortRef) -> bool:
        """Whether a port has link. Interfaces without hardware, and Management, always do."""
        found = self.ports.get(port)
        if not self._is_open(port):
            return False
        if found is None:
            return True
        if found.far_end is None:
            return found.attached
        return found.far_end.device not in self.stations or self._is_open(found.far_end)

    def light_dbm(self, port: PortRef) -> float | None:
        """What a port's receiver gets, before any fault; None without link, and where no optic is known."""
        found = self.ports.get(port)
        if found is None or not self.link_up(port):
            return None
        return found.light_dbm

    @cached_property
    def ports(self) -> Mapping[PortRef, TwinPort]:
        return {
            PortRef(name, port.name): port for name, station in self.stations.items() for port in station.device.ports
        }

    def _is_open(self, port: PortRef) -> bool:
        if port in self.unplugged or port.device in self.dark:
            return False
        return self.stations[port.device].is_enabled(port.port)
