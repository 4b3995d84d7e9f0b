"""One simulated device that moves packets: what it forwards is put in its Open vSwitch, one transaction at a time."""

import threading
from collections.abc import Mapping, Sequence

from automation.twin.forwarding import S_TPID, DeviceState
from automation.twin.ovs.bridge import EMPTY, MAIN, BridgePlan, Meter, create_bridge, plan_bridge, transaction
from automation.twin.ovs.daemons import OpenVswitch
from automation.twin.ovs.naming import interface_name
from automation.twin.ovs.programs import ip_batch


class PacketSwitch:
    """A device's bridge. `apply` may be called from any thread; what it is told last is what holds."""

    def __init__(self, switch: OpenVswitch, interfaces: Sequence[str], *, has_radios: bool) -> None:
        self._switch = switch
        self._has_radios = has_radios
        self._numbers: Mapping[str, int] = {name: number for number, name in enumerate(interfaces, 1)}
        self._now = EMPTY
        self._cut: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._hands_off = ""  # the row that says so, once it is needed

    def start(self) -> None:
        self._switch.change(create_bridge())

    def apply(self, state: DeviceState) -> None:
        """Let the packets go where this state says, and return when they do. Raises: TwinProgramFailed."""
        with self._lock:
            after = plan_bridge(state, self._numbers, has_radios=self._has_radios)
            cut_off = self._now.up - after.up
            self._links(cut_off, "down")
            self._switch.change(transaction(self._now, after))
            self._police(after)
            self._retag(after)
            self._links(after.up - self._now.up - self._cut, "up")
            self._now = after

    def cut(self, port: str) -> None:
        """Pull the cable at this end: no carrier, whatever is configured."""
        with self._lock:
            self._cut |= {interface_name(port)}
            self._links(frozenset({interface_name(port)}), "down")

    def repair(self, port: str) -> None:
        with self._lock:
            name = interface_name(port)
            self._cut -= {name}
            self._links(self._now.up & {name}, "up")

    def keep_queue(self, interface: str) -> None:
        """Let Open vSwitch leave a port's queue in the kernel alone, if it has the port: it gives each one of its own,
        when the port joins and sometimes once more after it has said that all is done. Raises: TwinProgramFailed.
        """
        with self._lock:
            if not self._hands_off:
                self._hands_off = self._switch.change(("--", "create", "qos", "type=linux-noop")).strip()
            self._switch.change(("--", "--if-exists", "set", "port", interface, f"qos={self._hands_off}"))

    def give_queue(self, interface: str) -> None:
        """Undo `keep_queue`. Raises: TwinProgramFailed."""
        with self._lock:
            self._switch.change(("--", "--if-exists", "clear", "port", interface, "qos"))

    def _links(self, names: frozenset[str], state: str) -> None:
        lines = [f"link set dev {name} {state}" for name in sorted(names & self._numbers.keys())]
        ip_batch(lines, namespace=self._switch.namespace)

    def _police(self, after: BridgePlan) -> None:
        before = self._now.meters
        for name, meter in before.items():
            moved = name not in after.meters or after.meters[name].bridge != meter.bridge
            if moved and meter.bridge == MAIN:  # one with a bridge of its own went with the bridge
                self._no_meter(meter)
        for name, meter in after.meters.items():
            if before.get(name) != meter:
                self._meter(meter, is_new=name not in before or before[name].bridge != meter.bridge)

    def _retag(self, after: BridgePlan) -> None:
        for number, vlan in self._now.retagged - after.retagged:
            self._switch.flows("--strict", "del-flows", MAIN, f"priority=20,in_port={number},dl_vlan={vlan}")
        for number, vlan in after.retagged - self._now.retagged:
            anew = f"pop_vlan,push_vlan:{S_TPID:#06x},mod_vlan_vid:{vlan}"
            self._switch.flows("add-flow", MAIN, f"priority=20,in_port={number},dl_vlan={vlan},actions={anew},NORMAL")

    def _meter(self, meter: Meter, *, is_new: bool) -> None:
        band = f"type=drop,rate={meter.kbps},burst_size={meter.burst_kbit}"
        verb = "add-meter" if is_new else "mod-meter"
        self._switch.flows(verb, meter.bridge, f"meter={meter.number},kbps,burst,band={band}")
        flow = f"priority=10,in_port={meter.number},actions=meter:{meter.number},NORMAL"
        self._switch.flows("add-flow", meter.bridge, flow)

    def _no_meter(self, meter: Meter) -> None:
        self._switch.flows("del-flows", meter.bridge, f"in_port={meter.number}")
        self._switch.flows("del-meter", meter.bridge, f"meter={meter.number}")
