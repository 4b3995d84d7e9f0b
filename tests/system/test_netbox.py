"""Our inventory and our services in a real NetBox, looked at through NetBox's own API."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pydantic import SecretStr

from inventory.delivered import DeliveredCircuit, DeliveryStatus
from inventory.devices import Device, DeviceRole, Lifecycle, PortRole
from inventory.errors import InventoryInvalid, NetBoxEdited, NetBoxForbidden, NetBoxRefused, NetBoxTaken
from inventory.hosting import HostingRef, SiteSlot
from inventory.netbox.bootstrap import bootstrap
from inventory.netbox.changes import push_change
from inventory.netbox.client import NetBox
from inventory.netbox.hosted import remove
from inventory.netbox.pull import pull
from inventory.netbox.push import push
from inventory.netbox.record import NetBoxRecord
from inventory.netbox.tables import ADDRESSES, CABLES, DEVICES, SITES, TABLES, read_table
from inventory.snapshot import Inventory, Snapshot
from provisioning.new_dxp import NewDxp, with_dxp
from tests.system.conftest import LoadedNetBox

pytestmark = pytest.mark.system

SHOWN = ("ipam/vlans", "vpn/l2vpns", "vpn/l2vpn-terminations", "extras/journal-entries")
AT_ONCE = 20


def counts(client: NetBox) -> dict[str, int]:
    """How many objects there are of each kind that a service may touch."""
    paths = (*SHOWN, *(table.path for table in TABLES))
    return {path: client._read(path, limit=1, fields="id")["count"] for path in paths}


@pytest.fixture
def circuits(netbox: LoadedNetBox) -> Callable[[int], DeliveredCircuit]:
    """The n-th made-up circuit, each from another UNI to one handover."""
    snapshot = Snapshot(netbox.inventory)
    handover = max(netbox.inventory.handovers, key=lambda found: len(found.s_vlans))
    ntes = [device for device in netbox.inventory.devices if device.role is DeviceRole.NTE]
    unis = [(nte, port) for nte in ntes for port in snapshot.ports_of(nte.name, PortRole.UNI)]

    def circuit(number: int) -> DeliveredCircuit:
        nte, port = unis[number]
        return DeliveredCircuit(
            service_id=f"S-{number:06}",
            order_id=f"O-{number:06}",
            isp_code=handover.isp_code,
            uprn=nte.uprn or "",
            uni=port.ref,
            handover_code=handover.code,
            handover_port=handover.port,
            s_vlan=handover.s_vlans.first + number,
            cir_mbps=500,
            class_of_service="standard",
            status=DeliveryStatus.PLANNED,
        )

    return circuit


@pytest.fixture(autouse=True)
def nothing_is_left(netbox: LoadedNetBox) -> Iterator[None]:
    """No test of this file leaves anything behind."""
    before = counts(netbox.client)
    yield
    assert counts(netbox.client) == before


def test_the_bootstrap_twice_is_the_same_as_once(netbox: LoadedNetBox) -> None:
    again = bootstrap(netbox.client)

    assert (again.made, again.mended) == ((), ())
    assert again.present > 30


def test_a_second_push_writes_nothing(netbox: LoadedNetBox) -> None:
    before = netbox.client.last_change()

    again = push(netbox.client, netbox.inventory)

    assert (again.created, again.changed) == (0, 0)
    assert netbox.client.last_change() == before
    assert again.seconds < 10


def test_what_was_pushed_is_what_is_pulled(netbox: LoadedNetBox) -> None:
    pulled = pull(netbox.client, netbox.inventory)

    assert as_sets(pulled.inventory) == as_sets(netbox.inventory)
    assert pulled.ignored == {}


def test_without_export_templates_the_plain_lists_give_the_same_rows(
    netbox: LoadedNetBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    through_templates = {table.path: read_table(netbox.client, table) for table in TABLES}

    monkeypatch.setattr(NetBox, "export", lambda *_: None)

    assert {table.path: read_table(netbox.client, table) for table in TABLES} == through_templates


def test_a_push_changes_only_what_differs_and_leaves_what_people_added(netbox: LoadedNetBox) -> None:
    device = netbox.inventory.devices[0]
    changed = replace(netbox.inventory, devices=(replace(device, serial="NEW"), *netbox.inventory.devices[1:]))
    found = netbox.client.find("dcim/devices", name=device.name)[0]
    netbox.client.update("dcim/devices", [{"id": found["id"], "comments": "third rack on the left"}], "by hand")

    report = push(netbox.client, changed)

    now = netbox.client.find("dcim/devices", name=device.name)[0]
    assert (report.created, report.changed) == (0, 1)
    assert (now["serial"], now["comments"]) == ("NEW", "third rack on the left")
    push(netbox.client, netbox.inventory)


def test_a_broken_object_is_named_by_its_address_and_nothing_is_loaded(netbox: LoadedNetBox) -> None:
    site = netbox.client.find("dcim/sites", slug=netbox.inventory.places[0].code)[0]
    netbox.client.update("dcim/sites", [{"id": site["id"], "latitude": None}], "by hand")

    with pytest.raises(InventoryInvalid) as caught:
        pull(netbox.client, netbox.inventory)

    push(netbox.client, netbox.inventory)
    assert f"{netbox.url}/dcim/sites/{site['id']}/" in [fault.where for fault in caught.value.faults]
    assert as_sets(pull(netbox.client, netbox.inventory).inventory) == as_sets(netbox.inventory)


def test_a_hosted_device_is_shown_with_tenant_position_power_and_cable_comes_back_and_goes_without_a_trace(
    netbox: LoadedNetBox,
) -> None:
    snapshot = Snapshot(netbox.inventory)
    place = next(one for one in netbox.inventory.places if one.code == "site-nte-0010")
    device = Device(
        "gw-1", DeviceRole.LORAWAN_GATEWAY, "", "Kerlink", "iStation", "", place.code, None, None, Lifecycle.LIVE
    )
    [nte] = snapshot.ntes_at(place.uprn or "")
    uni = snapshot.ports_of(nte.name, PortRole.UNI)[0].ref
    slot = SiteSlot(device.name, "quayside", HostingRef(place.code, 1), 12, uni)
    grown = replace(netbox.inventory, devices=(*netbox.inventory.devices, device), site_slots=(slot,))

    push(netbox.client, grown)
    again, pulled = push(netbox.client, grown), pull(netbox.client, grown)

    assert (again.created, again.changed) == (0, 0)
    assert as_sets(pulled.inventory) == as_sets(grown)
    shown = netbox.client.find("dcim/devices", name=device.name)[0]
    assert (shown["tenant"]["slug"], shown["role"]["slug"], shown["primary_ip4"]) == (
        "quayside",
        "lorawan-gateway",
        None,
    )
    [supply] = netbox.client.find("dcim/power-ports", device=device.name)
    assert supply["maximum_draw"] == slot.power_w
    remove(netbox.client, device.name, "its slot is given back")
    assert as_sets(pull(netbox.client, netbox.inventory).inventory) == as_sets(netbox.inventory)
    for path, key in (("dcim/device-types", {"model": "iStation"}), ("dcim/manufacturers", {"name": "Kerlink"})):
        netbox.client.delete(path, [one["id"] for one in netbox.client.find(path, **key)], "by hand")


def test_a_change_of_a_few_things_leaves_what_a_push_of_all_would_and_no_edit_is_written_over(
    netbox: LoadedNetBox,
) -> None:
    old, typed = netbox.inventory, "typed by hand"
    wanted = NewDxp("dxp-mill", "The Mill", "", 385_000.0, 398_000.0, ("dx-noma",), "dxp-hulme")
    new = with_dxp(Snapshot(old), wanted).inventory
    ids = {table.path: {row.id for row in read_table(netbox.client, table).rows} for table in TABLES}
    beside = netbox.client.find("dcim/devices", name=new.links[-1].z.device)[0]
    netbox.client.update("dcim/devices", [{"id": beside["id"], "serial": typed}], "by hand")

    report = push_change(netbox.client, old, new)
    again = push_change(netbox.client, old, new)

    assert report.changed == 1, "the new switch gets its address when it has the port for it, and nothing else changes"
    assert (again.created, again.changed) == (0, 0)
    assert netbox.client.find("dcim/devices", name=beside["name"])[0]["serial"] == typed
    netbox.client.update("dcim/devices", [{"id": beside["id"], "serial": beside["serial"]}], "by hand")
    assert as_sets(pull(netbox.client, new).inventory) == as_sets(new)
    whole = push(netbox.client, new)
    assert (whole.created, whole.changed) == (0, 0)

    switch = new.devices[-1]
    [row] = netbox.client.find("dcim/devices", name=switch.name)
    netbox.client.update("dcim/devices", [{"id": row["id"], "status": "decommissioning"}], "by hand")
    live = replace(new, devices=(*new.devices[:-1], replace(switch, lifecycle=Lifecycle.LIVE)))
    with pytest.raises(
        NetBoxEdited, match=f"the lifecycle of device {switch.name} is retired, our mirror said planned"
    ):
        push_change(netbox.client, new, live)
    assert netbox.client.find("dcim/devices", name=switch.name)[0]["status"]["value"] == "decommissioning"

    cables = [row.id for row in read_table(netbox.client, CABLES).rows if row.id not in ids[CABLES.path]]
    netbox.client.delete(CABLES.path, cables, "a test is over")
    for table in (DEVICES, SITES, ADDRESSES):
        gone = [row.id for row in read_table(netbox.client, table).rows if row.id not in ids[table.path]]
        netbox.client.delete(table.path, gone, "a test is over")


def test_foreign_sites_and_devices_are_ignored_and_counted(netbox: LoadedNetBox) -> None:
    site = netbox.client.create("dcim/sites", [{"name": "Town hall", "slug": "town-hall"}], "by hand")[0]

    pulled = pull(netbox.client, netbox.inventory)

    netbox.client.delete("dcim/sites", [site["id"]], "by hand")
    assert pulled.ignored["dcim/sites"] == 1
    assert as_sets(pulled.inventory) == as_sets(netbox.inventory)


def test_a_service_is_shown_once_however_often_and_withdrawn_without_a_trace(
    netbox: LoadedNetBox, circuits: Callable[[int], DeliveredCircuit]
) -> None:
    before = counts(netbox.client)
    record, circuit = NetBoxRecord(netbox.client), circuits(0)

    addresses = {record.show(circuit), record.show(circuit)}
    vlan = netbox.client.find("ipam/vlans", cf_nh_service_id=circuit.service_id)[0]
    l2vpn = netbox.client.find("vpn/l2vpns", cf_nh_service_id=circuit.service_id)[0]
    ends = netbox.client.find("vpn/l2vpn-terminations", l2vpn_id=l2vpn["id"])
    shown = counts(netbox.client)
    record.withdraw(circuit.service_id, "O-9")
    record.withdraw(circuit.service_id, "O-9")

    assert addresses == {f"{netbox.url}/vpn/l2vpns/{l2vpn['id']}/"}
    assert {path: shown[path] - before[path] for path in SHOWN} == dict(zip(SHOWN, (1, 1, 2, 1), strict=True))
    assert (vlan["vid"], vlan["group"]["slug"], vlan["status"]["value"], vlan["qinq_role"]["value"]) == (
        circuit.s_vlan,
        circuit.handover_code,
        "reserved",
        "svlan",
    )
    assert (l2vpn["type"]["value"], l2vpn["status"]["value"], l2vpn["tenant"]["slug"]) == (
        "evpl",
        "planned",
        circuit.isp_code,
    )
    assert {end["assigned_object_type"] for end in ends} == {"dcim.interface", "ipam.vlan"}
    assert counts(netbox.client) == before


def test_a_service_goes_from_planned_to_active_and_the_order_is_in_the_change_log(
    netbox: LoadedNetBox, circuits: Callable[[int], DeliveredCircuit]
) -> None:
    record, circuit = NetBoxRecord(netbox.client), circuits(1)
    start = netbox.client.last_change()

    record.show(circuit)
    record.show(replace(circuit, status=DeliveryStatus.ACTIVE))
    status = netbox.client.find("vpn/l2vpns", cf_nh_service_id=circuit.service_id)[0]["status"]["value"]
    record.withdraw(circuit.service_id, circuit.order_id)

    changes = [
        change for change in netbox.client.rows("core/object-changes", ("id", "message")) if change["id"] > start
    ]
    assert status == "active"
    assert changes
    assert {change["message"].split(":")[0] for change in changes} == {f"order {circuit.order_id}"}


def test_a_service_that_moves_to_another_s_vlan_gives_the_old_one_back(
    netbox: LoadedNetBox, circuits: Callable[[int], DeliveredCircuit]
) -> None:
    record, circuit = NetBoxRecord(netbox.client), circuits(2)
    record.show(circuit)

    record.show(replace(circuit, s_vlan=circuit.s_vlan + 1))

    vids = [row["vid"] for row in netbox.client.find("ipam/vlans", cf_nh_service_id=circuit.service_id)]
    record.withdraw(circuit.service_id, circuit.order_id)
    assert vids == [circuit.s_vlan + 1]


def test_an_s_vlan_made_by_hand_is_not_taken_over(
    netbox: LoadedNetBox, circuits: Callable[[int], DeliveredCircuit]
) -> None:
    circuit = circuits(3)
    group = netbox.client.find("ipam/vlan-groups", slug=circuit.handover_code)[0]
    row = {"group": group["id"], "vid": circuit.s_vlan, "name": "by hand"}
    vlan = netbox.client.create("ipam/vlans", [row], "by hand")[0]

    with pytest.raises(NetBoxRefused, match="belongs to somebody else"):
        NetBoxRecord(netbox.client).show(circuit)

    assert netbox.client.find("ipam/vlans", name="by hand")[0]["description"] == ""
    netbox.client.delete("ipam/vlans", [vlan["id"]], "by hand")


def test_a_uni_that_another_service_ends_at_is_not_taken_over_and_its_holder_is_named(
    netbox: LoadedNetBox, circuits: Callable[[int], DeliveredCircuit]
) -> None:
    record, there, coming = NetBoxRecord(netbox.client), circuits(5), circuits(6)
    record.show(there)

    with pytest.raises(NetBoxTaken) as refused:
        record.show(replace(coming, uni=there.uni))

    assert refused.value.holder == there.service_id
    for circuit in (there, coming):
        record.withdraw(circuit.service_id, circuit.order_id)


def test_twenty_at_once_show_one_service_as_one(
    netbox: LoadedNetBox, circuits: Callable[[int], DeliveredCircuit]
) -> None:
    before = counts(netbox.client)
    record, circuit = NetBoxRecord(netbox.client), circuits(4)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        addresses = set(pool.map(lambda _: record.show(circuit), range(AT_ONCE)))
    shown = counts(netbox.client)
    record.withdraw(circuit.service_id, circuit.order_id)

    assert len(addresses) == 1
    assert {path: shown[path] - before[path] for path in SHOWN[:3]} == dict(zip(SHOWN, (1, 1, 2), strict=False))


def test_twenty_services_at_once_are_all_shown_and_all_withdrawn(
    netbox: LoadedNetBox, circuits: Callable[[int], DeliveredCircuit]
) -> None:
    before = counts(netbox.client)
    record = NetBoxRecord(netbox.client)
    wanted = [circuits(5 + number) for number in range(AT_ONCE)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        addresses = set(pool.map(record.show, wanted))
        shown = counts(netbox.client)
        list(pool.map(lambda circuit: record.withdraw(circuit.service_id, circuit.order_id), wanted))

    assert len(addresses) == AT_ONCE
    assert {path: shown[path] - before[path] for path in SHOWN} == dict(zip(SHOWN, (20, 20, 40, 20), strict=True))


def test_a_token_nobody_knows_is_told_as_that(netbox: LoadedNetBox) -> None:
    stranger = NetBox(netbox.url, SecretStr("nbt_abcdefghijkl.0123456789012345678901234567890123456789"))

    with pytest.raises(NetBoxForbidden, match="NEUTRALHOST_NETBOX_TOKEN"):
        pull(stranger)


def as_sets(inventory: Inventory) -> dict[str, frozenset[object]]:
    """An inventory without the order of its rows."""
    fields = ("places", "premises", "organisations", "devices", "ports", "links", "handovers", "site_slots")
    return {name: frozenset(getattr(inventory, name)) for name in fields}
