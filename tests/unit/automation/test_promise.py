"""A device says after a change what its diff promised, and nothing else: on every platform, over random changes."""

import random
from collections.abc import Callable, Mapping

import pytest

from automation.change_plan import DeviceChange, lines_change
from automation.dialects.dialect import Dialect
from automation.platforms import PLATFORMS
from automation.promise import unpromised
from automation.standing import Cable, Standing, miscabled, no_longer_said, touched_cables
from automation.twin.show import unified_diff
from automation.uci import UciCommand, Verb, parse_commands, quoted
from inventory.devices import PortRef
from tests.unit.automation.bench import Bench
from tests.unit.automation.bench_eos import EOS_BENCH
from tests.unit.automation.bench_junos import _USER as USER
from tests.unit.automation.bench_junos import JUNOS_BENCH, database
from tests.unit.automation.bench_openwrt import OPENWRT_BENCH
from tests.unit.automation.benches import BENCHES

HEADER = "! Command: show running-config\n! device: bench (vEOS-lab, EOS-4.31.2F)\n!\n"
STEPS = 12


def diff_of_eos(before: str, commands: str) -> str:
    after = EOS_BENCH.apply(before, commands)
    return unified_diff(before, after, "system:/running-config", "session:/nh-session-config")


def diff_of_junos(before: str, commands: str) -> str:
    device = database(before)
    device.load_set(USER, commands)
    return device.diff()


def diff_of_openwrt(_before: str, commands: str) -> str:
    return "\n".join(map(line_of_uci, parse_commands(commands)))


def line_of_uci(one: UciCommand) -> str:
    """As `uci changes` prints it."""
    path = ".".join(filter(None, (one.package, one.section, one.option)))
    sign = {Verb.ADD_LIST: "+=", Verb.DEL_LIST: "-="}.get(one.verb, "=")
    if one.verb is Verb.DELETE:
        return f"-{path}"
    return f"{'-' if one.verb is Verb.DEL_LIST else '+'}{path}{sign}{quoted(one.value)}"


DIFFS: Mapping[str, Callable[[str, str], str]] = {
    "eos": diff_of_eos,
    "junos": diff_of_junos,
    "openwrt": diff_of_openwrt,
}
# Lines that nobody asked for, of each platform, and the words that name them.
BY_HAND = {
    "eos": ("vlan 666\n   name by-hand-too\n", "vlan 666"),
    "junos": ("set system ntp server 192.0.2.66\n", "192.0.2.66"),
    "openwrt": ("set wireless.engineer.ssid='Eve'\n", "Eve"),
}


def said(bench: Bench, text: str) -> str:
    """The text as the device shows it."""
    return HEADER + text if bench.platform.name == "eos" else text


def steps(bench: Bench, seed: int) -> list[tuple[str, str, str]]:
    """Random services that come and go: the text before, the device's diff, the text after."""
    chance, text, live, found = random.Random(seed), bench.fresh, {}, []
    for number in range(1, STEPS + 1):
        port = chance.randrange(bench.ports)
        if port in live:
            before, after = (live.pop(port),), ()
        else:
            before, after = (), (chance.choice(bench.makers)(number, port, chance.randrange(60)),)
        plan = bench.platform.dialect.plan(text, before, after)
        if after:
            live[port] = plan.intents[0]
        now = bench.apply(text, plan.commands)
        found.append((text, DIFFS[bench.platform.name](text, plan.commands), now))
        text = now
    return found


