"""The rules of the plant, one broken at a time; each says what, where and by how much."""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise
from random import Random
from typing import Any

import networkx as nx
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory import rules
from inventory.breaches import Breach, Known
from inventory.consents import ConsentCover
from inventory.devices import PortRef
from inventory.joint_rules import find_joint_breaches
from inventory.places import Place, PlaceKind
from inventory.plant import (
    AssetKind,
    AssetRef,
    Bore,
    BoreRef,
    CableBore,
    OdfPosition,
    Patch,
    Point,
    PositionRef,
    Splice,
    Strand,
    StrandRef,
)
from inventory.route_shapes import crossings
from inventory.rules import find_faults
from inventory.snapshot import Inventory
from tests.plants import random_plant
from tests.unit.inventory.planted import CHAMBER, PLANTED, changed, with_more, without

DX, DXP, SITE = (384_000.0, 397_000.0), (384_500.5, 397_000.0), (384_600.0, 397_000.0)
SW_A_1 = PortRef("sw-a", "Ethernet1")
ODF_A_1, ODF_A_3 = PositionRef("odf-a", 1), PositionRef("odf-a", 3)


def replaced(**kinds: tuple[Any, ...]) -> Inventory:
    return dataclasses.replace(PLANTED, **kinds)


def test_a_plant_that_keeps_every_rule_has_no_fault() -> None:
    assert find_faults(PLANTED) == ()


TWICE = [
    (with_more("ducts", PLANTED.ducts[0]), "ducts: duct d-1 stands here a second time"),
    (with_more("bores", PLANTED.bores[0]), "bores: bore d-1:1 stands here a second time"),
    (with_more("cables", PLANTED.cables[0]), "cables: cable c-1 stands here a second time"),
    (with_more("cable_bores", PLANTED.cable_bores[0]), "cable_bores: cable and position c-1:1 stands here a second"),
    (with_more("strands", PLANTED.strands[0]), "strands: strand c-1:1 stands here a second time"),
    (with_more("closures", PLANTED.closures[0]), "closures: closure cl-1 stands here a second time"),
    (with_more("odfs", PLANTED.odfs[0]), "odfs: ODF odf-a stands here a second time"),
    (with_more("odf_positions", PLANTED.odf_positions[2]), "odf_positions: position odf-a:3 stands here a second time"),
    (with_more("patches", PLANTED.patches[0]), "patches: patch at odf-a:1 stands here a second time"),
    (with_more("consents", PLANTED.consents[0]), "consents: consent w-1 stands here a second time"),
    (with_more("consent_covers", PLANTED.consent_covers[0]), "cover w-1 of duct:d-1 stands here a second time"),
]

PLACES = [
    (changed("places", 2, owner=""), "places: chamber ch-1 names no owner"),
    (changed("places", 2, owner="", operator="", used_by=""), "names no owner and no operator and no user"),
    (changed("places", 2, operator="x"), "places: chamber ch-1 has the operator 'x', no known organisation"),
    (changed("places", 3, owner="x"), "places: site site-1 has the owner 'x', no known organisation"),
    (changed("places", 3, uprn="77"), "places: site site-1 is at UPRN 77, no known premises"),
    (changed("places", 2, uprn="999900000001"), "chamber ch-1 is at UPRN 999900000001, which only a site may be"),
    (changed("places", 3, easting_m=math.nan), "places: site site-1 stands at nan 397000, no position in Great"),
    (changed("places", 3, northing_m=math.inf), "places: site site-1 stands at 384600 inf, no position in Great"),
    (changed("places", 3, easting_m=48.0), "places: site site-1 stands at 48 397000, no position in Great Britain"),
    (changed("premises", 0, easting_m=146_000.0, northing_m=529_000.0), "UPRN 999900000001 stands at 146000 529000"),
    (
        with_more("places", Place("p-1", "Pole", PlaceKind.POLE, "North", *DX)),
        "places: pole p-1 names no owner and no operator and no user",
    ),
]

