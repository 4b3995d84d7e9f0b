"""What becomes of services that a change plan moves to another path, when that plan ends: in the same transaction.

So nothing else has to be there to end a move: not the playbook that began it, and no clock. A service
whose plan is done has the path that its devices were given; any other has the one it had. Either way it gives back
what it held for the other one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from automation.intents import CircuitIntent
from inventory.errors import InventoryError
from inventory.links import Link
from inventory.snapshot import Snapshot
from provisioning.by_hand import ByHand
from provisioning.carrying import Carrying
from provisioning.change_plans import ChangePlan, PlanKind, PlanState
from provisioning.errors import ProvisioningError
from provisioning.orders import ENDED
from provisioning.rerouting import rerouted
from provisioning.services import Circuit, DeviceHop, Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.usage import Usage


def end_moves(work: UnitOfWork, tools: Tools, plan: ChangePlan) -> None:
    """Give every service that an ended plan was to move the path that it has now, and say so in the plan's life.

    To be committed by the caller, with the plan's end. Nothing for a plan that moves none. Raises: WrongState.
    """
    if plan.kind is not PlanKind.DRAIN:
        return
    for service in services_moved_by(work, plan):
        if service.by_hand is not None and service.by_hand.becomes is not None:
            _end_on_air(work, plan, service, service.by_hand, service.by_hand.becomes)
            continue
        path = path_after(tools, plan, service)
        if path is not None:
            give_path(work, service, path)
            over = ", ".join(path.link_codes)
            work.change_plans.record(plan.id, f"Service {service.id} has its path over {over}, and holds no other.")


def _end_on_air(work: UnitOfWork, plan: ChangePlan, service: Service, was: ByHand, coming: ByHand) -> None:
    """What comes from access points, or a site slot, has the plan's way where that is done, else the one it had."""
    now = coming if plan.state is PlanState.DONE else replace(was, becomes=None)
    work.services.set_state(service.id, ServiceState.ACTIVE, was=ServiceState.PENDING_CHANGE)
    work.services.set_by_hand(service.id, now)
    if now.carried is not None:
        work.reservations.keep_tag_on(service.id, now.carried.devices)
        work.reservations.keep_links(service.id, now.carried)
    switches = now.facts.get("switches", "")
    work.change_plans.record(plan.id, f"Service {service.id} has its way over {switches}, and holds no other.")


def services_moved_by(work: UnitOfWork, plan: ChangePlan) -> Iterator[Service]:
    """The services that are between two paths by this plan: no order is at them."""
    labels = {intent.label for change in plan.device_changes for intent in (*change.intents, *change.before)}
    for service in work.services.some(sorted(labels)):
        if service.state is ServiceState.PENDING_CHANGE and not has_order(work, service):
            yield service


def has_order(work: UnitOfWork, service: Service) -> bool:
    return any(order.state not in ENDED for order in work.orders.of_service(service.id))


def give_path(work: UnitOfWork, service: Service, path: Circuit) -> None:
    """The service has this path and is active, and gives back what it held for another. Raises: WrongState."""
    work.services.set_state(service.id, ServiceState.ACTIVE, was=ServiceState.PENDING_CHANGE)
    work.services.set_circuit(service.id, path)
    work.reservations.keep_only(service.id, path)


def path_after(tools: Tools, plan: ChangePlan, service: Service) -> Circuit | None:
    """The path a service has when its plan has ended: the plan's where that is done, else its own. None: no circuit."""
    if service.circuit is None:
        return None
    hops = hops_of(plan, service) if plan.state is PlanState.DONE else None
    return service.circuit if hops is None else _over(tools, service.circuit, hops)


def hops_of(plan: ChangePlan, service: Service) -> tuple[DeviceHop, ...] | None:
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


def _over(tools: Tools, circuit: Circuit, hops: Sequence[DeviceHop]) -> Circuit:
    """The circuit over these hops, with its strands and its loss where the plant of its links is known."""
    snapshot = tools.load_snapshot()
    plain = _with_hops(snapshot, circuit, hops)
    others = snapshot.links.keys() - set(plain.link_codes)
    try:
        found = rerouted(snapshot, Usage(), circuit, others, Carrying(tools.now().date(), tools.losses))
    except (InventoryError, ProvisioningError):  # what the plant says has changed since: the devices are as they are
        return plain
    return found if found.link_codes == plain.link_codes else plain


def _with_hops(snapshot: Snapshot, circuit: Circuit, hops: Sequence[DeviceHop]) -> Circuit:
    """The circuit over these hops, in the order in which its links lead from its UNI."""
    by_device = {hop.device: hop for hop in hops}
    tagged = {(hop.device, port) for hop in hops for port in hop.tagged_ports}
    links = [link for link in snapshot.inventory.links if _ends_of(link) <= tagged]
    at, ordered, codes, length = circuit.uni.device, [by_device[circuit.uni.device]], list[str](), 0.0
    while (link := next((each for each in links if at in {each.a.device, each.z.device}), None)) is not None:
        links.remove(link)
        at = link.z.device if link.a.device == at else link.a.device
        ordered.append(by_device[at])
        codes.append(link.code)
        length += link.length_m
    return replace(
        circuit, hops=tuple(ordered), link_codes=tuple(codes), length_m=round(length, 2), strands=(), loss_db=None
    )


def _ends_of(link: Link) -> set[tuple[str, str]]:
    return {(end.device, end.port) for end in (link.a, link.z)}
