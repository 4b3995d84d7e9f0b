"""Another way for the backhaul of a site slot: the same port, handover and S-VLAN. Pure."""

from collections.abc import Collection
from dataclasses import replace

from inventory.graph import NO_ROOM
from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from provisioning.air_detours import AirDetour, changes_to
from provisioning.by_hand import ByHand
from provisioning.carried import Backhaul, Carried, CarriedHop
from provisioning.carrying import Carrying, carried_path
from provisioning.circuits import hops_to_handover
from provisioning.playbook_errors import TagTakenOnTheWay
from provisioning.protecting import why_no_path
from provisioning.services import Service
from provisioning.usage import Usage


def backhaul_of(service: Service) -> tuple[ByHand, Carried, Backhaul] | None:
    """What a site slot has of the network; None where the service is none, or its tenant brings its own backhaul."""
    its = service.by_hand
    if its is None or its.carried is None or its.carried.backhaul is None:
        return None
    return its, its.carried, its.carried.backhaul


def backhaul_around(
    snapshot: Snapshot,
    usage: Usage,
    service: Service,
    its: tuple[ByHand, Carried, Backhaul],
    handover: Handover,
    avoid: Collection[str],
    carrying: Carrying | None,
) -> AirDetour:
    """Return the shortest way with room that uses none of the links to avoid; what it holds itself counts as free.

    Raises: NoPath, NotCarried; TagTakenOnTheWay, where a switch of it knows the S-VLAN as another's.
    """
    by_hand, carried, backhaul = its
    start, target, cir_mbps = backhaul.uni.device, handover.port.device, backhaul.profile.cir_mbps
    own = dict.fromkeys(carried.links, cir_mbps)
    free = {code: mbps - own.get(code, 0) for code, mbps in usage.link_committed_mbps.items()}
    found = carried_path(snapshot, start, (target,), cir_mbps, free | dict.fromkeys(avoid, NO_ROOM), carrying)
    if found.path is None:
        raise why_no_path(start, target, cir_mbps, found.left_out.values())
    hops = hops_to_handover(start, found.path, handover.port)
    for hop in hops:
        if hop.device not in carried.devices and carried.s_vlan in usage.device_tags.get(hop.device, frozenset()):
            raise TagTakenOnTheWay(carried.s_vlan, hop.device)
    links = tuple(hop.link_code for hop in found.path.hops)
    moved = replace(carried, hops=tuple(CarriedHop(hop.device, hop.tagged_ports) for hop in hops), links=links)
    switches = ", ".join(hop.device for hop in hops)
    after = replace(by_hand, carried=moved, facts={**by_hand.facts, "switches": switches})
    return AirDetour(service.id, after, links, changes_to(service, after))