DUCTS = [
    (changed("ducts", 0, a_place="dx-z"), "ducts: duct d-1 ends at 'dx-z', no known place"),
    (changed("ducts", 0, z_place="dx-a"), "ducts: duct d-1 runs from 'dx-a' to itself"),
    (changed("ducts", 1, owner="nobody"), "ducts: duct d-2 has the owner 'nobody', no known organisation"),
    (changed("ducts", 1, used_by=""), "ducts: duct d-2 has the user '', no known organisation"),
    (changed("ducts", 0, length_m=0.0), "ducts: duct d-1 is 0 m long, which is no length"),
    (changed("ducts", 0, length_m=math.nan), "ducts: duct d-1 is nan m long, which is no length"),
    (changed("ducts", 0, length_m=math.inf), "ducts: duct d-1 is inf m long, which is no length"),
    (changed("ducts", 0, length_m=250.0), "ducts: duct d-1 is said to be 250.0 m long, and its route is 280.4 m"),
    (changed("ducts", 0, route=()), "ducts: duct d-1 has a route of 0 points, and two at least are a route"),
    (changed("ducts", 0, route=(DX,)), "ducts: duct d-1 has a route of 1 points, and two at least are a route"),
    (changed("ducts", 0, route=(DX, DX)), "ducts: duct d-1 has a route of no length: all its points are one"),
    (changed("ducts", 0, route=(DX, (math.nan, 397_000.0), CHAMBER)), "duct d-1 passes nan 397000, no position in"),
    (changed("ducts", 0, route=(DX, (397_000.0, 0.0), CHAMBER)), "duct d-1 passes 397000 0, no position in Great"),
    (changed("ducts", 0, route=((384_000.0, 397_132.0), CHAMBER)), "duct d-1 begins 132 m away from dx-a"),
    (changed("ducts", 0, route=(DX, DXP), length_m=510.0), "duct d-1 ends 270 m away from ch-1, where it should"),
    (
        changed(
            "ducts", 0, route=(DX, (384_200.0, 397_000.0), (384_100.0, 397_100.0), (384_100.0, 396_900.0), CHAMBER)
        ),
        "ducts: duct d-1 has a route that crosses itself at 384100.0 397000.0",
    ),
]

BORES = [
    (with_more("bores", Bore(BoreRef("d-9", 1), 26.0, 0.0, 60.0)), "bores: bore d-9:1 is of duct 'd-9', no known duct"),
    (with_more("bores", Bore(BoreRef("d-1", 0), 26.0, 0.0, 60.0)), "bores: bore d-1:0 has a number below 1"),
    (changed("bores", 1, used_by="x"), "bores: bore d-1:2 has the user 'x', no known organisation"),
    (changed("bores", 1, diameter_mm=0.0), "bores: bore d-1:2 is 0 mm wide, which is no width"),
    (changed("bores", 1, diameter_mm=math.nan), "bores: bore d-1:2 is nan mm wide, which is no width"),
    (changed("bores", 1, fill_percent=60.0), "bores: bore d-1:2 is filled to 60 %, and may be to 50 %"),
    (changed("bores", 1, fill_percent=math.nan), "bores: bore d-1:2 is filled to nan %, and may be to 50 %"),
    (changed("bores", 1, fill_limit_percent=101.0), "bores: bore d-1:2 may be filled to 101 %, which is no share"),
    (
        changed("bores", 0, fill_percent=10.0),
        "bores: bore d-1:1 (26 mm) is said to be filled to 10 %, and c-1 (10 mm) takes 14.8 % of it",
    ),
    (
        replaced(
            cables=tuple(dataclasses.replace(cable, diameter_mm=16.0) for cable in PLANTED.cables),
            ducts=(*PLANTED.ducts, dataclasses.replace(PLANTED.ducts[0], code="d-4")),
            cable_bores=(*PLANTED.cable_bores, CableBore("c-2", 2, BoreRef("d-1", 1))),
        ),
        "bores: bore d-1:1 (26 mm) may be filled to 60 %, and c-1 (16 mm), c-2 (16 mm) take 75.7 % of it",
    ),
]

