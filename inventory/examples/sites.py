"""Buildings with fibre in them, street-light columns, and the drops that reach them."""

import math
from collections.abc import Iterator, Sequence
from random import Random

from inventory.devices import Device
from inventory.examples.ground import Ground, PublicSite, Way
from inventory.places import Place, PlaceKind
from inventory.plant import Point
from inventory.premises import Premises, PremisesKind

type PublicKind = tuple[str, str]
"""A kind of public building: for the code, and for the name."""

IN_EACH: tuple[PublicKind, ...] = (
    ("school", "Primary School"),
    ("high-school", "High School"),
    ("clinic", "Health Centre"),
    ("library", "Library"),
)
IN_SOME: tuple[PublicKind, ...] = (
    ("cctv-hub", "CCTV hub"),
    ("fire-station", "Fire Station"),
    ("leisure-centre", "Leisure Centre"),
    ("town-hall", "Town Hall"),
)
SECOND_ENTRY_EVERY = 4
DROP_STRANDS = {"nte": 4, "public": 12, "column": 2}
POLE_FROM_M = 90.0  # a drop to an NTE that is longer than this goes over a pole
COLUMN_M = (140.0, 420.0)


def public_buildings(
    places: Sequence[Place], first_uprn: int, names: Sequence[str]
) -> Iterator[tuple[str, str, int, Place]]:
    """Code, name, UPRN and neighbourhood of each public site."""
    number = 0
    for index, place in enumerate(places):
        area = place.code.split("-", 1)[1]
        for code, kind in (*IN_EACH, IN_SOME[index % len(IN_SOME)]):
            name = f"{names[number % len(names)]} {kind}, {area.replace('-', ' ').title()} (made up)"
            yield f"site-{area}-{code}", name, first_uprn + number, place
            number += 1


def two_nearest(place: Place, exchanges: Sequence[Place]) -> tuple[str, str]:
    """The codes of an exchange and of the one next to it."""
    others = (other for other in exchanges if other.code != place.code)
    at = (place.easting_m, place.northing_m)
    return place.code, min(others, key=lambda other: math.dist(at, (other.easting_m, other.northing_m))).code


def add_public_site(
    ground: Ground, code: str, name: str, premises: Premises, area: str, exchanges: tuple[str, ...]
) -> None:
    """Put a public building on the ground, with a drop by an entry of its own for each exchange it is joined with."""
    _add_site(ground, code, name, premises, area)
    first = _lay_drop(ground, code, f"drop-{code}", "public", f"{code}-front")
    if len(exchanges) > 1:
        _lay_drop(ground, code, f"drop-{code}-rear", "public", f"{code}-rear", frozenset({first}))
    ground.public_sites.append(PublicSite(code, exchanges))


def add_nte_site(ground: Ground, nte: Device, premises: Premises, area: str) -> str:
    """Put the building an NTE is in on the ground, with its drop. Returns its code."""
    code = f"site-{nte.name}"
    _add_site(ground, code, f"Premises of {nte.name} (made up)", premises, area)
    _lay_drop(ground, code, f"drop-{code}", "nte", f"{code}-front")
    return code


def add_column(ground: Ground, device: Device, near: Place) -> str:
    """Put the street-light column an access point hangs on on the ground. Returns its code."""
    random = ground.random
    easting_m = near.easting_m + random.choice((-1, 1)) * random.uniform(*COLUMN_M)
    northing_m = near.northing_m + random.choice((-1, 1)) * random.uniform(*COLUMN_M)
    code = f"col-{device.name}"
    title = f"Street-light column of {device.name}"
    ground.add(
        Place(
            code,
            title,
            PlaceKind.COLUMN,
            near.area,
            round(easting_m, 1),
            round(northing_m, 1),
            "",
            "ginnel",
            "ginnel",
            "ginnel",
        )
    )
    _lay_drop(ground, code, f"drop-{code}", "column", "")
    return code


def _add_site(ground: Ground, code: str, name: str, premises: Premises, area: str) -> None:
    ground.add(
        Place(
            code,
            name,
            PlaceKind.SITE,
            area,
            premises.easting_m,
            premises.northing_m,
            "",
            "",
            "",
            "",
            premises.uprn,
        )
    )


def _lay_drop(
    ground: Ground, site: str, way_code: str, kind: str, entry: str, other_than: frozenset[str] = frozenset()
) -> str:
    """Lay a drop from the nearest chamber; returns the chamber."""
    at = ground.places[site]
    chamber = ground.nearest(at.easting_m, at.northing_m, other_than)
    places = [chamber.code, site]
    distance_m = math.dist((chamber.easting_m, chamber.northing_m), (at.easting_m, at.northing_m))
    if kind == "nte" and distance_m > POLE_FROM_M:
        places.insert(1, _pole(ground, site, chamber, at))
    way = Way(way_code, f"Drop to {site}", "ginnel", drop=DROP_STRANDS[kind], grant="drops")
    ground.lay(way, places, entry=entry)
    return chamber.code


def _pole(ground: Ground, site: str, chamber: Place, at: Place) -> str:
    code = f"pole-{site.removeprefix('site-')}"
    share = 0.7
    ground.add(
        Place(
            code,
            f"Pole before {site}",
            PlaceKind.POLE,
            at.area,
            round(chamber.easting_m + (at.easting_m - chamber.easting_m) * share, 1),
            round(chamber.northing_m + (at.northing_m - chamber.northing_m) * share, 1),
            "",
            "ginnel",
            "ginnel",
            "ginnel",
        )
    )
    return code


def made_up_premises(
    random: Random, uprn: int, near: Place, kind: PremisesKind, address: str, district: str, spread_m: float
) -> Premises:
    """Premises somewhere around a place that serves them."""
    letters = "CIKMOV"
    inward = f"{random.randint(1, 9)}{random.choice(letters)}{random.choice(letters)}"
    at: Point = (random.gauss(near.easting_m, spread_m), random.gauss(near.northing_m, spread_m))
    return Premises(str(uprn), address, f"{district} {inward}", kind, round(at[0], 1), round(at[1], 1), near.code)
