"""Our EOS text against Arista's own generator: `pyavd`, from an equivalent structured configuration.

Normalised: the order of blocks and of lines within an interface is the generator's own, and it
writes two defaults that running-config does not show (`switchport`, and `no shutdown`, which we
send but never see).
"""

from typing import Any

import pytest
from pyavd import get_device_config

from automation.dialects.eos.ownership import RunningConfig
from automation.dialects.eos.render import render
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent

SINGLE_RATE = BandwidthProfile(cir_mbps=1000, eir_mbps=0, cbs_bytes=125_000, ebs_bytes=0)
TWO_RATE = BandwidthProfile(cir_mbps=100, eir_mbps=200, cbs_bytes=12_500, ebs_bytes=25_000)
_DEFAULTS = {"switchport", "no shutdown"}

INTENTS = {
    "a circuit passing through": [CircuitIntent("sw", "S-1", 2001, ("Ethernet3", "Ethernet4"))],
    "a UNI of one rate": [
        CircuitIntent("sw", "S-1", 2001, ("Ethernet3",), UniIntent("Ethernet1", "S-1 home", SINGLE_RATE))
    ],
    "a UNI of two rates": [
        CircuitIntent("sw", "S-1", 2001, ("Ethernet3",), UniIntent("Ethernet1", "S-1 home", TWO_RATE))
    ],
    "a UNI and handover on one device": [
        CircuitIntent("sw", "S-9", 4094, ("Port-Channel7",), UniIntent("Ethernet1/2", "it's (a) test", SINGLE_RATE))
    ],
    "many circuits on one device": [
        CircuitIntent("sw", "S-1", 2001, ("Ethernet3",), UniIntent("Ethernet1", "one", SINGLE_RATE)),
        CircuitIntent("sw", "S-2", 7, ("Ethernet3", "Ethernet4"), UniIntent("Ethernet2", "two", TWO_RATE)),
        CircuitIntent("sw", "S-3", 3000, ("Ethernet4", "Ethernet3")),
    ],
}


@pytest.mark.parametrize("intents", INTENTS.values(), ids=INTENTS.keys())
def test_our_text_is_what_aristas_generator_writes(intents):
    ours = render(intents)

    assert _normalised(ours) == _normalised(get_device_config(_structured(intents)))


def _normalised(text: str) -> dict[str, list[str]]:
    return {
        header: sorted(set(lines) - _DEFAULTS)
        for header, lines in RunningConfig(text).blocks.items()
        if not header.startswith("hostname ")
    }


def _structured(intents: list[CircuitIntent]) -> dict[str, Any]:
    """The same circuits in the generator's own model."""
    ports = {port for intent in intents for port in intent.tagged_ports}
    trunks = [_trunk(port, intents) for port in sorted(ports)]
    unis = [_uni(intent) for intent in intents if intent.uni]
    return {
        "hostname": "sw",
        "vlans": [{"id": intent.s_vlan, "name": intent.label} for intent in intents],
        "policy_maps": {"qos": [_policer(intent) for intent in intents if intent.uni]},
        "ethernet_interfaces": unis + [trunk for trunk in trunks if trunk["name"].startswith("Ethernet")],
        "port_channel_interfaces": [trunk for trunk in trunks if trunk["name"].startswith("Port-Channel")],
    }


def _trunk(port: str, intents: list[CircuitIntent]) -> dict[str, Any]:
    tags = ",".join(str(tag) for tag in sorted(intent.s_vlan for intent in intents if port in intent.tagged_ports))
    return {"name": port, "switchport": {"enabled": True, "mode": "trunk", "trunk": {"allowed_vlan": tags}}}


def _uni(intent: CircuitIntent) -> dict[str, Any]:
    assert intent.uni is not None
    return {
        "name": intent.uni.port,
        "description": intent.uni.description,
        "shutdown": False,
        "switchport": {"enabled": True, "mode": "dot1q-tunnel", "access_vlan": intent.s_vlan},
        "service_policy": {"qos": {"input": f"nh-{intent.label}"}},
    }


def _policer(intent: CircuitIntent) -> dict[str, Any]:
    assert intent.uni is not None
    profile = intent.uni.profile
    police: dict[str, Any] = {"rate": profile.cir_mbps, "rate_unit": "mbps", "rate_burst_size": profile.cbs_bytes}
    if profile.eir_mbps:
        police |= {
            "action": {"type": "drop-precedence"},
            "higher_rate": profile.cir_mbps + profile.eir_mbps,
            "higher_rate_unit": "mbps",
            "higher_rate_burst_size": profile.cbs_bytes + profile.ebs_bytes,
        }
    return {"name": f"nh-{intent.label}", "classes": [{"name": "class-default", "police": police}]}
