"""Tell the record of what exists that a circuit is active: by its order's last step, and again when somebody asks."""

from inventory.delivered import DeliveryStatus
from provisioning.orders import EventStatus, Order, OrderAction
from provisioning.services import Service, ServiceState
from provisioning.tools import Tools
from provisioning.workflows.documenting import delivered_circuit
from provisioning.workflows.story import find_event


def show_as_active(order: Order, service: Service, tools: Tools) -> tuple[str, bool]:
    """Show an active circuit as active; return its link ("" where it is not shown), and whether a cease overtook this.

    Safe to repeat. What a cease has withdrawn meanwhile is withdrawn again.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    if service.circuit is None or service.state is not ServiceState.ACTIVE:
        return "", False
    link = tools.record.show(delivered_circuit(service, order, tools.catalogue_of(order), DeliveryStatus.ACTIVE))
    if link and _is_being_withdrawn(service.id, tools):
        tools.record.withdraw(service.id, order.id)
        return "", True
    return link, False


def show_all_as_active(tools: Tools) -> tuple[str, ...]:
    """Show every active service as active; return the ids of those that are shown now.

    Raises: NetBoxUnavailable, NetBoxRefused; those before it are shown, and it can be asked for again.
    """
    with tools.open_unit_of_work(reading=True) as work:
        kept = [(_order_of(work.orders.of_service(each.id)), each) for each in work.services.with_circuit()]
    return tuple(service.id for order, service in kept if show_as_active(order, service, tools)[0])


def _order_of(orders: tuple[Order, ...]) -> Order:
    """The order that a service came from."""
    return next(order for order in orders if order.action is OrderAction.ADD)


def _is_being_withdrawn(service_id: str, tools: Tools) -> bool:
    """Whether a cease may have looked into the record before we wrote: one that has not will find what we wrote."""
    with tools.open_unit_of_work(reading=True) as work:
        ceases = (one for one in work.orders.of_service(service_id) if one.action is OrderAction.DELETE)
        return any(find_event(work.orders.events(one.id), "withdraw", EventStatus.STARTED) for one in ceases)
