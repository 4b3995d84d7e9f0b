"""Intents: what is wanted of one device, in no vendor's words.

Bandwidth in Mbit/s, bursts in bytes; S-VLANs and VLANs are IEEE 802.1Q VLAN IDs, 1 to 4094.
Every intent has a `device`, and a `label` that says whose the lines are that it becomes: a
service's id, or "baseline" for what a device says before any service.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from automation.wireless import SsidIntent, SsidTenantIntent

BASELINE = "baseline"
S_TPID, C_TPID = 0x88A8, 0x8100  # IEEE 802.1Q table 9-1


@dataclass(frozen=True, slots=True)
class BandwidthProfile:
    """How much a UNI may send (MEF 10.4 clause 12): CIR and EIR in Mbit/s, CBS and EBS in bytes."""

    cir_mbps: int
    eir_mbps: int
    cbs_bytes: int
    ebs_bytes: int


@dataclass(frozen=True, slots=True)
class UniIntent:
    """This port is the subscriber's: all it sends is put in the circuit's S-VLAN (802.1ad), within the profile.

    With a `c_vlan` only what it sends tagged with that is, and the tag is exchanged for the S-VLAN's and back
    (MEF 10.4: VLAN based, CE-VLAN ID not preserved); everything else is dropped.
    `idle_lines` are the lines of the port as they stood before the circuit came (its "as
    found" text), which a cease puts back; empty while the circuit is being added.
    """

    port: str
    description: str
    profile: BandwidthProfile
    idle_lines: tuple[str, ...] = ()
    c_vlan: int | None = None


@dataclass(frozen=True, slots=True)
class CircuitIntent:
    """What one device does for one circuit: knows the S-VLAN, carries it tagged, and perhaps ends it at a UNI.

    `label` names the VLAN on the device; it is the service id. `tagged_ports` carry the
    S-VLAN as an outer tag: links inside the network, and the handover. At `c_tagged_ports`,
    which are among them, the tag's TPID is 0x8100: the far end (an access point) knows no other.
    """

    device: str
    label: str
    s_vlan: int
    tagged_ports: tuple[str, ...]
    uni: UniIntent | None = None
    c_tagged_ports: tuple[str, ...] = ()
    kind: Literal["circuit"] = "circuit"


@dataclass(frozen=True, slots=True)
class ExchangePortIntent:
    """This port is a member's at the exchange: in the DX's shared peering VLAN, tagged with it or not.

    At most `mac_addresses` source addresses may be seen on it (one router's; MANRS IXP Programme, action 3-1),
    and it may send `rate_mbps` at most. The VLAN is the exchange's: it stands before any member comes and stays
    when the last goes. `idle_lines`: see `UniIntent`.
    """

    device: str
    label: str
    port: str
    vlan: int
    description: str
    rate_mbps: int
    tagged: bool = False
    mac_addresses: int = 1
    idle_lines: tuple[str, ...] = ()
    kind: Literal["exchange-port"] = "exchange-port"


@dataclass(frozen=True, slots=True)
class TrunkIntent:
    """This port ends a link of the network: it may carry S-VLANs as outer tags (802.1ad), and carries none yet.

    `tpid` is what a tag begins with: 0x88a8 (IEEE 802.1Q clause 9.6, the S-tag), or 0x8100 where the far end
    knows no other (an access point).
    """

    device: str
    port: str
    description: str
    tpid: int = S_TPID
    label: str = BASELINE
    kind: Literal["trunk"] = "trunk"


@dataclass(frozen=True, slots=True)
class LagMemberIntent:
    """This port is one of those that are the port-channel `lag` (IEEE 802.1AX): it says so by LACP, once a second.

    What the link carries stands on the port-channel, which has a `TrunkIntent` of its own.
    """

    device: str
    port: str
    lag: str
    description: str
    label: str = BASELINE
    kind: Literal["lag-member"] = "lag-member"


@dataclass(frozen=True, slots=True)
class HandoverIntent:
    """This port is where an ISP takes its traffic (ENNI): it may carry S-VLANs as outer tags, and carries none yet."""

    device: str
    port: str
    description: str
    label: str = BASELINE
    kind: Literal["handover"] = "handover"


@dataclass(frozen=True, slots=True)
class BaselineIntent:
    """What a device says before any service: its name, its time, where it logs to, who may sign in.

    `idle_ports` are those that no link or handover uses: shut until a service takes one. `peering_vlans` are those
    of the exchange's LANs on this device. `management_from` are the IP prefixes from which people may sign in by
    SSH; empty where that is not limited here.
    """

    device: str
    name: str
    idle_ports: tuple[str, ...] = ()
    ntp_servers: tuple[str, ...] = ()
    syslog_servers: tuple[str, ...] = ()
    management_from: tuple[str, ...] = ()
    peering_vlans: tuple[int, ...] = ()
    label: str = BASELINE
    kind: Literal["baseline"] = "baseline"


@dataclass(frozen=True, slots=True)
class AccessPointIntent:
    """What makes an access point reachable, and what SSIDs are put on: its bridge, and its management, untagged.

    `address` and `netmask` are its management's, IPv4; `gateway` is None where it has none. `uplinks` are the bridge's
    ports towards the network.
    """

    device: str
    address: str
    netmask: str
    uplinks: tuple[str, ...]
    gateway: str | None = None
    label: str = BASELINE
    kind: Literal["access-point"] = "access-point"


type Intent = (
    CircuitIntent
    | ExchangePortIntent
    | SsidIntent
    | SsidTenantIntent
    | TrunkIntent
    | LagMemberIntent
    | HandoverIntent
    | BaselineIntent
    | AccessPointIntent
)


def found_lines(intent: Intent) -> tuple[str, ...]:
    """The lines that the intent's port had before it came, as far as they are known."""
    match intent:
        case CircuitIntent(uni=UniIntent() as uni):
            return uni.idle_lines
        case ExchangePortIntent():
            return intent.idle_lines
        case _:
            return ()


def with_found_lines[T: Intent](intent: T, lines: tuple[str, ...]) -> T:
    """The intent with these lines as those its port had before; as it is where it takes no port."""
    match intent:
        case CircuitIntent(uni=UniIntent() as uni):
            return replace(intent, uni=replace(uni, idle_lines=lines))
        case ExchangePortIntent():
            return replace(intent, idle_lines=lines)
        case _:
            return intent


def takes_port(intent: Intent) -> bool:
    """Does the intent take a port over, whose lines have to be put back when it goes?"""
    return isinstance(intent, ExchangePortIntent) or (isinstance(intent, CircuitIntent) and intent.uni is not None)


def with_idle_lines(intents: Sequence[Intent], lines: tuple[str, ...]) -> tuple[Intent, ...]:
    """The intents with these lines in the one that takes a port; as they are where no lines, or more ports."""
    if not lines or sum(map(takes_port, intents)) != 1:
        return tuple(intents)
    return tuple(with_found_lines(intent, lines) for intent in intents)
