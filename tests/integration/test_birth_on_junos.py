"""The same tests over a line of two vendors: link, LLDP, light and text come through NAPALM's own getters of each."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from automation.birth.check import BirthCheck, Testing
from automation.birth.designed import DesignedLink, DesignedService, Shape
from automation.birth.prober import NoProber
from automation.birth.results import TestKind, Verdict
from automation.change_plan import ChangeAction
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from inventory.devices import PortRef
from tests.integration.junos_line import CABLES, DEVICES, NAMES, PASSWORD, circuit, deployer_for, texts

# Light arrives with -7.5 dBm of -2.0 dBm sent: 5.5 dB are lost.
LINKS = tuple(DesignedLink(f"l-{near.device}", near, far, 5.0, 6.2, "10GBASE-LR") for near, far in CABLES.items())
CIRCUIT = DesignedService(
    "S-1", Shape.ACCESS_LINE, (PortRef("nte", "ge-0/0/0"),), PortRef("dx", "xe-0/1/1"), 2001, NAMES, LINKS,
    cir_mbps=100, eir_mbps=200,
)  # fmt: skip


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    monkeypatch.setattr("ncclient.transport.session.TICK", 0.005)  # it sends ten times a second otherwise
    credentials = Credentials("neutralhost", SecretStr(PASSWORD))
    with Fleet.start(DEVICES, credentials=credentials, ports={"junos": 0}) as fleet:
        yield fleet


def test_a_circuit_over_two_vendors_is_tested_alike_and_sent_back_alike(fleet: Fleet) -> None:
    deployer, before = deployer_for(fleet), texts(fleet)
    changes = deployer.rehearse(circuit(), ChangeAction.ADD).changes
    fleet.miswire("dx", "xe-0/1/0", PortRef("elsewhere", "xe-0/1/9"))
    check = BirthCheck(CIRCUIT, changes, NoProber(), Testing(settle_s=0.0))

    report = deployer.deploy(changes, 60, [check])

    assert [(one.device, one.code) for one in report.refusals] == [("dx", "birth-test-failed")]
    assert "measured elsewhere:xe-0/1/9, expected dxp:Ethernet2" in report.refusals[0].reason
    assert texts(fleet) == before

    fleet.heal("dx")
    check = BirthCheck(CIRCUIT, changes, NoProber(), Testing(settle_s=0.0))
    report = deployer.deploy(changes, 60, [check])

    assert report.refusals == ()
    passed = {one.kind for one in check.results if one.verdict is Verdict.PASSED}
    assert passed >= {TestKind.PORTS, TestKind.PATH, TestKind.LIGHT, TestKind.TAGS, TestKind.ISOLATION}
    light = {one.subject: (one.verdict.value, one.measured) for one in check.results if one.kind is TestKind.LIGHT}
    assert light["nte:xe-0/1/0"] == ("passed", "5.50")
