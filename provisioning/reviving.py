"""Take up again what an error of ours left behind: an order that waits for nothing, and that nobody works on.

A workflow of the engine that ended by an error of its own, or that was lost with a database put
back from a backup, leaves its order in the middle. Such an order is walked again from where it had
come to; one that is left behind again and again fails, and what it did is taken back.
"""

from datetime import datetime, timedelta

import structlog

from provisioning.change_plans import CHANGE_PLAN
from provisioning.orders import ENDED, EventStatus, Order, OrderState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.going_on import walk_on

log = structlog.get_logger(__name__)

REVIVE = "revive"
"""Not a step of any walk: where an order's events say that it was taken up again."""

MOST_REVIVALS = 3
STILL_FOR = timedelta(minutes=2)  # nothing was written about it for so long


def revive_stranded(tools: Tools) -> tuple[str, ...]:
    """Take up every order that was left behind; return their ids.

    Raises: DatabaseUnavailable.
    """
    before = tools.now() - STILL_FOR
    _revive_plans(before, tools)
    with tools.open_unit_of_work(reading=True) as work:
        still = work.orders.still_since(before)
    if not still:
        return ()
    with tools.open_unit_of_work(reading=True) as work:
        worked_on = {each.order_id for each in work.jobs.unfinished()}
    return tuple(order.id for order in still if order.id not in worked_on and _revive(order, before, tools))


def _revive_plans(before: datetime, tools: Tools) -> None:
    """A change plan is walked again from its state: every step of it is safe to repeat."""
    with tools.open_unit_of_work(reading=True) as work:
        still = work.change_plans.still_since(before)
    if not still:
        return
    with tools.open_unit_of_work(reading=True) as work:
        worked_on = {each.order_id for each in work.jobs.unfinished()}
    for plan in still:
        with tools.open_unit_of_work() as work:
            now = work.change_plans.lock(plan.id)
            if plan.id not in worked_on and now.walk == plan.walk and now.updated_at < before:
                work.change_plans.record(plan.id, "An error of ours had stopped the work on it; it is taken up again.")
                work.jobs.walk(CHANGE_PLAN, plan.id, work.change_plans.next_walk(plan.id))
                work.commit()
                log.error("change plan was left behind by an error, and is taken up again", plan=plan.id)


def _revive(order: Order, before: datetime, tools: Tools) -> bool:
    with tools.open_unit_of_work() as work:
        now = work.orders.lock(order.id)
        if now.walk != order.walk or now.updated_at >= before or now.state in ENDED or now.waits_for is not None:
            return False  # somebody has taken it up since the look
        _take_up(work, now)
        work.commit()
    log.error("order was left behind by an error, and is taken up again", order=order.id, step=order.step)
    return True


def _take_up(work: UnitOfWork, order: Order) -> None:
    times = sum(event.step == REVIVE for event in work.orders.events(order.id))
    if times < MOST_REVIVALS:
        text = "An error of ours had stopped the work on it; it is taken up again."
        work.orders.record(order.id, REVIVE, EventStatus.DONE, text)
    elif order.ends_as is None:
        text = "Errors of ours stopped the work on it again and again; what was done is taken back."
        facts = {"code": "internal-error", "next_step": "The operator finds the errors in the log of the workers."}
        work.orders.record(order.id, REVIVE, EventStatus.FAILED, text, facts)
        work.orders.end_as(order.id, OrderState.FAILED)
    walk_on(work, order)
