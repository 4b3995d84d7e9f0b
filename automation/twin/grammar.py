"""The configuration commands a simulated device accepts; it refuses every other.

Written from Arista's documentation of the EOS command line, not from our templates. The order of
the rules is the order EOS prints the lines in. Sources:

    UM      EOS User Manual (arista.com/en/um-eos), by chapter
    TOI     EOS Transfer of Information notes (arista.com/en/support/toi), by title
    AVD     the order and spelling in which Arista's own generator, pyavd 6, writes it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from automation.twin.matching import Variant, negated_variants, variants


class Kind(Enum):
    """What accepting a rule does."""

    LINE = "line"  # the line is kept; `no` and `default` take it away
    NEGATIVE = "negative"  # `no ...` is what is kept; the positive form is the default
    BLOCK = "block"  # enters a mode of its own; `no` removes it and all in it
    VLAN_SET = "vlan set"  # keeps a list of VLANs; all of them is the default
    RESET = "reset"  # `default interface`: back to nothing


@dataclass(frozen=True, slots=True)
class Rule:
    """One command. `mode` is where it is accepted, `enters` the mode a block opens.

    `default` is the line EOS does not print because it is the default, or prints all the same where
    `shown`; `{vlan:04}` in it is the VLAN's number. Rules of one `slot` replace each other. Root rules
    of one `section` stand together, without a `!` between them. `negated` is what may follow `no` or
    `default` besides what the syntax itself allows there.
    """

    mode: str
    syntax: str
    source: str
    kind: Kind = Kind.LINE
    enters: str = ""
    default: str = ""
    shown: bool = False
    slot: str = ""
    section: str = ""
    negated: str = ""


_UM_AAA = "UM: User Security, username command"
_UM_CLI = "UM: Managing Switch Configuration Settings"
_UM_LOG = "UM: Monitoring, Event Logging"
_UM_SNMP = "UM: SNMP Commands"
_UM_VLAN = "UM: VLANs, VLAN Configuration Commands"
_UM_PORT = "UM: Ethernet Ports Commands"
_UM_SECURE = "UM: Data Plane Security, switchport port-security; AVD: ethernet_interfaces"
_UM_ACL = "UM: ACLs and Route Maps, ip access-list standard; AVD: standard_access_lists"
_UM_LAG = "UM: Port Channels and LACP Commands"
_UM_STP = "UM: Spanning Tree Protocol Commands"
_UM_LLDP = "UM: LLDP Commands"
_UM_QOS = "UM: Quality of Service, Traffic Management Commands"
_UM_POLICE = "UM: Quality of Service, Policing (police rate)"
_UM_IP = "UM: IPv4 Commands"
_UM_API = "UM: Command-Line Interface Commands, management api http-commands"
_AVD_ETHERNET = "AVD: ethernet_interfaces"
_TOI_TPID = "TOI: Configurable TPID (4.15.2F); UM: VLANs, 802.1ad (only on platforms that have it)"
_TOI_MAP = "UM: VLANs, switchport vlan translation; AVD: ethernet_interfaces"
_RATE = "(bps|kbps|mbps|gbps)"
_BURST = "(bytes|kbytes|mbytes)"
_SPEEDS = (
    "auto|10full|100full|100mfull|1g|10g|25g|40g|50g|100g|200g|400g"
    "|100g-1|100g-2|100g-4|40g-4|400g-4|400g-8|50g-1|50g-2"
)
_FORCED = "100full|100half|10full|1000full|1000half|10000full|25gfull|40gfull|50gfull|100gfull"
_LEVELS = "(emergencies|alerts|critical|errors|warnings|notifications|informational|debugging)"

RULES: tuple[Rule, ...] = (
    Rule(
        "config",
        "aaa root nopassword",
        "UM: User Security, aaa root",
        default="no aaa root",
        shown=True,
        slot="root",
        negated="aaa root",
    ),
    Rule("config", "aaa root secret (sha512|5) <hash:HASH>", "UM: User Security, aaa root", slot="root"),
    Rule(
        "config", "username <*user:NAME> [privilege <level:0..15>] [role <role:NAME>] nopassword", _UM_AAA, slot="user"
    ),
    Rule(
        "config",
        "username <*user:NAME> [privilege <level:0..15>] [role <role:NAME>] secret (sha512|5) <hash:HASH>",
        _UM_AAA,
        slot="user",
    ),
    Rule("config", "transceiver qsfp default-mode 4x10G", "AVD: transceiver_qsfp_default_mode_4x10", slot="qsfp"),
    Rule(
        "config",
        "service routing protocols model (ribd|multi-agent)",
        "AVD: service_routing_protocols_model",
        slot="rpm",
    ),
    Rule("config", "lldp timer <seconds:5..32768>", _UM_LLDP, default="lldp timer 30", section="lldp"),
    Rule("config", "lldp hold-time <seconds:10..65535>", _UM_LLDP, default="lldp hold-time 120", section="lldp"),
    Rule("config", "lldp run", _UM_LLDP, Kind.NEGATIVE, section="lldp"),
    Rule("config", f"logging buffered <size:10..2147483647> [{_LEVELS}]", _UM_LOG, section="logging"),
    Rule("config", f"logging trap {_LEVELS}", _UM_LOG, section="logging"),
    Rule("config", f"logging console {_LEVELS}", _UM_LOG, default="logging console errors", section="logging"),
    Rule("config", "logging host <*host:HOST> [<port:1..65535>] [protocol (tcp|udp)]", _UM_LOG, section="logging"),
    Rule("config", "logging source-interface <interface:INTERFACES>", _UM_LOG, section="logging"),
    Rule("config", "hostname <name:HOSTNAME>", _UM_CLI, default="hostname localhost", section="names"),
    Rule("config", "ip name-server [vrf <vrf:NAME>] <*server:ADDRESS>", _UM_CLI, section="names"),
    Rule("config", "dns domain <domain:HOST>", _UM_CLI, section="names"),
    Rule("config", "snmp-server contact <contact:LINE>", _UM_SNMP, section="snmp"),
    Rule("config", "snmp-server location <location:LINE>", _UM_SNMP, section="snmp"),
    Rule("config", "snmp-server community <*community:HASH> [(ro|rw)]", _UM_SNMP, section="snmp"),
    Rule("config", "snmp-server host <*host:HOST> version 2c <community:HASH>", _UM_SNMP, section="snmp"),
    Rule(
        "config",
        "spanning-tree mode (mstp|rstp|rapid-pvst|none|backup)",
        _UM_STP,
        default="spanning-tree mode mstp",
        shown=True,
        section="spanning-tree",
    ),
    Rule("config", "spanning-tree edge-port bpduguard default", _UM_STP, section="spanning-tree"),
    Rule("config", "spanning-tree edge-port bpdufilter default", _UM_STP, section="spanning-tree"),
    Rule("config", "spanning-tree priority <priority:0..61440>", _UM_STP, section="spanning-tree"),
    Rule(
        "config", "spanning-tree vlan-id <*vlans:VLANS> priority <priority:0..61440>", _UM_STP, section="spanning-tree"
    ),
    Rule(
        "config", "spanning-tree mst <*instance:0..4094> priority <priority:0..61440>", _UM_STP, section="spanning-tree"
    ),
    Rule("config", "clock timezone <zone:WORD>", _UM_CLI, default="clock timezone UTC"),
    Rule("config", "vlan <*vlans:VLANS>", _UM_VLAN, Kind.BLOCK, enters="vlan"),
    Rule("vlan", "name <name:VLANNAME>", _UM_VLAN, default="name VLAN{vlan:04}"),
    Rule("vlan", "state (active|suspend)", _UM_VLAN, default="state active"),
    Rule("vlan", "trunk group <*group:NAME>", _UM_VLAN),
    Rule("config", "vrf instance <*vrf:NAME>", "UM: VRF, vrf instance", Kind.BLOCK, enters="vrf"),
    Rule("vrf", "description <text:LINE>", "UM: VRF, vrf instance"),
    Rule("vrf", "rd <rd:WORD>", "UM: VRF, vrf instance"),
    Rule("config", "management api http-commands", _UM_API, Kind.BLOCK, enters="http-commands"),
    Rule("http-commands", "protocol https", _UM_API, Kind.NEGATIVE),
    Rule("http-commands", "protocol https port <port:1..65535>", _UM_API, default="protocol https port 443"),
    Rule("http-commands", "protocol http", _UM_API, slot="http"),
    Rule("http-commands", "protocol http port <port:1..65535>", _UM_API, slot="http"),
    Rule("http-commands", "protocol unix-socket", _UM_API),
    Rule("http-commands", "shutdown", _UM_API, Kind.NEGATIVE),
    Rule("http-commands", "vrf <*vrf:NAME>", _UM_API, Kind.BLOCK, enters="http-commands-vrf"),
    Rule("http-commands-vrf", "shutdown", _UM_API, Kind.NEGATIVE),
    Rule("config", "interface <*names:INTERFACES>", _UM_PORT, Kind.BLOCK, enters="interface"),
    Rule("config", "default interface <*names:INTERFACES>", f"{_UM_PORT}, default interface", Kind.RESET),
    Rule("interface", "description <text:LINE>", f"{_UM_PORT}, description"),
    Rule("interface", "shutdown", f"{_UM_PORT}, shutdown (Interfaces)"),
    Rule("interface", "load-interval <seconds:0..600>", f"{_UM_PORT}, load-interval", default="load-interval 300"),
    Rule("interface", "mtu <bytes:68..65535>", f"{_UM_PORT}, mtu", default="mtu 1500"),
    Rule("interface", "logging event link-status", _UM_LOG),
    Rule("port", "l2 mtu <bytes:68..65535>", f"{_UM_PORT}, l2 mtu"),
    Rule("ethernet", f"speed ({_SPEEDS})", f"{_UM_PORT}, speed", default="speed auto", slot="speed"),
    Rule("ethernet", f"speed forced ({_FORCED})", f"{_UM_PORT}, speed", slot="speed"),
    Rule("ethernet", f"speed auto ({_FORCED}|1gfull|10gfull|100gfull|1g|10g|25g)", f"{_UM_PORT}, speed", slot="speed"),
    Rule(
        "port",
        "switchport access vlan <vlan:VLAN>",
        f"{_UM_VLAN}, switchport access vlan",
        default="switchport access vlan 1",
    ),
    Rule(
        "port",
        "switchport trunk native vlan <vlan:VLAN>",
        f"{_UM_VLAN}, switchport trunk native vlan",
        default="switchport trunk native vlan 1",
        slot="native",
    ),
    Rule("port", "switchport trunk native vlan tag", f"{_UM_VLAN}, switchport trunk native vlan", slot="native"),
    Rule("port", "switchport vlan translation in required", _TOI_MAP),
    Rule("port", "switchport vlan translation out required", _TOI_MAP),
    Rule("port", "switchport dot1q vlan tag (required|disallowed|optional)", _AVD_ETHERNET),
    Rule(
        "port",
        "switchport trunk allowed vlan <vlans:VLANS>",
        f"{_UM_VLAN}, switchport trunk allowed vlan",
        Kind.VLAN_SET,
    ),
    Rule(
        "port", "switchport trunk allowed vlan (all|none)", f"{_UM_VLAN}, switchport trunk allowed vlan", Kind.VLAN_SET
    ),
    Rule(
        "port",
        "switchport trunk allowed vlan (add|remove|except) <vlans:VLANS>",
        f"{_UM_VLAN}, switchport trunk allowed vlan",
        Kind.VLAN_SET,
    ),
    Rule(
        "port",
        "switchport mode (access|trunk|dot1q-tunnel)",
        f"{_UM_VLAN}, switchport mode",
        default="switchport mode access",
    ),
    Rule("port", "switchport dot1q ethertype <tpid:TPID>", _TOI_TPID, default="switchport dot1q ethertype 0x8100"),
    Rule("port", "switchport vlan forwarding accept all", _AVD_ETHERNET),
    Rule("port", "switchport trunk group <*group:NAME>", f"{_UM_VLAN}, switchport trunk group"),
    Rule("port", "switchport", f"{_UM_VLAN}, switchport", Kind.NEGATIVE),
    Rule("port", "switchport vlan translation <*from:VLAN> [dot1q-tunnel] <to:VLAN>", _TOI_MAP, slot="map"),
    Rule(
        "port",
        "switchport vlan translation <*outer:VLAN> inner <*inner:VLAN> [network] <to:VLAN>",
        "TOI: Dual Tag VLAN mapping; AVD: ethernet_interfaces",
        slot="map-double",
    ),
    Rule("port", "switchport vlan translation in <*from:VLAN> [dot1q-tunnel] <to:VLAN>", _TOI_MAP, slot="map-in"),
    Rule("port", "switchport vlan translation out <*from:VLAN> <to:VLAN>", _TOI_MAP, slot="map-out"),
    Rule("port", "switchport vlan translation out <*from:VLAN> dot1q-tunnel (all)", _TOI_MAP, slot="map-out"),
    Rule("port", "switchport vlan translation out <*from:VLAN> dot1q-tunnel <to:VLAN>", _TOI_MAP, slot="map-out"),
    Rule("port", "l2-protocol encapsulation dot1q vlan <vlan:VLAN>", _AVD_ETHERNET),
    Rule("port", "switchport port-security", _UM_SECURE),
    Rule("port", "switchport port-security mac-address maximum <most:1..1000>", _UM_SECURE),
    Rule("interface", "snmp trap link-change", f"{_UM_SNMP}, snmp trap link-change", Kind.NEGATIVE),
    Rule("interface", "vrf <vrf:NAME>", "UM: VRF, vrf (Interface mode)"),
    Rule("interface", "ip address <address:IFADDRESS>", f"{_UM_IP}, ip address", slot="ip"),
    Rule("interface", "ip address <*address:IFADDRESS> secondary", f"{_UM_IP}, ip address", slot="ip2"),
    Rule("ethernet", "channel-group <group:1..2000> mode (on|active|passive)", f"{_UM_LAG}, channel-group", slot="lag"),
    Rule("ethernet", "lacp timer (fast|normal)", f"{_UM_LAG}, lacp timer", default="lacp timer normal"),
    Rule("ethernet", "lacp port-priority <priority:0..65535>", _UM_LAG, default="lacp port-priority 32768"),
    Rule("port-channel", "port-channel lacp fallback (static|individual)", f"{_UM_LAG}, port-channel lacp fallback"),
    Rule("port-channel", "port-channel min-links <links:0..64>", f"{_UM_LAG}, port-channel min-links"),
    Rule("ethernet", "lldp transmit", f"{_UM_LLDP}, lldp transmit", Kind.NEGATIVE),
    Rule("ethernet", "lldp receive", f"{_UM_LLDP}, lldp receive", Kind.NEGATIVE),
    Rule("port", "service-policy type qos input <policy:NAME>", f"{_UM_QOS}, service-policy type qos (Interface mode)"),
    Rule("port", "qos cos <cos:0..7>", f"{_UM_QOS}, qos cos"),
    Rule("port", "qos dscp <dscp:0..63>", f"{_UM_QOS}, qos dscp"),
    Rule("port", "shape rate <rate:1..400000000> [(kbps|percent|pps)]", f"{_UM_QOS}, shape rate (Interface)"),
    Rule(
        "port",
        "storm-control <*kind:TRAFFIC> level <percent:0..100>",
        f"{_UM_PORT}, storm-control",
    ),
    Rule("port", "spanning-tree portfast [(edge|network)]", f"{_UM_STP}, spanning-tree portfast", slot="portfast"),
    Rule("port", "spanning-tree link-type (point-to-point|shared)", f"{_UM_STP}, spanning-tree link-type"),
    Rule("port", "spanning-tree bpduguard (enable|disable)", f"{_UM_STP}, spanning-tree bpduguard"),
    Rule("port", "spanning-tree bpdufilter (enable|disable)", f"{_UM_STP}, spanning-tree bpdufilter"),
    Rule("port", "spanning-tree guard (loop|none|root)", f"{_UM_STP}, spanning-tree guard"),
    Rule("port", "spanning-tree cost <cost:1..200000000>", f"{_UM_STP}, spanning-tree cost"),
    Rule("config", "ip access-list standard <*acl:NAME>", _UM_ACL, Kind.BLOCK, enters="acl"),
    Rule("acl", "<*sequence:1..4294967295> (permit|deny) <network:NETWORK>", _UM_ACL),
    Rule("config", "ip routing", f"{_UM_IP}, ip routing", default="no ip routing", shown=True),
    Rule(
        "config",
        "ip route <*network:NETWORK> (Null0)",
        f"{_UM_IP}, ip route",
        section="routes",
        slot="route",
    ),
    Rule(
        "config",
        "ip route <*network:NETWORK> <gateway:ADDRESS> [<distance:1..255>]",
        _UM_IP,
        section="routes",
        slot="route",
    ),
    Rule(
        "config",
        "ntp server [vrf <vrf:NAME>] <*server:HOST> [prefer] [iburst]",
        "UM: Timekeeping, ntp server",
        section="ntp",
    ),
    Rule("config", "policy-map type quality-of-service <*policy:NAME>", _UM_QOS, Kind.BLOCK, enters="policy-map"),
    Rule("policy-map", "class <*class:NAME>", f"{_UM_QOS}, class (policy-map)", Kind.BLOCK, enters="class"),
    Rule("class", "set cos <cos:0..7>", f"{_UM_QOS}, set (policy-map-class)"),
    Rule("class", "set dscp <dscp:0..63>", f"{_UM_QOS}, set (policy-map-class)"),
    Rule("class", "set traffic-class <class:0..7>", f"{_UM_QOS}, set (policy-map-class)"),
    Rule("class", "set drop-precedence <precedence:1..2>", f"{_UM_QOS}, set (policy-map-class)"),
    Rule(
        "class",
        f"police rate <cir:1..400000000000> {_RATE} burst-size <cbs:1..4294967295> {_BURST}"
        f" [action set drop-precedence rate <eir:1..400000000000> {_RATE} burst-size <ebs:1..4294967295> {_BURST}]",
        f"{_UM_POLICE}; AVD: policy_maps.qos",
        slot="police",
        negated="police",
    ),
    Rule("config", "management ssh", "UM: Connection Management, management ssh", Kind.BLOCK, enters="ssh"),
    Rule("ssh", "ip access-group <acl:NAME> in", "UM: Connection Management; AVD: management_ssh"),
    Rule("ssh", "idle-timeout <minutes:0..86400>", "UM: Connection Management, idle-timeout (SSH)"),
    Rule("ssh", "shutdown", "UM: Connection Management, shutdown (SSH)"),
)

INTERFACE_MODES: Mapping[str, tuple[str, ...]] = {
    "Ethernet": ("interface", "port", "ethernet"),
    "Port-Channel": ("interface", "port", "port-channel"),
    "Management": ("interface", "ethernet"),
    "Loopback": ("interface",),
    "Vlan": ("interface",),
}


def _slots() -> dict[int, int]:
    """Return for every rule the number of the slot its line is kept in: the first rule's of that slot."""
    first: dict[tuple[str, object], int] = {}
    found: dict[int, int] = {}
    for order, rule in enumerate(RULES):
        name: object = rule.slot or ("set" if rule.kind is Kind.VLAN_SET else order)
        found[order] = first.setdefault((rule.mode, name), order)
    return found


