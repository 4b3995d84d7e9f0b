"""Draining a link: services are moved to their other path, or named; killed in between, their plans end the move."""

import json
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.links import Link
from inventory.places import Place, PlaceKind
from provisioning import change_plan_desk, detour_desk, freezes, front_desk
from provisioning.change_plans import PlanState
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.front_desk import SYSTEM
from provisioning.pauses import PauseScope
from provisioning.services import ServiceState
from tests.channels import two_membered
from tests.integration.running import PASSWORD, running
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street

ROUND = "sw-round"


def ring(homes):
    """The street with a second way between its switches, over a third one."""
    inventory = street(homes=homes)
    ports = [(DX_SWITCH, "Ethernet2"), (ROUND, "Ethernet1"), (ROUND, "Ethernet2"), (DXP_SWITCH, "Ethernet41")]
    refs = [PortRef(*each) for each in ports]
    return replace(
        inventory,
        places=(*inventory.places, Place("dx-2", "The other exchange", PlaceKind.DX, "South", 384_000.0, 398_000.0)),
        devices=(
            *inventory.devices,
            Device(ROUND, DeviceRole.SWITCH, "eos", "Maker", "M1", "S-round", "dx-2", None, "127.1.0.9"),
        ),
        ports=(*inventory.ports, *(Port(ref, PortRole.NNI, 100_000) for ref in refs)),
        links=(
            *inventory.links,
            Link("north", refs[0], refs[1], 100_000, 900.0),
            Link("south", refs[2], refs[3], 100_000, 900.0),
        ),
    )


@pytest.fixture
def cli(monkeypatch, tmp_path, database_url):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper")
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", PASSWORD.get_secret_value())
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
    monkeypatch.setenv("NEUTRALHOST_EAPI_TRANSPORT", "http")

    def call(*arguments, exits=0):
        ended = CliRunner().invoke(command, [str(argument) for argument in (*arguments, "--json")])
        assert ended.exit_code == exits, ended.output
        return json.loads(ended.stdout)

    yield call
    stop_logging()


@pytest.fixture
def town(database_url, monkeypatch):
    with running(database_url, ring(homes=2)) as found:
        monkeypatch.setenv("NEUTRALHOST_EAPI_PORT", str(found.fleet.port))
        yield found


def state_of(town, service_id):
    return front_desk.service(town.house.tools, SYSTEM, service_id).state


def circuit_of(town, service_id):
    return front_desk.service(town.house.tools, SYSTEM, service_id).circuit


def test_services_are_moved_off_a_link_and_back_and_cease_leaves_no_byte(cli, town):
    before = town.configs()
    orders = town.wait([town.order(1), town.order(2)])
    services = [order.service_id for order in orders]
    assert {circuit_of(town, each).link_codes for each in services} == {("drop-1", "trunk"), ("drop-2", "trunk")}
    on_trunk = town.configs()

    foreseen = cli("playbook", "run", "drain", "trunk", exits=2)
    assert {each["what"] for each in foreseen["services"]} == {"can be moved"}
    assert town.configs() == on_trunk

    moved = cli("playbook", "run", "drain", "trunk", "--approve")
    assert moved["says"] == "trunk: 2 moved, 0 stay, 0 wait. It can be taken down."
    assert circuit_of(town, services[0]).link_codes == ("drop-1", "south", "north")
    assert f"name {services[0]}" in town.fleet.running_config(ROUND)
    audit = cli("playbook", "run", "audit")
    assert [each for each in audit["findings"] if not each["ok"]] == []
    tag = circuit_of(town, services[0]).s_vlan
    assert town.held()[services[0]] == (
        "uni nte-1:Ethernet1",
        f"tag {tag} at quayside-dx",
        *(f"tag {tag} on {device}" for device in ("nte-1", DX_SWITCH, DXP_SWITCH, ROUND)),
        *(f"100 Mbit/s on {link}" for link in ("drop-1", "north", "south")),
    )
    assert cli("playbook", "run", "drain", "trunk")["says"] == "No service crosses trunk: it can be taken down."

    cli("playbook", "run", "drain", "south", "--approve")
    assert town.configs() == on_trunk
    town.wait([town.cease(each) for each in services])
    assert town.configs() == before
    assert town.held() == {}


