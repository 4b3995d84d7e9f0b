"""Put the device of a site slot into the record of what exists when its service is active, and take it out at its end.

The record is the inventory: NetBox first where one is set, then our mirror.
"""

from provisioning.hosted_devices import hosted_device, hosted_name, with_hosted, without_hosted
from provisioning.services import Service, ServiceState
from provisioning.tools import Tools
from provisioning.wanted import SiteHostingWanted


def show_hosted(service: Service, wanted: SiteHostingWanted, tools: Tools) -> str:
    """Put it in, once it is active; return its name, "" where it is not put in. Twice is the same as once.

    Raises: NetBoxUnavailable, NetBoxRefused, NetBoxEdited; InventoryInvalid, where something else hangs in its position
        still, or NetBox holds a broken object of it.
    """
    found = hosted_device(service, wanted)
    if found is None or service.state is not ServiceState.ACTIVE or tools.change_inventory is None:
        return ""
    tools.change_inventory(lambda inventory: with_hosted(inventory, *found))
    return found[0].name


def withdraw_hosted(service: Service, wanted: SiteHostingWanted, tools: Tools) -> None:
    """Take it out; absent already is fine.

    Raises: NetBoxUnavailable, NetBoxRefused, NetBoxEdited; InventoryInvalid, where NetBox holds a broken object of it.
    """
    name = hosted_name(service, wanted)
    if tools.change_inventory is not None and name in tools.load_snapshot().devices:
        tools.change_inventory(lambda inventory: without_hosted(inventory, name))
