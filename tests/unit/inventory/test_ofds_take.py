"""Documents of the Open Fibre Data Standard taken into an inventory: our own, and those of others with their gaps."""

import copy
import dataclasses
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from inventory.errors import InventoryInvalid, UnknownThing
from inventory.files.ofds.codes import CODE, codes_of
from inventory.files.ofds.document import collection_text, package_text
from inventory.files.ofds.geojson import network_of_features, node_features, span_features
from inventory.files.ofds.publish import Publication
from inventory.files.ofds.reading import are_same
from inventory.files.ofds.shapes import Network, Package
from inventory.files.ofds.take import Manner, take
from inventory.files.report import Taken
from inventory.organisations import MemberRole, Organisation
from inventory.places import PlaceKind
from inventory.plant import AssetStatus
from inventory.rules import find_faults
from inventory.snapshot import Inventory
from tests.unit.inventory.planted import PLANTED
from tests.unit.inventory.varied import varied_estates

DAY = date(2026, 11, 22)
OWN = Manner("plant.json", replaces=True)


def document(inventory: Inventory = PLANTED) -> Any:
    return json.loads("".join(package_text(Publication(inventory, "Test", DAY))))


def taken(package: Any, base: Inventory = PLANTED, manner: Manner = OWN) -> Taken:
    return take(Package.model_validate_json(json.dumps(package)).networks, base, manner)


def reasons(package: Any, base: Inventory = PLANTED, manner: Manner = OWN) -> list[str]:
    with pytest.raises(InventoryInvalid) as refused:
        taken(package, base, manner)
    return [str(fault) for fault in refused.value.faults]


@settings(max_examples=25, deadline=None)
@given(varied_estates())
def test_what_was_exported_comes_back_equal(inventory: Inventory) -> None:
    assert find_faults(inventory) == ()

    assert taken(document(inventory), inventory).inventory == inventory


@settings(max_examples=10, deadline=None)
@given(varied_estates())
def test_what_was_exported_as_geojson_comes_back_equal(inventory: Inventory) -> None:
    publication = Publication(inventory, "Test", DAY)
    nodes = json.loads("".join(collection_text(node_features(publication))))
    spans = json.loads("".join(collection_text(span_features(publication))))

    network = Network.model_validate(network_of_features(nodes["features"], spans["features"]))

    assert take([network], inventory, OWN).inventory == inventory


@settings(max_examples=10, deadline=None)
@given(varied_estates())
def test_what_the_document_says_comes_from_the_document_and_not_from_its_bundle(inventory: Inventory) -> None:
    result = taken(document(inventory), PLANTED).inventory

    assert [(place.name, place.area) for place in result.places] == [(one.name, one.area) for one in inventory.places]
    assert [(duct.status, duct.ready_from) for duct in result.ducts] == [
        (duct.status, duct.ready_from) for duct in inventory.ducts
    ]
    for duct, meant in zip(result.ducts, inventory.ducts, strict=True):
        assert are_same(duct.route, meant.route)


def edited(change: Any) -> Inventory:
    package = document()
    change(package["networks"][0])
    return taken(package).inventory


def test_an_edit_in_the_document_changes_that_and_nothing_else() -> None:
    def change(network: Any) -> None:
        network["spans"][1]["status"] = "decommissioned"
        network["nodes"][2]["name"] = "Chamber one"
        network["organisations"][0]["name"] = "Towpath"

    result = edited(change)

    ducts = list(PLANTED.ducts)
    ducts[1] = dataclasses.replace(ducts[1], status=AssetStatus.RETIRED)
    places = list(PLANTED.places)
    places[2] = dataclasses.replace(places[2], name="Chamber one")
    members = (PLANTED.organisations[0], dataclasses.replace(PLANTED.organisations[1], name="Towpath"))
    assert result == dataclasses.replace(PLANTED, ducts=tuple(ducts), places=tuple(places), organisations=members)


def test_a_route_that_was_drawn_anew_has_its_length_reckoned_anew() -> None:
    def change(network: Any) -> None:
        del network["spans"][0]["route"]["coordinates"][1]

    duct = edited(change).ducts[0]

    assert len(duct.route) == 2
    assert duct.length_m == pytest.approx(269.3, abs=0.1)


