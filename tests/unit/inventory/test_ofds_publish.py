"""The plant in the words of the Open Fibre Data Standard 0.4."""

import dataclasses
import json
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from inventory.files.ofds.document import package_text
from inventory.files.ofds.geojson import node_features, span_features
from inventory.files.ofds.publish import Json, Publication
from inventory.files.ofds.words import COLUMN, NODE_WORDS, STATUS, STATUS_READ, NodeWords, kind_of_node
from inventory.places import Place, PlaceKind
from inventory.plant import AssetStatus
from inventory.snapshot import Inventory
from tests.unit.inventory.planted import PLANTED, with_more

DAY = date(2026, 11, 22)


def published(inventory: Inventory) -> Any:
    (network,) = json.loads("".join(package_text(Publication(inventory, "Test", DAY))))["networks"]
    return network


def by_id(things: list[Json]) -> dict[str, Json]:
    return {thing["id"]: thing for thing in things}


def test_a_duct_is_a_span_with_its_ends_its_owner_and_what_lies_in_it() -> None:
    span = by_id(published(PLANTED)["spans"])["d-2"]

    route = span.pop("route")
    assert span == {
        "id": "d-2",
        "status": "operational",
        "readyForServiceDate": "2026-03-01",
        "start": "ch-1",
        "end": "dxp-b",
        "directed": False,
        "deployment": ["belowGround"],
        "supportingInfrastructure": {
            "type": "duct",
            "owner": {"id": "ducts", "name": "Towpath Ducts"},
            "description": "1 bore",
            "spareCapacity": True,
        },
        "transmissionMediumOwner": {"id": "ducts", "name": "Towpath Ducts"},
        "networkProviders": [{"id": "ducts", "name": "Towpath Ducts"}],
        "transmissionMedium": ["fibre"],
        "fibreCount": 3,
        "fibreLength": 0.2805,
        "wayleaves": ["w-1"],
        "countries": ["GB"],
    }
    assert route["type"] == "LineString"
    assert all(-2.3 < longitude < -2.2 and 53.4 < latitude < 53.5 for longitude, latitude in route["coordinates"])


def test_a_place_is_a_node_and_one_that_no_duct_ends_at_is_none() -> None:
    lonely = Place("far-off", "Far off", PlaceKind.CABINET, "North", 385_000.0, 398_000.0)
    nodes = by_id(published(with_more("places", lonely))["nodes"])

    assert nodes.keys() == {"dx-a", "dxp-b", "ch-1", "site-1"}
    assert nodes["ch-1"] | {"location": None} == {
        "id": "ch-1",
        "name": "Chamber 1",
        "location": None,
        "address": {"locality": "North", "country": "GB"},
        "supportingInfrastructure": {"type": "cableWell", "owner": {"id": "ducts", "name": "Towpath Ducts"}},
        "accessPoint": False,
    }
    assert (nodes["dx-a"]["type"], nodes["dx-a"]["accessPoint"]) == (["ixp"], True)


def test_a_consent_is_a_wayleave_with_its_price_a_metre() -> None:
    council, trust = published(PLANTED)["wayleaves"]

    assert council == {
        "id": "w-1",
        "grantor": {"id": "grantor-1", "name": "The council"},
        "term": {"indefinite": False, "years": 10},
        "cost": {"recurring": True, "perMetre": {"amount": round(120 / (280.5 + 280.5 + 370), 4), "currency": "GBP"}},
    }
    assert trust["term"] == {"indefinite": True}
    assert "perMetre" not in trust["cost"] or trust["cost"]["perMetre"]["amount"] == 0


def test_every_organisation_that_is_named_is_listed_with_its_parts() -> None:
    network = published(PLANTED)

    assert by_id(network["organisations"]) == {
        "ducts": {
            "id": "ducts",
            "name": "Towpath Ducts",
            "roles": ["networkProvider", "supportingInfrastructureOwner", "transmissionMediumOwner"],
        },
        "grantor-1": {"id": "grantor-1", "name": "The council", "roles": ["wayleaveGrantor"]},
        "grantor-2": {"id": "grantor-2", "name": "The canal trust", "roles": ["wayleaveGrantor"]},
    }


def test_an_empty_plant_is_a_network_without_any_empty_list() -> None:
    network = published(Inventory())

    assert network.keys() == {"id", "name", "publicationDate", "crs", "language", "links"}


def test_the_id_of_a_network_follows_from_its_name() -> None:
    one, again = (published(inventory)["id"] for inventory in (PLANTED, Inventory()))

    assert one == again != Publication(PLANTED, "Other", DAY).network()["id"]


def test_each_status_has_a_word_of_its_own_and_comes_back_from_it() -> None:
    assert {STATUS_READ[STATUS[status]] for status in AssetStatus} == set(AssetStatus)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (NodeWords(("exchange",), "exchange"), PlaceKind.SITE),
        (NodeWords((), "cableWell"), PlaceKind.CHAMBER),
        (NodeWords(), PlaceKind.CHAMBER),
        (NodeWords((), "tower"), PlaceKind.POLE),
        (NodeWords((), "pole", COLUMN), PlaceKind.COLUMN),
        (NodeWords((), "dataCentre"), PlaceKind.SITE),
        (NodeWords((), "somethingNew"), PlaceKind.SITE),
    ],
)
def test_a_node_of_others_is_a_place_of_the_plant(words: NodeWords, kind: PlaceKind) -> None:
    assert kind_of_node(words.types, words.infrastructure, words.description) is kind


def test_no_two_kinds_of_place_say_the_same_of_themselves() -> None:
    assert len(set(NODE_WORDS.values())) == len(NODE_WORDS) == len(PlaceKind)


def test_geojson_repeats_network_and_ends_in_each_feature_but_no_wayleave() -> None:
    publication = Publication(PLANTED, "Test", DAY)
    nodes, spans = list(node_features(publication)), list(span_features(publication))

    assert [feature["geometry"]["type"] for feature in (*nodes, *spans)] == ["Point"] * 4 + ["LineString"] * 3
    assert all("wayleaves" not in feature["properties"]["network"] for feature in (*nodes, *spans))
    assert all("nodes" not in feature["properties"]["network"] for feature in (*nodes, *spans))
    assert [feature["properties"]["start"]["id"] for feature in spans] == ["dx-a", "ch-1", "ch-1"]
    assert spans[0]["properties"]["networkProviders"][0]["roles"]


def test_a_position_of_a_span_is_that_of_its_node() -> None:
    network = published(PLANTED)
    nodes = by_id(network["nodes"])

    for span in network["spans"]:
        first, *_, last = span["route"]["coordinates"]
        assert first == nodes[span["start"]]["location"]["coordinates"]
        assert last == nodes[span["end"]]["location"]["coordinates"]


def test_two_grantors_never_share_an_id_with_a_member() -> None:
    named = dataclasses.replace(PLANTED.organisations[0], code="grantor-1")
    network = published(dataclasses.replace(PLANTED, organisations=(*PLANTED.organisations, named)))

    ids = [organisation["id"] for organisation in network["organisations"]]
    assert all(one < other for one, other in pairwise(ids))
    assert ids == ["ducts", "grantor-2", "grantor-3"]


def test_a_position_that_is_none_is_an_error_and_not_an_endless_search() -> None:
    broken = dataclasses.replace(PLANTED.places[0], easting_m=float("nan"))
    with pytest.raises(ValueError, match="no position on the national grid"):
        published(dataclasses.replace(PLANTED, places=(broken, *PLANTED.places[1:])))
