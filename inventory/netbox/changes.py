"""A change of a few things, into NetBox: those objects are read first, and of them only what changed is written."""

from collections.abc import Iterable, Sequence
from typing import Any

from inventory.difference import difference_of
from inventory.errors import InventoryInvalid, NetBoxEdited
from inventory.netbox import hosted, tables
from inventory.netbox.bootstrap import require_bootstrapped
from inventory.netbox.client import NetBox
from inventory.netbox.edits import find_edits
from inventory.netbox.part import Part
from inventory.netbox.pull import assemble_some
from inventory.netbox.push import PushReport, Scope, find_unfit, push_some, silent
from inventory.netbox.sites import shown_to_netbox
from inventory.netbox.tables import TABLES, Table, TableRead, read_some, read_table
from inventory.netbox.upsert import Upserts
from inventory.snapshot import Inventory, Snapshot

WITHDRAWN = "neutralhost: its site slot is given back"
NOTHING = PushReport(())


def push_change(netbox: NetBox, before: Inventory, after: Inventory) -> PushReport:
    """Write what `after` has otherwise than `before`, which is what our mirror says, as a push of `after` would.

    Nothing is taken out but hosted devices whose slot is given back. What NetBox has already as it is to be is not
    written: twice is the same as once, also where the first time was broken off.

    Raises:
        NetBoxEdited: of what would be written NetBox says neither the one nor the other; nothing was written.
        InventoryInvalid: something NetBox cannot hold, or an object there that is broken; nothing was written.
        NetBoxNotBootstrapped.
        NetBoxUnavailable, NetBoxRefused: what was written before stays; ask again to go on.
    """
    before, after = shown_to_netbox(before), shown_to_netbox(after)
    part = Part(Snapshot(before), Snapshot(after), difference_of(before, after))
    if not part.scope and not part.withdrawn:
        return NOTHING
    _refuse_unfit(part)
    require_bootstrapped(netbox)
    lists = _Lists(netbox, part)
    _refuse_edited(netbox, part, {table.path: lists.read(table) for table in TABLES})
    report = NOTHING
    if part.scope:
        report = push_some(Upserts(netbox, silent, lambda table: lists.read(table).rows), part.after, Scope(part.scope))
    for name in part.withdrawn:
        hosted.remove(netbox, name, WITHDRAWN)
    return report


def _refuse_unfit(part: Part) -> None:
    written = {f"device {name}" for name in part.scope.get("devices", ())}
    faults = [fault for fault in find_unfit(part.after.inventory) if fault.where in written]
    if faults:
        raise InventoryInvalid("The change for NetBox", faults)


def _refuse_edited(netbox: NetBox, part: Part, found: dict[str, TableRead[Any]]) -> None:
    assembly = assemble_some(found, netbox.link)
    if assembly.faults:
        raise InventoryInvalid(f"NetBox at {netbox.url}", assembly.faults)
    ours = {device.name for device in assembly.inventory.devices}
    foreign = frozenset(row.name for row in found[tables.DEVICES.path].rows) - ours
    edits = tuple(find_edits(part, assembly.inventory, foreign))
    if edits:
        raise NetBoxEdited(netbox.url, edits)


class _Lists:
    """NetBox's lists as far as a part needs them, read anew each time: short ones whole, of the others its rows."""

    def __init__(self, netbox: NetBox, part: Part) -> None:
        self._netbox = netbox
        self._part = part
        self._devices: Sequence[tables.DeviceRow] = ()
        self._cables: frozenset[int] = frozenset()
        self._of = {
            tables.DEVICES.path: self._read_devices,
            tables.POWER_PORTS.path: lambda: self._on_devices(tables.POWER_PORTS),
            tables.INTERFACES.path: self._read_interfaces,
            tables.ADDRESSES.path: self._read_addresses,
            tables.CABLES.path: self._read_cables,
            tables.VLAN_GROUPS.path: self._read_handovers,
        }

    def read(self, table: Table[Any]) -> TableRead[Any]:
        """Raises: NetBoxUnavailable, NetBoxRefused."""
        if table.path in self._of:
            return self._of[table.path]()
        return read_table(self._netbox, table)

    def _some(self, table: Table[Any], name: str, values: Iterable[str | int]) -> TableRead[Any]:
        return read_some(self._netbox, table, name, set(values))

    def _read_devices(self) -> TableRead[tables.DeviceRow]:
        found = self._some(tables.DEVICES, "name", self._part.devices | set(self._part.withdrawn))
        self._devices = found.rows
        return found

    def _on_devices(self, table: Table[Any]) -> TableRead[Any]:
        if len(self._devices) < len(self._part.devices):
            self._read_devices()
        return self._some(table, "device_id", (row.id for row in self._devices))

    def _read_interfaces(self) -> TableRead[tables.InterfaceRow]:
        found = self._on_devices(tables.INTERFACES)
        names = {row.id: row.name for row in self._devices}
        ends = {(end.device, end.port) for end in self._part.ends}
        self._cables = frozenset(
            row.cable_id
            for row in found.rows
            if row.cable_id is not None and (names.get(row.device_id), row.name) in ends
        )
        return found

    def _read_addresses(self) -> TableRead[tables.AddressRow]:
        primary = {row.primary_ip4_id for row in self._devices if row.primary_ip4_id is not None}
        return _joined(
            self._some(tables.ADDRESSES, "id", primary),
            self._some(tables.ADDRESSES, "address", self._part.addresses),
        )

    def _read_cables(self) -> TableRead[tables.CableRow]:
        named = self._some(tables.CABLES, "cf_nh_link_code", self._part.links)
        exact = tuple(row for row in named.rows if row.nh_link_code in self._part.links)
        return _joined(self._some(tables.CABLES, "id", self._cables), TableRead(exact, named.faults))

    def _read_handovers(self) -> TableRead[tables.VlanGroupRow]:
        return self._some(tables.VLAN_GROUPS, "slug", self._part.handovers)


def _joined(one: TableRead[Any], other: TableRead[Any]) -> TableRead[Any]:
    rows = {row.id: row for row in (*one.rows, *other.rows)}
    return TableRead(tuple(rows.values()), (*one.faults, *other.faults))
