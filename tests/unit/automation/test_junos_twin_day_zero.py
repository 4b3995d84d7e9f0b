"""The twin of an inventory with a Junos device: what it boots is what commissioning puts on a real one."""

from dataclasses import replace

from automation.baseline import BaselineRules, baseline_intents
from automation.dialects.junos.platform import JUNOS
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.twin.junos.database import parsed, text_of
from automation.twin.topology import twin_devices
from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.links import Link
from inventory.snapshot import Inventory, Snapshot
from inventory.vlans import TagRange
from tests.unit.automation.bench_junos import JUNOS_BENCH

RULES = BaselineRules(ntp_servers=("192.0.2.1",), syslog_servers=("192.0.2.2",), management_from=("192.0.2.0/24",))
MX = Device("mx", DeviceRole.SWITCH, "junos", "Juniper", "MX204", "SN1", "quay", None, "127.1.80.1")
NTE = Device("nte", DeviceRole.SWITCH, "eos", "Arista", "DCS-7050", "SN2", "quay", None, "127.1.80.2")
ESTATE = Inventory(
    devices=(MX, NTE),
    ports=(
        Port(PortRef("mx", "xe-0/1/0"), PortRole.NNI, 10_000),
        Port(PortRef("mx", "xe-0/1/1"), PortRole.HANDOVER, 10_000),
        Port(PortRef("mx", "ge-0/0/0"), PortRole.UNI, 1_000),
        Port(PortRef("nte", "Ethernet1"), PortRole.NNI, 10_000),
    ),
    links=(Link("l1", PortRef("mx", "xe-0/1/0"), PortRef("nte", "Ethernet1"), 10_000, 80.0),),
    handovers=(Handover("alder-1", "alder", "quay", PortRef("mx", "xe-0/1/1"), 10_000, TagRange(2001, 2020)),),
)
PLANNED = replace(ESTATE, devices=(replace(MX, lifecycle=Lifecycle.PLANNED), NTE))


def day_zero(estate: Inventory) -> str:
    """What the device prints once it has booted: every line of its first text is a statement."""
    twin = next(device for device in twin_devices(Snapshot(estate), RULES) if device.name == "mx")
    root, lost = parsed(twin.config)
    assert (twin.platform, lost) == ("junos", ())
    return text_of(root)


def test_day_zero_is_what_commissioning_puts_on_a_planned_device_byte_for_byte() -> None:
    planned = day_zero(PLANNED)
    intents = baseline_intents(Snapshot(PLANNED), "mx", RULES)

    plan = JUNOS.dialect.plan(planned, (), intents)

    assert JUNOS_BENCH.apply(planned, plan.commands) == day_zero(ESTATE)
    assert JUNOS.dialect.plan(day_zero(ESTATE), (), intents).commands == ""


def test_links_and_handovers_are_ready_and_carry_nothing_and_other_ports_are_shut() -> None:
    text = day_zero(ESTATE)
    profile = BandwidthProfile(100, 0, 12_500, 0)
    circuit = CircuitIntent("mx", "S-1", 2001, ("xe-0/1/0", "xe-0/1/1"), UniIntent("ge-0/0/0", "S-1", profile))

    assert "unit" not in text.split("interfaces {")[1].split("fxp0")[0]
    assert "    ge-0/0/0 {\n        disable;\n    }\n" in text
    plan = JUNOS.dialect.plan(text, (), (circuit,))
    there = JUNOS_BENCH.apply(text, plan.commands)
    assert JUNOS_BENCH.apply(there, JUNOS.dialect.plan(there, plan.intents, ()).commands) == text
