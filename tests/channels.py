"""A small made-up town whose trunk is two cables as one: a port-channel, each member in ducts of its own."""

from dataclasses import replace

from inventory.consents import Consent, ConsentCover
from inventory.devices import Port, PortRef, PortRole
from inventory.links import Link
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
    Patch,
    PositionRef,
    Strand,
    StrandRef,
    StrandState,
)
from inventory.snapshot import Inventory
from tests.plants import FROM_2020, MILL, PARTIES, QUAY, planted_town
from tests.towns import TownPlan

CHANNEL = "Port-Channel1"
SWITCHES = ("sw-mill", "sw-quay")
OLD, NEW = "trunk-old", "trunk-new"


def two_membered(
    town: Inventory, *, mbps: int = 100_000, channel: str = CHANNEL, port: str = "Ethernet50"
) -> Inventory:
    """The town whose `trunk` is two cables: the one it had, and a second one on other ports."""
    trunk = next(link for link in town.links if link.code == "trunk")
    refs = (trunk.a, trunk.z)
    ports = tuple(replace(one, lag=channel) if one.ref in refs else one for one in town.ports)
    second = tuple(Port(PortRef(ref.device, port), PortRole.NNI, mbps, channel) for ref in refs)
    channels = tuple(Port(PortRef(ref.device, channel), PortRole.NNI, 2 * mbps) for ref in refs)
    members = (
        replace(trunk, code=OLD),
        Link(NEW, second[0].ref, second[1].ref, mbps, trunk.length_m + 300.0),
    )
    whole = replace(trunk, a=channels[0].ref, z=channels[1].ref, capacity_mbps=mbps, length_m=members[1].length_m)
    links = tuple(link for link in town.links if link.code != "trunk")
    return replace(town, ports=(*ports, *second, *channels), links=(*links, *members, whole))


def protected_town(plan: TownPlan | None = None, *, second_duct: str = "d-north") -> Inventory:
    """The planted town with a second cable `k-north` from DX to DXP, in a duct that nothing else lies in.

    With another `second_duct` that cable lies there (as far as the plant says).
    """
    town = two_membered(planted_town(plan))
    return replace(
        town,
        ducts=(*town.ducts, Duct("d-north", "quay", "mill", (QUAY, (380_500.0, 398_000.0), MILL), 1_500.0, *PARTIES)),
        bores=(*town.bores, Bore(BoreRef("d-north", 1), 40.0, 20.0, 40.0)),
        cables=(*town.cables, Cable("k-north", "quay", "mill", 12, 6, 10.1, 0.0, *PARTIES)),
        cable_bores=(*town.cable_bores, *_route(second_duct)),
        strands=(*town.strands, *(Strand(StrandRef("k-north", n), StrandState.USABLE) for n in range(1, 13))),
        odfs=(*town.odfs, Odf("odf-quay-n", "quay", 12, *PARTIES), Odf("odf-mill-n", "mill", 12, *PARTIES)),
        odf_positions=(
            *town.odf_positions,
            *(
                OdfPosition(PositionRef(odf, n), StrandRef("k-north", n))
                for odf in ("odf-quay-n", "odf-mill-n")
                for n in range(1, 13)
            ),
        ),
        patches=(
            *town.patches,
            *(
                Patch(PositionRef(f"odf-{place}-n", n), PortRef(f"sw-{place}", "Ethernet50"), None, "100GBASE-LR4")
                for place in ("quay", "mill")
                for n in (1, 2)
            ),
        ),
        consents=(*town.consents, Consent("c-north", "Tram Authority", "GM3", "wayleave", FROM_2020, None, 1_000)),
        consent_covers=(*town.consent_covers, ConsentCover("c-north", AssetRef(AssetKind.DUCT, "d-north"))),
    )


def _route(duct: str) -> tuple[CableBore, ...]:
    if duct == "d-north":
        return (CableBore("k-north", 1, BoreRef("d-north", 1)),)
    return (CableBore("k-north", 1, BoreRef("d-east", 1)), CableBore("k-north", 2, BoreRef("d-west", 1)))
