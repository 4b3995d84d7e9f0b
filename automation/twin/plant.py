"""Which ports of the twin have link: both ends switched on, neither shut, the cable in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from automation.twin.config import interface_head
from automation.twin.device import TwinSwitch
from inventory.devices import PortRef


@dataclass(slots=True)
class Plant:
    """All cables between the devices. `unplugged` are ports whose cable was pulled."""

    switches: Mapping[str, TwinSwitch] = field(default_factory=dict)
    unplugged: set[PortRef] = field(default_factory=set)

    def link_up(self, port: PortRef) -> bool:
        """Whether a port has link. Interfaces without hardware, and Management, always do."""
        switch = self.switches[port.device]
        found = next((one for one in switch.device.ports if one.name == port.port), None)
        if not self._is_open(port):
            return False
        if found is None:
            return True
        if found.far_end is None:
            return found.attached
        return found.far_end.device not in self.switches or self._is_open(found.far_end)

    def _is_open(self, port: PortRef) -> bool:
        lines = self.switches[port.device].config.lines_of(interface_head(port.port))
        return "shutdown" not in lines and port not in self.unplugged
