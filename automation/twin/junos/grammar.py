"""The configuration statements a simulated Junos device accepts; it refuses every other.

Written from Juniper's documentation (juniper.net/documentation), not from our templates. The order of the rows
is the order in which they are printed. Each names its source by title: CLI is "Junos CLI Reference" with the
statement's page, L2 the "Ethernet Switching User Guide" and "Layer 2 Bridging" topics of MX Series, NETCONF the
"NETCONF XML Management Protocol Developer Guide".

` > ` stands between levels of the hierarchy, ` - ` between parts that Junos prints on one line. `<tag:KIND>` is a
value, `<*tag:KIND>` the key of a list; `tag` is its element in XML.
"""

from dataclasses import dataclass, field
from enum import Enum
from functools import cache


class Kind(Enum):
    """What accepting a statement does."""

    LEAF = "one value"  # a new value takes the place of the old one
    MANY = "any number of values"
    FLAG = "there or not"
    LIST = "list"  # entries by key; an entry stays when all in it is gone
    BLOCK = "stays when empty"  # as `family inet;` does
    LEVEL = "level"  # a level of the hierarchy; gone when all in it is gone


@dataclass(frozen=True, slots=True)
class Row:
    """One statement: where it stands, and which document says so."""

    path: str
    source: str
    kind: Kind | None = None  # where the path alone does not tell
    secret: bool = False  # printed with `## SECRET-DATA`
    by_user: bool = False  # entries stand as they were said, and are read from the top down


_SYSTEM = "CLI: system"
_LOGIN = "CLI: user (Access), class (Assigning a Class to an Individual User)"
_SERVICES = "NETCONF: Establish an SSH Connection for a NETCONF Session"
_RFC = "NETCONF: Configure RFC-Compliant NETCONF Sessions"
_SYSLOG = "CLI: syslog (System)"
_NTP = "CLI: ntp"
_IFD = "CLI: interfaces (physical interface properties)"
_ENCAPS = "CLI: encapsulation (Physical Interface)"
_TAGGING = "CLI: flexible-vlan-tagging"
_PROFILE = "CLI: ethernet-switch-profile, tag-protocol-id (TPIDs Expected to Be Sent or Received)"
_UNIT = "CLI: unit (Interfaces)"
_UNIT_ENCAPS = "CLI: encapsulation (Logical Interface)"
_VLAN_ID = "CLI: vlan-id (Logical Port)"
_VLAN_TAGS = "CLI: vlan-tags (Stacked VLAN Tags): outer <tpid.>vlan-id"
_L2_POLICER = "CLI: layer2-policer; Two-Color and Three-Color Policers at Layer 2"
_FAMILY = "CLI: family (Interfaces), address (Interfaces)"
_POLICER = "CLI: policer (Configuring), logical-interface-policer"
_THREE = "CLI: three-color-policer (Configuring), two-rate"
_FILTER = "CLI: filter (Configuring), Guidelines for Configuring Firewall Filters"
_BRIDGE = "L2: Configuring a Bridge Domain"
_NORMAL = "L2: Configuring VLAN Identifiers for Bridge Domains and VPLS Routing Instances"
_MAC_LIMIT = "CLI: interface-mac-limit, packet-action (MAC Address Limit for Bridge Domains)"
_LLDP = "CLI: lldp"
_RSTP = "CLI: rstp"
_SNMP = "CLI: snmp"
_ROUTES = "CLI: static (Routing Options)"
_INTERFACES = "interfaces > <*interface:IFD>"
_LOGICAL = f"{_INTERFACES} > unit <*name:0..1073741823>"
_TWO = "firewall > policer <*name:NAME>"
_COLORS = "firewall > three-color-policer <*name:NAME>"
_TERM = "firewall > family > inet > filter <*name:NAME> > term <*name:NAME>"
_DOMAIN = "bridge-domains > <*domain:NAME>"
_LIMIT = f"{_DOMAIN} > bridge-options > interface <*name:IFL> > interface-mac-limit"

