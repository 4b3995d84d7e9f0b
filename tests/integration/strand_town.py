"""A small town to sell strands in: two ways from the exchange to the mill that share nothing, one of them spliced.

quay --d-east-- pit --d-west-- mill (12 strands each, 1 and 2 lit by the trunk), and
quay --d-bank-- mill (a cable of 4 strands that nobody uses).
"""

from dataclasses import replace

from inventory.consents import ConsentCover
from inventory.organisations import MemberRole, Organisation
from inventory.plant import (
    AssetKind,
    AssetRef,
    Bore,
    BoreRef,
    Cable,
    CableBore,
    Duct,
    Odf,
    OdfPosition,
    PositionRef,
    Strand,
    StrandRef,
)
from inventory.snapshot import Inventory
from tests.plants import MILL, PARTIES, QUAY, planted_town
from tests.towns import TownPlan

BANK_MIDDLE = (380_300.0, 396_200.0)
BANK_STRANDS = 4


def strand_town(plan: TownPlan | None = None) -> Inventory:
    """Places "quay", "pit" and "mill"; the consent "c-canal" of duct d-west ends on 1 January 2027."""
    town = planted_town(plan)
    known = {organisation.code for organisation in town.organisations}
    members = (
        Organisation(code, f"{code} (fictional)", frozenset({MemberRole.CONTRIBUTOR}))
        for code in ("coop", "canal")
        if code not in known
    )
    numbers = range(1, BANK_STRANDS + 1)
    return replace(
        town,
        organisations=(*town.organisations, *members),
        ducts=(*town.ducts, Duct("d-bank", "quay", "mill", (QUAY, BANK_MIDDLE, MILL), 2_500.0, *PARTIES)),
        bores=(*town.bores, Bore(BoreRef("d-bank", 1), 40.0, 20.0, 40.0)),
        cables=(*town.cables, Cable("k-bank", "quay", "mill", BANK_STRANDS, BANK_STRANDS, 8.0, 0.0, *PARTIES)),
        cable_bores=(*town.cable_bores, CableBore("k-bank", 1, BoreRef("d-bank", 1))),
        strands=(*town.strands, *(Strand(StrandRef("k-bank", number)) for number in numbers)),
        odfs=(*town.odfs, Odf("odf-bank-quay", "quay", 8, *PARTIES), Odf("odf-bank-mill", "mill", 8, *PARTIES)),
        odf_positions=(
            *town.odf_positions,
            *(
                OdfPosition(PositionRef(odf, number), StrandRef("k-bank", number) if number in numbers else None)
                for odf in ("odf-bank-quay", "odf-bank-mill")
                for number in range(1, 9)
            ),
        ),
        consent_covers=(*town.consent_covers, ConsentCover("c-tram", AssetRef(AssetKind.DUCT, "d-bank"))),
    )
