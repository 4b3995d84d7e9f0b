"""Boroughs around the city, for estates of any size: streets in a lattice, two DXs and eight DXPs each.

A borough has about as many places, premises, ducts and strands as the city. Their codes end in its
number, such as "-b07". It is joined by two roads with each neighbour that was there before it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from inventory.examples import estate
from inventory.examples.cells import CELL_M, Cell
from inventory.examples.ground import Ground, Way
from inventory.examples.plant_plan import GINNEL, TOWPATH, WEAVERS
from inventory.examples.sites import (
    IN_EACH,
    IN_SOME,
    SECOND_ENTRY_EVERY,
    add_public_site,
    made_up_premises,
    two_nearest,
)
from inventory.places import Place, PlaceKind
from inventory.plant import Point
from inventory.premises import Premises, PremisesKind

LINES = 28  # streets each way
SPACING_M = 250.0
MARGIN_M = (CELL_M - (LINES - 1) * SPACING_M) / 2
ARTERIES = tuple(range(2, LINES, 4))
TRUNK, DISTRIBUTION = 48, 24
EXCHANGES, DX_COUNT = 10, 2
PREMISES_EACH = 300  # around an exchange
PUBLIC_EACH = 10
SPREAD_M = 420.0
JOIN_EVERY_M = 700.0
JOINED_BY = (ARTERIES[1], ARTERIES[-2])  # the arteries that go on into the neighbour
NAMES = ("Weft", "Twill", "Spindle", "Loom", "Carder", "Heddle", "Bobbin", "Shuttle", "Fustian", "Selvedge")
ENDINGS = ("mere", "ford", "gate", "ham", "thorpe", "brook", "wick", "shaw", "field", "ley", "bank", "holme")


@dataclass(slots=True)
class Borough:
    """What has been laid of one."""

    number: int
    cell: Cell
    ground: Ground
    exchanges: list[Place] = field(default_factory=list)
    premises: list[Premises] = field(default_factory=list)

    @property
    def suffix(self) -> str:
        return f"b{self.number:02d}"

    @property
    def area(self) -> str:
        return f"Borough {self.number}"

    def node(self, row: int, column: int) -> str:
        """The chamber where two streets cross."""
        return f"ch-{row:02d}{column:02d}-{self.suffix}"


def lay_borough(number: int, cell: Cell, seed: int, places: dict[str, Place]) -> Borough:
    """Lay a borough's streets, exchanges, premises and public sites."""
    random = Random(f"{seed} borough {number}")  # noqa: S311 - an example, no secret
    borough = Borough(number, cell, Ground(random, places, number * 1_000))
    _lay_lattice(borough)
    for index, (row, column) in enumerate(_crossings(random)):
        _lay_exchange(borough, index, row, column)
    for index, exchange in enumerate(borough.exchanges):
        borough.premises.extend(_premises(borough, index, exchange))
    return borough


def _lay_lattice(borough: Borough) -> None:
    """Every street from west to east, and the arteries from south to north."""
    ground = borough.ground
    west, south = borough.cell.south_west
    for row in range(LINES):
        for column in range(LINES):
            at = (
                west + MARGIN_M + column * SPACING_M + ground.random.uniform(-45, 45),
                south + MARGIN_M + row * SPACING_M + ground.random.uniform(-45, 45),
            )
            code = borough.node(row, column)
            ground.chamber(code, f"Chamber {row}/{column}, {borough.area}", borough.area, at)
    for row in range(LINES):
        _lay_line(borough, "street", row, [borough.node(row, column) for column in range(LINES)])
    for column in ARTERIES:
        _lay_line(borough, "avenue", column, [borough.node(row, column) for row in range(LINES)])


def _lay_line(borough: Borough, kind: str, number: int, places: list[str]) -> None:
    is_artery = number in ARTERIES
    owner = borough.ground.random.choices((GINNEL, TOWPATH, WEAVERS), weights=(7, 2, 1))[0]
    corridor = f"tramside-{borough.suffix}" if kind == "avenue" and number == ARTERIES[3] else ""
    way = Way(
        f"{kind}-{number:02d}-{borough.suffix}",
        f"{kind.title()} {number}, {borough.area}",
        owner,
        TRUNK if is_artery else 0,
        DISTRIBUTION,
        corridor=corridor,
        grant="tram" if corridor else "highway",
    )
    bridges = _river_bridges(borough, number) if kind == "avenue" else {}
    borough.ground.lay(way, places, bridges)
    borough.ground.offer(way)


