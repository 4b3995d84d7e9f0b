"""Services: what an ISP has and pays for; it outlives its orders.

The states are those of MEF 81 (LSO Sonata product inventory).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from automation.intents import BandwidthProfile
from inventory.devices import PortRef
from inventory.plant import StrandRef
from inventory.routes import StrandLeg
from inventory.windows import Window
from provisioning.by_hand import ByHand
from provisioning.carried import Carried


class ServiceState(StrEnum):
    """Where a service is."""

    PENDING_ACTIVE = "pendingActive"
    ACTIVE = "active"
    PENDING_CHANGE = "active.pendingChange"
    PENDING_TERMINATE = "pendingTerminate"
    TERMINATED = "terminated"
    CANCELLED = "cancelled"


SERVICE_ENDED = frozenset({ServiceState.TERMINATED, ServiceState.CANCELLED})

SERVICE_BECOMES: Mapping[ServiceState, frozenset[ServiceState]] = {
    # one that failed and may still be on a device waits for a cease, with all it holds
    ServiceState.PENDING_ACTIVE: frozenset(
        {ServiceState.ACTIVE, ServiceState.CANCELLED, ServiceState.PENDING_TERMINATE}
    ),
    ServiceState.ACTIVE: frozenset({ServiceState.PENDING_CHANGE, ServiceState.PENDING_TERMINATE}),
    # in use as it was: its bandwidth is being changed, or its line is moving to another ISP; in that order's
    # own transaction it becomes pendingTerminate at once, and nothing else may end it meanwhile
    ServiceState.PENDING_CHANGE: frozenset({ServiceState.ACTIVE}),
    # a cease that failed before it changed a device leaves the service as it was
    ServiceState.PENDING_TERMINATE: frozenset({ServiceState.TERMINATED, ServiceState.ACTIVE}),
} | {ended: frozenset() for ended in SERVICE_ENDED}
"""Where a service may go from each state."""


@dataclass(frozen=True, slots=True)
class DeviceHop:
    """One device of a circuit, UNI first, and its ports that carry the S-VLAN tagged."""

    device: str
    tagged_ports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circuit:
    """The path that carries one service, from its UNI to its handover or other UNI, and what it holds on the way.

    `strands` are what its links were lit on when it was designed, in order; () where the plant of a link is not known.
    `loss_db` is what the worst fibre of its links lost then: each link's light begins anew. None where not known.
    An E-Line has a `z_uni`, which is its `handover_port` too, and "" as its handover; `c_vlan` and `z_c_vlan`
    are the C-VLANs that its UNIs send (EVPL), None where it carries all they send.
    `protected_between` are the two switches between which it was designed to go on when any one cable is cut; () of a
    circuit that is not protected.
    """

    uni: PortRef
    handover_code: str
    handover_port: PortRef
    s_vlan: int
    hops: tuple[DeviceHop, ...]
    link_codes: tuple[str, ...]
    length_m: float
    profile: BandwidthProfile
    strands: tuple[StrandRef, ...] = ()
    loss_db: float | None = None
    z_uni: PortRef | None = None
    c_vlan: int | None = None
    z_c_vlan: int | None = None
    protected_between: tuple[str, ...] = ()

    @property
    def unis(self) -> tuple[PortRef, ...]:
        """The UNI, or both."""
        return (self.uni,) if self.z_uni is None else (self.uni, self.z_uni)


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `circuit` is None before its design and after its end.

    A service that is strands has `legs` instead (two where it is diverse) and a `window`; its `uprn` and
    `handover` are "" and its `bandwidth_mbps` 0: what light its ISP sends is the ISP's own.
    What an engineer delivers has `by_hand`. `catalogue_version` is the price list it was priced by, "" before there
    were several.
    `stops_on` is the last day it was ordered for: it is ceased by itself after it.
    """

    id: str
    isp_code: str
    product: str
    uprn: str
    handover: str
    bandwidth_mbps: int
    term_months: int
    reference: str
    state: ServiceState
    circuit: Circuit | None
    monthly_pence: int
    created_at: datetime
    activated_at: datetime | None
    ended_at: datetime | None
    legs: tuple[StrandLeg, ...] = ()
    window: Window | None = None
    stops_on: date | None = None
    catalogue_version: str = ""
    by_hand: ByHand | None = None

    @property
    def carried(self) -> Carried | None:
        """What devices carry for it where that is no circuit: for an SSID, a realm on one, or a backhaul."""
        return None if self.by_hand is None else self.by_hand.carried

    @property
    def is_strands(self) -> bool:
        """Whether it is strands, and no circuit is made for it."""
        return self.window is not None and self.by_hand is None

    @property
    def s_vlan(self) -> int | None:
        """The outer tag of its traffic; None where it has none, or none any more."""
        if self.circuit is not None:
            return self.circuit.s_vlan
        return None if self.by_hand is None else self.by_hand.s_vlan


@dataclass(frozen=True, slots=True)
class ServicePage:
    """One page of a list, newest first. `next_cursor` is None on the last page."""

    services: tuple[Service, ...]
    next_cursor: str | None
