"""End what is over: reservations and services whose window has passed give back what they held.

Durable by the rows alone: whatever is over and still holds is found again at the next look, by
whichever worker looks, and ending it twice is the same as once.
"""

from provisioning.errors import WrongState
from provisioning.reservations import ReservationState
from provisioning.reserving import end_reservation
from provisioning.rights import SYSTEM
from provisioning.tools import Tools
from provisioning.workflows.accept import accept_cease


def end_what_is_over(tools: Tools) -> tuple[str, ...]:
    """End every reservation, and order the end of every service, whose last day was before today; return their ids."""
    with tools.open_unit_of_work(reading=True) as work:
        holders = work.holds.over(tools.now().date())
    ended = [_end_reservation(each.reservation_id, tools) for each in holders if each.reservation_id is not None]
    ceased = [_cease(each.service_id, tools) for each in holders if each.service_id is not None]
    return tuple(name for name in (*ended, *ceased) if name)


def _end_reservation(reservation_id: str, tools: Tools) -> str:
    with tools.open_unit_of_work() as work:
        try:
            end_reservation(work, reservation_id, ReservationState.ENDED)
        except WrongState:
            return ""  # somebody released it at this moment
        work.commit()
    return reservation_id


def _cease(service_id: str, tools: Tools) -> str:
    try:
        _order, is_new = accept_cease(tools, SYSTEM, service_id, f"window-over-{service_id}")
    except WrongState:
        return ""  # being delivered or being ceased: its own order ends it
    return service_id if is_new else ""
