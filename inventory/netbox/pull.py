"""NetBox -> ours: the whole inventory NetBox holds, or every reason why it is not one.

Foreign content is normal: sites of other groups, devices of other roles or at other sites, ports
without a role, cables without a link code are ignored, and counted. What is ours must be whole: a
broken object is a fault, and with one fault nothing is returned. What NetBox does not hold, premises
and the plant, is taken as we know it.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.errors import Fault, InventoryInvalid
from inventory.geography import to_grid
from inventory.handovers import Handover
from inventory.hosting import UPLINK, SiteSlot
from inventory.links import Link
from inventory.netbox import tables
from inventory.netbox.bootstrap import ISP_GROUP, MEMBER_GROUP, require_bootstrapped
from inventory.netbox.client import NetBox
from inventory.netbox.hosted import Slots, position_of
from inventory.netbox.mapping import MANAGEMENT_PORT, lifecycle_of, speed_mbps
from inventory.netbox.sites import kept_here
from inventory.netbox.tables import TABLES, TableRead, read_table
from inventory.organisations import MemberRole, Organisation
from inventory.places import NETWORK_KINDS, PLANT_KINDS, Place, PlaceKind
from inventory.port_channels import channels_of
from inventory.rules import find_breaches
from inventory.snapshot import Inventory, Snapshot
from inventory.vlans import TagRange

NOTHING_KNOWN = Inventory()
READINGS = 3  # how often to read again where NetBox was changed meanwhile
METRES = {"m": 1.0, "km": 1000.0, "cm": 0.01, "ft": 0.3048, "mi": 1609.344}
GRID_EASTINGS_M = (0.0, 700_000.0)
GRID_NORTHINGS_M = (0.0, 1_300_000.0)


@dataclass(frozen=True, slots=True)
class PullReport:
    """What NetBox held: ours, and how many foreign objects of each kind were ignored."""

    inventory: Inventory
    ignored: Mapping[str, int]
    seconds: float


def pull(netbox: NetBox, known: Inventory = NOTHING_KNOWN) -> PullReport:
    """Read all of NetBox that is ours, from one moment where it holds still that long.

    `known` is what the mirror knows. NetBox holds no premises, only which NTE is at which UPRN, and
    nothing of the plant: both are kept, and so are the parties of a place.

    Raises:
        InventoryInvalid: objects of ours are broken; each is named with its address and the reason.
        NetBoxNotBootstrapped, NetBoxUnavailable, NetBoxRefused, NetBoxForbidden.
    """
    started = time.monotonic()
    require_bootstrapped(netbox)
    assembly = assemble(_read_tables(netbox), known, netbox.link)
    if assembly.faults:
        raise InventoryInvalid(f"NetBox at {netbox.url}", assembly.faults)
    return PullReport(assembly.inventory, assembly.ignored, time.monotonic() - started)


type TablesRead = Mapping[str, TableRead[Any]]
"""By API path."""


def _read_tables(netbox: NetBox) -> TablesRead:
    """Each list is one statement, but fifteen lists are not: read them again where something changed."""
    for _ in range(READINGS):
        before = netbox.last_change()
        found = {table.path: read_table(netbox, table) for table in TABLES}
        if netbox.last_change() == before:
            break
    return found


@dataclass(frozen=True, slots=True)
class Assembly:
    """What NetBox's rows come to."""

    inventory: Inventory
    faults: tuple[Fault, ...]
    ignored: Mapping[str, int]


def assemble(found: TablesRead, known: Inventory, link: Callable[[str, int], str]) -> Assembly:
    """Make an inventory of rows and of what is known besides. Pure; `link` gives an object's address for a fault."""
    return _Assembler(found, link).assemble(known)


def assemble_some(found: TablesRead, link: Callable[[str, int], str]) -> Assembly:
    """The same of some rows and those they refer to: what they say, whether or not that would be an inventory.

    A slot or a port-channel's link of which not all is there yet is left out.
    """
    return _Assembler(found, link, is_whole=False).assemble_alone()


class _BrokenRow(Exception):
    """Why one row cannot become one of our nouns."""


