"""Drift of access points is named, and put right by change plans a person approves; so are restores of what is ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.change_plan import Finding
from automation.dialects.openwrt.names import network_name
from automation.drift_kinds import DriftKind
from automation.limits import Limit
from provisioning import backup_desk, change_plan_desk, drift_desk, front_desk
from provisioning.change_plans import ChangePlan, PlanState
from provisioning.front_desk import SYSTEM
from tests.integration.air_town import PASSPHRASE, POINTS, AirTown, running_air_town
from tests.integration.test_sealed_plans import dump

pytestmark = pytest.mark.system
POINT = POINTS[0]


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[AirTown]:
    with running_air_town(database_url, tmp_path, away_limit_s=0.0) as town:
        yield town


def drifted(town: AirTown) -> set[tuple[str, DriftKind | None, str]]:
    found = front_desk.audit(town.house.tools, SYSTEM)
    return {(each.device, each.kind, each.label) for each in found if not each.ok}


def carried_out(town: AirTown, plan: ChangePlan) -> ChangePlan:
    tools = town.house.tools
    ready = change_plan_desk.wait_for_plan(tools, SYSTEM, plan.id, 30.0)
    assert ready.awaits_approval, (ready.state, ready.reasons, ready.waits)
    change_plan_desk.approve_plan(tools, SYSTEM, plan.id, ready.digest)
    return change_plan_desk.wait_for_plan(tools, SYSTEM, plan.id, 30.0)


def left(fix: drift_desk.Fix) -> list[Finding]:
    return list(fix.left)


def test_what_a_ceased_ssid_left_behind_goes_and_what_is_not_ours_stays_byte_for_byte(town: AirTown) -> None:
    tools = town.house.tools
    town.fleet.edit(POINT, ["set wireless.lab='wifi-iface'", "set wireless.lab.device='radio0'"])
    before = town.configs()
    service = town.deliver("Quayside Free")
    on_air = town.configs()[POINT]
    assert town.cease(service).state == "completed"
    network = network_name(service)
    town.fleet.edit(
        POINT,
        [
            f"set wireless.{network}_radio0='wifi-iface'",
            f"set wireless.{network}_radio0.ssid='Quayside Free'",
            f"set wireless.{network}_radio0.key='{PASSPHRASE}'",
            f"set network.{network}='interface'",
        ],
    )
    behind = town.configs()[POINT]
    assert f"config wifi-iface '{network}_radio0'" in on_air
    assert drifted(town) == {(POINT, DriftKind.EXTRA, service)}

    fix = drift_desk.propose_fix(tools, SYSTEM, [POINT])
    assert left(fix) == []
    assert carried_out(town, fix.plan).state is PlanState.DONE
    assert town.configs() == before

    undo = change_plan_desk.undo_plan(tools, SYSTEM, fix.plan.id, why="try the way back")
    assert carried_out(town, undo).state is PlanState.DONE
    assert town.configs()[POINT] == behind
    assert PASSPHRASE not in dump(town.house.engine)


def test_options_that_nobody_ordered_go_and_a_restore_puts_back_what_is_ours_alone(town: AirTown) -> None:
    tools = town.house.tools
    service = town.deliver("Quayside Free")
    section = f"wireless.{network_name(service)}_radio0"
    right = town.configs()[POINT]
    backup_desk.take_backups(tools, SYSTEM, [POINT])
    town.fleet.edit(POINT, [f"set {section}.hidden='1'"])
    assert drifted(town) == {(POINT, DriftKind.EXTRA, service)}
    assert carried_out(town, drift_desk.propose_fix(tools, SYSTEM, [POINT]).plan).state is PlanState.DONE
    assert town.configs()[POINT] == right

    town.fleet.edit(POINT, [f"delete {section}.key", "set wireless.radio0.channel='36'"])
    assert drifted(town) == {(POINT, DriftKind.MISSING, service)}
    plan = drift_desk.propose_restore(tools, SYSTEM, POINT, why="as it was")
    assert carried_out(town, plan).state is PlanState.DONE
    assert town.configs()[POINT] == right.replace("option channel 'auto'", "option channel '36'", 1)
    assert drifted(town) == set()


def test_drift_of_day_zero_is_the_baselines_and_is_fixed_where_a_second_person_lets_it(town: AirTown) -> None:
    tools = town.house.tools
    before = town.configs()[POINT]
    sheet = drift_desk.blame(tools, SYSTEM, POINT)
    owners = {line.text: line.owners for line in sheet.lines}
    assert owners["config bridge-vlan 'nh0_untagged'"] == ("baseline",)
    assert owners["config wifi-device 'radio0'"] == ()
    town.fleet.edit(POINT, ["set network.nh0_management.mtu='1400'", "delete network.nh0_untagged.device"])
    assert drifted(town) == {(POINT, DriftKind.EXTRA, "baseline"), (POINT, DriftKind.MISSING, "baseline")}

    plan = drift_desk.propose_fix(tools, SYSTEM, [POINT]).plan
    ready = change_plan_desk.wait_for_plan(tools, SYSTEM, plan.id, 30.0)
    assert {broken.limit for broken in ready.in_the_way} == {Limit.PROTECTED_LINES}
    assert "network.nh0_" in ready.in_the_way[0].sentence
    assert town.configs()[POINT] != before
