"""What becomes of a cancellation or change of date once nothing more is asked about it. In the caller's transaction.

The orders it is about are locked. It is done for all of them or for none.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from provisioning.chargeable_tasks import TASK_ENDED, Cancellation, DateChange, TaskState
from provisioning.charges import Charge, ChargeCause, ChargeItem, ChargeKind, ChargeState
from provisioning.orders import ENDED, Order, OrderAction, OrderState, WaitsFor
from provisioning.references import new_charge_id
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.accept_cease_for_move import MOVED
from provisioning.workflows.cease import follows_a_move
from provisioning.workflows.going_on import go_on, stop
from provisioning.workflows.holding_up import resume


def settle_task(work: UnitOfWork, charge: Charge, orders: Sequence[Order], tools: Tools) -> None:
    """Do what the charge was for, where it was accepted or taken back; else leave all as it was before it was asked."""
    if charge.task_id is None:
        return
    if charge.cause is ChargeCause.CANCELLATION:
        cancellation = work.cancellations.get(charge.task_id)
        if cancellation.state in TASK_ENDED:
            return
        if charge.is_declined:
            work.cancellations.set_state(cancellation.id, TaskState.DECLINED)
            _resume(work, orders)
        else:
            finish_cancellation(work, cancellation, orders)
        return
    change = work.date_changes.get(charge.task_id)
    if change.state in TASK_ENDED:
        return
    if charge.is_declined:
        work.date_changes.set_state(change.id, TaskState.DECLINED)
        _resume(work, orders)
    else:
        finish_date_change(work, change, orders, tools)


def why_not_cancelled(work: UnitOfWork, cancellation: Cancellation, orders: Sequence[Order]) -> str:
    """Why it cannot be done any more; "" where it can."""
    about = [order for order in orders if cancellation.order_id in {None, order.id}]
    for order in about:
        if order.state is OrderState.COMPLETED:
            return f"{order.id} is completed. Cease its service {order.service_id} instead."
    still_open = [order for order in about if order.state not in ENDED]
    if not still_open:
        return "There is nothing left to cancel: it has ended."
    for order in still_open:
        if _is_moved(work, order):
            return MOVED
        if order.ends_as is None and not order.can_stop:
            return f"It is too late: {order.id} has come to its step {order.step!r}, which is brought to its end."
    return ""


def finish_cancellation(work: UnitOfWork, cancellation: Cancellation, orders: Sequence[Order]) -> None:
    """Stop every order that it is about; or none, and say why."""
    denied = why_not_cancelled(work, cancellation, orders)
    if denied:
        work.cancellations.set_state(cancellation.id, TaskState.REJECTED, denied=denied)
        _resume(work, orders)
        return
    work.cancellations.set_state(cancellation.id, TaskState.DONE)
    text = f"Cancelled by {cancellation.requested_by}" + (f": {cancellation.reason}" if cancellation.reason else ".")
    for order in orders:
        if cancellation.order_id in {None, order.id} and order.can_stop:
            stop(work, order, OrderState.CANCELLED, "cancelled", text, by=cancellation.requested_by)


def finish_date_change(work: UnitOfWork, change: DateChange, orders: Sequence[Order], tools: Tools) -> None:
    """Give the order its new day: where it waits for the old one, it looks again. Or say why not."""
    [order] = [one for one in orders if one.id == change.order_id]
    denied = why_not_on(work, order, change, tools)
    if denied:
        work.date_changes.set_state(change.id, TaskState.REJECTED, denied=denied)
        resume(work, order)
        return
    work.date_changes.set_state(change.id, TaskState.DONE)
    work.orders.set_request(order.id, replace(order.request, start=change.wanted))
    if order.waits_for is WaitsFor.START_DATE:
        go_on(work, order)
    resume(work, work.orders.get(order.id))


def why_not_on(work: UnitOfWork, order: Order, change: DateChange, tools: Tools) -> str:
    """Why it cannot be on that day; "" where it can."""
    today = tools.now().date()
    if not order.can_stop:
        return f"It is too late: {order.id} has come to its step {order.step!r}."
    if _is_moved(work, order):
        return MOVED
    if change.wanted is not None and change.wanted < today:
        return f"{change.wanted} is over: today is {today}."
    if change.wanted is not None and order.request.stop is not None and change.wanted > order.request.stop:
        return f"{change.wanted} is after its last day, {order.request.stop}."
    if order.request.wanted is not None and not order.request.kind.is_circuit and order.action.value == "add":
        return "It is ordered for a window of days: amend the window instead."
    return ""


def _is_moved(work: UnitOfWork, order: Order) -> bool:
    """Whether it ends a service whose line is another ISP's by now: nobody can keep that."""
    return order.action is OrderAction.DELETE and follows_a_move(work.orders.events(order.id))


def task_charge(task: Cancellation | DateChange, cause: ChargeCause, pence: int, text: str, due_at: datetime) -> Charge:
    """The charge that a task costs; all of it blocks the task."""
    return Charge(
        id=new_charge_id(),
        isp_code=task.isp_code,
        product_order_id=task.product_order_id,
        order_id=task.order_id,
        cause=cause,
        items=(ChargeItem("1", ChargeKind.ONCE, pence, text, blocking=True),),
        state=ChargeState.AWAITING_RESPONSE,
        created_at=task.requested_at,
        due_at=due_at,
        raised_by="rule",
        task_id=task.id,
    )


def due_in(tools: Tools) -> datetime:
    """When an answer is due, where nobody said."""
    return tools.now() + timedelta(days=tools.settings.charge_answer_days)


def _resume(work: UnitOfWork, orders: Sequence[Order]) -> None:
    for order in orders:
        resume(work, order)
