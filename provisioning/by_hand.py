"""What an engineer delivers by hand, and what that takes: ends of a patch, access points, a hosting position."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.devices import PortRef
from inventory.hosting import HostingRef
from inventory.plant import PositionRef
from provisioning.carried import Carried
from provisioning.wanted import ProductKind


@dataclass(frozen=True, slots=True)
class FarIsp:
    """An ISP whose port or position `what` is: nothing is put on it before it says so."""

    isp_code: str
    what: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a service of this kind has, and what a person must do for it, and one day to take it out again.

    `ssid` is the octets of the SSID in hexadecimal; the S-VLAN and handover are those of its traffic. `facts` are
    for people to read, in order: no secret is among them. With `carried` devices are told, and tasks are what
    a person does beside that. `becomes` is what a change that is under way makes of it; None while there is none.
    """

    tasks: tuple[str, ...]
    removal: tuple[str, ...]
    positions: tuple[PositionRef, ...] = ()
    ports: tuple[PortRef, ...] = ()
    hosting: HostingRef | None = None
    access_points: tuple[str, ...] = ()
    ssid: str = ""
    handover: str = ""
    s_vlan: int | None = None
    far_isp: FarIsp | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    carried: Carried | None = None
    becomes: "ByHand | None" = None

    @property
    def kind(self) -> ProductKind:
        """What it is, by what it takes."""
        if self.ssid:
            return ProductKind.SSID
        if self.carried is not None and self.carried.tenancy is not None:
            return ProductKind.SSID_REALM
        return ProductKind.CROSS_CONNECT if self.hosting is None else ProductKind.SITE_HOSTING

    @property
    def where(self) -> str:
        """Where it is, in a few words for a list; "" where it has nothing any more."""
        name, value = next(iter(self.facts.items()), ("", ""))
        return f"{name} {value}" if self.kind is ProductKind.SSID else value