@dataclass
class _Kept[T]:
    """The things of one kind made so far, and which object each came from."""

    path: str
    things: list[T] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    elsewhere: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Path and id of objects on another path, by the position of what was made of them."""


class _Assembler:
    """Makes one kind after another; each looks things up among those before it."""

    def __init__(self, found: TablesRead, link: Callable[[str, int], str], *, is_whole: bool = True) -> None:
        self._found = found
        self._is_whole = is_whole
        self._link = link
        self._by_id = {path: {row.id: row for row in read.rows} for path, read in found.items()}
        self._ignored: dict[str, int] = {}
        self._faults = [fault for read in found.values() for fault in read.faults]
        self._place_codes: dict[int, str] = {}
        self._organisation_codes: dict[int, str] = {}
        self._device_names: dict[int, str] = {}
        self._ports: dict[int, PortRef] = {}

    def assemble(self, known: Inventory) -> Assembly:
        kept = self._all()
        made = {name: tuple(kind.things) for name, kind in kept.items()}
        made["places"] = tuple(_places_with_plant(made["places"], known.places))
        made |= _with_kept_here(known, made["devices"], made["site_slots"])
        inventory = replace(known, **made)
        self._faults += self._broken_rules(inventory, kept)
        return Assembly(inventory, tuple(self._faults), self._ignored)

    def assemble_alone(self) -> Assembly:
        made = {name: tuple(kind.things) for name, kind in self._all().items()}
        return Assembly(Inventory(**made), tuple(self._faults), self._ignored)

    def _all(self) -> dict[str, _Kept[Any]]:
        kept: dict[str, _Kept[Any]] = {
            "places": self._each(tables.SITES.path, self._place),
            "organisations": self._each(tables.TENANTS.path, self._organisation),
            "devices": self._each(tables.DEVICES.path, self._device),
            "ports": self._each(tables.INTERFACES.path, self._port),
            "links": self._each(tables.CABLES.path, self._make_link()),
            "handovers": self._each(tables.VLAN_GROUPS.path, self._handover),
            "site_slots": self._each(tables.DEVICES.path, self._slot_maker(), counts_foreign=False),
        }
        self._add_channels(kept["ports"].things, kept["links"])
        return kept

    def _each[T](self, path: str, make: Callable[[Any], T | None], *, counts_foreign: bool = True) -> _Kept[T]:
        """Make a thing of each row; None means that the row is not ours."""
        kept: _Kept[T] = _Kept(path)
        for row in self._found[path].rows:
            try:
                thing = make(row)
            except _BrokenRow as broken:
                self._faults.append(Fault(self._link(path, row.id), None, str(broken)))
                continue
            if thing is None and counts_foreign and not _is_own_port(row):
                self._ignored[path] = self._ignored.get(path, 0) + 1
            elif thing is not None:
                kept.things.append(thing)
                kept.ids.append(row.id)
        return kept

    def _broken_rules(self, inventory: Inventory, kept: Mapping[str, _Kept[Any]]) -> list[Fault]:
        """The rules of every inventory, each fault with the address of its object in NetBox."""
        return [
            Fault(_where(self._link, kept.get(breach.field), breach.position), None, breach.reason)
            for breach in find_breaches(inventory)
        ]

    def _named(self, table: tables.Table[tables.GroupRow], row_id: int | None) -> tables.GroupRow | None:
        return self._by_id[table.path].get(row_id)

    def _slug(self, table: tables.Table[tables.GroupRow], row_id: int | None) -> str | None:
        row = self._named(table, row_id)
        return row.slug if row is not None else None

    def _name(self, table: tables.Table[tables.GroupRow], row_id: int | None) -> str:
        row = self._named(table, row_id)
        return row.name if row is not None else ""

    def _place(self, row: tables.SiteRow) -> Place | None:
        kind = self._slug(tables.SITE_GROUPS, row.group_id)
        if kind not in NETWORK_KINDS:
            return None
        self._place_codes[row.id] = row.slug
        if row.latitude is None or row.longitude is None:
            raise _BrokenRow(f"site {row.name} has no latitude and longitude")
        easting_m, northing_m = (float(round(metres)) for metres in to_grid(row.latitude, row.longitude))
        if not (_within(easting_m, GRID_EASTINGS_M) and _within(northing_m, GRID_NORTHINGS_M)):
            raise _BrokenRow(f"site {row.name} stands outside the British national grid")
        return Place(
            row.slug,
            row.name,
            PlaceKind(kind),
            self._name(tables.REGIONS, row.region_id),
            easting_m,
            northing_m,
            row.nh_resilience_zone or "",
        )

    def _organisation(self, row: tables.TenantRow) -> Organisation | None:
        group = self._slug(tables.TENANT_GROUPS, row.group_id)
        if group not in (ISP_GROUP, MEMBER_GROUP):
            return None
        code = row.nh_isp_code or row.slug
        self._organisation_codes[row.id] = code
        unknown = set(row.nh_member_roles or ()) - set(MemberRole)
        if unknown:
            raise _BrokenRow(f"tenant {row.name} has the member role {', '.join(sorted(unknown))}, which nobody knows")
        roles = frozenset(MemberRole(role) for role in row.nh_member_roles or ())
        return Organisation(code, row.name, roles, group == ISP_GROUP, row.nh_operator_code or "")

    def _device(self, row: tables.DeviceRow) -> Device | None:
        role = self._slug(tables.ROLES, row.role_id)
        at_premises = row.nh_premises_ref is not None
        if role not in set(DeviceRole) or not (at_premises or row.site_id in self._place_codes):
            return None
        position = position_of(row) if DeviceRole(role).is_hosted else None
        if DeviceRole(role).is_hosted and position is None:
            return None  # somebody else's, and on no slot of ours
        lifecycle = lifecycle_of(row.status)
        model: tables.DeviceTypeRow | None = self._by_id[tables.DEVICE_TYPES.path].get(row.device_type_id)
        if row.name is None or lifecycle is None or model is None:
            raise _BrokenRow(f"device {row.name} needs a name, a device type and a known status, not {row.status!r}")
        self._device_names[row.id] = row.name
        return Device(
            name=row.name,
            role=DeviceRole(role),
            platform=self._slug(tables.PLATFORMS, row.platform_id) or "",
            manufacturer=self._name(tables.MANUFACTURERS, model.manufacturer_id),
            model=model.model,
            serial=row.serial,
            place_code=position.place if position else None if at_premises else self._place_codes[row.site_id],
            uprn=row.nh_premises_ref,
            management_address=self._address(row.primary_ip4_id),
            lifecycle=lifecycle,
        )

    def _slot_maker(self) -> Callable[[tables.DeviceRow], SiteSlot | None]:
        slots = Slots(self._found[tables.POWER_PORTS.path].rows, self._found[tables.INTERFACES.path].rows)

        def make(row: tables.DeviceRow) -> SiteSlot | None:
            name = self._device_names.get(row.id)
            if name is None or position_of(row) is None:
                return None
            isp = self._organisation_codes.get(row.tenant_id or 0)
            slot = slots.slot_of(row, name, isp or "", self._ports)
            if slot is None and not self._is_whole:
                return None
            if isp is None or slot is None:
                raise _BrokenRow(f"device {name} needs an ISP as tenant and a power port with its maximum draw")
            return slot

        return make

    def _address(self, row_id: int | None) -> str | None:
        row: tables.AddressRow | None = self._by_id[tables.ADDRESSES.path].get(row_id)
        return row.address.split("/")[0] if row is not None else None

    def _port(self, row: tables.InterfaceRow) -> Port | None:
        device = self._device_names.get(row.device_id)
        if device is None or row.nh_port_role is None:
            return None
        speed = speed_mbps(row.type, row.speed)
        if row.nh_port_role not in set(PortRole) or speed is None:
            raise _BrokenRow(f"interface {device}:{row.name} needs a known nh_port_role and a speed")
        self._ports[row.id] = PortRef(device, row.name)
        return Port(self._ports[row.id], PortRole(row.nh_port_role), speed, self._lag(row))

    def _lag(self, row: tables.InterfaceRow) -> str:
        """The name of the port-channel that an interface is a member of, "" where of none."""
        if row.lag_id is None:
            return ""
        lag: tables.InterfaceRow | None = self._by_id[tables.INTERFACES.path].get(row.lag_id)
        if lag is None or lag.device_id != row.device_id:  # NetBox takes one of another member of a virtual chassis
            raise _BrokenRow(f"interface {row.name} is a member of a LAG that is not on its own device")
        return lag.name

    def _add_channels(self, ports: Sequence[Port], links: _Kept[Link]) -> None:
        """The links between LAG interfaces: NetBox has no cable for these, and their members' say which way they go."""
        path = tables.INTERFACES.path
        named: dict[str, list[tables.InterfaceRow]] = {}
        for row in self._found[path].rows:
            if row.id in self._ports and row.nh_link_code:
                named.setdefault(row.nh_link_code, []).append(row)
        channels = channels_of(ports)
        for code, ends in named.items():
            try:
                link = self._channel(code, ends, links.things, channels)
            except _BrokenRow as broken:
                if self._is_whole:
                    self._faults.append(Fault(self._link(path, ends[0].id), None, str(broken)))
            else:
                links.things.append(link)
                links.elsewhere[len(links.things) - 1] = (path, ends[0].id)

    def _channel(
        self, code: str, ends: Sequence[tables.InterfaceRow], links: Sequence[Link], channels: Mapping[PortRef, PortRef]
    ) -> Link:
        wanted = {self._ports[end.id] for end in ends}
        members = [link for link in links if {channels.get(link.a), channels.get(link.z)} == wanted]
        if len(wanted) != 2 or not members:
            raise _BrokenRow(f"link {code} does not join exactly two LAG interfaces whose members' cables join them")
        capacities = {end.nh_capacity_mbps for end in ends}
        capacity_mbps = capacities.pop()
        if capacity_mbps is None or capacities:
            raise _BrokenRow(f"link {code} needs one nh_capacity_mbps, the same on both its LAG interfaces")
        first = min(members, key=lambda link: link.code)
        a, z = channels[first.a], channels[first.z]
        return Link(code, a, z, capacity_mbps, max(link.length_m for link in members))

    def _make_link(self) -> Callable[[tables.CableRow], Link | None]:
        ends: dict[int, list[tables.InterfaceRow]] = {}
        for interface in self._found[tables.INTERFACES.path].rows:
            if interface.cable_id is not None:
                ends.setdefault(interface.cable_id, []).append(interface)

        def make(row: tables.CableRow) -> Link | None:
            return self._cable(row, ends.get(row.id, [])) if row.nh_link_code else None

        return make

    def _cable(self, row: tables.CableRow, ends: Sequence[tables.InterfaceRow]) -> Link:
        by_end = {end.cable_end: self._ports.get(end.id) for end in ends}
        a, z = by_end.get("A"), by_end.get("B")
        if a is None or z is None or len(ends) != 2:
            raise _BrokenRow(f"link {row.nh_link_code} does not join exactly two ports that have a nh_port_role")
        if row.nh_capacity_mbps is None or row.length is None or row.length_unit not in METRES:
            raise _BrokenRow(f"link {row.nh_link_code} needs nh_capacity_mbps and a length in m or km")
        length_m = round(row.length * METRES[row.length_unit], 2)
        return Link(row.nh_link_code or "", a, z, row.nh_capacity_mbps, length_m)

    def _handover(self, row: tables.VlanGroupRow) -> Handover | None:
        if row.nh_handover_port is None:
            return None
        port = self._ports.get(row.nh_handover_port)
        isp = self._organisation_codes.get(row.tenant_id or 0)
        place = self._place_codes.get(row.scope_id or 0) if row.scope_type == "site" else None
        if port is None or isp is None or place is None:
            raise _BrokenRow(
                f"handover {row.slug} needs a port with a nh_port_role, an ISP as tenant and a DX as scope"
            )
        if len(row.vid_ranges) != 1 or row.nh_capacity_mbps is None:
            raise _BrokenRow(f"handover {row.slug} needs nh_capacity_mbps and exactly one VLAN ID range")
        first, last = row.vid_ranges[0]
        return Handover(row.slug, isp, place, port, row.nh_capacity_mbps, TagRange(first, last))


