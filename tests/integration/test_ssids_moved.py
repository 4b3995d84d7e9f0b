"""What a cut or a drain means for an SSID: it is named, and moved to another way, or stays and says why."""

from dataclasses import replace
from pathlib import Path

import pytest

from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.errors import NoPath
from inventory.links import Link
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory
from provisioning import detour_desk, front_desk
from provisioning.change_plan_desk import approve_plan, cancel_plan, wait_for_plan
from provisioning.change_plans import ChangePlan, PlanState
from provisioning.device_desk import without_device, without_link
from provisioning.front_desk import SYSTEM
from provisioning.impact import Fate
from provisioning.orders import OrderState
from provisioning.questions.cut import what_is_cut
from provisioning.services import ServiceState
from provisioning.wanted import SsidSecurity
from tests.integration.air_town import AirTown, air_town, running_air_town
from tests.integration.street import DX_SWITCH, DXP_SWITCH

pytestmark = pytest.mark.system
ROUND = "sw-round"


def ringed() -> Inventory:
    """The air town with a second way between its two switches, over a third."""
    base = air_town()
    north = (PortRef(DX_SWITCH, "Ethernet2"), PortRef(ROUND, "Ethernet1"))
    south = (PortRef(ROUND, "Ethernet2"), PortRef(DXP_SWITCH, "Ethernet44"))
    place = Place("dx-2", "The other exchange", PlaceKind.DX, "South", 384_000.0, 398_000.0)
    device = Device(ROUND, DeviceRole.SWITCH, "eos", "Maker", "M1", "S-round", "dx-2", None, "127.1.2.8")
    return replace(
        base,
        places=(*base.places, place),
        devices=(*base.devices, device),
        ports=(*base.ports, *(Port(ref, PortRole.NNI, 100_000) for ref in (*north, *south))),
        links=(*base.links, Link("north", *north, 100_000, 900.0), Link("south", *south, 100_000, 900.0)),
    )


def ended(town: AirTown, plan: ChangePlan) -> PlanState:
    tools = town.house.tools
    rehearsed = wait_for_plan(tools, SYSTEM, plan.id, 30)
    approve_plan(tools, SYSTEM, plan.id, rehearsed.digest or "")
    return wait_for_plan(tools, SYSTEM, plan.id, 30).state


def test_an_ssid_is_named_where_its_way_goes_and_moved_to_another_and_back(database_url: str, tmp_path: Path) -> None:
    with running_air_town(database_url, tmp_path, inventory=ringed()) as town:
        tools, before = town.house.tools, town.configs()
        service_id = town.deliver("Quayside Free", security=SsidSecurity.OPEN)
        on_trunk, s_vlan = town.configs(), town.s_vlan(service_id)

        [way] = without_link(tools, SYSTEM, "trunk")
        assert (way.hit.id, way.hit.fate, set(way.links)) == (
            service_id,
            Fate.OTHER_LINKS,
            {"drop-ap-1", "drop-ap-2", "north", "south"},
        )
        assert [(one.hit.id, one.hit.fate) for one in without_link(tools, SYSTEM, "drop-ap-2")] == [
            (service_id, Fate.LOST)
        ]
        assert [one.hit.id for one in without_device(tools, SYSTEM, "ap-1")] == [service_id]
        assert [hit.id for hit in what_is_cut(tools, SYSTEM, "dxp").impact.services] == [service_id]
        with pytest.raises(NoPath):
            detour_desk.foresee_detour(tools, SYSTEM, service_id, {"drop-ap-2"})

        plan = detour_desk.move_service(tools, SYSTEM, service_id, {"trunk"}, why="new trunk")
        assert front_desk.service(tools, SYSTEM, service_id).state is ServiceState.PENDING_CHANGE
        assert ended(town, plan) is PlanState.DONE

        assert f"name {service_id}" in town.fleet.running_config(ROUND)
        assert without_link(tools, SYSTEM, "trunk") == ()
        assert front_desk.service(tools, SYSTEM, service_id).state is ServiceState.ACTIVE
        assert town.s_vlan(service_id) == s_vlan
        assert [finding for finding in front_desk.audit(tools, SYSTEM) if not finding.ok] == []
        away = detour_desk.move_service(tools, SYSTEM, service_id, {"north"}, why="and back")
        assert ended(town, away) is PlanState.DONE
        assert town.configs() == on_trunk

        stopped = detour_desk.move_service(tools, SYSTEM, service_id, {"trunk"}, why="not today")
        wait_for_plan(tools, SYSTEM, stopped.id, 30)
        cancel_plan(tools, SYSTEM, stopped.id, why="not today")
        assert town.configs() == on_trunk
        assert [one.hit.id for one in without_link(tools, SYSTEM, "trunk")] == [service_id]
        assert town.cease(service_id).state is OrderState.COMPLETED
        assert town.configs() == before
