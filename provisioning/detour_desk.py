"""Move an active service to another path: what it holds, and which path it has. The devices are a change plan's.

Three parts, each whole by itself: begun, the service is `active.pendingChange` and holds both paths; the change plan
takes the devices from one to the other, or leaves them; ended, it holds the one it has. Killed between any two, it
holds more than it needs and nobody else can take that; `unfinished` finds it, and ends it by what the plan came to.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from automation.intents import CircuitIntent
from inventory.snapshot import Snapshot
from provisioning.carrying import Carrying
from provisioning.change_plans import ChangePlan, PlanKind, PlanState
from provisioning.deeds import acts
from provisioning.errors import WrongState
from provisioning.isps import Principal
from provisioning.line_errors import NotModifiable
from provisioning.orders import ENDED
from provisioning.policy import Action, must
from provisioning.rerouting import Detour, changes_between, rerouted
from provisioning.services import Circuit, DeviceHop, Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.accept_modify import begin_change

NEWEST = 200  # change plans that are looked through


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A service that is between two paths, and the last change plan that was at it, None where none was."""

    service: Service
    plan: ChangePlan | None


def foresee_detour(tools: Tools, who: Principal, service_id: str, avoid: Collection[str]) -> Detour:
    """The other path a service would get. Changes nothing.

    Raises: Forbidden, UnknownService, NotModifiable, NoPath, NotCarried, TagTakenOnTheWay.
    """
    must(who, Action.PROPOSE_CHANGES)
    with tools.open_unit_of_work(reading=True) as work:
        return _detour(work, tools, tools.load_snapshot(), work.services.get(service_id), avoid)


@acts("begin to move a service to another path", "service", "service_id", says=("avoid",))
def begin_detour(tools: Tools, who: Principal, service_id: str, avoid: Collection[str]) -> Detour:
    """Hold the other path beside the one it has, and let no order at the service meanwhile.

    Raises: as `foresee_detour`; WrongState, where it is not active or an order is at it; ReservationConflict.
    """
    must(who, Action.PROPOSE_CHANGES)
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(by=who.user_name) as work:
        service = work.services.get(service_id)
        begin_change(work, service)
        detour = _detour(work, tools, snapshot, service, avoid, lock=True)
        work.reservations.hold_more(service_id, detour.after)
        work.commit()
    return detour


@acts("end moving a service to another path", "service", "service_id", says=("moved",))
def end_detour(tools: Tools, who: Principal, service_id: str, path: Circuit, *, moved: bool) -> None:
    """The service has this path, and gives back what it held for the other one.

    Raises: Forbidden, UnknownService, WrongState.
    """
    must(who, Action.PROPOSE_CHANGES)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.services.set_state(service_id, ServiceState.ACTIVE, was=ServiceState.PENDING_CHANGE)
        if moved:
            work.services.set_circuit(service_id, path)
        work.reservations.keep_only(service_id, path)
        work.commit()


def unfinished_detours(tools: Tools, who: Principal) -> tuple[Unfinished, ...]:
    """Services that are between two paths though no order is at them. Raises: Forbidden."""
    must(who, Action.PROPOSE_CHANGES)
    with tools.open_unit_of_work(reading=True) as work:
        plans = [plan for plan in work.change_plans.newest(states=(), limit=NEWEST) if plan.kind is PlanKind.DRAIN]
        return tuple(
            Unfinished(service, next((plan for plan in plans if path_of(plan, service) is not None), None))
            for service in work.services.with_circuit()
            if service.state is ServiceState.PENDING_CHANGE and not _has_order(work, service)
        )


@acts("settle a move to another path that was interrupted", "service", "service_id")
def settle_detour(tools: Tools, who: Principal, service_id: str) -> ServiceState:
    """End what was interrupted, by what its change plan came to; return the service's state.

    Raises: Forbidden, UnknownService; WrongState, where it is not between two paths or its plan is still at it.
    """
    found = next((each for each in unfinished_detours(tools, who) if each.service.id == service_id), None)
    with tools.open_unit_of_work(reading=True) as work:
        service = work.services.get(service_id)
    if found is None or service.circuit is None:
        raise WrongState("service", service_id, service.state, "settled: it is not between two paths")
    if found.plan is not None and found.plan.state in _AT_WORK:
        raise WrongState("change plan", found.plan.id, found.plan.state, f"passed by: it is at {service_id}")
    moved = found.plan is not None and found.plan.state is PlanState.DONE
    hops = path_of(found.plan, service) if moved and found.plan is not None else None
    path = service.circuit if hops is None else _with_hops(tools.load_snapshot(), service.circuit, hops)
    end_detour(tools, who, service_id, path, moved=hops is not None)
    return ServiceState.ACTIVE


_AT_WORK = frozenset({PlanState.PROPOSED, PlanState.REHEARSED, PlanState.APPROVED, PlanState.DEPLOYING})


def path_of(plan: ChangePlan, service: Service) -> tuple[DeviceHop, ...] | None:
    """The hops that a plan gives a service; None where it is not about it. Devices that change nothing are kept."""
    if service.circuit is None:
        return None
    mine = {
        change.device: [each for each in change.intents if isinstance(each, CircuitIntent) and each.label == service.id]
        for change in plan.device_changes
        if any(each.label == service.id for each in (*change.intents, *change.before))
    }
    if not mine:
        return None
    hops = {hop.device: hop for hop in service.circuit.hops}
    for device, intents in mine.items():
        hops.pop(device, None)
        for intent in intents:
            hops[device] = DeviceHop(device, intent.tagged_ports)
    return tuple(hops.values())


def _with_hops(snapshot: Snapshot, circuit: Circuit, hops: Sequence[DeviceHop]) -> Circuit:
    """The circuit over these hops, in the order in which its links lead from its UNI."""
    by_device = {hop.device: hop for hop in hops}
    tagged = {(hop.device, port) for hop in hops for port in hop.tagged_ports}
    links = [
        link
        for link in snapshot.inventory.links
        if {(link.a.device, link.a.port), (link.z.device, link.z.port)} <= tagged
    ]
    at, ordered, codes, length = circuit.uni.device, [by_device[circuit.uni.device]], [], 0.0
    while links:
        link = next((each for each in links if at in {each.a.device, each.z.device}), None)
        if link is None:
            break
        links.remove(link)
        at = link.z.device if link.a.device == at else link.a.device
        ordered.append(by_device[at])
        codes.append(link.code)
        length += link.length_m
    return replace(
        circuit, hops=tuple(ordered), link_codes=tuple(codes), length_m=round(length, 2), strands=(), loss_db=None
    )


def _detour(
    work: UnitOfWork, tools: Tools, snapshot: Snapshot, service: Service, avoid: Collection[str], *, lock: bool = False
) -> Detour:
    if service.circuit is None:
        raise NotModifiable(service.id, service.product)
    usage = work.reservations.usage(sorted(snapshot.devices), None, service.circuit.handover_code or None, lock=lock)
    after = rerouted(snapshot, usage, service.circuit, avoid, Carrying(tools.now().date(), tools.losses))
    return Detour(service.id, service.circuit, after, changes_between(service, after))


def _has_order(work: UnitOfWork, service: Service) -> bool:
    return any(order.state not in ENDED for order in work.orders.of_service(service.id))
