"""Small made-up plants for tests: the small town with duct, cable and strand under its trunk, and random ones."""

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from inventory.consents import Consent, ConsentCover
from inventory.devices import Port, PortRef, PortRole
from inventory.places import Place, PlaceKind
from inventory.plant import (
    AssetKind,
    AssetRef,
    Bore,
    BoreRef,
    Cable,
    CableBore,
    Closure,
    Duct,
    Odf,
    OdfPosition,
    Patch,
    PositionRef,
    Splice,
    Strand,
    StrandRef,
    StrandState,
)
from inventory.snapshot import Inventory
from tests.towns import TownPlan, small_town

PARTIES = ("tram", "coop", "coop")  # owner, operator, user
FROM_2020 = date(2020, 1, 1)
QUAY, CHAMBER, MILL = (380_000.0, 397_000.0), (380_400.0, 397_200.0), (381_000.0, 397_500.0)


def planted_town(plan: TownPlan | None = None) -> Inventory:
    """The small town; its trunk is on strands 1 and 2 of two cables that are spliced in a chamber half way.

    quay --d-east (500 m)-- chamber --d-west (700 m, 20 m of slack)-- mill; 12 strands each, of which
    1 and 2 are lit with 100GBASE-LR4, 3 and 4 spliced through, and 12 of the western cable is faulty.
    """
    town = small_town(plan)
    return replace(
        town,
        places=(*town.places, Place("pit", "Half-way pit", PlaceKind.CHAMBER, "Mills", *CHAMBER, "", *PARTIES)),
        ducts=(
            Duct("d-east", "quay", "pit", (QUAY, CHAMBER), 500.0, *PARTIES, corridor="tram"),
            Duct("d-west", "mill", "pit", (MILL, CHAMBER), 700.0, "canal", "coop", "coop"),
        ),
        bores=(
            Bore(BoreRef("d-east", 1), 40.0, 20.0, 40.0),
            Bore(BoreRef("d-east", 2), 25.0, 0.0, 40.0, "alder"),
            Bore(BoreRef("d-west", 1), 40.0, 30.0, 40.0),
        ),
        cables=(
            Cable("k-east", "quay", "pit", 12, 6, 10.1, 0.0, *PARTIES),
            Cable("k-west", "pit", "mill", 12, 6, 10.1, 20.0, *PARTIES),
        ),
        cable_bores=(
            CableBore("k-east", 1, BoreRef("d-east", 1)),
            CableBore("k-west", 1, BoreRef("d-west", 1)),
        ),
        strands=tuple(_strand(cable, number) for cable in ("k-east", "k-west") for number in range(1, 13)),
        closures=(Closure("box", "pit", 48, *PARTIES),),
        splices=tuple(
            Splice("box", StrandRef("k-east", number), StrandRef("k-west", number), loss_db)
            for number, loss_db in enumerate((0.05, 0.08, 0.0, 0.12), start=1)
        ),
        odfs=(Odf("odf-quay", "quay", 24, *PARTIES), Odf("odf-mill", "mill", 24, *PARTIES)),
        odf_positions=tuple(
            OdfPosition(PositionRef(odf, number), StrandRef(cable, number) if number <= 12 else None)
            for odf, cable in (("odf-quay", "k-east"), ("odf-mill", "k-west"))
            for number in range(1, 25)
        ),
        patches=tuple(
            Patch(PositionRef(f"odf-{place}", number), PortRef(f"sw-{place}", "Ethernet49"), None, "100GBASE-LR4")
            for place in ("quay", "mill")
            for number in (1, 2)
        ),
        consents=(
            Consent("c-tram", "Tram Authority", "GM1", "wayleave", FROM_2020, None, 12_000),
            Consent("c-canal", "Canal Trust", "GM2", "licence", FROM_2020, FROM_2020.replace(year=2027), 5_000),
        ),
        consent_covers=(
            ConsentCover("c-tram", AssetRef(AssetKind.DUCT, "d-east")),
            ConsentCover("c-canal", AssetRef(AssetKind.DUCT, "d-west")),
        ),
    )


def _strand(cable: str, number: int) -> Strand:
    is_faulty = (cable, number) == ("k-west", 12)
    return Strand(StrandRef(cable, number), StrandState.FAULTY if is_faulty else StrandState.USABLE)


