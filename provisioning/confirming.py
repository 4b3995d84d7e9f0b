"""An engineer's word that what an order waits for is there."""

from inventory.confidence import Confidence
from provisioning.carrying import Carrying
from provisioning.deeds import acts
from provisioning.errors import WrongState
from provisioning.isps import Principal
from provisioning.life_errors import BuildLacking
from provisioning.orders import Order, WaitsFor
from provisioning.policy import Action, must
from provisioning.reserve import qualify_order
from provisioning.tools import Tools
from provisioning.workflows.going_on import go_on


@acts("confirm that it is built", "order", "order_id")
def confirm_built(tools: Tools, who: Principal, order_id: str) -> Order:
    """An engineer says that what an order waits for is built: it is looked at on the inventory of now, and goes on.

    Raises: Forbidden, UnknownOrder, WrongState; BuildLacking, where it cannot be delivered still: it waits on.
    """
    must(who, Action.CONFIRM_WORK)
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(by=who.user_name) as work:
        order = work.orders.lock(order_id)
        if order.waits_for is not WaitsFor.BUILD:
            raise WrongState("order", order_id, order.state, "confirmed as built: it waits for nothing to be built")
        carrying = Carrying(tools.now().date(), tools.losses)
        answer = qualify_order(work, snapshot, tools.catalogue_of(order), order.request, carrying)
        if answer.confidence is not Confidence.GREEN:
            raise BuildLacking(order_id, answer.reasons)
        go_on(work, order)
        found = work.orders.get(order_id)
        work.commit()
    return found
