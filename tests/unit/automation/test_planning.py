"""What is commanded, and what is refused."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.change_plan import ChangeAction
from automation.dialects.eos.planning import check_bounds, plan_device
from automation.errors import PlanOutOfBounds, PortNotIdle, PortUnfit, TagNotFree, UnsafeText
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent, with_idle_lines
from tests.unit.automation.eos import BASE, merge

ADD, REMOVE = ChangeAction.ADD, ChangeAction.REMOVE
PROFILE = BandwidthProfile(cir_mbps=100, eir_mbps=200, cbs_bytes=12_500, ebs_bytes=25_000)
POLICED = "rate 100 mbps burst-size 12500 bytes action set drop-precedence rate 300 mbps burst-size 37500 bytes"
UNI = UniIntent("Ethernet1", "S-1 for 10001", PROFILE)
CIRCUIT = CircuitIntent("sw-quay", "S-1", 2001, ("Ethernet3",), UNI)


def added(running: str, *intents: CircuitIntent) -> tuple[str, tuple[CircuitIntent, ...]]:
    plan = plan_device(running, intents, ADD)
    return merge(running, plan.commands), plan.intents


def test_a_circuit_is_put_on_a_free_device_by_exactly_these_commands():
    plan = plan_device(BASE, [CIRCUIT], ADD)

    assert plan.commands.splitlines() == [
        "vlan 2001",
        "   name S-1",
        "policy-map type quality-of-service nh-S-1",
        "   class class-default",
        f"   police {POLICED}",
        "interface Ethernet1",
        "   description S-1 for 10001",
        "   switchport access vlan 2001",
        "   switchport mode dot1q-tunnel",
        "   service-policy type qos input nh-S-1",
        "   no shutdown",
        "interface Ethernet3",
        "   switchport trunk allowed vlan add 2001",
    ]
    assert plan.idle_lines == ("description Free UNI", "shutdown")


def test_taking_it_off_leaves_the_text_as_it_was_byte_for_byte():
    running, intents = added(BASE, CIRCUIT)

    plan = plan_device(running, intents, REMOVE)

    assert running != BASE
    assert merge(running, plan.commands) == BASE


def test_a_port_that_had_no_description_has_none_afterwards():
    running, intents = added(BASE, replace(CIRCUIT, uni=replace(UNI, port="Ethernet2")))

    commands = plan_device(running, intents, REMOVE).commands

    assert "no description" in commands
    assert merge(running, commands) == BASE


@pytest.mark.parametrize("action", [ADD, REMOVE])
def test_a_device_that_already_says_it_is_told_nothing(action):
    running, intents = added(BASE, CIRCUIT)
    done = running if action is ADD else BASE

    assert plan_device(done, intents, action).commands == ""


def test_what_was_found_is_remembered_when_the_circuit_is_already_there():
    running, intents = added(BASE, CIRCUIT)

    assert plan_device(running, intents, ADD).idle_lines == ("description Free UNI", "shutdown")


@settings(max_examples=40, deadline=None)
@given(taken=st.sets(st.sampled_from([*range(10), 11, 12])))
def test_a_device_that_says_some_of_it_is_told_the_rest(taken):
    """All but `no shutdown` alone (line 10): of a port that is merely enabled nobody can say who enabled it."""
    whole, intents = added(BASE, CIRCUIT)
    commands = plan_device(BASE, [CIRCUIT], ADD).commands.splitlines()
    header, given = "", []
    for number, line in enumerate(commands):
        header = line if not line.startswith(" ") else header
        # A VLAN or policy-map of which only the first line was entered is nobody's: those come whole or not.
        if number in taken and (header.startswith("interface") or line == header):
            given += [header, *_below(commands, number)] if line == header else [header, line]
    half = merge(BASE, "\n".join(given))

    assert merge(half, plan_device(half, intents, ADD).commands) == whole
    assert merge(half, plan_device(half, intents, REMOVE).commands) == BASE


def _below(commands: list[str], number: int) -> list[str]:
    end = next((at for at in range(number + 1, len(commands)) if not commands[at].startswith(" ")), len(commands))
    return commands[number + 1 : end]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_circuits_come_and_go_in_any_order_and_leave_the_device_untouched(data):
    tags = data.draw(st.lists(st.integers(2, 4094).filter(lambda tag: tag != 10), unique=True, min_size=1, max_size=8))
    circuits = [_nth(number, tag, data.draw(st.sampled_from(_PORTS))) for number, tag in enumerate(tags)]
    running, live, waiting = BASE, [], list(circuits)
    while waiting or live:
        if waiting and (not live or data.draw(st.booleans())):
            running, intents = added(running, waiting.pop(data.draw(st.integers(0, len(waiting) - 1))))
            live += intents
        else:
            leaving = live.pop(data.draw(st.integers(0, len(live) - 1)))
            running = merge(running, plan_device(running, [leaving], REMOVE).commands)
        assert all(plan_device(running, [circuit], ADD).commands == "" for circuit in live)

    assert running == BASE


_PORTS = [("Ethernet3",), ("Ethernet4",), ("Ethernet3", "Ethernet4"), ()]


def _nth(number: int, tag: int, ports: tuple[str, ...]) -> CircuitIntent:
    """The first two have the device's two UNIs; the others only pass through."""
    uni = UniIntent(f"Ethernet{number + 1}", f"circuit {number}", PROFILE) if number < 2 else None
    return CircuitIntent("sw-quay", f"S-{number}", tag, ports, uni)