CABLES = [
    (changed("cables", 0, a_place="dx-z"), "cables: cable c-1 ends at 'dx-z', no known place"),
    (changed("cables", 0, a_place="ch-1"), "cables: cable c-1 runs from 'ch-1' to itself"),
    (changed("cables", 0, operator="x"), "cables: cable c-1 has the operator 'x', no known organisation"),
    (changed("cables", 0, strands_per_tube=0), "cables: cable c-1 has 3 strands, 0 a tube, and there is one at least"),
    (changed("cables", 0, diameter_mm=math.nan), "cables: cable c-1 is nan mm thick, which is no thickness"),
    (changed("cables", 0, slack_m=-1.0), "cables: cable c-1 has -1 m of slack, which is no length"),
    (without("odfs", 0), "cables: cable c-1 ends at dx-a, where there is no closure and no ODF"),
    (without("cable_bores", 0), "cables: cable c-1 lies in no bore"),
    (changed("cable_bores", 0, bore=BoreRef("d-1", 7)), "cable_bores: cable c-1 lies in bore d-1:7, no known bore"),
    (
        with_more("cable_bores", CableBore("c-9", 1, BoreRef("d-1", 2))),
        "cable_bores: cable c-9 lies in bore d-1:2, and is no known cable",
    ),
    (
        changed("cable_bores", 0, position=2),
        "cables: cable c-1 has 1 bores, and none of them at position 1",
    ),
    (
        with_more("cable_bores", CableBore("c-1", 2, BoreRef("d-1", 1))),
        "cables: cable c-1 passes bore d-1:1 twice",
    ),
    (
        with_more("cable_bores", CableBore("c-1", 2, BoreRef("d-2", 1))),
        "cables: cable c-1 should end at ch-1, and its bores lead to dxp-b",
    ),
    (
        changed("cable_bores", 0, bore=BoreRef("d-3", 1)),
        "cables: cable c-1 is at dx-a when it comes to bore d-3:1, which joins ch-1 and site-1",
    ),
    (without("strands", 1), "cables: cable c-1 has 3 strands, and 1 are missing: 2"),
    (changed("cables", 0, strand_count=96), "cables: cable c-1 has 96 strands, and 93 are missing: 4, 5, 6, 7, 8, ..."),
    (changed("cables", 0, strand_count=2), "strands: strand c-1:3 is none of the 2 its cable has"),
    (with_more("strands", Strand(StrandRef("c-9", 1))), "strands: strand c-9:1 is of no known cable"),
    (with_more("strands", Strand(StrandRef("c-1", 0))), "strands: strand c-1:0 is none of the 3 its cable has"),
    (changed("strands", 0, used_by="x"), "strands: strand c-1:1 has the user 'x', no known organisation"),
]


def _splice(a: str, z: str, closure: str = "cl-1", loss_db: float = 0.1) -> Splice:
    return Splice(closure, StrandRef(a[:3], int(a[4:])), StrandRef(z[:3], int(z[4:])), loss_db)


SPLICES = [
    (changed("closures", 0, place="x"), "closures: closure cl-1 is at 'x', no known place"),
    (changed("closures", 0, owner="x"), "closures: closure cl-1 has the owner 'x', no known organisation"),
    (changed("closures", 0, splice_capacity=0), "closures: closure cl-1 has room for 0 splices, and has room for one"),
    (changed("closures", 0, splice_capacity=1), "closures: closure cl-1 has room for 1 splices, and 2 are in it"),
    (with_more("splices", _splice("c-1:3", "c-1:3")), "splices: closure cl-1 splices strand c-1:3 to itself"),
    (with_more("splices", _splice("c-1:3", "c-9:1")), "splices: closure cl-1 names strand c-9:1, of no known cable"),
    (with_more("splices", _splice("c-1:3", "c-2:4")), "closure cl-1 names strand c-2:4, and its cable has 3"),
    (
        with_more("splices", _splice("c-1:3", "c-2:3", "cl-9")),
        "splices: closure cl-9 holds a splice of c-1:3 and c-2:3, and is no known closure",
    ),
    (changed("splices", 1, loss_db=math.nan), "closure cl-1 splices c-1:2 and c-2:2 with nan dB, which is no loss"),
    (changed("splices", 1, loss_db=-0.1), "closure cl-1 splices c-1:2 and c-2:2 with -0.1 dB, which is no loss"),
    (
        changed("splices", 1, a=StrandRef("c-1", 1)),
        "splices: closure cl-1 uses the end of strand c-1:1 at ch-1, which is spliced in closure cl-1 already (c-1:1",
    ),
    (
        replaced(
            closures=(*PLANTED.closures, dataclasses.replace(PLANTED.closures[0], code="cl-2", place="dx-a")),
            splices=(*PLANTED.splices, _splice("c-1:3", "c-3:3", "cl-2")),
        ),
        "splices: closure cl-2 is at dx-a, where strand c-3:3 has no end: its cable runs from ch-1 to site-1",
    ),
]

