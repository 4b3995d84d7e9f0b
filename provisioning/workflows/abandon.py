"""The steps that take back what an order did before it failed or was declined.

Each is safe to repeat, and is taken even where the one before could not be: what could not be
undone stands among the order's reasons.
"""

from automation.change_plan import ChangeAction
from automation.intents import Intent
from provisioning.charges import ChargeCause, withdrawn
from provisioning.device_errors import DevicesNotCleared
from provisioning.orders import EventStatus, Order, OrderState
from provisioning.services import Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.translate import service_intents
from provisioning.workflows import telling
from provisioning.workflows.asking import proven
from provisioning.workflows.cease import read_idle_lines
from provisioning.workflows.claims import claimed_devices
from provisioning.workflows.giving_back import give_back
from provisioning.workflows.going_on import let_go, walk_on
from provisioning.workflows.holding_up import resume
from provisioning.workflows.reading import read_order_and_any_service
from provisioning.workflows.refusing import keep_uncertain
from provisioning.workflows.story import BEGUN_AGAIN, find_event, has_begun, reasons_of, record_done, record_undone


def clear(order_id: str, tools: Tools) -> None:
    """Take the circuit off whatever device may carry it.

    A deploy that was refused has sent all devices back already, and then none has anything to
    take off; one that succeeded and could not be proven, or that was cut short, has not.

    Raises: DevicesClaimed, DevicesNotCleared, NotProven.
    """
    _order, service = read_order_and_any_service(order_id, tools)
    text = "No device was changed."
    if service is not None and has_begun(order_id, "deploy", tools):
        _take_off(order_id, service_intents(service, read_idle_lines(service.id, tools)), tools)
        text = "The devices are as they were before."
    record_undone(order_id, "clear", text, tools)


def withdraw(order_id: str, tools: Tools) -> None:
    """Take the circuit out of the record of what exists, if it may be there.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    order, service = read_order_and_any_service(order_id, tools)
    text = "Nothing was in the record of what exists."
    if service is not None and has_begun(order_id, "document", tools):
        telling.withdraw(order, service, tools)
        text = "The record of what exists shows it no longer."
    record_undone(order_id, "withdraw", text, tools)


def close(order_id: str, tools: Tools) -> None:
    """Give back all that was held; the order has failed, for its reasons, or ends as whoever stopped it said.

    Where the devices could not be cleared nothing is given back: whoever got the tag or port next
    would be refused by the device that still has it. A cease of the service takes the rest down.
    """
    _end(order_id, "close", OrderState.FAILED, tools)


def cancel(order_id: str, tools: Tools) -> None:
    """Give back all that was held; the order is cancelled."""
    _end(order_id, "cancel", OrderState.CANCELLED, tools)


def _take_off(order_id: str, intents: tuple[Intent, ...], tools: Tools) -> None:
    with claimed_devices(order_id, [intent.device for intent in intents], tools):
        rehearsal = tools.deployer.rehearse(intents, ChangeAction.REMOVE)
        if rehearsal.refusals:
            raise DevicesNotCleared(order_id, rehearsal.refusals)
        report = tools.deployer.deploy(rehearsal.changes, tools.settings.revert_after_s)
        keep_uncertain(order_id, report, tools)
        if report.refusals:
            raise DevicesNotCleared(order_id, report.refusals)
    proven(order_id, tools, intents, ChangeAction.REMOVE)


def _end(order_id: str, step: str, state: OrderState, tools: Tools) -> None:
    _order, service = read_order_and_any_service(order_id, tools)
    with tools.open_unit_of_work() as work:
        work.claims.release(order_id)
        events = work.orders.events(order_id)
        service_is_free = find_event(events, "clear", EventStatus.FAILED) is None
        if service is None:
            text = "Nothing was held."
        elif not service_is_free:
            text = _keep_for_cease(work, service)
        else:
            text = _give_back(work, service)
        record_done(work, tools, order_id, step, text, status=EventStatus.UNDONE)
        order = work.orders.lock(order_id)
        if order.ends_as is OrderState.ACKNOWLEDGED and service_is_free:
            begin_again(work, order)
        else:
            ends_as = state if order.ends_as is OrderState.ACKNOWLEDGED else order.ends_as or state
            work.orders.set_state(order_id, ends_as, reasons_of(events))
            let_go(work, order)
        work.commit()


def begin_again(work: UnitOfWork, order: Order) -> None:
    """All that was held is given back: the order goes on from its qualification, with what it asks for now."""
    for charge in work.charges.of_product_order(order.product_order_id):
        if charge.is_open and charge.order_id == order.id and charge.cause is ChargeCause.BUILD:
            work.charges.save(withdrawn(charge))
    work.far_ends.forget(order.id)
    work.orders.begin_again(order.id)
    work.orders.record(order.id, BEGUN_AGAIN, EventStatus.DONE, "It was amended, and begins again.")
    resume(work, work.orders.get(order.id))
    walk_on(work, order)


def _give_back(work: UnitOfWork, service: Service) -> str:
    held = give_back(work, service)
    work.services.set_state(service.id, ServiceState.CANCELLED)
    return f"Given back: {', '.join(held)}." if held else "Nothing was held."


def _keep_for_cease(work: UnitOfWork, service: Service) -> str:
    work.services.set_state(service.id, ServiceState.PENDING_TERMINATE)
    held = ", ".join(work.reservations.held_by(service.id))
    return f"A device may still carry {service.id}, so it keeps {held}. Cease it when the devices answer again."
