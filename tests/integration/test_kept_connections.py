"""Connections to devices that are kept open within a run: how many there are, and what is never sent twice."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import HTTPException

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from automation.change_plan import lines_change
from automation.deploy import NornirDeployer
from automation.drivers.eapi import KeptEapi
from automation.hosts import HostAddress
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from inventory.devices import Device, DeviceRole
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory
from provisioning import change_plan_desk as desk
from provisioning.change_plans import PlanKind, PlanState
from provisioning.rights import SYSTEM
from provisioning.tools import Tools
from provisioning.workflows.change_plan import plan_body
from tests.integration.desk import desk_on
from tests.integration.meanwhile import Meanwhile
from tests.integration.test_deploy import ADD, DEVICES, NAMES, PASSWORD, circuit, deployer_for, rehearsed, settings_for
from tests.integration.walking import Journal

REVERT_AFTER_S = 300
ROUND_TRIPS = 15  # stage 7, commit 3, verify 3 (one of them over a new connection), confirm 2


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with Fleet.start(DEVICES, credentials=Credentials("neutralhost", SecretStr(PASSWORD))) as fleet:
        yield fleet


def kept(fleet: Fleet) -> KeptEapi:
    """A connection as the driver makes it, to the first device."""
    return KeptEapi(DEVICES[0].address, fleet.port, "neutralhost", PASSWORD, timeout=2)


def test_a_deploy_speaks_to_a_device_over_one_connection_and_sees_whether_a_second_can_be_had(fleet: Fleet) -> None:
    deployer = deployer_for(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    before = {name: fleet.traffic(name) for name in NAMES}

    deployer.deploy(changes, REVERT_AFTER_S)

    after = {name: fleet.traffic(name) for name in NAMES}
    assert {after[name].connections - before[name].connections for name in NAMES} == {2}
    assert {after[name].requests - before[name].requests for name in NAMES} == {ROUND_TRIPS}


def test_of_more_devices_than_workers_each_lets_go_of_its_connection_while_it_waits(fleet: Fleet) -> None:
    deployer = deployer_for(fleet, workers=1)
    changes = rehearsed(deployer, circuit(), ADD)
    before = {name: fleet.traffic(name).connections for name in NAMES}

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert set(report.confirmed) == set(NAMES)
    # One a phase, and the one that verifies that a new one can be had.
    assert {fleet.traffic(name).connections - before[name] for name in NAMES} == {5}


def test_a_device_that_goes_on_with_open_connections_and_takes_no_new_one_is_not_confirmed(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployer = deployer_for(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    texts = {name: fleet.running_config(name) for name in NAMES}
    commit = KeptEapi.execute

    def committing(self: KeptEapi, commands: list[object], *args: object, **kwargs: object) -> object:
        answer = commit(self, commands, *args, **kwargs)
        if any("commit timer" in str(command) for command in commands) and DEVICES[1].address in str(self):
            fleet.admit_nobody(DEVICES[1].name)
        return answer

    monkeypatch.setattr(KeptEapi, "execute", committing)
    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [(reason.device, reason.code) for reason in report.refusals] == [(DEVICES[1].name, "device-unreachable")]
    assert (set(report.undone), report.uncertain) == (set(NAMES), ())
    assert {name: fleet.running_config(name) for name in NAMES} == texts


def test_a_connection_that_the_far_side_closed_meanwhile_is_opened_anew(fleet: Fleet) -> None:
    deployer = deployer_for(fleet)
    changes = rehearsed(deployer, circuit(), ADD)

    def close_them() -> None:
        for name in NAMES:
            fleet.go_away(name)
            fleet.come_back(name)

    report = deployer.deploy(changes, REVERT_AFTER_S, (Meanwhile(close_them),))

    assert set(report.confirmed) == set(NAMES)
    assert all(fleet.commits(name).confirmed == 1 for name in NAMES)


def test_a_connection_that_was_idle_for_long_is_not_trusted(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automation.drivers.eapi.IDLE_S", 0.0)
    connection = kept(fleet)
    for _ in range(3):
        connection.execute(["enable", "show version"])
    connection.close()

    assert fleet.traffic(DEVICES[0].name).connections == 3


def test_a_request_whose_answer_was_lost_is_never_sent_again(fleet: Fleet) -> None:
    connection = kept(fleet)
    connection.execute(["enable", "show version"])
    fleet.break_answers(DEVICES[0].name)

    with pytest.raises(HTTPException):
        connection.execute(["enable", "configure session once", "end"])
    lost = fleet.traffic(DEVICES[0].name).requests
    shown = connection.execute(["enable", "show configuration sessions"])["result"][1]["sessions"]
    connection.close()

    assert lost == 2
    assert set(shown) == {"once"}


def test_what_is_asked_together_is_one_request_and_each_answer_is_given_once(fleet: Fleet) -> None:
    connection, shows = kept(fleet), ("show version", "show interfaces")
    with connection.asking_together(shows):
        together = [connection.execute(["enable", show])["result"][1] for show in shows]
        asked = fleet.traffic(DEVICES[0].name).requests
        connection.execute(["enable", "show version"])
    alone = connection.execute(["enable", "show interfaces"])["result"][1]
    connection.close()

    assert asked == 1
    assert together[1] == alone
    assert fleet.traffic(DEVICES[0].name).requests == 3


def test_where_a_device_refuses_one_of_what_is_asked_together_each_is_asked_by_itself(fleet: Fleet) -> None:
    connection, shows = kept(fleet), ("show version", "show nothing of the kind")
    with connection.asking_together(shows):
        answer = connection.execute(["enable", "show version"])["result"][1]
    connection.close()

    assert answer["version"]
    assert fleet.traffic(DEVICES[0].name).requests == 2


@dataclass
class Waiting(Journal):
    """A journal that waits when a step says so, for a moment: others are at work meanwhile."""

    def pause(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.02))


def test_two_plans_for_the_same_devices_never_have_two_sessions_on_one(engine: Engine, fleet: Fleet) -> None:
    hosts = {device.name: HostAddress(device.name, device.address, "eos") for device in DEVICES}
    tools = replace(
        desk_on(engine, inventory=_inventory()), deployer=NornirDeployer(lambda: hosts, settings_for(fleet))
    )
    plans = [_approved(tools, number) for number in (3001, 3002, 3003)]

    walks = [threading.Thread(target=plan_body(tools), args=(plan, Waiting(number=2))) for plan in plans]
    for walk in walks:
        walk.start()
    for walk in walks:
        walk.join(60)

    assert [desk.plan(tools, SYSTEM, plan).plan.state for plan in plans] == [PlanState.DONE] * 3
    assert {name: fleet.commits(name).confirmed for name in NAMES} == dict.fromkeys(NAMES, 3)
    assert {name: fleet.commits(name).crowded for name in NAMES} == dict.fromkeys(NAMES, 0)


def _approved(tools: Tools, vlan: int) -> str:
    changes = [lines_change(name, f"vlan {vlan}\n   name plan-{vlan}", f"no vlan {vlan}") for name in NAMES]
    plan = desk.propose_change(tools, SYSTEM, PlanKind.OTHER, changes, why="to see who waits")
    plan_body(tools)(plan.id, Journal())
    return desk.approve_plan(tools, SYSTEM, plan.id).id


def _inventory() -> Inventory:
    place = Place("dx", "The exchange", PlaceKind.DX, "North", 384_000.0, 397_000.0, "a")
    devices = [
        Device(one.name, DeviceRole.SWITCH, "eos", "Arista", "7050", one.name, "dx", None, one.address)
        for one in DEVICES
    ]
    return Inventory(places=(place,), devices=tuple(devices))
