"""Cancel an order that is under way, or a whole product order, with everything given back.

Until its walk begins the step of no return, an order can be stopped: the walk sees it before its next step, and takes
all back. A cancellation that comes later is rejected, and says so. Which of both it is, is decided under
the order's lock, the same that the walk takes before every step.
"""

from collections.abc import Mapping, Sequence

from provisioning.chargeable_tasks import TASK_ENDED, Cancellation, CancellationReason, TaskState
from provisioning.charges import ChargeCause
from provisioning.deeds import acts
from provisioning.errors import UnknownOrder
from provisioning.isps import Principal
from provisioning.life_errors import UnknownCancellation, UnknownProductOrder
from provisioning.orders import ENDED, Order, OrderState
from provisioning.policy import Action, must
from provisioning.references import new_cancellation_id
from provisioning.rights import LONGEST_REASON, may_see, must_be_text
from provisioning.settling_tasks import due_in, finish_cancellation, task_charge, why_not_cancelled
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.holding_up import rest


@acts("cancel a product order", "product-order", "product_order_id")
def cancel_product_order(
    tools: Tools,
    who: Principal,
    product_order_id: str,
    *,
    reason: str = "",
    reason_kind: CancellationReason = CancellationReason.COMMERCIAL,
    sent: Mapping[str, object] | None = None,
) -> Cancellation:
    """Cancel all orders of a product order, or none of them.

    The answer is done, rejected (`denied` says why), or waits for the buyer to accept what it costs.

    Raises: Forbidden, UnknownProductOrder, RequestInvalid.
    """
    must(who, Action.PLACE_ORDERS)
    must_be_text("reason", reason, LONGEST_REASON, shortest=0)
    with tools.open_unit_of_work(by=who.user_name) as work:
        found = work.product_orders.get(product_order_id)
        if not may_see(who, found.isp_code):
            raise UnknownProductOrder(product_order_id)
        ids = sorted(order.id for order in work.orders.of_product_order(product_order_id))
        orders = [work.orders.lock(order_id) for order_id in ids]
        asked = _asked(tools, who, orders[0], None, reason, reason_kind, sent)
        _assess(work, asked, orders, who, tools)
        asked = work.cancellations.get(asked.id)
        work.commit()
    return asked


@acts("cancel an order", "order", "order_id")
def cancel_order(
    tools: Tools,
    who: Principal,
    order_id: str,
    *,
    reason: str = "",
    reason_kind: CancellationReason = CancellationReason.COMMERCIAL,
    sent: Mapping[str, object] | None = None,
) -> Cancellation:
    """Cancel one order, and leave the others of its product order as they are; those that come after it fail.

    Raises: Forbidden, UnknownOrder, RequestInvalid.
    """
    must(who, Action.PLACE_ORDERS)
    must_be_text("reason", reason, LONGEST_REASON, shortest=0)
    with tools.open_unit_of_work(by=who.user_name) as work:
        orders = work.orders.lock_items(order_id)
        [order] = [one for one in orders if one.id == order_id] or [work.orders.get(order_id)]
        _must_see(who, order)
        about = None if len(orders) == 1 else order_id
        asked = _asked(tools, who, order, about, reason, reason_kind, sent)
        _assess(work, asked, orders, who, tools)
        asked = work.cancellations.get(asked.id)
        work.commit()
    return asked


def cancellation(tools: Tools, who: Principal, cancellation_id: str) -> Cancellation:
    """Raises: Forbidden, UnknownCancellation, also where it is another ISP's."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.cancellations.get(cancellation_id)
    if not may_see(who, found.isp_code):
        raise UnknownCancellation(cancellation_id)
    return found


def cancellations(tools: Tools, who: Principal, *, limit: int = 200) -> tuple[Cancellation, ...]:
    """Cancellations, newest first: an ISP's own; the operator's people see all. Raises: Forbidden."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.cancellations.all(isp_code=who.isp_code, limit=limit)


def _assess(work: UnitOfWork, asked: Cancellation, orders: Sequence[Order], who: Principal, tools: Tools) -> None:
    """Reject it, do it, or ask the buyer first whether what it costs is accepted: meanwhile work rests."""
    others = work.cancellations.of_product_order(asked.product_order_id)
    work.cancellations.add(asked)
    if any(one.state not in TASK_ENDED for one in others):
        work.cancellations.set_state(asked.id, TaskState.REJECTED, denied="Another cancellation is being assessed.")
        return
    fee_pence = 0 if who.is_operator or why_not_cancelled(work, asked, orders) else _fee_pence(asked, orders, tools)
    if not fee_pence:
        finish_cancellation(work, asked, orders)
        return
    text = "Cancellation of what is held and prepared for the order"
    charge = task_charge(asked, ChargeCause.CANCELLATION, fee_pence, text, due_in(tools))
    work.charges.add(charge)
    work.cancellations.set_state(asked.id, TaskState.ASSESSING_CHARGE, charge_id=charge.id)
    for order in orders:
        if asked.order_id in {None, order.id} and order.state not in ENDED:
            rest(work, order, OrderState.PENDING, f"Cancellation {asked.id} is being assessed.")


def _fee_pence(asked: Cancellation, orders: Sequence[Order], tools: Tools) -> int:
    """What the price list asks for each order that holds something already."""
    return sum(
        tools.catalogue_of(order).fees.cancellation_pence
        for order in orders
        if asked.order_id in {None, order.id} and order.state not in ENDED and order.service_id is not None
    )


def _asked(
    tools: Tools,
    who: Principal,
    order: Order,
    order_id: str | None,
    reason: str,
    reason_kind: CancellationReason,
    sent: Mapping[str, object] | None,
) -> Cancellation:
    return Cancellation(
        id=new_cancellation_id(),
        isp_code=order.isp_code,
        product_order_id=order.product_order_id,
        order_id=order_id,
        state=TaskState.ACKNOWLEDGED,
        reason=reason,
        reason_kind=reason_kind,
        requested_by=who.user_name,
        requested_at=tools.now(),
        sent=sent,
    )


def _must_see(who: Principal, order: Order) -> None:
    if not may_see(who, order.isp_code):
        raise UnknownOrder(order.id)
