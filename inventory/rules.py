"""The rules any inventory must keep to be loaded at all, whatever source it comes from. Pure.

What breaks one is a fault; what is merely suspicious is `inventory.check`'s subject.
"""

import math
from collections.abc import Hashable, Iterator, Sequence
from typing import Any
from weakref import WeakValueDictionary

from inventory.breaches import Breach, Key, Known
from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.difference import difference_of
from inventory.errors import Fault
from inventory.handovers import Handover
from inventory.hosting_rules import find_hosting_breaches
from inventory.joint_rules import find_joint_breaches
from inventory.keys import KEYS
from inventory.plant_rules import find_place_breaches, find_plant_breaches
from inventory.port_channel_rules import find_channel_breaches
from inventory.snapshot import Inventory


def find_faults(inventory: Inventory, sound: Inventory | None = None) -> tuple[Fault, ...]:
    """Return every broken rule; a fault's `where` is the field of Inventory, its reason names the thing.

    Where it was made of an inventory that is known to be sound, give that too: what is one and the same tuple in both,
    and cannot be broken by what differs, is then not looked at again.
    """
    return tuple(Fault(breach.field, None, breach.reason) for breach in find_breaches(inventory, sound))


_sound: WeakValueDictionary[int, Inventory] = WeakValueDictionary()
"""Inventories that were found sound, by identity, as long as they live: what was read from files and is
then written is not looked at twice. (By value would be to compare whole cities.)"""


def find_breaches(inventory: Inventory, sound: Inventory | None = None) -> Sequence[Breach]:
    """Return every broken rule, kind by kind; of `sound` see `find_faults`."""
    if _sound.get(id(inventory)) is inventory:
        return ()
    found = tuple(_all_breaches(inventory, sound))
    if not found:
        _sound[id(inventory)] = inventory
    return found


def _all_breaches(inventory: Inventory, sound: Inventory | None = None) -> Iterator[Breach]:
    yield from _twice(inventory, sound)
    yield from _premises(inventory)
    yield from _devices(inventory)
    yield from _ports(inventory)
    yield from _links(inventory)
    yield from find_channel_breaches(inventory)
    yield from _handovers(inventory)
    known = Known(inventory)
    is_apart = sound is not None and _leaves_plant_alone(sound, inventory)
    yield from find_place_breaches(known) if is_apart else find_plant_breaches(known)
    yield from find_hosting_breaches(known)
    if not is_apart:
        yield from find_joint_breaches(known)


_REFERRED_TO = ("organisations", "places", "ports")
"""What the plant refers to outside itself. More of these break nothing of it; one that went or changed might."""
_PLANT = (
    *("ducts", "bores", "cables", "cable_bores", "strands", "closures", "splices", "odfs", "odf_positions", "patches"),
    *("consents", "consent_covers"),
)


def _leaves_plant_alone(before: Inventory, after: Inventory) -> bool:
    """Whether the plant of a sound inventory is as sound in what was made of it."""
    if any(getattr(before, name) is not getattr(after, name) for name in _PLANT):
        return False
    difference = difference_of(before, after)
    return all(difference.of(name).only_adds for name in _REFERRED_TO)


def _twice(inventory: Inventory, sound: Inventory | None) -> Iterator[Breach]:
    for field, noun, key in KEYS:
        things: Sequence[Any] = getattr(inventory, field)
        if sound is not None and getattr(sound, field) is things:
            continue
        keys = list(map(key, things))
        if len(set(keys)) < len(keys):
            yield from _repeated(field, noun, keys)


def _repeated(field: str, noun: str, keys: Sequence[Hashable]) -> Iterator[Breach]:
    seen: set[Hashable] = set()
    for position, key in enumerate(keys):
        if key in seen:
            yield Breach(field, position, f"{noun} {key} stands here a second time")
        seen.add(key)


def _premises(inventory: Inventory) -> Iterator[Breach]:
    known = {place.code for place in inventory.places}
    for position, premises in enumerate(inventory.premises):
        place = premises.serving_place
        if place is not None and place not in known:
            reason = f"UPRN {premises.uprn} is served from {place!r}, no known place"
            yield Breach("premises", position, reason, ("places", place))


def _devices(inventory: Inventory) -> Iterator[Breach]:
    places = {place.code for place in inventory.places}
    uprns = {premises.uprn for premises in inventory.premises}
    for position, device in enumerate(inventory.devices):
        if device.place_code is not None and device.place_code not in places:
            reason = f"{device.name} stands at {device.place_code!r}, no known place"
            yield Breach("devices", position, reason, ("places", device.place_code))
        if device.uprn is not None and device.uprn not in uprns:
            reason = f"{device.name} stands at UPRN {device.uprn}, no known premises"
            yield Breach("devices", position, reason, ("premises", device.uprn))
        yield from (Breach("devices", position, f"{device.name} {reason}") for reason in _stands_wrong(device))


