"""A part of an inventory: some places with what stands there, and the links between that. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from inventory.devices import Device, DeviceRole
from inventory.errors import UnknownThing
from inventory.plant_parts import with_plant_under
from inventory.snapshot import Inventory


@dataclass(frozen=True, slots=True)
class Part:
    """A named selection: these places' switches and these other devices, and the handovers of these ISPs there."""

    name: str
    places: tuple[str, ...]
    devices: tuple[str, ...]
    isps: tuple[str, ...]


INNER = Part(
    "inner",
    places=(
        *("dx-science-park", "dx-corridor", "dx-health"),
        *("dxp-hulme", "dxp-moss-side", "dxp-longsight", "dxp-levenshulme"),
    ),
    devices=(
        *("nte-0010", "nte-0011", "nte-0014", "nte-0015", "nte-0018", "nte-0019", "nte-0042", "nte-0043"),
        *("ap-hulme-1", "ap-moss-side-1"),
    ),
    isps=("quayside", "loomlight", "peppermoth"),
)
"""Of the Manchester example: 3 DXs (4 switches in two rings), 4 DXPs with two uplinks each, 8 NTEs, 2 APs, 3 ISPs."""

PARTS = {part.name: part for part in (INNER,)}


def part_named(name: str) -> Part:
    """Raises: UnknownThing."""
    if name not in PARTS:
        raise UnknownThing("part of an inventory", name)
    return PARTS[name]


def part_of(inventory: Inventory, part: Part) -> Inventory:
    """Return that part alone: places, premises, devices, ports, links, ISPs and handovers, and its links' plant.

    Raises: UnknownThing, where the inventory lacks a device of the part; StrandLoop.
    """
    devices = tuple(_chosen(inventory.devices, part))
    names = {device.name for device in devices}
    if missing := sorted(set(part.devices) - names):
        raise UnknownThing("device", missing[0])
    uprns = {device.uprn for device in devices if device.uprn is not None}
    found = Inventory(
        places=tuple(place for place in inventory.places if place.code in part.places),
        premises=tuple(one for one in inventory.premises if one.uprn in uprns),
        organisations=inventory.organisations,
        devices=devices,
        ports=tuple(port for port in inventory.ports if port.ref.device in names),
        links=tuple(one for one in inventory.links if one.a.device in names and one.z.device in names),
        handovers=tuple(one for one in inventory.handovers if one.port.device in names and one.isp_code in part.isps),
    )
    return with_plant_under(found, inventory)


def _chosen(devices: Iterable[Device], part: Part) -> Iterable[Device]:
    for device in devices:
        at_place = device.place_code in part.places and device.role is DeviceRole.SWITCH
        if at_place or device.name in part.devices:
            yield device
