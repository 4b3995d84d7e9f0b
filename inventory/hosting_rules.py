"""The rules of where somebody else's equipment hangs: hosting positions, and the slots of hosted devices. Pure."""

from collections.abc import Iterator

from inventory.breaches import Breach, Key, Known
from inventory.devices import Device, PortRole
from inventory.hosting import HOSTING_KINDS, HostingRef, SiteSlot


def find_hosting_breaches(known: Known) -> Iterator[Breach]:
    """Yield every broken rule of hosting positions and site slots."""
    yield from _positions(known)
    slots = _Slots(known)
    for position, slot in enumerate(known.inventory.site_slots):
        for reason, lacks in slots.breaches_of(slot):
            yield Breach("site_slots", position, f"the slot of {slot.device} {reason}", lacks)
    for position, device in enumerate(known.inventory.devices):
        if device.role.is_hosted and device.name not in slots.devices_with_one:
            yield Breach("devices", position, f"{device.name} is a {device.role} without a site slot")


def _positions(known: Known) -> Iterator[Breach]:
    for position, each in enumerate(known.inventory.hosting_positions):
        place = known.places.get(each.ref.place)
        if place is None:
            reason = f"hosting position {each.ref} is at {each.ref.place!r}, no known place"
            yield Breach("hosting_positions", position, reason, ("places", each.ref.place))
        elif place.kind not in HOSTING_KINDS:
            words = ", ".join(sorted(HOSTING_KINDS))
            reason = f"hosting position {each.ref} is at a {place.kind}, and may be at one of {words}"
            yield Breach("hosting_positions", position, reason)


class _Slots:
    """What a slot may refer to, and what those before it have taken."""

    def __init__(self, known: Known) -> None:
        inventory = known.inventory
        self.devices_with_one = frozenset(slot.device for slot in inventory.site_slots)
        self._devices: dict[str, Device] = {}
        if inventory.site_slots:
            self._devices = {device.name: device for device in inventory.devices}
            self._roles = {port.ref: port.role for port in inventory.ports}
        self._isps = {one.code for one in inventory.organisations if one.is_isp}
        self._positions = {each.ref: each for each in inventory.hosting_positions}
        self._taken: dict[HostingRef, str] = {}

    def breaches_of(self, slot: SiteSlot) -> Iterator[tuple[str, Key | None]]:
        yield from self._of_device(slot)
        if slot.isp_code not in self._isps:
            yield f"is of {slot.isp_code!r}, no known ISP", ("organisations", slot.isp_code)
        yield from self._of_position(slot)
        if slot.port is not None:
            role = self._roles.get(slot.port)
            if role is None:
                yield f"is plugged into {slot.port}, no known port", ("ports", slot.port)
            elif role is not PortRole.UNI:
                yield f"is plugged into {slot.port}, which is {role} and not uni", None

    def _of_device(self, slot: SiteSlot) -> Iterator[tuple[str, Key | None]]:
        device = self._devices.get(slot.device)
        if device is None:
            yield "is of no known device", ("devices", slot.device)
        elif not device.role.is_hosted:
            yield f"is of a {device.role}, which is not hosted", None
        elif device.place_code != slot.position.place:
            yield f"is at {slot.position.place!r}, and its device stands at {device.place_code!r}", None

    def _of_position(self, slot: SiteSlot) -> Iterator[tuple[str, Key | None]]:
        position = self._positions.get(slot.position)
        if position is None:
            yield f"is at {slot.position}, no known hosting position", ("hosting_positions", slot.position)
        elif not 1 <= slot.power_w <= position.power_w:
            yield f"draws {slot.power_w} W, of {position.power_w} W that {slot.position} gives", None
        other = self._taken.setdefault(slot.position, slot.device)
        if other != slot.device:
            yield f"is at {slot.position}, where {other} hangs already", None