SLOTS = _slots()


@cache
def _every_syntax(mode: str) -> tuple[tuple[int, Variant], ...]:
    groups = INTERFACE_MODES.get(mode, (mode,))
    return tuple(
        (order, one) for order, rule in enumerate(RULES) if rule.mode in groups for one in variants(rule.syntax)
    )


@cache
def _every_negated_syntax(mode: str) -> tuple[tuple[int, Variant], ...]:
    groups = INTERFACE_MODES.get(mode, (mode,))
    return tuple(
        (order, one)
        for order, rule in enumerate(RULES)
        if rule.mode in groups and rule.kind is not Kind.RESET
        for one in (*negated_variants(rule.syntax), *(variants(rule.negated) if rule.negated else ()))
    )


def _beginning(found: tuple[tuple[int, Variant], ...], first: str) -> tuple[tuple[int, Variant], ...]:
    """Those whose first word is this one; all of them where none is, for the refusal or the completion."""
    return tuple(pair for pair in found if pair[1][0].words == (first,)) or found


@lru_cache(maxsize=1024)
def syntaxes(mode: str, first: str) -> tuple[tuple[int, Variant], ...]:
    """What may be typed in a mode with this first word: every way to write each rule, with the rule's number."""
    return _beginning(_every_syntax(mode), first)


@lru_cache(maxsize=1024)
def negated_syntaxes(mode: str, first: str) -> tuple[tuple[int, Variant], ...]:
    """What may be typed in a mode behind `no` or `default`, with this first word there."""
    return _beginning(_every_negated_syntax(mode), first)


@cache
def shown_defaults(mode: str) -> tuple[tuple[int, str], ...]:
    """The slots of a mode that EOS prints even where nobody set them, with what it prints."""
    return tuple((SLOTS[order], rule.default) for order, rule in enumerate(RULES) if rule.mode == mode and rule.shown)
