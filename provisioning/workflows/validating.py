"""Validation of orders that were accepted together: none goes on before all were found deliverable.

MEF 57.2: while a product order is acknowledged, one of its items that is rejected rejects them all; from then
on each goes on, and fails, alone. An item that comes after others begins when those are complete.
"""

from collections.abc import Sequence

from provisioning.orders import ENDED, Order, OrderState, Reason, WaitsFor
from provisioning.store.work import UnitOfWork
from provisioning.workflows.gates import Gate, wait_at
from provisioning.workflows.going_on import go_on, stop

REJECTED_WITH = "rejected-with-another"
FAILED_WITH = "item-before-failed"


def pass_validation(work: UnitOfWork, order_id: str, step: str) -> WaitsFor | None:
    """Say that the order can be delivered; where the others of its product order are not found so yet, it waits.

    Where it is the last one, all of them are in progress, and those that waited go on. Costs two statements
    for an order that is alone. To be called in the transaction that found it deliverable, before the order
    itself is locked; returns what it waits for.
    """
    items = work.orders.lock_items(order_id)
    [order] = [one for one in items if one.id == order_id]
    if order.ends_as is not None:
        return None  # stopped meanwhile: its walk sees that before the next step
    work.orders.set_validated(order_id)
    if order.state in {OrderState.ACKNOWLEDGED, OrderState.PENDING}:
        others = [one for one in items if one.id != order_id]
        if any(not one.validated and one.state not in ENDED for one in others):
            text = "It can be delivered. Waits until the others of its product order have been looked at."
            return wait_at(work, order_id, step, Gate(WaitsFor.OTHER_ITEMS, text))
        _begin_all(work, order, others)
    return _wait_for_those_before(work, order, items, step)


def reject(work: UnitOfWork, order_id: str, reasons: Sequence[Reason]) -> bool:
    """Reject an order that cannot be delivered, and with it all that are still being validated beside it.

    False, and nothing done, where it was in progress already: it is to fail alone.
    """
    items = work.orders.lock_items(order_id)
    [order] = [one for one in items if one.id == order_id]
    if order.state is not OrderState.ACKNOWLEDGED or order.ends_as is not None:
        return False
    work.orders.set_state(order_id, OrderState.REJECTED, reasons)
    for other in items:
        if other.id != order_id and other.can_stop:
            found = "It can be delivered, but" if other.validated else "It was not looked at:"
            text = f"{found} item {order.item_id} of the same product order cannot be."
            stop(work, other, OrderState.REJECTED, REJECTED_WITH, text, item=order.item_id)
    return True


def tell_those_after(work: UnitOfWork, ended: Order) -> None:
    """Let the items that wait for this one begin; stop those after it where it did not complete.

    One that ended before it was looked at is waited for no longer: those that waited look again.
    """
    for other in work.orders.lock_items(ended.id):
        if other.state in ENDED or other.ends_as in ENDED:
            continue
        if ended.item_id not in other.after:
            if other.waits_for is WaitsFor.OTHER_ITEMS and not ended.validated:
                go_on(work, other)
            continue
        if ended.state is OrderState.COMPLETED:
            if other.waits_for is WaitsFor.OTHER_ITEMS:
                go_on(work, other)
        elif other.can_stop:
            text = f"Item {ended.item_id} of the same product order, which it comes after, is {ended.state}."
            stop(work, other, OrderState.FAILED, FAILED_WITH, text, item=ended.item_id)


def _begin_all(work: UnitOfWork, order: Order, others: Sequence[Order]) -> None:
    """One whose cancellation is being assessed stays pending meanwhile."""
    for one in (order, *others):
        if one.state is OrderState.ACKNOWLEDGED and one.ends_as is None:
            work.orders.set_state(one.id, OrderState.IN_PROGRESS)
    for one in others:
        if one.waits_for is WaitsFor.OTHER_ITEMS and one.ends_as is None:
            go_on(work, one)


def _wait_for_those_before(work: UnitOfWork, order: Order, items: Sequence[Order], step: str) -> WaitsFor | None:
    open_ones = [one.item_id for one in items if one.item_id in order.after and one.state is not OrderState.COMPLETED]
    if not open_ones:
        return None
    text = f"Waits until item {' and item '.join(open_ones)} of the same product order is complete."
    return wait_at(work, order.id, step, Gate(WaitsFor.OTHER_ITEMS, text))
