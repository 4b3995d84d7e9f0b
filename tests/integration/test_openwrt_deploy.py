"""One SSID put on two access points and the switches between them and its exit: on all of them, or on none."""

import time
from dataclasses import replace

import pytest

from automation.change_plan import ChangeAction
from automation.dialects.openwrt.platform import OPENWRT
from automation.drivers.openwrt.driver import OpenwrtDriver
from automation.errors import DeviceRefused
from automation.wireless import SsidIntent, SsidSecurity
from tests.integration.wireless_town import (
    NAMES,
    PASSPHRASE,
    REVERT_AFTER_S,
    addresses,
    deployer_for,
    rehearsed,
    service,
    ssid,
    start_fleet,
    texts,
)

pytestmark = pytest.mark.system
ADD, REMOVE, REPLACE = ChangeAction.ADD, ChangeAction.REMOVE, ChangeAction.REPLACE


@pytest.fixture
def fleet():
    with start_fleet() as fleet:
        yield fleet


@pytest.fixture
def deployer(fleet, tmp_path):
    return deployer_for(fleet, tmp_path)


def test_an_ssid_comes_is_proven_and_goes_and_every_byte_is_as_before(fleet, deployer):
    before = texts(fleet)

    report = deployer.deploy(rehearsed(deployer, service(), ADD), REVERT_AFTER_S)

    assert (set(report.confirmed), report.refusals) == (set(NAMES), ())
    proof = deployer.prove(service(), ADD)
    assert proof.ok, [finding for finding in proof.findings if not finding.ok]
    assert {finding.detail for finding in proof.findings} >= {"radio0 is up", "radio1 is up", "eth0 is up"}
    assert f"option key '{PASSPHRASE}'" in fleet.running_config("ap-1")
    assert fleet.startup_config("ap-2") == fleet.running_config("ap-2")

    report = deployer.deploy(rehearsed(deployer, service(), REMOVE), REVERT_AFTER_S)

    assert report.refusals == ()
    assert texts(fleet) == before


def test_doing_it_twice_is_the_same_as_once(fleet, deployer):
    changes = rehearsed(deployer, service(), ADD)
    deployer.deploy(changes, REVERT_AFTER_S)
    once = texts(fleet)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert (set(report.unchanged), report.refusals) == (set(NAMES), ())
    assert texts(fleet) == once


def test_no_passphrase_is_in_what_is_rehearsed_reported_shown_or_logged(fleet, deployer, capsys, caplog):
    changes = rehearsed(deployer, service(), ADD)
    report = deployer.deploy(changes, REVERT_AFTER_S)
    shown = deployer.running_config("ap-1")
    undone = deployer.deploy(rehearsed(deployer, service(), REMOVE), REVERT_AFTER_S)

    said = f"{changes}{report}{undone}{shown}{service()}{capsys.readouterr()}{caplog.text}"
    assert PASSPHRASE not in said
    assert "option key '<removed>'" in shown
    assert ".key='<removed>'" in dict(report.diffs)["ap-1"]


def test_another_passphrase_is_another_change_and_is_all_that_is_changed(fleet, deployer):
    deployer.deploy(rehearsed(deployer, service(), ADD), REVERT_AFTER_S)
    other = tuple(ssid(name, passphrase="quite another one") for name in ("ap-1", "ap-2"))
    same = tuple(ssid(name) for name in ("ap-1", "ap-2"))

    rehearsal = deployer.rehearse(other, REPLACE, before=same)

    assert [change.commands.count("\n") for change in rehearsal.changes] == [2, 2]  # one a radio
    assert deployer.rehearse(same, REPLACE, before=same).changes[0].commands == ""
    deployer.deploy(rehearsal.changes, REVERT_AFTER_S)
    assert "option key 'quite another one'" in fleet.running_config("ap-2")


@pytest.mark.parametrize("refuser", ["dxp", "ap-2"])
def test_one_refusal_in_the_middle_leaves_all_as_they_were(fleet, deployer, refuser):
    before = texts(fleet)
    changes = rehearsed(deployer, service(), ADD)
    fleet.refuse(refuser, "wifi-iface|vlan 2001")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [reason.device for reason in report.refusals] == [refuser]
    assert (report.confirmed, report.uncertain) == ((), ())
    assert texts(fleet) == before


def test_an_access_point_lost_behind_its_apply_goes_back_by_itself_and_the_others_at_once(fleet, deployer):
    before = texts(fleet)
    changes = rehearsed(deployer, service(), ADD)
    fleet.die_after_commit("ap-1")

    report = deployer.deploy(changes, revert_after_s=1)

    assert report.uncertain == ("ap-1",)
    assert [reason.code for reason in report.refusals] == ["device-unreachable"]
    wait_until(lambda: texts(fleet) == before)
    assert fleet.commits("ap-1").reverted == 1


def test_what_was_staged_and_came_back_with_the_timer_is_not_taken_for_a_change(fleet, deployer):
    changes = rehearsed(deployer, service(), ADD)
    fleet.die_after_commit("ap-1")
    deployer.deploy(changes, revert_after_s=1)
    wait_until(lambda: fleet.commits("ap-1").reverted == 1)
    fleet.come_back("ap-1")
    fleet.heal("ap-1")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert (set(report.confirmed), report.refusals) == (set(NAMES), ())


