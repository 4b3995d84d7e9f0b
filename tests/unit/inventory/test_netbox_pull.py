"""NetBox's rows -> an inventory, or the reasons why not. No I/O: rows are made by hand."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from inventory.devices import Device, DeviceRole, Lifecycle, PortRef, PortRole
from inventory.files.plant_rows import PLANT_SHEETS
from inventory.geography import to_wgs84
from inventory.hosting import HostingPosition, HostingRef, SiteSlot
from inventory.netbox import tables
from inventory.netbox.mapping import interface_type, lifecycle_of, slug, speed_mbps, status_of
from inventory.netbox.pull import Assembly, _read_tables, assemble
from inventory.netbox.push import find_unfit
from inventory.netbox.sites import shown_to_netbox
from inventory.netbox.tables import TABLES, TableRead
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory
from tests.unit.inventory.estates import SMALL_ESTATE, UPRN
from tests.unit.inventory.planted import PLANTED

type Rows = dict[str, list[Any]]


def named(number: int, name: str) -> tables.GroupRow:
    return tables.GroupRow(number, name, name)


def port(number: int, device: int, name: str, role: str | None, cable: int | None = None, end: str = "") -> Any:
    return tables.InterfaceRow(number, device, name, "10gbase-x-sfpp", 10_000_000, cable, end, role)


def device(number: int, name: str, role: int, site: int, address: int, uprn: str | None = None) -> Any:
    return tables.DeviceRow(number, name, role, 1, 2 if uprn else 1, f"S{number}", site, "active", address, uprn)


def small_estate_rows() -> Rows:
    """What NetBox holds after SMALL_ESTATE was pushed into it, but with places on whole metres."""
    return {
        tables.REGIONS.path: [named(1, "North")],
        tables.SITE_GROUPS.path: [named(1, "dx"), named(2, "dxp")],
        tables.SITES.path: [
            tables.SiteRow(1, "A", "dx-a", 1, 1, *to_wgs84(384_000, 397_000), "a"),
            tables.SiteRow(2, "B", "dxp-b", 1, 2, *to_wgs84(384_500.5, 397_000), None),
        ],
        tables.TENANT_GROUPS.path: [named(1, "isp"), named(2, "member")],
        tables.TENANTS.path: [
            tables.TenantRow(1, "Quayside", "quayside", 1, "quayside", ("investor", "user"), "ZZQB"),
            tables.TenantRow(2, "Towpath Ducts", "ducts", 2, None, ("contributor",), None),
        ],
        tables.MANUFACTURERS.path: [named(1, "Maker")],
        tables.DEVICE_TYPES.path: [tables.DeviceTypeRow(1, 1, "M1", "m1"), tables.DeviceTypeRow(2, 1, "N1", "n1")],
        tables.ROLES.path: [named(1, "switch"), named(2, "nte"), named(3, "printer")],
        tables.PLATFORMS.path: [named(1, "eos")],
        tables.DEVICES.path: [
            device(1, "sw-a", 1, 1, 1),
            device(2, "sw-b", 1, 2, 2),
            device(3, "nte-1", 2, 2, 3, UPRN),
        ],
        tables.INTERFACES.path: [
            port(1, 1, "Ethernet1", "nni", 1, "A"),
            port(2, 1, "Ethernet41", "handover"),
            port(3, 1, "Ethernet42", "handover"),
            port(4, 2, "Ethernet1", "nni", 1, "B"),
            port(5, 2, "Ethernet2", "nni", 2, "A"),
            port(6, 3, "Ethernet1", "uni"),
            port(7, 3, "Ethernet5", "nni", 2, "B"),
        ],
        tables.ADDRESSES.path: [tables.AddressRow(n, f"127.1.0.{n}/32", "interface", 90 + n) for n in (1, 2, 3)],
        tables.CABLES.path: [
            tables.CableRow(1, 0.65, "km", "a--b", 10_000),
            tables.CableRow(2, 130.5, "m", "drop-1", 10_000),
        ],
        tables.VLAN_GROUPS.path: [
            tables.VlanGroupRow(1, "ho-1", "ho-1", "site", 1, ((100, 119),), 1, 10_000, 2),
        ],
    }


def assembled(rows: Rows, known: Inventory = SMALL_ESTATE) -> Assembly:
    found = {table.path: TableRead(tuple(rows.get(table.path, ())), ()) for table in TABLES}
    return assemble(found, known, lambda path, row_id: f"netbox/{path}/{row_id}/")


def with_row(table: tables.Table[Any], position: int, **values: Any) -> Rows:
    rows = small_estate_rows()
    rows[table.path][position] = msgspec.structs.replace(rows[table.path][position], **values)
    return rows


def faults(assembly: Assembly) -> list[tuple[str, str]]:
    return [(fault.where, fault.reason) for fault in assembly.faults]


def test_rows_of_netbox_are_the_estate_they_were_made_from() -> None:
    assembly = assembled(small_estate_rows())

    assert faults(assembly) == []
    assert assembly.ignored == {}
    for kind in ("premises", "organisations", "devices", "ports", "links", "handovers"):
        assert getattr(assembly.inventory, kind) == getattr(SMALL_ESTATE, kind)
    assert [place.code for place in assembly.inventory.places] == ["dx-a", "dxp-b"]


def test_a_place_stands_where_its_latitude_and_longitude_say_in_whole_metres() -> None:
    place = assembled(small_estate_rows()).inventory.places[0]

    assert (place.easting_m, place.northing_m) == (384_000.0, 397_000.0)


@pytest.mark.parametrize(
    ("table", "position", "values", "where", "reason"),
    [
        (tables.SITES, 0, {"latitude": None}, "dcim/sites/1/", "latitude"),
        (tables.SITES, 0, {"latitude": 40.7, "longitude": -74.0}, "dcim/sites/1/", "outside the British"),
        (tables.TENANTS, 1, {"nh_member_roles": ("lender",)}, "tenancy/tenants/2/", "lender"),
        (tables.DEVICES, 1, {"name": None}, "dcim/devices/2/", "name"),
        (tables.DEVICES, 1, {"status": "melted"}, "dcim/devices/2/", "melted"),
        (tables.DEVICES, 1, {"name": "sw-a"}, "dcim/devices/2/", "second time"),
        (tables.DEVICES, 2, {"nh_premises_ref": "77"}, "dcim/devices/3/", "no known premises"),
        (tables.INTERFACES, 2, {"speed": None, "type": "other"}, "dcim/interfaces/3/", "speed"),
        (tables.INTERFACES, 2, {"nh_port_role": "window"}, "dcim/interfaces/3/", "nh_port_role"),
        (tables.CABLES, 0, {"length": None}, "dcim/cables/1/", "length"),
        (tables.CABLES, 0, {"length_unit": "in"}, "dcim/cables/1/", "length"),
        (tables.CABLES, 0, {"nh_capacity_mbps": None}, "dcim/cables/1/", "nh_capacity_mbps"),
        (tables.CABLES, 1, {"nh_link_code": "a--b"}, "dcim/cables/2/", "second time"),
        (tables.INTERFACES, 3, {"nh_port_role": None}, "dcim/cables/1/", "exactly two ports"),
        (tables.VLAN_GROUPS, 0, {"tenant_id": None}, "ipam/vlan-groups/1/", "an ISP as tenant"),
        (tables.VLAN_GROUPS, 0, {"scope_type": "region"}, "ipam/vlan-groups/1/", "a DX as scope"),
        (tables.VLAN_GROUPS, 0, {"nh_handover_port": 404}, "ipam/vlan-groups/1/", "a port"),
        (tables.VLAN_GROUPS, 0, {"vid_ranges": ((1, 2), (4, 5))}, "ipam/vlan-groups/1/", "one VLAN ID range"),
    ],
)
def test_a_broken_object_of_ours_is_named_with_its_address_and_the_reason(
    table: tables.Table[Any], position: int, values: dict[str, Any], where: str, reason: str
) -> None:
    found = faults(assembled(with_row(table, position, **values)))

    assert any(place == f"netbox/{where}" and reason in why for place, why in found), found


@pytest.mark.parametrize(
    ("table", "position", "values"),
    [
        (tables.ROLES, 2, {}),
        (tables.INTERFACES, 2, {"nh_port_role": None}),
        (tables.TENANTS, 1, {"group_id": None}),
    ],
)
def test_foreign_objects_are_no_faults(table: tables.Table[Any], position: int, values: dict[str, Any]) -> None:
    assert faults(assembled(with_row(table, position, **values))) == []


def test_a_printer_in_an_office_and_a_patch_cable_are_ignored_and_counted() -> None:
    rows = small_estate_rows()
    rows[tables.SITES.path].append(tables.SiteRow(9, "Office", "office", None, None, None, None, None))
    rows[tables.DEVICES.path] += [device(8, "printer", 3, 1, 0), device(9, "sw-office", 1, 9, 0)]
    rows[tables.CABLES.path].append(tables.CableRow(9, None, None, None, None))

    assembly = assembled(rows)

    assert faults(assembly) == []
    assert assembly.ignored == {"dcim/sites": 1, "dcim/devices": 2, "dcim/cables": 1}


@pytest.mark.parametrize("lifecycle", list(Lifecycle))
def test_a_lifecycle_is_what_its_netbox_status_says(lifecycle: Lifecycle) -> None:
    assert lifecycle_of(status_of(lifecycle)) is lifecycle


def test_a_broken_device_is_live_and_an_unknown_status_is_nothing() -> None:
    assert lifecycle_of("failed") is Lifecycle.LIVE
    assert lifecycle_of("melted") is None


@pytest.mark.parametrize("speed", [100, 1_000, 2_500, 10_000, 25_000, 40_000, 100_000, 400_000])
def test_a_port_without_a_speed_has_that_of_its_type(speed: int) -> None:
    assert speed_mbps(interface_type(PortRole.NNI, speed), None) == speed
    assert speed_mbps("other", speed * 1000) == speed


@pytest.mark.parametrize(
    ("name", "wanted"), [("North & East", "north-east"), ("S-000017", "s-000017"), ("!", "unnamed")]
)
def test_a_slug_has_letters_digits_and_hyphens(name: str, wanted: str) -> None:
    assert slug(name) == wanted


def test_a_port_keeps_the_name_the_device_gives_it() -> None:
    assert assembled(small_estate_rows()).inventory.ports[1].ref == PortRef("sw-a", "Ethernet41")


def test_a_cable_that_splits_to_two_ports_is_no_link() -> None:
    rows = small_estate_rows()
    rows[tables.INTERFACES.path].append(port(8, 2, "Ethernet3", "nni", 1, "B"))

    assert [where for where, reason in faults(assembled(rows)) if "exactly two ports" in reason] == [
        "netbox/dcim/cables/1/"
    ]


class MovingNetBox:
    """A fake that is empty, counts how often it is read, and is changed while it is read."""

    url = "netbox"

    def __init__(self, *newest_changes: int) -> None:
        self.newest_changes = list(newest_changes)
        self.lists_read = 0

    def last_change(self) -> int:
        return self.newest_changes.pop(0)

    def export(self, _path: str, _template: str, _last_line: bytes) -> bytes:
        self.lists_read += 1
        return b""


@pytest.mark.parametrize(("newest_changes", "readings"), [((5, 5), 1), ((5, 6, 6, 6), 2), ((5, 6, 6, 7, 7, 8), 3)])
def test_lists_that_were_changed_while_they_were_read_are_read_again_but_not_for_ever(
    newest_changes: tuple[int, ...], readings: int
) -> None:
    netbox = MovingNetBox(*newest_changes)

    _read_tables(netbox)

    assert netbox.lists_read == readings * len(TABLES)
    assert netbox.newest_changes == []


def test_the_plant_premises_and_parties_are_kept_as_they_are_known() -> None:
    places = (replace(PLANTED.places[0], name="An old name", owner="ducts", operator="quayside"), *PLANTED.places[1:])
    known = replace(PLANTED, places=places)

    found = assembled(small_estate_rows(), known)

    assert found.faults == ()
    exchange, *_ = found.inventory.places
    assert (exchange.name, exchange.owner, exchange.operator, exchange.used_by) == ("A", "ducts", "quayside", "")
    assert [place.code for place in found.inventory.places] == ["dx-a", "dxp-b", "ch-1", "site-1"]
    kept = ("premises", *PLANT_SHEETS)
    assert {kind: getattr(found.inventory, kind) for kind in kept} == {kind: getattr(PLANTED, kind) for kind in kept}


def test_a_chamber_in_netbox_is_not_ours() -> None:
    rows = small_estate_rows()
    rows[tables.SITE_GROUPS.path].append(named(9, "chamber"))
    rows[tables.SITES.path].append(tables.SiteRow(99, "A pit", "ch-9", 1, 9, *to_wgs84(384_000, 397_000), None))

    found = assembled(rows)

    assert [place.code for place in found.inventory.places] == ["dx-a", "dxp-b"]
    assert found.ignored[tables.SITES.path] == 1


def test_a_plant_that_leads_to_what_netbox_lost_is_a_fault_of_the_mirror() -> None:
    rows = small_estate_rows()
    rows[tables.SITES.path] = [row for row in rows[tables.SITES.path] if row.slug != "dxp-b"]

    faults = [str(fault) for fault in assembled(rows, PLANTED).faults]

    assert "our mirror: duct d-2 ends at 'dxp-b', no known place" in faults


def channel_rows() -> Rows:
    """The small estate with its trunk as a port-channel of two cables."""
    rows = small_estate_rows()
    ends: list[tables.InterfaceRow] = rows[tables.INTERFACES.path]
    ends[0], ends[3] = (msgspec.structs.replace(ends[at], lag_id=lag) for at, lag in ((0, 20), (3, 21)))
    for number, device_id in ((20, 1), (21, 2)):
        ends.append(
            tables.InterfaceRow(
                number, device_id, "Port-Channel1", "lag", 20_000_000, None, "", "nni", None, "trunk", 10_000
            )
        )
        second = msgspec.structs.replace(
            port(number + 10, device_id, "Ethernet9", "nni", 3, "AB"[device_id - 1]), lag_id=number
        )
        ends.append(second)
    rows[tables.CABLES.path].append(tables.CableRow(3, 900.0, "m", "a--b-2", 10_000))
    return rows


def test_lag_interfaces_whose_members_cables_join_them_are_one_link() -> None:
    assembly = assembled(channel_rows())

    assert assembly.faults == ()
    trunk = next(link for link in assembly.inventory.links if link.code == "trunk")
    ends = PortRef("sw-a", "Port-Channel1"), PortRef("sw-b", "Port-Channel1")
    assert (trunk.a, trunk.z, trunk.capacity_mbps, trunk.length_m) == (*ends, 10_000, 900.0)
    lags = {str(one.ref): one.lag for one in assembly.inventory.ports if one.lag}
    assert lags == dict.fromkeys(
        ("sw-a:Ethernet1", "sw-a:Ethernet9", "sw-b:Ethernet1", "sw-b:Ethernet9"), "Port-Channel1"
    )


@pytest.mark.parametrize(
    ("position", "values", "says"),
    [
        (7, {"nh_link_code": "other"}, "does not join exactly two LAG interfaces"),
        (7, {"nh_capacity_mbps": 5}, "needs one nh_capacity_mbps, the same on both"),
        (8, {"lag_id": 21}, "a member of a LAG that is not on its own device"),
    ],
)
def test_a_broken_lag_is_named_with_the_address_of_its_interface(
    position: int, values: dict[str, Any], says: str
) -> None:
    rows = channel_rows()
    rows[tables.INTERFACES.path][position] = msgspec.structs.replace(rows[tables.INTERFACES.path][position], **values)

    faults = assembled(rows).faults

    assert any(says in fault.reason and "/dcim/interfaces/" in fault.where for fault in faults), faults


def test_a_link_of_port_channels_that_breaks_a_rule_is_told_at_its_interface() -> None:
    rows = channel_rows()
    for position in (7, 9):
        rows[tables.INTERFACES.path][position] = msgspec.structs.replace(
            rows[tables.INTERFACES.path][position], nh_capacity_mbps=20_000
        )

    (fault,) = assembled(rows).faults

    assert fault.where == "netbox/dcim/interfaces/20/"
    assert "10000 Mbit/s are left when the largest" in fault.reason


HOSTED_ROLE = 4


def with_a_gateway(**values: Any) -> Rows:
    """The small estate with a LoRaWAN gateway of Quayside's on a cabinet, plugged into the NTE's UNI."""
    rows = small_estate_rows()
    gateway = tables.DeviceRow(
        9, "gw-1", HOSTED_ROLE, None, 1, "", 2, "active", None, None, tenant_id=1, nh_hosting_position="cab-1:1"
    )
    rows[tables.ROLES.path].append(named(HOSTED_ROLE, "lorawan-gateway"))
    rows[tables.DEVICES.path].append(msgspec.structs.replace(gateway, **values))
    rows[tables.POWER_PORTS.path] = [tables.PowerPortRow(1, 9, "supply", 12)]
    rows[tables.INTERFACES.path][5] = port(6, 3, "Ethernet1", "uni", 7, "B")
    rows[tables.INTERFACES.path].append(port(8, 9, "uplink", None, 7, "A"))
    rows[tables.CABLES.path].append(tables.CableRow(7, None, None, None, None))
    return rows


def cabinet_estate() -> Inventory:
    """The small estate with a pole that has a hosting position; NetBox holds no poles."""
    pole = Place("cab-1", "A pole", PlaceKind.POLE, "North", 384_000.0, 397_000.0, "", *["ducts"] * 3)
    return replace(
        SMALL_ESTATE,
        places=(*SMALL_ESTATE.places, pole),
        hosting_positions=(HostingPosition(HostingRef("cab-1", 1), 5.0, 15),),
    )


def test_a_hosted_device_comes_back_with_its_tenant_its_position_its_power_and_its_port() -> None:
    assembly = assembled(with_a_gateway(), cabinet_estate())

    assert faults(assembly) == []
    gateway = assembly.inventory.devices[-1]
    assert (gateway.role, gateway.place_code, gateway.management_address, gateway.platform) == (
        DeviceRole.LORAWAN_GATEWAY,
        "cab-1",
        None,
        "",
    )
    assert assembly.inventory.site_slots == (
        SiteSlot("gw-1", "quayside", HostingRef("cab-1", 1), 12, PortRef("nte-1", "Ethernet1")),
    )
    assert assembly.ignored == {tables.CABLES.path: 1}
    assert len(assembly.inventory.links) == len(SMALL_ESTATE.links)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"tenant_id": None}, "an ISP as tenant"),
        ({"tenant_id": 2}, "no known ISP"),
        ({"nh_hosting_position": "cab-1:2"}, "no known hosting position"),
        ({"primary_ip4_id": 3}, "never spoken to"),
    ],
)
def test_a_hosted_device_that_is_not_whole_is_a_fault(values: dict[str, Any], reason: str) -> None:
    found = faults(assembled(with_a_gateway(**values), cabinet_estate()))

    assert any(reason in why for _, why in found), found


def test_a_small_cell_on_no_slot_of_ours_is_somebody_elses() -> None:
    assembly = assembled(with_a_gateway(nh_hosting_position=None), cabinet_estate())

    assert (faults(assembly), assembly.inventory.site_slots) == ([], ())
    assert assembly.ignored == {tables.CABLES.path: 1, tables.DEVICES.path: 1}


def test_a_hosted_device_that_no_site_of_netboxs_can_hold_stays_as_it_is_known() -> None:
    gateway = Device("gw-2", DeviceRole.SMALL_CELL, "", "Maker", "C1", "", "cab-1", None, None)
    slot = SiteSlot("gw-2", "quayside", HostingRef("cab-1", 1), 12)
    known = cabinet_estate()
    known = replace(known, devices=(*known.devices, gateway), site_slots=(slot,))

    assembly = assembled(small_estate_rows(), known)

    assert faults(assembly) == []
    assert assembly.inventory.site_slots == (slot,)
    assert assembly.inventory.devices[-1] == gateway
    assert find_unfit(known) == ()
    assert gateway not in shown_to_netbox(known).devices
