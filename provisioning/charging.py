"""Charges of orders in progress: raised by the operator's people, answered by the buyer, or by the clock.

Everything that follows from an answer follows in its own transaction: the order goes on, or is stopped and gives
everything back; the cancellation or change of date it was for is done, or is not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from provisioning.charges import (
    Charge,
    ChargeCause,
    ChargeItem,
    ChargeKind,
    ChargeState,
    answered,
    timed_out,
    withdrawn,
)
from provisioning.deeds import acts
from provisioning.errors import RequestInvalid, WrongState
from provisioning.isps import Principal
from provisioning.life_errors import TooLateToStop, UnknownCharge
from provisioning.orders import ENDED, Order, OrderState, WaitsFor
from provisioning.policy import Action, must
from provisioning.references import new_charge_id
from provisioning.rights import LONGEST_REASON, may_see, must_be_text
from provisioning.settling_tasks import settle_task
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.going_on import stop
from provisioning.workflows.holding_up import rest, resume

MOST_ITEMS = 20
MOST_PENCE = 10**9


@dataclass(frozen=True, slots=True)
class ChargeAsked:
    """One component of a charge to be raised: pence, once or every month, what for, and whether work waits for it."""

    kind: ChargeKind
    pence: int
    text: str
    blocking: bool = True


@acts("raise a charge", "order", "order_id")
def raise_charge(
    tools: Tools, who: Principal, order_id: str, items: Sequence[ChargeAsked], *, due_at: datetime | None = None
) -> Charge:
    """Ask the buyer for more money for an order in progress. Where an item blocks, work rests until it is answered.

    Raises: Forbidden, UnknownOrder, RequestInvalid, WrongState; TooLateToStop, where it blocks and is past stopping.
    """
    must(who, Action.SET_CHARGES)
    _check(items, due_at, tools.now())
    with tools.open_unit_of_work(by=who.user_name) as work:
        order = work.orders.lock(order_id)
        if order.state not in {OrderState.IN_PROGRESS, OrderState.HELD}:
            raise WrongState("order", order_id, order.state, "charged more for: it is not in progress")
        charge = _charge(order, items, due_at, who, tools)
        if charge.is_blocking and not order.can_stop:
            raise TooLateToStop(order_id, order.step)
        work.charges.add(charge)
        if charge.is_blocking:
            rest(work, order, OrderState.HELD, charge.items[0].text)
        work.commit()
    return charge


@acts("answer a charge", "charge", "charge_id")
def answer_charge(
    tools: Tools,
    who: Principal,
    charge_id: str,
    answers: Mapping[str, bool],
    notes: Mapping[str, str] | None = None,
) -> Charge:
    """Accept (True) or decline (False) items of a charge, by their ids; the buyer's own people, or the operator for it.

    Raises: Forbidden, UnknownCharge, RequestInvalid (no such item, or it is answered), WrongState.
    """
    must(who, Action.PLACE_ORDERS)
    for note in (notes or {}).values():
        must_be_text("note", note, LONGEST_REASON, shortest=0)

    def answer(charge: Charge) -> Charge:
        awaiting = {item.id for item in charge.items if item.state.value == "awaitingResponse"}
        for item_id in answers:
            if item_id not in awaiting:
                raise RequestInvalid("items", f"the charge has no item {item_id!r} that awaits an answer")
        return answered(charge, answers, notes)

    return _change(tools, who.user_name, charge_id, answer, sees=who)


@acts("withdraw a charge", "charge", "charge_id")
def withdraw_charge(tools: Tools, who: Principal, charge_id: str) -> Charge:
    """Take an open charge back: the order, or what was asked of it, goes on as if it had never been raised.

    Raises: Forbidden, UnknownCharge, WrongState.
    """
    must(who, Action.SET_CHARGES)
    return _change(tools, who.user_name, charge_id, withdrawn)


def end_overdue(tools: Tools, charge_id: str) -> Charge:
    """Take silence for a no, where the charge is overdue still. Raises: UnknownCharge, WrongState."""

    def time_out(charge: Charge) -> Charge:
        return timed_out(charge) if charge.due_at <= tools.now() else charge

    return _change(tools, "rule", charge_id, time_out)


def charge(tools: Tools, who: Principal, charge_id: str) -> Charge:
    """Raises: Forbidden, UnknownCharge, also where it is another ISP's."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        return _seen(work, who, charge_id)


