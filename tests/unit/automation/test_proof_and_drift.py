"""What is found on a device after a change, and by the audit."""

from hypothesis import given, settings
from hypothesis import strategies as st

from automation.change_plan import ChangeAction, DeviceChange
from automation.dialects.eos.planning import plan_device
from automation.dialects.eos.platform import EOS
from automation.drift import NO_ACCEPTED, Accepted, accepted_drift, device_drift
from automation.drift_kinds import DriftKind
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.proof import prove_device
from tests.unit.automation.eos import BASE, merge

ADD, REMOVE = ChangeAction.ADD, ChangeAction.REMOVE
UNI = UniIntent("Ethernet1", "S-1 for 10001", BandwidthProfile(100, 0, 12_500, 0))
CIRCUIT = CircuitIntent("sw-quay", "S-1", 2001, ("Ethernet3",), UNI)
UP = {"is_up": True, "is_enabled": True}
PORTS = {"Ethernet1": {"is_up": False, "is_enabled": True}, "Ethernet3": UP}
WITH_CIRCUIT = merge(BASE, plan_device(BASE, [CIRCUIT], ADD).commands)
# Ethernet4 of the base carries the management VLAN: that is drift too, unless somebody intends it.
MANAGEMENT = CircuitIntent("sw-quay", "management", 10, ("Ethernet4",))


def change(action, *intents):
    return DeviceChange("sw-quay", action, "", "", intents)


def proven(running, ports, change):
    return prove_device(EOS.dialect, running, ports, change)


def wrong(findings):
    return [(finding.check, finding.detail) for finding in findings if not finding.ok]


def test_a_circuit_that_is_there_is_proven_by_text_ports_and_isolation():
    findings = proven(WITH_CIRCUIT, PORTS, change(ADD, CIRCUIT))

    assert wrong(findings) == []
    assert [finding.check for finding in findings] == ["config", "link", "uni", "isolation"]


def test_a_link_that_is_down_and_a_uni_that_is_shut_are_found():
    ports = {"Ethernet1": {"is_up": False, "is_enabled": False}}

    findings = wrong(proven(WITH_CIRCUIT, ports, change(ADD, CIRCUIT)))
    assert findings == [("link", "Ethernet3 is down"), ("uni", "Ethernet1 is shut down")]


def test_a_circuit_that_is_not_there_is_found_by_what_lacks():
    assert wrong(proven(BASE, PORTS, change(ADD, CIRCUIT)))[0][1].startswith("still to do: vlan 2001; name S-1;")


def test_a_tag_on_another_port_breaks_isolation():
    leaking = WITH_CIRCUIT.replace("allowed vlan 10\n", "allowed vlan 10,2001\n")

    assert ("isolation", "S-VLAN 2001 is carried by Ethernet4") in wrong(proven(leaking, PORTS, change(ADD, CIRCUIT)))


def test_a_ceased_circuit_is_proven_gone_and_a_trace_of_it_is_found():
    assert wrong(proven(BASE, {}, change(REMOVE, CIRCUIT))) == []

    trace = BASE.replace("allowed vlan none", "allowed vlan 2001")
    assert ("isolation", "S-VLAN 2001 is carried by Ethernet3") in wrong(proven(trace, {}, change(REMOVE, CIRCUIT)))


def drift(running, *intents):
    return device_drift(EOS.dialect, "sw-quay", running, intents)


def kinds(findings):
    return [(finding.kind, finding.label, finding.detail) for finding in findings if not finding.ok]


def test_no_drift_where_all_say_what_they_should():
    findings = drift(WITH_CIRCUIT, CIRCUIT, MANAGEMENT)

    assert kinds(findings) == []
    assert {finding.check for finding in findings} == {"circuit S-1", "circuit management"}


def test_what_is_intended_and_not_there_is_missing():
    half = WITH_CIRCUIT.replace("   switchport mode dot1q-tunnel\n", "")

    assert kinds(drift(half, CIRCUIT, MANAGEMENT)) == [
        (DriftKind.MISSING, "S-1", "missing: interface Ethernet1; switchport mode dot1q-tunnel")
    ]


