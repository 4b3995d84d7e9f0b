"""Find the way from access points to a handover. Pure."""

from collections.abc import Collection, Sequence

from automation.platform import Can
from automation.platforms import PLATFORMS
from inventory.devices import Device, DeviceRole, PortRef, PortRole
from inventory.graph import NO_ROOM, NetworkPath
from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from provisioning.carried import CarriedHop, Station
from provisioning.carrying import Carrying, carried_path
from provisioning.protecting import why_no_path


def can_be_told(snapshot: Snapshot, device: Device) -> bool:
    """Whether an access point can be configured from here: it has an address, a radio, a link, and a known platform."""
    platform = PLATFORMS.get(device.platform)
    if platform is None or Can.SSIDS not in platform.can or device.management_address is None:
        return False
    return bool(_uplink(snapshot, device.name) and _radios(snapshot, device.name))


def station_of(snapshot: Snapshot, name: str) -> Station:
    """The access point as it stands in the inventory: the port that is joined to a switch, and all of its radios."""
    return Station(name, _uplink(snapshot, name), _radios(snapshot, name))


def tree_to_handover(
    snapshot: Snapshot,
    access_points: Sequence[str],
    handover: Handover,
    carrying: Carrying | None = None,
    tree: Sequence[CarriedHop] = (),
    avoid: Collection[str] = (),
) -> tuple[CarriedHop, ...]:
    """Every switch between the access points and the handover, by name, each with its ports in order.

    A `tree` that is there already stays as it is, and grows. Links to `avoid` are not used.

    Raises: NoPath, NotCarried.
    """
    root = handover.port.device
    tagged = {hop.device: list(hop.tagged_ports) for hop in tree} or {root: [handover.port.port]}
    points = {hop.device: list(hop.point_ports) for hop in tree}
    for name in access_points:
        for out, into in _until_met(_path(snapshot, name, root, carrying, avoid), tagged):
            if out.device != name:
                tagged.setdefault(out.device, []).append(out.port)
            elif snapshot.device(name).role is DeviceRole.ACCESS_POINT:
                points.setdefault(into.device, []).append(into.port)
            tagged.setdefault(into.device, []).append(into.port)
    return tuple(
        CarriedHop(device, tuple(ports), tuple(points.get(device, ()))) for device, ports in sorted(tagged.items())
    )


def _path(snapshot: Snapshot, name: str, root: str, carrying: Carrying | None, avoid: Collection[str]) -> NetworkPath:
    """Raises: NoPath, NotCarried."""
    found = carried_path(snapshot, name, (root,), 0, dict.fromkeys(avoid, NO_ROOM), carrying)
    if found.path is not None:
        return found.path
    raise why_no_path(name, root, 0, found.left_out.values())


def _until_met(path: NetworkPath, met: Collection[str]) -> list[tuple[PortRef, PortRef]]:
    """The path's links, up to the first device that the tree has already."""
    known, found = frozenset(met), []
    for hop in path.hops:
        found.append((hop.out_port, hop.in_port))
        if hop.in_port.device in known:
            break
    return found


def _uplink(snapshot: Snapshot, name: str) -> str:
    ports = (port.ref for port in snapshot.ports_of(name, PortRole.NNI))
    return next((ref.port for ref in ports if ref in snapshot.far_ends), "")


def _radios(snapshot: Snapshot, name: str) -> tuple[str, ...]:
    return tuple(port.ref.port for port in snapshot.ports_of(name, PortRole.RADIO))
