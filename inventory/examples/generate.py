"""Make the Manchester example: `python -m inventory.examples.generate FOLDER [--seed S] [--scale N]`.

The same seed and scale always give the same bytes. `scale` multiplies the whole estate: the city, and boroughs
around it (`boroughs`).
UPRNs are 9999 PP NNNNNN (place, number): made up, and meant to look so. Postcodes end in two of
the letters C I K M O V, which Royal Mail uses in no inward code. Streets are invented.
"""

import argparse
import math
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random

from inventory.devices import Device, DeviceRole, PortRef
from inventory.examples import estate
from inventory.examples.city import build_estate
from inventory.examples.equipment import Patching, device_of, ports_of
from inventory.files.bundle import write_bundle
from inventory.handovers import Handover
from inventory.links import Link
from inventory.places import Place, PlaceKind
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory
from inventory.vlans import TagRange

SEED = 1853  # the year Manchester became a city
NAME = "Manchester example"
NOTE = (
    "Places are real, at roughly their real position. Everything else is made up: UPRNs (all begin with 9999), "
    "streets, postcodes (their last two letters occur in no real one), members, ISPs, equipment and prices."
)

PREMISES_PER_PLACE = 80
PREMISES_WITHOUT_PLACE = 160
NTES_AT_EXCHANGES = {"dx-science-park": 2, "dx-corridor": 1, "dx-noma": 1, "dx-wythenshawe": 1}
NTES_PER_NEIGHBOURHOOD = 4
NTES_UNLINKED = 3
ACCESS_POINTS = 20
FIBRE_PER_STRAIGHT_LINE = 1.3  # streets are no straight lines
DROP_DETOUR_M = 40.0
SPREAD_M = 350.0  # standard deviation of premises around what serves them

STREET_NAMES = (
    "Spindlewick",
    "Weftmere",
    "Shuttlebrook",
    "Heddleford",
    "Twillgate",
    "Carderyle",
    "Selvedgeham",
    "Bobbinshaw",
    "Ginnelthorpe",
    "Fustianfield",
    "Calicoby",
    "Doublerow",
)
STREET_ENDINGS = ("Street", "Road", "Close", "Walk", "Lane", "Grove")
UNREAL_INWARD_LETTERS = "CIKMOV"
SERVED_PLACES = (*estate.EXCHANGES, *estate.NEIGHBOURHOODS)


def make_estate(seed: int = SEED, scale: int = 1) -> Inventory:
    """Return the example. 3,000 premises and about 1,000 places at scale 1."""
    random = Random(seed)  # noqa: S311 - an example, no secret
    premises = tuple(_premises(random))
    switches = tuple(_switches())
    ntes = tuple(_ntes(premises))
    access_points = tuple(_access_points())
    devices = (*switches, *ntes, *access_points)
    active = Inventory(
        places=SERVED_PLACES,
        premises=premises,
        organisations=(*estate.ISPS, *estate.OTHER_MEMBERS),
        devices=devices,
        ports=tuple(port for device in devices for port in ports_of(device)),
        links=tuple(_links(premises, ntes, access_points)),
        handovers=tuple(_handovers()),
    )
    return build_estate(active, seed, scale)


def _premises(random: Random) -> Iterator[Premises]:
    for number, place in enumerate(SERVED_PLACES, 1):
        for index in range(1, PREMISES_PER_PLACE + 1):
            yield _one_premises(random, f"9999{number:02d}{index:06d}", place, place.code)
    for index in range(1, PREMISES_WITHOUT_PLACE + 1):
        yield _one_premises(random, f"999999{index:06d}", random.choice(estate.NEIGHBOURHOODS), None)


def _one_premises(random: Random, uprn: str, near: Place, serving_place: str | None) -> Premises:
    inward = f"{random.randint(1, 9)}{random.choice(UNREAL_INWARD_LETTERS)}{random.choice(UNREAL_INWARD_LETTERS)}"
    street = f"{random.choice(STREET_NAMES)} {random.choice(STREET_ENDINGS)}"
    area = near.code.split("-", 1)[1].replace("-", " ").title()
    kind = random.choices(list(PremisesKind), weights=(85, 12, 3))[0]
    return Premises(
        uprn=uprn,
        address=f"{random.randint(1, 199)} {street}, {area} (made up)",
        postcode=f"{estate.POSTCODE_DISTRICTS[near.code]} {inward}",
        kind=kind,
        easting_m=round(random.gauss(near.easting_m, SPREAD_M), 1),
        northing_m=round(random.gauss(near.northing_m, SPREAD_M), 1),
        serving_place=serving_place,
    )


