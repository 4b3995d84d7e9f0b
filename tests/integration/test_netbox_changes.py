"""A few things written to NetBox: just these. What people edited beside them stays, and of them it is told."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.errors import InventoryInvalid, NetBoxEdited, NetBoxUnavailable
from inventory.handovers import Handover
from inventory.hosting import HostingPosition, HostingRef, SiteSlot
from inventory.links import Link
from inventory.netbox.changes import push_change
from inventory.netbox.part import ROW_FIELDS
from inventory.netbox.pull import pull
from inventory.netbox.push import push
from inventory.organisations import MemberRole
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory
from inventory.vlans import TagRange
from tests.integration.netbox_in_memory import NetBoxInMemory
from tests.unit.inventory.estates import SMALL_ESTATE

NEW = "sw-mill-1"
UPLINK = Link("a--mill", PortRef("sw-a", "Ethernet2"), PortRef(NEW, "Ethernet1"), 10_000, 900.25)
GATEWAY = Device("gw-1", DeviceRole.LORAWAN_GATEWAY, "", "KERLINK", "iStation", "", "dxp-b", None, None)
SLOT = SiteSlot("gw-1", "quayside", HostingRef("cab-1", 1), 30, PortRef("nte-1", "Ethernet1"))


def with_things(inventory: Inventory, **more: tuple[Any, ...]) -> Inventory:
    return replace(inventory, **{name: (*getattr(inventory, name), *things) for name, things in more.items()})


def edited(inventory: Inventory, field: str, position: int, **values: object) -> Inventory:
    things = list(getattr(inventory, field))
    things[position] = replace(things[position], **values)
    return replace(inventory, **{field: tuple(things)})


TOWN = with_things(
    SMALL_ESTATE,
    ports=(Port(PortRef("sw-a", "Ethernet2"), PortRole.NNI, 10_000),),
    places=(Place("cab-1", "Cabinet 1", PlaceKind.CABINET, "North", 384_501.0, 397_001.0),),
    hosting_positions=(HostingPosition(HostingRef("cab-1", 1), 3.0, 60),),
)
WITH_DXP = with_things(
    TOWN,
    places=(Place("dxp-mill", "The Mill", PlaceKind.DXP, "West", 385_000.0, 398_000.0),),
    devices=(
        Device(NEW, DeviceRole.SWITCH, "eos", "maker", "M1", "S9", "dxp-mill", None, "127.1.0.9", Lifecycle.PLANNED),
    ),
    ports=(Port(PortRef(NEW, "Ethernet1"), PortRole.NNI, 10_000),),
    links=(UPLINK,),
)
WITH_GATEWAY = with_things(TOWN, devices=(replace(GATEWAY, place_code="cab-1"),), site_slots=(SLOT,))
CHANNEL = (PortRef("sw-a", "Port-Channel1"), PortRef("sw-b", "Port-Channel1"))
MEMBER = Link("a--b-2-a", PortRef("sw-a", "Ethernet3"), PortRef("sw-b", "Ethernet3"), 10_000, 700.0)
WITH_CHANNEL = with_things(
    TOWN,
    ports=(
        *(Port(end, PortRole.NNI, 10_000, lag="Port-Channel1") for end in (MEMBER.a, MEMBER.z)),
        *(Port(end, PortRole.NNI, 10_000) for end in CHANNEL),
    ),
    links=(Link("a--b-2", *CHANNEL, 10_000, 700.0), MEMBER),
)
WITH_HANDOVER = with_things(
    TOWN,
    handovers=(Handover("ho-2", "quayside", "dx-a", PortRef("sw-a", "Ethernet42"), 10_000, TagRange(200, 219)),),
)
WITH_ZONE = edited(TOWN, "places", 1, resilience_zone="b", area="West")
WITH_ROLES = edited(TOWN, "organisations", 1, roles=frozenset({MemberRole.INVESTOR}))
MOVED = edited(TOWN, "devices", 0, management_address="127.1.0.77", serial="S77", model="M2")
RETIRED = edited(TOWN, "devices", 1, lifecycle=Lifecycle.RETIRED)


@pytest.fixture
def netbox() -> NetBoxInMemory:
    return NetBoxInMemory(TOWN)


@pytest.mark.parametrize(
    "after",
    [WITH_DXP, WITH_GATEWAY, RETIRED, WITH_CHANNEL, WITH_HANDOVER, WITH_ZONE, WITH_ROLES, MOVED],
    ids=["dxp", "hosted", "lifecycle", "port-channel", "handover", "place", "organisation", "device"],
)
def test_it_leaves_what_a_push_of_the_whole_would_and_twice_is_once(netbox: NetBoxInMemory, after: Inventory) -> None:
    known = replace(TOWN, places=(), devices=(), ports=(), links=(), handovers=(), organisations=())

    push_change(netbox, TOWN, after)
    written = len(netbox.written)
    push_change(netbox, TOWN, after)
    pulled = pull(netbox, known).inventory
    report = push(netbox, after)

    assert written > 0
    assert (len(netbox.written), report.created, report.changed) == (written, 0, 0)
    assert {each.name: each for each in pulled.devices} == {each.name: each for each in after.devices}
    assert (set(pulled.ports), set(pulled.links)) == (set(after.ports), set(after.links))
    assert pulled.site_slots == after.site_slots
    assert (set(pulled.handovers), set(pulled.organisations)) == (set(after.handovers), set(after.organisations))


def test_of_a_device_that_changed_its_one_field_is_written_and_only_its_rows_are_read(netbox: NetBoxInMemory) -> None:
    push_change(netbox, TOWN, RETIRED)

    (written,) = netbox.written
    row = netbox.row("dcim/devices", name="sw-b")
    assert written == ("update", "dcim/devices", {"id": row["id"], "status": "decommissioning"})
    assert not {"dcim/devices", "dcim/interfaces", "dcim/cables", "ipam/ip-addresses"} & set(netbox.read)


def test_what_people_edited_beside_it_stays_as_they_wrote_it(netbox: NetBoxInMemory) -> None:
    netbox.row("dcim/devices", name="sw-b")["serial"] = "by hand"
    netbox.row("dcim/devices", name="sw-a")["serial"] = "by hand too"

    push_change(netbox, TOWN, RETIRED)
    push_change(netbox, TOWN, WITH_DXP)

    assert netbox.row("dcim/devices", name="sw-b")["serial"] == "by hand"
    assert netbox.row("dcim/devices", name="sw-a")["serial"] == "by hand too"
    assert netbox.row("dcim/devices", name="sw-b")["status"] == {"value": "decommissioning"}


def test_what_only_stands_beside_a_change_is_not_made_again(netbox: NetBoxInMemory) -> None:
    """People gave it another address, platform and type, and its place another region; the old ones are no more."""
    for path in ("ipam/ip-addresses", "dcim/platforms", "dcim/device-types", "dcim/manufacturers", "dcim/regions"):
        for row in netbox.lists[path]:
            row |= {name: "new" for name in ("name", "slug", "model") if name in row}
            row |= {"address": f"127.9.9.{row['id']}/32"} if "address" in row else {}

    push_change(netbox, TOWN, edited(RETIRED, "places", 1, resilience_zone="b"))

    assert [(verb, path) for verb, path, _ in netbox.written] == [("update", "dcim/sites"), ("update", "dcim/devices")]


def planned_by_hand(netbox: NetBoxInMemory) -> None:
    netbox.row("dcim/devices", name="sw-b")["status"] = {"value": "planned"}


def without_its_address(netbox: NetBoxInMemory) -> None:
    netbox.row("dcim/devices", name="sw-a")["primary_ip4"] = None


def without(path: str, name: str) -> Callable[[NetBoxInMemory], None]:
    def remove(netbox: NetBoxInMemory) -> None:
        netbox.lists[path].remove(netbox.row(path, name=name))

    return remove


def with_a_switch_there(netbox: NetBoxInMemory) -> None:
    netbox.lists["dcim/devices"].append({**netbox.row("dcim/devices", name="sw-b"), "id": 9_000, "name": NEW})


def with_somebody_elses_gateway(netbox: NetBoxInMemory) -> None:
    netbox.lists["dcim/devices"].append(
        {**netbox.row("dcim/devices", name="sw-b"), "id": 9_000, "name": "gw-1", "role": {"id": 0}}
    )


@pytest.mark.parametrize(
    ("edit", "after", "said"),
    [
        (planned_by_hand, RETIRED, "says the lifecycle of device sw-b is planned, our mirror said live"),
        (
            without_its_address,
            MOVED,
            "says the management address of device sw-a is empty, our mirror said '127.1.0.1'",
        ),
        (without("dcim/devices", "sw-b"), RETIRED, "has no device sw-b, which our mirror had"),
        (without("dcim/devices", "sw-a"), WITH_DXP, "has no port sw-a:Ethernet2 of ours, which our mirror had"),
        (with_a_switch_there, WITH_DXP, "says the serial of device sw-mill-1 is 'S2', and our mirror had none"),
        (with_somebody_elses_gateway, WITH_GATEWAY, "has a device gw-1 that is none of ours, and our mirror had none"),
    ],
    ids=["field", "emptied", "gone", "far end gone", "there already", "somebody else's"],
)
def test_what_people_edited_of_it_is_told_and_nothing_is_written(
    netbox: NetBoxInMemory, edit: Callable[[NetBoxInMemory], None], after: Inventory, said: str
) -> None:
    edit(netbox)

    with pytest.raises(NetBoxEdited) as caught:
        push_change(netbox, TOWN, after)

    assert any(said in each for each in caught.value.edits), caught.value.edits
    assert "neutralhost inventory pull" in caught.value.next_step
    assert netbox.written == []


@pytest.mark.parametrize("after", [WITH_DXP, WITH_GATEWAY, WITH_CHANNEL], ids=["dxp", "hosted", "port-channel"])
def test_broken_off_after_any_write_it_goes_on_where_it_was(after: Inventory) -> None:
    whole = NetBoxInMemory(TOWN)
    push_change(whole, TOWN, after)
    for writes in range(len(whole.written)):
        netbox = NetBoxInMemory(TOWN)
        netbox.breaks_at = writes
        with pytest.raises(NetBoxUnavailable):
            push_change(netbox, TOWN, after)
        netbox.breaks_at = None

        push_change(netbox, TOWN, after)

        assert [(verb, path) for verb, path, _ in netbox.written] == [(verb, path) for verb, path, _ in whole.written]


def test_a_hosted_device_goes_without_a_trace_and_one_that_was_moved_by_hand_stays(netbox: NetBoxInMemory) -> None:
    push_change(netbox, TOWN, WITH_GATEWAY)
    row = netbox.row("dcim/devices", name="gw-1")
    row["custom_fields"]["nh_hosting_position"] = "cab-1:2"
    netbox.forget()

    with pytest.raises(NetBoxEdited, match="the slot of device gw-1 is"):
        push_change(netbox, WITH_GATEWAY, TOWN)
    assert netbox.written == []

    row["custom_fields"]["nh_hosting_position"] = "cab-1:1"
    for _ in range(2):
        push_change(netbox, WITH_GATEWAY, TOWN)
    assert [(verb, path) for verb, path, _ in netbox.written] == [("delete", "dcim/cables"), ("delete", "dcim/devices")]


def test_what_netbox_cannot_hold_or_holds_broken_is_named_and_nothing_written(netbox: NetBoxInMemory) -> None:
    with pytest.raises(InventoryInvalid, match="The change for NetBox"):
        push_change(netbox, TOWN, edited(TOWN, "devices", 0, model=""))
    netbox.row("dcim/devices", name="sw-b")["status"] = {"value": "dreamt"}
    with pytest.raises(InventoryInvalid, match="NetBox at"):
        push_change(netbox, TOWN, RETIRED)
    assert netbox.written == []


def test_what_netbox_does_not_hold_is_no_matter_of_its(netbox: NetBoxInMemory) -> None:
    push_change(netbox, TOWN, edited(TOWN, "premises", 1, address="elsewhere"))

    assert (netbox.read, netbox.written) == ([], [])


def test_makers_whose_names_have_one_slug_are_two(netbox: NetBoxInMemory) -> None:
    boxes = tuple(
        replace(TOWN.devices[0], name=f"sw-{number}", manufacturer=maker, model=model, management_address=None)
        for number, (maker, model) in enumerate([("MAKER", "m-1"), ("日本", "x"), ("中国", "y"), ("MAKER", "m 1")])
    )

    push_change(netbox, TOWN, with_things(TOWN, devices=boxes))

    slugs = {row["name"]: row["slug"] for row in netbox.lists["dcim/manufacturers"]}
    assert slugs == {"Maker": "maker", "MAKER": "maker-2", "中国": "unnamed", "日本": "unnamed-2"}


def test_every_field_of_what_netbox_holds_is_known_as_written_there_or_not() -> None:
    """One that is added to a noun must be put into ROW_FIELDS, or here."""
    elsewhere = {
        "places": {"code", "owner", "operator", "used_by", "uprn"},
        "organisations": {"code"},
        "devices": {"name"},
        "ports": {"ref"},
        "links": {"code", "a", "z"},
        "handovers": {"code"},
        "site_slots": {"device"},
    }
    for name, things in elsewhere.items():
        thing = getattr(WITH_GATEWAY, name)[0]
        assert {each.name for each in fields(thing)} == things | ROW_FIELDS[name].keys()


def test_of_a_port_channel_s_link_both_its_ends_are_told_and_nothing_else(netbox: NetBoxInMemory) -> None:
    push_change(netbox, TOWN, WITH_CHANNEL)
    netbox.forget()
    at = len(TOWN.links)

    push_change(netbox, WITH_CHANNEL, edited(WITH_CHANNEL, "links", at, capacity_mbps=9_000))

    ids = [row["id"] for row in netbox.lists["dcim/interfaces"] if row["custom_fields"].get("nh_link_code")]
    sent = {"custom_fields": {"nh_capacity_mbps": 9_000}}
    assert netbox.written == [("update", "dcim/interfaces", {"id": each} | sent) for each in ids]
    assert len(ids) == 2


def test_a_cable_whose_link_s_code_has_another_s_in_it_is_none_of_it(netbox: NetBoxInMemory) -> None:
    ends = PortRef("sw-a", "Ethernet2"), PortRef("sw-b", "Ethernet3")
    port, link = Port(ends[1], PortRole.NNI, 10_000), Link("drop", *ends, 10_000, 5.0)

    push_change(netbox, TOWN, with_things(TOWN, ports=(port,), links=(link,)))

    assert [path for _, path, _ in netbox.written] == ["dcim/interfaces", "dcim/cables"]
