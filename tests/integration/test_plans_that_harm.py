"""Change plans that would harm what stands, from their proposal to what a person may lift, on simulated devices."""

from dataclasses import replace

import pytest

from automation.change_plan import DeviceChange, lines_change
from automation.limits import Limit
from inventory.devices import PortRef
from inventory.store.mirror import read_inventory, replace_inventory
from provisioning import change_plan_desk as desk
from provisioning.change_plan_errors import LimitsExceeded
from provisioning.change_plans import ChangePlan, PlanKind, PlanState
from provisioning.isps import Principal, Role
from provisioning.rights import SYSTEM
from provisioning.services import ServiceState
from tests.integration.running import Running, running
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street

ANNA, OLGA, PETE = (Principal(name, Role.OPERATOR, None) for name in ("anna", "olga", "pete"))
TRUNK = lines_change(DXP_SWITCH, "interface Ethernet1\n   mtu 9000\n", "interface Ethernet1\n   no mtu\n")


def test_a_miswired_port_stops_a_plan_until_two_people_approve_it_all_the_same(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        town.fleet.miswire(DXP_SWITCH, "Ethernet1", PortRef("stranger", "Ethernet9"))
        tools, plan = town.house.tools, rehearsed(town, TRUNK)

        [broken] = plan.in_the_way
        assert broken.limit is Limit.CABLING
        assert "Ethernet1 hears stranger:Ethernet9, and link trunk should bring sw-dx:Ethernet1" in broken.sentence
        with pytest.raises(LimitsExceeded, match="not cabled as designed"):
            desk.approve_plan(tools, ANNA, plan.id, plan.digest)

        desk.lift_limit(tools, PETE, plan.id, Limit.CABLING, why="it is being patched")
        desk.approve_plan(tools, ANNA, plan.id, plan.digest)
        desk.approve_plan(tools, OLGA, plan.id, plan.digest)
        assert settled(town, plan).state is PlanState.DONE
        assert "mtu 9000" in town.fleet.running_config(DXP_SWITCH)


def test_a_port_that_is_miswired_after_the_approval_changes_nothing(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        plan, before = rehearsed(town, TRUNK), town.configs()
        assert plan.in_the_way == ()
        town.fleet.miswire(DXP_SWITCH, "Ethernet1", PortRef("stranger", "Ethernet9"))

        desk.approve_plan(town.house.tools, ANNA, plan.id, plan.digest)

        failed = settled(town, plan)
        assert failed.state is PlanState.FAILED
        assert "stranger:Ethernet9" in failed.changes[0].said
        assert town.configs() == before


@pytest.mark.parametrize("state", [ServiceState.ACTIVE, ServiceState.PENDING_CHANGE])
def test_lines_that_would_take_the_tag_of_a_service_in_use_away_name_it(database_url: str, state: ServiceState) -> None:
    with running(database_url, street(homes=1)) as town:
        [order] = town.wait([town.order(1)])
        with town.house.tools.open_unit_of_work() as work:
            work.services.set_state(order.service_id or "", state)
            work.commit()

        plan = rehearsed(town, lines_change(DXP_SWITCH, "no vlan 2001\n", "vlan 2001\n"))

        [broken] = plan.in_the_way
        assert broken.limit is Limit.STANDING_SERVICES
        assert f"It takes away what {order.service_id} needs on {DXP_SWITCH}" in broken.sentence


def rehearsed(town: Running, change: DeviceChange) -> ChangePlan:
    plan = desk.propose_change(town.house.tools, SYSTEM, PlanKind.OTHER, [change], why="try it")
    found = desk.wait_for_plan(town.house.tools, SYSTEM, plan.id, 30)
    assert found.state is PlanState.REHEARSED, found.reasons
    return found


def settled(town: Running, plan: ChangePlan) -> ChangePlan:
    return desk.wait_for_plan(town.house.tools, SYSTEM, plan.id, 30)


def test_where_two_addresses_are_swapped_in_the_inventory_no_device_is_changed_in_the_other_s_place(
    database_url: str,
) -> None:
    with running(database_url, street(homes=1)) as town:
        ready, before = rehearsed(town, TRUNK), town.configs()
        held = read_inventory(town.house.engine)
        own = {device.name: device.management_address for device in held.devices}
        swapped = own | {DX_SWITCH: own[DXP_SWITCH], DXP_SWITCH: own[DX_SWITCH]}
        devices = tuple(replace(one, management_address=swapped[one.name]) for one in held.devices)
        replace_inventory(town.house.engine, replace(held, devices=devices))
        tools = town.house.tools

        desk.approve_plan(tools, ANNA, ready.id, ready.digest)
        plan = desk.propose_change(tools, SYSTEM, PlanKind.OTHER, [TRUNK], why="again")

        for ended in (settled(town, ready), settled(town, plan)):
            assert ended.state is PlanState.FAILED
            assert f"the address of {DXP_SWITCH} calls itself {DX_SWITCH}" in ended.reasons[0].sentence
        assert town.configs() == before