def test_what_has_no_other_path_is_named_and_nothing_is_touched(cli, town):
    [order] = town.wait([town.order(1)])
    before = town.configs()

    ended = cli("playbook", "run", "drain", "drop-1", "--approve", exits=2)

    assert [(each["service"], each["what"]) for each in ended["services"]] == [(order.service_id, "stays")]
    assert "No path" in ended["services"][0]["how"] or "no chain of links" in ended["services"][0]["how"].lower()
    assert town.configs() == before
    assert cli("playbook", "run", "drain", "nowhere", exits=1)["error"]["code"] == "unknown-thing"


def test_a_device_that_refuses_leaves_the_service_where_it_was_with_all_it_held(cli, town):
    [order] = town.wait([town.order(1)])
    before, held = town.configs(), town.held()
    town.fleet.refuse(ROUND, "vlan 2001")

    ended = cli("playbook", "run", "drain", "trunk", "--approve", exits=2)

    assert [each["what"] for each in ended["services"]] == ["stays"]
    assert "sw-round" in ended["services"][0]["how"]
    assert (town.configs(), town.held()) == (before, held)
    assert front_desk.service(town.house.tools, SYSTEM, order.service_id).state is ServiceState.ACTIVE


DYING = """
import os, signal
from provisioning.playbooks.running import RunningContext
RunningContext.see_through = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
from provisioning.cli.main import command
command(["playbook", "run", "drain", "trunk", "--approve"])
"""


def the_plan(town, state):
    """The one plan that moves a service, once it is in that state."""
    [plan] = change_plan_desk.plans(town.house.tools, SYSTEM)
    for _ in range(600):
        plan = change_plan_desk.wait_for_plan(town.house.tools, SYSTEM, plan.id, 0.1)
        if plan.state is state:
            return plan
    raise AssertionError(plan)


