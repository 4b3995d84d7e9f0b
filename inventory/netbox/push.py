"""Ours -> NetBox: make NetBox hold an inventory. Upserts by natural keys; deletes nothing.

What is there is read first and only what differs is written, in bulk, so a second push writes nothing.
Premises and the plant stay ours. NetBox wants every device at a site: an NTE stands at the place that serves its
premises. What people added to an object of ours (a rack, a better interface type) is left alone.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inventory.devices import Device, Port, PortRef
from inventory.errors import Fault, InventoryInvalid
from inventory.geography import to_wgs84
from inventory.handovers import Handover
from inventory.hosting import SiteSlot
from inventory.keys import KEY_OF
from inventory.links import Link
from inventory.netbox import hosted, tables
from inventory.netbox.bootstrap import ISP_GROUP, MEMBER_GROUP, require_bootstrapped
from inventory.netbox.client import NetBox, Row
from inventory.netbox.mapping import (
    LAG_TYPE,
    MANAGEMENT_PORT,
    OTHER_TYPE,
    free_slug,
    interface_type,
    lifecycle_of,
    slug,
    status_of,
)
from inventory.netbox.recabling import renamed_cables
from inventory.netbox.sites import Sites, shown_to_netbox
from inventory.netbox.tables import Table
from inventory.netbox.upsert import Fields, OnProgress, PushedTable, Upserts, Wanted
from inventory.organisations import Organisation
from inventory.places import NETWORK_KINDS, Place
from inventory.port_channels import channels_of
from inventory.snapshot import Inventory, Snapshot


@dataclass(frozen=True, slots=True)
class PushReport:
    """What a push did, list by list, in the order it was done."""

    tables: tuple[PushedTable, ...]

    @property
    def created(self) -> int:
        return sum(table.created for table in self.tables)

    @property
    def changed(self) -> int:
        return sum(table.changed for table in self.tables)

    @property
    def seconds(self) -> float:
        return sum(table.seconds for table in self.tables)


@dataclass(frozen=True, slots=True)
class Scope:
    """What of an inventory is written: by field of Inventory, by key of the thing, which fields of NetBox's row.

    Of the rest NetBox's ids are looked up, where the lists that are read have it.
    """

    by_field: Mapping[str, Mapping[Hashable, Fields]] | None = None

    def of(self, name: str, key: Hashable) -> Fields:
        """The fields that may be changed of a thing that is there already."""
        return None if self.by_field is None else self.by_field[name][key]

    def has(self, name: str, key: Hashable, row_field: str | None = None) -> bool:
        """Whether a thing is written, and this field of its row with it."""
        if self.by_field is None:
            return True
        kind = self.by_field.get(name, {})
        return key in kind and (row_field is None or (may := kind[key]) is None or row_field in may)


EVERYTHING = Scope()


def push(netbox: NetBox, inventory: Inventory, on_progress: OnProgress | None = None) -> PushReport:
    """Make NetBox hold `inventory`, without its premises, its plant, and hosted devices at no site of NetBox's.

    Raises:
        NetBoxNotBootstrapped: run the bootstrap first.
        InventoryInvalid: something NetBox cannot hold, named.
        NetBoxUnavailable, NetBoxRefused: batches done before it stay; push again to go on.
    """
    faults = find_unfit(inventory)
    if faults:
        raise InventoryInvalid("The inventory to push", faults)
    require_bootstrapped(netbox)
    return _Push(Upserts.of_all(netbox, on_progress or silent), Snapshot(shown_to_netbox(inventory))).run()


def push_some(upserts: Upserts, snapshot: Snapshot, scope: Scope) -> PushReport:
    """The same of a few things, with the lists that `upserts` reads: these, and all they refer to, must be there.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    return _Push(upserts, snapshot, scope).run()


def find_unfit(inventory: Inventory) -> tuple[Fault, ...]:
    """What NetBox cannot hold: a device without a maker or model, an NTE no place can be found for."""
    sites = Sites(Snapshot(inventory))
    faults = [
        Fault(f"device {device.name}", None, "NetBox needs a place, or premises served from one, or a link to one")
        for device in inventory.devices
        if sites.of(device) is None and not device.role.is_hosted
    ]
    faults += [
        Fault(f"device {device.name}", None, "NetBox needs a manufacturer and a model")
        for device in inventory.devices
        if not (device.manufacturer and device.model)
    ]
    return tuple(faults)


