"""The commands between two whole texts, held to the text they lead to; and what a service left behind, taken off."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.change_plan import ChangeAction
from automation.dialects.eos.leftovers import without_leftovers
from automation.dialects.eos.planning import plan_device
from automation.dialects.eos.statements import same
from automation.errors import PlatformCannot
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.remediation import remediate, with_its_secrets
from tests.unit.automation.eos import BASE, merge

PROFILE = BandwidthProfile(100, 0, 12_500, 0)


def circuit(number: int, uni: str = "") -> CircuitIntent:
    intent = UniIntent(uni, f"S-{number} UPRN 1", PROFILE) if uni else None
    return CircuitIntent("sw-quay", f"S-{number}", 2000 + number, ("Ethernet3",), intent)


ONE, TWO = circuit(1, "Ethernet1"), circuit(2, "Ethernet2")


def with_circuits(*intents: CircuitIntent) -> str:
    return merge(BASE, plan_device(BASE, intents, ChangeAction.ADD).commands)


def commands(running: str, target: str) -> str:
    return remediate("sw-quay", "eos", running, target)


sets = st.sets(st.integers(1, 6), max_size=4)


@settings(max_examples=30, deadline=None)
@given(before=sets, after=sets)
def test_the_commands_lead_from_any_text_to_any_other(before: set[int], after: set[int]) -> None:
    running, target = (with_circuits(*map(circuit, sorted(chosen))) for chosen in (before, after))
    assert same(merge(running, commands(running, target)), target)
    assert bool(commands(running, target)) is (before != after)


def test_a_list_of_tags_is_never_set() -> None:
    said = commands(with_circuits(ONE), with_circuits(TWO)).splitlines()
    assert [line.strip() for line in said if "allowed vlan" in line] == [
        "switchport trunk allowed vlan remove 2001",
        "switchport trunk allowed vlan add 2002",
    ]


def test_a_port_goes_dark_first_and_what_it_used_goes_last() -> None:
    said = commands(with_circuits(ONE), BASE).splitlines()
    port = said.index("interface Ethernet1")
    assert said[port + 1] == "   shutdown"
    assert said.index("no policy-map type quality-of-service nh-S-1") > said.index(
        "   no service-policy type qos input nh-S-1"
    )
    back = commands(BASE, with_circuits(ONE)).splitlines()
    assert back.index("   no shutdown") > back.index("   service-policy type qos input nh-S-1")


def test_what_a_service_left_behind_goes_and_nothing_else() -> None:
    running = with_circuits(ONE, TWO)
    target = without_leftovers(running, {"S-1"})
    after = merge(running, commands(running, target))

    assert "S-1" not in after
    assert "2001" not in after
    assert after.replace("   description Free UNI\n", "") == with_circuits(TWO).replace("   description Free UNI\n", "")


def test_a_masked_line_takes_its_secret_from_the_device_or_is_named_as_lost() -> None:
    backup = "enable secret sha512 <removed>\nusername eve secret sha512 <removed>\nhostname a\n"
    device = "hostname b\nenable secret sha512 $6$S3cret\n"
    text, lost = with_its_secrets(device, backup, "eos")
    assert text.splitlines()[0] == "enable secret sha512 $6$S3cret"
    assert lost == ("username eve secret sha512 <removed>",)


def test_a_platform_whose_texts_are_not_compared_here_is_refused() -> None:
    with pytest.raises(PlatformCannot, match="iosxr"):
        remediate("r1", "iosxr", "hostname a", "hostname b")
