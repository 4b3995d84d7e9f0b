"""A change plan waits for a person, and the services it is about go on: what they are not any more does not come back.

On simulated devices, with a real worker.
"""

from pathlib import Path

import pytest

from provisioning import backup_desk, change_plan_desk, detour_desk, drift_desk, front_desk
from provisioning.change_plan_errors import PlanOutdated
from provisioning.change_plans import ChangePlan, PlanState
from provisioning.front_desk import SYSTEM
from provisioning.wanted import SsidSecurity
from provisioning.workflows.change_plan import deploy_batch
from tests.integration.air_town import running_air_town
from tests.integration.running import Running, running
from tests.integration.street import DX_SWITCH, street
from tests.integration.test_drift_fixes import carry_out
from tests.integration.test_ssids_moved import ended, ringed


def lost_and_fixed(town: Running, service_id: str) -> ChangePlan:
    """A rehearsed fix of a service that somebody took off one switch whole."""
    circuit = front_desk.service(town.house.tools, SYSTEM, service_id).circuit
    assert circuit is not None
    [hop] = [hop for hop in circuit.hops if hop.device == DX_SWITCH]
    gone = [f"no vlan {circuit.s_vlan}"]
    for port in hop.tagged_ports:
        gone += [f"interface {port}", f"switchport trunk allowed vlan remove {circuit.s_vlan}"]
    town.fleet.edit(DX_SWITCH, gone)
    fix = drift_desk.propose_fix(town.house.tools, SYSTEM, why="somebody took it off").plan
    return change_plan_desk.wait_for_plan(town.house.tools, SYSTEM, fix.id, 30.0)


def test_a_fix_of_a_service_that_was_ceased_meanwhile_is_not_approved_and_not_deployed(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        tools, before = town.house.tools, town.configs()
        [order] = town.wait([town.order(1)])
        service_id = order.service_id or ""
        fix = lost_and_fixed(town, service_id)
        town.wait([town.cease(service_id)])
        assert town.configs() == before

        with pytest.raises(PlanOutdated, match=f"would put {service_id} on {DX_SWITCH}.*terminated"):
            change_plan_desk.approve_plan(tools, SYSTEM, fix.id, fix.digest)
        with tools.open_unit_of_work() as work:  # approved just before the cease
            work.change_plans.approve(fix.id, fix.digest, "ana")
            work.change_plans.set_state(fix.id, PlanState.APPROVED)
            work.commit()
        with pytest.raises(PlanOutdated):
            deploy_batch(fix.id, 0, tools)

        assert town.configs() == before
        assert change_plan_desk.uncertain_devices(tools, SYSTEM) == ()


@pytest.mark.parametrize("whole", [False, True], ids=["what is ours", "the whole"])
def test_a_restore_brings_no_service_back_that_was_ceased_since_it_was_proposed(
    database_url: str, *, whole: bool
) -> None:
    with running(database_url, street(homes=1)) as town:
        tools, before = town.house.tools, town.configs()
        [order] = town.wait([town.order(1)])
        service_id = order.service_id or ""
        backup_desk.take_backups(tools, SYSTEM, [DX_SWITCH])
        change_plan_desk.cancel_plan(tools, SYSTEM, lost_and_fixed(town, service_id).id, why="restored instead")
        plan = drift_desk.propose_restore(tools, SYSTEM, DX_SWITCH, why="it was better", whole=whole)
        ready = change_plan_desk.wait_for_plan(tools, SYSTEM, plan.id, 30.0)
        assert ready.awaits_approval
        town.wait([town.cease(service_id)])

        with pytest.raises(PlanOutdated):
            change_plan_desk.approve_plan(tools, SYSTEM, plan.id, ready.digest)

        assert town.configs() == before


def test_a_fix_of_a_service_that_is_as_it_was_is_carried_out(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        [order] = town.wait([town.order(1)])
        as_ordered = town.configs()

        fix = lost_and_fixed(town, order.service_id or "")

        assert carry_out(town, fix).state is PlanState.DONE
        assert town.configs() == as_ordered


def test_a_move_to_another_path_is_undone_by_moving_the_service_and_not_by_its_devices_alone(
    database_url: str, tmp_path: Path
) -> None:
    """Nobody would hold what the old path needs, and the service would be told to be on the new one."""
    with running_air_town(database_url, tmp_path, inventory=ringed()) as town:
        tools = town.house.tools
        service_id = town.deliver("Quayside Free", security=SsidSecurity.OPEN)
        plan = detour_desk.move_service(tools, SYSTEM, service_id, {"trunk"}, why="new trunk")
        assert ended(town, plan) is PlanState.DONE
        moved = town.configs()

        undo = change_plan_desk.undo_plan(tools, SYSTEM, plan.id, why="it was better")
        undone = change_plan_desk.wait_for_plan(tools, SYSTEM, undo.id, 30.0)

        assert (undone.state, [each.code for each in undone.reasons]) == (PlanState.FAILED, ["plan-outdated"])
        assert town.configs() == moved
