"""The rules any inventory must keep to be loaded at all, whatever source it comes from. Pure.

What breaks one is a fault; what is merely suspicious is `inventory.check`'s subject.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

from inventory.devices import Device, DeviceRole, PortRef, PortRole
from inventory.errors import Fault
from inventory.snapshot import Inventory

type RowOf = Callable[[str, int], int | None]
"""(field of Inventory, position in it) -> row in the file it came from, None where there is no file."""

type Found = tuple[str, int, str]
"""(field of Inventory, position in it, reason)."""


def find_faults(
    inventory: Inventory,
    where: Callable[[str], str] = lambda field: field,
    row: RowOf = lambda _field, _position: None,
) -> tuple[Fault, ...]:
    """Return every broken rule. `where` and `row` say which file and row a thing came from."""
    found = [
        *_twice(inventory),
        *_places(inventory),
        *_devices(inventory),
        *_ports(inventory),
        *_links(inventory),
        *_handovers(inventory),
    ]
    # A thing may be faulty without having a file to name: then its own key must say which it is.
    return tuple(Fault(where(field), row(field, position), reason) for field, position, reason in found)


_KEYS: tuple[tuple[str, str, Callable[[Any], Hashable]], ...] = (
    ("places", "place", lambda place: place.code),
    ("premises", "UPRN", lambda premises: premises.uprn),
    ("organisations", "organisation", lambda organisation: organisation.code),
    ("devices", "device", lambda device: device.name),
    ("ports", "port", lambda port: port.ref),
    ("links", "link", lambda link: link.code),
    ("handovers", "handover", lambda handover: handover.code),
)


def _twice(inventory: Inventory) -> Iterator[Found]:
    for field, noun, key in _KEYS:
        things: Sequence[Any] = getattr(inventory, field)
        first: set[Hashable] = set()
        for position, thing in enumerate(things):
            if key(thing) in first:
                yield field, position, f"{noun} {key(thing)} stands here a second time"
            first.add(key(thing))


def _places(inventory: Inventory) -> Iterator[Found]:
    known = {place.code for place in inventory.places}
    for position, premises in enumerate(inventory.premises):
        if premises.serving_place is not None and premises.serving_place not in known:
            yield (
                "premises",
                position,
                f"UPRN {premises.uprn} is served from {premises.serving_place!r}, no known place",
            )


def _devices(inventory: Inventory) -> Iterator[Found]:
    places = {place.code for place in inventory.places}
    uprns = {premises.uprn for premises in inventory.premises}
    for position, device in enumerate(inventory.devices):
        if device.place_code is not None and device.place_code not in places:
            yield "devices", position, f"{device.name} stands at {device.place_code!r}, no known place"
        if device.uprn is not None and device.uprn not in uprns:
            yield "devices", position, f"{device.name} stands at UPRN {device.uprn}, no known premises"
        yield from _stands(position, device)


def _stands(position: int, device: Device) -> Iterator[Found]:
    if device.role is DeviceRole.NTE and device.uprn is None:
        yield "devices", position, f"{device.name} is an NTE without premises"
    if device.role is not DeviceRole.NTE and device.uprn is not None:
        yield "devices", position, f"{device.name} stands at premises, which only an NTE may"
    if device.role is not DeviceRole.NTE and device.place_code is None:
        yield "devices", position, f"{device.name} stands nowhere: it needs a place"


def _ports(inventory: Inventory) -> Iterator[Found]:
    devices = {device.name: device for device in inventory.devices}
    for position, port in enumerate(inventory.ports):
        device = devices.get(port.ref.device)
        if device is None:
            yield "ports", position, f"{port.ref} is on {port.ref.device!r}, no known device"
        elif port.role is PortRole.UNI and device.role is not DeviceRole.NTE:
            yield "ports", position, f"{port.ref} is a UNI, but {device.name} is no NTE"
        elif port.role is PortRole.HANDOVER and device.role is not DeviceRole.SWITCH:
            yield "ports", position, f"{port.ref} is a handover port, but {device.name} is no switch"


def _links(inventory: Inventory) -> Iterator[Found]:
    roles = {port.ref: port.role for port in inventory.ports}
    used: Counter[PortRef] = Counter()
    for position, link in enumerate(inventory.links):
        if link.a == link.z:
            yield "links", position, f"link {link.code} joins {link.a} to itself"
        for end in dict.fromkeys((link.a, link.z)):
            used[end] += 1
            yield from (
                ("links", position, reason) for reason in _end_faults(link.code, end, roles.get(end), used[end])
            )


def _end_faults(code: str, end: PortRef, role: PortRole | None, uses: int) -> Iterable[str]:
    if role is None:
        yield f"link {code} ends at {end}, no known port"
    elif role is not PortRole.NNI:
        yield f"link {code} ends at {end}, which is a {role} port and no nni"
    if uses > 1:
        yield f"link {code} ends at {end}, where another link ends already"


def _handovers(inventory: Inventory) -> Iterator[Found]:
    places = {place.code for place in inventory.places}
    isps = {organisation.code for organisation in inventory.organisations if organisation.is_isp}
    roles = {port.ref: port.role for port in inventory.ports}
    stands_at = {device.name: device.place_code for device in inventory.devices}
    used: set[PortRef] = set()
    for position, handover in enumerate(inventory.handovers):
        at = stands_at.get(handover.port.device)
        faults = (
            (handover.isp_code not in isps, f"is of {handover.isp_code!r}, no known ISP"),
            (handover.place_code not in places, f"is at {handover.place_code!r}, no known place"),
            (handover.port not in roles, f"is on {handover.port}, no known port"),
            (
                roles.get(handover.port, PortRole.HANDOVER) is not PortRole.HANDOVER,
                f"is on {handover.port}, which is a {roles.get(handover.port)} port and no handover",
            ),
            (
                at is not None and handover.place_code in places and at != handover.place_code,
                f"is at {handover.place_code!r}, but its device stands at {at!r}",
            ),
            (handover.port in used, f"is on {handover.port}, where another handover is already"),
        )
        used.add(handover.port)
        yield from (("handovers", position, f"handover {handover.code} {reason}") for is_so, reason in faults if is_so)
