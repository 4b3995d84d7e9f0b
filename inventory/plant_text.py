"""Routes as text: the LINESTRING of OGC 06-103r4 clause 7 (well-known text), easting before northing.

Floats are written as Python's shortest text that reads back as the same float.
"""

from inventory.plant import Point

_HEAD, _END, _EMPTY = "LINESTRING (", ")", "LINESTRING EMPTY"


def route_to_text(route: tuple[Point, ...]) -> str:
    """Return a route such as "LINESTRING (384000.0 397000.5, 384100.0 397000.5)"."""
    if not route:
        return _EMPTY
    return f"{_HEAD}{', '.join([f'{easting!r} {northing!r}' for easting, northing in route])}{_END}"


def route_from_text(text: str) -> tuple[Point, ...]:
    """Return the route that `route_to_text` wrote.

    Raises: ValueError, where it is no line of pairs of numbers.
    """
    if text == _EMPTY:
        return ()
    if not (text.startswith(_HEAD) and text.endswith(_END)):
        raise ValueError("is no LINESTRING (easting northing, easting northing, ...)")
    return tuple([_point(pair) for pair in text[len(_HEAD) : -len(_END)].split(",")])


def _point(pair: str) -> Point:
    easting, northing = pair.split()
    return float(easting), float(northing)
