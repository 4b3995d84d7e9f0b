"""Design a circuit: the shortest path with enough uncommitted capacity, its UNI and its S-VLAN.

Pure. What is kept free on a link and at the handover is the committed rate (CIR); the excess
rate (EIR) is carried where there is room (MEF 10.4 clause 12). A link that the plant does not carry
is not used; a link whose plant the inventory does not know is (`provisioning.carrying`).
"""

from collections.abc import Sequence

from inventory.devices import PortRef
from inventory.graph import NetworkPath
from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from provisioning.allocation import check_handover_room, choose_s_vlan, free_unis
from provisioning.carrying import CarriedPath, Carrying
from provisioning.catalogue import Offer
from provisioning.circuits import Design, hops_to_handover
from provisioning.e_lines import choose_network_tag
from provisioning.errors import UniTaken
from provisioning.offered_paths import first_path
from provisioning.protecting import why_no_path
from provisioning.services import Circuit
from provisioning.usage import Usage


def design_circuit(
    snapshot: Snapshot, usage: Usage, uprn: str, handover_code: str, offer: Offer, carrying: Carrying | None = None
) -> Design:
    """Return the shortest path of the first NTE that has a free UNI and a path that the plant carries.

    Without `carrying` (the service's first day, and what light loses) the plant is not asked.

    Raises:
        UnknownThing: no such handover.
        UniTaken: no free UNI at the premises is fast enough.
        HandoverOversubscribed: the handover has too little left.
        NoPath: no chain of links with the committed rate left joins the NTE and the handover.
        NotCarried: there is one, but every one needs a link that the plant does not carry.
        NotProtected: of a protected one, every one needs a link that one cut could take.
    """
    handover = snapshot.handover(handover_code)
    unis = free_unis(snapshot, usage, uprn, offer.bandwidth_mbps)
    if not unis:
        raise UniTaken(uprn, offer.bandwidth_mbps)
    check_handover_room(handover, usage, offer.profile.cir_mbps)
    uni, found, path = _first_path(snapshot, usage, unis, handover, offer, carrying)
    return Design(
        uni=uni,
        handover_code=handover.code,
        handover_port=handover.port,
        hops=hops_to_handover(uni.device, path, handover.port),
        link_codes=tuple(hop.link_code for hop in path.hops),
        length_m=path.length_m,
        profile=offer.profile,
        strands=found.strands,
        loss_db=found.loss_db,
        protected_between=found.protected_between,
    )


def has_room(snapshot: Snapshot, usage: Usage, design: Design) -> bool:
    """Whether the design's UNIs are free and every link of it has the committed rate left."""
    cir_mbps = design.profile.cir_mbps
    unis = {str(uni) for uni in (design.uni, design.z_uni) if uni is not None}
    return unis.isdisjoint(usage.unis_taken) and all(
        usage.link_committed_mbps.get(code, 0) + cir_mbps <= snapshot.links[code].capacity_mbps
        for code in design.link_codes
    )


def allocate(snapshot: Snapshot, usage: Usage, design: Design) -> Circuit:
    """Return the circuit of a design, on the lowest S-VLAN that is free all along it.

    Raises: HandoverOversubscribed, HandoverTagsExhausted, NetworkTagsExhausted.
    """
    return Circuit(
        uni=design.uni,
        handover_code=design.handover_code,
        handover_port=design.handover_port,
        s_vlan=_s_vlan(snapshot, usage, design),
        hops=design.hops,
        link_codes=design.link_codes,
        length_m=design.length_m,
        profile=design.profile,
        strands=design.strands,
        loss_db=design.loss_db,
        z_uni=design.z_uni,
        c_vlan=design.c_vlan,
        z_c_vlan=design.z_c_vlan,
        protected_between=design.protected_between,
    )


def _s_vlan(snapshot: Snapshot, usage: Usage, design: Design) -> int:
    if design.z_uni is not None:
        return choose_network_tag(snapshot, design.devices, usage)
    handover = snapshot.handover(design.handover_code)
    check_handover_room(handover, usage, design.profile.cir_mbps)
    return choose_s_vlan(handover, design.devices, usage)


def _first_path(
    snapshot: Snapshot,
    usage: Usage,
    unis: Sequence[PortRef],
    handover: Handover,
    offer: Offer,
    carrying: Carrying | None,
) -> tuple[PortRef, CarriedPath, NetworkPath]:
    lowest_by_nte = {uni.device: uni for uni in reversed(unis)}
    target = handover.port.device
    nte, found = first_path(snapshot, usage, sorted(lowest_by_nte), (target,), offer, carrying)
    if found.path is None:
        raise why_no_path(unis[0].device, target, offer.profile.cir_mbps, found.left_out.values())
    return lowest_by_nte[nte], found, found.path
