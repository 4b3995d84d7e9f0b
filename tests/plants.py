"""Small made-up plants for tests: the small town with duct, cable and strand under its trunk, and random ones."""

from dataclasses import replace
from datetime import date

from inventory.consents import Consent, ConsentCover
from inventory.devices import PortRef
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
