"""The audit on simulated devices that speak real eAPI: what is missing, what is nobody's, who is away."""

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from tests.integration.running import running
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street


def test_an_audit_finds_a_tag_by_hand_a_circuit_gone_and_a_device_away(database_url: str) -> None:
    with running(database_url, street(homes=2)) as town:
        [order] = town.wait([town.order(1)])
        tools = town.house.tools
        assert order.service_id is not None
        circuit = front_desk.service(tools, SYSTEM, order.service_id).circuit
        assert circuit is not None
        assert [finding for finding in front_desk.audit(tools, SYSTEM) if not finding.ok] == []

        trunk = circuit.hops[1].tagged_ports[-1]
        town.fleet.edit(DXP_SWITCH, [f"interface {trunk}", "switchport trunk allowed vlan add 77"])
        town.fleet.edit(DX_SWITCH, [f"no vlan {circuit.s_vlan}"])
        town.fleet.go_away("nte-2")
        found = [finding for finding in front_desk.audit(tools, SYSTEM) if not finding.ok]

    assert {(finding.device, finding.check) for finding in found} == {
        (DXP_SWITCH, "foreign tag"),
        (DX_SWITCH, f"circuit {order.service_id}"),
        ("nte-2", "read"),
    }
    assert any(f"{trunk} carries 77, which is nobody's" in finding.detail for finding in found)
