"""A UNI that sends one C-VLAN: what is commanded, what is owned, and what is left when it is taken off."""

from dataclasses import replace

import pytest

from automation.change_plan import ChangeAction
from automation.dialects.eos.planning import plan_device
from automation.dialects.eos.platform import EOS
from automation.dialects.eos.render import render
from automation.drift import device_drift
from automation.errors import PortNotIdle
from tests.unit.automation.eos import BASE, merge
from tests.unit.automation.test_planning import CIRCUIT, UNI

EVPL = replace(CIRCUIT, uni=replace(UNI, c_vlan=100))
ADD, REMOVE = ChangeAction.ADD, ChangeAction.REMOVE


def test_the_port_becomes_a_trunk_of_one_tag_that_drops_whatever_it_has_no_exchange_for() -> None:
    commands = plan_device(BASE, [EVPL], ADD).commands

    uni = commands[commands.index("interface Ethernet1") :]
    for line in (
        "switchport trunk allowed vlan 2001",
        "switchport mode trunk",
        "switchport vlan translation in required",
        "switchport vlan translation 100 2001",
        "service-policy type qos input nh-S-1",
    ):
        assert f"   {line}\n" in uni
    assert "dot1q-tunnel" not in commands


def test_taking_it_off_leaves_the_text_as_it_was_byte_for_byte() -> None:
    plan = plan_device(BASE, [EVPL], ADD)
    running = merge(BASE, plan.commands)

    assert plan_device(running, plan.intents, ADD).commands == ""
    assert merge(running, plan_device(running, plan.intents, REMOVE).commands) == BASE


def test_its_tag_on_its_own_port_is_nobody_elses_in_an_audit() -> None:
    plan = plan_device(BASE, [EVPL], ADD)
    running = merge(BASE, plan.commands)

    found = device_drift(EOS.dialect, "sw-quay", running, plan.intents)

    assert [each.detail for each in found if not each.ok] == ["Ethernet4 carries 10, which is nobody's"]


def test_a_port_that_exchanges_tags_for_somebody_else_is_not_taken() -> None:
    running = BASE.replace("description Free UNI\n", "description Free UNI\n   switchport vlan translation 7 8\n")
    with pytest.raises(PortNotIdle, match="switchport vlan translation 7 8"):
        plan_device(running, [EVPL], ADD)


@pytest.mark.parametrize("c_vlan", [-1, 4095])
def test_a_c_vlan_that_is_no_tag_reaches_no_device(c_vlan: int) -> None:
    with pytest.raises(ValueError, match="C-VLAN"):
        render([replace(CIRCUIT, uni=replace(UNI, c_vlan=c_vlan))])