def test_a_span_that_was_deleted_is_gone_and_what_lay_in_it_is_told() -> None:
    package = document()
    del package["networks"][0]["spans"][2]

    told = reasons(package)

    assert any("d-3" in reason and "no known" in reason for reason in told)


# What follows are documents of others.

OTHERS = Manner("theirs.json", prefix="theirs-")


def theirs(**more: Any) -> Any:
    """A small document of others without a gap."""
    return {
        "networks": [
            {
                "id": "fd7b30d6-f514-4cd0-a5ac-29a774f53a43",
                "organisations": [{"id": "GB-COH-1", "name": "Gap Fibre", "roles": ["transmissionMediumOwner"]}],
                "nodes": [
                    _node("Node 1", -2.24, 53.47, supportingInfrastructure={"type": "pole"}),
                    _node("Node 2", -2.23, 53.48),
                ],
                "spans": [_span()],
                **more,
            }
        ]
    }


def _node(code: str, longitude: float, latitude: float, **more: Any) -> Any:
    return {
        "id": code,
        "name": f"The {code}",
        "location": {"type": "Point", "coordinates": [longitude, latitude]},
        "address": {"locality": "Ancoats"},
        "transmissionMediumOwner": {"id": "GB-COH-1"},
        **more,
    }


def _span(**more: Any) -> Any:
    return {
        "id": "S/1",
        "status": "operational",
        "start": "Node 1",
        "end": "Node 2",
        "route": {"type": "LineString", "coordinates": [[-2.24, 53.47], [-2.235, 53.474], [-2.23, 53.48]]},
        "transmissionMediumOwner": {"id": "GB-COH-1"},
        **more,
    }


def test_a_document_of_others_is_added_to_what_there_is() -> None:
    result = taken(theirs(), PLANTED, OTHERS)

    assert result.inventory.places[: len(PLANTED.places)] == PLANTED.places
    assert result.inventory.ducts[: len(PLANTED.ducts)] == PLANTED.ducts
    pole, chamber = result.inventory.places[len(PLANTED.places) :]
    duct = result.inventory.ducts[-1]
    assert (pole.code, pole.name, pole.kind, pole.area) == ("theirs-node-1", "The Node 1", PlaceKind.POLE, "Ancoats")
    assert chamber.kind is PlaceKind.CHAMBER
    assert (duct.code, duct.a_place, duct.z_place) == ("theirs-s-1", "theirs-node-1", "theirs-node-2")
    assert (duct.status, duct.ready_from, len(duct.route)) == (AssetStatus.LIVE, None, 3)
    assert {duct.owner, duct.operator, duct.used_by, pole.owner} == {"theirs-gb-coh-1"}
    assert result.inventory.organisations[-1] == Organisation(
        "theirs-gb-coh-1", "Gap Fibre", frozenset({MemberRole.CONTRIBUTOR})
    )
    assert [note.lacks for note in result.notes] == ["nodes that do not say what they are"]


def test_taking_a_document_of_others_again_changes_nothing() -> None:
    once = taken(theirs(), PLANTED, OTHERS).inventory

    assert taken(theirs(), once, OTHERS).inventory == once


def test_an_organisation_of_the_same_name_is_the_member_we_know() -> None:
    package = theirs(organisations=[{"id": "GB-COH-1", "name": "Towpath Ducts"}])

    result = taken(package, PLANTED, OTHERS).inventory

    assert result.organisations == PLANTED.organisations
    assert result.ducts[-1].owner == "ducts"


GAPS = {
    "no route": ({"route": None}, "spans without a route (1): S/1. A straight line was taken."),
    "no status": (
        {"status": None},
        "spans without a status (1): S/1. Each is a proposed duct: nothing is planned over it.",
    ),
    "inactive": (
        {"status": "inactive"},
        "spans that are inactive (1): S/1. Each is a retired duct: nothing is planned over it.",
    ),
    "fibres": (
        {"fibreCount": 96},
        "spans with fibres, and no word of the cable's ends (1): S/1. No cable was made, only the duct.",
    ),
    "microwave": (
        {"transmissionMedium": ["microwave"]},
        "spans without fibre (1): S/1. Each is a duct like any other.",
    ),
    "reversed": (
        {"route": {"type": "LineString", "coordinates": [[-2.23, 53.48], [-2.24, 53.47]]}},
        "spans whose route runs from end to start (1): S/1. It was turned round.",
    ),
    "short": (
        {"route": {"type": "LineString", "coordinates": [[-2.239, 53.471], [-2.231, 53.479]]}},
        "spans whose route does not reach its nodes (1): S/1. It was led on to them.",
    ),
    "no owner": ({"transmissionMediumOwner": None}, "spans without an owner (1): S/1. 'ducts' was taken."),
}


