"""How far two legs are from each other, away from the places that both end at. Metres of the British national grid.

Legs that end at one place meet there, so the distance near it says nothing. What lies within a circle round each
common end is left out: a hundred metres wide, less where the ends are so near each other that nothing would be left.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from inventory.plant import Point

NEAR_END_M = 100.0
"""The radius of what counts as near an end."""

END_SHARE = 3.0
"""The radius is at most this part of the way, as the crow flies, from one end to the other."""

type Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Separation:
    """The smallest distance between two legs, and a point of each where it is that small."""

    metres: float
    a_point: Point
    z_point: Point


def near_end_m(spans: Iterable[Segment]) -> float:
    """The radius for legs from end to end of these spans, as the crow flies."""
    return min([NEAR_END_M, *(math.dist(a, z) / END_SHARE for a, z in spans)])


def separation(
    a_leg: Iterable[Sequence[Point]], z_leg: Iterable[Sequence[Point]], ends: Sequence[Point], radius_m: float
) -> Separation | None:
    """The smallest distance between two legs, each a number of routes, outside the circles round `ends`.

    None where a leg has nothing outside of them.
    """
    import shapely  # here, because every command would wait for it and few need it

    a_far, z_far = (list(_outside_all(_segments(leg), ends, radius_m)) for leg in (a_leg, z_leg))
    if not a_far or not z_far:
        return None
    lines = [shapely.multilinestrings(shapely.linestrings(far)) for far in (a_far, z_far)]
    nearest = shapely.shortest_line(*lines)
    (a_point, z_point) = ((float(x), float(y)) for x, y in nearest.coords)
    return Separation(math.dist(a_point, z_point), a_point, z_point)


def nearest_route(routes: Sequence[Sequence[Point]], point: Point) -> int:
    """Which of these routes is nearest to a point: its number; of equally near ones the first."""
    import shapely

    points = [coordinates for route in routes for coordinates in route]
    lines = shapely.linestrings(points, indices=[number for number, route in enumerate(routes) for _ in route])
    return int(shapely.distance(lines, shapely.points(point)).argmin())


def _segments(routes: Iterable[Sequence[Point]]) -> Iterator[Segment]:
    for route in routes:
        yield from itertools.pairwise(route)


def _outside_all(segments: Iterable[Segment], ends: Sequence[Point], radius_m: float) -> Iterable[Segment]:
    """The parts of segments outside every circle; most are nowhere near one, and are passed on as they are."""
    kept = segments
    for x, y in ends:
        kept = [
            part
            for segment in kept
            for part in ((segment,) if _is_beside(segment, x, y, radius_m) else outside(segment, (x, y), radius_m))
        ]
    return kept


def _is_beside(segment: Segment, x: float, y: float, radius_m: float) -> bool:
    """Whether a segment is wholly left of, right of, above or below the square round a circle."""
    (a_x, a_y), (z_x, z_y) = segment
    return (
        (a_x > x + radius_m and z_x > x + radius_m)
        or (a_x < x - radius_m and z_x < x - radius_m)
        or (a_y > y + radius_m and z_y > y + radius_m)
        or (a_y < y - radius_m and z_y < y - radius_m)
    )


def outside(segment: Segment, centre: Point, radius_m: float) -> Iterator[Segment]:
    """The parts of a segment outside a circle: none, one or two.

    With the segment as a + t (z - a), t from 0 to 1, it crosses the circle where |a + t (z - a) - centre| = radius.
    """
    (a_x, a_y), (z_x, z_y) = segment
    along_x, along_y = z_x - a_x, z_y - a_y
    from_x, from_y = a_x - centre[0], a_y - centre[1]
    square = along_x**2 + along_y**2
    half = from_x * along_x + from_y * along_y
    inside = half**2 - square * (from_x**2 + from_y**2 - radius_m**2)
    if square == 0 or inside <= 0:  # a point, or a line that never enters the circle
        if from_x**2 + from_y**2 >= radius_m**2:
            yield segment
        return
    enters, leaves = ((-half + sign * math.sqrt(inside)) / square for sign in (-1, 1))
    if leaves <= 0 or enters >= 1:
        yield segment
        return
    if enters > 0:
        yield segment[0], (a_x + enters * along_x, a_y + enters * along_y)
    if leaves < 1:
        yield (a_x + leaves * along_x, a_y + leaves * along_y), segment[1]
