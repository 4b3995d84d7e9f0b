"""Which cables of the network's links have light: by what the devices at their two ends say. Pure, but for one reader.

Looked at are the links between our live devices that circuits are put on, each by its cables (the members, where it is
a port-channel). The drop of an NTE is not: an NTE is switched off at home, and that is nobody's alarm. One that is a
port-channel is.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from automation.errors import DeviceRefused
from automation.speech.speech import Device
from inventory.devices import DeviceRole, Lifecycle, PortRef
from inventory.links import Link
from inventory.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class WatchedCable:
    """One cable of a link: `link` is the code of what circuits are put on, `cable` that of the member, or the same."""

    link: str
    cable: str
    ends: tuple[PortRef, PortRef]


@dataclass(frozen=True, slots=True)
class PortsLook:
    """What one device that answers says of its ports: those that are up; None where it does not tell."""

    up: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class CableLook:
    """Whether a cable is up, as far as it could be seen: at every end that answered."""

    cable: WatchedCable
    is_up: bool


def watched_cables(snapshot: Snapshot) -> tuple[WatchedCable, ...]:
    """In inventory order, a port-channel's members by their codes."""
    return tuple(
        WatchedCable(link.code, cable.code, (cable.a, cable.z))
        for link in snapshot.circuit_links
        if _is_watched(snapshot, link)
        for cable in snapshot.cables_of(link)
    )


def _is_watched(snapshot: Snapshot, link: Link) -> bool:
    ends = [snapshot.devices[ref.device] for ref in (link.a, link.z)]
    if any(end.lifecycle is not Lifecycle.LIVE or end.role.is_hosted for end in ends):
        return False
    return link.code in snapshot.members or all(end.role is not DeviceRole.NTE for end in ends)


def ports_of(cables: Iterable[WatchedCable]) -> Mapping[str, Collection[str]]:
    """The ports to look at, by device."""
    found: dict[str, set[str]] = {}
    for cable in cables:
        for ref in cable.ends:
            found.setdefault(ref.device, set()).add(ref.port)
    return found


def look_at_ports(device: Device, ports: Collection[str]) -> PortsLook:
    """Ask an open device once, and only where there are ports to ask for. Opens no session that writes, as an audit.

    Raises: DeviceUnreachable.
    """
    if not ports:
        return PortsLook(frozenset())
    try:
        shown = device.speech.interfaces(device)
    except DeviceRefused:
        return PortsLook(None)
    return PortsLook(frozenset(port for port in ports if shown.get(port, {}).get("is_up")))


def cables_seen(cables: Iterable[WatchedCable], looks: Mapping[str, PortsLook]) -> tuple[CableLook, ...]:
    """What is known of each cable; nothing of one neither of whose ends told.

    One end that has no light is enough for down: of a cut pair of strands often only one end sees it.
    """
    found = []
    for cable in cables:
        told = [(ref.port, up) for ref in cable.ends if (up := _up(looks.get(ref.device))) is not None]
        if told:
            found.append(CableLook(cable, all(port in up for port, up in told)))
    return tuple(found)


def untold(ports: Mapping[str, Collection[str]], looks: Mapping[str, PortsLook]) -> int:
    """How many devices with such ports did not say how these are."""
    return sum(1 for device in ports if _up(looks.get(device)) is None)


def _up(look: PortsLook | None) -> frozenset[str] | None:
    return None if look is None else look.up
