"""What a simulated device does with frames, in no vendor's words: what its configuration comes to.

A simulator says it (`Station.forwarding`), and a back end that moves packets makes it so. A port that is
shut, or carries no VLAN at all, is not in it: it stays out of the bridge, where frames cannot leak to it.
"""

from dataclasses import dataclass
from enum import StrEnum

S_TPID = 0x88A8  # IEEE 802.1ad clause 9.5.1
C_TPID = 0x8100  # IEEE 802.1Q clause 9.5


class PortMode(StrEnum):
    """How a port treats tags."""

    TRUNK = "trunk"  # frames keep their outer tag, which must be one of `vlans`
    TUNNEL = "tunnel"  # whatever comes gets the outer tag `vlan`, and loses it going out
    ACCESS = "access"  # untagged frames only, put in `vlan`


@dataclass(frozen=True, slots=True)
class Exchange:
    """What comes with `c_vlan` is put in `s_vlan`, and back; the C-VLAN's tag stays inside where `keeps_tag`."""

    c_vlan: int
    s_vlan: int
    keeps_tag: bool


@dataclass(frozen=True, slots=True)
class Policer:
    """Above `kbps` (after a burst of `burst_bytes`) what the port receives is dropped."""

    kbps: int
    burst_bytes: int


@dataclass(frozen=True, slots=True)
class PortForwarding:
    """What one port does. `vlan` is of a tunnel or access port, `vlans` of a trunk.

    `tpid` is the tag protocol id of the outer tag going out. `exchanges` are of a port that maps C-VLANs
    to S-VLANs, and drops what it has no exchange for. `lag` names the aggregate (LACP) the port is a member of.
    """

    port: str
    mode: PortMode
    vlan: int = 0
    vlans: frozenset[int] = frozenset()
    tpid: int = C_TPID
    exchanges: tuple[Exchange, ...] = ()
    policer: Policer | None = None


@dataclass(frozen=True, slots=True)
class Lag:
    """Ports that are one (IEEE 802.1AX), and what they do together: perhaps nothing yet, a trunk of no VLAN."""

    name: str
    members: tuple[str, ...]
    fast: bool
    active: bool
    does: PortForwarding


@dataclass(frozen=True, slots=True)
class Forwarding:
    """What a whole device does with frames."""

    ports: tuple[PortForwarding, ...] = ()
    lags: tuple[Lag, ...] = ()
    rstp: bool = False
    rstp_priority: int = 32768


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What a device does with frames, and which of its ports have light: those that are not shut."""

    forwarding: Forwarding = Forwarding()
    open_ports: frozenset[str] = frozenset()
