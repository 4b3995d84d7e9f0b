"""An order whose devices changed since it was approved is rehearsed again, and approved again where that differs."""

from provisioning.orders import EventStatus
from provisioning.tools import Tools
from provisioning.workflows.going_on import walk_on
from provisioning.workflows.story import REHEARSED_AGAIN

MOST_AGAIN = 5
"""How often; then somebody or something changes the devices again and again, and the order fails."""


def rehearse_again(order_id: str, text: str, tools: Tools, walk: int) -> bool:
    """Enqueue the walk that goes on from the rehearsal; False where the order ends, or it was so too often."""
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        times = sum(event.step == REHEARSED_AGAIN for event in work.orders.events(order_id))
        if order.walk != walk or order.ends_as is not None or times >= MOST_AGAIN:
            return False
        work.orders.record(order_id, REHEARSED_AGAIN, EventStatus.DONE, text)
        work.orders.set_step(order_id, "rehearse")
        walk_on(work, order)
        work.commit()
    return True
