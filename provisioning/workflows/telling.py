"""Tell the record of what exists of a circuit, an SSID or a hosted device: by its order's steps, and when asked again.

Of what else is sold the record shows nothing.
"""

from inventory.delivered import DeliveryStatus
from provisioning.orders import EventStatus, Order, OrderAction
from provisioning.services import Service, ServiceState
from provisioning.shared_ssids import tenancy_of
from provisioning.tools import Tools
from provisioning.wanted import SiteHostingWanted, SsidWanted
from provisioning.wanted_now import order_behind, wanted_of
from provisioning.workflows.documenting import delivered_circuit, delivered_ssid
from provisioning.workflows.recording_hosted import show_hosted, withdraw_hosted
from provisioning.workflows.story import find_event


def show_as_active(order: Order, service: Service, tools: Tools) -> tuple[str, bool]:
    """Show an active service as active; return its link ("" where it is not shown), and whether a cease overtook this.

    Safe to repeat. What a cease has withdrawn meanwhile is withdrawn again.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    if service.state is not ServiceState.ACTIVE:
        return "", False
    link = show(order, service, DeliveryStatus.ACTIVE, tools)
    if link and _is_being_withdrawn(service.id, tools):
        withdraw(order, service, tools)
        return "", True
    return link, False


def show(order: Order, service: Service, status: DeliveryStatus, tools: Tools) -> str:
    """Show a service as it is; return its link, "" where there is no record, or none of its kind.

    Raises: NetBoxTaken, NetBoxUnavailable, NetBoxRefused.
    """
    if service.circuit is not None:
        return tools.record.show(delivered_circuit(service, order, tools.catalogue_of(order), status))
    if isinstance(order.request.wanted, SiteHostingWanted):
        return show_hosted(service, order.request.wanted, tools)
    ssid = _ssid_of(order, service, tools)
    if ssid is None:
        return ""
    return tools.record.show_ssid(delivered_ssid(tools.load_snapshot(), service, order, ssid, status))


def _ssid_of(order: Order, service: Service, tools: Tools) -> SsidWanted | None:
    """What the SSID is that the service has, or on which it is a realm; None of anything else."""
    if service.by_hand is not None and isinstance(order.request.wanted, SsidWanted):
        return order.request.wanted
    tenancy = tenancy_of(service)
    if tenancy is None:
        return None
    with tools.open_unit_of_work(reading=True) as work:
        found = wanted_of(work, tenancy.shared)
    return found if isinstance(found, SsidWanted) else None


def withdraw(order: Order, service: Service, tools: Tools) -> None:
    """Take a service out of the record, with the device it was for; absent already is fine. `order` ends it.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    tools.record.withdraw(service.id, order.id)
    if isinstance(order.request.wanted, SiteHostingWanted):
        withdraw_hosted(service, order.request.wanted, tools)


def show_all_as_active(tools: Tools) -> tuple[str, ...]:
    """Show every active service as active; return the ids of those that are shown now.

    Raises: NetBoxUnavailable, NetBoxRefused; those before it are shown, and it can be asked for again.
    """
    with tools.open_unit_of_work(reading=True) as work:
        kept = [(order_behind(work, each.id), each) for each in work.services.in_record()]
    shown = (service.id for order, service in kept if order and show_as_active(order, service, tools)[0])
    return tuple(shown)


def _is_being_withdrawn(service_id: str, tools: Tools) -> bool:
    """Whether a cease may have looked into the record before we wrote: one that has not will find what we wrote."""
    with tools.open_unit_of_work(reading=True) as work:
        ceases = (one for one in work.orders.of_service(service_id) if one.action is OrderAction.DELETE)
        return any(find_event(work.orders.events(one.id), "withdraw", EventStatus.STARTED) for one in ceases)
