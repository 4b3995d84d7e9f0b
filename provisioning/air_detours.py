"""Another way for the traffic of an SSID, or of a realm on one: the same access points, handover and S-VLAN. Pure.

The tree between them is sought anew without the links to avoid. An access point that hangs on one of these alone has
no other way: then nothing is moved.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from automation.change_plan import DeviceChange
from inventory.devices import PortRef
from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from provisioning.by_hand import ByHand
from provisioning.carried import Carried
from provisioning.hits import LinkService
from provisioning.playbook_errors import TagTakenOnTheWay
from provisioning.rerouting import replacements
from provisioning.services import Service
from provisioning.translate import carried_intents
from provisioning.usage import Usage
from provisioning.wireless_paths import tree_to_handover


@dataclass(frozen=True, slots=True)
class AirDetour:
    """What the service becomes, the links that carry it then, and what takes its devices there."""

    service_id: str
    after: ByHand
    links: tuple[str, ...]
    changes: tuple[DeviceChange, ...]


def is_on_air(service: Service) -> bool:
    """Whether its traffic comes from access points."""
    return service.carried is not None and bool(service.carried.stations)


def links_carrying(snapshot: Snapshot, carried: Carried) -> tuple[str, ...]:
    """The codes of the links that it holds; of a tree, those of which both ends carry the S-VLAN."""
    if carried.links:
        return tuple(code for code in carried.links if code in snapshot.links)
    tagged = _tagged(carried)
    return tuple(link.code for link in snapshot.inventory.links if link.a in tagged and link.z in tagged)


def _tagged(carried: Carried) -> frozenset[PortRef]:
    """The ports that carry the S-VLAN."""
    on_switches = (PortRef(hop.device, port) for hop in carried.hops for port in hop.tagged_ports)
    return frozenset((*on_switches, *(PortRef(station.device, station.uplink) for station in carried.stations)))


def on_links(snapshot: Snapshot, services: Iterable[Service], lost: Collection[str]) -> Iterator[LinkService]:
    """Those whose traffic comes from access points and crosses one of the links."""
    gone = [snapshot.links[code] for code in lost if code in snapshot.links]
    for service in services:
        carried = service.carried
        if carried is None or not carried.stations:
            continue
        tagged = _tagged(carried)
        if any(link.a in tagged and link.z in tagged for link in gone):
            names = tuple(station.device for station in carried.stations)
            known = (service.id, service.isp_code, service.product, service.state.value, service.uprn)
            yield LinkService(*known, service.handover, names[0], 0, names)


def around(
    snapshot: Snapshot, usage: Usage, service: Service, its: ByHand, handover: Handover, avoid: Collection[str]
) -> AirDetour:
    """Return the way that uses none of the links to avoid.

    Raises: NoPath; TagTakenOnTheWay, where a switch of it knows the S-VLAN as another's.
    """
    was = its.carried
    stations = () if was is None else was.stations
    hops = tree_to_handover(snapshot, [station.device for station in stations], handover, avoid=avoid)
    carried = Carried(0, hops) if was is None else replace(was, hops=hops)
    own = () if was is None else was.devices
    for device in carried.devices:
        if device not in own and carried.s_vlan in usage.device_tags.get(device, frozenset()):
            raise TagTakenOnTheWay(carried.s_vlan, device)
    switches = ", ".join(hop.device for hop in hops)
    after = replace(its, carried=carried, facts={**its.facts, "switches": switches})
    return AirDetour(service.id, after, links_carrying(snapshot, carried), changes_to(service, after))


def changes_to(service: Service, after: ByHand) -> tuple[DeviceChange, ...]:
    """What takes the devices there, in one commit a device: none ever carries the tag on both ways at once."""
    return replacements(carried_intents(service), carried_intents(replace(service, by_hand=after)))
