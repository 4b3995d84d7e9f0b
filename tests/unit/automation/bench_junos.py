"""The bench device of Junos: the simulator's configuration database, without NETCONF."""

from collections.abc import Callable

from automation.dialects.dialect import Statement
from automation.dialects.junos.platform import JUNOS
from automation.intents import (
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
from automation.twin.junos.database import Database, User, text_of
from automation.twin.sessions import Timer
from tests.unit.automation.bench import Bench

_SERVICE_PORTS = 5
_TRUNKS = ("xe-0/1/0", "xe-0/1/1")
_PEERING_VLAN = 900
_USER = User("bench", 1, 0.0)
_TRUNK = """
        flexible-vlan-tagging;
        encapsulation flexible-ethernet-services;
        gigether-options {
            ethernet-switch-profile {
                tag-protocol-id 0x88a8;
            }
        }
"""
# Free ports of every kind: described and shut, with an MTU, not named at all (ge-0/0/2), named and nothing said.
_STARTUP = f"""
version 22.4R3.25;
system {{
    host-name bench;
    root-authentication {{
        encrypted-password "$6$saltsalt$hash"; ## SECRET-DATA
    }}
    ntp {{
        server 192.0.2.1;
    }}
}}
interfaces {{
    ge-0/0/0 {{
        description "Free UNI";
        disable;
        mtu 9000;
    }}
    ge-0/0/1 {{
        disable;
    }}
    ge-0/0/3;
    ge-0/0/4 {{
        mtu 9000;
    }}
    xe-0/1/0 {{
        description "to dx:xe-0/0/0";{_TRUNK}
    }}
    xe-0/1/1 {{{_TRUNK}
        unit 10 {{
            encapsulation vlan-bridge;
            vlan-tags outer 0x88a8.10;
        }}
    }}
}}
bridge-domains {{
    by-hand {{
        vlan-id 10;
        interface xe-0/1/1.10;
    }}
    nh-peering-{_PEERING_VLAN} {{
        domain-type bridge;
        vlan-id {_PEERING_VLAN};
    }}
}}
"""


class _Never:
    def cancel(self) -> None:
        """No timer of the bench ever rings."""


def _never(_seconds: float, _then: Callable[[], None]) -> Timer:
    return _Never()


def database(running: str) -> Database:
    found = Database(epoch=lambda: 0.0, call_later=_never, changed=lambda: None)
    lost = found.boot(running)
    assert not lost, lost
    return found


def apply(running: str, commands: str) -> str:
    """Raises: Refused."""
    device = database(running)
    device.load_set(_USER, commands)
    device.commit(_USER, "netconf")
    return text_of(device.committed)


def _port(index: int) -> str:
    return f"ge-0/0/{index}"


def _circuit(number: int, port: int, variant: int) -> Intent:
    rate = (10, 100, 1000)[variant % 3]
    profile = BandwidthProfile(rate, rate * (variant % 2), rate * 1250, rate * 125 * (variant % 2))
    c_vlan = 100 + number if variant % 5 == 4 else None
    uni = UniIntent(_port(port), f"S-{number} UPRN {variant}", profile, c_vlan=c_vlan)
    tagged = (_TRUNKS, _TRUNKS[:1], _TRUNKS[1:])[variant % 3]
    return CircuitIntent("bench", f"S-{number}", 2000 + number, tagged, uni)


def _far_end(number: int, port: int, variant: int) -> Intent:
    """The other UNI of an E-Line: what the subscriber sends tagged, or all of it."""
    profile = BandwidthProfile(100, 0, 125_000, 0)
    uni = UniIntent(_port(port), f"S-{number} far end", profile, c_vlan=(None, 100 + variant)[variant % 2])
    return CircuitIntent("bench", f"S-{number}", 2000 + number, _TRUNKS[: 1 + variant % 2], uni)


def _moved(number: int, port: int, variant: int) -> Intent:
    """On another S-VLAN than an order of this number first has."""
    return CircuitIntent("bench", f"S-{number}", 3000 + number, (_TRUNKS, _TRUNKS[:1])[variant % 2])


def _member(number: int, port: int, variant: int) -> Intent:
    rate, tagged = (1000, 10_000)[variant % 2], variant % 3 == 0
    description, label = f"S-{number} member", f"S-{number}"
    return ExchangePortIntent(
        "bench", label, _port(port), _PEERING_VLAN, description, rate, tagged, mac_addresses=1 + variant % 2
    )


def without(running: str, gone: Statement) -> str:
    return apply(running, f"delete {' '.join((*gone.path, gone.line))}")


JUNOS_BENCH = Bench(
    platform=JUNOS,
    fresh=text_of(database(_STARTUP).committed),
    ports=_SERVICE_PORTS,
    apply=apply,
    samples=(
        CircuitIntent(
            "bench",
            "S-1",
            2001,
            ("xe-0/1/0",),
            UniIntent("ge-0/0/0", "S-1 UPRN 1", BandwidthProfile(100, 100, 12_500, 12_500)),
        ),
        ExchangePortIntent("bench", "S-2", "ge-0/0/1", _PEERING_VLAN, "S-2 member", 1000),
        TrunkIntent("bench", "xe-0/1/2", "to dx:xe-0/0/9"),
        LagMemberIntent("bench", "xe-0/1/2", "ae0", "to dx:xe-0/0/9"),
        HandoverIntent("bench", "xe-0/1/2", "handover alder-1"),
        BaselineIntent(
            "bench",
            "bench-1",
            ("ge-0/0/2",),
            ("192.0.2.3",),
            ("192.0.2.2",),
            ("192.0.2.0/24",),
            (_PEERING_VLAN,),
        ),
    ),
    makers=(_circuit, _moved, _member, _far_end),
    baseline=(
        BaselineIntent("bench", "bench", (), ("192.0.2.1",), (), (), (_PEERING_VLAN,)),
        TrunkIntent("bench", "xe-0/1/0", "to dx:xe-0/0/0"),
    ),
    by_hand=(
        "set bridge-domains lab vlan-id 66",
        "set snmp location lab",
        "set interfaces xe-0/1/1 description lab",
        "set interfaces ge-0/0/9 description lab\nset interfaces ge-0/0/9 disable",
        "set interfaces ge-0/0/2 mtu 1600",
        "set system ntp server 192.0.2.78",
    ),
    without=without,
)