def test_a_plan_does_not_depend_on_the_circuits_beside_it():
    beside = CircuitIntent("sw-quay", "S-2", 2002, ("Ethernet3", "Ethernet4"))
    busy, _ = added(BASE, beside)

    assert plan_device(busy, [CIRCUIT], ADD).commands == plan_device(BASE, [CIRCUIT], ADD).commands


@pytest.mark.parametrize(
    "line",
    ["switchport access vlan 10", "switchport mode trunk", "ip address 192.0.2.9/31", "channel-group 4 mode active"],
)
def test_a_uni_somebody_configured_by_hand_is_refused_and_its_lines_are_named(line):
    taken = BASE.replace("   description Free UNI\n", f"   description Free UNI\n   {line}\n")

    with pytest.raises(PortNotIdle, match=line) as caught:
        plan_device(taken, [CIRCUIT], ADD)

    assert caught.value.facts == {"device": "sw-quay", "port": "Ethernet1", "lines": (line,)}


def test_the_refusal_of_a_port_tells_no_secret():
    taken = BASE.replace("   description Free UNI\n", "   ip ospf authentication-key 7 SECRET\n")

    with pytest.raises(PortNotIdle) as caught:
        plan_device(taken, [CIRCUIT], ADD)

    assert caught.value.lines == ("ip ospf authentication-key 7 <removed>",)
    assert "SECRET" not in str(caught.value)


def test_a_uni_that_somebody_put_elsewhere_is_not_given_back_over_their_head():
    running, intents = added(BASE, CIRCUIT)
    moved = running.replace("switchport access vlan 2001", "switchport access vlan 10")

    with pytest.raises(PortNotIdle, match="switchport access vlan 10"):
        plan_device(moved, intents, REMOVE)


LAB = BASE.replace("interface Ethernet1\n", "vlan 2001\n   name lab\n!\ninterface Ethernet1\n")


def test_a_vlan_of_our_tag_with_another_name_is_refused():
    with pytest.raises(TagNotFree, match="'lab'"):
        plan_device(LAB, [CIRCUIT], ADD)


def test_a_circuit_that_is_gone_leaves_the_next_holder_of_its_tag_alone():
    assert plan_device(LAB, [CIRCUIT], REMOVE).commands == ""


def test_nothing_is_taken_off_while_nobody_can_say_whose_the_tag_is():
    running, intents = added(BASE, CIRCUIT)

    with pytest.raises(TagNotFree, match="'lab'"):
        plan_device(running.replace("name S-1", "name lab"), intents, REMOVE)


