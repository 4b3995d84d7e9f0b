"""A planned DX switch over real loopback HTTP: commissioned, peered on by members, and taken out of service again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from automation.baseline import BaselineRules, baseline_intents
from automation.birth.check import BirthCheck, Testing
from automation.birth.designed import TESTS, Shape
from automation.birth.exchange import designed_exchange_port
from automation.birth.prober import NoProber
from automation.birth.results import TestKind, Verdict
from automation.change_plan import ChangeAction, DeviceChange
from automation.deploy import NornirDeployer
from automation.hosts import host_addresses
from automation.intents import ExchangePortIntent, Intent
from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.topology import twin_devices
from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory, Snapshot
from inventory.vlans import TagRange

PASSWORD = "not-a-secret-of-anybody"
RULES = BaselineRules(("192.0.2.1",), ("192.0.2.2",), ("192.0.2.0/24",), peering_vlan=900)
SNAPSHOT = Snapshot(
    Inventory(
        places=(Place("quay", "Quay", PlaceKind.DX, "quays", 0.0, 0.0),),
        devices=(
            Device(
                "dx",
                DeviceRole.SWITCH,
                "eos",
                "Arista",
                "DCS-7050",
                "SN1",
                "quay",
                None,
                "127.1.78.1",
                Lifecycle.PLANNED,
            ),
        ),
        ports=tuple(Port(PortRef("dx", f"Ethernet{number}"), PortRole.HANDOVER, 10_000) for number in (1, 2, 3)),
        handovers=(Handover("alder-1", "alder", "quay", PortRef("dx", "Ethernet1"), 10_000, TagRange(2001, 2020)),),
    )
)
BASELINE = baseline_intents(SNAPSHOT, "dx", RULES)


def member(number: int, port: str, rate_mbps: int = 1000) -> ExchangePortIntent:
    return ExchangePortIntent("dx", f"S-{number}", port, 900, f"S-{number} member", rate_mbps)


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    credentials = Credentials("neutralhost", SecretStr(PASSWORD))
    with Fleet.start(twin_devices(SNAPSHOT, RULES), credentials=credentials) as fleet:
        yield fleet


@pytest.fixture
def deployer(fleet: Fleet) -> NornirDeployer:
    values = {
        "device_password": SecretStr(PASSWORD),
        "eapi_transport": "http",
        "eapi_port": fleet.port,
        "connect_timeout_s": 2,
        "busy_wait_s": 0,
    }
    return NornirDeployer(lambda: host_addresses(SNAPSHOT), AutomationSettings.model_validate(values))


def done(
    deployer: NornirDeployer, intents: tuple[Intent, ...], action: ChangeAction, before: tuple[Intent, ...] = ()
) -> DeviceChange:
    rehearsal = deployer.rehearse(intents, action, before=before)
    assert rehearsal.refusals == ()
    report = deployer.deploy(rehearsal.changes, revert_after_s=300)
    assert (report.refusals, report.confirmed) == ((), ("dx",))
    [change] = rehearsal.changes
    return change


def test_members_come_and_go_on_a_commissioned_switch_and_leave_no_byte_behind(fleet, deployer):
    done(deployer, BASELINE, ChangeAction.ADD)
    commissioned = fleet.running_config("dx")
    assert fleet.startup_config("dx") == commissioned

    first = done(deployer, (member(1, "Ethernet2"),), ChangeAction.ADD).intents
    second = done(deployer, (member(2, "Ethernet3"),), ChangeAction.ADD).intents
    proof = deployer.prove((*BASELINE, *first, *second), ChangeAction.ADD)
    assert [finding for finding in proof.findings if not finding.ok] == []

    faster = done(deployer, (member(1, "Ethernet2", 10_000),), ChangeAction.REPLACE, before=first)
    assert "policy-map" in faster.commands
    assert "shutdown" not in faster.commands

    done(deployer, faster.intents, ChangeAction.REMOVE)
    done(deployer, second, ChangeAction.REMOVE)
    assert fleet.running_config("dx") == commissioned


def test_a_members_port_is_tested_before_it_is_confirmed_and_goes_back_where_it_has_no_link(fleet, deployer):
    done(deployer, BASELINE, ChangeAction.ADD)
    before = fleet.running_config("dx")
    changes = deployer.rehearse((member(1, "Ethernet2"),), ChangeAction.ADD).changes
    port = designed_exchange_port(member(1, "Ethernet2"))
    fleet.unplug("dx", "Ethernet2")
    check = BirthCheck(port, changes, NoProber(), Testing(required=frozenset(TestKind), settle_s=0.0))

    assert check.before(()) == ()
    [refusal] = deployer.deploy(changes, 300, [check]).refusals

    assert refusal.reason == "ports at dx:Ethernet2: measured down, expected up (the member's port)"
    assert fleet.running_config("dx") == before
    fleet.plug("dx", "Ethernet2")
    check = BirthCheck(port, changes, NoProber(), Testing(required=frozenset(TestKind), settle_s=0.0))
    assert deployer.deploy(changes, 300, [check]).refusals == ()
    assert {(one.kind, one.verdict) for one in check.results} == {
        (kind, Verdict.PASSED) for kind in TESTS[Shape.EXCHANGE_PORT]
    }


def test_the_exchange_is_not_taken_from_under_its_members(fleet, deployer):
    done(deployer, BASELINE, ChangeAction.ADD)
    done(deployer, (member(1, "Ethernet2"),), ChangeAction.ADD)
    before = fleet.running_config("dx")

    [refusal] = deployer.rehearse(BASELINE, ChangeAction.REMOVE).refusals

    assert (refusal.code, "Ethernet2" in refusal.reason) == ("tag-not-free", True)
    assert fleet.running_config("dx") == before


def test_a_new_time_server_is_one_line_and_its_way_back_another(fleet, deployer):
    done(deployer, BASELINE, ChangeAction.ADD)
    before = fleet.running_config("dx")
    other = baseline_intents(SNAPSHOT, "dx", replace(RULES, ntp_servers=("192.0.2.9",)))

    change = done(deployer, other, ChangeAction.REPLACE, before=BASELINE)

    assert change.commands == "no ntp server 192.0.2.1\nntp server 192.0.2.9\n"
    done(deployer, BASELINE, ChangeAction.REPLACE, before=other)
    assert fleet.running_config("dx") == before
