"""What a cut takes, against the plant taken apart thing by thing and searched with networkx."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.cut import Cut, SiteCut, cut
from inventory.cut_target import Circle, find_target
from inventory.errors import UnknownThing
from inventory.links import Link
from inventory.places import Place, PlaceKind
from inventory.plant import AssetKind, AssetRef, AssetStatus, Duct, Point, StrandRef
from inventory.plant_errors import CircleInvalid, CircleOutsideBritain, TargetUnclear
from inventory.plant_map import plant_of
from inventory.snapshot import Inventory, Snapshot
from tests.plants import PARTIES, planted_town, random_plant

TODAY = date(2026, 11, 22)
TOWN = Snapshot(planted_town())


def cut_of(snapshot: Snapshot, text: str, day: date = TODAY) -> Cut:
    return cut(snapshot, find_target(snapshot, plant_of(snapshot), text), day)


def test_a_cut_duct_takes_its_cables_their_strands_and_the_links_on_them() -> None:
    found = cut_of(TOWN, "d-west")

    assert (found.ducts, found.places, found.cables, found.links) == (("d-west",), (), ("k-west",), ("trunk",))
    assert (found.strands, found.lit_strands) == (12, 2)


def test_a_lost_place_takes_what_ends_there_and_the_links_of_its_devices() -> None:
    chamber, exchange = cut_of(TOWN, "pit"), cut_of(TOWN, "place:mill")

    assert (chamber.ducts, chamber.cables, chamber.links) == (("d-east", "d-west"), ("k-east", "k-west"), ("trunk",))
    assert chamber.places == ("pit",)
    assert exchange.ducts == ("d-west",)
    assert exchange.links == ("drop-1", "drop-2", "drop-3", "trunk")


def test_a_corridor_takes_every_duct_in_it_and_a_cable_itself_alone() -> None:
    assert cut_of(TOWN, "corridor:tram").ducts == ("d-east",)
    assert cut_of(TOWN, "cable:k-east").cables == ("k-east",)
    assert cut_of(TOWN, "cable:k-east").ducts == ()


def test_a_cable_that_is_not_there_yet_is_not_lost() -> None:
    later = tuple(
        replace(each, status=AssetStatus.PLANNED, ready_from=date(2027, 3, 1)) for each in TOWN.inventory.cables
    )
    snapshot = Snapshot(replace(TOWN.inventory, cables=later))

    assert cut_of(snapshot, "d-west").cables == ()
    assert cut_of(snapshot, "d-west", date(2027, 3, 1)).cables == ("k-west",)


def test_what_is_lost_is_what_a_way_round_must_avoid() -> None:
    assert {str(each) for each in cut_of(TOWN, "pit").lost} == {
        "duct:d-east",
        "duct:d-west",
        "cable:k-east",
        "cable:k-west",
        "place:pit",
    }


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("d-nowhere", UnknownThing, "No duct or place is called 'd-nowhere'"),
        ("duct:pit", UnknownThing, "No duct is called 'pit'"),
        ("corridor:canal", UnknownThing, "No corridor is called 'canal'"),
        ("device:sw-quay", UnknownThing, "No duct or place is called 'device:sw-quay'"),
        ("", UnknownThing, "No duct or place is called ''"),
        ("380000,397000", CircleInvalid, "it has 2 numbers, not three"),
        ("380000,397000,ten", CircleInvalid, "no number"),
        ("nan,397000,10", CircleInvalid, "no finite number"),
        ("380000,inf,10", CircleInvalid, "no finite number"),
        ("380000,397000,-5", CircleInvalid, "more than 0 m"),
        ("380000,397000,0", CircleInvalid, "more than 0 m"),
        ("380000,397000,1e9", CircleInvalid, "at most 100,000 m"),
        ("380000,39,25", CircleOutsideBritain, "in the sea, or in another country"),
        ("53.4641,-2.2366,25", CircleOutsideBritain, "as latitude and longitude it would be 384389,396397,25"),
    ],
)
def test_what_is_nothing_to_cut_is_refused_with_its_own_error(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as refused:
        cut_of(TOWN, text)

    assert words in str(refused.value)


def test_a_code_of_two_things_must_say_which() -> None:
    both = replace(TOWN.inventory, ducts=(replace(TOWN.inventory.ducts[0], code="pit"), *TOWN.inventory.ducts[1:]))

    with pytest.raises(TargetUnclear, match=r"'pit' is the code of a duct and of a place\. Say which"):
        cut_of(Snapshot(both), "pit")


@given(st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_every_cut_of_a_random_plant_is_what_taking_it_apart_says(seed: int) -> None:
    random = Random(seed)
    snapshot = Snapshot(with_links_and_sites(random, random_plant(random)))
    inventory = snapshot.inventory
    targets = [AssetRef(AssetKind.DUCT, duct.code) for duct in inventory.ducts]
    targets += [AssetRef(AssetKind.PLACE, place.code) for place in inventory.places]
    targets += [AssetRef(AssetKind.CABLE, cable.code) for cable in inventory.cables]
    for target in targets:
        found = cut(snapshot, target, TODAY)
        assert (set(found.cables), set(found.links), set(found.sites)) == taken_apart(inventory, target)


def with_links_and_sites(random: Random, inventory: Inventory) -> Inventory:
    ports = [port.ref for port in inventory.ports]
    random.shuffle(ports)
    pairs = [(ports.pop(), ports.pop()) for _ in range(len(ports) // 2)]
    places = tuple(replace(place, kind=random.choice((PlaceKind.SITE, PlaceKind.DXP))) for place in inventory.places)
    links = (Link(f"l{number}", a, z, 10_000, 1.0) for number, (a, z) in enumerate(pairs) if a.device != z.device)
    return replace(inventory, places=places, links=tuple(links))


def taken_apart(inventory: Inventory, target: AssetRef) -> tuple[set[str], set[str], set[SiteCut]]:
    ducts = {duct.code for duct in inventory.ducts if target.code in {duct.code, duct.a_place, duct.z_place}}
    cables = {each.cable for each in inventory.cable_bores if each.bore.duct in ducts}
    cables |= {each.code for each in inventory.cables if target.code in {each.code, each.a_place, each.z_place}}
    light = optical(inventory)
    at = {odf.code: odf.place for odf in inventory.odfs}
    links = {
        link.code
        for link in inventory.links
        for patch in inventory.patches
        if patch.port == link.a
        for on in [nx.node_connected_component(light, patch.position)]
        if link.z in {each.port for each in inventory.patches if each.position in on and each is not patch}
        and any(isinstance(each, StrandRef) and each.cable in cables for each in on)
    }
    sites = set()
    for place in (place for place in inventory.places if place.kind is PlaceKind.SITE):
        fibres = [
            {strand.cable for strand in beyond(light, position.ref, position.strand)}
            for position in inventory.odf_positions
            if position.strand is not None and at[position.ref.odf] == place.code
        ]
        lost = sum(not fibre.isdisjoint(cables) for fibre in fibres)
        if lost:
            sites.add(SiteCut(place.code, None, len(fibres), lost))
    return cables, links, sites


def optical(inventory: Inventory) -> "nx.Graph[object]":
    light: nx.Graph[object] = nx.Graph()
    light.add_nodes_from(position.ref for position in inventory.odf_positions)
    light.add_edges_from((each.ref, each.strand) for each in inventory.odf_positions if each.strand is not None)
    light.add_edges_from((each.a, each.z) for each in inventory.splices)
    light.add_edges_from((each.position, each.other) for each in inventory.patches if each.other is not None)
    return light


def beyond(light: "nx.Graph[object]", position: object, strand: StrandRef) -> Iterator[StrandRef]:
    """The strands on the far side of a position: what the plant still joins to the strand without it."""
    without = light.copy()
    without.remove_node(position)
    return (each for each in nx.node_connected_component(without, strand) if isinstance(each, StrandRef))


COORDINATE = st.integers(380_000, 380_100).map(float)
POINT = st.tuples(COORDINATE, COORDINATE)


@given(st.lists(st.lists(POINT, min_size=2, max_size=4), min_size=1, max_size=6), POINT, st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_a_circle_takes_the_ducts_and_places_within_it(routes: list[list[Point]], centre: Point, radius: int) -> None:
    ends = sorted({end for route in routes for end in (route[0], route[-1])})
    code = {end: f"p{number}" for number, end in enumerate(ends)}
    ducts = [
        Duct(f"d{number}", code[route[0]], code[route[-1]], tuple(route), 1.0, *PARTIES)
        for number, route in enumerate(routes)
    ]
    places = tuple(Place(code[end], "", PlaceKind.CHAMBER, "", *end) for end in ends)
    snapshot = Snapshot(Inventory(places=places, ducts=tuple(ducts)))

    found = cut(snapshot, Circle(*centre, radius), TODAY)

    assert found.places == tuple(sorted(code[end] for end in ends if math.dist(end, centre) <= radius))
    nearest = {duct.code: min(away(centre, *part) for part in pairwise(duct.route)) for duct in ducts}
    assert {each for each, distance in nearest.items() if distance < radius - 1e-6} <= set(found.ducts)
    assert set(found.ducts) <= {each for each, distance in nearest.items() if distance < radius + 1e-6}


def away(point: Point, a: Point, z: Point) -> float:
    """The distance of a point from a line between two others."""
    length = math.dist(a, z)
    if length == 0:
        return math.dist(point, a)
    along = ((point[0] - a[0]) * (z[0] - a[0]) + (point[1] - a[1]) * (z[1] - a[1])) / length**2
    along = min(1.0, max(0.0, along))
    return math.dist(point, (a[0] + along * (z[0] - a[0]), a[1] + along * (z[1] - a[1])))
