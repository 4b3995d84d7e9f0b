"""Routes as text: the LINESTRING of OGC 06-103r4 clause 7 (well-known text), easting before northing.

Floats are written as Python's shortest text that reads back as the same float.
"""

import re

from inventory.plant import Point

_EMPTY = "LINESTRING EMPTY"
_LINE = re.compile(r"LINESTRING ?\((.*)\)", re.IGNORECASE | re.DOTALL)


def route_to_text(route: tuple[Point, ...]) -> str:
    """Return a route such as "LINESTRING (384000 397000.5, 384100 397000.5)"."""
    if not route:
        return _EMPTY
    return f"LINESTRING ({', '.join([f'{_written(easting)} {_written(northing)}' for easting, northing in route])})"


def _written(metres: float) -> str:
    """A whole number of metres is one text, whether it is a float or not."""
    return repr(metres).removesuffix(".0")


def route_from_text(text: str) -> tuple[Point, ...]:
    """Return the route of a text as `route_to_text` or any GIS tool writes it, in two dimensions.

    Raises: ValueError, where it is no line of pairs of numbers.
    """
    if text.upper() == _EMPTY:
        return ()
    line = _LINE.fullmatch(text)
    if line is None:
        raise ValueError("is no LINESTRING (easting northing, easting northing, ...)")
    return tuple([_point(pair) for pair in line[1].split(",")])


def _point(pair: str) -> Point:
    easting, northing = pair.split()
    return float(easting), float(northing)
