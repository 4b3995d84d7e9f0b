"""Let work on an order rest while a charge or a request of its buyer's is being answered, and go on after it."""

from provisioning.chargeable_tasks import TASK_ENDED, Cancellation, DateChange
from provisioning.orders import ENDED, Order, OrderState, WaitsFor
from provisioning.store.work import UnitOfWork
from provisioning.workflows.going_on import go_on


def rest(work: UnitOfWork, order: Order, state: OrderState, why: str) -> None:
    """Have it `held` or `pending`: its walk stops before its next step, and no sooner. The order is locked."""
    if order.state is not state:
        work.orders.set_state(order.id, state, why=why)


def resume(work: UnitOfWork, order: Order) -> None:
    """Let it go on where nothing else holds it any more; a walk that has not stopped yet never does. Locked."""
    if order.state in ENDED or order.ends_as is not None:
        return
    state = _state_now(work, order)
    if state is not order.state:
        work.orders.set_state(order.id, state)
    if state not in {OrderState.HELD, OrderState.PENDING} and order.waits_for is WaitsFor.CHARGE:
        go_on(work, order)


def _state_now(work: UnitOfWork, order: Order) -> OrderState:
    """What the open charges and requests make of it, the buyer's requests before charges."""
    tasks: tuple[Cancellation | DateChange, ...] = (
        *work.cancellations.of_product_order(order.product_order_id),
        *work.date_changes.of_product_order(order.product_order_id),
    )
    if any(task.state not in TASK_ENDED and task.order_id in {None, order.id} for task in tasks):
        return OrderState.PENDING
    asked = work.charges.of_product_order(order.product_order_id)
    if any(one.is_open and one.is_blocking and one.order_id == order.id and one.task_id is None for one in asked):
        return OrderState.HELD
    if order.state in {OrderState.IN_PROGRESS, OrderState.HELD}:
        return OrderState.IN_PROGRESS  # only what is in progress is ever held
    items = work.orders.of_product_order(order.product_order_id)
    if order.validated and all(one.validated or one.state in ENDED for one in items):
        return OrderState.IN_PROGRESS
    return OrderState.ACKNOWLEDGED
