"""What NetBox shows of a hosted device besides the device itself: whose it is, its position, its power and its cable.

The device is its tenant's: its own interface has no `nh_port_role`, so that it is never taken for a port of ours, and
its cable no `nh_link_code`, so that it is never taken for a link.
"""

from collections.abc import Mapping, Sequence

from inventory.devices import PortRef
from inventory.hosting import HostingRef, SiteSlot
from inventory.netbox.client import NetBox, Row
from inventory.netbox.tables import DeviceRow, InterfaceRow, PowerPortRow

SUPPLY = "supply"


def device_fields(slot: SiteSlot | None, tenants: Mapping[str, int]) -> Row:
    """Fields of the device that are its slot's; none of a device that has no slot, whose tenant is people's to say."""
    if slot is None:
        return {}
    return {"tenant_id": tenants[slot.isp_code], "nh_hosting_position": str(slot.position)}


def power_port(slot: SiteSlot, devices: Mapping[str, int]) -> tuple[Row, Row]:
    """Its supply, with the watts it draws at most."""
    return {"device_id": devices[slot.device], "maximum_draw": slot.power_w}, {"name": SUPPLY}


def patch(uplink: Sequence[Row], port: Sequence[Row]) -> tuple[Row, Row]:
    """The cable of its backhaul, from its own end to the port it is plugged into."""
    return {"a_terminations": uplink, "b_terminations": port}, {"status": "connected"}


def remove(netbox: NetBox, device: str, message: str) -> None:
    """Remove a hosted device with its cable; what is absent already is fine.

    Raises: NetBoxUnavailable, NetBoxRefused, NetBoxForbidden.
    """
    for interface in netbox.find("dcim/interfaces", device=device):
        if interface["cable"]:
            netbox.delete("dcim/cables", [interface["cable"]["id"]], message)
    netbox.delete("dcim/devices", [row["id"] for row in netbox.find("dcim/devices", name=device)], message)


class Slots:
    """What of NetBox's rows says where a hosted device hangs."""

    def __init__(self, supplies: Sequence[PowerPortRow], interfaces: Sequence[InterfaceRow]) -> None:
        self._draws = {row.device_id: row.maximum_draw for row in supplies if row.maximum_draw is not None}
        self._by_cable: dict[int, list[InterfaceRow]] = {}
        for row in interfaces:
            if row.cable_id is not None:
                self._by_cable.setdefault(row.cable_id, []).append(row)
        self._cables = {row.device_id: row.cable_id for row in interfaces if row.cable_id is not None}

    def slot_of(self, row: DeviceRow, name: str, isp_code: str, ports: Mapping[int, PortRef]) -> SiteSlot | None:
        """The slot of a hosted device; None where NetBox does not say what one has to say."""
        position, power_w = position_of(row), self._draws.get(row.id)
        if position is None or power_w is None:
            return None
        return SiteSlot(name, isp_code, position, power_w, self._far_port(row, ports))

    def _far_port(self, row: DeviceRow, ports: Mapping[int, PortRef]) -> PortRef | None:
        """The port of ours at the other end of its cable."""
        ends = self._by_cable.get(self._cables.get(row.id) or 0, [])
        return next((ports[end.id] for end in ends if end.device_id != row.id and end.id in ports), None)


def position_of(row: DeviceRow) -> HostingRef | None:
    """The position a device hangs in; None where its field is empty or says none."""
    place, _, number = (row.nh_hosting_position or "").partition(":")
    return HostingRef(place, int(number)) if place and number.isdecimal() else None
