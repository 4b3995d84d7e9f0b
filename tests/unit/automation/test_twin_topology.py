"""The twin of an inventory: which devices, what they say on day 0, and which ports have link."""

from dataclasses import replace
from pathlib import Path

from automation.baseline import BaselineRules, baseline_intents
from automation.dialects.eos.platform import EOS
from automation.twin.bootstrap import BOOTSTRAPS
from automation.twin.config import interface_head, render
from automation.twin.configure import Configurator, boot_config, parse_config
from automation.twin.model import TwinDevice
from automation.twin.topology import twin_devices
from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.examples import manchester
from inventory.files.bundle import read_bundle
from inventory.handovers import Handover
from inventory.links import Link
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory, Snapshot
from inventory.vlans import TagRange


def switch(name: str, number: int, platform: str = "eos") -> Device:
    return Device(
        name, DeviceRole.SWITCH, platform, "Arista", "DCS-7050", f"SN{number}", "quay", None, f"127.1.9.{number}"
    )


ESTATE = Inventory(
    devices=(switch("dx", 1), switch("nte", 2), switch("router", 3, "iosxr")),
    ports=(
        Port(PortRef("dx", "Ethernet1"), PortRole.NNI, 10_000),
        Port(PortRef("dx", "Ethernet2"), PortRole.HANDOVER, 10_000),
        Port(PortRef("dx", "Ethernet3"), PortRole.NNI, 10_000),
        Port(PortRef("nte", "Ethernet1"), PortRole.NNI, 10_000),
        Port(PortRef("nte", "Ethernet2"), PortRole.UNI, 1_000),
    ),
    links=(Link("l1", PortRef("dx", "Ethernet1"), PortRef("nte", "Ethernet1"), 10_000, 80.0),),
    handovers=(Handover("alder-1", "alder", "quay", PortRef("dx", "Ethernet2"), 10_000, TagRange(2001, 2020)),),
)


def lines(device: TwinDevice, port: str) -> tuple[str, ...]:
    config = parse_config(device.config, {one.name for one in device.ports} | {"Management1"})
    return config.lines_of(interface_head(port))


def test_every_device_with_an_address_and_a_simulator_has_a_twin() -> None:
    found = {device.name: device.platform for device in twin_devices(Snapshot(ESTATE))}

    assert found.items() >= {"dx": "eos", "nte": "eos"}.items()
    retired = tuple(replace(device, lifecycle=Lifecycle.RETIRED) for device in ESTATE.devices)
    assert twin_devices(Snapshot(replace(ESTATE, devices=retired))) == ()


def test_day_zero_carries_no_tag_anywhere_and_leaves_unused_ports_shut() -> None:
    dx, nte = twin_devices(Snapshot(ESTATE))
    tagged = ("switchport trunk allowed vlan none", "switchport mode trunk", "switchport dot1q ethertype 0x88a8")

    assert lines(dx, "Ethernet1") == ("description to nte:Ethernet1", *tagged)
    assert lines(dx, "Ethernet2") == ("description handover alder-1", *tagged)
    assert lines(dx, "Ethernet3") == ("shutdown",)
    assert lines(nte, "Ethernet2") == ("shutdown",)


def test_towards_an_access_point_tags_are_those_its_bridge_knows() -> None:
    ap = replace(ESTATE.devices[2], name="ap", platform="openwrt", role=DeviceRole.ACCESS_POINT)
    link = Link("l2", PortRef("dx", "Ethernet3"), PortRef("ap", "eth0"), 1_000, 80.0)
    snapshot = Snapshot(replace(ESTATE, devices=(*ESTATE.devices[:2], ap), links=(*ESTATE.links, link)))

    dx = next(device for device in twin_devices(snapshot) if device.name == "dx")

    assert lines(dx, "Ethernet3")[1:] == ("switchport trunk allowed vlan none", "switchport mode trunk")
    assert "switchport dot1q ethertype 0x88a8" in lines(dx, "Ethernet1")


def test_a_planned_device_says_no_more_than_what_makes_it_reachable() -> None:
    dx = replace(ESTATE.devices[0], lifecycle=Lifecycle.PLANNED)
    [planned] = twin_devices(Snapshot(replace(ESTATE, devices=(dx,))))

    config = parse_config(planned.config, {"Ethernet1", "Management1"})
    assert config.lines_of(interface_head("Ethernet1")) == ()
    assert "ip address 127.1.9.1/8" in config.lines_of(interface_head("Management1"))


def test_day_zero_is_what_commissioning_puts_on_a_planned_device_byte_for_byte() -> None:
    rules = BaselineRules(("192.0.2.1",), ("192.0.2.2",), ("192.0.2.0/24", "198.51.100.0/24"), 900)
    quay = Place("quay", "Quay", PlaceKind.DX, "quays", 0.0, 0.0)
    snapshot = Snapshot(replace(ESTATE, places=(quay,)))
    ports = {port.name for port in twin_devices(snapshot)[0].ports} | {"Management1"}
    planned = render(parse_config(BOOTSTRAPS["eos"](snapshot, ESTATE.devices[0], rules), ports))

    plan = EOS.dialect.plan(planned, (), baseline_intents(snapshot, "dx", rules))

    commissioned = Configurator(parse_config(planned, ports), ports)
    commissioned.type_all(plan.commands.splitlines())
    day_zero = twin_devices(snapshot, rules)[0].config
    assert "vlan 900" in day_zero
    assert render(commissioned.config) == render(parse_config(day_zero, ports))


def test_the_example_estate_boots_without_a_refused_line() -> None:
    estate = read_bundle(Path(manchester.__file__).parent)
    devices = twin_devices(Snapshot(estate))

    refused = [
        line
        for device in devices
        for line in boot_config(device.config, {port.name for port in device.ports} | {"Management1"})[1]
    ]
    assert len(devices) > 10
    assert refused == []


def test_ports_know_what_is_plugged_into_them() -> None:
    dx, nte = twin_devices(Snapshot(ESTATE))

    assert [(port.name, port.far_end, port.attached) for port in (*dx.ports, *nte.ports)] == [
        ("Ethernet1", PortRef("nte", "Ethernet1"), False),
        ("Ethernet2", None, True),
        ("Ethernet3", None, False),
        ("Ethernet1", PortRef("dx", "Ethernet1"), False),
        ("Ethernet2", None, True),
    ]
