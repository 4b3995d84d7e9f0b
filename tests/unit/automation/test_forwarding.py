"""What a device's configuration does with frames, and what Open vSwitch is told: pure, from text to words."""

from automation.twin.configure import parse_config
from automation.twin.eos_forwarding import forwarding_of
from automation.twin.forwarding import (
    S_TPID,
    DeviceState,
    Exchange,
    Forwarding,
    Lag,
    Policer,
    PortForwarding,
    PortMode,
)
from automation.twin.ovs.bridge import EMPTY, plan_bridge, transaction
from automation.twin.ovs.naming import MAX_INTERFACE, Naming, interface_name

PORTS = ("Ethernet1", "Ethernet2", "Ethernet3")
TRUNK = """\
interface Ethernet2
   switchport trunk allowed vlan 2001-2002
   switchport mode trunk
   switchport dot1q ethertype 0x88a8
"""
UNI = """\
vlan 2001
policy-map type quality-of-service nh-S-1
   class class-default
      police rate 20 mbps burst-size 25000 bytes
interface Ethernet1
   switchport access vlan 2001
   switchport mode dot1q-tunnel
   service-policy type qos input nh-S-1
"""
NUMBERS = {"et1": 1, "et2": 2, "et3": 3}


def forwarding(*texts: str) -> Forwarding:
    return forwarding_of(parse_config("spanning-tree mode none\n" + "".join(texts), PORTS))


def ports(*texts: str) -> dict[str, PortForwarding]:
    return {port.port: port for port in forwarding(*texts).ports}


def words(before: Forwarding, after: Forwarding) -> str:
    then = EMPTY if before == Forwarding() else plan_bridge(DeviceState(before), NUMBERS)
    return " ".join(transaction(then, plan_bridge(DeviceState(after), NUMBERS)))


def test_a_uni_pushes_its_tag_and_is_policed_and_a_trunk_carries_only_vlans_that_exist() -> None:
    found = ports(UNI, TRUNK)

    assert found["Ethernet1"] == PortForwarding(
        "Ethernet1", PortMode.TUNNEL, vlan=2001, policer=Policer(20_000, 25_000)
    )
    assert found["Ethernet2"] == PortForwarding("Ethernet2", PortMode.TRUNK, vlans=frozenset({2001}), tpid=S_TPID)


def test_above_committed_and_excess_rate_together_frames_are_dropped() -> None:
    two_rates = UNI.replace("25000 bytes", "25000 bytes action set drop-precedence rate 50 mbps burst-size 60000 bytes")

    assert ports(two_rates)["Ethernet1"].policer == Policer(50_000, 60_000)


def test_ports_that_are_shut_routed_or_carry_no_vlan_stay_out_of_the_bridge() -> None:
    none = TRUNK.replace("2001-2002", "none")

    assert "Ethernet1" not in ports(UNI, "interface Ethernet1\nshutdown\n")
    assert "Ethernet1" not in ports(UNI, "interface Ethernet1\nno switchport\n")
    assert "Ethernet2" not in ports(UNI, none)
    assert "Ethernet1" not in ports(UNI, "no vlan 2001\n")


def test_an_exchange_of_tags_keeps_or_takes_off_the_inner_one() -> None:
    port = """\
vlan 2001
interface Ethernet1
   switchport trunk allowed vlan 2001
   switchport mode trunk
   switchport vlan translation in required
   switchport vlan translation 101 2001
"""
    kept = port.replace("101 2001", "101 dot1q-tunnel 2001")

    assert ports(port)["Ethernet1"].exchanges == (Exchange(101, 2001, keeps_tag=False),)
    assert ports(kept)["Ethernet1"].exchanges == (Exchange(101, 2001, keeps_tag=True),)


def test_a_port_channel_is_one_port_with_members() -> None:
    lag = """\
vlan 2001
interface Ethernet2
   channel-group 1 mode active
   lacp timer fast
interface Ethernet3
   channel-group 1 mode active
interface Port-Channel1
   switchport trunk allowed vlan 2001
   switchport mode trunk
"""
    found = forwarding(lag)
    does = PortForwarding("Port-Channel1", PortMode.TRUNK, vlans=frozenset({2001}))

    assert found.lags == (Lag("Port-Channel1", ("Ethernet2", "Ethernet3"), fast=True, active=True, does=does),)
    assert {port.port for port in found.ports} == {"Ethernet1"}
    assert "add-bond br0 po1 et2 et3 -- set port po1 lacp=active" in words(Forwarding(), found)


