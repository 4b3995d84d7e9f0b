"""Qualify, design and hold for an order, on what is taken at this moment. Inside the caller's transaction."""

from collections.abc import Sequence

from inventory.snapshot import Snapshot
from provisioning.carrying import Carrying
from provisioning.catalogue import Catalogue
from provisioning.circuits import Design
from provisioning.design import allocate, design_circuit, has_room
from provisioning.e_lines import design_e_line
from provisioning.errors import ReservationConflict
from provisioning.orders import OrderRequest
from provisioning.qualification import Qualification, QualificationRequest, qualify
from provisioning.services import Circuit
from provisioning.store.work import UnitOfWork
from provisioning.usage import Usage
from provisioning.wanted import ELineWanted


def qualify_now(
    work: UnitOfWork,
    snapshot: Snapshot,
    catalogue: Catalogue,
    request: QualificationRequest,
    carrying: Carrying | None = None,
) -> Qualification:
    """Qualify on what is taken now. Raises what `qualify` raises."""
    uprns = (request.uprn, *([request.z_uprn] if request.z_uprn else []))
    return qualify(snapshot, catalogue, _usage(work, snapshot, uprns, request.handover), request, carrying)


def qualify_order(
    work: UnitOfWork,
    snapshot: Snapshot,
    catalogue: Catalogue,
    request: OrderRequest,
    carrying: Carrying | None = None,
) -> Qualification:
    """Qualify exactly what is ordered. Raises what `qualify` raises."""
    z_uprn = request.wanted.z_uprn if isinstance(request.wanted, ELineWanted) else None
    handover = request.handover if z_uprn is None else None
    asked = QualificationRequest(request.product, request.uprn, request.bandwidth_mbps, handover, z_uprn)
    return qualify_now(work, snapshot, catalogue, asked, carrying)


def design_order(
    work: UnitOfWork,
    snapshot: Snapshot,
    catalogue: Catalogue,
    request: OrderRequest,
    carrying: Carrying | None = None,
) -> Design:
    """Design what is ordered on what is taken now; holds nothing.

    Raises: what `design_circuit` or `design_e_line` does.
    """
    offer = catalogue.circuit_product(request.product).offer(request.bandwidth_mbps)
    if isinstance(request.wanted, ELineWanted):
        usage = _usage(work, snapshot, (request.uprn, request.wanted.z_uprn), None)
        return design_e_line(snapshot, usage, request, offer, carrying)
    usage = _usage(work, snapshot, (request.uprn,), request.handover)
    return design_circuit(snapshot, usage, request.uprn, request.handover, offer, carrying)


def reserve_for(
    work: UnitOfWork,
    snapshot: Snapshot,
    catalogue: Catalogue,
    request: OrderRequest,
    service_id: str,
    carrying: Carrying | None = None,
) -> Circuit:
    """Design again, lock what the design wants, look again, choose UNI and S-VLAN, and hold it all.

    Raises:
        ReservationConflict: between look and lock another order took what we wanted. Leave this
            unit of work and try again in a new one.
        UniTaken, NoPath, NotCarried, HandoverOversubscribed, HandoverTagsExhausted: it cannot be had.
    """
    design = design_order(work, snapshot, catalogue, request, carrying)
    usage = work.reservations.usage(design.devices, design.link_codes, design.handover_code or None, lock=True)
    if not has_room(snapshot, usage, design):
        raise ReservationConflict(service_id, f"{design.uni} or bandwidth on the way to {design.handover_code}")
    circuit = allocate(snapshot, usage, design)
    work.reservations.hold(service_id, circuit)
    return circuit


def _usage(work: UnitOfWork, snapshot: Snapshot, uprns: Sequence[str], handover: str | None) -> Usage:
    """What a look at these premises and this handover needs to know; bandwidth of all links."""
    devices = [nte.name for uprn in uprns for nte in snapshot.ntes_at(uprn)]
    if handover is not None and handover in snapshot.handovers:
        devices.append(snapshot.handovers[handover].port.device)
    return work.reservations.usage(devices, None, handover)
