"""Shapes of routes: which of them cross themselves, and where. Pure; many at once, by shapely."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely

from inventory.plant import Point


def crossings(routes: Sequence[tuple[Point, ...]]) -> Iterator[tuple[int, Point]]:
    """Yield the position in `routes` of each that crosses or touches itself, and the first point where it does.

    A route is left out where it has no finite length. Closed ones (the end is the beginning) do not cross.
    """
    # Two points cannot cross, and a point that is repeated in a row is no crossing either.
    candidates = [position for position, route in enumerate(routes) if len(route) > 2 and len(set(route)) > 1]
    if not candidates:
        return
    points = [point for position in candidates for point in routes[position]]
    of_route = np.repeat(np.arange(len(candidates)), [len(routes[position]) for position in candidates])
    coordinates = np.asarray(points, dtype=float)
    finite = np.isfinite(coordinates).all(axis=1)
    coordinates[~finite] = 0.0  # whose fault that is, is told elsewhere
    is_whole = np.bincount(of_route, weights=~finite, minlength=len(candidates)) == 0
    lines = shapely.linestrings(coordinates, indices=of_route)
    for found in np.flatnonzero(is_whole & ~shapely.is_simple(lines)):
        yield candidates[found], _crossing(routes[candidates[found]])


def _crossing(route: tuple[Point, ...]) -> Point:
    """The first point where a piece of a route meets an earlier one, other than where neighbours join."""
    steps = [(one, other) for one, other in pairwise(route) if one != other]
    pieces = [shapely.LineString(step) for step in steps]
    for later, piece in enumerate(pieces):
        for earlier in range(later):
            shared = piece.intersection(pieces[earlier])
            joint = shapely.Point(steps[later][0]) if earlier == later - 1 else shapely.Point()
            rest = shared.difference(joint) if shared.length == 0 else shared
            if not rest.is_empty:
                x, y = shapely.get_coordinates(rest)[0]
                return float(x), float(y)
    return route[0]
