"""A LoRa gateway and a small cell of two ISPs on one site, each with power, a mount and a backhaul of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.hosts import host_addresses
from inventory.devices import Device
from inventory.hosting import SiteSlot
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState, WaitsFor
from provisioning.wanted import HostedEquipment
from tests.integration.air_town import BOX, AirTown, running_air_town
from tests.integration.running import wait_until
from tests.integration.street import DX_SWITCH, DXP_SWITCH

pytestmark = pytest.mark.system
GATEWAY, CELL = HostedEquipment.LORAWAN_GATEWAY, HostedEquipment.SMALL_CELL


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[AirTown]:
    with running_air_town(database_url, tmp_path, away_limit_s=0.0) as town:
        yield town


def port_lines(town: AirTown, port: str) -> str:
    """What the column's box says of a port."""
    text = town.fleet.running_config(BOX)
    return text.partition(f"interface {port}\n")[2].partition("!")[0]


def hanging(town: AirTown) -> tuple[tuple[Device, SiteSlot], ...]:
    """The hosted devices of the inventory, each with its slot."""
    snapshot = town.house.tools.load_snapshot()
    return tuple((snapshot.device(slot.device), slot) for slot in snapshot.inventory.site_slots)


def test_two_tenants_of_a_site_have_a_port_and_a_tag_each_at_one_price_and_leave_nothing(town: AirTown) -> None:
    before = town.configs()
    orders = [town.host("quayside", GATEWAY), town.host("loomlight", CELL)]
    assert [order.monthly_pence for order in orders] == [orders[0].monthly_pence] * 2
    assert town.until(orders[1], WaitsFor.APPROVAL).waits_for is WaitsFor.APPROVAL
    tasks = front_desk.order_story(town.house.tools, SYSTEM, orders[1].id).tasks
    assert [task.partition(" ")[0] for task in tasks] == ["Put", "Plug", "Connect"]
    assert town.configs() == before

    done = [town.approve(order) for order in orders]

    assert [(one.state, one.reasons) for one in done] == [(OrderState.COMPLETED, ())] * 2
    tags = [str(town.s_vlan(one.service_id or "")) for one in done]
    assert len(set(tags)) == 2
    by_port = {port: port_lines(town, port) for port in ("Ethernet1", "Ethernet2")}
    whose = {tag: [port for port, lines in by_port.items() if f"vlan {tag}" in lines] for tag in tags}
    assert sorted(whose.values()) == [["Ethernet1"], ["Ethernet2"]]
    changed = {name for name, text in town.configs().items() if text != before[name]}
    assert changed == {BOX, DX_SWITCH, DXP_SWITCH}
    assert [finding for finding in front_desk.audit(town.house.tools, SYSTEM) if not finding.ok] == []
    wait_until(lambda: len(hanging(town)) == len(done), 10)
    hung = hanging(town)
    assert {(device.role.value, slot.isp_code) for device, slot in hung} == {
        ("lorawan-gateway", "quayside"),
        ("small-cell", "loomlight"),
    }
    assert {str(slot.port) for _device, slot in hung} == {f"{BOX}:Ethernet1", f"{BOX}:Ethernet2"}
    assert {device.name for device, _slot in hung}.isdisjoint(host_addresses(town.house.tools.load_snapshot()))
    assert town.committed() == {"drop-box": 260, "trunk": 260}

    for one in done:
        cease, _ = front_desk.cease_service(
            town.house.tools, SYSTEM, one.service_id or "", idempotency_key=f"c-{one.service_id}"
        )
        assert town.approve(cease).state is OrderState.COMPLETED
    assert town.configs() == before
    assert (hanging(town), town.committed()) == ((), {})


def test_a_site_with_no_port_left_is_refused_with_the_figures_and_one_without_a_backhaul_needs_none(
    town: AirTown,
) -> None:
    for isp in ("quayside", "loomlight"):
        town.approve(town.host(isp, GATEWAY))

    refused = town.until(town.host("quayside", CELL))
    bare = town.approve(town.host("quayside", CELL, with_backhaul=False))

    assert (refused.state, refused.reasons[0].code) == (OrderState.REJECTED, "no-backhaul")
    assert refused.reasons[0].sentence == "No live switch at column has a free port of 250 Mbit/s for a backhaul."
    assert bare.state is OrderState.COMPLETED
