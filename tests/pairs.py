"""A made-up plant with two ways from one exchange to another, and a service that is a pair of strands on each.

North: east, loom (a chamber), west. South: east, mill (a chamber), west. The ways are about 800 m apart.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from inventory.consents import Consent, ConsentCover
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.plant import Bore, BoreRef, Cable, CableBore, Duct, Odf, Strand, StrandRef
from inventory.routes import StrandLeg
from inventory.snapshot import Inventory
from inventory.windows import Window
from provisioning.services import Service, ServiceState

OWNER = "towpath"
POSITIONS = {
    "east": (386_000.0, 397_000.0),
    "west": (383_000.0, 397_000.0),
    "loom": (384_500.0, 397_400.0),
    "mill": (384_500.0, 396_600.0),
}
DUCTS = {"n-1": ("east", "loom"), "n-2": ("loom", "west"), "s-1": ("east", "mill"), "s-2": ("mill", "west")}
CABLES = {"north": ("n-1", "n-2"), "south": ("s-1", "s-2")}


def plant_of_two_ways(changed: Mapping[str, Mapping[str, object]] | None = None) -> Inventory:
    """The plant; `changed` says, by duct, what is otherwise than it was."""
    ducts = tuple(replace(_duct(code), **(changed or {}).get(code, {})) for code in DUCTS)  # type: ignore[arg-type]  # of a test's own words
    strands = tuple(Strand(StrandRef(cable, number)) for cable in CABLES for number in (1, 2, 3, 4))
    return Inventory(
        places=tuple(_place(code) for code in POSITIONS),
        organisations=(
            Organisation(OWNER, "Towpath Ducts", frozenset({MemberRole.CONTRIBUTOR}), is_isp=False),
            Organisation("quayside", "Quayside", frozenset({MemberRole.USER}), is_isp=True),
        ),
        ducts=ducts,
        bores=tuple(Bore(BoreRef(code, 1), 96.0, 10.0, 60.0) for code in DUCTS),
        cables=tuple(Cable(code, "east", "west", 4, 4, 9.0, 0.0, OWNER, OWNER, OWNER) for code in CABLES),
        cable_bores=tuple(
            CableBore(cable, position, BoreRef(duct, 1))
            for cable, ways in CABLES.items()
            for position, duct in enumerate(ways, 1)
        ),
        strands=strands,
        odfs=tuple(Odf(f"odf-{place}", place, 48, OWNER, OWNER, OWNER) for place in ("east", "west")),
        consents=(Consent("all", "The city", "the streets", "street works licence", date(2020, 1, 1), None, 0),),
        consent_covers=tuple(ConsentCover("all", duct.ref) for duct in ducts),
    )


def pair_service(
    service_id: str = "S-PAIR", isp_code: str = "quayside", state: ServiceState = ServiceState.ACTIVE
) -> Service:
    """A service with a pair of strands on each way."""
    made_at = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    return Service(
        id=service_id,
        isp_code=isp_code,
        product="dark-fibre",
        uprn="",
        handover="",
        bandwidth_mbps=0,
        term_months=12,
        reference="",
        state=state,
        circuit=None,
        monthly_pence=100_00,
        created_at=made_at,
        activated_at=made_at,
        ended_at=None,
        legs=tuple(leg(cable) for cable in CABLES),
        window=Window(date(2026, 12, 1)),
    )


def leg(cable: str) -> StrandLeg:
    """Strands 1 and 2 of one of the cables."""
    fibres = tuple((StrandRef(cable, number),) for number in (1, 2))
    return StrandLeg("east", "west", fibres, CABLES[cable], 3_100.0, 1.7)


def _place(code: str) -> Place:
    kind = PlaceKind.CHAMBER if code in {"loom", "mill"} else PlaceKind.DX
    easting, northing = POSITIONS[code]
    return Place(code, code.title(), kind, "Town", easting, northing, "", OWNER, OWNER, OWNER)


def _duct(code: str) -> Duct:
    a_place, z_place = DUCTS[code]
    a, z = POSITIONS[a_place], POSITIONS[z_place]
    length_m = ((a[0] - z[0]) ** 2 + (a[1] - z[1]) ** 2) ** 0.5
    return Duct(code, a_place, z_place, (a, z), length_m, OWNER, OWNER, OWNER)
