"""What is due when an order has ended: others may have waited for it."""

from provisioning.orders import Order, WaitsFor
from provisioning.tools import Tools
from provisioning.workflows.validating import tell_those_after


def after_end(order: Order, tools: Tools) -> None:
    """Let those go on that come after this order, or stop them. Twice is the same as once.

    Asked by the walk after the order's end, and again where it crashed before: a walk is not over until then.
    """
    with tools.open_unit_of_work(reading=True) as work:
        others = work.orders.of_product_order(order.product_order_id)
    if any(order.item_id in one.after or one.waits_for is WaitsFor.OTHER_ITEMS for one in others):
        with tools.open_unit_of_work() as work:
            tell_those_after(work, work.orders.get(order.id))
            work.commit()
