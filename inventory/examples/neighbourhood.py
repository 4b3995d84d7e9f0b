"""The streets around an exchange: spokes from its doors and a ring that joins them, none across another duct."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from inventory.examples.ground import Ground, Way
from inventory.examples.plant_plan import GINNEL, STREETS_OF_OTHERS
from inventory.examples.streets import Doors, polar
from inventory.places import Place
from inventory.plant import Point

SPOKES_M = (170.0, 360.0, 580.0)
TURNS = (0.0, 14.0, -14.0, 28.0, -28.0, 40.0, -40.0)  # degrees to try until a spoke is clear
RING_AT = 2  # the chamber of a spoke that the ring passes
STRANDS = 24


def lay_streets(ground: Ground, place: Place, doors: Doors, names: Sequence[str]) -> None:
    """Lay the streets around an exchange."""
    spokes = [
        _lay_spoke(ground, place, number, door, degrees, names[number % len(names)])
        for number, (door, degrees) in enumerate(_spokes(ground, place, doors), 1)
    ]
    passed = [spoke[RING_AT] for spoke in spokes if len(spoke) > RING_AT]
    if len(passed) > 2:
        passed.append(passed[0])
    for number, (a, z) in enumerate(pairwise(passed), 1):
        _lay_arc(ground, place, number, ground.places[a], ground.places[z])


def _spokes(ground: Ground, place: Place, doors: Doors) -> Iterator[tuple[str, float]]:
    """A door and a direction for each street."""
    for code in doors.chambers:
        door = ground.places[code]
        facing = math.degrees(math.atan2(door.northing_m - place.northing_m, door.easting_m - place.easting_m))
        for turn in (-45, 45) if len(doors.chambers) == 2 else (-110, 0, 110):
            yield code, facing + turn + ground.random.uniform(-12, 12)


def _lay_spoke(ground: Ground, place: Place, number: int, door: str, degrees: float, name: str) -> list[str]:
    """Lay a street in the first direction that is clear for longest; returns its places from the door on."""
    positions = max((_clear(ground, place, door, degrees + turn) for turn in TURNS), key=len)
    code, title = f"{_short(place)}-street-{number}", f"{name}, {_title(place)}"
    places = [door]
    for step, at in enumerate(positions, 1):
        places.append(ground.chamber(f"ch-{code}-{step}", f"{title} chamber {step}", place.area, at).code)
    if positions:
        _lay(ground, place, code, title, places)
    return places


def _clear(ground: Ground, place: Place, door: str, degrees: float) -> list[Point]:
    """The positions of a spoke's chambers, as far as it crosses nothing."""
    found: list[Point] = []
    before = (ground.places[door].easting_m, ground.places[door].northing_m)
    for distance_m in SPOKES_M:
        at = polar(place, degrees, distance_m)
        if not ground.is_clear(before, at):
            break
        found.append(at)
        before = at
    return found


def _lay_arc(ground: Ground, place: Place, number: int, a: Place, z: Place) -> None:
    """Lay a part of the ring, with a chamber in its middle; none where it would cross something."""
    start, end = (a.easting_m, a.northing_m), (z.easting_m, z.northing_m)
    middle = (round((start[0] + end[0]) / 2 + 12, 1), round((start[1] + end[1]) / 2 - 9, 1))
    if ground.is_clear(start, middle) and ground.is_clear(middle, end):
        code, title = f"{_short(place)}-ring-{number}", f"Ring round {_title(place)}"
        chamber = ground.chamber(f"ch-{code}", f"{title}, chamber {number}", place.area, middle)
        _lay(ground, place, code, title, [a.code, chamber.code, z.code])


def _lay(ground: Ground, place: Place, code: str, title: str, places: list[str]) -> None:
    owner, grant = STREETS_OF_OTHERS.get(place.code, (GINNEL, "highway"))
    way = Way(code, title, owner, 0, STRANDS, grant=grant)
    ground.lay(way, places)
    ground.offer(way)


def _short(place: Place) -> str:
    return place.code.split("-", 1)[1]


def _title(place: Place) -> str:
    return _short(place).replace("-", " ").title()