POSITIONS = [
    (changed("odfs", 2, place="x"), "odfs: ODF odf-s is at 'x', no known place"),
    (changed("odfs", 2, used_by="x"), "odfs: ODF odf-s has the user 'x', no known organisation"),
    (changed("odfs", 0, position_count=2), "odf_positions: position odf-a:3 is none of the 2 its ODF has"),
    (with_more("odf_positions", OdfPosition(PositionRef("odf-a", 0))), "position odf-a:0 is none of the 4 its ODF has"),
    (with_more("odf_positions", OdfPosition(PositionRef("odf-z", 1))), "position odf-z:1 is of 'odf-z', no known ODF"),
    (
        changed("odf_positions", 2, strand=StrandRef("c-9", 1)),
        "position odf-a:3 names strand c-9:1, of no known cable",
    ),
    (
        changed("odf_positions", 2, strand=StrandRef("c-2", 3)),
        "position odf-a:3 is at dx-a, where strand c-2:3 has no end: its cable runs from dxp-b to ch-1",
    ),
    (
        changed("odf_positions", 2, strand=StrandRef("c-1", 1)),
        "position odf-a:3 uses the end of strand c-1:1 at dx-a, which is at the back of position odf-a:1 already",
    ),
]

PATCHES = [
    (with_more("patches", Patch(ODF_A_3)), "patches: patch at odf-a:3 leads to no port and no other position: it has"),
    (
        with_more("patches", Patch(ODF_A_3, PortRef("sw-a", "Ethernet41"), PositionRef("odf-a", 2), "10GBASE-LR")),
        "patch at odf-a:3 leads to port sw-a:Ethernet41 and to odf-a:2: it has one far end",
    ),
    (with_more("patches", Patch(ODF_A_3, other=ODF_A_3)), "patch at odf-a:3 leads to that position itself"),
    (
        with_more("patches", Patch(ODF_A_3, PortRef("sw-a", "Ethernet99"), optic="10GBASE-LR")),
        "patch at odf-a:3 leads to port sw-a:Ethernet99, no known port",
    ),
    (
        with_more("patches", Patch(PositionRef("odf-a", 4), PortRef("sw-a", "Ethernet41"), optic="10GBASE-LR")),
        "patch at odf-a:4 is in front of odf-a:4, no known position",
    ),
    (changed("patches", 2, other=PositionRef("odf-b", 9)), "patch at odf-b:2 is in front of odf-b:9, no known"),
    (
        with_more("patches", Patch(ODF_A_3, other=PositionRef("odf-s", 1))),
        "patch at odf-a:3 leads from dx-a to odf-s:1 at site-1: a patch stays at one place",
    ),
    (changed("patches", 0, optic="SFP"), "patch at odf-a:1 leads to an optic 'SFP', which is none of 1000BASE-LX10,"),
    (changed("patches", 2, optic="10GBASE-LR"), "names the optic '10GBASE-LR' and leads to no port"),
    (
        with_more("patches", Patch(ODF_A_3, SW_A_1, optic="10GBASE-BR20")),
        "patch at odf-a:3 is one more at port sw-a:Ethernet1 than the 1 that 10GBASE-BR20 takes",
    ),
    (
        with_more("patches", Patch(ODF_A_3, SW_A_1, optic="10GBASE-LR")),
        "patch at odf-a:3 names '10GBASE-LR' for port sw-a:Ethernet1, where '10GBASE-BR20' is already",
    ),
    (
        with_more("patches", Patch(ODF_A_3, other=ODF_A_1)),
        "patch at odf-a:3 uses the front of odf-a:1, where the patch at odf-a:1 is already",
    ),
]

CONSENTS = [
    (
        changed("consents", 0, last_day=date(2019, 12, 31)),
        "consents: consent w-1 ends on 2019-12-31, before it begins on 2020-01-01",
    ),
    (changed("consents", 0, yearly_pence=-1), "consents: consent w-1 costs -1 pence a year, which is below nothing"),
    (
        with_more("consent_covers", ConsentCover("w-9", AssetRef(AssetKind.DUCT, "d-1"))),
        "consent_covers: duct:d-1 is covered by 'w-9', no known consent",
    ),
    (
        with_more("consent_covers", ConsentCover("w-1", AssetRef(AssetKind.STRAND, "c-1:1"))),
        "consent w-1 covers a strand, and may cover only a place, duct, cable, closure, odf",
    ),
    *(
        (
            with_more("consent_covers", ConsentCover("w-1", AssetRef(kind, "x"))),
            f"consent_covers: consent w-1 covers {kind} 'x', which is not known",
        )
        for kind in (AssetKind.PLACE, AssetKind.DUCT, AssetKind.CABLE, AssetKind.CLOSURE, AssetKind.ODF)
    ),
]


