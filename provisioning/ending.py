"""End what is over: reservations and services whose window has passed give back what they held.

Durable by the rows alone: whatever is over and still holds is found again at the next look, by
whichever worker looks, and ending it twice is the same as once. What cannot be ended is said in the
log, and keeps nothing after it from its end. Days are those of UTC; in Britain a window therefore
ends at midnight or, in summer, at one o'clock after its last day.
"""

from collections.abc import Callable

import structlog

from inventory.errors import DatabaseUnavailable, NeutralhostError
from provisioning.errors import WrongState
from provisioning.orders import Order, OrderAction, OrderState, WaitsFor
from provisioning.reservations import ReservationState
from provisioning.reserving import end_reservation
from provisioning.rights import SYSTEM
from provisioning.tools import Tools
from provisioning.workflows.accept import accept_cease
from provisioning.workflows.going_on import stop

log = structlog.get_logger(__name__)

OVER = "Its window is over."


def end_what_is_over(tools: Tools) -> tuple[str, ...]:
    """End every reservation, and order the end of every service, whose last day was before today; return their ids.

    A service that is still being made is not: its order is declined where it waits for a person.

    Raises: DatabaseUnavailable.
    """
    with tools.open_unit_of_work(reading=True) as work:
        holders = work.holds.over(tools.now().date())
    ended = [_end(_end_reservation, each.reservation_id, tools) for each in holders if each.reservation_id is not None]
    ceased = [_end(_end_service, each.service_id, tools) for each in holders if each.service_id is not None]
    return tuple(name for name in (*ended, *ceased) if name)


def _end(end: Callable[[str, Tools], bool], name: str, tools: Tools) -> str:
    """The name, where it was ended now. One that cannot be ended must not keep the others from it."""
    try:
        return name if end(name, tools) else ""
    except DatabaseUnavailable:
        raise
    except NeutralhostError as error:
        log.warning("window is over, and was not ended", name=name, code=error.code, sentence=error.sentence)
        return ""


def _end_reservation(reservation_id: str, tools: Tools) -> bool:
    with tools.open_unit_of_work() as work:
        try:
            end_reservation(work, reservation_id, ReservationState.ENDED)
        except WrongState:
            return False  # somebody released it at this moment
        work.commit()
    return True


def _end_service(service_id: str, tools: Tools) -> bool:
    """The key is of the day: an end that failed is ordered again on the next. Nobody else can have one like it, for
    what people send is held to characters that can be printed."""
    key = f"window over\n{service_id}\n{tools.now().date()}"
    try:
        _order, is_new = accept_cease(tools, SYSTEM, service_id, key)
    except WrongState:
        waiting = _waiting_order(service_id, tools)
        if waiting is None:
            return False  # being delivered or being ceased: its own order ends it
        return _decline(waiting.id, tools)
    return is_new


def _decline(order_id: str, tools: Tools) -> bool:
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        work.orders.end_wait(order_id, WaitsFor.APPROVAL)
        by = {"by": SYSTEM.user_name, "reason": OVER}
        stop(work, order, OrderState.CANCELLED, "declined", f"Declined by {by['by']}: {OVER}", step="approve", **by)
        work.commit()
    return True


def _waiting_order(service_id: str, tools: Tools) -> Order | None:
    with tools.open_unit_of_work(reading=True) as work:
        return next(
            (
                order
                for order in work.orders.of_service(service_id)
                if order.awaiting_approval and order.action is OrderAction.ADD
            ),
            None,
        )
