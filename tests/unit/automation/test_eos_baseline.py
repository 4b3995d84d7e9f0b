"""What a device says before any service: put on, changed, and taken off without touching a service."""

from dataclasses import replace

import pytest

from automation.change_plan import ChangeAction, DeviceChange
from automation.dialects.eos.platform import EOS
from automation.errors import PlanOutOfBounds, PortNotIdle, PortUnfit, TagNotFree, UnsafeText
from automation.intents import (
    BandwidthProfile,
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    TrunkIntent,
    UniIntent,
)
from automation.planning import plan_change, plan_undo
from tests.unit.automation.bench_eos import apply

BLANK = apply("", "hostname localhost\nspanning-tree mode mstp\n")
BASE = BaselineIntent(
    "bench", "dx-quay", ("Ethernet1", "Ethernet2"), ("192.0.2.1",), ("192.0.2.2",), ("192.0.2.0/24",), (900,)
)
TRUNK = TrunkIntent("bench", "Ethernet11", "to dx-park:Ethernet1")
HANDOVER = HandoverIntent("bench", "Ethernet12", "handover alder-1")
ALL = (BASE, TRUNK, HANDOVER)
CIRCUIT = CircuitIntent(
    "bench", "S-1", 2001, ("Ethernet11",), UniIntent("Ethernet1", "S-1", BandwidthProfile(100, 0, 12_500, 0))
)
MEMBER = ExchangePortIntent("bench", "S-2", "Ethernet2", 900, "S-2 member", 1000)


def changed(running, before, after):
    plan = EOS.dialect.plan(running, before, after)
    EOS.dialect.check_bounds(plan.commands, (*before, *after))
    return apply(running, plan.commands)


def test_it_is_put_on_once_and_then_there_is_nothing_to_do():
    commissioned = changed(BLANK, (), ALL)

    assert EOS.dialect.plan(commissioned, (), ALL).commands == ""
    for said in ("hostname dx-quay", "spanning-tree mode none", "vlan 900", "10 permit 192.0.2.0/24", "0x88a8"):
        assert said in commissioned


def test_it_is_taken_off_line_by_line_but_ports_stay_shut():
    decommissioned = changed(changed(BLANK, (), ALL), ALL, ())

    shut = apply(BLANK, "interface Ethernet1\n shutdown\ninterface Ethernet2\n shutdown\n")
    assert decommissioned == shut


def test_services_stay_as_they_are_while_it_is_looked_at_and_changed():
    served = changed(changed(changed(BLANK, (), ALL), (), (CIRCUIT,)), (), (MEMBER,))
    other = (replace(BASE, ntp_servers=("192.0.2.9",), management_from=("198.51.100.0/24",)), TRUNK, HANDOVER)

    assert EOS.dialect.plan(served, (), ALL).commands == ""
    moved = changed(served, ALL, other)

    assert EOS.dialect.plan(moved, (), other).commands == ""
    assert ("192.0.2.1\n" in moved, "10 permit 198.51.100.0/24" in moved) == (False, True)
    assert EOS.dialect.plan(moved, (), (CIRCUIT, MEMBER)).commands == ""
    assert changed(moved, other, ALL) == served


def test_a_change_of_it_is_undone_exactly():
    commissioned = changed(BLANK, (), ALL)
    after = (replace(BASE, name="dx-new", idle_ports=("Ethernet1", "Ethernet2", "Ethernet12")), TRUNK)
    change = DeviceChange("bench", ChangeAction.REPLACE, "", "", after, before=ALL)

    moved = apply(commissioned, plan_change(EOS.dialect, commissioned, change).commands)
    assert "hostname dx-new" in moved
    assert "alder" not in moved

    back = apply(moved, plan_undo(EOS.dialect, moved, change).commands)
    assert back == commissioned


def test_a_trunk_that_carries_a_service_is_not_taken_away():
    served = changed(changed(BLANK, (), ALL), (), (CIRCUIT,))

    with pytest.raises(PortNotIdle, match="2001"):
        EOS.dialect.plan(served, ALL, ())


def test_the_exchanges_vlan_is_not_taken_away_under_its_members():
    served = changed(changed(BLANK, (), ALL), (), (MEMBER,))

    with pytest.raises(TagNotFree, match="Ethernet2"):
        EOS.dialect.plan(served, ALL, (replace(BASE, peering_vlans=()), TRUNK, HANDOVER))


def test_a_member_cannot_come_before_the_exchanges_vlan():
    with pytest.raises(PortUnfit, match="no VLAN 900"):
        EOS.dialect.plan(BLANK, (), (MEMBER,))


def test_a_port_that_somebody_configured_is_not_made_a_trunk():
    by_hand = apply(BLANK, "interface Ethernet11\n switchport access vlan 10\n")

    with pytest.raises(PortNotIdle, match="access vlan 10"):
        EOS.dialect.plan(by_hand, (), (TRUNK,))
    with pytest.raises(PortUnfit, match="Ethernet40 does not exist"):
        EOS.dialect.plan(BLANK, (), (replace(TRUNK, port="Ethernet40"),))


def test_lldp_is_switched_on_again_where_somebody_switched_it_off():
    silent = apply(changed(BLANK, (), ALL), "no lldp run\n")

    assert EOS.dialect.plan(silent, (), ALL).commands == "lldp run\n"


@pytest.mark.parametrize("prefix", ["192.0.2.1/24", "192.0.2.0", "0.0.0.0/0\nno aaa root", "2001:db8::/32", ""])
def test_a_prefix_that_is_none_is_refused(prefix):
    with pytest.raises(UnsafeText, match="prefix people sign in from"):
        EOS.dialect.render((replace(BASE, management_from=(prefix,)),))


@pytest.mark.parametrize(
    "commands",
    ["no hostname\nusername eve nopassword\n", "interface Ethernet13\n   shutdown\n", "vlan 900\n   name other\n"],
)
def test_commands_beyond_the_baseline_are_a_fault(commands):
    with pytest.raises(PlanOutOfBounds):
        EOS.dialect.check_bounds(commands, ALL)