ROWS: tuple[Row, ...] = (
    Row("version <version:WORD>", "CLI: version (printed by the device)"),
    Row("system > host-name <name:HOSTNAME>", f"{_SYSTEM}, host-name"),
    Row("system > domain-name <name:HOSTNAME>", f"{_SYSTEM}, domain-name"),
    Row("system > time-zone <zone:WORD>", f"{_SYSTEM}, time-zone"),
    Row("system > name-server > <*name:ADDRESS>", f"{_SYSTEM}, name-server", by_user=True),
    Row(
        "system > root-authentication > encrypted-password <hash:SECRET>",
        f"{_SYSTEM}, root-authentication",
        secret=True,
    ),
    Row("system > login > message <text:TEXT>", "CLI: message (System Login)"),
    Row("system > login > user <*name:NAME> > full-name <text:TEXT>", _LOGIN),
    Row("system > login > user <*name:NAME> > uid <uid:100..64000>", _LOGIN),
    Row("system > login > user <*name:NAME> > class <class:NAME>", _LOGIN),
    Row(
        "system > login > user <*name:NAME> > authentication > encrypted-password <hash:SECRET>",
        _LOGIN,
        secret=True,
    ),
    Row("system > services > ssh", "CLI: ssh (System Services)", Kind.BLOCK),
    Row("system > services > ssh > root-login <how:(allow|deny|deny-password)>", "CLI: root-login"),
    Row("system > services > netconf > ssh", _SERVICES, Kind.BLOCK),
    Row("system > services > netconf > rfc-compliant", _RFC),
    Row("system > syslog > host <*name:HOST> > any <level:(any|notice|warning|error|critical|info)>", _SYSLOG),
    Row("system > syslog > file <*name:NAME> > any <level:(any|notice|warning|error|critical|info)>", _SYSLOG),
    Row("system > syslog > file <*name:NAME> > authorization <level:(any|notice|info)>", _SYSLOG),
    Row("system > ntp > server <*name:HOST>", _NTP, by_user=True),
    Row("system > ntp > server <*name:HOST> - prefer", _NTP),
    Row("chassis > aggregated-devices > ethernet > device-count <count:1..1000>", "CLI: device-count"),
    Row(f"{_INTERFACES} > description <text:TEXT>", "CLI: description (Interfaces)"),
    Row(f"{_INTERFACES} > disable", "CLI: disable (Interface)"),
    Row(f"{_INTERFACES} > vlan-tagging", "CLI: vlan-tagging"),
    Row(f"{_INTERFACES} > flexible-vlan-tagging", _TAGGING),
    Row(f"{_INTERFACES} > native-vlan-id <id:1..4094>", "CLI: native-vlan-id"),
    Row(f"{_INTERFACES} > speed <speed:SPEED>", f"{_IFD}, speed"),
    Row(f"{_INTERFACES} > mtu <bytes:256..16000>", f"{_IFD}, mtu"),
    Row(f"{_INTERFACES} > hold-time - up <ms:0..4294967295>", f"{_IFD}, hold-time"),
    Row(f"{_INTERFACES} > hold-time - down <ms:0..4294967295>", f"{_IFD}, hold-time"),
    Row(
        f"{_INTERFACES} > encapsulation <how:(ethernet-bridge|extended-vlan-bridge|flexible-ethernet-services"
        "|ethernet-ccc|vlan-ccc|ethernet-vpls|vlan-vpls)>",
        _ENCAPS,
    ),
    Row(f"{_INTERFACES} > gigether-options > no-auto-negotiation", "CLI: gigether-options"),
    Row(
        f"{_INTERFACES} > gigether-options > ethernet-switch-profile > tag-protocol-id <tpid:TPID>", _PROFILE, Kind.MANY
    ),
    Row(f"{_INTERFACES} > gigether-options > 802.3ad <bundle:IFD>", "CLI: 802.3ad"),
    Row(
        f"{_INTERFACES} > aggregated-ether-options > ethernet-switch-profile > tag-protocol-id <tpid:TPID>",
        _PROFILE,
        Kind.MANY,
    ),
    Row(f"{_INTERFACES} > aggregated-ether-options > minimum-links <links:1..64>", "CLI: aggregated-ether-options"),
    Row(f"{_INTERFACES} > aggregated-ether-options > lacp > active", "CLI: lacp (Aggregated Ethernet)"),
    Row(f"{_INTERFACES} > aggregated-ether-options > lacp > periodic <how:(fast|slow)>", "CLI: periodic"),
    Row(_LOGICAL, _UNIT),
    Row(f"{_LOGICAL} > description <text:TEXT>", "CLI: description (Interfaces)"),
    Row(f"{_LOGICAL} > disable", "CLI: disable (Interface)"),
    Row(f"{_LOGICAL} > encapsulation <how:(vlan-bridge|vlan-ccc|vlan-vpls)>", _UNIT_ENCAPS),
    Row(f"{_LOGICAL} > vlan-id <id:1..4094>", _VLAN_ID),
    Row(f"{_LOGICAL} > vlan-tags - outer <tag:OUTER>", _VLAN_TAGS),
    Row(f"{_LOGICAL} > vlan-tags - inner <tag:OUTER>", _VLAN_TAGS),
    Row(f"{_LOGICAL} > layer2-policer > input-policer <name:NAME>", _L2_POLICER),
    Row(f"{_LOGICAL} > layer2-policer > input-three-color <name:NAME>", _L2_POLICER),
    Row(f"{_LOGICAL} > layer2-policer > output-policer <name:NAME>", _L2_POLICER),
    Row(f"{_LOGICAL} > layer2-policer > output-three-color <name:NAME>", _L2_POLICER),
    Row(f"{_LOGICAL} > family > inet", _FAMILY, Kind.BLOCK),
    Row(f"{_LOGICAL} > family > inet > filter > input <name:NAME>", _FILTER),
    Row(f"{_LOGICAL} > family > inet > address <*name:PREFIX>", _FAMILY),
    Row(f"{_LOGICAL} > family > inet6", _FAMILY, Kind.BLOCK),
    Row(f"{_LOGICAL} > family > inet6 > address <*name:PREFIX>", _FAMILY),
    Row(f"{_LOGICAL} > family > bridge > interface-mode <mode:(access|trunk)>", "CLI: interface-mode"),
    Row(f"{_LOGICAL} > family > bridge > vlan-id <id:1..4094>", "CLI: vlan-id (Bridge Domain interface)"),
    Row(f"{_LOGICAL} > family > bridge > vlan-id-list <id:VLANS>", "CLI: vlan-id-list", Kind.MANY),
    Row("snmp > description <text:TEXT>", _SNMP),
    Row("snmp > location <text:TEXT>", _SNMP),
    Row("snmp > contact <text:TEXT>", _SNMP),
    Row("snmp > community <*name:NAME> > authorization <how:(read-only|read-write)>", "CLI: community (SNMP)"),
    Row(_TERM, _FILTER, by_user=True),
    Row(f"{_TERM} > from > source-address > <*name:PREFIX>", _FILTER),
    Row(f"{_TERM} > from > protocol <protocol:(tcp|udp|icmp|ospf|igmp)>", _FILTER, Kind.MANY),
    Row(f"{_TERM} > from > destination-port <port:WORD>", _FILTER, Kind.MANY),
    Row(f"{_TERM} > then > count <name:NAME>", _FILTER),
    Row(f"{_TERM} > then > accept", _FILTER),
    Row(f"{_TERM} > then > discard", _FILTER),
    Row(f"{_TWO} > logical-interface-policer", _POLICER),
    Row(f"{_TWO} > if-exceeding > bandwidth-limit <bps:RATE>", _POLICER),
    Row(f"{_TWO} > if-exceeding > burst-size-limit <bytes:BYTES>", _POLICER),
    Row(f"{_TWO} > then - discard", _POLICER),
    Row(f"{_COLORS} > logical-interface-policer", _THREE),
    Row(f"{_COLORS} > action > loss-priority <*name:(high)> - then - discard", _THREE),
    Row(f"{_COLORS} > two-rate > color-blind", _THREE),
    Row(f"{_COLORS} > two-rate > committed-information-rate <bps:RATE>", _THREE),
    Row(f"{_COLORS} > two-rate > committed-burst-size <bytes:BYTES>", _THREE),
    Row(f"{_COLORS} > two-rate > peak-information-rate <bps:RATE>", _THREE),
    Row(f"{_COLORS} > two-rate > peak-burst-size <bytes:BYTES>", _THREE),
    Row("routing-options > static > route <*name:PREFIX> - next-hop <address:ADDRESS>", _ROUTES),
    Row("protocols > lldp > port-id-subtype <how:(interface-name|locally-assigned)>", f"{_LLDP}, port-id-subtype"),
    Row("protocols > lldp > interface <*name:PORTS>", _LLDP),
    Row("protocols > lldp > interface <*name:PORTS> > disable", _LLDP),
    Row("protocols > rstp > bridge-priority <priority:WORD>", _RSTP),
    Row("protocols > rstp > interface <*name:PORTS>", _RSTP),
    Row("protocols > rstp > interface <*name:PORTS> > edge", _RSTP),
    Row("protocols > rstp > interface <*name:PORTS> > no-root-port", _RSTP),
    Row(_DOMAIN, _BRIDGE),
    Row(f"{_DOMAIN} > description <text:TEXT>", _BRIDGE),
    Row(f"{_DOMAIN} > domain-type <how:(bridge)>", f"{_BRIDGE}, domain-type"),
    Row(f"{_DOMAIN} > vlan-id <id:VLANID>", _NORMAL),
    Row(f"{_DOMAIN} > interface <*name:IFL>", _BRIDGE),
    Row(f"{_LIMIT} > <limit:1..131071>", _MAC_LIMIT, Kind.LEAF),
    Row(f"{_LIMIT} > packet-action <how:(drop|log|shutdown)>", _MAC_LIMIT),
)


