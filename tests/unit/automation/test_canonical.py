"""Texts that differ only in order that does not matter and in white space have one canonical form."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.canonical import canonical
from tests.unit.automation.variants import PLATFORM_TEXTS, variant_of

CHANGES = {
    "eos": [
        ("description a", "description b"),
        ("10 permit", "10 deny"),
        ("   no shutdown\n", ""),
        ("Welcome", "Hello"),
    ],
    "ios": [("access-list 10 permit", "access-list 10 deny"), ("ip address", "ip unnumbered"), ("^CHi", "^CHo")],
    "junos": [("vlan-id 2001", "vlan-id 2002"), ("term a", "term c"), ("disable;", "")],
    "openwrt": [("'Town'", "'City'"), ("list ports 'lan1'", "list ports 'lan2'"), ("option disabled '1'", "")],
}


@pytest.mark.parametrize("platform", PLATFORM_TEXTS)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_differs_only_in_order_that_does_not_matter_and_white_space_is_the_same(platform: str, seed: int) -> None:
    text = PLATFORM_TEXTS[platform]
    assert (
        canonical(variant_of(text, platform, random.Random(seed)), platform).digest == canonical(text, platform).digest
    )


@pytest.mark.parametrize(
    ("platform", "was", "now"), [(name, *pair) for name, pairs in CHANGES.items() for pair in pairs]
)
def test_what_configures_otherwise_is_another(platform: str, was: str, now: str) -> None:
    text = PLATFORM_TEXTS[platform]
    assert was in text
    before, after = canonical(text, platform), canonical(text.replace(was, now, 1), platform)
    assert before.digest != after.digest
    assert len(after.changed_since(before)) in {1, 2}  # a block that changed, or one that went and one that came


def test_the_order_of_what_is_read_from_the_top_down_matters() -> None:
    text = "ip access-list A\n   permit ip host 1.1.1.1 any\n   deny ip any any\n"
    turned = "ip access-list A\n   deny ip any any\n   permit ip host 1.1.1.1 any\n"
    assert canonical(text, "eos").digest != canonical(turned, "eos").digest


def test_what_a_device_says_of_its_answer_is_no_part_of_it() -> None:
    text = "hostname r1\ninterface Gi0/1\n ip address 192.0.2.1 255.255.255.0\n"
    header = "Building configuration...\n\nCurrent configuration : 99 bytes\n!\n! Last change at 1\nversion 15\n"
    again = header.replace("99", "107").replace("at 1", "at 2")
    assert canonical(header + text, "ios").digest == canonical(again + text + "end\n", "ios").digest


def test_junos_as_set_lines_may_stand_in_any_order() -> None:
    lines = ["set system host-name r1", "set protocols lldp interface all", "set vlans S-1 vlan-id 2001"]
    turned = canonical("\n".join(reversed(lines)), "junos")
    assert turned.digest == canonical("\n".join(lines), "junos").digest
    assert canonical("\n".join(lines[1:]), "junos").changed_since(turned) == {"system\x1fhost-name"}


@pytest.mark.parametrize("ssid", ["'Joe'\\''s'", "'back\\'", "'two\nlines'", '"don\'t"', "'say \"hi'", "'#1'"])
def test_no_value_of_uci_hides_what_stands_behind_it(ssid):
    text = f"""
# it's a comment
package wireless

config wifi-iface 'one'
\toption ssid {ssid}
\toption mode 'ap'

config wifi-iface 'two'
\toption ssid 'other'
\toption disabled '0'
"""
    other = text.replace("disabled '0'", "disabled '1'")
    assert canonical(text, "openwrt").digest != canonical(other, "openwrt").digest
    assert canonical(text, "openwrt").blocks["wireless.two=wifi-iface"] == ("option disabled 0", "option ssid other")
    changed = text.replace("'ap'", "'sta'")
    assert canonical(text, "openwrt").changed_since(canonical(changed, "openwrt")) == {"wireless.one=wifi-iface"}


@pytest.mark.parametrize("words", ["north /* old", "see ## 7", r"say \"/*\" there"])
def test_no_words_in_quotes_on_junos_hide_what_stands_behind_them(words):
    text = f"""
interfaces {{
    ge-0/0/1 {{ /* by hand */
        description "{words}"; ## SECRET-DATA
        mtu 9000;
    }}
    ge-0/0/2 {{
        description "done */ here";
    }}
}}
"""
    read = canonical(text, "junos")
    assert read.blocks == canonical(text.replace("/* by hand */", ""), "junos").blocks
    for was, now in (("mtu 9000", "mtu 1500"), ("done", "gone"), (words[-3:] + '"', 'x"')):
        assert read.digest != canonical(text.replace(was, now), "junos").digest
