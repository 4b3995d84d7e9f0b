"""E-Lines on simulated devices that speak real eAPI, walked by a real worker."""

import pytest

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import Order, OrderRequest, OrderState
from provisioning.wanted import ELineWanted
from tests.integration.faces import NETBOX_TOKEN
from tests.integration.running import Running, running, wait_until
from tests.integration.small_netbox import small_netbox
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street, uprn_of


def placed(town: Running, product: str, wanted: ELineWanted, key: str, mbps: int = 100) -> Order:
    request = OrderRequest(product, uprn_of(1), "", mbps, 12, "", wanted)
    order, _new = front_desk.place_order(town.house.tools, SYSTEM, request, idempotency_key=key, isp_code="quayside")
    return order


def test_an_epl_joins_two_unis_in_one_plan_and_its_cease_leaves_each_byte_as_it_was(database_url: str) -> None:
    with running(database_url, street(homes=2)) as town:
        before = town.configs()

        [done] = town.wait([placed(town, "epl", ELineWanted(uprn_of(2)), "epl")])

        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        after = town.configs()
        assert {name for name in after if after[name] != before[name]} == {"nte-1", "nte-2", DXP_SWITCH}
        assert after[DX_SWITCH] == before[DX_SWITCH]
        for nte in ("nte-1", "nte-2"):
            assert "switchport mode dot1q-tunnel" in after[nte]
            assert f"policy-map type quality-of-service nh-{done.service_id}" in after[nte]
        assert done.service_id is not None
        circuit = front_desk.service(town.house.tools, SYSTEM, done.service_id).circuit
        assert circuit is not None
        assert [uni.device for uni in circuit.unis] == ["nte-1", "nte-2"]
        assert f"vlan {circuit.s_vlan}\n   name {done.service_id}" in after[DXP_SWITCH]

        [ceased] = town.wait([town.cease(done.service_id)])

        assert (ceased.state, ceased.reasons) == (OrderState.COMPLETED, ())
        assert town.configs() == before
        assert town.held() == {}


def test_an_evpl_exchanges_the_c_vlan_of_each_uni_and_the_audit_finds_nothing_wrong(database_url: str) -> None:
    with running(database_url, street(homes=2)) as town:
        before = town.configs()

        [done] = town.wait([placed(town, "evpl", ELineWanted(uprn_of(2), (100,), (200,)), "evpl")])

        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        assert done.service_id is not None
        circuit = front_desk.service(town.house.tools, SYSTEM, done.service_id).circuit
        assert circuit is not None
        for nte, c_vlan in (("nte-1", 100), ("nte-2", 200)):
            text = town.configs()[nte]
            assert f"switchport vlan translation {c_vlan} {circuit.s_vlan}" in text
            assert "switchport vlan translation in required" in text
            assert f"switchport trunk allowed vlan {circuit.s_vlan}" in text
        assert [found for found in front_desk.audit(town.house.tools, SYSTEM, ()) if not found.ok] == []

        town.wait([town.cease(done.service_id)])

        assert town.configs() == before


def test_an_e_line_never_takes_a_tag_that_a_handover_may_give_out(database_url: str) -> None:
    with running(database_url, street(homes=3)) as town:
        access = town.order(3)
        [e_line, other] = town.wait([placed(town, "epl", ELineWanted(uprn_of(2)), "epl"), access])

        circuits = []
        for order in (e_line, other):
            assert order.service_id is not None
            circuits.append(front_desk.service(town.house.tools, SYSTEM, order.service_id).circuit)
        tags = [circuit.s_vlan for circuit in circuits if circuit is not None]
        [handover] = town.snapshot.inventory.handovers
        assert [tag in handover.s_vlans for tag in tags] == [False, True]


def test_of_two_e_lines_for_one_uni_one_wins_and_the_other_holds_nothing(database_url: str) -> None:
    with running(database_url, street(homes=3)) as town:
        rivals = [placed(town, "epl", ELineWanted(uprn_of(2)), "a"), placed(town, "epl", ELineWanted(uprn_of(3)), "b")]
        settled = {OrderState.COMPLETED, OrderState.HELD, OrderState.FAILED, OrderState.REJECTED}

        wait_until(lambda: all(town.look(order.id).state in settled for order in rivals))

        [winner] = [
            order for order in map(town.look, (one.id for one in rivals)) if order.state is OrderState.COMPLETED
        ]
        assert list(town.held()) == [winner.service_id]


@pytest.mark.parametrize(("product", "c_vlans", "kind"), [("epl", (), "epl"), ("evpl", (7,), "evpl")])
def test_netbox_shows_an_e_line_between_its_two_unis_and_nothing_after_its_end(
    database_url: str, product: str, c_vlans: tuple[int, ...], kind: str
) -> None:
    inventory = street(homes=2)
    with small_netbox(NETBOX_TOKEN) as netbox:
        netbox.fill(inventory)
        settings = {"netbox_url": netbox.url, "netbox_token": NETBOX_TOKEN}
        with running(database_url, inventory, netbox=settings) as town:
            [done] = town.wait([placed(town, product, ELineWanted(uprn_of(2), c_vlans, c_vlans), "e")])

            wait_until(lambda: [row["status"]["value"] for row in netbox.tables["vpn/l2vpns"]] == ["active"])
            [l2vpn] = netbox.tables["vpn/l2vpns"]
            assert (l2vpn["type"]["value"], l2vpn["custom_fields"]["nh_service_id"]) == (kind, done.service_id)
            ids = {row["id"]: (row["device"]["name"], row["name"]) for row in netbox.tables["dcim/interfaces"]}
            ends = {ids[row["assigned_object_id"]] for row in netbox.tables["vpn/l2vpn-terminations"]}
            assert ends == {("nte-1", "Ethernet1"), ("nte-2", "Ethernet1")}
            assert netbox.tables.get("ipam/vlans", []) == []

            town.wait([town.cease(str(done.service_id))])
            assert netbox.shown() == []
