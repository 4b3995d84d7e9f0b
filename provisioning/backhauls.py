"""The backhaul of a site slot: the port its equipment is plugged into, and the way from there to a handover. Pure.

It is a circuit in all but its UNI's place: an S-VLAN of its own, its rate kept free on every link and at the
handover. Each tenant of a site has its own port and its own S-VLAN.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from automation.intents import BandwidthProfile
from inventory.devices import Device, DeviceRole, Lifecycle, PortRef, PortRole
from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from provisioning.allocation import check_handover_room, choose_s_vlan, natural_order
from provisioning.carried import Backhaul, Carried, CarriedHop
from provisioning.carrying import CarriedPath, Carrying, carried_path
from provisioning.circuits import hops_to_handover
from provisioning.orders import Reason
from provisioning.product_errors import HostingRefused
from provisioning.protecting import why_no_path
from provisioning.usage import Usage


@dataclass(frozen=True, slots=True)
class BackhaulWanted:
    """Where it is handed over, what it may send, and from which day the plant must carry it (None: not asked)."""

    handover: Handover
    profile: BandwidthProfile
    carrying: Carrying | None = None


def switches_at(snapshot: Snapshot, place: str) -> tuple[str, ...]:
    """The live devices with subscribers' ports that stand at a place, or at its premises, and can be told; by name."""
    return switches_by_place(snapshot, (place,))[place]


def switches_by_place(snapshot: Snapshot, places: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """As `switches_at`, of many places in one look at the devices. Raises: UnknownThing."""
    at_place: dict[str, set[str]] = {}
    at_premises: dict[str, set[str]] = {}
    for device in filter(_is_told, snapshot.inventory.devices):
        if device.place_code is not None:
            at_place.setdefault(device.place_code, set()).add(device.name)
        if device.uprn is not None:
            at_premises.setdefault(device.uprn, set()).add(device.name)
    uprns = {place: snapshot.place(place).uprn or "" for place in places}
    return {
        place: tuple(sorted(at_place.get(place, set()) | at_premises.get(uprn, set()))) for place, uprn in uprns.items()
    }


def _is_told(device: Device) -> bool:
    is_switch = device.role in {DeviceRole.SWITCH, DeviceRole.NTE}
    return is_switch and device.lifecycle is Lifecycle.LIVE and bool(device.management_address)


def free_ports(snapshot: Snapshot, switches: Collection[str], cir_mbps: int, usage: Usage) -> tuple[PortRef, ...]:
    """The UNIs of these switches that nobody holds and that are fast enough, switch by switch, lowest first."""
    return tuple(
        ref
        for switch in switches
        for ref in sorted(
            (port.ref for port in snapshot.ports_of(switch, PortRole.UNI) if port.speed_mbps >= cir_mbps),
            key=natural_order,
        )
        if str(ref) not in usage.unis_taken
    )


@dataclass(frozen=True, slots=True)
class BackhaulDesign:
    """The way of a backhaul, before it has a port and a tag: from the place's switch to the handover's."""

    wanted: BackhaulWanted
    place: str
    switch: str
    hops: tuple[CarriedHop, ...]
    links: tuple[str, ...]

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(hop.device for hop in self.hops)


def design_backhaul(snapshot: Snapshot, place: str, wanted: BackhaulWanted, usage: Usage) -> BackhaulDesign:
    """Return the way with room from the first switch of the place that has a free port and a way at all.

    `usage` has what is committed on all links and at the handover, and which of the place's ports are taken.

    Raises: HostingRefused, where no port is free; NoPath, NotCarried, HandoverOversubscribed.
    """
    ports = _free_or_refused(snapshot, place, wanted, usage)
    check_handover_room(wanted.handover, usage, wanted.profile.cir_mbps)
    looked = [
        (switch, _way(snapshot, switch, wanted, usage)) for switch in dict.fromkeys(port.device for port in ports)
    ]
    switch, found = next((one for one in looked if one[1].path is not None), looked[0])
    if found.path is None:
        target, cir_mbps = wanted.handover.port.device, wanted.profile.cir_mbps
        raise why_no_path(switch, target, cir_mbps, found.left_out.values())
    hops = hops_to_handover(switch, found.path, wanted.handover.port)
    carried = tuple(CarriedHop(hop.device, hop.tagged_ports) for hop in hops)
    return BackhaulDesign(wanted, place, switch, carried, tuple(hop.link_code for hop in found.path.hops))


def allocate_backhaul(snapshot: Snapshot, usage: Usage, design: BackhaulDesign) -> Carried:
    """Return the design with the lowest free port of its switch and the lowest free S-VLAN.

    `usage` has the ports of the place's switches that are taken, and the tags of the devices on the way.

    Raises: HostingRefused, HandoverOversubscribed, HandoverTagsExhausted.
    """
    ports = _free_or_refused(snapshot, design.place, design.wanted, usage)
    uni = next(port for port in ports if port.device == design.switch)
    check_handover_room(design.wanted.handover, usage, design.wanted.profile.cir_mbps)
    s_vlan = choose_s_vlan(design.wanted.handover, design.devices, usage)
    return Carried(s_vlan, design.hops, backhaul=Backhaul(uni, design.wanted.profile), links=design.links)


def still_has_room(snapshot: Snapshot, usage: Usage, design: BackhaulDesign) -> bool:
    """Whether its switch has a free port and every link of it room, on what is taken now."""
    cir_mbps = design.wanted.profile.cir_mbps
    ports = free_ports(snapshot, (design.switch,), cir_mbps, usage)
    committed = usage.link_committed_mbps
    return bool(ports) and all(
        committed.get(code, 0) + cir_mbps <= snapshot.links[code].capacity_mbps for code in design.links
    )


def _free_or_refused(snapshot: Snapshot, place: str, wanted: BackhaulWanted, usage: Usage) -> tuple[PortRef, ...]:
    """Raises: HostingRefused."""
    ports = free_ports(snapshot, switches_at(snapshot, place), wanted.profile.cir_mbps, usage)
    if not ports:
        words = f"No live switch at {place} has a free port of {wanted.profile.cir_mbps} Mbit/s for a backhaul."
        raise HostingRefused(Reason("no-backhaul", words, "Order it without a handover, or choose another place."))
    return ports


def _way(snapshot: Snapshot, switch: str, wanted: BackhaulWanted, usage: Usage) -> CarriedPath:
    target, taken = wanted.handover.port.device, usage.link_committed_mbps
    return carried_path(snapshot, switch, (target,), wanted.profile.cir_mbps, taken, wanted.carrying)
