"""Every fault on every platform: afterwards each device is byte for byte as before, or is told as uncertain.

Faults strike at one of three moments: after the rehearsal, right behind the commit, or while the commit waits for its
confirmation. (A process that is killed at each of its steps: `test_deploy_killed.py`, `test_junos_killed.py`,
`test_openwrt_killed.py`.)
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from automation.change_plan import ChangeAction, DeployReport
from automation.deploy import NornirDeployer
from automation.intents import Intent
from automation.platforms import PLATFORMS
from automation.speech.speech import Device
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from tests.integration import junos_line, test_deploy, wireless_town
from tests.integration.meanwhile import Meanwhile

REVERT_AFTER_S = 300


@dataclass(frozen=True)
class Scene:
    """A line of devices, what is put on it, and which of them has the trouble, at which port."""

    name: str
    start: Callable[[], Fleet]
    deployer: Callable[[Fleet, Path], NornirDeployer]
    intents: Callable[[], tuple[Intent, ...]]
    names: tuple[str, ...]
    victim: str
    port: str


def _eos() -> Fleet:
    password = test_deploy.SecretStr(test_deploy.PASSWORD)
    return Fleet.start(test_deploy.DEVICES, credentials=Credentials("neutralhost", password))


SCENES = (
    Scene(
        "eos",
        _eos,
        lambda fleet, _folder: test_deploy.deployer_for(fleet, connect_timeout_s=1),
        test_deploy.circuit,
        test_deploy.NAMES,
        "dxp",
        "Ethernet1",
    ),
    Scene(
        "junos",
        lambda: Fleet.start(junos_line.DEVICES, credentials=junos_line.CREDENTIALS),
        lambda fleet, _folder: junos_line.deployer_for(fleet, connect_timeout_s=2),
        junos_line.circuit,
        junos_line.NAMES,
        "dx",
        "xe-0/1/0",
    ),
    Scene(
        "openwrt",
        wireless_town.start_fleet,
        lambda fleet, folder: wireless_town.deployer_for(fleet, folder, connect_timeout_s=1),
        wireless_town.service,
        wireless_town.NAMES,
        "ap-1",
        "eth0",
    ),
)


@dataclass(frozen=True)
class Fault:
    """What goes wrong at the victim, and when. `succeeds`: it is a trouble that a deploy has to bear."""

    name: str
    strike: Callable[[Fleet, Scene], None]
    moment: str  # rehearsed, committed or pending
    succeeds: bool = False


FAULTS = (
    Fault("refuses-in-the-middle", lambda fleet, scene: fleet.refuse(scene.victim, "2001|S-1"), "rehearsed"),
    Fault("hangs", lambda fleet, scene: fleet.hang(scene.victim), "rehearsed"),
    Fault("is-away", lambda fleet, scene: fleet.go_away(scene.victim), "rehearsed"),
    Fault("session-lost-after-commit", lambda fleet, scene: fleet.die_after_commit(scene.victim), "rehearsed"),
    Fault("hangs-while-pending", lambda fleet, scene: fleet.hang(scene.victim), "pending"),
    Fault("reboots-while-pending", lambda fleet, scene: fleet.reboot(scene.victim), "pending"),
    Fault("loses-its-startup", lambda fleet, scene: _forget_and_boot(fleet, scene.victim), "pending"),
    Fault("cannot-be-reached-anew", lambda fleet, scene: fleet.go_away(scene.victim), "committed"),
    Fault("admits-no-new-connection", lambda fleet, scene: fleet.admit_nobody(scene.victim), "committed"),
    Fault("answers-slowly", lambda fleet, scene: fleet.answer_after(scene.victim, 0.05), "rehearsed", succeeds=True),
)


def _forget_and_boot(fleet: Fleet, device: str) -> None:
    fleet.lose_startup(device)
    fleet.reboot(device)


@contextmanager
def after_commit(
    platform: str, device: str, strike: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The fault strikes right behind the device's next commit with a timer."""
    speech = type(PLATFORMS[platform].speech)
    commit = speech.commit

    def committing(self: object, to: Device, revert_after_s: int) -> None:
        commit(self, to, revert_after_s)  # type: ignore[arg-type] # a Speech, whatever its platform
        if to.name == device:
            strike()

    with monkeypatch.context() as patched:
        patched.setattr(speech, "commit", committing)
        yield