@pytest.mark.system
def test_a_run_that_is_killed_leaves_a_plan_that_ends_its_move_by_itself(cli, town):
    [order] = town.wait([town.order(1)])
    killed = subprocess.run([sys.executable, "-c", DYING], check=False, capture_output=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    plan = the_plan(town, PlanState.REHEARSED)
    assert state_of(town, order.service_id) is ServiceState.PENDING_CHANGE

    change_plan_desk.approve_plan(town.house.tools, SYSTEM, plan.id, plan.digest)
    the_plan(town, PlanState.DONE)

    assert state_of(town, order.service_id) is ServiceState.ACTIVE
    assert circuit_of(town, order.service_id).link_codes == ("drop-1", "south", "north")
    assert "100 Mbit/s on trunk" not in town.held()[order.service_id]
    audit = cli("playbook", "run", "audit")
    assert [each for each in audit["findings"] if not each["ok"]] == []


def test_the_next_run_goes_on_with_what_a_killed_one_left(cli, town):
    [order] = town.wait([town.order(1)])
    detour_desk.move_service(town.house.tools, SYSTEM, order.service_id, {"trunk"}, why="drain trunk")
    the_plan(town, PlanState.REHEARSED)
    assert "waits for its approval" in cli("playbook", "run", "drain", "trunk", exits=2)["services"][0]["how"]

    moved = cli("playbook", "run", "drain", "trunk", "--approve")

    assert [each["what"] for each in moved["services"]] == ["moved"]
    assert detour_desk.moves_under_way(town.house.tools, SYSTEM) == {}
    assert len(change_plan_desk.plans(town.house.tools, SYSTEM)) == 1


def test_a_move_that_is_cancelled_gives_back_what_it_held(town):
    [order] = town.wait([town.order(1)])
    held = town.held()
    detour_desk.move_service(town.house.tools, SYSTEM, order.service_id, {"trunk"}, why="drain trunk")
    assert town.held() != held
    plan = the_plan(town, PlanState.REHEARSED)

    change_plan_desk.cancel_plan(town.house.tools, SYSTEM, plan.id, why="not today")

    assert state_of(town, order.service_id) is ServiceState.ACTIVE
    assert (town.held(), circuit_of(town, order.service_id).link_codes) == (held, ("drop-1", "trunk"))


def test_a_move_that_somebody_typed_in_already_ends_at_its_rehearsal(town):
    [order] = town.wait([town.order(1)])
    tools = town.house.tools
    detour_desk.move_service(tools, SYSTEM, order.service_id, {"trunk"}, why="drain trunk")
    plan = the_plan(town, PlanState.REHEARSED)
    change_plan_desk.cancel_plan(tools, SYSTEM, plan.id, why="typed in by hand")
    for change in plan.device_changes:
        town.fleet.edit(change.device, change.commands.splitlines())

    again = detour_desk.move_service(tools, SYSTEM, order.service_id, {"trunk"}, why="drain trunk")
    ended = change_plan_desk.wait_for_plan(tools, SYSTEM, again.id, 60.0)

    assert ended.state is PlanState.DONE
    assert state_of(town, order.service_id) is ServiceState.ACTIVE
    assert circuit_of(town, order.service_id).link_codes == ("drop-1", "south", "north")
    assert "100 Mbit/s on trunk" not in town.held()[order.service_id]


def test_what_is_frozen_is_said_before_and_nothing_is_begun(cli, town):
    [order] = town.wait([town.order(1)])
    held = town.held()
    freezes.add_freeze(town.house.tools, SYSTEM, PauseScope.DEVICE, ROUND, why="elections")

    for more in ((), ("--approve",)):
        ended = cli("playbook", "run", "drain", "trunk", *more, exits=2)
        assert [each["what"] for each in ended["services"]] == ["stays"]
        assert "Frozen by system, device sw-round: elections" in ended["services"][0]["how"]

    assert (state_of(town, order.service_id), town.held()) == (ServiceState.ACTIVE, held)


def test_a_dry_run_of_an_engineer_s_own_says_what_devices_would_change_and_what_stands_in_the_way(
    cli, town, monkeypatch, tmp_path
):
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    (folder / "clock.py").write_text(OWN)
    monkeypatch.setenv("NEUTRALHOST_PLAYBOOKS_FOLDER", str(folder))
    freezes.add_freeze(town.house.tools, SYSTEM, PauseScope.DEVICE, ROUND, why="elections")
    before = town.configs()

    would = cli("playbook", "run", "clock", "--limit", f"name={ROUND} or name={DX_SWITCH}", "--dry-run", exits=2)

    assert {each["device"]: each["verdict"] for each in would["results"]} == {ROUND: "pending", DX_SWITCH: "pending"}
    assert "Frozen by system, device sw-round: elections" in would["says"]
    assert would["in_the_way"] != []
    assert (town.configs(), change_plan_desk.plans(town.house.tools, SYSTEM)) == (before, ())


OWN = """
from automation.change_plan import lines_change
from provisioning.change_plans import PlanKind
from provisioning.playbooks import Playbook, Report

def run(context, values):
    lines = "ntp server 192.0.2.9\\n"
    changes = [lines_change(each.name, lines, f"no {lines}") for each in context.devices]
    return Report(context.propose_change(PlanKind.OTHER, changes, why="a second clock").id)

PLAYBOOK = Playbook("clock", "Have a second clock.", run)
"""


def test_a_member_of_a_port_channel_is_drained_by_nobody_and_the_answer_says_by_what_it_runs(
    cli, database_url, monkeypatch
):
    with running(database_url, two_membered(street(homes=1), port="Ethernet3")) as town:
        monkeypatch.setenv("NEUTRALHOST_EAPI_PORT", str(town.fleet.port))
        [order] = town.wait([town.order(1)])

        member = cli("playbook", "run", "drain", "trunk-old", "--approve")
        whole = cli("playbook", "run", "drain", "trunk", exits=2)

    assert member["says"] == (
        "No service is off without trunk-old: it can be taken down. It is a member of trunk, which runs on trunk-new."
    )
    assert [each["service"] for each in whole["services"]] == [order.service_id]
