"""Which cables are up, by what their ends say; which are looked at."""

from dataclasses import replace

from automation.link_looks import PortsLook, cables_seen, ports_of, untold, watched_cables
from inventory.devices import DeviceRole, Lifecycle
from inventory.snapshot import Inventory, Snapshot
from tests.channels import CHANNEL, NEW, OLD, two_membered
from tests.towns import small_town

MILL, QUAY = "sw-mill", "sw-quay"
ALL_UP = {name: PortsLook(frozenset({"Ethernet49", "Ethernet50"})) for name in (MILL, QUAY)}


def seen(looks: dict[str, PortsLook]) -> dict[str, bool]:
    cables = watched_cables(Snapshot(two_membered(small_town())))
    return {one.cable.cable: one.is_up for one in cables_seen(cables, looks) if one.cable.link == "trunk"}


def test_a_port_channel_is_looked_at_by_its_members_and_a_drop_not_at_all():
    watched = watched_cables(Snapshot(two_membered(small_town())))

    assert [(one.link, one.cable) for one in watched if one.link == "trunk"] == [("trunk", NEW), ("trunk", OLD)]
    assert not any(ref.device.startswith("nte") for one in watched for ref in one.ends)
    assert CHANNEL not in {port for ports in ports_of(watched).values() for port in ports}


def test_one_dark_end_of_a_cable_is_enough_for_down():
    assert seen(ALL_UP) == {OLD: True, NEW: True}
    assert seen(ALL_UP | {QUAY: PortsLook(frozenset({"Ethernet49"}))}) == {OLD: True, NEW: False}


def test_the_other_end_tells_where_a_device_is_away_and_nobody_where_both_are():
    assert seen({MILL: ALL_UP[MILL], QUAY: PortsLook(None)}) == {OLD: True, NEW: True}
    assert seen({MILL: PortsLook(frozenset())}) == {OLD: False, NEW: False}
    assert seen({}) == {}


def test_devices_that_do_not_tell_are_counted_away_or_not():
    ports = {MILL: {"Ethernet49"}, QUAY: {"Ethernet49"}, "sw-away": {"Ethernet1"}}

    assert untold(ports, {**ALL_UP, QUAY: PortsLook(None)}) == 2


def test_a_drop_of_two_cables_is_looked_at_as_somebody_paid_for_it():
    town = two_membered(small_town())
    far = tuple(replace(each, role=DeviceRole.NTE) if each.name == MILL else each for each in town.devices)

    assert {one.cable for one in watched_cables(Snapshot(_with(town, far)))} == {OLD, NEW}


def test_a_link_to_a_device_that_is_not_live_is_nobodys_alarm():
    town = two_membered(small_town())
    planned = tuple(replace(each, lifecycle=Lifecycle.PLANNED) if each.name == MILL else each for each in town.devices)

    assert not [one for one in watched_cables(Snapshot(_with(town, planned))) if one.link == "trunk"]


def _with(town: Inventory, devices) -> Inventory:
    return replace(town, devices=devices)
