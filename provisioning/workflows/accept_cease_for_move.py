"""Order the end of a service whose line has moved to another ISP, in the transaction that moved it.

Its ISP finds an order to delete among its own, with the reason; of who took the line over it is told nothing.
"""

from provisioning.orders import EventStatus
from provisioning.rights import SYSTEM
from provisioning.services import Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.accept import keep_alone, new_delete, request_digest
from provisioning.workflows.cease import LINE_MOVED
from provisioning.workflows.going_on import begin

MOVED = "The subscriber has moved to another provider: the line is no longer this service's, and it ends."


def cease_for_move(work: UnitOfWork, tools: Tools, losing: Service, moved_by: str) -> None:
    """Order it, once. To be committed by the caller, with what makes it so."""
    order = new_delete(tools, SYSTEM, losing, None)
    # A key of people cannot be like this one: what they send is held to characters that can be printed.
    accepted = keep_alone(work, order, f"moved\n{moved_by}", request_digest(order.action, order.request, losing.id))
    if accepted is order:
        work.orders.record(order.id, "accept", EventStatus.DONE, MOVED, {"code": LINE_MOVED})
        work.services.set_state(losing.id, ServiceState.PENDING_TERMINATE, was=ServiceState.PENDING_CHANGE, why=MOVED)
        begin(work, order)
