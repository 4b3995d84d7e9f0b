"""Do what is due by the clock: orders whose day has come, charges and far ends that nobody answered, last days.

Durable by the rows alone: whatever is due and was not done is found again at the next look, by whichever worker
looks, and doing it twice is the same as once. What cannot be done is said in the log, and keeps nothing after
it from its turn.
"""

from collections.abc import Callable

import structlog

from inventory.errors import DatabaseUnavailable, NeutralhostError
from provisioning.charging import end_overdue
from provisioning.errors import WrongState
from provisioning.far_ends import FarEndState
from provisioning.orders import Order, OrderState, WaitsFor
from provisioning.rights import SYSTEM
from provisioning.tools import Tools
from provisioning.workflows.accept import accept_cease
from provisioning.workflows.going_on import go_on, stop

log = structlog.get_logger(__name__)


def wake_what_is_due(tools: Tools) -> tuple[str, ...]:
    """Wake every order and end every charge whose time has come; return their ids.

    Raises: DatabaseUnavailable.
    """
    now = tools.now()
    with tools.open_unit_of_work(reading=True) as work:
        overdue = [charge.id for charge in work.charges.overdue(now)]
        due = [order.id for order in work.orders.due(now)]
        to_stop = work.services.to_stop(now.date())
    ended = [_try(_end_charge, each, tools) for each in overdue]
    woken = [_try(_wake, each, tools) for each in due]
    ceased = [_try(_cease, each, tools) for each in to_stop]
    return tuple(name for name in (*ended, *woken, *ceased) if name)


def _try(do: Callable[[str, Tools], bool], name: str, tools: Tools) -> str:
    """The name, where something was done now."""
    try:
        return name if do(name, tools) else ""
    except DatabaseUnavailable:
        raise
    except NeutralhostError as error:
        log.warning("due, and was not done", name=name, code=error.code, sentence=error.sentence)
        return ""


def _end_charge(charge_id: str, tools: Tools) -> bool:
    try:
        return not end_overdue(tools, charge_id).is_open
    except WrongState:
        return False  # answered at this moment


def _wake(order_id: str, tools: Tools) -> bool:
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if order.wait_until is None or order.wait_until > tools.now():
            return False  # woken, or given another day, at this moment
        if order.waits_for is WaitsFor.START_DATE:
            go_on(work, order)
        elif order.waits_for is WaitsFor.FAR_END_CONSENT:
            asked = work.far_ends.find(order_id)
            if asked is not None and asked.state is FarEndState.ASKED:
                work.far_ends.decide(order_id, FarEndState.LAPSED, "rule")
            stop(work, order, OrderState.FAILED, "consent-lapsed", _lapsed(order), step="approve")
        else:
            return False  # a charge's end wakes it
        work.commit()
    return True


def _lapsed(order: Order) -> str:
    until = "" if order.wait_until is None else f" until {order.wait_until:%Y-%m-%d %H:%M} UTC"
    return f"The ISP whose port it was to land on did not answer{until}."


def _cease(service_id: str, tools: Tools) -> bool:
    """The key is of the day: an end that failed is ordered again on the next. Nobody else can have one like it."""
    key = f"last day over\n{service_id}\n{tools.now().date()}"
    try:
        return accept_cease(tools, SYSTEM, service_id, key)[1]
    except WrongState:
        return False  # being changed or ceased: looked at again
