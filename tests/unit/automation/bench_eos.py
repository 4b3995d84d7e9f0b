"""The bench device of EOS: the simulator's configuration engine, without its command API."""

from automation.dialects.dialect import Statement
from automation.dialects.eos.platform import EOS
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
from automation.twin.config import render
from automation.twin.configure import Configurator, parse_config
from tests.unit.automation.bench import Bench

_SERVICE_PORTS = 4
_TRUNKS = ("Ethernet11", "Ethernet12")
_PORTS = (*(f"Ethernet{number}" for number in range(1, _SERVICE_PORTS + 1)), *_TRUNKS, "Ethernet13", "Management1")
_PEERING_VLAN = 900
_STARTUP = """\
hostname bench
spanning-tree mode none
vlan 900
   name nh-peering-900
vlan 10
   name by-hand
interface Ethernet1
   description Free UNI
   mtu 9000
   shutdown
interface Ethernet2
   shutdown
interface Ethernet11
   description to dx:Ethernet1
   switchport trunk allowed vlan none
   switchport mode trunk
   switchport dot1q ethertype 0x88a8
interface Ethernet12
   switchport trunk allowed vlan 10
   switchport mode trunk
ntp server 192.0.2.1
"""


def apply(running: str, commands: str) -> str:
    """Raises: CommandRefused."""
    configurator = Configurator(parse_config(running, _PORTS), _PORTS)
    configurator.type_all(commands.splitlines())
    return render(configurator.config)


def _circuit(number: int, port: int, variant: int) -> Intent:
    rate = (10, 100, 1000)[variant % 3]
    profile = BandwidthProfile(rate, rate * (variant % 2), rate * 125, rate * 125 * (variant % 2))
    c_vlan = 100 + number if variant % 5 == 4 else None
    uni = UniIntent(f"Ethernet{port + 1}", f"S-{number} UPRN {variant}", profile, c_vlan=c_vlan)
    tagged = (_TRUNKS, _TRUNKS[:1], _TRUNKS[1:])[variant % 3]
    return CircuitIntent("bench", f"S-{number}", 2000 + number, tagged, uni)


def _far_end(number: int, port: int, variant: int) -> Intent:
    """The other UNI of an E-Line: what the subscriber sends tagged, or all of it."""
    profile = BandwidthProfile(100, 0, 125_000, 0)
    uni = UniIntent(f"Ethernet{port + 1}", f"S-{number} far end", profile, c_vlan=(None, 100 + variant)[variant % 2])
    return CircuitIntent("bench", f"S-{number}", 2000 + number, _TRUNKS[: 1 + variant % 2], uni)


def _passing(number: int, port: int, variant: int) -> Intent:
    return CircuitIntent("bench", f"S-{number}", 2000 + number, (_TRUNKS, _TRUNKS[:1])[variant % 2])


def _member(number: int, port: int, variant: int) -> Intent:
    rate, tagged = (1000, 10_000)[variant % 2], variant % 3 == 0
    return ExchangePortIntent(
        "bench",
        f"S-{number}",
        f"Ethernet{port + 1}",
        _PEERING_VLAN,
        f"S-{number} member",
        rate,
        tagged,
        1 + variant % 2,
    )


def without(running: str, gone: Statement) -> str:
    """The text without one line, and what stands below it."""
    lines, above, off = list[str](), list[tuple[int, str]](), (*gone.path, gone.line)
    for line in running.splitlines():
        depth = len(line) - len(line.lstrip())
        above = [*((deep, words) for deep, words in above if deep < depth), (depth, line.strip())]
        if tuple(words for _, words in above)[: len(off)] != off:
            lines.append(line)
    return apply("\n".join((*lines, "")), "")


EOS_BENCH = Bench(
    platform=EOS,
    fresh=apply("", _STARTUP),
    ports=_SERVICE_PORTS,
    apply=apply,
    samples=(
        CircuitIntent(
            "bench",
            "S-1",
            2001,
            ("Ethernet11",),
            UniIntent("Ethernet1", "S-1 UPRN 1", BandwidthProfile(100, 100, 12_500, 12_500)),
        ),
        ExchangePortIntent("bench", "S-2", "Ethernet2", _PEERING_VLAN, "S-2 member", 1000),
        TrunkIntent("bench", "Ethernet13", "to dx:Ethernet9"),
        LagMemberIntent("bench", "Ethernet13", "Port-Channel1", "to dx:Ethernet9"),
        HandoverIntent("bench", "Ethernet13", "handover alder-1"),
        BaselineIntent(
            "bench",
            "dx-quay",
            ("Ethernet3",),
            ("192.0.2.9",),
            ("192.0.2.2",),
            ("192.0.2.0/24",),
            (_PEERING_VLAN,),
        ),
    ),
    makers=(_circuit, _passing, _member, _far_end),
    baseline=(
        BaselineIntent("bench", "bench", (), ("192.0.2.1",), (), (), (_PEERING_VLAN,)),
        TrunkIntent("bench", "Ethernet11", "to dx:Ethernet1"),
    ),
    by_hand=(
        "vlan 66\n   name lab\n",
        "logging host 192.0.2.77\n",
        "interface Ethernet12\n   description lab link\n",
        "interface Ethernet13\n   description lab\n   shutdown\n",
        "interface Ethernet3\n   mtu 1600\n",
        "ntp server 192.0.2.78\n",
    ),
    without=without,
)
