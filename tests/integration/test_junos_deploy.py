"""Changes put on Junos and EOS devices in one plan: NAPALM's own drivers, NETCONF over SSH and eAPI on loopback."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import napalm
import pytest
from jnpr.junos.exception import RpcError

from automation.change_plan import ChangeAction, DeviceChange
from automation.deploy import NornirDeployer
from automation.dialects.junos.platform import JUNOS
from automation.errors import DeviceRefused
from automation.facts import read_facts
from automation.intents import CircuitIntent
from automation.sessions import run_under_way
from automation.speech.speech import Device
from automation.twin.fleet import Fleet
from inventory.devices import PortRef
from tests.integration.junos_line import (
    CREDENTIALS,
    DEVICES,
    HOSTS,
    NAMES,
    PASSWORD,
    REVERT_AFTER_S,
    circuit,
    deployer_for,
    texts,
)
from tests.integration.meanwhile import Meanwhile

ADD, REMOVE, REPLACE = ChangeAction.ADD, ChangeAction.REMOVE, ChangeAction.REPLACE


@pytest.fixture(autouse=True)
def _ncclient_looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """ncclient sends what waits in its queue ten times a second: too seldom for tests that ask hundreds of things."""
    monkeypatch.setattr("ncclient.transport.session.TICK", 0.005)


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with Fleet.start(DEVICES, credentials=CREDENTIALS) as fleet:
        yield fleet


@pytest.fixture
def deployer(fleet: Fleet) -> NornirDeployer:
    return deployer_for(fleet)


def rehearsed(
    deployer: NornirDeployer,
    intents: tuple[CircuitIntent, ...],
    action: ChangeAction,
    before: tuple[CircuitIntent, ...] = (),
) -> tuple[DeviceChange, ...]:
    rehearsal = deployer.rehearse(intents, action, before=before)
    assert rehearsal.refusals == ()
    return rehearsal.changes


def intents_of(changes: tuple[DeviceChange, ...]) -> tuple[CircuitIntent, ...]:
    return tuple(one for change in changes for one in change.intents if isinstance(one, CircuitIntent))


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def somebody(fleet: Fleet, name: str) -> Any:
    """A driver of somebody else's, open."""
    optional = {"port": fleet.ports["junos"], "lock_disable": True}
    driver = napalm.get_network_driver("junos")(HOSTS[name].address, "neutralhost", PASSWORD, 5, optional)
    driver.open()
    return driver