@pytest.mark.parametrize(
    ("broken", "fault"),
    [*TWICE, *PLACES, *DUCTS, *BORES, *CABLES, *SPLICES, *POSITIONS, *PATCHES, *CONSENTS],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_broken_rule_is_told_with_its_facts(broken: Inventory, fault: str) -> None:
    told = [str(found) for found in find_faults(broken)]

    assert any(fault in one for one in told), told


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(changed("ducts", 0, route=(DX, (384_240.0, 397_079.0))), id="an end 24 m from its place"),
        pytest.param(changed("ducts", 0, length_m=275.0), id="a length 1.9 % below the route's"),
        pytest.param(changed("bores", 0, fill_percent=14.75), id="a fill written with two decimals"),
        pytest.param(changed("places", 3, uprn=None), id="a site at no premises"),
        pytest.param(changed("odf_positions", 6, strand=None), id="positions without a strand"),
        pytest.param(without("patches", 0), id="a link without a patch"),
        pytest.param(changed("patches", 0, port=None, other=ODF_A_3, optic=""), id="a patch between positions"),
    ],
)
def test_what_is_within_the_rules_is_let_through(sound: Inventory) -> None:
    assert find_faults(sound) == ()


def test_two_patches_may_serve_a_port_whose_optic_sends_and_receives_on_two_strands() -> None:
    patches = tuple(dataclasses.replace(patch, optic="10GBASE-LR") for patch in PLANTED.patches[:2])
    more = (Patch(PositionRef("odf-a", 2), SW_A_1, optic="10GBASE-LR"),)

    assert find_faults(replaced(patches=patches + more)) == ()
    third = Patch(ODF_A_3, SW_A_1, optic="10GBASE-LR")
    assert [str(fault) for fault in find_faults(replaced(patches=(*patches, *more, third)))] == [
        "patches: patch at odf-a:3 is one more at port sw-a:Ethernet1 than the 2 that 10GBASE-LR takes"
    ]


def _ring(**kinds: tuple[Any, ...]) -> Inventory:
    """A second cable beside c-1, and more of other kinds: to join their strands 3 to each other at both ends."""
    strands = tuple(Strand(StrandRef("c-4", number)) for number in (1, 2, 3))
    ring = replaced(
        cables=(*PLANTED.cables, dataclasses.replace(PLANTED.cables[0], code="c-4")),
        bores=(dataclasses.replace(PLANTED.bores[0], fill_percent=40.0), *PLANTED.bores[1:]),
        cable_bores=(*PLANTED.cable_bores, CableBore("c-4", 1, BoreRef("d-1", 1))),
        strands=(*PLANTED.strands, *strands),
        closures=(dataclasses.replace(PLANTED.closures[0], splice_capacity=3),),
        odf_positions=tuple(each for each in PLANTED.odf_positions if each.ref != ODF_A_3),
    )
    grown = {kind: (*getattr(ring, kind), *more) for kind, more in kinds.items()}
    return dataclasses.replace(ring, **grown)


def _backs(odf: str, first: int) -> tuple[OdfPosition, OdfPosition]:
    return (
        OdfPosition(PositionRef(odf, first), StrandRef("c-1", 3)),
        OdfPosition(PositionRef(odf, first + 1), StrandRef("c-4", 3)),
    )


SPLICED_AT_CHAMBER = _splice("c-1:3", "c-4:3")
PATCHED_AT_DX = Patch(ODF_A_3, other=PositionRef("odf-a", 4))