def texts(fleet: Fleet, names: Sequence[str]) -> dict[str, str]:
    return {name: fleet.running_config(name) for name in names}


def deploy(scene: Scene, fault: Fault, fleet: Fleet, folder: Path, monkeypatch: pytest.MonkeyPatch) -> DeployReport:
    deployer = scene.deployer(fleet, folder)
    rehearsal = deployer.rehearse(scene.intents(), ChangeAction.ADD)
    assert rehearsal.refusals == ()
    platform = next(device.platform for device in fleet.devices if device.name == scene.victim)

    def strike() -> None:
        fault.strike(fleet, scene)

    if fault.moment == "pending":
        return deployer.deploy(rehearsal.changes, REVERT_AFTER_S, (Meanwhile(strike),))
    if fault.moment == "committed":
        with after_commit(platform, scene.victim, strike, monkeypatch):
            return deployer.deploy(rehearsal.changes, REVERT_AFTER_S)
    strike()
    return deployer.deploy(rehearsal.changes, REVERT_AFTER_S)


@pytest.mark.system
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_after_a_fault_each_device_is_as_before_or_told_as_uncertain(
    scene: Scene, fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scene.start() as fleet:
        before = texts(fleet, scene.names)
        report = deploy(scene, fault, fleet, tmp_path, monkeypatch)
        after = texts(fleet, scene.names)

    if fault.succeeds:
        assert (set(report.confirmed), report.refusals) == (set(scene.names), ())
        return
    assert report.confirmed == ()
    assert report.refusals
    assert set(report.uncertain) <= {scene.victim}
    changed = {name for name in scene.names if after[name] != before[name]}
    assert changed <= set(report.uncertain)


def _lit() -> Fleet:
    """The same devices, each port with an optic that receives -10 dBm."""
    devices = [
        replace(device, ports=tuple(replace(port, light_dbm=-10.0) for port in device.ports))
        for device in test_deploy.DEVICES
    ]
    password = test_deploy.SecretStr(test_deploy.PASSWORD)
    return Fleet.start(devices, credentials=Credentials("neutralhost", password))


def test_light_that_falls_by_the_change_sends_all_back_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = replace(SCENES[0], start=_lit)
    monkeypatch.setattr("automation.deploying._SETTLE_S", 0.0)
    with scene.start() as fleet:
        before = texts(fleet, scene.names)
        falls = Fault("light", lambda fleet, scene: fleet.set_light(scene.victim, scene.port, -14.0), "committed")
        report = deploy(scene, falls, fleet, tmp_path, monkeypatch)

        assert [(refusal.device, refusal.code) for refusal in report.refusals] == [(scene.victim, "check-failed")]
        assert f"light: {scene.port} received -10.0 dBm and receives -14.0 dBm" in report.refusals[0].reason
        assert set(report.undone) == set(scene.names)
        assert texts(fleet, scene.names) == before


def test_a_link_and_a_neighbour_that_are_lost_by_the_change_send_all_back_and_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = SCENES[0]
    monkeypatch.setattr("automation.deploying._SETTLE_S", 0.0)
    with scene.start() as fleet:
        before = texts(fleet, scene.names)
        cut = Fault("cut", lambda fleet, scene: fleet.unplug(scene.victim, scene.port), "committed")
        report = deploy(scene, cut, fleet, tmp_path, monkeypatch)

        said = {refusal.device: refusal.reason for refusal in report.refusals}
        assert f"link: {scene.port} was up and is down" in said[scene.victim]
        assert texts(fleet, scene.names) == before


def test_what_goes_down_for_a_moment_and_comes_back_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = SCENES[0]
    monkeypatch.setattr("automation.deploying._LOOK_AGAIN_S", 0.05)

    def blink(fleet: Fleet, scene: Scene) -> None:
        fleet.unplug(scene.victim, scene.port)

        def back() -> None:
            time.sleep(0.2)
            fleet.plug(scene.victim, scene.port)

        threads.append(test_deploy.threading.Thread(target=back))
        threads[-1].start()

    threads: list[test_deploy.threading.Thread] = []
    with scene.start() as fleet:
        report = deploy(scene, Fault("blinks", blink, "committed"), fleet, tmp_path, monkeypatch)
        for thread in threads:
            thread.join()
    assert set(report.confirmed) == set(scene.names)
