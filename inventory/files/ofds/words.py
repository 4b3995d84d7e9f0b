"""The words of the Open Fibre Data Standard 0.4, and which of ours they stand for.

Sources: its network schema, and the code lists nodeType, nodeSupportingInfrastructure,
spanSupportingInfrastructure, spanStatus and organisationRole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from inventory.places import PlaceKind
from inventory.plant import AssetStatus

SCHEMA_URL = "https://standard.ofds.info/en/0__4__0/network-schema.json"
SCHEMA_LINK: Mapping[str, str] = {"href": SCHEMA_URL, "rel": "describedby"}
NODES_API = "tag:opentelecomdata.net,2022:nodesAPI"
SPANS_API = "tag:opentelecomdata.net,2022:spansAPI"
CRS84: Mapping[str, str] = {
    "name": "urn:ogc:def:crs:OGC::CRS84",
    "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
}
COUNTRY = "GB"

NETWORKS = UUID("2d0a5658-6746-5e30-831e-7b9587367d6c")
"""The namespace (RFC 9562 section 5.5) a network's id is made in, from its name: same name, same id."""

STATUS: Mapping[AssetStatus, str] = {
    AssetStatus.PROPOSED: "proposed",
    AssetStatus.PLANNED: "planned",
    AssetStatus.BUILDING: "underConstruction",
    AssetStatus.LIVE: "operational",
    AssetStatus.RETIRED: "decommissioned",
}
STATUS_READ: Mapping[str, AssetStatus] = {
    **{word: status for status, word in STATUS.items()},
    "inactive": AssetStatus.RETIRED,  # it lies there, and nothing may be sent over it
}


@dataclass(frozen=True, slots=True)
class NodeWords:
    """What a node of one kind of place says of itself. A chamber has no type: it is a mere junction of spans."""

    types: tuple[str, ...] = ()
    infrastructure: str = ""
    description: str = ""


COLUMN = "Street light column"
NODE_WORDS: Mapping[PlaceKind, NodeWords] = {
    PlaceKind.DX: NodeWords(("ixp",), "building"),
    PlaceKind.DXP: NodeWords(("pop",)),
    PlaceKind.CABINET: NodeWords(("cabinet",), "cabinet"),
    PlaceKind.CHAMBER: NodeWords((), "cableWell"),
    PlaceKind.POLE: NodeWords((), "pole"),
    PlaceKind.COLUMN: NodeWords((), "pole", COLUMN),
    PlaceKind.SITE: NodeWords((), "building"),
}
UPRIGHT = frozenset({"pole", "pylon", "tower"})


def kind_of_node(types: tuple[str, ...], infrastructure: str, description: str) -> PlaceKind:
    """What a node of others is to us: a place of the plant, never an exchange or cabinet of our own network."""
    if types:
        return PlaceKind.SITE
    if infrastructure in UPRIGHT:
        return PlaceKind.COLUMN if description == COLUMN else PlaceKind.POLE
    return PlaceKind.CHAMBER if infrastructure in ("", "cableWell") else PlaceKind.SITE
