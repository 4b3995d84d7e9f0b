"""Hosting positions: where somebody else's equipment may hang, on a column, a pole or a building's roof."""

from dataclasses import dataclass

from inventory.places import PlaceKind

HOSTING_KINDS = frozenset({PlaceKind.COLUMN, PlaceKind.POLE, PlaceKind.SITE, PlaceKind.CABINET})
"""Places that may have hosting positions; a site's are on its roof."""


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
