"""Let an order go on after a wait, or stop it: in the transaction of whoever decides so.

Locks are taken in one order, by everybody: orders by id, then their product order, then what hangs on it.
"""

from collections.abc import Mapping

from provisioning.chargeable_tasks import TASK_ENDED, Cancellation, DateChange, TaskState
from provisioning.charges import withdrawn
from provisioning.far_ends import FarEndState
from provisioning.life_errors import TooLateToStop
from provisioning.orders import ENDED, EventStatus, Order, OrderAction, OrderState
from provisioning.store.work import UnitOfWork
from provisioning.wanted import ProductKind

STOP = "stop"
"""Not a step of any walk: where an order's events say that somebody stopped it."""

_WALKS: Mapping[tuple[OrderAction, bool], str] = {
    (OrderAction.ADD, True): "activate",
    (OrderAction.MODIFY, True): "modify",
    (OrderAction.DELETE, True): "cease",
    (OrderAction.ADD, False): "activate-by-hand",
    (OrderAction.DELETE, False): "cease-by-hand",
}


def workflow_of(order: Order) -> str:
    """The workflow that an order of its kind is walked through."""
    kind = order.request.kind
    if kind is ProductKind.STRANDS:
        return "activate-strands" if order.action is OrderAction.ADD else "cease-strands"
    if kind is ProductKind.SSID and order.action is OrderAction.MODIFY:
        return "modify-carried"
    if kind in {ProductKind.SSID, ProductKind.SSID_REALM, ProductKind.SITE_HOSTING}:
        return "activate-carried" if order.action is OrderAction.ADD else "cease-carried"
    if order.action is OrderAction.ADD and order.request.takes_over:
        return "move"
    return _WALKS[order.action, kind.is_circuit]


def begin(work: UnitOfWork, order: Order) -> None:
    """Enqueue an accepted order's first walk."""
    work.jobs.walk(workflow_of(order), order.id)


def go_on(work: UnitOfWork, order: Order) -> None:
    """End whatever wait the order is in, and enqueue its next walk, which passes over what is done.

    An order that waits for nothing is being walked, or about to be, and is left to its walk. The order is locked.

    Raises: WrongState, where it does not wait for that any more.
    """
    if order.waits_for is not None:
        work.orders.end_wait(order.id, order.waits_for)
        walk_on(work, order)


def walk_on(work: UnitOfWork, order: Order) -> None:
    """Enqueue the next walk of an order whose wait was just ended."""
    work.jobs.walk(workflow_of(order), order.id, work.orders.next_walk(order.id))


def stop(
    work: UnitOfWork, order: Order, ends_as: OrderState, code: str, text: str, *, step: str = STOP, **facts: str
) -> None:
    """Have its walk take back all that was done, and end it so; `code` and `text` become its reason.

    A walk that is in the middle of a step sees it before the next one. Whatever the order waited for is over.
    `order` is as it was when it was locked.

    Raises: TooLateToStop.
    """
    if not order.can_stop:
        raise TooLateToStop(order.id, order.step)
    work.orders.record(order.id, step, EventStatus.FAILED, text, {"code": code} | facts)
    work.orders.end_as(order.id, ends_as)
    if order.waits_for is not None:
        walk_on(work, order)


def let_go(work: UnitOfWork, order: Order) -> None:
    """Close what an order that has ended leaves open: what was asked of it, and of others for it; charges."""
    _reject_what_was_asked(work, order)
    tasks = {task.id for task in _open_tasks(work, order)}
    for charge in work.charges.of_product_order(order.product_order_id):
        if charge.is_open and charge.task_id not in tasks and charge.order_id in {None, order.id}:
            work.charges.save(withdrawn(charge))
    asked = work.far_ends.find(order.id)
    if asked is not None and asked.state is FarEndState.ASKED:
        work.far_ends.decide(order.id, FarEndState.WITHDRAWN, "rule")


def _reject_what_was_asked(work: UnitOfWork, order: Order) -> None:
    """A change of its date, and a cancellation of which nothing is left to cancel."""
    denied = f"{order.id} ended before it was decided."
    items = work.orders.of_product_order(order.product_order_id)
    is_over = all(one.state in ENDED for one in items)
    for change in work.date_changes.of_product_order(order.product_order_id):
        if change.order_id == order.id and change.state not in TASK_ENDED:
            work.date_changes.set_state(change.id, TaskState.REJECTED, denied=denied)
    for cancellation in work.cancellations.of_product_order(order.product_order_id):
        is_about_it = cancellation.order_id == order.id or (cancellation.order_id is None and is_over)
        if is_about_it and cancellation.state not in TASK_ENDED:
            work.cancellations.set_state(cancellation.id, TaskState.REJECTED, denied=denied)


def _open_tasks(work: UnitOfWork, order: Order) -> tuple[Cancellation | DateChange, ...]:
    product_order_id = order.product_order_id
    tasks: tuple[Cancellation | DateChange, ...] = (
        *work.cancellations.of_product_order(product_order_id),
        *work.date_changes.of_product_order(product_order_id),
    )
    return tuple(task for task in tasks if task.state not in TASK_ENDED)
