"""NAPALM's unmodified eos driver against the twin, over real loopback HTTP."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import (
    CommitError,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)
from pydantic import SecretStr
from pyeapi.eapilib import CommandError
from pyeapi.eapilib import ConnectionError as EapiConnectionError

from automation.errors import DeviceRefused, TwinCannotListen
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.model import TwinDevice, TwinPort
from inventory.devices import PortRef
from inventory.errors import UnknownThing

PASSWORD = "on-loopback-only"
ACCOUNT = Credentials("neutralhost", SecretStr(PASSWORD))
DAY_ZERO = """
management api http-commands
   no protocol https
   protocol http
   no shutdown
interface Ethernet1
   switchport trunk allowed vlan none
   switchport mode trunk
interface Ethernet2
   shutdown
"""
ADD = """
vlan 2001
   name S-17
interface Ethernet1
   switchport trunk allowed vlan add 2001
interface Ethernet2
   no shutdown
   switchport access vlan 2001
   switchport mode dot1q-tunnel
"""
REMOVE = """
no vlan 2001
interface Ethernet1
   switchport trunk allowed vlan remove 2001
default interface Ethernet2
interface Ethernet2
   shutdown
"""

type Open = Callable[..., Any]


def device(name: str, number: int, far: str) -> TwinDevice:
    ports = (TwinPort("Ethernet1", 10_000, PortRef(far, "Ethernet1")), TwinPort("Ethernet2", 1_000, attached=True))
    return TwinDevice(name, f"127.1.77.{number}", ports, f"hostname {name}\n{DAY_ZERO}", serial=f"SIM{number}")


DEVICES = (device("quay", 1, "mill"), device("mill", 2, "quay"))


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet.start(DEVICES, credentials=ACCOUNT, startup_dir=tmp_path / "startup") as fleet:
        yield fleet


@pytest.fixture
def driver(fleet: Fleet) -> Iterator[Open]:
    opened = []

    def open_driver(name: str, password: str = PASSWORD, timeout: int = 5) -> Any:
        address = next(one.address for one in fleet.devices if one.name == name)
        options = {"transport": "http", "port": fleet.port}
        driver = get_network_driver("eos")(address, "neutralhost", password, timeout=timeout, optional_args=options)
        driver.open()
        opened.append(driver)
        return driver

    yield open_driver
    for one in opened:
        one.config_session = None


def test_the_drivers_and_their_libraries_are_as_their_authors_published_them() -> None:
    checked = 0
    for name, package in (("napalm", "napalm"), ("pyeapi", "pyeapi"), ("junos-eznc", "jnpr"), ("ncclient", "ncclient")):
        for file in distribution(name).files or ():
            if file.suffix == ".py" and file.hash is not None and file.parts[0] == package:
                digest = hashlib.new(file.hash.mode, file.read_binary()).digest()
                assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == file.hash.value, file
                checked += 1
    assert checked > 200


def test_facts_and_interfaces_are_read(driver: Open) -> None:
    quay = driver("quay")
    facts = quay.get_facts()

    assert quay.is_alive() == {"is_alive": True}
    assert {key: facts[key] for key in ("hostname", "vendor", "serial_number")} == {
        "hostname": "quay",
        "vendor": "Arista",
        "serial_number": "SIM1",
    }
    assert facts["interface_list"] == ["Ethernet1", "Ethernet2", "Management1"]
    assert facts["os_version"].startswith("4.31.2F")
    interfaces = quay.get_interfaces()
    assert (interfaces["Ethernet1"]["is_up"], interfaces["Ethernet1"]["speed"]) == (True, 10_000.0)
    assert (interfaces["Ethernet2"]["is_up"], interfaces["Ethernet2"]["is_enabled"]) == (False, False)
    assert quay.get_lldp_neighbors() == {"Ethernet1": [{"hostname": "mill", "port": "Ethernet1"}]}


def test_a_change_is_compared_committed_kept_and_taken_off_again_byte_for_byte(fleet: Fleet, driver: Open) -> None:
    quay = driver("quay")
    before = quay.get_config(retrieve="running")["running"]

    quay.load_merge_candidate(config=ADD)
    diff = quay.compare_config()
    assert "+   switchport mode dot1q-tunnel" in diff
    assert diff.startswith("@@ ")
    quay.commit_config(revert_in=60)
    assert quay.has_pending_commit()
    quay.confirm_commit()
    assert not quay.has_pending_commit()
    assert "vlan 2001\n   name S-17" in quay.get_config()["startup"]

    quay.load_merge_candidate(config=REMOVE)
    quay.commit_config()

    assert quay.get_config(retrieve="running")["running"] == before
    assert fleet.running_config("quay") == before
    counts = fleet.commits("quay")
    assert (counts.commits, counts.timed, counts.confirmed) == (1, 1, 1)
    quay.close()


def test_a_rehearsal_leaves_nothing(fleet: Fleet, driver: Open) -> None:
    quay = driver("quay")
    before = fleet.running_config("quay")

    quay.load_merge_candidate(config=ADD)
    assert "vlan 2001" in quay.get_config(retrieve="candidate")["candidate"]
    quay.discard_config()

    assert quay.compare_config() == ""
    assert fleet.running_config("quay") == before
    quay.load_merge_candidate(config="vlan 5")
    quay.close()


def test_a_change_that_is_already_there_has_an_empty_diff(driver: Open) -> None:
    quay = driver("quay")
    quay.load_merge_candidate(config=ADD)
    quay.commit_config()

    quay.load_merge_candidate(config=ADD)

    assert quay.compare_config() == ""
    quay.close()


def test_a_replacement_leaves_only_what_it_says(fleet: Fleet, driver: Open) -> None:
    quay = driver("quay")
    quay.load_replace_candidate(config=f"hostname quay\n{DAY_ZERO}vlan 30\n")
    assert [line for line in quay.compare_config().splitlines() if line[0] in "+-"] == ["+!", "+vlan 30"]
    quay.commit_config()

    assert "vlan 30\n" in fleet.running_config("quay")
    quay.close()


def test_what_nobody_confirms_goes_back_by_itself(fleet: Fleet, driver: Open) -> None:
    quay = driver("quay")
    before = fleet.running_config("quay")
    quay.load_merge_candidate(config=ADD)
    quay.commit_config(revert_in=1)
    assert fleet.commits("quay").timed == 1

    deadline = time.monotonic() + 30
    while fleet.commits("quay").reverted == 0 and time.monotonic() < deadline:
        time.sleep(0.02)

    assert fleet.running_config("quay") == before
    with pytest.raises(CommitError):
        quay.confirm_commit()


def test_rollback_takes_a_pending_commit_back(fleet: Fleet, driver: Open) -> None:
    quay = driver("quay")
    before = fleet.running_config("quay")
    quay.load_merge_candidate(config=ADD)
    quay.commit_config(revert_in=60)
    quay.rollback()

    assert fleet.running_config("quay") == before
    assert fleet.commits("quay").aborted == 1
    quay.close()


def test_rollback_after_a_plain_commit_restores_what_was_written_last(fleet: Fleet, driver: Open) -> None:
    quay = driver("quay")
    quay.load_merge_candidate(config=ADD)
    quay.commit_config()
    quay.rollback()

    assert "2001" not in fleet.running_config("quay")
    quay.close()


def test_somebody_elses_pending_session_locks_the_device(driver: Open) -> None:
    first, second = driver("quay"), driver("quay")
    first.load_merge_candidate(config="vlan 5")

    with pytest.raises(SessionLockedException):
        second._lock()
    first.discard_config()
    second._lock()


def test_a_wrong_line_is_refused_and_nothing_of_it_stays(fleet: Fleet, driver: Open) -> None:
    quay = driver("quay")
    before = fleet.running_config("quay")

    with pytest.raises(MergeConfigException, match=r"CLI command 4 of 5 'frobnicate' failed: invalid command"):
        quay.load_merge_candidate(config="vlan 5\nfrobnicate")
    with pytest.raises(ReplaceConfigException, match="Invalid input"):
        quay.load_replace_candidate(config="vlan 5000")

    assert fleet.running_config("quay") == before
    quay.load_merge_candidate(config="vlan 5")
    quay.discard_config()


def test_a_wrong_password_is_refused(driver: Open) -> None:
    with pytest.raises(EapiConnectionError, match="Unauthorized"):
        driver("quay", "wrong")


def test_secrets_are_removed_from_what_is_asked_for_sanitized(fleet: Fleet, driver: Open) -> None:
    fleet.edit("quay", ["username nh secret sha512 $6$salt$hash"])
    quay = driver("quay")

    assert "hash" in quay.get_config(retrieve="running")["running"]
    assert "hash" not in quay.get_config(retrieve="running", sanitized=True)["running"]
    assert "switchport access vlan 1" in quay.get_config(retrieve="running", full=True)["running"]


def test_a_device_refuses_what_it_was_told_to_refuse(fleet: Fleet, driver: Open) -> None:
    fleet.refuse("mill", r"dot1q-tunnel")
    mill = driver("mill")

    with pytest.raises(MergeConfigException, match="dot1q-tunnel"):
        mill.load_merge_candidate(config=ADD)
    fleet.heal("mill")
    mill.load_merge_candidate(config=ADD)
    mill.close()


def test_a_device_that_goes_away_cannot_be_reached_until_it_comes_back(fleet: Fleet, driver: Open) -> None:
    mill = driver("mill")
    fleet.go_away("mill")

    with pytest.raises(EapiConnectionError, match="Connection refused"):
        mill.get_facts()
    fleet.come_back("mill")
    assert mill.get_facts()["hostname"] == "mill"


def test_a_device_that_dies_after_a_commit_goes_back_by_itself(fleet: Fleet, driver: Open) -> None:
    mill = driver("mill")
    before = fleet.running_config("mill")
    fleet.die_after_commit("mill")
    mill.load_merge_candidate(config=ADD)
    mill.commit_config(revert_in=1)

    with pytest.raises(EapiConnectionError):
        mill.confirm_commit()
    deadline = time.monotonic() + 30
    while fleet.commits("mill").reverted == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert fleet.running_config("mill") == before


def test_an_answer_may_break_off_though_the_commit_was_done(fleet: Fleet, driver: Open) -> None:
    mill = driver("mill")
    mill.load_merge_candidate(config=ADD)
    fleet.break_answers("mill")

    with pytest.raises(Exception, match=r"IncompleteRead|unable to connect"):
        mill.commit_config()

    assert "vlan 2001" in fleet.running_config("mill")


def test_a_slow_device_runs_into_the_drivers_time_limit(fleet: Fleet, driver: Open) -> None:
    mill = driver("mill", timeout=2)
    fleet.answer_after("mill", 60.0)

    with pytest.raises(EapiConnectionError, match="timed out"):
        mill.get_facts()


def test_what_was_written_survives_the_program_and_what_was_not_does_not(tmp_path: Path) -> None:
    startup = tmp_path / "startup"
    with Fleet.start(DEVICES, credentials=ACCOUNT, startup_dir=startup) as fleet:
        options = {"transport": "http", "port": fleet.port}
        quay = get_network_driver("eos")("127.1.77.1", "neutralhost", "on-loopback-only", optional_args=options)
        quay.open()
        quay.load_merge_candidate(config="vlan 10")
        quay.commit_config()
        fleet.edit("quay", ["vlan 20"])
        fleet.edit("mill", ["vlan 20"])
        fleet.reboot("mill")
        assert "20" not in fleet.running_config("mill")

    with Fleet.start(DEVICES, credentials=ACCOUNT, startup_dir=startup) as fleet:
        assert "vlan 10\n" in fleet.running_config("quay")
        assert "20" not in fleet.running_config("quay")
    assert [path.stat().st_mode & 0o777 for path in startup.iterdir()] == [0o600]


def test_link_follows_both_ends_and_the_cable(fleet: Fleet) -> None:
    assert fleet.link_up("quay", "Ethernet1")
    assert not fleet.link_up("quay", "Ethernet2")

    fleet.edit("mill", ["interface Ethernet1", "shutdown"])
    assert not fleet.link_up("quay", "Ethernet1")
    fleet.edit("mill", ["interface Ethernet1", "no shutdown"])
    fleet.unplug("mill", "Ethernet1")
    assert not fleet.link_up("quay", "Ethernet1")
    fleet.plug("mill", "Ethernet1")
    assert fleet.link_up("quay", "Ethernet1")


def test_an_address_that_is_taken_is_told_in_one_sentence(fleet: Fleet) -> None:
    with pytest.raises(TwinCannotListen, match=rf"cannot listen on 127.1.77.1, port {fleet.port}: "):
        Fleet.start(DEVICES, port=fleet.port, credentials=ACCOUNT)


def test_a_wrong_hand_edit_and_an_unknown_device_are_errors(fleet: Fleet) -> None:
    with pytest.raises(DeviceRefused, match="Invalid input"):
        fleet.edit("quay", ["frobnicate"])
    with pytest.raises(UnknownThing, match="nowhere"):
        fleet.running_config("nowhere")


def test_pyeapi_sees_eos_error_codes(driver: Open) -> None:
    quay = driver("quay")

    with pytest.raises(CommandError) as refused:
        quay.device.run_commands(["show frobnication"])
    assert refused.value.error_code == 1002
    quay.load_merge_candidate(config="vlan 5")
    with pytest.raises(CommandError) as refused:
        quay.device.run_commands([f"show session-config named {quay.config_session} diffs"])
    assert refused.value.error_code == 1003
    quay.discard_config()


def test_a_driver_that_was_never_answered_says_so() -> None:
    quay = get_network_driver("eos")("127.1.77.9", "nh", "x", timeout=1, optional_args={"transport": "http", "port": 9})

    with pytest.raises((ConnectionException, EapiConnectionError)):
        quay.open()
