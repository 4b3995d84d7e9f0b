"""Places: exchanges, neighbourhood points of presence, cabinets, and what lies between them: chambers, poles, sites.

Positions are metres of the British national grid (EPSG:27700).
"""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """What stands at a place."""

    DX = "dx"
    DXP = "dxp"
    CABINET = "cabinet"
    CHAMBER = "chamber"  # in the ground: ducts meet, cables are pulled and spliced
    POLE = "pole"
    COLUMN = "column"  # of a street light, with equipment on it
    SITE = "site"  # a building with fibre in it that is none of the exchanges


PLANT_KINDS = frozenset({PlaceKind.CHAMBER, PlaceKind.POLE, PlaceKind.COLUMN, PlaceKind.SITE})
"""Places that no device of the network stands at: they belong to the plant, and NetBox does not hold them."""

NETWORK_KINDS = frozenset(PlaceKind) - PLANT_KINDS
"""The others."""

ENDS_ONLY = frozenset({PlaceKind.SITE, PlaceKind.COLUMN})
"""Places that a way through the plant may begin or end at and never passes: they are somebody else's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A building, box or chamber. `code` is its key everywhere, and the NetBox slug of those that NetBox holds.

    `owner`, `operator` and `used_by` are its three parties (organisation codes), "" where nobody said;
    a chamber, pole or column names all. `uprn` is that of the premises a site is at, None elsewhere.
    """

    code: str
    name: str
    kind: PlaceKind
    area: str
    easting_m: float
    northing_m: float
    resilience_zone: str = ""
    owner: str = ""
    operator: str = ""
    used_by: str = ""
    uprn: str | None = None
