"""Have an order on another day than it was asked for: later, sooner, or as soon as can be."""

from collections.abc import Mapping
from datetime import date

from provisioning.chargeable_tasks import TASK_ENDED, DateChange, TaskState
from provisioning.charges import ChargeCause
from provisioning.deeds import acts
from provisioning.errors import UnknownOrder
from provisioning.isps import Principal
from provisioning.life_errors import UnknownDateChange
from provisioning.orders import Order, OrderState
from provisioning.policy import Action, must
from provisioning.references import new_date_change_id
from provisioning.rights import may_see
from provisioning.settling_tasks import due_in, finish_date_change, task_charge, why_not_on
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.holding_up import rest


@acts("change an order's date", "order", "order_id")
def change_date(
    tools: Tools,
    who: Principal,
    order_id: str,
    wanted: date | None,
    *,
    expedite: bool = False,
    sent: Mapping[str, object] | None = None,
) -> DateChange:
    """Have the order on the day `wanted`, or as soon as can be (None); `expedite` pays for it to be sooner.

    The answer is done, rejected (`denied` says why), or waits for the buyer to accept what it costs.

    Raises: Forbidden, UnknownOrder.
    """
    must(who, Action.PLACE_ORDERS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        order = work.orders.lock(order_id)
        if not may_see(who, order.isp_code):
            raise UnknownOrder(order_id)
        asked = DateChange(
            id=new_date_change_id(),
            isp_code=order.isp_code,
            product_order_id=order.product_order_id,
            order_id=order_id,
            state=TaskState.ACKNOWLEDGED,
            was=order.request.start,
            wanted=wanted,
            expedite=expedite,
            requested_by=who.user_name,
            requested_at=tools.now(),
            sent=sent,
        )
        _assess(work, asked, order, tools)
        asked = work.date_changes.get(asked.id)
        work.commit()
    return asked


def date_change(tools: Tools, who: Principal, change_id: str) -> DateChange:
    """Raises: Forbidden, UnknownDateChange, also where it is another ISP's."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.date_changes.get(change_id)
    if not may_see(who, found.isp_code):
        raise UnknownDateChange(change_id)
    return found


def date_changes(tools: Tools, who: Principal, *, limit: int = 200) -> tuple[DateChange, ...]:
    """Changes of date, newest first: an ISP's own; the operator's people see all. Raises: Forbidden."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.date_changes.all(isp_code=who.isp_code, limit=limit)


def _assess(work: UnitOfWork, asked: DateChange, order: Order, tools: Tools) -> None:
    others = work.date_changes.of_product_order(order.product_order_id)
    work.date_changes.add(asked)
    if any(one.order_id == order.id and one.state not in TASK_ENDED for one in others):
        work.date_changes.set_state(asked.id, TaskState.REJECTED, denied="Another change of date is being assessed.")
        return
    fee_pence = tools.catalogue_of(order).fees.expedite_pence if asked.expedite else 0
    if not fee_pence or why_not_on(work, order, asked, tools):
        finish_date_change(work, asked, [order], tools)
        return
    text = "Expedited: done before it would be by itself"
    charge = task_charge(asked, ChargeCause.DATE_CHANGE, fee_pence, text, due_in(tools))
    work.charges.add(charge)
    work.date_changes.set_state(asked.id, TaskState.ASSESSING_CHARGE, charge_id=charge.id)
    rest(work, order, OrderState.PENDING, f"Change of date {asked.id} is being assessed.")
