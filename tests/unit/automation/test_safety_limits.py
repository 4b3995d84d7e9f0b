"""Safety limits: what one plan may change, with the figures in the refusal."""

from dataclasses import replace

import pytest

from automation.change_plan import ChangeAction, DeviceChange
from automation.limits import FEW_LINES, Limit, Limits, broken_limits, paths_of

LIMITS = Limits(most_devices=2, most_removed=0.3)


def change(name: str = "sw-1", commands: str = "vlan 7", diff: str = "+vlan 7", lines: int = 100) -> DeviceChange:
    return DeviceChange(name, ChangeAction.LINES, commands, diff, (), lines=lines)


def removing(lines: int) -> str:
    return "".join(f"-line {chr(97 + number % 26)}{number}x\n" for number in range(lines))


def test_a_plan_within_the_limits_breaks_none() -> None:
    assert broken_limits([change("a"), change("b")], {"a": "eos", "b": "eos"}, LIMITS) == ()


def test_too_many_devices_are_counted_but_those_with_nothing_to_change_are_not() -> None:
    changes = [change("a"), change("b"), change("c", diff="")]
    assert broken_limits(changes, {}, LIMITS) == ()
    [broken] = broken_limits([*changes, change("d")], {}, LIMITS)
    assert (broken.limit, broken.sentence) == (
        Limit.DEVICES,
        "It changes 3 devices, and one plan may change 2.",
    )


def test_the_share_of_removed_lines_is_told_by_device() -> None:
    [broken] = broken_limits([change(diff=removing(61), lines=140)], {}, LIMITS)
    assert broken.limit is Limit.REMOVED_LINES
    assert broken.sentence == "It removes 61 of 140 lines of sw-1, 43.6%; one plan may 30.0%."


def test_few_lines_of_a_small_text_are_always_within_the_share() -> None:
    assert broken_limits([change(diff=removing(FEW_LINES), lines=FEW_LINES)], {}, LIMITS) == ()
    assert broken_limits([change(diff=removing(FEW_LINES + 1), lines=FEW_LINES + 1)], {}, LIMITS) != ()


@pytest.mark.parametrize(
    ("platform", "commands", "named"),
    [
        ("eos", "interface Management1\n   shutdown\n", "interface Management1"),
        ("eos", "no management api http-commands\n", "management api"),
        ("eos", "no username ada\n", "username"),
        ("junos", "delete system services netconf\n", "system services"),
        ("junos", "set interfaces fxp0 disable\n", "interfaces fxp0"),
    ],
)
def test_lines_by_which_we_reach_a_device_are_protected(platform: str, commands: str, named: str) -> None:
    [broken] = broken_limits([change(commands=commands)], {"sw-1": platform}, LIMITS)
    assert broken.limit is Limit.PROTECTED_LINES
    assert broken.sentence == f"It changes protected lines of sw-1: {named}."


@pytest.mark.parametrize(
    ("platform", "commands", "diff", "named"),
    [
        ("eos", "int ma1\n shut\n", "+++ b\n@@ 1 @@\n interface Management1\n+   shutdown\n", "interface Management1"),
        ("eos", "no usern ada\n", "-username ada secret sha512 <removed>\n", "username"),
        ("junos", "delete system\n", "[edit]\n- system {\n-   services {\n-     ssh;\n-   }\n- }\n", "system services"),
        ("junos", "del system services ssh\n", "[edit system services]\n-    ssh;\n", "system services"),
        ("junos", "deactivate system login\n", "[edit system]\n!   inactive: login { ... }\n", "system login"),
    ],
)  # fmt: skip
def test_protected_lines_are_known_in_the_devices_own_words_however_they_were_typed(
    platform: str, commands: str, diff: str, named: str
) -> None:
    [broken] = broken_limits([change(commands=commands, diff=diff)], {"sw-1": platform}, LIMITS)
    assert broken.limit is Limit.PROTECTED_LINES
    assert broken.sentence == f"It changes protected lines of sw-1: {named}."


def test_of_a_whole_text_only_what_it_changes_counts() -> None:
    text = "hostname sw-1\nusername ada secret sesame\ninterface Management1\n   no shutdown\n"
    same = replace(change(commands=text, diff="-vlan 7\n+vlan 8\n"), action=ChangeAction.WHOLE)
    assert broken_limits([same], {"sw-1": "eos"}, LIMITS) == ()
    without = replace(same, commands="hostname sw-1\n", diff="-username ada secret <removed>\n")
    assert [broken.limit for broken in broken_limits([without], {"sw-1": "eos"}, LIMITS)] == [Limit.PROTECTED_LINES]


def test_what_only_stands_around_a_change_is_not_changed() -> None:
    diff = " username ada secret <removed>\n interface Ethernet1\n+   mtu 9000\n interface Management1\n"
    assert (
        broken_limits([change(commands="interface Ethernet1\n   mtu 9000", diff=diff)], {"sw-1": "eos"}, LIMITS) == ()
    )


def test_ordinary_lines_are_not_protected_and_no_secret_is_named() -> None:
    assert broken_limits([change(commands="interface Ethernet1\n   shutdown")], {"sw-1": "eos"}, LIMITS) == ()
    [broken] = broken_limits([change(commands="username ada secret sesame")], {"sw-1": "eos"}, LIMITS)
    assert "sesame" not in broken.sentence


def test_a_limit_that_was_lifted_stands_against_nothing() -> None:
    changes = [change("a"), change("b"), change("c")]
    assert broken_limits(changes, {}, LIMITS, {Limit.DEVICES}) == ()


def test_a_command_is_known_by_the_lines_it_stands_below() -> None:
    commands = "interface Management1\n   no shutdown\nvlan 7\n   name x\n"
    assert list(paths_of(commands)) == [
        "interface Management1",
        "interface Management1 shutdown",
        "vlan 7",
        "vlan 7 name x",
    ]