def test_a_port_channel_that_carries_nothing_yet_speaks_lacp_and_passes_no_vlan() -> None:
    """To Open vSwitch a trunk of no VLAN is one of all."""
    lag = """\
interface Ethernet2
   channel-group 1 mode active
interface Ethernet3
   channel-group 1 mode active
interface Port-Channel1
   switchport trunk allowed vlan none
   switchport mode trunk
"""
    found = forwarding(lag)

    assert found.lags[0].does.vlans == frozenset()
    assert "lacp=active" in words(Forwarding(), found)
    assert "trunks=[4095]" in words(Forwarding(), found)
    assert forwarding(lag + "   shutdown\n").lags == ()


def test_spanning_tree_runs_unless_it_is_switched_off() -> None:
    assert not forwarding().rstp
    assert forwarding_of(parse_config("spanning-tree mode rstp\nspanning-tree priority 4096\n", PORTS)).rstp
    assert "rstp_enable=true other_config:rstp-priority=4096" in words(
        forwarding(), forwarding_of(parse_config("spanning-tree mode rstp\nspanning-tree priority 4096\n", PORTS))
    )


def test_the_tag_is_pushed_with_the_tpid_of_the_trunk_that_carries_it_on() -> None:
    plain = TRUNK.replace("   switchport dot1q ethertype 0x88a8\n", "")

    assert "dot1q-tunnel tag=2001 trunks=[] cvlans=[] other_config:qinq-ethtype=802.1ad" in words(
        Forwarding(), forwarding(UNI, TRUNK)
    )
    assert "other_config:qinq-ethtype=802.1q" in words(Forwarding(), forwarding(UNI, plain))


def test_a_tag_more_on_a_trunk_changes_that_port_in_place_and_nothing_else() -> None:
    before, after = forwarding("vlan 2001\n", TRUNK), forwarding("vlan 2001\nvlan 2002\n", TRUNK)

    said = words(before, after)

    assert "set port et2 vlan_mode=trunk tag=[] cvlans=[] trunks=[2001,2002]" in said
    assert "del-port" not in said
    assert "et1" not in said.replace("et2", "")


def test_what_is_gone_is_taken_out_and_what_is_the_same_is_not_said() -> None:
    before = forwarding(UNI, TRUNK)

    assert transaction(plan_bridge(DeviceState(before), NUMBERS), plan_bridge(DeviceState(before), NUMBERS)) == ()
    assert "del-port br0 et1" in words(before, forwarding(UNI, TRUNK, "interface Ethernet1\nshutdown\n"))


def test_ports_without_a_cable_are_left_out() -> None:
    plan = plan_bridge(DeviceState(forwarding(UNI, TRUNK), frozenset({"Ethernet1", "Ethernet2"})), {"et2": 2})

    assert set(plan.parts) == {"et2"}
    assert plan.up == {"et2"}
    assert plan.meters == {}


def test_interfaces_fit_the_kernel_and_say_which_port_they_are() -> None:
    assert [interface_name(one) for one in ("Ethernet41", "ge-0/0/1", "eth0", "Port-Channel7")] == [
        *("et41", "ge-0-0-1", "eth0"),
        "po7",
    ]
    assert len(interface_name("a-port-with-a-very-long-name")) <= MAX_INTERFACE
    assert Naming("abc123").device("sw 1/x") == "nh-abc123-sw_1_x"


def test_what_comes_from_an_access_point_goes_on_with_an_s_tag() -> None:
    point = "interface Ethernet1\n   switchport mode trunk\n   switchport trunk allowed vlan 2001\n"
    known = "vlan 2001\nvlan 2002\n"

    assert plan_bridge(DeviceState(forwarding(known, point, TRUNK)), NUMBERS).retagged == {(1, 2001)}
    assert plan_bridge(DeviceState(forwarding(known, TRUNK)), NUMBERS).retagged == frozenset()
