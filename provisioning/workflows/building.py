"""Wait for what must be built before an order can be delivered: for the buyer to pay for it, then for an engineer."""

from datetime import timedelta

from provisioning.build_needed import BuildNeeded
from provisioning.charges import Charge, ChargeCause, ChargeItem, ChargeKind, ChargeState
from provisioning.orders import Order, OrderState, WaitsFor
from provisioning.pricing import PriceLine
from provisioning.qualification import Qualification
from provisioning.references import new_charge_id
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.gates import Gate, wait_at

STEP = "qualify"
BY_RULE = "rule"


def await_build(work: UnitOfWork, order_id: str, answer: Qualification, tools: Tools) -> WaitsFor | None:
    """Charge the buyer for what must be built, once; agreed, wait until an engineer says that it is there.

    Returns what the order waits for. Where nothing must be paid, or the quote it cites covers it, nobody is charged.
    """
    order = work.orders.lock(order_id)
    if order.ends_as is not None or order.state is OrderState.PENDING:
        return None if order.ends_as is not None else wait_at(work, order_id, STEP, _RESTS)
    needed = answer.speeds[0].build
    if needed is None:
        return None  # yellow for a reason that nobody can build away; what is there is asked again by the design
    if needed.once_pence and not order.request.quote_id:
        asked = _asked(work, order)
        if asked is None:
            asked = _charge(order, needed, tools)
            work.charges.add(asked)
            work.orders.set_state(order_id, OrderState.HELD, why=asked.items[0].text)
        if asked.is_open:
            return wait_at(work, order_id, STEP, Gate(WaitsFor.CHARGE, _to_pay(asked), asked.due_at))
    return wait_at(work, order_id, STEP, Gate(WaitsFor.BUILD, _to_build(needed)))


_RESTS = Gate(WaitsFor.CHARGE, "Work on it rests until a charge is answered.")


def _asked(work: UnitOfWork, order: Order) -> Charge | None:
    """The newest charge for building that was not taken back."""
    found = [
        charge
        for charge in work.charges.of_product_order(order.product_order_id)
        if charge.order_id == order.id
        and charge.cause is ChargeCause.BUILD
        and charge.state is not ChargeState.WITHDRAWN
    ]
    return found[-1] if found else None


def _charge(order: Order, needed: BuildNeeded, tools: Tools) -> Charge:
    now = tools.now()
    return Charge(
        id=new_charge_id(),
        isp_code=order.isp_code,
        product_order_id=order.product_order_id,
        order_id=order.id,
        cause=ChargeCause.BUILD,
        items=tuple(_item(number, line) for number, line in enumerate(needed.lines, 1)),
        state=ChargeState.AWAITING_RESPONSE,
        created_at=now,
        due_at=now + timedelta(days=tools.settings.charge_answer_days),
        raised_by=BY_RULE,
    )


def _item(number: int, line: PriceLine) -> ChargeItem:
    return ChargeItem(str(number), ChargeKind.ONCE, line.once_pence, line.text, blocking=True)


def _to_pay(charge: Charge) -> str:
    pence = sum(item.pence for item in charge.items)
    return f"Waits until charge {charge.id} of £{pence / 100:,.2f} is answered, at most until {charge.due_at:%Y-%m-%d}."


def _to_build(needed: BuildNeeded) -> str:
    what = "; ".join(item.what for item in needed.items)
    return f"Waits until it is built: {what}. That takes {needed.lead_days} working days."
