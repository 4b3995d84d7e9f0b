"""Ours -> NetBox: make NetBox hold an inventory. Upserts by natural keys; deletes nothing.

What is there is read first and only what differs is written, in bulk, so a second push writes nothing.
Premises and the plant stay ours. NetBox wants every device at a site: an NTE stands at the place that serves its
premises. What people added to an object of ours (a rack, a better interface type) is left alone.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, Protocol

from inventory.devices import Device, Port, PortRef
from inventory.errors import Fault, InventoryInvalid
from inventory.geography import to_wgs84
from inventory.handovers import Handover
from inventory.hosting import SiteSlot
from inventory.links import Link
from inventory.netbox import hosted, tables
from inventory.netbox.bootstrap import ISP_GROUP, MEMBER_GROUP, TAG, require_bootstrapped
from inventory.netbox.client import WRITE_ROWS, NetBox, Row
from inventory.netbox.mapping import (
    LAG_TYPE,
    MANAGEMENT_PORT,
    OTHER_TYPE,
    interface_type,
    lifecycle_of,
    slug,
    status_of,
)
from inventory.netbox.recabling import renamed_cables
from inventory.netbox.sites import Sites, shown_to_netbox
from inventory.netbox.tables import IdRow, Table, read_table
from inventory.organisations import Organisation
from inventory.places import NETWORK_KINDS, Place
from inventory.port_channels import channels_of
from inventory.snapshot import Inventory, Snapshot

MESSAGE = "neutralhost inventory push"
OWN_IDS = frozenset({"scope_id", "assigned_object_id"})  # fields whose API name ends in _id too
CONTENT_TYPES = {"site": "dcim.site", "interface": "dcim.interface"}


class OnProgress(Protocol):
    """Told after each batch: how many of this list's writes are done."""

    def __call__(self, path: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class PushedTable:
    """What a push did to one list of NetBox."""

    path: str
    created: int
    changed: int
    unchanged: int
    seconds: float


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
class Wanted:
    """One object NetBox should hold: fields as in its table's row, and what is given only to a new one."""

    fields: Row
    only_new: Row


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
    return _Push(netbox, Snapshot(shown_to_netbox(inventory)), on_progress or _silent).run()


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

    def __init__(self, netbox: NetBox, snapshot: Snapshot, on_progress: OnProgress) -> None:
        self._netbox = netbox
        self._snapshot = snapshot
        self._inventory = snapshot.inventory
        self._on_progress = on_progress
        self._done: list[PushedTable] = []

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
        return PushReport(tuple(self._done))

    def _push_places(self) -> None:
        places = [place for place in self._inventory.places if place.kind in NETWORK_KINDS]
        areas = sorted({place.area for place in places if place.area})
        self._regions = self._upsert(tables.REGIONS, {area: _named(area) for area in areas}, lambda row: row.name)
        self._site_groups = self._ids_by_slug(tables.SITE_GROUPS)
        wanted = {place.code: self._site(place) for place in places}
        self._sites = self._upsert(tables.SITES, wanted, lambda row: row.slug)

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
        return Wanted(fields, {"status": "active"})

    def _push_organisations(self) -> None:
        self._tenant_groups = self._ids_by_slug(tables.TENANT_GROUPS)
        wanted = {organisation.code: self._tenant(organisation) for organisation in self._inventory.organisations}
        self._tenants = self._upsert(tables.TENANTS, wanted, lambda row: row.nh_isp_code or row.slug)

    def _tenant(self, organisation: Organisation) -> Wanted:
        fields = {
            "name": organisation.name,
            "group_id": self._tenant_groups[ISP_GROUP if organisation.is_isp else MEMBER_GROUP],
            "nh_isp_code": organisation.code if organisation.is_isp else None,
            "nh_member_roles": tuple(sorted(role.value for role in organisation.roles)) or None,
            "nh_operator_code": organisation.operator_code or None,
        }
        return Wanted(fields, {"slug": organisation.code})

    def _push_kinds_of_device(self) -> None:
        devices = self._inventory.devices
        makers = sorted({device.manufacturer for device in devices})
        self._makers = self._upsert(tables.MANUFACTURERS, {name: _named(name) for name in makers}, lambda row: row.name)
        platforms = sorted({device.platform for device in devices if device.platform})
        self._platforms = self._upsert(
            tables.PLATFORMS,
            {name: Wanted({"slug": name}, {"name": name}) for name in platforms},
            lambda row: row.slug,
        )
        models = sorted({(device.manufacturer, device.model) for device in devices})
        self._models = self._upsert(
            tables.DEVICE_TYPES,
            {(self._makers[maker], model): self._device_type(maker, model) for maker, model in models},
            lambda row: (row.manufacturer_id, row.model),
        )
        self._roles = self._ids_by_slug(tables.ROLES)

    def _device_type(self, maker: str, model: str) -> Wanted:
        return Wanted({"manufacturer_id": self._makers[maker], "model": model}, {"slug": slug(f"{maker} {model}")})

    def _push_devices(self) -> None:
        present = read_table(self._netbox, tables.DEVICES).rows
        statuses = {row.name: row.status for row in present}
        sites = Sites(self._snapshot)
        wanted = {
            device.name: self._device(device, sites.of(device), statuses.get(device.name))
            for device in self._inventory.devices
        }
        self._devices = self._upsert(tables.DEVICES, wanted, lambda row: row.name, present)

    def _device(self, device: Device, place_code: str | None, status: str | None) -> Wanted:
        same = status is not None and lifecycle_of(status) is device.lifecycle
        fields = {
            "name": device.name,
            "role_id": self._roles[device.role.value],
            "platform_id": self._platforms.get(device.platform),
            "device_type_id": self._models[self._makers[device.manufacturer], device.model],
            "serial": device.serial,
            "site_id": self._sites[place_code or ""],
            "status": status if same else status_of(device.lifecycle),
            "nh_premises_ref": device.uprn,
            **hosted.device_fields(self._snapshot.site_slots.get(device.name), self._tenants),
        }
        return Wanted(fields, {})

    def _push_ports(self) -> None:
        """Port-channels first: their members name them by the ids they are given."""
        self._interfaces: Mapping[PortRef, int] = {}
        self._names = {row_id: name for name, row_id in self._devices.items()}
        channels = set(channels_of(self._inventory.ports).values())
        links = {end: link for link in self._inventory.links for end in (link.a, link.z) if end in channels}
        if channels:
            wanted = {port.ref: self._channel(port, links) for port in self._inventory.ports if port.ref in channels}
            self._interfaces = self._upsert(tables.INTERFACES, wanted, self._interface_key)
        wanted = {port.ref: self._port(port) for port in self._inventory.ports if port.ref not in channels}
        for device in self._inventory.devices:
            if device.management_address is not None:
                port = PortRef(device.name, MANAGEMENT_PORT)
                wanted.setdefault(port, self._management_port(port))
        wanted |= {slot.uplink: self._uplink(slot.uplink) for slot in self._inventory.site_slots if slot.port}
        self._interfaces = {**self._interfaces, **self._upsert(tables.INTERFACES, wanted, self._interface_key)}

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
        return Wanted(fields, {"type": LAG_TYPE})

    def _port(self, port: Port) -> Wanted:
        lag_id = None if port.channel is None else self._interfaces[port.channel]
        fields = {**self._port_fields(port), "lag_id": lag_id}
        return Wanted(fields, {"type": interface_type(port.role, port.speed_mbps)})

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
        slots = self._inventory.site_slots
        supplies = {slot.device: Wanted(*hosted.power_port(slot, self._devices)) for slot in slots}
        self._upsert(tables.POWER_PORTS, supplies, lambda row: self._names.get(row.device_id, row.id))
        patches = {slot.device: slot for slot in slots if slot.port is not None}
        if patches:
            self._patch(patches)

    def _patch(self, slots: Mapping[str, SiteSlot]) -> None:
        """A cable from the port of each slot that has none in; one that is there already stays as people laid it."""
        present = {row.id: row for row in read_table(self._netbox, tables.INTERFACES).rows}
        free = [slot for slot in slots.values() if present[self._interfaces[slot.uplink]].cable_id is None]
        ends = [(self._end(slot.uplink), self._end(slot.port)) for slot in free if slot.port is not None]
        self._create(tables.CABLES.path, [Wanted(*hosted.patch(*pair)) for pair in ends])

    def _push_addresses(self) -> None:
        managed = [device for device in self._inventory.devices if device.management_address is not None]
        addresses = self._upsert(
            tables.ADDRESSES,
            {device.management_address: self._address(device) for device in managed},
            lambda row: row.address.split("/")[0],
        )
        self._upsert(
            tables.DEVICES,
            {d.name: Wanted({"primary_ip4_id": addresses[d.management_address]}, {}) for d in managed},
            lambda row: row.name,
        )

    def _address(self, device: Device) -> Wanted:
        fields = {
            "assigned_object_type": "interface",
            "assigned_object_id": self._interfaces[PortRef(device.name, MANAGEMENT_PORT)],
        }
        return Wanted(fields, {"address": f"{device.management_address}/32", "status": "active"})

    def _push_links(self) -> None:
        links = self._snapshot.cabled_links
        present = read_table(self._netbox, tables.CABLES).rows
        codes = {row.nh_link_code for row in present}
        named_anew: Mapping[int, str] = {}
        if any(link.code not in codes for link in links) and codes - {link.code for link in links} - {None}:
            interfaces = read_table(self._netbox, tables.INTERFACES).rows
            named_anew = renamed_cables(links, self._interfaces, present, interfaces)
        wanted = {link.code: self._cable(link) for link in links}
        self._upsert(tables.CABLES, wanted, lambda row: named_anew.get(row.id) or row.nh_link_code or row.id, present)

    def _cable(self, link: Link) -> Wanted:
        fields = {
            "length": round(link.length_m, 2),
            "length_unit": "m",
            "nh_link_code": link.code,
            "nh_capacity_mbps": link.capacity_mbps,
        }
        ends = {"a_terminations": self._end(link.a), "b_terminations": self._end(link.z)}
        return Wanted(fields, {**ends, "label": link.code, "type": "smf-os2", "status": "connected"})

    def _end(self, port: PortRef) -> list[Row]:
        return [{"object_type": "dcim.interface", "object_id": self._interfaces[port]}]

    def _push_handovers(self) -> None:
        wanted = {handover.code: self._vlan_group(handover) for handover in self._inventory.handovers}
        self._upsert(tables.VLAN_GROUPS, wanted, lambda row: row.slug)

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
        return Wanted(fields, {"name": handover.code})

    def _ids_by_slug(self, table: Table[tables.GroupRow]) -> Mapping[str, int]:
        return {row.slug: row.id for row in read_table(self._netbox, table).rows}

    def _upsert[R: IdRow, K](
        self,
        table: Table[R],
        wanted: Mapping[K, Wanted],
        key_of: Callable[[R], Any],
        present: Sequence[R] | None = None,
    ) -> Mapping[K, int]:
        """Create what is missing and change what differs; return the id of each wanted object."""
        started = time.monotonic()
        rows = read_table(self._netbox, table).rows if present is None else present
        by_key = {key_of(row): row for row in rows}
        new = [key for key in wanted if key not in by_key]
        changes = [
            {"id": row.id, **difference}
            for key, want in wanted.items()
            if (row := by_key.get(key)) is not None and (difference := _difference(row, want.fields))
        ]
        made = self._create(table.path, [wanted[key] for key in new])
        self._change(table.path, changes)
        spent = time.monotonic() - started
        self._done.append(PushedTable(table.path, len(new), len(changes), len(wanted) - len(new) - len(changes), spent))
        ids: dict[K, int] = {key: by_key[key].id for key in wanted if key in by_key}
        return ids | dict(zip(new, made, strict=True))

    def _create(self, path: str, wanted: Sequence[Wanted]) -> list[int]:
        made: list[int] = []
        for batch in batched(wanted, WRITE_ROWS):
            rows = [_sent({**want.fields, **want.only_new, "tags": [{"slug": TAG}]}) for want in batch]
            made += [row["id"] for row in self._netbox.create(path, rows, MESSAGE)]
            self._on_progress(path, len(made), len(wanted))
        return made

    def _change(self, path: str, changes: Sequence[Row]) -> None:
        for done, batch in enumerate(batched(changes, WRITE_ROWS)):
            self._netbox.update(path, [_sent(change) for change in batch], MESSAGE)
            self._on_progress(path, done * WRITE_ROWS + len(batch), len(changes))


def _silent(path: str, done: int, total: int) -> None:
    """Nobody wants to know."""


def _named(name: str) -> Wanted:
    return Wanted({"name": name}, {"slug": slug(name)})


def _difference(row: IdRow, wanted: Mapping[str, object]) -> Row:
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}


def _sent(fields: Mapping[str, Any]) -> Row:
    """Fields as rows have them -> as NetBox's API takes them."""
    sent: Row = {}
    for name, value in fields.items():
        if name.startswith("nh_"):
            sent.setdefault("custom_fields", {})[name] = value
        elif name in ("scope_type", "assigned_object_type"):
            sent[name] = CONTENT_TYPES[value]
        else:
            sent[name if name in OWN_IDS else name.removesuffix("_id")] = value
    return sent
