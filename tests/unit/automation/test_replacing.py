"""What is commanded to take a device from one set of circuits to another, and back."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.change_plan import ChangeAction, DeviceChange
from automation.dialects.eos.planning import plan_device
from automation.dialects.eos.platform import EOS
from automation.dialects.eos.replacing import plan_replace
from automation.errors import PlanOutOfBounds, PortNotIdle, TagNotFree
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.planning import plan_change, plan_undo
from automation.proof import prove_device
from tests.unit.automation.eos import BASE, merge

ADD, REMOVE, REPLACE = ChangeAction.ADD, ChangeAction.REMOVE, ChangeAction.REPLACE
SLOW = BandwidthProfile(cir_mbps=100, eir_mbps=200, cbs_bytes=12_500, ebs_bytes=25_000)
FAST = BandwidthProfile(cir_mbps=500, eir_mbps=0, cbs_bytes=62_500, ebs_bytes=0)
UNI = UniIntent("Ethernet1", "S-1 for 10001", SLOW)
CIRCUIT = CircuitIntent("sw-quay", "S-1", 2001, ("Ethernet3",), UNI)
OTHER = CircuitIntent("sw-quay", "S-2", 3001, ("Ethernet4",), UniIntent("Ethernet1", "S-2 for 10001", FAST))
PORTS = {name: {"is_up": True, "is_enabled": True} for name in ("Ethernet1", "Ethernet2", "Ethernet3", "Ethernet4")}


def added(running: str, *intents: CircuitIntent) -> tuple[str, tuple[CircuitIntent, ...]]:
    plan = plan_device(running, intents, ADD)
    return merge(running, plan.commands), plan.intents


def test_another_speed_is_the_policer_and_nothing_else():
    running, before = added(BASE, CIRCUIT)
    faster = [replace(one, uni=replace(one.uni, profile=FAST)) for one in before]

    plan = plan_replace(running, before, faster)

    assert plan.commands.splitlines() == [
        "policy-map type quality-of-service nh-S-1",
        "   class class-default",
        "   police rate 500 mbps burst-size 62500 bytes",
    ]
    assert plan.idle_lines == ("description Free UNI", "shutdown")


def test_another_circuit_takes_over_the_port_without_shutting_it_down():
    running, before = added(BASE, CIRCUIT)

    plan = plan_replace(running, before, [OTHER])

    assert plan.commands.splitlines() == [
        "vlan 3001",
        "   name S-2",
        "policy-map type quality-of-service nh-S-2",
        "   class class-default",
        "   police rate 500 mbps burst-size 62500 bytes",
        "interface Ethernet4",
        "   switchport trunk allowed vlan add 3001",
        "interface Ethernet1",
        "   description S-2 for 10001",
        "   switchport access vlan 3001",
        "   no service-policy type qos input nh-S-1",
        "   service-policy type qos input nh-S-2",
        "interface Ethernet3",
        "   switchport trunk allowed vlan remove 2001",
        "no policy-map type quality-of-service nh-S-1",
        "no vlan 2001",
    ]
    assert plan.idle_lines == ("description Free UNI", "shutdown")


profiles = st.builds(
    BandwidthProfile, st.integers(1, 900), st.integers(0, 900), st.integers(1, 10**6), st.integers(1, 10**6)
)
c_vlans = st.sampled_from([None, 10, 20])
ports_of_trunks = st.sampled_from([("Ethernet3",), ("Ethernet4",), ("Ethernet3", "Ethernet4"), ()])


@st.composite
def sides(draw: st.DrawFn) -> tuple[tuple[CircuitIntent, ...], tuple[CircuitIntent, ...]]:
    """What a device does before and after: none or one circuit each, the same service or another's."""

    def side(labels: list[str]) -> tuple[CircuitIntent, ...]:
        label = draw(st.sampled_from(labels))
        port = draw(st.sampled_from(["Ethernet1", "Ethernet2", None]))
        uni = port and UniIntent(port, f"{label} for {draw(st.integers(1, 9))}", draw(profiles), c_vlan=draw(c_vlans))
        tag = draw(st.sampled_from([2001, 2002]))
        return (CircuitIntent("sw-quay", label, tag, draw(ports_of_trunks), uni),) if draw(st.booleans()) else ()

    return side(["S-1"]), side(["S-1", "S-2"])