def test_an_unnamed_vlan_within_a_range_is_refused():
    theirs = BASE.replace("interface Ethernet1\n", "vlan 1999-2002\n!\ninterface Ethernet1\n")

    with pytest.raises(TagNotFree, match="S-VLAN 2001"):
        plan_device(theirs, [CIRCUIT], ADD)


@pytest.mark.parametrize("tags", ["2001", "2000-2005", "10,1999-2001"])
def test_a_tag_another_port_carries_is_refused(tags):
    leaking = BASE.replace("switchport trunk allowed vlan 10", f"switchport trunk allowed vlan {tags}")

    with pytest.raises(TagNotFree, match="Ethernet4"):
        plan_device(leaking, [CIRCUIT], ADD)


@pytest.mark.parametrize("port", ["Ethernet3", "Ethernet4"])
def test_a_trunk_without_a_list_is_refused_ours_or_not(port):
    running = BASE.replace(
        "   switchport trunk allowed vlan none\n" if port == "Ethernet3" else "   switchport trunk allowed vlan 10\n",
        "",
    )

    with pytest.raises((PortUnfit, TagNotFree), match=port):
        plan_device(running, [CIRCUIT], ADD)


@pytest.mark.parametrize("listed", ["all", "except 5", "1-5000", "x"])
def test_a_list_that_cannot_be_read_is_taken_for_every_tag(listed):
    with pytest.raises(TagNotFree, match="carried by Ethernet4"):
        plan_device(BASE.replace("allowed vlan 10\n", f"allowed vlan {listed}\n"), [CIRCUIT], ADD)


@pytest.mark.parametrize("port", ["Ethernet9", "Ethernet2"])
def test_a_tagged_port_that_is_missing_or_no_trunk_is_refused(port):
    with pytest.raises(PortUnfit, match=port):
        plan_device(BASE, [replace(CIRCUIT, tagged_ports=(port,))], ADD)


def test_a_missing_uni_is_refused():
    with pytest.raises(PortUnfit, match="Ethernet9 does not exist"):
        plan_device(BASE, [replace(CIRCUIT, uni=replace(UNI, port="Ethernet9"))], ADD)


@pytest.mark.parametrize(
    "line", ["username eve privilege 15", "description a\nusername eve", "description MULTILINE:x"]
)
def test_an_idle_line_that_is_no_idle_line_is_never_sent(line):
    running, intents = added(BASE, CIRCUIT)

    with pytest.raises(UnsafeText):
        plan_device(running, with_idle_lines(intents, (line,)), REMOVE)


@pytest.mark.parametrize(
    "command",
    [
        "vlan 2002\n   name x",
        "interface Ethernet4\n   shutdown",
        "username eve secret x",
        "no vlan 10",
        "interface Ethernet3\n   switchport trunk allowed vlan all",
        "interface Ethernet3\n   switchport trunk allowed vlan add 2001,2002",
    ],
)
def test_commands_beyond_the_circuits_own_are_a_fault(command):
    with pytest.raises(PlanOutOfBounds):
        check_bounds(command + "\n", [CIRCUIT])


def test_a_banner_is_not_taken_for_configuration():
    running = "banner motd\ninterface Ethernet1\n   ip address 192.0.2.9/31\nEOF\n!\n" + BASE

    assert plan_device(running, [CIRCUIT], ADD).commands == plan_device(BASE, [CIRCUIT], ADD).commands


@pytest.mark.parametrize(("first", "then"), [("11-20", "2001"), ("2001-2002", "2010-2020")])
def test_a_long_list_that_eos_breaks_into_two_lines_is_read_whole(first, then):
    running = BASE.replace(
        "switchport trunk allowed vlan none",
        f"switchport trunk allowed vlan {first}\n   switchport trunk allowed vlan add {then}",
    )

    assert "vlan add 2001" not in plan_device(running, [CIRCUIT], ADD).commands
    assert "vlan remove 2001" in plan_device(running, [CIRCUIT], REMOVE).commands
