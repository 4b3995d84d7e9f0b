"""Two links as one (IEEE 802.1AX): a circuit over a port-channel goes on when one of its cables is cut."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from automation.twin.eapi import Credentials
from automation.twin.ovs.twin import PacketTwin
from automation.twin.topology import twin_devices
from inventory.devices import Port, PortRef, PortRole
from inventory.links import Link
from inventory.snapshot import Inventory, Snapshot
from tests.integration.running import PASSWORD, wait_until
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street
from tests.system.packets import Stream, skip_without_packets

pytestmark = pytest.mark.system
skip_without_packets()

SECOND = Link("trunk-2", PortRef(DX_SWITCH, "Ethernet3"), PortRef(DXP_SWITCH, "Ethernet3"), 100_000, 700.0)
LAG = """\
vlan 2001
interface Ethernet1,3
   channel-group 1 mode active
   lacp timer fast
interface Port-Channel1
   switchport trunk allowed vlan 2001
   switchport mode trunk
   switchport dot1q ethertype 0x88a8
"""
TAGGED = "interface {port}\nswitchport trunk allowed vlan 2001\n"
UNI = """\
vlan 2001
interface Ethernet1
   no shutdown
   switchport access vlan 2001
   switchport mode dot1q-tunnel
"""


def two_trunks() -> Inventory:
    one = street(1)
    ports = tuple(Port(end, PortRole.NNI, 100_000) for end in (SECOND.a, SECOND.z))
    return replace(one, ports=(*one.ports, *ports), links=(*one.links, SECOND))


def _came(stream: Stream, count: int) -> bool:
    return stream.received > count


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[PacketTwin]:
    snapshot = Snapshot(two_trunks())
    credentials = Credentials("neutralhost", PASSWORD)
    with PacketTwin.start(snapshot, twin_devices(snapshot), folder=tmp_path, credentials=credentials) as twin:
        yield twin


def test_a_cable_of_a_port_channel_is_cut_under_load_and_the_circuit_goes_on(twin: PacketTwin) -> None:
    twin.fleet.edit(DX_SWITCH, (LAG + TAGGED.format(port="Ethernet48")).splitlines())
    twin.fleet.edit(DXP_SWITCH, (LAG + TAGGED.format(port="Ethernet2")).splitlines())
    twin.fleet.edit("nte-1", (UNI + TAGGED.format(port="Ethernet2")).splitlines())
    uni, isp = (next(end for end in twin.plan.ends if end.is_handover is handover) for handover in (False, True))
    stream = Stream(uni, isp, 2001)
    stream.wait_for_frames()

    with stream:
        time.sleep(0.3)
        for link in (SECOND, next(one for one in two_trunks().links if one.code == "trunk")):
            before = stream.received
            twin.cut(link.a, link.z, link.code)
            time.sleep(0.7)
            twin.repair(link.a, link.z, link.code)
            wait_until(partial(_came, stream, before + 20), 10.0)
            time.sleep(1.5)  # LACP takes the cable back
    lost = stream.sent - stream.received

    print(f"each cable of two cut once: {lost} of {stream.sent} frames lost at {stream.fps} frames/s")
    assert stream.sent > 500
    assert lost < stream.fps / 2
