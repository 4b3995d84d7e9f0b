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
from automation.intents import (
    C_TPID,
    BandwidthProfile,
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
    UniIntent,
)

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
    "a UNI of one C-VLAN": [
        CircuitIntent("sw", "S-1", 2001, ("Ethernet3",), UniIntent("Ethernet1", "S-1 home", SINGLE_RATE, c_vlan=101))
    ],
    "a member of the exchange": [ExchangePortIntent("sw", "S-1", "Ethernet7", 900, "S-1 member", 10_000)],
    "a member that tags, with two routers": [
        ExchangePortIntent("sw", "S-1", "Ethernet7", 900, "S-1 member", 1000, tagged=True, mac_addresses=2)
    ],
    "a link": [TrunkIntent("sw", "Ethernet3", "to dx:Ethernet1")],
    "a link to an access point": [TrunkIntent("sw", "Ethernet3", "to ap-1:eth0", C_TPID)],
    "two cables that are one link": [
        TrunkIntent("sw", "Port-Channel7", "to dx:Port-Channel2"),
        *(LagMemberIntent("sw", f"Ethernet{n}", "Port-Channel7", f"to dx:Ethernet{n}") for n in (3, 4)),
        CircuitIntent("sw", "S-1", 2001, ("Port-Channel7",)),
    ],
    "a handover": [HandoverIntent("sw", "Ethernet4", "handover alder-1")],
    "a baseline": [
        BaselineIntent(
            "sw",
            "sw",
            ("Ethernet9",),
            ("192.0.2.1", "ntp.example.net"),
            ("192.0.2.2",),
            ("192.0.2.0/24", "198.51.100.0/24"),
            (900,),
        )
    ],
    "a whole device": [
        BaselineIntent("sw", "sw", ("Ethernet9",), ("192.0.2.1",)),
        TrunkIntent("sw", "Ethernet3", "to dx:Ethernet1"),
        HandoverIntent("sw", "Ethernet4", "handover alder-1"),
        CircuitIntent("sw", "S-1", 2001, ("Ethernet3",), UniIntent("Ethernet1", "one", SINGLE_RATE)),
        CircuitIntent("sw", "S-2", 7, ("Ethernet3", "Ethernet4"), UniIntent("Ethernet2", "two", TWO_RATE)),
    ],
}


@pytest.mark.parametrize("intents", INTENTS.values(), ids=INTENTS.keys())
def test_our_text_is_what_aristas_generator_writes(intents):
    ours = render(intents)

    assert _normalised(ours) == _normalised(get_device_config(_structured(intents)))


def _normalised(text: str) -> dict[str, list[str]]:
    return {header: sorted(set(lines) - _DEFAULTS) for header, lines in RunningConfig(text).blocks.items()}


def _structured(intents: list[Intent]) -> dict[str, Any]:
    """The same intents in the generator's own model."""
    circuits = [one for one in intents if isinstance(one, CircuitIntent)]
    members = [one for one in intents if isinstance(one, ExchangePortIntent)]
    [base] = [one for one in intents if isinstance(one, BaselineIntent)] or [BaselineIntent("sw", "")]
    prepared = [one for one in intents if isinstance(one, TrunkIntent | HandoverIntent)]
    ports = {port for one in circuits for port in one.tagged_ports} - {one.port for one in prepared}
    interfaces = [
        *(_uni(one) for one in circuits if one.uni),
        *(_member(one) for one in members),
        *(_trunk(port, circuits) for port in sorted(ports)),
        *(_outer(one, circuits) for one in prepared),
        *(_lag_member(one) for one in intents if isinstance(one, LagMemberIntent)),
        *({"name": port, "shutdown": True} for port in base.idle_ports),
    ]
    return _baseline(base) | {
        "vlans": [{"id": one.s_vlan, "name": one.label} for one in circuits]
        + [{"id": vlan, "name": f"nh-peering-{vlan}"} for vlan in base.peering_vlans],
        "policy_maps": {
            "qos": [_policer(one.label, one.uni.profile) for one in circuits if one.uni]
            + [_policer(one.label, BandwidthProfile(one.rate_mbps, 0, one.rate_mbps * 125, 0)) for one in members]
        },
        "ethernet_interfaces": [one for one in interfaces if one["name"].startswith("Ethernet")],
        "port_channel_interfaces": [one for one in interfaces if one["name"].startswith("Port-Channel")],
    }


