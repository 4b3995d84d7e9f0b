"""Take a line over: qualify, design and hold a circuit for a UNI on which another ISP's still is.

The UNI counts as free to the circuit that takes it over, every other UNI of the premises as taken: a switch of
providers keeps the port. On links that both circuits use the bandwidth of the leaving one counts as free, for never
do both carry traffic; at the handover nothing is shared.
"""

from collections import ChainMap
from dataclasses import replace

from inventory.snapshot import Snapshot
from provisioning.allocation import live_unis
from provisioning.carrying import Carrying
from provisioning.catalogue import Catalogue
from provisioning.circuits import Design
from provisioning.design import allocate, design_circuit, has_room
from provisioning.errors import ReservationConflict
from provisioning.orders import OrderRequest
from provisioning.qualification import Qualification, QualificationRequest, qualify
from provisioning.services import Circuit
from provisioning.store.work import UnitOfWork
from provisioning.usage import Usage


def as_taker_sees(snapshot: Snapshot, usage: Usage, uprn: str, leaving: Circuit) -> Usage:
    """What is taken, to a circuit that takes the leaving one's UNI over. Pure."""
    cir_mbps = leaving.profile.cir_mbps
    committed = dict(usage.link_committed_mbps)
    on_its_way = {code: committed.get(code, 0) - cir_mbps for code in leaving.link_codes}
    others = {str(port.ref) for port in live_unis(snapshot, uprn)} - {str(leaving.uni)}
    return replace(
        usage,
        link_committed_mbps=ChainMap({code: max(0, left) for code, left in on_its_way.items()}, committed),
        unis_taken=(usage.unis_taken | others) - {str(leaving.uni)},
    )


def qualify_takeover(
    work: UnitOfWork,
    snapshot: Snapshot,
    catalogue: Catalogue,
    request: OrderRequest,
    leaving: Circuit,
    carrying: Carrying | None = None,
) -> Qualification:
    """Qualify what is ordered for the UNI that is taken over. Raises what `qualify` raises."""
    asked = QualificationRequest(request.product, request.uprn, request.bandwidth_mbps, request.handover)
    return qualify(snapshot, catalogue, _seen(work, snapshot, request, leaving), asked, carrying)


def design_takeover(
    work: UnitOfWork,
    snapshot: Snapshot,
    catalogue: Catalogue,
    request: OrderRequest,
    leaving: Circuit,
    carrying: Carrying | None = None,
) -> Design:
    """Design the circuit from the UNI that is taken over; holds nothing. Raises what `design_circuit` raises."""
    offer = catalogue.product(request.product).offer(request.bandwidth_mbps)
    seen = _seen(work, snapshot, request, leaving)
    return design_circuit(snapshot, seen, request.uprn, request.handover, offer, carrying)


def reserve_takeover(
    work: UnitOfWork,
    snapshot: Snapshot,
    catalogue: Catalogue,
    request: OrderRequest,
    service_id: str,
    leaving_id: str,
    leaving: Circuit,
    carrying: Carrying | None = None,
) -> Circuit:
    """Design again under a lock and hold all but the UNI, which passes on when it is switched.

    Raises: ReservationConflict, and what `design_circuit` and `allocate` raise.
    """
    design = design_takeover(work, snapshot, catalogue, request, leaving, carrying)
    links = tuple({*design.link_codes, *leaving.link_codes})
    usage = work.reservations.usage(design.devices, links, design.handover_code, lock=True)
    seen = as_taker_sees(snapshot, usage, request.uprn, leaving)
    if not has_room(snapshot, seen, design):
        raise ReservationConflict(service_id, f"bandwidth on the way to {design.handover_code}")
    circuit = allocate(snapshot, seen, design)
    work.reservations.hold_beside(service_id, circuit, leaving_id)
    return circuit


def _seen(work: UnitOfWork, snapshot: Snapshot, request: OrderRequest, leaving: Circuit) -> Usage:
    devices = [leaving.uni.device]
    if request.handover in snapshot.handovers:
        devices.append(snapshot.handovers[request.handover].port.device)
    return as_taker_sees(snapshot, work.reservations.usage(devices, None, request.handover), request.uprn, leaving)
