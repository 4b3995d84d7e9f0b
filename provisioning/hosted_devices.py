"""The device that a site slot was sold for, as the inventory has it: pure.

It is its tenant's. It has no management address, so nothing of the automation ever speaks to it.
"""

from dataclasses import replace

from inventory.devices import Device, DeviceRole, Lifecycle
from inventory.hosting import SiteSlot
from inventory.snapshot import Inventory
from provisioning.services import Service
from provisioning.wanted import SiteHostingWanted

UNKNOWN_MAKER = "unknown"


def hosted_name(service: Service, wanted: SiteHostingWanted) -> str:
    """The device's name: one service, one device, for as long as there is either."""
    return f"{wanted.equipment.value}-{service.id.lower()}"


def hosted_device(service: Service, wanted: SiteHostingWanted) -> tuple[Device, SiteSlot] | None:
    """The device and its slot, as an active service has them; None where the service holds no hosting position."""
    its = service.by_hand
    if its is None or its.hosting is None:
        return None
    name = hosted_name(service, wanted)
    device = Device(
        name=name,
        role=DeviceRole(wanted.equipment.value),
        platform="",
        manufacturer=wanted.manufacturer or UNKNOWN_MAKER,
        model=wanted.model or wanted.equipment.words,
        serial=wanted.serial,
        place_code=wanted.place,
        uprn=None,
        management_address=None,
        lifecycle=Lifecycle.LIVE,
    )
    port = None if its.carried is None or its.carried.backhaul is None else its.carried.backhaul.uni
    return device, SiteSlot(name, service.isp_code, its.hosting, wanted.power_w, port)


def with_hosted(inventory: Inventory, device: Device, slot: SiteSlot) -> Inventory:
    """The inventory with this device, whatever it had under its name. Same input, same answer."""
    if device in inventory.devices and slot in inventory.site_slots:
        return inventory
    bare = without_hosted(inventory, device.name)
    return replace(bare, devices=(*bare.devices, device), site_slots=(*bare.site_slots, slot))


def without_hosted(inventory: Inventory, name: str) -> Inventory:
    """The inventory without the device and its slot."""
    return replace(
        inventory,
        devices=tuple(device for device in inventory.devices if device.name != name),
        site_slots=tuple(slot for slot in inventory.site_slots if slot.device != name),
    )