def random_plant(random: Random) -> Inventory:
    """A few places with random duct, cable, splices and patches between them; loops of strands happen."""
    places = [f"p{number}" for number in range(random.randint(2, 5))]
    ducts = [_random_duct(random, places, number) for number in range(random.randint(1, 7))]
    cables = [cable for number in range(random.randint(1, 6)) if (cable := _random_cable(random, ducts, number))]
    strands = [StrandRef(cable.code, n) for cable, _ in cables for n in range(1, cable.strand_count + 1)]
    joints = _random_joints(random, places, [cable for cable, _ in cables])
    return Inventory(
        places=tuple(Place(code, code, PlaceKind.CHAMBER, "", 0.0, 0.0) for code in places),
        ports=tuple(Port(PortRef(f"sw-{place}", str(n)), PortRole.NNI, 10_000) for place in places for n in range(4)),
        ducts=tuple(ducts),
        bores=tuple(Bore(BoreRef(duct.code, n), 40.0, 10.0, 50.0) for duct in ducts for n in (1, 2)),
        cables=tuple(cable for cable, _ in cables),
        cable_bores=tuple(
            CableBore(cable.code, position, BoreRef(duct, random.randint(1, 2)))
            for cable, route in cables
            for position, duct in enumerate(route, start=1)
        ),
        strands=tuple(Strand(ref, random.choice(list(StrandState))) for ref in strands),
        closures=tuple(Closure(f"c-{place}", place, 48, *PARTIES) for place in places),
        odfs=tuple(Odf(f"o-{place}", place, 12, *PARTIES) for place in places),
        **joints,
    )


def _random_duct(random: Random, places: list[str], number: int) -> Duct:
    a, z = random.sample(places, 2)
    return Duct(f"d{number}", a, z, (QUAY, MILL), float(random.randint(1, 900)), f"owner{number % 3}", "coop", "coop")


def _random_cable(random: Random, ducts: list[Duct], number: int) -> tuple[Cable, list[str]] | None:
    """A cable through one to three ducts that follow each other; None where these lead back to its first place."""
    first = random.choice(ducts)
    at, route = first.z_place, [first.code]
    for _ in range(random.randint(0, 2)):
        onward = [duct for duct in ducts if at in {duct.a_place, duct.z_place} and duct.code not in route]
        if not onward:
            break
        duct = random.choice(onward)
        at, route = (duct.a_place if at == duct.z_place else duct.z_place), [*route, duct.code]
    if at == first.a_place:
        return None
    slack_m = float(random.choice((0, 15)))
    return Cable(f"k{number}", first.a_place, at, random.randint(1, 4), 2, 8.0, slack_m, *PARTIES), route


def _random_joints(random: Random, places: list[str], cables: list[Cable]) -> dict[str, Any]:
    """Of the ends at each place some are spliced in pairs, some at the back of positions, some nowhere."""
    splices: list[Splice] = []
    positions: list[OdfPosition] = []
    patches: list[Patch] = []
    for place in places:
        here = [cable for cable in cables if place in {cable.a_place, cable.z_place}]
        ends = [StrandRef(cable.code, number) for cable in here for number in range(1, cable.strand_count + 1)]
        random.shuffle(ends)
        while len(ends) > 1 and random.random() < 0.7:
            splices.append(Splice(f"c-{place}", ends.pop(), ends.pop(), random.choice((0.0, 0.05, 0.2))))
        strands = [ends.pop() if ends and random.random() < 0.8 else None for _ in range(random.randint(0, 6))]
        there = [OdfPosition(PositionRef(f"o-{place}", n), strand) for n, strand in enumerate(strands, start=1)]
        positions += there
        patches += _random_patches(random, place, [position.ref for position in there])
    return {"splices": tuple(splices), "odf_positions": tuple(positions), "patches": tuple(patches)}


def _random_patches(random: Random, place: str, fronts: list[PositionRef]) -> list[Patch]:
    random.shuffle(fronts)
    patches = []
    while len(fronts) > 1 and random.random() < 0.5:
        patches.append(Patch(fronts.pop(), None, fronts.pop()))
    for number, front in enumerate(fronts[:4]):
        if random.random() < 0.7:
            patches.append(Patch(front, PortRef(f"sw-{place}", str(number)), None, "10GBASE-LR"))
    return patches
