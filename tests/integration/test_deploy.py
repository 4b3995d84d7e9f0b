"""Changes put on three devices over real loopback HTTP: NAPALM's own driver, the twin's eAPI."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pyeapi
import pytest
from pydantic import SecretStr

from automation.change_plan import ChangeAction, DeviceChange
from automation.deploy import NornirDeployer
from automation.dialects.eos.platform import EOS
from automation.errors import DeviceRefused, DeviceUnreachable
from automation.hosts import HostAddress
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.scanning import Expectations, Expected
from automation.settings import AutomationSettings
from automation.speech.speech import Device
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.model import TwinDevice, TwinPort
from inventory.devices import PortRef
from inventory.errors import UnknownThing

ADD, REMOVE = ChangeAction.ADD, ChangeAction.REMOVE
PASSWORD = "not-a-secret-of-anybody"
REVERT_AFTER_S = 300

NTE_CONFIG = """\
hostname {name}
!
username neutralhost privilege 15 secret sha512 $6$abc$SECRETHASH
!
interface Ethernet1
   description Free UNI
   shutdown
!
interface Ethernet2
   shutdown
!
interface Ethernet10
   description towards dxp
   switchport trunk allowed vlan none
   switchport mode trunk
!
end
"""
SWITCH_CONFIG = """\
hostname {name}
!
vlan 10
   name management
!
interface Ethernet1
   switchport trunk allowed vlan none
   switchport mode trunk
!
interface Ethernet2
   switchport trunk allowed vlan none
   switchport mode trunk
