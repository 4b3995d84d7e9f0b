"""What most steps read before they begin."""

from provisioning.errors import UnknownService
from provisioning.orders import Order
from provisioning.services import Service
from provisioning.tools import Tools


def read_order_and_service(order_id: str, tools: Tools) -> tuple[Order, Service]:
    """The order and the service it made or is about.

    Raises: UnknownOrder, UnknownService.
    """
    order, service = read_order_and_any_service(order_id, tools)
    if service is None:
        raise UnknownService(f"of {order_id}")
    return order, service


def read_order_and_any_service(order_id: str, tools: Tools) -> tuple[Order, Service | None]:
    """The order, and its service where it got as far as one. Raises: UnknownOrder."""
    with tools.open_unit_of_work(reading=True) as work:
        order = work.orders.get(order_id)
        return order, None if order.service_id is None else work.services.get(order.service_id)