def charges(tools: Tools, who: Principal, *, is_open: bool | None = None, limit: int = 200) -> tuple[Charge, ...]:
    """Charges, newest first: an ISP's own; the operator's people see all. Raises: Forbidden."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.charges.all(isp_code=who.isp_code, is_open=is_open, limit=limit)


def _change(
    tools: Tools, by: str, charge_id: str, change: Callable[[Charge], Charge], *, sees: Principal | None = None
) -> Charge:
    """Change an open charge, and let follow what follows from it; its orders are locked first."""
    with tools.open_unit_of_work(by=by) as work:
        before = work.charges.get(charge_id) if sees is None else _seen(work, sees, charge_id)
        orders = _orders_of(work, before)
        before = work.charges.get(charge_id)
        if not before.is_open:
            raise WrongState("charge", charge_id, before.state, "answered: it is not open any more")
        after = change(before)
        work.charges.save(after)
        if not after.is_open:
            _follow(work, after, orders, tools)
        after = work.charges.get(charge_id)
        work.commit()
    return after


def _orders_of(work: UnitOfWork, charge: Charge) -> tuple[Order, ...]:
    """The orders that its end may move, locked in the order of all locks."""
    if charge.order_id is not None:
        return work.orders.lock_items(charge.order_id)
    ids = sorted(order.id for order in work.orders.of_product_order(charge.product_order_id))
    return tuple(work.orders.lock(order_id) for order_id in ids)


def _follow(work: UnitOfWork, charge: Charge, orders: Sequence[Order], tools: Tools) -> None:
    if charge.task_id is not None:
        settle_task(work, charge, orders, tools)
        return
    [order] = [one for one in orders if one.id == charge.order_id]
    if order.state in ENDED or order.ends_as in ENDED:
        return
    if charge.is_declined:
        if order.can_stop:
            stop(work, order, OrderState.FAILED, "charge-declined", _declined(charge), charge=charge.id)
        return
    resume(work, order)
    if order.waits_for is WaitsFor.CHARGE and charge.cause is ChargeCause.BUILD:
        work.orders.set_expected_on(order.id, None)


def _declined(charge: Charge) -> str:
    if charge.state is ChargeState.TIMEOUT:
        return f"Charge {charge.id} was not answered until {charge.due_at:%Y-%m-%d %H:%M} UTC: that counts as declined."
    return f"Charge {charge.id}, which it cannot do without, was declined."


def _seen(work: UnitOfWork, who: Principal, charge_id: str) -> Charge:
    found = work.charges.get(charge_id)
    if not may_see(who, found.isp_code):
        raise UnknownCharge(charge_id)
    return found


def _charge(
    order: Order, items: Sequence[ChargeAsked], due_at: datetime | None, who: Principal, tools: Tools
) -> Charge:
    now = tools.now()
    return Charge(
        id=new_charge_id(),
        isp_code=order.isp_code,
        product_order_id=order.product_order_id,
        order_id=order.id,
        cause=ChargeCause.SELLER,
        items=tuple(
            ChargeItem(str(number), item.kind, item.pence, item.text, item.blocking)
            for number, item in enumerate(items, 1)
        ),
        state=ChargeState.AWAITING_RESPONSE,
        created_at=now,
        due_at=due_at or now + timedelta(days=tools.settings.charge_answer_days),
        raised_by=who.user_name,
    )


def _check(items: Sequence[ChargeAsked], due_at: datetime | None, now: datetime) -> None:
    if not 1 <= len(items) <= MOST_ITEMS:
        raise RequestInvalid("items", f"a charge has 1 to {MOST_ITEMS} items, and this has {len(items)}")
    for item in items:
        must_be_text("text", item.text, LONGEST_REASON)
        if not 1 <= item.pence <= MOST_PENCE:
            raise RequestInvalid("pence", f"an item costs 1 to {MOST_PENCE} pence")
    if due_at is not None and due_at <= now:
        raise RequestInvalid("due_at", "the buyer can answer only in the future")
