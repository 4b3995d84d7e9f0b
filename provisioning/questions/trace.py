"""`trace`: what is between two ends, down to the strand, its splices, its ducts and their owners.

The operator's people may trace anything, an ISP its own services: the answer then names no other ISP.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from inventory.plant import StrandRef
from inventory.plant_map import Fibre, Plant, plant_of
from inventory.trace import Trace, TraceSection, Users, for_isp, trace_of
from inventory.trace_ends import fibres_from, find_end, trace_circuit, trace_end, trace_leg
from provisioning.errors import UnknownService
from provisioning.hits import HeldStrand
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.references import SERVICE_ID
from provisioning.rights import may_see
from provisioning.services import Service
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

_SERVICE = re.compile(rf"(?:service:)?(?P<id>{SERVICE_ID})|service:(?P<other>.*)", re.DOTALL)


def trace(tools: Tools, who: Principal, end: str) -> Trace:
    """Trace from an end (see `inventory.trace_ends`), or the service of an id ("S-...", or "service:...").

    Raises:
        UnknownService: no such service, or another ISP's.
        Forbidden: an ISP asks about anything but a service.
        EndUnclear, UnknownThing: the end names nothing, or is malformed.
        StrandLoop: splices and patches lead back into themselves.
    """
    named = _SERVICE.fullmatch(end)
    if named is not None:
        return _trace_service(tools, who, named["id"] or named["other"])
    must(who, Action.READ_PLANT, "trace anything but its own services")
    plant = plant_of(tools.load_snapshot())
    found = find_end(plant, end)
    with tools.open_unit_of_work(reading=True) as work:
        users = _users(work, _strands_of(fibres_from(plant, found)), tools.now().date())
    return trace_of(end, (trace_end(plant, found, tools.losses, users),))


def _trace_service(tools: Tools, who: Principal, service_id: str) -> Trace:
    must(who, Action.READ_SERVICES)
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        service = work.services.get(service_id)
        if not may_see(who, service.isp_code):
            raise UnknownService(service_id)
    traced = trace_of(service.id, _sections(tools, plant_of(snapshot), service))
    if who.isp_code is None:
        return traced
    isps = frozenset(each.code for each in snapshot.inventory.organisations if each.is_isp)
    return for_isp(traced, who.isp_code, isps)


def _sections(tools: Tools, plant: Plant, service: Service) -> Iterator[TraceSection]:
    users = {strand: service.isp_code for leg in service.legs for fibre in leg.fibres for strand in fibre}
    for number, leg in enumerate(service.legs, start=1):
        yield trace_leg(plant, f"leg {number}", leg, tools.losses, users)
    if service.circuit is not None:
        circuit = service.circuit
        yield from trace_circuit(plant, circuit.uni.device, circuit.link_codes, tools.losses, users)


def _strands_of(fibres: Iterable[Fibre]) -> tuple[StrandRef, ...]:
    return tuple(step for fibre in fibres for step in fibre.steps if isinstance(step, StrandRef))


def _users(work: UnitOfWork, strands: Collection[StrandRef], day: date) -> Users:
    """The ISPs for which services or reservations hold any of these strands on that day."""
    wanted = frozenset(strands)
    in_cables = work.impacts.strands_held_in({strand.cable for strand in wanted}, day)
    held = {each.strand: each for each in in_cables if each.strand in wanted}
    holders = {(each.service_id, each.reservation_id): each for each in held.values()}
    isps = {holder: _isp_of(work, each) for holder, each in holders.items()}
    return {strand: isps[each.service_id, each.reservation_id] for strand, each in held.items()}


def _isp_of(work: UnitOfWork, held: HeldStrand) -> str:
    if held.service_id is not None:
        return work.services.get(held.service_id).isp_code
    return work.kept_reservations.get(held.reservation_id).isp_code if held.reservation_id is not None else ""
