"""A device taken back to a whole configuration, on every platform that replaces one, and forward again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from automation.change_plan import ChangeAction, opposite, whole_change
from automation.deploy import NornirDeployer
from automation.intents import Intent
from automation.twin.fleet import Fleet
from tests.integration import junos_line, wireless_town

REVERT_AFTER_S = 300


@dataclass(frozen=True)
class Bench:
    """One device of one platform, and a service for it."""

    fleet: Fleet
    deployer: NornirDeployer
    device: str
    service: tuple[Intent, ...]

    def text(self) -> str:
        """What the house reads, as it stands: what a backup is made of."""
        answer = self.deployer.running_configs([self.device])[self.device]
        assert isinstance(answer, str)
        return answer


@pytest.fixture(params=["eos", pytest.param("junos", marks=pytest.mark.system), "openwrt"])
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("ncclient.transport.session.TICK", 0.01)  # how often it looks whether it was asked something
    if request.param == "openwrt":
        with wireless_town.start_fleet() as fleet:
            yield Bench(fleet, wireless_town.deployer_for(fleet, tmp_path), "ap-1", (wireless_town.ssid("ap-1"),))
        return
    device = {"eos": "dxp", "junos": "nte"}[request.param]
    service = tuple(intent for intent in junos_line.circuit() if intent.device == device)
    with Fleet.start(junos_line.DEVICES, credentials=junos_line.CREDENTIALS) as fleet:
        yield Bench(fleet, junos_line.deployer_for(fleet), device, service)


def deployed(bench: Bench, changes):
    rehearsal = bench.deployer.rehearse_changes(changes)
    assert rehearsal.refusals == ()
    return rehearsal.changes, bench.deployer.deploy(rehearsal.changes, REVERT_AFTER_S)


def test_it_says_the_earlier_text_byte_for_byte_and_the_later_one_when_undone(bench: Bench) -> None:
    earlier = bench.text()
    added = bench.deployer.rehearse(bench.service, ChangeAction.ADD)
    assert bench.deployer.deploy(added.changes, REVERT_AFTER_S).confirmed == (bench.device,)
    later = bench.text()
    assert later != earlier

    [change], report = deployed(bench, [whole_change(bench.device, earlier, later)])

    assert (report.refusals, report.confirmed) == ((), (bench.device,))
    assert change.diff != ""
    assert bench.text() == earlier
    assert bench.fleet.startup_config(bench.device) == bench.fleet.running_config(bench.device)

    _, report = deployed(bench, [opposite(change)])
    assert report.confirmed == (bench.device,)
    assert bench.text() == later


def test_a_device_that_says_it_already_is_left_alone(bench: Bench) -> None:
    now = bench.text()

    [change], report = deployed(bench, [whole_change(bench.device, now, now)])

    assert (change.diff, report.unchanged, report.confirmed, report.refusals) == ("", (bench.device,), (), ())
    assert bench.text() == now
