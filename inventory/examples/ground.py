"""Lay the example's ducts: ways of ducts from chamber to chamber, and the places they join."""

import math
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from random import Random

from inventory.examples.plant_plan import GINNEL
from inventory.places import Place, PlaceKind
from inventory.plant import AssetStatus, Duct, Point

BEND_EVERY_M = 130.0
BEND_M = 7.0  # how far a bend is from the straight line at most
SURVEYED_EXTRA = 1.02  # a surveyed length is up to this much more than the drawn line
CELL_M = 400.0  # of the index of chambers a drop can start at


type Line = tuple[Point, Point]


@dataclass(slots=True)
class Way:
    """Ducts that follow each other, and what is to lie in them: strands of each cable, 0 where there is none.

    At `junctions` there is a closure, whether another way is met there or not.
    """

    code: str
    title: str
    owner: str
    trunk: int = 0
    distribution: int = 0
    drop: int = 0
    corridor: str = ""
    grant: str = "highway"
    usrn: str = ""
    status: AssetStatus = AssetStatus.LIVE
    ready_from: date | None = None
    first_cable: int = 1
    places: list[str] = field(default_factory=list)
    ducts: list[Duct] = field(default_factory=list)
    junctions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PublicSite:
    """A public building, and the exchanges it is to be joined with: one for each of its entries."""

    site: str
    exchanges: tuple[str, ...]


class Ground:
    """What has been laid so far. One seed, one ground."""

    def __init__(self, random: Random, places: dict[str, Place] | None = None, usrns_before: int = 0) -> None:
        self.random = random
        self.places: dict[str, Place] = {} if places is None else places
        self.ways: list[Way] = []
        self.public_sites: list[PublicSite] = []
        self._cells: dict[tuple[int, int], list[Place]] = {}
        self._lines: dict[tuple[int, int], list[Line]] = {}
        self._numbers: dict[str, int] = {"usrn": usrns_before}

    def add(self, place: Place) -> Place:
        self.places[place.code] = place
        return place

    def chamber(self, code: str, title: str, area: str, at: Point, owner: str = GINNEL) -> Place:
        """Put a chamber into the ground."""
        easting_m, northing_m = round(at[0], 1), round(at[1], 1)
        return self.add(Place(code, title, PlaceKind.CHAMBER, area, easting_m, northing_m, "", owner, GINNEL, GINNEL))

    def number(self, of: str) -> int:
        """1, 2, 3 ... for each `of`."""
        self._numbers[of] = self._numbers.get(of, 0) + 1
        return self._numbers[of]

    def lay(self, way: Way, places: list[str], bridges: dict[str, str] | None = None, entry: str = "") -> None:
        """Lay ducts from place to place. `bridges` are by the place before the bridge; `entry` is that at the last."""
        way.places = places
        way.usrn = way.usrn or f"9{self.number('usrn'):07d}"
        for number, (a, z) in enumerate(pairwise(places), way.first_cable):
            bridge = (bridges or {}).get(a, "")
            is_last = z == places[-1]
            duct = self._duct(way, f"du-{way.code}-{number:02d}", a, z, bridge, entry if is_last else "")
            way.ducts.append(duct)
            for line in pairwise(duct.route):
                self._lines.setdefault(_cell(*line[0]), []).append(line)
        self.ways.append(way)

    def offer(self, way: Way) -> None:
        """Let drops start at the chambers of a way."""
        for code in way.places:
            place = self.places[code]
            if place.kind is PlaceKind.CHAMBER:
                there = self._cells.setdefault(_cell(place.easting_m, place.northing_m), [])
                if place not in there:
                    there.append(place)

    def nearest(self, easting_m: float, northing_m: float, other_than: frozenset[str] = frozenset()) -> Place:
        """The nearest chamber a drop can start at."""
        x, y = _cell(easting_m, northing_m)
        reach = 1
        while True:
            found = [
                (math.dist((easting_m, northing_m), (place.easting_m, place.northing_m)), place.code)
                for column in range(x - reach, x + reach + 1)
                for row in range(y - reach, y + reach + 1)
                for place in self._cells.get((column, row), ())
                if place.code not in other_than
            ]
            if found and min(found)[0] <= reach * CELL_M:
                return self.places[min(found)[1]]
            reach += 1

    def is_clear(self, a: Point, z: Point) -> bool:
        """Whether a duct from a to z would cross none that is there, wherever it bends."""
        straight_m = math.dist(a, z)
        aside = ((a[1] - z[1]) / straight_m * 2 * BEND_M, (z[0] - a[0]) / straight_m * 2 * BEND_M)
        near = self._lines_near(a, z)
        for sign in (-1, 0, 1):
            one = (a[0] + sign * aside[0], a[1] + sign * aside[1])
            other = (z[0] + sign * aside[0], z[1] + sign * aside[1])
            if any(a not in line and z not in line and _do_cross(one, other, *line) for line in near):
                return False
        return True

    def _lines_near(self, a: Point, z: Point) -> set[Line]:
        columns = range(int(min(a[0], z[0]) // CELL_M) - 1, int(max(a[0], z[0]) // CELL_M) + 2)
        rows = range(int(min(a[1], z[1]) // CELL_M) - 1, int(max(a[1], z[1]) // CELL_M) + 2)
        return {line for column in columns for row in rows for line in self._lines.get((column, row), ())}

    def _duct(self, way: Way, code: str, a: str, z: str, bridge: str, entry: str) -> Duct:
        route = self._route(_at(self.places[a]), _at(self.places[z]))
        drawn_m = sum(math.dist(one, other) for one, other in pairwise(route))
        length_m = math.ceil(drawn_m * self.random.uniform(1.0, SURVEYED_EXTRA) * 10) / 10
        return Duct(
            code,
            a,
            z,
            route,
            length_m,
            way.owner,
            GINNEL,
            GINNEL,
            way.status,
            way.ready_from,
            way.usrn,
            way.corridor,
            bridge,
            "",
            entry,
        )

    def _route(self, a: Point, z: Point) -> tuple[Point, ...]:
        """A line with small bends, that goes on and never back."""
        straight_m = math.dist(a, z)
        bends = int(straight_m / BEND_EVERY_M)
        along = ((z[0] - a[0]) / straight_m, (z[1] - a[1]) / straight_m)
        points = [a]
        for number in range(1, bends + 1):
            on_m, aside_m = straight_m * number / (bends + 1), self.random.uniform(-BEND_M, BEND_M)
            easting_m = a[0] + along[0] * on_m - along[1] * aside_m
            northing_m = a[1] + along[1] * on_m + along[0] * aside_m
            points.append((round(easting_m, 1), round(northing_m, 1)))
        return (*points, z)


def _at(place: Place) -> Point:
    return (place.easting_m, place.northing_m)


def _do_cross(a: Point, z: Point, b: Point, y: Point) -> bool:
    """Whether the line from a to z crosses that from b to y."""
    return _side(a, z, b) * _side(a, z, y) < 0 and _side(b, y, a) * _side(b, y, z) < 0


def _side(a: Point, z: Point, of: Point) -> float:
    return (z[0] - a[0]) * (of[1] - a[1]) - (z[1] - a[1]) * (of[0] - a[0])


def _cell(easting_m: float, northing_m: float) -> tuple[int, int]:
    return int(easting_m // CELL_M), int(northing_m // CELL_M)