@settings(max_examples=200, deadline=None)
@given(both=sides(), beside=st.booleans())
def test_replacing_says_what_taking_off_and_putting_on_would_and_comes_back_byte_for_byte(both, beside):
    before, after = both
    neighbour = CircuitIntent("sw-quay", "S-9", 2999, ("Ethernet3", "Ethernet4"))
    fresh = added(BASE, neighbour)[0] if beside else BASE
    running, before = added(fresh, *before)
    gone = merge(running, plan_device(running, before, REMOVE).commands)
    expected, as_added = added(gone, *after)

    plan = plan_replace(running, before, after)

    replaced = merge(running, plan.commands)
    assert replaced == expected
    assert plan.intents == as_added
    assert plan_replace(replaced, before, plan.intents).commands == ""
    assert merge(replaced, plan_replace(replaced, plan.intents, before).commands) == running
    assert merge(replaced, plan_device(replaced, plan.intents, REMOVE).commands) == fresh
    change = DeviceChange("sw-quay", REPLACE, plan.commands, "", plan.intents, plan.idle_lines, before)
    assert plan_change(EOS.dialect, running, change).commands == plan.commands
    assert merge(replaced, plan_undo(EOS.dialect, replaced, change).commands) == running
    if before or after:
        assert all(finding.ok for finding in prove_device(EOS.dialect, replaced, PORTS, change))


def test_what_somebody_else_did_on_the_port_is_refused():
    running, before = added(BASE, CIRCUIT)
    by_hand = running.replace("switchport access vlan 2001", "switchport access vlan 10")

    with pytest.raises(PortNotIdle, match="switchport access vlan 10"):
        plan_replace(by_hand, before, [OTHER])


def test_a_tag_that_is_another_circuits_is_refused_and_one_of_our_own_is_not():
    running, before = added(BASE, CIRCUIT, CircuitIntent("sw-quay", "S-8", 3001, ("Ethernet4",)))

    with pytest.raises(TagNotFree, match="'S-8'"):
        plan_replace(running, before[:1], [OTHER])
    assert plan_replace(running, before[:1], [replace(OTHER, s_vlan=2001)]).commands.startswith(
        "vlan 2001\n   name S-2"
    )


def test_a_tag_that_another_port_carries_is_refused():
    running, before = added(BASE, CIRCUIT)
    leaking = running.replace("switchport trunk allowed vlan 10", "switchport trunk allowed vlan 10,3001")

    with pytest.raises(TagNotFree, match="Ethernet4"):
        plan_replace(leaking, before, [replace(OTHER, tagged_ports=("Ethernet3",))])


def test_the_cease_of_a_circuit_whose_port_was_taken_over_leaves_the_port_to_the_other():
    running, before = added(BASE, replace(CIRCUIT, tagged_ports=("Ethernet3",)))
    switched = merge(running, plan_replace(running, before, [OTHER]).commands)
    still_tagged = merge(
        switched, "vlan 2001\n   name S-1\ninterface Ethernet3\n switchport trunk allowed vlan add 2001"
    )

    assert merge(still_tagged, plan_device(still_tagged, before, REMOVE).commands) == switched
    assert all(
        finding.ok
        for finding in prove_device(EOS.dialect, switched, PORTS, DeviceChange("sw-quay", REMOVE, "", "", before))
    )


def test_a_replacement_that_left_something_is_not_proven():
    running, before = added(BASE, CIRCUIT)
    both = merge(running, "vlan 3001\n   name S-2\ninterface Ethernet4\n switchport trunk allowed vlan add 3001")
    after = replace(OTHER, uni=None)

    change = DeviceChange("sw-quay", REPLACE, "", "", (after,), before=before)

    wrong = [f for f in prove_device(EOS.dialect, both, PORTS, change) if not f.ok]

    assert [finding.check for finding in wrong] == ["replaced"]
    assert "no vlan 2001" in wrong[0].detail


def test_commands_beyond_both_sets_are_a_fault(monkeypatch):
    monkeypatch.setattr("automation.dialects.eos.replacing._gone", lambda *_: [("no vlan 10", ())])
    running, before = added(BASE, CIRCUIT)

    with pytest.raises(PlanOutOfBounds, match="no vlan 10"):
        plan_replace(running, before, [OTHER])