@pytest.mark.parametrize("bench", BENCHES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_what_a_diff_promises_is_what_the_device_says_after_it(bench: Bench, seed: int) -> None:
    dialect = bench.platform.dialect
    for before, diff, after in steps(bench, seed):
        promised = dialect.promised(said(bench, before), diff)
        assert promised is not None
        assert dialect.same(promised, after)
        assert unpromised(dialect, said(bench, before), diff, said(bench, after)) == ()


@pytest.mark.parametrize("bench", BENCHES, ids=str)
def test_what_came_with_it_unseen_and_what_did_not_come_are_both_named(bench: Bench) -> None:
    dialect, (more, words) = bench.platform.dialect, BY_HAND[bench.platform.name]
    for before, diff, after in steps(bench, 7):
        also = unpromised(dialect, said(bench, before), diff, said(bench, bench.apply(after, more)))
        nothing = unpromised(dialect, said(bench, before), diff, said(bench, before))
        assert any(line.startswith("it says also: ") and words in line for line in also)
        assert nothing != ()


@pytest.mark.parametrize(
    ("dialect", "before", "diff"),
    [
        (PLATFORMS["eos"].dialect, "vlan 10\n", "+vlan 11\n"),  # no hunk says where it belongs
        (PLATFORMS["eos"].dialect, "vlan 10\n", "@@ -1,1 +1,2 @@\n vlan 12\n+vlan 13\n"),
        (PLATFORMS["junos"].dialect, "system { host-name a; }", "[edit interfaces ge-0/0/0]\n!    inactive: unit 0;\n"),
        (PLATFORMS["junos"].dialect, "system { host-name a; }", "[edit system]\n-  host-name b;\n"),
        (PLATFORMS["openwrt"].dialect, "package wireless\n", "+wireless.cfg033579.ssid='x'"),
    ],
)
def test_a_diff_that_is_none_of_that_text_promises_nothing(dialect: Dialect, before: str, diff: str) -> None:
    assert dialect.promised(before, diff) is None


def with_service(bench: Bench) -> tuple[str, Standing]:
    intent = bench.makers[0](1, 0, 0)
    plan = bench.platform.dialect.plan(bench.fresh, (), (intent,))
    return bench.apply(bench.fresh, plan.commands), Standing(plan.intents)


@pytest.mark.parametrize(
    ("bench", "harmful", "harmless"),
    [
        (EOS_BENCH, "no vlan 2001\n", "no ntp server 192.0.2.1\n"),
        (JUNOS_BENCH, "delete bridge-domains nh-S-1\n", "delete system ntp\n"),
        (OPENWRT_BENCH, "delete wireless.nh_S__1_radio0\n", "delete wireless.engineer\n"),
    ],
    ids=str,
)
def test_lines_that_take_away_what_a_service_says_are_told_and_others_are_not(
    bench: Bench, harmful: str, harmless: str
) -> None:
    text, standing = with_service(bench)
    dialect = bench.platform.dialect

    def told(commands: str) -> list[str]:
        change = lines_change("bench", commands, "")
        return [each.label for each in no_longer_said(dialect, text, bench.apply(text, commands), change, standing)]

    assert told(harmful) == ["S-1"]
    assert told(harmless) == []


@pytest.mark.parametrize(
    ("bench", "port", "other"), [(EOS_BENCH, "Ethernet11", "Ethernet1"), (JUNOS_BENCH, "xe-0/1/0", "xe-0/1/1")], ids=str
)
def test_only_ports_of_the_plan_are_held_against_the_design(bench: Bench, port: str, other: str) -> None:
    commands = bench.platform.dialect.plan(bench.fresh, (), (bench.makers[0](1, 0, 1),)).commands
    diff = DIFFS[bench.platform.name](bench.fresh, commands)
    change = lines_change("bench", commands, "")
    change = DeviceChange("bench", change.action, commands, diff, ())
    cables = {name: [Cable(name, f"link-{name}", PortRef("dx", "Ethernet9"))] for name in (port, other, "Ethernet99")}
    heard = dict.fromkeys(cables, (PortRef("stranger", "Ethernet1"),))

    touched = touched_cables(bench.platform.dialect, said(bench, bench.fresh), change, cables)
    found = list(miscabled("bench", touched, heard))

    assert port in {cable.port for cable in touched}
    assert "Ethernet99" not in {cable.port for cable in touched}
    assert [each.check for each in found] == ["cabling"] * len(touched)
    assert f"{port} hears stranger:Ethernet1, and link link-{port} should bring dx:Ethernet9" in [
        each.detail for each in found
    ]


def test_a_port_that_hears_whom_it_should_or_nobody_is_as_designed() -> None:
    far = PortRef("dx", "Ethernet9")
    commands = "interface Ethernet11\n   description new\n"
    change = DeviceChange(
        "bench", lines_change("bench", "", "").action, commands, diff_of_eos(EOS_BENCH.fresh, commands), ()
    )
    dialect, text = EOS_BENCH.platform.dialect, EOS_BENCH.fresh
    cables = touched_cables(dialect, text, change, {"Ethernet11": [Cable("Ethernet11", "l", far)]})
    stranger = PortRef("stranger", "Ethernet1")

    assert list(miscabled("bench", cables, {"Ethernet11": (stranger,)})) != []
    mac = PortRef("dx", "001c.7300.0001")
    assert list(miscabled("bench", cables, {"Ethernet11": (PortRef("other", mac.port),)})) != []
    for heard in ({"Ethernet11": (stranger, far)}, {"Ethernet11": (mac,)}, {"Ethernet11": ()}, {}, None):
        assert list(miscabled("bench", cables, heard)) == []
