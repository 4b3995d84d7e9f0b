"""Hosting positions: where somebody else's equipment may hang, on a column, pole or roof; and what of a site it has."""

from dataclasses import dataclass

from inventory.devices import PortRef
from inventory.places import PlaceKind

HOSTING_KINDS = frozenset({PlaceKind.COLUMN, PlaceKind.POLE, PlaceKind.SITE, PlaceKind.CABINET})
"""Places that may have hosting positions; a site's are on its roof."""


UPLINK = "uplink"


@dataclass(frozen=True, slots=True, order=True)
class HostingRef:
    """A hosting position's key: its place, and its number there, from 1."""

    place: str
    number: int

    def __str__(self) -> str:
        return f"{self.place}:{self.number}"


@dataclass(frozen=True, slots=True)
class HostingPosition:
    """Room for one piece of equipment: metres above ground, and the watts its supply gives at most."""

    ref: HostingRef
    height_m: float
    power_w: int


@dataclass(frozen=True, slots=True)
class SiteSlot:
    """What one hosted device has of a site: whose it is, its position, the watts it draws at most, and its backhaul.

    `port` is the UNI it is plugged into, None where its tenant brings a backhaul of its own.
    """

    device: str
    isp_code: str
    position: HostingRef
    power_w: int
    port: PortRef | None = None

    @property
    def uplink(self) -> PortRef:
        """The device's own end of its backhaul. What its tenant calls it we do not know."""
        return PortRef(self.device, UPLINK)