@pytest.mark.parametrize("gap", GAPS)
def test_a_gap_is_filled_and_told(gap: str) -> None:
    change, told = GAPS[gap]
    manner = dataclasses.replace(OTHERS, owner="ducts")

    result = taken(theirs(spans=[_span(**change)]), PLANTED, manner)

    assert told in map(str, result.notes)
    duct = result.inventory.ducts[-1]
    ends = {place.code: (place.easting_m, place.northing_m) for place in result.inventory.places}
    assert (duct.route[0], duct.route[-1]) == (ends["theirs-node-1"], ends["theirs-node-2"])


def test_a_node_without_name_area_owner_or_a_kind_of_ours_is_told_of() -> None:
    bare = {"id": "b", "type": ["cableLanding"], "location": {"type": "Point", "coordinates": [-2.22, 53.47]}}
    manner = dataclasses.replace(OTHERS, owner="ducts")

    result = taken(theirs(nodes=[*theirs()["networks"][0]["nodes"], bare]), PLANTED, manner)

    place = result.inventory.places[-1]
    assert (place.name, place.kind, place.area, place.owner) == ("theirs-b", PlaceKind.SITE, "unknown", "ducts")
    lacks = {note.lacks for note in result.notes if "b" in note.ids}
    assert lacks == {
        "nodes without an owner",
        "nodes without a name",
        "nodes without a locality or region",
        "node type cableLanding",
    }


def test_wayleaves_of_others_are_left_out_because_they_have_no_days() -> None:
    result = taken(theirs(wayleaves=[{"id": "w-9", "term": {"years": 10}}]), PLANTED, OTHERS)

    assert result.inventory.consents == PLANTED.consents
    assert "wayleaves without first and last day (1): w-9. They were left out." in map(str, result.notes)


def test_the_owner_of_versions_before_0_4_is_read_too() -> None:
    nodes = [
        {**node, "transmissionMediumOwner": None, "physicalInfrastructureProvider": {"id": "old", "name": "Old Co"}}
        for node in theirs()["networks"][0]["nodes"]
    ]

    result = taken(theirs(nodes=nodes), PLANTED, OTHERS)

    assert {place.owner for place in result.inventory.places[-2:]} == {"theirs-old"}


