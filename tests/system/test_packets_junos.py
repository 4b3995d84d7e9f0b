"""Two vendors and real frames: a circuit over EOS, Junos and EOS, where what joins two of them is two cables as one."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from automation.change_plan import ChangeAction
from automation.deploy import NornirDeployer
from automation.hosts import HostAddress
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.ovs.twin import PacketTwin
from automation.twin.topology import twin_devices
from inventory.devices import PortRef
from inventory.links import Link
from inventory.snapshot import Inventory, Snapshot
from tests.channels import two_membered
from tests.integration.running import PASSWORD
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street
from tests.system.packets import Stream, capture, echo_tags, ping, skip_without_packets, wait_for_lacp

pytestmark = pytest.mark.system
skip_without_packets()

JUNOS_PORTS = {"Ethernet1": "xe-0/0/1", "Ethernet2": "ge-0/0/2", "Ethernet3": "xe-0/0/3", "Port-Channel1": "ae0"}
S_VLAN, C_VLAN = 2001, 101
PROFILE = BandwidthProfile(20, 0, 25_000, 0)
CIRCUIT = (
    CircuitIntent("nte-1", "S-1", S_VLAN, ("Ethernet2",), UniIntent("Ethernet1", "S-1 home", PROFILE)),
    CircuitIntent(DXP_SWITCH, "S-1", S_VLAN, ("ge-0/0/2", "ae0")),
    CircuitIntent(DX_SWITCH, "S-1", S_VLAN, ("Port-Channel1", "Ethernet48")),
)


def _called(ref: PortRef) -> PortRef:
    return PortRef(ref.device, JUNOS_PORTS[ref.port]) if ref.device == DXP_SWITCH else ref


def _link(link: Link) -> Link:
    return replace(link, a=_called(link.a), z=_called(link.z))


def mixed_street() -> Inventory:
    """The street with a Junos switch in the middle, its trunk on two cables."""
    one = two_membered(street(1), port="Ethernet3")
    return replace(
        one,
        devices=tuple(replace(each, platform="junos") if each.name == DXP_SWITCH else each for each in one.devices),
        ports=tuple(
            replace(port, ref=_called(port.ref), lag="ae0" if port.lag and port.ref.device == DXP_SWITCH else port.lag)
            for port in one.ports
        ),
        links=tuple(map(_link, one.links)),
    )


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[PacketTwin]:
    snapshot = Snapshot(mixed_street())
    credentials = Credentials("neutralhost", PASSWORD)
    with PacketTwin.start(snapshot, twin_devices(snapshot), folder=tmp_path, credentials=credentials) as twin:
        yield twin


def _deployer(twin: PacketTwin) -> NornirDeployer:
    hosts = {one.name: HostAddress(one.name, one.address, one.platform) for one in twin.fleet.devices}
    spoken = {
        "device_username": "neutralhost",
        "device_password": SecretStr(PASSWORD.get_secret_value()),
        "eapi_transport": "http",
        "eapi_port": twin.fleet.port,
        "netconf_port": twin.fleet.ports["junos"],
        "ssh_verify": False,
    }
    return NornirDeployer(lambda: hosts, AutomationSettings.model_validate(spoken))


def test_a_circuit_over_two_vendors_passes_a_ping_and_a_cut_of_one_of_its_two_cables(twin: PacketTwin) -> None:
    deployer, snapshot = _deployer(twin), Snapshot(mixed_street())
    before = {one.name: twin.fleet.running_config(one.name) for one in twin.fleet.devices}
    added = deployer.rehearse(CIRCUIT, ChangeAction.ADD).changes
    assert deployer.deploy(added, 60).refusals == ()
    uni, isp = (next(end for end in twin.plan.ends if end.is_handover is handover) for handover in (False, True))
    stream = Stream(uni, isp, S_VLAN)
    stream.wait_for_frames()
    wait_for_lacp(twin, snapshot.members["trunk"])

    cut = snapshot.members["trunk"][0]
    with stream:
        time.sleep(0.3)
        twin.cut(cut.a, cut.z, cut.code)
        time.sleep(0.7)
    lost = stream.sent - stream.received

    twin.network.router(isp.port).tagged("10.0.0.1/24", s_vlan=S_VLAN, c_vlan=C_VLAN)
    near = twin.network.router(uni.port).tagged("10.0.0.2/24", c_vlan=C_VLAN)
    with capture(isp.namespace, isp.interface) as seen:
        came = ping(near, "10.0.0.1")
        tags = {one[1:] for one in echo_tags(seen.stop())}
    as_found = [intent for change in added for intent in change.intents]
    assert deployer.deploy(deployer.rehearse(as_found, ChangeAction.REMOVE).changes, 60).refusals == ()
    print(f"{lost} of {stream.sent} frames lost by a cut of {cut.code} between Junos and EOS")
    assert (came, ping(near, "10.0.0.1", tries=1)) == (3, 0)
    assert lost < stream.fps / 2
    assert tags == {("0x88a8", str(S_VLAN), str(C_VLAN))}
    assert {one.name: twin.fleet.running_config(one.name) for one in twin.fleet.devices} == before
