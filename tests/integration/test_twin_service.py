"""A running twin is asked over its socket: devices and links shown, links cut, faults switched on and off."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from automation.twin import running
from automation.twin.backend import MemoryTwin
from automation.twin.control import Document, answering, ask_twin
from automation.twin.eapi import Credentials
from automation.twin.errors import TwinIsNotUp, TwinNeedsRoot, TwinSaidNo
from automation.twin.fleet import Fleet
from automation.twin.serving import TwinService
from automation.twin.topology import twin_devices
from inventory.devices import PortRef
from inventory.snapshot import Snapshot
from provisioning.cli.errors import FolderNotOurs, InputRefused
from provisioning.cli.twin_asked import last_words, twin_folder
from provisioning.cli.twin_places import task_of
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street


@pytest.fixture
def service() -> Iterator[TwinService]:
    snapshot = Snapshot(street(1))
    with Fleet.start(twin_devices(snapshot), credentials=Credentials("nh", SecretStr("pw"))) as fleet:
        yield TwinService(MemoryTwin(fleet), snapshot)


@pytest.fixture
def folder(service: TwinService, tmp_path: Path) -> Iterator[Path]:
    deep = tmp_path / ("deep" * 30)  # longer than the path of a socket may be
    deep.mkdir()
    with answering(deep, service.answer):
        yield deep


def states(folder: Path) -> dict[str, str]:
    return {link["code"]: link["state"] for link in ask_twin(folder, {"do": "status"})["links"]}


def answers(folder: Path) -> dict[str, bool]:
    return {device["name"]: device["answers"] for device in ask_twin(folder, {"do": "status"})["devices"]}


def fault(folder: Path, kind: str, *, on: bool = True, **more: object) -> Document:
    return ask_twin(folder, {"do": "fault", "device": "nte-1", "kind": kind, "on": on, **more})


def test_a_link_is_cut_by_its_code_or_by_a_port_and_both_ends_lose_it(service: TwinService, folder: Path) -> None:
    ask_twin(folder, {"do": "cut", "link": "trunk"})

    assert states(folder) == {"trunk": "cut", "drop-1": "up"}
    assert not service.backend.fleet.link_up(DX_SWITCH, "Ethernet1")
    assert not service.backend.fleet.link_up(DXP_SWITCH, "Ethernet1")

    ask_twin(folder, {"do": "repair", "link": f"{DXP_SWITCH}:Ethernet1"})
    assert states(folder)["trunk"] == "up"


@pytest.mark.parametrize(
    ("question", "reason", "words"),
    [
        ({"do": "cut", "link": "nowhere"}, "unknown-thing", "nowhere"),
        ({"do": "cut", "link": "trunk", "silently": True}, "twin-forwards-nothing", "forwards no frames"),
        ({"do": "fault", "device": "nte-1", "kind": "melt", "on": True}, "twin-fault-unknown", "no such fault"),
        ({"do": "fault", "device": "nte-9", "kind": "hang", "on": True}, "unknown-thing", "nte-9"),
        ({"do": "fault", "device": "nte-1", "kind": "slow", "on": True, "value": "x"}, "twin-fault-unknown", "number"),
        ({"do": "fault", "device": "nte-1", "kind": "light", "on": True, "value": "1"}, "twin-fault-unknown", "--port"),
        ({"do": "fault", "device": "nte-1", "kind": "refuse", "on": True, "value": "("}, "twin-fault-unknown", "expr"),
        ({"do": "fault", "device": "nte-1", "kind": "reboot", "on": False}, "twin-fault-unknown", "once"),
        ({"do": "fault", "device": "nte-1", "kind": "slow", "on": True, "value": "nan"}, "twin-fault-unknown", "'nan'"),
        ({"do": "fault", "device": "nte-1", "kind": "slow", "on": True, "value": "-5"}, "twin-fault-unknown", "'-5'"),
        ({"do": "fault", "device": "nte-1", "kind": "reboot", "on": True, "value": "inf"}, "twin-fault-unknown", "inf"),
        ({"do": "fault", "device": "nte-1", "kind": "all", "on": True}, "twin-fault-unknown", "only off"),
        (
            {"do": "fault", "device": "nte-1", "kind": "light", "on": True, "port": "Ethernet99", "value": "-3"},
            "unknown-thing",
            "nte-1:Ethernet99",
        ),
        ({"do": "cut", "link": 5}, "twin-not-understood", "words it does not know"),
        ({"do": "dance"}, "twin-not-understood", "words it does not know"),
        ({"do": "fault"}, "twin-not-understood", "words it does not know"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path, question: Document, reason: str, words: str) -> None:
    with pytest.raises(TwinSaidNo, match=words) as refused:
        ask_twin(folder, question)

    assert refused.value.reason == reason


def test_a_link_between_devices_that_are_not_in_the_twin_is_not_said_to_be_cut(tmp_path: Path) -> None:
    snapshot = Snapshot(street(1))
    devices = [device for device in twin_devices(snapshot) if device.name == "nte-1"]
    with Fleet.start(devices, credentials=Credentials("nh", SecretStr("pw"))) as fleet:
        service = TwinService(MemoryTwin(fleet), snapshot)
        with answering(tmp_path, service.answer), pytest.raises(TwinSaidNo, match="trunk") as refused:
            ask_twin(tmp_path, {"do": "cut", "link": "trunk"})

    assert refused.value.reason == "unknown-thing"
    assert service.cuts == {}


def test_why_a_twin_did_not_start_is_its_own_sentence_and_not_only_the_next_step(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text('{"event": "something"}\nError: Port 18480 is taken.\nEnd what listens there.\n')
    assert last_words(log) == "Port 18480 is taken. End what listens there"

    log.write_text("Killed\n")
    assert last_words(log) == "Killed"

    log.write_text("")
    assert last_words(log) == "it said nothing in time"


def test_faults_are_switched_on_and_off_by_name(service: TwinService, folder: Path) -> None:
    faults = service.backend.fleet._places["nte-1"].faults
    given: tuple[tuple[str, dict[str, Any]], ...] = (
        ("hang", {}),
        ("slow", {}),
        ("refuse", {"value": "^vlan"}),
        ("drop-after-commit", {}),
        ("break-answer", {"value": "2"}),
        ("light", {"port": "Ethernet2", "value": "-31.5"}),
        ("wrong-neighbour", {"port": "Ethernet2", "value": "sw-x:Ethernet9"}),
    )
    for kind, more in given:
        fault(folder, kind, **more)

    assert (faults.hangs, faults.answer_after_s, faults.die_after_commit, faults.break_answers) == (True, 2.0, True, 2)
    assert [pattern.pattern for pattern in faults.refuses] == ["^vlan"]
    assert faults.light_dbm == {"Ethernet2": -31.5}
    assert faults.neighbours == {"Ethernet2": PortRef("sw-x", "Ethernet9")}

    for kind in ("hang", "slow", "refuse", "drop-after-commit", "break-answer"):
        fault(folder, kind, on=False)
    for kind in ("light", "wrong-neighbour"):
        fault(folder, kind, on=False, port="Ethernet2")
    assert faults == type(faults)()


def test_a_device_goes_away_comes_back_loses_its_startup_and_reboots(service: TwinService, folder: Path) -> None:
    fleet = service.backend.fleet
    first_day = fleet.running_config("nte-1")
    fault(folder, "away")
    assert answers(folder)["nte-1"] is False
    fault(folder, "all", on=False)
    assert answers(folder)["nte-1"] is True

    fleet.edit("nte-1", ["vlan 7"])
    fault(folder, "lose-startup")
    fault(folder, "reboot", value="0")
    assert fleet.running_config("nte-1") == first_day


def test_a_twin_that_is_not_up_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(TwinIsNotUp):
        ask_twin(tmp_path, {"do": "status"})
    with pytest.raises(TwinIsNotUp):
        ask_twin(tmp_path / "nowhere", {"do": "status"})


def test_the_record_of_a_server_knows_it_from_another_process_of_the_same_number(tmp_path: Path) -> None:
    running.write_server(tmp_path, "memory")
    mine = running.read_server(tmp_path)

    assert mine is not None
    assert mine.is_alive
    assert not running.Server(mine.pid, mine.began + 1, "memory").is_alive
    assert running.read_server(tmp_path / "nowhere") is None
    assert running.began_at(2**22 + 1) is None
    assert mine.pid == os.getpid()


def test_a_twin_with_packets_is_ended_by_root_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running.write_server(tmp_path, "ovs")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(TwinNeedsRoot):
        running.end(tmp_path)
    assert running.read_server(tmp_path) is not None


def test_it_is_told_to_stop(service: TwinService, folder: Path) -> None:
    assert isinstance(service.stopped, threading.Event)
    ask_twin(folder, {"do": "stop"})

    assert service.stopped.is_set()


def test_a_record_that_others_may_write_is_not_believed_for_it_names_a_process_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUTRALHOST_VAR", str(tmp_path))
    folder = twin_folder()
    assert folder.stat().st_mode & 0o777 == 0o700

    folder.chmod(0o770)
    with pytest.raises(FolderNotOurs, match="mode 770"):
        twin_folder()

    folder.chmod(0o700)
    theirs = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: theirs)
    with pytest.raises(FolderNotOurs, match=f"user {theirs - 1}"):
        twin_folder()


@pytest.mark.parametrize("text", ["{}", "zz", '{"service": 5}', ""])
def test_a_task_that_a_probe_cannot_read_is_said_to_be_so(text: str) -> None:
    with pytest.raises(InputRefused, match="is no task of a probe"):
        task_of(text)
