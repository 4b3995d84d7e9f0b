"""Whose each line of a device is: a service's, the baseline's, nobody's we know, or not ours."""

from automation.change_plan import ChangeAction
from automation.dialects.dialect import UNKNOWN
from automation.dialects.eos.blame import blame
from automation.dialects.eos.planning import plan_device
from automation.intents import BandwidthProfile, BaselineIntent, CircuitIntent, TrunkIntent, UniIntent
from tests.unit.automation.eos import BASE, merge

PROFILE = BandwidthProfile(100, 0, 12_500, 0)
ONE = CircuitIntent("sw-quay", "S-1", 2001, ("Ethernet3",), UniIntent("Ethernet1", "S-1 for 10001", PROFILE))
TWO = CircuitIntent("sw-quay", "S-2", 2002, ("Ethernet3", "Ethernet4"))
RUNNING = merge(BASE, plan_device(BASE, [ONE, TWO], ChangeAction.ADD).commands)


def owners(running, intents):
    return {
        (one.statement.path[0] if one.statement.path else "", one.statement.line): one.owners
        for one in blame(running, intents)
    }


def test_a_services_blocks_lines_and_tags_are_its_own():
    found = owners(RUNNING, [ONE, TWO])

    assert found["", "vlan 2001"] == found["vlan 2001", "name S-1"] == ("S-1",)
    assert found["", "policy-map type quality-of-service nh-S-1"] == ("S-1",)
    assert found["interface Ethernet1", "switchport access vlan 2001"] == ("S-1",)
    assert found["interface Ethernet3", "switchport trunk allowed vlan 2001-2002"] == ("S-1", "S-2")
    assert found["interface Ethernet4", "switchport trunk allowed vlan 10,2002"] == ("S-2",)


def test_what_was_there_before_any_service_is_not_ours():
    found = owners(RUNNING, [ONE, TWO])

    for line in (
        ("", "vlan 10"),
        ("", "interface Ethernet1"),
        ("interface Ethernet1", "mtu 9000"),
        ("", "hostname sw-quay"),
    ):
        assert found[line] == ()


def test_what_bears_our_mark_and_nobody_claims_is_unknown():
    found = owners(RUNNING, [TWO])

    assert found["", "vlan 2001"] == found["vlan 2001", "name S-1"] == (UNKNOWN,)
    assert found["", "policy-map type quality-of-service nh-S-1"] == (UNKNOWN,)
    assert found["interface Ethernet1", "service-policy type qos input nh-S-1"] == (UNKNOWN,)
    assert found["interface Ethernet3", "switchport trunk allowed vlan 2001-2002"] == ("S-2",)


def test_a_vlan_of_our_tag_under_another_name_is_not_ours():
    assert owners(RUNNING.replace("name S-1", "name else"), [ONE, TWO])["", "vlan 2001"] == ()


def test_the_baseline_owns_its_lines_and_no_services():
    base = [
        BaselineIntent("sw-quay", "sw-quay", ("Ethernet2",)),
        TrunkIntent("sw-quay", "Ethernet3", "towards dx-park"),
    ]
    found = owners(RUNNING, [ONE, TWO, *base])

    assert found["", "hostname sw-quay"] == ("baseline",)
    assert found["interface Ethernet2", "shutdown"] == ("baseline",)
    assert found["interface Ethernet3", "switchport mode trunk"] == ("baseline",)
    assert found["interface Ethernet3", "switchport trunk allowed vlan 2001-2002"] == ("S-1", "S-2")
    assert found["interface Ethernet1", "switchport access vlan 2001"] == ("S-1",)
    assert found["interface Management1", "ip address 192.0.2.1/24"] == ()