def test_what_stands_where_ours_should_is_foreign():
    taken = WITH_CIRCUIT.replace("name S-1", "name else")
    by_hand = WITH_CIRCUIT.replace(
        "   switchport mode dot1q-tunnel\n", "   switchport mode dot1q-tunnel\n   qos trust dscp\n"
    )
    tagged = WITH_CIRCUIT.replace("allowed vlan 10\n", "allowed vlan 10,77\n")

    assert kinds(drift(taken, CIRCUIT, MANAGEMENT)) == [
        (DriftKind.FOREIGN, "S-1", "S-VLAN 2001 is not free on sw-quay: it is the VLAN named 'else' there."),
    ]
    assert [kind for kind, _, _ in kinds(drift(by_hand, CIRCUIT, MANAGEMENT))] == [DriftKind.FOREIGN]
    assert kinds(drift(tagged, CIRCUIT, MANAGEMENT)) == [
        (DriftKind.FOREIGN, "", "Ethernet4 carries 77, which is nobody's")
    ]


def test_what_is_ours_and_more_than_its_intent_wants_is_extra():
    more = WITH_CIRCUIT.replace("   police rate", "   set cos 5\n   police rate")

    assert kinds(drift(more, CIRCUIT, MANAGEMENT))[-1] == (
        DriftKind.EXTRA,
        "S-1",
        "S-1 does not want: policy-map type quality-of-service nh-S-1 / set cos 5",
    )


def test_what_bears_our_mark_and_is_nobodys_is_unknown_until_somebody_knows_its_name():
    found = kinds(drift(WITH_CIRCUIT, MANAGEMENT))

    assert (DriftKind.UNKNOWN, "S-1", "a bandwidth profile of S-1 is left behind") in found
    assert (DriftKind.UNKNOWN, "S-1", "vlan 2001 of S-1 is left behind") in found
    assert (DriftKind.UNKNOWN, "S-1", "Ethernet3 carries 2001 of S-1, which does not go there") in found


def test_a_device_that_is_only_read_is_held_against_the_accepted_backup():
    accepted = Accepted(3, "hostname r1\nenable secret 5 <removed>\ninterface Gi0/1\n ip address 192.0.2.1\n")
    now = "interface Gi0/1\n  shutdown\nhostname r1\n!\nenable secret 5 $1$other\n"

    assert [(f.ok, f.detail) for f in accepted_drift("r1", "ios", now, None)] == [(True, NO_ACCEPTED)]
    assert [(f.kind, f.detail) for f in accepted_drift("r1", "ios", now, accepted)] == [
        (DriftKind.MISSING, "less than in backup 3: interface Gi0/1 ip address 192.0.2.1"),
        (DriftKind.FOREIGN, "more than in backup 3: interface Gi0/1 shutdown"),
    ]
    [same] = accepted_drift("r1", "ios", accepted.text.replace("<removed>", "$1$x"), accepted)
    assert same.ok


EDITS = (
    ("name S-1", "name else"),
    ("   mtu 9000\n", ""),
    ("   switchport mode dot1q-tunnel\n", ""),
    ("   description S-1 for 10001\n", "   description else\n"),
    ("   service-policy type qos input nh-S-1\n", "   service-policy type qos input nh-S-2\n"),
    ("switchport access vlan 2001", "switchport access vlan 2002"),
    ("allowed vlan 2001\n", "allowed vlan none\n"),
    ("allowed vlan 10\n", "allowed vlan 10,2001\n"),
    ("allowed vlan 10\n", "native vlan 10\n"),
    ("police rate 100", "police rate 200"),
    ("   switchport mode dot1q-tunnel\n", "   switchport mode dot1q-tunnel\n   shutdown\n"),
    ("   switchport mode dot1q-tunnel\n", "   switchport mode dot1q-tunnel\n   qos trust dscp\n"),
    ("interface Ethernet1\n", "interface Ethernet9\n"),
)


@settings(max_examples=60, deadline=None)
@given(chosen=st.sets(st.sampled_from(EDITS), max_size=3))
def test_what_a_glance_passes_over_planning_would_have_passed_too(chosen):
    running = WITH_CIRCUIT
    for was, now in sorted(chosen):
        running = running.replace(was, now)
    intents = [CIRCUIT, MANAGEMENT]
    passed = [intent for intent in intents if intent not in EOS.dialect.suspects(running, intents)]
    for intent in passed:
        assert EOS.dialect.plan(running, (), [intent]).commands == ""


def test_at_a_glance_a_device_that_is_as_intended_needs_no_planning():
    assert EOS.dialect.suspects(WITH_CIRCUIT, [CIRCUIT, MANAGEMENT]) == []
