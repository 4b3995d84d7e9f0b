"""The city's main roads, and the doors of its exchanges."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from inventory.examples.ground import Ground, Way
from inventory.examples.plant_plan import GINNEL, JUNCTIONS, Road
from inventory.places import Place, PlaceKind
from inventory.plant import AssetStatus, Point

CHAMBER_EVERY_M = 330.0
DOOR_M = 45.0  # from a building to the chamber outside its entry
ONE_DOOR = frozenset({"dxp-benchill", "dxp-stalybridge", "dxp-hyde", "dxp-levenshulme"})
FACING_DEGREES = {  # where a building's first entry is, anticlockwise from east; the second is opposite
    "dx-science-park": 45.0,
    "dx-corridor": 90.0,
    "dx-health": 100.0,
    "dx-noma": 200.0,
    "dx-sharp": 200.0,
    "dx-tameside": 200.0,
    "dx-wythenshawe": -10.0,
    "dx-airport-city": 0.0,
}


@dataclass(frozen=True, slots=True)
class Doors:
    """The chambers outside an exchange's entries, one or two."""

    place: str
    chambers: tuple[str, ...]


def open_doors(ground: Ground, exchanges: Sequence[Place], one_door: frozenset[str] = ONE_DOOR) -> dict[str, Doors]:
    """Put each exchange on the ground, with a chamber outside each entry and the ducts between."""
    return {place.code: _doors_of(ground, place, 1 if place.code in one_door else 2) for place in exchanges}


def _doors_of(ground: Ground, place: Place, count: int) -> Doors:
    ground.add(place)
    name = place.code.split("-", 1)[1]
    facing = FACING_DEGREES.get(place.code, ground.random.uniform(0, 180))
    codes = []
    for number, entry in enumerate(("first", "second")[:count]):
        at = polar(place, facing + 180 * number, DOOR_M)
        title = f"Chamber outside the {entry} entry, {place.name}"
        chamber = ground.chamber(f"ch-{name}-{entry}-entry", title, place.area, at)
        is_large = place.kind is PlaceKind.DX
        way = Way(f"{name}-{entry}-entry", title, chamber.owner, 144 if is_large else 96, 96 if is_large else 48)
        ground.lay(way, [chamber.code, place.code], entry=f"{place.code}-{entry}")
        codes.append(chamber.code)
    if count == 2:
        ground.lay(Way(f"{name}-round", f"Round {place.name}", GINNEL, 96, 48), codes)
    return Doors(place.code, tuple(codes))


def lay_roads(ground: Ground, roads: Sequence[Road], doors: Mapping[str, Doors], areas: Sequence[Place]) -> None:
    """Lay the roads in order; chambers of junctions are made where the first road meets them."""
    for road in roads:
        _lay_road(ground, road, doors, areas)


def _lay_road(ground: Ground, road: Road, doors: Mapping[str, Doors], areas: Sequence[Place]) -> None:
    usrn = ""
    pieces = list(_pieces(ground, road, doors, areas))
    bridges = dict(_bridges(road, pieces, doors))
    first = 1
    for piece in pieces:
        places = _with_chambers(ground, road, piece, areas)
        way = Way(
            road.code,
            road.title,
            road.owner,
            road.trunk,
            road.distribution,
            0,
            road.corridor,
            road.grant,
            usrn,
            road.status,
            road.ready_from,
            first,
        )
        way.junctions = frozenset(piece)
        ground.lay(way, places, bridges)
        usrn, first = way.usrn, first + len(way.ducts)
        if way.distribution and way.status is AssetStatus.LIVE:
            ground.offer(way)


def _pieces(ground: Ground, road: Road, doors: Mapping[str, Doors], areas: Sequence[Place]) -> Iterator[list[str]]:
    """The road's junctions and doors; interrupted where it comes to one door of a building and leaves at another."""
    waypoints = [_waypoint(ground, name, road, areas) for name in road.waypoints]
    piece: list[str] = []
    for number, place in enumerate(waypoints):
        if place.code not in doors:
            piece.append(place.code)
            continue
        before = waypoints[number - 1] if number else None
        after = waypoints[number + 1] if number + 1 < len(waypoints) else None
        ends = [_nearest_door(ground, doors[place.code], other) for other in (before, after) if other is not None]
        piece.append(ends[0])
        if len(set(ends)) == 2:
            yield piece
            piece = [ends[1]]
    yield piece


def _waypoint(ground: Ground, name: str, road: Road, areas: Sequence[Place]) -> Place:
    if name in ground.places:
        return ground.places[name]
    code = f"ch-{name}"
    if code not in ground.places:
        title, easting_m, northing_m = JUNCTIONS[name]
        at = (easting_m, northing_m)
        return ground.chamber(code, f"{title} junction chamber", area_of(at, areas), at, road.owner)
    return ground.places[code]


def _nearest_door(ground: Ground, doors: Doors, other: Place) -> str:
    return min(doors.chambers, key=lambda code: apart_m(ground.places[code], other))


def _bridges(road: Road, pieces: list[list[str]], doors: Mapping[str, Doors]) -> Iterator[tuple[str, str]]:
    """Each bridge by the last code before it, as a piece spells it."""
    for name, bridge in road.bridges.items():
        codes = doors[name].chambers if name in doors else (f"ch-{name}",)
        for piece in pieces:
            for code in piece[:-1]:
                if code in codes:
                    yield code, bridge


def _with_chambers(ground: Ground, road: Road, piece: list[str], areas: Sequence[Place]) -> list[str]:
    """The same with a chamber every few hundred metres between."""
    places = [piece[0]]
    for a, z in pairwise(piece):
        start, end = ground.places[a], ground.places[z]
        spans = max(1, round(apart_m(start, end) / CHAMBER_EVERY_M))
        for number in range(1, spans):
            at = _between(ground, start, end, number / spans)
            index = ground.number(f"ch-{road.code}")
            code, title = f"ch-{road.code}-{index:02d}", f"{road.title} chamber {index}"
            places.append(ground.chamber(code, title, area_of(at, areas), at, road.owner).code)
        places.append(z)
    return places


def _between(ground: Ground, a: Place, z: Place, share: float) -> Point:
    wobble_m = ground.random.uniform(-30.0, 30.0)
    straight_m = apart_m(a, z)
    east, north = (z.easting_m - a.easting_m), (z.northing_m - a.northing_m)
    return (
        a.easting_m + east * share - north / straight_m * wobble_m,
        a.northing_m + north * share + east / straight_m * wobble_m,
    )


def area_of(at: Point, areas: Sequence[Place]) -> str:
    """The area of the nearest of some places."""
    return min(areas, key=lambda place: math.dist(at, (place.easting_m, place.northing_m))).area


def apart_m(a: Place, z: Place) -> float:
    """Metres between two places."""
    return math.dist((a.easting_m, a.northing_m), (z.easting_m, z.northing_m))


def polar(place: Place, degrees: float, distance_m: float) -> Point:
    """The position so far from a place, anticlockwise from east."""
    turned = math.radians(degrees)
    return (place.easting_m + distance_m * math.cos(turned), place.northing_m + distance_m * math.sin(turned))
