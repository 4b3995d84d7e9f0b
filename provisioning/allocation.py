"""Choose the UNI and the S-VLAN of a new circuit, and check that it fits its handover.

Pure: reads no database, NetBox or device. Two workers may get the same answer at the same
moment; the unique keys of the store let one of them in. Bandwidth in Mbit/s; S-VLANs are
IEEE 802.1Q VLAN IDs, 1 to 4094.
"""

import re
from collections.abc import Iterable

from inventory.devices import Lifecycle, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from provisioning.errors import HandoverOversubscribed, HandoverTagsExhausted
from provisioning.usage import Usage

NO_TAGS: frozenset[int] = frozenset()


def live_unis(snapshot: Snapshot, uprn: str) -> tuple[Port, ...]:
    """The UNIs of the NTEs that are live at premises, lowest first: Ethernet2 before Ethernet10."""
    ntes = (device for device in snapshot.ntes_at(uprn) if device.lifecycle is Lifecycle.LIVE)
    ports = [port for nte in ntes for port in snapshot.ports_of(nte.name, PortRole.UNI)]
    return tuple(sorted(ports, key=lambda port: natural_order(port.ref)))


def free_unis(snapshot: Snapshot, usage: Usage, uprn: str, bandwidth_mbps: int) -> tuple[PortRef, ...]:
    """The UNIs that are not taken and fast enough, lowest first."""
    return tuple(
        port.ref
        for port in live_unis(snapshot, uprn)
        if port.speed_mbps >= bandwidth_mbps and str(port.ref) not in usage.unis_taken
    )


def choose_s_vlan(handover: Handover, devices: Iterable[str], usage: Usage) -> int:
    """The lowest S-VLAN of the handover's range that is free there and on every device of the path.

    Raises: HandoverTagsExhausted.
    """
    in_use = usage.handover_tags.get(handover.code, NO_TAGS).union(
        *(usage.device_tags.get(device, NO_TAGS) for device in devices)
    )
    for s_vlan in handover.s_vlans:
        if s_vlan not in in_use:
            return s_vlan
    raise HandoverTagsExhausted(handover.code, str(handover.s_vlans), len(handover.s_vlans))


def check_handover_room(handover: Handover, usage: Usage, cir_mbps: int) -> None:
    """Raises: HandoverOversubscribed, when the committed rate is more than what is left."""
    free_mbps = handover.capacity_mbps - usage.handover_committed_mbps.get(handover.code, 0)
    if cir_mbps > free_mbps:
        raise HandoverOversubscribed(handover.code, cir_mbps, max(free_mbps, 0))


def natural_order(ref: PortRef) -> tuple[str, list[tuple[int, str]]]:
    """A sort key in which numbers count as numbers."""
    parts = re.findall(r"\d+|\D+", ref.port)
    return ref.device, [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
