"""The access points of a demo: each has an address of its own, so that SSIDs can be ordered there."""

from dataclasses import replace

from inventory.devices import Device, DeviceRole
from inventory.snapshot import Inventory
from provisioning.cli.demo_access_points import ubus_port, with_addresses

POINT = Device("ap-1", DeviceRole.ACCESS_POINT, "openwrt", "Maker", "AP6", "S-1", "dxp", None, None)
SWITCH = Device("sw-1", DeviceRole.SWITCH, "eos", "Maker", "M1", "S-2", "dxp", None, "127.1.0.1")


def test_every_access_point_without_an_address_gets_one_of_its_own_and_nothing_else_is_touched() -> None:
    known = replace(POINT, name="ap-3", management_address="127.9.9.9")
    found = with_addresses(Inventory(devices=(POINT, SWITCH, replace(POINT, name="ap-2"), known)))

    assert [device.management_address for device in found.devices] == [
        "127.1.20.1",
        "127.1.0.1",
        "127.1.20.2",
        "127.9.9.9",
    ]
    assert found.devices[1::2] == (SWITCH, known)


def test_access_points_answer_on_the_port_beside_the_switches() -> None:
    assert (ubus_port(18_480), ubus_port(65_535)) == (18_481, 65_534)
