"""The small estate with a plant under it, that keeps every rule, for tests that break one thing of it.

    dx-a (odf-a) --d-1/c-1-- ch-1 (cl-1) --d-2/c-2-- dxp-b (odf-b)
                                   \\--d-3/c-3-- site-1 (odf-s)

Strand 1 of c-1 is spliced to strand 1 of c-2: it carries link a--b.
"""

import dataclasses
from datetime import date
from typing import Any

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
from tests.unit.inventory.estates import SMALL_ESTATE

BOTH = ("ducts", "ducts", "ducts")
CHAMBER = (384_250.0, 397_100.25)


def _duct(code: str, a_place: str, z_place: str, *route: tuple[float, float], **more: Any) -> Duct:
    return Duct(code, a_place, z_place, route, 280.5, *BOTH, **more)


def _cable(code: str, a_place: str, z_place: str) -> Cable:
    return Cable(code, a_place, z_place, 3, 12, 10.0, 5.5, *BOTH)


PLANTED = dataclasses.replace(
    SMALL_ESTATE,
    places=(
        *SMALL_ESTATE.places,
        Place("ch-1", "Chamber 1", PlaceKind.CHAMBER, "North", *CHAMBER, "", *BOTH),
        Place("site-1", "A library", PlaceKind.SITE, "North", 384_600.0, 397_000.0, uprn="999900000002"),
    ),
    ducts=(
        _duct("d-1", "dx-a", "ch-1", (384_000.0, 397_000.0), (384_100.0, 397_000.0), CHAMBER, corridor="tram"),
        _duct("d-2", "ch-1", "dxp-b", CHAMBER, (384_500.5, 397_000.0), ready_from=date(2026, 3, 1), usrn="90000013"),
        Duct("d-3", "ch-1", "site-1", (CHAMBER, (384_600.0, 397_000.0)), 370.0, *BOTH, a_entry="e", z_entry="f"),
    ),
    bores=(
        Bore(BoreRef("d-1", 1), 26.0, 20.0, 60.0),
        Bore(BoreRef("d-1", 2), 40.0, 0.0, 50.0, "quayside"),
        Bore(BoreRef("d-2", 1), 26.0, 15.5, 60.0),
        Bore(BoreRef("d-3", 1), 26.0, 15.5, 60.0),
    ),
    cables=(_cable("c-1", "dx-a", "ch-1"), _cable("c-2", "dxp-b", "ch-1"), _cable("c-3", "ch-1", "site-1")),
    cable_bores=(
        CableBore("c-1", 1, BoreRef("d-1", 1)),
        CableBore("c-2", 1, BoreRef("d-2", 1)),
        CableBore("c-3", 1, BoreRef("d-3", 1)),
    ),
    strands=tuple(
        Strand(StrandRef(cable, number), state, used_by)
        for cable in ("c-1", "c-2", "c-3")
        for number, state, used_by in (
            (1, StrandState.USABLE, ""),
            (2, StrandState.FAULTY, ""),
            (3, StrandState.SET_ASIDE, "quayside"),
        )
    ),
    closures=(Closure("cl-1", "ch-1", 2, *BOTH),),
    splices=(
        Splice("cl-1", StrandRef("c-1", 1), StrandRef("c-2", 1), 0.05),
        Splice("cl-1", StrandRef("c-1", 2), StrandRef("c-2", 2), 0.0),
    ),
    odfs=(Odf("odf-a", "dx-a", 4, *BOTH), Odf("odf-b", "dxp-b", 4, *BOTH), Odf("odf-s", "site-1", 4, *BOTH)),
    odf_positions=(
        OdfPosition(PositionRef("odf-a", 1), StrandRef("c-1", 1)),
        OdfPosition(PositionRef("odf-a", 2), StrandRef("c-1", 2)),
        OdfPosition(PositionRef("odf-a", 3)),
        OdfPosition(PositionRef("odf-b", 1), StrandRef("c-2", 1)),
        OdfPosition(PositionRef("odf-b", 2), StrandRef("c-2", 2)),
        OdfPosition(PositionRef("odf-b", 3)),
        OdfPosition(PositionRef("odf-s", 1), StrandRef("c-3", 1)),
    ),
    patches=(
        Patch(PositionRef("odf-a", 1), PortRef("sw-a", "Ethernet1"), optic="10GBASE-BR20"),
        Patch(PositionRef("odf-b", 1), PortRef("sw-b", "Ethernet1"), optic="10GBASE-BR20"),
        Patch(PositionRef("odf-b", 2), other=PositionRef("odf-b", 3)),
    ),
    consents=(
        Consent("w-1", "The council", "title MAN1", "wayleave, 10 years", date(2020, 1, 1), date(2029, 12, 31), 120_00),
        Consent("w-2", "The canal trust", "", "licence", date(2024, 6, 1), None, 0),
    ),
    consent_covers=(
        ConsentCover("w-1", AssetRef(AssetKind.DUCT, "d-1")),
        ConsentCover("w-1", AssetRef(AssetKind.DUCT, "d-2")),
        ConsentCover("w-1", AssetRef(AssetKind.DUCT, "d-3")),
        ConsentCover("w-2", AssetRef(AssetKind.CABLE, "c-1")),
        ConsentCover("w-2", AssetRef(AssetKind.CLOSURE, "cl-1")),
        ConsentCover("w-2", AssetRef(AssetKind.DUCT, "d-1")),
        ConsentCover("w-2", AssetRef(AssetKind.ODF, "odf-a")),
        ConsentCover("w-2", AssetRef(AssetKind.PLACE, "ch-1")),
    ),
)


def changed(field: str, at: int, /, **values: Any) -> Inventory:
    """The planted estate with one thing of it changed."""
    things = list(getattr(PLANTED, field))
    things[at] = dataclasses.replace(things[at], **values)
    return dataclasses.replace(PLANTED, **{field: tuple(things)})


def with_more(field: str, *more: Any) -> Inventory:
    """The planted estate with more things of one kind."""
    return dataclasses.replace(PLANTED, **{field: (*getattr(PLANTED, field), *more)})


def without(field: str, *positions: int) -> Inventory:
    """The planted estate without some things of one kind."""
    kept = tuple(thing for at, thing in enumerate(getattr(PLANTED, field)) if at not in positions)
    return dataclasses.replace(PLANTED, **{field: kept})
