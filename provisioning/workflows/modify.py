"""The steps that give an active service another speed on the circuit it has, without re-creating it.

The service is `active.pendingChange` meanwhile, and carries its traffic as before. The larger of both
committed rates is held until the change is proven; then the rest is given back and the service has its new
bandwidth and price, at one moment. Whatever fails leaves the service as it was, with all that was more
given back.
"""

from provisioning.catalogue import Offer
from provisioning.errors import NotOrderable, WrongState
from provisioning.modifying import modified, why_not_modified
from provisioning.orders import EventStatus, Order, OrderState, WaitsFor
from provisioning.services import Circuit, Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.translate import circuit_intents
from provisioning.workflows import replacing
from provisioning.workflows.birth import issue_birth_certificate
from provisioning.workflows.cease import read_idle_lines
from provisioning.workflows.going_on import let_go
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.replacing import Sides, prove_replaced, rehearse_replacing
from provisioning.workflows.story import find_event, reasons_of, record_done
from provisioning.workflows.validating import pass_validation, reject


def qualify(order_id: str, tools: Tools) -> WaitsFor | None:
    """Has the present path room for the difference, and is the UNI fast enough?

    Raises: NotOrderable; the order is rejected then, with the reasons, and the service is active as before.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        order, service, circuit = _read(work, order_id)
        usage = work.reservations.usage((), circuit.link_codes, circuit.handover_code or None)
        reasons = why_not_modified(snapshot, usage, circuit, _offer(order, tools))
        if reasons:
            if reject(work, order_id, reasons):
                work.services.set_state(service.id, ServiceState.ACTIVE)
                work.commit()
            raise NotOrderable(service.uprn, order.request.bandwidth_mbps, reasons)
        waits_for = pass_validation(work, order_id, "qualify")
        if waits_for is None:
            text = f"{order.request.bandwidth_mbps} Mbit/s can be delivered on the circuit that {service.id} has."
            record_done(work, tools, order_id, "qualify", text)
        work.commit()
    return waits_for


def reserve(order_id: str, tools: Tools) -> None:
    """Hold the larger of both committed rates, at the handover and on every link of the present path.

    Raises: NotOrderable, where others took the room since.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        work.orders.lock(order_id)  # a worker thought dead cannot reserve beside us
        order, service, circuit = _read(work, order_id)
        offer = _offer(order, tools)
        usage = work.reservations.usage((), circuit.link_codes, circuit.handover_code or None, lock=True)
        reasons = why_not_modified(snapshot, usage, circuit, offer)
        if reasons:
            raise NotOrderable(service.uprn, order.request.bandwidth_mbps, reasons)
        held_mbps = max(circuit.profile.cir_mbps, offer.profile.cir_mbps)
        work.reservations.resize(service.id, held_mbps)
        record_done(
            work, tools, order_id, "reserve", f"{service.id} holds {held_mbps} Mbit/s until the change is done."
        )
        work.commit()


def rehearse(order_id: str, tools: Tools) -> None:
    """Have every device say what the other bandwidth profile would change, and leave nothing there.

    Raises: RehearsalRefused, LimitsExceeded, DevicesClaimed.
    """
    rehearse_replacing(order_id, _sides(order_id, tools), tools)


def prove(order_id: str, tools: Tools) -> None:
    """Read every device; where all is as intended the service has its new terms, and what was more is given back.

    Raises: NotProven.
    """
    passed = prove_replaced(order_id, _sides(order_id, tools), tools)
    with tools.open_unit_of_work() as work:
        order, service, circuit = _read(work, order_id)
        offer = _offer(order, tools)
        changed = modified(service, circuit, offer)
        work.services.set_terms(service.id, circuit_of(changed), order)
        work.reservations.resize(service.id, offer.profile.cir_mbps)
        work.services.set_state(service.id, ServiceState.ACTIVE)
        work.orders.set_state(order_id, OrderState.COMPLETED)
        text = f"{passed} checks passed on the devices: {service.id} has {offer.bandwidth_mbps} Mbit/s."
        text += issue_birth_certificate(work, order_id, tools)
        record_done(work, tools, order_id, "prove", text, checks=str(passed))
        work.commit()


def put_back(order_id: str, tools: Tools) -> None:
    """Undo: give every device that may have the new bandwidth profile the one it had.

    Raises: DevicesClaimed, DevicesNotCleared, NotProven.
    """
    replacing.put_back(order_id, lambda: _sides(order_id, tools), tools)


def keep(order_id: str, tools: Tools) -> None:
    """Undo: the service is as it was; what was held for the change is given back.

    Where a device may still have the larger profile, the larger rate stays held until the operator puts it right.
    """
    with tools.open_unit_of_work() as work:
        work.claims.release(order_id)
        work.orders.lock(order_id)
        order, service, circuit = _read(work, order_id)
        events = work.orders.events(order_id)
        if find_event(events, "put_back", EventStatus.FAILED) is None:
            work.reservations.resize(service.id, circuit.profile.cir_mbps)
            text = f"{service.id} stays as it was."
        else:
            text = (
                f"{service.id} is sold as it was, and a device may say otherwise. Modify it to what it has, to set it."
            )
        work.services.set_state(service.id, ServiceState.ACTIVE)
        work.orders.set_state(order_id, order.ends_as or OrderState.FAILED, reasons_of(events))
        let_go(work, order)
        record_done(work, tools, order_id, "keep", text, status=EventStatus.UNDONE)
        work.commit()


def _sides(order_id: str, tools: Tools) -> Sides:
    """What the devices do before the change and after it."""
    order, service = read_order_and_service(order_id, tools)
    idle_lines = read_idle_lines(service.id, tools)
    after = modified(service, circuit_of(service), _offer(order, tools))
    return Sides(circuit_intents(service, idle_lines), circuit_intents(after, idle_lines))


def _read(work: UnitOfWork, order_id: str) -> tuple[Order, Service, Circuit]:
    order = work.orders.get(order_id)
    service = work.services.get(order.service_id or "")
    return order, service, circuit_of(service)


def circuit_of(service: Service) -> Circuit:
    if service.circuit is None:
        raise WrongState("service", service.id, service.state, "modified: it has no circuit")
    return service.circuit


def _offer(order: Order, tools: Tools) -> Offer:
    return tools.catalogue_of(order).circuit_product(order.request.product).offer(order.request.bandwidth_mbps)
