"""What is cut: a duct, a cable, a place, all ducts of one shared risk, or all within a circle. Pure.

Forms: a duct's or place's code; KIND:CODE where KIND is duct, cable, place, corridor, bridge or entry;
EASTING,NORTHING,RADIUS in metres of the British national grid (EPSG:27700).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from inventory.errors import UnknownThing
from inventory.geography import to_grid
from inventory.great_britain import is_in_great_britain
from inventory.plant import AssetKind, AssetRef
from inventory.plant_errors import CircleInvalid, CircleOutsideBritain, TargetUnclear
from inventory.plant_map import Plant
from inventory.snapshot import Snapshot

LATITUDES, LONGITUDES = (49.0, 61.0), (-9.0, 2.0)  # degrees around Great Britain
WIDEST_M = 100_000.0


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within `radius_m` of a point of the grid, all in metres."""

    easting_m: float
    northing_m: float
    radius_m: float

    def __str__(self) -> str:
        return f"{self.radius_m:g} m around {self.easting_m:g},{self.northing_m:g}"


type CutTarget = AssetRef | Circle

RISK_KINDS = frozenset({AssetKind.CORRIDOR, AssetKind.BRIDGE, AssetKind.ENTRY})
KINDS = frozenset({AssetKind.DUCT, AssetKind.CABLE, AssetKind.PLACE}) | RISK_KINDS


def find_target(snapshot: Snapshot, plant: Plant, text: str) -> CutTarget:
    """Read what is to be cut.

    Raises:
        UnknownThing: nothing is called that.
        TargetUnclear: a duct and a place both are.
        CircleInvalid, CircleOutsideBritain: three numbers that are no circle of ours.
    """
    parts = text.split(",")
    if len(parts) > 1:
        return _circle(text, parts)
    kind, colon, code = text.partition(":")
    if colon and kind in {each.value for each in KINDS}:
        return _known(snapshot, plant, AssetRef(AssetKind(kind), code))
    found = [AssetRef(AssetKind.DUCT, text)] if text in plant.ducts else []
    if text in snapshot.places:
        found.append(AssetRef(AssetKind.PLACE, text))
    if not found:
        raise UnknownThing("duct or place", text)
    if len(found) > 1:
        raise TargetUnclear(text)
    return found[0]


def _known(snapshot: Snapshot, plant: Plant, target: AssetRef) -> AssetRef:
    things: Mapping[AssetKind, Mapping[str, object]] = {
        AssetKind.DUCT: plant.ducts,
        AssetKind.CABLE: plant.cables,
        AssetKind.PLACE: snapshot.places,
    }
    is_known = (
        any(target in duct.risks for duct in snapshot.inventory.ducts)
        if target.kind in RISK_KINDS
        else target.code in things[target.kind]
    )
    if not is_known:
        raise UnknownThing(target.kind.value, target.code)
    return target


def _circle(text: str, parts: list[str]) -> Circle:
    """Raises: CircleInvalid, CircleOutsideBritain."""
    if len(parts) != 3:
        raise CircleInvalid(text, f"it has {len(parts)} numbers, not three")
    try:
        easting_m, northing_m, radius_m = (float(part) for part in parts)
    except ValueError:
        raise CircleInvalid(text, "one of the three is no number") from None
    if not all(map(math.isfinite, (easting_m, northing_m, radius_m))):
        raise CircleInvalid(text, "one of the three is no finite number")
    if not 0 < radius_m <= WIDEST_M:
        raise CircleInvalid(text, f"a radius is more than 0 m and at most {WIDEST_M:,.0f} m")
    if not is_in_great_britain(easting_m, northing_m):
        raise CircleOutsideBritain(text, _hint(easting_m, northing_m, radius_m))
    return Circle(easting_m, northing_m, radius_m)


def _hint(easting_m: float, northing_m: float, radius_m: float) -> str:
    """Degrees are numbers too, and as metres near the grid's corner in the sea: say what was probably meant."""
    (south, north), (west, east) = LATITUDES, LONGITUDES
    if south <= easting_m <= north and west <= northing_m <= east:
        meant = to_grid(easting_m, northing_m)
        if is_in_great_britain(*meant):
            return f"as latitude and longitude it would be {meant[0]:.0f},{meant[1]:.0f},{radius_m:g}"
    return "that is in the sea, or in another country"