@pytest.mark.parametrize(
    ("ring", "told"),
    [
        pytest.param(
            _ring(
                closures=(dataclasses.replace(PLANTED.closures[0], code="cl-2", place="dx-a"),),
                splices=(SPLICED_AT_CHAMBER, _splice("c-1:3", "c-4:3", "cl-2")),
            ),
            "splices: strand c-1:3 is led back into itself: c-1:3, c-4:3 are a loop",
            id="by splices",
        ),
        pytest.param(
            _ring(splices=(SPLICED_AT_CHAMBER,), odf_positions=_backs("odf-a", 3), patches=(PATCHED_AT_DX,)),
            "splices: strand c-1:3 is led back into itself: c-1:3, c-4:3 are a loop",
            id="by a splice and a patch",
        ),
        pytest.param(
            _ring(
                odfs=(dataclasses.replace(PLANTED.odfs[0], code="odf-c", place="ch-1"),),
                odf_positions=(*_backs("odf-a", 3), *_backs("odf-c", 1)),
                patches=(PATCHED_AT_DX, Patch(PositionRef("odf-c", 1), other=PositionRef("odf-c", 2))),
            ),
            "patches: strand c-1:3 is led back into itself: c-1:3, c-4:3 are a loop",
            id="by patches",
        ),
    ],
)
def test_strands_that_lead_back_into_themselves_are_a_loop(ring: Inventory, told: str) -> None:
    assert [str(fault) for fault in find_faults(ring)] == [told]


def test_a_row_of_joins_that_ends_is_no_loop() -> None:
    row = _ring(splices=(SPLICED_AT_CHAMBER,), odf_positions=_backs("odf-a", 3))

    assert find_faults(row) == ()


_GRID = st.integers(0, 4).map(float)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.tuples(_GRID, _GRID), max_size=7).map(tuple), max_size=4))
def test_the_routes_that_cross_themselves_are_those_whose_pieces_meet_where_they_should_not(
    routes: Sequence[tuple[Point, ...]],
) -> None:
    found = dict(crossings(routes))

    assert set(found) == {at for at, route in enumerate(routes) if _meets_itself(route)}
    for at, point in found.items():
        assert shapely.LineString(routes[at]).distance(shapely.Point(point)) < 1e-9


def _meets_itself(route: tuple[Point, ...]) -> bool:
    """Every two pieces, with exact arithmetic of small whole numbers."""
    points = [point for at, point in enumerate(route) if at == 0 or point != route[at - 1]]
    pieces = list(pairwise(points))
    for (i, one), (j, other) in combinations(enumerate(pieces), 2):
        shared = shapely.LineString(one).intersection(shapely.LineString(other))
        if shared.is_empty:
            continue
        is_neighbour = j == i + 1 and shared.equals(shapely.Point(one[1]))
        is_closing = i == 0 and j == len(pieces) - 1 and shared.equals(shapely.Point(one[0])) and one[0] == other[1]
        if not (is_neighbour or is_closing):
            return True
    return False


def test_an_inventory_that_was_found_sound_is_not_looked_at_again_and_one_with_faults_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[Inventory] = []
    look = rules._all_breaches

    def counted(inventory: Inventory, sound: Inventory | None) -> Iterator[Breach]:
        looked.append(inventory)
        return look(inventory, sound)

    monkeypatch.setattr(rules, "_all_breaches", counted)
    sound, broken = replaced(), changed("ducts", 0, a_place="dx-z")

    assert [len(find_faults(each)) for each in (sound, sound, broken, broken)] == [0, 0, 2, 2]

    assert [each is sound for each in looked] == [True, False, False]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_the_loops_of_a_random_plant_are_the_rings_of_its_joins(seed: int) -> None:
    plant = random_plant(Random(seed))
    behind = {each.ref: each.strand for each in plant.odf_positions}
    joins = nx.MultiGraph()
    joins.add_edges_from((splice.a, splice.z) for splice in plant.splices if splice.a != splice.z)
    patched = ((behind[patch.position], behind.get(patch.other)) for patch in plant.patches if patch.other is not None)
    joins.add_edges_from((one, other) for one, other in patched if one is not None and other is not None)
    parts = [joins.subgraph(part) for part in nx.connected_components(joins)]
    rings = {frozenset(map(str, part)) for part in parts if part.number_of_edges() >= part.number_of_nodes()}

    told = [breach.reason for breach in find_joint_breaches(Known(plant)) if breach.reason.endswith("are a loop")]

    assert len(told) == len(rings)
    for reason in told:
        named = set(reason.partition("itself: ")[2].removesuffix(" are a loop").partition(" and ")[0].split(", "))
        assert any(named <= ring for ring in rings)