WHERE = "theirs.json /networks/0/nodes/0/location/coordinates"
FAULTS = {
    "swapped": (
        {"nodes": [_node("Node 1", 53.47, -2.24), _node("Node 2", -2.23, 53.48)]},
        f"{WHERE}: longitude 53.47, latitude -2.24 is outside Great Britain; are longitude and latitude swapped?",
    ),
    "abroad": (
        {"nodes": [_node("Node 1", -0.174, 5.625), _node("Node 2", -2.23, 53.48)]},
        f"{WHERE}: longitude -0.174, latitude 5.625 is outside Great Britain",
    ),
    "in Dublin": (
        {"nodes": [_node("Node 1", -6.26, 53.35), _node("Node 2", -2.23, 53.48)]},
        f"{WHERE}: longitude -6.26, latitude 53.35 is outside Great Britain",
    ),
    "nowhere": (
        {"nodes": [_node("Node 1", 0, 0, location=None), _node("Node 2", -2.23, 53.48)]},
        "theirs.json /networks/0/nodes/0: node 'Node 1' has no location, and nothing says where it is",
    ),
    "route abroad": (
        {"spans": [_span(route={"type": "LineString", "coordinates": [[-2.24, 53.47], [5, 5], [-2.23, 53.48]]})]},
        "theirs.json /networks/0/spans/0/route/coordinates/1: longitude 5.0, latitude 5.0 is outside Great Britain",
    ),
    "no end": ({"spans": [_span(end=None)]}, "theirs.json /networks/0/spans/0: span 'S/1' has no end"),
    "unknown end": (
        {"spans": [_span(end="Node 9")]},
        "theirs.json /networks/0/spans/0/end: span 'S/1' has its end at 'Node 9', no node of the network",
    ),
    "to itself": ({"spans": [_span(end="Node 1", route=None)]}, "theirs.json /networks/0/spans/0: "),
    "no owner": (
        {"spans": [_span(transmissionMediumOwner=None)]},
        "theirs.json /networks/0/spans/0: span 'S/1' names no owner, and no default owner was given",
    ),
    "twice": (
        {"spans": [_span(), _span()]},
        "theirs.json /networks/0/spans/1: id 'S/1' stands here a second time",
    ),
    "a name a spreadsheet computes": (
        {"nodes": [_node("Node 1", -2.24, 53.47, name="=1+1"), _node("Node 2", -2.23, 53.48)]},
        "theirs.json /networks/0/nodes/0: name '=1+1' may not begin with",
    ),
    "crossing itself": (
        {
            "spans": [
                _span(
                    route={
                        "type": "LineString",
                        "coordinates": [
                            [-2.24, 53.47],
                            [-2.23, 53.479],
                            [-2.24, 53.479],
                            [-2.23, 53.47],
                            [-2.23, 53.48],
                        ],
                    }
                )
            ]
        },
        "theirs.json /networks/0/spans/0: ",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_its_path_and_refuses_the_whole(fault: str) -> None:
    change, told = FAULTS[fault]

    assert any(reason.startswith(told) for reason in reasons(theirs(**change), PLANTED, OTHERS))


def test_every_fault_is_told_at_once() -> None:
    package = theirs(
        nodes=[_node("Node 1", 53.47, -2.24), _node("Node 2", 5, 5)],
        spans=[_span(id="S/2", end="Node 9"), _span(id="S/3", start=None)],
    )

    assert len(reasons(package, PLANTED, OTHERS)) == 4


def test_a_default_owner_nobody_knows_is_unknown() -> None:
    with pytest.raises(UnknownThing, match="No organisation is called 'nobody'"):
        taken(theirs(), PLANTED, dataclasses.replace(OTHERS, owner="nobody"))


def test_nothing_of_the_base_is_changed_by_a_refused_document() -> None:
    before = copy.deepcopy(PLANTED)

    reasons(theirs(spans=[_span(end="Node 9")]), PLANTED, OTHERS)

    assert before == PLANTED


def test_two_networks_of_one_document_are_both_taken() -> None:
    package = theirs()
    second = copy.deepcopy(package["networks"][0])
    for node in second["nodes"]:
        node["id"] = f"other {node['id']}"
    second["spans"][0] |= {"id": "S/2", "start": "other Node 1", "end": "other Node 2"}
    package["networks"].append(second)

    result = taken(package, PLANTED, OTHERS).inventory

    assert [duct.code for duct in result.ducts[-2:]] == ["theirs-s-1", "theirs-s-2"]


def test_an_id_that_may_be_a_code_is_the_code_and_others_are_made_into_one() -> None:
    ids = ["d-17", "A B", "a_b", "ÆØ", "x" * 90, "", "-", "x" * 63]

    codes = codes_of(ids)

    assert codes["d-17"] == "d-17"
    assert codes["A B"] != codes["a_b"]
    assert all(CODE.fullmatch(code) for code in codes.values())
    assert len(set(codes.values())) == len(ids)
    assert codes_of(["A B"])["A B"] == "a-b"
    assert codes_of(reversed(ids)) == codes


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("1") | st.just("Node 1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "owner"]), inner),
    max_leaves=5,
)


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a document may be broken: everything in it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in paths_of(one, (*path, key)))]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_content_of_a_document_is_more_than_faults(data: st.DataObject) -> None:
    package = theirs()
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from([path for path in paths_of(package) if path]))
        inside = package
        for step in way:
            inside = inside[step]
        inside[last] = data.draw(anything)

    try:
        networks = Package.model_validate_json(json.dumps(package)).networks
        result = take(networks, PLANTED, OTHERS).inventory
    except (ValidationError, InventoryInvalid):
        return
    assert find_faults(result) == ()
