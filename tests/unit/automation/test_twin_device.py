"""One simulated device without a network: sessions, timers, files, and what eAPI answers."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from automation.twin.device import Command, CommandsFailed, TwinSwitch
from automation.twin.eapi import Credentials, answer_rpc
from automation.twin.model import TwinDevice, TwinPort
from automation.twin.sessions import SESSION_LIFE_S

DAY_ZERO = "hostname sw-quay\ninterface Ethernet1\n   shutdown\n"


@dataclass
class Appointment:
    """A timer that was set."""

    at_s: float
    act: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Time:
    """A clock that goes when it is told to."""

    now_s: float = 1000.0
    appointments: list[Appointment] = field(default_factory=list)

    def call_later(self, seconds: float, act: Callable[[], None]) -> Appointment:
        self.appointments.append(Appointment(self.now_s + seconds, act))
        return self.appointments[-1]

    def go(self, seconds: float) -> None:
        self.now_s += seconds
        for one in self.appointments:
            if not one.cancelled and one.at_s <= self.now_s:
                one.cancelled = True
                one.act()


@pytest.fixture
def time() -> Time:
    return Time()


def switch_at(time: Time, eos_version: str = "4.31.2F", saved: list[str] | None = None) -> TwinSwitch:
    device = TwinDevice(
        "sw-quay", "127.0.0.1", (TwinPort("Ethernet1"), TwinPort("Ethernet2")), DAY_ZERO, eos_version=eos_version
    )
    store = saved if saved is not None else []
    return TwinSwitch(device, DAY_ZERO, lambda: time.now_s, lambda: 1e9 + time.now_s, time.call_later, store.append)


@pytest.fixture
def switch(time: Time) -> TwinSwitch:
    return switch_at(time)


def run(switch: TwinSwitch, *commands: str) -> list[dict[str, object]]:
    return switch.run([Command(command) for command in commands], as_text=False)


def text_of(switch: TwinSwitch, command: str) -> str:
    return str(switch.run([Command(command)], as_text=True)[0]["output"])


def words_of(switch: TwinSwitch, *commands: str) -> str:
    with pytest.raises(CommandsFailed) as failed:
        run(switch, *commands)
    return failed.value.refusal.text


def states(switch: TwinSwitch) -> dict[str, str]:
    sessions = run(switch, "show configuration sessions detail")[0]["sessions"]
    assert isinstance(sessions, dict)
    return {name: session["state"] for name, session in sessions.items()}


def test_a_session_changes_nothing_until_it_is_committed(switch: TwinSwitch) -> None:
    before = switch.running_config
    run(switch, "configure session s1", "vlan 10", "end")

    assert switch.running_config == before
    assert states(switch) == {"s1": "pending"}

    run(switch, "configure session s1 commit")
    assert "vlan 10\n" in switch.running_config
    assert states(switch) == {"s1": "completed"}


def test_a_timed_commit_goes_back_by_itself(switch: TwinSwitch, time: Time) -> None:
    before = switch.running_config
    run(switch, "configure session s1", "vlan 10", "commit timer 00:05:00")
    assert "vlan 10\n" in switch.running_config
    assert states(switch) == {"s1": "pendingCommitTimer"}

    time.go(299)
    assert "vlan 10\n" in switch.running_config
    time.go(1)

    assert switch.running_config == before
    assert states(switch) == {}
    assert switch.counts.reverted == 1


def test_a_second_commit_in_time_keeps_what_was_committed(switch: TwinSwitch, time: Time) -> None:
    run(switch, "configure session s1", "vlan 10", "commit timer 00:05:00")
    run(switch, "configure session s1 commit")
    time.go(1000)

    assert "vlan 10\n" in switch.running_config
    assert (switch.counts.timed, switch.counts.confirmed, switch.counts.reverted) == (1, 1, 0)


def test_aborting_while_the_timer_runs_goes_back_at_once(switch: TwinSwitch, time: Time) -> None:
    before = switch.running_config
    run(switch, "configure session s1", "vlan 10", "commit timer 00:05:00")
    run(switch, "configure session s1 abort")

    assert switch.running_config == before
    time.go(1000)
    assert (switch.counts.aborted, switch.counts.reverted) == (1, 0)


def test_a_commit_replaces_running_whole_so_what_came_between_is_lost(switch: TwinSwitch) -> None:
    run(switch, "configure session s1", "vlan 10", "end")
    switch.edit(["vlan 99"])
    run(switch, "configure session s1 commit")

    assert "vlan 10\n" in switch.running_config
    assert "99" not in switch.running_config


def test_on_its_first_day_a_switch_would_forget_nothing_in_a_reboot(switch: TwinSwitch) -> None:
    assert text_of(switch, "show running-config diffs") == ""
    running = text_of(switch, "show running-config").splitlines()
    said = [line for line in running if not line.startswith(("! Command", "! device"))]
    assert text_of(switch, "show startup-config").splitlines() == said

    switch.edit(["vlan 99"])
    assert "+vlan 99" in text_of(switch, "show running-config diffs").splitlines()

    run(switch, "write memory")
    assert text_of(switch, "show running-config diffs") == ""


def test_the_diff_is_a_unified_one_under_two_lines_of_header(switch: TwinSwitch) -> None:
    run(switch, "configure session s1", "vlan 10", "name ten", "end")

    lines = text_of(switch, "show session-config named s1 diffs").splitlines()

    assert lines[:2] == ["--- system:/running-config", "+++ session:/s1-session-config"]
    assert lines[2].startswith("@@ -")
    assert [line for line in lines[3:] if line[0] in "+-"] == ["+!", "+vlan 10", "+   name ten"]


def test_a_session_that_changes_nothing_has_no_diff(switch: TwinSwitch) -> None:
    run(switch, "configure session s1", "interface Ethernet1", "shutdown", "end")

    assert text_of(switch, "show session-config named s1 diffs") == ""


def test_the_sixth_pending_session_is_refused(switch: TwinSwitch) -> None:
    for number in range(5):
        run(switch, f"configure session s{number}", "end")

    assert words_of(switch, "configure session s5").startswith("Maximum number of pending sessions has been reached.")
    run(switch, "configure session s4 abort")
    run(switch, "no configure session s3")
    run(switch, "configure session s5", "end", "configure session s6", "end")


def test_a_pending_session_is_forgotten_after_a_day(switch: TwinSwitch, time: Time) -> None:
    run(switch, "configure session s1", "vlan 10", "end")
    time.go(SESSION_LIFE_S + 1)

    assert words_of(switch, "configure session s1 commit") == "Cannot find session s1"


def test_nobody_commits_another_session_while_a_timer_runs(switch: TwinSwitch) -> None:
    run(switch, "configure session s1", "vlan 10", "commit timer 00:05:00")
    run(switch, "configure session s2", "vlan 20", "end")

    assert "pending commit timer" in words_of(switch, "configure session s2 commit")


def test_rollback_clean_config_begins_from_nothing(switch: TwinSwitch) -> None:
    run(switch, "configure session s1", "rollback clean-config", "hostname other", "commit")

    assert "hostname other" in switch.running_config
    assert "shutdown" not in switch.running_config


def test_a_refused_line_stops_the_request_and_leaves_the_session_as_far_as_it_got(switch: TwinSwitch) -> None:
    with pytest.raises(CommandsFailed) as failed:
        run(switch, "configure session s1", "vlan 10", "frobnicate", "vlan 20")

    assert failed.value.index == 2
    assert len(failed.value.results) == 2
    candidate = text_of(switch, "show session-config named s1")
    assert "vlan 10" in candidate
    assert "vlan 20" not in candidate


def test_a_reboot_brings_back_what_was_written_and_nothing_else(time: Time) -> None:
    saved: list[str] = []
    switch = switch_at(time, saved=saved)
    run(switch, "configure session s1", "vlan 10", "commit")
    run(switch, "write memory")
    run(switch, "configure session s2", "vlan 20", "commit timer 00:05:00")
    run(switch, "configure session s3", "end")

    switch.reboot()

    assert "vlan 10\n" in switch.running_config
    assert "vlan 20" not in switch.running_config
    assert states(switch) == {}
    assert saved == [switch.running_config]


def test_a_line_of_startup_config_that_is_no_command_is_skipped_at_boot(switch: TwinSwitch) -> None:
    switch.startup = "hostname other\nfrobnicate\ninterface Ethernet2\n   shutdown\n"
    switch.reboot()

    assert switch.refused_at_boot == ("frobnicate",)
    assert "hostname other" in switch.running_config
    assert "interface Ethernet2\n   shutdown" in switch.running_config


def test_configure_replace_puts_a_saved_file_in_force(switch: TwinSwitch) -> None:
    run(switch, "copy startup-config flash:rollback-0", "configure session s1", "vlan 10", "commit")
    run(switch, "configure replace flash:rollback-0")

    assert "vlan 10" not in switch.running_config
    assert "No such file" in words_of(switch, "configure replace flash:nothing")


def test_a_hand_edit_with_a_wrong_line_changes_nothing(switch: TwinSwitch) -> None:
    before = switch.running_config
    with pytest.raises(Exception, match="Invalid input"):
        switch.edit(["vlan 10", "frobnicate"])

    assert switch.running_config == before


def test_since_eos_4_32_the_top_of_the_answer_names_the_session_on_a_timer(time: Time) -> None:
    switch = switch_at(time, eos_version="4.32.0F")
    time.go(7)
    run(switch, "configure session s1", "vlan 10", "commit timer 00:05:00")

    answer = run(switch, "show configuration sessions detail")[0]

    assert states(switch) == {"s1": "committed"}
    assert (answer["commitTimerSessionName"], answer["commitTimerExpireTime"]) == ("s1", 307.0)


def test_a_command_without_json_says_so(switch: TwinSwitch) -> None:
    run(switch, "configure session s1", "end")

    assert words_of(switch, "show session-config named s1 diffs") == "This is an unconverted command"


def test_the_running_config_as_json_is_a_tree(switch: TwinSwitch) -> None:
    cmds = run(switch, "show running-config")[0]["cmds"]

    assert isinstance(cmds, dict)
    assert cmds["hostname sw-quay"] is None
    assert cmds["interface Ethernet1"] == {"cmds": {"shutdown": None}, "comments": []}


def test_vlans_and_ports_follow_the_configuration(switch: TwinSwitch) -> None:
    switch.edit(["vlan 10", "name ten", "interface Ethernet1", "no shutdown", "switchport access vlan 10"])
    vlans = run(switch, "show vlan")[0]["vlans"]
    status = run(switch, "show interfaces status")[0]["interfaceStatuses"]

    assert isinstance(vlans, dict)
    assert isinstance(status, dict)
    assert (vlans["10"]["name"], list(vlans["10"]["interfaces"])) == ("ten", ["Ethernet1"])
    assert list(vlans["1"]["interfaces"]) == ["Ethernet2"]
    assert status["Ethernet1"]["linkStatus"] == "connected"


def rpc(switch: TwinSwitch, commands: Sequence[object], **params: object) -> dict[str, object]:
    request = {"jsonrpc": "2.0", "method": "runCmds", "id": "7", "params": {"version": 1, "cmds": commands, **params}}
    return answer_rpc(switch, json.dumps(request).encode())


def test_eapi_says_which_command_failed_and_why(switch: TwinSwitch) -> None:
    answer = rpc(switch, ["enable", "configure session s1", "vlan 10", "vlan 5000", "end"], format="json")

    assert answer["error"] == {
        "code": 1002,
        "message": "CLI command 4 of 5 'vlan 5000' failed: invalid command",
        "data": [{}, {}, {}, {"errors": ["Invalid input (at token 1: '5000')"]}],
    }


def test_eapi_takes_commands_with_input_and_completes_words_when_asked(switch: TwinSwitch) -> None:
    answer = rpc(switch, [{"cmd": "enable", "input": ""}, "sh ver"], format="text", autoComplete=True)

    result = answer["result"]
    assert isinstance(result, list)
    assert "Arista" in result[1]["output"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"[" * 100_000, -32700),
        (b"[]", -32600),
        (b'{"jsonrpc": "2.0", "method": "reboot", "id": 1}', -32601),
        (b'{"jsonrpc": "2.0", "method": "runCmds", "id": 1}', -32602),
        (b'{"jsonrpc": "2.0", "method": "runCmds", "id": 1, "params": {"version": 1, "cmds": [7]}}', -32602),
        (b'{"jsonrpc": "2.0", "method": "runCmds", "id": 1, "params": {"version": 9, "cmds": []}}', -32602),
        (b"\xff\xfe", -32700),
    ],
)
def test_what_is_not_a_request_gets_a_json_rpc_error(switch: TwinSwitch, body: bytes, code: int) -> None:
    error = answer_rpc(switch, body)["error"]

    assert isinstance(error, dict)
    assert error["code"] == code


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_only_the_account_is_admitted_and_its_password_is_not_shown() -> None:
    account = Credentials("nh", SecretStr("s3cret-word"))

    assert account.admit(basic("nh:s3cret-word"))
    refused = ["", "Basic", "Basic !!!", "Bearer x", basic("nh:wrong"), basic("eve:s3cret-word"), basic("")]
    assert [header for header in refused if account.admit(header)] == []
    assert "s3cret-word" not in repr(account)
