"""A plan harms nothing that stands: it is held to what its diff said, to what services need, and to the cabling."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import CommandErrorException

from automation.change_plan import ChangeAction, DeviceChange, lines_change
from automation.deploy import NornirDeployer
from automation.drivers.junos import CheckedJunosDriver
from automation.limits import Limit
from automation.platforms import PLATFORMS
from automation.speech.speech import Device
from automation.standing import Cable, Standing
from automation.twin.fleet import Fleet
from inventory.devices import PortRef
from tests.integration import junos_line

STRANGER = PortRef("stranger", "Ethernet7")


@dataclass(frozen=True)
class Bench:
    """One device of one platform. `lines` are about its cabled port, `harmful` ones take the circuit's tag away."""

    fleet: Fleet
    deployer: NornirDeployer
    platform: str
    device: str
    port: str
    far: PortRef
    lines: DeviceChange
    harmful: DeviceChange

    @property
    def cables(self) -> dict[str, list[Cable]]:
        return {self.port: [Cable(self.port, "the-link", self.far)]}


@pytest.fixture(params=["eos", pytest.param("junos", marks=pytest.mark.system)])
def bench(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("ncclient.transport.session.TICK", 0.01)  # how often it looks whether it was asked something
    monkeypatch.setattr("automation.deploying._SETTLE_S", 0.0)
    with Fleet.start(junos_line.DEVICES, credentials=junos_line.CREDENTIALS) as fleet:
        deployer = junos_line.deployer_for(fleet)
        if request.param == "eos":
            lines = lines_change(
                "dxp", "interface Ethernet1\n   description lab\n", "interface Ethernet1\n   no description\n"
            )
            harmful = lines_change("dxp", "no vlan 2001\n", "vlan 2001\n")
            yield Bench(fleet, deployer, "eos", "dxp", "Ethernet1", PortRef("nte", "xe-0/1/0"), lines, harmful)
        else:
            lines = lines_change(
                "nte",
                'set interfaces xe-0/1/0 description "lab"\n',
                "delete interfaces xe-0/1/0 description\n",
            )
            harmful = lines_change("nte", "delete bridge-domains\n", "")
            yield Bench(fleet, deployer, "junos", "nte", "xe-0/1/0", PortRef("dxp", "Ethernet1"), lines, harmful)


def test_a_port_of_the_plan_that_hears_another_than_designed_is_told_and_refused(bench: Bench) -> None:
    bench.fleet.miswire(bench.device, bench.port, STRANGER)
    before, standing = bench.fleet.running_config(bench.device), {bench.device: Standing((), bench.cables)}

    rehearsal = bench.deployer.rehearse_changes([bench.lines], standing)
    report = bench.deployer.deploy(rehearsal.changes, 60, (), standing)

    said = f"{bench.port} hears stranger:Ethernet7, and link the-link should bring {bench.far}"
    assert [(each.device, each.check, each.detail) for each in rehearsal.findings] == [
        (bench.device, Limit.CABLING, said)
    ]
    assert [refusal.code for refusal in report.refusals] == ["not-cabled-as-designed"]
    assert said in report.refusals[0].reason
    assert bench.fleet.running_config(bench.device) == before
    assert bench.deployer.deploy(rehearsal.changes, 60).confirmed == (bench.device,)  # the limit was lifted


def test_a_port_that_is_cabled_as_designed_or_none_of_the_plan_stands_against_nothing(bench: Bench) -> None:
    elsewhere = {"Ethernet2": [Cable("Ethernet2", "other", STRANGER)], "xe-0/1/1": [Cable("xe-0/1/1", "o", STRANGER)]}
    standing = {bench.device: Standing((), bench.cables | elsewhere)}

    rehearsal = bench.deployer.rehearse_changes([bench.lines], standing)

    assert rehearsal.findings == ()
    assert bench.deployer.deploy(rehearsal.changes, 60, (), standing).confirmed == (bench.device,)


@pytest.mark.parametrize("error", [NotImplementedError(), CommandErrorException("LLDP is not enabled")], ids=repr)
def test_a_device_that_cannot_say_whom_it_hears_is_no_reason_against_a_plan_or_its_deploy(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def silent(_driver: object) -> None:
        raise error

    driver = {"eos": get_network_driver("eos"), "junos": CheckedJunosDriver}[bench.platform]
    monkeypatch.setattr(driver, "get_lldp_neighbors", silent)
    bench.fleet.miswire(bench.device, bench.port, STRANGER)
    standing = {bench.device: Standing((), bench.cables)}

    rehearsal = bench.deployer.rehearse_changes([bench.lines], standing)

    assert (rehearsal.refusals, rehearsal.findings) == ((), ())
    assert bench.deployer.deploy(rehearsal.changes, 60, (), standing).confirmed == (bench.device,)


def test_a_device_that_does_more_than_its_diff_said_is_sent_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    before, speech = bench.fleet.running_config(bench.device), PLATFORMS[bench.platform].speech
    more = {"eos": "vlan 77\n   name unseen\n", "junos": "set system ntp server 192.0.2.77\n"}[bench.platform]
    load: Callable[[Device, str], str] = speech.load

    def hiding(device: Device, commands: str) -> str:
        """The diff of a device that does not tell all it is about to do."""
        said = load(device, commands)
        speech.take_back(device)
        load(device, commands + more)
        return said

    [change] = bench.deployer.rehearse_changes([bench.lines]).changes
    monkeypatch.setattr(speech, "load", hiding)
    report = bench.deployer.deploy([change], 60)

    assert [refusal.code for refusal in report.refusals] == ["not-as-promised"]
    assert "it says also: " in report.refusals[0].reason
    assert "lab" not in report.refusals[0].reason
    assert (report.confirmed, report.undone) == ((), (bench.device,))
    assert bench.fleet.running_config(bench.device) == before


def test_lines_that_take_away_what_an_active_service_needs_are_told_and_sent_back(bench: Bench) -> None:
    service = tuple(intent for intent in junos_line.circuit() if intent.device == bench.device)
    added = bench.deployer.rehearse(service, ChangeAction.ADD).changes
    assert bench.deployer.deploy(added, 60).confirmed == (bench.device,)
    before, standing = bench.fleet.running_config(bench.device), {bench.device: Standing(added[0].intents)}

    rehearsal = bench.deployer.rehearse_changes([bench.harmful], standing)
    report = bench.deployer.deploy(rehearsal.changes, 60, (), standing)

    assert [(each.check, each.label) for each in rehearsal.findings] == [(Limit.STANDING_SERVICES, service[0].label)]
    assert [refusal.code for refusal in report.refusals] == ["harms-what-stands"]
    assert bench.fleet.running_config(bench.device) == before
    assert bench.deployer.rehearse_changes([bench.lines], standing).findings == ()