def test_a_circuit_over_both_platforms_goes_on_is_proven_changes_and_comes_off_byte_for_byte(
    fleet: Fleet, deployer: NornirDeployer
) -> None:
    before = texts(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    assert texts(fleet) == before
    report = deployer.deploy(changes, REVERT_AFTER_S)
    assert set(report.confirmed) == set(NAMES)
    assert report.refusals == ()
    added = intents_of(changes)
    assert deployer.prove(added, ADD).ok
    assert "vlan-tags outer 0x88a8.2001;" in fleet.running_config("dx")

    changed = rehearsed(deployer, circuit(cir_mbps=50, c_vlan=101), REPLACE, added)
    assert deployer.deploy(changed, REVERT_AFTER_S).refusals == ()
    now = intents_of(changed)
    assert deployer.prove(now, REPLACE, before=added).ok

    ceased = deployer.deploy(rehearsed(deployer, now, REMOVE), REVERT_AFTER_S)
    assert ceased.refusals == ()
    assert deployer.prove(now, REMOVE).ok
    assert texts(fleet) == before


def test_a_refusal_of_one_leaves_all_as_they_were(fleet: Fleet, deployer: NornirDeployer) -> None:
    before = texts(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    fleet.refuse("dx", "bridge-domains")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [refusal.device for refusal in report.refusals] == ["dx"]
    assert "syntax error" in report.refusals[0].reason
    assert (report.confirmed, report.uncertain) == ((), ())
    assert texts(fleet) == before
    fleet.heal("dx")
    assert set(deployer.deploy(changes, REVERT_AFTER_S).confirmed) == set(NAMES)


def test_an_eos_device_that_refuses_sends_the_junos_ones_back_at_once(fleet: Fleet, deployer: NornirDeployer) -> None:
    before = texts(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    fleet.die_after_commit("dxp")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert set(report.undone) == {"nte", "dx"}
    assert report.uncertain == ("dxp",)
    assert {name: text for name, text in texts(fleet).items() if name != "dxp"} == {
        name: text for name, text in before.items() if name != "dxp"
    }
    assert fleet.commits("nte").aborted == 1


def test_what_is_not_confirmed_goes_back_by_itself(fleet: Fleet, deployer: NornirDeployer) -> None:
    before = texts(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    fleet.hurry("nte", 600.0)  # 300 s are 0.5
    fleet.die_after_commit("nte")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert report.uncertain == ("nte",)
    wait_until(lambda: texts(fleet) == before)
    counts = fleet.commits("nte")
    assert (counts.timed, counts.confirmed, counts.aborted, counts.reverted) == (1, 0, 0, 1)


def test_a_lock_somebody_holds_is_busy_and_says_who(fleet: Fleet, deployer: NornirDeployer) -> None:
    driver = somebody(fleet, "dx")
    driver.device.cu.lock()

    refusals = deployer.rehearse(circuit(), ADD).refusals

    assert [(refusal.device, refusal.code) for refusal in refusals] == [("dx", "device-busy")]
    assert "neutralhost terminal (pid" in refusals[0].reason
    driver.close()
    assert deployer.rehearse(circuit(), ADD).refusals == ()


def test_what_somebody_has_loaded_and_not_committed_is_never_committed_with_ours(
    fleet: Fleet, deployer: NornirDeployer
) -> None:
    before = texts(fleet)
    driver = somebody(fleet, "nte")
    driver.load_merge_candidate(config='set interfaces ge-0/0/1 description "half typed"')

    refusals = deployer.rehearse(circuit(), ADD).refusals

    assert [(refusal.device, refusal.code) for refusal in refusals] == [("nte", "device-busy")]
    assert "modified" in refusals[0].reason
    driver.discard_config()
    driver.close()
    assert texts(fleet) == before


def test_nobody_can_slip_a_change_in_between_commit_and_confirm(fleet: Fleet, deployer: NornirDeployer) -> None:
    changes = rehearsed(deployer, circuit(), ADD)
    driver = somebody(fleet, "nte")

    def slip_in() -> None:
        with pytest.raises(RpcError, match="configuration database locked by"):
            driver.load_merge_candidate(config='set interfaces ge-0/0/1 description "slipped in"')
        tried.append("nte")

    tried: list[str] = []
    report = deployer.deploy(changes, REVERT_AFTER_S, (Meanwhile(slip_in),))
    driver.close()

    assert tried == ["nte"]
    assert set(report.confirmed) == set(NAMES)
    assert "slipped in" not in fleet.running_config("nte")


def test_a_lost_answer_to_the_confirmation_is_no_failure(fleet: Fleet, deployer: NornirDeployer) -> None:
    changes = rehearsed(deployer, circuit(), ADD)
    nte = next(change for change in changes if change.device == "nte")
    assert deployer.deploy((nte,), REVERT_AFTER_S).confirmed == ("nte",)

    again = deployer.deploy(changes, REVERT_AFTER_S)

    assert again.unchanged == ("nte",)
    assert set(again.confirmed) == {"dxp", "dx"}


def test_a_reboot_between_commit_and_confirm_sends_the_others_back(
    fleet: Fleet, deployer: NornirDeployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = texts(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    fleet.hurry("dx", 400.0)
    commit = JUNOS.speech.commit

    def commit_and_boot(device: Device, revert_after_s: int) -> None:
        commit(device, revert_after_s)
        if device.name == "dx":
            fleet.reboot("dx")

    monkeypatch.setattr(JUNOS.speech, "commit", commit_and_boot)
    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert report.confirmed == ()
    assert {"nte", "dxp"} <= set(report.undone)
    wait_until(lambda: texts(fleet) == before)


def test_a_wrong_password_is_said_to_be_one(fleet: Fleet) -> None:
    refusals = deployer_for(fleet, device_password="another").rehearse(circuit(), ADD).refusals

    assert {refusal.code for refusal in refusals} == {"device-sign-in-refused"}


@pytest.fixture
def device(fleet: Fleet) -> Iterator[Device]:
    """One open device, as a deploy has it."""
    driver = somebody(fleet, "nte")
    with run_under_way() as opener:
        yield Device("nte", driver, opener, JUNOS.dialect, JUNOS.speech)
    driver.close()


def test_a_confirmation_that_comes_too_late_is_no_success(fleet: Fleet, device: Device) -> None:
    fleet.hurry("nte", 600.0)  # a minute is 0.1 s
    assert device.speech.load(device, "set interfaces ge-0/0/1 description late")
    device.speech.commit(device, 60)
    wait_until(lambda: fleet.commits("nte").reverted == 1)

    assert not device.speech.is_pending(device)
    with pytest.raises(DeviceRefused, match="took the change back by itself"):
        device.speech.confirm(device)

    assert not device.speech.take_back(device)
    assert fleet.commits("nte").confirmed == 0


def test_what_is_loaded_or_committed_can_be_taken_back_and_the_lock_is_let_go(fleet: Fleet, device: Device) -> None:
    before = texts(fleet)
    device.speech.load(device, "set interfaces ge-0/0/1 description tried")
    assert device.speech.take_back(device)
    device.speech.load(device, "set interfaces ge-0/0/1 description tried")
    device.speech.commit(device, 60)
    assert device.speech.is_pending(device)
    assert device.speech.take_back(device)

    assert not device.speech.take_back(device)
    assert device.speech.free(device, 0) == ()
    assert texts(fleet) == before


def test_a_device_that_let_go_of_the_lock_commits_nobody_elses_change_with_ours(fleet: Fleet, device: Device) -> None:
    device.speech.load(device, "set interfaces ge-0/0/1 description ours")
    device.speech.commit(device, 60)
    device.driver.device.cu.unlock()  # as some releases do by themselves
    other = somebody(fleet, "nte")
    other.load_merge_candidate(config="set interfaces ge-0/0/0 description slipped-in")

    with pytest.raises(DeviceRefused, match="somebody has loaded another change"):
        device.speech.confirm(device)

    assert "slipped-in" not in fleet.running_config("nte")
    other.discard_config()
    device.speech.confirm(device)
    assert "ours" in fleet.running_config("nte")
    other.close()


def test_a_whole_text_takes_the_place_of_another_and_its_own_is_no_difference(fleet: Fleet, device: Device) -> None:
    running = device.speech.running_config(device)
    assert running == fleet.running_config("nte")

    assert device.speech.load_whole(device, running) == ""
    device.speech.discard(device)
    diff = device.speech.load_whole(device, running.replace("        disable;\n", "", 1))
    device.speech.commit_for_good(device)

    assert "-   disable;" in diff
    assert fleet.running_config("nte") == running.replace("        disable;\n", "", 1)


def test_a_load_that_is_refused_leaves_nothing_loaded_and_says_where_and_what(fleet: Fleet, device: Device) -> None:
    with pytest.raises(DeviceRefused, match=r"\[edit interfaces ge-0/0/1\] colour syntax error"):
        device.speech.load(device, "set interfaces ge-0/0/1 description x\nset interfaces ge-0/0/1 colour red")

    assert device.speech.free(device, 0) == ()
    device.speech.load(device, "set bridge-domains x interface ge-0/0/9.0")
    with pytest.raises(DeviceRefused, match="Interface must already be defined"):
        device.speech.commit(device, 60)
    device.speech.take_back(device)
    assert device.speech.free(device, 0) == ()


def test_facts_neighbours_and_light_are_read_as_from_any_device(fleet: Fleet, device: Device) -> None:
    fleet.set_light("nte", "xe-0/1/0", -31.5)

    facts, seen = device.speech.facts(device), read_facts(device)

    assert (facts["vendor"], facts["model"], facts["hostname"]) == ("Juniper", "MX204", "nte")
    assert seen.neighbours is not None
    assert seen.neighbours["xe-0/1/0"] == (PortRef("dxp", "Ethernet1"),)
    assert seen.light is not None
    assert seen.light["xe-0/1/0"].rx_dbm == -31.5
    assert seen.ports["ge-0/0/0"]["is_enabled"] is False


def host_key(fleet: Fleet, name: str) -> str:
    """What `ssh-keyscan` would print of a device."""
    address, port = HOSTS[name].address, fleet.ports["junos"]
    key = asyncio.run(asyncssh.get_server_host_key(address, port=port))
    assert key is not None
    return f"[{address}]:{port} {key.export_public_key().decode()}"


def test_a_host_key_that_is_not_known_is_refused_before_the_password_is_said(fleet: Fleet, tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    known.write_text(host_key(fleet, "nte"), encoding="utf-8")
    checked = deployer_for(fleet, ssh_verify=True, ssh_known_hosts=known)

    assert checked.reachable(["nte", "dx"]) == {"nte": True, "dx": False}

    away = checked.rehearse(circuit(), ADD).refusals
    assert [(refusal.device, refusal.code) for refusal in away] == [("dx", "device-unreachable")]
    assert "SSH host key is not a known one" in away[0].reason


def test_a_device_that_is_away_is_unreachable(fleet: Fleet, deployer: NornirDeployer) -> None:
    fleet.go_away("nte")

    refusals = deployer.rehearse(circuit(), ADD).refusals

    assert [(refusal.device, refusal.code) for refusal in refusals] == [("nte", "device-unreachable")]
    fleet.come_back("nte")
    assert deployer.reachable(["nte"]) == {"nte": True}


def test_a_device_that_hangs_is_given_up(fleet: Fleet) -> None:
    fleet.hang("nte")

    started = time.monotonic()
    refusals = deployer_for(fleet, connect_timeout_s=1).rehearse(circuit(), ADD).refusals

    assert [(refusal.device, refusal.code) for refusal in refusals] == [("nte", "device-unreachable")]
    assert time.monotonic() - started < 20
