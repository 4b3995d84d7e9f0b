"""A LoRa gateway and a small cell of two ISPs on one site, each with power, a mount and a backhaul of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.hosts import host_addresses
from inventory.devices import Device
from inventory.errors import NoPath
from inventory.hosting import SiteSlot
from monitoring.metrics import Metrics
from provisioning import detour_desk, device_desk, front_desk, slot_desk
from provisioning.change_plans import PlanState
from provisioning.errors import UnknownService
from provisioning.front_desk import SYSTEM
from provisioning.impact import Fate
from provisioning.isps import Principal, Role
from provisioning.orders import OrderState, WaitsFor
from provisioning.wanted import HostedEquipment
from tests.integration.air_town import BOX, AirTown, running_air_town
from tests.integration.running import wait_until
from tests.integration.street import DX_SWITCH, DXP_SWITCH
from tests.integration.test_ssids_moved import ROUND, ended, ringed

pytestmark = pytest.mark.system
GATEWAY, CELL = HostedEquipment.LORAWAN_GATEWAY, HostedEquipment.SMALL_CELL


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[AirTown]:
    with running_air_town(database_url, tmp_path, inventory=ringed(), away_limit_s=0.0) as town:
        yield town


def port_lines(town: AirTown, port: str) -> str:
    """What the column's box says of a port."""
    text = town.fleet.running_config(BOX)
    return text.partition(f"interface {port}\n")[2].partition("!")[0]


def hanging(town: AirTown) -> tuple[tuple[Device, SiteSlot], ...]:
    """The hosted devices of the inventory, each with its slot."""
    snapshot = town.house.tools.load_snapshot()
    return tuple((snapshot.device(slot.device), slot) for slot in snapshot.inventory.site_slots)


def each_is_counted_and_seen_by_itself(town: AirTown, services: list[str]) -> None:
    tools, metrics, ana = town.house.tools, Metrics(), Principal("ana", Role.ISP_ADMIN, "quayside")
    ports = {slot_desk.tenant_of_slot(tools, SYSTEM, one).port: number for number, one in enumerate(services, 1)}  # type: ignore[union-attr]  # both hang
    town.fleet.count_by(lambda port: (1_000 * ports.get(port, 0), 7 * ports.get(port, 0)))

    metrics.set_site_slots(slot_desk.slots_used(tools))

    said = metrics.exposition().decode()
    at = {slot.isp_code: slot.position.number for _device, slot in hanging(town)}
    of = {isp: f'{{place="column",position="{at[isp]}",tenant="{isp}"}}' for isp in at}
    assert f"neutralhost_site_slot_received_bytes{of['quayside']} 1000.0" in said
    assert f"neutralhost_site_slot_sent_bytes{of['loomlight']} 14.0" in said
    assert said.count("neutralhost_site_slot_up{") == 2
    assert slot_desk.slot_usage(tools, ana, services[0]).received_octets == 1_000
    with pytest.raises(UnknownService):  # it is another's
        slot_desk.slot_usage(tools, ana, services[1])
    seen = slot_desk.site_slots(tools, ana, place="column")
    assert [one.is_free for one in seen] == [False, False, True]
    assert {one.tenant.isp_code for one in seen if one.tenant} == {"quayside"}
    assert {one.tenant.isp_code for one in slot_desk.site_slots(tools, SYSTEM) if one.tenant} == {*at}
    town.fleet.go_away(BOX)
    assert slot_desk.slots_used(tools) == ()
    town.fleet.come_back(BOX)


def a_cut_names_both(town: AirTown, services: set[str | None]) -> None:
    lost = {way.hit.id: way.hit.fate for way in device_desk.without_link(town.house.tools, SYSTEM, "drop-box")}
    assert lost == dict.fromkeys(services, Fate.LOST)
    for switch in (BOX, DXP_SWITCH, DX_SWITCH):
        assert {way.hit.id for way in device_desk.without_device(town.house.tools, SYSTEM, switch)} == services


def a_drain_moves_a_backhaul_with_what_it_holds(town: AirTown, cell: str) -> None:
    tools, s_vlan = town.house.tools, town.s_vlan(cell)
    ways = {way.hit.id: (way.hit.fate, way.links) for way in device_desk.without_link(tools, SYSTEM, "trunk")}
    assert ways[cell] == (Fate.OTHER_LINKS, ("drop-box", "south", "north"))
    with pytest.raises(NoPath):
        detour_desk.foresee_detour(tools, SYSTEM, cell, {"drop-box"})

    plan = detour_desk.move_service(tools, SYSTEM, cell, {"trunk"}, why="new trunk")
    assert town.committed() == {"drop-box": 260, "trunk": 260, "south": 250, "north": 250}
    assert ended(town, plan) is PlanState.DONE

    assert town.committed() == {"drop-box": 260, "trunk": 10, "south": 250, "north": 250}
    assert (town.s_vlan(cell), f"name {cell}" in town.fleet.running_config(ROUND)) == (s_vlan, True)
    assert [finding for finding in front_desk.audit(tools, SYSTEM) if not finding.ok] == []


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
    wait_until(lambda: len(hanging(town)) == len(done))
    hung = hanging(town)
    assert {(device.role.value, slot.isp_code) for device, slot in hung} == {
        ("lorawan-gateway", "quayside"),
        ("small-cell", "loomlight"),
    }
    assert {str(slot.port) for _device, slot in hung} == {f"{BOX}:Ethernet1", f"{BOX}:Ethernet2"}
    assert {device.name for device, _slot in hung}.isdisjoint(host_addresses(town.house.tools.load_snapshot()))
    assert town.committed() == {"drop-box": 260, "trunk": 260}
    each_is_counted_and_seen_by_itself(town, [one.service_id or "" for one in done])
    a_cut_names_both(town, {one.service_id for one in done})
    a_drain_moves_a_backhaul_with_what_it_holds(town, done[1].service_id or "")

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
