"""What is confirmed is what is there: checks that outlast the timers, and a device that went back by itself."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from automation.change_plan import Refusal, lines_change, whole_change
from automation.deploy import NornirDeployer
from automation.dialects.eos.platform import EOS
from automation.errors import DeviceUnreachable
from automation.speech.speech import Device
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.verifying import Look
from tests.integration.test_deploy import (
    ADD,
    DEVICES,
    NAMES,
    PASSWORD,
    REVERT_AFTER_S,
    circuit,
    deployer_for,
    rehearsed,
    texts,
)


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with Fleet.start(DEVICES, credentials=Credentials("neutralhost", SecretStr(PASSWORD))) as fleet:
        yield fleet


@pytest.fixture
def deployer(fleet: Fleet) -> NornirDeployer:
    return deployer_for(fleet)


@dataclass
class Clock:
    """A clock that runs, and is put forward by hand. Stands in for the module `time`."""

    ahead_s: float = 0.0
    sleep = staticmethod(time.sleep)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead_s


@dataclass
class Slow:
    """A check that finds nothing wrong, and takes its time by the clock. Implements `Check`."""

    seconds: float
    clock: Clock
    name: str = "slow"

    def __call__(self, look: Look) -> tuple[Refusal, ...]:
        self.clock.ahead_s += self.seconds
        return ()


@pytest.mark.parametrize(("seconds", "is_in_time"), [(REVERT_AFTER_S * 0.8, True), (REVERT_AFTER_S * 0.9, False)])
def test_checks_that_leave_no_time_to_confirm_on_all_send_all_back(
    fleet: Fleet, deployer: NornirDeployer, monkeypatch: pytest.MonkeyPatch, seconds: float, is_in_time: bool
) -> None:
    clock = Clock()
    monkeypatch.setattr("automation.deploying.time", clock)
    changes = rehearsed(deployer, circuit(), ADD)
    before = texts(fleet)

    report = deployer.deploy(changes, REVERT_AFTER_S, [Slow(seconds, clock)])

    assert set(report.confirmed) == (set(NAMES) if is_in_time else set())
    assert {refusal.code for refusal in report.refusals} == (set() if is_in_time else {"no-time-left"})
    assert [fleet.commits(name).confirmed for name in NAMES] == [int(is_in_time)] * 3
    assert (texts(fleet) == before) is not is_in_time


def test_given_lines_that_went_back_by_themselves_are_not_called_confirmed(
    fleet: Fleet, deployer: NornirDeployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = texts(fleet)
    lines = lines_change("dx", "vlan 77\n   name lab\n", "no vlan 77\n")
    [change] = deployer.rehearse_changes([lines]).changes

    def lost(device: Device) -> None:
        EOS.speech.take_back(device)  # as the timer does, just before the confirmation comes
        raise DeviceUnreachable(device.name, "it went away")

    monkeypatch.setattr(EOS.speech, "confirm", lost)
    report = deployer.deploy([change], 60)

    assert (report.confirmed, [refusal.code for refusal in report.refusals]) == ((), ["not-applied"])
    assert texts(fleet) == before


def test_a_confirmation_that_was_heard_though_its_answer_was_lost_counts_for_given_lines(
    fleet: Fleet, deployer: NornirDeployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    [change] = deployer.rehearse_changes([lines_change("dx", "vlan 77\n   name lab\n", "no vlan 77\n")]).changes
    confirm = EOS.speech.confirm

    def heard(device: Device) -> None:
        confirm(device)
        raise DeviceUnreachable(device.name, "it went away")

    monkeypatch.setattr(EOS.speech, "confirm", heard)

    assert deployer.deploy([change], 60).confirmed == ("dx",)
    assert "vlan 77" in fleet.startup_config("dx")


def test_the_way_back_from_a_whole_text_is_what_the_device_said_at_its_rehearsal(
    fleet: Fleet, deployer: NornirDeployer
) -> None:
    proposed = fleet.running_config("dx")
    target = proposed.replace("name management", "name mgmt")
    fleet.edit("dx", ["vlan 55", "name came-meanwhile"])

    [change] = deployer.rehearse_changes([whole_change("dx", target, proposed)]).changes

    assert "came-meanwhile" in change.diff
    assert "came-meanwhile" in change.undo


def test_what_a_device_says_of_a_line_it_refuses_repeats_no_secret_of_it(
    deployer: NornirDeployer, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in ("snmp-server community sesame rx", "username eve role nobody secret sesame sesame", "no such sesame"):
        [refusal] = deployer.rehearse_changes([lines_change("dx", f"{line}\n", "")]).refusals
        assert ("sesame" in refusal.reason) is (line == "no such sesame"), refusal.reason
        assert "CLI command" in refusal.reason
    assert "secret sesame" not in capsys.readouterr().out
