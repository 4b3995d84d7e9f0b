"""Places: exchanges, neighbourhood points of presence and cabinets.

Positions are metres of the British national grid (EPSG:27700).
"""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """What stands at a place."""

    DX = "dx"
    DXP = "dxp"
    CABINET = "cabinet"


@dataclass(frozen=True, slots=True)
class Place:
    """A building or box where equipment stands. `code` is its key everywhere, and its NetBox slug."""

    code: str
    name: str
    kind: PlaceKind
    area: str
    easting_m: float
    northing_m: float
    resilience_zone: str = ""
