"""Drift on simulated devices is named, and put right by a change plan that a person approves; so is a restore."""

import pytest

from automation.change_plan import Finding
from automation.drift_kinds import DriftKind
from provisioning import backup_desk, change_plan_desk, drift_desk, front_desk
from provisioning.backup_errors import NothingToFix, NothingToRestore
from provisioning.change_plans import ChangePlan, PlanState
from provisioning.front_desk import SYSTEM
from tests.integration.running import Running, running
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street


def drifted(town: Running) -> list[Finding]:
    return [finding for finding in front_desk.audit(town.house.tools, SYSTEM) if not finding.ok]


def carry_out(town: Running, plan: ChangePlan) -> ChangePlan:
    """Approve what the devices said, and wait for the end."""
    tools = town.house.tools
    ready = change_plan_desk.wait_for_plan(tools, SYSTEM, plan.id, 30.0)
    assert ready.awaits_approval, (ready.state, ready.reasons, ready.waits)
    change_plan_desk.approve_plan(tools, SYSTEM, plan.id, ready.digest)
    return change_plan_desk.wait_for_plan(tools, SYSTEM, plan.id, 30.0)


def test_what_is_missing_is_put_back_and_what_is_foreign_is_left_to_a_person(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        tools = town.house.tools
        [order] = town.wait([town.order(1)])
        circuit = front_desk.service(tools, SYSTEM, order.service_id or "").circuit
        assert circuit is not None
        assert drifted(town) == []
        as_intended = town.configs()

        trunk = circuit.hops[1].tagged_ports[-1]
        town.fleet.edit(DX_SWITCH, [f"no vlan {circuit.s_vlan}"])
        town.fleet.edit(DXP_SWITCH, [f"interface {trunk}", "switchport trunk allowed vlan add 77"])
        kinds = {(finding.device, finding.kind) for finding in drifted(town)}
        assert kinds == {(DX_SWITCH, DriftKind.MISSING), (DXP_SWITCH, DriftKind.FOREIGN)}

        fix = drift_desk.propose_fix(tools, SYSTEM, why="somebody took the VLAN off")
        assert [finding.device for finding in fix.left] == [DXP_SWITCH]
        assert carry_out(town, fix.plan).state is PlanState.DONE
        assert town.configs()[DX_SWITCH] == as_intended[DX_SWITCH]
        assert {finding.kind for finding in drifted(town)} == {DriftKind.FOREIGN}
        with pytest.raises(NothingToFix):
            drift_desk.propose_fix(tools, SYSTEM)


def test_what_a_ceased_service_left_behind_is_taken_off(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        tools = town.house.tools
        before = town.configs()
        [order] = town.wait([town.order(1)])
        service_id = order.service_id or ""
        circuit = front_desk.service(tools, SYSTEM, service_id).circuit
        assert circuit is not None
        town.wait([town.cease(service_id)])
        town.fleet.edit(
            DX_SWITCH,
            [
                f"vlan {circuit.s_vlan}",
                f"name {service_id}",
                f"interface {circuit.hops[-1].tagged_ports[-1]}",
                f"switchport trunk allowed vlan add {circuit.s_vlan}",
            ],
        )
        town.fleet.edit(DXP_SWITCH, ["policy-map type quality-of-service nh-S-NOBODYKNOW", "class class-default"])

        found = drifted(town)
        assert {(finding.device, finding.kind, finding.label) for finding in found} == {
            (DX_SWITCH, DriftKind.EXTRA, service_id),
            (DXP_SWITCH, DriftKind.UNKNOWN, "S-NOBODYKNOW"),
        }
        fix = drift_desk.propose_fix(tools, SYSTEM)
        assert [finding.kind for finding in fix.left] == [DriftKind.UNKNOWN]
        assert carry_out(town, fix.plan).state is PlanState.DONE
        assert town.configs()[DX_SWITCH] == before[DX_SWITCH]


def test_every_line_of_a_device_is_blamed_on_a_service_on_the_baseline_or_on_nobody(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        tools = town.house.tools
        [order] = town.wait([town.order(1)])
        sheet = drift_desk.blame(tools, SYSTEM, DX_SWITCH)

        owners = {line.text: line.owners for line in sheet.lines}
        assert owners[f"name {order.service_id}"] == (order.service_id,)
        assert owners[f"hostname {DX_SWITCH}"] == ("baseline",)
        assert all(line.owners in {(), ("baseline",), (order.service_id,)} for line in sheet.lines)
        assert sum(sheet.sums.values()) == len(sheet.lines)
        assert sheet.sums["unknown"] == 0


def test_a_restore_puts_back_what_is_ours_or_the_whole_with_the_devices_own_secrets(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        tools = town.house.tools
        town.wait([town.order(1)])
        town.fleet.edit(DX_SWITCH, ["username eve secret sha512 $6$S3cret", "ntp server 192.0.2.9"])
        backup_desk.take_backups(tools, SYSTEM, [DX_SWITCH])
        then = town.configs()[DX_SWITCH]
        with pytest.raises(NothingToRestore):
            drift_desk.propose_restore(tools, SYSTEM, DX_SWITCH, why="nothing changed")

        town.fleet.edit(DX_SWITCH, ["no ntp server 192.0.2.9", "logging host 192.0.2.8"])
        with pytest.raises(NothingToRestore):
            drift_desk.propose_restore(tools, SYSTEM, DX_SWITCH, why="what is ours is as it was")
        plan = drift_desk.propose_restore(tools, SYSTEM, DX_SWITCH, why="as it was", whole=True)
        assert carry_out(town, plan).state is PlanState.DONE
        assert town.configs()[DX_SWITCH] == then


def test_a_sentence_of_ours_about_a_device_leaves_no_traceback_in_the_log(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with running(database_url, street(homes=1)) as town:
        tools = town.house.tools
        town.wait([town.order(1)])
        backup_desk.take_backups(tools, SYSTEM, [DX_SWITCH])
        caplog.clear()
        with pytest.raises(NothingToRestore):
            drift_desk.propose_restore(tools, SYSTEM, DX_SWITCH, why="nothing changed")

    assert [record.getMessage() for record in caplog.records if record.name.startswith("nornir")] == []