def _stands_wrong(device: Device) -> Iterator[str]:
    if device.role is DeviceRole.NTE and device.uprn is None:
        yield "is an NTE without premises"
    if device.role is not DeviceRole.NTE and device.uprn is not None:
        yield "stands at premises, which only an NTE may"
    if device.role is not DeviceRole.NTE and device.place_code is None:
        yield "stands nowhere: it needs a place"
    if device.role.is_hosted and (device.management_address is not None or device.platform):
        yield f"is a {device.role} with an address or a platform: it is its tenant's, and is never spoken to"


_ROLES_BY_DEVICE = {
    DeviceRole.SWITCH: {PortRole.NNI, PortRole.HANDOVER},
    DeviceRole.NTE: {PortRole.NNI, PortRole.UNI},
    DeviceRole.ACCESS_POINT: {PortRole.NNI, PortRole.RADIO},
    DeviceRole.LORAWAN_GATEWAY: frozenset[PortRole](),
    DeviceRole.SMALL_CELL: frozenset[PortRole](),
}


def _ports(inventory: Inventory) -> Iterator[Breach]:
    roles = {device.name: device.role for device in inventory.devices}
    for position, port in enumerate(inventory.ports):
        role = roles.get(port.ref.device)
        if role is None:
            reason = f"port {port.ref} is on {port.ref.device!r}, no known device"
            yield Breach("ports", position, reason, ("devices", port.ref.device))
        elif port.role not in _ROLES_BY_DEVICE[role]:
            yield Breach("ports", position, f"port {port.ref} is {port.role}, which no port of a {role} may be")


def _links(inventory: Inventory) -> Iterator[Breach]:
    ports = {port.ref: port for port in inventory.ports}
    used: dict[PortRef, str] = {}
    for position, link in enumerate(inventory.links):
        if link.a.device == link.z.device:
            yield Breach("links", position, f"link {link.code} joins {link.a.device} to itself")
        if not 0 <= link.length_m < math.inf:
            yield Breach("links", position, f"link {link.code} has {link.length_m} m of fibre, which is no length")
        for end in dict.fromkeys((link.a, link.z)):
            yield from _end_breaches(position, link.code, end, ports.get(end), used.get(end))
            used.setdefault(end, link.code)


def _end_breaches(position: int, code: str, end: PortRef, port: Port | None, other: str | None) -> Iterator[Breach]:
    if port is None:
        yield Breach("links", position, f"link {code} ends at {end}, no known port", ("ports", end))
    elif port.role is not PortRole.NNI:
        yield Breach("links", position, f"link {code} ends at {end}, which is {port.role} and not nni")
    if other is not None:
        yield Breach("links", position, f"link {code} ends at {end}, where link {other} ends already")


def _handovers(inventory: Inventory) -> Iterator[Breach]:
    known = _KnownToHandovers(inventory)
    used: dict[PortRef, str] = {}
    for position, handover in enumerate(inventory.handovers):
        for reason, lacks in known.breaches_of(handover):
            yield Breach("handovers", position, f"handover {handover.code} {reason}", lacks)
        if handover.port in used:
            reason = f"handover {handover.code} is on {handover.port}, where {used[handover.port]} is already"
            yield Breach("handovers", position, reason)
        used.setdefault(handover.port, handover.code)


class _KnownToHandovers:
    """What a handover may refer to."""

    def __init__(self, inventory: Inventory) -> None:
        self._places = {place.code for place in inventory.places}
        self._isps = {organisation.code: organisation.is_isp for organisation in inventory.organisations}
        self._roles = {port.ref: port.role for port in inventory.ports}
        self._stands_at = {device.name: device.place_code for device in inventory.devices}

    def breaches_of(self, handover: Handover) -> Iterator[tuple[str, Key | None]]:
        is_isp = self._isps.get(handover.isp_code)
        if is_isp is None:
            yield f"is of {handover.isp_code!r}, no known organisation", ("organisations", handover.isp_code)
        elif not is_isp:
            yield f"is of {handover.isp_code!r}, which is no ISP", None
        if handover.place_code not in self._places:
            yield f"is at {handover.place_code!r}, no known place", ("places", handover.place_code)
        yield from self._breaches_of_port(handover)

    def _breaches_of_port(self, handover: Handover) -> Iterator[tuple[str, Key | None]]:
        role = self._roles.get(handover.port)
        if role is None:
            yield f"is on {handover.port}, no known port", ("ports", handover.port)
        elif role is not PortRole.HANDOVER:
            yield f"is on {handover.port}, which is {role} and not handover", None
        at = self._stands_at.get(handover.port.device)
        if at is not None and at != handover.place_code:
            yield f"is at {handover.place_code!r}, but its device stands at {at!r}", None