!
end
"""
CABLES = {("nte", "Ethernet10"): ("dxp", "Ethernet1"), ("dxp", "Ethernet2"): ("dx", "Ethernet1")}


def _far_end(name: str, port: str) -> PortRef | None:
    both_ways = CABLES | {far: near for near, far in CABLES.items()}
    far = both_ways.get((name, port))
    return PortRef(*far) if far else None


def _device(number: int, name: str, config: str, ports: tuple[str, ...]) -> TwinDevice:
    made = tuple(TwinPort(port, far_end=_far_end(name, port), attached=True) for port in ports)
    return TwinDevice(name, f"127.1.77.{number}", made, config.format(name=name))


DEVICES = (
    _device(1, "nte", NTE_CONFIG, ("Ethernet1", "Ethernet2", "Ethernet10")),
    _device(2, "dxp", SWITCH_CONFIG, ("Ethernet1", "Ethernet2")),
    _device(3, "dx", SWITCH_CONFIG, ("Ethernet1", "Ethernet2")),
)
NAMES = tuple(device.name for device in DEVICES)


def circuit(label: str = "S-1", s_vlan: int = 2001, uni_port: str = "Ethernet1") -> tuple[CircuitIntent, ...]:
    uni = UniIntent(uni_port, f"{label} for 10001", BandwidthProfile(100, 200, 12_500, 25_000))
    return (
        CircuitIntent("nte", label, s_vlan, ("Ethernet10",), uni),
        CircuitIntent("dxp", label, s_vlan, ("Ethernet1", "Ethernet2")),
        CircuitIntent("dx", label, s_vlan, ("Ethernet1", "Ethernet2")),
    )


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with Fleet.start(DEVICES, credentials=Credentials("neutralhost", SecretStr(PASSWORD))) as fleet:
        yield fleet


def settings_for(fleet: Fleet, **changed: object) -> AutomationSettings:
    values = {
        "device_username": "neutralhost",
        "device_password": SecretStr(PASSWORD),
        "eapi_transport": "http",
        "eapi_port": fleet.port,
        "connect_timeout_s": 2,
        "workers": 3,
        "busy_wait_s": 0,
    }
    return AutomationSettings.model_validate(values | changed)


def deployer_for(fleet: Fleet, **changed: object) -> NornirDeployer:
    hosts = {device.name: HostAddress(device.name, device.address, "eos") for device in fleet.devices}
    return NornirDeployer(lambda: hosts, settings_for(fleet, **changed))


@pytest.fixture
def deployer(fleet: Fleet) -> NornirDeployer:
    return deployer_for(fleet)


def texts(fleet: Fleet) -> dict[str, str]:
    return {name: fleet.running_config(name) for name in NAMES}


def rehearsed(
    deployer: NornirDeployer, intents: tuple[CircuitIntent, ...], action: ChangeAction
) -> tuple[DeviceChange, ...]:
    rehearsal = deployer.rehearse(intents, action)
    assert rehearsal.refusals == ()
    return rehearsal.changes


def put_on(deployer: NornirDeployer, intents: tuple[CircuitIntent, ...]) -> tuple[CircuitIntent, ...]:
    """Add a circuit and return its intents as a cease will need them."""
    changes = rehearsed(deployer, intents, ADD)
    assert deployer.deploy(changes, REVERT_AFTER_S).refusals == ()
    return tuple(intent for change in changes for intent in change.intents)


def test_a_circuit_comes_is_proven_and_goes_and_every_byte_is_as_before(fleet, deployer):
    before = texts(fleet)
    added = rehearsed(deployer, circuit(), ADD)
    assert texts(fleet) == before
    assert all("2001" in change.diff for change in added)

    report = deployer.deploy(added, REVERT_AFTER_S)
    assert set(report.confirmed) == set(NAMES)
    assert (report.undone, report.uncertain, report.refusals) == ((), (), ())
    proof = deployer.prove(circuit(), ADD)
    assert proof.ok, [finding for finding in proof.findings if not finding.ok]
    assert {name: fleet.startup_config(name) for name in NAMES} == texts(fleet)

    intents = tuple(intent for change in added for intent in change.intents)
    removed = rehearsed(deployer, intents, REMOVE)
    assert set(deployer.deploy(removed, REVERT_AFTER_S).confirmed) == set(NAMES)
    assert texts(fleet) == before
    assert deployer.prove(intents, REMOVE).ok


def test_doing_it_twice_is_the_same_as_once(fleet, deployer):
    changes = rehearsed(deployer, circuit(), ADD)
    deployer.deploy(changes, REVERT_AFTER_S)
    after = texts(fleet)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert set(report.unchanged) == set(NAMES)
    assert (report.confirmed, report.refusals) == ((), ())
    assert texts(fleet) == after
    assert fleet.commits("dx").timed == 1


def test_one_refusal_sends_all_back(fleet, deployer):
    changes = rehearsed(deployer, circuit(), ADD)
    before = texts(fleet)
    fleet.refuse("dx", "allowed vlan add")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [(refusal.device, refusal.code) for refusal in report.refusals] == [("dx", "device-refused")]
    assert "allowed vlan add" in report.refusals[0].reason
    assert report.confirmed == ()
    assert texts(fleet) == before


def test_a_device_that_is_away_is_named_and_the_others_stay_as_they_are(fleet, deployer):
    changes = rehearsed(deployer, circuit(), ADD)
    before = texts(fleet)
    fleet.go_away("dxp")

    report = deployer.deploy(changes, REVERT_AFTER_S)
    rehearsal = deployer.rehearse(circuit(), ADD)

    assert [(refusal.device, refusal.code) for refusal in report.refusals] == [("dxp", "device-unreachable")]
    assert [(refusal.device, refusal.code) for refusal in rehearsal.refusals] == [("dxp", "device-unreachable")]
    assert {change.device for change in rehearsal.changes} == {"nte", "dx"}
    assert texts(fleet) == before
    assert deployer.reachable([*NAMES, "nobody"]) == {"nte": True, "dxp": False, "dx": True, "nobody": False}


def test_a_device_that_dies_after_its_commit_goes_back_by_its_own_timer(fleet, deployer):
    changes = rehearsed(deployer, circuit(), ADD)
    before = texts(fleet)
    fleet.die_after_commit("dx")

    report = deployer.deploy(changes, revert_after_s=3)

    assert report.uncertain == ("dx",)
    assert set(report.undone) == {"nte", "dxp"}
    assert fleet.running_config("nte") == before["nte"]
    wait_until(lambda: texts(fleet) == before)
    assert fleet.commits("dx").reverted == 1


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.05)


def test_a_change_that_is_no_longer_what_was_approved_is_not_applied(fleet, deployer):
    changes = rehearsed(deployer, circuit(), ADD)
    fleet.edit("nte", ["interface Ethernet1", "description somebody was here"])
    before = texts(fleet)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [(refusal.device, refusal.code) for refusal in report.refusals] == [("nte", "changed-since-approval")]
    assert texts(fleet) == before


def test_commands_that_are_not_the_plans_are_not_applied(fleet, deployer):
    changes = rehearsed(deployer, circuit(), ADD)
    before = texts(fleet)
    forged = tuple(
        replace(change, commands=change.commands + "username eve privilege 15 secret x\n") for change in changes
    )

    report = deployer.deploy(forged, REVERT_AFTER_S)

    assert {refusal.code for refusal in report.refusals} == {"changed-since-approval"}
    assert texts(fleet) == before


def test_what_somebody_types_while_the_sessions_are_open_is_not_lost(fleet, deployer, monkeypatch):
    changes = rehearsed(deployer, circuit(), ADD)
    load = EOS.speech.load

    def load_while_somebody_types(device: Device, commands: str) -> str:
        diff = load(device, commands)
        if device.name == "dx":
            fleet.edit("dx", ["vlan 77", "name by-hand"])
        return diff

    monkeypatch.setattr(EOS.speech, "load", load_while_somebody_types)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [(refusal.device, refusal.code) for refusal in report.refusals] == [("dx", "changed-since-approval")]
    assert "by-hand" in fleet.running_config("dx")
    assert all("2001" not in text for text in texts(fleet).values())


def test_a_device_that_took_the_change_and_does_not_say_it_sends_all_back(fleet, deployer, monkeypatch):
    changes = rehearsed(deployer, circuit(), ADD)
    before = texts(fleet)
    commit = EOS.speech.commit

    def commit_and_lose_a_line(device: Device, revert_after_s: int) -> None:
        commit(device, revert_after_s)
        if device.name == "dx":
            fleet.edit("dx", ["interface Ethernet2", "switchport trunk allowed vlan none"])

    monkeypatch.setattr(EOS.speech, "commit", commit_and_lose_a_line)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [(refusal.device, refusal.code) for refusal in report.refusals] == [("dx", "not-applied")]
    assert "switchport trunk allowed vlan add 2001" in report.refusals[0].reason
    assert set(report.undone) == set(NAMES)
    assert texts(fleet) == before


def test_a_device_that_says_it_already_is_saved_too(fleet, deployer):
    """As after a crash between a confirmation and its `write memory`."""
    changes = rehearsed(deployer, circuit(), ADD)
    for change in changes:
        fleet.edit(change.device, [line for line in change.commands.splitlines() if line])
    assert fleet.startup_config("dx") != fleet.running_config("dx")

    assert set(deployer.deploy(changes, REVERT_AFTER_S).unchanged) == set(NAMES)
    assert {name: fleet.startup_config(name) for name in NAMES} == texts(fleet)


def test_another_circuit_that_came_by_since_the_approval_is_no_obstacle(fleet, deployer):
    changes = rehearsed(deployer, circuit(), ADD)
    other = put_on(deployer, circuit("S-2", 2002, "Ethernet2"))
    with_other = texts(fleet)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert set(report.confirmed) == set(NAMES)
    assert deployer.prove((*circuit(), *other), ADD).ok
    intents = tuple(intent for change in changes for intent in change.intents)
    deployer.deploy(rehearsed(deployer, intents, REMOVE), REVERT_AFTER_S)
    assert texts(fleet) == with_other


@pytest.mark.parametrize(
    ("device", "lines", "code"),
    [
        ("nte", ["interface Ethernet1", "switchport access vlan 10"], "port-not-idle"),
        ("dx", ["vlan 2001", "name lab"], "tag-not-free"),
        ("dxp", ["interface Ethernet2", "no switchport trunk allowed vlan"], "port-unfit"),
    ],
)
def test_what_somebody_configured_by_hand_is_refused_and_kept(fleet, deployer, device, lines, code):
    fleet.edit(device, lines)
    before = texts(fleet)

    rehearsal = deployer.rehearse(circuit(), ADD)

    assert [(refusal.device, refusal.code) for refusal in rehearsal.refusals] == [(device, code)]
    assert texts(fleet) == before


def test_a_hostile_description_reaches_no_device(fleet, deployer):
    before = texts(fleet)
    nte, *others = circuit()
    hostile = replace(nte, uni=replace(nte.uni, description="x\nusername eve privilege 15 secret x"))

    rehearsal = deployer.rehearse([hostile, *others], ADD)

    assert [(refusal.device, refusal.code) for refusal in rehearsal.refusals] == [("nte", "unsafe-text")]
    assert texts(fleet) == before


def test_a_confirmation_whose_answer_is_lost_is_looked_up_and_not_undone(fleet, deployer, monkeypatch):
    changes = rehearsed(deployer, circuit(), ADD)
    lose_answer(monkeypatch, fleet, "dxp")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert set(report.confirmed) == set(NAMES)
    assert report.refusals == ()
    assert fleet.commits("dxp").confirmed == 1
    assert {name: fleet.startup_config(name) for name in NAMES} == texts(fleet)


def lose_answer(monkeypatch: pytest.MonkeyPatch, fleet: Fleet, name: str) -> None:
    """The confirmation is done on the device, but the connection breaks in the middle of its answer."""
    confirm = EOS.speech.confirm

    def lossy(device: Device) -> None:
        if device.name == name:
            ask = device.driver._get_pending_commits

            def ask_and_lose_what_comes_next() -> dict[str, int]:
                answer = ask()
                fleet.break_answers(name)
                return answer

            monkeypatch.setattr(device.driver, "_get_pending_commits", ask_and_lose_what_comes_next)
        confirm(device)

    monkeypatch.setattr(EOS.speech, "confirm", lossy)


def test_a_device_lost_before_its_confirmation_takes_back_those_that_had_confirmed(fleet, deployer, monkeypatch):
    changes = rehearsed(deployer, circuit(), ADD)
    before = texts(fleet)
    lose_device_before_confirm(monkeypatch, fleet, "dx")

    report = deployer.deploy(changes, revert_after_s=4)

    assert report.confirmed == ()
    assert set(report.undone) == {"nte", "dxp"}
    assert report.uncertain == ("dx",)
    assert "could not be taken back" in report.refusals[0].reason
    assert fleet.commits("nte").confirmed == 1
    assert fleet.running_config("nte") == before["nte"] == fleet.startup_config("nte")
    wait_until(lambda: texts(fleet) == before)


def lose_device_before_confirm(monkeypatch: pytest.MonkeyPatch, fleet: Fleet, name: str) -> None:
    confirm = EOS.speech.confirm
    confirmed = threading.Barrier(len(NAMES) - 1, timeout=60)

    def lossy(device: Device) -> None:
        if device.name == name:
            fleet.go_away(name)
            confirm(device)
        else:
            confirm(device)
            confirmed.wait()

    monkeypatch.setattr(EOS.speech, "confirm", lossy)


def test_a_session_somebody_holds_makes_the_device_busy_and_is_left_alone(fleet, deployer):
    hold_session(fleet, "dxp", "napalm_123456")

    rehearsal = deployer.rehearse(circuit(), ADD)

    assert [(refusal.device, refusal.code) for refusal in rehearsal.refusals] == [("dxp", "device-busy")]
    assert "napalm_123456" in rehearsal.refusals[0].reason
    assert deployer.rehearse(circuit(), ADD).refusals != ()


def hold_session(fleet: Fleet, name: str, session: str) -> None:
    address = next(device.address for device in fleet.devices if device.name == name)
    node = pyeapi.connect(
        transport="http", host=address, username="neutralhost", password=PASSWORD, port=fleet.port, return_node=True
    )
    node.run_commands([f"configure session {session}", "vlan 77", "end"])


def test_a_wrong_password_is_a_refusal_that_does_not_repeat_it(fleet):
    deployer = deployer_for(fleet, device_password=SecretStr("wrong-password"))

    rehearsal = deployer.rehearse(circuit(), ADD)

    assert {refusal.code for refusal in rehearsal.refusals} == {"device-sign-in-refused"}
    assert all(
        "password" in refusal.reason and "wrong-password" not in refusal.reason for refusal in rehearsal.refusals
    )
    with pytest.raises(DeviceRefused):
        deployer.running_config("nte")


def test_a_running_config_is_shown_without_its_secrets(fleet, deployer):
    text = deployer.running_config("nte")

    assert "interface Ethernet10" in text
    assert "username neutralhost" in text
    assert "SECRETHASH" not in text
    fleet.go_away("nte")
    with pytest.raises(DeviceUnreachable):
        deployer.running_config("nte")
    with pytest.raises(UnknownThing):
        deployer.running_config("nobody")


def test_devices_without_an_address_are_refused_and_nothing_is_sent(fleet, deployer):
    strange = replace(circuit()[2], device="nobody")

    rehearsal = deployer.rehearse([*circuit()[:2], strange], ADD)
    report = deployer.deploy([*rehearsal.changes, replace(rehearsal.changes[0], device="nobody")], REVERT_AFTER_S)

    assert [(refusal.device, refusal.code) for refusal in rehearsal.refusals] == [("nobody", "device-unreachable")]
    assert [refusal.device for refusal in report.refusals] == ["nobody"]
    assert fleet.commits("nte").timed == 0


def test_no_password_in_what_is_logged_or_shown(fleet, deployer, capsys, caplog):
    caplog.set_level("DEBUG")
    deployer.deploy(rehearsed(deployer, circuit(), ADD), REVERT_AFTER_S)
    fleet.go_away("dx")
    deployer.rehearse(circuit(), REMOVE)

    shown = capsys.readouterr()
    assert "deployed" in shown.out
    assert PASSWORD not in shown.out + shown.err + caplog.text + repr(deployer)


def test_the_audit_reads_all_devices_and_finds_what_somebody_changed(fleet, deployer):
    intents = put_on(deployer, circuit())
    by_device = {intent.device: [intent] for intent in intents}
    fleet.edit("dxp", ["interface Ethernet2", "switchport trunk allowed vlan add 666"])
    fleet.edit("nte", ["interface Ethernet1", "no service-policy type qos input nh-S-1"])
    fleet.go_away("dx")

    expected = Expectations({name: Expected.of(name, tuple(by_device.get(name, ()))) for name in NAMES})
    findings = [finding for finding in deployer.audit(expected).findings if not finding.ok]

    silent, *findings = findings
    assert (silent.device, silent.check, silent.detail.split(":")[0]) == ("dx", "read", "dx does not answer")
    assert [(finding.device, finding.check, finding.detail) for finding in findings] == [
        ("dxp", "foreign tag", "Ethernet2 carries 666, which is nobody's"),
        ("nte", "circuit S-1", "missing: interface Ethernet1; service-policy type qos input nh-S-1"),
    ]


def test_a_cut_cable_and_a_shut_uni_are_found_by_the_proof(fleet, deployer):
    intents = put_on(deployer, circuit())
    fleet.unplug("dx", "Ethernet1")
    fleet.edit("nte", ["interface Ethernet1", "shutdown"])

    wrong = {(finding.device, finding.check) for finding in deployer.prove(intents, ADD).findings if not finding.ok}

    assert wrong == {("dx", "link"), ("dxp", "link"), ("nte", "config"), ("nte", "uni")}


def test_a_slow_device_is_given_up_after_the_time_it_has(fleet):
    deployer = deployer_for(fleet, connect_timeout_s=1)
    fleet.answer_after("dxp", 30)
    started = time.monotonic()

    assert deployer.reachable(NAMES) == {"nte": True, "dxp": False, "dx": True}
    assert time.monotonic() - started < 10


def test_two_deploys_at_once_on_the_same_devices_are_each_whole_or_not_at_all(fleet):
    """The product keeps them apart by claims; should that fail, no circuit is ever half there."""
    circuits = [circuit("S-1", 2001, "Ethernet1"), circuit("S-2", 2002, "Ethernet2")]
    deployers = [deployer_for(fleet, busy_wait_s=2) for _ in circuits]
    changes = [rehearsed(deployer, intents, ADD) for deployer, intents in zip(deployers, circuits, strict=True)]
    with ThreadPoolExecutor(2) as pool:
        reports = list(
            pool.map(lambda pair: pair[0].deploy(pair[1], REVERT_AFTER_S), zip(deployers, changes, strict=True))
        )

    for report, intents in zip(reports, circuits, strict=True):
        expected = REMOVE if report.refusals else ADD
        proof = deployers[0].prove(intents, expected)
        assert proof.ok, (report, [finding for finding in proof.findings if not finding.ok])
