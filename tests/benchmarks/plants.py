"""Made-up plants of any size, from a seed: streets on a grid with diagonals, one cable a duct, and what ducts share.

Roads keep to a grid that is bent a little; every sixteenth street carries a tram (its ducts share a corridor), every
sixth crossing of the river is one of two ducts on a bridge, some long cables pass places uncut, some cables
are full. Built as rows of arrays: a hundred thousand places come in seconds.
"""

import random
from dataclasses import dataclass, replace
from datetime import date
from math import dist, isqrt

from inventory.consents import Consent, ConsentCover
from inventory.places import Place, PlaceKind
from inventory.plant import Bore, BoreRef, Cable, CableBore, Closure, Duct, Strand, StrandRef, StrandState
from inventory.snapshot import Inventory

SEED = 1904
PARTIES = ("city", "coop", "coop")
BLOCK_M = 90.0
TRAM_EVERY, RIVER_EVERY, LONG_SHARE, FULL_SHARE = 16, 40, 0.05, 0.03


@dataclass(frozen=True, slots=True)
class _Street:
    """Between two places, by number."""

    a: int
    z: int


def city_plant(places: int, *, shares_risks: bool = True) -> Inventory:
    """About so many places where cables end, and one and a half times as many ducts.

    Without `shares_risks` no two ducts share a corridor or bridge, and every cable ends with its duct.
    """
    rng = random.Random(SEED)
    side = isqrt(places)
    spots = [_place(rng, number, side) for number in range(side * side)]
    streets = [street for street in _streets(side) if rng.random() < 0.8]
    ducts = [_duct(rng, number, street, spots, side) for number, street in enumerate(streets)]
    rows = [(duct,) for duct in ducts]
    if shares_risks:
        rows += _long_rows(rng, ducts)
    else:
        ducts = [replace(duct, corridor="", bridge="") for duct in ducts]
    cables = [_cable(number, row) for number, row in enumerate(rows)]
    return Inventory(
        places=tuple(spots),
        ducts=tuple(ducts),
        bores=tuple(Bore(BoreRef(duct.code, 1), 90.0, 10.0, 40.0) for duct in ducts),
        cables=tuple(cables),
        cable_bores=tuple(
            CableBore(cable.code, position, BoreRef(duct.code, 1))
            for cable, row in zip(cables, rows, strict=True)
            for position, duct in enumerate(row, start=1)
        ),
        strands=tuple(strand for cable in cables for strand in _strands(rng, cable)),
        closures=tuple(Closure(f"box-{place.code}", place.code, 48, *PARTIES) for place in spots),
        consents=(Consent("all", "The city", "all streets", "licence", date(2020, 1, 1), None, 0),),
        consent_covers=tuple(ConsentCover("all", duct.ref) for duct in ducts),
    )


def _place(rng: random.Random, number: int, side: int) -> Place:
    row, column = divmod(number, side)
    easting_m, northing_m = (380_000 + BLOCK_M * (at + rng.uniform(-0.3, 0.3)) for at in (column, row))
    return Place(f"p{number:06}", f"Chamber {number}", PlaceKind.CHAMBER, "", easting_m, northing_m, "", *PARTIES)


def _streets(side: int) -> list[_Street]:
    """Along the rows, along the columns."""
    along = [_Street(at, at + 1) for at in range(side * side) if (at + 1) % side]
    return along + [_Street(at, at + side) for at in range(side * side - side)]


def _duct(rng: random.Random, number: int, street: _Street, spots: list[Place], side: int) -> Duct:
    a, z = spots[street.a], spots[street.z]
    ends = (a.easting_m, a.northing_m), (z.easting_m, z.northing_m)
    row, column = divmod(street.a, side)
    is_along = street.z == street.a + 1
    crossing = row if is_along else column
    on_tram = crossing % TRAM_EVERY == 0
    over_river = is_along and column % RIVER_EVERY == RIVER_EVERY // 2
    return Duct(
        f"d{number:06}",
        a.code,
        z.code,
        ends,
        round(dist(*ends) * rng.uniform(1.0, 1.3), 2),
        *PARTIES,
        corridor=f"tram-{'row' if is_along else 'column'}-{crossing}-{(column if is_along else row) // 12}"
        if on_tram
        else "",
        bridge=f"bridge-{column}-{row // 2}" if over_river else "",
    )


def _tram(is_along: bool, row: int, column: int) -> str:
    """A corridor is a dozen blocks of a street with a tram in it."""
    return f"tram-row-{row}-{column // 12}" if is_along else f"tram-column-{column}-{row // 12}"


def _long_rows(rng: random.Random, ducts: list[Duct]) -> list[tuple[Duct, ...]]:
    """Cables through two or three ducts that follow each other."""
    onward: dict[str, list[Duct]] = {}
    for duct in ducts:
        onward.setdefault(duct.a_place, []).append(duct)
    found = []
    for duct in rng.sample(ducts, int(len(ducts) * LONG_SHARE)):
        row = [duct]
        while len(row) < 3 and onward.get(row[-1].z_place):
            row.append(rng.choice(onward[row[-1].z_place]))
        if len(row) > 1:
            found.append(tuple(row))
    return found


def _cable(number: int, row: tuple[Duct, ...]) -> Cable:
    return Cable(f"k{number:06}", row[0].a_place, row[-1].z_place, 4, 4, 10.0, 0.0, *PARTIES)


def _strands(rng: random.Random, cable: Cable) -> list[Strand]:
    state = StrandState.SET_ASIDE if rng.random() < FULL_SHARE else StrandState.USABLE
    return [Strand(StrandRef(cable.code, number), state) for number in range(1, 5)]