def _switches() -> Iterator[Device]:
    numbers = {PlaceKind.DX: count(1), PlaceKind.DXP: count(1)}
    for place in SERVED_PLACES:
        for number in range(1, estate.SWITCHES_AT.get(place.code, 1) + 1):
            is_exchange = place.kind is PlaceKind.DX
            model = estate.DX_MODEL if is_exchange else estate.DXP_MODEL
            address = f"127.1.{1 if is_exchange else 2}.{next(numbers[place.kind])}"
            yield device_of(estate.switch_name(place.code, number), DeviceRole.SWITCH, model, place.code, address)


def _ntes(premises: tuple[Premises, ...]) -> Iterator[Device]:
    """At the first premises of each place, so that they are easy to name; every other one has four UNIs."""
    number = count(1)
    for place in SERVED_PLACES:
        served = [each for each in premises if each.serving_place == place.code]
        for each in served[: _ntes_at(place)]:
            index = next(number)
            model = estate.NTE_MODELS[4 if index % 2 == 0 else 2]
            yield device_of(f"nte-{index:04d}", DeviceRole.NTE, model, None, f"127.1.10.{index}", each.uprn)


def _ntes_at(place: Place) -> int:
    if not estate.SWITCHES_AT.get(place.code, 1):
        return 0
    if place.code == estate.UNLINKED:
        return NTES_UNLINKED
    return NTES_PER_NEIGHBOURHOOD if place.kind is PlaceKind.DXP else NTES_AT_EXCHANGES.get(place.code, 0)


def _access_points() -> Iterator[Device]:
    places = [place for place in estate.NEIGHBOURHOODS if estate.SWITCHES_AT.get(place.code, 1)]
    for index in range(ACCESS_POINTS):
        place = places[index % len(places)]
        name = f"ap-{place.code.split('-', 1)[1]}-{index // len(places) + 1}"
        yield device_of(name, DeviceRole.ACCESS_POINT, estate.AP_MODEL, place.code, None)


def _links(
    premises: tuple[Premises, ...], ntes: tuple[Device, ...], access_points: tuple[Device, ...]
) -> Iterator[Link]:
    patching = Patching()
    places = {estate.switch_name(place.code, number): place for place in SERVED_PLACES for number in (1, 2)}
    for a, z, capacity_mbps in (*estate.TRUNKS, *estate.UPLINKS):
        length_m = _fibre_m(places[a], places[z])
        code = f"{a.removeprefix('sw-')}--{z.removeprefix('sw-')}"
        yield Link(code, patching.inwards(a), patching.inwards(z), capacity_mbps, length_m)
    by_uprn = {each.uprn: each for each in premises}
    by_code = {place.code: place for place in SERVED_PLACES}
    for nte in ntes:
        at = by_uprn[nte.uprn or ""]
        serving = by_code[at.serving_place or ""]
        end = patching.down(estate.switch_name(serving.code))
        yield Link(f"drop-{nte.name}", PortRef(nte.name, "Ethernet5"), end, 10_000, _fibre_m(at, serving))
    for access_point in access_points:
        end = patching.down(estate.switch_name(access_point.place_code or ""))
        yield Link(f"drop-{access_point.name}", PortRef(access_point.name, "eth0"), end, 2_500, DROP_DETOUR_M)


def _fibre_m(a: Place | Premises, z: Place | Premises) -> float:
    """Metres of fibre, guessed from the straight line; never less than what a riser and two racks take."""
    straight_m = math.hypot(a.easting_m - z.easting_m, a.northing_m - z.northing_m)
    return round(straight_m * FIBRE_PER_STRAIGHT_LINE + DROP_DETOUR_M, 1)


def _handovers() -> Iterator[Handover]:
    for plan in estate.HANDOVERS:
        yield Handover(
            plan.code,
            plan.isp_code,
            plan.place_code,
            PortRef(plan.device, plan.port),
            plan.capacity_mbps,
            TagRange(plan.first, plan.last),
        )


def main(arguments: list[str]) -> None:
    """Write the example into a folder."""
    parser = argparse.ArgumentParser(description="Make the Manchester example.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--scale", type=int, default=1, help="how many times the city")
    asked = parser.parse_args(arguments)
    write_bundle(make_estate(asked.seed, asked.scale), asked.folder, NAME, NOTE)


if __name__ == "__main__":
    main(sys.argv[1:])