class _Push:
    """One push: the ids of what is there already, list by list, as later lists need them."""

    def __init__(self, upserts: Upserts, snapshot: Snapshot, scope: Scope = EVERYTHING) -> None:
        self._upserts = upserts
        self._snapshot = snapshot
        self._inventory = snapshot.inventory
        self._scope = scope

    def run(self) -> PushReport:
        self._push_places()
        self._push_organisations()
        self._push_kinds_of_device()
        self._push_devices()
        self._push_ports()
        self._push_addresses()
        self._push_links()
        self._push_slots()
        self._push_handovers()
        return PushReport(tuple(self._upserts.done))

    def _push_places(self) -> None:
        places = [place for place in self._ours("places") if place.kind in NETWORK_KINDS]
        placed = [place for place in self._ours("places", "region_id") if place.kind in NETWORK_KINDS]
        areas = sorted({place.area for place in placed if place.area})
        self._regions = self._upserts.upsert(
            tables.REGIONS, {area: _named(area) for area in areas}, lambda row: row.name
        )
        self._site_groups = self._ids_by_slug(tables.SITE_GROUPS)
        wanted = {place.code: self._site(place) for place in places}
        self._sites = self._upserts.upsert(tables.SITES, wanted, lambda row: row.slug)

    def _site(self, place: Place) -> Wanted:
        latitude, longitude = to_wgs84(place.easting_m, place.northing_m)
        fields = {
            "name": place.name,
            "slug": place.code,
            "region_id": self._regions.get(place.area),
            "group_id": self._site_groups[place.kind.value],
            "latitude": latitude,
            "longitude": longitude,
            "nh_resilience_zone": place.resilience_zone or None,
        }
        return Wanted(fields, {"status": "active"}, self._scope.of("places", place.code))

    def _push_organisations(self) -> None:
        self._tenant_groups = self._ids_by_slug(tables.TENANT_GROUPS)
        wanted = {organisation.code: self._tenant(organisation) for organisation in self._ours("organisations")}
        self._tenants = self._upserts.upsert(tables.TENANTS, wanted, lambda row: row.nh_isp_code or row.slug)

    def _tenant(self, organisation: Organisation) -> Wanted:
        fields = {
            "name": organisation.name,
            "group_id": self._tenant_groups[ISP_GROUP if organisation.is_isp else MEMBER_GROUP],
            "nh_isp_code": organisation.code if organisation.is_isp else None,
            "nh_member_roles": tuple(sorted(role.value for role in organisation.roles)) or None,
            "nh_operator_code": organisation.operator_code or None,
        }
        return Wanted(fields, {"slug": organisation.code}, self._scope.of("organisations", organisation.code))

    def _push_kinds_of_device(self) -> None:
        devices = self._ours("devices", "device_type_id")
        makers = sorted({device.manufacturer for device in devices})
        present = self._upserts.read(tables.MANUFACTURERS)
        slugs = {row.slug for row in present}
        wanted = {name: Wanted({"name": name}, {"slug": free_slug(name, slugs)}) for name in makers}
        self._makers = self._upserts.upsert(tables.MANUFACTURERS, wanted, lambda row: row.name, present)
        platforms = sorted({device.platform for device in self._ours("devices", "platform_id") if device.platform})
        self._platforms = self._upserts.upsert(
            tables.PLATFORMS,
            {name: Wanted({"slug": name}, {"name": name}) for name in platforms},
            lambda row: row.slug,
        )
        self._push_device_types(sorted({(device.manufacturer, device.model) for device in devices}))
        self._roles = self._ids_by_slug(tables.ROLES)

    def _push_device_types(self, models: Sequence[tuple[str, str]]) -> None:
        present = self._upserts.read(tables.DEVICE_TYPES)
        slugs = {row.slug for row in present}
        wanted = {
            (self._makers[maker], model): Wanted(
                {"manufacturer_id": self._makers[maker], "model": model},
                {"slug": free_slug(f"{maker} {model}", slugs)},
            )
            for maker, model in models
        }
        self._models = self._upserts.upsert(
            tables.DEVICE_TYPES, wanted, lambda row: (row.manufacturer_id, row.model), present
        )

    def _push_devices(self) -> None:
        present = self._upserts.read(tables.DEVICES)
        statuses = {row.name: row.status for row in present}
        sites = Sites(self._snapshot)
        wanted = {
            device.name: self._device(device, sites.of(device), statuses.get(device.name))
            for device in self._ours("devices")
        }
        self._devices = self._upserts.upsert(tables.DEVICES, wanted, lambda row: row.name, present)

    def _device(self, device: Device, place_code: str | None, status: str | None) -> Wanted:
        same = status is not None and lifecycle_of(status) is device.lifecycle
        fields = {
            "name": device.name,
            "role_id": self._roles[device.role.value],
            "platform_id": self._platforms.get(device.platform),
            "device_type_id": self._models.get((self._makers.get(device.manufacturer, 0), device.model)),
            "serial": device.serial,
            "site_id": self._sites[place_code or ""],
            "status": status if same else status_of(device.lifecycle),
            "nh_premises_ref": device.uprn,
            **hosted.device_fields(self._snapshot.site_slots.get(device.name), self._tenants),
        }
        return Wanted(fields, {}, self._scope.of("devices", device.name))

    def _push_ports(self) -> None:
        """Port-channels first: their members name them by the ids they are given."""
        self._interfaces: Mapping[PortRef, int] = {}
        self._names = {row_id: name for name, row_id in self._devices.items()}
        channels = set(channels_of(self._inventory.ports).values())
        links = {end: link for link in self._inventory.links for end in (link.a, link.z) if end in channels}
        ours = self._ours("ports")
        if channels:
            wanted = {port.ref: self._channel(port, links) for port in ours if port.ref in channels}
            self._interfaces = self._upserts.upsert(tables.INTERFACES, wanted, self._interface_key)
        wanted = {port.ref: self._port(port) for port in ours if port.ref not in channels}
        for device in self._ours("devices", "primary_ip4_id"):
            if device.management_address is not None:
                port = PortRef(device.name, MANAGEMENT_PORT)
                wanted.setdefault(port, self._management_port(port))
        wanted |= {slot.uplink: self._uplink(slot.uplink) for slot in self._ours("site_slots") if slot.port}
        self._interfaces = {**self._interfaces, **self._upserts.upsert(tables.INTERFACES, wanted, self._interface_key)}

    def _interface_key(self, row: tables.InterfaceRow) -> PortRef | int:
        return PortRef(self._names[row.device_id], row.name) if row.device_id in self._names else row.id

    def _channel(self, port: Port, links: Mapping[PortRef, Link]) -> Wanted:
        """NetBox has no cable for it: the link stands on both its ends."""
        link = links.get(port.ref)
        fields = {
            **self._port_fields(port),
            "nh_link_code": link.code if link is not None else None,
            "nh_capacity_mbps": link.capacity_mbps if link is not None else None,
        }
        return Wanted(fields, {"type": LAG_TYPE}, self._scope.of("ports", port.ref))

    def _port(self, port: Port) -> Wanted:
        lag_id = None if port.channel is None else self._interfaces[port.channel]
        fields = {**self._port_fields(port), "lag_id": lag_id}
        only_new = {"type": interface_type(port.role, port.speed_mbps)}
        return Wanted(fields, only_new, self._scope.of("ports", port.ref))

    def _port_fields(self, port: Port) -> Row:
        return {
            "device_id": self._devices[port.ref.device],
            "name": port.ref.port,
            "speed": port.speed_mbps * 1000,
            "nh_port_role": port.role.value,
        }

    def _management_port(self, port: PortRef) -> Wanted:
        fields = {"device_id": self._devices[port.device], "name": port.port}
        return Wanted(fields, {"type": "virtual", "mgmt_only": True})

    def _uplink(self, port: PortRef) -> Wanted:
        """A hosted device's own port: without a role, for it is not ours."""
        return Wanted({"device_id": self._devices[port.device], "name": port.port}, {"type": OTHER_TYPE})

    def _push_slots(self) -> None:
        slots = self._ours("site_slots")
        supplies = {
            slot.device: Wanted(*hosted.power_port(slot, self._devices), self._scope.of("site_slots", slot.device))
            for slot in slots
        }
        self._upserts.upsert(tables.POWER_PORTS, supplies, lambda row: self._names.get(row.device_id, row.id))
        patches = {slot.device: slot for slot in slots if slot.port is not None}
        if patches:
            self._patch(patches)

    def _patch(self, slots: Mapping[str, SiteSlot]) -> None:
        """A cable from the port of each slot that has none in; one that is there already stays as people laid it."""
        present = {row.id: row for row in self._upserts.read(tables.INTERFACES)}
        free = [slot for slot in slots.values() if present[self._interfaces[slot.uplink]].cable_id is None]
        ends = [(self._end(slot.uplink), self._end(slot.port)) for slot in free if slot.port is not None]
        self._upserts.create(tables.CABLES.path, [Wanted(*hosted.patch(*pair)) for pair in ends])

    def _push_addresses(self) -> None:
        devices = self._ours("devices", "primary_ip4_id")
        managed = [device for device in devices if device.management_address is not None]
        addresses = self._upserts.upsert(
            tables.ADDRESSES,
            {device.management_address: self._address(device) for device in managed},
            lambda row: row.address.split("/")[0],
        )
        self._upserts.upsert(
            tables.DEVICES,
            {
                device.name: Wanted(
                    {"primary_ip4_id": addresses[device.management_address]}, {}, self._scope.of("devices", device.name)
                )
                for device in managed
            },
            lambda row: row.name,
        )

    def _address(self, device: Device) -> Wanted:
        fields = {
            "assigned_object_type": "interface",
            "assigned_object_id": self._interfaces[PortRef(device.name, MANAGEMENT_PORT)],
        }
        only_new = {"address": f"{device.management_address}/32", "status": "active"}
        return Wanted(fields, only_new, self._scope.of("devices", device.name))

    def _push_links(self) -> None:
        links = self._snapshot.cabled_links
        present = self._upserts.read(tables.CABLES)
        codes = {row.nh_link_code for row in present}
        named_anew: Mapping[int, str] = {}
        if any(link.code not in codes for link in links) and codes - {link.code for link in links} - {None}:
            interfaces = self._upserts.read(tables.INTERFACES)
            named_anew = renamed_cables(links, self._interfaces, present, interfaces)
        wanted = {link.code: self._cable(link) for link in links if self._scope.has("links", link.code)}
        self._upserts.upsert(
            tables.CABLES, wanted, lambda row: named_anew.get(row.id) or row.nh_link_code or row.id, present
        )

    def _cable(self, link: Link) -> Wanted:
        fields = {
            "length": round(link.length_m, 2),
            "length_unit": "m",
            "nh_link_code": link.code,
            "nh_capacity_mbps": link.capacity_mbps,
        }
        ends = {"a_terminations": self._end(link.a), "b_terminations": self._end(link.z)}
        only_new = {**ends, "label": link.code, "type": "smf-os2", "status": "connected"}
        return Wanted(fields, only_new, self._scope.of("links", link.code))

    def _end(self, port: PortRef) -> list[Row]:
        return [{"object_type": "dcim.interface", "object_id": self._interfaces[port]}]

    def _push_handovers(self) -> None:
        wanted = {handover.code: self._vlan_group(handover) for handover in self._ours("handovers")}
        self._upserts.upsert(tables.VLAN_GROUPS, wanted, lambda row: row.slug)

    def _vlan_group(self, handover: Handover) -> Wanted:
        fields = {
            "slug": handover.code,
            "scope_type": "site",
            "scope_id": self._sites[handover.place_code],
            "vid_ranges": ((handover.s_vlans.first, handover.s_vlans.last),),
            "tenant_id": self._tenants[handover.isp_code],
            "nh_capacity_mbps": handover.capacity_mbps,
            "nh_handover_port": self._interfaces[handover.port],
        }
        return Wanted(fields, {"name": handover.code}, self._scope.of("handovers", handover.code))

    def _ids_by_slug(self, table: Table[tables.GroupRow]) -> Mapping[str, int]:
        return {row.slug: row.id for row in self._upserts.read(table)}

    def _ours(self, name: str, row_field: str | None = None) -> list[Any]:
        """The things of one field of the inventory that are written; where `row_field` is given, with that field."""
        things, key_of = getattr(self._inventory, name), KEY_OF[name]
        return [thing for thing in things if self._scope.has(name, key_of(thing), row_field)]


def silent(path: str, done: int, total: int) -> None:
    """Nobody wants to know."""


def _named(name: str) -> Wanted:
    return Wanted({"name": name}, {"slug": slug(name)})
