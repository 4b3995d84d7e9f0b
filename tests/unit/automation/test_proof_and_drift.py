"""What is found on a device after a change, and by the audit."""

from automation.change_plan import ChangeAction, DeviceChange
from automation.dialects.eos.planning import plan_device
from automation.dialects.eos.platform import EOS
from automation.drift import drift
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.proof import prove_device
from tests.unit.automation.eos import BASE, merge

ADD, REMOVE = ChangeAction.ADD, ChangeAction.REMOVE
DIALECTS = {"sw-quay": EOS.dialect}
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


def test_no_drift_where_all_say_what_they_should():
    findings = drift({"sw-quay": [CIRCUIT, MANAGEMENT]}, {"sw-quay": WITH_CIRCUIT}, DIALECTS)

    assert wrong(findings) == []
    assert {finding.check for finding in findings} == {"circuit S-1", "circuit management"}


def test_a_missing_line_a_foreign_tag_an_orphan_and_a_silent_device_are_drift():
    half = WITH_CIRCUIT.replace("   switchport mode dot1q-tunnel\n", "").replace(
        "allowed vlan 10\n", "allowed vlan 10,77\n"
    )

    findings = drift({"sw-quay": [CIRCUIT, MANAGEMENT], "sw-away": [CIRCUIT]}, {"sw-quay": half}, DIALECTS)
    assert [
        (finding.device, *pair)
        for finding, pair in zip([f for f in findings if not f.ok], wrong(findings), strict=True)
    ] == [
        ("sw-away", "read", "could not be read"),
        ("sw-quay", "circuit S-1", "missing: interface Ethernet1; switchport mode dot1q-tunnel"),
        ("sw-quay", "foreign tag", "Ethernet4 carries 77, which is nobody's"),
    ]
    orphan = drift({"sw-quay": [MANAGEMENT]}, {"sw-quay": WITH_CIRCUIT}, DIALECTS)
    assert ("orphan", "a bandwidth profile of S-1 is left behind") in wrong(orphan)
    assert ("foreign tag", "Ethernet3 carries 2001, which is nobody's") in wrong(orphan)