def _is_own_port(row: tables.IdRow) -> bool:
    """Whether it is a port that a push made only to hold a management address, or a hosted device's cable."""
    return isinstance(row, tables.InterfaceRow) and row.name in {MANAGEMENT_PORT, UPLINK} and row.nh_port_role is None


def _places_with_plant(found: Sequence[Place], known: Sequence[Place]) -> Iterator[Place]:
    """NetBox's places with what we know of them besides, and then the places that only the plant has."""
    by_code = {place.code: place for place in known}
    for place in found:
        ours = by_code.get(place.code)
        more = {name: getattr(ours, name) for name in ("owner", "operator", "used_by", "uprn")} if ours else {}
        yield replace(place, **more)
    yield from (place for place in known if place.kind in PLANT_KINDS)


def _with_kept_here(known: Inventory, devices: Sequence[Device], slots: Sequence[SiteSlot]) -> dict[str, Any]:
    """NetBox's devices and slots, and then the hosted ones that no site of NetBox's can hold."""
    kept = kept_here(Snapshot(known))
    return {
        "devices": (*devices, *(device for device in known.devices if device.name in kept)),
        "site_slots": (*slots, *(slot for slot in known.site_slots if slot.device in kept)),
    }


def _where(link: Callable[[str, int], str], kept: _Kept[Any] | None, position: int) -> str:
    """The address of the object a thing came from; premises and the plant came from our mirror."""
    if kept is not None and position in kept.elsewhere:
        return link(*kept.elsewhere[position])
    came_from_netbox = kept is not None and position < len(kept.ids)
    return link(kept.path, kept.ids[position]) if kept is not None and came_from_netbox else "our mirror"


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
