"""What the simulated device accepts, refuses and prints. The judge of the accepted text is Arista's pyavd."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyavd import get_device_config, validate_structured_config

from automation.twin.config import clean_config, render
from automation.twin.configure import Configurator, parse_config
from automation.twin.grammar import RULES
from automation.twin.reference import reference
from automation.twin.refusals import CommandRefused
from automation.twin.vlan_lists import compress, parse_vlans

PORTS = ("Ethernet1", "Ethernet2", "Ethernet3", "Ethernet10", "Management1")


def typed(*lines: str, auto_complete: bool = False) -> Configurator:
    configurator = Configurator(clean_config(PORTS), PORTS, auto_complete)
    configurator.type_all(lines)
    return configurator


def body_of(text: str, head: str) -> list[str]:
    """The lines of one block of a configuration."""
    lines = text.splitlines()
    start = lines.index(head) + 1
    return [line.strip() for line in lines[start : lines.index("!", start)]]


def after(*lines: str) -> str:
    return render(typed(*lines).config)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["frobnicate"], "Invalid input (at token 0: 'frobnicate')"),
        (["vlan"], "Incomplete command (at token 0: 'vlan')"),
        (["vlan 4095"], "Invalid input (at token 1: '4095')"),
        (["vlan 0"], "Invalid input (at token 1: '0')"),
        (["vlan 12-10"], "Invalid input (at token 1: '12-10')"),
        (["no"], "Incomplete command (at token 0: 'no')"),
        (["interface Ethernet99"], "Invalid input (at token 1: 'Ethernet99')"),
        (["interface Ethernet1", "switchport access vlan"], "Incomplete command (at token 2: 'vlan')"),
        (["interface Ethernet1", "switchport access vlan 10 20"], "Invalid input (at token 4: '20')"),
        (["interface Ethernet1", "switchport mode hybrid"], "Invalid input (at token 2: 'hybrid')"),
        (["interface Ethernet1", "switchport trunk allowed vlan add"], "Incomplete command (at token 4: 'add')"),
        (["interface Ethernet1", "mtu 12"], "Invalid input (at token 1: '12')"),
        (["interface Loopback0", "switchport access vlan 10"], "Invalid input (at token 0: 'switchport')"),
        (["switchport access vlan 10"], "Invalid input (at token 0: 'switchport')"),
        (["no interface Ethernet1"], "Invalid input (at token 2: 'Ethernet1')"),
        (["vlan 10", "name a name with spaces"], "Invalid input (at token 2: 'name')"),
        (["interface Ethernet1", "ip address 10.0.0.300/24"], "Invalid input (at token 2: '10.0.0.300/24')"),
        (["interface Ethernet1", "description bell\x07"], "Invalid input (at token 1: 'bell\x07')"),
        (["username eve secret hunter2"], "Invalid input (at token 3: 'hunter2')"),
    ],
)
def test_what_is_not_a_command_here_is_refused_in_eos_words(lines: list[str], words: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        typed(*lines)

    assert refused.value.text == words


def test_a_shortened_word_is_refused_unless_the_request_completes_words() -> None:
    lines = ("interface Ethernet1", "sw acc vl 10")

    with pytest.raises(CommandRefused, match=r"Incomplete token \(at token 0: 'sw'\)"):
        typed(*lines)

    text = render(typed(*lines, auto_complete=True).config)
    assert body_of(text, "interface Ethernet1") == ["switchport access vlan 10"]


def test_a_word_that_begins_two_commands_is_ambiguous() -> None:
    with pytest.raises(CommandRefused, match=r"Ambiguous command \(at token 0: 's'\)"):
        typed("interface Ethernet1", "s", auto_complete=True)


def test_vlans_without_anything_of_their_own_are_printed_together() -> None:
    assert "vlan 10-12,20\n!\nvlan 15\n   name fifteen\n" in after(
        "vlan 10,11,12", "vlan 15", "name fifteen", "vlan 20"
    )


def test_interfaces_stand_in_natural_order() -> None:
    text = after("interface Vlan10", "interface Loopback0", "interface Port-Channel2", "vlan 10")

    heads = [line for line in text.splitlines() if line.startswith("interface ")]
    assert heads == [
        "interface Port-Channel2",
        "interface Ethernet1",
        "interface Ethernet2",
        "interface Ethernet3",
        "interface Ethernet10",
        "interface Loopback0",
        "interface Management1",
        "interface Vlan10",
    ]


def test_what_is_the_default_is_not_printed() -> None:
    lines = ("mtu 1500", "switchport access vlan 1", "switchport mode access", "no shutdown", "switchport")

    assert body_of(after("interface Ethernet1", *lines), "interface Ethernet1") == []
    assert "   name" not in after("vlan 10", "name VLAN0010")


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["none", "add 2001", "add 2002,2003"], ["switchport trunk allowed vlan 2001-2003"]),
        (["10-20", "remove 12"], ["switchport trunk allowed vlan 10-11,13-20"]),
        (["10", "remove 10"], ["switchport trunk allowed vlan none"]),
        (["except 1-4093"], ["switchport trunk allowed vlan 4094"]),
        (["remove 4094"], ["switchport trunk allowed vlan 1-4093"]),
        (["none", "all"], []),
        (["add 10"], []),
    ],
)
def test_the_list_of_allowed_vlans_is_added_to_and_removed_from(lines: list[str], left: list[str]) -> None:
    text = after("interface Ethernet1", *(f"switchport trunk allowed vlan {line}" for line in lines))

    assert body_of(text, "interface Ethernet1") == left


def test_no_takes_a_line_away_whatever_follows_it() -> None:
    text = after(
        "interface Ethernet1",
        "switchport access vlan 10",
        "no switchport access vlan",
        "description x",
        "no description",
    )

    assert body_of(text, "interface Ethernet1") == []


def test_default_interface_leaves_the_port_as_it_was_made() -> None:
    text = after("interface Ethernet1", "shutdown", "switchport access vlan 10", "default interface Ethernet1")

    assert text == render(clean_config(PORTS))


def test_a_range_of_interfaces_is_configured_at_once() -> None:
    text = after("interface Ethernet1-3", "shutdown")

    assert [body_of(text, f"interface Ethernet{number}") for number in (1, 2, 3, 10)] == [["shutdown"]] * 3 + [[]]


def test_a_command_of_the_mode_around_leaves_the_mode() -> None:
    assert "vlan 10\n   name ten\n" in after("interface Ethernet1", "shutdown", "vlan 10", "name ten")


def test_removing_a_block_removes_what_is_in_it() -> None:
    lines = ("policy-map type quality-of-service P", "class class-default", "police rate 10 mbps burst-size 64 kbytes")
    assert "class class-default" in after(*lines)

    assert after(*lines, "no policy-map type quality-of-service P") == render(clean_config(PORTS))


def test_a_sanitized_configuration_has_no_secret() -> None:
    configurator = typed("username nh secret sha512 $6$salt$hash", "snmp-server community c0mmunity ro")

    text = render(configurator.config, sanitized=True)

    assert "username nh secret sha512 <removed>" in text
    assert "snmp-server community <removed> ro" in text
    assert "hash" not in text
    assert "c0mmunity" not in text


def test_every_rule_names_its_source() -> None:
    assert [rule.syntax for rule in RULES if not rule.source.startswith(("UM: ", "TOI: ", "AVD: "))] == []


AVD_CONFIG = {
    "hostname": "sw1",
    "spanning_tree": {"mode": "rstp"},
    "vlans": [{"id": 10}, {"id": 11}, {"id": 2001, "name": "S-17"}],
    "local_users": [{"name": "nh", "privilege": 15, "role": "network-admin", "sha512_password": "$6$a$b"}],
    "management_api_http": {"enable_http": True, "enable_https": False},
    "ntp": {"servers": [{"name": "192.0.2.1", "preferred": True}]},
    "ethernet_interfaces": [
        {
            "name": "Ethernet1",
            "description": "a subscriber",
            "shutdown": False,
            "l2_mtu": 8000,
            "switchport": {"enabled": True, "mode": "dot1q-tunnel", "access_vlan": 2001},
            "service_policy": {"qos": {"input": "PM-17"}},
            "lldp": {"transmit": False, "receive": False},
            "spanning_tree_bpdufilter": "enabled",
        },
        {
            "name": "Ethernet2",
            "switchport": {
                "enabled": True,
                "mode": "trunk",
                "trunk": {"allowed_vlan": "10-11,2001", "native_vlan": 5},
                "dot1q": {"ethertype": 34984},
                "vlan_translations": {
                    "in_required": True,
                    "direction_both": [
                        {"from": "102", "to": "2001", "dot1q_tunnel": True},
                        {"from": "103", "to": "104"},
                    ],
                    "direction_in": [{"from": "23", "to": "74", "dot1q_tunnel": True}],
                    "direction_out": [{"from": "10", "dot1q_tunnel_to": "all"}],
                },
            },
        },
        {"name": "Ethernet3", "shutdown": True, "switchport": {"enabled": False}, "ip_address": "10.0.0.1/31"},
        {"name": "Ethernet10", "channel_group": {"id": 5, "mode": "active"}, "shape": {"rate": "50000 kbps"}},
    ],
    "port_channel_interfaces": [
        {"name": "Port-Channel5", "switchport": {"enabled": True, "mode": "trunk", "trunk": {"allowed_vlan": "none"}}}
    ],
    "policy_maps": {
        "qos": [
            {
                "name": "PM-17",
                "classes": [
                    {
                        "name": "class-default",
                        "police": {
                            "rate": 100,
                            "rate_unit": "mbps",
                            "rate_burst_size": 125000,
                            "action": {"type": "drop-precedence"},
                            "higher_rate": 200,
                            "higher_rate_unit": "mbps",
                            "higher_rate_burst_size": 250000,
                        },
                    }
                ],
            }
        ]
    },
    "ip_routing": False,
}

# What pyavd spells out and EOS does not print, because it is the default; and a number it writes in decimal.
SPELT_OUT = {"   switchport", "   no shutdown", "   switchport mode access"}


def test_what_arista_generates_is_accepted_and_printed_again_line_for_line() -> None:
    assert not list(validate_structured_config(AVD_CONFIG).validation_result.violations)
    generated = get_device_config(AVD_CONFIG)

    printed = render(parse_config(generated, PORTS)).splitlines()

    expected = generated.replace("ethertype 34984", "ethertype 0x88a8").replace("vlan 10\n!\nvlan 11\n", "vlan 10-11\n")
    ours = [line for line in printed if line not in {"no aaa root", "interface Management1", "!", "end"} | SPELT_OUT]
    assert ours == [line for line in expected.splitlines() if line not in {"!", "end", ""} | SPELT_OUT]


vlan_ids = st.integers(1, 4094)
vlan_lists = st.sets(vlan_ids, min_size=1, max_size=8).map(compress)
port_lines = st.one_of(
    st.builds("switchport access vlan {}".format, vlan_ids),
    st.builds("switchport trunk allowed vlan {}".format, vlan_lists),
    st.builds("switchport trunk allowed vlan {} {}".format, st.sampled_from(["add", "remove", "except"]), vlan_lists),
    st.builds("switchport vlan translation {} dot1q-tunnel {}".format, vlan_ids, vlan_ids),
    st.builds("no switchport vlan translation {}".format, vlan_ids),
    st.builds("description {}".format, st.text("abc XYZ-/.", min_size=1, max_size=20).filter(str.strip)),
    st.sampled_from(
        [
            "shutdown",
            "no shutdown",
            "switchport mode trunk",
            "switchport mode dot1q-tunnel",
            "default switchport mode",
            "no switchport",
            "no description",
            "mtu 9214",
            "no lldp transmit",
            "lldp transmit",
            "speed forced 1000full",
            "spanning-tree bpdufilter enable",
            "no switchport trunk allowed vlan",
            "channel-group 7 mode active",
        ]
    ),
)
commands = st.lists(
    st.one_of(
        st.builds(
            lambda port, lines: [f"interface {port}", *lines],
            st.sampled_from(PORTS[:4]),
            st.lists(port_lines, max_size=4),
        ),
        st.builds(lambda ids, name: [f"vlan {ids}", f"name {name}"], vlan_lists, st.sampled_from(["S-1", "S-2"])),
        st.builds(lambda ids: [f"no vlan {ids}"], vlan_lists),
        st.builds(lambda port: [f"default interface {port}"], st.sampled_from(PORTS[:4])),
        st.builds(
            lambda name: ["policy-map type quality-of-service P", f"class {name}", "set cos 3"], st.sampled_from("AB")
        ),
    ),
    max_size=8,
).map(lambda groups: [line for group in groups for line in group])


@settings(max_examples=60, deadline=None)
@given(commands)
def test_what_is_printed_says_the_same_when_typed_on_a_clean_device(lines: list[str]) -> None:
    text = after(*lines)

    assert render(parse_config(text, PORTS)) == text


@settings(max_examples=40, deadline=None)
@given(commands, st.integers(3000, 3999), st.sampled_from(["Ethernet2", "Ethernet3"]))
def test_a_circuit_put_on_and_taken_off_leaves_the_text_byte_for_byte(lines: list[str], tag: int, trunk: str) -> None:
    configurator = typed(
        *lines,
        f"no vlan {tag}",
        f"interface {trunk}",
        "switchport trunk allowed vlan none",
        "default interface Ethernet1",
    )
    before = render(configurator.config)

    configurator.type_all([f"vlan {tag}", "name S-x", f"interface {trunk}", f"switchport trunk allowed vlan add {tag}"])
    configurator.type_all(["interface Ethernet1", f"switchport access vlan {tag}", "switchport mode dot1q-tunnel"])
    assert render(configurator.config) != before
    configurator.type_all([f"no vlan {tag}", f"interface {trunk}", f"switchport trunk allowed vlan remove {tag}"])
    configurator.type_all(["interface Ethernet1", "no switchport access vlan", "no switchport mode"])

    assert render(configurator.config) == before


@settings(max_examples=60, deadline=None)
@given(st.sets(vlan_ids, min_size=1, max_size=30))
def test_a_list_of_vlans_reads_back_as_what_was_written(ids: set[int]) -> None:
    assert sorted(parse_vlans(compress(ids)) or ()) == sorted(ids)


def test_the_reference_page_is_what_the_tables_say_and_has_every_rule() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "twin-grammar.md").read_text(encoding="utf-8")

    assert page == reference(), "run: python -m automation.twin.reference > docs/reference/twin-grammar.md"
    assert [rule.syntax for rule in RULES if rule.syntax.replace("|", "\\|") not in page] == []