@dataclass(slots=True)
class Schema:
    """One statement of the grammar, compiled: `children` by their first word, "" for one that has none."""

    word: str
    kind: Kind = Kind.LEVEL
    value: str = ""  # the kind of its value or key
    tag: str = ""  # the XML element of its value or key
    secret: bool = False
    by_user: bool = False
    inline: bool = False  # what is in it is printed on its own line
    position: int = 0
    children: "dict[str, Schema]" = field(default_factory=dict)

    @property
    def many(self) -> bool:
        """Whether several of them may stand beside each other."""
        return self.kind in (Kind.LIST, Kind.MANY)


@cache
def root_schema() -> Schema:
    """The whole grammar. It is compiled once, and not changed."""
    root = Schema("")
    for row in ROWS:
        _add(root, row)
    return root


def _add(root: Schema, row: Row) -> None:
    here = root
    levels = row.path.split(" > ")
    for index, level in enumerate(levels):
        parts = level.split(" - ")
        for place, part in enumerate(parts):
            last = index == len(levels) - 1 and place == len(parts) - 1
            here = _child(here, part, row if last else None)
            here.inline = here.inline or place < len(parts) - 1


def _child(parent: Schema, part: str, row: Row | None) -> Schema:
    """The statement of this part below `parent`, made where it is new; `row` where it is the row's last."""
    word, _, argument = part.partition("<")
    word = word.strip()
    found = parent.children.get(word)
    if found is None:
        found = parent.children[word] = Schema(word, position=len(parent.children))
        found.tag, _, found.value = argument.rstrip(">").lstrip("*").partition(":")
        if argument.startswith("*"):
            found.kind = Kind.LIST
    if row is not None:
        found.secret = row.secret
        found.by_user = row.by_user
        found.kind = row.kind or (found.kind if found.kind is Kind.LIST else Kind.LEAF if argument else Kind.FLAG)
    return found
