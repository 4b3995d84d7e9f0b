"""The steps that end a service: off its devices, proven gone, out of the record, and only then given back.

Until `release` everything stays held: nobody gets a port or tag while a device may still carry
the circuit. A cease that fails before its deploy leaves the service as it was; one that fails
after it leaves the service `pendingTerminate`, and another cease goes on from there.
"""

from collections.abc import Iterable
from datetime import timedelta

from automation.change_plan import ChangeAction
from provisioning.orders import EventStatus, Order, OrderAction, OrderEvent, OrderState, WaitsFor
from provisioning.services import ServiceState
from provisioning.shared_ssids import is_shared, must_not_be_shared
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.translate import service_intents
from provisioning.workflows import telling
from provisioning.workflows.asking import keep_rehearsal, proven, rehearsed
from provisioning.workflows.deploy import apply_changes
from provisioning.workflows.gates import Gate, start_gate, wait_at
from provisioning.workflows.giving_back import give_back
from provisioning.workflows.going_on import let_go
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.story import find_event, reasons_of, record_done
from provisioning.workflows.validating import pass_validation

LOOK_AGAIN = timedelta(minutes=5)
LINE_MOVED = "line-moved"
"""Stands among the events of a cease that follows the move of a line to another ISP."""


def rehearse(order_id: str, tools: Tools) -> WaitsFor | None:
    """On the day it was ordered for, have every device say what taking the circuit off would change, and leave nothing.

    Raises: RehearsalRefused, LimitsExceeded, DevicesClaimed; WrongState, where something else is being done to the
        service that day.
    """
    waits_for = begin_end(order_id, "rehearse", tools)
    if waits_for is not None:
        return waits_for
    _order, service = read_order_and_service(order_id, tools)
    intents = service_intents(service, read_idle_lines(service.id, tools))
    changes = rehearsed(order_id, tools, intents, ChangeAction.REMOVE)
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, "rehearse", keep_rehearsal(work, order_id, changes))
        work.commit()
    return None


def begin_end(order_id: str, step: str, tools: Tools) -> WaitsFor | None:
    """Wait for the others of its product order, and for the day; then the service is `pendingTerminate`.

    Raises: SsidStillShared, where realms came to it since it was to be ended on a later day; WrongState.
    """
    with tools.open_unit_of_work() as work:
        waits_for = pass_validation(work, order_id, step)
        order = work.orders.get(order_id)
        gate = _gate(work, order, tools) if waits_for is None and order.ends_as is None else None
        if gate is not None:
            waits_for = wait_at(work, order_id, step, gate)
        elif waits_for is None and order.service_id is not None:
            _must_not_be_shared(work, order.service_id)
            work.services.set_state(order.service_id, ServiceState.PENDING_TERMINATE)
        work.commit()
    return waits_for


def _must_not_be_shared(work: UnitOfWork, service_id: str) -> None:
    """Raises: SsidStillShared."""
    if is_shared(work.services.get(service_id)):
        must_not_be_shared(service_id, work.services.carried())


def _gate(work: UnitOfWork, order: Order, tools: Tools) -> Gate | None:
    """Shut until its day, and while its line is moving to another ISP: that order ends the service, or leaves it."""
    service = None if order.service_id is None else work.services.get(order.service_id)
    if service is None or service.state is not ServiceState.PENDING_CHANGE:
        return start_gate(order, tools)
    text = f"Another order is changing {service.id}. Waits until that is done."
    return Gate(WaitsFor.START_DATE, text, tools.now() + LOOK_AGAIN)


def deploy(order_id: str, tools: Tools) -> None:
    """Take the circuit off all devices, or off none.

    Raises: DevicesClaimed, DeployRefused.
    """
    with tools.open_unit_of_work(reading=True) as work:
        changes = work.orders.changes(order_id, "rehearse")
    apply_changes(order_id, changes, tools)


def prove(order_id: str, tools: Tools) -> None:
    """Read every device: none may say anything of the circuit any more.

    Raises: NotProven.
    """
    _order, service = read_order_and_service(order_id, tools)
    intents = service_intents(service, read_idle_lines(service.id, tools))
    passed = proven(order_id, tools, intents, ChangeAction.REMOVE)
    with tools.open_unit_of_work() as work:
        text = f"{passed} checks passed: the devices are as they were before {service.id}."
        record_done(work, tools, order_id, "prove", text, checks=str(passed))
        work.commit()


def withdraw(order_id: str, tools: Tools) -> None:
    """Take the circuit out of the record of what exists.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    order, service = read_order_and_service(order_id, tools)
    telling.withdraw(order, service, tools)
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, "withdraw", "The record of what exists shows it no longer.")
        work.commit()


def release(order_id: str, tools: Tools) -> None:
    """Give back port, tags and bandwidth: the service is terminated and the order completed, at one moment."""
    _order, service = read_order_and_service(order_id, tools)
    with tools.open_unit_of_work() as work:
        held = give_back(work, service)
        work.services.set_state(service.id, ServiceState.TERMINATED)
        work.orders.set_state(order_id, OrderState.COMPLETED)
        record_done(work, tools, order_id, "release", f"Given back: {', '.join(held)}.")
        work.commit()


def keep(order_id: str, tools: Tools) -> None:
    """Undo: the service keeps all it holds; the order has failed, for its reasons.

    It is active again only where no device was changed: what is off its devices must not be called active.
    """
    _order, service = read_order_and_service(order_id, tools)
    with tools.open_unit_of_work() as work:
        work.claims.release(order_id)
        if any(_took_off(work, order) for order in work.orders.of_service(service.id)):
            text = f"{service.id} is no longer whole on its devices, and keeps what it holds. Cease it again to end it."
        elif service.state is ServiceState.PENDING_CHANGE:
            text = f"{service.id} stays, with all it holds: another order is changing it."
        else:
            work.services.set_state(service.id, ServiceState.ACTIVE)
            text = f"{service.id} stays, with all it holds."
        order = work.orders.lock(order_id)
        work.orders.set_state(order_id, order.ends_as or OrderState.FAILED, reasons_of(work.orders.events(order_id)))
        let_go(work, order)
        record_done(work, tools, order_id, "keep", text, status=EventStatus.UNDONE)
        work.commit()


def _took_off(work: UnitOfWork, order: Order) -> bool:
    """Whether the order took its service off devices: a cease that got as far, or an add that failed."""
    if order.action is OrderAction.ADD:
        return order.state is not OrderState.COMPLETED
    events = work.orders.events(order.id)
    return find_event(events, "deploy", EventStatus.DONE) is not None or follows_a_move(events)


def follows_a_move(events: Iterable[OrderEvent]) -> bool:
    """Whether a cease was ordered because the line is another ISP's by now: its UNI carries that one's circuit."""
    return any(event.facts.get("code") == LINE_MOVED for event in events)


def read_idle_lines(service_id: str, tools: Tools) -> dict[str, tuple[str, ...]]:
    """The lines each UNI had before the circuit came, by device."""
    with tools.open_unit_of_work(reading=True) as work:
        return dict(work.services.idle_lines(service_id))
