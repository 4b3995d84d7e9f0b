"""What the packet twin of an inventory is made of: which device, end and cable is called what. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automation.twin.model import TwinDevice
from automation.twin.ovs.naming import Naming, interface_name
from inventory.devices import PortRef, PortRole
from inventory.snapshot import Snapshot

FABRIC_MTU = 9000  # bytes; with less, ping passes between switches and TCP does not
OUTSIDE_MTU = 1500


@dataclass(frozen=True, slots=True)
class End:
    """Something outside the network: a subscriber's router or an ISP's. `interface` is in `namespace`."""

    name: str
    namespace: str
    interface: str
    port: PortRef
    is_handover: bool


@dataclass(frozen=True, slots=True)
class Cable:
    """A link of the inventory, or the cord of an end: two interfaces that are one wire. `code` is "" for a cord."""

    code: str
    a_namespace: str
    a_interface: str
    z_namespace: str
    z_interface: str
    mtu: int

    @property
    def ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Namespace and interface, twice."""
        return (self.a_namespace, self.a_interface), (self.z_namespace, self.z_interface)


@dataclass(frozen=True, slots=True)
class PacketPlan:
    """Namespaces by device, ends and cables of one packet twin; `wireless` are the devices with radios."""

    namespaces: tuple[tuple[str, str], ...]
    ends: tuple[End, ...]
    cables: tuple[Cable, ...]
    wireless: frozenset[str] = frozenset()

    def namespace(self, device: str) -> str:
        return dict(self.namespaces)[device]

    def interfaces(self, namespace: str) -> tuple[str, ...]:
        """Those that have a cable there."""
        ends = (end for cable in self.cables for end in cable.ends)
        return tuple(interface for where, interface in ends if where == namespace)


def plan_packets(snapshot: Snapshot, devices: Sequence[TwinDevice], naming: Naming) -> PacketPlan:
    """Return what to make for these devices: every link between two of them, and an end at every UNI and handover."""
    namespaces = {device.name: naming.device(device.name) for device in devices}
    ends = tuple(_ends(snapshot, namespaces, naming))
    cables = (*_links(snapshot, namespaces), *_cords(namespaces, ends))
    wireless = frozenset(device.name for device in devices if device.platform == "openwrt")
    return PacketPlan(tuple(namespaces.items()), ends, cables, wireless)


def _links(snapshot: Snapshot, namespaces: dict[str, str]) -> Iterator[Cable]:
    for link in snapshot.cabled_links:
        if link.a.device in namespaces and link.z.device in namespaces:
            a, z = (namespaces[link.a.device], interface_name(link.a.port)), namespaces[link.z.device]
            yield Cable(link.code, *a, z, interface_name(link.z.port), FABRIC_MTU)


def _cords(namespaces: dict[str, str], ends: Sequence[End]) -> Iterator[Cable]:
    for end in ends:
        yield Cable(
            "", namespaces[end.port.device], interface_name(end.port.port), end.namespace, end.interface, FABRIC_MTU
        )


def _ends(snapshot: Snapshot, namespaces: dict[str, str], naming: Naming) -> Iterator[End]:
    for handover in snapshot.inventory.handovers:
        if handover.port.device in namespaces:
            yield End(handover.code, naming.handover(handover.code), "net0", handover.port, is_handover=True)
    for device in snapshot.inventory.devices:
        if device.uprn is None or device.name not in namespaces:
            continue
        for port in snapshot.ports_of(device.name, PortRole.UNI):
            name = f"uni-{interface_name(port.ref.port)}"[:15]
            yield End(device.uprn, naming.premises(device.uprn), name, port.ref, is_handover=False)
