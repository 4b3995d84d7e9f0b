"""Orders prove themselves by packets: on the inner part of the example, with forwarding that is real."""

import re
from collections.abc import Iterator

import pytest

from automation.twin.ovs.ends import Outlet
from inventory.devices import PortRef
from provisioning.orders import OrderState
from provisioning.services import Service
from tests.system.packets import PacketTown, capture, circuit_of, packet_town, ping, skip_without_packets

pytestmark = pytest.mark.system
skip_without_packets()

HOME, NEIGHBOUR = "999911000001", "999911000002"  # nte-0014 and nte-0015, on one switch in Moss Side
HANDOVER, OTHER_ISP = "ho-quayside-1", "ho-loomlight-20"
C_VLAN = 101


@pytest.fixture(scope="module")
def town(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PacketTown]:
    with packet_town(module_database_url, tmp_path_factory.mktemp("packets")) as town:
        yield town


def pinged(town: PacketTown, service: Service, number: int, c_vlan: int | None = C_VLAN) -> tuple[Outlet, str]:
    """Addresses at both ends of a circuit: where to ping from, and to."""
    circuit = circuit_of(service)
    uni, far = town.twin.network.router(circuit.uni), town.twin.network.router(circuit.handover_port)
    ours, theirs = f"10.{number}.0.2", f"10.{number}.0.1"
    far.tagged(f"{theirs}/24", s_vlan=circuit.s_vlan, c_vlan=c_vlan)
    if c_vlan is None:
        return uni.plain(f"{ours}/24"), theirs
    return uni.tagged(f"{ours}/24", c_vlan=c_vlan), theirs


def test_an_order_delivered_passes_a_ping_and_the_handover_shows_the_ordered_tags(town: PacketTown) -> None:
    service = town.deliver(HOME, HANDOVER)
    circuit = circuit_of(service)
    outlet, address = pinged(town, service, 1)
    isp = town.end(circuit.handover_port)

    with capture(isp.namespace, isp.interface, "ether[12:2] = 0x88a8") as seen:
        assert ping(outlet, address) == 3

    tags = {tuple(re.findall(r"vlan (\d+)", line)) for line in seen.stop()}
    assert tags == {(str(circuit.s_vlan), str(C_VLAN))}
    assert PortRef(isp.port.device, isp.port.port) == circuit.handover_port
    assert town.wait(town.cease(service)).state is OrderState.COMPLETED