def test_an_apply_whose_answer_is_lost_is_taken_back(fleet, deployer, monkeypatch):
    before = texts(fleet)
    changes = rehearsed(deployer, service(), ADD)
    lose_answer_of(monkeypatch, fleet, "apply", "ap-1")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [reason.device for reason in report.refusals] == ["ap-1"]
    assert set(report.undone) == set(NAMES)
    assert texts(fleet) == before


def test_a_confirmation_whose_answer_is_lost_is_looked_up_and_not_undone(fleet, deployer, monkeypatch):
    changes = rehearsed(deployer, service(), ADD)
    lose_answer_of(monkeypatch, fleet, "confirm", "ap-1")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert (set(report.confirmed), report.refusals) == (set(NAMES), ())
    assert fleet.commits("ap-1").confirmed == 1


def lose_answer_of(monkeypatch, fleet, method, name):
    """Break what the access point answers to this method of `uci`, once; it does what it was asked."""
    real = OpenwrtDriver._call
    address = addresses(fleet)[name].address
    broken = []

    def call(driver, thing, asked, *rest, **named):
        if (asked, driver.hostname) == (method, address) and not broken:
            broken.append(asked)
            fleet.break_answers(name)
        return real(driver, thing, asked, *rest, **named)

    monkeypatch.setattr(OpenwrtDriver, "_call", call)


def wait_until(true, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "still not"
        time.sleep(0.05)


def test_an_access_point_that_boots_while_its_apply_is_pending_keeps_it_and_is_undone(fleet, deployer, monkeypatch):
    """rpcd's way back is in memory: the device comes up with the new configuration, and no timer runs."""
    before = texts(fleet)
    changes = rehearsed(deployer, service(), ADD)
    real = OPENWRT.speech.commit

    def commit_and_boot(device, revert_after_s):
        real(device, revert_after_s)
        if device.name == "ap-2":
            fleet.reboot("ap-2")

    monkeypatch.setattr(OPENWRT.speech, "commit", commit_and_boot)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [reason.device for reason in report.refusals] == ["ap-2"]
    assert "has booted since" in report.refusals[0].reason
    assert texts(fleet) == before


def test_an_access_point_that_boots_is_undone_too_where_another_refuses(fleet, deployer, monkeypatch):
    """No timer runs there any more, so taking the others back is not enough."""
    before = texts(fleet)
    changes = rehearsed(deployer, service(), ADD)
    real = OPENWRT.speech.commit

    def commit_and_boot(device, revert_after_s):
        if device.name == "ap-1":
            raise DeviceRefused("ap-1", "not today")
        real(device, revert_after_s)
        fleet.reboot("ap-2")

    monkeypatch.setattr(OPENWRT.speech, "commit", commit_and_boot)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert [reason.device for reason in report.refusals] == ["ap-1"]
    assert report.uncertain == ()
    assert texts(fleet) == before


def test_two_isps_share_an_access_point_and_each_ceases_without_the_other_noticing(fleet, deployer):
    before = texts(fleet)
    first, second = service(), tuple(_as_other(intent) for intent in service("S-2", 2002))
    deployer.deploy(rehearsed(deployer, first, ADD), REVERT_AFTER_S)
    alone = texts(fleet)
    deployer.deploy(rehearsed(deployer, second, ADD), REVERT_AFTER_S)
    both = texts(fleet)

    deployer.deploy(rehearsed(deployer, second, REMOVE), REVERT_AFTER_S)
    assert texts(fleet) == alone
    deployer.deploy(rehearsed(deployer, second, ADD), REVERT_AFTER_S)
    assert texts(fleet) == both
    deployer.deploy(rehearsed(deployer, first, REMOVE), REVERT_AFTER_S)
    deployer.deploy(rehearsed(deployer, second, REMOVE), REVERT_AFTER_S)
    assert texts(fleet) == before


def _as_other(intent):
    if not isinstance(intent, SsidIntent):
        return intent
    return replace(intent, ssid="Another ISP", security=SsidSecurity.OWE, sealed_key="")


def test_what_stands_where_ours_should_go_is_refused_and_kept(fleet, deployer):
    fleet.edit("ap-1", ["set network.theirs='bridge-vlan'", "set network.theirs.vlan='2001'"])
    before = texts(fleet)

    rehearsal = deployer.rehearse(service(), ADD)

    assert [(reason.device, reason.code) for reason in rehearsal.refusals] == [("ap-1", "tag-not-free")]
    assert texts(fleet) == before


def test_an_access_point_that_somebody_else_changes_is_busy(fleet, tmp_path):
    deployer = deployer_for(fleet, tmp_path)
    address = addresses(fleet)["ap-1"].address
    options = {"port": fleet.ports["openwrt"], "transport": "http"}
    somebody = OpenwrtDriver(address, "neutralhost", "not-a-secret-of-anybody", 2, options)
    somebody.open()
    somebody.load_merge_candidate(config="set wireless.radio0.channel='40'")
    somebody.commit_config(revert_in=60)

    rehearsal = deployer.rehearse(service(), ADD)

    assert [(reason.device, reason.code) for reason in rehearsal.refusals] == [("ap-1", "device-busy")]
    somebody.close()
    assert deployer.rehearse(service(), ADD).refusals == ()