def _river_bridges(borough: Borough, column: int) -> dict[str, str]:
    """A river runs from west to east through the middle: two arteries share each bridge over it."""
    shared = ARTERIES.index(column) // 2 + 1
    return {borough.node(LINES // 2, column): f"bridge-{shared}-{borough.suffix}"}


def _crossings(random: Random) -> Iterator[tuple[int, int]]:
    """Where exchanges stand: crossings of arteries, the two DXs apart from each other."""
    last = len(ARTERIES) - 2  # a neighbour to the east and north is needed for the second entry
    dxs = [(random.randint(0, 1), random.randint(0, last)), (random.randint(last - 1, last), random.randint(0, last))]
    others = [(row, column) for row in range(last + 1) for column in range(last + 1) if (row, column) not in dxs]
    for row, column in (*dxs, *random.sample(others, EXCHANGES - DX_COUNT)):
        yield ARTERIES[row], ARTERIES[column]


def _lay_exchange(borough: Borough, index: int, row: int, column: int) -> None:
    ground, is_dx = borough.ground, index < DX_COUNT
    crossing = ground.places[borough.node(row, column)]
    name = f"{NAMES[index]}{ENDINGS[borough.number % len(ENDINGS)]}"
    kind = PlaceKind.DX if is_dx else PlaceKind.DXP
    code = f"{kind}-{name.lower()}-{borough.suffix}"
    title = f"{name} {'exchange' if is_dx else 'neighbourhood exchange'}, {borough.area} (made up)"
    at = (round(crossing.easting_m + 90, 1), round(crossing.northing_m + 90, 1))
    exchange = ground.add(Place(code, title, kind, borough.area, *at, f"zone-{borough.suffix}"))
    borough.exchanges.append(exchange)
    second = borough.node(row, column + 1) if is_dx or index % 2 else ""
    for entry, node in (("first", crossing.code), ("second", second)):
        if node:
            way = Way(f"{name.lower()}-{entry}-entry-{borough.suffix}", title, GINNEL, TRUNK, 2 * DISTRIBUTION)
            ground.lay(way, [node, code], entry=f"{code}-{entry}")


def _premises(borough: Borough, index: int, near: Place) -> Iterator[Premises]:
    random = borough.ground.random
    first_uprn = 999950000001 + borough.number * 10_000 + index * 1_000
    district = sorted(estate.POSTCODE_DISTRICTS.values())[borough.number % len(estate.POSTCODE_DISTRICTS)]
    name = near.code.split("-")[1].title()
    for number in range(PREMISES_EACH):
        if number < PUBLIC_EACH:
            word, title = (*IN_EACH, *IN_SOME)[number % (len(IN_EACH) + len(IN_SOME))]
            kind, address = PremisesKind.PUBLIC, f"{name} {title} {number + 1}, {borough.area} (made up)"
        else:
            kind = random.choices((PremisesKind.HOME, PremisesKind.BUSINESS), weights=(88, 12))[0]
            address = f"{random.randint(1, 199)} {random.choice(NAMES)} Street, {name}, {borough.area} (made up)"
        each = made_up_premises(random, first_uprn + number, near, kind, address, district, SPREAD_M)
        if number < PUBLIC_EACH:
            code = f"site-{name.lower()}-{word}-{number + 1}-{borough.suffix}"
            exchanges = two_nearest(near, borough.exchanges) if number % SECOND_ENTRY_EVERY == 0 else (near.code,)
            add_public_site(borough.ground, code, address, each, borough.area, exchanges)
        yield each


def lay_joins(borough: Borough, others: dict[Cell, Borough], city: list[Place]) -> None:
    """Join it by two roads with each neighbour that is there, or with the city's nearest junctions."""
    for side, cell in enumerate(borough.cell.neighbours()):
        other = others.get(cell)
        for turn, artery in enumerate(JOINED_BY):
            here = borough.ground.places[_border_node(borough, side, artery)]
            if other is not None:
                there = borough.ground.places[_border_node(other, (side + 2) % 4, artery)]
            elif cell.is_city:
                there = _nearest_two(city, here)[turn]
            else:
                continue
            _lay_join(borough, f"join-{'wsen'[side]}{turn + 1}-{borough.suffix}", here, there)


def _border_node(borough: Borough, side: int, artery: int) -> str:
    first, last = 0, LINES - 1
    row, column = ((artery, first), (first, artery), (artery, last), (last, artery))[side]
    return borough.node(row, column)


def _nearest_two(places: list[Place], to: Place) -> list[Place]:
    return sorted(places, key=lambda place: _apart_m(place, to))[:2]


def _lay_join(borough: Borough, code: str, here: Place, there: Place) -> None:
    spans = max(1, round(_apart_m(here, there) / JOIN_EVERY_M))
    places = [here.code]
    for number in range(1, spans):
        share = number / spans
        at: Point = (
            here.easting_m + (there.easting_m - here.easting_m) * share,
            here.northing_m + (there.northing_m - here.northing_m) * share,
        )
        title = f"Chamber {number} on the way out of {borough.area}"
        places.append(borough.ground.chamber(f"ch-{code}-{number:02d}", title, borough.area, at).code)
    way = Way(code, f"Road out of {borough.area}", GINNEL, TRUNK, 0)
    borough.ground.lay(way, [*places, there.code])


def _apart_m(a: Place, z: Place) -> float:
    return math.dist((a.easting_m, a.northing_m), (z.easting_m, z.northing_m))