def _baseline(base: BaselineIntent) -> dict[str, Any]:
    """The generator's model of a device without services; a name of none is a device without a baseline."""
    prefixes = enumerate(base.management_from, start=1)
    found: dict[str, Any] = {
        "ntp": {"servers": [{"name": server} for server in base.ntp_servers]},
        "logging": {"vrfs": [{"name": "default", "hosts": [{"name": server} for server in base.syslog_servers]}]},
    }
    if base.name:
        found |= {"hostname": base.name, "spanning_tree": {"mode": "none"}}
    if base.management_from:
        lines = [{"sequence": number * 10, "action": f"permit {prefix}"} for number, prefix in prefixes]
        found["standard_access_lists"] = [{"name": "nh-management", "sequence_numbers": lines}]
        found["management_ssh"] = {"ip_access_group_in": "nh-management"}
    return found


def _outer(intent: TrunkIntent | HandoverIntent, circuits: list[CircuitIntent]) -> dict[str, Any]:
    trunk = _trunk(intent.port, circuits)
    if not isinstance(intent, TrunkIntent) or intent.tpid != C_TPID:
        trunk["switchport"]["dot1q"] = {"ethertype": "0x88a8"}
    return trunk | {"description": intent.description, "shutdown": False}


def _lag_member(intent: LagMemberIntent) -> dict[str, Any]:
    return {
        "name": intent.port,
        "description": intent.description,
        "shutdown": False,
        "channel_group": {"id": int(intent.lag.removeprefix("Port-Channel")), "mode": "active"},
        "lacp_timer": {"mode": "fast"},
    }


def _trunk(port: str, circuits: list[CircuitIntent]) -> dict[str, Any]:
    tags = ",".join(str(tag) for tag in sorted(one.s_vlan for one in circuits if port in one.tagged_ports))
    return {"name": port, "switchport": {"enabled": True, "mode": "trunk", "trunk": {"allowed_vlan": tags or "none"}}}


def _uni(intent: CircuitIntent) -> dict[str, Any]:
    assert intent.uni is not None
    switchport: dict[str, Any] = {"enabled": True, "mode": "dot1q-tunnel", "access_vlan": intent.s_vlan}
    if intent.uni.c_vlan is not None:
        exchange = {"from": str(intent.uni.c_vlan), "to": intent.s_vlan}
        switchport = {
            "enabled": True,
            "mode": "trunk",
            "trunk": {"allowed_vlan": str(intent.s_vlan)},
            "vlan_translations": {"in_required": True, "direction_both": [exchange]},
        }
    return {
        "name": intent.uni.port,
        "description": intent.uni.description,
        "shutdown": False,
        "switchport": switchport,
        "service_policy": {"qos": {"input": f"nh-{intent.label}"}},
    }


def _member(intent: ExchangePortIntent) -> dict[str, Any]:
    mode = {"mode": "trunk", "trunk": {"allowed_vlan": str(intent.vlan)}}
    limited = {"enabled": True, "mac_address_maximum": {"limit": intent.mac_addresses}}
    return {
        "name": intent.port,
        "description": intent.description,
        "shutdown": False,
        "switchport": {
            "enabled": True,
            **(mode if intent.tagged else {"access_vlan": intent.vlan}),
            "port_security": limited,
        },
        "service_policy": {"qos": {"input": f"nh-{intent.label}"}},
    }


def _policer(label: str, profile: BandwidthProfile) -> dict[str, Any]:
    police: dict[str, Any] = {"rate": profile.cir_mbps, "rate_unit": "mbps", "rate_burst_size": profile.cbs_bytes}
    if profile.eir_mbps:
        police |= {
            "action": {"type": "drop-precedence"},
            "higher_rate": profile.cir_mbps + profile.eir_mbps,
            "higher_rate_unit": "mbps",
            "higher_rate_burst_size": profile.cbs_bytes + profile.ebs_bytes,
        }
    return {"name": f"nh-{label}", "classes": [{"name": "class-default", "police": police}]}
